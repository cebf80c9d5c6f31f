/* Private to the files of Claude's client. */
#ifndef HOLOS_PROVIDERS_CLAUDE_INSIDE_H
#define HOLOS_PROVIDERS_CLAUDE_INSIDE_H

#include "providers/claude.h"
#include "wire/json.h"
#include "wire/jsonw.h"

/* ---- claude.c -------------------------------------------------------------------------------- */

const char *claude_effort_name(enum claude_effort e);

/* ---- claude-request.c ------------------------------------------------------------------------ */

/* Has it nothing but white space? NULL has. */
bool claude_is_blank(const char *s);

/* Is it the text of a JSON object? ERR_VALUE, ERR_MEMORY. */
enum err claude_check_object(struct arena *a, const char *json, size_t n) must_check;

/* Writes the value of "messages", put right as claude_request promises. ERR_VALUE: the last words
 * are not the user's; ERR_MEMORY. */
enum err claude_put_messages(struct arena *a, struct jsonw *w, const struct claude_ask *ask,
                             bool thoughts, struct why *why) must_check;

/* ---- claude-answer.c ------------------------------------------------------------------------- */

/* A block as it grows. */
struct claude_part {
    int64_t index;
    bool known; /* of a kind that is kept */
    struct claude_block block;
    struct buf grows, signature; /* text, thought or input */
};

enum claude_stop claude_stop_read(const char *reason);

/* Takes over the counts that are there; they only grow. `usage` may be NULL. */
void claude_usage_read(const struct json *usage, struct claude_usage *ret);

/* Reads a finished block. *ret_kept is false for a kind that is not kept. */
enum err claude_block_read(struct arena *a, const struct json *block, struct claude_block *ret,
                           bool *ret_kept, struct why *why) must_check;

/* Joins blocks, `n` of them, into an answer that has its stop, usage and model: fills the rest.
 * ERR_TOO_BIG: the text; ERR_MEMORY. */
enum err claude_answer_join(struct arena *a, const struct claude_block *block, size_t n,
                            struct claude_answer *ret) must_check;

#endif
