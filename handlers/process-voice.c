/* POST /voice/process-voice/: one text in, one answer out; no call, nothing kept. */
#include <string.h>

#include "base/settings.h"
#include "base/text.h"
#include "base/zone.h"
#include "serve/handler.h"
#include "wire/jsonw.h"

#define TEXT_MAX 4000 /* bytes */

/* The profile's rules alone, in their order; a rule that would go on asking says its text. */
static const char *answer(const struct profile *p, const char *folded)
{
    for (size_t i = 0; i < p->rules_n; i++)
        if (stems_match(p->rules[i].when, p->rules[i].n, folded))
            return p->rules[i].say;
    return p->broken != NULL ? p->say.broken : p->say.not_understood;
}

static enum err respond(struct app *app, const struct request *request, const char *text,
                        struct response *r, struct why *why)
{
    const struct profile *p = app_profile_named(app, setting_text(SET_HOLOS_TEXT_PROFILE));
    struct tm local;
    struct jsonw w;

    if (p == NULL || zone_local(p->time_zone, clock_unix_ms(), &local) != ERR_OK)
        return why_set(why, ERR_CONFIG, "HOLOS_TEXT_PROFILE names no profile that can be used");
    char *folded = text_fold(request->arena, text);
    if (folded == NULL)
        return ERR_MEMORY;
    const char *say = profile_phrase(request->arena, p, answer(p, folded), &local, NULL, NULL);
    if (say == NULL)
        return ERR_MEMORY;
    r->status = 200;
    r->type = response_json_type;
    jsonw_init(&w, &r->body.text);
    jsonw_object(&w);
    jsonw_put_text(&w, "response", say);
    jsonw_end_object(&w);
    return buf_err(&r->body.text);
}

static bool redirect(const struct request *request, struct response *r)
{
    size_t n = strlen(request->path);

    if (n > 0 && request->path[n - 1] == '/')
        return false;
    r->status = 307;
    r->type = response_json_type;
    r->location = "/voice/process-voice/";
    buf_puts(&r->body.text, "{}");
    return true;
}

static enum err handle(struct app *app, const struct request *request, struct response *r,
                       struct why *why)
{
    const struct json *fields = NULL;
    const char *text = NULL;

    if (redirect(request, r))
        return ERR_OK;
    enum err e = request_fields(request, &fields, why);
    if (e != ERR_OK)
        return e;
    request_note_unreadable(fields, r);
    e = json_get_text(fields, "text", TEXT_MAX, &text, why);
    if (e == ERR_MISSING) {
        response_missing_field(r, "text");
        return ERR_OK;
    }
    if (e == ERR_VALUE) {
        response_error(r, 422, why->text);
        return ERR_OK;
    }
    return e == ERR_OK ? respond(app, request, text, r, why) : e;
}

static const char *const paths[] = {"/voice/process-voice/", "/voice/process-voice", NULL};

static const struct app_part *const parts[] = {&app_profiles, NULL};

const struct handler handler_process_voice = {
    .name = "process-voice",
    .paths = paths,
    .methods = HANDLER_POST,
    .body_max = (size_t)64 * 1024,
    .deadline_ms = 2000,
    .parts = parts,
    .access = &access_local,
    .workers = 1,
    .about = "answers one text by the profile's rules",
    .handle = handle,
};
