/* One turn, from top to bottom:
 *
 *     find the call          find_call       and hold it: its turns never run side by side
 *     seen before?           begin_delivery  then the same bytes are sent again
 *     hear                   hear            words, keys, or sound to a recogniser
 *     keep the words         turn_begin      committed before anything is said or done on them
 *     think                  answer          the call's limits, then a model or the rules
 *     speak                  speak           sentence by sentence
 *     keep the answer        call_turn_conclude, call_turn_finish: answer, effects, times and reply in
 *                            one commit
 *
 * Nothing is open while a vendor is waited for: a commit happens while the first request is under
 * way (providers/env.h). A greeting goes the same way, but nothing is heard and no model is asked. */
#include "calls/turn.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "base/zone.h"
#include "business/phone.h"
#include "calls/end.h"
#include "calls/exchange.h"
#include "calls/visits.h"
#include "language/heard.h"
#include "net/http.h"
#include "speech/recognise.h"
#include "store/lead.h"
#include "think/rules.h"
#include "think/think.h"

#define RESERVE_MS     400  /* of the request's budget, for the last commit and the way out */
#define WORDS_MAX      4000 /* bytes of one utterance that are kept */
#define FIRST_TURNS    2    /* of a call: its caller has hardly been served yet */
#define HURRY_FIRST_MS 1500 /* in the queue, for such a turn */
#define HURRY_MS       500  /* for a later one */
#define FIRST_TELLS    1 /* words that only one language has tell it in the caller's first line */
#define LATER_TELL     2 /* and in later ones, where a word may be borrowed */
#define UNHEARD        2 /* turns in a row that no recogniser answered: then a person calls back */

/* heard_by of a turn whose speech was not recognised: no recogniser is set up, or all failed. */
static const char nobody[] = "nobody";
static const char failed[] = "failed";

/* ---- beginning ----------------------------------------------------------------------------------- */

/* Turn 0 is the greeting: the caller was not heard yet. */
static void tell_heard(void *to)
{
    struct call_turn *t = to;

    if (t->on_heard == NULL || t->told || t->turn.n == 0)
        return;
    t->told = true;
    t->on_heard(t->to, t->turn.heard);
}

static void start(struct call_turn *t)
{
    assert(t->app != NULL && t->arena != NULL);
    t->deadline.at_us -= RESERVE_MS * 1000;
    t->began = clock_now();
    t->turn = (struct turn){.confidence = -1,
                            .think_rung = "",
                            .speak_rung = "",
                            .hear_us = -1,
                            .think_us = -1,
                            .speak_us = -1,
                            .started_ms = t->began.ms};
    t->goes_on = true;
    t->env.arena = t->arena;
    t->env.deadline = t->deadline;
    t->env.store = t->app->store;
    t->env.providers = &t->app->providers;
    t->env.local = &t->local;
    t->env.began_us = clock_mono_us();
    t->env.on_commit = tell_heard;
    t->env.to = t;
    t->voice.on_sentence = t->on_sentence;
    t->voice.to = t->to;
    synthesise_begin(&t->voice, &t->env, &t->app->speaker, &t->app->recent);
}

static enum err use_profile(struct call_turn *t, const struct profile *p, struct why *why)
{
    t->profile = t->env.profile = p;
    if (zone_local(p->time_zone, t->turn.started_ms, &t->local) != ERR_OK)
        return why_set(why, ERR_CONFIG, "profile %s: its time zone is unknown", p->name);
    return ERR_OK;
}

/* Opens the first transaction. */
static enum err begin_delivery(struct call_turn *t, const struct turn_input *in, struct why *why)
{
    const struct delivery_key key = {
        .source = in->route, .key = in->key, .digest = in->digest, .window_s = in->window_s};

    return delivery_begin(t->app->store, t->arena, &key, t->deadline, t->began, &t->delivery, why);
}

/* It waited for a worker: more come than can be served. The model, which takes longest, is not asked
 * then, sooner for those who have talked for a while than for those who have just begun. */
static bool is_hurried(const struct call_turn *t)
{
    return t->waited_ms >= (t->call.turns < FIRST_TURNS ? HURRY_FIRST_MS : HURRY_MS);
}

/* Above a limit of money only what costs nothing is asked. */
static enum err check_money(struct call_turn *t, struct why *why)
{
    const char *reached = NULL;
    struct why fault = {0};

    t->caller = limits_caller(t->profile, t->call.caller);
    enum err e =
        limits_reached(t->app->store, &t->caller, t->opened, t->turn.started_ms, &reached, why);
    if (e != ERR_OK || reached == NULL)
        return e;
    t->env.free_only = true;
    (void)why_set(&fault, ERR_VALUE, "%s is reached: no paid vendor is asked", reached);
    env_fault(&t->env, &fault);
    return ERR_OK;
}

/* From here on the turn is one of this call. */
static void join_call(struct call_turn *t)
{
    t->turn.call_id = t->env.call_id = t->call.id;
    t->turn.delivery_id = t->delivery.id;
    t->env.skips = t->call.skips;
}

/* ---- the call ------------------------------------------------------------------------------------ */

/* Held first, read in the turn's transaction: what another turn was doing is then done. */
static enum err find_call(struct call_turn *t, const struct turn_input *in, struct why *why)
{
    struct store *s = t->app->store;

    enum err e = call_id_of(s, in->source, in->external_id, &t->call.id, why);
    if (e == ERR_NOT_FOUND)
        return why_set(why, e, "Call session not found");
    if (e == ERR_OK)
        e = store_hold_call(s, t->call.id, in->route, in->key, t->deadline);
    t->holds = e == ERR_OK;
    return e == ERR_BUSY ? why_set(why, e, "another turn of this call is still running") : e;
}

static enum err read_call(struct call_turn *t, struct why *why)
{
    enum err e = call_get(t->app->store, t->arena, t->call.id, &t->call, why);
    if (e != ERR_OK)
        return e;
    t->spoken = app_profile_of(t->app, t->call.profile, t->call.called);
    return use_profile(t, profile_in(t->spoken, t->call.language), why);
}

/* A caller is answered in the language they speak, if the business speaks it. In the first line one
 * word that only one language has tells it, later two do. Keys have no language. */
static enum err choose_language(struct call_turn *t, struct why *why)
{
    const struct language *known[PROFILE_LANGUAGES + 1] = {language_find(t->spoken->language)};
    const struct profile *p = t->spoken;

    if (p->others_n == 0 || strcmp(t->turn.heard_by, "keys") == 0)
        return ERR_OK;
    for (size_t i = 0; i < p->others_n; i++)
        known[i + 1] = language_find(p->others[i].language);
    const char *folded = text_fold(t->arena, t->turn.heard);
    if (folded == NULL)
        return ERR_MEMORY;
    const struct language *l =
        heard_language(known, p->others_n + 1, language_find(t->profile->language),
                       t->call.turns == 0 ? FIRST_TELLS : LATER_TELL, folded);
    if (l == NULL || strcmp(l->code, t->profile->language) == 0)
        return ERR_OK;
    t->language = l->code;
    return use_profile(t, profile_in(p, l->code), why);
}

/* The call ended under a turn whose worker then died. */
static enum err keep_unfinished(struct call_turn *t, struct why *why)
{
    enum err e = end_keep_unfinished(t->app, t->arena, &t->call, t->turn.started_ms, why);
    return e == ERR_OK ? call_save(t->app->store, &t->call, why) : e;
}

/* The refusal leaves no trace of the delivery, so that it may be brought again. */
static enum err refuse_ended(struct call_turn *t, struct why *why)
{
    struct store *s = t->app->store;
    enum err e = ERR_OK;

    if (!call_status_ends(t->call.status))
        e = end_note(t->app, t->arena, &t->call, &end_expiry, false, why);
    else if (end_is_pending(&t->call))
        e = keep_unfinished(t, why);
    if (e == ERR_OK)
        e = delivery_forget(s, &t->delivery, t->deadline, why);
    if (e == ERR_OK)
        e = store_commit(s, why);
    return e == ERR_OK ? why_set(why, ERR_ENDED, "Call has ended") : e;
}

/* A worker that died had committed the caller's words already: they are taken over. */
static enum err take_over(struct call_turn *t, struct why *why)
{
    struct turn before = {0};

    if (t->delivery.found == DELIVERY_NEW)
        return ERR_OK;
    enum err e = turn_of_delivery(t->app->store, t->arena, t->delivery.id, &before, why);
    if (e != ERR_OK)
        return e == ERR_NOT_FOUND ? ERR_OK : e;
    t->turn.n = before.n;
    t->turn.heard = before.heard;
    t->turn.heard_by = before.heard_by;
    t->turn.confidence = before.confidence;
    t->turn.hear_us = before.hear_us;
    return ERR_OK;
}

/* ---- hear ---------------------------------------------------------------------------------------- */

static enum err set_heard(struct call_turn *t, const char *words, const char *by, double confidence)
{
    t->turn.heard = arena_strndup(t->arena, words, text_cut(words, strlen(words), WORDS_MAX));
    t->turn.heard_by = by;
    t->turn.confidence = confidence;
    return t->turn.heard == NULL ? ERR_MEMORY : ERR_OK;
}

/* Nothing is there yet that must be kept, so no transaction is open while a recogniser works: the
 * delivery is begun anew afterwards, and its row, the caller's words and what follows are one
 * commit. This turn holds the call, so nobody else can have answered it. A second try that does not
 * fit into the memory is no better than a recogniser that fails. */
static enum err ask_recognisers(struct call_turn *t, const struct turn_input *in,
                                const struct utterance *u, struct heard *ret, struct why *why)
{
    store_rollback(t->app->store);
    enum err e = recognise(&t->env, u, ret, why);
    if (e == ERR_CHILD || e == ERR_MEMORY)
        *ret = (struct heard){.words = "", .by = failed, .confidence = -1};
    else if (e != ERR_OK)
        return e;
    e = begin_delivery(t, in, why);
    if (e == ERR_OK && t->delivery.found == DELIVERY_DONE)
        return why_set(why, ERR_BUSY, "the same delivery was answered meanwhile");
    t->turn.delivery_id = t->delivery.id;
    return e;
}

static enum err hear_audio(struct call_turn *t, const struct turn_input *in,
                           const struct utterance *u, struct why *why)
{
    struct heard heard = {.words = "", .by = nobody, .confidence = -1};
    int64_t from_us = clock_mono_us();
    enum err e = ERR_OK;

    if (u->silent)
        heard = (struct heard){.words = "", .by = "silence", .confidence = 1};
    else if (recognise_can(&t->env))
        e = ask_recognisers(t, in, u, &heard, why);
    if (e != ERR_OK)
        return e;
    t->turn.hear_us = clock_mono_us() - from_us;
    return set_heard(t, heard.words, heard.by, heard.confidence);
}

static enum err hear(struct call_turn *t, const struct turn_input *in, const struct utterance *u,
                     struct why *why)
{
    if (in->words != NULL)
        return set_heard(t, in->words, "typed", 1);
    if (in->keys != NULL)
        return set_heard(t, in->keys, "keys", 1);
    return hear_audio(t, in, u, why);
}

/* ---- think --------------------------------------------------------------------------------------- */

/* A phrase of the profile; `end` is why the call ends with it, NULL: it goes on. */
static enum err say(struct call_turn *t, const char *phrase, const char *end)
{
    t->said = t->shared = profile_phrase(t->arena, t->profile, phrase, &t->local, NULL, NULL);
    if (end != NULL)
        effects_put(&t->effects, (struct effect){.kind = EFFECT_END, .reason = end});
    if (t->said == NULL)
        return ERR_MEMORY;
    /* What was asked before is asked still. */
    const char *state = t->state == NULL ? t->call.state : t->state;
    return rules_asked(t->arena, t->profile, state, &t->asks);
}

static bool is_over_limits(const struct call_turn *t)
{
    int64_t lasted_ms =
        t->call.answered_ms == 0 ? 0 : clock_age_ms(call_answered(&t->call), t->began);
    int64_t most_microusd = (int64_t)t->profile->limits.cents * MICROUSD_OF_CENT;

    if (most_microusd > 0 && t->call.cost_microusd >= most_microusd)
        return true;
    return t->call.turns + 1 >= t->profile->limits.turns ||
           lasted_ms >= (int64_t)t->profile->limits.minutes * 60000;
}

static enum err answer_silence(struct call_turn *t)
{
    t->silent = t->call.silent + 1;
    if (t->silent >= t->profile->limits.silences)
        return say(t, t->profile->say.goodbye_silence, "silence");
    return say(t, t->profile->say.not_heard, NULL);
}

/* A model or the rules. */
static enum err answer_words(struct call_turn *t, bool rules_only, struct why *why)
{
    struct client client = {0};
    struct think_result result = {0};
    const struct think_ask ask = {
        .env = &t->env,
        .voice = &t->voice,
        .prompts = &t->app->prompts,
        .call = &t->call,
        .turn = &t->turn,
        .client = &client,
        .rules_only = rules_only,
    };

    enum err e = call_client(t->app->store, t->arena, &t->call, &client, why);
    if (e == ERR_OK)
        e = think(&ask, &result, why);
    if (e != ERR_OK)
        return e;
    t->said = result.say;
    t->shared = result.shared;
    t->state = result.state;
    t->asks = result.asks;
    t->effects = result.effects;
    t->turn.think_rung = result.think_rung;
    t->turn.think_us = result.think_us;
    return ERR_OK;
}

/* The last words are still taken in: they may complete a request. */
static enum err answer_limit(struct call_turn *t, bool words, struct why *why)
{
    enum err e = words ? answer_words(t, true, why) : ERR_OK;

    if (e != ERR_OK || effects_end(&t->effects) != NULL)
        return e;
    return say(t, t->profile->say.goodbye_limit, "limit");
}

/* A person shall call back; `phrase` is what for. */
static enum err leave_lead(struct call_turn *t, const struct client *client, const char *phrase)
{
    const char *wish = profile_phrase(t->arena, t->profile, phrase, &t->local, NULL, NULL);

    if (wish == NULL)
        return ERR_MEMORY;
    t->state = "";
    effects_put(&t->effects,
                (struct effect){.kind = EFFECT_LEAD, .lead = {client->name, client->phone, wish}});
    return ERR_OK;
}

/* No recogniser answers: please again, or by a key; then a person calls back, if a number is known. */
static enum err answer_unheard(struct call_turn *t, struct why *why)
{
    const struct profile *p = t->profile;
    struct client client = {0};

    t->silent = t->call.silent + 1;
    enum err e = call_client(t->app->store, t->arena, &t->call, &client, why);
    if (e != ERR_OK)
        return e;
    if (t->silent >= UNHEARD && client.phone != NULL) {
        e = leave_lead(t, &client, p->say.unheard_wish);
        if (e != ERR_OK)
            return e;
        return say(t, p->say.unheard_request, "unheard");
    }
    if (t->silent >= p->limits.silences)
        return say(t, p->say.goodbye_silence, "silence");
    return say(t, p->say.unheard, NULL);
}

/* Who calls, and whether the call has left a request yet. */
static enum err find_client(struct call_turn *t, struct client *ret, bool *ret_left,
                            struct why *why)
{
    struct lead *leads = NULL;
    size_t n = 0;

    enum err e = call_client(t->app->store, t->arena, &t->call, ret, why);
    if (e == ERR_OK)
        e = leads_newest(t->app->store, t->arena, t->call.id, 1, &leads, &n, why);
    *ret_left = n > 0;
    return e;
}

/* No recogniser is set up: a person calls back at once, and the keys serve meanwhile. A caller whose
 * number is hidden keys one in. */
static enum err answer_deaf(struct call_turn *t, struct why *why)
{
    const struct profile *p = t->profile;
    struct client client = {0};
    bool left = false;

    enum err e = find_client(t, &client, &left, why);
    if (e != ERR_OK)
        return e;
    if (client.phone == NULL && !left)
        return say(
            t, p->say.hearing_off_number == NULL ? p->say.hearing_off : p->say.hearing_off_number,
            NULL);
    if (!left)
        e = leave_lead(t, &client, p->say.unheard_wish);
    return e == ERR_OK ? say(t, p->say.hearing_off, NULL) : e;
}

/* A number that was keyed in where nothing else can be understood: it is called back. */
static enum err answer_number(struct call_turn *t, const char *number)
{
    const struct client client = {.name = "", .phone = arena_strdup(t->arena, number)};

    if (client.phone == NULL)
        return ERR_MEMORY;
    enum err e = leave_lead(t, &client, t->profile->say.unheard_wish);
    return e == ERR_OK ? say(t, t->profile->say.unheard_request, "unheard") : e;
}

/* The profile has a fault: the caller hears an apology, and a person calls back, if a number is
 * known and the call has not left a request yet. */
static enum err apologise(struct call_turn *t, const char *end, struct why *why)
{
    const struct profile *p = t->profile;
    struct client client = {0};
    bool left = false;

    enum err e = find_client(t, &client, &left, why);
    if (e != ERR_OK)
        return e;
    if (client.phone == NULL)
        return say(t, p->say.broken, end);
    if (!left) {
        e = leave_lead(t, &client, p->say.broken_wish);
        if (e != ERR_OK)
            return e;
    }
    return say(t, p->say.broken_request, end);
}

static enum err answer(struct call_turn *t, struct why *why)
{
    char *folded = text_fold(t->arena, t->turn.heard);
    char number[PHONE_MAX];

    if (folded == NULL)
        return ERR_MEMORY;
    /* Keys such as * and # have no letters but are no silence. */
    bool keys = strcmp(t->turn.heard_by, "keys") == 0 && *t->turn.heard != '\0';
    bool words = *folded != '\0' || keys;
    if (t->profile->broken != NULL)
        return apologise(t, "broken", why);
    if (is_over_limits(t))
        return answer_limit(t, words, why);
    if (strcmp(t->turn.heard_by, nobody) == 0)
        return answer_deaf(t, why);
    if (keys && *t->call.state == '\0' && !recognise_can(&t->env)) {
        const char *digits = text_digits(t->arena, t->turn.heard); /* people end a number with # */
        if (digits == NULL)
            return ERR_MEMORY;
        if (phone_e164(digits, t->profile->country, number) == ERR_OK)
            return answer_number(t, number);
    }
    if (strcmp(t->turn.heard_by, failed) == 0)
        return answer_unheard(t, why);
    return words ? answer_words(t, is_hurried(t), why) : answer_silence(t);
}

/* ---- speak --------------------------------------------------------------------------------------- */

/* A cached voice needs nothing slow: then the transaction stays open, and one commit takes the
 * caller's words, the answer and the reply. Else what is there is committed with the first waiting. */
static enum err speak_whole(struct call_turn *t)
{
    if (effects_change_book(&t->effects))
        synthesise_keep_back(&t->voice);
    enum err e = synthesise_cut(&t->voice, t->said, t->shared);

    if (e != ERR_OK)
        return e;
    if (t->on_sentence != NULL || !store_in_transaction(t->app->store) ||
        !synthesise_ready(&t->voice, t->said))
        synthesise_speak(&t->voice);
    return ERR_OK;
}

static enum err speak_answer(struct call_turn *t, struct why *why)
{
    enum err e = ERR_OK;

    if (t->said == NULL) /* a model's: it is being spoken already */
        synthesise_finish(&t->voice);
    else
        e = speak_whole(t);
    t->turn.speak_rung = t->voice.speak_rung;
    t->turn.speak_us = t->voice.speak_us;
    if (e == ERR_OK)
        e = env_commit_error(&t->env, why);
    return e == ERR_OK ? synthesise_said(&t->voice, &t->said) : e;
}

/* ---- a turn -------------------------------------------------------------------------------------- */

static enum err run(struct call_turn *t, const struct turn_input *in, const struct utterance *u,
                    struct why *why)
{
    enum err e = read_call(t, why);
    if (e != ERR_OK)
        return e;
    if (call_status_ends(t->call.status) || end_is_expired(t->profile, &t->call, t->began))
        return refuse_ended(t, why);
    join_call(t);
    e = check_money(t, why);
    if (e == ERR_OK)
        e = take_over(t, why);
    if (e == ERR_OK && t->turn.n == 0)
        e = hear(t, in, u, why);
    if (e == ERR_OK)
        e = choose_language(t, why);
    if (e == ERR_OK && t->turn.n == 0)
        e = turn_begin(t->app->store, &t->turn, why); /* keeps the words */
    t->env.turn = t->turn.n;
    if (e == ERR_OK)
        e = answer(t, why);
    if (e == ERR_OK)
        e = speak_answer(t, why);
    if (e == ERR_OK && t->on_heard != NULL)
        e = env_commit(&t->env, why);
    t->goes_on = effects_end(&t->effects) == NULL;
    t->transfer = exchange_line(t);
    return e;
}

enum err call_turn_answer(struct call_turn *t, const struct turn_input *in, struct why *why)
{
    const struct sound_came came = {in->audio, in->audio_len, in->audio_type, in->audio_name};
    struct utterance utterance = {0};

    start(t);
    enum err e = find_call(t, in, why);
    if (e == ERR_OK && in->audio != NULL) /* before others have to wait for our transaction */
        e = sound_measure(t->arena, &came, &utterance, why);
    if (e == ERR_OK)
        e = begin_delivery(t, in, why);
    if (e != ERR_OK || t->delivery.found == DELIVERY_DONE)
        return e;
    return run(t, in, &utterance, why);
}

/* ---- a greeting ---------------------------------------------------------------------------------- */

static enum err open_call(struct call_turn *t, const struct turn_input *in, struct why *why)
{
    char phone[PHONE_MAX];
    struct call call = {
        .source = in->source,
        .external_id = in->external_id,
        .caller = in->caller,
        .called = in->called,
        .profile = t->profile->name,
        .direction = in->direction,
    };

    int64_t id = 0;
    if (limits_disk_is_low() &&
        call_id_of(t->app->store, in->source, in->external_id, &id, NULL) == ERR_NOT_FOUND)
        return why_set(why, ERR_DISK,
                       "too little of the store's disk is free (HOLOS_DISK_PERCENT)");
    bool known = phone_e164(in->caller, t->profile->country, phone) == ERR_OK;
    return call_open(t->app->store, t->arena, &call, known ? phone : NULL, t->began, &t->call,
                     &t->opened, why);
}

/* The greeting is turn 0. A call that was greeted long ago (its delivery is swept) is greeted with
 * the same words and gets no second turn 0. */
static enum err greet(struct call_turn *t, struct why *why)
{
    struct turn *turns = NULL;
    size_t n = 0;

    enum err e = say(t, t->profile->say.greeting, NULL);
    if (e == ERR_OK)
        e = turns_of_call(t->app->store, t->arena, t->call.id, &turns, &n, why);
    if (e != ERR_OK)
        return e;
    join_call(t);
    /* A call that was only reported may have had turns before it was greeted. */
    if (n == 0 || turns[0].n != 0)
        return turn_begin(t->app->store, &t->turn, why);
    t->greeted = turns[0].said != NULL;
    if (t->greeted)
        t->said = t->shared = turns[0].said;
    return ERR_OK;
}

enum err call_turn_greet(struct call_turn *t, const struct turn_input *in, struct why *why)
{
    start(t);
    enum err e = use_profile(t, app_profile(t->app, in->called), why);
    if (e == ERR_OK)
        e = begin_delivery(t, in, why);
    if (e != ERR_OK || t->delivery.found == DELIVERY_DONE)
        return e;
    e = open_call(t, in, why);
    if (e == ERR_OK)
        e = check_money(t, why);
    if (e == ERR_OK)
        e = greet(t, why);
    if (e == ERR_OK && t->profile->broken != NULL && !t->greeted)
        e = apologise(t, NULL, why); /* the gateway hears of the end with the first turn */
    if (e == ERR_OK)
        e = speak_answer(t, why);
    return e;
}

/* ---- keep the answer ----------------------------------------------------------------------------- */

enum err call_turn_conclude(struct call_turn *t, struct why *why)
{
    struct store *s = t->app->store;
    enum err e = ERR_OK;

    t->deadline.at_us += RESERVE_MS * 1000;
    if (!store_in_transaction(s))
        e = store_begin(s, t->deadline, why);
    if (e == ERR_OK)
        e = call_refresh(s, t->arena, &t->call, why);
    t->concluded = e == ERR_OK;
    if (e == ERR_OK && call_status_ends(t->call.status))
        t->goes_on = false;
    return e;
}

static enum err save_effects(struct call_turn *t, struct why *why)
{
    struct store *s = t->app->store;
    enum err e = ERR_OK;

    for (size_t i = 0; i < t->effects.n && e == ERR_OK; i++) {
        const struct effect *effect = &t->effects.effect[i];
        switch (effect->kind) {
        case EFFECT_LEAD:
            e = end_keep_lead(s, t->arena, &t->call, &effect->lead, t->turn.answered_ms, why);
            break;
        case EFFECT_CLIENT_NAME:
            if (t->call.client_id != 0)
                e = client_set_name(s, t->call.client_id, t->call.profile, effect->name, why);
            if (e == ERR_OK)
                e = exchange_keep_customer(t, effect->name, why);
            break;
        case EFFECT_END:  /* save_call's, and below */
        case EFFECT_BOOK: /* save_visits's */
        case EFFECT_CANCEL_VISIT:
        case EFFECT_ASK_CANCEL: /* in the state already */
        case EFFECT_DROP_OFFERS:
            break;
        }
    }
    return e == ERR_OK ? exchange_hand_over(t, why) : e;
}

/* The time was free when the caller was asked; should it not be any more, the turn has failed, and is
 * thought anew when the delivery comes again. */
static enum err save_visits(struct call_turn *t, struct why *why)
{
    const struct visits_turn by = {
        .call = &t->call, .profile = t->profile, .turn = t->turn.n, .now_ms = t->turn.answered_ms};

    enum err e = visits_keep(t->app->store, t->arena, &by, &t->effects, why);
    return e == ERR_NOT_FOUND || e == ERR_EXISTS ? ERR_BUSY : e;
}

/* What the turn makes of the call's row. */
static void update_call(struct call_turn *t, struct moment now)
{
    const char *end = effects_end(&t->effects);
    struct call *c = &t->call;

    if (!call_status_ends(c->status)) {
        c->active_ms = now.ms;
        c->active_tick = now.tick;
    }
    if (t->turn.n > 0) {
        c->turns++;
        c->silent = t->silent;
        c->state = t->state == NULL ? c->state : t->state;
        c->language = t->language == NULL ? c->language : t->language;
    }
    if (!t->greeted) /* then nothing of it is kept */
        c->cost_microusd += t->turn.cost_microusd;
    if (c->answered_ms == 0) {
        c->answered_ms = now.ms;
        c->answered_tick = now.tick;
    }
    if (!call_status_ends(c->status) && end == NULL) {
        c->status = CALL_IN_PROGRESS;
    } else if (!call_status_ends(c->status)) {
        c->status = CALL_COMPLETED;
        c->end_reason = end;
        c->ended_ms = now.ms;
    }
}

static enum err save_call(struct call_turn *t, struct moment now, struct why *why)
{
    enum err e = ERR_OK;

    update_call(t, now);
    /* Also after a hang-up: it could not know what the caller asked for in this very turn. A
     * greeting does not hold the call, and brought no words. */
    if (t->turn.n > 0 && call_status_ends(t->call.status))
        e = end_keep_unfinished(t->app, t->arena, &t->call, t->turn.answered_ms, why);
    t->env.skips = t->call.skips;
    if (e == ERR_OK)
        e = ladder_save(&t->env, why);
    t->call.skips = t->env.skips;
    return e == ERR_OK ? call_save(t->app->store, &t->call, why) : e;
}

/* The record of the stages goes into the turn. */
static void take_record(struct call_turn *t, struct moment now)
{
    t->turn.said = t->said;
    t->turn.ends = !t->goes_on;
    t->turn.cost_microusd = t->env.cost_microusd;
    t->turn.tokens_in = t->env.tokens_in;
    t->turn.tokens_out = t->env.tokens_out;
    t->turn.faults = t->env.faults;
    t->turn.answered_ms = now.ms;
    t->turn.total_us = clock_mono_us() - t->env.began_us;
}

/* A greeting that is only said again costs nothing new that is kept. */
static enum err count_money(struct call_turn *t, struct why *why)
{
    int64_t cost = t->greeted ? 0 : t->turn.cost_microusd;

    if (cost == 0 && !t->opened)
        return ERR_OK;
    return spending_add(t->app->store, t->caller.key, t->turn.answered_ms, t->opened ? 1 : 0, cost,
                        why);
}

enum err call_turn_finish(struct call_turn *t, const struct delivery_reply *reply, struct why *why)
{
    struct store *s = t->app->store;

    enum err e = t->concluded ? ERR_OK : call_turn_conclude(t, why);
    struct moment now = clock_now();
    take_record(t, now);
    if (e == ERR_OK && !t->greeted)
        e = turn_answer(s, &t->turn, why);
    if (e == ERR_OK && !t->greeted)
        e = vendor_requests_add(s, t->turn.call_id, t->turn.n, t->env.asked, t->env.asked_n, why);
    if (e == ERR_OK) /* first, so that what is kept of a call that broke off is not kept twice */
        e = save_effects(t, why);
    if (e == ERR_OK)
        e = save_visits(t, why);
    if (e == ERR_OK)
        e = count_money(t, why);
    if (e == ERR_OK)
        e = save_call(t, now, why);
    if (e == ERR_OK)
        e = delivery_finish(s, &t->delivery, reply, now, why);
    if (e != ERR_OK)
        return e;
    /* Let go before the commit: a hang-up that waits for the writer's lock then finds no turn
     * running, and takes in itself what this one could not know. */
    store_drop_hold(s, HOLD_CALL, t->call.id);
    e = store_commit(s, why);
    t->holds = t->holds && e != ERR_OK;
    return e;
}

void call_turn_release(struct call_turn *t)
{
    if (t->app == NULL || t->app->store == NULL)
        return;
    synthesise_drop(&t->voice);
    if (t->app->providers.http != NULL)
        http_drop_all(t->app->providers.http);
    store_rollback(t->app->store);
    store_let_go(t->app->store);
    if (t->holds) /* should that fail, the next sweep does it */
        (void)(end_take_in_left(t->app, t->arena, t->call.id, NULL) == ERR_OK);
}
