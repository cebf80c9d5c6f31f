/* What a message of Claude's holds, streamed or not. */
#include "providers/claude-inside.h"

#include <assert.h>
#include <string.h>

/* ==== errors ================================================================================== */

/* What the API refuses, and what may help. */

#define BODY_MEMORY ((size_t)1024 * 1024)

/* First fit by the type, then by the status. */
static const struct refusal {
    const char *type;
    int status;
    const char *name; /* for the log */
    enum failure_next next;
    const char *sentence; /* after "Claude " */
} refusals[] = {
    {"invalid_request_error", 400, "invalid", FAILURE_REQUEST, "refuses the request"},
    {"authentication_error", 401, "auth", FAILURE_OPERATOR, "refuses the API key: it is not valid"},
    {"billing_error", 402, "billing", FAILURE_OPERATOR,
     "is refused: the credit or the spend limit of this key is used up"},
    {"permission_error", 403, "forbidden", FAILURE_OPERATOR, "may not be used with this key"},
    {"not_found_error", 404, "not_found", FAILURE_OTHER,
     "has no such model, or is not at this address"},
    {"timeout_error", 408, "timeout", FAILURE_AGAIN, "gave up: it took too long"},
    {"conflict_error", 409, "conflict", FAILURE_AGAIN, "gave up on a conflict"},
    {"request_too_large", 413, "too_large", FAILURE_REQUEST, "takes no request of this size"},
    {"rate_limit_error", 429, "rate_limited", FAILURE_LATER, "was asked too often with this key"},
    {"api_error", 500, "server", FAILURE_AGAIN, "failed"},
    {"timeout_error", 504, "timeout", FAILURE_AGAIN, "gave up: it took too long"},
    {"overloaded_error", 529, "overloaded", FAILURE_AGAIN, "has too much to do at the moment"},
};

#define REFUSALS (sizeof refusals / sizeof *refusals)

static const struct refusal *find(const char *type)
{
    const struct refusal *r = refusals;

    while (strcmp(r->type, type) != 0)
        r++;
    return r;
}

static const struct refusal *refusal_of_status(int status)
{
    for (size_t i = 0; i < REFUSALS; i++)
        if (refusals[i].status == status)
            return &refusals[i];
    return find(status >= 400 && status < 500 ? "invalid_request_error" : "api_error");
}

static const struct refusal *refusal_of(int status, const char *type)
{
    for (size_t i = 0; type != NULL && i < REFUSALS; i++)
        if (strcmp(refusals[i].type, type) == 0)
            return &refusals[i];
    return refusal_of_status(status);
}

/* No credit left is told by 400 and 429, too; waiting does not help. */
static bool is_about_money(const struct json *error)
{
    static const char *const words[] = {"credit balance", "spend limit", "usage limit"};
    const char *code = json_text(json_member(json_member(error, "details"), "error_code"));
    const char *message = json_text(json_member(error, "message"));

    if (code != NULL && strstr(code, "spend_limit") != NULL)
        return true;
    for (size_t i = 0; message != NULL && i < sizeof words / sizeof *words; i++)
        if (strcasestr(message, words[i]) != NULL)
            return true;
    return false;
}

/* It goes into the log: only what an id is made of. */
static void keep_id(const char *id, char ret[static CLAUDE_ID])
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    size_t n = id == NULL ? 0 : strspn(id, allowed);

    if (n < CLAUDE_ID && n > 0 && id[n] == '\0')
        memcpy(ret, id, n + 1);
}

/* Of {"type":"error","error":{...}}, under that status of HTTP. */
static enum err refuse(int status, const struct json *body, struct failure *f)
{
    const struct json *error = json_member(body, "error");
    const struct refusal *r = refusal_of(status, json_text(json_member(error, "type")));

    if ((r->next == FAILURE_REQUEST || r->next == FAILURE_LATER) && is_about_money(error))
        r = find("billing_error");
    /* Nothing but a setting brings another model here. */
    f->hard = r->next == FAILURE_OTHER;
    return failure_set(f, r->next, ERR_PEER, "Claude %s, error %s (status %d)", r->sentence,
                       r->name, status);
}

/* The body may be JSON, HTML or nothing. Its name of the request goes to `ret_id`, which may be
 * NULL. */
static enum err refuse_by_body(int status, const char *body, size_t n, char *ret_id,
                               struct failure *f)
{
    const struct json *v = NULL;
    struct arena a;

    arena_init(&a, BODY_MEMORY);
    if (n == 0 || json_parse(&a, body, n, &v, NULL) != ERR_OK)
        v = NULL;
    enum err e = refuse(status, v, f);
    if (ret_id != NULL)
        keep_id(json_text(json_member(v, "request_id")), ret_id);
    arena_release(&a);
    return e;
}

/* ==== answers that come whole ================================================================= */

#define NAME_BYTES 256        /* of a tool's id or name, a model's, a message's */
#define TOKENS_MAX 1000000000 /* in one count; keeps a cost within 64 bits */

/* ---- small things ---------------------------------------------------------------------------- */

static const char *const stops[] = {
    [CLAUDE_END_TURN] = "end_turn",
    [CLAUDE_MAX_TOKENS] = "max_tokens",
    [CLAUDE_STOP_SEQUENCE] = "stop_sequence",
    [CLAUDE_USE_TOOL] = "tool_use",
    [CLAUDE_PAUSE_TURN] = "pause_turn",
    [CLAUDE_REFUSAL] = "refusal",
    [CLAUDE_CONTEXT_FULL] = "model_context_window_exceeded",
};

static enum claude_stop claude_stop_read(const char *reason)
{
    for (size_t i = 0; reason != NULL && i < sizeof stops / sizeof *stops; i++)
        if (strcmp(reason, stops[i]) == 0)
            return (enum claude_stop)i;
    return CLAUDE_END_TURN;
}

/* A count that is absent, null or absurd changes nothing. */
static void read_count(const struct json *o, const char *name, int64_t *ret)
{
    int64_t n = 0;

    if (json_get_int(o, name, 0, TOKENS_MAX, &n, NULL) == ERR_OK && n > *ret)
        *ret = n;
}

/* Takes over the counts that are there; they only grow. `usage` may be NULL. */
static void claude_usage_read(const struct json *usage, struct claude_usage *ret)
{
    read_count(usage, "input_tokens", &ret->in);
    read_count(usage, "cache_read_input_tokens", &ret->cache_read);
    read_count(usage, "cache_creation_input_tokens", &ret->cache_write);
    read_count(usage, "output_tokens", &ret->out);
    read_count(json_member(usage, "output_tokens_details"), "thinking_tokens", &ret->thinking);
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static const struct {
    const char *type;
    enum claude_kind kind;
    const char *member; /* of its text */
} kinds[] = {
    {"text", CLAUDE_TEXT, "text"},
    {"tool_use", CLAUDE_TOOL_USE, NULL},
    {"thinking", CLAUDE_THINKING_BLOCK, "thinking"},
    {"redacted_thinking", CLAUDE_HIDDEN, "data"},
};

static const char *text_or(const char *s, const char *otherwise)
{
    return s == NULL ? otherwise : s;
}

static enum err read_tool(struct arena *a, const struct json *v, struct claude_block *b,
                          struct why *why)
{
    const struct json *input = json_member(v, "input");
    struct jsonw w;
    struct buf out;

    if (json_get_text(v, "id", NAME_BYTES, &b->id, NULL) != ERR_OK ||
        json_get_text(v, "name", NAME_BYTES, &b->name, NULL) != ERR_OK)
        return why_set(why, ERR_PEER, "Claude used a tool without an id or a name");
    if (json_kind(input) != JSON_OBJECT) {
        b->input = "{}";
        return ERR_OK;
    }
    buf_init(&out, a, CLAUDE_INPUT_MAX);
    jsonw_init(&w, &out);
    enum err e = jsonw_tree(&w, input);
    if (e == ERR_OK)
        e = buf_err(&out);
    if (e == ERR_TOO_BIG)
        return why_set(why, e, "the input that Claude gave a tool is too large");
    b->input = buf_text(&out);
    return e;
}

/* Reads a finished block. *ret_kept is false for a kind that is not kept. */
static enum err claude_block_read(struct arena *a, const struct json *block,
                                  struct claude_block *ret, bool *ret_kept, struct why *why)
{
    const char *type = text_or(json_text(json_member(block, "type")), "");
    struct claude_block b = {0};

    *ret_kept = false;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(type, kinds[i].type) != 0)
            continue;
        b.kind = kinds[i].kind;
        if (kinds[i].member != NULL)
            b.text = text_or(json_text(json_member(block, kinds[i].member)), "");
        b.signature = text_or(json_text(json_member(block, "signature")), "");
        enum err e = b.kind == CLAUDE_TOOL_USE ? read_tool(a, block, &b, why) : ERR_OK;
        if (e != ERR_OK)
            return e;
        *ret = b;
        *ret_kept = true;
    }
    return ERR_OK;
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* A tool use at the end of an answer that max_tokens ended may lack half of its input. */
static size_t without_cut_tool(const struct claude_answer *ans, const struct claude_block *block,
                               size_t n)
{
    bool cut = ans->stop == CLAUDE_MAX_TOKENS && n > 0 && block[n - 1].kind == CLAUDE_TOOL_USE;

    return cut ? n - 1 : n;
}

/* Joins blocks, `n` of them, into an answer that has its stop, usage and model: fills the rest.
 * ERR_TOO_BIG: the text; ERR_MEMORY. */
static enum err claude_answer_join(struct arena *a, const struct claude_block *block, size_t n,
                                   struct claude_answer *ret)
{
    const struct claude_block **tool = arena_calloc(a, n + 1, sizeof(struct claude_block *));
    struct buf text;

    buf_init(&text, a, CLAUDE_TEXT_MAX);
    ret->block = block;
    ret->blocks = without_cut_tool(ret, block, n);
    for (size_t i = 0; i < ret->blocks && tool != NULL; i++) {
        if (block[i].kind == CLAUDE_TEXT)
            buf_puts(&text, block[i].text);
        else if (block[i].kind == CLAUDE_TOOL_USE)
            tool[ret->tools++] = &block[i];
        else
            ret->thoughts++;
    }
    ret->tool = tool;
    ret->text = buf_text(&text);
    ret->cost_microusd = claude_cost(claude_model_find(ret->model), &ret->usage);
    return tool == NULL ? ERR_MEMORY : buf_err(&text);
}

static enum err read_blocks(struct arena *a, const struct json *content, struct claude_answer *ret,
                            struct why *why)
{
    struct claude_block *block = arena_calloc(a, CLAUDE_BLOCKS, sizeof *block);
    size_t n = 0;
    bool kept = false;

    if (block == NULL)
        return ERR_MEMORY;
    for (const struct json *v = json_first(content); v != NULL; v = json_next(v)) {
        if (n == CLAUDE_BLOCKS)
            return why_set(why, ERR_TOO_BIG, "Claude's answer has more than %d blocks",
                           CLAUDE_BLOCKS);
        enum err e = claude_block_read(a, v, &block[n], &kept, why);
        if (e != ERR_OK)
            return e;
        n += kept;
    }
    enum err e = claude_answer_join(a, block, n, ret);
    return e == ERR_TOO_BIG ? why_set(why, e, "Claude's answer is too long to be spoken") : e;
}

static enum err read_message(struct arena *a, const struct json *v, struct claude_answer *ret,
                             struct why *why)
{
    struct claude_answer ans = {.stop = claude_stop_read(json_text(json_member(v, "stop_reason"))),
                                .model = text_or(json_text(json_member(v, "model")), ""),
                                .id = text_or(json_text(json_member(v, "id")), "")};

    claude_usage_read(json_member(v, "usage"), &ans.usage);
    enum err e = read_blocks(a, json_member(v, "content"), &ans, why);
    if (e == ERR_OK)
        *ret = ans;
    return e;
}

enum err claude_answer_read(struct arena *a, int status, const char *body, size_t n,
                            struct claude_answer *ret, struct failure *f)
{
    const struct json *v = NULL;

    enum err e = status != 200 || n == 0 ? ERR_PEER : json_parse(a, body, n, &v, NULL);
    if (e == ERR_MEMORY)
        return e;
    if (e == ERR_OK && json_kind(json_member(v, "content")) == JSON_ARRAY)
        return read_message(a, v, ret, &f->why);
    return refuse_by_body(status, body, n, NULL, f);
}

/* ==== answers that come as a stream =========================================================== */

/* A streamed message, event by event. What an event holds is read in an arena of its own, which the
 * next one empties: a stream costs what its answer weighs, not what its events do. */

#define SCRATCH     ((size_t)16 * 1024 * 1024)
#define REFUSAL_MAX ((size_t)64 * 1024)
#define WORD_MAX    256 /* bytes of an id, a model's or a tool's name */
#define INDEX_MAX   1000000

static enum err fail(struct claude_stream *s, enum err e, const char *text)
{
    return failure_set(&s->failure, FAILURE_UNJUDGED, e, "%s", text);
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static struct claude_part *find_part(struct claude_stream *s, const struct json *event)
{
    int64_t index = 0;

    if (json_get_int(event, "index", 0, INDEX_MAX, &index, NULL) != ERR_OK)
        return NULL;
    for (size_t i = 0; i < s->parts; i++)
        if (s->part[i]->index == index)
            return s->part[i];
    return NULL;
}

static void take_back(struct claude_stream *s)
{
    if (s->on_text != NULL && (s->on_take_back == NULL || !s->on_take_back(s->to)))
        return;
    buf_clear(&s->text);
    for (size_t i = 0; i < s->parts; i++)
        if (s->part[i]->block.kind == CLAUDE_TEXT)
            buf_clear(&s->part[i]->grows);
}

static enum err add_words(struct claude_stream *s, struct claude_part *part, const char *text,
                          size_t n)
{
    if (n == 0)
        return ERR_OK;
    buf_put(&part->grows, text, n);
    buf_put(&s->text, text, n);
    enum err e = buf_err(&s->text) != ERR_OK ? buf_err(&s->text) : buf_err(&part->grows);
    if (e == ERR_TOO_BIG)
        return fail(s, e, "Claude's answer is too long to be spoken");
    if (e == ERR_OK && s->on_text != NULL)
        e = s->on_text(s->to, text, n);
    return e;
}

/* `text` NULL: there is no more. */
static enum err add_text(struct claude_stream *s, struct claude_part *part, const char *text)
{
    struct buf words;

    buf_init(&words, &s->scratch, CLAUDE_REPLY_MAX);
    if (text == NULL)
        inner_end(&s->inner, &words);
    else if (inner_feed(&s->inner, text, strlen(text), &words))
        take_back(s);
    enum err e = buf_err(&words);
    return e == ERR_OK ? add_words(s, part, buf_text(&words), words.len) : e;
}

static struct claude_part *last_text(const struct claude_stream *s)
{
    for (size_t i = s->parts; i > 0; i--)
        if (s->part[i - 1]->known && s->part[i - 1]->block.kind == CLAUDE_TEXT)
            return s->part[i - 1];
    return NULL;
}

static enum err add_hidden(struct claude_stream *s, struct buf *to, const char *text)
{
    buf_puts(to, text);
    return buf_err(to) == ERR_TOO_BIG
               ? fail(s, ERR_TOO_BIG, "Claude's thoughts or the input of a tool are too large")
               : buf_err(to);
}

static size_t ceiling_of(enum claude_kind kind)
{
    return kind == CLAUDE_TEXT       ? CLAUDE_TEXT_MAX
           : kind == CLAUDE_TOOL_USE ? CLAUDE_INPUT_MAX
                                     : CLAUDE_THOUGHT_MAX;
}

/* What a block already holds as it begins; what came with its event goes with it. */
static enum err begin_part(struct claude_stream *s, struct claude_part *part)
{
    struct claude_block *b = &part->block;

    buf_init(&part->grows, s->arena, ceiling_of(b->kind));
    buf_init(&part->signature, s->arena, CLAUDE_THOUGHT_MAX);
    if (!part->known)
        return ERR_OK;
    if (b->kind == CLAUDE_TEXT)
        return add_text(s, part, b->text);
    if (b->kind == CLAUDE_TOOL_USE) {
        s->tool_begun = true;
        b->id = arena_strdup(s->arena, b->id);
        b->name = arena_strdup(s->arena, b->name);
        b->input = arena_strdup(s->arena, b->input);
        return b->id == NULL || b->name == NULL || b->input == NULL ? ERR_MEMORY : ERR_OK;
    }
    enum err e = add_hidden(s, &part->grows, b->text);
    return e != ERR_OK ? e : add_hidden(s, &part->signature, b->signature);
}

static enum err on_block_start(struct claude_stream *s, const struct json *event)
{
    struct claude_part part = {0};

    if (json_get_int(event, "index", 0, INDEX_MAX, &part.index, NULL) != ERR_OK ||
        find_part(s, event) != NULL)
        return fail(s, ERR_PEER, "Claude's stream begins a block without an index, or twice");
    if (s->parts == CLAUDE_BLOCKS)
        return fail(s, ERR_TOO_BIG, "Claude's answer has too many blocks");
    enum err e = claude_block_read(&s->scratch, json_member(event, "content_block"), &part.block,
                                   &part.known, &s->failure.why);
    if (e != ERR_OK)
        return e;
    struct claude_part *kept = arena_calloc(s->arena, 1, sizeof *kept);
    if (kept == NULL)
        return ERR_MEMORY;
    *kept = part;
    s->part[s->parts++] = kept;
    return begin_part(s, kept);
}

static enum err take_text(struct claude_stream *s, struct claude_part *p, const char *piece)
{
    return add_text(s, p, piece);
}

static enum err take_hidden(struct claude_stream *s, struct claude_part *p, const char *piece)
{
    return add_hidden(s, &p->grows, piece);
}

static enum err take_signature(struct claude_stream *s, struct claude_part *p, const char *piece)
{
    return add_hidden(s, &p->signature, piece);
}

static const struct delta {
    const char *type;
    enum claude_kind kind; /* of the blocks in which it may come */
    const char *member;
    enum err (*take)(struct claude_stream *s, struct claude_part *p, const char *piece);
} deltas[] = {
    {"text_delta", CLAUDE_TEXT, "text", take_text},
    {"input_json_delta", CLAUDE_TOOL_USE, "partial_json", take_hidden},
    {"thinking_delta", CLAUDE_THINKING_BLOCK, "thinking", take_hidden},
    {"signature_delta", CLAUDE_THINKING_BLOCK, "signature", take_signature},
};

static enum err on_block_delta(struct claude_stream *s, const struct json *event)
{
    struct claude_part *part = find_part(s, event);
    const struct json *delta = json_member(event, "delta");
    const char *type = json_text(json_member(delta, "type"));

    if (part == NULL)
        return fail(s, ERR_PEER, "Claude's stream goes on with a block that never began");
    for (size_t i = 0; type != NULL && part->known && i < sizeof deltas / sizeof *deltas; i++) {
        const char *piece = json_text(json_member(delta, deltas[i].member));
        if (strcmp(type, deltas[i].type) == 0 && deltas[i].kind == part->block.kind &&
            piece != NULL)
            return deltas[i].take(s, part, piece);
    }
    return ERR_OK;
}

/* ---- messages -------------------------------------------------------------------------------- */

static enum err keep_word(struct claude_stream *s, const struct json *o, const char *name,
                          const char **ret)
{
    const char *word = NULL;

    if (json_get_text(o, name, WORD_MAX, &word, NULL) != ERR_OK)
        return ERR_OK;
    word = arena_strdup(s->arena, word);
    if (word == NULL)
        return ERR_MEMORY;
    *ret = word;
    return ERR_OK;
}

static enum err on_message_start(struct claude_stream *s, const struct json *event)
{
    const struct json *message = json_member(event, "message");

    claude_usage_read(json_member(message, "usage"), &s->usage);
    enum err e = keep_word(s, message, "model", &s->model);
    return e != ERR_OK ? e : keep_word(s, message, "id", &s->id);
}

static enum err on_message_delta(struct claude_stream *s, const struct json *event)
{
    const char *stop = json_text(json_member(json_member(event, "delta"), "stop_reason"));

    if (stop != NULL)
        s->stop = claude_stop_read(stop);
    claude_usage_read(json_member(event, "usage"), &s->usage);
    return ERR_OK;
}

static enum err on_message_stop(struct claude_stream *s, const struct json *event)
{
    struct claude_part *last = last_text(s);

    (void)event;
    s->done = true;
    return last == NULL ? ERR_OK : add_text(s, last, NULL);
}

static enum err on_error(struct claude_stream *s, const struct json *event)
{
    keep_id(json_text(json_member(event, "request_id")), s->request_id);
    return refuse(200, event, &s->failure);
}

static const struct {
    const char *name;
    enum err (*take)(struct claude_stream *s, const struct json *event);
} events[] = {
    {"message_start", on_message_start},     {"content_block_start", on_block_start},
    {"content_block_delta", on_block_delta}, {"message_delta", on_message_delta},
    {"message_stop", on_message_stop},       {"error", on_error},
};

/* ping, content_block_stop and whatever comes to be added tell nothing. */
static enum err take_event(struct claude_stream *s, const char *name, const struct json *data)
{
    for (size_t i = 0; i < sizeof events / sizeof *events; i++)
        if (strcmp(name, events[i].name) == 0)
            return events[i].take(s, data);
    return ERR_OK;
}

static bool is_known(const char *name)
{
    for (size_t i = 0; i < sizeof events / sizeof *events; i++)
        if (strcmp(name, events[i].name) == 0)
            return true;
    return false;
}

/* An event without a name is told by its data, if that is JSON at all. */
static enum err on_event(void *to, const struct sse_event *event)
{
    struct claude_stream *s = to;
    const struct json *data = NULL;
    const char *name = event->name;

    if (s->done || (*name != '\0' && !is_known(name)))
        return ERR_OK;
    arena_clear(&s->scratch);
    enum err e = event->len == 0 ? ERR_SYNTAX
                                 : json_parse(&s->scratch, event->data, event->len, &data, NULL);
    if (e == ERR_SYNTAX && *name == '\0')
        return ERR_OK;
    if (e == ERR_SYNTAX)
        return fail(s, ERR_PEER, "an event of Claude's stream cannot be read");
    if (e != ERR_OK)
        return e;
    if (*name == '\0')
        name = json_text(json_member(data, "type"));
    return name == NULL ? ERR_OK : take_event(s, name, data);
}

/* ---- the stream ------------------------------------------------------------------------------ */

void claude_stream_init(struct claude_stream *s, struct arena *a,
                        enum err (*on_text)(void *to, const char *text, size_t n), void *to)
{
    *s = (struct claude_stream){.arena = a, .on_text = on_text, .to = to, .model = "", .id = ""};
    arena_init(&s->scratch, SCRATCH);
    sse_init(&s->sse, a, CLAUDE_EVENT_MAX, on_event, s);
    buf_init(&s->text, a, CLAUDE_TEXT_MAX);
    buf_init(&s->refusal, a, REFUSAL_MAX);
}

void claude_stream_release(struct claude_stream *s)
{
    arena_release(&s->scratch);
}

/* As much of it as is needed to know what it is; the rest is let go by. */
static void keep_refusal(struct claude_stream *s, const char *bytes, size_t n)
{
    size_t room = REFUSAL_MAX - s->refusal.len;

    buf_put(&s->refusal, bytes, n < room ? n : room);
}

enum err claude_stream_bytes(void *to, int status, const char *bytes, size_t n)
{
    struct claude_stream *s = to;

    if (s->failure.err != ERR_OK)
        return s->failure.err;
    s->status = status;
    s->came += n;
    if (s->came > CLAUDE_REPLY_MAX)
        return fail(s, ERR_TOO_BIG, "Claude's stream does not end");
    if (status != 200) {
        keep_refusal(s, bytes, n);
        return ERR_OK;
    }
    s->failure.err = sse_feed(&s->sse, bytes, n);
    if (s->failure.err == ERR_TOO_BIG && s->failure.why.text[0] == '\0')
        return fail(s, ERR_TOO_BIG, "an event of Claude's stream is too large");
    return s->failure.err;
}

/* ---- its end --------------------------------------------------------------------------------- */

/* A tool's input must be whole; where the answer was cut it may not be, and is left out then. */
static enum err finish_tool(struct claude_stream *s, struct claude_part *part)
{
    struct claude_block *b = &part->block;
    bool cut =
        s->stop == CLAUDE_MAX_TOKENS || s->stop == CLAUDE_REFUSAL || s->stop == CLAUDE_CONTEXT_FULL;

    if (part->grows.len > 0)
        b->input = buf_text(&part->grows);
    arena_clear(&s->scratch);
    enum err e = claude_check_object(&s->scratch, b->input, strlen(b->input));
    part->known = e == ERR_OK;
    if (e == ERR_VALUE && !cut)
        return fail(s, ERR_PEER, "the input that Claude gave a tool is not a JSON object");
    return e == ERR_MEMORY ? e : ERR_OK;
}

static enum err finish_parts(struct claude_stream *s, bool whole)
{
    enum err e = ERR_OK;

    for (size_t i = 0; i < s->parts && e == ERR_OK; i++) {
        struct claude_part *part = s->part[i];
        part->block.text = buf_text(&part->grows);
        part->block.signature = buf_text(&part->signature);
        if (whole && part->known && part->block.kind == CLAUDE_TOOL_USE)
            e = finish_tool(s, part);
    }
    return e;
}

/* Of a message that is not whole only the text counts: it may have been said. */
static enum err join(struct claude_stream *s, bool whole, struct claude_answer *ret)
{
    struct claude_block *block = arena_calloc(s->arena, s->parts + 1, sizeof *block);
    size_t n = 0;

    if (block == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < s->parts; i++)
        if (s->part[i]->known && (whole || s->part[i]->block.kind == CLAUDE_TEXT))
            block[n++] = s->part[i]->block;
    enum err e = claude_answer_join(s->arena, block, n, ret);
    ret->text = buf_text(&s->text); /* as it was told, should blocks have grown side by side */
    return e;
}

static enum err judge(struct claude_stream *s, int status)
{
    status = s->status != 0 ? s->status : status;
    if (s->failure.err != ERR_OK || s->done)
        return s->failure.err;
    if (status != 0 && status != 200)
        return refuse_by_body(status, buf_text(&s->refusal), s->refusal.len, s->request_id,
                              &s->failure);
    return fail(s, ERR_PEER, "Claude's stream ended before the message did");
}

enum err claude_stream_end(struct claude_stream *s, int status, struct claude_answer *ret,
                           struct failure *f)
{
    enum err e = judge(s, status);
    enum err finished = finish_parts(s, e == ERR_OK);

    e = e == ERR_OK ? finished : e;
    *ret = (struct claude_answer){
        .text = "", .stop = s->stop, .usage = s->usage, .model = s->model, .id = s->id};
    enum err joined = join(s, e == ERR_OK, ret);
    if (s->status != 200) /* what is refused is not charged for */
        ret->cost_microusd = 0;
    e = e == ERR_OK ? joined : e;
    if (e != ERR_OK && f != NULL) {
        (void)failure_close(&s->failure, e);
        f->next = s->failure.next;
        f->hard = s->failure.hard;
        f->why = s->failure.why;
    }
    return e;
}
