/* What a caller wants, in this order; the first that fits is taken:
 *
 *  1. goodbye: the line is a farewell, as the rules have it, and tells and asks nothing else
 *  2. person
 *  3. move, then cancel: "не зможу прийти, перенесіть" is to be moved; if denied, they are not meant
 *  4. mine: when is my visit?
 *  5. who
 *  6. price, then length, unless it is asked beside a booking that tells when
 *  7. book, by its stems; stems of several words give way to a rule if nothing of a visit is told
 *  8. a question that a rule of the profile answers, by the words that name no service
 *  9. book, if a service or a specialist is named, or a day when anything may be wished
 * 10. any other rule, also those for what the book does; without a service it cannot answer them. */
#include <string.h>

#include "language/heard.h"
#include "think/understand-inside.h"

/* The rules' questions that are the book's, and what they come to if its own stems missed them. */
static const struct {
    const char *question;
    enum intent intent;
} of_the_book[] = {
    {"booking", INTENT_BOOK},    {"move_booking", INTENT_MOVE}, {"cancel_booking", INTENT_CANCEL},
    {"duration", INTENT_LENGTH}, {"prices", INTENT_PRICE},      {"treatments", INTENT_NONE},
    {"services", INTENT_NONE},
};

static bool is_of_the_book(const struct rule *r, enum intent *ret)
{
    for (size_t i = 0; r->question != NULL && i < sizeof of_the_book / sizeof *of_the_book; i++)
        if (strcmp(r->question, of_the_book[i].question) == 0) {
            *ret = of_the_book[i].intent;
            return true;
        }
    return false;
}

static bool tells_when(const struct understand_line *l)
{
    const struct when *w = &l->got.when;

    return w->days_n > 0 || w->time >= 0 || w->from >= 0 || w->to >= 0 || w->nearest;
}

static bool names(const struct understand_line *l)
{
    return l->got.services > 0 || l->got.could_be_n > 0 || l->got.specialist >= 0;
}

/* The words that name no service and no specialist: "дитяча стрижка" is no question about children. */
static const char *without_names(struct understand_line *l)
{
    struct buf b;

    buf_init(&b, l->arena, strlen(l->said.folded) + 2);
    for (size_t i = 0; i < l->said.n; i++) {
        if (l->named[i])
            continue;
        buf_puts(&b, b.len == 0 ? "" : " ");
        buf_put(&b, l->said.word[i].at, l->said.word[i].n);
    }
    return buf_err(&b) == ERR_OK ? buf_text(&b) : NULL;
}

/* The first rule that fits: of the book's (`book`), or of the others. */
static const struct rule *find_rule(const struct understand_line *l, const char *folded, bool book)
{
    const struct profile *p = l->profile;
    enum intent intent;

    for (size_t i = 0; i < p->rules_n; i++)
        if (is_of_the_book(&p->rules[i], &intent) == book &&
            stems_match(p->rules[i].when, p->rules[i].n, folded))
            return &p->rules[i];
    return NULL;
}

/* Is a booking asked for by a word that can mean nothing else? */
static bool hears_plainly(const struct understand_line *l)
{
    const struct stems *sets = l->words->hears.book;

    for (size_t i = 0; i < l->words->hears.book_n; i++)
        if (sets[i].n == 1 && strchr(sets[i].stem[0], ' ') == NULL &&
            said_hears(&l->said, &sets[i], 1) == SAID_MEANT)
            return true;
    return false;
}

/* "Хто робить манікюр?", "А Олена робить манікюр?"; not "без різниці до кого". */
static bool asks_who(const struct understand_line *l)
{
    bool of_one = l->got.specialist >= 0 && l->got.services > 0 && !tells_when(l) &&
                  l->hears_book == SAID_NOT && strchr(l->ask->words, '?') != NULL &&
                  UNDERSTAND_HEARS(l, &l->words->hears, price) == SAID_NOT &&
                  UNDERSTAND_HEARS(l, &l->words->hears, length) == SAID_NOT;

    return of_one ||
           (UNDERSTAND_HEARS(l, &l->words->hears, who) == SAID_MEANT && !l->got.any_specialist);
}

/* Steps 3 to 7, by the book's own stems. */
static enum intent by_stems(struct understand_line *l, const struct rule *rule)
{
    const struct book_words *w = l->words;
    enum said_how move = UNDERSTAND_HEARS(l, &w->hears, move);
    enum said_how cancel = UNDERSTAND_HEARS(l, &w->hears, cancel);
    bool booked = l->hears_book == SAID_MEANT && (tells_when(l) || l->got.specialist >= 0);

    l->denies_change = move == SAID_DENIED || cancel == SAID_DENIED;
    if (move == SAID_MEANT)
        return INTENT_MOVE;
    if (cancel == SAID_MEANT)
        return INTENT_CANCEL;
    if (UNDERSTAND_HEARS(l, &w->hears, mine) == SAID_MEANT)
        return INTENT_MINE;
    if (asks_who(l))
        return INTENT_WHO;
    bool length = UNDERSTAND_HEARS(l, &w->hears, length) == SAID_MEANT;
    if (!booked && UNDERSTAND_HEARS(l, &w->hears, price) == SAID_MEANT) {
        l->got.also = length ? INTENT_LENGTH : INTENT_NONE;
        return INTENT_PRICE;
    }
    if (!booked && length)
        return INTENT_LENGTH;
    if (l->hears_book == SAID_MEANT &&
        (rule == NULL || names(l) || tells_when(l) || hears_plainly(l)))
        return INTENT_BOOK;
    return INTENT_NONE;
}

bool understand_may_wish(enum asks asked)
{
    return asked == ASKS_NOTHING || asked == ASKS_OPEN || asked == ASKS_ELSE;
}

/* "Десь на вихідних", when the day was asked for, is no question about the hours. */
static bool is_answer_alone(const struct understand_line *l)
{
    if (understand_may_wish(l->ask->asked) || !tells_when(l) || strchr(l->ask->words, '?') != NULL)
        return false;
    for (size_t i = 0; i < l->said.n; i++)
        if (heard_is(HEARD_ASKS, l->said.word[i].at, l->said.word[i].n))
            return false;
    return true;
}

static enum intent by_rule(struct understand_line *l, const struct rule *rule)
{
    enum intent intent = INTENT_NONE;
    const struct rule *own = find_rule(l, l->said.folded, true);

    /* "Дитину на щеплення в п'ятницю о десятій" is no question about children. */
    bool wishes = l->got.services > 0 && tells_when(l) && understand_may_wish(l->ask->asked) &&
                  strchr(l->ask->words, '?') == NULL;

    if (rule != NULL && l->got.specialist < 0 && !is_answer_alone(l) && !wishes) {
        l->got.rule = rule;
        return INTENT_RULE;
    }
    if (understand_may_wish(l->ask->asked) &&
        (names(l) || (l->ask->asked == ASKS_OPEN && tells_when(l)))) {
        if (own != NULL && is_of_the_book(own, &intent) && intent != INTENT_NONE)
            return intent;
        return INTENT_BOOK;
    }
    if (own == NULL)
        return INTENT_NONE;
    (void)is_of_the_book(own, &intent);
    bool answers = intent == INTENT_BOOK || intent == INTENT_MOVE || intent == INTENT_CANCEL ||
                   intent == INTENT_LENGTH;
    if (answers && l->hears_book != SAID_DENIED && !l->denies_change)
        return intent;
    l->got.rule = own;
    return intent == INTENT_NONE || intent == INTENT_PRICE ? INTENT_RULE : INTENT_NONE;
}

enum err understand_intent(struct understand_line *l)
{
    const struct profile *p = l->profile;
    struct understood *got = &l->got;
    const char *unnamed = without_names(l);

    if (unnamed == NULL)
        return ERR_MEMORY;
    const struct rule *rule = find_rule(l, unnamed, false);
    l->hears_book = UNDERSTAND_HEARS(l, &l->words->hears, book);
    enum intent stems = by_stems(l, rule);
    if (rules_hears_goodbye(&l->rules) && stems == INTENT_NONE && rule == NULL && !names(l) &&
        UNDERSTAND_HEARS(l, p, person) == SAID_NOT) {
        got->intent = INTENT_GOODBYE;
        got->when.days_n = 0; /* "до завтра" */
    } else if (UNDERSTAND_HEARS(l, p, person) == SAID_MEANT) {
        got->intent = INTENT_PERSON;
    } else if (stems != INTENT_NONE) {
        got->intent = stems;
    } else {
        got->intent = by_rule(l, rule);
    }
    if (got->intent != INTENT_RULE)
        got->rule = NULL;
    return ERR_OK;
}
