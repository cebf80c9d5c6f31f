/* openai - for the files of shared/providers alone: what all services have in common that speak as
 * OpenAI's do. Pure. */
#ifndef HOLOS_PROVIDERS_OPENAI_H
#define HOLOS_PROVIDERS_OPENAI_H

#include "base/arena.h"
#include "base/err.h"
#include "net/http.h"
#include "providers/failure.h"

#define OPENAI_URL "https://api.openai.com"

/* What a server that refuses says: message, code and type of {"error": {...}}, or {"error": "..."},
 * or the bare text, in one. "" if nothing. ERR_MEMORY. */
enum err openai_told(struct arena *a, const struct http_reply *reply, const char **ret) must_check;

/* What a refusal means, by its status and a part of what openai_told tells (NULL: whatever it is). */
struct openai_meaning {
    int least, most; /* the status */
    const char *part;
    enum failure_next next;
    enum err err;
    const char *sentence; /* behind the server's name */
};

/* Sets *f as the first of `n` rows that fits says; `server` begins the sentence. Returns f->err;
 * ERR_MEMORY. */
enum err openai_refused(struct arena *a, const struct http_reply *reply, const char *server,
                        const struct openai_meaning *rows, size_t n, struct failure *f) must_check;

/* The server at that setting, or else OpenAI. */
const char *openai_address(const char *own);

/* From the path of a URL on; "": it has none. */
const char *openai_path(const char *url);

/* A URL with a path as it stands, one without with this path. NULL when the arena refuses. */
const char *openai_url(struct arena *a, const char *url, const char *path);

#endif
