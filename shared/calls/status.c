#include "calls/status.h"

#include <string.h>

#include "base/buf.h"
#include "base/child.h"
#include "base/clock.h"
#include "calls/app.h"

#define TEXT_MAX 2048

static bool any_profile_is_spoken(const struct app *app, const struct provider *p)
{
    struct profile_voice with;

    for (size_t i = 0; i < app->profiles_n; i++)
        if (provider_voice(p, &app->profiles[i], app->profiles[i].language, &with))
            return true;
    return false;
}

/* Does it serve whenever it is not skipped? If not, *ret_missing is what brings it, NULL if that is
 * not worth saying. */
static bool is_there(struct arena *a, const struct app *app, const struct provider *p,
                     const char **ret_missing)
{
    struct why why = {0};

    if (p->ready(&app->providers, &why) != ERR_OK) {
        *ret_missing = why.text[0] == '\0' ? NULL : arena_strdup(a, why.text);
        return false;
    }
    if (p->by_profile && app->open[APP_PROFILES] == NULL) {
        *ret_missing = app->open_error[APP_PROFILES].text[0] == '\0'
                           ? NULL
                           : app->open_error[APP_PROFILES].text;
        return false;
    }
    if (p->stage == PROVIDER_SPEAK && provider_is_brought(p) && !any_profile_is_spoken(app, p)) {
        *ret_missing = arena_printf(a, "name a voice of %s in a profile", p->name);
        return false;
    }
    if (p->stage == PROVIDER_SPEAK && strcmp(p->name, "espeak") == 0 &&
        app->speaker.espeak != NULL && !child_exists(app->speaker.espeak)) {
        *ret_missing = arena_printf(
            a, "HOLOS_ESPEAK=%s: no such program (apt-get install espeak-ng)", app->speaker.espeak);
        return false;
    }
    *ret_missing = NULL;
    return !provider_asks(p) || app->providers.http != NULL;
}

/* Whose breaker opened and did not close since. */
static const struct breaker *failing(const struct provider *p, const struct breaker *noted,
                                     size_t n)
{
    const struct provider_key key = provider_key(p);

    for (size_t i = 0; i < n; i++)
        if (strcmp(noted[i].name, key.text) == 0 && noted[i].until_ms > 0)
            return &noted[i];
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
    if (breaker_is_open(r->until_ms, now_ms))
        buf_printf(b, " is skipped until %s", clock_iso8601(r->until_ms, iso));
    else
        buf_puts(b, " is tried again by the next turn");
    buf_printf(b, " after %d failure%s%s%s", r->failures, r->failures == 1 ? "" : "s",
               *r->reason == '\0' ? "" : ": ", r->reason);
}

/* What keeps whole stages away. */
static const char *open_error_of(const struct app *app)
{
    if (app->open[APP_VOICE] == NULL && app->open_error[APP_VOICE].text[0] != '\0')
        return app->open_error[APP_VOICE].text;
    return app->open_error[APP_PROVIDERS].text[0] == '\0' ? NULL
                                                          : app->open_error[APP_PROVIDERS].text;
}

static void add_left_out(struct arena *a, struct buf *b, const struct app *app,
                         enum provider_stage stage)
{
    const char *missing = NULL;

    for (const struct provider *const *p = providers; *p != NULL; p++)
        if ((*p)->stage == stage && !ladder_names(&app->providers.ladder, *p) &&
            is_there(a, app, *p, &missing)) {
            add(b, "; ", "HOLOS_LADDER leaves out ");
            buf_puts(b, provider_title(*p));
        }
}

enum err status_of(struct arena *a, const struct app *app, enum provider_stage stage,
                   const struct breaker *noted, size_t n, int64_t now_ms, struct status *ret)
{
    const struct ladder *l = &app->providers.ladder;
    const char *text = NULL;
    struct buf by;
    struct buf missing;

    buf_init(&by, a, TEXT_MAX);
    buf_init(&missing, a, TEXT_MAX);
    if (open_error_of(app) != NULL)
        add(&missing, "; ", open_error_of(app));
    for (size_t i = 0; i < l->n[stage]; i++) {
        const struct provider *p = l->rung[stage][i];
        const struct breaker *rest = failing(p, noted, n);
        bool there = is_there(a, app, p, &text);
        if (there && (rest == NULL || !breaker_is_open(rest->until_ms, now_ms)))
            add(&by, ", then ", provider_title(p));
        if (there && rest != NULL)
            add_failing(&missing, rest, provider_title(p), now_ms);
        else if (text != NULL && open_error_of(app) == NULL)
            add(&missing, "; ", text);
    }
    if (app->open[APP_VOICE] != NULL)
        add_left_out(a, &missing, app, stage);
    if (buf_err(&by) != ERR_OK || buf_err(&missing) != ERR_OK)
        return ERR_MEMORY;
    /* Words and keys of a gateway are taken without any recogniser. */
    const char *last = stage == PROVIDER_HEAR ? "typed words and pressed keys" : NULL;
    ret->by = by.len == 0 ? last : buf_text(&by);
    ret->missing = missing.len == 0 ? NULL : buf_text(&missing);
    return ERR_OK;
}
