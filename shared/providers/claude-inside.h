/* Private to the files of Claude's client. */
#ifndef HOLOS_PROVIDERS_CLAUDE_INSIDE_H
#define HOLOS_PROVIDERS_CLAUDE_INSIDE_H

#include "providers/claude.h"
#include "wire/json.h"
#include "wire/jsonw.h"

/* ---- claude.c -------------------------------------------------------------------------------- */

const char *claude_effort_name(enum claude_effort e);

/* ---- claude-request.c ------------------------------------------------------------------------ */

/* Is it the text of a JSON object? ERR_VALUE, ERR_MEMORY. */
enum err claude_check_object(struct arena *a, const char *json, size_t n) must_check;

/* ---- claude-answer.c ------------------------------------------------------------------------- */

/* A block as it grows. */
struct claude_part {
    int64_t index;
    bool known; /* of a kind that is kept */
    struct claude_block block;
    struct buf grows, signature; /* text, thought or input */
};

#endif
