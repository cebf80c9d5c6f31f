#include "wire/json-mend.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "wire/json.h"

static const char bad_value[] = {'"', JSON_MEND_BAD, '"'};
static const char bad_member[] = {'"', JSON_MEND_BAD, '"', ':', '0'};

struct mend {
    const char *start, *at, *end;
    char *out;
    size_t n;
    size_t values;
    size_t bad; /* values that were put in place of others */
    bool in_object[JSON_DEPTH];
    int depth;
    char before; /* what came last and is no blank; 0 at the start */
    struct why *why;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_control(char c)
{
    return (unsigned char)c < ' ';
}

static void put(struct mend *m, const char *s, size_t n)
{
    memcpy(m->out + m->n, s, n);
    m->n += n;
}

static enum err too_many(const struct mend *m)
{
    return why_set(m->why, ERR_TOO_BIG, "JSON: more than %d values", JSON_VALUES);
}

static enum err put_bad(struct mend *m, bool member)
{
    if (++m->bad > JSON_VALUES)
        return too_many(m);
    put(m, member ? bad_member : bad_value, member ? sizeof bad_member : sizeof bad_value);
    m->before = 'w';
    return ERR_OK;
}

/* ---- texts ----------------------------------------------------------------------------------- */

/* The number that four hex digits are, or -1. */
static long hex4(const char *s, const char *end)
{
    char digits[5] = {0};

    if (end - s < 4)
        return -1;
    memcpy(digits, s, 4);
    return strspn(digits, "0123456789abcdefABCDEF") == 4 ? strtol(digits, NULL, 16) : -1;
}

/* The bytes of the escape at `s`; 0 if it is none, or stands for no character. */
static size_t escape_length(const char *s, const char *end)
{
    if (end - s < 2 || s[1] == '\0' || strchr("\"\\/bfnrtu", s[1]) == NULL)
        return 0;
    if (s[1] != 'u')
        return 2;
    long c = hex4(s + 2, end);
    if (c <= 0 || (c >= 0xdc00 && c <= 0xdfff))
        return 0;
    if (c < 0xd800 || c > 0xdfff)
        return 6;
    long low = end - s >= 12 && s[6] == '\\' && s[7] == 'u' ? hex4(s + 8, end) : -1;
    return low >= 0xdc00 && low <= 0xdfff ? 12 : 0;
}

static bool is_plain(char c)
{
    return c != '"' && c != '\\' && (!is_control(c) || is_blank(c));
}

/* From its first quote to its last, or to the end. A text may be a whole sound. */
static void mend_text(struct mend *m)
{
    put(m, m->at++, 1);
    while (m->at < m->end && *m->at != '"') {
        const char *p = m->at;
        while (p < m->end && is_plain(*p))
            p++;
        put(m, m->at, (size_t)(p - m->at));
        m->at = p;
        if (p == m->end || *p == '"')
            continue;
        size_t length = *p == '\\' ? escape_length(p, m->end) : 0;
        if (length == 0)
            m->out[m->n++] = JSON_MEND_BAD;
        else
            put(m, p, length);
        m->at += length == 0 ? 1 : length;
    }
    if (m->at < m->end)
        put(m, m->at++, 1);
    m->before = '"';
}

/* Behind a text, whatever is in it. */
static const char *text_end(const char *p, const char *end)
{
    for (p++; p < end && *p != '"'; p++)
        p += *p == '\\' && end - p > 1 ? 1 : 0;
    return p < end ? p + 1 : end;
}

/* ---- what else may be a value ---------------------------------------------------------------- */

static bool in_object(const struct mend *m)
{
    return m->depth > 0 && m->in_object[m->depth - 1];
}

/* Only a value may stand here, and none has begun. */
static bool is_due(const struct mend *m)
{
    return m->before == ':' || m->before == '\0' ||
           (!in_object(m) && (m->before == '[' || m->before == ','));
}

static size_t digits(const char *s, size_t n)
{
    size_t i = 0;

    while (i < n && s[i] >= '0' && s[i] <= '9')
        i++;
    return i;
}

/* RFC 8259, 6, and the zeros in front that cJSON takes. */
static bool is_number(const char *s, size_t n)
{
    size_t i = n > 0 && *s == '-' ? 1 : 0;
    size_t whole = digits(s + i, n - i);

    i += whole;
    if (whole > 0 && i < n && s[i] == '.') {
        size_t part = digits(s + i + 1, n - i - 1);
        if (part == 0)
            return false;
        i += 1 + part;
    }
    if (whole > 0 && i < n && (s[i] | 0x20) == 'e') {
        i += i + 1 < n && (s[i + 1] == '+' || s[i + 1] == '-') ? 2 : 1;
        size_t power = digits(s + i, n - i);
        if (power == 0)
            return false;
        i += power;
    }
    return whole > 0 && i == n;
}

static bool is_word(const char *s, size_t n)
{
    static const char *const words[] = {"true", "false", "null"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (n == strlen(words[i]) && memcmp(s, words[i], n) == 0)
            return true;
    return is_number(s, n);
}

/* Up to what ends a value, with the blanks inside of it. */
static enum err mend_word(struct mend *m)
{
    const char *start = m->at;
    const char *last = start; /* the byte behind the last that is no blank */

    if (!is_due(m))
        return why_set(m->why, ERR_SYNTAX, "JSON: unreadable at byte %zu of %zu",
                       (size_t)(start - m->start), (size_t)(m->end - m->start));
    for (; m->at < m->end && (*m->at == '\0' || strchr(",:[]{}\"", *m->at) == NULL); m->at++)
        if (!is_blank(*m->at))
            last = m->at + 1;
    m->at = last;
    if (!is_word(start, (size_t)(last - start)))
        return put_bad(m, false);
    put(m, start, (size_t)(last - start));
    m->before = 'w';
    return ERR_OK;
}

/* A list or an object that is too deep, with all that is in it. */
static enum err skip_container(struct mend *m)
{
    size_t open = 0;

    do {
        char c = *m->at;
        open += c == '[' || c == '{';
        open -= c == ']' || c == '}';
        m->at = c == '"' ? text_end(m->at, m->end) : m->at + 1;
    } while (open > 0 && m->at < m->end);
    return open == 0 ? put_bad(m, false) : ERR_OK;
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* Does this mark end a value of which there is nothing? An empty list or object has none. */
static bool ends_nothing(const struct mend *m, char c)
{
    return (c == ',' && strchr(":,[{", m->before) != NULL) ||
           ((c == ']' || c == '}') && (m->before == ':' || m->before == ','));
}

static enum err mend_mark(struct mend *m)
{
    char c = *m->at;
    bool opens = c == '[' || c == '{';

    if ((opens || c == ',') && ++m->values > JSON_VALUES)
        return too_many(m);
    if (opens && m->depth == JSON_DEPTH)
        return skip_container(m);
    enum err e = m->before != '\0' && ends_nothing(m, c)
                     ? put_bad(m, in_object(m) && m->before != ':')
                     : ERR_OK;
    if (opens)
        m->in_object[m->depth++] = c == '{';
    else if ((c == ']' || c == '}') && m->depth > 0)
        m->depth--;
    m->before = c;
    put(m, m->at++, 1);
    return e;
}

static enum err mend_one(struct mend *m)
{
    char c = *m->at;

    if (is_blank(c)) {
        put(m, m->at++, 1);
        return ERR_OK;
    }
    if (c == '"') {
        mend_text(m);
        return ERR_OK;
    }
    return c != '\0' && strchr(",:[]{}", c) != NULL ? mend_mark(m) : mend_word(m);
}

/* Without what says nothing before the document. */
static const char *useful_start(const char *text, const char *end)
{
    while (text < end) {
        size_t n = is_blank(*text) ? 1 : text_mark(text, (size_t)(end - text));
        if (n == 0)
            break;
        text += n;
    }
    return text;
}

/* Nor behind it. */
static const char *useful_end(const char *text, size_t n)
{
    for (;;) {
        while (n > 0 && (is_blank(text[n - 1]) || is_control(text[n - 1])))
            n--;
        if (n < 3 || text_mark(text + n - 3, 3) == 0)
            return text + n;
        n -= 3;
    }
}

enum err json_mend(struct arena *a, const char *text, size_t n, char **ret, size_t *ret_n,
                   struct why *why)
{
    size_t room = n + sizeof bad_member * JSON_VALUES + 1;
    struct mend m = {.start = text, .end = useful_end(text, n), .why = why};
    enum err e = ERR_OK;

    m.at = useful_start(text, m.end);
    m.out = arena_alloc(a, room);
    if (m.out == NULL)
        return why_set(why, ERR_MEMORY, "JSON: no memory for %zu bytes", n);
    while (m.at < m.end && e == ERR_OK)
        e = mend_one(&m);
    if (e != ERR_OK)
        return e;
    m.out[m.n] = '\0';
    *ret = m.out;
    *ret_n = m.n;
    return ERR_OK;
}
