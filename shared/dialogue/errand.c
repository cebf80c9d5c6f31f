#include "dialogue/errand.h"

#include <assert.h>

#include "dialogue/turn-inside.h"
#include "net/http.h"

#define PAUSE_MS 1000 /* nobody is kept waiting for more: the next rung stands ready */

enum err errand_start(struct errand *x, struct conversation *c, enum ladder_rung rung,
                      struct http_request *req, int cap_ms, struct why *why)
{
    *x = (struct errand){.c = c, .rung = rung};
    req->deadline = deadline_cap_ms(c->deadline, cap_ms);
    if (c->asked_n < CONVERSATION_ASKED) {
        x->record = &c->asked[c->asked_n++];
        *x->record = (struct vendor_request){
            .stage = ladder_stage_name(rung),
            .rung = ladder_name(rung),
            .outcome = "dropped",
            .began_us = clock_mono_us() - c->began_us,
        };
    }
    enum err e = http_start(c->house->outside.http, c->arena, req, &x->transfer, why);
    if (e != ERR_OK)
        errand_judge(x, e, 0);
    return e;
}

bool errand_ended(const struct errand *x)
{
    return x->transfer != NULL && http_ended(x->transfer);
}

static void note_times(struct errand *x)
{
    struct http_times t = http_times_of(x->transfer);

    if (x->record == NULL)
        return;
    x->record->connects = t.connects;
    x->record->tls_us = t.tls_us;
    x->record->first_byte_us = t.first_byte_us;
    x->record->total_us = t.total_us;
    x->record->sent = t.sent;
    x->record->received = t.received;
}

enum err errand_result(struct errand *x, struct http_reply *ret, struct why *why)
{
    struct http_reply reply = {0};

    assert(errand_ended(x));
    note_times(x);
    enum err e = http_result(x->transfer, &reply, why);
    if (x->record != NULL)
        x->record->status = reply.status;
    errand_judge(x, e, 0);
    if (e == ERR_OK)
        *ret = reply;
    return e;
}

void errand_judge(struct errand *x, enum err e, int64_t cost_microusd)
{
    if (x->record == NULL)
        return;
    x->record->outcome = e == ERR_OK ? "ok" : err_name(e);
    errand_charge(x, cost_microusd);
    /* A refusal costs nothing; what broke off may have cost more than was told. */
    x->record->cost_known = cost_microusd >= 0 && (e == ERR_OK || x->record->status >= 400);
}

void errand_pay(struct errand *x, enum err e, int64_t cost_microusd)
{
    errand_judge(x, e, cost_microusd);
    if (cost_microusd > 0)
        x->c->turn.cost_microusd += cost_microusd;
}

void errand_charge(struct errand *x, int64_t cost_microusd)
{
    if (x->record != NULL)
        x->record->cost_microusd = cost_microusd > 0 ? cost_microusd : 0;
}

void errand_drop(struct errand *x)
{
    if (x->transfer != NULL && http_ended(x->transfer))
        note_times(x);
    else if (x->transfer != NULL && x->record != NULL)
        x->record->total_us = clock_mono_us() - x->c->began_us - x->record->began_us;
    http_drop(x->transfer);
    *x = (struct errand){0};
}

int errand_pause_ms(const struct conversation *c, int keep_ms)
{
    int left = deadline_left_ms(c->deadline) - keep_ms;

    return left < PAUSE_MS ? left : PAUSE_MS;
}

enum err errand_wait_until(struct conversation *c, struct deadline until, struct why *why)
{
    struct http *http = c->house->outside.http;

    enum err e = settle_fault(c, why);
    if (e != ERR_OK)
        return e;
    if (settle_is_due(c)) {
        enum err moved = http_move(http, NULL, 0, (struct deadline){0}, NULL, NULL);
        e = settle(c, why);
        if (e != ERR_OK || moved == ERR_OK)
            return e;
    }
    return http_move(http, NULL, 0, until, NULL, why);
}

enum err errand_wait(struct conversation *c, struct why *why)
{
    return errand_wait_until(c, c->deadline, why);
}

bool errand_is_hard(enum err e, const struct verdict *v)
{
    return e == ERR_CONFIG || v->kind == VERDICT_OPERATOR || v->kind == VERDICT_LATER;
}
