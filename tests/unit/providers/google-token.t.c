#include "providers/google-token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"
#include "tests/support/account.h"
#include "tests/support/answer.h"
#include "wire/base64.h"
#include "wire/json.h"

#define NOW INT64_C(1764000000)

struct trial {
    struct folder folder;
    struct arena a;
    struct google_credentials *g;
    const char *key; /* PEM */
};

static int set_up(void **state)
{
    static struct trial t;
    struct account c = {.type = "service_account",
                        .email = "holos@salon.iam.gserviceaccount.com",
                        .uri = "https://127.0.0.1:1/token",
                        .key_id = "kid1"};

    folder_make(&t.folder);
    arena_init(&t.a, (size_t)16 * 1024 * 1024);
    t.key = c.key = account_key(&t.a);
    if (google_credentials_open(account_write(&t.a, &t.folder, &c), &t.g, NULL) != ERR_OK)
        return -1;
    *state = &t;
    return 0;
}

static int tear_down(void **state)
{
    struct trial *t = *state;

    google_credentials_close(t->g);
    folder_remove(&t->folder);
    arena_release(&t->a);
    return 0;
}

/* base64url without padding. */
static const char *decode(struct trial *t, const char *text, size_t n, size_t *ret_n)
{
    struct buf b;
    char *out = NULL;

    buf_init(&b, &t->a, 65536);
    for (size_t i = 0; i < n; i++) {
        assert_null(strchr("+/=", text[i]));
        buf_putc(&b, (char)(text[i] == '-' ? '+' : text[i] == '_' ? '/' : text[i]));
    }
    while (b.len % 4 != 0)
        buf_putc(&b, '=');
    assert_int_equal(base64_decode(&t->a, b.data, b.len, &out, ret_n), ERR_OK);
    return out;
}

struct jwt {
    const struct json *head, *claims;
    const char *signature, *said; /* what was signed */
    size_t signature_n, said_n;
};

static struct jwt ask(struct trial *t, int64_t now_s)
{
    static const char begin[] =
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=";
    struct http_request req = {0};
    struct jwt j = {0};
    size_t n = 0;

    assert_int_equal(google_token_request(&t->a, t->g, GOOGLE_SCOPE_CLOUD, now_s, &req, NULL),
                     ERR_OK);
    assert_string_equal(req.method, "POST");
    assert_string_equal(req.url, "https://127.0.0.1:1/token");
    assert_string_equal(req.type, "application/x-www-form-urlencoded");
    assert_null(req.headers);
    assert_true(req.reply_max >= 4096);
    assert_memory_equal(req.body, begin, strlen(begin));
    j.said = (const char *)req.body + strlen(begin);
    assert_int_equal(strlen(req.body), req.len);
    const char *dot = strchr(j.said, '.');
    assert_non_null(dot);
    const char *head = decode(t, j.said, (size_t)(dot - j.said), &n);
    assert_int_equal(json_parse(&t->a, head, n, &j.head, NULL), ERR_OK);
    const char *end = strchr(dot + 1, '.');
    assert_non_null(end);
    const char *claims = decode(t, dot + 1, (size_t)(end - dot - 1), &n);
    assert_int_equal(json_parse(&t->a, claims, n, &j.claims, NULL), ERR_OK);
    j.said_n = (size_t)(end - j.said);
    j.signature = decode(t, end + 1, strlen(end + 1), &j.signature_n);
    return j;
}

static const char *text(const struct json *o, const char *name)
{
    const char *s = json_text(json_member(o, name));

    assert_non_null(s);
    return s;
}

static int64_t number(const struct json *o, const char *name)
{
    int64_t n = 0;

    assert_int_equal(json_get_int(o, name, 0, INT64_C(1) << 40, &n, NULL), ERR_OK);
    return n;
}

static void the_jwt_claims_what_google_wants(void **state)
{
    struct jwt j = ask(*state, NOW);

    assert_string_equal(text(j.head, "alg"), "RS256");
    assert_string_equal(text(j.head, "typ"), "JWT");
    assert_string_equal(text(j.head, "kid"), "kid1");
    assert_string_equal(text(j.claims, "iss"), "holos@salon.iam.gserviceaccount.com");
    assert_string_equal(text(j.claims, "scope"), "https://www.googleapis.com/auth/cloud-platform");
    assert_string_equal(text(j.claims, "aud"), "https://127.0.0.1:1/token");
    assert_int_equal(number(j.claims, "iat"), NOW - 30);
    assert_int_equal(number(j.claims, "exp") - number(j.claims, "iat"), 3600);
    assert_int_equal(json_count(j.claims), 5);
}

/* By another hand: openssl's own program. */
static void the_signature_is_that_of_the_key(void **state)
{
    struct trial *t = *state;
    struct jwt j = ask(t, NOW);
    const char *key = folder_write(&t->folder, "key.pem", t->key, strlen(t->key));
    const char *signature = folder_write(&t->folder, "signature", j.signature, j.signature_n);
    const char *said = folder_write(&t->folder, "said", j.said, j.said_n);
    const char *const argv[] = {"openssl",    "dgst",    "-sha256", "-prverify", key,
                                "-signature", signature, said,      NULL};

    assert_int_equal(j.signature_n, 256);
    assert_string_equal(account_openssl(&t->a, argv), "Verified OK\n");
}

static void every_request_has_a_jwt_of_its_own(void **state)
{
    struct jwt a = ask(*state, NOW);
    struct jwt b = ask(*state, NOW + 3300);

    assert_int_equal(number(b.claims, "iat") - number(a.claims, "iat"), 3300);
    assert_memory_not_equal(a.signature, b.signature, a.signature_n);
}

static void no_memory_is_said_as_such(void **state)
{
    struct trial *t = *state;
    struct http_request req = {.url = "untouched"};

    for (size_t ceiling = 0; ceiling <= ARENA_BLOCK; ceiling += ARENA_BLOCK) {
        struct arena small;
        arena_init(&small, ceiling);
        enum err e = google_token_request(&small, t->g, GOOGLE_SCOPE_CLOUD, NOW, &req, NULL);
        assert_true(e == ERR_MEMORY || (e == ERR_OK && ceiling > 0));
        if (e != ERR_OK)
            assert_string_equal(req.url, "untouched");
        arena_release(&small);
    }
}

static enum err answered(struct trial *t, const struct http_reply *r, struct google_token *ret,
                         struct failure *f)
{
    *f = (struct failure){0};
    return google_token_read(&t->a, r, ret, f);
}

static void a_token_of_any_length_is_taken(void **state)
{
    struct trial *t = *state;
    struct google_token token = {0};
    struct failure f;
    struct buf b;

    buf_init(&b, &t->a, 65536);
    buf_puts(&b, "{\"access_token\":\"ya29.c.");
    for (int i = 0; i < 2048; i++)
        buf_putc(&b, "abcdefgh-._"[i % 11]);
    buf_puts(&b, "\",\"expires_in\":3599,\"token_type\":\"Bearer\",\"scope\":\"x\"}");
    struct http_reply r = answer_json(200, buf_text(&b));
    assert_int_equal(answered(t, &r, &token, &f), ERR_OK);
    assert_int_equal(strlen(token.text), 2048 + 7);
    assert_int_equal(token.expires_in_s, 3599);
}

#define OAUTH(error, told) "{\"error\":\"" error "\",\"error_description\":\"" told "\"}"

static void each_refusal_has_its_own_sentence(void **state)
{
    static const struct {
        int status;
        const char *body;
        enum err err;
        enum failure_next next;
        const char *part;
    } rows[] = {
        {400,
         OAUTH("invalid_grant",
               "Invalid JWT: Token must be a short-lived token (60 minutes) and in "
               "a reasonable timeframe. Check your iat and exp values and use a "
               "clock with skew to account for clock differences between systems."),
         ERR_CONFIG, FAILURE_OPERATOR, "clock of this machine is wrong"},
        {400, OAUTH("invalid_grant", "Invalid JWT Signature."), ERR_CONFIG, FAILURE_OPERATOR,
         "deleted or revoked"},
        {400, OAUTH("invalid_grant", "Invalid grant: account not found"), ERR_CONFIG,
         FAILURE_OPERATOR, "account was deleted"},
        {400, "{\"error\":\"invalid_grant\"}", ERR_CONFIG, FAILURE_OPERATOR, "is refused"},
        {401, OAUTH("invalid_client", "The OAuth client was not found."), ERR_CONFIG,
         FAILURE_OPERATOR, "is not known"},
        {401, OAUTH("unauthorized_client", "x"), ERR_CONFIG, FAILURE_OPERATOR, "scope"},
        {400, OAUTH("invalid_scope", "x"), ERR_CONFIG, FAILURE_OPERATOR, "scope"},
        {429, OAUTH("rate_limit_exceeded", "x"), ERR_PEER, FAILURE_LATER, "too often"},
        {500, OAUTH("internal_failure", "x"), ERR_PEER, FAILURE_AGAIN, "failed"},
        {503, "", ERR_PEER, FAILURE_AGAIN, "not available"},
        {502, "<html><title>502</title></html>", ERR_PEER, FAILURE_AGAIN, "not available"},
        {404, "<html>", ERR_CONFIG, FAILURE_OPERATOR, "not to be found"},
        {302, "", ERR_PEER, FAILURE_BROKEN, "status 302"},
    };
    struct trial *t = *state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct google_token token = {.text = "untouched"};
        struct http_reply r = answer_json(rows[i].status, rows[i].body);
        struct failure f;
        assert_int_equal(answered(t, &r, &token, &f), rows[i].err);
        assert_int_equal(f.next, rows[i].next);
        if (strstr(f.why.text, rows[i].part) == NULL)
            fail_msg("row %zu: %s", i, f.why.text);
        assert_string_equal(token.text, "untouched");
        assert_null(strstr(f.why.text, "JWT"));
    }
}

static void what_is_no_token_is_broken(void **state)
{
    static const char *const bodies[] = {
        "",
        "{}",
        "[]",
        "{\"access_token\":\"\",\"expires_in\":3599}",
        "{\"access_token\":7,\"expires_in\":3599}",
        "{\"access_token\":\"a\"}",
        "{\"access_token\":\"a\",\"expires_in\":0}",
        "{\"access_token\":\"a\",\"expires_in\":\"3599\"}",
        "{\"access_token\":\"a\",\"expires_in\":3599",
        "<html>",
    };
    struct trial *t = *state;

    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct google_token token = {.text = "untouched"};
        struct http_reply r = answer_json(200, bodies[i]);
        struct failure f;
        assert_int_equal(answered(t, &r, &token, &f), ERR_PEER);
        assert_int_equal(f.next, FAILURE_BROKEN);
        assert_string_equal(token.text, "untouched");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_jwt_claims_what_google_wants),
        cmocka_unit_test(the_signature_is_that_of_the_key),
        cmocka_unit_test(every_request_has_a_jwt_of_its_own),
        cmocka_unit_test(no_memory_is_said_as_such),
        cmocka_unit_test(a_token_of_any_length_is_taken),
        cmocka_unit_test(each_refusal_has_its_own_sentence),
        cmocka_unit_test(what_is_no_token_is_broken),
    };
    return cmocka_run_group_tests_name("providers/google-token", tests, set_up, tear_down);
}
