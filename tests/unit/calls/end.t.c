/* Calls that end while something is left to do: a request half taken, a line without an answer
 * because its worker died. */
#include "calls/end.h"
#include "calls/turn.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "store/lead.h"
#include "tests/cases/home.h"

#define NUMBER  "0501112233"
#define DAY_MS  ((int64_t)86400 * 1000)
#define PERSON  "Хочу поговорити з адміністратором про алергію на вашу фарбу"
#define HANG_UP CALL_COMPLETED

static struct door home;   /* the worker of the turns */
static struct app reports; /* the worker that hears how calls end */
static int calls;

static int set_up(void **state)
{
    (void)state;
    home_make(&home);
    return app_open(&reports, APP_PARTS(&app_store, &app_profiles), NULL);
}

static int tear_down(void **state)
{
    (void)state;
    app_close(&reports);
    home_remove(&home);
    return 0;
}

static struct turn_input input(const char *id, const char *key, const char *words)
{
    return (struct turn_input){.source = "binotel",
                               .external_id = id,
                               .route = words == NULL ? "incoming-call" : "audio-stream",
                               .key = arena_printf(home.arena, "%s-%s", id, key),
                               .caller = NUMBER,
                               .called = "0440000202",
                               .direction = "in",
                               .words = words};
}

static void begin(struct call_turn *c)
{
    *c =
        (struct call_turn){.app = &home.app, .arena = home.arena, .deadline = deadline_in_ms(8000)};
}

static void finish(struct call_turn *c)
{
    struct delivery_reply reply = {.status = 200, .type = "text/plain"};

    buf_init(&reply.body.text, home.arena, 64);
    buf_puts(&reply.body.text, "ok");
    assert_int_equal(call_turn_finish(c, &reply, NULL), ERR_OK);
    call_turn_release(c);
}

static const char *greet(void)
{
    struct call_turn c;
    const char *id = arena_printf(home.arena, "e%d", ++calls);
    struct turn_input in = input(id, "greeting", NULL);

    begin(&c);
    assert_int_equal(call_turn_greet(&c, &in, NULL), ERR_OK);
    finish(&c);
    return id;
}

/* The caller's line is committed, and the worker is at the answer. */
static void begin_turn(struct call_turn *c, const char *id, const char *key, const char *words)
{
    struct turn_input in = input(id, key, words);

    begin(c);
    assert_int_equal(call_turn_answer(c, &in, NULL), ERR_OK);
    if (store_in_transaction(home.app.store))
        assert_int_equal(store_commit(home.app.store, NULL), ERR_OK);
}

static void say(const char *id, const char *key, const char *words)
{
    struct call_turn c;

    begin_turn(&c, id, key, words);
    finish(&c);
}

/* As the system does it for a worker that is killed: it cannot look once more. */
static void kill_turn(struct call_turn *c)
{
    c->holds = false;
    call_turn_release(c);
}

/* What a killed worker leaves: the line, and no hold. */
static void die_at(const char *id, const char *key, const char *words)
{
    struct call_turn c;

    begin_turn(&c, id, key, words);
    kill_turn(&c);
}

static void tell(const char *id, enum call_status status)
{
    const struct call_report news = {.status = status, .billed_s = -1};

    assert_int_equal(
        end_status(&reports, home.arena, "binotel", id, &news, deadline_in_ms(2000), NULL), ERR_OK);
}

static int64_t sweep(int64_t later_ms)
{
    int64_t n = -1;

    struct moment now = clock_now();
    now.ms += later_ms;
    now.tick += now.tick == 0 ? 0 : later_ms;
    assert_int_equal(end_expire(&reports, home.arena, now, &n, NULL), ERR_OK);
    return n;
}

static struct call kept(const char *id)
{
    struct call call = {0};

    assert_int_equal(call_find(home.app.store, home.arena, "binotel", id, &call, NULL), ERR_OK);
    return call;
}

static size_t leads_of(const char *id, struct lead **ret)
{
    size_t n = 0;

    assert_int_equal(leads_newest(home.app.store, home.arena, kept(id).id, 10, ret, &n, NULL),
                     ERR_OK);
    return n;
}

static struct lead only_lead(const char *id)
{
    struct lead *leads = NULL;

    assert_int_equal(leads_of(id, &leads), 1);
    return leads[0];
}

static void retry_is_refused(const char *id, const char *key, const char *words)
{
    struct call_turn c;
    struct turn_input in = input(id, key, words);

    begin(&c);
    assert_int_equal(call_turn_answer(&c, &in, NULL), ERR_ENDED);
    call_turn_release(&c);
}

/* The retry came after the hang-up, got 409, and what the words had asked for was no request. */
static void a_wish_for_a_person_in_an_unanswered_line_is_a_request_when_the_call_ends(void **s)
{
    (void)s;
    const char *id = greet();

    die_at(id, "1", PERSON);
    tell(id, HANG_UP);
    struct lead lead = only_lead(id);
    assert_string_equal(lead.wish, PERSON);
    assert_string_equal(lead.phone, "+380501112233");
    assert_string_equal(kept(id).state, "");
    retry_is_refused(id, "1", PERSON);
    tell(id, HANG_UP);
    assert_int_equal(sweep(DAY_MS), 0);
    (void)only_lead(id);
}

static void words_of_an_unanswered_line_belong_to_the_request_being_taken(void **s)
{
    (void)s;
    const char *id = greet();

    say(id, "1", "Хочу поскаржитися");
    die_at(id, "2", "На манікюр у п'ятницю о третій");
    tell(id, CALL_BUSY);
    struct lead lead = only_lead(id);
    assert_non_null(strstr(lead.wish, "Хочу поскаржитися"));
    assert_non_null(strstr(lead.wish, "На манікюр у п'ятницю о третій"));

    id = greet();
    say(id, "1", PERSON);
    die_at(id, "2", "Мене звати Святозара");
    tell(id, HANG_UP);
    assert_string_equal(only_lead(id).name, "Святозара");
}

/* During the call the rules would have put its question again and let two such words go. */
static void words_that_answer_no_question_are_kept_when_it_cannot_be_put_again(void **s)
{
    static const char *const words[] = {"перенести запис", "050 123", "а яка у вас адреса?"};

    (void)s;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        const char *id = greet();
        say(id, "1", PERSON);
        say(id, "2", "Мене звати Святозара");
        die_at(id, "3", words[i]);
        tell(id, HANG_UP);
        struct lead lead = only_lead(id);
        assert_string_equal(lead.name, "Святозара");
        assert_non_null(strstr(lead.wish, PERSON));
        assert_non_null(strstr(lead.wish, words[i]));
    }
}

static void a_request_broken_off_in_an_unanswered_line_is_none(void **s)
{
    (void)s;
    const char *id = greet();
    struct lead *leads = NULL;

    say(id, "1", PERSON);
    die_at(id, "2", "ой, не треба, передумала");
    tell(id, HANG_UP);
    assert_int_equal(leads_of(id, &leads), 0);
}

static void lines_that_several_workers_left_are_all_taken_in(void **s)
{
    (void)s;
    const char *id = greet();

    die_at(id, "1", "Хочу поскаржитися");
    die_at(id, "2", "На манікюр у п'ятницю о третій");
    die_at(id, "3", "Мене звати Святозара");
    tell(id, HANG_UP);
    struct lead lead = only_lead(id);
    assert_non_null(strstr(lead.wish, "На манікюр"));
    assert_string_equal(lead.name, "Святозара");
}

static void an_unanswered_line_that_completes_a_request_completes_it(void **s)
{
    (void)s;
    const char *id = greet();

    say(id, "1", "Хочу поскаржитися");
    say(id, "2", "На манікюр у п'ятницю о третій");
    say(id, "3", "Мене звати Святозара");
    die_at(id, "4", "Ні, на 067 111 22 33");
    tell(id, HANG_UP);
    assert_string_equal(only_lead(id).phone, "+380671112233");
}

static void an_unanswered_line_that_asks_for_nothing_is_no_request(void **s)
{
    static const char *const words[] = {"Де ви знаходитесь?", "До побачення", "", "Дякую"};

    (void)s;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        const char *id = greet();
        struct lead *leads = NULL;
        die_at(id, "1", words[i]);
        tell(id, HANG_UP);
        assert_int_equal(leads_of(id, &leads), 0);
    }
}

/* The gateway may bring the words again as another turn: that one has taken them in. */
static void a_line_left_behind_by_a_turn_that_was_answered_is_not_taken_twice(void **s)
{
    (void)s;
    const char *id = greet();

    die_at(id, "1", PERSON);
    say(id, "2", PERSON);
    tell(id, HANG_UP);
    (void)only_lead(id);
}

static void pretend(int64_t passed_ms, int64_t set_ms, int boots)
{
    clock_pretend(
        (struct clock_pretence){.passed_ms = passed_ms, .set_ms = set_ms, .boots = boots});
}

static int go_back(void **s)
{
    (void)s;
    pretend(0, 0, 0);
    return 0;
}

/* B14: the next words got "Call has ended", and the call was kept as expired. */
static void a_clock_that_steps_ends_no_call(void **s)
{
    static const int64_t steps[] = {DAY_MS / 24, -DAY_MS / 24, DAY_MS, -DAY_MS, 400 * DAY_MS};

    (void)s;
    if (clock_now().tick == 0)
        skip();
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        const char *id = greet();
        say(id, "1", "Доброго дня");
        pretend(2000, steps[i], 0);
        assert_int_equal(sweep(0), 0);
        say(id, "2", "Де ви знаходитесь?"); /* nor does it reach the profile's minutes */
        pretend(4000, 0, 0);
        say(id, "3", "Дякую");
        assert_int_equal(kept(id).turns, 3);
        assert_int_equal(kept(id).status, CALL_IN_PROGRESS);
        tell(id, HANG_UP);
        pretend(0, 0, 0);
    }
}

/* ... and what time does pass ends it all the same. */
static void a_call_that_was_left_expires_whatever_the_clock_was_set_to(void **s)
{
    (void)s;
    if (clock_now().tick == 0)
        skip();
    (void)greet();
    pretend(DAY_MS / 2, -DAY_MS, 0);
    assert_true(sweep(0) >= 1);
}

static void a_call_goes_on_after_the_machine_booted(void **s)
{
    (void)s;
    const char *id = greet();

    say(id, "1", "Доброго дня");
    pretend(60000, 0, 1);
    assert_int_equal(sweep(0), 0);
    say(id, "2", "Де ви знаходитесь?");
    pretend(60000, -DAY_MS, 2); /* and the clock was set back */
    say(id, "3", "Дякую");
    assert_int_equal(kept(id).turns, 3);
    pretend(DAY_MS, 0, 3);
    assert_true(sweep(0) >= 1);
}

static void an_unanswered_line_is_taken_in_when_the_call_expires(void **s)
{
    (void)s;
    const char *id = greet();

    die_at(id, "1", PERSON);
    assert_int_equal(sweep(0), 0);
    assert_true(sweep(DAY_MS) >= 1);
    assert_string_equal(only_lead(id).wish, PERSON);
    assert_int_equal(kept(id).status, CALL_EXPIRED);
}

/* A turn that is running keeps what it hears itself, once, as it ends. */
static void a_hang_up_under_a_running_turn_leaves_the_request_to_it(void **s)
{
    (void)s;
    struct call_turn c;
    struct lead *leads = NULL;
    const char *id = greet();

    say(id, "1", PERSON);
    begin_turn(&c, id, "2", "Мене звати Святозара");
    tell(id, HANG_UP);
    assert_int_equal(leads_of(id, &leads), 0);
    assert_int_equal(sweep(DAY_MS), 0); /* nor does the sweep take it away */
    assert_int_equal(leads_of(id, &leads), 0);
    finish(&c);
    assert_string_equal(only_lead(id).name, "Святозара");
    assert_string_equal(kept(id).state, "");
    (void)sweep(DAY_MS);
    (void)only_lead(id);
}

/* ... and should its worker die after the hang-up, the retry, the next word of the exchange or the
 * sweep keeps it. */
static void a_worker_that_dies_after_the_hang_up_loses_nothing(void **s)
{
    (void)s;
    struct call_turn c;
    struct lead *leads = NULL;

    for (int retry = 0; retry < 3; retry++) {
        const char *id = greet();
        begin_turn(&c, id, "1", PERSON);
        tell(id, HANG_UP);
        kill_turn(&c);
        assert_int_equal(leads_of(id, &leads), 0);
        if (retry == 2)
            tell(id, HANG_UP); /* the exchange's record comes after the hang-up */
        else if (retry == 1)
            retry_is_refused(id, "1", PERSON);
        else
            assert_int_equal(sweep(0), 0);
        assert_string_equal(only_lead(id).wish, PERSON);
        assert_string_equal(kept(id).state, "");
        assert_int_equal(sweep(0), 0);
        (void)only_lead(id);
    }
}

/* No sweep, no retry, no further word of the exchange. */
static void a_turn_that_fails_after_the_hang_up_keeps_what_was_asked_for(void **s)
{
    (void)s;
    struct call_turn c;
    const char *id = greet();

    begin_turn(&c, id, "1", PERSON);
    tell(id, HANG_UP);
    call_turn_release(&c);
    assert_string_equal(only_lead(id).wish, PERSON);
    assert_string_equal(kept(id).state, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_turn_that_fails_after_the_hang_up_keeps_what_was_asked_for),
        cmocka_unit_test_teardown(a_clock_that_steps_ends_no_call, go_back),
        cmocka_unit_test_teardown(a_call_that_was_left_expires_whatever_the_clock_was_set_to,
                                  go_back),
        cmocka_unit_test_teardown(a_call_goes_on_after_the_machine_booted, go_back),
        cmocka_unit_test(a_wish_for_a_person_in_an_unanswered_line_is_a_request_when_the_call_ends),
        cmocka_unit_test(words_of_an_unanswered_line_belong_to_the_request_being_taken),
        cmocka_unit_test(words_that_answer_no_question_are_kept_when_it_cannot_be_put_again),
        cmocka_unit_test(a_request_broken_off_in_an_unanswered_line_is_none),
        cmocka_unit_test(lines_that_several_workers_left_are_all_taken_in),
        cmocka_unit_test(an_unanswered_line_that_completes_a_request_completes_it),
        cmocka_unit_test(an_unanswered_line_that_asks_for_nothing_is_no_request),
        cmocka_unit_test(a_line_left_behind_by_a_turn_that_was_answered_is_not_taken_twice),
        cmocka_unit_test(an_unanswered_line_is_taken_in_when_the_call_expires),
        cmocka_unit_test(a_hang_up_under_a_running_turn_leaves_the_request_to_it),
        cmocka_unit_test(a_worker_that_dies_after_the_hang_up_loses_nothing),
    };
    return cmocka_run_group_tests_name("calls/end", tests, set_up, tear_down);
}
