/* The first byte seeds the cuts, the second is the reply's status (even: 200), the rest is the
 * body. Fed whole and in pieces it must give the same answer, and what was told piece by piece must
 * be the answer's text. A whole answer can be replayed. */
#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "providers/claude.h"
#include "wire/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

struct told {
    struct claude_stream s;
    struct claude_answer answer;
    struct buf said;
    enum err err;
};

static enum err on_text(void *to, const char *text, size_t n)
{
    struct told *t = to;

    assert(n > 0 && text_is_utf8(text, n));
    buf_put(&t->said, text, n);
    return buf_err(&t->said);
}

static void feed(struct told *t, struct arena *a, const uint8_t *data, size_t n, bool whole)
{
    const char *body = (const char *)data + 2;
    int status = data[1] % 2 == 0 ? 200 : 400 + data[1];
    unsigned seed = data[0];

    buf_init(&t->said, a, CLAUDE_TEXT_MAX);
    claude_stream_init(&t->s, a, on_text, t);
    enum err e = ERR_OK;
    for (size_t at = 0; at < n - 2 && e == ERR_OK;) {
        seed = seed * 1103515245 + 12345;
        size_t piece = whole ? n - 2 : 1 + (seed >> 16) % (1U << (seed >> 8 & 12));
        piece = piece < n - 2 - at ? piece : n - 2 - at;
        e = claude_stream_bytes(&t->s, status, body + at, piece);
        at += piece;
    }
    t->err = claude_stream_end(&t->s, status, &t->answer, NULL);
    claude_stream_release(&t->s);
    assert(strcmp(buf_text(&t->said), t->answer.text) == 0);
    assert(t->err == ERR_OK || t->answer.tools == 0);
}

static void replay(struct arena *a, const struct claude_answer *ans)
{
    static const struct claude_setup setup = {.base_url = "https://x",
                                              .version = "v",
                                              .model = "claude-opus-5-5",
                                              .key = {"k", ""},
                                              .keys = 1};
    const struct claude_block hi = {.kind = CLAUDE_TEXT, .text = "hi"};
    const struct claude_message messages[] = {
        {CLAUDE_USER, &hi, 1}, {CLAUDE_ASSISTANT, ans->block, ans->blocks}, {CLAUDE_USER, &hi, 1}};
    struct claude_ask ask = {.message = messages, .messages = 3};
    struct http_request req = {0};
    const struct json *body = NULL;

    assert(claude_request(a, &setup, &ask, &req, NULL) == ERR_OK);
    assert(ans->tools > 0 || json_parse(a, req.body, req.len, &body, NULL) == ERR_OK);
    for (size_t i = 0; i < ans->tools; i++) /* two that are deep are too deep for json together */
        assert(json_parse(a, ans->tool[i]->input, strlen(ans->tool[i]->input), &body, NULL) ==
               ERR_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct told whole;
    struct told pieces;
    struct arena a;

    if (n < 2)
        return 0;
    arena_init(&a, 256 << 20);
    feed(&whole, &a, data, n, true);
    feed(&pieces, &a, data, n, false);
    assert(whole.err == pieces.err && whole.s.failure.next == pieces.s.failure.next);
    assert(strcmp(whole.answer.text, pieces.answer.text) == 0);
    assert(whole.answer.blocks == pieces.answer.blocks);
    assert(whole.answer.tools == pieces.answer.tools && whole.answer.stop == pieces.answer.stop);
    assert(whole.answer.cost_microusd == pieces.answer.cost_microusd);
    for (size_t i = 0; i < whole.answer.tools; i++)
        assert(strcmp(whole.answer.tool[i]->input, pieces.answer.tool[i]->input) == 0);
    if (whole.err == ERR_OK)
        replay(&a, &whole.answer);
    arena_release(&a);
    return 0;
}
