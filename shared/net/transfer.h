/* Private to net/: one request on its way, as far as it is no libcurl's business: its limits, what
 * came of the reply, and its end. */
#ifndef HOLOS_NET_TRANSFER_H
#define HOLOS_NET_TRANSFER_H

#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "net/http.h"

/* Private to net/: what is kept of a reply's head. Pure: lines in, values out. */

struct head {
    int status;           /* 0: no status line yet */
    char type[128];       /* one that is longer is cut */
    char request_id[128]; /* only if it is made of harmless characters, else "" */
    char egress[32];      /* X-Holos-Egress: the egress itself answers, and why */
    int64_t length;       /* Content-Length; -1: none */
    int64_t wait_ms;      /* retry-after-ms; -1: none */
    int64_t wait_s;       /* Retry-After as a number; -1: none */
    int64_t wait_until;   /* Retry-After as a date, seconds since 1970; -1: none */
    int64_t date;         /* Date, seconds since 1970; -1: none */
    enum http_say should_retry;
};

void transfer_head_init(struct head *h);

/* Takes one line of the head, with or without its line end. A status line begins a new head. */
void transfer_head_take(struct head *h, const char *line, size_t n);

/* How long the peer asks to wait, at most a day; -1: it does not say. A date is measured from the
 * peer's own Date, else from now_s. */
int64_t transfer_head_retry_after_ms(const struct head *h, int64_t now_s);

/* "Sun, 06 Nov 1994 08:49:37 GMT" as seconds since 1970; -1: it is none. */
int64_t transfer_head_date(const char *s);

#define TRANSFER_WHERE 128

enum transfer_state {
    TRANSFER_IDLE,     /* free for the next request */
    TRANSFER_WAITING,  /* to be given to libcurl by the next http_move */
    TRANSFER_GOING,    /* libcurl has it */
    TRANSFER_ENDED,    /* `err` is its result */
    TRANSFER_DROPPING, /* dropped within a callback: idle as soon as libcurl lets go */
};

struct http_transfer {
    struct http *http;
    bool *moved;                /* the client's: something happened */
    struct http_transfer *next; /* of the client's; they are kept until it is closed */
    void *easy;                 /* libcurl's handle */
    void *headers;              /* libcurl's list, while the request needs it */
    enum transfer_state state;
    struct http_request req;
    struct arena *arena;
    struct buf body;
    struct head head;
    bool by_egress;
    size_t got;   /* bytes of the body */
    int tries;    /* how often it was given to libcurl */
    enum err err; /* the first thing that went wrong */
    struct why why;
    int64_t started_us, begun_us; /* http_start; this try */
    struct http_times times;
    char where[TRANSFER_WHERE]; /* "host:port" */
    char error[256];            /* libcurl's own words (CURL_ERROR_SIZE) */
};

/* A new request. `where` is set by the caller. */
void transfer_init(struct http_transfer *t, struct arena *a, const struct http_request *req);

/* One more try begins. */
void transfer_begin(struct http_transfer *t);

/* One line of the head; false: the transfer has failed. */
bool transfer_take_head(struct http_transfer *t, const char *line, size_t n);

/* A piece of the body; false: the transfer has failed (or its taker dropped it). */
bool transfer_take(struct http_transfer *t, const char *data, size_t n);

/* Its first try used a kept connection (the egress's, if it says so), and not a byte came back of
 * the peer: once more on a fresh one, if that broke? libcurl does so by itself when the whole
 * request had left, not in the midst of a large one. */
bool transfer_is_untouched(const struct http_transfer *t);

/* Fails the transfer if a limit has passed or its stop is asked for; true if it did. */
bool transfer_expire(struct http_transfer *t);

/* The moment at which transfer_expire would next have something to do. */
int64_t transfer_limit_us(const struct http_transfer *t);

/* Remembers an error, unless there is one already. */
void transfer_fail(struct http_transfer *t, enum err e, const char *format, ...) printf_like(3, 4);

/* The reply came to its end: were they the egress's own words? */
void transfer_finish(struct http_transfer *t);

#endif
