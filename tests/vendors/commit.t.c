/* The commits of a spoken turn happen while vendors work already. Whatever fails there: nothing is
 * said that was not kept, no provider is blamed for it, and the delivery can be brought again. */
#include "tests/support/ring.h"

#include <signal.h>
#include <sys/resource.h>

#define CALLED "0440000202"
#define WORDS  "Розкажіть про стрижку."
#define ANSWER "Стрижка триває годину."

/* Takes the disk away when a vendor was asked so often, and until told to give it back. */
struct outage {
    pthread_t thread;
    const char *vendor; /* NULL: at once */
    int64_t asked;
};

static struct rlimit room_before;

static void take_disk(void)
{
    struct rlimit none = room_before;

    none.rlim_cur = 1;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
}

static void give_disk_back(void)
{
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &room_before), 0);
}

static void *wait_and_take(void *arg)
{
    const struct outage *o = arg;

    while (vendors_count(&ring_vendors, o->vendor, "requests") < o->asked)
        (void)deadline_sleep(deadline_in_ms(10), 10);
    /* What was to be committed while the vendor worked has been. */
    (void)deadline_sleep(deadline_in_ms(500), 300);
    take_disk();
    return NULL;
}

static const char *begin(void)
{
    ring_fresh();
    vendors_tell(
        &ring_vendors, "/scenario",
        "{\"stt\":{\"lines\":[\"" WORDS "\"],\"loop\":true},\"delays\":{\"stt\":800,"
        "\"claude\":800},\"claude\":{\"match\":[{\"any\":true,\"answer\":{\"text\":\"" ANSWER
        "\"}}]}}");
    return ring_call(CALLED);
}

static struct answer turn_without_disk(const char *call, struct outage o, bool stream)
{
    if (o.vendor == NULL)
        take_disk();
    else
        assert_int_equal(pthread_create(&o.thread, NULL, wait_and_take, &o), 0);
    struct answer a = ring_turn(&(struct ring_said){.call = call, .turn = "1", .stream = stream});
    if (o.vendor != NULL)
        assert_int_equal(pthread_join(o.thread, NULL), 0);
    give_disk_back();
    return a;
}

/* The same delivery once more, with a disk: a whole answer, kept once, and no provider was blamed. */
static void assert_mended(const char *call, bool stream)
{
    struct turn *turns = NULL;

    struct answer a = ring_turn(&(struct ring_said){.call = call, .turn = "1", .stream = stream});
    assert_int_equal(a.status, 200);
    assert_non_null(strstr(a.body, "\"success\":true"));
    assert_non_null(strstr(a.body, "\"audio_data\":\""));
    struct call kept = kept_call(call);
    assert_int_equal(kept.turns, 1);
    assert_int_equal(kept_turns(&kept, &turns), 2);
    assert_string_equal(turns[1].heard, WORDS);
    assert_string_equal(turns[1].said, ANSWER);
    assert_int_equal(turns[1].faults, 0);
    assert_string_equal(ring_sql("SELECT count(*) FROM rung"), "0\n");
    assert_int_equal(store_verify(the_door->app.store, NULL), ERR_OK);
}

static void assert_nothing_said(const struct answer *a, bool stream)
{
    assert_null(strstr(a->body, WORDS));
    assert_null(strstr(a->body, ANSWER));
    assert_null(strstr(a->body, "audio_data\":\""));
    assert_non_null(strstr(a->body, "\"error\""));
    if (!stream)
        assert_int_equal(a->status, 503);
}

static void a_disk_that_is_full_from_the_beginning_is_an_error(void **state)
{
    (void)state;

    for (int stream = 0; stream < 2; stream++) {
        const char *call = begin();
        struct answer a = turn_without_disk(call, (struct outage){0}, stream == 1);
        assert_nothing_said(&a, stream == 1);
        assert_true(vendors_count(&ring_vendors, "claude", "requests") <= 1);
        assert_mended(call, stream == 1);
    }
}

static void a_disk_that_is_full_when_the_model_is_asked_says_nothing_unkept(void **state)
{
    (void)state;

    for (int stream = 0; stream < 2; stream++) {
        const char *call = begin();
        const struct outage o = {.vendor = "stt", .asked = 1};
        int64_t greeted = vendors_count(&ring_vendors, "tts", "requests");
        struct answer a = turn_without_disk(call, o, stream == 1);
        assert_nothing_said(&a, stream == 1);
        assert_int_equal(vendors_count(&ring_vendors, "tts", "requests"), greeted);
        assert_mended(call, stream == 1);
    }
}

static void a_disk_that_is_full_when_the_answer_is_kept_is_an_error(void **state)
{
    (void)state;
    const char *call = begin();
    const struct outage o = {.vendor = "claude", .asked = 1};

    struct answer a = turn_without_disk(call, o, false);
    assert_nothing_said(&a, false);
    assert_mended(call, false);
    /* The words were kept: they are not heard again. */
    assert_int_equal(vendors_count(&ring_vendors, "stt", "requests"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_disk_that_is_full_from_the_beginning_is_an_error),
        cmocka_unit_test(a_disk_that_is_full_when_the_model_is_asked_says_nothing_unkept),
        cmocka_unit_test(a_disk_that_is_full_when_the_answer_is_kept_is_an_error),
    };

    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &room_before), 0);
    ring_begin();
    ring_open(door_open_direct, 1);
    int failed = cmocka_run_group_tests_name("vendors/commit", tests, NULL, NULL);
    ring_close();
    return failed;
}
