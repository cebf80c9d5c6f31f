#include "providers/verdict.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#define FIGURE_MIN 5  /* digits in a row that may be somebody's number */
#define KEY_MIN    16 /* characters of a word with digits in it that may be a key */

int64_t verdict_pause_ms(const struct verdict *v, int64_t retry_after_ms)
{
    return v->wait_s > 0 ? v->wait_s * 1000 : retry_after_ms;
}

const char *verdict_name(enum verdict_kind kind)
{
    static const char *const names[] = {
#define X(name, text) [VERDICT_##name] = (text),
        VERDICTS(X)
#undef X
    };

    assert(kind < VERDICT__MAX);
    return names[kind];
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t word_length(const char *s)
{
    return strcspn(s, " \t\r\n\"'`(),;<>[]{}");
}

/* A number of a telephone or an account, an address, a key. */
static bool is_private(const char *word, size_t n)
{
    static const char *const marks[] = {"sk-", "AIza", "ya29", "Bearer"};
    size_t row = 0;
    bool digits = false;

    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (strncmp(word, marks[i], strlen(marks[i])) == 0)
            return true;
    for (size_t i = 0; i < n; i++) {
        row = is_digit(word[i]) ? row + 1 : 0;
        digits = digits || is_digit(word[i]) || word[i] == '*';
        if (row >= FIGURE_MIN || word[i] == '@')
            return true;
    }
    return digits && n >= KEY_MIN;
}

/* What is not printable ASCII (a caller's words may be quoted) is one '?'. */
static size_t put(char *out, size_t at, const char *word, size_t n)
{
    for (size_t i = 0; i < n && at < VERDICT_DETAIL - 1; i++) {
        bool plain = word[i] >= ' ' && word[i] <= '~';
        if (plain || at == 0 || out[at - 1] != '?')
            out[at++] = plain ? word[i] : '?';
    }
    return at;
}

void verdict_mask(const char *text, char ret[static VERDICT_DETAIL])
{
    size_t at = 0;

    while (text != NULL && *text != '\0' && at < VERDICT_DETAIL - 1) {
        size_t n = word_length(text);
        if (n == 0) {
            char blank = *text == '\t' || *text == '\r' || *text == '\n' ? ' ' : *text;
            at = put(ret, at, &blank, 1);
            text++;
            continue;
        }
        at = is_private(text, n) ? put(ret, at, "#", 1) : put(ret, at, text, n);
        text += n;
    }
    ret[at] = '\0';
}
