/* A streamed message, event by event. What an event holds is read in an arena of its own, which the
 * next one empties: a stream costs what its answer weighs, not what its events do. */
#include "vendors/claude-inside.h"

#include <string.h>

#define SCRATCH     ((size_t)16 * 1024 * 1024)
#define REFUSAL_MAX ((size_t)64 * 1024)
#define WORD_MAX    256 /* bytes of an id, a model's or a tool's name */
#define INDEX_MAX   1000000

static enum err fail(struct claude_stream *s, enum err e, const char *text)
{
    s->err = e;
    return why_set(&s->why, e, "%s", text);
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

static enum err add_text(struct claude_stream *s, struct claude_part *part, const char *text)
{
    size_t n = strlen(text);

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
                                   &part.known, &s->why);
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
    {"thinking_delta", CLAUDE_THOUGHT, "thinking", take_hidden},
    {"signature_delta", CLAUDE_THOUGHT, "signature", take_signature},
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
    (void)event;
    s->done = true;
    return ERR_OK;
}

static enum err on_error(struct claude_stream *s, const struct json *event)
{
    claude_error_of(200, event, &s->error);
    return claude_error_why(&s->error, &s->why);
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

    if (s->err != ERR_OK)
        return s->err;
    s->status = status;
    s->came += n;
    if (s->came > CLAUDE_REPLY_MAX)
        return fail(s, ERR_TOO_BIG, "Claude's stream does not end");
    if (status != 200) {
        keep_refusal(s, bytes, n);
        return ERR_OK;
    }
    s->err = sse_feed(&s->sse, bytes, n);
    if (s->err == ERR_TOO_BIG && s->why.text[0] == '\0')
        return fail(s, ERR_TOO_BIG, "an event of Claude's stream is too large");
    return s->err;
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
        return fail(s, ERR_PEER, "the input that Claude gave a tool is no JSON object");
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
    if (s->err != ERR_OK || s->done)
        return s->err;
    if (status != 0 && status != 200) {
        claude_error_read(status, buf_text(&s->refusal), s->refusal.len, &s->error);
        return claude_error_why(&s->error, &s->why);
    }
    return fail(s, ERR_PEER, "Claude's stream ended before the message did");
}

enum err claude_stream_end(struct claude_stream *s, int status, struct claude_answer *ret,
                           struct why *why)
{
    enum err e = judge(s, status);
    enum err finished = finish_parts(s, e == ERR_OK);

    e = e == ERR_OK ? finished : e;
    *ret = (struct claude_answer){
        .text = "", .stop = s->stop, .usage = s->usage, .model = s->model, .id = s->id};
    enum err joined = join(s, e == ERR_OK, ret);
    if (s->status != 200) /* what is refused is not charged for */
        ret->cost_microusd = 0;
    if (e != ERR_OK && why != NULL)
        *why = s->why;
    return e == ERR_OK ? joined : e;
}
