/* Taking a request: who, at which number, about what. Each answer may bring more than was asked;
 * nothing the caller says is dropped; no question is put for ever. */
#include "think/request.h"

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

static void cut_words(struct rules_turn *t, struct words *w)
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

static bool ends_name(const struct rules_turn *t, const struct words *w, size_t i)
{
    return strpbrk(w->word[i].folded, "0123456789") != NULL ||
           longest_at(w, i, t->profile->name_ends, t->profile->name_ends_n) > 0;
}

/* The words [from, to) as they were written, without punctuation at the ends. */
static const char *spoken_part(struct rules_turn *t, const struct words *w, size_t from, size_t to)
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
    return rules_keep(t, s, (size_t)(end - s), ACTION_WISH_MAX);
}

/* How many words from `from` on make a name of at most `most`. */
static size_t name_length(const struct rules_turn *t, const struct words *w, size_t from,
                          size_t most)
{
    size_t n = 0;

    while (from + n < w->n && n < most && !ends_name(t, w, from + n))
        if (w->word[from + n++].stops)
            break;
    return n;
}

static void give(struct rules_turn *t, const struct words *w, size_t from, size_t n,
                 const char **ret, const char **ret_rest)
{
    const char *name = spoken_part(t, w, from, from + n);

    if (n == 0 || *name == '\0')
        return;
    *ret = rules_keep(t, name, strlen(name), ACTION_NAME_MAX);
    *ret_rest = spoken_part(t, w, from + n, w->n);
}

static void name_told(struct rules_turn *t, const char **ret, const char **ret_rest)
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

static void name_answered(struct rules_turn *t, const char **ret, const char **ret_rest)
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

#define REQUEST_TRIES     2 /* a question is put again so often; then what there is will do */
#define REQUEST_FEW_WORDS 3 /* a no, or the breaking off of a wish */

/* ==== taking a request ======================================================================== */

#define ABOUT_WORDS 7  /* so many words with the call for a person tell what it is about */
#define ALL_AT_ONCE 10 /* so many words that tell a name or number too hold the wish as well */
#define KEPT_WORDS  3  /* an answer that answers something else is kept from so many words on */
#define HEARD_MAX   200

/* ---- what was said ------------------------------------------------------------------------- */

static void set_name(struct rules_turn *t, const char *name)
{
    t->b.name = rules_keep(t, name, strlen(name), ACTION_NAME_MAX);
    t->b.name_done = true;
}

static void set_phone(struct rules_turn *t, const char *phone)
{
    t->b.phone = rules_keep(t, phone, strlen(phone), PHONE_MAX);
    t->b.phone_done = true;
    t->b.heard = "";
}

static bool holds_number(struct rules_turn *t)
{
    char number[PHONE_MAX];
    enum err e = phone_in_text(t->ask->words, t->profile->country, number);

    t->no_memory |= e == ERR_MEMORY;
    return e == ERR_OK;
}

static bool take_number_of(struct rules_turn *t, const char *words)
{
    char number[PHONE_MAX];
    enum err e = phone_in_text(words, t->profile->country, number);

    t->no_memory |= e == ERR_MEMORY;
    if (e != ERR_OK)
        return false;
    set_phone(t, number);
    return true;
}

static bool take_number(struct rules_turn *t)
{
    return take_number_of(t, t->ask->words);
}

/* A name told as such; what was said around it stays in the words. */
static bool take_told_name(struct rules_turn *t)
{
    const char *name = NULL;
    const char *rest = "";

    name_told(t, &name, &rest);
    if (name != NULL)
        set_name(t, name);
    return name != NULL;
}

static bool says_no(const struct rules_turn *t)
{
    return rules_hears_short(t, t->profile->no, t->profile->no_n, REQUEST_FEW_WORDS);
}

static bool knows_own_number(const struct rules_turn *t)
{
    return t->ask->caller_phone != NULL && *t->ask->caller_phone != '\0' && !t->b.not_own;
}

/* ---- asking -------------------------------------------------------------------------------- */

static const char *question(const struct rules_turn *t)
{
    const struct profile *p = t->profile;
    const char *const questions[STEP__MAX] = {[STEP_NAME] = p->say.ask_name,
                                              [STEP_PHONE] = p->say.ask_phone,
                                              [STEP_CONFIRM] = p->say.confirm_phone,
                                              [STEP_WISH] = p->say.ask_wish};
    return questions[t->b.at];
}

static void hand_over(struct rules_turn *t)
{
    struct rules_state *b = &t->b;
    struct action_result result = {0};

    /* Without a number of their own, the caller's. */
    rules_run(t, &action_leave_request, (const char *[ACTION_INPUTS]){b->name, b->phone, b->wish},
              &result);
    if (result.say != NULL)
        rules_say(t, result.say);
    b->wish = "";
    b->wish_done = false;
}

static void go_to(struct rules_turn *t, enum rules_step at)
{
    t->b.at = at;
    t->b.tries = 0;
    t->b.misses = 0;
    t->b.heard = "";
}

/* Asks what is missing, or hands the request over when nothing is. */
static void next_step(struct rules_turn *t)
{
    struct rules_state *b = &t->b;
    enum rules_step at = !b->name_done         ? STEP_NAME
                         : b->phone_done       ? STEP_WISH
                         : knows_own_number(t) ? STEP_CONFIRM
                                               : STEP_PHONE;
    if (at == STEP_WISH && b->wish_done) {
        hand_over(t);
        go_to(t, STEP_ANYTHING_ELSE);
        rules_say(t, t->profile->say.anything_else);
        return;
    }
    go_to(t, at);
    rules_say(t, question(t));
}

/* Puts the question again, up to REQUEST_TRIES times. False: enough. */
static bool ask_again(struct rules_turn *t, const char *phrase)
{
    if (t->b.tries < 0 || t->b.tries >= REQUEST_TRIES)
        return false;
    t->b.tries++;
    rules_say(t, phrase);
    return true;
}

void request_begin(struct rules_turn *t, const struct rule *rule, const char *about)
{
    struct rules_state *b = &t->b;
    bool told = false;

    b->rule = -1;
    rules_add_wish(t, about);
    if (!b->name_done && t->ask->client_name != NULL && *t->ask->client_name != '\0')
        set_name(t, t->ask->client_name);
    if (about != NULL) {
        told = take_told_name(t);
        told |= take_number(t);
    }
    b->wish_done = rule != NULL ? !rule->asks_wish || (told && t->words >= ALL_AT_ONCE)
                                : about != NULL && t->words >= ABOUT_WORDS;
    if (rule == NULL)
        rules_say(t, t->profile->say.request_begins);
    else if (b->wish_done && rule->asks_wish)
        rules_say(t, NULL); /* its question is answered already */
    else
        rules_say(t, rule->say);
    if (rule != NULL && rule->asks_wish && !b->wish_done)
        go_to(t, STEP_WISH);
    else
        next_step(t);
}

/* ---- the answers to each question ---------------------------------------------------------- */

/* No answer to the question, but perhaps what the request is about. */
static bool keep_words(struct rules_turn *t)
{
    bool keep = phone_words_besides(t->folded) >= KEPT_WORDS;

    rules_add_wish(t, keep ? t->ask->words : NULL);
    return keep;
}

static void at_name(struct rules_turn *t)
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
    if (name == NULL && ask_again(t, t->profile->say.ask_name)) {
        (void)keep_words(t);
        return;
    }
    set_name(t, name == NULL ? t->ask->words : name);
    if (*rest != '\0' || name == NULL)
        rules_add_wish(t, t->ask->words);
    next_step(t);
}

/* What was said with a yes or a no ("yes, but only after six") is kept. */
static void at_confirm(struct rules_turn *t)
{
    const struct profile *p = t->profile;
    bool number = take_number(t);
    bool no = !number && (rules_hears(t, p->no, p->no_n) || rules_hears(t, p->wrong, p->wrong_n) ||
                          rules_hears(t, p->wrong_phone, p->wrong_phone_n));
    bool yes = !number && !no && rules_hears(t, p->yes, p->yes_n);

    bool kept = t->words > KEPT_WORDS && keep_words(t);

    if (!number && !no && !yes) {
        if (ask_again(t, p->say.confirm_phone))
            return;
        rules_add_wish(t, kept ? NULL : t->ask->words);
    }
    if (no)
        t->b.not_own = true;
    else if (!number)
        set_phone(t, t->ask->caller_phone);
    next_step(t);
}

/* A number may come in pieces, one a turn. */
static void at_phone(struct rules_turn *t)
{
    const char *joined = arena_printf(t->arena, "%s %s", t->b.heard, t->ask->words);

    t->no_memory |= joined == NULL;
    if (joined == NULL)
        return;
    if (take_number(t) || take_number_of(t, joined)) {
        (void)keep_words(t);
        next_step(t);
        return;
    }
    if (!says_no(t)) {
        const char *pieces = rules_keep(t, joined, strlen(joined), HEARD_MAX);
        if (ask_again(t, t->profile->say.ask_phone_again)) {
            t->b.heard = pieces;
            return;
        }
        rules_add_wish(t, pieces + strspn(pieces, " "));
    }
    set_phone(t, "");
    next_step(t);
}

static void at_wish(struct rules_turn *t)
{
    if (!says_no(t))
        rules_add_wish(t, t->ask->words);
    (void)take_told_name(t);
    if (!t->b.phone_done)
        (void)take_number(t);
    t->b.wish_done = true;
    next_step(t);
}

/* ==== what may be said at any step ============================================================ */

/* What may be said at any step of a request, whatever was asked: leave, break off, correct, "say
 * that again", another wish for a person, a question in between. */

#define SHORT_WORDS    6  /* a correction or a breaking off elsewhere */
#define LONG_WORDS     15 /* a correction that brings a spoken number */
#define QUESTION_WORDS 3  /* fewer are a name, not a question for one of the rules */

static bool by_cancel(struct rules_turn *t)
{
    const struct profile *p = t->profile;
    int most = t->b.at == STEP_WISH ? REQUEST_FEW_WORDS : SHORT_WORDS;

    if (!rules_hears_short(t, p->cancel, p->cancel_n, most))
        return false;
    rules_say(t, p->say.request_cancelled);
    go_to(t, STEP_ANYTHING_ELSE);
    t->b.wish = "";
    t->b.wish_done = false;
    rules_say(t, p->say.anything_else);
    return true;
}

/* The caller leaves: what is known by now is stored, if it is of any use. */
static bool by_goodbye(struct rules_turn *t)
{
    const char *name = NULL;
    const char *rest = "";
    struct rules_state *b = &t->b;

    if (!rules_hears_goodbye(t))
        return false;
    (void)take_number(t);
    if (!take_told_name(t) && b->at == STEP_NAME) {
        name_answered(t, &name, &rest);
        if (name != NULL)
            set_name(t, name);
    }
    if (b->at == STEP_WISH || t->words > SHORT_WORDS)
        rules_add_wish(t, t->ask->words);
    if (*b->wish != '\0' || (*b->name != '\0' && (*b->phone != '\0' || knows_own_number(t))))
        hand_over(t);
    go_to(t, STEP_IDLE);
    rules_say(t, t->profile->say.goodbye);
    rules_end(t);
    return true;
}

static void forget_phone(struct rules_turn *t)
{
    t->b.phone_done = false;
    t->b.phone = "";
    t->b.not_own = true;
    (void)take_number(t);
}

static void forget_name(struct rules_turn *t)
{
    t->b.name_done = false;
    t->b.name = "";
}

static bool correct_phone(struct rules_turn *t)
{
    forget_phone(t);
    if (t->words > SHORT_WORDS)
        rules_add_wish(t, t->ask->words);
    next_step(t);
    return true;
}

static bool correct_name(struct rules_turn *t)
{
    forget_name(t);
    next_step(t);
    return true;
}

bool request_correct(struct rules_turn *t)
{
    const struct profile *p = t->profile;
    struct rules_state *b = &t->b;
    bool phone = b->phone_done && rules_hears(t, p->wrong_phone, p->wrong_phone_n);
    bool name = b->name_done && rules_hears(t, p->wrong_name, p->wrong_name_n);

    if (!phone && !name)
        return false;
    if (phone)
        forget_phone(t);
    if (name)
        forget_name(t);
    rules_add_wish(t, t->ask->words);
    b->wish_done = true;
    rules_say(t, p->say.request_begins);
    next_step(t);
    return true;
}

/* "No, that is wrong": the answer before this question is asked for once more. */
static bool by_correction(struct rules_turn *t)
{
    const struct profile *p = t->profile;
    struct rules_state *b = &t->b;

    if (b->at == STEP_CONFIRM && !rules_hears(t, p->wrong_name, p->wrong_name_n))
        return false;
    if (b->phone_done && rules_hears_short(t, p->wrong_phone, p->wrong_phone_n,
                                           holds_number(t) ? LONG_WORDS : SHORT_WORDS))
        return correct_phone(t);
    if (b->name_done && rules_hears_short(t, p->wrong_name, p->wrong_name_n, SHORT_WORDS))
        return correct_name(t);
    if (!rules_hears_short(t, p->wrong, p->wrong_n, REQUEST_FEW_WORDS))
        return false;
    if (b->at == STEP_WISH && b->phone_done)
        return correct_phone(t);
    if (b->at == STEP_PHONE && b->name_done)
        return correct_name(t);
    return false;
}

static bool by_again(struct rules_turn *t)
{
    int most = t->b.at == STEP_WISH ? REQUEST_FEW_WORDS : SHORT_WORDS;

    if (!rules_hears_short(t, t->profile->again, t->profile->again_n, most))
        return false;
    rules_say(t, question(t));
    return true;
}

/* "A person, please!" is no name; it is on its way already. */
static bool by_person(struct rules_turn *t)
{
    const struct profile *p = t->profile;

    if (t->b.at != STEP_NAME || t->b.tries >= REQUEST_TRIES ||
        !rules_hears(t, p->person, p->person_n))
        return false;
    t->b.tries++;
    (void)keep_words(t);
    (void)take_told_name(t);
    (void)take_number(t);
    rules_say(t, p->say.request_begins);
    if (t->b.name_done)
        next_step(t);
    else
        rules_say(t, question(t));
    return true;
}

/* A question in between is answered, and ours put again. */
static bool by_rule(struct rules_turn *t)
{
    const struct rule *rule = profile_rule(t->profile, t->folded);

    if (rule == NULL || rule->action != RULE_SAY || t->b.at == STEP_WISH)
        return false;
    if (t->b.at == STEP_NAME && t->words < QUESTION_WORDS)
        return false;
    if (holds_number(t))
        return false;
    rules_say(t, rule->say);
    rules_say(t, question(t));
    return true;
}

static bool aside(struct rules_turn *t)
{
    static bool (*const ways[])(struct rules_turn *) = {by_goodbye, by_cancel, by_correction,
                                                        by_again,   by_person, by_rule};

    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (ways[i](t))
            return true;
    return false;
}

void request_turn(struct rules_turn *t)
{
    static void (*const answers[STEP__MAX])(struct rules_turn *) = {[STEP_NAME] = at_name,
                                                                    [STEP_PHONE] = at_phone,
                                                                    [STEP_CONFIRM] = at_confirm,
                                                                    [STEP_WISH] = at_wish};
    /* The number of the call may be gone since the question was put. */
    if (t->b.at == STEP_CONFIRM && !knows_own_number(t))
        t->b.at = STEP_PHONE;
    if (!aside(t))
        answers[t->b.at](t);
}
