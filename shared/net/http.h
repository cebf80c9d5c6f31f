/* http - outgoing HTTP within a deadline. The only includer of curl/curl.h.
 *
 * A struct http is one connection-keeping client: open it once per process (after fork) and send
 * through it again and again; connections, TLS sessions and names are kept between requests, and
 * every option of a request is set afresh, so nothing lingers. One request at a time.
 *
 * What holds for every request: https only, plain http to loopback alone (localhost, 127.0.0.0/8,
 * ::1); certificate and host name verified; no redirect followed; no proxy from the environment;
 * no user name in the URL; HTTP/1.1; no "Expect: 100-continue"; a reply larger than its ceiling
 * (counted after decompression) is refused; 30 s without a byte are the end of it, whatever the
 * deadline. libcurl itself sends a request again on a kept
 * connection that died before the first byte of a reply: give a request that has effects an
 * idempotency key.
 *
 * A status of 400 or 500 is a reply, not an error. Sentences in `why` name host and port, never the
 * path, the query, a header or a body. */
#ifndef HOLOS_NET_HTTP_H
#define HOLOS_NET_HTTP_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"

#define HTTP_CONNECT_MS 3000 /* longest time for DNS, TCP and TLS when nothing else is said */

struct http;

struct http_request {
    const char *method; /* "GET", "POST", ...; never NULL */
    const char *url;
    const char *const *headers; /* "Name: value", NULL-terminated; NULL: none */
    const char *type;           /* Content-Type of the body; NULL: none is sent */
    const void *body;           /* not copied; NULL: no body */
    size_t len;
    struct deadline deadline; /* of the whole request */
    int connect_ms;           /* 0: HTTP_CONNECT_MS; never past the deadline */
    size_t reply_max;         /* bytes of the reply's body */
    const char *ca_file;      /* trusted instead of the system's; NULL: the system's */
    /* Each piece of the body as it comes, instead of reply.body. An error ends the transfer and is
     * what http_send returns. NULL: the body is collected. */
    enum err (*on_bytes)(void *to, int status, const char *data, size_t n);
    void *to;
    const volatile sig_atomic_t *stop; /* becomes true: ERR_STOPPING within a second; may be NULL */
};

struct http_times { /* microseconds from the start; 0: that step was not reached or not needed */
    int64_t connect_us, tls_us, first_byte_us, total_us;
    int connects; /* new connections made: 0 when a kept one was used */
};

struct http_reply {
    int status;
    const char *type; /* Content-Type, "" if none; in the arena */
    const char *body; /* NUL-terminated, `len` does not count it; in the arena */
    size_t len;
    int64_t retry_after_s; /* of the Retry-After header; 0: none */
    struct http_times times;
};

/* ERR_MEMORY; ERR_CONFIG: the installed libcurl cannot do what is needed. */
enum err http_open(struct http **ret, struct why *why) must_check;
/* NULL is allowed. */
void http_close(struct http *h);

/* Sends and waits for the whole reply. ERR_VALUE: a URL or a header that may not be used;
 * ERR_PEER: nobody listens, the name is unknown, the certificate is wrong, the connection was cut,
 * or what came is no HTTP; ERR_DEADLINE; ERR_TOO_BIG: the reply; ERR_STOPPING; ERR_MEMORY.
 * *ret is untouched on failure. */
enum err http_send(struct http *h, struct arena *a, const struct http_request *req,
                   struct http_reply *ret, struct why *why) must_check;

/* Is it a URL that http_send takes? ERR_VALUE and why not. */
enum err http_url_check(const char *url, struct why *why) must_check;

/* Name and version of the library: "libcurl/7.88.1 OpenSSL/3.0.15 ...". */
const char *http_library(void);

#endif
