/* A turn that has used up its time before a model could be asked. */
#include "tests/support/ring.h"

#include "store/breaker.h"

/* Two such turns took the model from everybody, though it had not even been asked. */
static void a_turn_without_time_for_a_model_takes_it_from_no_caller(void **state)
{
    (void)state;
    struct vendor_request *asked = NULL;
    struct breaker *noted = NULL;
    size_t n = 0;

    ring_fresh();
    vendors_tell(&ring_vendors, "/scenario",
                 "{\"stt\":{\"lines\":[\"Коли ви працюєте?\"],\"loop\":true},\"claude\":{\"match\":"
                 "[{\"any\":true,\"answer\":{\"text\":\"Щодня.\"}}]}}");
    vendors_tell(&ring_vendors, "/delays", "{\"stt\":900}");
    const char *call = ring_call("0440000202");
    for (int i = 1; i <= 2; i++) {
        const char *turn = arena_printf(the_door->arena, "%d", i);
        struct answer a = ring_turn(&(struct ring_said){.call = call, .turn = turn});
        assert_int_equal(a.status, 200);
        struct turn t = ring_kept(call, i);
        assert_string_equal(t.heard, "Коли ви працюєте?");
        assert_string_equal(t.think_rung, "rules");
        assert_int_equal(t.faults, 1);
        n = ring_requests(&t, &asked);
        for (size_t k = 0; k < n; k++)
            assert_string_not_equal(asked[k].stage, "think");
    }
    assert_int_equal(breakers_failing(the_door->app.store, the_door->arena, &noted, &n, NULL),
                     ERR_OK);
    assert_int_equal(n, 0);
}

/* More come than can be served: the model, which takes longest, is not asked; a caller who has just
 * begun is sent to the rules later than one who has talked for a while. */
static void a_turn_that_waited_for_a_worker_is_answered_by_the_rules(void **state)
{
    static const struct {
        int waited_ms;
        const char *think;
    } turns[] = {{0, "claude"}, {1000, "claude"}, {1000, "rules"}, {100, "claude"}};

    (void)state;
    ring_fresh();
    vendors_tell(&ring_vendors, "/scenario",
                 "{\"stt\":{\"lines\":[\"Коли ви працюєте?\"],\"loop\":true},\"claude\":{\"match\":"
                 "[{\"any\":true,\"answer\":{\"text\":\"Щодня.\"}}]}}");
    const char *call = ring_call("0440000202");
    for (int i = 1; i <= 4; i++) {
        const char *turn = arena_printf(the_door->arena, "%d", i);
        the_door->waited_ms = turns[i - 1].waited_ms;
        struct answer a = ring_turn(&(struct ring_said){.call = call, .turn = turn});
        the_door->waited_ms = 0;
        assert_int_equal(a.status, 200);
        assert_string_equal(ring_kept(call, i).think_rung, turns[i - 1].think);
    }
}

static int run(const char *turn_ms, const struct CMUnitTest *test, const char *name)
{
    ring_begin();
    ring_set("HOLOS_TURN_MS", turn_ms);
    ring_set("HOLOS_LADDER", "speak=espeak");
    ring_open(door_open_direct, 1);
    int failed = _cmocka_run_group_tests(name, test, 1, NULL, NULL);
    ring_close();
    return failed;
}

int main(void)
{
    const struct CMUnitTest hurry = CASE(a_turn_without_time_for_a_model_takes_it_from_no_caller);
    const struct CMUnitTest queue = CASE(a_turn_that_waited_for_a_worker_is_answered_by_the_rules);

    /* All but 600 ms are kept back for what comes after. */
    return run("4000", &hurry, "vendors/hurry") + run("12000", &queue, "vendors/hurry-queue");
}
