#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "vendors/whisper.h"
#include "wire/json.h"

#define API "Whisper"

/* Whisper's own rule for a piece in which nobody speaks. */
#define NO_SPEECH 0.6
#define LOG_PROB  (-1.0)

/* ---- an answer ------------------------------------------------------------------------------ */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* whisper.cpp's lines begin with a blank and each segment ends its own. */
static void put_lines(struct buf *out, const char *text)
{
    while (*text != '\0') {
        text += strspn(text, " \t\r\n");
        size_t line = strcspn(text, "\r\n");
        size_t n = line;
        while (n > 0 && is_blank(text[n - 1]))
            n--;
        if (n > 0 && out->len > 0)
            buf_putc(out, ' ');
        buf_put(out, text, n);
        text += line;
    }
}

static bool is_unspoken(const struct json *segment)
{
    double no_speech = 0;
    double sure = 0;

    return json_get_number(segment, "no_speech_prob", &no_speech, NULL) == ERR_OK &&
           json_get_number(segment, "avg_logprob", &sure, NULL) == ERR_OK &&
           no_speech > NO_SPEECH && sure < LOG_PROB;
}

static double surer(const struct json *segment, double so_far)
{
    double log_prob = 0;

    if (json_get_number(segment, "avg_logprob", &log_prob, NULL) != ERR_OK || log_prob > 0)
        return so_far;
    double c = exp(log_prob);
    return so_far < 0 || c < so_far ? c : so_far;
}

static void put_segments(struct buf *out, const struct json *segments, double *confidence)
{
    for (const struct json *s = json_first(segments); s != NULL; s = json_next(s)) {
        const char *text = json_text(json_member(s, "text"));
        if (text == NULL || is_unspoken(s))
            continue;
        put_lines(out, text);
        *confidence = surer(s, *confidence);
    }
}

static enum err odd(const char *what, struct verdict *v, struct why *why)
{
    v->kind = VERDICT_BROKEN;
    return why_set(why, ERR_PEER, API " %s", what);
}

#define FAR INT64_C(1000000000000)

static int64_t count_of(const struct json *o, const char *name)
{
    int64_t n = -1;

    return json_get_int(o, name, 0, FAR, &n, NULL) == ERR_OK ? n : -1;
}

/* {"type":"duration","seconds":3}, or {"type":"tokens","input_tokens":14,"output_tokens":45}. A part
 * of a second, which other servers tell, is one. */
static struct price_use use_of(const struct json *usage)
{
    double s = 0;
    bool told = json_get_number(usage, "seconds", &s, NULL) == ERR_OK && s >= 0 && s <= 86400;

    return (struct price_use){
        .ms = told ? (int64_t)ceil(s) * 1000 : -1,
        .tokens_in = count_of(usage, "input_tokens"),
        .tokens_out = count_of(usage, "output_tokens"),
    };
}

static enum err read_words(struct arena *a, const struct http_reply *reply,
                           struct whisper_words *ret, struct verdict *v, struct why *why)
{
    struct whisper_words words = {.confidence = -1};
    const struct json *o = NULL;
    struct buf text;

    enum err e = json_parse(a, reply->body, reply->len, &o, NULL);
    if (e == ERR_MEMORY)
        return e;
    const char *whole = e == ERR_OK ? json_text(json_member(o, "text")) : NULL;
    const struct json *segments = e == ERR_OK ? json_member(o, "segments") : NULL;
    if (whole == NULL && json_kind(segments) != JSON_ARRAY)
        return odd("answered something that is no transcript", v, why);
    buf_init(&text, a, reply->len + 1);
    if (json_kind(segments) == JSON_ARRAY && json_count(segments) > 0)
        put_segments(&text, segments, &words.confidence);
    else if (whole != NULL)
        put_lines(&text, whole);
    if (buf_err(&text) != ERR_OK)
        return ERR_MEMORY;
    words.text = buf_text(&text);
    words.use = use_of(json_member(o, "usage"));
    v->kind = VERDICT_DONE;
    *ret = words;
    return ERR_OK;
}

/* ---- a refusal ------------------------------------------------------------------------------ */

/* First fit wins: the HTTP status, and the error's code, type or a part of its message. */
static const struct {
    int least, most;
    const char *part;
    enum verdict_kind kind;
    enum err err;
    const char *sentence;
} meanings[] = {
    {429, 429, "insufficient_quota", VERDICT_OPERATOR, ERR_CONFIG,
     "is refused: what was paid for is used up"},
    {429, 429, NULL, VERDICT_LATER, ERR_PEER, "was asked too often"},
    {401, 401, NULL, VERDICT_OPERATOR, ERR_CONFIG, "refuses the key: look at OPENAI_API_KEY"},
    {403, 403, NULL, VERDICT_OPERATOR, ERR_CONFIG, "may not be used with this key"},
    {400, 404, "model_not_found", VERDICT_OPERATOR, ERR_CONFIG,
     "has no such model: look at WHISPER_MODEL"},
    {404, 404, NULL, VERDICT_OPERATOR, ERR_CONFIG,
     "is not to be found at its address: look at WHISPER_URL"},
    {413, 413, NULL, VERDICT_REQUEST, ERR_TOO_BIG, "takes no sound of this size"},
    {400, 400, "too short", VERDICT_REQUEST, ERR_FORMAT, "takes no sound so short"},
    {400, 400, "file format", VERDICT_REQUEST, ERR_FORMAT, "cannot read the sound"},
    {400, 400, "Invalid request", VERDICT_REQUEST, ERR_FORMAT, "cannot read the sound"},
    {500, 500, "failed to process audio", VERDICT_REQUEST, ERR_FORMAT, "cannot read the sound"},
    {500, 599, NULL, VERDICT_AGAIN, ERR_PEER, "failed"},
    {408, 409, NULL, VERDICT_AGAIN, ERR_PEER, "gave up"},
    {400, 499, NULL, VERDICT_REQUEST, ERR_PEER, "refuses the request"},
};

/* Code and message of {"error": {...}} or {"error": "..."}, or the bare text, in one. */
static enum err read_told(struct arena *a, const struct http_reply *reply, const char **ret)
{
    const struct json *o = NULL;

    *ret = reply->body == NULL ? "" : reply->body;
    enum err e = json_parse(a, reply->body, reply->len, &o, NULL);
    if (e == ERR_MEMORY)
        return e;
    const struct json *error = e == ERR_OK ? json_member(o, "error") : NULL;
    if (json_text(error) != NULL)
        *ret = json_text(error);
    if (json_kind(error) != JSON_OBJECT)
        return ERR_OK;
    const char *code = json_text(json_member(error, "code"));
    const char *type = json_text(json_member(error, "type"));
    const char *message = json_text(json_member(error, "message"));
    *ret = arena_printf(a, "%s %s %s", message == NULL ? "" : message, code == NULL ? "" : code,
                        type == NULL ? "" : type);
    return *ret == NULL ? ERR_MEMORY : ERR_OK;
}

static enum err read_refusal(struct arena *a, const struct http_reply *reply, struct verdict *v,
                             struct why *why)
{
    const char *told = "";

    enum err e = read_told(a, reply, &told);
    if (e != ERR_OK)
        return e;
    if (*told != '<') /* a page of HTML says nothing in 120 bytes */
        verdict_mask(told, v->detail);
    v->wait_s = reply->retry_after_ms > 0 ? (reply->retry_after_ms + 999) / 1000 : 0;
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
        if (reply->status >= meanings[i].least && reply->status <= meanings[i].most &&
            (meanings[i].part == NULL || strstr(told, meanings[i].part) != NULL)) {
            v->kind = meanings[i].kind;
            return why_set(why, meanings[i].err, API " %s (status %d)", meanings[i].sentence,
                           reply->status);
        }
    return why_set(why, ERR_PEER, API " answered with status %d", reply->status);
}

enum err whisper_read(struct arena *a, const struct http_reply *reply, struct whisper_words *ret,
                      struct verdict *ret_verdict, struct why *why)
{
    *ret_verdict = (struct verdict){.kind = VERDICT_BROKEN};
    if (reply->status != 200)
        return read_refusal(a, reply, ret_verdict, why);
    return read_words(a, reply, ret, ret_verdict, why);
}
