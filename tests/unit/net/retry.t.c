#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "net/retry.h"

static const char *const names[RETRY__MAX] = {"token", "speech", "read",    "write",
                                              "model", "local",  "telegram"};

static struct retry_case status_case(int status)
{
    return (struct retry_case){
        .status = status, .retry_after_ms = -1, .sent = true, .tries = 1, .left_ms = 1000000};
}

static struct retry_case error_case(enum err e, bool sent)
{
    struct retry_case c = status_case(0);

    c.err = e;
    c.sent = sent;
    return c;
}

static enum retry_verdict judge(enum retry_kind kind, struct retry_case c)
{
    int64_t wait = 0;

    return retry_judge(kind, &c, &wait);
}

static int64_t wait_of(enum retry_kind kind, struct retry_case c)
{
    int64_t wait = -1;

    assert_int_not_equal(retry_judge(kind, &c, &wait), RETRY_NO);
    return wait;
}

/* One column a kind, in the order of the enum: N no, A again, T again with a new token. */
static void each_status_is_tried_again_where_its_vendor_says_so(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *verdicts;
    } cases[] = {
        {200, "NNNNNNN"}, {400, "NNNNNNN"}, {401, "NTTTNNN"}, {403, "NNNNNNN"}, {404, "NNNNNNN"},
        {408, "NNNNANN"}, {409, "NNNNANN"}, {413, "NNNNNNN"}, {429, "AAAAANA"}, {500, "AAANANA"},
        {502, "ANNNANA"}, {503, "AAAAAAA"}, {504, "AANNANA"}, {529, "ANNNANA"}, {302, "NNNNNNN"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (int kind = 0; kind < RETRY__MAX; kind++) {
            char got = "NAT"[judge((enum retry_kind)kind, status_case(cases[i].status))];
            if (got != cases[i].verdicts[kind])
                fail_msg("%d, %s: %c", cases[i].status, names[kind], got);
        }
}

static void a_failure_on_the_way_is_tried_again_unless_it_may_have_acted(void **state)
{
    (void)state;
    static const struct {
        enum err err;
        bool sent;
        const char *verdicts;
    } cases[] = {
        {ERR_PEER, false, "AAAAAAA"},     {ERR_PEER, true, "AAANANA"},
        {ERR_DEADLINE, false, "AAAAAAA"}, {ERR_DEADLINE, true, "AAANANA"},
        {ERR_VALUE, false, "NNNNNNN"},    {ERR_STOPPING, false, "NNNNNNN"},
        {ERR_CONFIG, false, "NNNNNNN"},   {ERR_TOO_BIG, true, "NNNNNNN"},
        {ERR_MEMORY, false, "NNNNNNN"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (int kind = 0; kind < RETRY__MAX; kind++) {
            char got = "NAT"[judge((enum retry_kind)kind, error_case(cases[i].err, cases[i].sent))];
            if (got != cases[i].verdicts[kind])
                fail_msg("%s, %s: %c", err_name(cases[i].err), names[kind], got);
        }
}

static int tries_until_no(enum retry_kind kind, struct retry_case c)
{
    for (c.tries = 1; c.tries < 100; c.tries++)
        if (judge(kind, c) == RETRY_NO)
            return c.tries;
    return 100;
}

static void the_number_of_tries_is_bounded(void **state)
{
    (void)state;
    static const int tries[RETRY__MAX] = {4, 2, 6, 6, 3, 3, 10};

    for (int kind = 0; kind < RETRY__MAX; kind++) {
        assert_int_equal(tries_until_no((enum retry_kind)kind, status_case(503)), tries[kind]);
        assert_int_equal(tries_until_no((enum retry_kind)kind, error_case(ERR_PEER, false)),
                         tries[kind]);
    }
    assert_int_equal(tries_until_no(RETRY_READ, status_case(401)), 2);
    assert_int_equal(tries_until_no(RETRY_SPEECH, status_case(500)), 2);
}

static void the_models_word_about_trying_again_counts_more_than_the_status(void **state)
{
    (void)state;
    struct retry_case c = status_case(529);

    c.should_retry = HTTP_SAYS_NO;
    assert_int_equal(judge(RETRY_MODEL, c), RETRY_NO);
    assert_int_equal(judge(RETRY_TOKEN, c), RETRY_AGAIN);
    c = status_case(400);
    c.should_retry = HTTP_SAYS_YES;
    assert_int_equal(judge(RETRY_MODEL, c), RETRY_AGAIN);
    assert_int_equal(judge(RETRY_SPEECH, c), RETRY_NO);
    assert_int_equal(tries_until_no(RETRY_MODEL, c), 3);
}

static void the_wait_is_what_was_asked_for(void **state)
{
    (void)state;
    struct retry_case c = status_case(429);

    c.retry_after_ms = 1234;
    c.chance = 255;
    c.tries = 2;
    assert_int_equal(wait_of(RETRY_MODEL, c), 1234);
    assert_int_equal(wait_of(RETRY_TELEGRAM, c), 1234);
    c.retry_after_ms = 0;
    assert_int_equal(wait_of(RETRY_MODEL, c), 0);
}

static void else_the_wait_grows_to_its_ceiling(void **state)
{
    (void)state;
    static const int model[] = {500, 1000},
                     telegram[] = {1000, 2000, 4000, 8000, 16000, 32000, 60000};
    struct retry_case c = status_case(503);

    for (c.tries = 1; c.tries <= 2; c.tries++)
        assert_int_equal(wait_of(RETRY_MODEL, c), model[c.tries - 1]);
    for (c.tries = 1; c.tries <= 7; c.tries++)
        assert_int_equal(wait_of(RETRY_TELEGRAM, c), telegram[c.tries - 1]);
    c.tries = 1;
    assert_int_equal(wait_of(RETRY_SPEECH, c), 100);
    assert_int_equal(wait_of(RETRY_SPEECH, status_case(401)), 0);
}

static void chance_takes_up_to_a_quarter_off(void **state)
{
    (void)state;
    struct retry_case c = status_case(503);

    c.chance = 255;
    assert_in_range(wait_of(RETRY_READ, c), 750, 752);
    c.chance = 128;
    assert_int_equal(wait_of(RETRY_READ, c), 875);
}

static void no_wait_is_longer_than_what_is_left(void **state)
{
    (void)state;
    struct retry_case c = status_case(503);
    int64_t wait = -1;

    c.retry_after_ms = 2000;
    c.left_ms = 1999;
    assert_int_equal(retry_judge(RETRY_MODEL, &c, &wait), RETRY_NO);
    assert_int_equal(wait, -1);
    c.left_ms = 2000;
    assert_int_equal(retry_judge(RETRY_MODEL, &c, &wait), RETRY_AGAIN);
    c = status_case(401);
    c.left_ms = -1;
    assert_int_equal(judge(RETRY_SPEECH, c), RETRY_NO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_status_is_tried_again_where_its_vendor_says_so),
        cmocka_unit_test(a_failure_on_the_way_is_tried_again_unless_it_may_have_acted),
        cmocka_unit_test(the_number_of_tries_is_bounded),
        cmocka_unit_test(the_models_word_about_trying_again_counts_more_than_the_status),
        cmocka_unit_test(the_wait_is_what_was_asked_for),
        cmocka_unit_test(else_the_wait_grows_to_its_ceiling),
        cmocka_unit_test(chance_takes_up_to_a_quarter_off),
        cmocka_unit_test(no_wait_is_longer_than_what_is_left),
    };

    return cmocka_run_group_tests_name("net/retry", tests, NULL, NULL);
}
