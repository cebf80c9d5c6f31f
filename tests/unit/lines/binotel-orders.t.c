/* The exchange's events in every order, some of them missing, each again and again; what nobody
 * answered; events between the turns of a call. */
#include "lines/binotel.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "calls/end.h"
#include "calls/turn.h"
#include "store/exchange-task.h"
#include "store/lead.h"
#include "store/outbox.h"
#include "tests/cases/home.h"

#define SALON "0440000202"

static struct door home;
static struct app exchange; /* another worker's */
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
    return arena_printf(home.arena, "o%d", ++calls);
}

/* Of nobody else: each call has a number of its own. */
static const char *number_of(const char *id)
{
    return arena_printf(home.arena, "05033%05ld", strtol(id + 1, NULL, 10));
}

/* What such an event of the exchange holds, and no more. */
static struct binotel_event event(enum binotel_request request, const char *id, const char *status)
{
    struct binotel_event ev = {.request = request,
                               .request_type = "",
                               .call_id = id,
                               .customer = "",
                               .called = "",
                               .line = "",
                               .status = "",
                               .company = "",
                               .direction = "in",
                               .billed_s = -1,
                               .waited_s = -1,
                               .has_details = request == BINOTEL_COMPLETED};

    if (request == BINOTEL_RECEIVED || request == BINOTEL_COMPLETED) {
        ev.customer = number_of(id);
        ev.called = SALON;
    }
    if (request == BINOTEL_ANSWERED || request == BINOTEL_COMPLETED)
        ev.line = "901";
    if (request == BINOTEL_HANGUP || request == BINOTEL_COMPLETED) {
        ev.status = status;
        ev.billed_s = strcmp(status, "ANSWER") == 0 ? 38 : 0;
    }
    return ev;
}

static void send(const struct binotel_event *ev)
{
    struct buf answer;
    struct why why = {0};

    buf_init(&answer, home.arena, 4096);
    assert_int_equal(binotel_report(&exchange, home.arena, ev, deadline_in_ms(8000), &answer, &why),
                     ERR_OK);
    if (why.text[0] != '\0')
        fail_msg("%s", why.text);
    assert_string_equal(buf_text(&answer), "{\"status\":\"success\"}");
    assert_false(store_in_transaction(exchange.store));
}

static void tell(enum binotel_request request, const char *id, const char *status)
{
    struct binotel_event ev = event(request, id, status);

    send(&ev);
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

static struct profile *salon(void)
{
    for (size_t i = 0; i < exchange.profiles_n; i++)
        if (strcmp(exchange.profiles[i].name, "salon") == 0)
            return &exchange.profiles[i];
    fail_msg("no salon");
    return NULL;
}

/* ---- orders ------------------------------------------------------------------------------------ */

/* The whole record as one line, without moments and ids. */
static const char *record(const char *id)
{
    struct call c = kept(id);
    struct client client = {.phone = ""};
    struct lead *leads = NULL;

    assert_int_equal(call_client(home.app.store, home.arena, &c, &client, NULL), ERR_OK);
    bool same = client.phone != NULL && strcmp(client.phone + 3, number_of(id)) == 0;
    return arena_printf(home.arena,
                        "%s %s %s %s answered:%d ended:%d %s billed:%d line:%s caller:%d/%d of "
                        "%d call leads:%zu",
                        c.called, c.profile, c.direction, call_status_text(c.status),
                        c.answered_ms != 0, c.ended_ms != 0, c.end_reason, (int)c.billed_s, c.line,
                        strcmp(c.caller, number_of(id)) == 0, same, (int)client.calls,
                        leads_of(id, &leads));
}

static const enum binotel_request sent[] = {BINOTEL_RECEIVED, BINOTEL_ANSWERED, BINOTEL_HANGUP,
                                            BINOTEL_COMPLETED};

/* The four in the order of `code`, those that `mask` has; the record is always there. Each comes again
 * after every later one. */
static void send_all(const char *id, int code, int mask, const char *status)
{
    int left[] = {0, 1, 2, 3};
    int order[4];
    int n = 0;

    for (int k = 4; k > 0; k--) {
        int at = code % k;
        code /= k;
        if (left[at] == 3 || (mask & (1 << left[at])) != 0)
            order[n++] = left[at];
        memmove(&left[at], &left[at + 1], (size_t)(k - at - 1) * sizeof *left);
    }
    for (int i = 0; i < n; i++)
        for (int k = i; k >= 0; k--)
            if (!(sent[order[k]] == BINOTEL_ANSWERED && strcmp(status, "ANSWER") != 0))
                tell(sent[order[k]], id, status);
}

static void every_order_builds_the_same_record(void **state)
{
    (void)state;
    static const char *const statuses[] = {"ANSWER", "NOANSWER"};

    for (size_t s = 0; s < 2; s++) {
        const char *first = new_id();
        send_all(first, 0, 7, statuses[s]);
        const char *want = record(first);
        assert_non_null(strstr(want, s == 0 ? "completed answered:1 ended:1 hangup billed:38 "
                                              "line:901 caller:1/1 of 1 call leads:0"
                                            : "no-answer answered:0 ended:1 hangup billed:0 "
                                              "line:901 caller:1/1 of 1 call leads:1"));
        for (int code = 0; code < 24; code++)
            for (int mask = 0; mask < 8; mask++) {
                if (mask != 7 && code % 3 != 0) /* a third of the orders of fewer events */
                    continue;
                const char *id = new_id();
                send_all(id, code, mask, statuses[s]);
                assert_string_equal(record(id), want);
            }
    }
}

static void eight_records_in_38_hours_are_one_call(void **state)
{
    (void)state;
    const char *id = new_id();
    struct binotel_event ev = event(BINOTEL_COMPLETED, id, "NOANSWER");
    struct lead *leads = NULL;

    send(&ev);
    struct call first = kept(id);
    for (int i = 1; i < 8; i++)
        send(&ev);
    struct call last = kept(id);
    assert_int_equal(last.id, first.id);
    assert_int_equal(last.ended_ms, first.ended_ms);
    assert_int_equal(last.started_ms, first.started_ms);
    assert_int_equal(leads_of(id, &leads), 1);
}

static void the_record_of_an_old_call_tells_when_it_was(void **state)
{
    (void)state;
    const char *id = new_id();
    struct binotel_event ev = event(BINOTEL_COMPLETED, id, "ANSWER");

    ev.started_s = clock_unix_ms() / 1000 - 40 * 3600;
    ev.waited_s = 4;
    send(&ev);
    struct call c = kept(id);
    assert_int_equal(c.started_ms, ev.started_s * 1000);
    assert_int_equal(c.answered_ms, (ev.started_s + 4) * 1000);
    assert_int_equal(c.ended_ms, (ev.started_s + 42) * 1000);
    ev.call_id = new_id();
    ev.started_s = clock_unix_ms() / 1000 + 4000; /* in the future: it cannot be right */
    send(&ev);
    assert_true(kept(ev.call_id).started_ms <= clock_unix_ms());
}

static void the_record_overrides_the_hang_up_and_not_the_other_way(void **state)
{
    (void)state;
    const char *id = new_id();
    struct binotel_event hang_up = event(BINOTEL_HANGUP, id, "BUSY");

    tell(BINOTEL_RECEIVED, id, "");
    hang_up.billed_s = 7;
    tell(BINOTEL_COMPLETED, id, "ANSWER");
    send(&hang_up);
    assert_int_equal(kept(id).status, CALL_COMPLETED);
    assert_int_equal(kept(id).billed_s, 38);
}

/* A long talk between people outlives the session of a call that holos heard nothing of. */
static void a_call_that_expired_is_told_how_it_ended(void **state)
{
    (void)state;
    const char *id = new_id();
    struct lead *leads = NULL;
    int64_t n = 0;

    tell(BINOTEL_RECEIVED, id, "");
    struct moment later = clock_now();
    later.ms += INT64_C(90) * 60000;
    later.tick += INT64_C(90) * 60000;
    assert_int_equal(end_expire(&exchange, home.arena, later, &n, NULL), ERR_OK);
    assert_string_equal(kept(id).end_reason, "expired");
    tell(BINOTEL_COMPLETED, id, "ANSWER");
    assert_int_equal(kept(id).status, CALL_COMPLETED);
    assert_string_equal(kept(id).end_reason, "hangup");
    assert_int_equal(leads_of(id, &leads), 0);
}

/* ---- nobody answered --------------------------------------------------------------------------- */

static void what_nobody_answered_becomes_a_request_once(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        size_t leads;
    } rows[] = {{"NOANSWER", 1}, {"BUSY", 1},   {"CANCEL", 1},  {"CONGESTION", 1},
                {"VM", 1},       {"ANSWER", 0}, {"TRANSFER", 0}};
    struct lead *leads = NULL;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *id = new_id();
        tell(BINOTEL_RECEIVED, id, "");
        for (int k = 0; k < 3; k++) {
            tell(BINOTEL_HANGUP, id, rows[i].word);
            tell(BINOTEL_COMPLETED, id, rows[i].word);
        }
        assert_int_equal(leads_of(id, &leads), rows[i].leads);
        if (rows[i].leads == 0)
            continue;
        assert_string_equal(leads[0].phone + 3, number_of(id));
        assert_string_equal(leads[0].wish, salon()->say.missed_wish);
        assert_string_equal(leads[0].status, "new");
    }
}

/* The hang-up alone tells nobody's number: the request waits for the record. */
static void the_number_may_come_later(void **state)
{
    (void)state;
    const char *id = new_id();
    struct lead *leads = NULL;

    tell(BINOTEL_HANGUP, id, "CANCEL");
    assert_int_equal(leads_of(id, &leads), 0);
    tell(BINOTEL_RECEIVED, id, "");
    assert_int_equal(leads_of(id, &leads), 1);
    tell(BINOTEL_COMPLETED, id, "CANCEL");
    assert_int_equal(leads_of(id, &leads), 1);
}

static void nobody_is_to_be_called_back_who_cannot_be_or_was_called(void **state)
{
    (void)state;
    struct binotel_event hidden = event(BINOTEL_COMPLETED, new_id(), "NOANSWER");
    struct binotel_event out = event(BINOTEL_COMPLETED, new_id(), "NOANSWER");
    struct binotel_event off = event(BINOTEL_COMPLETED, new_id(), "NOANSWER");
    struct lead *leads = NULL;

    hidden.customer = "anonymous";
    send(&hidden);
    assert_int_equal(leads_of(hidden.call_id, &leads), 0);
    out.direction = "out";
    send(&out);
    assert_int_equal(leads_of(out.call_id, &leads), 0);
    salon()->exchange.missed_off = true;
    send(&off);
    salon()->exchange.missed_off = false;
    assert_int_equal(leads_of(off.call_id, &leads), 0);
}

static struct outbox_row *tasks(size_t *ret_n)
{
    struct outbox_row *rows = NULL;

    assert_int_equal(
        outbox_due(home.app.store, home.arena, "binotel", INT64_MAX, 100, &rows, ret_n, NULL),
        ERR_OK);
    return rows;
}

static void the_exchange_calls_back_only_where_a_line_is_named(void **state)
{
    (void)state;
    struct exchange_task task = {0};
    size_t n = 0;
    const char *id = new_id();

    (void)tasks(&n);
    assert_int_equal(n, 0); /* none of all the calls above */
    salon()->exchange.call_back = "903";
    for (int i = 0; i < 8; i++)
        tell(BINOTEL_COMPLETED, id, "NOANSWER");
    salon()->exchange.call_back = NULL;
    struct outbox_row *rows = tasks(&n);
    assert_int_equal(n, 1);
    assert_int_equal(rows[0].call_id, kept(id).id);
    assert_int_equal(exchange_task_read(home.arena, rows[0].payload, &task, NULL), ERR_OK);
    assert_int_equal(task.what, EXCHANGE_CALL_BACK);
    assert_string_equal(task.line, "903");
    assert_string_equal(task.number, number_of(id));
    assert_string_equal(task.called, SALON);
}

/* ---- between the turns of a call --------------------------------------------------------------- */

static struct turn_input input(const char *id, const char *key, const char *words)
{
    return (struct turn_input){.source = "binotel",
                               .external_id = id,
                               .route = words == NULL ? "incoming-call" : "audio-stream",
                               .key = arena_printf(home.arena, "%s-%s", id, key),
                               .caller = number_of(id),
                               .called = SALON,
                               .direction = "in",
                               .words = words};
}

static void take(const char *id, const char *key, const char *words)
{
    struct call_turn c = {.app = &home.app, .arena = home.arena, .deadline = deadline_in_ms(20000)};
    struct delivery_reply reply = {.status = 200, .type = "text/plain"};
    struct turn_input in = input(id, key, words);

    assert_int_equal(
        words == NULL ? call_turn_greet(&c, &in, NULL) : call_turn_answer(&c, &in, NULL), ERR_OK);
    buf_init(&reply.body.text, home.arena, 64);
    buf_puts(&reply.body.text, "ok");
    assert_int_equal(call_turn_finish(&c, &reply, NULL), ERR_OK);
    call_turn_release(&c);
}

static void events_between_the_turns_disturb_no_call(void **state)
{
    (void)state;
    struct turn *turns = NULL;
    struct lead *leads = NULL;
    size_t n = 0;
    const char *id = new_id();

    tell(BINOTEL_RECEIVED, id, "");
    take(id, "0", NULL);
    tell(BINOTEL_ANSWERED, id, "");
    take(id, "1", "Де ви знаходитесь?");
    tell(BINOTEL_RECEIVED, id, "");
    tell(BINOTEL_ANSWERED, id, "");
    take(id, "2", "Хочу поговорити з адміністратором, мене звати Оксана");
    tell(BINOTEL_HANGUP, id, "ANSWER");
    for (int i = 0; i < 8; i++)
        tell(BINOTEL_COMPLETED, id, "ANSWER");
    struct call c = kept(id);
    assert_int_equal(turns_of_call(home.app.store, home.arena, c.id, &turns, &n, NULL), ERR_OK);
    assert_int_equal(n, 3);
    assert_int_equal(c.turns, 2);
    assert_int_equal(c.status, CALL_COMPLETED);
    assert_int_equal(c.billed_s, 38);
    assert_string_equal(c.line, "901");
    assert_int_equal(leads_of(id, &leads),
                     1); /* what was begun to be asked for, and nothing else */
    assert_string_equal(leads[0].name, "Оксана");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_order_builds_the_same_record),
        cmocka_unit_test(eight_records_in_38_hours_are_one_call),
        cmocka_unit_test(the_record_of_an_old_call_tells_when_it_was),
        cmocka_unit_test(the_record_overrides_the_hang_up_and_not_the_other_way),
        cmocka_unit_test(a_call_that_expired_is_told_how_it_ended),
        cmocka_unit_test(what_nobody_answered_becomes_a_request_once),
        cmocka_unit_test(the_number_may_come_later),
        cmocka_unit_test(nobody_is_to_be_called_back_who_cannot_be_or_was_called),
        cmocka_unit_test(the_exchange_calls_back_only_where_a_line_is_named),
        cmocka_unit_test(events_between_the_turns_disturb_no_call),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
