/* What may be said at any step of a request, whatever was asked: leave, break off, correct, "say that
 * again", another wish for a person, a question in between. */
#include "dialogue/request.h"

#include <string.h>

#include "salon/phone.h"

#define SHORT_WORDS    6  /* a correction or a breaking off elsewhere */
#define LONG_WORDS     15 /* a correction that brings a spoken number */
#define QUESTION_WORDS 3  /* fewer are a name, not a question for one of the rules */

static bool by_cancel(struct brain_turn *t)
{
    const struct profile *p = t->profile;
    int most = t->b.at == AT_WISH ? REQUEST_FEW_WORDS : SHORT_WORDS;

    if (!brain_hears_short(t, p->cancel, p->cancel_n, most))
        return false;
    brain_say(t, p->say.request_cancelled);
    request_leave(t, AT_ELSE);
    t->b.wish = "";
    t->b.wish_done = false;
    brain_say(t, p->say.anything_else);
    return true;
}

/* The caller leaves: what is known by now is stored, if it is of any use. */
static bool by_goodbye(struct brain_turn *t)
{
    const char *name = NULL;
    const char *rest = "";
    struct brain *b = &t->b;

    if (!brain_hears_goodbye(t))
        return false;
    (void)request_take_number(t);
    if (!request_take_told_name(t) && b->at == AT_NAME) {
        name_answered(t, &name, &rest);
        if (name != NULL)
            request_set_name(t, name);
    }
    if (b->at == AT_WISH || t->words > SHORT_WORDS)
        brain_add_wish(t, t->ask->words);
    if (*b->wish != '\0' ||
        (*b->name != '\0' && (*b->phone != '\0' || request_knows_own_number(t))))
        request_hand_over(t);
    request_leave(t, AT_IDLE);
    brain_say(t, t->profile->say.goodbye);
    t->end = true;
    return true;
}

static void forget_phone(struct brain_turn *t)
{
    t->b.phone_done = false;
    t->b.phone = "";
    t->b.not_own = true;
    (void)request_take_number(t);
}

static void forget_name(struct brain_turn *t)
{
    t->b.name_done = false;
    t->b.name = "";
}

static bool correct_phone(struct brain_turn *t)
{
    forget_phone(t);
    if (t->words > SHORT_WORDS)
        brain_add_wish(t, t->ask->words);
    request_next_step(t);
    return true;
}

static bool correct_name(struct brain_turn *t)
{
    forget_name(t);
    request_next_step(t);
    return true;
}

bool request_correct(struct brain_turn *t)
{
    const struct profile *p = t->profile;
    struct brain *b = &t->b;
    bool phone = b->phone_done && brain_hears(t, p->wrong_phone, p->wrong_phone_n);
    bool name = b->name_done && brain_hears(t, p->wrong_name, p->wrong_name_n);

    if (!phone && !name)
        return false;
    if (phone)
        forget_phone(t);
    if (name)
        forget_name(t);
    brain_add_wish(t, t->ask->words);
    b->wish_done = true;
    brain_say(t, p->say.request_begins);
    request_next_step(t);
    return true;
}

/* "No, that is wrong": the answer before this question is asked for once more. */
static bool by_correction(struct brain_turn *t)
{
    const struct profile *p = t->profile;
    struct brain *b = &t->b;

    if (b->at == AT_CONFIRM && !brain_hears(t, p->wrong_name, p->wrong_name_n))
        return false;
    if (b->phone_done && brain_hears_short(t, p->wrong_phone, p->wrong_phone_n,
                                           request_holds_number(t) ? LONG_WORDS : SHORT_WORDS))
        return correct_phone(t);
    if (b->name_done && brain_hears_short(t, p->wrong_name, p->wrong_name_n, SHORT_WORDS))
        return correct_name(t);
    if (!brain_hears_short(t, p->wrong, p->wrong_n, REQUEST_FEW_WORDS))
        return false;
    if (b->at == AT_WISH && b->phone_done)
        return correct_phone(t);
    if (b->at == AT_PHONE && b->name_done)
        return correct_name(t);
    return false;
}

static bool by_again(struct brain_turn *t)
{
    int most = t->b.at == AT_WISH ? REQUEST_FEW_WORDS : SHORT_WORDS;

    if (!brain_hears_short(t, t->profile->again, t->profile->again_n, most))
        return false;
    brain_say(t, request_question(t));
    return true;
}

/* "A person, please!" is no name; it is on its way already. */
static bool by_person(struct brain_turn *t)
{
    const struct profile *p = t->profile;

    if (t->b.at != AT_NAME || t->b.tries >= REQUEST_TRIES ||
        !brain_hears(t, p->person, p->person_n))
        return false;
    t->b.tries++;
    (void)request_keep_words(t);
    (void)request_take_told_name(t);
    (void)request_take_number(t);
    brain_say(t, p->say.request_begins);
    if (t->b.name_done)
        request_next_step(t);
    else
        brain_say(t, request_question(t));
    return true;
}

/* A question in between is answered, and ours put again. */
static bool by_rule(struct brain_turn *t)
{
    const struct rule *rule = profile_rule(t->profile, t->folded);

    if (rule == NULL || rule->action != RULE_SAY || t->b.at == AT_WISH)
        return false;
    if (t->b.at == AT_NAME && t->words < QUESTION_WORDS)
        return false;
    if (request_holds_number(t))
        return false;
    brain_say(t, rule->say);
    brain_say(t, request_question(t));
    return true;
}

bool request_aside(struct brain_turn *t)
{
    static bool (*const ways[])(struct brain_turn *) = {by_goodbye, by_cancel, by_correction,
                                                        by_again,   by_person, by_rule};

    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (ways[i](t))
            return true;
    return false;
}
