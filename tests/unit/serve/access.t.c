#include "serve/access.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/settings.h"

static struct arena arena;
static struct request request;
static struct why why;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 1 << 20);
    assert_int_equal(unsetenv("HOLOS_WEBHOOK_SECRET"), 0);
    assert_int_equal(settings_load(NULL), ERR_OK);
    request = (struct request){.method = "POST", .query = "", .arena = &arena};
    why = (struct why){0};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    assert_int_equal(unsetenv("HOLOS_WEBHOOK_SECRET"), 0);
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
    return access_check_secret(&request, &why);
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
}

static void addresses_are_matched_by_list_and_network(void **state)
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
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (access_listed(cases[i].address, cases[i].list) != cases[i].yes)
            fail_msg("%s in '%s'", cases[i].address, cases[i].list);
}

static void a_range_has_its_ends_and_what_lies_between(void **state)
{
    (void)state;
    assert_true(access_in_range("192.0.2.7", "192.0.2.7", "192.0.2.9"));
    assert_true(access_in_range("::ffff:192.0.2.8", "192.0.2.7", "192.0.2.9"));
    assert_true(access_in_range("192.0.2.9", "192.0.2.7", "192.0.2.9"));
    assert_false(access_in_range("192.0.2.6", "192.0.2.7", "192.0.2.9"));
    assert_false(access_in_range("192.0.2.10", "192.0.2.7", "192.0.2.9"));
    assert_false(access_in_range("192.0.2", "192.0.2.7", "192.0.2.9"));
}

static void a_word_is_an_entry_of_its_own(void **state)
{
    (void)state;
    assert_true(access_list_has("10.0.0.1, ours", "ours"));
    assert_false(access_list_has("10.0.0.1,ours2", "ours"));
    assert_false(access_list_has("", "ours"));
}

static void an_entry_that_cannot_be_read_is_named(void **state)
{
    static const char *const wrong[] = {
        "ours,10.0.0.256", "2001:db8::/129", "theirs",
        "0000000000000000000000000000000000000000000000000000000000000000000000000000.1"};

    (void)state;
    assert_int_equal(access_check_list("A_LIST", "", "ours", &why), ERR_OK);
    assert_int_equal(
        access_check_list("A_LIST", "ours, 10.0.0.0/8 ,::1,2001:db8::/128", "ours", &why), ERR_OK);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(access_check_list("A_LIST", wrong[i], "ours", &why), ERR_CONFIG);
    assert_int_equal(access_check_list("A_LIST", wrong[0], "ours", &why), ERR_CONFIG);
    assert_string_equal(why.text,
                        "A_LIST: '10.0.0.256' is neither an address nor a network like 10.0.0.0/8 "
                        "nor the word ours");
}

static void the_address_of_a_refusal_is_noted_if_it_is_one(void **state)
{
    struct response r;

    (void)state;
    request.remote_addr = "203.0.113.9";
    response_init(&r, &arena);
    access_note(&request, &r);
    assert_string_equal(r.note, "from=203.0.113.9");
    request.remote_addr = "x status=200";
    response_init(&r, &arena);
    access_note(&request, &r);
    assert_string_equal(r.note, "from=unknown");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(the_secret_must_be_the_querys),
        TEST(what_follows_the_path_is_the_secret_or_nothing_at_all),
        TEST(addresses_are_matched_by_list_and_network),
        TEST(a_range_has_its_ends_and_what_lies_between),
        TEST(a_word_is_an_entry_of_its_own),
        TEST(an_entry_that_cannot_be_read_is_named),
        TEST(the_address_of_a_refusal_is_noted_if_it_is_one),
    };
#undef TEST
    return cmocka_run_group_tests_name("serve/access", tests, NULL, NULL);
}
