#include "language/verbalise.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "language/inside.h"
#include "language/scan.h"
#include "language/verbalise-inside.h"

bool verbalise_behind(const struct verbaliser *v, const char *row)
{
    char word[SCAN_WORD_MAX];

    return scan_word_before(v->start, v->p, word) > 0 && row_has(row, word);
}

const struct preposition *verbalise_preposition(const struct verbaliser *v)
{
    const struct preposition *one = NULL;
    char words[2 * SCAN_WORD_MAX];
    char word[SCAN_WORD_MAX];
    char first[SCAN_WORD_MAX];
    const char *q = v->p;

    if (v->language->prepositions == NULL || scan_word_before(v->start, v->p, word) == 0)
        return NULL;
    while (char_is_blank(char_before(v->start, q)))
        q = char_back(v->start, q);
    for (uint32_t c = char_before(v->start, q); char_is_letter(c) || text_is_apostrophe(c);
         c = char_before(v->start, q))
        q = char_back(v->start, q);
    (void)scan_word_before(v->start, q, first);
    (void)snprintf(words, sizeof words, "%s %s", first, word);
    for (const struct preposition *p = v->language->prepositions; p->word != NULL; p++) {
        if (strcmp(p->word, words) == 0)
            return p;
        one = one == NULL && strcmp(p->word, word) == 0 ? p : one;
    }
    return one;
}

bool verbalise_joined(const struct verbaliser *v, enum verbalise_kind kind, bool range)
{
    const char *end = v->last.end;
    char word[SCAN_WORD_MAX];

    if (end == NULL || v->last.kind != kind)
        return false;
    if (end + scan_joint(v->language, end) == v->p && end != v->p)
        return true;
    if (!range)
        return false;
    size_t blanks = scan_blanks(end);
    size_t n = scan_word(end + blanks, word);
    return n > 0 && row_has(v->language->to, word) &&
           end + blanks + n + scan_blanks(end + blanks + n) == v->p;
}

/* "для 2 взрослых и 1 ребёнка": one or two words between the number before and what joins them. */
static bool joined_behind_words(const struct verbaliser *v, enum verbalise_kind kind)
{
    const char *q = v->last.end;
    char word[SCAN_WORD_MAX];

    if (q == NULL || kind != KIND_NUMBER || v->last.kind != KIND_NUMBER || q > v->p ||
        (v->last.noun_case != GEN && v->last.noun_case != ACC && v->last.noun_case != INS))
        return false;
    for (int words = 0; words < 3 && q < v->p; words++) {
        size_t joint = scan_joint(v->language, q);
        if (joint > 0 && q + joint == v->p)
            return true;
        q += scan_blanks(q);
        size_t n = scan_word(q, word);
        if (n == 0)
            return false;
        q += n;
    }
    return false;
}

bool verbalise_case(const struct verbaliser *v, enum verbalise_kind kind, enum noun_case *ret)
{
    const struct preposition *p = verbalise_preposition(v);

    if (v->p == v->sign_at || v->p == v->asked_at) {
        *ret = v->p == v->sign_at ? GEN : ACC;
        return true;
    }
    if (p == NULL) {
        if (!verbalise_joined(v, kind, false) && !joined_behind_words(v, kind))
            return false;
        *ret = v->last.noun_case;
        return true;
    }
    *ret = kind == KIND_CLOCK ? p->clock : kind == KIND_DATE ? p->date : p->number;
    return true;
}

/* The last `drop` letters of the word that ends before v->mark give way to `add`. */
static void change_end(struct verbaliser *v, size_t drop, const char *add)
{
    struct buf *out = &v->out;
    size_t n = strlen(add);
    size_t end = v->mark - 1; /* the blank */
    size_t keep = end;

    while (drop-- > 0)
        keep = (size_t)(char_back(out->data, out->data + keep) - out->data);
    size_t dropped = end - keep;
    if (n > 0 && buf_extend(out, n) == NULL)
        return;
    memmove(out->data + keep + n, out->data + end, out->len - n - end);
    memcpy(out->data + keep, add, n);
    out->len -= dropped;
    out->data[out->len] = '\0';
}

/* "о одинадцятій" -> "об одинадцятій" */
static void mend_preposition(struct verbaliser *v)
{
    const struct preposition_change *c = v->language->preposition_changes;
    const struct buf *out = &v->out;
    char word[SCAN_WORD_MAX];

    if (c == NULL || v->mark == 0 || buf_err(out) != ERR_OK || out->data[v->mark - 1] != ' ' ||
        scan_word_before(v->start, v->p, word) == 0)
        return;
    while (c->word != NULL && (strcmp(c->word, word) != 0 ||
                               strncmp(out->data + v->mark, c->before, strlen(c->before)) != 0))
        c++;
    if (c->word != NULL)
        change_end(v, c->drop, c->add);
}

bool verbalise_done(struct verbaliser *v, const char *end, enum verbalise_kind kind,
                    enum noun_case nc)
{
    mend_preposition(v);
    v->p = end;
    v->last.end = end;
    v->last.kind = kind;
    v->last.noun_case = nc;
    return true;
}

/* Inside an address, "mail5.com", its signs are words; between two words a stroke is "or". */
static const char *sign_inside(const struct language *l, uint32_t before, uint32_t c,
                               const char *next)
{
    uint32_t after = char_at(next);
    char word[SCAN_WORD_MAX];

    if ((c == '.' || c == '@') && char_is_latin(before) && char_is_latin(after))
        return c == '.' ? l->dot : l->at_sign;
    if (c != '/' || !char_is_letter(before) || !char_is_letter(after))
        return NULL;
    return scan_word(next, word) > 0 && row_has(l->joins, word) ? "" : l->either;
}

/* Letters and digits that hang together are one thing: "A4", "COVID-19", "user1@mail5.com". */
static void copy_run(struct verbaliser *v)
{
    const char *q = v->p;
    uint32_t before = 0;
    bool latin = false, address = false;

    for (;;) {
        const char *next = q;
        uint32_t c = text_next(&next);
        bool part = char_is_letter(c) || char_is_digit(c) ||
                    (c == '-' && char_is_latin(before) && char_is_letter(before) &&
                     char_is_digit(char_at(next)));
        latin = latin || (char_is_latin(c) && char_is_letter(c));
        const char *sign = part || before == 0 ? NULL : sign_inside(v->language, before, c, next);
        if (!part && (sign == NULL || (c != '/' && !latin)))
            break;
        address = address || (!part && c == '.');
        if (part)
            buf_put(&v->out, q, (size_t)(next - q));
        else if (c == '/' && address)
            buf_puts(&v->out, ", ");
        else
            buf_printf(&v->out, *sign == '\0' ? "%s " : " %s ", sign);
        before = c;
        q = next;
    }
    if (q == v->p) {
        (void)text_next(&q);
        buf_put(&v->out, v->p, (size_t)(q - v->p));
    }
    v->p = q;
}

/* "@salon_krasy" cannot be understood when it is heard: it is left out, with the blank before it. */
static bool skip_handle(struct verbaliser *v)
{
    uint32_t before = char_before(v->start, v->p);
    const char *q = v->p + 1;

    if (*v->p != '@' || char_is_letter(before) || char_is_digit(before) ||
        !char_is_latin(char_at(q)))
        return false;
    while (char_is_latin(char_at(q)) || (*q == '.' && char_is_latin(char_at(q + 1))))
        q++;
    bool alone = v->out.len == 0 && *q == '\0';
    if (alone)
        return false;
    if (v->out.len > 0 && v->out.data[v->out.len - 1] == ' ')
        v->out.data[--v->out.len] = '\0';
    v->p = q;
    return true;
}

/* "https://salon.ua": the address begins behind it. */
static bool skip_scheme(struct verbaliser *v)
{
    size_t n = strncmp(v->p, "https://", 8) == 0 ? 8 : strncmp(v->p, "http://", 7) == 0 ? 7 : 0;

    if (n == 0 || char_is_letter(char_before(v->start, v->p)) || !char_is_letter(char_at(v->p + n)))
        return false;
    v->p += n;
    return true;
}

static void step(struct verbaliser *v)
{
    static bool (*const things[])(struct verbaliser *) = {
        skip_scheme,       skip_handle,           verbalise_phone,   verbalise_item,
        verbalise_years,   verbalise_clock,       verbalise_date,    verbalise_roman,
        verbalise_weekday, verbalise_fraction,    verbalise_percent, verbalise_sign,
        verbalise_number,  verbalise_abbreviation};

    v->mark = v->out.len;
    for (size_t i = 0; i < sizeof things / sizeof *things; i++)
        if (things[i](v))
            return;
    copy_run(v);
}

enum err verbalise(struct arena *a, const struct language *l, const char *text, const char **ret)
{
    struct verbaliser v = {.language = l, .start = text, .p = text};

    if (l == NULL) {
        *ret = text;
        return ERR_OK;
    }
    text = text_plain(a, text);
    if (text == NULL)
        return ERR_MEMORY;
    v.start = v.p = text;
    /* The longest words for the fewest digits: well below this. */
    buf_init(&v.out, a, strlen(text) * 80 + 64);
    while (*v.p != '\0')
        step(&v);
    buf_puts(&v.out, "");
    if (buf_err(&v.out) != ERR_OK)
        return ERR_MEMORY;
    *ret = buf_text(&v.out);
    return ERR_OK;
}
