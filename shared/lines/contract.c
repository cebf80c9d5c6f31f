#include "lines/contract.h"

#include <string.h>
#include <strings.h>

#include "base/digest.h"
#include "base/settings.h"
#include "base/text.h"
#include "calls/end.h"
#include "lines/binotel.h"
#include "speech/voice.h"
#include "wire/jsonw.h"
#include "wire/multipart.h"

#define KEY_MAX  255            /* bytes of an Idempotency-Key or of `turn` */
#define TEXT_MAX SPEAK_TEXT_MAX /* bytes of `text` */
#define KEYS_MAX 64             /* of `digits` */

static const char ndjson_type[] = "application/x-ndjson";

static void refuse_value(struct response *r, const char *text)
{
    response_error(r, 400, text);
    r->err = ERR_VALUE;
}

/* ==== a call comes in ========================================================================== */

static void refuse_missing(struct response *r, const struct binotel_event *ev)
{
    const struct {
        const char *value, *name;
    } wanted[] = {{ev->call_id, "callID"}, {ev->called, "internalNumber"}};
    struct jsonw w;

    r->status = 400;
    r->err = ERR_MISSING;
    r->type = response_json_type;
    jsonw_init(&w, &r->body.text);
    jsonw_object(&w);
    jsonw_put_text(&w, "error", "Missing required fields");
    jsonw_key(&w, "missing");
    jsonw_array(&w);
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        if (*wanted[i].value == '\0')
            jsonw_text(&w, wanted[i].name);
    jsonw_end_array(&w);
    jsonw_end_object(&w);
}

static enum err read_greeting(struct app *app, const struct request *request,
                              struct line_input *ret, struct response *r, struct why *why)
{
    struct binotel_event ev = {0};

    enum err e = binotel_answer(app, request, &ev, r, why);
    if (e != ERR_OK || ev.request != BINOTEL_CONTRACT)
        return e;
    if (*ev.call_id == '\0' ||
        *ev.called == '\0') { /* without a number the caller is a hidden one */
        refuse_missing(r, &ev);
        return ERR_OK;
    }
    ret->kind = LINE_GREETING;
    ret->turn = (struct turn_input){
        .external_id = ev.call_id,
        .key = ev.call_id,
        /* No digest: the greeting is the same for all, and to refuse it would leave a caller in
         * silence. */
        .caller = ev.customer,
        .called = ev.called,
        .direction = ev.direction,
    };
    return ERR_OK;
}

/* ==== a turn =================================================================================== */

static bool is_usable(const struct multipart_part *p, bool is_text)
{
    return p->len > 0 && (!is_text || multipart_is_text(p));
}

static bool says_the_same(const struct multipart_part *a, const struct multipart_part *b)
{
    return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

static int is_file(const struct multipart_part *p)
{
    return p->filename != NULL ? 1 : 0;
}

struct choice {
    const char *name;
    bool is_text;
    const struct multipart_part *part; /* NULL: there is none */
    bool passed_over;                  /* one that cannot be decoded */
};

/* The surest of the parts of that name that have content: of several sounds the file. */
static enum err choose(const struct multipart *m, struct choice *c, struct why *why)
{
    for (size_t i = 0; i < m->n; i++) {
        const struct multipart_part *p = &m->parts[i];
        if (strcmp(p->name, c->name) != 0)
            continue;
        if (!is_usable(p, c->is_text)) {
            c->passed_over = c->passed_over || p->len > 0 || p->encoding == MULTIPART_UNKNOWN;
            continue;
        }
        int surer = c->part == NULL ? 1 : c->is_text ? 0 : is_file(p) - is_file(c->part);
        if (surer == 0 && !says_the_same(c->part, p))
            return why_set(why, ERR_VALUE, "%s is given twice", c->name);
        c->part = surer > 0 ? p : c->part;
    }
    return ERR_OK;
}

struct text_part {
    const char *name;
    size_t max;
    const char **to; /* stays as it is if the part is not there */
    bool is_id;
};

static enum err text_part(const struct request *request, const struct multipart *m,
                          const struct text_part *t, struct response *r, struct why *why)
{
    struct choice choice = {.name = t->name, .is_text = true};

    enum err e = choose(m, &choice, why);
    const struct multipart_part *p = choice.part;
    if (choice.passed_over)
        response_note(r, "undecodable=%s", t->name);
    if (e != ERR_OK || p == NULL)
        return e;
    if (p->len > t->max)
        return why_set(why, ERR_VALUE, "%s is longer than %zu bytes", t->name, t->max);
    size_t mark = text_mark(p->data, p->len);
    const char *data = p->data + mark;
    const char *text = t->is_id ? text_trim(request->arena, data, p->len - mark)
                                : arena_strndup(request->arena, data, p->len - mark);
    if (text == NULL)
        return ERR_MEMORY;
    if (!t->is_id || *text != '\0')
        *t->to = text;
    return ERR_OK;
}

static enum err audio_part(const struct multipart *m, struct turn_input *ret, struct response *r,
                           struct why *why)
{
    struct choice choice = {.name = "audio"};

    enum err e = choose(m, &choice, why);
    const struct multipart_part *p = choice.part;
    if (choice.passed_over)
        response_note(r, "undecodable=audio");
    if (e != ERR_OK)
        return e;
    if (p == NULL)
        p = multipart_find(m, "audio", NULL);
    if (p != NULL) {
        ret->audio = p->data;
        ret->audio_len = p->len;
        ret->audio_type = p->type;
        ret->audio_name = p->filename;
    }
    return ERR_OK;
}

/* The surest counts: keys before words, words before sound. Words of blanks alone are a caller's
 * silence, and no reason to leave the sound unheard. */
static void keep_surest(struct turn_input *in)
{
    bool silent = in->words != NULL && in->words[strspn(in->words, " \t\r\n")] == '\0';

    if (in->keys != NULL || (silent && in->audio_len > 0))
        in->words = NULL;
    if (in->keys != NULL || in->words != NULL) {
        in->audio = NULL;
        in->audio_len = 0;
    }
}

/* What of a turn stands in the parts; NULL: it is not there. */
static enum err read_parts(const struct request *request, const struct multipart *m,
                           struct turn_input *ret, const char **ret_turn, struct response *r,
                           struct why *why)
{
    const struct text_part texts[] = {
        {"callID", BINOTEL_ID_MAX, &ret->external_id, true},
        {"generalCallID", BINOTEL_ID_MAX, &ret->external_id, true},
        {"turn", KEY_MAX, ret_turn, true},
        {"text", TEXT_MAX, &ret->words, false},
        {"digits", KEYS_MAX, &ret->keys, true},
    };
    enum err e = ERR_OK;

    for (size_t i = 0; i < sizeof texts / sizeof texts[0] && e == ERR_OK; i++)
        if (*texts[i].to == NULL)
            e = text_part(request, m, &texts[i], r, why);
    if (e == ERR_OK)
        e = audio_part(m, ret, r, why);
    keep_surest(ret);
    return e;
}

/* What a telephone can send, with the blanks and commas that some gateways put between. */
static bool are_keys(const char *s)
{
    return s[strspn(s, "0123456789*#ABCDabcd ,")] == '\0';
}

/* True: it was refused. */
static bool refuse_parts(const struct turn_input *in, struct response *r)
{
    if (in->external_id == NULL || *in->external_id == '\0') {
        response_missing_field(r, "callID");
    } else if (in->audio == NULL && in->words == NULL && in->keys == NULL) {
        response_missing_field(r, "audio");
    } else if (in->audio != NULL && in->audio_len == 0) {
        refuse_value(r, "Empty audio data");
    } else if (in->keys != NULL && !are_keys(in->keys)) {
        refuse_value(r, "digits holds something that is not a key: 0 to 9, *, # and A to D are");
    } else {
        return false;
    }
    return true;
}

/* Of what is said, not of the whole body: a client that sends it again may write the parts another
 * way. */
static enum err turn_digest(const struct request *request, struct turn_input *ret)
{
    const char *kind = ret->words != NULL ? "text" : ret->keys != NULL ? "digits" : "audio";
    const char *said = ret->words != NULL ? ret->words : ret->keys;
    char hex[DIGEST_HEX];

    enum err e = said != NULL ? digest_sha256(said, strlen(said), hex)
                              : digest_sha256(ret->audio, ret->audio_len, hex);
    if (e != ERR_OK)
        return e;
    ret->digest = arena_printf(request->arena, "%s:%s", kind, hex);
    return ret->digest == NULL ? ERR_MEMORY : ERR_OK;
}

/* The delivery's key: what the gateway says, else the body itself. */
static enum err delivery_key(const struct request *request, const char *turn,
                             struct turn_input *ret)
{
    const char *given = request->idempotency_key;
    size_t id = strlen(ret->external_id); /* told, or "1" + "2:3" would be "1:2" + "3" */
    char hex[DIGEST_HEX];

    if (*given != '\0') {
        ret->key = arena_printf(request->arena, "key:%zu:%s:%s", id, ret->external_id, given);
    } else if (turn != NULL && *turn != '\0') {
        ret->key = arena_printf(request->arena, "turn:%zu:%s:%s", id, ret->external_id, turn);
    } else {
        enum err e = digest_sha256(request->body, request->len, hex);
        if (e != ERR_OK)
            return e;
        ret->key = arena_printf(request->arena, "body:%s:%s", ret->external_id, hex);
        ret->window_s = (int)setting_number(SET_HOLOS_REPEAT_S);
        return ret->key == NULL ? ERR_MEMORY : ERR_OK;
    }
    return ret->key == NULL ? ERR_MEMORY : turn_digest(request, ret);
}

/* A body that brings no turn: an event of the exchange, or else all is missing. */
static enum err read_other(struct app *app, const struct request *request, struct response *r,
                           struct why *why)
{
    struct binotel_event ev = {0};

    enum err e = binotel_answer(app, request, &ev, r, why);
    if (e != ERR_OK || ev.request != BINOTEL_CONTRACT)
        return e;
    return why_set(why, ERR_FORMAT,
                   "Send multipart/form-data with callID and one of audio, text and digits");
}

static bool is_event(const struct multipart *m)
{
    for (size_t i = 0; i < m->n; i++)
        if (m->parts[i].len > 0 && strcmp(m->parts[i].name, "requestType") == 0)
            return true;
    return false;
}

static enum err check_key(const char *key, struct why *why)
{
    if (strlen(key) <= KEY_MAX && text_is_utf8(key, strlen(key)))
        return ERR_OK;
    return why_set(why, ERR_VALUE, "Idempotency-Key must be UTF-8 of at most %d bytes", KEY_MAX);
}

static enum err read_turn(struct app *app, const struct request *request, struct line_input *ret,
                          struct response *r, struct why *why)
{
    struct turn_input in = {0};
    struct multipart m = {0};
    const char *turn = NULL;

    if (strncasecmp(request->content_type, "multipart/", 10) != 0)
        return read_other(app, request, r, why);
    enum err e = check_key(request->idempotency_key, why);
    if (e == ERR_OK)
        e = request_parts(request, &m, why);
    if (e == ERR_OK && is_event(&m))
        return read_other(app, request, r, why);
    if (e == ERR_OK)
        e = read_parts(request, &m, &in, &turn, r, why);
    if (e != ERR_OK || refuse_parts(&in, r))
        return e;
    e = delivery_key(request, turn, &in);
    if (e == ERR_OK)
        *ret = (struct line_input){
            .kind = LINE_TURN, .stream = request_accepts(request, ndjson_type), .turn = in};
    return e;
}

/* ==== the answer =============================================================================== */

/* The sound as base64 text, or null if there is none. It is not copied. */
static void put_sound(struct jsonw *w, struct body *body, const struct line_sound *sound)
{
    size_t before = body->sounds;

    jsonw_key(w, "audio_data");
    if (sound->wav == NULL) {
        jsonw_null(w);
        return;
    }
    /* An empty text is written and its closing quote moved behind the sound. */
    jsonw_text(w, "");
    if (buf_err(&body->text) != ERR_OK)
        return;
    body->text.len--;
    body_sound(body, sound->wav, sound->len);
    buf_putc(&body->text, '"');
    if (body->sounds > before)
        body->sound[before].sha256 = sound->sha256;
}

/* The stages that ran and the whole so far, in milliseconds. */
static void put_times(struct jsonw *w, const struct line_times *t)
{
    const struct {
        const char *name;
        int64_t us;
    } stages[] = {{"hear", t->hear_us},
                  {"think", t->think_us},
                  {"speak", t->speak_us},
                  {"total", t->total_us}};

    jsonw_key(w, "took_ms");
    jsonw_object(w);
    for (size_t i = 0; i < sizeof stages / sizeof stages[0]; i++) {
        if (stages[i].us < 0)
            continue;
        jsonw_key(w, stages[i].name);
        jsonw_number(w, (double)stages[i].us / 1000.0);
    }
    jsonw_end_object(w);
}

/* null: nothing that is known of. */
static void put_asks(struct jsonw *w, enum asks asks)
{
    if (asks != ASKS_NOTHING) {
        jsonw_put_text(w, "asks", asks_text(asks));
        return;
    }
    jsonw_key(w, "asks");
    jsonw_null(w);
}

static void put_transfer(struct jsonw *w, const struct line_result *result)
{
    if (result->transfer != NULL)
        jsonw_put_text(w, "transfer", result->transfer);
}

static enum err write_greeting(const struct line_input *in, const struct line_result *result,
                               struct response *r)
{
    struct jsonw w;

    (void)in;
    jsonw_init(&w, &r->body.text);
    jsonw_object(&w);
    jsonw_put_bool(&w, "success", true);
    put_sound(&w, &r->body, &result->sound);
    jsonw_put_text(&w, "message", result->said);
    put_asks(&w, result->asks);
    put_times(&w, &result->times);
    jsonw_end_object(&w);
    return ERR_OK;
}

static void write_whole(const struct line_result *result, struct response *r)
{
    struct jsonw w;

    jsonw_init(&w, &r->body.text);
    jsonw_object(&w);
    jsonw_put_bool(&w, "success", true);
    put_sound(&w, &r->body, &result->sound);
    jsonw_put_text(&w, "message", result->said);
    jsonw_put_bool(&w, "should_continue", result->goes_on);
    put_asks(&w, result->asks);
    put_transfer(&w, result);
    jsonw_put_text(&w, "transcript", result->transcript);
    jsonw_put_int(&w, "turn", result->turn);
    put_times(&w, &result->times);
    jsonw_end_object(&w);
}

static void end_stream_line(struct jsonw *w, struct response *r)
{
    jsonw_end_object(w);
    buf_putc(&r->body.text, '\n');
}

static void write_stream_end(const struct line_result *result, struct response *r)
{
    struct jsonw w;

    jsonw_init(&w, &r->body.text);
    jsonw_object(&w);
    jsonw_put_bool(&w, "success", true);
    jsonw_put_bool(&w, "should_continue", result->goes_on);
    put_asks(&w, result->asks);
    put_transfer(&w, result);
    jsonw_put_text(&w, "message", result->said);
    jsonw_put_int(&w, "turn", result->turn);
    put_times(&w, &result->times);
    end_stream_line(&w, r);
}

static enum err write_turn(const struct line_input *in, const struct line_result *result,
                           struct response *r)
{
    if (in->stream)
        write_stream_end(result, r);
    else
        write_whole(result, r);
    return ERR_OK;
}

static void stream_heard(struct response *r, const char *transcript)
{
    struct jsonw w;

    jsonw_init(&w, &r->body.text);
    jsonw_object(&w);
    jsonw_put_text(&w, "transcript", transcript);
    end_stream_line(&w, r);
}

static void stream_sentence(struct response *r, const char *text, const struct line_sound *sound)
{
    struct jsonw w;

    jsonw_init(&w, &r->body.text);
    jsonw_object(&w);
    put_sound(&w, &r->body, sound);
    jsonw_put_text(&w, "message", text);
    end_stream_line(&w, r);
}

/* What a gateway that only looks at `audio_data` plays is an apology, and the call goes on. */
static void write_excuse(const char *error, const struct line_result *excuse, struct response *r)
{
    struct jsonw w;

    jsonw_init(&w, &r->body.text);
    jsonw_object(&w);
    jsonw_put_text(&w, "error", error);
    jsonw_put_bool(&w, "success", false);
    put_sound(&w, &r->body, &excuse->sound);
    jsonw_put_text(&w, "message", excuse->said);
    jsonw_put_bool(&w, "should_continue", excuse->goes_on);
    jsonw_end_object(&w);
}

const struct line contract_greeting = {
    .source = BINOTEL_SOURCE,
    .route = "incoming-call",
    .type = response_json_type,
    .speaks = true,
    .read = read_greeting,
    .write = write_greeting,
    .excuse = write_excuse,
};

const struct line contract_turn = {
    .source = BINOTEL_SOURCE,
    .route = "audio-stream",
    .type = response_json_type,
    .speaks = true,
    .read = read_turn,
    .write = write_turn,
    .excuse = write_excuse,
    .stream_type = ndjson_type,
    .heard = stream_heard,
    .sentence = stream_sentence,
};

/* ==== what became of a call ==================================================================== */

static enum err keep_status(struct app *app, const struct request *request,
                            const struct binotel_event *ev, struct response *r, struct why *why)
{
    const struct call_report news = {.status = binotel_status(ev->status),
                                     .billed_s = ev->billed_s};

    buf_puts(&r->body.text, "{\"success\":true}");
    if (news.status == CALL__MAX) {
        response_note(r, "status=unknown");
        return ERR_OK;
    }
    enum err e =
        end_status(app, request->arena, BINOTEL_SOURCE, ev->call_id, &news, request->deadline, why);
    if (e == ERR_NOT_FOUND) {
        response_note(r, "call=unknown");
        return ERR_OK;
    }
    response_note(r, "call_status=%s", call_status_text(news.status));
    return e;
}

enum err contract_status(struct app *app, const struct request *request, struct response *r,
                         struct why *why)
{
    struct binotel_event ev = {0};

    enum err e = binotel_answer(app, request, &ev, r, why);
    if (e != ERR_OK || ev.request != BINOTEL_CONTRACT)
        return e;
    r->status = 200;
    r->type = response_json_type;
    if (*ev.call_id == '\0' || *ev.status == '\0') {
        response_error(r, 400, "Missing required fields");
        r->err = ERR_MISSING;
        return ERR_OK;
    }
    return keep_status(app, request, &ev, r, why);
}
