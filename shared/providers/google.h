/* google - what all of Google's services have in common: the service-account file, read once, and
 * its key to sign with; what a request shows; what an answer means that is not 2xx.
 *
 * Beside base/digest.c the only part that knows openssl. */
#ifndef HOLOS_PROVIDERS_GOOGLE_H
#define HOLOS_PROVIDERS_GOOGLE_H

#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/err.h"
#include "net/http.h"
#include "providers/failure.h"

struct google_credentials {
    const char *client_email;
    const char *key_id;        /* private_key_id; "" if none */
    const char *token_uri;     /* where tokens are asked for, as the file says */
    const char *project_id;    /* "" if none */
    const char *quota_project; /* quota_project_id, billed instead; "" if none */
    void *key;                 /* of libcrypto */
    struct arena arena;        /* holds the texts */
};

/* Reads the file and parses its key (a literal backslash-n in it, which environment files leave, is
 * mended). ERR_NOT_FOUND: no file; ERR_CONFIG: it cannot be read, is not JSON, is of another type,
 * lacks a member, or its key cannot be parsed: each its own sentence in `why`, without any of the
 * file's content; ERR_MEMORY. Close it in the end. */
enum err google_credentials_open(const char *path, struct google_credentials **ret,
                                 struct why *why) must_check;

/* NULL is allowed. */
void google_credentials_close(struct google_credentials *g);

/* The same reading and the same errors, to know whether it can be used. */
enum err google_credentials_check(struct arena *a, const char *path, struct why *why) must_check;

/* May every user of this machine read or write the file? False where there is none. */
bool google_credentials_are_open(const char *path);

/* RSASSA-PKCS1-v1_5 with SHA-256 over `n` bytes. ERR_CONFIG: the key does not sign; ERR_MEMORY. */
enum err google_sign(struct arena *a, const struct google_credentials *g, const void *data,
                     size_t n, const char **ret, size_t *ret_len, struct why *why) must_check;

/* What a request to a Google API shows. The token counts if there is one, else the key. */
struct google_access {
    const char *token;         /* NULL or "": none */
    const char *api_key;       /* NULL or "": none */
    const char *quota_project; /* goes with a token; NULL or "": none */
};

/* The headers for it, NULL-terminated. ERR_CONFIG: neither a token nor a key, or one holds what
 * no header may; ERR_MEMORY. */
enum err google_headers(struct arena *a, const struct google_access *with, const char *const **ret,
                        struct why *why) must_check;

/* Why an answer is none, whose status is not 200: the body is a google.rpc.Status in JSON, or
 * whatever a front end writes (HTML, nothing). `api` begins the sentence ("Google's speech
 * recognition"). Returns ERR_CONFIG for FAILURE_OPERATOR, ERR_TOO_BIG for a request over a size or
 * length, ERR_FORMAT for sound that is not taken, ERR_MEMORY, else ERR_PEER. */
enum err google_error_read(struct arena *a, const struct http_reply *reply, const char *api,
                           struct failure *f) must_check;

/* The same for a 200 that is no answer of this API. */
enum err google_error_odd(const char *api, const char *what, struct failure *f) must_check;

#endif
