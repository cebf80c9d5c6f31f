#include "base/text.h"

#include <string.h>

#include "language/inside.h"
#include "language/numeral.h"
#include "language/scan.h"
#include "language/verbalise-inside.h"

/* ==== figures ================================================================================= */

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define TELLING_LETTERS  3 /* a shorter word's ending tells no gender */
#define COMPOUND_LETTERS 5 /* a shorter word behind a hyphen makes no compound */

/* ==== amounts ================================================================================= */

/* Numbers with and without what they count. */

static bool is_money(const struct amount *a, const struct noun *noun)
{
    return a->places > 0 && a->places < 3 && noun != NULL && noun->hundredth != NULL;
}

static void say_money(struct verbaliser *v, const struct amount *a, const struct noun *noun,
                      enum noun_case nc)
{
    const struct language *l = v->language;
    unsigned part = a->places == 1 ? a->part * 10 : a->part;
    const struct noun *small = numeral_find_noun(l, noun->hundredth);

    if (a->whole > 0 || part == 0) {
        numeral_cardinal(&v->out, l, a->whole, noun->gender, nc);
        buf_putc(&v->out, ' ');
        numeral_noun(&v->out, l, noun, a->whole, nc);
    }
    if (part == 0 || small == NULL)
        return;
    if (a->whole > 0)
        buf_putc(&v->out, ' ');
    numeral_cardinal(&v->out, l, part, small->gender, nc);
    buf_putc(&v->out, ' ');
    numeral_noun(&v->out, l, small, part, nc);
}

/* "дві цілих": they are adjectives, so that two to four do not make them a singular (language.h,
 * few_is_genitive). */
static void put_part(struct verbaliser *v, const struct noun *part, uint64_t n, enum noun_case nc)
{
    bool straight = nc == NOM || nc == ACC;

    if (numeral_is_one(v->language, n))
        row_put(&v->out, part->one, nc);
    else
        row_put(&v->out, part->many, !straight ? nc : numeral_is_few(n) ? NOM : GEN);
}

static void say_decimal(struct verbaliser *v, const struct amount *a, const struct noun *noun,
                        enum noun_case nc)
{
    const struct language *l = v->language;
    const struct noun *part = &l->part[a->places - 1];

    numeral_cardinal(&v->out, l, a->whole, l->whole.gender, nc);
    buf_putc(&v->out, ' ');
    put_part(v, &l->whole, a->whole, nc);
    buf_putc(&v->out, ' ');
    numeral_cardinal(&v->out, l, a->part, part->gender, nc);
    buf_putc(&v->out, ' ');
    put_part(v, part, a->part, nc);
    if (noun == NULL)
        return;
    buf_putc(&v->out, ' ');
    row_put(&v->out, noun->one, GEN);
}

/* "на одного человека", "на двух человек", "на двадцать одного человека". */
static bool say_people(struct verbaliser *v, const struct amount *a, const struct noun *noun)
{
    const struct language *l = v->language;
    size_t gen = 0, acc = 0;
    const char *genitive = row_piece(noun->one, GEN, &gen);
    const char *accusative = row_piece(noun->one, ACC, &acc);
    uint64_t ones = a->whole % 10;

    if (noun->gender != MALE || gen != acc || memcmp(genitive, accusative, gen) != 0 ||
        row_piece(noun->one, NOM, &acc) == row_piece(noun->one, GEN, &gen))
        return false;
    if (a->whole > 4 && (ones != 1 || a->whole % 100 == 11))
        return false;
    if (a->whole > 4) {
        numeral_cardinal(&v->out, l, a->whole - 1, MALE, ACC);
        buf_putc(&v->out, ' ');
    }
    numeral_cardinal(&v->out, l, a->whole > 4 ? 1 : a->whole, MALE, GEN);
    buf_putc(&v->out, ' ');
    numeral_noun(&v->out, l, noun, a->whole, GEN);
    return true;
}

static void say_amount(struct verbaliser *v, const struct amount *a, const struct noun *noun,
                       enum gender gender, enum noun_case nc)
{
    bool half = v->language->half != NULL && a->places == 1 && a->part == 5 &&
                (a->whole > 0 || (noun != NULL && numeral_is_halved(v->language, noun)));

    if (is_money(a, noun)) {
        say_money(v, a, noun, nc);
    } else if (half && noun != NULL) {
        numeral_and_half(&v->out, v->language, a->whole, noun, nc);
    } else if (a->places > 0) {
        say_decimal(v, a, noun, nc);
    } else if (noun == NULL || nc != ACC || a->whole == 0 || !say_people(v, a, noun)) {
        numeral_cardinal(&v->out, v->language, a->whole, noun != NULL ? noun->gender : gender, nc);
        if (noun == NULL)
            return;
        buf_putc(&v->out, ' ');
        numeral_noun(&v->out, v->language, noun, a->whole, nc);
    }
}

/* ==== guesses ================================================================================= */

/* Behind a preposition the ending tells another gender than alone: "для одного ребёнка", "до одного
 * вікна", "к одному гостю". */
static bool is_male_behind(const struct language *l, const char *word, enum noun_case *nc)
{
    bool genitive = row_ends(l->male_genitive, word);

    if (*nc == ACC && genitive)
        *nc = GEN;
    return (*nc == GEN && genitive) || (*nc == DAT && row_ends(l->male_dative, word));
}

static void guess_gender(const struct language *l, const char *word, enum gender *gender)
{
    for (const struct gender_guess *g = l->gender_guesses; g != NULL && g->end != NULL; g++)
        if (scan_letters(word) >= g->letters && text_ends_in(word, g->end)) {
            *gender = g->gender;
            return;
        }
}

static void guess_case(const struct language *l, const char *word, enum noun_case *nc)
{
    for (const struct case_guess *g = l->case_guesses; g != NULL && g->end != NULL; g++)
        if (scan_letters(word) >= g->letters && text_ends_in(word, g->end)) {
            *nc = g->noun_case;
            return;
        }
}

/* The gender and case that the word behind 1 has, by its form and the case that is asked for. */
static bool agrees(const struct language *l, const char *word, enum gender *gender,
                   enum noun_case *nc)
{
    if (row_begins(l->plural_only, word)) {
        *gender = MANY;
        return true;
    }
    if (row_has(l->female_words, word)) {
        *gender = FEMALE;
        return true;
    }
    if (*nc == NOM && row_begins(l->male_words, word) && row_ends(l->male_genitive, word)) {
        *gender = MALE;
        *nc = GEN;
        return true;
    }
    for (const struct agreement *a = l->agreements; a != NULL && a->ends != NULL; a++)
        if (a->asked == *nc && row_ends(a->ends, word)) {
            *gender = a->gender;
            *nc = a->noun_case;
            return true;
        }
    return false;
}

/* What the word at `p`, standing in no list, says of the number before it: gender and case. Both
 * stay as they are if it says nothing. */
static void guess_next(const struct language *l, const char *p, uint64_t n, enum gender *gender,
                       enum noun_case *nc)
{
    char word[SCAN_WORD_MAX];
    struct amount next;
    size_t joint = scan_joint(l, p);
    if (joint > 0 && *p != ',' && scan_amount(p + joint, &next)) /* "2 чи 3 процедури" */
        p += joint + next.len;
    size_t blanks = scan_blanks(p);
    bool teen = n % 100 > 10 && n % 100 < 20;
    unsigned last = teen ? 0 : (unsigned)(n % 10);

    if (blanks == 0 || scan_word(p + blanks, word) == 0)
        return;
    bool tells = scan_letters(word) >= TELLING_LETTERS;
    if (last == 2 && tells &&
        (row_stem(l->female, l->female_after, word) || row_ends(l->female_ends, word)))
        *gender = FEMALE;
    if (last == 1 && agrees(l, word, gender, nc))
        return;
    if (last >= 2 && last <= 4 && *nc == ACC && row_ends(l->people_ends, word))
        *nc = GEN;
    if (last != 1)
        guess_case(l, word, nc);
    else if (!tells || !is_male_behind(l, word, nc))
        guess_gender(l, word, gender);
}

/* ==== figures ================================================================================= */

/* A number in figures: what stands around it decides how it is said. */

/* An abbreviation's full stop may be the sentence's as well. */
static void keep_stop(struct verbaliser *v, const char *end, bool dotted)
{
    if (dotted && scan_ends_sentence(end))
        buf_putc(&v->out, '.');
}

/* The ending that stands behind the hyphen; of several, the one of the case that is asked for. */
static const struct written_ending *find_ending(const struct language *l, const char *text,
                                                uint64_t n, enum noun_case asked)
{
    const struct written_ending *first = NULL;

    for (const struct written_ending *e = l->written_endings; e != NULL && e->text != NULL; e++) {
        bool decade = e->last == WRITTEN_DECADE && n % 10 == 0 && n % 100 >= 40;
        if (strcmp(e->text, text) != 0 || (e->last >= 0 && !decade && (uint64_t)e->last != n % 10))
            continue;
        if (asked == NOM || asked == ACC || e->noun_case == asked)
            return e;
        first = first == NULL ? e : first;
    }
    return first;
}

bool verbalise_near_street(const struct verbaliser *v)
{
    const char *q = v->p;
    char name[SCAN_WORD_MAX];

    if (v->language->streets == NULL)
        return false;
    for (int words = 0; words < 4 && q > v->start; words++) {
        while (q > v->start && !char_is_letter(char_before(v->start, q)))
            q = char_back(v->start, q);
        while (char_is_letter(char_before(v->start, q)) || char_before(v->start, q) == '-')
            q = char_back(v->start, q);
        if (scan_word(q, name) > 0 && row_begins(v->language->streets, name))
            return true;
    }
    return false;
}

/* "пр-т Перемоги, 37-а": a street's name before it and no word behind. */
static bool is_house_letter(const struct verbaliser *v, const char *word, const char *after)
{
    if (scan_letters(word) != 1)
        return false;
    after += scan_blanks(after);
    return !char_is_letter(char_at(after)) && verbalise_near_street(v);
}

/* "1000-на": the end of a form that the ordinal has. */
static bool read_own_ending(struct verbaliser *v, const struct amount *a, const char *end,
                            const char *after)
{
    const size_t start = v->out.len;

    for (enum noun_case nc = NOM; nc < NOUN_CASE__MAX && scan_letters(end) <= 4; nc++)
        for (enum gender g = MALE; v->language->ordinal[1].text != NULL && g <= MANY; g++) {
            numeral_ordinal(&v->out, v->language, a->whole, g, nc);
            buf_puts(&v->out, "");
            if (buf_err(&v->out) == ERR_OK && text_ends_in(buf_text(&v->out) + start, end))
                return verbalise_done(v, after, KIND_NONE, NOM);
            v->out.len = start;
        }
    return false;
}

/* "2-га", "1-го", "3-х" */
static bool read_ending(struct verbaliser *v, const struct amount *a)
{
    const struct language *l = v->language;
    char word[SCAN_WORD_MAX];
    enum noun_case asked = NOM;
    const char *q = v->p + a->len;
    size_t dash = scan_dash(q, false);
    size_t n = dash == 0 ? 0 : scan_word(q + dash, word);

    if (n == 0 || a->places > 0 || char_is_upper(char_at(q + dash)) ||
        is_house_letter(v, word, q + dash + n) || char_is_digit(char_at(q + dash + n)))
        return false;
    (void)verbalise_case(v, KIND_NUMBER, &asked);
    const struct written_ending *e = find_ending(l, word, a->whole, asked);
    if (e == NULL)
        return a->whole > 0 && read_own_ending(v, a, word, q + dash + n);
    bool locative = e->gender == FEMALE && e->noun_case == GEN && asked == LOC;
    if (e->ordinal)
        numeral_ordinal(&v->out, l, a->whole, e->gender, locative ? LOC : e->noun_case);
    else
        numeral_cardinal(&v->out, l, a->whole, e->gender, e->noun_case);
    return verbalise_done(v, q + dash + n, KIND_NONE, NOM);
}

/* Of the language's own letters, not a foreign word. */
static bool is_own(const struct language *l, uint32_t c)
{
    return char_is_among(char_lower(c), l->letters);
}

void verbalise_put_compound(struct verbaliser *v, uint64_t n)
{
    const struct language *l = v->language;

    if (n < COUNT(l->compound) && l->compound[n] != NULL)
        buf_puts(&v->out, l->compound[n]);
    else if (n >= 90)
        row_put(&v->out, n == 90 ? l->tens[9] : l->hundreds[1], NOM);
    else
        numeral_cardinal(&v->out, l, n, MALE, GEN);
}

/* "5-поверховий" -> "п'ятиповерховий" */
static bool read_compound(struct verbaliser *v, const struct amount *a)
{
    const struct language *l = v->language;
    const char *q = v->p + a->len;
    size_t dash = scan_dash(q, false);
    char word[SCAN_WORD_MAX];
    size_t n = dash == 0 ? 0 : scan_word(q + dash, word);

    if (l->compound[1] == NULL || n == 0 || scan_letters(word) < COMPOUND_LETTERS ||
        a->places > 0 || a->whole == 0 || a->whole > 100 || (a->whole > 20 && a->whole % 10 != 0) ||
        !is_own(l, char_at(word)))
        return false;
    verbalise_put_compound(v, a->whole);
    return verbalise_done(v, q + dash, KIND_NONE, NOM);
}

/* "на 2 поверсі", "2026 року" */
static bool read_ordered(struct verbaliser *v, const struct amount *a)
{
    const char *q = v->p + a->len;
    size_t blanks = scan_blanks(q);
    char before[SCAN_WORD_MAX];
    enum noun_case asked = NOM;

    if (a->places > 0)
        return false;
    (void)scan_word_before(v->start, v->p, before);
    (void)verbalise_case(v, KIND_NUMBER, &asked);
    for (const struct ordered *o = v->language->ordered; o != NULL && o->word != NULL; o++) {
        size_t n = scan_key(q + blanks, o->word, false);
        bool dotted = n > 0 && q[blanks + n - 1] == '.';
        if (n == 0 || a->whole < o->least || a->whole > 9999 ||
            (o->after != NULL && !row_has(o->after, before)))
            continue;
        numeral_ordinal(&v->out, v->language, a->whole, o->gender, o->noun_case);
        const char *end = q;
        if (o->say != NULL) {
            end = q + blanks + n;
            buf_printf(&v->out, " %s", o->say);
            keep_stop(v, end, dotted);
        }
        return verbalise_done(v, end, KIND_NUMBER, asked);
    }
    return false;
}

/* "з 9 до 19" with nothing counted after it is said of hours. */
static bool hours_range(const struct verbaliser *v, const struct amount *a, const char *before)
{
    const struct language *l = v->language;
    struct amount to;
    char after[SCAN_WORD_MAX];
    size_t len = 0;
    bool dotted = false;
    const char *q = v->p + a->len;

    q += scan_blanks(q);
    size_t n = scan_word(q, after);
    if (!row_has(l->hours_from, before) || n == 0 || !row_has(l->to, after))
        return false;
    q += n + scan_blanks(q + n);
    if (!scan_amount(q, &to) || to.places > 0 || to.whole > 24 || to.whole <= a->whole)
        return false;
    q += to.len;
    size_t blanks = scan_blanks(q);
    return scan_noun(l, q, &len, &dotted, NULL) == NULL &&
           (blanks == 0 || scan_word(q + blanks, after) == 0);
}

/* "9 ранку" */
static bool is_part_of_day(const struct language *l, const char *p)
{
    char word[SCAN_WORD_MAX];
    size_t blanks = scan_blanks(p);

    return blanks > 0 && scan_word(p + blanks, word) > 0 && row_has(l->parts_of_day, word);
}

/* Where hours of the day are ordinals: "о 10", "з 9 до 19". */
static bool read_bare_hour(struct verbaliser *v, const struct amount *a)
{
    char before[SCAN_WORD_MAX];
    const struct language *l = v->language;
    size_t len = 0;
    bool dotted = false;
    enum noun_case nc = GEN;

    if (!l->hour_is_ordinal || a->places > 0 || a->whole > 24)
        return false;
    size_t n = scan_word_before(v->start, v->p, before);
    const char *end = v->p + a->len;
    const struct noun *noun = scan_noun(l, end, &len, &dotted, NULL);
    bool alone = noun == NULL || verbalise_is_letter(v, noun, end, len);
    if (is_part_of_day(l, v->p + a->len)) {
        if (!verbalise_case(v, KIND_CLOCK, &nc))
            nc = NOM;
        numeral_ordinal(&v->out, l, a->whole, l->hour.gender, nc);
        return verbalise_done(v, v->p + a->len, KIND_CLOCK, nc);
    }
    if (alone && n > 0 && row_has(l->at, before))
        nc = LOC;
    else if (alone && verbalise_joined(v, KIND_CLOCK, false))
        nc = v->last.noun_case;
    else if (!(alone && n > 0 && row_has(l->to, before) && verbalise_joined(v, KIND_CLOCK, true)) &&
             !hours_range(v, a, before))
        return false;
    numeral_ordinal(&v->out, l, a->whole, l->hour.gender, nc);
    return verbalise_done(v, v->p + a->len, KIND_CLOCK, nc);
}

/* "24/7", "5/2" */
static bool read_fraction(struct verbaliser *v, const struct amount *a)
{
    struct amount b;
    const char *q = v->p + a->len;

    if (a->places > 0 || *q != '/' || !scan_amount(q + 1, &b) || b.places > 0 || b.digits > 9 ||
        q[1 + b.len] == '/' || char_is_letter(char_at(q + 1 + b.len)))
        return false;
    if (a->whole == 24 && b.whole == 7) {
        buf_puts(&v->out, v->language->round_the_clock);
    } else {
        numeral_cardinal(&v->out, v->language, a->whole, MALE, NOM);
        buf_printf(&v->out, " %s ", v->language->slash);
        numeral_cardinal(&v->out, v->language, b.whole, MALE, NOM);
    }
    return verbalise_done(v, q + 1 + b.len, KIND_NONE, NOM);
}

/* "350 грн/год": what stands behind the stroke, as one of it. Says it and returns its bytes. */
static size_t say_per(struct verbaliser *v, const char *p)
{
    size_t len = 0;
    bool dotted = false;

    if (*p != '/' || !char_is_letter(char_at(p + 1)))
        return 0;
    const struct noun *noun = scan_noun(v->language, p + 1, &len, &dotted, NULL);
    size_t n = 0;
    const char *piece = noun == NULL ? "" : row_piece(noun->one, NOM, &n);
    bool time = n > 0 && row_find(v->language->per_time_of, piece, n, NULL);
    buf_printf(&v->out, " %s ", time ? v->language->per_time : v->language->per);
    if (noun == NULL)
        return 1;
    row_put(&v->out, noun->one, ACC);
    keep_stop(v, p + 1 + len, dotted);
    return 1 + len;
}

/* "2-3 дні", "1000-1500 грн" */
static bool read_range(struct verbaliser *v, const struct amount *a, enum noun_case nc, bool asked)
{
    struct amount b;
    size_t len = 0;
    bool dotted = false;
    const char *q = v->p + a->len;
    size_t dash = scan_dash(q, true);
    enum gender gender = MALE;

    if (dash == 0 || !scan_amount(q + dash, &b) || a->whole >= b.whole || b.digits > 9 ||
        q[dash] == '0' || scan_dash(q + dash + b.len, false) > 0)
        return false;
    q += dash + b.len;
    const struct noun *noun = scan_noun(v->language, q, &len, &dotted, NULL);
    if (noun == NULL && char_is_letter(char_at(q)))
        return false;
    bool words = !asked && noun != NULL && b.whole >= 100;
    if (words) {
        nc = GEN;
        buf_printf(&v->out, "%s ", v->language->amount_from);
    }
    if (noun == NULL)
        guess_next(v->language, q, b.whole, &gender, &nc);
    if (a->places == 1 && a->part == 5 && a->whole == 1 && noun != NULL &&
        v->language->half != NULL)
        row_put(&v->out, numeral_of_gender(v->language->one_and_half, noun->gender), nc);
    else
        say_amount(v, a, NULL, noun != NULL ? noun->gender : gender, nc);
    buf_printf(&v->out, words ? " %s " : "-", v->language->to);
    say_amount(v, &b, noun, gender, nc);
    q += noun != NULL ? len : 0;
    keep_stop(v, q, dotted);
    q += noun != NULL ? say_per(v, q) : 0;
    return verbalise_done(v, q, KIND_NUMBER, nc);
}

static bool read_counted(struct verbaliser *v, const struct amount *a, enum noun_case nc)
{
    size_t len = 0;
    bool dotted = false;
    enum noun_case form = NOM;
    const char *q = v->p + a->len;
    const struct noun *noun = scan_noun(v->language, q, &len, &dotted, &form);

    if (noun == NULL || verbalise_is_letter(v, noun, q, len))
        return false;
    size_t more = 0;
    bool stop = false;
    /* "5 тис. грн": the thousand counts, the money stands in the genitive plural */
    const struct noun *money = scan_noun(v->language, q + len, &more, &stop, NULL);
    if (form != NOM && a->whole > 0)
        nc = form;
    say_amount(v, a, noun, MALE, nc);
    if (money != NULL && row_has(v->language->multipliers, noun->keys)) {
        buf_putc(&v->out, ' ');
        row_put(&v->out, money->many, GEN);
        len += more;
        dotted = stop;
    }
    keep_stop(v, q + len, dotted);
    len += say_per(v, q + len);
    return verbalise_done(v, q + len, KIND_NUMBER, nc);
}

/* "5а", "12-А": the letter of a house. */
static bool read_house(struct verbaliser *v, const struct amount *a)
{
    const char *q = v->p + a->len;
    size_t dash = scan_dash(q, false);
    const char *next = q + dash;
    uint32_t c = text_next(&next);

    if (a->places > 0 || !is_own(v->language, c) || char_is_letter(char_at(next)) ||
        char_is_digit(char_at(next)) ||
        (dash > 0 && !char_is_upper(c) && !is_house_letter(v, "а", next)))
        return false;
    numeral_cardinal(&v->out, v->language, a->whole, MALE, NOM);
    buf_putc(&v->out, ' ');
    buf_put(&v->out, q + dash, (size_t)(next - q) - dash);
    return verbalise_done(v, next, KIND_NONE, NOM);
}

/* "двое суток", "троє дітей": what is counted by a word of its own, from two to four. */
static bool read_collective(struct verbaliser *v, const struct amount *a, enum noun_case nc)
{
    const struct language *l = v->language;
    const char *q = v->p + a->len;
    char word[SCAN_WORD_MAX];

    if (a->places > 0 || a->whole < 2 || a->whole > 4 || scan_blanks(q) == 0 ||
        scan_word(q + scan_blanks(q), word) == 0 || !row_has(l->collected, word))
        return false;
    bool people = !row_begins(l->plural_only, word);
    if (nc == ACC && people)
        nc = GEN;
    if (nc == NOM || nc == ACC)
        row_put(&v->out, l->collective, a->whole - 2);
    else if (nc == GEN && people && l->collective_genitive != NULL)
        row_put(&v->out, l->collective_genitive, a->whole - 2);
    else
        numeral_cardinal(&v->out, l, a->whole, MALE, nc);
    return verbalise_done(v, q, KIND_NUMBER, nc);
}

/* "от 1,5 до 2 часов": what is counted stands behind the second number. */
static bool read_half_to(struct verbaliser *v, const struct amount *a, enum noun_case nc)
{
    const struct language *l = v->language;
    const char *q = v->p + a->len;
    char word[SCAN_WORD_MAX];
    struct amount to;
    size_t len = 0;
    bool dotted = false;

    if (l->half == NULL || a->places != 1 || a->part != 5 || a->whole != 1)
        return false;
    q += scan_blanks(q);
    size_t n = scan_word(q, word);
    if (n == 0 || !row_has(l->to, word))
        return false;
    q += n + scan_blanks(q + n);
    if (!scan_amount(q, &to))
        return false;
    const struct noun *noun = scan_noun(l, q + to.len, &len, &dotted, NULL);
    if (noun == NULL)
        return false;
    row_put(&v->out, numeral_of_gender(l->one_and_half, noun->gender), nc);
    return verbalise_done(v, v->p + a->len, KIND_NUMBER, nc);
}

static bool read_plain(struct verbaliser *v, const struct amount *a, enum noun_case nc, bool asked)
{
    const char *q = v->p + a->len;
    enum gender gender = MALE;

    if (char_is_letter(char_at(q)))
        return false;
    guess_next(v->language, q, a->whole, &gender, &nc);
    say_amount(v, a, NULL, gender, asked ? nc : a->places > 0 ? NOM : nc);
    return verbalise_done(v, q, KIND_NUMBER, nc);
}

/* "192.168.1.1", "10:30:15": not ours, and no part of it is. */
static bool copy_dotted(struct verbaliser *v, const struct amount *a)
{
    const char *q = v->p + a->len;

    if ((*q != '.' && *q != ':') || !char_is_digit(char_at(q + 1)))
        return false;
    size_t n = strspn(v->p, "0123456789.:");
    while (v->p[n - 1] == '.' || v->p[n - 1] == ':')
        n--;
    buf_put(&v->out, v->p, n);
    return verbalise_done(v, v->p + n, KIND_NONE, NOM);
}

/* "2,5" in a language that has no words for the parts: no half of it is said. */
static bool copy_decimal(struct verbaliser *v, const struct amount *a)
{
    size_t len = 0;
    bool dotted = false;

    if (a->places == 0 || v->language->whole.one != NULL ||
        is_money(a, scan_noun(v->language, v->p + a->len, &len, &dotted, NULL)))
        return false;
    buf_put(&v->out, v->p, a->len);
    return verbalise_done(v, v->p + a->len, KIND_NONE, NOM);
}

/* "160x200 см": the "x" of it is "на"; the next number follows by itself. */
static bool read_dimension(struct verbaliser *v, const struct amount *a, enum noun_case nc)
{
    const char *q = v->p + a->len;
    size_t blanks = scan_blanks(q);
    const char *next = q + blanks;
    uint32_t c = char_lower(text_next(&next));

    if ((c != 'x' && c != 0x445 && c != 0xd7 && c != '*') || v->language->times_sign == NULL)
        return false;
    next += scan_blanks(next);
    if (!char_is_digit(char_at(next)))
        return false;
    say_amount(v, a, NULL, MALE, nc);
    buf_printf(&v->out, " %s ", v->language->times_sign);
    v->asked_at = next;
    return verbalise_done(v, next, KIND_NUMBER, ACC);
}

/* "10+ років", "18+", "2+1=3" */
static bool read_more(struct verbaliser *v, const struct amount *a)
{
    const struct language *l = v->language;
    const char *q = v->p + a->len;
    size_t blanks = scan_blanks(q);
    size_t len = 0;
    bool dotted = false;

    if (*q != '+' || char_is_digit(char_at(q + 1)) || l->over == NULL)
        return false;
    const struct noun *noun = scan_noun(l, q + 1, &len, &dotted, NULL);
    bool counted = noun != NULL ||
                   (char_is_letter(char_at(q + 1 + scan_blanks(q + 1))) && scan_blanks(q + 1) > 0);
    if (counted && verbalise_preposition(v) == NULL && blanks == 0) {
        buf_printf(&v->out, "%s ", l->over);
        say_amount(v, a, noun, MALE, l->over_case);
        if (noun != NULL)
            keep_stop(v, q + 1 + len, dotted);
        return verbalise_done(v, q + 1 + (noun != NULL ? len : 0), KIND_NUMBER, l->over_case);
    }
    say_amount(v, a, NULL, MALE, NOM);
    buf_printf(&v->out, " %s", l->plus);
    return verbalise_done(v, q + 1, KIND_NUMBER, NOM);
}

static bool read_amount(struct verbaliser *v)
{
    struct amount a;
    enum noun_case nc = NOM;

    if (!scan_amount(v->p, &a))
        return false;
    if (verbalise_card(v) || copy_dotted(v, &a) || copy_decimal(v, &a) || verbalise_code(v))
        return true;
    if (a.whole > NUMERAL_MAX || a.digits > 12)
        return false;
    if (read_ending(v, &a) || read_compound(v, &a) || read_ordered(v, &a) || read_fraction(v, &a))
        return true;
    bool asked = verbalise_case(v, KIND_NUMBER, &nc);
    return read_dimension(v, &a, nc) || read_more(v, &a) || read_range(v, &a, nc, asked) ||
           read_bare_hour(v, &a) || read_collective(v, &a, nc) || read_half_to(v, &a, nc) ||
           read_counted(v, &a, nc) || read_house(v, &a) || read_plain(v, &a, nc, asked);
}

/* "$5", "₴ 350": a sign of money in front, if a noun has it. */
static bool read_currency(struct verbaliser *v)
{
    size_t len = 0;
    bool dotted = false;
    struct amount a;
    enum noun_case nc = NOM;
    uint32_t c = char_at(v->p);

    if (c != '$' && c != 0xa3 && c != 0xa5 && (c < 0x20a0 || c > 0x20cf))
        return false;
    const struct noun *noun = scan_noun(v->language, v->p, &len, &dotted, NULL);
    size_t blanks = noun == NULL ? 0 : scan_blanks(v->p + len);
    if (noun == NULL || !scan_amount(v->p + len + blanks, &a) || a.digits > 9 ||
        char_is_letter(char_at(v->p + len + blanks + a.len)))
        return false;
    (void)verbalise_case(v, KIND_NUMBER, &nc);
    say_amount(v, &a, noun, MALE, nc);
    return verbalise_done(v, v->p + len + blanks + a.len, KIND_NUMBER, nc);
}

bool verbalise_number(struct verbaliser *v)
{
    if (read_currency(v))
        return true;
    uint32_t before = char_before(v->start, v->p);
    if (v->p != v->asked_at && (char_is_letter(before) || char_is_digit(before)))
        return false;
    return read_amount(v);
}
