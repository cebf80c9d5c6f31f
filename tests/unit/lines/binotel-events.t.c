/* What the exchange reports, and calls whose reports and turns come in an unusual order. */
#include "lines/binotel.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "calls/turn.h"
#include "store/lead.h"
#include "tests/cases/home.h"

#define NUMBER "0501112233"
#define SALON  "0440000202"

static struct door home;
static struct app exchange; /* another worker's: the exchange's word never comes to a turn's own */
static int calls;

static int set_up(void **state)
{
    (void)state;
    home_make(&home);
    return app_open(&exchange, APP_PARTS(&app_store, &app_profiles), NULL);
}

static int tear_down(void **state)
{
    (void)state;
    app_close(&exchange);
    home_remove(&home);
    return 0;
}

static const char *new_id(void)
{
    return arena_printf(home.arena, "x%d", ++calls);
}

static struct binotel_event event(enum binotel_request request, const char *id, const char *status)
{
    return (struct binotel_event){.request = request,
                                  .request_type = "",
                                  .call_id = id,
                                  .customer = NUMBER,
                                  .called = SALON,
                                  .line = "",
                                  .status = status,
                                  .company = "",
                                  .direction = "in",
                                  .billed_s = -1,
                                  .has_details = request == BINOTEL_COMPLETED};
}

/* The answer; nothing may be left open. */
static const char *tell_why(const struct binotel_event *ev, struct why *why)
{
    struct buf answer;

    buf_init(&answer, home.arena, 4096);
    assert_int_equal(binotel_report(&exchange, home.arena, ev, deadline_in_ms(2000), &answer, why),
                     ERR_OK);
    assert_false(store_in_transaction(exchange.store));
    return buf_text(&answer);
}

static void tell(enum binotel_request request, const char *id, const char *status)
{
    struct binotel_event ev = event(request, id, status);

    assert_string_equal(tell_why(&ev, NULL), "{\"status\":\"success\"}");
}

static enum err find(const char *id, struct call *ret)
{
    return call_find(home.app.store, home.arena, "binotel", id, ret, NULL);
}

static struct call kept(const char *id)
{
    struct call call = {0};

    assert_int_equal(find(id, &call), ERR_OK);
    return call;
}

/* ---- the exchange's events --------------------------------------------------------------------- */

static void a_received_call_is_opened_once_and_not_greeted(void **state)
{
    (void)state;
    const char *id = new_id();
    struct turn *turns = NULL;
    size_t n = 1;

    tell(BINOTEL_RECEIVED, id, "");
    struct call first = kept(id);
    tell(BINOTEL_RECEIVED, id, "");
    assert_int_equal(kept(id).id, first.id);
    assert_int_equal(first.status, CALL_INITIATED);
    assert_string_equal(first.profile, "salon");
    assert_true(first.client_id > 0);
    assert_int_equal(turns_of_call(home.app.store, home.arena, first.id, &turns, &n, NULL), ERR_OK);
    assert_int_equal(n, 0);
}

static void a_hidden_number_is_no_client(void **state)
{
    (void)state;
    struct binotel_event ev = event(BINOTEL_RECEIVED, new_id(), "");

    ev.customer = "anonymous";
    (void)tell_why(&ev, NULL);
    assert_int_equal(kept(ev.call_id).client_id, 0);
}

static void an_answered_call_is_answered(void **state)
{
    (void)state;
    const char *id = new_id();

    tell(BINOTEL_RECEIVED, id, "");
    tell(BINOTEL_ANSWERED, id, "");
    assert_int_equal(kept(id).status, CALL_ANSWERED);
    assert_true(kept(id).answered_ms > 0);
}

static void a_hang_up_ends_the_call_whatever_word_it_uses(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        enum call_status status;
    } rows[] = {{"ANSWER", CALL_COMPLETED},
                {"NOANSWER", CALL_NO_ANSWER},
                {"", CALL_COMPLETED},
                {"ONLINE", CALL_COMPLETED},
                {"SOMETHING-NEW", CALL_COMPLETED}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *id = new_id();
        tell(BINOTEL_RECEIVED, id, "");
        tell(BINOTEL_HANGUP, id, rows[i].word);
        assert_int_equal(kept(id).status, rows[i].status);
        assert_true(kept(id).ended_ms > 0);
    }
}

static void a_record_of_an_unknown_call_is_kept_whatever_word_it_uses(void **state)
{
    (void)state;
    static const char *const words[] = {"ANSWER", "", "SMS-SENDING", "ONLINE"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        struct binotel_event ev = event(BINOTEL_COMPLETED, new_id(), words[i]);
        ev.billed_s = 38;
        assert_string_equal(tell_why(&ev, NULL), "{\"status\":\"success\"}");
        assert_int_equal(kept(ev.call_id).status, CALL_COMPLETED);
        assert_int_equal(kept(ev.call_id).billed_s, 38);
    }
}

static void a_record_corrects_the_hang_up_only_if_it_knows_better(void **state)
{
    (void)state;
    const char *id = new_id();

    tell(BINOTEL_RECEIVED, id, "");
    tell(BINOTEL_HANGUP, id, "BUSY");
    tell(BINOTEL_COMPLETED, id, "");
    assert_int_equal(kept(id).status, CALL_BUSY);
}

static void an_event_without_a_call_keeps_nothing(void **state)
{
    (void)state;
    const char *id = new_id();
    struct call call;

    tell(BINOTEL_OTHER, id, "ANSWER");
    assert_int_equal(find(id, &call), ERR_NOT_FOUND);
    for (enum binotel_request r = BINOTEL_RECEIVED; r <= BINOTEL_OTHER; r++)
        tell(r, "", "ANSWER");
    assert_int_equal(find("", &call), ERR_NOT_FOUND);
}

static void a_record_without_details_is_acknowledged_and_said(void **state)
{
    (void)state;
    struct binotel_event ev = event(BINOTEL_COMPLETED, new_id(), "ANSWER");
    struct why why = {0};
    struct call call;

    ev.has_details = false;
    assert_string_equal(tell_why(&ev, &why), "{\"status\":\"success\"}");
    assert_non_null(strstr(why.text, "callDetails"));
    assert_int_equal(find(ev.call_id, &call), ERR_NOT_FOUND);
}

/* Only what would be lost is asked for again. */
static void a_locked_store_refuses_the_record_alone(void **state)
{
    (void)state;
    struct binotel_event record = event(BINOTEL_COMPLETED, new_id(), "ANSWER");
    struct binotel_event hang_up = event(BINOTEL_HANGUP, new_id(), "ANSWER");
    struct store *other = NULL;
    struct deadline d = deadline_in_ms(150);
    struct why why = {0};
    struct buf answer;
    char path[300];

    (void)snprintf(path, sizeof path, "%s/holos.db", home.folder);
    assert_int_equal(store_open(path, 1000, &other, &why), ERR_OK);
    assert_int_equal(store_begin(other, deadline_in_ms(1000), &why), ERR_OK);
    buf_init(&answer, home.arena, 4096);
    assert_int_equal(binotel_report(&home.app, home.arena, &record, d, &answer, &why), ERR_BUSY);
    assert_int_equal(answer.len, 0);
    d = deadline_in_ms(50);
    assert_int_equal(binotel_report(&home.app, home.arena, &hang_up, d, &answer, &why), ERR_OK);
    assert_string_equal(buf_text(&answer), "{\"status\":\"success\"}");
    assert_null(strstr(why.text, NUMBER));
    store_close(other);
    assert_string_equal(tell_why(&record, &why), "{\"status\":\"success\"}");
    assert_int_equal(kept(record.call_id).status, CALL_COMPLETED);
}

static void settings_name_a_known_client_within_what_telephones_show(void **state)
{
    (void)state;
    struct binotel_event ev = event(BINOTEL_CALL_SETTINGS, "", "");
    const char *id = new_id();
    struct buf name;
    struct buf want;

    ev.customer = "0507654321";
    assert_string_equal(tell_why(&ev, NULL), "{}");
    struct binotel_event call = event(BINOTEL_RECEIVED, id, "");
    call.customer = ev.customer;
    (void)tell_why(&call, NULL);
    assert_string_equal(tell_why(&ev, NULL), "{}"); /* known, but without a name */
    buf_init(&name, home.arena, 4096);
    buf_init(&want, home.arena, 4096);
    buf_puts(&want, "{\"customerData\":{\"name\":\"");
    for (int i = 0; i < 50; i++) {
        buf_puts(&name, "Ї");
        if (i < 43)
            buf_puts(&want, "Ї");
    }
    buf_puts(&want, "\"}}");
    assert_int_equal(store_begin(home.app.store, deadline_in_ms(1000), NULL), ERR_OK);
    assert_int_equal(client_set_name(home.app.store, kept(id).client_id, kept(id).profile,
                                     buf_text(&name), NULL),
                     ERR_OK);
    assert_int_equal(store_commit(home.app.store, NULL), ERR_OK);
    assert_string_equal(tell_why(&ev, NULL), buf_text(&want));
    ev.customer = "901";
    assert_string_equal(tell_why(&ev, NULL), "{}");
}

/* ---- unusual orders ---------------------------------------------------------------------------- */

static struct turn_input input(const char *id, const char *key, const char *words)
{
    return (struct turn_input){.source = "binotel",
                               .external_id = id,
                               .route = words == NULL ? "incoming-call" : "audio-stream",
                               .key = arena_printf(home.arena, "%s-%s", id, key),
                               .caller = NUMBER,
                               .called = SALON,
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
    assert_false(store_in_transaction(home.app.store));
}

static void say(struct call_turn *c, const char *id, const char *key, const char *words)
{
    struct turn_input in = input(id, key, words);

    begin(c);
    assert_int_equal(call_turn_answer(c, &in, NULL), ERR_OK);
}

static void greet(struct call_turn *c, const char *id)
{
    struct turn_input in = input(id, "greeting", NULL);

    begin(c);
    assert_int_equal(call_turn_greet(c, &in, NULL), ERR_OK);
    finish(c);
}

static void a_greeting_after_the_first_turn_is_still_the_greeting(void **state)
{
    (void)state;
    struct call_turn c;
    struct turn *turns = NULL;
    size_t n = 0;
    const char *id = new_id();

    tell(BINOTEL_RECEIVED, id, "");
    say(&c, id, "1", "Де ви знаходитесь?");
    finish(&c);
    const char *answer = c.said;
    greet(&c, id);
    assert_string_equal(c.said, "Вітаю! Я штучний інтелект салону краси. Чим можу вам допомогти?");
    assert_int_equal(c.turn.n, 0);
    assert_int_equal(turns_of_call(home.app.store, home.arena, c.call.id, &turns, &n, NULL),
                     ERR_OK);
    assert_int_equal(n, 2);
    assert_string_equal(turns[1].said, answer);
    assert_int_equal(kept(id).turns, 1);
}

static size_t leads_of(const char *id, struct lead **ret)
{
    size_t n = 0;

    assert_int_equal(leads_newest(home.app.store, home.arena, kept(id).id, 10, ret, &n, NULL),
                     ERR_OK);
    return n;
}

/* The caller asks for a person and hangs up while the answer is still being made. */
static void a_request_begun_while_the_caller_hung_up_is_kept(void **state)
{
    (void)state;
    struct call_turn c;
    struct lead *leads = NULL;
    const char *id = new_id();

    greet(&c, id);
    say(&c, id, "1", "Хочу поговорити з адміністратором, мене звати Оксана");
    if (store_in_transaction(home.app.store))
        assert_int_equal(store_commit(home.app.store, NULL), ERR_OK);
    tell(BINOTEL_HANGUP, id, "ANSWER");
    assert_int_equal(leads_of(id, &leads), 0);
    finish(&c);
    assert_false(c.goes_on);
    assert_int_equal(leads_of(id, &leads), 1);
    assert_string_equal(leads[0].phone, "+380501112233");
    assert_string_equal(kept(id).state, "");
}

static void no_keys_at_all_are_silence(void **state)
{
    (void)state;
    struct call_turn c;
    const char *id = new_id();

    greet(&c, id);
    struct turn_input in = input(id, "1", "");
    in.words = NULL;
    in.keys = "";
    begin(&c);
    assert_int_equal(call_turn_answer(&c, &in, NULL), ERR_OK);
    finish(&c);
    assert_string_equal(c.said, c.profile->say.not_heard);
    assert_int_equal(kept(id).silent, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_received_call_is_opened_once_and_not_greeted),
        cmocka_unit_test(a_hidden_number_is_no_client),
        cmocka_unit_test(an_answered_call_is_answered),
        cmocka_unit_test(a_hang_up_ends_the_call_whatever_word_it_uses),
        cmocka_unit_test(a_record_of_an_unknown_call_is_kept_whatever_word_it_uses),
        cmocka_unit_test(a_record_corrects_the_hang_up_only_if_it_knows_better),
        cmocka_unit_test(an_event_without_a_call_keeps_nothing),
        cmocka_unit_test(a_record_without_details_is_acknowledged_and_said),
        cmocka_unit_test(a_locked_store_refuses_the_record_alone),
        cmocka_unit_test(settings_name_a_known_client_within_what_telephones_show),
        cmocka_unit_test(a_greeting_after_the_first_turn_is_still_the_greeting),
        cmocka_unit_test(a_request_begun_while_the_caller_hung_up_is_kept),
        cmocka_unit_test(no_keys_at_all_are_silence),
    };
    return cmocka_run_group_tests_name("lines/binotel-events", tests, set_up, tear_down);
}
