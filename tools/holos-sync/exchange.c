#include "tools/holos-sync/exchange.h"

#include <string.h>

#include "base/log.h"
#include "base/zone.h"
#include "business/phone.h"
#include "calls/end.h"
#include "store/exchange-task.h"
#include "store/lead.h"
#include "store/outbox.h"

#define KIND     "binotel"
#define HOLD     3
#define WRITE_MS 30000
#define HOLD_MS  1000
#define LEFT_MAX 100

#define TRANSFER_MS    20000 /* a caller waits */
#define CALL_MS        60000 /* the line rings for 30 s */
#define CUSTOMER_MS    60000
#define TRANSFER_LATE  INT64_C(60000)      /* the caller has hung up by then */
#define CALL_BACK_LATE INT64_C(30 * 60000) /* a person sees the request sooner */
#define AGAIN_MS       INT64_C(60000)
#define TRIES          8

/* In the place of an error while it is asked. */
static const char asking[] = "it is being asked for";

bool exchange_is_wanted(const struct app *app)
{
    for (size_t i = 0; i < app->profiles_n; i++) {
        const struct exchange *x = &app->profiles[i].exchange;
        if (x->transfer != NULL || x->call_back != NULL || x->customers)
            return true;
    }
    return false;
}

/* ---- what became of a row ------------------------------------------------------------------------- */

struct task {
    const struct outbox_row *row;
    struct exchange_task what;
    struct call call;
    const struct profile *profile;
};

/* The caller was told to be put through: now a person has to call. */
static enum err keep_lead(struct exchange_round *r, const struct task *t, struct why *why)
{
    const struct profile *p = t->profile;
    struct client client = {.name = ""};
    char phone[PHONE_MAX];

    if (t->what.what != EXCHANGE_TRANSFER)
        return ERR_OK;
    enum err e = call_client(r->store, r->arena, &t->call, &client, why);
    if (e != ERR_OK)
        return e;
    bool known = phone_e164(t->call.caller, p->country, phone) == ERR_OK;
    const struct effect_lead lead = {.name = client.name,
                                     .phone = known ? phone : t->call.caller,
                                     .wish =
                                         p->say.transfer_wish == NULL ? "" : p->say.transfer_wish};
    return end_keep_lead(r->store, r->arena, &t->call, &lead, clock_unix_ms(), why);
}

struct fate {
    const char *error; /* NULL: it was done */
    int64_t next_ms;   /* 0: it is given up */
    bool ends;         /* and a caller who was not put through is called back */
};

static enum err note(struct exchange_round *r, const struct task *t, const struct fate *fate,
                     struct why *why)
{
    enum err e = store_begin(r->store, deadline_in_ms(WRITE_MS), why);
    if (e != ERR_OK)
        return e;
    e = fate->error == NULL ? outbox_sent(r->store, t->row->id, why)
                            : outbox_failed(r->store, t->row->id, fate->error, fate->next_ms, why);
    if (e == ERR_OK && fate->ends)
        e = keep_lead(r, t, why);
    if (e == ERR_OK)
        e = store_commit(r->store, why);
    store_rollback(r->store);
    return e;
}

static enum err done(struct exchange_round *r, const struct task *t, struct exchange_counts *ret,
                     struct why *why)
{
    ret->done++;
    log_event(LOG_INFO, KIND, "outbox=%lld call=%lld done", (long long)t->row->id,
              (long long)t->row->call_id);
    return note(r, t, &(struct fate){NULL, 0, false}, why);
}

static enum err give_up(struct exchange_round *r, const struct task *t, const char *error,
                        struct exchange_counts *ret, struct why *why)
{
    ret->given_up++;
    log_event(LOG_WARN, KIND, "outbox=%lld call=%lld given_up=\"%s\"", (long long)t->row->id,
              (long long)t->row->call_id, error);
    return note(r, t, &(struct fate){error, 0, true}, why);
}

/* ---- the tasks ------------------------------------------------------------------------------------ */

/* NULL: it may be asked for now. */
static const char *too_late(struct exchange_round *r, const struct task *t)
{
    int64_t late = clock_unix_ms() - t->row->created_ms;
    struct lead *leads = NULL;
    struct tm local;
    size_t n = 0;

    if (t->what.what == EXCHANGE_TRANSFER)
        return clock_unix_ms() - t->row->due_ms > TRANSFER_LATE
                   ? "the caller has not waited so long"
                   : NULL;
    if (t->what.what != EXCHANGE_CALL_BACK)
        return NULL;
    if (late > CALL_BACK_LATE)
        return "the call was missed too long ago";
    if (zone_local(t->profile->time_zone, clock_unix_ms(), &local) != ERR_OK ||
        !profile_is_open(t->profile, &local))
        return "the business is closed";
    if (leads_newest(r->store, r->arena, t->call.id, 1, &leads, &n, NULL) == ERR_OK && n > 0 &&
        strcmp(leads[0].status, "done") == 0)
        return "a person has dealt with it";
    return NULL;
}

static enum err ask(struct binotel_api *api, const struct task *t)
{
    static const int within_ms[] = {[EXCHANGE_TRANSFER] = TRANSFER_MS,
                                    [EXCHANGE_CALL_BACK] = CALL_MS,
                                    [EXCHANGE_CUSTOMER] = CUSTOMER_MS};
    const char *call = "";

    api->until = deadline_in_ms(within_ms[t->what.what]);
    if (t->what.what == EXCHANGE_TRANSFER)
        return binotel_api_transfer(api, t->call.external_id, t->what.line);
    if (t->what.what == EXCHANGE_CALL_BACK)
        return binotel_api_call(api, t->what.line, t->what.number, t->what.called, &call);
    return binotel_api_keep_customer(api, t->what.number, t->what.name);
}

/* Of what is asked for once: nothing has left, or it was refused for being too often. */
static bool may_come_again(const struct task *t, const struct failure *f)
{
    if (t->row->attempts + 1 >= TRIES || t->what.what == EXCHANGE_TRANSFER ||
        f->next == FAILURE_OPERATOR || f->next == FAILURE_REQUEST)
        return false;
    return t->what.what == EXCHANGE_CUSTOMER || !f->sent || f->next == FAILURE_LATER;
}

static enum err ask_and_note(struct exchange_round *r, const struct task *t,
                             struct exchange_counts *ret, struct why *why)
{
    const struct failure *f = &r->api.failure;
    enum err e = ERR_OK;

    if (t->what.what != EXCHANGE_CUSTOMER) /* before it leaves: it is never asked for twice */
        e = note(r, t, &(struct fate){asking, 0, false}, why);
    if (e != ERR_OK)
        return e;
    if (ask(&r->api, t) == ERR_OK)
        return done(r, t, ret, why);
    const char *error = f->why.text[0] == '\0' ? err_text(f->err) : f->why.text;
    if (!may_come_again(t, f))
        return give_up(r, t, error, ret, why);
    ret->later++;
    int64_t wait_ms = f->wait_ms > AGAIN_MS ? f->wait_ms : AGAIN_MS << t->row->attempts;
    return note(r, t, &(struct fate){error, clock_unix_ms() + wait_ms, false}, why);
}

/* False: the row is of nothing that can be done, and noted so. */
static enum err read_task(struct exchange_round *r, const struct outbox_row *row, struct task *ret,
                          bool *ret_sound, struct why *why)
{
    struct why wrong = {0};

    *ret = (struct task){.row = row};
    ret->what.what = EXCHANGE__MAX;
    enum err e = exchange_task_read(r->arena, row->payload, &ret->what, &wrong);
    *ret_sound = e == ERR_OK;
    if (e != ERR_OK)
        return e == ERR_MEMORY ? e : note(r, ret, &(struct fate){wrong.text, 0, false}, why);
    e = call_get(r->store, r->arena, row->call_id, &ret->call, why);
    if (e == ERR_OK)
        ret->profile = app_profile_of(r->app, ret->call.profile, ret->call.called);
    return e;
}

static enum err do_row(struct exchange_round *r, const struct outbox_row *row,
                       struct exchange_counts *ret, struct why *why)
{
    struct task t;
    bool sound = false;

    enum err e = read_task(r, row, &t, &sound, why);
    if (e == ERR_NOT_FOUND) /* the call was forgotten, and its row with it */
        return ERR_OK;
    if (e != ERR_OK || !sound)
        return e;
    const char *late = r->fault.text[0] != '\0' ? r->fault.text : too_late(r, &t);
    return late != NULL ? give_up(r, &t, late, ret, why) : ask_and_note(r, &t, ret, why);
}

/* What a process that died was at may have been done: nobody knows, and it is not asked for again. */
static enum err take_in_left(struct exchange_round *r, struct exchange_counts *ret, struct why *why)
{
    struct outbox_row *rows = NULL;
    size_t n = 0;

    arena_clear(r->arena);
    enum err e = outbox_left(r->store, r->arena, KIND, asking, LEFT_MAX, &rows, &n, why);
    for (size_t i = 0; i < n && e == ERR_OK; i++) {
        struct task t;
        bool sound = false;
        e = read_task(r, &rows[i], &t, &sound, why);
        if (e == ERR_OK && sound)
            e = give_up(r, &t, "holos-sync ended while it asked: it may have been done", ret, why);
        if (e == ERR_NOT_FOUND)
            e = ERR_OK;
    }
    return e;
}

static enum err run(struct exchange_round *r, struct exchange_counts *ret, struct why *why)
{
    enum err e = take_in_left(r, ret, why);
    (void)(binotel_api_init(&r->api, r->store, &r->fault) == ERR_OK);
    r->api.arena = r->arena;
    while (e == ERR_OK && !r->stopping()) {
        struct outbox_row *row = NULL;
        size_t n = 0;
        arena_clear(r->arena);
        e = outbox_due(r->store, r->arena, KIND, clock_unix_ms(), 1, &row, &n, why);
        if (e != ERR_OK || n == 0)
            break;
        e = do_row(r, row, ret, why);
    }
    return e;
}

enum err exchange_round_run(struct exchange_round *r, struct exchange_counts *ret, struct why *why)
{
    *ret = (struct exchange_counts){0};
    enum err e = store_hold(r->store, HOLD_OUTBOX, HOLD, deadline_in_ms(HOLD_MS));
    if (e == ERR_BUSY)
        return why_set(why, e, "another holos-sync is asking the exchange");
    if (e != ERR_OK)
        return e;
    e = run(r, ret, why);
    store_let_go(r->store);
    return e;
}
