#include "dialogue/thinking.h"

#include <string.h>

#include "base/text.h"
#include "speech/hear.h"

#define WORDS_MAX 4000 /* bytes of one utterance that are kept */
#define KEYS_WORD 2    /* up to so many pressed keys are a choice; more are a number */

/* By whom a turn was heard that brought speech nobody could recognise. */
static const char unheard[] = "nobody";

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

static enum err hear_audio(struct conversation *c, const struct caller_input *in, struct why *why)
{
    struct heard heard = {0};
    int64_t from = clock_mono_us();

    enum err e = hear(c->arena, in->audio, in->audio_len, c->deadline, &heard, why);
    c->turn.hear_us = clock_mono_us() - from;
    if (e == ERR_CONFIG)
        heard = (struct heard){.words = "", .by = unheard, .confidence = -1};
    else if (e != ERR_OK)
        return e;
    c->turn.heard = heard.words;
    c->turn.heard_by = heard.by;
    c->turn.confidence = heard.confidence;
    return ERR_OK;
}

enum err thinking_hear(struct conversation *c, const struct caller_input *in, struct why *why)
{
    if (in->words != NULL)
        return hear_words(c, in->words);
    if (in->keys != NULL)
        return hear_keys(c, in->keys);
    return hear_audio(c, in, why);
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

/* The money limit joins these when a turn can cost money. */
static bool over_limits(const struct conversation *c)
{
    int64_t since = c->call.answered_ms != 0 ? c->call.answered_ms : c->call.started_ms;
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

static enum err answer_words(struct conversation *c)
{
    struct client client;

    enum err e = find_client(c, &client);
    if (e != ERR_OK)
        return e;
    struct rules_ask ask = {
        .profile = c->profile,
        .words = thinking_words(c->arena, c->profile, &c->turn),
        .state = c->call.state,
        .caller_phone = client.phone,
        .client_name = client.name,
        .local = &c->local,
    };
    int64_t from = clock_mono_us();

    e = rules_answer(c->arena, &ask, &c->answer);
    c->turn.think_us = clock_mono_us() - from;
    c->turn.think_rung = "rules";
    if (e != ERR_OK)
        return e;
    c->said = c->answer.say;
    c->end = c->answer.end;
    c->goes_on = c->answer.end == NULL;
    return ERR_OK;
}

/* The last words are still taken in: they may complete a request. */
static enum err answer_limit(struct conversation *c, bool words)
{
    enum err e = words ? answer_words(c) : ERR_OK;

    if (e != ERR_OK || c->end != NULL)
        return e;
    return say(c, c->profile->say.goodbye_limit, "limit");
}

enum err thinking_answer(struct conversation *c)
{
    char *folded = text_fold(c->arena, c->turn.heard);

    if (folded == NULL)
        return ERR_MEMORY;
    c->silent = 0;
    bool nobody = strcmp(c->turn.heard_by, unheard) == 0;
    /* Keys such as * and # have no letters but are no silence. */
    bool keys = strcmp(c->turn.heard_by, "keys") == 0 && *c->turn.heard != '\0';
    bool words = *folded != '\0' || keys;
    if (over_limits(c))
        return answer_limit(c, words);
    if (nobody)
        return say(c, c->profile->say.hearing_off, NULL);
    return words ? answer_words(c) : answer_silence(c);
}
