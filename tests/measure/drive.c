/* drive RUNS [FOLDER]: places calls of one greeting and one spoken turn, by direct call of the
 * routes and with the vendors' stand-ins. tests/measure/measure counts what they take.
 *
 * The first calls warm up: connections, the token, the remembered greeting. In every turn Google
 * hears the caller, Claude answers in two sentences that were never said before, Google speaks
 * them.
 *
 * Built with -finstrument-functions (VARIANT=trace) it writes into FOLDER which functions each
 * greeting and each turn entered and left: files greeting-N and turn-N of addresses of 8 bytes,
 * relative to the program's start, with bit 63 set where a function was left. callgrind finds
 * measured_greeting() and measured_turn() by their names. */
#include "tests/support/ring.h"

#include <stdlib.h>

#define EVENTS_MAX ((size_t)1 << 22)
#define LEFT       ((uint64_t)1 << 63)
#define UNTRACED   __attribute__((no_instrument_function))

static long runs;
static const char *folder; /* NULL: nothing is traced */

/* ---- the tracer ---------------------------------------------------------------------------------- */

extern const char __executable_start[];
void __cyg_profile_func_enter(void *function, void *from) UNTRACED;
void __cyg_profile_func_exit(void *function, void *from) UNTRACED;
static void note(const void *function, uint64_t flag) UNTRACED;

static uint64_t events[EVENTS_MAX];
static size_t events_n;
static bool tracing;

static void note(const void *function, uint64_t flag)
{
    if (tracing && events_n < EVENTS_MAX)
        events[events_n++] = ((uintptr_t)function - (uintptr_t)__executable_start) | flag;
}

void __cyg_profile_func_enter(void *function, void *from)
{
    (void)from;
    note(function, 0);
}

void __cyg_profile_func_exit(void *function, void *from)
{
    (void)from;
    note(function, LEFT);
}

static void write_trace(const char *name, long run)
{
    char path[512];

    assert_true(events_n > 0 && events_n < EVENTS_MAX);
    (void)snprintf(path, sizeof path, "%s/%s-%ld", folder, name, run);
    FILE *f = fopen(path, "we");
    assert_non_null(f);
    assert_int_equal(fwrite(events, sizeof *events, events_n, f), events_n);
    assert_int_equal(fclose(f), 0);
}

/* ---- what is measured ---------------------------------------------------------------------------- */

static const char *call, *wav;
static size_t wav_len;

__attribute__((noinline)) static void measured_greeting(void)
{
    call = ring_call("0440000202");
}

__attribute__((noinline)) static void measured_turn(void)
{
    struct answer a =
        ring_turn(&(struct ring_said){.call = call, .turn = "1", .wav = wav, .len = wav_len});
    assert_int_equal(a.status, 200);
}

static void measure(void (*what)(void), const char *name, long run)
{
    events_n = 0;
    tracing = folder != NULL;
    what();
    tracing = false;
    if (folder != NULL)
        write_trace(name, run);
}

/* No sentence was said before, and all are of one length. */
static const char *const names[] = {"Олена", "Ірина", "Марія", "Софія", "Дарія", "Аліна",
                                    "Олеся", "Ганна", "Ольга", "Надія", "Лідія", "Діана"};

#define RUNS_MAX ((long)(sizeof names / sizeof *names))

static void prepare(long run)
{
    vendors_tell(&ring_vendors, "/scenario",
                 arena_printf(the_door->arena,
                              "{\"stt\":{\"lines\":[\"Коли ви працюєте?\"],\"loop\":true},"
                              "\"claude\":{\"match\":[{\"any\":true,\"answer\":{\"text\":"
                              "\"Сьогодні до вечора працює %s. Записати вас, чи вам зателефонує "
                              "%s?\"}}]}}",
                              names[run], names[run]));
}

static void assert_asked(const char *vendor, int64_t before, int64_t more)
{
    assert_int_equal(vendors_count(&ring_vendors, vendor, "requests"), before + more);
}

static void run_once(long run)
{
    prepare(run);
    int64_t stt = vendors_count(&ring_vendors, "stt", "requests");
    int64_t claude = vendors_count(&ring_vendors, "claude", "requests");
    measure(measured_greeting, "greeting", run);
    int64_t tts = vendors_count(&ring_vendors, "tts", "requests");
    measure(measured_turn, "turn", run);
    assert_asked("stt", stt, 1);
    assert_asked("claude", claude, 1);
    assert_asked("tts", tts, 2);
}

static void calls_are_placed(void **state)
{
    (void)state;
    assert_in_range(runs, 1, RUNS_MAX);
    wav = ring_wav("uk", "Скажіть, будь ласка, коли ви працюєте?", &wav_len);
    for (long run = 0; run < runs; run++)
        run_once(run);
    vendors_assert_content(&ring_vendors);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {CASE(calls_are_placed)};

    runs = argc < 2 ? 1 : strtol(argv[1], NULL, 10);
    folder = argc < 3 ? NULL : argv[2];
    ring_begin();
    ring_open(door_open_direct, 1);
    int failed = cmocka_run_group_tests_name("measure", tests, NULL, NULL);
    ring_close();
    return failed;
}
