#include "report/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/storage.h"

/* A call with one turn and one request for a person, in which +380501234567 is said everywhere. */
static struct call talk(struct storage *t)
{
    struct call c = storage_opened(t, "ab-1", "+380501234567", STORAGE_NOW);
    struct turn turn = {.call_id = c.id,
                        .heard = "мій номер 050 123-45-67",
                        .heard_by = "typed",
                        .confidence = -1,
                        .hear_us = -1,
                        .started_ms = STORAGE_NOW};
    const struct vendor_request asked = {
        .stage = "think", .rung = "claude-1", .outcome = "ok", .status = 200, .total_us = 5};
    struct lead lead = {.call_id = c.id,
                        .profile = "salon",
                        .name = "Олена",
                        .phone = "+380501234567",
                        .wish = "на 0501234567",
                        .created_ms = STORAGE_NOW};

    storage_begin(t);
    assert_int_equal(turn_begin(t->s, &turn, NULL), ERR_OK);
    turn.said = "Дякую, 0501234567";
    turn.think_rung = turn.speak_rung = "";
    turn.think_us = 7;
    turn.speak_us = -1;
    assert_int_equal(turn_answer(t->s, &turn, NULL), ERR_OK);
    assert_int_equal(vendor_requests_add(t->s, c.id, turn.n, &asked, 1, NULL), ERR_OK);
    assert_int_equal(lead_add(t->s, &t->a, &lead, NULL), ERR_OK);
    storage_commit(t);
    return c;
}

static void a_call_is_found_by_its_number_its_exchanges_id_or_as_the_last(void **state)
{
    static const char *const unknown[] = {
        "2", "ab-2", "", " 1", "1.0", "01", "99999999999999999999"};
    static const char *const names[] = {"1", "ab-1", "last"};
    struct storage *t = *state;
    struct report_call c = {0};
    struct why why = {0};

    assert_int_equal(report_call_read(t->s, &t->a, "last", false, &c, &why), ERR_NOT_FOUND);
    assert_string_equal(why.text, "there is no call yet");
    struct call made = talk(t);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        c = (struct report_call){0};
        assert_int_equal(report_call_read(t->s, &t->a, names[i], false, &c, NULL), ERR_OK);
        assert_int_equal(c.call.id, made.id);
    }
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        assert_int_equal(report_call_read(t->s, &t->a, unknown[i], false, &c, &why), ERR_NOT_FOUND);
    assert_non_null(strstr(why.text, "no call has this number or id"));
}

static void a_number_is_rather_the_calls_own_than_the_exchanges(void **state)
{
    struct storage *t = *state;
    struct report_call c = {0};

    struct call first = storage_opened(t, "2", NULL, STORAGE_NOW);
    struct call second = storage_opened(t, "77", NULL, STORAGE_NOW + 1);
    assert_int_equal(second.id, 2);
    assert_int_equal(report_call_read(t->s, &t->a, "2", false, &c, NULL), ERR_OK);
    assert_int_equal(c.call.id, second.id);
    assert_int_equal(report_call_read(t->s, &t->a, "1", false, &c, NULL), ERR_OK);
    assert_int_equal(c.call.id, first.id);
    assert_int_equal(report_call_read(t->s, &t->a, "77", false, &c, NULL), ERR_OK);
    assert_int_equal(c.call.id, second.id);
}

static void one_call_has_all_that_belongs_to_it(void **state)
{
    struct storage *t = *state;
    struct report_call c = {0};

    (void)talk(t);
    (void)storage_opened(t, "other", NULL, STORAGE_NOW);
    assert_int_equal(report_call_read(t->s, &t->a, "ab-1", false, &c, NULL), ERR_OK);
    assert_string_equal(c.client.phone, "+380501234567");
    assert_int_equal(c.turns_n, 1);
    assert_string_equal(c.turns[0].turn.said, "Дякую, 0501234567");
    assert_int_equal(c.turns[0].requests_n, 1);
    assert_string_equal(c.turns[0].requests[0].rung, "claude-1");
    assert_int_equal(c.leads.n, 1);
    assert_string_equal(c.leads.leads[0].name, "Олена");
    assert_int_equal(report_call_read(t->s, &t->a, "other", false, &c, NULL), ERR_OK);
    assert_int_equal(c.client.id, 0);
    assert_int_equal(c.turns_n + c.leads.n, 0);
}

static struct jsonw to_buf(struct storage *t, struct buf *out)
{
    struct jsonw w;

    buf_init(out, &t->a, 1 << 20);
    jsonw_init(&w, out);
    return w;
}

static void masked_no_number_is_shown_in_any_form(void **state)
{
    struct storage *t = *state;
    const struct report_query q = {.limit = 10, .masked = true};
    struct report_call c = {0};
    struct report_calls calls = {0};
    struct report_leads leads = {0};
    struct buf out;

    (void)talk(t);
    struct jsonw w = to_buf(t, &out);
    assert_int_equal(report_call_read(t->s, &t->a, "ab-1", true, &c, NULL), ERR_OK);
    assert_int_equal(report_calls_read(t->s, &t->a, &q, &calls, NULL), ERR_OK);
    assert_int_equal(report_leads_read(t->s, &t->a, &q, &leads, NULL), ERR_OK);
    jsonw_array(&w);
    report_call_json(&w, &c);
    report_calls_json(&w, &calls);
    report_leads_json(&w, &leads);
    jsonw_end_array(&w);
    const char *text = buf_text(&out);
    assert_non_null(strstr(text, "мій номер 050 ***-**-67"));
    assert_non_null(strstr(text, "+380*******67"));
    assert_null(strstr(text, "1234567"));
    assert_null(strstr(text, "123-45"));
    assert_null(strstr(text, "3334455")); /* the called number */
}

static void the_middle_of_a_number_is_masked(void **state)
{
    static const char *const cases[][2] = {
        {"", ""},
        {"+380501234567", "+380*******67"},
        {"0501234567", "050*****67"},
        {"мій номер 050 123-45-67, дякую", "мій номер 050 ***-**-67, дякую"},
        {"(050) 123.45.67", "(050) ***.**.67"},
        {"1234567", "123**67"},
        {"123456", "123456"},
        {"о 10:30, 350 грн", "о 10:30, 350 грн"},
        {"0501234567 та 0671112233", "050*****67 та 067*****33"},
        {"без номера", "без номера"},
    };
    const size_t n = sizeof cases / sizeof cases[0];
    const struct report_query q = {.limit = 100, .masked = true};
    struct storage *t = *state;
    struct report_leads leads = {0};

    storage_begin(t);
    for (size_t i = 0; i < n; i++) {
        struct lead l = {
            .profile = "salon", .name = "", .phone = "", .wish = cases[i][0], .created_ms = 1};
        assert_int_equal(lead_add(t->s, &t->a, &l, NULL), ERR_OK);
    }
    storage_commit(t);
    assert_int_equal(report_leads_read(t->s, &t->a, &q, &leads, NULL), ERR_OK);
    assert_int_equal(leads.n, n);
    for (size_t i = 0; i < n; i++)
        assert_string_equal(leads.leads[n - 1 - i].wish, cases[i][1]);
}

static void lists_hold_what_came_since_the_newest_first(void **state)
{
    struct storage *t = *state;
    struct report_query q = {.since_ms = STORAGE_NOW, .limit = 10};
    struct report_calls calls = {0};
    struct report_leads leads = {0};

    (void)storage_opened(t, "old", NULL, STORAGE_NOW - 1);
    (void)talk(t);
    (void)storage_opened(t, "new", NULL, STORAGE_NOW + 1);
    assert_int_equal(report_calls_read(t->s, &t->a, &q, &calls, NULL), ERR_OK);
    assert_int_equal(calls.n, 2);
    assert_string_equal(calls.calls[0].external_id, "new");
    assert_string_equal(calls.calls[1].external_id, "ab-1");
    q.since_ms = STORAGE_NOW + 1;
    assert_int_equal(report_leads_read(t->s, &t->a, &q, &leads, NULL), ERR_OK);
    assert_int_equal(leads.n, 0);
    assert_int_equal(leads.waiting, 1);
    q = (struct report_query){.limit = 1};
    assert_int_equal(report_calls_read(t->s, &t->a, &q, &calls, NULL), ERR_OK);
    assert_int_equal(calls.n, 1);
}

static void a_call_lasts_until_its_end_or_its_last_activity(void **state)
{
    struct call c = {.started_ms = 1000, .active_ms = 3000};

    (void)state;
    assert_int_equal(report_call_ms(&c), 2000);
    c.ended_ms = 5000;
    assert_int_equal(report_call_ms(&c), 4000);
    c.ended_ms = 500;
    assert_int_equal(report_call_ms(&c), -1);
    c = (struct call){.active_ms = 3000};
    assert_int_equal(report_call_ms(&c), -1);
}

static void what_is_not_known_is_null(void **state)
{
    struct storage *t = *state;
    struct report_call c = {0};
    struct buf out;

    (void)talk(t);
    (void)storage_opened(t, "other", NULL, STORAGE_NOW);
    struct jsonw w = to_buf(t, &out);
    assert_int_equal(report_call_read(t->s, &t->a, "ab-1", false, &c, NULL), ERR_OK);
    jsonw_array(&w);
    report_call_json(&w, &c);
    assert_int_equal(report_call_read(t->s, &t->a, "other", false, &c, NULL), ERR_OK);
    report_call_json(&w, &c);
    jsonw_end_array(&w);
    const char *text = buf_text(&out);
    assert_non_null(strstr(text, "\"ended\":null"));
    assert_non_null(strstr(text, "\"billed_s\":null"));
    assert_non_null(strstr(text, "\"confidence\":null"));
    assert_non_null(strstr(text, "\"hear_us\":null,\"think_us\":7"));
    assert_non_null(strstr(text, "\"client\":null,\"history\":[],\"leads\":[]}"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, storage_setup, storage_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_call_is_found_by_its_number_its_exchanges_id_or_as_the_last),
        TEST(a_number_is_rather_the_calls_own_than_the_exchanges),
        TEST(one_call_has_all_that_belongs_to_it),
        TEST(masked_no_number_is_shown_in_any_form),
        TEST(the_middle_of_a_number_is_masked),
        TEST(lists_hold_what_came_since_the_newest_first),
        TEST(a_call_lasts_until_its_end_or_its_last_activity),
        TEST(what_is_not_known_is_null),
    };

    return cmocka_run_group_tests_name("report/calls", tests, NULL, NULL);
}
