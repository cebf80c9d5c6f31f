/* Taking a request: who, at which number, about what. Each answer may bring more than was asked;
 * nothing the caller says is dropped; no question is put for ever. */
#include "dialogue/request.h"

#include <string.h>

#include "base/text.h"
#include "salon/phone.h"

#define ABOUT_WORDS 7  /* so many words with the call for a person tell what it is about */
#define ALL_AT_ONCE 10 /* so many words that tell a name or number too hold the wish as well */
#define KEPT_WORDS  3  /* an answer that answers something else is kept from so many words on */
#define HEARD_MAX   200

/* ---- what was said ------------------------------------------------------------------------- */

void request_set_name(struct brain_turn *t, const char *name)
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

bool request_holds_number(struct brain_turn *t)
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

bool request_take_number(struct brain_turn *t)
{
    return take_number_of(t, t->ask->words);
}

/* A name told as such; what was said around it stays in the words. */
bool request_take_told_name(struct brain_turn *t)
{
    const char *name = NULL;
    const char *rest = "";

    name_told(t, &name, &rest);
    if (name != NULL)
        request_set_name(t, name);
    return name != NULL;
}

static bool says_no(const struct brain_turn *t)
{
    return brain_hears_short(t, t->profile->no, t->profile->no_n, REQUEST_FEW_WORDS);
}

bool request_knows_own_number(const struct brain_turn *t)
{
    return t->ask->caller_phone != NULL && *t->ask->caller_phone != '\0' && !t->b.not_own;
}

/* ---- asking -------------------------------------------------------------------------------- */

const char *request_question(const struct brain_turn *t)
{
    const struct profile *p = t->profile;
    const char *const questions[AT__MAX] = {[AT_NAME] = p->say.ask_name,
                                            [AT_PHONE] = p->say.ask_phone,
                                            [AT_CONFIRM] = p->say.confirm_phone,
                                            [AT_WISH] = p->say.ask_wish};
    return questions[t->b.at];
}

void request_hand_over(struct brain_turn *t)
{
    struct brain *b = &t->b;
    const char *phone =
        *b->phone == '\0' && request_knows_own_number(t) ? t->ask->caller_phone : b->phone;

    t->has_request = true;
    t->request = (struct rules_request){.name = b->name, .phone = phone, .wish = b->wish};
    brain_say(t, t->profile->say.request_taken);
    b->wish = "";
    b->wish_done = false;
}

void request_leave(struct brain_turn *t, enum brain_at at)
{
    t->b.at = at;
    t->b.tries = 0;
    t->b.misses = 0;
    t->b.heard = "";
}

/* Asks what is missing, or hands the request over when nothing is. */
void request_next_step(struct brain_turn *t)
{
    struct brain *b = &t->b;
    enum brain_at at = !b->name_done                 ? AT_NAME
                       : b->phone_done               ? AT_WISH
                       : request_knows_own_number(t) ? AT_CONFIRM
                                                     : AT_PHONE;
    if (at == AT_WISH && b->wish_done) {
        request_hand_over(t);
        request_leave(t, AT_ELSE);
        brain_say(t, t->profile->say.anything_else);
        return;
    }
    request_leave(t, at);
    brain_say(t, request_question(t));
}

/* Puts the question again, up to REQUEST_TRIES times. False: enough. */
static bool ask_again(struct brain_turn *t, const char *phrase)
{
    if (t->b.tries < 0 || t->b.tries >= REQUEST_TRIES)
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
        request_set_name(t, t->ask->client_name);
    if (about != NULL) {
        told = request_take_told_name(t);
        told |= request_take_number(t);
    }
    b->wish_done = rule != NULL ? !rule->asks_wish || (told && t->words >= ALL_AT_ONCE)
                                : about != NULL && t->words >= ABOUT_WORDS;
    if (rule == NULL)
        brain_say(t, t->profile->say.request_begins);
    else if (b->wish_done && rule->asks_wish)
        brain_say(t, NULL); /* its question is answered already */
    else
        brain_say(t, rule->say);
    if (rule != NULL && rule->asks_wish && !b->wish_done)
        request_leave(t, AT_WISH);
    else
        request_next_step(t);
}

/* ---- the answers to each question ---------------------------------------------------------- */

/* No answer to the question, but perhaps what the request is about. */
bool request_keep_words(struct brain_turn *t)
{
    bool keep = phone_words_besides(t->folded) >= KEPT_WORDS;

    brain_add_wish(t, keep ? t->ask->words : NULL);
    return keep;
}

static void at_name(struct brain_turn *t)
{
    const char *name = NULL;
    const char *rest = "";

    if (says_no(t)) {
        t->b.name_done = true;
        request_next_step(t);
        return;
    }
    (void)request_take_number(t);
    name_told(t, &name, &rest);
    if (name == NULL)
        name_answered(t, &name, &rest);
    if (name == NULL && ask_again(t, t->profile->say.ask_name)) {
        (void)request_keep_words(t);
        return;
    }
    request_set_name(t, name == NULL ? t->ask->words : name);
    if (*rest != '\0' || name == NULL)
        brain_add_wish(t, t->ask->words);
    request_next_step(t);
}

/* What was said with a yes or a no ("yes, but only after six") is kept. */
static void at_confirm(struct brain_turn *t)
{
    const struct profile *p = t->profile;
    bool number = request_take_number(t);
    bool no = !number && (brain_hears(t, p->no, p->no_n) || brain_hears(t, p->wrong, p->wrong_n) ||
                          brain_hears(t, p->wrong_phone, p->wrong_phone_n));
    bool yes = !number && !no && brain_hears(t, p->yes, p->yes_n);

    bool kept = t->words > KEPT_WORDS && request_keep_words(t);

    if (!number && !no && !yes) {
        if (ask_again(t, p->say.confirm_phone))
            return;
        brain_add_wish(t, kept ? NULL : t->ask->words);
    }
    if (no)
        t->b.not_own = true;
    else if (!number)
        set_phone(t, t->ask->caller_phone);
    request_next_step(t);
}

/* A number may come in pieces, one a turn. */
static void at_phone(struct brain_turn *t)
{
    const char *joined = arena_printf(t->arena, "%s %s", t->b.heard, t->ask->words);

    t->no_memory |= joined == NULL;
    if (joined == NULL)
        return;
    if (request_take_number(t) || take_number_of(t, joined)) {
        (void)request_keep_words(t);
        request_next_step(t);
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
    request_next_step(t);
}

static void at_wish(struct brain_turn *t)
{
    if (!says_no(t))
        brain_add_wish(t, t->ask->words);
    (void)request_take_told_name(t);
    if (!t->b.phone_done)
        (void)request_take_number(t);
    t->b.wish_done = true;
    request_next_step(t);
}

void request_turn(struct brain_turn *t)
{
    static void (*const answers[AT__MAX])(struct brain_turn *) = {
        [AT_NAME] = at_name, [AT_PHONE] = at_phone, [AT_CONFIRM] = at_confirm, [AT_WISH] = at_wish};
    /* The number of the call may be gone since the question was put. */
    if (t->b.at == AT_CONFIRM && !request_knows_own_number(t))
        t->b.at = AT_PHONE;
    if (!request_aside(t))
        answers[t->b.at](t);
}
