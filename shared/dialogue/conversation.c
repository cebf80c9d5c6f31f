#include "dialogue/conversation.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "base/zone.h"
#include "dialogue/ending.h"
#include "dialogue/outside.h"
#include "dialogue/settle.h"
#include "dialogue/thinking.h"
#include "dialogue/voicing.h"
#include "salon/phone.h"

/* Kept back from the request's budget for the last commit and the way out. */
#define RESERVE_MS 400

static void start(struct conversation *c)
{
    assert(c->house != NULL && c->arena != NULL);
    c->deadline.at_us -= RESERVE_MS * 1000;
    c->turn = (struct turn){.confidence = -1,
                            .think_rung = "",
                            .speak_rung = "",
                            .hear_us = -1,
                            .think_us = -1,
                            .speak_us = -1,
                            .started_ms = clock_unix_ms()};
    c->began_us = clock_mono_us();
    c->goes_on = true;
}

static enum err use_profile(struct conversation *c, const struct profile *p, struct why *why)
{
    c->profile = p;
    if (zone_local(p->time_zone, c->turn.started_ms, &c->local) != ERR_OK)
        return why_set(why, ERR_CONFIG, "profile %s: its time zone is unknown", p->name);
    return ERR_OK;
}

static enum err begin_delivery(struct conversation *c, const struct caller_input *in,
                               struct why *why)
{
    return delivery_begin(c->house->store, c->arena, in->route, in->key, in->window_s, c->deadline,
                          c->turn.started_ms, &c->delivery, why);
}

/* ---- opening ----------------------------------------------------------------------------------- */

static enum err open_call(struct conversation *c, const struct caller_input *in, struct why *why)
{
    char phone[PHONE_MAX];
    bool made = false;
    struct call call = {
        .source = in->source,
        .external_id = in->external_id,
        .caller = in->caller,
        .called = in->called,
        .profile = c->profile->name,
        .direction = in->direction,
    };

    bool known = phone_e164(in->caller, c->profile->country, phone) == ERR_OK;
    return call_open(c->house->store, c->arena, &call, known ? phone : NULL, c->turn.started_ms,
                     &c->call, &made, why);
}

/* The greeting is turn 0. A call that was greeted long ago (its delivery is swept) is greeted with
 * the same words and gets no second turn 0. */
static enum err greet(struct conversation *c, struct why *why)
{
    struct turn *turns = NULL;
    size_t n = 0;

    c->said = profile_phrase(c->arena, c->profile, c->profile->say.greeting, &c->local, NULL, NULL);
    if (c->said == NULL)
        return ERR_MEMORY;
    enum err e = turns_of_call(c->house->store, c->arena, c->call.id, &turns, &n, why);
    if (e != ERR_OK)
        return e;
    c->turn.call_id = c->call.id;
    c->turn.delivery_id = c->delivery.id;
    /* A call that was only reported may have had turns before it was greeted. */
    if (n == 0 || turns[0].n != 0)
        return turn_begin(c->house->store, &c->turn, why);
    c->greeted = turns[0].said != NULL;
    if (c->greeted)
        c->said = turns[0].said;
    return ERR_OK;
}

/* A cached voice needs nothing slow: then the transaction stays open, and one commit takes the
 * caller's line, the answer and the reply. Else what is there is committed with the first waiting. */
static enum err voice_whole(struct conversation *c)
{
    enum err e = voicing_cut(c);

    if (e != ERR_OK)
        return e;
    if (c->on_sentence != NULL || !store_in_transaction(c->house->store) || !voicing_ready(c))
        voicing_speak(c);
    return ERR_OK;
}

static enum err voice(struct conversation *c, struct why *why)
{
    enum err e = ERR_OK;

    if (c->by_model)
        voicing_finish(c);
    else
        e = voice_whole(c);
    if (e == ERR_OK)
        e = settle_fault(c, why);
    return e == ERR_OK ? voicing_said(c, &c->said) : e;
}

enum err conversation_open(struct conversation *c, const struct caller_input *in, struct why *why)
{
    start(c);
    enum err e = use_profile(c, house_profile(c->house, in->called), why);
    if (e == ERR_OK)
        e = voicing_begin(c);
    if (e == ERR_OK)
        e = begin_delivery(c, in, why);
    if (e != ERR_OK || c->delivery.found == DELIVERY_DONE)
        return e;
    e = open_call(c, in, why);
    if (e == ERR_OK)
        e = greet(c, why);
    if (e == ERR_OK)
        e = voice(c, why);
    return e;
}

/* ---- a turn ------------------------------------------------------------------------------------ */

/* The call ended under a turn whose worker then died. */
static enum err keep_unkept(struct conversation *c, struct why *why)
{
    enum err e = ending_keep_unfinished(c->house, c->arena, &c->call, c->turn.started_ms, why);
    return e == ERR_OK ? call_save(c->house->store, &c->call, why) : e;
}

/* The refusal leaves no trace of the delivery, so that it may be brought again. */
static enum err refuse_ended(struct conversation *c, struct why *why)
{
    struct store *s = c->house->store;
    enum err e = ERR_OK;

    if (!call_status_ends(c->call.status))
        e = ending_note(c->house, c->arena, &c->call, &ending_expiry, false, why);
    else if (ending_is_unkept(&c->call))
        e = keep_unkept(c, why);
    if (e == ERR_OK)
        e = delivery_forget(s, &c->delivery, c->deadline, why);
    if (e == ERR_OK)
        e = store_commit(s, why);
    return e == ERR_OK ? why_set(why, ERR_ENDED, "Call has ended") : e;
}

/* Under the call's hold: turns of one call never run side by side. */
static enum err find_call(struct conversation *c, const struct caller_input *in, struct why *why)
{
    struct store *s = c->house->store;

    enum err e = call_find(s, c->arena, in->source, in->external_id, &c->call, why);
    if (e == ERR_NOT_FOUND)
        return why_set(why, e, "Call session not found");
    if (e == ERR_OK)
        e = store_hold(s, HOLD_CALL, c->call.id, c->deadline);
    if (e == ERR_BUSY)
        return why_set(why, e, "another turn of this call is still running");
    if (e != ERR_OK)
        return e;
    const struct profile *p = house_profile_named(c->house, c->call.profile);
    e = use_profile(c, p == NULL ? house_profile(c->house, c->call.called) : p, why);
    return e == ERR_OK ? voicing_begin(c) : e;
}

static enum err take_up(struct conversation *c, struct why *why)
{
    struct store *s = c->house->store;
    struct turn before = {0};

    enum err e = call_get(s, c->arena, c->call.id, &c->call, why);
    if (e != ERR_OK)
        return e;
    if (call_status_ends(c->call.status) ||
        ending_is_expired(c->profile, &c->call, c->turn.started_ms))
        return refuse_ended(c, why);
    c->turn.call_id = c->call.id;
    c->turn.delivery_id = c->delivery.id;
    if (c->delivery.found == DELIVERY_NEW)
        return ERR_OK;
    e = turn_of_delivery(s, c->arena, c->delivery.id, &before, why);
    if (e == ERR_NOT_FOUND)
        return ERR_OK;
    if (e == ERR_OK)
        thinking_resume(c, &before);
    return e;
}

static enum err write_line(struct conversation *c, struct why *why)
{
    if (c->turn.n > 0) /* taken over: the dead worker had committed it */
        return ERR_OK;
    return turn_begin(c->house->store, &c->turn, why);
}

static enum err run_turn(struct conversation *c, const struct caller_input *in, struct why *why)
{
    enum err e = take_up(c, why);
    if (e == ERR_OK && c->turn.n == 0)
        e = thinking_hear(c, in, why);
    if (e == ERR_OK)
        e = write_line(c, why);
    if (e == ERR_OK)
        e = thinking_answer(c, why);
    if (e == ERR_OK)
        e = voice(c, why);
    if (e == ERR_OK && c->on_heard != NULL)
        e = settle(c, why);
    return e;
}

enum err conversation_turn(struct conversation *c, const struct caller_input *in, struct why *why)
{
    start(c);
    enum err e = find_call(c, in, why);
    if (e == ERR_OK)
        e = thinking_measure(c, in, why);
    if (e == ERR_OK)
        e = begin_delivery(c, in, why);
    if (e != ERR_OK || c->delivery.found == DELIVERY_DONE)
        return e;
    return run_turn(c, in, why);
}

/* ---- the end of a turn ------------------------------------------------------------------------- */

enum err conversation_conclude(struct conversation *c, struct why *why)
{
    struct store *s = c->house->store;
    enum err e = ERR_OK;

    c->deadline.at_us += RESERVE_MS * 1000;
    if (!store_in_transaction(s))
        e = store_begin(s, c->deadline, why);
    if (e == ERR_OK)
        e = call_get(s, c->arena, c->call.id, &c->last, why);
    if (e == ERR_OK && call_status_ends(c->last.status))
        c->goes_on = false;
    return e;
}

static enum err save_call(struct conversation *c, struct why *why)
{
    struct call now = c->last;
    enum err e = ERR_OK;

    if (!call_status_ends(now.status))
        now.active_ms = c->turn.answered_ms;
    if (c->turn.n > 0) {
        now.turns++;
        now.silent = c->silent;
        now.state = c->answer.state == NULL ? now.state : c->answer.state;
    }
    if (!c->greeted) /* then nothing of it is kept */
        now.cost_microusd += c->turn.cost_microusd;
    if (now.answered_ms == 0)
        now.answered_ms = c->turn.answered_ms;
    if (!call_status_ends(now.status) && c->end == NULL) {
        now.status = CALL_IN_PROGRESS;
    } else if (!call_status_ends(now.status)) {
        now.status = CALL_COMPLETED;
        now.end_reason = c->end;
        now.ended_ms = c->turn.answered_ms;
    }
    /* Also after a hang-up: it could not know what the caller asked for in this very turn. A greeting
     * does not hold the call, and brought no words. */
    if (c->turn.n > 0 && call_status_ends(now.status))
        e = ending_keep_unfinished(c->house, c->arena, &now, c->turn.answered_ms, why);
    c->call = now;
    if (e == ERR_OK)
        e = ladder_save(c, why);
    return e == ERR_OK ? call_save(c->house->store, &c->call, why) : e;
}

static enum err save_effects(struct conversation *c, struct why *why)
{
    struct store *s = c->house->store;
    enum err e = ERR_OK;

    if (c->answer.has_request)
        e = ending_keep_request(s, c->arena, &c->call, &c->answer.request, c->turn.answered_ms,
                                why);
    if (e == ERR_OK && c->answer.client_name != NULL && c->call.client_id != 0)
        e = client_set_name(s, c->call.client_id, c->answer.client_name, why);
    return e;
}

static enum err save(struct conversation *c, const struct delivery_reply *reply, struct why *why)
{
    struct store *s = c->house->store;

    enum err e = c->greeted ? ERR_OK : turn_answer(s, &c->turn, why);
    if (e == ERR_OK && !c->greeted)
        e = vendor_requests_add(s, c->turn.call_id, c->turn.n, c->asked, c->asked_n, why);
    if (e == ERR_OK) /* first, so that what is kept of a call that broke off is not kept twice */
        e = save_effects(c, why);
    if (e == ERR_OK)
        e = save_call(c, why);
    if (e == ERR_OK)
        e = delivery_finish(s, &c->delivery, reply, c->turn.answered_ms, why);
    return e == ERR_OK ? store_commit(s, why) : e;
}

enum err conversation_finish(struct conversation *c, const struct delivery_reply *reply,
                             struct why *why)
{
    enum err e = c->last.id == 0 ? conversation_conclude(c, why) : ERR_OK;

    c->turn.said = c->said;
    c->turn.ends = !c->goes_on;
    c->turn.answered_ms = clock_unix_ms();
    c->turn.total_us = clock_mono_us() - c->began_us;
    return e == ERR_OK ? save(c, reply, why) : e;
}

void conversation_release(struct conversation *c)
{
    if (c->house == NULL || c->house->store == NULL)
        return;
    voicing_drop(c);
    if (c->house->outside.http != NULL)
        http_drop_all(c->house->outside.http);
    store_rollback(c->house->store);
    store_let_go(c->house->store);
}
