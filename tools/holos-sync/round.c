#include "tools/holos-sync/round.h"

#include "base/log.h"
#include "store/lead.h"

#define KIND     "lead"
#define WRITE_MS 30000
#define HOLD_MS  30000

/* 10 s, twice that, ... an hour, an hour: 32 tries take 23 hours and a half. */
#define FIRST_MS INT64_C(10000)
#define MOST_MS  INT64_C(3600000)
#define TRIES    32

/* ---- what became of a row ------------------------------------------------------------------------- */

static enum err note_sent(struct round *r, int64_t id, int64_t lead_id, struct why *why)
{
    enum err e = store_begin(r->store, deadline_in_ms(WRITE_MS), why);
    if (e != ERR_OK)
        return e;
    e = outbox_sent(r->store, id, why);
    if (e == ERR_OK)
        e = lead_sent(r->store, lead_id, why);
    if (e == ERR_OK)
        return store_commit(r->store, why);
    store_rollback(r->store);
    return e;
}

/* On a full disk the same row would go out with every round: it is remembered until it is noted. */
static enum err note_taken(struct round *r, struct why *why)
{
    if (r->taken == 0)
        return ERR_OK;
    enum err e = note_sent(r, r->taken, r->taken_lead, why);
    if (e == ERR_OK)
        r->taken = 0;
    return e;
}

static enum err note_failed(struct round *r, int64_t id, const char *error, int64_t next_due_ms,
                            struct why *why)
{
    enum err e = store_begin(r->store, deadline_in_ms(WRITE_MS), why);
    if (e != ERR_OK)
        return e;
    e = outbox_failed(r->store, id, error, next_due_ms, why);
    if (e == ERR_OK)
        return store_commit(r->store, why);
    store_rollback(r->store);
    return e;
}

/* Until the next try; 0: there is none. */
static int64_t pause_of(const struct outbox_row *row, const struct webhook_answer *answer)
{
    int64_t ms = FIRST_MS;

    if (answer->fate == WEBHOOK_NEVER || row->attempts + 1 >= TRIES)
        return 0;
    for (int i = 0; i < row->attempts && ms < MOST_MS; i++)
        ms *= 2;
    if (answer->wait_ms > ms)
        ms = answer->wait_ms;
    return ms < MOST_MS ? ms : MOST_MS;
}

static enum err postpone(struct round *r, const struct outbox_row *row,
                         const struct webhook_answer *answer, struct round_counts *ret,
                         struct why *why)
{
    int64_t ms = pause_of(row, answer);

    ret->down = answer->fate == WEBHOOK_DOWN;
    if (ms == 0)
        ret->given_up++;
    else
        ret->later++;
    log_event(ms == 0 ? LOG_ERROR : LOG_WARN, ms == 0 ? "given_up" : "later",
              "outbox=%lld lead=%lld attempt=%d again_s=%lld why=\"%s\"", (long long)row->id,
              (long long)row->lead_id, row->attempts + 1, (long long)(ms / 1000), answer->why.text);
    return note_failed(r, row->id, answer->why.text, ms == 0 ? 0 : clock_unix_ms() + ms, why);
}

/* ---- one row -------------------------------------------------------------------------------------- */

static enum err send_row(struct round *r, const struct outbox_row *row, struct round_counts *ret,
                         struct why *why)
{
    struct webhook_answer answer = {.fate = WEBHOOK_TOOK};

    if (r->log && row->attempts == 0)
        log_event(LOG_NOTE, "lead", "outbox=%lld lead=%lld", (long long)row->id,
                  (long long)row->lead_id);
    if (r->webhook.http != NULL)
        webhook_post(&r->webhook, &r->arena, row, &answer);
    if (answer.fate != WEBHOOK_TOOK)
        return postpone(r, row, &answer, ret, why);
    r->taken = row->id;
    r->taken_lead = row->lead_id;
    ret->sent++;
    if (r->webhook.http != NULL)
        log_event(LOG_INFO, "sent", "outbox=%lld lead=%lld attempt=%d", (long long)row->id,
                  (long long)row->lead_id, row->attempts + 1);
    return note_taken(r, why);
}

/* One at a time: what a person asks to be forgotten meanwhile is not sent. */
static enum err send_due(struct round *r, struct round_counts *ret, struct why *why)
{
    enum err e = note_taken(r, why);

    while (e == ERR_OK && !ret->down && !r->stopping()) {
        struct outbox_row *row = NULL;
        size_t n = 0;
        arena_clear(&r->arena);
        e = outbox_due(r->store, &r->arena, KIND, clock_unix_ms(), 1, &row, &n, why);
        if (e != ERR_OK || n == 0)
            break;
        e = send_row(r, row, ret, why);
    }
    return e;
}

enum err round_run(struct round *r, struct round_counts *ret, struct why *why)
{
    *ret = (struct round_counts){0};
    enum err e = store_hold(r->store, HOLD_OUTBOX, 1, deadline_in_ms(HOLD_MS));
    if (e == ERR_BUSY)
        return why_set(why, e, "another holos-sync is sending");
    if (e != ERR_OK)
        return e;
    e = send_due(r, ret, why);
    store_let_go(r->store);
    return e;
}
