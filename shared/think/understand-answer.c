/* Yes, no, and what else a caller says to a question: another time, stop, again.
 *
 * A yes or a no is one that the line begins with, politeness aside; in a short line that tells
 * nothing else it may stand anywhere. A yes beside "пізніше" or a correction is none, and one that
 * begins a wish ("можна ...", "давайте ...") is a part of the wish. */
#include <string.h>

#include "language/heard.h"
#include "think/understand-inside.h"

#define NOON        (12 * 60)
#define SHORT_WORDS 6 /* so few words that tell nothing of a visit are an answer, or "again" */

struct reply {
    enum understood_answer answer;
    bool plain; /* a word that is an answer and nothing else: "так", "ні" */
    size_t at;
};

/* A set of one stem that stands at word `i`. */
static bool stands_at(const struct said *s, size_t i, const struct stems *sets, size_t n,
                      bool *ret_plain)
{
    for (size_t k = 0; k < n; k++)
        if (sets[k].n == 1 && said_stem(s, i, sets[k].stem[0]) > 0) {
            *ret_plain = *sets[k].stem[0] == '=';
            return true;
        }
    return false;
}

static bool is_all(const struct said *s, const struct stems *sets, size_t n)
{
    for (size_t k = 0; k < n; k++)
        if (sets[k].n == 1 && strncmp(sets[k].stem[0], "==", 2) == 0 &&
            strcmp(s->folded, sets[k].stem[0] + 2) == 0)
            return true;
    return false;
}

static bool reply_at(const struct understand_line *l, size_t i, struct reply *ret)
{
    const struct profile *p = l->profile;
    const struct said *s = &l->said;
    bool plain = false;

    if (stands_at(s, i, p->no, p->no_n, &plain) || stands_at(s, i, p->wrong, p->wrong_n, &plain)) {
        *ret = (struct reply){ANSWER_NO, plain, i};
        return true;
    }
    if (!stands_at(s, i, p->yes, p->yes_n, &plain))
        return false;
    bool denied = i > 0 && s->word[i - 1].denies && !s->word[i - 1].stops;
    *ret = (struct reply){denied ? ANSWER_NO : ANSWER_YES, plain && !denied, i};
    return true;
}

static bool is_lead(const struct understand_line *l, size_t i)
{
    const struct said_word *w = &l->said.word[i];
    bool plain = false;

    return heard_is(HEARD_FILLER, w->at, w->n) || heard_is(HEARD_LITTLE, w->at, w->n) ||
           heard_is(HEARD_CORRECTS, w->at, w->n) ||
           stands_at(&l->said, i, l->profile->thanks, l->profile->thanks_n, &plain);
}

static struct reply leading(const struct understand_line *l)
{
    struct reply r = {ANSWER_NONE, false, 0};

    for (size_t i = 0; i < l->said.n; i++)
        if (reply_at(l, i, &r) || !is_lead(l, i))
            break;
    return r;
}

/* A no counts more than a yes. */
static struct reply anywhere(const struct understand_line *l)
{
    struct reply r = {ANSWER_NONE, false, 0};

    for (size_t i = 0; i < l->said.n; i++) {
        struct reply one;
        if (reply_at(l, i, &one) && (r.answer == ANSWER_NONE || one.answer == ANSWER_NO))
            r = one;
    }
    return r;
}

static bool is_question_of_answers(enum asks asked)
{
    return asked == ASKS_CONFIRM || asked == ASKS_CHOICE || asked == ASKS_ELSE ||
           asked == ASKS_OPEN;
}

/* Does the yes only begin a wish? */
static bool begins_wish(const struct understand_line *l, const struct reply *r)
{
    const struct said_word *w = &l->said.word[r->at];
    bool little = heard_is(HEARD_LITTLE, w->at, w->n) || heard_is(HEARD_FILLER, w->at, w->n);
    bool begins = heard_is(HEARD_CORRECTS, w->at, w->n) || l->got.intent != INTENT_NONE ||
                  !is_question_of_answers(l->ask->asked);

    return !little && begins && (understand_tells(l) || l->got.intent != INTENT_NONE);
}

static struct reply find_reply(const struct understand_line *l)
{
    const struct profile *p = l->profile;
    struct reply r = leading(l);
    bool tells = understand_tells(l);

    if (is_all(&l->said, p->yes, p->yes_n))
        return (struct reply){ANSWER_YES, true, 0};
    if (is_all(&l->said, p->no, p->no_n))
        return (struct reply){ANSWER_NO, true, 0};
    if (r.answer == ANSWER_NONE && is_question_of_answers(l->ask->asked) &&
        l->rules.words <= SHORT_WORDS && (!tells || l->ask->asked == ASKS_CHOICE))
        r = anywhere(l);
    if (r.answer == ANSWER_YES && begins_wish(l, &r))
        r.answer = ANSWER_NONE;
    return r;
}

/* "Пораньше" is the morning, too; among offered times it is an earlier one. Where nothing was offered
 * yet, "скоріше" is the nearest time. */
static void take_earlier(struct understand_line *l)
{
    struct when *when = &l->got.when;

    if (l->got.earlier && (l->ask->asked == ASKS_DAY || l->ask->asked == ASKS_TIME)) {
        l->got.earlier = false;
        when->nearest = true;
    }
    if (l->ask->asked != ASKS_CHOICE || when->time >= 0 || when->from >= 0 || when->to != NOON ||
        UNDERSTAND_HEARS(l, &l->words->hears, earlier) != SAID_MEANT)
        return;
    when->to = -1;
    l->got.earlier = true;
}

/* ==== all of it =============================================================================== */

static bool corrects_anywhere(const struct understand_line *l)
{
    for (size_t i = 0; i < l->said.n; i++)
        if (heard_is(HEARD_CORRECTS, l->said.word[i].at, l->said.word[i].n))
            return true;
    return false;
}

/* "Ще педикюр", "і педикюр теж": such a word right before the first service. */
static bool adds(const struct understand_line *l)
{
    size_t first = 0;

    while (first < l->said.n && !l->named[first])
        first++;
    for (size_t i = 0; i < first && first < l->said.n; i++)
        if (heard_is(HEARD_JOINS, l->said.word[i].at, l->said.word[i].n) &&
            (i == 0 || first - i <= 3))
            return true;
    return false;
}

/* "А пізніше нічого?" asks; "ні, пізніше" denies. */
static bool is_first(const struct understand_line *l, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (!heard_is(HEARD_FILLER, l->said.word[i].at, l->said.word[i].n) &&
            !heard_is(HEARD_CORRECTS, l->said.word[i].at, l->said.word[i].n))
            return false;
    return true;
}

static void settle(struct understand_line *l, const struct reply *r)
{
    struct understood *got = &l->got;
    bool else_when = got->earlier || got->later || got->other;
    bool denies = l->said.n > 0 && l->said.word[0].denies && !understand_tells(l);

    got->answer = r->answer;
    if (got->answer == ANSWER_YES && else_when)
        got->answer = ANSWER_NONE;
    if (got->answer == ANSWER_NO && (got->earlier || got->later) && !is_first(l, r->at))
        got->answer = ANSWER_NONE;
    if (l->ask->asked != ASKS_CONFIRM)
        return;
    if (got->answer == ANSWER_NONE && (denies || got->drops || l->denies_change))
        got->answer = ANSWER_NO;
    /* "Записуйте!" */
    if (got->answer == ANSWER_NONE && got->intent == INTENT_BOOK && !understand_tells(l) &&
        l->rules.words <= SHORT_WORDS && !else_when)
        got->answer = ANSWER_YES;
}

/* "На годину пізніше" is no "о першій". */
static void take_shift(struct understand_line *l)
{
    const struct book_words *w = l->words;
    struct understood *got = &l->got;
    enum asks asked = l->ask->asked;
    bool told = asked == ASKS_CHOICE || asked == ASKS_CONFIRM || asked == ASKS_SPECIALIST ||
                asked == ASKS_NAME || asked == ASKS_PHONE;

    if (!told || got->earlier == got->later)
        return;
    got->shift = UNDERSTAND_HEARS(l, &w->hears, by_half) == SAID_MEANT   ? 30
                 : UNDERSTAND_HEARS(l, &w->hears, by_hour) == SAID_MEANT ? 60
                                                                         : 0;
    if (got->shift == 0)
        return;
    got->when.time = got->when.from = got->when.to = -1;
    got->shift = got->later ? got->shift : -got->shift;
    got->choice = 0;
}

/* "До іншого майстра" asks for no other time. */
static void take_other_specialist(struct understand_line *l)
{
    struct understood *got = &l->got;

    got->other_specialist = !understand_may_wish(l->ask->asked) && got->specialist < 0 &&
                            UNDERSTAND_HEARS(l, &l->words->hears, other_specialist) != SAID_NOT;
    if (!got->other_specialist)
        return;
    got->other = false;
    got->choice = 0;
}

void understand_answer(struct understand_line *l)
{
    struct understood *got = &l->got;
    const struct book_words *w = l->words;
    const struct profile *p = l->profile;
    bool tells = understand_tells(l);
    bool is_short = l->rules.words <= SHORT_WORDS && !tells;

    got->thanks = UNDERSTAND_HEARS(l, p, thanks) == SAID_MEANT;
    got->drops = !tells && (UNDERSTAND_HEARS(l, &w->hears, drop) == SAID_MEANT ||
                            (l->hears_book == SAID_DENIED && l->ask->asked == ASKS_CONFIRM));
    got->other = !understand_may_wish(l->ask->asked) &&
                 said_hears_free(&l->said, w->hears.other, w->hears.other_n) == SAID_MEANT;
    got->earlier = said_hears_free(&l->said, w->hears.earlier, w->hears.earlier_n) == SAID_MEANT;
    take_earlier(l);
    got->later = said_hears_free(&l->said, w->hears.later, w->hears.later_n) == SAID_MEANT;
    take_shift(l);
    if (!tells && !understand_may_wish(l->ask->asked))
        got->changes = UNDERSTAND_HEARS(l, &w->hears, the_day) == SAID_MEANT       ? ASKS_DAY
                       : UNDERSTAND_HEARS(l, &w->hears, the_time) == SAID_MEANT    ? ASKS_TIME
                       : UNDERSTAND_HEARS(l, &w->hears, the_service) == SAID_MEANT ? ASKS_SERVICE
                                                                                   : ASKS_NOTHING;
    take_other_specialist(l);
    got->again = is_short && (UNDERSTAND_HEARS(l, p, again) == SAID_MEANT ||
                              UNDERSTAND_HEARS(l, &w->hears, repeat) == SAID_MEANT);
    got->corrects = rules_correction(&l->rules) != NULL || (tells && corrects_anywhere(l));
    got->adds = got->services > 0 && adds(l);
    const struct reply r = find_reply(l);
    settle(l, &r);
}
