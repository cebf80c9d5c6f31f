#include "dialogue/thinking.h"

#include <string.h>

#include "base/text.h"
#include "dialogue/hearing.h"
#include "dialogue/model.h"
#include "dialogue/settle.h"

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

enum err thinking_answer(struct conversation *c, struct why *why)
{
    char *folded = text_fold(c->arena, c->turn.heard);

    if (folded == NULL)
        return ERR_MEMORY;
    c->silent = 0;
    /* Keys such as * and # have no letters but are no silence. */
    bool keys = strcmp(c->turn.heard_by, "keys") == 0 && *c->turn.heard != '\0';
    bool words = *folded != '\0' || keys;
    if (over_limits(c))
        return answer_limit(c, words, why);
    if (strcmp(c->turn.heard_by, nobody) == 0)
        return say(c, c->profile->say.hearing_off, NULL);
    if (strcmp(c->turn.heard_by, failed) == 0)
        return answer_unheard(c);
    return words ? answer_words(c, false, why) : answer_silence(c);
}
