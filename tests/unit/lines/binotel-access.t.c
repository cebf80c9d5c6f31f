#include "lines/binotel-access.h"

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
                               .forwarded_for = "",
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
    return binotel_access.check(&request, &why);
}

static bool listed(const char *address, const char *list)
{
    set("BINOTEL_ALLOW_IPS", list);
    request.remote_addr = address;
    return check() == ERR_OK;
}

static void body(const char *type, const char *text)
{
    request.content_type = type;
    request.body = text;
    request.len = strlen(text);
}

static void with_nothing_set_only_this_machine_may_call(void **state)
{
    static const struct {
        const char *address, *forwarded_for;
        enum err due;
    } cases[] = {
        {"127.0.0.1", "", ERR_OK},
        {"127.8.9.1", "", ERR_OK},
        {"::1", "", ERR_OK},
        {"::ffff:127.0.0.1", "", ERR_OK},
        {"127.0.0.1", "203.0.113.9", ERR_CLOSED}, /* a tunnel or proxy on this machine */
        {"127.0.0.1", "127.0.0.1", ERR_CLOSED},   /* anybody can write that */
        {"203.0.113.9", "", ERR_CLOSED},
        {"203.0.113.9", "127.0.0.1", ERR_CLOSED},
        {"10.0.0.1", "", ERR_CLOSED},
        {"::", "", ERR_CLOSED},
        {"", "", ERR_CLOSED},
    };

    (void)state;
    body("application/json", "{\"companyID\":\"77\"}");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        request.remote_addr = cases[i].address;
        request.forwarded_for = cases[i].forwarded_for;
        if (check() != cases[i].due)
            fail_msg("%s for '%s'", cases[i].address, cases[i].forwarded_for);
    }
    assert_non_null(strstr(why.text, "HOLOS_WEBHOOK_SECRET"));
    assert_string_equal(binotel_callers(), "");
}

static void one_of_three_settings_opens_the_routes(void **state)
{
    static const char *const each[][2] = {{"HOLOS_WEBHOOK_SECRET", "secret"},
                                          {"BINOTEL_ALLOW_IPS", "addresses"},
                                          {"BINOTEL_SIGNATURE_KEY", "signature"}};

    (void)state;
    request.remote_addr = "203.0.113.9";
    for (size_t i = 0; i < sizeof each / sizeof each[0]; i++) {
        unset_all();
        set(each[i][0], "203.0.113.9");
        assert_string_equal(binotel_callers(), each[i][1]);
        assert_int_not_equal(check(), ERR_CLOSED);
    }
}

static void the_switch_comes_before_the_secret(void **state)
{
    (void)state;
    set("HOLOS_WEBHOOK_SECRET", "open");
    request.path_secret = "shut";
    assert_int_equal(check(), ERR_FORBIDDEN);
    set("TELEPHONY_ENABLED", "no");
    assert_int_equal(check(), ERR_NOT_FOUND);
    set("TELEPHONY_ENABLED", "yes");
    request.path_secret = "open";
    assert_int_equal(check(), ERR_OK);
    assert_true(binotel_access.path_secret);
}

static void the_word_binotel_stands_for_its_addresses(void **state)
{
    static const struct {
        const char *address, *list;
        bool yes;
    } cases[] = {
        {"194.88.218.116", "binotel", true},         {"194.88.218.115", "binotel", false},
        {"194.88.218.120", "binotel", true},         {"194.88.218.121", "binotel", false},
        {"194.88.219.67", "binotel", true},          {"194.88.219.68", "binotel", false},
        {"194.88.219.92", "10.0.0.1,binotel", true}, {"194.88.219.90", "binotel", false},
        {"185.100.66.147", "binotel", true},         {"185.100.66.148", "binotel", false},
        {"45.91.130.36", "binotel", true},           {"45.91.130.50", "binotel", false},
        {"45.91.130.51", "binotel", true},           {"45.91.130.82", "binotel", true},
        {"45.91.130.83", "binotel", false},          {"45.91.129.203", "binotel", true},
        {"::ffff:45.91.130.60", "binotel", true},    {"10.0.0.1", "10.0.0.1,binotel", true},
        {"194.88.219.92", "10.0.0.1", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (listed(cases[i].address, cases[i].list) != cases[i].yes)
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
    set("BINOTEL_ALLOW_IPS", "binotel");
    request.remote_addr = address;
    for (size_t i = 0; i < sizeof networks / sizeof networks[0]; i++)
        for (int last = 0; last < 256; last++) {
            (void)snprintf(address, sizeof address, "%s.%d", networks[i], last);
            n += check() == ERR_OK;
        }
    assert_int_equal(n, 26 + 34);
}

static void a_caller_from_elsewhere_is_refused(void **state)
{
    (void)state;
    set("BINOTEL_ALLOW_IPS", "binotel,10.0.0.0/8");
    assert_int_equal(check(), ERR_OK);
    request.remote_addr = "203.0.113.9";
    assert_int_equal(check(), ERR_FORBIDDEN);
    request.remote_addr = "x status=200";
    assert_int_equal(check(), ERR_FORBIDDEN);
}

static void a_list_that_cannot_be_read_is_found_at_the_start(void **state)
{
    (void)state;
    set("BINOTEL_ALLOW_IPS", "binotel, 10.0.0.0/8 ,::1,2001:db8::/128");
    assert_int_equal(binotel_access.check_settings(&why), ERR_OK);
    set("BINOTEL_ALLOW_IPS", "binotel,10.0.0.256");
    assert_int_equal(binotel_access.check_settings(&why), ERR_CONFIG);
    assert_non_null(strstr(why.text, "BINOTEL_ALLOW_IPS: '10.0.0.256'"));
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

#define PART(name) "\r\n--b\r\nContent-Disposition: form-data; name=" name "\r\n\r\n"
#define END        "\r\n--b--\r\n"

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
        {"", "companyID=%FF", ERR_FORBIDDEN},
        {"", "companyID=4711&callerName=%FF", ERR_OK},
        {"application/json", "{\"companyID\":\"47\xff\"}", ERR_FORBIDDEN},
        {"multipart/form-data; boundary=b", PART("companyID") "4712" PART("z") "\xff\xfe" END,
         ERR_FORBIDDEN},
        {"multipart/form-data; boundary=b", PART("companyID") "4711" PART("z") "\xff\xfe" END,
         ERR_OK},
        {"multipart/form-data; boundary=b", PART("callID") "1" END, ERR_OK},
    };

    (void)state;
    set("BINOTEL_COMPANY_ID", "4711");
    request.remote_addr = "127.0.0.1";
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        body(cases[i].type, cases[i].body);
        if (check() != cases[i].due)
            fail_msg("%s", cases[i].body);
    }
}

static void an_event_that_names_no_company_is_refused(void **state)
{
    static const struct {
        const char *body;
        enum err due;
    } cases[] = {
        {"requestType=hangupTheCall&generalCallID=5", ERR_FORBIDDEN},
        {"requestType=hangupTheCall&generalCallID=5&companyID=", ERR_FORBIDDEN},
        {"requestType=%FF&generalCallID=5", ERR_FORBIDDEN},
        {"requestType=apiCallCompleted&callDetails[generalCallID]=5", ERR_FORBIDDEN},
        {"requestType=apiCallCompleted&callDetails[7][companyID]=4711", ERR_OK},
        {"requestType=hangupTheCall&generalCallID=5&companyID=4711", ERR_OK},
        {"requestType=&callID=5", ERR_OK},
        {"callID=5", ERR_OK},
    };

    (void)state;
    set("BINOTEL_COMPANY_ID", "4711");
    request.remote_addr = "127.0.0.1";
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        body("application/x-www-form-urlencoded", cases[i].body);
        if (check() != cases[i].due)
            fail_msg("%s", cases[i].body);
    }
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(with_nothing_set_only_this_machine_may_call),
        TEST(one_of_three_settings_opens_the_routes),
        TEST(the_switch_comes_before_the_secret),
        TEST(the_word_binotel_stands_for_its_addresses),
        TEST(the_word_binotel_means_60_addresses),
        TEST(a_caller_from_elsewhere_is_refused),
        TEST(a_list_that_cannot_be_read_is_found_at_the_start),
        TEST(the_signature_covers_the_whole_body),
        TEST(another_company_is_refused_wherever_it_is_named),
        TEST(an_event_that_names_no_company_is_refused),
    };
#undef TEST
    return cmocka_run_group_tests_name("lines/binotel-access", tests, NULL, NULL);
}
