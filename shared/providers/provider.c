#include "providers/provider.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static const char *const stages[PROVIDER__STAGES] = {"hear", "think", "speak"};

const char *provider_stage_name(enum provider_stage s)
{
    assert(s < PROVIDER__STAGES);
    return stages[s];
}

size_t provider_index(const struct provider *p)
{
    size_t i = 0;

    while (providers[i] != p)
        assert(providers[i++] != NULL);
    assert(i < PROVIDER_MAX);
    return i;
}

const struct provider *provider_find(enum provider_stage stage, const char *name, size_t n)
{
    for (const struct provider *const *p = providers; *p != NULL; p++)
        if ((*p)->stage == stage && strlen((*p)->name) == n && memcmp((*p)->name, name, n) == 0)
            return *p;
    return NULL;
}

bool provider_asks(const struct provider *p)
{
    return p->hear.request != NULL || p->think.request != NULL || p->speak.request != NULL;
}

struct provider_key provider_key(const struct provider *p)
{
    struct provider_key key;

    int n = snprintf(key.text, sizeof key.text, "%s-%s", stages[p->stage], p->name);
    assert(n > 0 && (size_t)n < sizeof key.text);
    return key;
}

bool provider_misfit(struct arena *a, const struct profile *p, const char **ret_path,
                     const char **ret_text)
{
    for (size_t i = 0; i < p->voice.by_n; i++) {
        const struct profile_voice *v = &p->voice.by[i];
        const struct provider *by = provider_find(PROVIDER_SPEAK, v->by, strlen(v->by));
        const char *member = NULL;
        struct why why = {0};
        if (by == NULL || by->speak.request == NULL)
            (void)why_set(&why, ERR_CONFIG, "is not a known name");
        else if (by->speak.misfit != NULL)
            member = by->speak.misfit(p, v, &why);
        if (why.text[0] == '\0')
            continue;
        *ret_path = arena_printf(a, "voice.%s%s%s", v->by, member == NULL ? "" : ".",
                                 member == NULL ? "" : member);
        *ret_text = arena_strdup(a, why.text);
        return true;
    }
    return false;
}

/* A line end in a secret would begin another header. */
static bool is_printable(const char *s)
{
    for (; *s != '\0'; s++)
        if (*s <= ' ' || *s > '~')
            return false;
    return true;
}

enum err provider_show_key(struct arena *a, const char *before, const char *key,
                           const char *setting, const char *const **ret, struct why *why)
{
    if (!is_printable(key))
        return why_set(why, ERR_CONFIG, "%s holds a blank or a control", setting);
    const char **lines = arena_calloc(a, 2, sizeof *lines);
    if (lines == NULL)
        return ERR_MEMORY;
    lines[0] = arena_printf(a, "%s%s", before, key);
    *ret = lines;
    return lines[0] == NULL ? ERR_MEMORY : ERR_OK;
}

/* ==== those that ask nobody =================================================================== */

static enum err always_ready(const struct providers *o, struct why *why)
{
    (void)o;
    (void)why;
    return ERR_OK;
}

const struct provider provider_think_rules = {
    .name = "rules",
    .title = "the profile's rules",
    .stage = PROVIDER_THINK,
    .rank = 1000,
    .ready = always_ready,
    .by_profile = true,
};

const struct provider provider_speak_espeak = {
    .name = "espeak",
    .title = "espeak-ng",
    .stage = PROVIDER_SPEAK,
    .rank = 1000,
    .ready = always_ready,
};
