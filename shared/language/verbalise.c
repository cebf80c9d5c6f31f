#include "language/verbalise.h"

#include <string.h>

#include "language/reader.h"
#include "base/text.h"

/* The cases that a written form can have: one bit each, singular and plural apart. */
static unsigned forms(const char *row, const char *word)
{
    unsigned mask = 0;

    for (size_t k = 0; k < GRAMMAR__MAX; k++) {
        size_t n = 0;
        const char *piece = row_piece(row, k, &n);
        if (strlen(word) == n && memcmp(piece, word, n) == 0)
            mask |= 1U << k;
    }
    return mask;
}

/* An oblique case that the written form shows by itself. */
static enum grammar shown(unsigned one, unsigned many)
{
    if (many == 0 && one == 1U << INS)
        return INS;
    for (enum grammar g = DAT; g < GRAMMAR__MAX; g++)
        if (g != ACC && one == 0 && many == 1U << g)
            return g;
    return NOM;
}

const struct noun *scan_noun(const struct tongue *t, const char *p, size_t *ret_len,
                             bool *ret_dotted, enum grammar *ret_form)
{
    size_t blanks = scan_blanks(p);
    char word[WORD_MAX] = "";
    size_t n = scan_word(p + blanks, word);

    for (const struct noun *noun = t->nouns; noun->keys != NULL; noun++) {
        size_t key = scan_keys(p + blanks, noun->keys, false);
        unsigned one = n == 0 ? 0 : forms(noun->one, word);
        unsigned many = n == 0 ? 0 : forms(noun->many, word);
        if (key == 0 && one == 0 && many == 0)
            continue;
        size_t took = key > 0 ? key : n;
        *ret_len = blanks + took;
        *ret_dotted = key > 0 && p[*ret_len - 1] == '.';
        if (ret_form != NULL)
            *ret_form = shown(one, many);
        return noun;
    }
    return NULL;
}

static const struct preposition *preposition(const struct tongue *t, const char *word)
{
    for (const struct preposition *p = t->prepositions; p->word != NULL; p++)
        if (strcmp(p->word, word) == 0)
            return p;
    return NULL;
}

size_t scan_joint(const struct tongue *t, const char *p)
{
    const char *q = p;
    char word[WORD_MAX];
    bool comma = *q == ',';

    q += comma;
    size_t blanks = scan_blanks(q);
    if (blanks == 0)
        return 0;
    size_t n = scan_word(q + blanks, word);
    if (n > 0 && row_has(t->joins, word, NULL)) {
        q += blanks + n;
        blanks = scan_blanks(q);
        return blanks == 0 ? 0 : (size_t)(q - p) + blanks;
    }
    return comma ? (size_t)(q - p) + blanks : 0;
}

bool reader_joined(const struct reader *r, enum kind kind, bool range)
{
    const char *end = r->last.end;
    char word[WORD_MAX];

    if (end == NULL || r->last.kind != kind)
        return false;
    if (end + scan_joint(r->tongue, end) == r->p && end != r->p)
        return true;
    if (!range)
        return false;
    size_t blanks = scan_blanks(end);
    size_t n = scan_word(end + blanks, word);
    return n > 0 && strcmp(word, r->tongue->to) == 0 &&
           end + blanks + n + scan_blanks(end + blanks + n) == r->p;
}

bool reader_case(const struct reader *r, enum kind kind, enum grammar *ret)
{
    char word[WORD_MAX];
    const struct preposition *p = NULL;

    if (word_before(r->start, r->p, word) > 0)
        p = preposition(r->tongue, word);
    if (p == NULL) {
        if (!reader_joined(r, kind, false))
            return false;
        *ret = r->last.grammar;
        return true;
    }
    *ret = kind == KIND_CLOCK ? p->clock : kind == KIND_DATE ? p->date : p->number;
    return true;
}

bool reader_has_from(const struct reader *r)
{
    char word[WORD_MAX];

    return word_before(r->start, r->p, word) > 0 && row_has(r->tongue->starts, word, NULL);
}

/* "о одинадцятій" -> "об одинадцятій" */
static void mend_preposition(struct reader *r)
{
    char word[WORD_MAX];
    struct buf *out = &r->out;

    if (r->mark == 0 || buf_err(out) != ERR_OK || out->data[r->mark - 1] != ' ' ||
        word_before(r->start, r->p, word) == 0)
        return;
    for (const struct sandhi *s = r->tongue->sandhi; s->word != NULL; s++) {
        if (strcmp(s->word, word) != 0 ||
            strncmp(out->data + r->mark, s->before, strlen(s->before)) != 0)
            continue;
        size_t n = strlen(s->add);
        if (n > 0 && buf_extend(out, n) == NULL)
            return;
        char *from = out->data + r->mark - 1;
        char *to = from + n - s->drop;
        memmove(to, from, out->len - n - r->mark + 1);
        memcpy(to - n, s->add, n);
        out->len -= s->drop;
        out->data[out->len] = '\0';
        return;
    }
}

bool reader_done(struct reader *r, const char *end, enum kind kind, enum grammar grammar)
{
    mend_preposition(r);
    r->p = end;
    r->last.end = end;
    r->last.kind = kind;
    r->last.grammar = grammar;
    return true;
}

/* Inside an address, "mail5.com", its signs are words; between two words a stroke is "or". */
static const char *sign_inside(const struct tongue *t, uint32_t before, uint32_t c,
                               const char *next)
{
    uint32_t after = char_at(next);
    char word[WORD_MAX];

    if ((c == '.' || c == '@') && char_is_latin(before) && char_is_latin(after))
        return c == '.' ? t->dot : t->at_sign;
    if (c != '/' || !char_is_letter(before) || !char_is_letter(after))
        return NULL;
    return scan_word(next, word) > 0 && row_has(t->joins, word, NULL) ? "" : t->either;
}

/* Letters and digits that hang together are one thing: "A4", "COVID-19", "user1@mail5.com". */
static void copy_run(struct reader *r)
{
    const char *q = r->p;
    uint32_t before = 0;
    bool latin = false;

    for (;;) {
        const char *next = q;
        uint32_t c = text_next(&next);
        bool part = char_is_letter(c) || char_is_digit(c) ||
                    (c == '-' && char_is_latin(before) && char_is_letter(before) &&
                     char_is_digit(char_at(next)));
        latin = latin || (char_is_latin(c) && char_is_letter(c));
        const char *sign = part || before == 0 ? NULL : sign_inside(r->tongue, before, c, next);
        if (!part && (sign == NULL || (c != '/' && !latin)))
            break;
        if (part)
            buf_put(&r->out, q, (size_t)(next - q));
        else
            buf_printf(&r->out, *sign == '\0' ? "%s " : " %s ", sign);
        before = c;
        q = next;
    }
    if (q == r->p) {
        (void)text_next(&q);
        buf_put(&r->out, r->p, (size_t)(q - r->p));
    }
    r->p = q;
}

static void step(struct reader *r)
{
    static bool (*const readers[])(struct reader *) = {read_phone, read_clock, read_date,
                                                       read_number, read_abbreviation};

    r->mark = r->out.len;
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
        if (readers[i](r))
            return;
    copy_run(r);
}

enum err spoken_form(struct arena *a, const char *language, const char *text, const char **ret)
{
    static const struct tongue *const tongues[] = {&tongue_uk, &tongue_ru};
    struct reader r = {.start = text, .p = text};

    for (size_t i = 0; i < sizeof tongues / sizeof *tongues; i++)
        if (strcmp(language, i == 0 ? "uk" : "ru") == 0)
            r.tongue = tongues[i];
    if (r.tongue == NULL) {
        *ret = text;
        return ERR_OK;
    }
    /* The longest words for the fewest digits: well below this. */
    buf_init(&r.out, a, strlen(text) * 80 + 64);
    while (*r.p != '\0')
        step(&r);
    buf_puts(&r.out, "");
    if (buf_err(&r.out) != ERR_OK)
        return ERR_MEMORY;
    *ret = buf_text(&r.out);
    return ERR_OK;
}
