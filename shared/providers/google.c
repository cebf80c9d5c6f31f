#include "providers/google.h"

#include <limits.h>
#include <math.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "net/http.h"
#include "wire/json.h"

#define CREDENTIALS_MAX ((size_t)64 * 1024)

/* A key under a passphrase is of no use to a service; without this, libcrypto asks for one on the
 * terminal and waits. */
static int no_passphrase(char *buf, int size, int writing, void *of)
{
    (void)buf;
    (void)size;
    (void)writing;
    (void)of;
    return -1;
}

/* ERR_MEMORY, or `e`: what else was wrong is not reported. */
static enum err crypto_err(enum err e)
{
    bool memory = ERR_GET_REASON(ERR_peek_last_error()) == ERR_R_MALLOC_FAILURE;

    ERR_clear_error();
    return memory ? ERR_MEMORY : e;
}

static enum err read_key(const char *pem, void **ret)
{
    size_t n = strlen(pem);

    if (n > INT_MAX)
        return ERR_CONFIG;
    BIO *bio = BIO_new_mem_buf(pem, (int)n);
    if (bio == NULL)
        return crypto_err(ERR_MEMORY);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
    BIO_free(bio);
    if (key != NULL && EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA) {
        ERR_clear_error();
        *ret = key;
        return ERR_OK;
    }
    EVP_PKEY_free(key);
    return crypto_err(ERR_CONFIG);
}

/* Written into an environment file, the key's line ends become a backslash and an n. */
static void mend_lines(char *pem)
{
    char *to = pem;

    for (const char *from = pem; *from != '\0'; from++) {
        bool escaped = from[0] == '\\' && from[1] == 'n';
        *to++ = escaped ? '\n' : *from;
        from += escaped;
    }
    *to = '\0';
}

static enum err read_file(struct arena *a, const char *path, const struct json **ret,
                          struct why *why)
{
    char *text = NULL;
    size_t n = 0;

    enum err e = file_read(a, path, CREDENTIALS_MAX, &text, &n, why);
    if (e == ERR_NOT_FOUND) /* health tells this to anybody: not where it was looked for */
        return why_set(why, e, "the credentials file is not there");
    if (e == ERR_MEMORY)
        return e;
    if (e != ERR_OK)
        return why_set(why, ERR_CONFIG, "the credentials file cannot be read");
    e = json_parse(a, text, n, ret, NULL);
    if (e == ERR_MEMORY)
        return e;
    if (e != ERR_OK || json_kind(*ret) != JSON_OBJECT)
        return why_set(why, ERR_CONFIG, "the credentials file is not JSON");
    return ERR_OK;
}

/* A member's text, copied; "" if it may be missing and is. */
static enum err take(struct arena *a, const struct json *o, const char *name, bool needed,
                     const char **ret, struct why *why)
{
    const char *s = "";

    enum err e = json_get_text(o, name, CREDENTIALS_MAX, &s, NULL);
    if (needed && (e != ERR_OK || *s == '\0'))
        return why_set(why, ERR_CONFIG, "the credentials file has no %s", name);
    *ret = arena_strdup(a, s);
    return *ret == NULL ? ERR_MEMORY : ERR_OK;
}

static enum err check_type(const struct json *o, struct why *why)
{
    const char *type = json_text(json_member(o, "type"));

    if (type != NULL && strcmp(type, "service_account") == 0)
        return ERR_OK;
    return why_set(why, ERR_CONFIG,
                   "the credentials file is not of a service account: its type must be "
                   "service_account");
}

/* `work` holds the file for as long as it is read, `keep` what stays of it. */
static enum err load(struct arena *work, struct arena *keep, const char *path,
                     struct google_credentials *g, struct why *why)
{
    const struct json *o = NULL;
    const char *pem = NULL;
    const struct {
        const char *name;
        bool needed;
        struct arena *to;
        const char **ret;
    } members[] = {
        {"client_email", true, keep, &g->client_email},
        {"token_uri", true, keep, &g->token_uri},
        {"private_key", true, work, &pem},
        {"private_key_id", false, keep, &g->key_id},
        {"project_id", false, keep, &g->project_id},
        {"quota_project_id", false, keep, &g->quota_project},
    };

    enum err e = read_file(work, path, &o, why);
    if (e == ERR_OK)
        e = check_type(o, why);
    for (size_t i = 0; e == ERR_OK && i < sizeof members / sizeof members[0]; i++)
        e = take(members[i].to, o, members[i].name, members[i].needed, members[i].ret, why);
    if (e != ERR_OK)
        return e;
    char *mended = arena_strdup(work, pem);
    if (mended == NULL)
        return ERR_MEMORY;
    mend_lines(mended);
    e = read_key(mended, &g->key);
    if (e == ERR_CONFIG)
        return why_set(why, e, "the private key in the credentials file cannot be parsed");
    if (e != ERR_OK)
        return e;
    e = http_url_check(g->token_uri, NULL);
    if (e == ERR_VALUE)
        return why_set(why, ERR_CONFIG, "the token_uri in the credentials file cannot be used");
    return e;
}

enum err google_credentials_open(const char *path, struct google_credentials **ret, struct why *why)
{
    struct arena work;
    struct google_credentials *g = calloc(1, sizeof *g);

    if (g == NULL)
        return ERR_MEMORY;
    arena_init(&work, 8 * CREDENTIALS_MAX);
    arena_init(&g->arena, 8 * CREDENTIALS_MAX);
    enum err e = load(&work, &g->arena, path, g, why);
    arena_release(&work);
    if (e == ERR_OK)
        *ret = g;
    else
        google_credentials_close(g);
    return e;
}

void google_credentials_close(struct google_credentials *g)
{
    if (g == NULL)
        return;
    EVP_PKEY_free(g->key);
    arena_release(&g->arena);
    free(g);
}

enum err google_credentials_check(struct arena *a, const char *path, struct why *why)
{
    struct google_credentials g = {0};

    enum err e = load(a, a, path, &g, why);
    EVP_PKEY_free(g.key);
    return e;
}

bool google_credentials_are_open(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && (st.st_mode & (S_IROTH | S_IWOTH)) != 0;
}

enum err google_sign(struct arena *a, const struct google_credentials *g, const void *data,
                     size_t n, const char **ret, size_t *ret_len, struct why *why)
{
    size_t len = (size_t)EVP_PKEY_get_size(g->key);
    unsigned char *out = arena_alloc(a, len);
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    enum err e = ERR_MEMORY;

    if (out == NULL || c == NULL)
        goto out;
    e = ERR_OK;
    if (EVP_DigestSignInit(c, NULL, EVP_sha256(), NULL, g->key) != 1 ||
        EVP_DigestSign(c, out, &len, data, n) != 1)
        e = crypto_err(ERR_CONFIG);
    if (e == ERR_CONFIG)
        e = why_set(why, e, "the private key in the credentials file does not sign");
    if (e != ERR_OK)
        goto out;
    *ret = (const char *)out;
    *ret_len = len;
out:
    EVP_MD_CTX_free(c);
    return e;
}

/* ---- what a request shows -------------------------------------------------------------------- */

/* A line end in a secret would begin another header. */
static bool is_token(const char *s)
{
    for (; *s != '\0'; s++)
        if (*s <= ' ' || *s > '~')
            return false;
    return true;
}

static enum err add_header(struct arena *a, const char *name, const char *value, const char **ret,
                           struct why *why)
{
    if (!is_token(value))
        return why_set(why, ERR_CONFIG, "what goes into %s holds a blank or a control", name);
    *ret = arena_printf(a, "%s%s", name, value);
    return *ret == NULL ? ERR_MEMORY : ERR_OK;
}

enum err google_headers(struct arena *a, const struct google_access *with, const char *const **ret,
                        struct why *why)
{
    bool token = with->token != NULL && *with->token != '\0';
    bool key = with->api_key != NULL && *with->api_key != '\0';
    bool quota = token && with->quota_project != NULL && *with->quota_project != '\0';

    if (!token && !key)
        return why_set(why, ERR_CONFIG,
                       "Google is not configured: set GOOGLE_APPLICATION_CREDENTIALS or "
                       "GOOGLE_API_KEY");
    const char **lines = arena_calloc(a, 3, sizeof *lines);
    if (lines == NULL)
        return ERR_MEMORY;
    enum err e = token ? add_header(a, "Authorization: Bearer ", with->token, &lines[0], why)
                       : add_header(a, "X-Goog-Api-Key: ", with->api_key, &lines[0], why);
    if (e == ERR_OK && quota)
        e = add_header(a, "X-Goog-User-Project: ", with->quota_project, &lines[1], why);
    if (e == ERR_OK)
        *ret = lines;
    return e;
}

/* ---- what an answer means that is none ------------------------------------------------------- */

#define WAIT_MAX_S 3600

/* What an answer is known by, and what it means. All that a row names must fit: the HTTP status,
 * ErrorInfo's reason, a part of the message. First fit wins; the last rows are by status alone. */
struct meaning {
    int least, most; /* HTTP status */
    const char *reason;
    const char *part;
    enum failure_next next;
    enum err err;
    const char *sentence; /* after "<the API> " */
};

#define ANY 400, 599

static const struct meaning meanings[] = {
    {ANY, "SERVICE_DISABLED", NULL, FAILURE_OPERATOR, ERR_CONFIG,
     "is not enabled in the project: enable it in Google's console"},
    {403, 403, NULL, "has not been used in project", FAILURE_OPERATOR, ERR_CONFIG,
     "is not enabled in the project: enable it in Google's console"},
    {ANY, "BILLING_DISABLED", NULL, FAILURE_OPERATOR, ERR_CONFIG,
     "is refused because the project has no billing"},
    {ANY, "API_KEY_INVALID", NULL, FAILURE_OPERATOR, ERR_CONFIG,
     "refuses the API key: it is not valid"},
    {400, 403, NULL, "API key not valid", FAILURE_OPERATOR, ERR_CONFIG,
     "refuses the API key: it is not valid"},
    {400, 403, NULL, "API key expired", FAILURE_OPERATOR, ERR_CONFIG,
     "refuses the API key: it has expired"},
    {ANY, "API_KEY_SERVICE_BLOCKED", NULL, FAILURE_OPERATOR, ERR_CONFIG,
     "is not among the APIs that the API key may use"},
    {ANY, "ACCESS_TOKEN_EXPIRED", NULL, FAILURE_RENEW, ERR_PEER, "no longer takes the token"},
    {ANY, "ACCESS_TOKEN_SCOPE_INSUFFICIENT", NULL, FAILURE_OPERATOR, ERR_CONFIG,
     "says that the token's scope does not cover it"},
    {ANY, "IAM_PERMISSION_DENIED", NULL, FAILURE_OPERATOR, ERR_CONFIG,
     "may not be used by this service account: give it the role in Google's console"},
    {ANY, "CREDENTIALS_MISSING", NULL, FAILURE_OPERATOR, ERR_CONFIG, "asks for credentials"},
    {ANY, "JWT_TOKEN_INVALID", NULL, FAILURE_RENEW, ERR_PEER, "does not take the token"},
    {ANY, "RATE_LIMIT_EXCEEDED", NULL, FAILURE_LATER, ERR_PEER, "was asked too often"},
    {400, 400, NULL, "is currently not supported for language", FAILURE_OTHER, ERR_PEER,
     "has no such model for the language"},
    {400, 400, NULL, "requires a model name", FAILURE_OTHER, ERR_PEER,
     "does not speak with this voice alone"},
    {400, 404, NULL, "model", FAILURE_OTHER, ERR_PEER, "does not take the model"},
    {400, 400, NULL, "does not support", FAILURE_REQUEST, ERR_PEER,
     "does not do with this voice what was asked"},
    {400, 404, NULL, "oice", FAILURE_OTHER, ERR_PEER, "does not know the voice"},
    {400, 400, NULL, "Sync input too long", FAILURE_REQUEST, ERR_TOO_BIG,
     "takes no more than a minute of sound"},
    {400, 413, NULL, "exceeds the limit", FAILURE_REQUEST, ERR_TOO_BIG,
     "takes no request of this size"},
    {400, 400, NULL, "longer than the limit", FAILURE_REQUEST, ERR_TOO_BIG,
     "takes no text of this length"},
    {400, 400, NULL, "bad encoding", FAILURE_REQUEST, ERR_FORMAT,
     "does not take this coding of sound"},
    {400, 400, NULL, "sample rate", FAILURE_REQUEST, ERR_FORMAT, "does not take this sample rate"},
    {400, 400, NULL, "Expected resource location", FAILURE_OPERATOR, ERR_CONFIG,
     "stands at another location: GOOGLE_STT_URL and GOOGLE_STT_LOCATION must go together"},
    {413, 413, NULL, NULL, FAILURE_REQUEST, ERR_TOO_BIG, "takes no request of this size"},
    {401, 401, NULL, NULL, FAILURE_RENEW, ERR_PEER, "does not take the token"},
    {403, 403, NULL, NULL, FAILURE_OPERATOR, ERR_CONFIG, "is forbidden to this project or account"},
    {404, 404, NULL, NULL, FAILURE_OPERATOR, ERR_CONFIG, "is not to be found at its address"},
    {429, 429, NULL, NULL, FAILURE_LATER, ERR_PEER, "was asked too often"},
    {500, 500, NULL, NULL, FAILURE_AGAIN, ERR_PEER, "failed"},
    {501, 501, NULL, NULL, FAILURE_OPERATOR, ERR_CONFIG, "does not do what was asked"},
    {502, 599, NULL, NULL, FAILURE_AGAIN, ERR_PEER, "is not available at the moment"},
    {ANY, NULL, NULL, FAILURE_REQUEST, ERR_PEER, "refuses the request"},
};

/* What stands in a google.rpc.Status; all may be "" or 0. */
struct status {
    const char *message, *reason;
    int64_t wait_ms;
};

/* "3s", "1.5s"; rounded up. */
static int64_t ms_of(const char *s)
{
    char *end = NULL;
    double d = s == NULL ? 0 : strtod(s, &end);

    if (s == NULL || end == s || strcmp(end, "s") != 0 || !(d > 0) || d > WAIT_MAX_S)
        return 0;
    return (int64_t)ceil(d * 1000);
}

static void read_details(const struct json *details, struct status *s)
{
    for (const struct json *d = json_first(details); d != NULL; d = json_next(d)) {
        const char *reason = json_text(json_member(d, "reason"));
        int64_t wait = ms_of(json_text(json_member(d, "retryDelay")));
        if (reason != NULL && *s->reason == '\0')
            s->reason = reason;
        if (wait > 0)
            s->wait_ms = wait;
    }
}

static enum err read_status(struct arena *a, const struct http_reply *reply, struct status *ret)
{
    const struct json *o = NULL;

    enum err e = json_parse(a, reply->body, reply->len, &o, NULL);
    if (e != ERR_OK)
        return e;
    /* A stream's answer wraps it into a list. */
    const struct json *error = json_member(json_kind(o) == JSON_ARRAY ? json_first(o) : o, "error");
    if (json_text(json_member(error, "message")) != NULL)
        ret->message = json_text(json_member(error, "message"));
    if (json_kind(json_member(error, "details")) == JSON_ARRAY)
        read_details(json_member(error, "details"), ret);
    return ERR_OK;
}

static bool fits(const struct meaning *m, int status, const struct status *s)
{
    return status >= m->least && status <= m->most &&
           (m->reason == NULL || strcmp(m->reason, s->reason) == 0) &&
           (m->part == NULL || strstr(s->message, m->part) != NULL);
}

static const struct meaning *meaning_of(int status, const struct status *s)
{
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
        if (fits(&meanings[i], status, s))
            return &meanings[i];
    return NULL;
}

enum err google_error_read(struct arena *a, const struct http_reply *reply, const char *api,
                           struct failure *f)
{
    struct status s = {.message = "", .reason = ""};

    if (read_status(a, reply, &s) == ERR_MEMORY)
        return ERR_MEMORY;
    const struct meaning *m = meaning_of(reply->status, &s);
    if (m == NULL)
        return failure_set(f, FAILURE_BROKEN, ERR_PEER, "%s answered with status %d", api,
                           reply->status);
    f->wait_ms = reply->retry_after_ms > 0 ? reply->retry_after_ms : s.wait_ms;
    return failure_set(f, m->next, m->err, "%s %s (status %d)", api, m->sentence, reply->status);
}

enum err google_error_odd(const char *api, const char *what, struct failure *f)
{
    return failure_set(f, FAILURE_BROKEN, ERR_PEER, "%s %s", api, what);
}
