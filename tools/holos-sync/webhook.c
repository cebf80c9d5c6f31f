#include "tools/holos-sync/webhook.h"

#include <string.h>

#include "base/digest.h"

#define POST_MS   15000
#define REPLY_MAX ((size_t)1024 * 1024)

/* What it writes beside its status is nothing to us. */
static enum err note_status(void *to, int status, const char *data, size_t n)
{
    int *seen = to;

    (void)data;
    (void)n;
    *seen = status;
    return ERR_OK;
}

static enum err sign(const struct webhook *w, struct arena *a, const char *body, const char **ret)
{
    char hex[DIGEST_HEX];

    enum err e = digest_hmac_sha256(w->key, body, strlen(body), hex);
    if (e != ERR_OK)
        return e;
    *ret = arena_printf(a, "X-Holos-Signature: %s", hex);
    return *ret == NULL ? ERR_MEMORY : ERR_OK;
}

/* *ret_status is 0 until the answer has begun. */
static enum err post(const struct webhook *w, struct arena *a, const struct outbox_row *row,
                     int *ret_status, struct webhook_answer *ret)
{
    const char *headers[3] = {arena_printf(a, "Idempotency-Key: %lld", (long long)row->id)};
    struct http_reply reply;

    if (headers[0] == NULL)
        return ERR_MEMORY;
    enum err e = *w->key == '\0' ? ERR_OK : sign(w, a, row->payload, &headers[1]);
    if (e != ERR_OK)
        return e;
    const struct http_request req = {.method = "POST",
                                     .url = w->url,
                                     .headers = headers,
                                     .type = "application/json",
                                     .body = row->payload,
                                     .len = strlen(row->payload),
                                     .deadline = deadline_in_ms(POST_MS),
                                     .reply_max = REPLY_MAX,
                                     .on_bytes = note_status,
                                     .to = ret_status};
    e = http_send(w->http, a, &req, &reply, &ret->why);
    if (e == ERR_OK) {
        *ret_status = reply.status;
        ret->wait_ms = reply.retry_after_ms;
    }
    return e;
}

static enum webhook_fate fate_of(int status)
{
    if (status >= 200 && status < 300)
        return WEBHOOK_TOOK;
    if (status == 429 || status == 503)
        return WEBHOOK_DOWN;
    if (status >= 400 && status < 500 && status != 408 && status != 425)
        return WEBHOOK_NEVER;
    return WEBHOOK_LATER;
}

void webhook_post(const struct webhook *w, struct arena *a, const struct outbox_row *row,
                  struct webhook_answer *ret)
{
    int status = 0;

    *ret = (struct webhook_answer){.fate = WEBHOOK_DOWN, .wait_ms = -1};
    enum err e = post(w, a, row, &status, ret);
    if (status == 0) {
        if (ret->why.text[0] == '\0')
            (void)why_set(&ret->why, e, "%s", err_text(e));
        return;
    }
    /* An answer whose body was cut or too long has told its status all the same. */
    ret->fate = fate_of(status);
    ret->why = (struct why){0};
    if (ret->fate != WEBHOOK_TOOK)
        (void)why_set(&ret->why, ERR_PEER, "the webhook answered %d", status);
}
