#include "base/settings.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

#define VALUE_MAX 4096

/* Whose a vendor's key is: that it is a secret is all that counts here (tools/vendor-docs). */
enum { HEAR_KEY = 1 << 0, THINK_KEY = 1 << 1, SPEAK_KEY = 1 << 2 };

static const struct setting_row table[SET__MAX] = {
#define TEXT(n, d, s, t)         {#n, SETTING_TEXT, d, 0, 0, "", (s) != 0, t},
#define NUMBER(n, d, l, m, u, t) {#n, SETTING_NUMBER, #d, l, m, u, false, t},
#define SWITCH(n, d, t)          {#n, SETTING_SWITCH, #d, 0, 0, "", false, t},
#include "base/settings.def"
#undef TEXT
#undef NUMBER
#undef SWITCH
};

static struct value {
    char *text; /* as given; NULL: the default */
    enum setting_from from;
    int64_t number;
} values[SET__MAX];

const struct setting_row *settings_table(void)
{
    return table;
}

static enum err to_number(const struct setting_row *row, const char *text, const char *shown,
                          int64_t *ret, struct why *why)
{
    char *end = NULL;

    errno = 0;
    long long v = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || v < row->least || v > row->most)
        return why_set(why, ERR_CONFIG, "%s=%.60s: must be a whole number from %lld to %lld (%s)",
                       row->name, shown, (long long)row->least, (long long)row->most, row->unit);
    *ret = v;
    return ERR_OK;
}

static enum err to_switch(const struct setting_row *row, const char *text, const char *shown,
                          int64_t *ret, struct why *why)
{
    static const char *const words[2][5] = {{"0", "false", "no", "off", "False"},
                                            {"1", "true", "yes", "on", "True"}};

    for (int on = 0; on < 2; on++)
        for (size_t i = 0; i < 5; i++)
            if (strcmp(text, words[on][i]) == 0) {
                *ret = on;
                return ERR_OK;
            }
    return why_set(why, ERR_CONFIG, "%s=%.60s: must be true or false", row->name, shown);
}

/* `shown` is what a sentence says of the text. */
static enum err convert(const struct setting_row *row, const char *text, const char *shown,
                        int64_t *ret, struct why *why)
{
    switch (row->type) {
    case SETTING_NUMBER:
        return to_number(row, text, shown, ret, why);
    case SETTING_SWITCH:
        return to_switch(row, text, shown, ret, why);
    case SETTING_TEXT:
        break;
    }
    return ERR_OK;
}

/* Reads to the end of the file; -1 if it cannot be read, is too long or holds a NUL. */
static ssize_t read_value(int fd, char out[static VALUE_MAX])
{
    size_t len = 0;

    for (;;) {
        ssize_t n = read(fd, out + len, VALUE_MAX - len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        len += (size_t)n;
        if (len == VALUE_MAX)
            return -1;
    }
    return memchr(out, '\0', len) == NULL ? (ssize_t)len : -1;
}

/* A credential file of the setting's name, its final newline and a byte order mark dropped. 0: there
 * is none. */
static ssize_t read_credential(const char *name, char out[static VALUE_MAX])
{
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    char path[4096];

    if (folder == NULL || *folder == '\0')
        return 0;
    int len = snprintf(path, sizeof path, "%s/%s", folder, name);
    if (len < 0 || (size_t)len >= sizeof path)
        return -1;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? 0 : -1;
    ssize_t n = read_value(fd, out);
    (void)close(fd);
    if (n < 0)
        return -1;
    while (n > 0 && (out[n - 1] == '\n' || out[n - 1] == '\r'))
        n--;
    size_t mark = text_mark(out, (size_t)n);
    memmove(out, out + mark, (size_t)n - mark);
    out[(size_t)n - mark] = '\0';
    return n - (ssize_t)mark;
}

static enum err load_one(const struct setting_row *row, struct value *v, struct why *why)
{
    char credential[VALUE_MAX];
    const char *given = NULL;

    ssize_t n = read_credential(row->name, credential);
    if (n < 0)
        return why_set(why, ERR_CONFIG,
                       "the credential %s cannot be read as text of less than %d bytes", row->name,
                       VALUE_MAX);
    given = n > 0 ? credential : getenv(row->name);
    if (given != NULL && *given == '\0' && row->type != SETTING_TEXT)
        given = NULL;
    int64_t number = 0;
    const char *text = given == NULL ? row->preset : given;
    enum err e = convert(row, text, n > 0 ? "(a credential)" : text, &number, why);
    if (e != ERR_OK)
        return e;
    char *copy = given == NULL ? NULL : strdup(given);
    if (given != NULL && copy == NULL)
        return ERR_MEMORY;
    free(v->text);
    *v = (struct value){.text = copy, .number = number, .from = SETTING_DEFAULT};
    if (given != NULL)
        v->from = n > 0 ? SETTING_CREDENTIAL : SETTING_ENVIRONMENT;
    return ERR_OK;
}

enum err settings_load(struct why *why)
{
    enum err first = ERR_OK;

    for (int i = 0; i < SET__MAX; i++) {
        enum err e = load_one(&table[i], &values[i], first == ERR_OK ? why : NULL);
        if (first == ERR_OK)
            first = e;
    }
    const char *now = setting_text(SET_HOLOS_NOW);
    if (first == ERR_OK && *now != '\0' && !clock_start_at(now))
        return why_set(why, ERR_CONFIG,
                       "HOLOS_NOW is \"%s\"; it must be a moment like 2026-12-01T10:00:00+02:00",
                       now);
    return first;
}

void settings_forget(void)
{
    for (int i = 0; i < SET__MAX; i++) {
        free(values[i].text);
        values[i] = (struct value){0};
    }
}

const char *setting_text(enum setting s)
{
    assert(s < SET__MAX && table[s].type == SETTING_TEXT);
    return values[s].text == NULL ? table[s].preset : values[s].text;
}

int64_t setting_number(enum setting s)
{
    assert(s < SET__MAX && table[s].type == SETTING_NUMBER);
    return values[s].number;
}

bool setting_on(enum setting s)
{
    assert(s < SET__MAX && table[s].type == SETTING_SWITCH);
    return values[s].number != 0;
}

bool setting_given(enum setting s)
{
    assert(s < SET__MAX);
    return values[s].text != NULL;
}

enum setting_from setting_from(enum setting s)
{
    assert(s < SET__MAX);
    return values[s].from;
}
