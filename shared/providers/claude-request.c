/* The request to the Messages API. */
#include "providers/claude-inside.h"

#include <assert.h>
#include <string.h>

/* ==== messages ================================================================================ */

/* The conversation, put into the order that the API takes. Results are not written where they stand
 * but where their tool use asks for them: so each use has one and no result is left over. */

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

/* Has it nothing but white space? NULL has. */
static bool claude_is_blank(const char *s)
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
    bool whole = b->kind == CLAUDE_THINKING_BLOCK
                     ? !claude_is_blank(b->signature)
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

/* Writes the value of "messages", put right as claude_request promises. ERR_VALUE: the last words
 * are not the user's; ERR_MEMORY. */
static enum err claude_put_messages(struct arena *a, struct jsonw *w, const struct claude_ask *ask,
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

/* ==== the request ============================================================================= */

#define THINKING_ROOM 2048 /* tokens of max_tokens that a model which thinks may think away */
#define HEADERS       3

/* Everything that shapes a request's body. */
struct shape {
    const struct claude_setup *setup;
    const struct claude_ask *ask;
    const struct claude_model *model;
    const char *id; /* of the model */
    bool thinks;    /* or may, for all that is known */
};

/* Above effort high a model that could be kept from thinking refuses to be. */
static bool is_silent(const struct shape *s)
{
    return s->model->thinking == CLAUDE_THINKING_OFF && s->setup->effort <= CLAUDE_HIGH;
}

/* One without a row of its own may well think unasked: without room for it nothing would be
 * said. */
static bool may_think(const struct shape *s)
{
    bool stranger = s->model->family || *s->model->id == '\0';

    return stranger || (s->model->thinking != CLAUDE_THINKING_UNTOLD && !is_silent(s));
}

static void put_typed(struct jsonw *w, const char *key, const char *type)
{
    jsonw_key(w, key);
    jsonw_object(w);
    jsonw_put_text(w, "type", type);
    jsonw_end_object(w);
}

static void put_head(struct jsonw *w, const struct shape *s)
{
    int max = s->ask->max_tokens > 0 ? s->ask->max_tokens : s->setup->max_tokens;

    jsonw_put_text(w, "model", s->id);
    jsonw_put_int(w, "max_tokens", s->thinks ? max + THINKING_ROOM : max);
    jsonw_put_bool(w, "stream", s->ask->stream);
    if (is_silent(s))
        put_typed(w, "thinking", "disabled");
    else if (s->model->thinking == CLAUDE_THINKING_BETWEEN)
        put_typed(w, "thinking", "between_tools");
    if (!s->model->effort)
        return;
    jsonw_key(w, "output_config");
    jsonw_object(w);
    jsonw_put_text(w, "effort", claude_effort_name(s->setup->effort));
    jsonw_end_object(w);
}

static void put_system_text(struct jsonw *w, const char *text, bool cache)
{
    if (claude_is_blank(text))
        return;
    jsonw_object(w);
    jsonw_put_text(w, "type", "text");
    jsonw_put_text(w, "text", text);
    if (cache) /* what goes before it, the tools, is cached with it */
        put_typed(w, "cache_control", "ephemeral");
    jsonw_end_object(w);
}

static void put_system(struct jsonw *w, const struct shape *s)
{
    if (claude_is_blank(s->ask->system) && claude_is_blank(s->ask->tail))
        return;
    jsonw_key(w, "system");
    jsonw_array(w);
    put_system_text(w, s->ask->system, s->model->cache);
    put_system_text(w, s->ask->tail, false);
    jsonw_end_array(w);
}

static enum err put_tool(struct arena *a, struct jsonw *w, const struct claude_tool *t, bool strict,
                         struct why *why)
{
    enum err e = claude_check_object(a, t->schema, strlen(t->schema));

    if (e == ERR_VALUE)
        return why_set(why, e, "the schema of the tool %s is not a JSON object", t->name);
    if (e != ERR_OK)
        return e;
    jsonw_object(w);
    jsonw_put_text(w, "name", t->name);
    if (!claude_is_blank(t->description))
        jsonw_put_text(w, "description", t->description);
    if (t->strict && strict)
        jsonw_put_bool(w, "strict", true);
    jsonw_key(w, "input_schema");
    jsonw_raw(w, t->schema, strlen(t->schema));
    jsonw_end_object(w);
    return ERR_OK;
}

/* One tool at a time: a booking and a goodbye in one breath could not be told apart by their
 * results, and each result may change what is to be done next. */
static void put_choice(struct jsonw *w, bool words_only)
{
    jsonw_key(w, "tool_choice");
    jsonw_object(w);
    jsonw_put_text(w, "type", words_only ? "none" : "auto");
    if (!words_only)
        jsonw_put_bool(w, "disable_parallel_tool_use", true);
    jsonw_end_object(w);
}

static enum err put_tools(struct arena *a, struct jsonw *w, const struct shape *s, struct why *why)
{
    enum err e = ERR_OK;

    if (s->ask->tools == 0)
        return ERR_OK;
    jsonw_key(w, "tools");
    jsonw_array(w);
    for (size_t i = 0; i < s->ask->tools && e == ERR_OK; i++)
        e = put_tool(a, w, &s->ask->tool[i], s->model->strict, why);
    jsonw_end_array(w);
    if (*s->model->id != '\0')
        put_choice(w, s->ask->words_only);
    return e;
}

static void put_user(struct jsonw *w, const struct shape *s)
{
    if (s->ask->user_id == NULL || *s->model->id == '\0')
        return;
    jsonw_key(w, "metadata");
    jsonw_object(w);
    jsonw_put_text(w, "user_id", s->ask->user_id);
    jsonw_end_object(w);
}

static enum err put_body(struct arena *a, struct buf *out, const struct shape *s, struct why *why)
{
    struct jsonw w;

    jsonw_init(&w, out);
    jsonw_object(&w);
    put_head(&w, s);
    put_system(&w, s);
    enum err e = put_tools(a, &w, s, why);
    if (e != ERR_OK)
        return e;
    put_user(&w, s);
    jsonw_key(&w, "messages");
    e = claude_put_messages(a, &w, s->ask, s->thinks, why);
    if (e != ERR_OK)
        return e;
    jsonw_end_object(&w);
    e = buf_err(out);
    if (e == ERR_TOO_BIG)
        return why_set(why, e, "the conversation is larger than %zu bytes", CLAUDE_REQUEST_MAX);
    return e;
}

/* Where the API is, whether or not "/v1" was given. */
static const char *url_of(struct arena *a, const char *base)
{
    size_t n = strlen(base);

    while (n > 0 && base[n - 1] == '/')
        n--;
    bool v1 = n >= 3 && strncmp(base + n - 3, "/v1", 3) == 0;
    return arena_printf(a, "%.*s%s", (int)n, base, v1 ? "/messages" : "/v1/messages");
}

static const char *const *headers_of(struct arena *a, const struct claude_setup *s, int key)
{
    const char **h = arena_calloc(a, HEADERS, sizeof *h);

    if (h == NULL)
        return NULL;
    h[0] = arena_printf(a, "anthropic-version: %s", s->version);
    if (key < s->keys)
        h[1] = arena_printf(a, "x-api-key: %s", s->key[key]);
    return h[0] == NULL || (key < s->keys && h[1] == NULL) ? NULL : h;
}

enum err claude_request(struct arena *a, const struct claude_setup *s, const struct claude_ask *ask,
                        struct http_request *ret, struct why *why)
{
    assert(ask->key >= 0 && ask->key < CLAUDE_KEYS);
    struct shape shape = {.setup = s, .ask = ask, .id = ask->model == NULL ? s->model : ask->model};
    struct buf body;

    if (!s->local && ask->key >= s->keys)
        return why_set(why, ERR_CONFIG, "there is no Anthropic key number %d", ask->key + 1);
    shape.model = claude_model_find(shape.id);
    shape.thinks = may_think(&shape);
    buf_init(&body, a, CLAUDE_REQUEST_MAX);
    enum err e = put_body(a, &body, &shape, why);
    if (e != ERR_OK)
        return e;
    struct http_request req = {.method = "POST",
                               .url = url_of(a, s->base_url),
                               .headers = headers_of(a, s, ask->key),
                               .type = "application/json",
                               .body = buf_text(&body),
                               .len = body.len,
                               .deadline = ask->deadline,
                               .reply_max = CLAUDE_REPLY_MAX};
    if (req.url == NULL || req.headers == NULL)
        return ERR_MEMORY;
    *ret = req;
    return ERR_OK;
}
