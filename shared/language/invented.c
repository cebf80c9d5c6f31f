#include "language/invented.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "language/inside.h"
#include "language/invented-inside.h"

#define SHOUT_MAX 3 /* words that are all written large */

/* ==== words =================================================================================== */

/* What stands between two words, or behind the last: does it end a sentence? */
static void read_signs(struct token *w, const char *next)
{
    const char *at = w->end;

    while (at < next) {
        const char *behind = at;
        uint32_t c = text_next(&behind);
        bool blank = behind == next || strchr(" \t\r\n\"", *behind) != NULL || *behind == '\0';
        bool closes = blank || char_at(behind) == 0xbb || char_at(behind) == 0x201d;
        w->ask = w->ask || c == '?';
        w->stop = w->stop || c == '\n' || c == 0x2026 || (c == '!' && closes) ||
                  (c == '.' && !w->initial && closes && (behind < next || *next == '\0'));
        w->colon =
            w->colon || (c == ':' && blank) || c == 0x2013 || c == 0x2014 || (c == '-' && blank);
        at = behind;
    }
}

static bool is_part(const char *at)
{
    uint32_t c = char_at(at);
    const char *next = at;

    (void)text_next(&next);
    return char_is_letter(c) || char_is_digit(c) ||
           (text_is_apostrophe(c) && char_is_letter(char_at(next)));
}

static enum err add_token(struct arena *a, struct tokens *t, const char *at, const char *end,
                          bool quoted)
{
    const char *copy = arena_strndup(a, at, (size_t)(end - at));
    const char *folded = copy == NULL ? NULL : text_fold(a, copy);

    if (folded == NULL)
        return ERR_MEMORY;
    uint32_t first = char_at(at);
    const char *second = at;
    (void)text_next(&second);
    t->of[t->n++] = (struct token){
        .folded = folded,
        .at = at,
        .end = end,
        .large = char_is_upper(first),
        .latin = char_is_latin(first) && char_is_letter(first),
        .quoted = quoted,
        .initial = char_is_upper(first) && second == end && *end == '.',
    };
    return ERR_OK;
}

/* All words of a text. In one that is written large, large letters tell nothing. */
static enum err read_tokens(struct arena *a, const char *text, struct tokens *ret)
{
    struct tokens t = {.of = arena_alloc(a, (strlen(text) / 2 + 2) * sizeof *t.of)};
    enum err e = t.of == NULL ? ERR_MEMORY : ERR_OK;
    bool small = false, quoted = false;

    for (const char *at = text; *at != '\0' && e == ERR_OK;) {
        const char *end = at;
        while (is_part(end) && (end > at || !text_is_apostrophe(char_at(end)))) {
            uint32_t c = text_next(&end);
            small = small || (char_is_letter(c) && !char_is_upper(c) && c != '_');
        }
        if (end == at) {
            uint32_t c = text_next(&at);
            bool opens =
                c == 0xab || c == 0x201e || (c == 0x201c && !quoted) || (c == '"' && !quoted);
            bool closes = c == 0xbb || c == 0x201d || c == 0x201c || c == '"';
            quoted = opens || (quoted && !closes);
            continue;
        }
        e = add_token(a, &t, at, end, quoted);
        at = end;
    }
    for (size_t i = 0; i < t.n && e == ERR_OK; i++) {
        t.of[i].large = t.of[i].large && small;
        read_signs(&t.of[i], i + 1 < t.n ? t.of[i + 1].at : text + strlen(text));
    }
    *ret = t;
    return e;
}

/* ==== what is cut ============================================================================= */

/* An address alone; one with @ is a person's. */
static bool is_address(const char *text)
{
    text += strspn(text, " \t\r\n\"'");
    size_t n = strcspn(text, " \t\r\n");

    return memchr(text, '@', n) == NULL && text[n + strspn(text + n, " \t\r\n")] == '\0' &&
           (strncasecmp(text, "www.", 4) == 0 || strncasecmp(text, "http", 4) == 0);
}

static bool is_shouted(const struct tokens *t, const char *text)
{
    const char *word[SHOUT_MAX] = {NULL};

    if (t->n == 0 || t->n > SHOUT_MAX || strchr(text, '?') != NULL)
        return false;
    for (const char *at = text; *at != '\0';) {
        uint32_t c = text_next(&at);
        if (char_is_letter(c) && !char_is_upper(c))
            return false;
    }
    for (size_t i = 0; i < t->n; i++)
        word[i] = t->of[i].folded;
    return invented_is_shouted(word, t->n);
}

/* A sentence may begin here: a full stop is often missing. */
static bool may_begin(const struct tokens *t, size_t i, bool cut_before)
{
    return i == 0 || cut_before || t->of[i - 1].stop || t->of[i - 1].ask || t->of[i].large;
}

static size_t found_at(const struct tokens *t, size_t i);

static bool may_end(const struct tokens *t, size_t end)
{
    if (t->of[end - 1].ask)
        return false;
    return end == t->n || t->of[end - 1].stop || t->of[end].large ||
           invented_starts_speech(t->of[end].folded) || found_at(t, end) > end;
}

/* Behind what is cut from word `i` on; `i`: nothing is. */
static size_t found_at(const struct tokens *t, size_t i)
{
    bool sure = false;
    size_t credit = invented_credit(t, i, &sure);
    size_t phrase = invented_phrase(t, i);

    if (credit > i && (sure || may_end(t, credit)))
        return credit;
    return phrase > i && may_end(t, phrase) ? phrase : i;
}

static size_t cut_at(const struct tokens *t, size_t i, bool cut_before)
{
    bool sure = false;
    bool begins = may_begin(t, i, cut_before);

    if (!begins) /* in small letters credits alone are sure enough */
        return invented_credit(t, i, &sure) > i && sure ? invented_credit(t, i, &sure) : i;
    return found_at(t, i);
}

/* The signs before a word that belong to it: quotes, dashes. */
static const char *with_signs(const char *text, const char *at)
{
    const char *q = at;

    while (q > text && strchr(" \t\r\n.!?", q[-1]) == NULL)
        q = char_back(text, q);
    return q;
}

static enum err without_phrases(struct arena *a, const char *text, struct buf *out, bool *ret_cut)
{
    struct tokens t;
    const char *kept = text;
    bool cut = false;

    enum err e = read_tokens(a, text, &t);
    if (e != ERR_OK)
        return e;
    if (is_address(text) || is_shouted(&t, text)) {
        *ret_cut = true;
        return ERR_OK;
    }
    for (size_t i = 0; i < t.n;) {
        size_t end = cut_at(&t, i, cut);
        cut = end > i;
        if (!cut) {
            i++;
            continue;
        }
        *ret_cut = true;
        buf_put(out, kept, (size_t)(with_signs(text, t.of[i].at) - kept));
        kept = end < t.n ? with_signs(t.of[end - 1].end, t.of[end].at) : text + strlen(text);
        i = end;
    }
    buf_puts(out, kept);
    return ERR_OK;
}

static enum err without_marks(struct arena *a, const char *text, struct buf *out, bool *ret_cut)
{
    const char *at = text;
    enum err e = ERR_OK;

    while (*at != '\0' && e == ERR_OK) {
        size_t n = 0;
        e = invented_mark(a, text, at, &n);
        if (n > 0) {
            *ret_cut = true;
            buf_putc(out, ' ');
            at += n;
            continue;
        }
        buf_putc(out, *at++);
    }
    return e;
}

/* ==== the whole =============================================================================== */

static bool says_something(const char *text)
{
    for (uint32_t c = text_next(&text); c != 0; c = text_next(&text))
        if (char_is_letter(c) || char_is_digit(c))
            return true;
    return false;
}

static const char *trim(struct buf *b)
{
    while (b->len > 0 && strchr(" \t\r\n", b->data[b->len - 1]) != NULL)
        b->data[--b->len] = '\0';
    const char *s = buf_text(b);
    return s + strspn(s, " \t\r\n.,!;:-");
}

enum err invented_cut(struct arena *a, const char *text, const char **ret)
{
    struct buf plain, said;
    bool cut = false;

    buf_init(&plain, a, 2 * strlen(text) + 1);
    buf_init(&said, a, 2 * strlen(text) + 1);
    enum err e = without_marks(a, text, &plain, &cut);
    if (e == ERR_OK)
        e = without_phrases(a, buf_text(&plain), &said, &cut);
    e = e == ERR_OK ? buf_err(&plain) : e;
    e = e == ERR_OK ? buf_err(&said) : e;
    if (e != ERR_OK)
        return e;
    *ret = !cut ? text : says_something(buf_text(&said)) ? trim(&said) : "";
    return ERR_OK;
}
