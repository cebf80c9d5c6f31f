#include "tools/holos-sync/round.h"

#include <string.h>

#include "base/log.h"
#include "store/lead.h"
#include "store/message.h"

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
    if (e == ERR_OK && lead_id != 0)
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

/* The request, or the visit. */
static int64_t about(const struct outbox_row *row)
{
    return row->lead_id != 0 ? row->lead_id : row->visit_id;
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
              "outbox=%lld %s=%lld attempt=%d again_s=%lld why=\"%s\"", (long long)row->id,
              row->lead_id != 0 ? "lead" : "visit", (long long)about(row), row->attempts + 1,
              (long long)(ms / 1000), answer->why.text);
    return note_failed(r, row->id, answer->why.text, ms == 0 ? 0 : clock_unix_ms() + ms, why);
}

/* ---- one row -------------------------------------------------------------------------------------- */

/* Where a row goes. A request goes to all there is, a message by its own way. */
struct ways {
    bool log, webhook;
};

static enum err ways_of(struct round *r, const struct outbox_row *row, struct ways *ret,
                        struct why *why)
{
    bool by_webhook = false;

    *ret = (struct ways){.log = r->log, .webhook = r->webhook.http != NULL};
    if (row->lead_id != 0)
        return ERR_OK;
    enum err e = message_by_webhook(r->store, row->id, &by_webhook, why);
    *ret = (struct ways){.log = !by_webhook, .webhook = by_webhook};
    return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* A message about a visit that has begun helps nobody. */
static enum err is_late(struct round *r, const struct outbox_row *row, bool *ret, struct why *why)
{
    struct visit v = {0};

    *ret = false;
    if (row->lead_id != 0)
        return ERR_OK;
    enum err e = visit_get(r->store, &r->arena, row->visit_id, &v, why);
    *ret = e == ERR_NOT_FOUND || (e == ERR_OK && (strcmp(v.state, "booked") != 0 ||
                                                  v.part[0].start_s * 1000 <= clock_unix_ms()));
    return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err send_row(struct round *r, const struct outbox_row *row, struct round_counts *ret,
                         struct why *why)
{
    struct webhook_answer answer = {.fate = WEBHOOK_TOOK};
    struct ways ways = {0};
    bool late = false;

    enum err e = ways_of(r, row, &ways, why);
    if (e == ERR_OK)
        e = is_late(r, row, &late, why);
    if (e != ERR_OK)
        return e;
    if (late || (ways.webhook && r->webhook.http == NULL)) {
        answer.fate = WEBHOOK_NEVER;
        (void)why_set(&answer.why, ERR_VALUE,
                      late ? "the visit has begun" : "HOLOS_LEAD_WEBHOOK_URL is not set");
        return postpone(r, row, &answer, ret, why);
    }
    if (ways.log && row->attempts == 0)
        log_event(LOG_NOTE, row->kind, "outbox=%lld %s=%lld", (long long)row->id,
                  row->lead_id != 0 ? "lead" : "visit", (long long)about(row));
    if (ways.webhook)
        webhook_post(&r->webhook, &r->arena, row, &answer);
    if (answer.fate != WEBHOOK_TOOK)
        return postpone(r, row, &answer, ret, why);
    r->taken = row->id;
    r->taken_lead = row->lead_id;
    ret->sent++;
    if (ways.webhook)
        log_event(LOG_INFO, "sent", "outbox=%lld %s=%lld attempt=%d", (long long)row->id,
                  row->lead_id != 0 ? "lead" : "visit", (long long)about(row), row->attempts + 1);
    return note_taken(r, why);
}

/* One at a time: what a person asks to be forgotten meanwhile is not sent. */
static enum err send_due(struct round *r, const char *kind, struct round_counts *ret,
                         struct why *why)
{
    enum err e = note_taken(r, why);

    while (e == ERR_OK && !ret->down && !r->stopping()) {
        struct outbox_row *row = NULL;
        size_t n = 0;
        arena_clear(&r->arena);
        e = outbox_due(r->store, &r->arena, kind, clock_unix_ms(), 1, &row, &n, why);
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
    /* Requests wait where there is nowhere to send them to; messages have a way of their own. */
    e = r->log || r->webhook.http != NULL ? send_due(r, "lead", ret, why) : ERR_OK;
    if (e == ERR_OK)
        e = send_due(r, "message", ret, why);
    store_let_go(r->store);
    return e;
}
