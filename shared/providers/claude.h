/* claude - Anthropic's Messages API, and whatever speaks it behind ANTHROPIC_BASE_URL. Pure: it
 * writes requests and reads replies; net/http.h sends them.
 *
 *     claude_setup_read(&setup, why)                        once, from the settings
 *     claude_request(a, &setup, &ask, &req, why)            makes a request that the API takes
 *     claude_stream_init(&s, a, on_text, to)
 *     req.on_bytes = claude_stream_bytes; req.to = &s       ... the text arrives through on_text
 *     claude_stream_end(&s, status, &answer, &failure)      was it whole? what was it?
 *     claude_stream_release(&s)                             on every path
 *
 * A tool round: append to the messages {CLAUDE_ASSISTANT, answer.block, answer.blocks} as it is,
 * then {CLAUDE_USER, one CLAUDE_TOOL_RESULT per tool}, and ask again with the same tools and
 * system.
 *
 * Never sent: sampling parameters (the version 2026-10-21 refuses them), telephone numbers,
 * anything that makes tools and system differ between two asks of one profile: they are the cached
 * prefix. Sentences in `why` hold no word of the conversation and none of the vendor's. */
#ifndef HOLOS_PROVIDERS_CLAUDE_H
#define HOLOS_PROVIDERS_CLAUDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "language/inner.h"
#include "net/http.h"
#include "providers/failure.h"
#include "providers/provider.h"
#include "wire/sse.h"

#define CLAUDE_KEYS         2
#define CLAUDE_BLOCKS       32                  /* content blocks of one answer */
#define CLAUDE_TEXT_MAX     ((size_t)32 * 1024) /* bytes of an answer's text */
#define CLAUDE_INPUT_MAX    ((size_t)32 * 1024) /* bytes of one tool's input */
#define CLAUDE_THOUGHT_MAX  ((size_t)512 * 1024)
#define CLAUDE_EVENT_MAX    ((size_t)512 * 1024) /* bytes of one event of a stream */
#define CLAUDE_REPLY_MAX    ((size_t)8 * 1024 * 1024)
#define CLAUDE_REQUEST_MAX  ((size_t)4 * 1024 * 1024)
#define CLAUDE_COST_UNKNOWN (-1)
#define CLAUDE_ID           64 /* bytes of a request's name, with the NUL */

/* ---- models (claude-models.def) -------------------------------------------------------------- */

enum claude_effort {
    CLAUDE_LOW,
    CLAUDE_MEDIUM,
    CLAUDE_HIGH,
    CLAUDE_XHIGH,
    CLAUDE_MAX,
    CLAUDE_EFFORT__MAX
};

/* What has to be sent so that a model does not think before it speaks. */
enum claude_thinking {
    CLAUDE_THINKING_UNTOLD,  /* nothing: it does not think unless asked, or is not known */
    CLAUDE_THINKING_OFF,     /* {"type":"disabled"}, up to effort high; above, it thinks */
    CLAUDE_THINKING_BETWEEN, /* {"type":"between_tools"}: silent until a tool was used */
    CLAUDE_THINKING_ALWAYS   /* there is no off-switch */
};

/* Micro-dollars for a million tokens; all 0: not known. */
struct claude_prices {
    int64_t in, out, cache_read, cache_write;
};

struct claude_model {
    const char *id; /* without a date; of a family: what its ids begin with */
    bool family; /* the rest of a family whose models have no row: nothing more is known of them */
    enum claude_thinking thinking;
    bool effort;     /* takes output_config.effort */
    bool strict;     /* takes "strict" in tools */
    bool cache;      /* takes cache_control */
    int cache_least; /* tokens of the shortest prefix that is cached; 0: not known */
    struct claude_prices price;
    int64_t tier; /* prompts of more tokens than this cost `above`; 0: there is one price */
    struct claude_prices above;
};

/* The row of a model id, "-20251001" or "-latest" at its end or not. Never NULL: for an id that no
 * row fits, one by which nothing optional is sent. */
const struct claude_model *claude_model_find(const char *id);

/* ---- the settings ---------------------------------------------------------------------------- */

struct claude_setup {
    const char *base_url; /* as given; "/v1/messages" is added */
    bool local;           /* base_url is this machine: no key is needed */
    const char *version;
    const char *model;
    const char *fallback_model; /* "": none */
    enum claude_effort effort;
    int max_tokens;               /* of speech and tool inputs; room for thinking is added */
    const char *key[CLAUDE_KEYS]; /* "" if not given; a lone second key counts as the first */
    int keys;                     /* how many there are */
};

/* The texts are the settings' own. ERR_CONFIG: why names the setting that is wrong. That there is
 * no key is none: see claude_ready. */
enum err claude_setup_read(struct claude_setup *ret, struct why *why) must_check;

extern const struct provider_account claude_account; /* keeps a struct claude_setup */

/* Is there anything to ask with: a key, or a server on this machine? */
bool claude_ready(const struct claude_setup *s);

/* ---- asking ---------------------------------------------------------------------------------- */

enum claude_role { CLAUDE_USER, CLAUDE_ASSISTANT };

enum claude_kind {
    CLAUDE_TEXT,        /* text */
    CLAUDE_TOOL_USE,    /* id, name, input */
    CLAUDE_TOOL_RESULT, /* id, text, is_error */
    CLAUDE_THINKING_BLOCK, /* text (may be ""), signature: never spoken, replayed within its tool rounds */
    CLAUDE_HIDDEN          /* a redacted thought: text is its data */
};

struct claude_block {
    enum claude_kind kind;
    const char *text;
    const char *id; /* of the tool use, or the one that a result answers */
    const char *name;
    const char *input; /* a JSON object */
    const char *signature;
    bool is_error;
};

struct claude_message {
    enum claude_role role;
    const struct claude_block *block;
    size_t n;
};

struct claude_tool {
    const char *name, *description;
    const char *schema; /* JSON Schema of the input, an object */
    bool strict;
};

struct claude_ask {
    int key;            /* index into setup->key; of no matter where no key is needed */
    const char *model;  /* NULL: setup->model */
    const char *system; /* the same for every call of a profile: cached together with the tools */
    const char *tail;   /* what changes: the date, the client; NULL or "": nothing */
    const struct claude_tool *tool;
    size_t tools;
    const struct claude_message *message;
    size_t messages;
    const char *opening; /* the user's first words when the history begins with ours (the greeting);
                            NULL: "..." */
    const char *user_id; /* opaque, never a telephone number; NULL: none */
    bool words_only;     /* the tools are told (they are cached), but none may be used */
    bool stream;
    int max_tokens; /* 0: setup->max_tokens */
    struct deadline deadline;
};

/* Writes the request, body, headers and URL in the arena; on_bytes is the caller's to set. What the
 * API would refuse is put right: blank texts are left out; messages of one role in a row become
 * one; the first is the user's; every tool use is answered at once, in one message with the results
 * in front (one that has no result: "cancelled", an error); results of nothing are left out;
 * thoughts are left out where the model is asked not to think. Tools are used one at a time.
 *
 * ERR_VALUE: the last words are not the user's, or there are none; a schema is not a JSON object.
 * ERR_CONFIG: the key is not given. ERR_TOO_BIG: over CLAUDE_REQUEST_MAX. ERR_MEMORY. */
enum err claude_request(struct arena *a, const struct claude_setup *s, const struct claude_ask *ask,
                        struct http_request *ret, struct why *why) must_check;

/* ---- answers --------------------------------------------------------------------------------- */

enum claude_stop {
    CLAUDE_END_TURN, /* also a reason that is not known, and none */
    CLAUDE_MAX_TOKENS,
    CLAUDE_STOP_SEQUENCE,
    CLAUDE_USE_TOOL,
    CLAUDE_PAUSE_TURN,
    CLAUDE_REFUSAL, /* the text may be empty */
    CLAUDE_CONTEXT_FULL
};

struct claude_usage { /* tokens */
    int64_t in;       /* neither read from the cache nor written to it */
    int64_t cache_read, cache_write;
    int64_t out; /* thinking included */
    int64_t thinking;
};

struct claude_answer {
    const char *text;                 /* all text blocks, joined; "" if none */
    const struct claude_block *block; /* the whole message in order, for the next round */
    size_t blocks;
    const struct claude_block *const *tool; /* the tool uses among them */
    size_t tools;
    enum claude_stop stop;
    struct claude_usage usage;
    int64_t cost_microusd; /* CLAUDE_COST_UNKNOWN; 0 if the API refused or never answered */
    const char *model;     /* that answered, as it calls itself; "" if it did not say */
    const char *id;        /* of the message; "" */
    int thoughts;          /* thinking blocks */
};

/* Rounded up. */
int64_t claude_cost(const struct claude_model *m, const struct claude_usage *u);

/* Reads a reply that is not streamed. ERR_PEER: an error of the API's, told by its type or else by
 * its status, or no message: something came that is not the API. ERR_TOO_BIG: over one of the
 * ceilings. ERR_MEMORY. */
enum err claude_answer_read(struct arena *a, int status, const char *body, size_t n,
                            struct claude_answer *ret, struct failure *f) must_check;

/* ---- streams --------------------------------------------------------------------------------- */

struct claude_part; /* a block as it grows; private */

struct claude_stream {
    struct arena *arena;
    struct arena scratch; /* of one event at a time */
    struct sse sse;
    /* A piece of the answer's text: whole letters, in order, not NUL-terminated, valid until it
     * returns. An error ends the stream. */
    enum err (*on_text)(void *to, const char *text, size_t n);
    /* The words that on_text was given were inner talk: can they be taken back? NULL: no. */
    bool (*on_take_back)(void *to);
    void *to;
    struct inner inner;                      /* talk in tags, which is no part of the answer */
    struct claude_part *part[CLAUDE_BLOCKS]; /* in the order of their coming */
    size_t parts;
    struct buf text;    /* of all text blocks */
    struct buf refusal; /* the body of a status other than 200 */
    size_t came;        /* bytes */
    bool tool_begun;    /* the first tool use is being written; it is whole at the end only */
    const char *model, *id;
    enum claude_stop stop;
    struct claude_usage usage;
    bool done;                  /* message_stop came */
    int status;                 /* of HTTP, as claude_stream_bytes was told; 0: no byte came */
    struct failure failure;     /* what ended it early; err ERR_OK: nothing so far */
    char request_id[CLAUDE_ID]; /* in an error of the API's: its own name of the request; "" */
};

/* on_text may be NULL; on_take_back is the caller's to set. */
void claude_stream_init(struct claude_stream *s, struct arena *a,
                        enum err (*on_text)(void *to, const char *text, size_t n), void *to);

/* As http_request.on_bytes; `to` is the stream. A body under a status other than 200 is an error
 * and read at the end. ERR_PEER: an error event, or what is no stream of the API; ERR_TOO_BIG;
 * ERR_MEMORY; or what on_text returned. */
enum err claude_stream_bytes(void *to, int status, const char *bytes, size_t n) must_check;

/* After the last byte, whatever http said of it; `status` is that of the reply, 0 if there was
 * none. ERR_OK: the message is whole. Else why it is not: ERR_PEER for an error of the API's, a
 * stream cut short or a status without a body, or what claude_stream_bytes returned.
 *
 * Of `f`, which may be NULL, the next step and the sentence are filled. *ret is filled in any case,
 * so that what was said can be kept and what was used can be counted; of an answer that is not
 * whole the tools are left out, the text is what on_text was given. A tool use that max_tokens cut
 * off is left out as well. */
enum err claude_stream_end(struct claude_stream *s, int status, struct claude_answer *ret,
                           struct failure *f) must_check;

/* Gives back what is not the arena's. */
void claude_stream_release(struct claude_stream *s);

#endif
