#include "net/http.h"

#include <arpa/inet.h>
#include <assert.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

#define AGENT        "holos/" HOLOS_VERSION
#define SILENCE_S    30 /* a stream that brings nothing for so long is dead, whatever the deadline */
#define KEEPALIVE_S  20
#define HEADER_LIMIT 64

struct http {
    CURL *easy;
};

/* One request on its way. */
struct transfer {
    const struct http_request *req;
    CURL *easy;
    struct buf body;
    size_t got;
    enum err err; /* why a callback ended it */
    char where[128];
    char error[CURL_ERROR_SIZE]; /* libcurl's own words */
};

static bool global_ready;

/* Once per process; a second thread is not expected here (processes, not threads). */
static enum err prepare(struct why *why)
{
    if (global_ready)
        return ERR_OK;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return why_set(why, ERR_CONFIG, "libcurl cannot be started");
    global_ready = true;
    return ERR_OK;
}

const char *http_library(void)
{
    return curl_version();
}

enum err http_open(struct http **ret, struct why *why)
{
    enum err e = prepare(why);
    if (e != ERR_OK)
        return e;
    struct http *h = calloc(1, sizeof *h);
    if (h == NULL)
        return ERR_MEMORY;
    h->easy = curl_easy_init();
    if (h->easy == NULL) {
        free(h);
        return ERR_MEMORY;
    }
    *ret = h;
    return ERR_OK;
}

void http_close(struct http *h)
{
    if (h == NULL)
        return;
    curl_easy_cleanup(h->easy);
    free(h);
}

/* ---- which URLs may be used --------------------------------------------------------------------- */

static bool is_loopback(const char *host)
{
    struct in_addr v4;

    if (strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0)
        return true;
    return inet_pton(AF_INET, host, &v4) == 1 && (ntohl(v4.s_addr) >> 24) == 127;
}

static enum err judge_url(CURLU *u, char where[static 128], struct why *why)
{
    char *scheme = NULL;
    char *host = NULL;
    char *port = NULL;
    enum err e = ERR_OK;

    if (curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
        curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK ||
        curl_url_get(u, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) != CURLUE_OK)
        e = why_set(why, ERR_VALUE, "the URL has no scheme or no host; write https://host/path");
    else if (strcmp(scheme, "http") == 0 && !is_loopback(host))
        e = why_set(why, ERR_VALUE, "%s: plain http goes to this machine only; use https", host);
    else if (strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0)
        e = why_set(why, ERR_VALUE, "%s: only https can be spoken, or http to this machine",
                    scheme);
    else
        (void)snprintf(where, 128, "%s:%s", host, port);
    curl_free(scheme);
    curl_free(host);
    curl_free(port);
    return e;
}

static enum err check_url(const char *url, char where[static 128], struct why *why)
{
    enum err e = prepare(why);
    if (e != ERR_OK)
        return e;
    CURLU *u = curl_url();
    if (u == NULL)
        return ERR_MEMORY;
    CURLUcode c =
        curl_url_set(u, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME | CURLU_DISALLOW_USER);
    if (c == CURLUE_OUT_OF_MEMORY)
        e = ERR_MEMORY;
    else if (c == CURLUE_USER_NOT_ALLOWED)
        e = why_set(why, ERR_VALUE, "the URL holds a user name; that is not sent");
    else if (c != CURLUE_OK)
        e = why_set(why, ERR_VALUE, "this is no URL; write https://host/path");
    else
        e = judge_url(u, where, why);
    curl_url_cleanup(u);
    return e;
}

enum err http_url_check(const char *url, struct why *why)
{
    char where[128];

    return check_url(url, where, why);
}

/* ---- callbacks ---------------------------------------------------------------------------------- */

static enum err take(struct transfer *t, const char *data, size_t n)
{
    long status = 0;

    if (n > t->req->reply_max - t->got)
        return ERR_TOO_BIG;
    t->got += n;
    if (t->req->on_bytes != NULL) {
        (void)curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
        return t->req->on_bytes(t->req->to, (int)status, data, n);
    }
    buf_put(&t->body, data, n);
    return buf_err(&t->body);
}

static size_t on_write(char *data, size_t size, size_t n, void *to)
{
    struct transfer *t = to;

    t->err = take(t, data, size * n);
    return t->err == ERR_OK ? size * n : CURL_WRITEFUNC_ERROR;
}

static int on_progress(void *to, curl_off_t down_all, curl_off_t down, curl_off_t up_all,
                       curl_off_t up)
{
    struct transfer *t = to;

    (void)down_all, (void)down, (void)up_all, (void)up;
    if (t->req->stop == NULL || !*t->req->stop)
        return 0;
    t->err = ERR_STOPPING;
    return 1;
}

/* ---- options ------------------------------------------------------------------------------------ */

/* A line end in a header would be a header of somebody else's. */
static bool header_is_clean(const char *s)
{
    return strpbrk(s, "\r\n") == NULL && strchr(s, ':') != NULL;
}

static enum err add_header(struct curl_slist **list, const char *line, struct why *why)
{
    if (!header_is_clean(line))
        return why_set(why, ERR_VALUE, "a request header is no \"Name: value\" in one line");
    struct curl_slist *longer = curl_slist_append(*list, line);
    if (longer == NULL)
        return ERR_MEMORY;
    *list = longer;
    return ERR_OK;
}

static enum err make_headers(struct arena *a, const struct http_request *req,
                             struct curl_slist **list, struct why *why)
{
    /* libcurl would add a type of its own to any body, and wait for "100 Continue". */
    const char *type =
        req->type == NULL ? "Content-Type:" : arena_printf(a, "Content-Type: %s", req->type);
    enum err e = add_header(list, "Expect:", why);

    if (type == NULL)
        return ERR_MEMORY;
    if (e == ERR_OK)
        e = add_header(list, type, why);
    for (size_t i = 0; e == ERR_OK && req->headers != NULL && req->headers[i] != NULL; i++)
        e = i >= HEADER_LIMIT ? why_set(why, ERR_VALUE, "too many request headers")
                              : add_header(list, req->headers[i], why);
    return e;
}

#define SET(option, value) (ok = ok && curl_easy_setopt(c, option, value) == CURLE_OK)

static bool set_rules(CURL *c)
{
    bool ok = true;

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
    SET(CURLOPT_USERAGENT, AGENT);
    SET(CURLOPT_ACCEPT_ENCODING, "");
    return ok;
}

static bool set_times(CURL *c, const struct http_request *req, int left)
{
    bool ok = true;
    int connect = req->connect_ms > 0 ? req->connect_ms : HTTP_CONNECT_MS;

    SET(CURLOPT_TIMEOUT_MS, (long)left);
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)(connect < left ? connect : left));
    return ok;
}

static bool set_request(CURL *c, const struct http_request *req, struct curl_slist *headers)
{
    bool ok = true;
    bool is_head = strcmp(req->method, "HEAD") == 0;

    SET(CURLOPT_URL, req->url);
    if (req->body != NULL) {
        SET(CURLOPT_POST, 1L);
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)req->len);
        SET(CURLOPT_POSTFIELDS, req->body);
    }
    if (is_head)
        SET(CURLOPT_NOBODY, 1L);
    else
        SET(CURLOPT_CUSTOMREQUEST, req->method);
    SET(CURLOPT_HTTPHEADER, headers);
    if (req->ca_file != NULL) {
        SET(CURLOPT_CAINFO, req->ca_file);
        SET(CURLOPT_CAPATH, NULL);
    }
    return ok;
}

static bool set_callbacks(CURL *c, struct transfer *t)
{
    bool ok = true;

    SET(CURLOPT_ERRORBUFFER, t->error);
    SET(CURLOPT_WRITEFUNCTION, on_write);
    SET(CURLOPT_WRITEDATA, t);
    SET(CURLOPT_XFERINFOFUNCTION, on_progress);
    SET(CURLOPT_XFERINFODATA, t);
    SET(CURLOPT_NOPROGRESS, 0L);
    return ok;
}

/* ---- the outcome -------------------------------------------------------------------------------- */

/* What a person needs to know of libcurl's many codes. */
static const struct {
    CURLcode code;
    enum err err;
    const char *text;
} outcomes[] = {
    {CURLE_OPERATION_TIMEDOUT, ERR_DEADLINE, "did not answer in time"},
    {CURLE_COULDNT_CONNECT, ERR_PEER, "refuses the connection; nobody listens there"},
    {CURLE_COULDNT_RESOLVE_HOST, ERR_PEER, "is a name that cannot be resolved"},
    {CURLE_GOT_NOTHING, ERR_PEER, "closed the connection without an answer"},
    {CURLE_PARTIAL_FILE, ERR_PEER, "cut its answer short"},
    {CURLE_RECV_ERROR, ERR_PEER, "broke the connection off"},
    {CURLE_SEND_ERROR, ERR_PEER, "broke the connection off"},
    {CURLE_PEER_FAILED_VERIFICATION, ERR_PEER, "has a certificate that is not trusted"},
    {CURLE_SSL_CONNECT_ERROR, ERR_PEER, "does not speak TLS as it should"},
    {CURLE_SSL_CACERT_BADFILE, ERR_CONFIG, "cannot be verified: the CA file cannot be read"},
    {CURLE_WEIRD_SERVER_REPLY, ERR_PEER, "answers something that is no HTTP"},
    {CURLE_UNSUPPORTED_PROTOCOL, ERR_PEER, "answers something that is no HTTP"},
    {CURLE_BAD_CONTENT_ENCODING, ERR_PEER, "sent a compressed answer that cannot be unpacked"},
    {CURLE_OUT_OF_MEMORY, ERR_MEMORY, "could not be asked: no memory"},
};

static enum err judge(const struct transfer *t, CURLcode code, struct why *why)
{
    if (code == CURLE_OK)
        return ERR_OK;
    if (t->err == ERR_TOO_BIG)
        return why_set(why, ERR_TOO_BIG, "%s: the answer is larger than %zu bytes", t->where,
                       t->req->reply_max);
    if (t->err != ERR_OK)
        return why_set(why, t->err, "%s: the answer was not read to its end", t->where);
    for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++)
        if (outcomes[i].code == code)
            return why_set(why, outcomes[i].err, "%s %s", t->where, outcomes[i].text);
    return why_set(why, ERR_PEER, "%s: %s", t->where,
                   t->error[0] != '\0' ? t->error : curl_easy_strerror(code));
}

static int64_t time_of(CURL *c, CURLINFO what)
{
    curl_off_t us = 0;

    (void)curl_easy_getinfo(c, what, &us);
    return (int64_t)us;
}

static enum err collect(CURL *c, struct arena *a, struct transfer *t, struct http_reply *ret)
{
    long status = 0;
    long connects = 0;
    const char *type = NULL;
    curl_off_t retry = 0;

    (void)curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
    (void)curl_easy_getinfo(c, CURLINFO_NUM_CONNECTS, &connects);
    (void)curl_easy_getinfo(c, CURLINFO_CONTENT_TYPE, &type);
    (void)curl_easy_getinfo(c, CURLINFO_RETRY_AFTER, &retry);
    const char *copy = arena_strdup(a, type == NULL ? "" : type);
    if (copy == NULL)
        return ERR_MEMORY;
    *ret = (struct http_reply){.status = (int)status,
                               .type = copy,
                               .body = buf_text(&t->body),
                               .len = t->body.len,
                               .retry_after_s = (int64_t)retry,
                               .times = {.connect_us = time_of(c, CURLINFO_CONNECT_TIME_T),
                                         .tls_us = time_of(c, CURLINFO_APPCONNECT_TIME_T),
                                         .first_byte_us = time_of(c, CURLINFO_STARTTRANSFER_TIME_T),
                                         .total_us = time_of(c, CURLINFO_TOTAL_TIME_T),
                                         .connects = (int)connects}};
    return ERR_OK;
}

enum err http_send(struct http *h, struct arena *a, const struct http_request *req,
                   struct http_reply *ret, struct why *why)
{
    struct transfer t = {.req = req, .easy = h->easy};
    struct curl_slist *headers = NULL;
    int left = deadline_left_ms(req->deadline);

    assert(req->method != NULL && req->url != NULL);
    buf_init(&t.body, a, req->reply_max);
    enum err e = check_url(req->url, t.where, why);
    if (e != ERR_OK)
        return e;
    if (left == 0)
        return why_set(why, ERR_DEADLINE, "%s was not asked: no time is left", t.where);
    e = make_headers(a, req, &headers, why);
    if (e != ERR_OK)
        goto out;
    curl_easy_reset(h->easy);
    if (!set_rules(h->easy) || !set_times(h->easy, req, left) ||
        !set_request(h->easy, req, headers) || !set_callbacks(h->easy, &t)) {
        e = why_set(why, ERR_CONFIG, "this libcurl is too old or was built without what is needed");
        goto out;
    }
    e = judge(&t, curl_easy_perform(h->easy), why);
    if (e == ERR_OK)
        e = collect(h->easy, a, &t, ret);
out:
    /* Nothing of this request, its key above all, stays in the handle. */
    curl_easy_reset(h->easy);
    curl_slist_free_all(headers);
    return e;
}
