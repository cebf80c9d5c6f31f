#include "serve/access.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/digest.h"
#include "base/settings.h"

static struct arena arena;
static struct request request;
static struct why why;

static const char *const names[] = {"TELEPHONY_ENABLED", "HOLOS_WEBHOOK_SECRET",
                                    "BINOTEL_ALLOW_IPS", "BINOTEL_SIGNATURE_KEY",
                                    "BINOTEL_COMPANY_ID"};

static void unset_all(void)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_int_equal(unsetenv(names[i]), 0);
}

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 1 << 20);
    unset_all();
    assert_int_equal(settings_load(NULL), ERR_OK);
    request = (struct request){.method = "POST",
                               .query = "",
                               .content_type = "",
                               .binotel_signature = "",
                               .remote_addr = "194.88.219.78",
                               .body = "",
                               .arena = &arena};
    why = (struct why){0};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unset_all();
    arena_release(&arena);
    settings_forget();
    return 0;
}

static void set(const char *name, const char *value)
{
    assert_int_equal(setenv(name, value, 1), 0);
    assert_int_equal(settings_load(NULL), ERR_OK);
}

static enum err check(void)
{
    return access_check(ACCESS_BINOTEL, &request, &why);
}

static void body(const char *type, const char *text)
{
    request.content_type = type;
    request.body = text;
    request.len = strlen(text);
}

static void with_nothing_set_everybody_may_call(void **state)
{
    (void)state;
    request.remote_addr = "203.0.113.9";
    body("application/json", "{\"companyID\":\"77\"}");
    assert_int_equal(check(), ERR_OK);
}

static void open_routes_ask_nothing(void **state)
{
    (void)state;
    set("TELEPHONY_ENABLED", "no");
    set("HOLOS_WEBHOOK_SECRET", "x");
    set("BINOTEL_ALLOW_IPS", "10.0.0.1");
    assert_int_equal(access_check(ACCESS_OPEN, &request, &why), ERR_OK);
    assert_int_equal(check(), ERR_NOT_FOUND);
}

static void the_secret_must_be_the_querys(void **state)
{
    static const struct {
        const char *query;
        enum err due;
    } cases[] = {
        {"", ERR_FORBIDDEN},
        {"secret=", ERR_FORBIDDEN},
        {"secret=open", ERR_FORBIDDEN},
        {"secret=open%20sesame!", ERR_FORBIDDEN},
        {"secret=open+sesame", ERR_OK},
        {"a=b&secret=open%20sesame", ERR_OK},
        {"Secret=open+sesame", ERR_FORBIDDEN},
        {"secret=OPEN+SESAME", ERR_FORBIDDEN},
    };

    (void)state;
    set("HOLOS_WEBHOOK_SECRET", "open sesame");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        request.query = cases[i].query;
        assert_int_equal(check(), cases[i].due);
    }
    assert_null(strstr(why.text, "sesame"));
}

static void what_follows_the_path_is_the_secret_or_nothing_at_all(void **state)
{
    (void)state;
    request.path_secret = "open";
    assert_int_equal(check(), ERR_NOT_FOUND);
    request.path_secret = "";
    assert_int_equal(check(), ERR_NOT_FOUND);
    set("HOLOS_WEBHOOK_SECRET", "open");
    assert_int_equal(check(), ERR_FORBIDDEN);
    request.path_secret = "open";
    assert_int_equal(check(), ERR_OK);
    request.query = "secret=shut";
    assert_int_equal(check(), ERR_OK);
    request.path_secret = "shut";
    request.query = "secret=open";
    assert_int_equal(check(), ERR_FORBIDDEN);
    set("TELEPHONY_ENABLED", "no");
    assert_int_equal(check(), ERR_NOT_FOUND);
}

static void addresses_are_matched_by_list_network_and_name(void **state)
{
    static const struct {
        const char *address, *list;
        bool yes;
    } cases[] = {
        {"10.1.2.3", "10.1.2.3", true},
        {"10.1.2.4", "10.1.2.3", false},
        {"10.1.2.4", "192.0.2.1, 10.1.2.0/24", true},
        {"10.1.3.4", "192.0.2.1,10.1.2.0/24", false},
        {"10.1.3.4", "10.1.2.0/23", true},
        {"10.1.4.4", "10.1.2.0/23", false},
        {"203.0.113.1", "0.0.0.0/0", true},
        {"::1", "0.0.0.0/0", false},
        {"::ffff:10.1.2.3", "10.1.2.3", true},
        {"10.1.2.3", "::ffff:10.1.2.3", true},
        {"2001:db8::5", "2001:db8::/32", true},
        {"2001:db9::5", "2001:db8::/32", false},
        {"2001:DB8::5", "2001:db8:0::5", true},
        {"10.1.2.3", "::/0", true},
        {"10.1.2.3", "10.1.2.3/33", false},
        {"10.1.2.3", "10.1.2.3/", false},
        {"10.1.2.3", "10.1.2.3/-1", false},
        {"10.1.2.3", "10.1.2", false},
        {"10.1.2.3", "", false},
        {"10.1.2.3", " , ,", false},
        {"10.1.2.3", "nonsense,10.1.2.3", true},
        {"", "0.0.0.0/0", false},
        {"10.1.2.3x", "0.0.0.0/0", false},
        {"unix:", "0.0.0.0/0", false},
        {"194.88.218.116", "binotel", true},
        {"194.88.218.115", "binotel", false},
        {"194.88.218.120", "binotel", true},
        {"194.88.218.121", "binotel", false},
        {"194.88.219.67", "binotel", true},
        {"194.88.219.68", "binotel", false},
        {"194.88.219.92", "10.0.0.1,binotel", true},
        {"194.88.219.90", "binotel", false},
        {"185.100.66.147", "binotel", true},
        {"185.100.66.148", "binotel", false},
        {"45.91.130.36", "binotel", true},
        {"45.91.130.50", "binotel", false},
        {"45.91.130.51", "binotel", true},
        {"45.91.130.82", "binotel", true},
        {"45.91.130.83", "binotel", false},
        {"45.91.129.203", "binotel", true},
        {"::ffff:45.91.130.60", "binotel", true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (access_address_listed(cases[i].address, cases[i].list) != cases[i].yes)
            fail_msg("%s in '%s'", cases[i].address, cases[i].list);
}

/* Every address of the published list and of the newer one, counted. */
static void the_word_binotel_means_60_addresses(void **state)
{
    static const char *const networks[] = {"194.88.218", "194.88.219", "185.100.66", "45.91.130",
                                           "45.91.129"};
    char address[32];
    int n = 0;

    (void)state;
    for (size_t i = 0; i < sizeof networks / sizeof networks[0]; i++)
        for (int last = 0; last < 256; last++) {
            (void)snprintf(address, sizeof address, "%s.%d", networks[i], last);
            n += access_address_listed(address, "binotel");
        }
    assert_int_equal(n, 26 + 34);
}

static void a_caller_from_elsewhere_is_refused_and_noted(void **state)
{
    struct response r;

    (void)state;
    set("BINOTEL_ALLOW_IPS", "binotel,10.0.0.0/8");
    assert_int_equal(check(), ERR_OK);
    request.remote_addr = "203.0.113.9";
    assert_int_equal(check(), ERR_FORBIDDEN);
    response_init(&r, &arena);
    access_note(&request, &r);
    assert_string_equal(r.note, "from=203.0.113.9");
    request.remote_addr = "x status=200";
    assert_int_equal(check(), ERR_FORBIDDEN);
    response_init(&r, &arena);
    access_note(&request, &r);
    assert_string_equal(r.note, "from=unknown");
}

static void a_list_that_cannot_be_read_is_found_at_the_start(void **state)
{
    (void)state;
    set("BINOTEL_ALLOW_IPS", "binotel, 10.0.0.0/8 ,::1,2001:db8::/128");
    assert_int_equal(access_check_settings(&why), ERR_OK);
    set("BINOTEL_ALLOW_IPS", "binotel,10.0.0.256");
    assert_int_equal(access_check_settings(&why), ERR_CONFIG);
    assert_non_null(strstr(why.text, "'10.0.0.256'"));
    set("BINOTEL_ALLOW_IPS", "2001:db8::/129");
    assert_int_equal(access_check_settings(&why), ERR_CONFIG);
    set("BINOTEL_ALLOW_IPS",
        "0000000000000000000000000000000000000000000000000000000000000000000000000000.1");
    assert_int_equal(access_check_settings(&why), ERR_CONFIG);
}

static void the_signature_covers_the_whole_body(void **state)
{
    char good[DIGEST_HEX];
    char upper[DIGEST_HEX];

    (void)state;
    set("BINOTEL_SIGNATURE_KEY", "key");
    body("application/json", "The quick brown fox jumps over the lazy dog");
    request.binotel_signature = "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8";
    assert_int_equal(check(), ERR_OK);
    (void)snprintf(good, sizeof good, "%s", request.binotel_signature);
    for (size_t i = 0; i < sizeof good; i++)
        upper[i] = (char)(good[i] >= 'a' ? good[i] - 32 : good[i]);
    request.binotel_signature = upper;
    assert_int_equal(check(), ERR_OK);

    const char *const wrong[] = {
        "", "f7bc83f4", "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd80",
        "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd9"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        request.binotel_signature = wrong[i];
        assert_int_equal(check(), ERR_FORBIDDEN);
    }
    request.binotel_signature = good;
    body("application/json", "The quick brown fox jumps over the lazy cog");
    assert_int_equal(check(), ERR_FORBIDDEN);
}

static void another_company_is_refused_wherever_it_is_named(void **state)
{
    static const struct {
        const char *type, *body;
        enum err due;
    } cases[] = {
        {"application/json", "{\"companyID\":\"4711\"}", ERR_OK},
        {"application/json", "{\"companyID\":4711}", ERR_OK},
        {"application/json", "{\"companyID\":\"4712\"}", ERR_FORBIDDEN},
        {"application/json", "{\"companyID\":[1]}", ERR_FORBIDDEN},
        {"application/json", "{\"callID\":\"1\"}", ERR_OK},
        {"application/json", "not json", ERR_OK},
        {"application/json", "{\"callDetails\":{\"companyID\":\"9\",\"x\":1}}", ERR_FORBIDDEN},
        {"application/json", "{\"callDetails\":{\"123\":{\"companyID\":\"9\"}}}", ERR_FORBIDDEN},
        {"application/json", "{\"callDetails\":{\"123\":{\"companyID\":4711}}}", ERR_OK},
        {"application/json", "{\"companyID\":4711,\"callDetails\":{\"companyID\":9}}",
         ERR_FORBIDDEN},
        {"application/json", "{\"callDetails\":[]}", ERR_OK},
        {"", "callDetails[companyID]=4711&requestType=apiCallCompleted", ERR_OK},
        {"", "callDetails[companyID]=9&requestType=apiCallCompleted", ERR_FORBIDDEN},
        {"", "companyID=9", ERR_FORBIDDEN},
        {"", "", ERR_OK},
    };

    (void)state;
    set("BINOTEL_COMPANY_ID", "4711");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        body(cases[i].type, cases[i].body);
        if (check() != cases[i].due)
            fail_msg("%s", cases[i].body);
    }
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(with_nothing_set_everybody_may_call),
        TEST(open_routes_ask_nothing),
        TEST(the_secret_must_be_the_querys),
        TEST(what_follows_the_path_is_the_secret_or_nothing_at_all),
        TEST(addresses_are_matched_by_list_network_and_name),
        TEST(the_word_binotel_means_60_addresses),
        TEST(a_caller_from_elsewhere_is_refused_and_noted),
        TEST(a_list_that_cannot_be_read_is_found_at_the_start),
        TEST(the_signature_covers_the_whole_body),
        TEST(another_company_is_refused_wherever_it_is_named),
    };
#undef TEST
    return cmocka_run_group_tests_name("serve/access", tests, NULL, NULL);
}
