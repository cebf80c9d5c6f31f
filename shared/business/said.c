#include "business/said.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "language/heard.h"

#define REACH 3 /* little words that may stand between "не" and what it denies */

/* ==== words =================================================================================== */

static bool is(const struct said *s, size_t i, enum heard_kind kind)
{
    return i < s->n && heard_is(kind, s->word[i].at, s->word[i].n);
}

/* "не на чистку", "тільки не до Інни": what stands behind little words is denied, too. */
static void deny(struct said *s)
{
    for (size_t i = 0; i < s->n; i++) {
        struct said_word *w = &s->word[i];
        w->denies = heard_denies(w->at, w->n) || is(s, i, HEARD_WITHOUT);
        if (!w->denies)
            continue;
        size_t at = i + 1;
        while (at < s->n && at <= i + REACH && !s->word[at - 1].stops &&
               (is(s, at, HEARD_LITTLE) || is(s, at, HEARD_WISHES)))
            s->word[at++].denied = true;
        if (at < s->n && !s->word[at - 1].stops)
            s->word[at].denied = true;
        bool ends = i + 2 == s->n || (i + 2 < s->n && s->word[i + 1].stops);
        if (i > 0 && ends && !s->word[i - 1].stops && heard_denies(w->at, w->n))
            s->word[i - 1].unwanted = true;
    }
}

/* Marks that end a thought; inside a number or an hour they end none. */
static bool is_stop(const char *at)
{
    return strchr(",.;!?", *at) != NULL && (at[1] == '\0' || strchr(" \t\r\n", at[1]) != NULL);
}

static void add_words(struct said *s, const char *folded)
{
    while (*folded != '\0' && s->n < SAID_WORDS) {
        size_t n = strcspn(folded, " ");
        s->word[s->n++] = (struct said_word){.at = folded, .n = n};
        folded += n + (folded[n] == ' ');
    }
}

/* The line up to the mark is folded by itself, so that it is known where it stood; the pieces are
 * one text again in the end. */
static enum err cut(struct arena *a, const char *words, struct buf *out, bool *stop_behind)
{
    size_t pieces = 0;

    while (*words != '\0') {
        size_t n = 0;
        while (words[n] != '\0' && !is_stop(words + n))
            n++;
        const char *piece = arena_strndup(a, words, n);
        const char *folded = piece == NULL ? NULL : text_fold(a, piece);
        if (folded == NULL)
            return ERR_MEMORY;
        if (*folded != '\0') {
            buf_puts(out, out->len == 0 ? "" : " ");
            buf_puts(out, folded);
        }
        size_t at = 0;
        for (const char *c = buf_text(out); *c != '\0'; c++)
            at += *c == ' ';
        if (words[n] != '\0' && out->len > 0 && at < SAID_WORDS)
            stop_behind[at] = true;
        words += n + (words[n] != '\0');
        if (++pieces > SAID_WORDS)
            break;
    }
    return buf_err(out);
}

enum err said_read(struct arena *a, const char *words, struct said *ret)
{
    bool stop_behind[SAID_WORDS] = {false};
    struct buf out;

    *ret = (struct said){.folded = "", .n = 0};
    buf_init(&out, a, strlen(words) * 2 + 2);
    if (cut(a, words, &out, stop_behind) != ERR_OK)
        return ERR_MEMORY;
    ret->folded = buf_text(&out);
    add_words(ret, ret->folded);
    for (size_t i = 0; i < ret->n; i++)
        ret->word[i].stops = stop_behind[i];
    deny(ret);
    return ERR_OK;
}

/* ==== stems =================================================================================== */

static size_t words_in(const char *text, size_t n)
{
    size_t words = n > 0;

    for (size_t i = 0; i < n; i++)
        words += text[i] == ' ';
    return words;
}

size_t said_stem(const struct said *s, size_t i, const char *stem)
{
    bool whole = *stem == '=';
    bool anywhere = *stem == '*';

    if (i >= s->n || strncmp(stem, "==", 2) == 0)
        return 0;
    stem += whole || anywhere;
    size_t n = strlen(stem);
    const char *at = s->word[i].at;
    if (n == 0)
        return 0;
    if (anywhere) {
        const char *found = strstr(at, stem);
        return found != NULL && found < at + s->word[i].n ? words_in(stem, n) : 0;
    }
    if (strncmp(at, stem, n) != 0 || (whole && at[n] != '\0' && at[n] != ' '))
        return 0;
    size_t words = words_in(stem, n);
    return i + words <= s->n ? words : 0;
}

static bool begins_with_denial(const char *stem)
{
    stem += *stem == '=' || *stem == '*';
    size_t n = strcspn(stem, " ");
    return heard_denies(stem, n) || heard_is(HEARD_WITHOUT, stem, n);
}

static enum said_how hears_stem(const struct said *s, const char *stem, bool free)
{
    enum said_how how = SAID_NOT;

    if (strncmp(stem, "==", 2) == 0)
        return strcmp(s->folded, stem + 2) == 0 ? SAID_MEANT : SAID_NOT;
    bool denies = begins_with_denial(stem);
    for (size_t i = 0; i < s->n && how != SAID_MEANT; i++)
        if (said_stem(s, i, stem) > 0 && !(free && s->word[i].taken))
            how = s->word[i].denied && !denies ? SAID_DENIED : SAID_MEANT;
    return how;
}

static enum said_how hears(const struct said *s, const struct stems *sets, size_t n, bool free)
{
    enum said_how best = SAID_NOT;

    for (size_t i = 0; i < n && best != SAID_MEANT; i++) {
        enum said_how how = sets[i].n > 0 ? SAID_MEANT : SAID_NOT;
        for (size_t k = 0; k < sets[i].n && how != SAID_NOT; k++) {
            enum said_how one = hears_stem(s, sets[i].stem[k], free);
            how = one < how ? one : how;
        }
        best = how > best ? how : best;
    }
    return best;
}

enum said_how said_hears(const struct said *s, const struct stems *sets, size_t n)
{
    return hears(s, sets, n, false);
}

enum said_how said_hears_free(const struct said *s, const struct stems *sets, size_t n)
{
    return hears(s, sets, n, true);
}
