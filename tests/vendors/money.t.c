/* Above a limit of money no vendor is asked, and callers are still answered.
 *
 * check: plain timeout=60 */
#include "tests/support/ring.h"

#include "store/spending.h"

static void begin(void)
{
    ring_fresh();
    vendors_tell(&ring_vendors, "/scenario",
                 "{\"stt\":{\"lines\":[\"Коли ви працюєте?\"],\"loop\":true},\"claude\":{\"match\":"
                 "[{\"any\":true,\"answer\":{\"text\":\"Щодня з дев'ятої.\"}}]}}");
}

static void spend(const char *caller, int64_t microusd)
{
    struct store *s = the_door->app.store;

    assert_int_equal(store_begin(s, deadline_in_ms(4000), NULL), ERR_OK);
    assert_int_equal(spending_add(s, caller, clock_unix_ms(), 0, microusd, NULL), ERR_OK);
    assert_int_equal(store_commit(s, NULL), ERR_OK);
}

static void what_a_turn_costs_is_counted_for_its_caller_and_for_all(void **state)
{
    struct spending all = {0};

    (void)state;
    begin();
    const char *call = ring_call("0440000202");
    assert_int_equal(ring_turn(&(struct ring_said){.call = call, .turn = "1"}).status, 200);
    int64_t cost = ring_kept(call, 0).cost_microusd + ring_kept(call, 1).cost_microusd;
    assert_true(cost > 0);
    assert_int_equal(spending_read(the_door->app.store, SPENDING_ALL, clock_unix_ms(), &all, NULL),
                     ERR_OK);
    assert_int_equal(all.day_microusd, cost);
}

static void above_the_limit_of_a_day_the_rules_answer_and_no_vendor_is_asked(void **state)
{
    const struct json *asked[8];

    (void)state;
    begin();
    spend(SPENDING_ALL, 10000);
    const char *call = ring_call("0440000202");
    struct answer a = ring_turn(&(struct ring_said){.call = call, .turn = "1", .keys = "0"});
    assert_int_equal(a.status, 200);
    assert_true(answer_sound(the_door, &a).n > 0);
    a = ring_turn(&(struct ring_said){.call = call, .turn = "2"}); /* sound: nobody may hear it */
    assert_int_equal(a.status, 200);
    assert_true(answer_sound(the_door, &a).n > 0);
    assert_string_equal(ring_kept(call, 1).think_rung, "rules");
    assert_int_equal(ring_timings("claude", asked, 8), 0);
    assert_int_equal(ring_timings("stt", asked, 8), 0);
    assert_int_equal(ring_timings("tts", asked, 8), 0);
    struct answer h = door_get(the_door, "/telephony/health");
    assert_non_null(strstr(h.body, "HOLOS_DAY_CENTS is reached"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        CASE(what_a_turn_costs_is_counted_for_its_caller_and_for_all),
        CASE(above_the_limit_of_a_day_the_rules_answer_and_no_vendor_is_asked),
    };

    ring_begin();
    ring_set("HOLOS_DAY_CENTS", "1");
    ring_open(door_open_nginx, 2);
    int failed = cmocka_run_group_tests_name("vendors/money", tests, NULL, NULL);
    ring_close();
    return failed;
}
