/* What recognisers make up where nobody speaks: stock phrases, and loops of the same words. */
#include <string.h>

#include "base/text.h"
#include "speech/hear.h"

/* A person repeats a word ("алло, алло, алло") and a digit, hardly a whole phrase. */
#define LOOP_WORD   8 /* times one word must come */
#define LOOP_PHRASE 4 /* times several words must come */
#define LOOP_LENGTH 8 /* words of a phrase that is looked for */

struct words {
    const char **word; /* into a folded text, each up to its blank */
    size_t n;
};

static size_t length_of(const char *word)
{
    return strcspn(word, " ");
}

static bool is_same(const char *a, const char *b)
{
    size_t n = length_of(a);

    return n == length_of(b) && memcmp(a, b, n) == 0;
}

static bool split(struct arena *a, const char *folded, struct words *ret)
{
    struct words w = {0};

    w.word = arena_alloc(a, (strlen(folded) / 2 + 1) * sizeof *w.word);
    if (w.word == NULL)
        return false;
    while (*folded != '\0') {
        w.word[w.n++] = folded;
        folded += length_of(folded);
        folded += *folded == ' ';
    }
    *ret = w;
    return true;
}

/* The bytes of `text` that the phrase takes as whole words; 0: it does not begin so. */
static size_t takes(const char *text, const char *phrase)
{
    size_t n = strlen(phrase);

    return n > 0 && strncmp(text, phrase, n) == 0 && (text[n] == ' ' || text[n] == '\0') ? n : 0;
}

/* Is the whole text made of the phrases, one after the other? The longest that fits goes first. */
static bool is_stock(const char *const *phrases, size_t n, const char *folded)
{
    while (*folded != '\0') {
        size_t most = 0;
        for (size_t i = 0; i < n; i++) {
            size_t taken = takes(folded, phrases[i]);
            most = taken > most ? taken : most;
        }
        if (most == 0)
            return false;
        folded += most;
        folded += *folded == ' ';
    }
    return true;
}

/* The same `length` words over and over, to the end, which may be cut. */
static bool is_loop_of(const struct words *w, size_t length)
{
    size_t times = length == 1 ? LOOP_WORD : LOOP_PHRASE;

    if (w->n < length * times)
        return false;
    for (size_t i = length; i < w->n; i++)
        if (!is_same(w->word[i], w->word[i - length]))
            return false;
    return true;
}

static bool is_loop(const struct words *w)
{
    for (size_t length = 1; length <= LOOP_LENGTH; length++)
        if (is_loop_of(w, length))
            return true;
    return false;
}

enum err heard_is_invented(struct arena *a, const char *const *phrases, size_t n, const char *text,
                           bool *ret)
{
    struct words words = {0};
    const char *folded = text_fold(a, text);

    if (folded == NULL || !split(a, folded, &words))
        return ERR_MEMORY;
    /* Nothing at all: nothing was made up. */
    *ret = words.n > 0 && (is_stock(phrases, n, folded) || is_loop(&words));
    return ERR_OK;
}
