/* The conversation, put into the order that the API takes. Results are not written where they stand
 * but where their tool use asks for them: so each use has one and no result is left over. */
#include "vendors/claude-inside.h"

#include <string.h>

#define OPENING   "..."
#define CANCELLED "cancelled"

struct putting {
    struct arena *arena;
    struct jsonw *w;
    const struct claude_ask *ask;
    bool thoughts;
    bool open; /* a message has been begun */
    enum claude_role role;
    const struct claude_block **unanswered; /* tool uses of the open message */
    size_t n;
    enum err err;
};

bool claude_is_blank(const char *s)
{
    return s == NULL || s[strspn(s, " \t\r\n\f\v")] == '\0';
}

enum err claude_check_object(struct arena *a, const char *json, size_t n)
{
    const struct json *v = NULL;
    enum err e = json_parse(a, json, n, &v, NULL);

    if (e == ERR_MEMORY)
        return e;
    return e == ERR_OK && json_kind(v) == JSON_OBJECT ? ERR_OK : ERR_VALUE;
}

/* ---- messages -------------------------------------------------------------------------------- */

static void close_message(struct putting *p)
{
    if (!p->open)
        return;
    jsonw_end_array(p->w);
    jsonw_end_object(p->w);
    p->open = false;
}

static void put_text(struct putting *p, const char *text)
{
    jsonw_object(p->w);
    jsonw_put_text(p->w, "type", "text");
    jsonw_put_text(p->w, "text", text);
    jsonw_end_object(p->w);
}

static void open_message(struct putting *p, enum claude_role role)
{
    close_message(p);
    jsonw_object(p->w);
    jsonw_put_text(p->w, "role", role == CLAUDE_USER ? "user" : "assistant");
    jsonw_key(p->w, "content");
    jsonw_array(p->w);
    p->open = true;
    p->role = role;
}

/* The place for a block of that role: the open message, or a new one. */
static void go_to(struct putting *p, enum claude_role role)
{
    if (p->open && p->role == role)
        return;
    if (!p->open && role == CLAUDE_ASSISTANT) {
        open_message(p, CLAUDE_USER);
        put_text(p, claude_is_blank(p->ask->opening) ? OPENING : p->ask->opening);
    }
    open_message(p, role);
}

/* ---- tools ----------------------------------------------------------------------------------- */

static const struct claude_block *result_of(const struct claude_ask *ask, const char *id)
{
    for (size_t i = 0; i < ask->messages; i++)
        for (size_t j = 0; j < ask->message[i].n; j++) {
            const struct claude_block *b = &ask->message[i].block[j];
            if (b->kind == CLAUDE_TOOL_RESULT && b->id != NULL && strcmp(b->id, id) == 0)
                return b;
        }
    return NULL;
}

static void put_result(struct putting *p, const struct claude_block *use)
{
    const struct claude_block *result = result_of(p->ask, use->id);
    bool failed = result == NULL || result->is_error;
    const char *text = result == NULL ? CANCELLED : result->text;

    jsonw_object(p->w);
    jsonw_put_text(p->w, "type", "tool_result");
    jsonw_put_text(p->w, "tool_use_id", use->id);
    if (!claude_is_blank(text))
        jsonw_put_text(p->w, "content", text);
    else if (failed) /* an error needs a text */
        jsonw_put_text(p->w, "content", CANCELLED);
    jsonw_put_bool(p->w, "is_error", failed);
    jsonw_end_object(p->w);
}

/* The user's message that follows a tool use begins with the results. */
static void answer_tools(struct putting *p)
{
    if (p->n == 0)
        return;
    go_to(p, CLAUDE_USER);
    for (size_t i = 0; i < p->n; i++)
        put_result(p, p->unanswered[i]);
    p->n = 0;
}

static bool is_unanswered(const struct putting *p, const char *id)
{
    for (size_t i = 0; i < p->n; i++)
        if (strcmp(p->unanswered[i]->id, id) == 0)
            return true;
    return false;
}

static void put_tool_use(struct putting *p, const struct claude_block *b)
{
    const char *input = claude_is_blank(b->input) ? "{}" : b->input;
    enum err e = claude_check_object(p->arena, input, strlen(input));

    if (e == ERR_MEMORY)
        p->err = e;
    if (e != ERR_OK)
        input = "{}";
    jsonw_object(p->w);
    jsonw_put_text(p->w, "type", "tool_use");
    jsonw_put_text(p->w, "id", b->id);
    jsonw_put_text(p->w, "name", b->name);
    jsonw_key(p->w, "input");
    jsonw_raw(p->w, input, strlen(input));
    jsonw_end_object(p->w);
    p->unanswered[p->n++] = b;
}

static void put_thought(struct putting *p, const struct claude_block *b)
{
    bool hidden = b->kind == CLAUDE_HIDDEN;

    jsonw_object(p->w);
    jsonw_put_text(p->w, "type", hidden ? "redacted_thinking" : "thinking");
    jsonw_put_text(p->w, hidden ? "data" : "thinking", b->text == NULL ? "" : b->text);
    if (!hidden)
        jsonw_put_text(p->w, "signature", b->signature);
    jsonw_end_object(p->w);
}

/* ---- which blocks ---------------------------------------------------------------------------- */

static bool is_spoken(const struct putting *p, const struct claude_message *m,
                      const struct claude_block *b)
{
    if (b->kind == CLAUDE_TEXT)
        return !claude_is_blank(b->text);
    return b->kind == CLAUDE_TOOL_USE && m->role == CLAUDE_ASSISTANT && !claude_is_blank(b->id) &&
           !claude_is_blank(b->name) && !is_unanswered(p, b->id);
}

/* Only whole ones, and none at a message's end, where the API refuses it. */
static bool is_thought(const struct putting *p, const struct claude_message *m, size_t at)
{
    const struct claude_block *b = &m->block[at];
    bool whole = b->kind == CLAUDE_THOUGHT ? !claude_is_blank(b->signature)
                                           : b->kind == CLAUDE_HIDDEN && !claude_is_blank(b->text);

    if (!p->thoughts || !whole || m->role != CLAUDE_ASSISTANT)
        return false;
    for (size_t i = at + 1; i < m->n; i++)
        if (is_spoken(p, m, &m->block[i]))
            return true;
    return false;
}

static void put_message(struct putting *p, const struct claude_message *m)
{
    answer_tools(p);
    for (size_t i = 0; i < m->n; i++) {
        const struct claude_block *b = &m->block[i];
        bool thought = is_thought(p, m, i);
        if (!thought && !is_spoken(p, m, b))
            continue;
        go_to(p, m->role);
        if (thought)
            put_thought(p, b);
        else if (b->kind == CLAUDE_TEXT)
            put_text(p, b->text);
        else
            put_tool_use(p, b);
    }
}

static size_t count_blocks(const struct claude_ask *ask)
{
    size_t n = 0;

    for (size_t i = 0; i < ask->messages; i++)
        n += ask->message[i].n;
    return n;
}

enum err claude_put_messages(struct arena *a, struct jsonw *w, const struct claude_ask *ask,
                             bool thoughts, struct why *why)
{
    struct putting p = {.arena = a, .w = w, .ask = ask, .thoughts = thoughts};

    p.unanswered = arena_calloc(a, count_blocks(ask) + 1, sizeof(struct claude_block *));
    if (p.unanswered == NULL)
        return ERR_MEMORY;
    jsonw_array(w);
    for (size_t i = 0; i < ask->messages; i++)
        put_message(&p, &ask->message[i]);
    answer_tools(&p);
    bool good = p.open && p.role == CLAUDE_USER;
    close_message(&p);
    jsonw_end_array(w);
    if (p.err == ERR_OK && !good)
        return why_set(why, ERR_VALUE,
                       "there is nothing to answer: the last words are not the caller's");
    return p.err;
}
