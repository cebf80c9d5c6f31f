/* What a worker needs to talk: in a turn with a minute of sound, and after a thousand turns.
 *
 * check: serial plain timeout=150 */
#include "tests/support/ring.h"

#include <dirent.h>

#include "tests/support/engine.h"

#define TURNS   1000
#define OF_CALL 50 /* a call's limit is higher */
#define WARM    150

static pid_t the_worker(void)
{
    pid_t pid[4];

    assert_int_equal(ring_workers("audio-stream", pid, 4), 1);
    return pid[0];
}

static int descriptors_now(pid_t pid)
{
    char path[64];
    int n = 0;

    (void)snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    DIR *d = opendir(path);
    assert_non_null(d);
    while (readdir(d) != NULL)
        n++;
    (void)closedir(d);
    return n;
}

/* Of a worker without a request: one that has just answered still holds the caller's connection. */
static int descriptors_of(pid_t pid)
{
    int least = descriptors_now(pid);

    for (int i = 0; i < 20; i++) {
        (void)deadline_sleep(deadline_in_ms(50), 20);
        int n = descriptors_now(pid);
        least = n < least ? n : least;
    }
    return least;
}

static void play(int stt_ms)
{
    vendors_tell(&ring_vendors, "/scenario",
                 arena_printf(the_door->arena,
                              "{\"stt\":{\"lines\":[\"Коли ви працюєте?\"],\"loop\":true},"
                              "\"delays\":{\"stt\":%d},\"claude\":{\"match\":[{\"any\":true,"
                              "\"answer\":{\"text\":\"Ми працюємо щодня, крім неділі. На який день "
                              "вас записати?\"}}]}}",
                              stt_ms));
}

static void a_minute_of_sound_takes_a_few_megabytes_and_gives_them_back(void **state)
{
    (void)state;
    struct ring_caller c;
    struct ring_said said = {.turn = "1"};

    ring_fresh();
    play(0);
    said.call = ring_call("0440000202");
    assert_int_equal(ring_turn(&said).status, 200);
    pid_t pid = the_worker();
    long before = engine_private_kb(pid);
    said.wav = door_wav(the_door, true, 59900, &said.len);
    said.turn = "2";
    play(700);
    int64_t asked = vendors_count(&ring_vendors, "stt", "requests");
    ring_start(&c, &said);
    ring_wait_asked("stt", asked + 1);
    long during = engine_private_kb(pid);
    ring_finish(&c);
    assert_int_equal(c.answer.status, 200);
    ring_release(&c);
    said = (struct ring_said){.call = said.call, .turn = "3"};
    assert_int_equal(ring_turn(&said).status, 200);
    long after = engine_private_kb(pid);
    print_message("# private memory: %ld kB, in a turn of 60 s %ld kB, afterwards %ld kB\n", before,
                  during, after);
    assert_int_equal(the_worker(), pid);
    assert_in_range(during, before, 12 * 1024);
    assert_in_range(after, 1, before + 2048);
    assert_string_equal(ring_kept(said.call, 2).heard_by, "google");
}

static void speak_turns(int from, int to, const char **call)
{
    char turn[16];

    for (int i = from; i < to; i++) {
        if (i % OF_CALL == 0) {
            arena_clear(the_door->arena);
            *call = ring_call("0440000202");
        }
        (void)snprintf(turn, sizeof turn, "%d", i);
        struct answer a = ring_turn(&(struct ring_said){.call = *call, .turn = turn});
        assert_int_equal(a.status, 200);
        assert_non_null(strstr(a.body, "Ми працюємо щодня"));
    }
}

static void after_a_thousand_turns_a_worker_is_no_larger_and_has_no_more_open(void **state)
{
    (void)state;
    const char *call = NULL;

    ring_fresh();
    play(0);
    speak_turns(0, WARM, &call);
    pid_t pid = the_worker();
    long before = engine_private_kb(pid);
    int open = descriptors_of(pid);
    int64_t handshakes = vendors_count(&ring_vendors, "claude", "handshakes");
    speak_turns(WARM, WARM + TURNS, &call);
    assert_int_equal(the_worker(), pid);
    long after = engine_private_kb(pid);
    print_message("# private memory: %ld kB, after %d turns more %ld kB; %d descriptors\n", before,
                  TURNS, after, open);
    assert_in_range(after, 1, before + 64); /* a few hundred bytes a turn would show */
    assert_int_equal(descriptors_of(pid), open);
    assert_int_equal(vendors_count(&ring_vendors, "claude", "handshakes"), handshakes);
    vendors_assert_content(&ring_vendors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_minute_of_sound_takes_a_few_megabytes_and_gives_them_back),
        cmocka_unit_test(after_a_thousand_turns_a_worker_is_no_larger_and_has_no_more_open),
    };

    ring_begin();
    ring_be_patient();
    ring_open(door_open_nginx, 1);
    int failed = cmocka_run_group_tests_name("vendors/memory", tests, NULL, NULL);
    ring_close();
    return failed;
}
