/* Private to net/: what is kept of a reply's head. Pure: lines in, values out. */
#ifndef HOLOS_NET_HEAD_H
#define HOLOS_NET_HEAD_H

#include <stddef.h>
#include <stdint.h>
#include "net/http.h"

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

void head_init(struct head *h);

/* Takes one line of the head, with or without its line end. A status line begins a new head. */
void head_take(struct head *h, const char *line, size_t n);

/* How long the peer asks to wait, at most a day; -1: it does not say. A date is measured from the
 * peer's own Date, else from now_s. */
int64_t head_retry_after_ms(const struct head *h, int64_t now_s);

/* "Sun, 06 Nov 1994 08:49:37 GMT" as seconds since 1970; -1: it is none. */
int64_t head_date(const char *s);

#endif
