#include "language/inner.h"

#include <string.h>

#include "base/text.h"
#include "language/inside.h"

/* Names of tags, as words between _, - and :, small letters. A name that holds a long one, or has a
 * short one as one of its words, is inner talk: <thinking>, <my_plan>, <innerThoughts>. */
static const char *const long_thoughts[] = {
    "thinking",  "thought",  "reasoning",  "reflection", "reflexion", "scratchpad",
    "monologue", "planning", "brainstorm", "deliberat",  "analysis",  "analyze",
    "analyse",   "chain_of", "rationale",  "думки",      "думка",     "роздум",
    "міркуван",  "мысли",    "размышлен",  "рассужден",  "аналіз",    "анализ",
};

static const char *const short_thoughts[] = {
    "think",         "plan",           "reason", "reflect", "cot",       "draft",
    "critique",      "internal",       "inner",  "scratch", "tool_call", "tool_use",
    "function_call", "function_calls", "план",   "invoke",
};

static const char *const answers[] = {
    "answer", "response", "reply",  "final_answer", "final_response",  "final", "відповідь",
    "output", "spoken",   "speech", "final_output", "assistant_reply", "ответ",
};

#define COUNT(list) (sizeof(list) / sizeof *(list))

#define NAME_MAX 64 /* bytes of a name; a longer one is of no tag */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_of_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (unsigned char)c >= 0x80 || c == '_' || c == '-' || c == ':';
}

/* The name without its prefix, small, - as _. */
static bool read_name(const char *name, size_t n, char ret[static NAME_MAX * 4])
{
    const char *end = name + n;
    size_t len = 0;

    for (const char *p = name; p < end; p++)
        name = *p == ':' ? p + 1 : name;
    if (name == end || end - name >= NAME_MAX || (*name >= '0' && *name <= '9'))
        return false;
    char copy[NAME_MAX];
    memcpy(copy, name, (size_t)(end - name));
    copy[end - name] = '\0';
    for (const char *p = copy; *p != '\0';) {
        uint32_t c = text_next(&p);
        len += text_encode(c == '-' ? '_' : char_lower(c), ret + len);
    }
    ret[len] = '\0';
    return true;
}

static bool has_word(const char *name, const char *word)
{
    size_t n = strlen(word);

    for (const char *p = strstr(name, word); p != NULL; p = strstr(p + 1, word))
        if ((p == name || p[-1] == '_') &&
            (p[n] == '\0' || p[n] == '_' || (p[n] >= '0' && p[n] <= '9')))
            return true;
    return false;
}

static bool is_thought(const char *name)
{
    for (size_t i = 0; i < COUNT(long_thoughts); i++)
        if (strstr(name, long_thoughts[i]) != NULL)
            return true;
    for (size_t i = 0; i < COUNT(short_thoughts); i++)
        if (has_word(name, short_thoughts[i]))
            return true;
    return false;
}

static bool is_answer(const char *name)
{
    for (size_t i = 0; i < COUNT(answers); i++)
        if (strcmp(name, answers[i]) == 0)
            return true;
    return false;
}

/* A number that stands for the name. */
static size_t number_of(const char *name)
{
    size_t hash = 5381;

    while (*name != '\0')
        hash = hash * 33 + (unsigned char)*name++;
    return hash;
}

enum piece { NO_TAG, MAY_BE_TAG, OPENS, CLOSES, ANSWERS, ENDS_ANSWER, EMPTY };

/* May `c` stand behind a tag's name? In square brackets nothing but the end does. */
static bool joins(char c, char close)
{
    return c == close || c == '|' || c == ' ' || (close == '>' && (is_blank(c) || c == '/'));
}

/* Is it a tag's end, or may it become one? `at` is behind the name. */
static enum piece look_behind(const char *at, const char *end, char close)
{
    if (!joins(*at, close))
        return NO_TAG;
    if (close == ']') {
        while (at < end && (*at == ' ' || *at == '|'))
            at++;
        return at == end ? MAY_BE_TAG : *at == ']' ? EMPTY : NO_TAG;
    }
    return end[-1] == close ? EMPTY : end[-1] == '<' ? NO_TAG : MAY_BE_TAG;
}

/* What the held bytes are; *ret stands for the name. */
static enum piece look(const struct inner *s, size_t *ret)
{
    const char *at = s->held + 1, *end = s->held + s->n;
    char close = *s->held == '[' ? ']' : '>', name[NAME_MAX * 4];
    bool closes = false;

    for (; at < end && (*at == ' ' || *at == '|' || *at == '/'); at++)
        closes = closes || *at == '/';
    const char *from = at;
    while (at < end && is_of_name(*at))
        at++;
    if (at == end)
        return at - from < NAME_MAX ? MAY_BE_TAG : NO_TAG;
    if (!read_name(from, (size_t)(at - from), name))
        return NO_TAG;
    bool thought = is_thought(name);
    if (!thought && !is_answer(name))
        return NO_TAG;
    enum piece piece = look_behind(at, end, close);
    if (piece != EMPTY)
        return piece;
    *ret = number_of(name);
    if (!closes && end[-2] == '/')
        return EMPTY;
    if (thought)
        return closes ? CLOSES : OPENS;
    return closes ? ENDS_ANSWER : ANSWERS;
}

static void put(struct inner *s, const char *bytes, size_t n, struct buf *out)
{
    if (s->depth > 0 || n == 0)
        return;
    buf_put(out, bytes, n);
    s->last = bytes[n - 1];
}

/* The words before a tag and those behind it are not one. */
static void part(struct inner *s, struct buf *out)
{
    if (s->depth == 0 && s->last != '\0' && !is_blank(s->last))
        put(s, " ", 1, out);
}

static void open_tag(struct inner *s, size_t name, struct buf *out)
{
    part(s, out);
    s->began = true;
    if (s->depth < INNER_DEEP)
        s->open[s->depth] = name;
    s->depth++;
}

/* It closes what is open inside of it too; one of another name closes the innermost. */
static void close_tag(struct inner *s, size_t name)
{
    size_t i = s->depth;

    if (s->depth == 0 && s->aside > 0) { /* the talk around the answer ends */
        s->aside = 0;
        return;
    }
    if (s->depth == 0) {
        s->stray = s->stray || !s->began;
        return;
    }
    while (i <= INNER_DEEP && i > 0 && s->open[i - 1] != name)
        i--;
    if (i > INNER_DEEP)
        i = 0;
    s->depth = i > 0 ? i - 1 : s->depth - 1;
}

/* An answer inside of inner talk is said; behind it the talk goes on. */
static void begin_answer(struct inner *s, struct buf *out)
{
    if (s->depth == 0)
        return;
    s->aside = s->depth;
    s->depth = 0;
    part(s, out);
}

static void end_answer(struct inner *s)
{
    s->depth = s->aside > 0 ? s->aside : s->depth;
    s->aside = 0;
}

static void let_go(struct inner *s, struct buf *out)
{
    put(s, s->held, s->n, out);
    s->n = 0;
}

static void take(struct inner *s, char c, struct buf *out)
{
    size_t name = 0;

    if (s->n == 0 && c != '<' && c != '[') {
        put(s, &c, 1, out);
        return;
    }
    s->held[s->n++] = c;
    switch (look(s, &name)) {
    case MAY_BE_TAG:
        if (s->n == INNER_TAG)
            let_go(s, out);
        return;
    case OPENS:
        open_tag(s, name, out);
        break;
    case CLOSES:
        close_tag(s, name);
        break;
    case ANSWERS:
        begin_answer(s, out);
        break;
    case ENDS_ANSWER:
        end_answer(s);
        break;
    case EMPTY:
        break;
    case NO_TAG:
        s->n--;
        let_go(s, out);
        take(s, c, out);
        return;
    }
    s->n = 0;
}

bool inner_feed(struct inner *s, const char *text, size_t n, struct buf *out)
{
    bool behind = false;

    for (size_t i = 0; i < n; i++) {
        size_t before = out->len;
        take(s, text[i], out);
        /* Of a piece that ends inner talk and goes on, what stood before the tag is not said. */
        if (s->stray && out->len > before && !is_blank(s->last)) {
            size_t more = out->len - before;
            memmove(out->data, out->data + before, more);
            out->data[more] = '\0';
            out->len = more;
            s->stray = false;
            s->began = behind = true;
        }
    }
    return behind;
}

/* "<thinki" at the end of a text that was cut off. */
static bool is_cut_tag(const struct inner *s)
{
    char name[NAME_MAX * 4];
    bool opens = s->held[0] == '<';

    if (!opens || s->n < 4 || s->n > NAME_MAX || !read_name(s->held + 1, s->n - 1, name))
        return false;
    for (size_t i = 0; i < COUNT(long_thoughts); i++)
        if (strncmp(long_thoughts[i], name, strlen(name)) == 0)
            return true;
    for (size_t i = 0; i < COUNT(answers); i++)
        if (strncmp(answers[i], name, strlen(name)) == 0)
            return true;
    return false;
}

void inner_end(struct inner *s, struct buf *out)
{
    size_t name = 0;

    if (s->n == 0)
        return;
    bool closing = s->n > 2 && s->held[0] == '<' && s->held[1] == '/';
    bool tag = closing || is_cut_tag(s);
    s->held[s->n++] = *s->held == '[' ? ']' : '>';
    tag = tag || look(s, &name) != NO_TAG;
    s->n--;
    if (tag)
        s->n = 0;
    let_go(s, out);
}
