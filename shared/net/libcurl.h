/* Private to net/: what libcurl does for http.c. libcurl.c is the only includer of curl/curl.h. */
#ifndef HOLOS_NET_LIBCURL_H
#define HOLOS_NET_LIBCURL_H

#include "net/http.h"
#include "net/transfer.h"

struct libcurl {
    void *multi;   /* CURLM: connections, names, authorities */
    void *share;   /* CURLSH: TLS sessions, which a multi handle does not share */
    char *ca_file; /* the owner's; NULL: the system's */
    char *egress;  /* the owner's: path of the socket; NULL: none */
};

/* Close it, on failure too. */
enum err libcurl_open(struct libcurl *l, struct why *why) must_check;
void libcurl_close(struct libcurl *l);

/* May the URL be used? *ret_where is its "host:port". ERR_VALUE, ERR_MEMORY. */
enum err libcurl_url(const char *url, char ret_where[static TRANSFER_WHERE],
                     struct why *why) must_check;

/* Sets every option for t->req, in a handle that is made when t has none. On failure it is as empty
 * as before. */
enum err libcurl_prepare(struct libcurl *l, struct http_transfer *t, struct why *why) must_check;

/* Gives the handle of an idle transfer back. */
void libcurl_free(struct http_transfer *t);

/* Lets it go. */
enum err libcurl_begin(struct libcurl *l, struct http_transfer *t) must_check;

/* Takes it back, going or not. */
void libcurl_stop(struct libcurl *l, struct http_transfer *t);

/* Empties the handle: nothing of the request, its key above all, stays in it. */
void libcurl_forget(struct http_transfer *t);

/* Does what can be done without waiting: transfer_take_head and transfer_take are called. */
enum err libcurl_run(struct libcurl *l) must_check;

/* The next transfer that ended, taken back, its times added up and its err set; NULL: none.
 * *ret_stale: it failed because a kept connection had died before it was answered. */
struct http_transfer *libcurl_ended(struct libcurl *l, bool *ret_stale);

/* Adds the times of a transfer that is taken back unfinished. */
void libcurl_times(struct http_transfer *t);

/* Waits for the network, a descriptor or `ms`. */
enum err libcurl_wait(struct libcurl *l, const struct pollfd *fds, size_t nfds, int ms) must_check;

/* Private to net/: what may be sent, and where to. Pure. */

/* The path in "unix:/path"; NULL for "" and NULL: no egress. ERR_CONFIG. */
enum err libcurl_check_egress(const char *setting, const char **ret, struct why *why) must_check;

#endif
