#include "language/heard.h"

#include <string.h>

#include "base/text.h"
#include "language/inside.h"
#include "language/spelled.h"

#define WORD_MAX     64 /* bytes of a word that is looked at; a longer one is of no kind */
#define NAME_MAX     100
#define NAME_WORDS   3
#define WHEN_ENDING  6 /* bytes of the longest ending of a day */
#define ENDING_LEAST 5 /* letters of a word whose ending tells what it is */

/* ==== kinds of words ========================================================================== */

static const char *row_of(const struct language *l, enum heard_kind kind)
{
    const char *const rows[] = {
        [HEARD_GIVEN_NAME] = l->heard.given_names,
        [HEARD_LITTLE] = l->heard.little,
        [HEARD_NO_NAME] = l->heard.no_name,
        [HEARD_ORDINAL] = l->heard.ordinals,
        [HEARD_WHEN] = l->heard.when,
        [HEARD_HOURS] = l->heard.hours,
        [HEARD_NOON] = l->heard.noon,
        [HEARD_NEAR_HOUR] = l->heard.near_hour,
        [HEARD_ROOMS] = l->heard.rooms,
        [HEARD_ASKS] = l->heard.asks,
        [HEARD_FILLER] = l->heard.fillers,
        [HEARD_CORRECTS] = l->heard.corrects,
        [HEARD_WITHOUT] = l->heard.without,
        [HEARD_JOINS] = l->heard.joins,
        [HEARD_EITHER] = l->heard.either,
        [HEARD_SPELLS] = l->heard.spells,
        [HEARD_ONTO] = l->heard.onto,
        [HEARD_WISHES] = l->heard.wishes,
        [HEARD_INTRODUCES] = l->heard.introduces,
    };
    return rows[kind];
}

/* A piece that begins with = is the whole word, any other how one begins; at most `more` bytes may
 * follow it. */
static bool fits_within(const char *row, const char *word, size_t n, size_t more)
{
    while (row != NULL && *row != '\0') {
        bool whole = *row == '=';
        row += whole;
        size_t has = strcspn(row, "|");
        if ((whole ? has == n : has <= n && n - has <= more) && has > 0 &&
            memcmp(row, word, has) == 0)
            return true;
        row += has + (row[has] == '|');
    }
    return false;
}

static bool fits(const char *row, const char *word, size_t n)
{
    return fits_within(row, word, n, SIZE_MAX);
}

bool heard_is(enum heard_kind kind, const char *word, size_t n)
{
    for (size_t i = 0; languages[i] != NULL; i++) {
        const char *row = row_of(languages[i], kind);
        if (kind == HEARD_GIVEN_NAME ? row != NULL && row_find(row, word, n, NULL)
                                     : fits(row, word, n))
            return true;
    }
    return false;
}

static bool is_text(const char *text, const char *word, size_t n)
{
    return text != NULL && strlen(text) == n && memcmp(text, word, n) == 0;
}

bool heard_denies(const char *word, size_t n)
{
    for (size_t i = 0; languages[i] != NULL; i++)
        if (is_text(languages[i]->heard.deny, word, n))
            return true;
    return false;
}

bool heard_is_instead(const char *word, size_t n)
{
    for (size_t i = 0; languages[i] != NULL; i++)
        if (is_text(languages[i]->heard.but, word, n))
            return true;
    return false;
}

bool heard_is_number(const char *word, size_t n)
{
    return (n > 0 && *word >= '0' && *word <= '9') || spelled_value(languages, word, n) >= 0 ||
           heard_is(HEARD_ORDINAL, word, n);
}

static size_t letters_in(const char *word, size_t n)
{
    size_t letters = 0;

    for (size_t i = 0; i < n; i++)
        letters += ((unsigned char)word[i] & 0xc0) != 0x80;
    return letters;
}

enum ending { ENDS_SURNAME, ENDS_VERB };

/* Only words that are long enough tell by their ending. */
static bool ends_as(enum ending what, const char *word, size_t n)
{
    char copy[WORD_MAX + 1];

    if (n > WORD_MAX || letters_in(word, n) < ENDING_LEAST)
        return false;
    memcpy(copy, word, n);
    copy[n] = '\0';
    for (size_t i = 0; languages[i] != NULL; i++) {
        const struct heard_words *h = &languages[i]->heard;
        if (row_ends(what == ENDS_VERB ? h->verb_ends : h->surname_ends, copy))
            return true;
    }
    return false;
}

bool heard_is_surname(const char *word, size_t n)
{
    return ends_as(ENDS_SURNAME, word, n);
}

/* ==== names =================================================================================== */

static bool in_range(uint32_t c, uint32_t from, uint32_t to)
{
    return c >= from && c <= to;
}

/* Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic, Georgian: letters alone, no marks. */
static bool is_letter(uint32_t c)
{
    return in_range(c, 'A', 'Z') || in_range(c, 'a', 'z') ||
           (in_range(c, 0xc0, 0x24f) && c != 0xd7 && c != 0xf7) || in_range(c, 0x386, 0x3ce) ||
           in_range(c, 0x400, 0x481) || in_range(c, 0x48a, 0x52f) || in_range(c, 0x531, 0x556) ||
           in_range(c, 0x561, 0x587) || in_range(c, 0x5d0, 0x5ea) || in_range(c, 0x621, 0x64a) ||
           in_range(c, 0x10a0, 0x10ff);
}

static bool is_joint(uint32_t c)
{
    return c == '-' || c == '.' || text_is_apostrophe(c);
}

/* Letters with joints between them, blanks between words. */
bool heard_is_spelt_as_name(const char *text)
{
    uint32_t before = ' ';
    size_t words = 0;

    for (uint32_t c = text_next(&text); c != 0; c = text_next(&text)) {
        if (c == ' ' ? before == ' ' : !is_letter(c) && (!is_joint(c) || !is_letter(before)))
            return false;
        words += c != ' ' && before == ' ';
        before = c;
    }
    return words >= 1 && words <= NAME_WORDS && before != ' ';
}

/* A day's name and its endings; "Мартинюк" and "Святозара" only begin so. */
static bool is_when(const char *word, size_t n)
{
    for (size_t i = 0; languages[i] != NULL; i++)
        if (fits_within(languages[i]->heard.when, word, n, WHEN_ENDING))
            return true;
    return false;
}

static bool is_of_name(const char *word, size_t n)
{
    if (heard_is(HEARD_GIVEN_NAME, word, n))
        return true;
    return n <= WORD_MAX && !heard_is(HEARD_LITTLE, word, n) &&
           (!heard_is(HEARD_NO_NAME, word, n) || heard_is_surname(word, n)) && !is_when(word, n) &&
           !heard_is(HEARD_ASKS, word, n) && !heard_is(HEARD_FILLER, word, n) &&
           !heard_is(HEARD_CORRECTS, word, n) && spelled_value(languages, word, n) < 0 &&
           !heard_is(HEARD_ORDINAL, word, n) && !ends_as(ENDS_VERB, word, n);
}

bool heard_may_be_name(const char *text)
{
    struct arena a;

    if (strlen(text) > NAME_MAX || !heard_is_spelt_as_name(text))
        return false;
    arena_init(&a, ARENA_BLOCK * 2);
    const char *word = text_fold(&a, text);
    bool may = word != NULL && *word != '\0';
    while (may && *word != '\0') {
        size_t n = strcspn(word, " ");
        may = is_of_name(word, n);
        word += n + (word[n] == ' ');
    }
    arena_release(&a);
    return may;
}

#define SPELLED_LEAST 3 /* fewer letters in a row are little words: "а я" */

/* Past the word at `at`, and the blank behind it. */
static const char *behind(const char *at)
{
    at += strcspn(at, " ");
    return at + (*at == ' ');
}

/* Behind a letter: "як ольга", its bytes; 0 if that does not stand there. */
static const char *behind_example(const char *at, uint32_t letter)
{
    const char *example = behind(at);
    const char *first = example;

    if (!heard_is(HEARD_SPELLS, at, strcspn(at, " ")) || text_next(&first) != letter)
        return at;
    return behind(example);
}

size_t heard_spelled(const char *folded, char ret[static HEARD_SPELLED_MAX])
{
    size_t letters = 0;
    size_t used = 0;
    size_t words = 0;
    bool only_little = true;

    for (const char *at = folded; *at != '\0' && used + 5 < HEARD_SPELLED_MAX;) {
        const char *next = at;
        uint32_t c = text_next(&next);
        size_t n = (size_t)(next - at);
        if (!is_letter(c) || (*next != ' ' && *next != '\0'))
            break;
        used += text_encode(letters == 0 ? char_upper(c) : c, ret + used);
        only_little = only_little && heard_is(HEARD_LITTLE, at, n);
        letters++;
        words++;
        const char *rest = behind_example(behind(at), c);
        words += rest == behind(at) ? 0 : 2;
        at = rest;
    }
    ret[used] = '\0';
    return letters >= SPELLED_LEAST && !only_little ? words : 0;
}

/* ==== the language ============================================================================ */

static bool has_letters_of(const struct language *l, const char *word, size_t n)
{
    const char *end = word + n;

    while (word < end) {
        const char *at = word;
        uint32_t c = text_next(&word);
        if (c >= 0x80 && l->letters != NULL && !char_is_among(char_at(at), l->letters))
            return false;
    }
    return true;
}

/* Does the word tell that it is not of `other`? */
static bool tells(const struct language *l, const struct language *other, const char *word,
                  size_t n)
{
    char copy[WORD_MAX + 1];

    if (n > WORD_MAX || !has_letters_of(l, word, n))
        return false;
    if (!has_letters_of(other, word, n))
        return true;
    memcpy(copy, word, n);
    copy[n] = '\0';
    if (fits(l->heard.tells, word, n) && !fits(other->heard.tells, word, n))
        return true;
    return letters_in(word, n) >= ENDING_LEAST && row_ends(l->heard.tells_ends, copy) &&
           !row_ends(other->heard.tells_ends, copy);
}

static size_t count_telling(const struct language *l, const struct language *other,
                            const char *folded)
{
    size_t telling = 0;

    while (*folded != '\0') {
        size_t n = strcspn(folded, " ");
        telling += tells(l, other, folded, n);
        folded += n + (folded[n] == ' ');
    }
    return telling;
}

const struct language *heard_language(const struct language *const *known, size_t n,
                                      const struct language *usual, size_t least,
                                      const char *folded)
{
    const struct language *best = usual;
    size_t most = 0;

    if (usual == NULL || strchr(folded, ' ') == NULL)
        return usual;
    for (size_t i = 0; i < n; i++) {
        if (known[i] == NULL || known[i] == usual)
            continue;
        size_t for_it = count_telling(known[i], usual, folded);
        size_t for_usual = count_telling(usual, known[i], folded);
        /* A line that has a word of both is a mixed one; then it takes more than one. */
        bool more = for_it >= least && (for_usual == 0 || for_it >= for_usual + 2);
        if (more && for_it > most) {
            best = known[i];
            most = for_it;
        }
    }
    return best;
}
