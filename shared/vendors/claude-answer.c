/* What a message of Claude's holds, streamed or not. */
#include "vendors/claude-inside.h"

#include <assert.h>
#include <string.h>

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

const char *claude_stop_name(enum claude_stop s)
{
    return stops[s];
}

enum claude_stop claude_stop_read(const char *reason)
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

void claude_usage_read(const struct json *usage, struct claude_usage *ret)
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
    {"thinking", CLAUDE_THOUGHT, "thinking"},
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

enum err claude_block_read(struct arena *a, const struct json *block, struct claude_block *ret,
                           bool *ret_kept, struct why *why)
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

enum err claude_answer_join(struct arena *a, const struct claude_block *block, size_t n,
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
                            struct claude_answer *ret, struct claude_error *ret_error,
                            struct why *why)
{
    const struct json *v = NULL;

    *ret_error = (struct claude_error){.fault = CLAUDE_FINE, .status = status};
    enum err e = status != 200 || n == 0 ? ERR_PEER : json_parse(a, body, n, &v, NULL);
    if (e == ERR_MEMORY)
        return e;
    if (e == ERR_OK && json_kind(json_member(v, "content")) == JSON_ARRAY)
        return read_message(a, v, ret, why);
    claude_error_read(status, body, n, ret_error);
    return claude_error_why(ret_error, why);
}
