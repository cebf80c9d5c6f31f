#include "tools/holos/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option_row *find(const struct option_row *const *tables, const char *name,
                                     size_t len, char letter)
{
    for (; *tables != NULL; tables++)
        for (const struct option_row *r = *tables; r->name != NULL; r++)
            if (letter != '\0' ? r->letter == letter
                               : strlen(r->name) == len && memcmp(r->name, name, len) == 0)
                return r;
    return NULL;
}

static enum err unknown(const struct option_row *const *tables, const char *arg, struct why *why)
{
    char list[160] = "";
    size_t len = 0;

    for (; *tables != NULL; tables++)
        for (const struct option_row *r = *tables; r->name != NULL && len < sizeof list; r++)
            len += (size_t)snprintf(list + len, sizeof list - len, " --%s", r->name);
    return why_set(why, ERR_VALUE, "there is no option %.40s; there are:%s", arg, list);
}

static enum err keep(struct options *o, const struct option_row *row, const char *value,
                     struct why *why)
{
    if (o->n == OPTIONS_GIVEN)
        return why_set(why, ERR_VALUE, "more than %d options are given", OPTIONS_GIVEN);
    o->given[o->n++] = (struct option_given){row, value};
    return ERR_OK;
}

/* Reads the option at argv[*i] and moves *i to its last word. */
static enum err take_option(const struct option_row *const *tables, int argc, char *const argv[],
                            int *i, struct options *o, struct why *why)
{
    const char *arg = argv[*i];
    bool is_long = arg[1] == '-';
    const char *name = arg + (is_long ? 2 : 1);
    const char *glued = is_long ? strchr(name, '=') : name[1] != '\0' ? name + 1 : NULL;
    size_t len = is_long && glued != NULL ? (size_t)(glued - name) : strlen(name);
    const struct option_row *row = find(tables, name, len, is_long ? '\0' : name[0]);

    if (row == NULL)
        return unknown(tables, arg, why);
    if (is_long && glued != NULL)
        glued++;
    if (row->value == NULL && glued != NULL)
        return why_set(why, ERR_VALUE, "--%s takes no value", row->name);
    if (row->value == NULL || glued != NULL)
        return keep(o, row, glued, why);
    if (*i + 1 == argc)
        return why_set(why, ERR_VALUE, "--%s needs its %s", row->name, row->value);
    return keep(o, row, argv[++*i], why);
}

static enum err take_operand(struct options *o, const char *arg, struct why *why)
{
    if (o->operands == OPTIONS_OPERANDS)
        return why_set(why, ERR_VALUE, "more than %d words are given", OPTIONS_OPERANDS);
    o->operand[o->operands++] = arg;
    return ERR_OK;
}

enum err options_parse(const struct option_row *const *tables, int argc, char *const argv[],
                       struct options *ret, struct why *why)
{
    struct options o = {.n = 0};
    bool only_operands = false;
    enum err e = ERR_OK;

    for (int i = 0; i < argc && e == ERR_OK; i++) {
        if (!only_operands && strcmp(argv[i], "--") == 0)
            only_operands = true;
        else if (!only_operands && argv[i][0] == '-' && argv[i][1] != '\0')
            e = take_option(tables, argc, argv, &i, &o, why);
        else
            e = take_operand(&o, argv[i], why);
    }
    if (e == ERR_OK)
        *ret = o;
    return e;
}

static const struct option_given *last(const struct options *o, const char *name)
{
    for (size_t i = o->n; i > 0; i--)
        if (strcmp(o->given[i - 1].row->name, name) == 0)
            return &o->given[i - 1];
    return NULL;
}

const char *options_text(const struct options *o, const char *name, const char *preset)
{
    const struct option_given *g = last(o, name);

    return g == NULL ? preset : g->value;
}

bool options_has(const struct options *o, const char *name)
{
    return last(o, name) != NULL;
}

enum err options_number(const struct options *o, const char *name, int64_t least, int64_t most,
                        int64_t *ret, struct why *why)
{
    const char *text = options_text(o, name, NULL);
    char *end = NULL;

    if (text == NULL)
        return ERR_OK;
    errno = 0;
    long long v = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || v < least || v > most)
        return why_set(why, ERR_VALUE, "--%s must be a whole number from %lld to %lld", name,
                       (long long)least, (long long)most);
    *ret = v;
    return ERR_OK;
}

static int64_t unit_days(char unit)
{
    switch (unit) {
    case 'd':
        return 1;
    case 'w':
        return 7;
    case 'm':
        return 30;
    default:
        return 0;
    }
}

#define HOUR_MS    INT64_C(3600000)
#define AGE_MS_MAX (HOUR_MS * 24 * 36500)

enum err options_age_ms(const char *text, int64_t *ret, struct why *why)
{
    char *end = NULL;
    int64_t unit_ms = 0;

    errno = 0;
    long long v = text[0] >= '0' && text[0] <= '9' ? strtoll(text, &end, 10) : -1;
    if (end != NULL && end[0] != '\0' && end[1] == '\0')
        unit_ms = end[0] == 'h' ? HOUR_MS : unit_days(end[0]) * 24 * HOUR_MS;
    if (errno != 0 || unit_ms == 0 || v < 1 || v > AGE_MS_MAX / unit_ms)
        return why_set(why, ERR_VALUE, "\"%.20s\" is not a duration; write 36h, 90d, 12w or 6m",
                       text);
    *ret = v * unit_ms;
    return ERR_OK;
}
