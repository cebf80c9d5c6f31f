#include "dialogue/turn.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "base/zone.h"
#include "dialogue/end.h"
#include "dialogue/recognise.h"
#include "dialogue/model.h"
#include "dialogue/outside.h"
#include "dialogue/turn-inside.h"
#include "dialogue/synthesise.h"
#include "business/phone.h"
#include "store/lead.h"

/* ==== committing while a vendor works ========================================================= */

enum err settle_fault(const struct conversation *c, struct why *why)
{
    if (c->unkept.err == ERR_OK)
        return ERR_OK;
    return why_set(why, c->unkept.err, "%s", c->unkept.why.text);
}

bool settle_is_due(const struct conversation *c)
{
    return c->unkept.err == ERR_OK && store_in_transaction(c->house->store);
}

/* Turn 0 is the greeting: nobody was heard yet. */
static void tell_heard(struct conversation *c)
{
    if (c->on_heard == NULL || c->heard_told || c->turn.n == 0)
        return;
    c->heard_told = true;
    c->on_heard(c->to, c->turn.heard);
}

enum err settle(struct conversation *c, struct why *why)
{
    if (settle_is_due(c))
        c->unkept.err = store_commit(c->house->store, &c->unkept.why);
    if (c->unkept.err == ERR_OK)
        tell_heard(c);
    return settle_fault(c, why);
}

/* ==== hearing, limits, answering ============================================================== */

#define WORDS_MAX 4000 /* bytes of one utterance that are kept */
#define UNHEARD   2    /* turns in a row that no recogniser answered: then a person calls back */
#define KEYS_WORD 2    /* up to so many pressed keys are a choice; more are a number */

/* By whom a turn was heard that brought speech: there is no recogniser; none of them answered. */
static const char nobody[] = "nobody";
static const char failed[] = "failed";

static enum err hear_words(struct conversation *c, const char *words)
{
    size_t n = strlen(words);

    c->turn.heard = arena_strndup(c->arena, words, text_cut(words, n, WORDS_MAX));
    c->turn.heard_by = "typed";
    c->turn.confidence = 1;
    return c->turn.heard == NULL ? ERR_MEMORY : ERR_OK;
}

static enum err hear_keys(struct conversation *c, const char *keys)
{
    enum err e = hear_words(c, keys);
    c->turn.heard_by = "keys";
    return e;
}

/* The delivery is kept while the first recogniser is asked; one that cannot be served may be brought
 * again. */
static enum err ask_recognisers(struct conversation *c, struct heard *ret, struct why *why)
{
    struct store *s = c->house->store;
    enum err e = ERR_OK;

    enum err heard = hearing_ask(c, &c->utterance, ret, why);
    enum err kept = settle_fault(c, why);
    if (kept != ERR_OK)
        return kept;
    if (heard == ERR_CHILD)
        *ret = (struct heard){.words = "", .by = failed, .confidence = -1};
    else if (heard != ERR_OK)
        e = delivery_forget(s, &c->delivery, c->deadline, NULL);
    if (heard == ERR_OK || heard == ERR_CHILD)
        return store_in_transaction(s) ? ERR_OK : store_begin(s, c->deadline, why);
    return e == ERR_OK || heard == ERR_MEMORY ? heard : e;
}

enum err thinking_measure(struct conversation *c, const struct caller_input *in, struct why *why)
{
    return in->audio == NULL
               ? ERR_OK
               : sound_measure(c->arena, in->audio, in->audio_len, &c->utterance, why);
}

static enum err hear_audio(struct conversation *c, struct why *why)
{
    struct heard heard = {.words = "", .by = nobody, .confidence = -1};
    int64_t from = clock_mono_us();
    enum err e = ERR_OK;

    if (c->utterance.silent)
        heard = (struct heard){.words = "", .by = "silence", .confidence = 1};
    else if (hearing_has(c))
        e = ask_recognisers(c, &heard, why);
    if (e != ERR_OK)
        return e;
    c->turn.hear_us = clock_mono_us() - from;
    c->turn.heard =
        arena_strndup(c->arena, heard.words, text_cut(heard.words, strlen(heard.words), WORDS_MAX));
    c->turn.heard_by = heard.by;
    c->turn.confidence = heard.confidence;
    return c->turn.heard == NULL ? ERR_MEMORY : ERR_OK;
}

enum err thinking_hear(struct conversation *c, const struct caller_input *in, struct why *why)
{
    if (in->words != NULL)
        return hear_words(c, in->words);
    if (in->keys != NULL)
        return hear_keys(c, in->keys);
    return hear_audio(c, why);
}

void thinking_resume(struct conversation *c, const struct turn *before)
{
    c->turn.n = before->n;
    c->turn.heard = before->heard;
    c->turn.heard_by = before->heard_by;
    c->turn.confidence = before->confidence;
    c->turn.hear_us = before->hear_us;
}

static enum err say(struct conversation *c, const char *phrase, const char *end)
{
    c->said = profile_phrase(c->arena, c->profile, phrase, &c->local, NULL, NULL);
    c->end = end;
    c->goes_on = end == NULL;
    return c->said == NULL ? ERR_MEMORY : ERR_OK;
}

static bool over_limits(const struct conversation *c)
{
    int64_t since = c->call.answered_ms != 0 ? c->call.answered_ms : c->call.started_ms;
    int64_t most_microusd = (int64_t)c->profile->limits.cents * 10000;

    if (most_microusd > 0 && c->call.cost_microusd >= most_microusd)
        return true;
    return c->call.turns + 1 >= c->profile->limits.turns ||
           c->turn.started_ms - since >= (int64_t)c->profile->limits.minutes * 60000;
}

static enum err answer_silence(struct conversation *c)
{
    c->silent = c->call.silent + 1;
    if (c->silent >= c->profile->limits.silences)
        return say(c, c->profile->say.goodbye_silence, "silence");
    return say(c, c->profile->say.not_heard, NULL);
}

const char *thinking_words(struct arena *a, const struct profile *p, const struct turn *t)
{
    if (strcmp(t->heard_by, "keys") != 0 || strlen(t->heard) > KEYS_WORD)
        return t->heard;
    const char *words = rules_words_of_keys(a, p, t->heard);
    return words == NULL ? t->heard : words;
}

/* An unknown caller has neither number nor name; one who cannot be read now is no unknown one. */
static enum err find_client(struct conversation *c, struct client *ret)
{
    *ret = (struct client){.name = ""};
    if (c->call.client_id == 0)
        return ERR_OK;
    enum err e = client_get(c->house->store, c->arena, c->call.client_id, ret, NULL);
    return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err answer_by_rules(struct conversation *c, const struct client *client)
{
    struct rules_ask ask = {
        .profile = c->profile,
        .words = thinking_words(c->arena, c->profile, &c->turn),
        .state = c->call.state,
        .caller_phone = client->phone,
        .client_name = client->name,
        .local = &c->local,
    };
    int64_t from = clock_mono_us();

    enum err e = rules_answer(c->arena, &ask, &c->answer);
    c->turn.think_us = (c->turn.think_us < 0 ? 0 : c->turn.think_us) + clock_mono_us() - from;
    c->turn.think_rung = ladder_name(LADDER_THINK_RULES);
    if (e != ERR_OK)
        return e;
    c->said = c->answer.say;
    c->end = c->answer.end;
    c->goes_on = c->answer.end == NULL;
    return ERR_OK;
}

/* ERR_CHILD: there is none, or none answered. */
static enum err answer_by_model(struct conversation *c, const struct client *client,
                                struct why *why)
{
    enum err e = model_may(c) ? model_answer(c, client, why) : ERR_CHILD;
    c->by_model = e == ERR_OK;
    return e;
}

static enum err answer_words(struct conversation *c, bool last, struct why *why)
{
    struct client client;

    enum err e = find_client(c, &client);
    if (e != ERR_OK)
        return e;
    e = last ? ERR_CHILD : answer_by_model(c, &client, why);
    return e == ERR_CHILD ? answer_by_rules(c, &client) : e;
}

/* The last words are still taken in: they may complete a request. */
static enum err answer_limit(struct conversation *c, bool words, struct why *why)
{
    enum err e = words ? answer_words(c, true, why) : ERR_OK;

    if (e != ERR_OK || c->end != NULL)
        return e;
    return say(c, c->profile->say.goodbye_limit, "limit");
}

/* No recogniser answers: please again, or by a key; then a person calls back, if a number is known. */
static enum err answer_unheard(struct conversation *c)
{
    const struct profile *p = c->profile;
    struct client client;

    c->silent = c->call.silent + 1;
    enum err e = find_client(c, &client);
    if (e != ERR_OK)
        return e;
    if (c->silent >= UNHEARD && client.phone != NULL) {
        const char *wish = profile_phrase(c->arena, p, p->say.unheard_wish, &c->local, NULL, NULL);
        c->answer = (struct rules_answer){
            .state = "",
            .has_request = true,
            .request = {.name = client.name, .phone = client.phone, .wish = wish},
        };
        return wish == NULL ? ERR_MEMORY : say(c, p->say.unheard_request, "unheard");
    }
    if (c->silent >= p->limits.silences)
        return say(c, p->say.goodbye_silence, "silence");
    return say(c, p->say.unheard, NULL);
}

/* The profile has a fault: the caller hears an apology, and a person calls back, if a number is known
 * and the call has not left a request yet. */
static enum err apologise(struct conversation *c, const char *end, struct why *why)
{
    const struct profile *p = c->profile;
    struct lead *leads = NULL;
    struct client client;
    size_t n = 0;

    enum err e = find_client(c, &client);
    if (e == ERR_OK)
        e = leads_newest(c->house->store, c->arena, c->call.id, 1, &leads, &n, why);
    if (e != ERR_OK)
        return e;
    if (client.phone == NULL)
        return say(c, p->say.broken, end);
    if (n == 0) {
        const char *wish = profile_phrase(c->arena, p, p->say.broken_wish, &c->local, NULL, NULL);
        c->answer = (struct rules_answer){
            .state = "",
            .has_request = true,
            .request = {.name = client.name, .phone = client.phone, .wish = wish},
        };
        if (wish == NULL)
            return ERR_MEMORY;
    }
    return say(c, p->say.broken_request, end);
}

enum err thinking_answer(struct conversation *c, struct why *why)
{
    char *folded = text_fold(c->arena, c->turn.heard);

    if (folded == NULL)
        return ERR_MEMORY;
    c->silent = 0;
    /* Keys such as * and # have no letters but are no silence. */
    bool keys = strcmp(c->turn.heard_by, "keys") == 0 && *c->turn.heard != '\0';
    bool words = *folded != '\0' || keys;
    if (c->profile->broken != NULL)
        return apologise(c, "broken", why);
    if (over_limits(c))
        return answer_limit(c, words, why);
    if (strcmp(c->turn.heard_by, nobody) == 0)
        return say(c, c->profile->say.hearing_off, NULL);
    if (strcmp(c->turn.heard_by, failed) == 0)
        return answer_unheard(c);
    return words ? answer_words(c, false, why) : answer_silence(c);
}

/* ==== opening, a turn, its end ================================================================ */

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
    if (e == ERR_OK && c->profile->broken != NULL && !c->greeted)
        e = apologise(c, NULL, why); /* the gateway hears of the end with the first turn */
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
