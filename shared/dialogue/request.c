/* Taking a request: who, at which number, about what. Each answer may bring more than was asked;
 * nothing the caller says is dropped; no question is put for ever. */
#include "dialogue/request.h"

#include <string.h>

#include "base/text.h"
#include "business/phone.h"

/* ==== names =================================================================================== */

/* Finding the caller's name in what was said. The profile tells which words go before a name and
 * which no longer belong to it. */

#define WORDS_MAX     64 /* of an utterance that are looked at */
#define NAME_TOLD     3  /* words of a name in running speech */
#define NAME_ANSWERED 4

struct word {
    const char *at;
    size_t n;
    const char *folded;
    bool stops; /* punctuation follows */
};

struct words {
    struct word word[WORDS_MAX];
    size_t n;
};

static void cut_words(struct brain_turn *t, struct words *w)
{
    const char *s = t->ask->words;

    while (w->n < WORDS_MAX) {
        s += strspn(s, " \t\r\n");
        size_t n = strcspn(s, " \t\r\n");
        if (n == 0)
            break;
        const char *raw = arena_strndup(t->arena, s, n);
        const char *folded = raw == NULL ? NULL : text_fold(t->arena, raw);
        if (folded == NULL) {
            t->no_memory = true;
            break;
        }
        bool stops = strchr(".,;:!?", s[n - 1]) != NULL;
        if (*folded != '\0')
            w->word[w->n++] = (struct word){.at = s, .n = n, .folded = folded, .stops = stops};
        else if (w->n > 0)
            w->word[w->n - 1].stops = true; /* a dash that stands alone */
        s += n;
    }
}

/* How many words from `i` on are this phrase; 0 if they are not. */
static size_t phrase_at(const struct words *w, size_t i, const char *phrase)
{
    size_t taken = 0;

    while (*phrase != '\0') {
        size_t n = strcspn(phrase, " ");
        if (i + taken >= w->n)
            return 0;
        const char *folded = w->word[i + taken].folded;
        if (strlen(folded) != n || strncmp(folded, phrase, n) != 0)
            return 0;
        taken++;
        phrase += n + (phrase[n] == ' ');
    }
    return taken;
}

/* The longest of the phrases that stands at `i`, in words. */
static size_t longest_at(const struct words *w, size_t i, const char *const *phrases, size_t n)
{
    size_t longest = 0;

    for (size_t j = 0; j < n; j++) {
        size_t taken = phrase_at(w, i, phrases[j]);
        longest = taken > longest ? taken : longest;
    }
    return longest;
}

static bool ends_name(const struct brain_turn *t, const struct words *w, size_t i)
{
    return strpbrk(w->word[i].folded, "0123456789") != NULL ||
           longest_at(w, i, t->profile->name_ends, t->profile->name_ends_n) > 0;
}

/* The words [from, to) as they were written, without punctuation at the ends. */
static const char *spoken_part(struct brain_turn *t, const struct words *w, size_t from, size_t to)
{
    static const char edges[] = " \t\r\n.,;:!?\"()-";

    if (from >= to)
        return "";
    const char *s = w->word[from].at;
    const char *end = w->word[to - 1].at + w->word[to - 1].n;
    while (s < end && strchr(edges, *s) != NULL)
        s++;
    while (end > s && strchr(edges, end[-1]) != NULL)
        end--;
    return brain_keep(t, s, (size_t)(end - s), BRAIN_WISH_MAX);
}

/* How many words from `from` on make a name of at most `most`. */
static size_t name_length(const struct brain_turn *t, const struct words *w, size_t from,
                          size_t most)
{
    size_t n = 0;

    while (from + n < w->n && n < most && !ends_name(t, w, from + n))
        if (w->word[from + n++].stops)
            break;
    return n;
}

static void give(struct brain_turn *t, const struct words *w, size_t from, size_t n,
                 const char **ret, const char **ret_rest)
{
    const char *name = spoken_part(t, w, from, from + n);

    if (n == 0 || *name == '\0')
        return;
    *ret = brain_keep(t, name, strlen(name), BRAIN_NAME_MAX);
    *ret_rest = spoken_part(t, w, from + n, w->n);
}

void name_told(struct brain_turn *t, const char **ret, const char **ret_rest)
{
    const struct profile *p = t->profile;
    struct words w = {0};

    *ret = NULL;
    *ret_rest = "";
    cut_words(t, &w);
    for (size_t i = 0; i < w.n && *ret == NULL; i++) {
        size_t before = longest_at(&w, i, p->name_is, p->name_is_n);
        if (before > 0)
            give(t, &w, i + before, name_length(t, &w, i + before, NAME_TOLD), ret, ret_rest);
    }
}

void name_answered(struct brain_turn *t, const char **ret, const char **ret_rest)
{
    const struct profile *p = t->profile;
    struct words w = {0};
    size_t from = 0;

    *ret = NULL;
    *ret_rest = "";
    cut_words(t, &w);
    while (from < w.n) {
        size_t lead = longest_at(&w, from, p->name_lead, p->name_lead_n);
        size_t is = longest_at(&w, from, p->name_is, p->name_is_n);
        if (lead == 0 && is == 0)
            break;
        from += lead > is ? lead : is;
    }
    size_t n = name_length(t, &w, from, NAME_ANSWERED);
    bool whole_sentence = n == NAME_ANSWERED && from + n < w.n && !w.word[from + n - 1].stops;
    if (!whole_sentence)
        give(t, &w, from, n, ret, ret_rest);
}

/* ==== taking a request ======================================================================== */

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

/* ==== what may be said at any step ============================================================ */

/* What may be said at any step of a request, whatever was asked: leave, break off, correct, "say that
 * again", another wish for a person, a question in between. */

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
