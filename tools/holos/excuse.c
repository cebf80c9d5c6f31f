/* holos excuse: has the sounds of the excuses ready, for the moment when all else fails. */
#include <sys/stat.h>

#include "base/file.h"
#include "base/settings.h"
#include "calls/app.h"
#include "lines/contract.h"
#include "speech/synthesise.h"
#include "tools/holos/tool.h"

#define ERROR_TEXT "The service is starting, stopping or full. Send the request again."
#define FILE_MAX   ((size_t)4 * 1024 * 1024)

static enum err speak_excuse(struct tool *t, struct app *app, const struct profile *p,
                             struct line_result *ret)
{
    struct env env = {.arena = &t->arena,
                      .providers = &app->providers,
                      .profile = p,
                      .free_only = true,
                      .deadline = deadline_in_ms(setting_number(SET_HOLOS_SPEAK_MS))};
    struct synthesis v = {0};

    const char *said = line_apology(&t->arena, p);
    if (said == NULL)
        return ERR_MEMORY;
    *ret = (struct line_result){.profile = p, .said = said, .goes_on = true, .transcript = ""};
    synthesise_begin(&v, &env, &app->speaker, &app->recent);
    enum err e = synthesise_cut(&v, said, said);
    if (e == ERR_OK) {
        synthesise_speak(&v);
        e = synthesise_sound(&v, &ret->sound.wav, &ret->sound.len, &ret->sound.sha256);
    }
    synthesise_drop(&v);
    if (e == ERR_OK && ret->sound.wav == NULL)
        return why_set(&t->why, ERR_CHILD, "profile %s: %s", p->name, env.fault.text);
    return e;
}

static enum err collect(void *to, const void *data, size_t n)
{
    buf_put(to, data, n);
    return buf_err(to);
}

/* As the routes would write it; nginx answers with it when no worker does. */
static enum err write_file(struct tool *t, const char *path, const struct line_result *excuse)
{
    struct body_mark mark = {0};
    struct response r;
    struct buf whole;

    response_init(&r, &t->arena);
    contract_turn.excuse(ERROR_TEXT, excuse, &r);
    buf_init(&whole, &t->arena, FILE_MAX);
    enum err e = body_write(&r.body, &mark, collect, &whole);
    if (e == ERR_OK)
        e = file_replace(path, whole.data, whole.len, &t->why);
    if (e == ERR_OK && chmod(path, 0640) != 0)
        return why_set(&t->why, ERR_IO, "%s cannot be made readable for nginx", path);
    return e;
}

/* In each language of the business; *ret is the excuse in its own. */
static enum err speak_profile(struct tool *t, struct app *app, const struct profile *p,
                              struct line_result *ret)
{
    struct line_result other;

    enum err e = speak_excuse(t, app, p, ret);
    for (size_t i = 0; i < p->others_n && e == ERR_OK; i++)
        e = speak_excuse(t, app, &p->others[i], &other);
    return e;
}

/* A profile that cannot be spoken keeps no other from it; the first error is told. */
static enum err speak_all(struct tool *t, struct app *app)
{
    const char *path = t->options.operands == 0 ? NULL : t->options.operand[0];
    const struct profile *usual = app_profile(app, "");
    struct line_result excuse;
    struct why first = {0};
    enum err e = ERR_OK;

    for (size_t i = 0; i < app->profiles_n; i++) {
        enum err one = speak_profile(t, app, &app->profiles[i], &excuse);
        if (one == ERR_OK && path != NULL && &app->profiles[i] == usual)
            one = write_file(t, path, &excuse);
        if (e == ERR_OK && one != ERR_OK) {
            e = one;
            first = t->why;
        }
    }
    t->why = first;
    return e;
}

static int run(struct tool *t)
{
    struct app app = {0};

    enum err e = app_open(&app, APP_PARTS(&app_voice, &app_profiles), &t->why);
    if (e == ERR_OK)
        e = speak_all(t, &app);
    app_close(&app);
    return e == ERR_OK ? EXIT_FINE : tool_fail(t, e);
}

const struct verb verb_excuse = {
    .name = "excuse",
    .operands = "[FILE]",
    .operands_most = 1,
    .about = "make the spoken excuse of every profile",
    .help = "When a turn fails, the caller hears the profile's phrase `trouble` from the phrase\n"
            "cache. This command puts it there, for every profile and each of its languages. "
            "FILE is what nginx answers\n"
            "with when no worker does: the phrase of HOLOS_PROFILE, with its sound.",
    .run = run,
};
