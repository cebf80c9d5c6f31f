#include "providers/failure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define OFTEN                                                                                      \
    {                                                                                              \
        .tries = 3, .first_ms = 500, .most_ms = 1500, .growth_percent = 200                        \
    }

static const struct failure_retry often = OFTEN;

static bool again(const struct failure_retry *how, struct failure f, int tries)
{
    int64_t wait = 0;

    return failure_again(&f, how, tries, 0, &wait);
}

static int64_t wait_of(const struct failure *f, const struct failure_retry *how, int tries,
                       uint8_t chance)
{
    int64_t wait = -1;

    assert_true(failure_again(f, how, tries, chance, &wait));
    return wait;
}

static struct failure answered(enum failure_next next)
{
    return (struct failure){.err = ERR_PEER, .next = next, .status = 503, .sent = true};
}

/* ---- what it is ---------------------------------------------------------------------------------- */

static void what_was_said_of_it_is_kept(void **state)
{
    struct failure f = {0};

    (void)state;
    assert_int_equal(failure_set(&f, FAILURE_LATER, ERR_PEER, "%s %d", "asked", 2), ERR_PEER);
    assert_int_equal(f.err, ERR_PEER);
    assert_int_equal(f.next, FAILURE_LATER);
    assert_string_equal(f.why.text, "asked 2");
    assert_int_equal(failure_close(&f, ERR_PEER), ERR_PEER);
    assert_int_equal(f.next, FAILURE_LATER);
}

static void what_has_no_step_of_its_own_gets_that_of_its_error(void **state)
{
    static const struct {
        enum err err;
        enum failure_next next;
        bool hard;
    } rows[] = {
        {ERR_PEER, FAILURE_AGAIN, false},      {ERR_DEADLINE, FAILURE_AGAIN, false},
        {ERR_CONFIG, FAILURE_OPERATOR, true},  {ERR_FORMAT, FAILURE_REQUEST, false},
        {ERR_TOO_BIG, FAILURE_REQUEST, false}, {ERR_VALUE, FAILURE_REQUEST, false},
        {ERR_MEMORY, FAILURE_BROKEN, false},   {ERR_STOPPING, FAILURE_BROKEN, false},
        {ERR_OK, FAILURE_UNJUDGED, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct failure f = {0};
        assert_int_equal(failure_close(&f, rows[i].err), rows[i].err);
        assert_int_equal(f.next, rows[i].next);
        assert_int_equal(f.hard, rows[i].hard);
    }
}

static void only_what_time_or_a_person_mends_is_hard(void **state)
{
    static const struct {
        enum failure_next next;
        bool hard;
    } rows[] = {
        {FAILURE_AGAIN, false},  {FAILURE_LATER, true},    {FAILURE_RENEW, false},
        {FAILURE_OTHER, false},  {FAILURE_REQUEST, false}, {FAILURE_OPERATOR, true},
        {FAILURE_BROKEN, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct failure f = {0};
        assert_int_equal(failure_set(&f, rows[i].next, ERR_PEER, "x"), ERR_PEER);
        assert_int_equal(f.hard, rows[i].hard);
    }
}

/* ---- again? -------------------------------------------------------------------------------------- */

static void what_passes_by_itself_is_tried_again(void **state)
{
    (void)state;
    assert_true(again(&often, answered(FAILURE_AGAIN), 1));
    assert_true(again(&often, answered(FAILURE_LATER), 1));
    assert_false(again(&often, answered(FAILURE_REQUEST), 1));
    assert_false(again(&often, answered(FAILURE_OPERATOR), 1));
    assert_false(again(&often, answered(FAILURE_BROKEN), 1));
    assert_false(again(&often, answered(FAILURE_OTHER), 1)); /* the stage may know another */
}

static void the_number_of_tries_is_bounded(void **state)
{
    (void)state;
    assert_true(again(&often, answered(FAILURE_AGAIN), 2));
    assert_false(again(&often, answered(FAILURE_AGAIN), 3));
    assert_true(again(&(struct failure_retry){.tries = 1}, answered(FAILURE_RENEW), 2));
    assert_false(again(&often, answered(FAILURE_RENEW), FAILURE_TOKENS));
}

static void a_try_that_took_too_long_is_repeated_only_where_that_is_said(void **state)
{
    const struct failure_retry late = {.tries = 2, .after_timeout = true};
    const struct failure f = {.err = ERR_DEADLINE, .next = FAILURE_AGAIN, .sent = true};

    (void)state;
    assert_false(again(&often, f, 1));
    assert_true(again(&late, f, 1));
}

static void a_busy_machine_is_not_given_the_same_work_twice(void **state)
{
    const struct failure_retry careful = {.tries = 3, .local_server = true};
    struct failure f = {.err = ERR_PEER, .next = FAILURE_AGAIN, .sent = true};

    (void)state;
    assert_false(again(&careful, f, 1));
    f.sent = false;
    assert_true(again(&careful, f, 1));
    assert_true(again(&careful, answered(FAILURE_AGAIN), 1)); /* it says so itself: 503 */
    f = answered(FAILURE_AGAIN);
    f.status = 500;
    assert_false(again(&careful, f, 1));
}

static void the_vendors_word_about_trying_again_counts_more_than_the_status(void **state)
{
    const struct failure_retry obeys = {.tries = 3, .honours_should_retry = true};
    struct failure f = answered(FAILURE_AGAIN);

    (void)state;
    f.said = HTTP_SAYS_NO;
    assert_false(again(&obeys, f, 1));
    assert_true(again(&often, f, 1));
    f = answered(FAILURE_REQUEST);
    f.said = HTTP_SAYS_YES;
    assert_true(again(&obeys, f, 1));
    assert_true(again(&obeys, f, 2));
    assert_false(again(&obeys, f, 3));
    assert_false(again(&often, f, 1));
    f = answered(FAILURE_OPERATOR);
    f.said = HTTP_SAYS_YES;
    assert_false(again(&obeys, f, 1));
}

/* ---- when? --------------------------------------------------------------------------------------- */

static void the_wait_is_what_was_asked_for(void **state)
{
    struct failure f = answered(FAILURE_LATER);

    (void)state;
    f.wait_ms = 1234;
    assert_int_equal(wait_of(&f, &often, 2, 255), 1234);
}

static void else_the_wait_grows_to_its_ceiling(void **state)
{
    static const int wait[] = {500, 1000, 1500, 1500};
    struct failure_retry how = OFTEN;
    struct failure f = answered(FAILURE_AGAIN);

    (void)state;
    how.tries = 10;
    for (int tries = 1; tries <= 4; tries++)
        assert_int_equal(wait_of(&f, &how, tries, 0), wait[tries - 1]);
    f = answered(FAILURE_RENEW);
    assert_int_equal(wait_of(&f, &how, 1, 0), 0);
}

static void chance_takes_up_to_a_quarter_off(void **state)
{
    const struct failure f = answered(FAILURE_AGAIN);

    (void)state;
    assert_in_range(wait_of(&f, &often, 2, 255), 750, 752);
    assert_int_equal(wait_of(&f, &often, 2, 128), 875);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_said_of_it_is_kept),
        cmocka_unit_test(what_has_no_step_of_its_own_gets_that_of_its_error),
        cmocka_unit_test(only_what_time_or_a_person_mends_is_hard),
        cmocka_unit_test(what_passes_by_itself_is_tried_again),
        cmocka_unit_test(the_number_of_tries_is_bounded),
        cmocka_unit_test(a_try_that_took_too_long_is_repeated_only_where_that_is_said),
        cmocka_unit_test(a_busy_machine_is_not_given_the_same_work_twice),
        cmocka_unit_test(the_vendors_word_about_trying_again_counts_more_than_the_status),
        cmocka_unit_test(the_wait_is_what_was_asked_for),
        cmocka_unit_test(else_the_wait_grows_to_its_ceiling),
        cmocka_unit_test(chance_takes_up_to_a_quarter_off),
    };

    return cmocka_run_group_tests_name("providers/failure", tests, NULL, NULL);
}
