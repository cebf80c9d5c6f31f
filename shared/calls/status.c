#include "calls/status.h"

#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "calls/app.h"

#define TEXT_MAX 2048

/* As a person knows them; the others by their own name. */
static const char *name_of(enum ladder_rung r)
{
    if (r == LADDER_THINK_RULES)
        return "the profile's rules";
    return r == LADDER_SPEAK_ESPEAK ? "espeak-ng" : ladder_name(r);
}

static bool any_profile_speaks(const struct app *app)
{
    for (size_t i = 0; i < app->profiles_n; i++)
        if (providers_speaks(&app->profiles[i]))
            return true;
    return false;
}

/* Does it serve whenever it is not skipped? */
static bool is_there(const struct app *app, enum ladder_rung r)
{
    if (r == LADDER_HEAR_GOOGLE && providers_has(&app->providers, r) &&
        providers_fits(&app->providers, NULL) != ERR_OK)
        return false;
    if (r == LADDER_SPEAK_GOOGLE && !any_profile_speaks(app))
        return false;
    if (r == LADDER_THINK_RULES && (app->open & NEED_PROFILES) == 0)
        return false;
    return providers_has(&app->providers, r);
}

static bool is_named(const struct ladder *l, enum ladder_stage stage, enum ladder_rung r)
{
    for (size_t i = 0; i < l->n[stage]; i++)
        if (l->rung[stage][i] == r)
            return true;
    return false;
}

/* Whose breaker opened and did not close since. */
static const struct breaker *failing(enum ladder_rung r, const struct breaker *noted, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(noted[i].name, ladder_key(r)) == 0 && noted[i].until_ms > 0)
            return &noted[i];
    return NULL;
}

static const char *google_lacks(struct arena *a, const struct app *app, enum ladder_rung r)
{
    const struct google_session *g = &app->providers.google;
    struct why why = {0};

    if (google_session_on(g) && r == LADDER_HEAR_GOOGLE)
        return providers_fits(&app->providers, &why) == ERR_OK ? NULL : arena_strdup(a, why.text);
    if (google_session_on(g)) /* only the profiles can be it */
        return "name a google voice in a profile";
    if (g->shut.text[0] != '\0')
        return g->shut.text;
    return r == LADDER_SPEAK_GOOGLE
               ? "GOOGLE_APPLICATION_CREDENTIALS or GOOGLE_API_KEY brings Google's voices"
               : "GOOGLE_APPLICATION_CREDENTIALS or GOOGLE_API_KEY brings Google's recogniser";
}

/* What a rung that the ladder names would need; NULL: nothing worth saying. */
static const char *lacks(struct arena *a, const struct app *app, enum ladder_rung r)
{
    bool claude = providers_has(&app->providers, LADDER_THINK_CLAUDE);

    switch (r) {
    case LADDER_HEAR_GOOGLE:
    case LADDER_SPEAK_GOOGLE:
        return google_lacks(a, app, r);
    case LADDER_HEAR_WHISPER:
        return "WHISPER_URL or OPENAI_API_KEY brings Whisper";
    case LADDER_THINK_CLAUDE:
        return "ANTHROPIC_API_KEY brings a language model";
    case LADDER_THINK_CLAUDE_2:
        return claude ? "ANTHROPIC_API_KEY_2 brings a second key" : NULL;
    case LADDER_THINK_FALLBACK:
        return claude ? "CLAUDE_FALLBACK_MODEL brings a second model" : NULL;
    case LADDER_THINK_RULES:
        return app->no_profiles.text[0] == '\0' ? NULL : app->no_profiles.text;
    case LADDER_SPEAK_ESPEAK:
    case LADDER__MAX:
        break;
    }
    return NULL;
}

static void add(struct buf *b, const char *between, const char *text)
{
    if (b->len > 0)
        buf_puts(b, between);
    buf_puts(b, text);
}

/* What is no longer skipped has not worked again either: the next turn tries it. */
static void add_failing(struct buf *b, const struct breaker *r, const char *name, int64_t now_ms)
{
    char iso[25];

    add(b, "; ", name);
    if (r->until_ms > now_ms)
        buf_printf(b, " is skipped until %s", clock_iso8601(r->until_ms, iso));
    else
        buf_puts(b, " is tried again by the next turn");
    buf_printf(b, " after %d failure%s%s%s", r->failures, r->failures == 1 ? "" : "s",
               *r->reason == '\0' ? "" : ": ", r->reason);
}

/* What keeps whole stages away. */
static const char *shut(const struct app *app)
{
    if ((app->open & NEED_VOICE) == 0 && app->no_voice.text[0] != '\0')
        return app->no_voice.text;
    return app->no_providers.text[0] == '\0' ? NULL : app->no_providers.text;
}

static void add_left_out(struct buf *b, const struct app *app, enum ladder_stage stage)
{
    for (enum ladder_rung r = 0; r < LADDER__MAX; r++)
        if (ladder_stage_of(r) == stage && is_there(app, r) &&
            !is_named(&app->providers.ladder, stage, r)) {
            add(b, "; ", "HOLOS_LADDER leaves out ");
            buf_puts(b, name_of(r));
        }
}

enum err status_of(struct arena *a, const struct app *app, enum ladder_stage stage,
                   const struct breaker *noted, size_t n, int64_t now_ms, struct status *ret)
{
    const struct ladder *l = &app->providers.ladder;
    struct buf by;
    struct buf missing;

    buf_init(&by, a, TEXT_MAX);
    buf_init(&missing, a, TEXT_MAX);
    if (shut(app) != NULL)
        add(&missing, "; ", shut(app));
    for (size_t i = 0; i < l->n[stage]; i++) {
        enum ladder_rung r = l->rung[stage][i];
        const struct breaker *rest = failing(r, noted, n);
        bool there = is_there(app, r);
        const char *text = there ? NULL : lacks(a, app, r);
        if (there && (rest == NULL || rest->until_ms <= now_ms))
            add(&by, ", then ", name_of(r));
        if (there && rest != NULL)
            add_failing(&missing, rest, name_of(r), now_ms);
        else if (text != NULL && shut(app) == NULL)
            add(&missing, "; ", text);
    }
    if ((app->open & NEED_VOICE) != 0)
        add_left_out(&missing, app, stage);
    if (buf_err(&by) != ERR_OK || buf_err(&missing) != ERR_OK)
        return ERR_MEMORY;
    /* Words and keys are taken from a gateway whoever else hears. */
    const char *last = stage == LADDER_HEAR ? "typed words and pressed keys" : NULL;
    ret->by = by.len == 0 ? last : buf_text(&by);
    ret->missing = missing.len == 0 ? NULL : buf_text(&missing);
    return ERR_OK;
}
