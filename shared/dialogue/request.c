/* Taking a request: who, at which number, about what. Each answer may bring more than was asked;
 * nothing the caller says is dropped; no question is put for ever. */
#include "dialogue/brain.h"

#include <string.h>

#include "base/text.h"
#include "salon/phone.h"

#define TRIES          2  /* a question is put again so often; then what there is will do */
#define FEW_WORDS      3  /* a no, or the breaking off of a wish */
#define SHORT_WORDS    6  /* a correction or a breaking off elsewhere */
#define LONG_WORDS     15 /* a correction that brings a spoken number */
#define ABOUT_WORDS    7  /* so many words with the call for a person tell what it is about */
#define QUESTION_WORDS 3  /* fewer are a name, not a question for one of the rules */
#define HEARD_MAX      200

/* ---- what was said ------------------------------------------------------------------------- */

static void set_name(struct brain_turn *t, const char *name)
{
    t->b.name = brain_keep(t, name, strlen(name), BRAIN_NAME_MAX);
    t->b.name_done = true;
}

static void set_phone(struct brain_turn *t, const char *phone)
{
    t->b.phone = brain_keep(t, phone, strlen(phone), PHONE_MAX);
    t->b.phone_done = true;
    t->b.heard = "";
}

static bool holds_number(struct brain_turn *t)
{
    char number[PHONE_MAX];
    enum err e = phone_in_text(t->ask->words, t->profile->country, number);

    t->no_memory |= e == ERR_MEMORY;
    return e == ERR_OK;
}

static bool take_number_of(struct brain_turn *t, const char *words)
{
    char number[PHONE_MAX];
    enum err e = phone_in_text(words, t->profile->country, number);

    t->no_memory |= e == ERR_MEMORY;
    if (e != ERR_OK)
        return false;
    set_phone(t, number);
    return true;
}

static bool take_number(struct brain_turn *t)
{
    return take_number_of(t, t->ask->words);
}

/* A name told as such; what was said around it stays in the words. */
static bool take_told_name(struct brain_turn *t)
{
    const char *name = NULL;
    const char *rest = "";

    name_told(t, &name, &rest);
    if (name != NULL)
        set_name(t, name);
    return name != NULL;
}

static bool says_no(const struct brain_turn *t)
{
    return brain_hears_short(t, t->profile->no, t->profile->no_n, FEW_WORDS);
}

static bool knows_own_number(const struct brain_turn *t)
{
    return t->ask->caller_phone != NULL && *t->ask->caller_phone != '\0' && !t->b.not_own;
}

/* ---- asking -------------------------------------------------------------------------------- */

static const char *question(const struct brain_turn *t)
{
    const struct profile *p = t->profile;
    const char *const questions[AT__MAX] = {[AT_NAME] = p->say.ask_name,
                                            [AT_PHONE] = p->say.ask_phone,
                                            [AT_CONFIRM] = p->say.confirm_phone,
                                            [AT_WISH] = p->say.ask_wish};
    return questions[t->b.at];
}

static void hand_over(struct brain_turn *t)
{
    struct brain *b = &t->b;
    const char *phone = *b->phone == '\0' && knows_own_number(t) ? t->ask->caller_phone : b->phone;

    t->has_request = true;
    t->request = (struct rules_request){.name = b->name, .phone = phone, .wish = b->wish};
    brain_say(t, t->profile->say.request_taken);
    b->wish = "";
    b->wish_done = false;
}

static void leave(struct brain_turn *t, enum brain_at at)
{
    t->b.at = at;
    t->b.tries = 0;
    t->b.misses = 0;
    t->b.heard = "";
}

/* Asks what is missing, or hands the request over when nothing is. */
static void next_step(struct brain_turn *t)
{
    struct brain *b = &t->b;
    enum brain_at at = !b->name_done         ? AT_NAME
                       : b->phone_done       ? AT_WISH
                       : knows_own_number(t) ? AT_CONFIRM
                                             : AT_PHONE;
    if (at == AT_WISH && b->wish_done) {
        hand_over(t);
        leave(t, AT_ELSE);
        brain_say(t, t->profile->say.anything_else);
        return;
    }
    leave(t, at);
    brain_say(t, question(t));
}

/* Puts the question again, up to TRIES times. False: enough. */
static bool ask_again(struct brain_turn *t, const char *phrase)
{
    if (t->b.tries < 0 || t->b.tries >= TRIES)
        return false;
    t->b.tries++;
    brain_say(t, phrase);
    return true;
}

void request_begin(struct brain_turn *t, const struct rule *rule, const char *about)
{
    struct brain *b = &t->b;
    bool told = false;

    b->rule = -1;
    brain_add_wish(t, about);
    if (!b->name_done && t->ask->client_name != NULL && *t->ask->client_name != '\0')
        set_name(t, t->ask->client_name);
    if (about != NULL) {
        told = take_told_name(t);
        told |= take_number(t);
    }
    b->wish_done =
        rule != NULL ? !rule->asks_wish || told : about != NULL && t->words >= ABOUT_WORDS;
    if (rule == NULL)
        brain_say(t, t->profile->say.request_begins);
    else if (b->wish_done && rule->asks_wish)
        brain_say(t, NULL); /* its question is answered already */
    else
        brain_say(t, rule->say);
    if (rule != NULL && rule->asks_wish && !b->wish_done)
        leave(t, AT_WISH);
    else
        next_step(t);
}

/* ---- the answers to each question ---------------------------------------------------------- */

static void at_name(struct brain_turn *t)
{
    const char *name = NULL;
    const char *rest = "";

    if (says_no(t)) {
        t->b.name_done = true;
        next_step(t);
        return;
    }
    (void)take_number(t);
    name_told(t, &name, &rest);
    if (name == NULL)
        name_answered(t, &name, &rest);
    if (name == NULL && ask_again(t, t->profile->say.ask_name))
        return;
    set_name(t, name == NULL ? t->ask->words : name);
    if (*rest != '\0' || name == NULL)
        brain_add_wish(t, t->ask->words);
    next_step(t);
}

static void at_confirm(struct brain_turn *t)
{
    const struct profile *p = t->profile;

    if (take_number(t)) {
        next_step(t);
    } else if (brain_hears(t, p->no, p->no_n) || brain_hears(t, p->wrong, p->wrong_n) ||
               brain_hears(t, p->wrong_phone, p->wrong_phone_n)) {
        t->b.not_own = true;
        next_step(t);
    } else if (brain_hears(t, p->yes, p->yes_n)) {
        set_phone(t, t->ask->caller_phone);
        next_step(t);
    } else if (!ask_again(t, p->say.confirm_phone)) {
        brain_add_wish(t, t->ask->words);
        set_phone(t, t->ask->caller_phone);
        next_step(t);
    }
}

/* A number may come in pieces, one a turn. */
static void at_phone(struct brain_turn *t)
{
    const char *joined = arena_printf(t->arena, "%s %s", t->b.heard, t->ask->words);

    t->no_memory |= joined == NULL;
    if (joined == NULL)
        return;
    if (take_number(t) || take_number_of(t, joined)) {
        next_step(t);
        return;
    }
    if (!says_no(t)) {
        const char *pieces = brain_keep(t, joined, strlen(joined), HEARD_MAX);
        if (ask_again(t, t->profile->say.ask_phone_again)) {
            t->b.heard = pieces;
            return;
        }
        brain_add_wish(t, pieces + strspn(pieces, " "));
    }
    set_phone(t, "");
    next_step(t);
}

static void at_wish(struct brain_turn *t)
{
    if (!says_no(t))
        brain_add_wish(t, t->ask->words);
    (void)take_told_name(t);
    if (!t->b.phone_done)
        (void)take_number(t);
    t->b.wish_done = true;
    next_step(t);
}

/* ---- what may be said at any step ---------------------------------------------------------- */

static bool by_cancel(struct brain_turn *t)
{
    const struct profile *p = t->profile;
    int most = t->b.at == AT_WISH ? FEW_WORDS : SHORT_WORDS;

    if (!brain_hears_short(t, p->cancel, p->cancel_n, most))
        return false;
    brain_say(t, p->say.request_cancelled);
    leave(t, AT_ELSE);
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
    (void)take_number(t);
    if (!take_told_name(t) && b->at == AT_NAME) {
        name_answered(t, &name, &rest);
        if (name != NULL)
            set_name(t, name);
    }
    if (b->at == AT_WISH || t->words > SHORT_WORDS)
        brain_add_wish(t, t->ask->words);
    if (*b->wish != '\0' || (*b->name != '\0' && (*b->phone != '\0' || knows_own_number(t))))
        hand_over(t);
    leave(t, AT_IDLE);
    brain_say(t, t->profile->say.goodbye);
    t->end = true;
    return true;
}

static void forget_phone(struct brain_turn *t)
{
    t->b.phone_done = false;
    t->b.phone = "";
    t->b.not_own = true;
    (void)take_number(t);
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
    next_step(t);
    return true;
}

static bool correct_name(struct brain_turn *t)
{
    forget_name(t);
    next_step(t);
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
    next_step(t);
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
                                           holds_number(t) ? LONG_WORDS : SHORT_WORDS))
        return correct_phone(t);
    if (b->name_done && brain_hears_short(t, p->wrong_name, p->wrong_name_n, SHORT_WORDS))
        return correct_name(t);
    if (!brain_hears_short(t, p->wrong, p->wrong_n, FEW_WORDS))
        return false;
    if (b->at == AT_WISH && b->phone_done)
        return correct_phone(t);
    if (b->at == AT_PHONE && b->name_done)
        return correct_name(t);
    return false;
}

static bool by_again(struct brain_turn *t)
{
    int most = t->b.at == AT_WISH ? FEW_WORDS : SHORT_WORDS;

    if (!brain_hears_short(t, t->profile->again, t->profile->again_n, most))
        return false;
    brain_say(t, question(t));
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
    if (holds_number(t))
        return false;
    brain_say(t, rule->say);
    brain_say(t, question(t));
    return true;
}

void request_turn(struct brain_turn *t)
{
    static bool (*const ways[])(struct brain_turn *) = {by_goodbye, by_cancel, by_correction,
                                                        by_again, by_rule};
    static void (*const answers[AT__MAX])(struct brain_turn *) = {
        [AT_NAME] = at_name, [AT_PHONE] = at_phone, [AT_CONFIRM] = at_confirm, [AT_WISH] = at_wish};
    /* The number of the call may be gone since the question was put. */
    if (t->b.at == AT_CONFIRM && !knows_own_number(t))
        t->b.at = AT_PHONE;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (ways[i](t))
            return;
    answers[t->b.at](t);
}
