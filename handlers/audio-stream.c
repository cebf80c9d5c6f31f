/* POST /telephony/binotel/audio-stream: one turn of a call, from what the caller said to the answer. */
#include <string.h>

#include "base/digest.h"
#include "base/settings.h"
#include "base/text.h"
#include "calls/turn.h"
#include "serve/binotel-ask.h"
#include "serve/spoken-reply.h"
#include "wire/multipart.h"

#define KEY_MAX 255 /* bytes of an Idempotency-Key or of `turn` */

/* The parts of the request; NULL: not there. */
struct parts {
    const char *call_id, *turn, *text, *digits;
    const char *audio;
    size_t audio_len;
    bool event; /* it has a requestType: no turn, but the exchange's word */
};

static enum err text_part(const struct ask *ask, const struct multipart *m, const char *name,
                          size_t max, const char **ret, struct why *why)
{
    size_t count = 0;
    const struct multipart_part *p = multipart_find(m, name, &count);

    if (p == NULL)
        return ERR_OK;
    if (count > 1)
        return why_set(why, ERR_VALUE, "%s is given twice", name);
    if (p->len > max)
        return why_set(why, ERR_VALUE, "%s is longer than %zu bytes", name, max);
    if (!text_is_utf8(p->data, p->len) || memchr(p->data, '\0', p->len) != NULL)
        return why_set(why, ERR_VALUE, "%s is not UTF-8 text", name);
    *ret = arena_strndup(ask->arena, p->data, p->len);
    return *ret == NULL ? ERR_MEMORY : ERR_OK;
}

static enum err audio_part(const struct multipart *m, struct parts *ret, struct why *why)
{
    size_t count = 0;
    const struct multipart_part *p = multipart_find(m, "audio", &count);

    if (count > 1)
        return why_set(why, ERR_VALUE, "audio is given twice");
    if (p != NULL) {
        ret->audio = p->data;
        ret->audio_len = p->len;
    }
    return ERR_OK;
}

static enum err read_multipart(const struct ask *ask, struct parts *ret, struct why *why)
{
    char boundary[MULTIPART_BOUNDARY + 1];
    struct multipart m = {0};

    enum err e = multipart_boundary(ask->content_type, boundary, why);
    if (e == ERR_OK)
        e = multipart_parse(ask->arena, boundary, ask->body, ask->len, &m, why);
    const struct multipart_part *type =
        e == ERR_OK ? multipart_find(&m, "requestType", NULL) : NULL;
    ret->event = type != NULL && type->len > 0;
    if (ret->event)
        return ERR_OK;
    if (e == ERR_OK)
        e = text_part(ask, &m, "callID", BINOTEL_ID_MAX, &ret->call_id, why);
    if (e == ERR_OK && ret->call_id == NULL)
        e = text_part(ask, &m, "generalCallID", BINOTEL_ID_MAX, &ret->call_id, why);
    if (e == ERR_OK)
        e = text_part(ask, &m, "turn", KEY_MAX, &ret->turn, why);
    if (e == ERR_OK)
        e = text_part(ask, &m, "text", SPEAK_TEXT_MAX, &ret->text, why);
    if (e == ERR_OK)
        e = text_part(ask, &m, "digits", 64, &ret->digits, why);
    return e == ERR_OK ? audio_part(&m, ret, why) : e;
}

/* The delivery's key within this route: what the gateway says, else the body itself. */
static enum err delivery_key(const struct ask *ask, const struct parts *p, const char **ret,
                             int *ret_window)
{
    char hex[DIGEST_HEX];
    size_t id = strlen(p->call_id); /* told, or "1" + "2:3" would be "1:2" + "3" */

    *ret_window = 0;
    if (*ask->idempotency_key != '\0')
        *ret = arena_printf(ask->arena, "key:%zu:%s:%s", id, p->call_id, ask->idempotency_key);
    else if (p->turn != NULL && *p->turn != '\0')
        *ret = arena_printf(ask->arena, "turn:%zu:%s:%s", id, p->call_id, p->turn);
    else {
        enum err e = digest_sha256(ask->body, ask->len, hex);
        if (e != ERR_OK)
            return e;
        *ret = arena_printf(ask->arena, "body:%s:%s", p->call_id, hex);
        *ret_window = (int)setting_number(SET_HOLOS_REPEAT_S);
    }
    return *ret == NULL ? ERR_MEMORY : ERR_OK;
}

/* ---- the reply --------------------------------------------------------------------------------- */

static enum err render_json(struct call_turn *c, struct reply *r)
{
    struct jsonw w;

    jsonw_init(&w, &r->body.text);
    jsonw_object(&w);
    jsonw_put_bool(&w, "success", true);
    jsonw_key(&w, "audio_data");
    enum err e = spoken_reply_answer(&w, &r->body, c);
    if (e != ERR_OK)
        return e;
    jsonw_put_text(&w, "message", c->said);
    jsonw_put_bool(&w, "should_continue", c->goes_on);
    jsonw_put_text(&w, "transcript", c->turn.heard);
    jsonw_put_int(&w, "turn", c->turn.n);
    spoken_reply_times(&w, c);
    jsonw_end_object(&w);
    return buf_err(&r->body.text);
}

static void stream_line_end(struct reply *r, struct jsonw *w)
{
    jsonw_end_object(w);
    buf_putc(&r->body.text, '\n');
}

static void stream_heard(void *to, const char *transcript)
{
    struct reply *r = to;
    struct jsonw w;

    jsonw_init(&w, &r->body.text);
    jsonw_object(&w);
    jsonw_put_text(&w, "transcript", transcript);
    stream_line_end(r, &w);
    (void)reply_flush(r);
}

static void stream_sentence(void *to, const struct sentence *s)
{
    struct reply *r = to;
    struct jsonw w;

    jsonw_init(&w, &r->body.text);
    jsonw_object(&w);
    jsonw_key(&w, "audio_data");
    spoken_reply_sound(&w, &r->body, s->sound.wav, s->sound.len);
    jsonw_put_text(&w, "message", s->text);
    stream_line_end(r, &w);
    (void)reply_flush(r);
}

static enum err render_stream_end(struct call_turn *c, struct reply *r)
{
    struct jsonw w;

    jsonw_init(&w, &r->body.text);
    jsonw_object(&w);
    jsonw_put_bool(&w, "success", true);
    jsonw_put_bool(&w, "should_continue", c->goes_on);
    jsonw_put_text(&w, "message", c->said);
    jsonw_put_int(&w, "turn", c->turn.n);
    spoken_reply_times(&w, c);
    stream_line_end(r, &w);
    return buf_err(&r->body.text);
}

static void note(struct reply *r, const struct call_turn *c)
{
    reply_note(r,
               "call=%lld turn=%d heard_by=%s think=%s speak=%s hear_us=%lld think_us=%lld "
               "speak_us=%lld",
               (long long)c->call.id, c->turn.n, c->turn.heard_by, c->turn.think_rung,
               c->turn.speak_rung, (long long)c->turn.hear_us, (long long)c->turn.think_us,
               (long long)c->turn.speak_us);
    const char *end = effects_end(&c->effects);
    if (end != NULL)
        reply_note(r, "end=%s", end);
    if (c->env.fault.text[0] != '\0')
        reply_note(r, "fault=\"%s\"", c->env.fault.text);
}

static enum err render(struct call_turn *c, bool stream, struct reply *r)
{
    return stream ? render_stream_end(c, r) : render_json(c, r);
}

/* What is said of the call's going on must be what is kept. It is written before the store is locked,
 * and again in the rare case that the exchange ended the call meanwhile. */
static enum err conclude(struct call_turn *c, bool stream, struct reply *r, struct why *why)
{
    size_t len = r->body.text.len;
    size_t sounds = r->body.sounds;
    bool told = c->goes_on;

    enum err e = render(c, stream, r);
    if (e == ERR_OK)
        e = call_turn_conclude(c, why);
    if (e != ERR_OK || c->goes_on == told)
        return e;
    body_cut(&r->body, len, sounds);
    return render(c, stream, r);
}

static enum err run(struct call_turn *c, const struct turn_input *in, bool stream, struct reply *r,
                    struct why *why)
{
    r->status = 200;
    r->type = stream ? ndjson_type : json_type;
    enum err e = call_turn_answer(c, in, why);
    if (e == ERR_OK && c->delivery.found == DELIVERY_DONE) {
        spoken_reply_again(r, c->delivery.reply);
        reply_note(r, "replay=1");
        return ERR_OK;
    }
    if (e == ERR_OK)
        e = conclude(c, stream, r, why);
    if (e != ERR_OK)
        return e;
    const struct delivery_reply stored = {.status = 200, .type = r->type, .body = r->body};
    e = call_turn_finish(c, &stored, why);
    note(r, c);
    return e;
}

/* ---- the request ------------------------------------------------------------------------------- */

static void refuse_value(struct reply *r, const char *text)
{
    reply_error(r, 400, text);
    r->err = ERR_VALUE;
}

/* What a telephone can send, with the blanks and commas that some gateways put between. */
static bool are_keys(const char *s)
{
    return s[strspn(s, "0123456789*#ABCDabcd ,")] == '\0';
}

static bool refuse(const struct parts *p, struct reply *r)
{
    if (p->call_id == NULL || *p->call_id == '\0') {
        reply_missing_field(r, "callID");
    } else if (p->audio == NULL && p->text == NULL && p->digits == NULL) {
        reply_missing_field(r, "audio");
    } else if ((p->audio != NULL) + (p->text != NULL) + (p->digits != NULL) > 1) {
        refuse_value(r, "Send one of audio, text and digits, not several");
    } else if (p->audio != NULL && p->audio_len == 0) {
        refuse_value(r, "Empty audio data");
    } else if (p->digits != NULL && !are_keys(p->digits)) {
        refuse_value(r, "digits holds something that is no key: 0 to 9, *, # and A to D are");
    } else {
        return false;
    }
    return true;
}

static enum err turn(struct app *app, const struct ask *ask, const struct parts *p, struct reply *r,
                     struct why *why)
{
    bool stream = ask_accepts(ask, ndjson_type);
    struct call_turn c = {
        .app = app,
        .arena = ask->arena,
        .deadline = ask->deadline,
        .on_heard = stream ? stream_heard : NULL,
        .on_sentence = stream ? stream_sentence : NULL,
        .to = r,
    };
    struct turn_input in = {
        .source = "binotel",
        .external_id = p->call_id,
        .route = "audio-stream",
        .words = p->text,
        .keys = p->digits,
        .audio = p->audio,
        .audio_len = p->audio_len,
    };

    enum err e = delivery_key(ask, p, &in.key, &in.window_s);
    if (e == ERR_OK)
        e = run(&c, &in, stream, r, why);
    call_turn_release(&c);
    return e;
}

/* A body that brings no turn: the exchange's own events come here too, and else all is missing. */
static enum err other_body(struct app *app, const struct ask *ask, struct reply *r, struct why *why)
{
    struct binotel_event ev = {0};
    bool answered = false;

    enum err e = binotel_ask(app, ask, r, &ev, &answered, why);
    if (e != ERR_OK || answered)
        return e;
    return why_set(why, ERR_FORMAT,
                   "Send multipart/form-data with callID and one of audio, text and digits");
}

static enum err handle(struct app *app, const struct ask *ask, struct reply *r, struct why *why)
{
    struct parts p = {0};

    if (strncasecmp(ask->content_type, "multipart/", 10) != 0)
        return other_body(app, ask, r, why);
    if (strlen(ask->idempotency_key) > KEY_MAX ||
        !text_is_utf8(ask->idempotency_key, strlen(ask->idempotency_key)))
        return why_set(why, ERR_VALUE, "Idempotency-Key must be UTF-8 of at most %d bytes",
                       KEY_MAX);
    enum err e = read_multipart(ask, &p, why);
    if (e == ERR_OK && p.event)
        return other_body(app, ask, r, why);
    if (e != ERR_OK || refuse(&p, r))
        return e;
    return turn(app, ask, &p, r, why);
}

static const char *const paths[] = {"/telephony/binotel/audio-stream", NULL};

const struct handler handler_audio_stream = {
    .name = "audio-stream",
    .paths = paths,
    .methods = HANDLER_POST,
    .body_max = (size_t)10 * 1024 * 1024,
    .needs = NEED_STORE | NEED_PROFILES | NEED_VOICE | NEED_PROVIDERS,
    .access = ACCESS_BINOTEL,
    .streams = true,
    .workers = 8,
    .about = "one turn of a call: hears, thinks, answers aloud",
    .handle = handle,
    .handle_shut = binotel_ask_shut,
};
