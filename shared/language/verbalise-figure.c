#include "base/text.h"

#include <string.h>

#include "language/reader.h"

/* ==== amounts ================================================================================= */

/* Numbers with and without what they count. */

static void say_money(struct reader *r, const struct amount *a, const struct noun *noun,
                      enum grammar g)
{
    const struct tongue *t = r->tongue;
    unsigned part = a->places == 1 ? a->part * 10 : a->part;
    const struct noun *small = t->nouns;

    while (small->keys != NULL && strcmp(small->keys, noun->hundredth) != 0)
        small++;
    if (a->whole > 0 || part == 0) {
        numeral_cardinal(&r->out, t, a->whole, noun->gender, g);
        buf_putc(&r->out, ' ');
        numeral_noun(&r->out, t, noun, a->whole, g);
    }
    if (part == 0 || small->keys == NULL)
        return;
    if (a->whole > 0)
        buf_putc(&r->out, ' ');
    numeral_cardinal(&r->out, t, part, small->gender, g);
    buf_putc(&r->out, ' ');
    numeral_noun(&r->out, t, small, part, g);
}

/* "дві з половиною години", "півтори години" */
static void say_half(struct reader *r, const struct amount *a, const struct noun *noun,
                     enum grammar g)
{
    const struct tongue *t = r->tongue;

    if (a->whole == 1) {
        buf_printf(&r->out, "%s ", t->one_and_half[noun->gender]);
        row_put(&r->out, noun->one, GEN);
        return;
    }
    numeral_cardinal(&r->out, t, a->whole, noun->gender, g);
    buf_printf(&r->out, " %s ", t->half);
    numeral_noun(&r->out, t, noun, a->whole, g);
}

/* "дві цілих": an adjective stands in the genitive plural after every number but one. */
static void put_part(struct reader *r, const struct noun *part, uint64_t n, enum grammar g)
{
    bool one = n % 10 == 1 && n % 100 != 11;
    bool straight = g == NOM || g == ACC;

    row_put(&r->out, one ? part->one : part->many, straight && !one ? GEN : g);
}

static void say_decimal(struct reader *r, const struct amount *a, const struct noun *noun,
                        enum grammar g)
{
    const struct tongue *t = r->tongue;
    const struct noun *part = &t->part[a->places - 1];

    numeral_cardinal(&r->out, t, a->whole, FEMALE, g);
    buf_putc(&r->out, ' ');
    put_part(r, &t->whole, a->whole, g);
    buf_putc(&r->out, ' ');
    numeral_cardinal(&r->out, t, a->part, FEMALE, g);
    buf_putc(&r->out, ' ');
    put_part(r, part, a->part, g);
    if (noun == NULL)
        return;
    buf_putc(&r->out, ' ');
    row_put(&r->out, noun->one, GEN);
}

void say_amount(struct reader *r, const struct amount *a, const struct noun *noun,
                enum gender gender, enum grammar g)
{
    bool half = a->places == 1 && a->part == 5 && a->whole > 0 && (g == NOM || g == ACC);

    if (a->places > 0 && a->places < 3 && noun != NULL && noun->hundredth != NULL) {
        say_money(r, a, noun, g);
    } else if (half && noun != NULL) {
        say_half(r, a, noun, g);
    } else if (a->places > 0) {
        say_decimal(r, a, noun, g);
    } else {
        numeral_cardinal(&r->out, r->tongue, a->whole, noun != NULL ? noun->gender : gender, g);
        if (noun == NULL)
            return;
        buf_putc(&r->out, ' ');
        numeral_noun(&r->out, r->tongue, noun, a->whole, g);
    }
}

/* ==== abbreviations =========================================================================== */

static enum grammar place_case(const struct reader *r)
{
    char word[WORD_MAX];

    if (word_before(r->start, r->p, word) > 0)
        for (const struct preposition *p = r->tongue->prepositions; p->word != NULL; p++)
            if (strcmp(p->word, word) == 0)
                return p->place;
    return NOM;
}

static bool follows(const char *p, enum follow want)
{
    uint32_t c = char_at(p + scan_blanks(p));

    if (want == BEFORE_NAME)
        return char_is_upper(c) || c == 0xab || c == '"' || c == 0x201e;
    return want == BEFORE_ANY || char_is_digit(c);
}

/* A capital stays a capital: "Вул." -> "Вулиця". */
static void put_like(struct buf *out, const char *row, size_t k, bool capital)
{
    size_t n = 0;
    const char *piece = row_piece(row, k, &n);
    const char *next = piece;
    uint32_t c = text_next(&next);
    char utf8[4];

    if (capital && c >= 0x430 && c < 0x450) {
        buf_put(out, utf8, text_encode(c - 32, utf8));
        n -= (size_t)(next - piece);
        piece = next;
    }
    buf_put(out, piece, n);
}

/* The second of "Т. Г. Шевченко"; alone, "Г. Одесса" is a town at the head of a sentence. */
static bool is_second_initial(const struct reader *r)
{
    const char *next = r->p;
    uint32_t c = text_next(&next);
    const char *q = r->p;

    if (!char_is_upper(c) || *next != '.')
        return false;
    while (q > r->start && q[-1] == ' ')
        q--;
    if (q - r->start < 3 || q[-1] != '.')
        return false;
    uint32_t initial = char_before(r->start, q - 1);
    char utf8[4];
    size_t n = text_encode(initial, utf8);
    const char *at = q - 1 - n;
    return char_is_upper(initial) && (at <= r->start || !char_is_letter(char_before(r->start, at)));
}

bool read_abbreviation(struct reader *r)
{
    uint32_t before = char_before(r->start, r->p);
    uint32_t first = char_at(r->p);

    if (!char_is_letter(first) || char_is_letter(before) || char_is_digit(before) ||
        is_second_initial(r))
        return false;
    for (const struct abbreviation *a = r->tongue->abbreviations; a->key != NULL; a++) {
        size_t n = scan_key(r->p, a->key, true);
        const char *end = r->p + n;
        if (n == 0 || !follows(end, a->follow))
            continue;
        put_like(&r->out, a->row, place_case(r), char_is_upper(first));
        if (end[-1] == '.' && *(end + scan_blanks(end)) == '\0')
            buf_putc(&r->out, '.');
        else if (char_is_letter(char_at(end)) || char_is_digit(char_at(end)))
            buf_putc(&r->out, ' ');
        return reader_done(r, end, KIND_NONE, NOM);
    }
    return false;
}

/* ==== guesses ================================================================================= */

/* What the word after the number says about it when it is in no table. */
static const struct hint {
    const char *end;
    size_t longer; /* bytes the word must have */
    int last;      /* for numbers that end in this digit; 0: any */
    bool cased;    /* tells the case, else the gender */
    int value;
} hints[] = {
    {"ами", 10, 0, true, INS},  {"ями", 10, 0, true, INS},    {"ьми", 10, 0, true, INS},
    {"ам", 10, 0, true, DAT},   {"ям", 10, 0, true, DAT},     {"ах", 10, 0, true, LOC},
    {"ях", 10, 0, true, LOC},   {"ння", 8, 1, false, NEUTER}, {"ття", 8, 1, false, NEUTER},
    {"а", 6, 1, false, FEMALE}, {"я", 6, 1, false, FEMALE},   {"у", 6, 1, false, FEMALE},
    {"ю", 6, 1, false, FEMALE}, {"о", 6, 1, false, NEUTER},   {"е", 6, 1, false, NEUTER},
    {"є", 6, 1, false, NEUTER},
};

/* Genitive singular after two, three, four shows the gender only in Russian. */
static bool is_female(const struct tongue *t, const char *word)
{
    if (t->few_is_genitive)
        return text_ends_in(word, "ы") || text_ends_in(word, "и");
    for (const char *s = t->female; s != NULL; s = strchr(s, '|')) {
        s += *s == '|';
        size_t n = strcspn(s, "|");
        if (n > 0 && strncmp(word, s, n) == 0)
            return true;
    }
    return false;
}

/* After a preposition the ending tells another gender than alone: "для одного ребёнка", "до одного
 * вікна", "к одному гостю". */
static bool is_male_after(const char *word, enum grammar *g)
{
    bool a = text_ends_in(word, "а") || text_ends_in(word, "я");
    bool u = text_ends_in(word, "у") || text_ends_in(word, "ю");

    if (*g == ACC && a)
        *g = GEN;
    return (*g == GEN && a) || (*g == DAT && u);
}

void guess_next(const struct tongue *t, const char *p, uint64_t n, enum gender *gender,
                enum grammar *g)
{
    char word[WORD_MAX];
    size_t blanks = scan_blanks(p);
    bool teen = n % 100 > 10 && n % 100 < 20;
    unsigned last = teen ? 0 : (unsigned)(n % 10);

    if (blanks == 0 || scan_word(p + blanks, word) == 0)
        return;
    if (last == 2 && strlen(word) >= 6 && is_female(t, word))
        *gender = FEMALE;
    if (last == 1 && strlen(word) >= 6 && is_male_after(word, g))
        return;
    for (const struct hint *h = hints; h < hints + sizeof hints / sizeof *hints; h++) {
        if (strlen(word) < h->longer || !text_ends_in(word, h->end) ||
            (h->last != 0 && (unsigned)h->last != last) || (h->cased && last == 1))
            continue;
        if (h->cased)
            *g = (enum grammar)h->value;
        else
            *gender = (enum gender)h->value;
        return;
    }
}

/* ==== figures ================================================================================= */

/* A number in figures: what stands around it decides how it is said. */

/* An abbreviation's full stop may be the sentence's as well. */
static void keep_stop(struct reader *r, const char *end, bool dotted)
{
    if (dotted && at_sentence_end(end))
        buf_putc(&r->out, '.');
}

/* "2-га", "1-го", "3-х" */
static bool read_ending(struct reader *r, const struct amount *a)
{
    char word[WORD_MAX];
    enum grammar g = NOM;
    const char *q = r->p + a->len;
    size_t dash = scan_dash(q, false);
    size_t n = dash == 0 ? 0 : scan_word(q + dash, word);

    if (n == 0 || a->places > 0 || char_is_upper(char_at(q + dash)) ||
        char_is_digit(char_at(q + dash + n)))
        return false;
    const struct ending *e = r->tongue->case_endings;
    while (e->text != NULL &&
           (strcmp(e->text, word) != 0 || (e->last >= 0 && (uint64_t)e->last != a->whole % 10)))
        e++;
    if (e->text == NULL)
        return false;
    enum gender gender = e->gender;
    g = e->grammar;
    /* "й" ends the feminine's oblique cases too: "до 5-й", "о 10-й" */
    enum grammar asked = NOM;
    bool oblique = reader_case(r, KIND_NUMBER, &asked) && asked != NOM && asked != ACC;
    if (strcmp(word, "й") == 0 && oblique && (r->tongue->few_is_genitive || asked == LOC)) {
        gender = FEMALE;
        g = asked;
    }
    if (gender == FEMALE && e->ordinal && asked == LOC && g == GEN)
        g = LOC;
    if (e->ordinal)
        numeral_ordinal(&r->out, r->tongue, a->whole, gender, g);
    else
        numeral_cardinal(&r->out, r->tongue, a->whole, gender, g);
    return reader_done(r, q + dash + n, KIND_NONE, NOM);
}

/* "5-поверховий" -> "п'ятиповерховий" */
static bool read_compound(struct reader *r, const struct amount *a)
{
    static const char *const uk[] = {"", "одно", "дво", "три", "чотири"};
    static const char *const ru[] = {"", "одно"};
    const char *q = r->p + a->len;
    size_t dash = scan_dash(q, false);
    char word[WORD_MAX];
    size_t n = dash == 0 ? 0 : scan_word(q + dash, word);
    bool is_ru = r->tongue->few_is_genitive;
    size_t known = is_ru ? sizeof ru / sizeof *ru : sizeof uk / sizeof *uk;

    if (n < 10 || a->places > 0 || a->whole == 0 || a->whole > 100 ||
        (a->whole > 20 && a->whole % 10 != 0) || (unsigned char)word[0] < 0xd0)
        return false;
    if (a->whole < known)
        buf_puts(&r->out, (is_ru ? ru : uk)[a->whole]);
    else if (a->whole >= 90)
        row_put(&r->out, a->whole == 90 ? r->tongue->tens[9] : r->tongue->hundreds[1], NOM);
    else
        numeral_cardinal(&r->out, r->tongue, a->whole, MALE, GEN);
    return reader_done(r, q + dash, KIND_NONE, NOM);
}

/* "на 2 поверсі", "2026 року" */
static bool read_ordered(struct reader *r, const struct amount *a)
{
    const char *q = r->p + a->len;
    size_t blanks = scan_blanks(q);
    char before[WORD_MAX];
    enum grammar asked = NOM;

    if (a->places > 0)
        return false;
    (void)word_before(r->start, r->p, before);
    (void)reader_case(r, KIND_NUMBER, &asked);
    for (const struct ordered *o = r->tongue->ordered; o->word != NULL; o++) {
        size_t n = scan_key(q + blanks, o->word, false);
        bool dotted = n > 0 && q[blanks + n - 1] == '.';
        if (n == 0 || a->whole < o->least || a->whole > 9999 ||
            (o->after != NULL && !row_has(o->after, before, NULL)))
            continue;
        numeral_ordinal(&r->out, r->tongue, a->whole, o->gender, o->grammar);
        const char *end = q;
        if (o->say != NULL) {
            end = q + blanks + n;
            buf_printf(&r->out, " %s", o->say);
            keep_stop(r, end, dotted);
        }
        return reader_done(r, end, KIND_NUMBER, asked);
    }
    return false;
}

/* "з 9 до 19" with nothing counted after it is said of hours. */
static bool hours_range(const struct reader *r, const struct amount *a, const char *before)
{
    const struct tongue *t = r->tongue;
    struct amount to;
    char after[WORD_MAX];
    size_t len = 0;
    bool dotted = false;
    const char *q = r->p + a->len;

    q += scan_blanks(q);
    size_t n = scan_word(q, after);
    if (!row_has("з|із|зі", before, NULL) || n == 0 || strcmp(after, t->to) != 0)
        return false;
    q += n + scan_blanks(q + n);
    if (!scan_amount(q, &to) || to.places > 0 || to.whole > 24 || to.whole <= a->whole)
        return false;
    q += to.len;
    size_t blanks = scan_blanks(q);
    return scan_noun(t, q, &len, &dotted, NULL) == NULL &&
           (blanks == 0 || scan_word(q + blanks, after) == 0);
}

/* Ukrainian says hours of the day by ordinals: "о 10", "з 9 до 19". */
static bool read_bare_hour(struct reader *r, const struct amount *a)
{
    char before[WORD_MAX];
    const struct tongue *t = r->tongue;
    size_t len = 0;
    bool dotted = false;
    enum grammar g = GEN;

    if (!t->hour_is_ordinal || a->places > 0 || a->whole > 24)
        return false;
    size_t n = word_before(r->start, r->p, before);
    bool alone = scan_noun(t, r->p + a->len, &len, &dotted, NULL) == NULL;
    if (alone && n > 0 && row_has(t->at, before, NULL))
        g = LOC;
    else if (alone && reader_joined(r, KIND_CLOCK, false))
        g = r->last.grammar;
    else if (!(alone && n > 0 && strcmp(before, t->to) == 0 &&
               reader_joined(r, KIND_CLOCK, true)) &&
             !hours_range(r, a, before))
        return false;
    numeral_ordinal(&r->out, t, a->whole, FEMALE, g);
    return reader_done(r, r->p + a->len, KIND_CLOCK, g);
}

/* "24/7", "5/2" */
static bool read_fraction(struct reader *r, const struct amount *a)
{
    struct amount b;
    const char *q = r->p + a->len;

    if (a->places > 0 || *q != '/' || !scan_amount(q + 1, &b) || b.places > 0 || b.digits > 9 ||
        q[1 + b.len] == '/' || char_is_letter(char_at(q + 1 + b.len)))
        return false;
    if (a->whole == 24 && b.whole == 7) {
        buf_puts(&r->out, r->tongue->round_the_clock);
    } else {
        numeral_cardinal(&r->out, r->tongue, a->whole, MALE, NOM);
        buf_printf(&r->out, " %s ", r->tongue->slash);
        numeral_cardinal(&r->out, r->tongue, b.whole, MALE, NOM);
    }
    return reader_done(r, q + 1 + b.len, KIND_NONE, NOM);
}

/* Zeros in front, or too long for a quantity: a code, said in groups of three. */
static bool read_code(struct reader *r)
{
    size_t n = strspn(r->p, "0123456789");

    if (!(*r->p == '0' && n > 1) && n <= 9)
        return false;
    if (char_is_letter(char_at(r->p + n)))
        return false;
    for (size_t i = 0; i < n; i += 3) {
        buf_puts(&r->out, i == 0 ? "" : ", ");
        numeral_group(&r->out, r->tongue, r->p + i, n - i < 3 ? n - i : 3);
    }
    return reader_done(r, r->p + n, KIND_NONE, NOM);
}

/* "2-3 дні", "1000-1500 грн" */
static bool read_range(struct reader *r, const struct amount *a, enum grammar g, bool asked)
{
    struct amount b;
    size_t len = 0;
    bool dotted = false;
    const char *q = r->p + a->len;
    size_t dash = scan_dash(q, true);
    enum gender gender = MALE;

    if (dash == 0 || !scan_amount(q + dash, &b) || a->whole >= b.whole || b.digits > 9 ||
        q[dash] == '0' || scan_dash(q + dash + b.len, false) > 0)
        return false;
    q += dash + b.len;
    const struct noun *noun = scan_noun(r->tongue, q, &len, &dotted, NULL);
    if (noun == NULL && char_is_letter(char_at(q)))
        return false;
    bool words = !asked && noun != NULL && b.whole >= 100;
    if (words) {
        g = GEN;
        buf_printf(&r->out, "%s ", r->tongue->amount_from);
    }
    if (noun == NULL)
        guess_next(r->tongue, q, b.whole, &gender, &g);
    say_amount(r, a, NULL, noun != NULL ? noun->gender : gender, g);
    buf_printf(&r->out, words ? " %s " : "-", r->tongue->to);
    say_amount(r, &b, noun, gender, g);
    q += noun != NULL ? len : 0;
    keep_stop(r, q, dotted);
    return reader_done(r, q, KIND_NUMBER, g);
}

/* "350 грн/год": what stands behind the stroke, as one of it. Says it and returns its bytes. */
static size_t say_per(struct reader *r, const char *p)
{
    size_t len = 0;
    bool dotted = false;

    if (*p != '/' || !char_is_letter(char_at(p + 1)))
        return 0;
    buf_printf(&r->out, " %s ", r->tongue->per);
    const struct noun *noun = scan_noun(r->tongue, p + 1, &len, &dotted, NULL);
    if (noun == NULL)
        return 1;
    row_put(&r->out, noun->one, ACC);
    keep_stop(r, p + 1 + len, dotted);
    return 1 + len;
}

static bool read_counted(struct reader *r, const struct amount *a, enum grammar g)
{
    size_t len = 0;
    bool dotted = false;
    enum grammar form = NOM;
    const char *q = r->p + a->len;
    const struct noun *noun = scan_noun(r->tongue, q, &len, &dotted, &form);

    if (noun == NULL)
        return false;
    size_t more = 0;
    bool stop = false;
    /* "5 тис. грн": the thousand counts, the money stands in the genitive plural */
    const struct noun *money = scan_noun(r->tongue, q + len, &more, &stop, NULL);
    if (form != NOM && a->whole > 0)
        g = form;
    say_amount(r, a, noun, MALE, g);
    if (money != NULL && scan_keys("тис.", noun->keys, false) +
                                 scan_keys("тыс.", noun->keys, false) +
                                 scan_keys("млн.", noun->keys, false) >
                             0) {
        buf_putc(&r->out, ' ');
        row_put(&r->out, money->many, GEN);
        len += more;
        dotted = stop;
    }
    keep_stop(r, q + len, dotted);
    len += say_per(r, q + len);
    return reader_done(r, q + len, KIND_NUMBER, g);
}

/* "5а", "12-А": the letter of a house. */
static bool read_house(struct reader *r, const struct amount *a)
{
    const char *q = r->p + a->len;
    size_t dash = scan_dash(q, false);
    const char *next = q + dash;
    uint32_t c = text_next(&next);

    if (a->places > 0 || c < 0x400 || c >= 0x530 || char_is_letter(char_at(next)) ||
        char_is_digit(char_at(next)) || (dash > 0 && !char_is_upper(c)))
        return false;
    numeral_cardinal(&r->out, r->tongue, a->whole, MALE, NOM);
    buf_putc(&r->out, ' ');
    buf_put(&r->out, q + dash, (size_t)(next - q) - dash);
    return reader_done(r, next, KIND_NONE, NOM);
}

/* "двое суток", "троє дітей": what is counted by a word of its own, from two to four. */
static bool read_collective(struct reader *r, const struct amount *a, enum grammar g)
{
    const struct tongue *t = r->tongue;
    const char *q = r->p + a->len;
    char word[WORD_MAX];

    if (a->places > 0 || a->whole < 2 || a->whole > 4 || (g != NOM && g != ACC) ||
        scan_blanks(q) == 0 || scan_word(q + scan_blanks(q), word) == 0 ||
        !row_has(t->collected, word, NULL))
        return false;
    row_put(&r->out, t->collective, a->whole - 2);
    return reader_done(r, q, KIND_NUMBER, g);
}

static bool read_plain(struct reader *r, const struct amount *a, enum grammar g, bool asked)
{
    const char *q = r->p + a->len;
    enum gender gender = MALE;

    if (char_is_letter(char_at(q)))
        return false;
    guess_next(r->tongue, q, a->whole, &gender, &g);
    say_amount(r, a, NULL, gender, asked ? g : a->places > 0 ? NOM : g);
    return reader_done(r, q, KIND_NUMBER, g);
}

/* "192.168.1.1", "10:30:15": not ours, and no part of it is. */
static bool copy_dotted(struct reader *r, const struct amount *a)
{
    const char *q = r->p + a->len;

    if ((*q != '.' && *q != ':') || !char_is_digit(char_at(q + 1)))
        return false;
    size_t n = strspn(r->p, "0123456789.:");
    while (r->p[n - 1] == '.' || r->p[n - 1] == ':')
        n--;
    buf_put(&r->out, r->p, n);
    return reader_done(r, r->p + n, KIND_NONE, NOM);
}

static bool read_amount(struct reader *r)
{
    struct amount a;
    enum grammar g = NOM;

    if (!scan_amount(r->p, &a))
        return false;
    if (copy_dotted(r, &a) || read_code(r))
        return true;
    if (a.whole > NUMERAL_MAX || a.digits > 12)
        return false;
    if (read_ending(r, &a) || read_compound(r, &a) || read_ordered(r, &a) || read_fraction(r, &a))
        return true;
    bool asked = reader_case(r, KIND_NUMBER, &g);
    return read_range(r, &a, g, asked) || read_bare_hour(r, &a) || read_collective(r, &a, g) ||
           read_counted(r, &a, g) || read_house(r, &a) || read_plain(r, &a, g, asked);
}

/* "$5", "₴ 350" */
static bool read_currency(struct reader *r)
{
    size_t len = 0;
    bool dotted = false;
    struct amount a;
    enum grammar g = NOM;
    uint32_t c = char_at(r->p);

    if (c != '$' && c != 0x20ac && c != 0x20b4 && c != 0x20bd)
        return false;
    const struct noun *noun = scan_noun(r->tongue, r->p, &len, &dotted, NULL);
    size_t blanks = noun == NULL ? 0 : scan_blanks(r->p + len);
    if (noun == NULL || !scan_amount(r->p + len + blanks, &a) || a.digits > 9 ||
        char_is_letter(char_at(r->p + len + blanks + a.len)))
        return false;
    (void)reader_case(r, KIND_NUMBER, &g);
    say_amount(r, &a, noun, MALE, g);
    return reader_done(r, r->p + len + blanks + a.len, KIND_NUMBER, g);
}

/* "-5", "+5", "№ 5": the sign's word; the number follows by itself. */
static bool read_sign(struct reader *r)
{
    uint32_t before = char_before(r->start, r->p);
    const char *next = r->p;
    uint32_t c = text_next(&next);
    bool sign = (c == '-' || c == 0x2212 || c == '+') && char_is_digit(char_at(next)) &&
                !char_is_letter(before) && !char_is_digit(before) && before != ')' && before != '.';

    if (c == 0x2116) {
        next += scan_blanks(next);
        if (!char_is_digit(char_at(next)))
            return false;
    } else if (!sign) {
        return false;
    }
    buf_printf(&r->out, "%s ",
               c == 0x2116 ? r->tongue->number
               : c == '+'  ? r->tongue->plus
                           : r->tongue->minus);
    r->p = next;
    return true;
}

bool read_number(struct reader *r)
{
    if (read_currency(r) || read_sign(r))
        return true;
    uint32_t before = char_before(r->start, r->p);
    if (char_is_letter(before) || char_is_digit(before))
        return false;
    return read_amount(r);
}
