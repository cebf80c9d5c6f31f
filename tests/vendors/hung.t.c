/* A worker that hangs in a turn is replaced, and what it held is free again.
 *
 * check: plain timeout=120 */
#include "tests/support/ring.h"

#include <signal.h>

#define WORKERS 2
#define WAIT_MS 60000 /* ends the test, decides nothing */

static bool is_among(pid_t pid, const pid_t *all, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (all[i] == pid)
            return true;
    return false;
}

/* Stops every worker of the route: the one that has the turn, too. */
static size_t stop_all(pid_t *ret)
{
    size_t n = ring_workers("audio-stream", ret, WORKERS);

    assert_int_equal(n, WORKERS);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(kill(ret[i], SIGSTOP), 0);
    return n;
}

/* nginx gives up before the worker's place is taken, or another worker waits in vain for the call: who
 * sends a turn sends it again. */
static struct answer send_until_answered(const char *call, const char *turn)
{
    struct deadline d = deadline_in_ms(WAIT_MS);

    for (;;) {
        struct answer a = ring_turn(&(struct ring_said){.call = call, .turn = turn});
        if (a.status == 200 || !deadline_sleep(d, 200))
            return a;
    }
}

static void a_stopped_worker_is_replaced_and_its_call_goes_on(void **state)
{
    struct ring_caller caller = {0};
    pid_t before[WORKERS];
    pid_t after[WORKERS];

    (void)state;
    ring_fresh();
    vendors_tell(
        &ring_vendors, "/scenario",
        "{\"stt\":{\"lines\":[\"Коли ви працюєте?\"],\"loop\":true},\"claude\":{\"match\":"
        "[{\"any\":true,\"answer\":{\"text\":\"Щодня.\"}}]},\"delays\":{\"claude\":1500}}");
    const char *call = ring_call("0440000202");
    ring_start(&caller, &(struct ring_said){.call = call, .turn = "1"});
    ring_wait_asked("claude", 1); /* it holds the call, and waits */
    size_t n = stop_all(before);
    ring_finish(&caller);
    vendors_tell(&ring_vendors, "/delays", "{\"claude\":0}");
    struct answer a = send_until_answered(call, "1");
    assert_int_equal(a.status, 200);
    a = send_until_answered(call, "2");
    assert_int_equal(a.status, 200);
    size_t m = ring_workers("audio-stream", after, WORKERS);
    size_t gone = 0;
    for (size_t i = 0; i < n; i++)
        gone += !is_among(before[i], after, m);
    assert_true(gone >= 1);
    for (size_t i = 0; i < n; i++)
        (void)kill(before[i], SIGCONT);
    ring_release(&caller);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stopped_worker_is_replaced_and_its_call_goes_on),
    };

    ring_begin();
    ring_set("HOLOS_TURN_MS", "6000");
    ring_open(door_open_nginx, WORKERS);
    int failed = cmocka_run_group_tests_name("vendors/hung", tests, NULL, NULL);
    ring_close();
    return failed;
}
