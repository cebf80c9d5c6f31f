#include "providers/providers.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/settings.h"
#include "providers/provider.h"

/* ==== one provider ============================================================================ */

static const char *const stages[PROVIDER__STAGES] = {"hear", "think", "speak"};

const char *provider_stage_name(enum provider_stage s)
{
    assert(s < PROVIDER__STAGES);
    return stages[s];
}

size_t provider_index(const struct provider *p)
{
    size_t i = 0;

    while (providers[i] != p) {
        assert(providers[i] != NULL);
        i++;
    }
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

bool provider_is_brought(const struct provider *p)
{
    return provider_asks(p) || p->speak.command != NULL;
}

/* "api.openai.com" of "https://api.openai.com/v1": its bytes. */
static size_t place_of_url(const char *url, const char **ret)
{
    const char *host = strstr(url, "://");

    *ret = host == NULL ? url : host + 3;
    return strcspn(*ret, "/");
}

bool provider_same_place(const struct provider *p, const struct provider *q)
{
    const char *one = NULL;
    const char *other = NULL;

    if (p == q)
        return true;
    if (p->url == NULL || q->url == NULL)
        return false;
    size_t n = place_of_url(p->url(), &one);
    return place_of_url(q->url(), &other) == n && strncasecmp(one, other, n) == 0;
}

bool provider_voice(const struct provider *p, const struct profile *of, const char *language,
                    struct profile_voice *ret)
{
    const struct profile_voice *said = profile_voice(of, p->name);

    *ret = said != NULL ? *said : (struct profile_voice){.by = p->name, .name = ""};
    if (said == NULL && p->speak.usual != NULL)
        ret->name = p->speak.usual(language);
    return *ret->name != '\0';
}

static size_t place_in(const char *const *list, const char *voice)
{
    size_t i = 0;

    while (list[i] != NULL && strcmp(list[i], voice) != 0)
        i++;
    return i;
}

const char *provider_voice_after(const char *const *list, const char *first, const char *gone)
{
    bool listed = list[place_in(list, first)] != NULL;
    size_t at = place_in(list, gone);
    const char *next = list[at] == NULL ? list[0] : list[at + 1];

    if (next == NULL && listed)
        next = list[0];
    return next == NULL || strcmp(next, first) == 0 ? NULL : next;
}

const char *provider_title(const struct provider *p)
{
    return p->title == NULL ? p->name : p->title;
}

struct provider_key provider_key(const struct provider *p)
{
    struct provider_key key;

    int n = snprintf(key.text, sizeof key.text, "%s-%s", stages[p->stage], p->name);
    assert(n > 0 && (size_t)n < sizeof key.text);
    return key;
}

/* The member that is wrong, NULL: the voice itself. `why` stays empty if nothing is wrong. */
static const char *check_voice(const struct profile *p, const struct profile_voice *v,
                               struct why *why)
{
    const struct provider *by = provider_find(PROVIDER_SPEAK, v->by, strlen(v->by));

    if (by == NULL || !provider_is_brought(by))
        (void)why_set(why, ERR_CONFIG, "is not a known name");
    else if (by->speak.check_voice != NULL)
        return by->speak.check_voice(p, v, why);
    return NULL;
}

enum err provider_check_voices(struct arena *a, const struct profile *p, const char **ret_path,
                               const char **ret_text)
{
    struct why why = {0};

    for (size_t i = 0; i < p->voice.by_n && why.text[0] == '\0'; i++) {
        const char *by = p->voice.by[i].by;
        const char *member = check_voice(p, &p->voice.by[i], &why);
        *ret_path = member == NULL ? arena_printf(a, "voice.%s", by)
                                   : arena_printf(a, "voice.%s.%s", by, member);
    }
    if (why.text[0] == '\0')
        return ERR_OK;
    *ret_text = arena_strdup(a, why.text);
    return *ret_path == NULL || *ret_text == NULL ? ERR_MEMORY : ERR_CONFIG;
}

/* A line end in a secret would begin another header. */
static bool is_printable(const char *s)
{
    for (; *s != '\0'; s++)
        if (*s <= ' ' || *s > '~')
            return false;
    return true;
}

enum err provider_auth_header(struct arena *a, const char *before, const char *key,
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

/* ==== those that need no vendor =============================================================== */

static enum err always_ready(const struct providers *o, struct why *why)
{
    (void)o;
    (void)why;
    return ERR_OK;
}

const struct provider provider_think_rules = {
    .name = PROVIDER_RULES,
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

/* ==== all of them ============================================================================= */

/* ---- accounts -------------------------------------------------------------------------------- */

/* The place of the first provider that has it. */
static size_t place_of(const struct provider_account *account)
{
    size_t i = 0;

    while (providers[i]->account != account) {
        i++;
        assert(providers[i] != NULL);
    }
    return i;
}

const struct provider_account *providers_account(const struct provider_account *before)
{
    size_t i = before == NULL ? 0 : place_of(before) + 1;

    for (; providers[i] != NULL; i++) {
        const struct provider_account *a = providers[i]->account;
        if (a != NULL && place_of(a) == i)
            return a;
    }
    return NULL;
}

void *provider_account_data(const struct providers *o, const struct provider_account *account)
{
    size_t i = place_of(account);

    return o->opened[i] ? o->kept[i] : NULL;
}

static enum err open_accounts(struct providers *o, struct why *why)
{
    enum err e = ERR_OK;

    for (const struct provider_account *a = providers_account(NULL); a != NULL && e == ERR_OK;
         a = providers_account(a)) {
        size_t i = place_of(a);
        e = a->open(&o->kept[i], why);
        o->opened[i] = e == ERR_OK;
    }
    return e;
}

static void close_accounts(struct providers *o)
{
    for (const struct provider_account *a = providers_account(NULL); a != NULL;
         a = providers_account(a)) {
        size_t i = place_of(a);
        if (o->opened[i] && a->close != NULL)
            a->close(o->kept[i]);
    }
}

/* ---- open and close -------------------------------------------------------------------------- */

/* Where there was no memory to find out, it counts as set up. */
static bool is_set_up(const struct providers *o, const struct provider *p)
{
    enum err e = p->ready(o, NULL);

    return e == ERR_OK || e == ERR_MEMORY;
}

static bool any_is_set_up(const struct providers *o)
{
    for (size_t i = 0; providers[i] != NULL; i++)
        if (provider_asks(providers[i]) && is_set_up(o, providers[i]))
            return true;
    return false;
}

enum err providers_open(struct providers *o, struct why *why)
{
    const struct http_setup setup = {.ca_file = setting_text(SET_HOLOS_CA_FILE),
                                     .egress = setting_text(SET_HOLOS_EGRESS)};

    o->hedge_ms = (int)setting_number(SET_HOLOS_HEDGE_MS);
    o->hedge_think_ms = (int)setting_number(SET_HOLOS_HEDGE_THINK_MS);
    o->hear_ms = (int)setting_number(SET_HOLOS_HEAR_MS);
    o->think_ms = (int)setting_number(SET_HOLOS_THINK_MS);
    o->think_first_ms = (int)setting_number(SET_HOLOS_THINK_FIRST_MS);
    o->speak_ms = (int)setting_number(SET_HOLOS_SPEAK_MS);
    enum err e = open_accounts(o, why);
    /* Without a vendor to ask, the library is not opened: it takes more memory than the worker. */
    if (e == ERR_OK && any_is_set_up(o))
        e = http_open(&setup, &o->http, why);
    if (e != ERR_OK)
        providers_close(o);
    return e;
}

void providers_close(struct providers *o)
{
    close_accounts(o);
    http_close(o->http);
    *o = (struct providers){.ladder = o->ladder};
}

bool providers_has(const struct providers *o, const struct provider *p)
{
    return (o->http != NULL || !provider_asks(p)) && is_set_up(o, p);
}

/* ---- what was learned ------------------------------------------------------------------------ */

static bool is_of(const struct providers_learned *l, const struct provider *p, const char *locale,
                  const char *name)
{
    return l->of == p && strcmp(l->locale, locale) == 0 && strcmp(l->refused, name) == 0;
}

const char *providers_instead(const struct providers *o, const struct provider *p,
                              const char *locale, const char *name)
{
    for (size_t i = 0; i < PROVIDERS_LEARNED; i++)
        if (is_of(&o->learned[i], p, locale, name))
            return o->learned[i].instead;
    return name;
}

void providers_learn(struct providers *o, const struct provider *p, const char *locale,
                     const char *refused, const char *instead)
{
    size_t at = 0;

    while (at < PROVIDERS_LEARNED && !is_of(&o->learned[at], p, locale, refused))
        at++;
    /* More than there is room for: the oldest is learned again when it is met. */
    if (at == PROVIDERS_LEARNED)
        at = o->learned_n++ % PROVIDERS_LEARNED;
    o->learned[at] = (struct providers_learned){p, locale, refused, instead};
}
