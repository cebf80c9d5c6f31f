/* A caller who wants a person, where the exchange can put them through. */
#include "lines/contract.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "calls/turn.h"
#include "store/exchange-task.h"
#include "store/lead.h"
#include "store/outbox.h"
#include "tests/cases/home.h"
#include "tests/support/book.h"
#include "think/action.h"
#include "think/actions.h"

static struct door home;
static struct profile *salon;
static int calls;

static void find_salon(void)
{
    for (size_t i = 0; i < home.app.profiles_n; i++)
        if (strcmp(home.app.profiles[i].name, "salon") == 0)
            salon = &home.app.profiles[i];
    assert_non_null(salon);
}

static int set_up(void **state)
{
    (void)state;
    home_make(&home);
    find_salon();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    clock_freeze_unix_ms(0);
    home_remove(&home);
    return 0;
}

static int open_now(void **state)
{
    (void)state;
    clock_freeze_unix_ms(BOOK_NOW); /* Wednesday, 14:00 */
    salon->exchange = (struct exchange){.transfer = "901"};
    calls++;
    return 0;
}

/* One line of a new call; the turn is kept. */
static struct call_turn say(const char *source, const char *words)
{
    const char *id = arena_printf(home.arena, "t%d", calls);
    struct call_turn c = {.app = &home.app, .arena = home.arena, .deadline = deadline_in_ms(20000)};
    struct delivery_reply reply = {.status = 200, .type = "text/plain"};
    struct turn_input in = {.source = source,
                            .external_id = id,
                            .route = "incoming-call",
                            .key = id,
                            .caller = arena_printf(home.arena, "05022%05d", calls),
                            .called = "0440000202",
                            .direction = "in"};

    buf_init(&reply.body.text, home.arena, 64);
    buf_puts(&reply.body.text, "ok");
    assert_int_equal(call_turn_greet(&c, &in, NULL), ERR_OK);
    assert_int_equal(call_turn_finish(&c, &reply, NULL), ERR_OK);
    call_turn_release(&c);
    c = (struct call_turn){
        .app = &home.app, .arena = home.arena, .deadline = deadline_in_ms(20000)};
    in.route = "audio-stream";
    in.words = words;
    assert_int_equal(call_turn_answer(&c, &in, NULL), ERR_OK);
    assert_int_equal(call_turn_finish(&c, &reply, NULL), ERR_OK);
    call_turn_release(&c);
    return c;
}

/* What the call left for the exchange; what NULL: nothing. */
static struct outbox_row *task(const struct call_turn *c, struct exchange_task *ret)
{
    struct outbox_row *rows = NULL;
    size_t n = 0;

    assert_int_equal(
        outbox_due(home.app.store, home.arena, "binotel", INT64_MAX, 100, &rows, &n, NULL), ERR_OK);
    for (size_t i = 0; i < n; i++)
        if (rows[i].call_id == c->call.id) {
            assert_int_equal(exchange_task_read(home.arena, rows[i].payload, ret, NULL), ERR_OK);
            return &rows[i];
        }
    return NULL;
}

static size_t leads_of(const struct call_turn *c)
{
    struct lead *leads = NULL;
    size_t n = 0;

    assert_int_equal(leads_newest(home.app.store, home.arena, c->call.id, 9, &leads, &n, NULL),
                     ERR_OK);
    return n;
}

static void a_caller_who_wants_a_person_is_put_through(void **state)
{
    (void)state;
    struct exchange_task t = {0};
    struct call_turn c = say("binotel", "З'єднайте мене з адміністратором");

    assert_string_equal(c.said, salon->say.transferring);
    assert_false(c.goes_on);
    assert_string_equal(c.transfer, "901");
    assert_string_equal(c.call.end_reason, "transfer");
    struct outbox_row *row = task(&c, &t);
    assert_non_null(row);
    assert_int_equal(t.what, EXCHANGE_TRANSFER);
    assert_string_equal(t.line, "901");
    assert_true(row->due_ms > BOOK_NOW + 2000); /* not before the answer was heard */
    assert_true(row->due_ms < BOOK_NOW + 8000);
    assert_int_equal(leads_of(&c), 0);
}

static void outside_the_hours_a_request_is_taken(void **state)
{
    (void)state;
    struct exchange_task t = {0};

    clock_freeze_unix_ms(BOOK_NOW + INT64_C(9) * 3600 * 1000);
    struct call_turn c = say("binotel", "З'єднайте мене з адміністратором");
    assert_true(c.goes_on);
    assert_null(c.transfer);
    assert_null(task(&c, &t));
    assert_non_null(strstr(c.said, salon->say.request_begins));
}

static void without_a_line_a_request_is_taken(void **state)
{
    (void)state;
    salon->exchange.transfer = NULL;
    struct call_turn c = say("binotel", "З'єднайте мене з адміністратором");
    assert_true(c.goes_on);
    assert_null(c.transfer);
}

/* The gateway reads "transfer" in the answer; the exchange is asked only for its own calls. */
static void who_hands_over_is_a_setting(void **state)
{
    (void)state;
    struct exchange_task t = {0};

    struct call_turn c = say("twilio", "З'єднайте мене з адміністратором");
    assert_string_equal(c.transfer, "901");
    assert_null(task(&c, &t));
    calls++;
    home_set(&home, "BINOTEL_TRANSFER", "false");
    find_salon();
    salon->exchange.transfer = "901";
    c = say("binotel", "З'єднайте мене з адміністратором");
    assert_string_equal(c.transfer, "901");
    assert_null(task(&c, &t));
    home_set(&home, "BINOTEL_TRANSFER", NULL);
    find_salon();
}

static void the_answer_names_the_line(void **state)
{
    (void)state;
    const struct line_result put_through = {
        .profile = salon, .said = "a", .transfer = "901", .transcript = "b", .turn = 1};
    const struct line_result goes_on = {
        .profile = salon, .said = "a", .goes_on = true, .transcript = "b", .turn = 1};
    const struct line_input whole = {.kind = LINE_TURN};
    const struct line_input stream = {.kind = LINE_TURN, .stream = true};
    const struct line_input *const ways[] = {&whole, &stream};

    for (size_t i = 0; i < 2; i++) {
        struct response r = {0};
        buf_init(&r.body.text, home.arena, 4096);
        assert_int_equal(contract_turn.write(ways[i], &put_through, &r), ERR_OK);
        assert_non_null(strstr(buf_text(&r.body.text), "\"transfer\":\"901\""));
        buf_clear(&r.body.text);
        assert_int_equal(contract_turn.write(ways[i], &goes_on, &r), ERR_OK);
        assert_null(strstr(buf_text(&r.body.text), "transfer"));
    }
}

/* A model that asks for a person ends the call with what it is told to say. */
static void a_model_puts_through_the_same_way(void **state)
{
    (void)state;
    struct effects effects = {0};
    struct env env = {0};
    struct tm local = {.tm_wday = 3, .tm_hour = 14};
    struct action_result result = {0};
    struct action_call call = {
        .arena = home.arena, .profile = salon, .local = &local, .env = &env, .effects = &effects};

    assert_int_equal(action_ask_for_person.run(&call, &result), ERR_OK);
    assert_string_equal(effects_end(&effects), action_transfer);
    assert_non_null(strstr(result.told, salon->say.transferring));
    effects = (struct effects){0};
    local.tm_hour = 23;
    assert_int_equal(action_ask_for_person.run(&call, &result), ERR_OK);
    assert_null(effects_end(&effects));
}

static void a_name_goes_into_the_address_book_where_the_profile_wants_it(void **state)
{
    (void)state;
    struct exchange_task t = {0};

    salon->exchange = (struct exchange){.customers = true};
    struct call_turn c = say("binotel", "Хочу поговорити з адміністратором, мене звати Оксана");
    assert_non_null(task(&c, &t));
    assert_int_equal(t.what, EXCHANGE_CUSTOMER);
    assert_string_equal(t.name, "Оксана");
    assert_string_equal(t.number, c.call.caller);
    salon->exchange.customers = false;
    calls++;
    c = say("binotel", "Хочу поговорити з адміністратором, мене звати Оксана");
    assert_null(task(&c, &t));
}

#define TEST(f) cmocka_unit_test_setup(f, open_now)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_caller_who_wants_a_person_is_put_through),
        TEST(outside_the_hours_a_request_is_taken),
        TEST(without_a_line_a_request_is_taken),
        TEST(who_hands_over_is_a_setting),
        TEST(the_answer_names_the_line),
        TEST(a_model_puts_through_the_same_way),
        TEST(a_name_goes_into_the_address_book_where_the_profile_wants_it),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
