#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "vendors/google-error.h"
#include "vendors/google-stt.h"
#include "vendors/price.h"
#include "wire/json.h"

#define API "Google's speech recognition"

/* "2.480s" in milliseconds; -1 if it is not. */
static int64_t ms_of(const char *s)
{
    char *end = NULL;
    double d = s == NULL ? -1 : strtod(s, &end);

    if (s == NULL || end == s || strcmp(end, "s") != 0 || !(d >= 0) || d > 86400)
        return -1;
    return (int64_t)(d * 1000 + 0.5);
}

/* Google leaves a confidence out, or sends 0, where it has none. */
static double surer(const struct json *best, double so_far)
{
    double c = 0;

    if (json_get_number(best, "confidence", &c, NULL) != ERR_OK || c <= 0 || c > 1)
        return so_far;
    return so_far < 0 || c < so_far ? c : so_far;
}

static enum err join(struct arena *a, const struct json *results, size_t max,
                     struct google_stt_words *ret)
{
    struct buf text;

    buf_init(&text, a, 2 * max);
    for (const struct json *r = json_first(results); r != NULL; r = json_next(r)) {
        const struct json *best = json_first(json_member(r, "alternatives"));
        const char *said = json_text(json_member(best, "transcript"));
        if (said == NULL || *said == '\0')
            continue;
        /* A later piece begins with its own blank, or should. */
        if (text.len > 0 && strchr(".,!?;:", text.data[text.len - 1]) != NULL && *said != ' ')
            buf_putc(&text, ' ');
        buf_puts(&text, said);
        ret->confidence = surer(best, ret->confidence);
    }
    if (buf_err(&text) != ERR_OK)
        return ERR_MEMORY;
    const char *s = buf_text(&text);
    s += strspn(s, " \t\r\n");
    size_t n = strlen(s);
    while (n > 0 && strchr(" \t\r\n", s[n - 1]) != NULL)
        n--;
    ret->text = arena_strndup(a, s, n);
    return ret->text == NULL ? ERR_MEMORY : ERR_OK;
}

enum err google_stt_read(struct arena *a, const struct http_reply *reply,
                         struct google_stt_words *ret, struct verdict *ret_verdict, struct why *why)
{
    struct google_stt_words words = {.confidence = -1};
    const struct json *o = NULL;

    if (reply->status != 200)
        return google_error_read(a, reply, API, ret_verdict, why);
    *ret_verdict = (struct verdict){.kind = VERDICT_BROKEN};
    enum err e = json_parse(a, reply->body, reply->len, &o, NULL);
    if (e == ERR_MEMORY)
        return e;
    const struct json *results = e == ERR_OK ? json_member(o, "results") : NULL;
    if (e != ERR_OK || json_kind(o) != JSON_OBJECT ||
        (json_kind(results) != JSON_ARRAY && json_kind(results) != JSON_NULL))
        return google_error_odd(API, "answered something that is no result", ret_verdict, why);
    const char *v1 = json_text(json_member(o, "totalBilledTime"));
    const char *v2 = json_text(json_member(json_member(o, "metadata"), "totalBilledDuration"));
    words.billed_ms = ms_of(v1 != NULL ? v1 : v2);
    e = join(a, results, reply->len, &words);
    if (e != ERR_OK)
        return e;
    ret_verdict->kind = VERDICT_DONE;
    *ret = words;
    return ERR_OK;
}

int64_t google_stt_cost(const struct google_stt *at, const char *model,
                        const struct google_stt_words *words, int64_t sound_ms)
{
    enum price_api api = strcmp(at->api, "v2") == 0 ? PRICE_GOOGLE_V2 : PRICE_GOOGLE_V1;
    const struct price_use use = {
        .ms = words->billed_ms >= 0 ? words->billed_ms : sound_ms,
        .tokens_in = -1,
        .tokens_out = -1,
    };

    return price_hear(api, google_stt_model(at, model), &use);
}
