/* http - outgoing HTTP within a deadline, several requests side by side. libcurl.c is the only
 * includer of curl/curl.h.
 *
 * A struct http is one connection-keeping client: open it once per process (after fork) and send
 * through it again and again; connections, TLS sessions and names are kept between requests, and
 * every option of a request is set afresh, so nothing lingers.
 *
 * One request at a time: http_send. Several: http_start each of them, then http_move again and
 * again until those one waits for have http_ended; read http_result; http_drop. Nothing happens
 * outside http_move and http_send, and both move everything that is under way:
 *
 *     e = http_start(h, a, &req, &t, why);
 *     while (e == ERR_OK && !http_ended(t))
 *         e = http_move(h, NULL, 0, deadline, stop, why);
 *     if (e == ERR_OK)
 *         e = http_result(t, &reply, why);
 *     http_drop(t);
 *
 * on_bytes may call http_start and http_drop (of any transfer, its own too), nothing else of here.
 *
 * What holds for every request: https only, plain http to loopback alone (localhost, 127.0.0.0/8,
 * ::1); certificate and host name verified; no redirect followed; no proxy from the environment;
 * no user name in the URL; HTTP/1.1; no "Expect: 100-continue"; a reply larger than its ceiling
 * (counted after decompression) is refused; 30 s without a byte are the end of it, whatever the
 * deadline. A request whose kept connection died before the first byte of a reply is sent again on
 * a fresh one: give a request that has effects an idempotency key.
 *
 * With an egress (struct http_setup) nothing but that Unix socket is ever connected to: the request
 * goes there as plain HTTP/1.1 with the vendor's host in "Host:", and what listens there (see
 * nginx/egress.conf) speaks verified TLS with the vendor. The egress's own answers become the
 * errors that a direct connection would have had.
 *
 * A status of 400 or 500 is a reply, not an error. Sentences in `why` name host and port, never the
 * path, the query, a header or a body. */
#ifndef HOLOS_NET_HTTP_H
#define HOLOS_NET_HTTP_H

#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"

#define HTTP_CONNECT_MS 3000 /* longest time for DNS, TCP and TLS when nothing else is said */
#define HTTP_AT_ONCE    32   /* transfers of one client that are not dropped yet */
#define HTTP_WAKE_MAX   16   /* descriptors http_move can watch beside the network */

struct http;
struct http_transfer;

/* Both as the settings HOLOS_CA_FILE and HOLOS_EGRESS have them; copied. */
struct http_setup {
    const char *ca_file; /* trusted instead of the system's authorities; NULL or "": the system's */
    const char *egress;  /* "unix:/path"; NULL or "": connects directly */
};

struct http_request {
    const char *method; /* "GET", "POST", ...; never NULL */
    const char *url;
    const char *const *headers; /* "Name: value", NULL-terminated; NULL: none */
    const char *type;           /* Content-Type of the body; NULL: none is sent */
    const void *body;           /* not copied, must live until the transfer ended; NULL: no body */
    size_t len;
    struct deadline deadline; /* of the whole request, from http_start on */
    int connect_ms;           /* 0: HTTP_CONNECT_MS; never past the deadline */
    int first_byte_ms;        /* from http_start to the reply's first byte; 0: only the deadline */
    size_t reply_max;         /* bytes of the reply's body; 0: a reply with a body is refused */
    /* Each piece of the body as it comes, instead of reply.body. An error ends the transfer and is
     * what http_result returns. NULL: the body is collected. */
    enum err (*on_bytes)(void *to, int status, const char *data, size_t n);
    void *to;
    const volatile sig_atomic_t *stop; /* becomes true: ERR_STOPPING within a second; may be NULL */
};

struct http_times { /* microseconds from http_start; 0: that step was not reached or not needed */
    int64_t connect_us, tls_us, first_byte_us, total_us;
    int connects; /* new connections made: 0 when a kept one was used */
    /* Bytes of heads and bodies; sent 0: the peer cannot have acted on it. */
    int64_t sent, received;
};

enum http_say { HTTP_UNSAID, HTTP_SAYS_NO, HTTP_SAYS_YES };

struct http_reply {
    int status;
    const char *type; /* Content-Type, "" if none; in the arena */
    const char *body; /* NUL-terminated, `len` does not count it; in the arena */
    size_t len;
    int64_t retry_after_ms;     /* retry-after-ms, else Retry-After (seconds or date); -1: none */
    enum http_say should_retry; /* x-should-retry */
    const char *request_id; /* the peer's, for the log: request-id or x-request-id, "" if none */
    struct http_times times;
};

/* setup NULL: neither CA file nor egress. ERR_MEMORY; ERR_CONFIG: the installed libcurl cannot do
 * what is needed, or the egress is written wrong. */
enum err http_open(const struct http_setup *setup, struct http **ret, struct why *why) must_check;
/* Drops every transfer. NULL is allowed. */
void http_close(struct http *h);

/* Sends and waits for the whole reply; other transfers move meanwhile. ERR_VALUE: a URL or a header
 * that may not be used; ERR_PEER: nothing listens there, the name is unknown, the certificate is
 * wrong, the connection was cut, or what came is no HTTP; ERR_DEADLINE; ERR_TOO_BIG: the reply;
 * ERR_STOPPING; ERR_MEMORY; ERR_CONFIG: the CA file cannot be read, or the host is not on the
 * egress's list; ERR_BUSY: HTTP_AT_ONCE. *ret is untouched on failure. */
enum err http_send(struct http *h, struct arena *a, const struct http_request *req,
                   struct http_reply *ret, struct why *why) must_check;

/* Starts a request; nothing waits, and the first byte leaves in the next http_move. *req itself is
 * copied; of what it points to only the body (and `to`, `stop`) must live until the transfer ended.
 * The reply is built in `a`: drop the transfer before clearing it. ERR_VALUE, ERR_DEADLINE (no time
 * is left), ERR_MEMORY, ERR_CONFIG, ERR_BUSY as above; everything later is the result's. */
enum err http_start(struct http *h, struct arena *a, const struct http_request *req,
                    struct http_transfer **ret, struct why *why) must_check;

/* Waits until something moved: body bytes were delivered, a transfer ended or was sent again, or a
 * descriptor of fds (poll(2)'s; revents are set; NULL with nfds 0) is ready. ERR_DEADLINE: `until`
 * passed first; one that has passed already makes it look without waiting. ERR_STOPPING: *stop (may
 * be NULL) became true; noticed at once if a signal did it, else within 0.2 s. ERR_NOT_FOUND:
 * nothing is under way and no descriptor to wait for. Never called from a callback (asserted). */
enum err http_move(struct http *h, struct pollfd *fds, size_t nfds, struct deadline until,
                   const volatile sig_atomic_t *stop, struct why *why) must_check;

bool http_ended(const struct http_transfer *t);

/* Of an ended transfer (asserted): its result as http_send would return it. May be asked again. */
enum err http_result(struct http_transfer *t, struct http_reply *ret, struct why *why) must_check;

/* Of an ended transfer, failed ones too: a turn's record wants what a failure cost. */
struct http_times http_times_of(const struct http_transfer *t);

/* Gives it up if still running, forgets it; `t` is gone (dropped by on_bytes, its body is not let
 * go of before http_move returns). NULL is allowed. The connection is kept if the reply was read to
 * its end; else HTTP/1.1 leaves only closing it. */
void http_drop(struct http_transfer *t);
/* Every transfer of the client: at the end of a request, on every path. */
void http_drop_all(struct http *h);

/* Is it a URL that http_send takes? ERR_VALUE and why not. */
enum err http_url_check(const char *url, struct why *why) must_check;

/* Name and version of the library: "libcurl/7.88.1 OpenSSL/3.0.15 ...". */
const char *http_library(void);

#endif
