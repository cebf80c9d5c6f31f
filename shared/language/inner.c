#include "language/inner.h"

#include <string.h>
#include <strings.h>

/* Names of tags; - and _ are the same, and a name may have a prefix with a colon. */
static const char *const thoughts[] = {
    "thinking",
    "think",
    "thought",
    "thoughts",
    "reasoning",
    "reason",
    "reflection",
    "reflect",
    "reflexion",
    "scratchpad",
    "scratch_pad",
    "analysis",
    "analyze",
    "planning",
    "inner_monologue",
    "inner_thought",
    "inner_thoughts",
    "inner_talk",
    "internal_monologue",
    "internal_thought",
    "internal_thoughts",
    "internal_reasoning",
    "monologue",
    "chain_of_thought",
    "thought_process",
    "thinking_process",
    "cot",
    "redacted_thinking",
};

static const char *const answers[] = {
    "answer", "response", "reply",  "final_answer", "final_response",  "final",
    "output", "spoken",   "speech", "final_output", "assistant_reply",
};

#define THOUGHTS (sizeof thoughts / sizeof *thoughts)
#define ANSWERS  (sizeof answers / sizeof *answers)

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_of_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' || c == ':';
}

static bool is_name(const char *known, const char *name, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char c = name[i] == '-' ? '_' : name[i];
        if (known[i] == '\0' || strncasecmp(&known[i], &c, 1) != 0)
            return false;
    }
    return known[n] == '\0';
}

/* The place in the list; `of` if it is not in it. */
static size_t find(const char *const *list, size_t of, const char *name, size_t n)
{
    size_t i = 0;

    while (i < of && !is_name(list[i], name, n))
        i++;
    return i;
}

enum piece { NO_TAG, MAY_BE_TAG, OPENS, CLOSES, FRAMES };

/* What the held bytes are; *ret is the name's place among the thoughts. */
static enum piece look(const struct inner *s, size_t *ret)
{
    const char *at = s->held + 1, *end = s->held + s->n;
    bool square = *s->held == '[';

    bool closes = at < end && *at == '/';
    at += closes;
    const char *name = at;
    while (at < end && is_of_name(*at)) {
        name = *at == ':' ? at + 1 : name;
        at++;
    }
    if (at == end)
        return MAY_BE_TAG;
    size_t n = (size_t)(at - name);
    *ret = find(thoughts, THOUGHTS, name, n);
    bool frames = !square && find(answers, ANSWERS, name, n) < ANSWERS;
    bool joins = *at == '>' || (!square && (is_blank(*at) || *at == '/')) || (square && *at == ']');
    if (n == 0 || !joins || (*ret == THOUGHTS && !frames))
        return NO_TAG;
    char last = end[-1];
    if (last != (square ? ']' : '>'))
        return last == '<' ? NO_TAG : MAY_BE_TAG;
    if (frames)
        return FRAMES;
    bool empty = !closes && end[-2] == '/';
    return empty ? FRAMES : closes ? CLOSES : OPENS;
}

static void put(struct inner *s, const char *bytes, size_t n, struct buf *out)
{
    if (s->depth > 0 || n == 0)
        return;
    buf_put(out, bytes, n);
    s->last = bytes[n - 1];
}

static void open_tag(struct inner *s, size_t name, struct buf *out)
{
    /* The words before and those behind are not one. */
    if (s->depth == 0 && s->last != '\0' && !is_blank(s->last))
        put(s, " ", 1, out);
    s->began = true;
    if (s->depth < INNER_DEEP)
        s->open[s->depth] = name;
    s->depth++;
}

/* It closes what is open inside of it too; one of another name closes the innermost. */
static void close_tag(struct inner *s, size_t name)
{
    size_t i = s->depth;

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
    case FRAMES:
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

void inner_end(struct inner *s, struct buf *out)
{
    size_t name = 0;

    if (s->n == 0)
        return;
    bool closing = s->n > 2 && s->held[0] == '<' && s->held[1] == '/';
    s->held[s->n++] = *s->held == '[' ? ']' : '>';
    bool tag = closing || look(s, &name) != NO_TAG;
    s->n--;
    if (tag)
        s->n = 0;
    let_go(s, out);
}
