#include "dialogue/rules.h"

#include <string.h>

#include "base/text.h"
#include "dialogue/brain.h"

#define SHORT_WORDS  6 /* a no, a thank-you or a "once more" in so many words is meant */
#define YES_WORDS    2 /* more than that say something besides */
#define KEYED_NUMBER 9 /* pressed digits that are a telephone number, not choices */

static void be_idle(struct brain_turn *t, enum brain_at at)
{
    t->b.at = at;
    t->b.misses = 0;
    t->b.wish = "";
}

static void say_goodbye(struct brain_turn *t, const char *phrase)
{
    be_idle(t, AT_IDLE);
    brain_say(t, phrase == NULL ? t->profile->say.goodbye : phrase);
    t->end = true;
}

static void ask_else(struct brain_turn *t)
{
    be_idle(t, AT_ELSE);
    brain_say(t, t->profile->say.anything_else);
}

/* ---- one after the other: the first that knows an answer gives it --------------------------- */

/* A goodbye beside a wish or a question is no reason to hang up on it. */
static bool by_goodbye(struct brain_turn *t)
{
    const struct profile *p = t->profile;

    if (!brain_hears_goodbye(t) || profile_rule(p, t->folded) != NULL ||
        brain_hears(t, p->person, p->person_n))
        return false;
    say_goodbye(t, NULL);
    return true;
}

static bool by_correction(struct brain_turn *t)
{
    return t->b.at == AT_ELSE && request_correct(t);
}

static bool by_person(struct brain_turn *t)
{
    if (!brain_hears(t, t->profile->person, t->profile->person_n))
        return false;
    request_begin(t, NULL, t->ask->words);
    return true;
}

static void follow(struct brain_turn *t, const struct rule *rule)
{
    if (rule->action == RULE_REQUEST) {
        request_begin(t, rule, t->ask->words);
    } else if (rule->action == RULE_GOODBYE) {
        say_goodbye(t, rule->say);
    } else {
        be_idle(t, rule->action == RULE_OFFER ? AT_OFFER : AT_IDLE);
        brain_say(t, rule->say);
        t->b.rule = (int)(rule - t->profile->rules);
        if (rule->action == RULE_OFFER)
            t->b.wish = brain_keep(t, t->ask->words, strlen(t->ask->words), BRAIN_WISH_MAX);
        else if (brain_hears_goodbye(t))
            ask_else(t);
    }
}

static bool by_rule(struct brain_turn *t)
{
    const struct rule *rule = profile_rule(t->profile, t->folded);

    if (rule == NULL)
        return false;
    follow(t, rule);
    return true;
}

static bool by_again(struct brain_turn *t)
{
    const struct profile *p = t->profile;

    if (!brain_hears_short(t, p->again, p->again_n, SHORT_WORDS))
        return false;
    if (t->b.at == AT_ELSE)
        brain_say(t, p->say.anything_else);
    else if (t->b.rule >= 0)
        brain_say(t, p->rules[t->b.rule].say);
    else if (t->b.at == AT_OFFER)
        brain_say(t, p->say.offer_request);
    else
        brain_say(t, p->say.greeting);
    return true;
}

static bool by_answer_to_offer(struct brain_turn *t)
{
    const struct profile *p = t->profile;

    if (t->b.at != AT_OFFER)
        return false;
    bool no = brain_hears(t, p->no, p->no_n);
    if (!no && !brain_hears(t, p->yes, p->yes_n))
        return false;
    if (no)
        ask_else(t);
    else
        request_begin(t, NULL, t->words > YES_WORDS ? t->ask->words : NULL);
    return true;
}

static bool by_answer_to_else(struct brain_turn *t)
{
    const struct profile *p = t->profile;

    if (t->b.at != AT_ELSE)
        return false;
    bool more = brain_hears(t, p->more, p->more_n);
    if (!more && (brain_hears_short(t, p->no, p->no_n, SHORT_WORDS) ||
                  brain_hears_short(t, p->thanks, p->thanks_n, SHORT_WORDS))) {
        say_goodbye(t, NULL);
        return true;
    }
    if (!more && !brain_hears(t, p->yes, p->yes_n))
        return false;
    be_idle(t, AT_IDLE);
    brain_say(t, p->say.listening);
    return true;
}

static bool by_thanks(struct brain_turn *t)
{
    if (!brain_hears_short(t, t->profile->thanks, t->profile->thanks_n, SHORT_WORDS))
        return false;
    ask_else(t);
    return true;
}

/* Every second time a person is offered; what was not understood is kept for them. */
static bool by_not_understanding(struct brain_turn *t)
{
    brain_add_wish(t, t->ask->words);
    t->b.misses = t->b.misses < 0 || t->b.misses >= 100 ? 1 : t->b.misses + 1;
    t->b.rule = -1;
    bool offer = t->b.misses % 2 == 0;
    t->b.at = offer ? AT_OFFER : AT_IDLE;
    brain_say(t, offer ? t->profile->say.offer_request : t->profile->say.not_understood);
    return true;
}

static void open_turn(struct brain_turn *t)
{
    static bool (*const ways[])(struct brain_turn *) = {
        by_correction,     by_goodbye, by_person,           by_rule, by_again, by_answer_to_offer,
        by_answer_to_else, by_thanks,  by_not_understanding};

    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (ways[i](t))
            return;
}

/* ---- the turn ------------------------------------------------------------------------------ */

static int count_words(const char *folded)
{
    int n = *folded != '\0';

    for (; *folded != '\0'; folded++)
        n += *folded == ' ';
    return n;
}

/* Words that were neither name nor number nor wish, while a request goes on being taken. */
static void keep_unheard(struct brain_turn *t, const struct brain *before)
{
    const struct brain *b = &t->b;

    if (before->at >= AT_NAME && b->at >= AT_NAME && b->wish == before->wish &&
        b->name == before->name && b->phone_done == before->phone_done)
        brain_add_wish(t, t->ask->words);
}

/* The name, if this turn told one that was not known. */
static const char *learned(const struct brain_turn *t, const char *before)
{
    const char *known = t->ask->client_name == NULL ? "" : t->ask->client_name;
    const char *name = t->b.name;

    if (t->has_request && *t->request.name != '\0')
        name = t->request.name;
    return *name == '\0' || strcmp(name, before) == 0 || strcmp(name, known) == 0 ? NULL : name;
}

enum err rules_answer(struct arena *a, const struct rules_ask *ask, struct rules_answer *ret)
{
    struct brain_turn t = {.arena = a, .ask = ask, .profile = ask->profile};
    const char *state = NULL;

    t.folded = text_fold(a, ask->words);
    if (t.folded == NULL || brain_load(a, ask->profile, ask->state, &t.b) != ERR_OK)
        return ERR_MEMORY;
    t.words = count_words(t.folded);
    const struct brain before = t.b;
    if (t.b.at >= AT_NAME)
        request_turn(&t);
    else
        open_turn(&t);
    if (ask->unheard)
        keep_unheard(&t, &before);
    if (t.no_memory || buf_err(&t.say) != ERR_OK || brain_save(a, &t.b, &state) != ERR_OK)
        return ERR_MEMORY;
    *ret = (struct rules_answer){.say = buf_text(&t.say),
                                 .state = state,
                                 .end = t.end ? "goodbye" : NULL,
                                 .has_request = t.has_request,
                                 .request = t.request,
                                 .client_name = learned(&t, before.name)};
    return ERR_OK;
}

enum err rules_unfinished(struct arena *a, const struct profile *p, const char *state,
                          const char *caller_phone, bool *ret_has, struct rules_request *ret)
{
    struct brain b = {0};

    enum err e = brain_load(a, p, state, &b);
    if (e != ERR_OK)
        return e;
    const char *own = caller_phone == NULL || b.not_own ? "" : caller_phone;
    const char *phone = *b.phone != '\0' ? b.phone : own;
    *ret_has = b.at >= AT_NAME && (*b.wish != '\0' || (*b.name != '\0' && *phone != '\0'));
    if (*ret_has)
        *ret = (struct rules_request){.name = b.name, .phone = phone, .wish = b.wish};
    return ERR_OK;
}

/* ---- keys ---------------------------------------------------------------------------------- */

static const char *key_words(const struct profile *p, char key)
{
    static const char order[] = "0123456789*#";
    const char *at = key == '\0' ? NULL : strchr(order, key);

    return at == NULL ? NULL : p->keys[at - order];
}

const char *rules_words_of_keys(struct arena *a, const struct profile *p, const char *keys)
{
    char *digits = text_digits(a, keys);
    struct buf b;

    if (digits == NULL || strlen(digits) >= KEYED_NUMBER)
        return digits;
    buf_init(&b, a, strlen(keys) * 101 + 1);
    for (; *keys != '\0'; keys++) {
        const char *words = key_words(p, *keys);
        if (words == NULL)
            continue;
        buf_puts(&b, b.len == 0 ? "" : " ");
        buf_puts(&b, words);
    }
    return b.len == 0 || buf_err(&b) != ERR_OK ? NULL : buf_text(&b);
}
