#include "base/child.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/folder.h"

#define LONG_MS 30000 /* a deadline that no test waits for */

struct desk {
    struct arena arena;
    struct buf out;
    struct why why;
    int fds;
};

static int open_fds(void)
{
    int n = 0;

    DIR *d = opendir("/proc/self/fd");
    assert_non_null(d);
    while (readdir(d) != NULL)
        n++;
    closedir(d);
    return n;
}

static int set_up(void **state)
{
    struct desk *d = calloc(1, sizeof *d);
    assert_non_null(d);
    arena_init(&d->arena, 8 << 20);
    buf_init(&d->out, &d->arena, 4 << 20);
    d->fds = open_fds();
    *state = d;
    return 0;
}

/* After every test: no child, dead or alive, and no descriptor more than before. */
static int tear_down(void **state)
{
    struct desk *d = *state;

    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
    assert_int_equal(open_fds(), d->fds);
    arena_release(&d->arena);
    free(d);
    return 0;
}

static enum err run_fed(struct desk *d, const char *script, const void *in, size_t n, int ms)
{
    const char *const argv[] = {"sh", "-c", script, NULL};
    return child_run(argv, in, n, &d->out, deadline_in_ms(ms), &d->why);
}

static enum err run(struct desk *d, const char *script, int ms)
{
    return run_fed(d, script, NULL, 0, ms);
}

static bool lives(pid_t pid)
{
    return kill(pid, 0) == 0;
}

/* A killed orphan is reaped by init a moment later. */
static bool dies_soon(pid_t pid)
{
    struct deadline d = deadline_in_ms(10000);

    while (lives(pid)) {
        char path[64];
        char text[256] = "";
        (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
        if (fd >= 0)
            close(fd);
        if (n > 0 && strstr(text, ") Z ") != NULL)
            return true;
        if (!deadline_sleep(d, 5))
            return false;
    }
    return true;
}

static pid_t printed_pid(const struct desk *d)
{
    long pid = strtol(buf_text(&d->out), NULL, 10);
    assert_true(pid > 1);
    return (pid_t)pid;
}

/* The deadline passes after the child has printed its line: on a busy machine a shell may need
 * seconds to begin. */
static void run_past_its_line(struct desk *d, const char *script)
{
    for (int ms = 150; d->out.len == 0 && ms < LONG_MS; ms *= 4)
        assert_int_equal(run(d, script, ms), ERR_DEADLINE);
}

static void what_it_prints_is_collected(void **state)
{
    struct desk *d = *state;

    assert_int_equal(run(d, "printf 'a\\0b'; printf c", LONG_MS), ERR_OK);
    assert_int_equal(d->out.len, 4);
    assert_memory_equal(d->out.data, "a\0bc", 5);
    assert_string_equal(d->why.text, "");
}

static void what_is_fed_is_read(void **state)
{
    struct desk *d = *state;

    assert_int_equal(run_fed(d, "cat", "десята\0", 13, LONG_MS), ERR_OK);
    assert_int_equal(d->out.len, 13);
    assert_memory_equal(d->out.data, "десята\0", 13);
}

static void no_input_is_an_end_of_file(void **state)
{
    struct desk *d = *state;

    assert_int_equal(run(d, "cat; echo done", LONG_MS), ERR_OK);
    assert_string_equal(buf_text(&d->out), "done\n");
}

static void big_input_and_output_flow_both_ways_at_once(void **state)
{
    struct desk *d = *state;
    const size_t size = 2 << 20;

    char *data = malloc(size);
    assert_non_null(data);
    for (size_t i = 0; i < size; i++)
        data[i] = (char)(i * 31 + i / 4099);
    assert_int_equal(run_fed(d, "cat", data, size, LONG_MS), ERR_OK);
    assert_int_equal(d->out.len, size);
    assert_memory_equal(d->out.data, data, size);
    free(data);
}

static void a_child_may_ignore_a_big_input(void **state)
{
    struct desk *d = *state;

    char *data = calloc(1, 1 << 20);
    assert_non_null(data);
    assert_int_equal(run_fed(d, "echo enough", data, 1 << 20, LONG_MS), ERR_OK);
    assert_string_equal(buf_text(&d->out), "enough\n");
    free(data);
}

static void a_child_that_closed_its_output_still_gets_its_input(void **state)
{
    struct desk *d = *state;
    struct folder folder;
    char script[1200];

    folder_make(&folder);
    char *data = calloc(1, 1 << 20);
    assert_non_null(data);
    (void)snprintf(script, sizeof script, "exec >&-; wc -c > %s", folder_path(&folder, "n"));
    assert_int_equal(run_fed(d, script, data, 1 << 20, LONG_MS), ERR_OK);
    (void)snprintf(script, sizeof script, "cat %s", folder_path(&folder, "n"));
    assert_int_equal(run(d, script, LONG_MS), ERR_OK);
    assert_int_equal(strtol(buf_text(&d->out), NULL, 10), 1 << 20);
    free(data);
    folder_remove(&folder);
}

static void a_broken_pipe_does_not_end_us_and_sigpipe_is_as_before(void **state)
{
    struct desk *d = *state;
    struct sigaction before;
    struct sigaction after;

    assert_int_equal(sigaction(SIGPIPE, NULL, &before), 0);
    char *data = calloc(1, 1 << 20);
    assert_non_null(data);
    assert_int_equal(run_fed(d, "exec <&-; sleep 0.05; echo alive", data, 1 << 20, LONG_MS),
                     ERR_OK);
    free(data);
    assert_string_equal(buf_text(&d->out), "alive\n");
    assert_int_equal(sigaction(SIGPIPE, NULL, &after), 0);
    assert_true(before.sa_handler == after.sa_handler);
}

static void a_missing_program_is_named(void **state)
{
    struct desk *d = *state;
    const char *const argv[] = {"holos-no-such-program", NULL};

    enum err e = child_run(argv, NULL, 0, &d->out, deadline_in_ms(LONG_MS), &d->why);
    assert_int_equal(e, ERR_CHILD);
    assert_non_null(strstr(d->why.text, "holos-no-such-program"));
    assert_int_equal(d->out.len, 0);
}

static void a_script_that_misses_its_program_says_so(void **state)
{
    struct desk *d = *state;

    assert_int_equal(run(d, "holos-no-such-program", LONG_MS), ERR_CHILD);
    assert_non_null(strstr(d->why.text, "not installed"));
}

static void a_file_that_is_no_program_is_an_error(void **state)
{
    struct desk *d = *state;
    const char *const argv[] = {"/etc/passwd", NULL};

    enum err e = child_run(argv, NULL, 0, &d->out, deadline_in_ms(LONG_MS), &d->why);
    assert_int_equal(e, ERR_CHILD);
    assert_non_null(strstr(d->why.text, "/etc/passwd"));
}

static void a_failing_status_is_told(void **state)
{
    struct desk *d = *state;

    assert_int_equal(run(d, "echo half; exit 3", LONG_MS), ERR_CHILD);
    assert_non_null(strstr(d->why.text, "status 3"));
}

static void a_death_by_signal_is_told(void **state)
{
    struct desk *d = *state;

    assert_int_equal(run(d, "kill -9 $$", LONG_MS), ERR_CHILD);
    assert_non_null(strstr(d->why.text, "signal 9"));
}

static void a_hanging_child_is_killed_at_the_deadline_with_its_own_children(void **state)
{
    struct desk *d = *state;

    int64_t before = clock_mono_us();
    run_past_its_line(d, "sleep 600 & echo $!; wait");
    assert_true(clock_mono_us() - before >= 150000);
    assert_non_null(strstr(d->why.text, "in time"));
    assert_true(dies_soon(printed_pid(d)));
}

static void a_child_that_traps_signals_is_killed_all_the_same(void **state)
{
    struct desk *d = *state;

    run_past_its_line(d, "trap '' TERM HUP INT; echo $$; while :; do sleep 1; done");
    assert_true(dies_soon(printed_pid(d)));
}

static void a_child_that_closes_its_output_and_lives_on_is_killed(void **state)
{
    struct desk *d = *state;

    run_past_its_line(d, "echo $$; exec >&-; exec sleep 600");
    assert_true(dies_soon(printed_pid(d)));
}

static void a_child_that_never_reads_is_killed_at_the_deadline(void **state)
{
    struct desk *d = *state;

    char *data = calloc(1, 1 << 20);
    assert_non_null(data);
    assert_int_equal(run_fed(d, "exec >&-; exec sleep 600", data, 1 << 20, 150), ERR_DEADLINE);
    free(data);
}

static void a_grandchild_left_behind_after_a_good_end_is_killed(void **state)
{
    struct desk *d = *state;

    assert_int_equal(run(d, "sleep 600 >/dev/null & echo $!", LONG_MS), ERR_OK);
    assert_true(dies_soon(printed_pid(d)));
}

static void a_child_that_prints_too_much_is_killed(void **state)
{
    struct desk *d = *state;

    buf_init(&d->out, &d->arena, 100000);
    assert_int_equal(run(d, "echo $$; exec cat /dev/zero", LONG_MS), ERR_TOO_BIG);
    assert_true(d->out.len <= 100000);
    assert_true(dies_soon(printed_pid(d)));
}

static void output_of_exactly_the_maximum_fits(void **state)
{
    struct desk *d = *state;

    buf_init(&d->out, &d->arena, 10);
    assert_int_equal(run(d, "printf 0123456789", LONG_MS), ERR_OK);
    assert_string_equal(buf_text(&d->out), "0123456789");
    buf_init(&d->out, &d->arena, 9);
    assert_int_equal(run(d, "printf 0123456789", LONG_MS), ERR_TOO_BIG);
}

static void an_arena_that_is_full_is_a_memory_error(void **state)
{
    struct desk *d = *state;
    struct arena small;

    arena_init(&small, 32 * 1024);
    buf_init(&d->out, &small, 1 << 20);
    assert_int_equal(run(d, "head -c 500000 /dev/zero", LONG_MS), ERR_MEMORY);
    arena_release(&small);
}

static void nothing_is_started_when_the_deadline_has_passed(void **state)
{
    struct desk *d = *state;
    struct folder folder;
    char script[1200];

    folder_make(&folder);
    (void)snprintf(script, sizeof script, "echo x > %s", folder_path(&folder, "started"));
    assert_int_equal(run(d, script, 0), ERR_DEADLINE);
    assert_int_equal(folder_count(&folder), 0);
    folder_remove(&folder);
}

static void the_environment_is_bare(void **state)
{
    struct desk *d = *state;

    assert_int_equal(setenv("BINOTEL_API_KEY", "hush", 1), 0);
    assert_int_equal(
        run(d, "env | grep -v -e ^PWD= -e ^_= -e ^SHLVL= | cut -d= -f1 | sort", LONG_MS), ERR_OK);
    assert_int_equal(unsetenv("BINOTEL_API_KEY"), 0);
    assert_string_equal(buf_text(&d->out), "HOME\nLANG\nPATH\n");
}

/* Not even one that was opened without close-on-exec, or that the test itself inherited. */
static void no_descriptor_of_ours_is_inherited(void **state)
{
    struct desk *d = *state;
    int bare = open("/dev/null", O_RDONLY);

    assert_true(bare >= 3);
    enum err e = run(d, "ls /proc/self/fd | wc -l", LONG_MS);
    close(bare);
    assert_int_equal(e, ERR_OK);
    /* 0, 1, 2 and the folder that ls itself reads. */
    assert_int_equal(strtol(buf_text(&d->out), NULL, 10), 4);
}

static void signals_are_at_their_default_and_none_is_blocked(void **state)
{
    struct desk *d = *state;
    sigset_t block;
    sigset_t old;

    (void)sigemptyset(&block);
    (void)sigaddset(&block, SIGTERM);
    assert_int_equal(sigprocmask(SIG_BLOCK, &block, &old), 0);
    void (*hup)(int) = signal(SIGHUP, SIG_IGN);
    enum err e = run(d, "grep -E '^Sig(Blk|Ign):' /proc/self/status | tr -d '\\n'", LONG_MS);
    (void)signal(SIGHUP, hup);
    assert_int_equal(sigprocmask(SIG_SETMASK, &old, NULL), 0);
    assert_int_equal(e, ERR_OK);
    /* The C library keeps 32 and 33 for itself: 0x180000000. */
    const char *ignored = strstr(buf_text(&d->out), "SigIgn:");
    assert_non_null(ignored);
    assert_int_equal(strtoull(ignored + 8, NULL, 16) & ~0x180000000ULL, 0);
    assert_non_null(strstr(buf_text(&d->out), "SigBlk:\t0000000000000000"));
}

static void a_child_is_lost_when_its_death_is_not_reported(void **state)
{
    struct desk *d = *state;

    void (*chld)(int) = signal(SIGCHLD, SIG_IGN);
    enum err e = run(d, "exit 0", LONG_MS);
    (void)signal(SIGCHLD, chld);
    assert_int_equal(e, ERR_CHILD);
    assert_non_null(strstr(d->why.text, "lost"));
}

static void a_hundred_in_a_row_leave_nothing(void **state)
{
    struct desk *d = *state;
    const char *const argv[] = {"true", NULL};

    for (int i = 0; i < 100; i++)
        assert_int_equal(child_run(argv, "x", 1, &d->out, deadline_in_ms(LONG_MS), &d->why),
                         ERR_OK);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ONE(what_it_prints_is_collected),
        ONE(what_is_fed_is_read),
        ONE(no_input_is_an_end_of_file),
        ONE(big_input_and_output_flow_both_ways_at_once),
        ONE(a_child_may_ignore_a_big_input),
        ONE(a_child_that_closed_its_output_still_gets_its_input),
        ONE(a_broken_pipe_does_not_end_us_and_sigpipe_is_as_before),
        ONE(a_missing_program_is_named),
        ONE(a_script_that_misses_its_program_says_so),
        ONE(a_file_that_is_no_program_is_an_error),
        ONE(a_failing_status_is_told),
        ONE(a_death_by_signal_is_told),
        ONE(a_hanging_child_is_killed_at_the_deadline_with_its_own_children),
        ONE(a_child_that_traps_signals_is_killed_all_the_same),
        ONE(a_child_that_closes_its_output_and_lives_on_is_killed),
        ONE(a_child_that_never_reads_is_killed_at_the_deadline),
        ONE(a_grandchild_left_behind_after_a_good_end_is_killed),
        ONE(a_child_that_prints_too_much_is_killed),
        ONE(output_of_exactly_the_maximum_fits),
        ONE(an_arena_that_is_full_is_a_memory_error),
        ONE(nothing_is_started_when_the_deadline_has_passed),
        ONE(the_environment_is_bare),
        ONE(no_descriptor_of_ours_is_inherited),
        ONE(signals_are_at_their_default_and_none_is_blocked),
        ONE(a_child_is_lost_when_its_death_is_not_reported),
        ONE(a_hundred_in_a_row_leave_nothing),
    };
    return cmocka_run_group_tests_name("base/child", tests, NULL, NULL);
}
