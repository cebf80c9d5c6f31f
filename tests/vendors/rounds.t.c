/* A model that uses a tool whatever it is told does not hold the line for ever: its rounds within a
 * turn are counted, nothing is passed on twice, and the caller has an answer. */
#include "tests/support/ring.h"

#define ROUNDS 4 /* in the last it may only speak */
#define SCENARIO                                                                                       \
    "{\"stt\":{\"lines\":[\"Мене звати Олена.\"],\"loop\":true},\"claude\":{\"match\":[" \
    "{\"offers\":\"leave_request\",\"answer\":{\"text\":\"Записую.\",\"tools\":[{"              \
    "\"name\":\"leave_request\",\"input\":{\"name\":\"Олена\",\"phone\":\"\","                    \
    "\"wish\":\"Стрижка\"}}]}},{\"any\":true,\"answer\":{\"text\":\"Усе записано.\"}}]}}"

static void a_model_that_uses_tools_without_end_is_stopped_and_done_with_once(void **state)
{
    struct lead *leads = NULL;

    (void)state;
    for (int stream = 0; stream < 2; stream++) {
        ring_fresh();
        vendors_tell(&ring_vendors, "/scenario", SCENARIO);
        const char *call = ring_call("0440000202");
        struct answer a =
            ring_turn(&(struct ring_said){.call = call, .turn = "1", .stream = stream == 1});
        assert_int_equal(a.status, 200);
        assert_non_null(strstr(a.body, "\"success\":true"));
        assert_int_equal(vendors_count(&ring_vendors, "claude", "requests"), ROUNDS);
        struct turn t = ring_kept(call, 1);
        assert_string_equal(t.think_rung, "claude");
        assert_non_null(strstr(t.said, "Усе записано."));
        assert_int_equal(ring_leads(call, &leads), 1);
    }
    vendors_assert_content(&ring_vendors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_model_that_uses_tools_without_end_is_stopped_and_done_with_once),
    };

    ring_begin();
    ring_be_patient();
    ring_open(door_open_direct, 1);
    int failed = cmocka_run_group_tests_name("vendors/rounds", tests, NULL, NULL);
    ring_close();
    return failed;
}
