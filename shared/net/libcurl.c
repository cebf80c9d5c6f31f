#include "net/libcurl.h"

#include <arpa/inet.h>
#include <assert.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

/* ==== what is never done ====================================================================== */

#define HEADER_LIMIT 64

static bool is_loopback(const char *host)
{
    struct in_addr v4;

    if (strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0)
        return true;
    return inet_pton(AF_INET, host, &v4) == 1 && (ntohl(v4.s_addr) >> 24) == 127;
}

/* May a request go there? https to any host, http to loopback alone. ERR_VALUE. */
static enum err libcurl_check_url(const char *scheme, const char *host, struct why *why)
{
    if (strcmp(scheme, "https") == 0)
        return ERR_OK;
    if (strcmp(scheme, "http") != 0)
        return why_set(why, ERR_VALUE, "%s: only https can be spoken, or http to this machine",
                       scheme);
    if (!is_loopback(host))
        return why_set(why, ERR_VALUE, "%s: plain http goes to this machine only; use https", host);
    return ERR_OK;
}

/* Is each a "Name: value" in one line, and the type, too? A line end in a header would be a header
 * of somebody else's. ERR_VALUE. */
static enum err libcurl_check_headers(const struct http_request *req, struct why *why)
{
    if (req->type != NULL && strpbrk(req->type, "\r\n") != NULL)
        return why_set(why, ERR_VALUE, "the type of the request's body is more than one line");
    for (size_t i = 0; req->headers != NULL && req->headers[i] != NULL; i++) {
        if (i >= HEADER_LIMIT)
            return why_set(why, ERR_VALUE, "too many request headers");
        if (strpbrk(req->headers[i], "\r\n") != NULL || strchr(req->headers[i], ':') == NULL)
            return why_set(why, ERR_VALUE, "a request header is not \"Name: value\" in one line");
    }
    return ERR_OK;
}

enum err libcurl_check_egress(const char *setting, const char **ret, struct why *why)
{
    static const char prefix[] = "unix:/";
    struct sockaddr_un un;

    *ret = NULL;
    if (setting == NULL || *setting == '\0')
        return ERR_OK;
    if (strncmp(setting, prefix, sizeof prefix - 1) != 0)
        return why_set(why, ERR_CONFIG, "the egress is written unix:/path, or not at all");
    if (strlen(setting) - 5 >= sizeof un.sun_path)
        return why_set(why, ERR_CONFIG, "the path of the egress's socket is longer than %zu bytes",
                       sizeof un.sun_path - 1);
    *ret = setting + 5;
    return ERR_OK;
}

/* ==== transfers over libcurl ================================================================== */

#define SILENCE_S   30 /* a stream that brings nothing for so long is dead, whatever the deadline */
#define KEEPALIVE_S 20
#define IDLE_S      110  /* a connection idle for longer is not used again */
#define LIFETIME_S  3000 /* Google's front ends end a connection at an hour */
#define NAME_KEPT_S 120
#define CONNECTIONS 32 /* kept at once */
#define TOO_OLD     "this libcurl is too old or was built without what is needed"

static bool global_ready;

/* Once per process; a second thread is not expected here (processes, not threads). */
static enum err prepare(struct why *why)
{
    if (global_ready)
        return ERR_OK;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return why_set(why, ERR_CONFIG, "libcurl cannot be started");
    /* libcurl leaves that to us (CURLOPT_NOSIGNAL): a peer that went must not kill the process. */
    (void)signal(SIGPIPE, SIG_IGN);
    global_ready = true;
    return ERR_OK;
}

const char *http_library(void)
{
    return curl_version();
}

enum err libcurl_open(struct libcurl *l, struct why *why)
{
    enum err e = prepare(why);
    if (e != ERR_OK)
        return e;
    l->multi = curl_multi_init();
    l->share = curl_share_init();
    if (l->multi == NULL || l->share == NULL)
        return ERR_MEMORY;
    if (curl_multi_setopt(l->multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS) != CURLM_OK ||
        curl_share_setopt(l->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION) != CURLSHE_OK)
        return why_set(why, ERR_CONFIG, TOO_OLD);
    return ERR_OK;
}

void libcurl_close(struct libcurl *l)
{
    (void)curl_multi_cleanup(l->multi);
    (void)curl_share_cleanup(l->share);
}

void libcurl_free(struct http_transfer *t)
{
    curl_easy_cleanup(t->easy);
}

/* ---- which URLs may be used ---------------------------------------------------------------------- */

static enum err judge_url(CURLU *u, char where[static TRANSFER_WHERE], struct why *why)
{
    char *scheme = NULL;
    char *host = NULL;
    char *port = NULL;
    enum err e = ERR_OK;

    CURLUcode c = curl_url_get(u, CURLUPART_SCHEME, &scheme, 0);
    c = c != CURLUE_OK ? c : curl_url_get(u, CURLUPART_HOST, &host, 0);
    c = c != CURLUE_OK ? c : curl_url_get(u, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT);
    if (c == CURLUE_OUT_OF_MEMORY)
        e = ERR_MEMORY;
    else if (c != CURLUE_OK)
        e = why_set(why, ERR_VALUE, "the URL has no scheme or no host; write https://host/path");
    else
        e = libcurl_check_url(scheme, host, why);
    if (e == ERR_OK)
        (void)snprintf(where, TRANSFER_WHERE, "%s:%s", host, port);
    curl_free(scheme);
    curl_free(host);
    curl_free(port);
    return e;
}

enum err libcurl_url(const char *url, char ret_where[static TRANSFER_WHERE], struct why *why)
{
    CURLU *u = curl_url();
    if (u == NULL)
        return ERR_MEMORY;
    CURLUcode c =
        curl_url_set(u, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME | CURLU_DISALLOW_USER);
    enum err e = ERR_MEMORY;
    if (c == CURLUE_USER_NOT_ALLOWED)
        e = why_set(why, ERR_VALUE, "the URL holds a user name; that is not sent");
    else if (c == CURLUE_OK)
        e = judge_url(u, ret_where, why);
    else if (c != CURLUE_OUT_OF_MEMORY)
        e = why_set(why, ERR_VALUE, "this is not a URL; write https://host/path");
    curl_url_cleanup(u);
    return e;
}

static size_t on_head(char *line, size_t size, size_t n, void *to)
{
    struct http_transfer *t = to;

    if (!transfer_take_head(t, line, size * n))
        return CURL_WRITEFUNC_ERROR;
    /* The egress's nginx takes an interim answer for the whole: the next request here would wait. */
    if (t->head.status / 100 == 1)
        (void)curl_easy_setopt(t->easy, CURLOPT_FORBID_REUSE, 1L);
    return size * n;
}

static size_t on_write(char *data, size_t size, size_t n, void *to)
{
    return transfer_take(to, data, size * n) ? size * n : CURL_WRITEFUNC_ERROR;
}

/* ---- options ------------------------------------------------------------------------------------- */

static bool add_header(struct curl_slist **list, const char *line)
{
    struct curl_slist *longer = line == NULL ? NULL : curl_slist_append(*list, line);

    *list = longer != NULL ? longer : *list;
    return longer != NULL;
}

/* *list is to be freed, on failure too. libcurl would add a type of its own to any body, and wait
 * for "100 Continue". */
static enum err make_headers(struct arena *a, const struct http_request *req,
                             struct curl_slist **list)
{
    const char *type =
        req->type == NULL ? "Content-Type:" : arena_printf(a, "Content-Type: %s", req->type);
    bool ok = add_header(list, "Expect:") && add_header(list, type);

    for (size_t i = 0; ok && req->headers != NULL && req->headers[i] != NULL; i++)
        ok = add_header(list, req->headers[i]);
    return ok ? ERR_OK : ERR_MEMORY;
}

#define SET(option, value) (e = e != CURLE_OK ? e : curl_easy_setopt(c, option, value))

static CURLcode set_rules(CURL *c)
{
    CURLcode e = CURLE_OK;

    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_PROTOCOLS_STR, "https,http");
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_PROXY, "");
    SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_HTTP09_ALLOWED, 0L);
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(CURLOPT_TCP_KEEPALIVE, 1L);
    SET(CURLOPT_TCP_KEEPIDLE, (long)KEEPALIVE_S);
    SET(CURLOPT_TCP_KEEPINTVL, (long)KEEPALIVE_S);
    SET(CURLOPT_LOW_SPEED_LIMIT, 1L);
    SET(CURLOPT_LOW_SPEED_TIME, (long)SILENCE_S);
    SET(CURLOPT_MAXAGE_CONN, (long)IDLE_S);
    SET(CURLOPT_MAXLIFETIME_CONN, (long)LIFETIME_S);
    SET(CURLOPT_DNS_CACHE_TIMEOUT, (long)NAME_KEPT_S);
    /* A transfer is given up without waiting for a name server that does not answer. */
    SET(CURLOPT_QUICK_EXIT, 1L);
    SET(CURLOPT_USERAGENT, "holos/" HOLOS_VERSION);
    SET(CURLOPT_ACCEPT_ENCODING, "");
    return e;
}

static CURLcode set_way(CURL *c, const struct libcurl *l)
{
    CURLcode e = CURLE_OK;

    SET(CURLOPT_SHARE, l->share);
    /* With a folder of authorities beside the file libcurl would read both for every connection. */
    SET(CURLOPT_CAPATH, NULL);
    if (l->ca_file != NULL)
        SET(CURLOPT_CAINFO, l->ca_file);
    if (l->egress != NULL)
        SET(CURLOPT_UNIX_SOCKET_PATH, l->egress);
    return e;
}

static CURLcode set_request(CURL *c, struct http_transfer *t)
{
    const struct http_request *req = &t->req;
    CURLcode e = CURLE_OK;

    if (req->body != NULL) {
        SET(CURLOPT_POST, 1L);
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)req->len);
        SET(CURLOPT_POSTFIELDS, req->body);
    }
    if (strcmp(req->method, "HEAD") == 0)
        SET(CURLOPT_NOBODY, 1L);
    else
        SET(CURLOPT_CUSTOMREQUEST, req->method);
    SET(CURLOPT_HTTPHEADER, t->headers);
    SET(CURLOPT_PRIVATE, t);
    SET(CURLOPT_ERRORBUFFER, t->error);
    SET(CURLOPT_HEADERFUNCTION, on_head);
    SET(CURLOPT_HEADERDATA, t);
    SET(CURLOPT_WRITEFUNCTION, on_write);
    SET(CURLOPT_WRITEDATA, t);
    return e;
}

/* To the egress the same goes in plain HTTP, with the host as it was written. */
static CURLcode set_url(CURL *c, struct http_transfer *t, bool egress)
{
    char *url = NULL;
    const char *sent = NULL;
    CURLcode e = CURLE_OUT_OF_MEMORY;

    CURLU *u = curl_url();
    if (u != NULL && curl_url_set(u, CURLUPART_URL, t->req.url, 0) == CURLUE_OK &&
        curl_url_get(u, CURLUPART_URL, &url, CURLU_NO_DEFAULT_PORT) == CURLUE_OK)
        sent = egress && strncmp(url, "https:", 6) == 0 ? arena_printf(t->arena, "http%s", url + 5)
                                                        : url;
    if (sent != NULL)
        e = curl_easy_setopt(c, CURLOPT_URL, sent);
    curl_free(url);
    curl_url_cleanup(u);
    return e;
}

static enum err set_all(const struct libcurl *l, struct http_transfer *t, struct why *why)
{
    CURLcode e = set_rules(t->easy);

    e = e != CURLE_OK ? e : set_way(t->easy, l);
    e = e != CURLE_OK ? e : set_request(t->easy, t);
    e = e != CURLE_OK ? e : set_url(t->easy, t, l->egress != NULL);
    if (e == CURLE_OK)
        return ERR_OK;
    return e == CURLE_OUT_OF_MEMORY ? ERR_MEMORY : why_set(why, ERR_CONFIG, TOO_OLD);
}

enum err libcurl_prepare(struct libcurl *l, struct http_transfer *t, struct why *why)
{
    struct curl_slist *headers = NULL;

    if (t->easy == NULL)
        t->easy = curl_easy_init();
    if (t->easy == NULL)
        return ERR_MEMORY;
    enum err e = libcurl_check_headers(&t->req, why);
    if (e == ERR_OK)
        e = make_headers(t->arena, &t->req, &headers);
    t->headers = headers;
    if (e == ERR_OK)
        e = set_all(l, t, why);
    t->req.url = NULL; /* libcurl has copies */
    t->req.headers = NULL;
    if (e != ERR_OK)
        libcurl_forget(t);
    return e;
}

enum err libcurl_begin(struct libcurl *l, struct http_transfer *t)
{
    CURL *c = t->easy;
    CURLcode e = CURLE_OK;
    int left = deadline_left_ms(t->req.deadline);
    int connect = t->req.connect_ms > 0 ? t->req.connect_ms : HTTP_CONNECT_MS;

    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)(connect < left ? connect : left));
    SET(CURLOPT_FRESH_CONNECT, (long)(t->tries > 1));
    return e == CURLE_OK && curl_multi_add_handle(l->multi, c) == CURLM_OK ? ERR_OK : ERR_MEMORY;
}

void libcurl_stop(struct libcurl *l, struct http_transfer *t)
{
    CURLMcode c = curl_multi_remove_handle(l->multi, t->easy);
    assert(c == CURLM_OK);
}

void libcurl_forget(struct http_transfer *t)
{
    curl_easy_reset(t->easy);
    curl_slist_free_all(t->headers);
    t->headers = NULL;
}

enum err libcurl_run(struct libcurl *l)
{
    int running = 0;

    return curl_multi_perform(l->multi, &running) == CURLM_OK ? ERR_OK : ERR_MEMORY;
}

enum err libcurl_wait(struct libcurl *l, const struct pollfd *fds, size_t nfds, int ms)
{
    struct curl_waitfd extra[HTTP_WAKE_MAX];

    for (size_t i = 0; i < nfds; i++)
        extra[i] = (struct curl_waitfd){
            .fd = fds[i].fd,
            .events = (short)((fds[i].events & POLLIN ? CURL_WAIT_POLLIN : 0) |
                              (fds[i].events & POLLOUT ? CURL_WAIT_POLLOUT : 0))};
    CURLMcode c = curl_multi_poll(l->multi, extra, (unsigned)nfds, ms, NULL);
    return c == CURLM_OK ? ERR_OK : c == CURLM_OUT_OF_MEMORY ? ERR_MEMORY : ERR_IO;
}

/* ---- the outcome --------------------------------------------------------------------------------- */

/* What a person needs to know of libcurl's many codes. */
static const struct {
    CURLcode code;
    enum err err;
    const char *text;
} outcomes[] = {
    {CURLE_OPERATION_TIMEDOUT, ERR_DEADLINE, "did not answer in time"},
    {CURLE_COULDNT_CONNECT, ERR_PEER, "refuses the connection; no program listens there"},
    {CURLE_COULDNT_RESOLVE_HOST, ERR_PEER, "is a name that cannot be resolved"},
    {CURLE_GOT_NOTHING, ERR_PEER, "closed the connection without an answer"},
    {CURLE_PARTIAL_FILE, ERR_PEER, "cut its answer short"},
    {CURLE_RECV_ERROR, ERR_PEER, "broke the connection off"},
    {CURLE_SEND_ERROR, ERR_PEER, "broke the connection off"},
    {CURLE_PEER_FAILED_VERIFICATION, ERR_PEER, "has a certificate that is not trusted"},
    {CURLE_SSL_CONNECT_ERROR, ERR_PEER, "does not speak TLS as it should"},
    {CURLE_SSL_CACERT_BADFILE, ERR_CONFIG, "cannot be verified: the CA file cannot be read"},
    {CURLE_WEIRD_SERVER_REPLY, ERR_PEER, "answers something that is not HTTP"},
    {CURLE_UNSUPPORTED_PROTOCOL, ERR_PEER, "answers something that is not HTTP"},
    {CURLE_BAD_CONTENT_ENCODING, ERR_PEER, "sent a compressed answer that cannot be unpacked"},
    {CURLE_OUT_OF_MEMORY, ERR_MEMORY, "could not be asked: no memory"},
};

static void judge(struct libcurl *l, struct http_transfer *t, CURLcode code)
{
    if (code == CURLE_OUT_OF_MEMORY && t->times.sent > 0) /* so it calls a line without an end */
        transfer_fail(t, ERR_PEER, " answers with a head that is too large");
    if (code == CURLE_COULDNT_CONNECT && l->egress != NULL)
        transfer_fail(t, ERR_PEER, " was not asked: no program listens at the egress's socket");
    for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++)
        if (outcomes[i].code == code)
            transfer_fail(t, outcomes[i].err, " %s", outcomes[i].text);
    if (code != CURLE_OK)
        transfer_fail(t, ERR_PEER, ": %s",
                      t->error[0] != '\0' ? t->error : curl_easy_strerror(code));
}

static int64_t figure(CURL *c, CURLINFO what)
{
    curl_off_t n = 0;
    long small = 0;

    if ((what & CURLINFO_TYPEMASK) == CURLINFO_LONG)
        return curl_easy_getinfo(c, what, &small) == CURLE_OK ? small : 0;
    return curl_easy_getinfo(c, what, &n) == CURLE_OK ? n : 0;
}

void libcurl_times(struct http_transfer *t)
{
    struct http_times *times = &t->times;
    int64_t connect = figure(t->easy, CURLINFO_CONNECT_TIME_T);
    int64_t tls = figure(t->easy, CURLINFO_APPCONNECT_TIME_T);
    int64_t head = figure(t->easy, CURLINFO_REQUEST_SIZE);
    int64_t body = figure(t->easy, CURLINFO_SIZE_UPLOAD_T);

    times->connect_us = connect > 0 ? t->begun_us - t->started_us + connect : 0;
    times->tls_us = tls > 0 ? t->begun_us - t->started_us + tls : 0;
    times->total_us = clock_mono_us() - t->started_us;
    times->connects += (int)figure(t->easy, CURLINFO_NUM_CONNECTS);
    /* A body of less than 64 kB leaves together with the head: it is in both figures. */
    times->sent += head + (t->req.len < 65536 && body < head ? 0 : body);
    times->received +=
        figure(t->easy, CURLINFO_HEADER_SIZE) + figure(t->easy, CURLINFO_SIZE_DOWNLOAD_T);
}

struct http_transfer *libcurl_ended(struct libcurl *l, bool *ret_stale)
{
    struct http_transfer *t = NULL;

    CURLMsg *m = curl_multi_info_read(l->multi, &(int){0});
    if (m == NULL)
        return NULL;
    assert(m->msg == CURLMSG_DONE);
    CURLcode code = m->data.result; /* m is gone with the next call */
    CURLcode known = curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &t);
    assert(known == CURLE_OK && t != NULL);
    libcurl_stop(l, t);
    libcurl_times(t);
    bool broke = code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR ||
                 code == CURLE_GOT_NOTHING || t->head.egress[0] != '\0';
    *ret_stale = broke && transfer_is_untouched(t);
    if (!*ret_stale)
        judge(l, t, code);
    return t;
}
