/* Hang-ups at any moment of a turn's last milliseconds: the request is there once, at once, without a
 * sweep. HANG_UPS=10000 tries so many; SLOW_US=20000 makes each write to the disk last longer.
 *
 * check: plain timeout=60 */
#include "calls/end.h"
#include "calls/turn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "store/lead.h"
#include "tests/cases/home.h"

#define PERSON "Хочу поговорити з адміністратором про алергію на вашу фарбу"

static struct door home;
static useconds_t slow_us;

static int next_random(void)
{
    static uint32_t state = 1;

    state = state * 1664525U + 1013904223U;
    return (int)(state >> 8);
}

/* SQLite's, too. */
int fdatasync(int fd) /* NOLINT(readability-inconsistent-declaration-parameter-name): __fildes */
{
    if (slow_us > 0)
        (void)usleep(slow_us);
    return (int)syscall(SYS_fdatasync, fd);
}

static void finish(struct call_turn *c)
{
    struct delivery_reply reply = {.status = 200, .type = "text/plain"};

    buf_init(&reply.body.text, home.arena, 64);
    assert_int_equal(call_turn_finish(c, &reply, NULL), ERR_OK);
    call_turn_release(c);
}

static struct turn_input input(const char *id, const char *words)
{
    return (struct turn_input){.source = "binotel",
                               .external_id = id,
                               .route = words == NULL ? "incoming-call" : "audio-stream",
                               .key = id,
                               .caller = "0501112233",
                               .called = "0440000202",
                               .direction = "in",
                               .words = words};
}

static void greet(const char *id)
{
    struct call_turn c = {.app = &home.app, .arena = home.arena, .deadline = deadline_in_ms(20000)};
    struct turn_input in = input(id, NULL);

    assert_int_equal(call_turn_greet(&c, &in, NULL), ERR_OK);
    finish(&c);
}

/* Answers lines that come through the pipe, as a worker of its own; ends with the pipe. Whether the
 * turn came before the hang-up or after it is chance: both are answers. */
static void work(int lines, int told)
{
    struct app app = {0};
    char id[32];

    if (app_open(&app, APP_PARTS(&app_store, &app_profiles, &app_voice), NULL) != ERR_OK)
        _exit(2);
    while (read(lines, id, sizeof id) == (ssize_t)sizeof id) {
        struct arena a;
        arena_init(&a, 1 << 26);
        struct call_turn c = {.app = &app, .arena = &a, .deadline = deadline_in_ms(20000)};
        struct turn_input in = input(id, PERSON);
        struct delivery_reply reply = {.status = 200, .type = "text/plain"};
        int64_t from_us = clock_mono_us();
        enum err e = call_turn_answer(&c, &in, NULL);
        buf_init(&reply.body.text, &a, 64);
        if (e == ERR_OK)
            e = call_turn_finish(&c, &reply, NULL);
        call_turn_release(&c);
        arena_release(&a);
        int64_t took_us = e == ERR_OK || e == ERR_ENDED ? clock_mono_us() - from_us : -1;
        if (write(told, &took_us, sizeof took_us) != (ssize_t)sizeof took_us)
            _exit(3);
    }
    app_close(&app);
    _exit(0);
}

static void check_kept_once(const char *id)
{
    struct call call = {0};
    struct lead *leads = NULL;
    size_t n = 0;

    assert_int_equal(call_find(home.app.store, home.arena, "binotel", id, &call, NULL), ERR_OK);
    assert_int_equal(leads_newest(home.app.store, home.arena, call.id, 10, &leads, &n, NULL),
                     ERR_OK);
    assert_true(call_status_ends(call.status));
    assert_string_equal(call.state, "");
    if (n > 1)
        fail_msg("%s: the request was kept %zu times", id, n);
    if (n == 0 && call.turns > 0)
        fail_msg("%s: the turn was answered, and its request is not there", id);
}

static void a_hang_up_at_any_moment_of_a_turn_loses_no_request(void **state)
{
    const char *wanted = getenv("HANG_UPS");
    const char *slow = getenv("SLOW_US");
    int most = wanted == NULL ? 300 : (int)strtol(wanted, NULL, 10);
    int to_worker[2];
    int from_worker[2];
    int64_t usual_us = 3000;
    int status = 0;

    (void)state;
    home_make(&home);
    slow_us = slow == NULL ? 0 : (useconds_t)strtol(slow, NULL, 10);
    assert_int_equal(pipe(to_worker), 0);
    assert_int_equal(pipe(from_worker), 0);
    pid_t worker = fork();
    if (worker == 0) {
        (void)close(to_worker[1]);
        work(to_worker[0], from_worker[1]);
    }
    for (int i = 0; i < most; i++) {
        const struct call_report news = {.status = CALL_COMPLETED, .billed_s = -1};
        char id[32] = {0};
        int64_t took_us = 0;
        (void)snprintf(id, sizeof id, "hang-up-%d", i);
        greet(id);
        assert_int_equal(write(to_worker[1], id, sizeof id), sizeof id);
        /* From five milliseconds before the usual end to one after it. */
        int64_t early_us = usual_us > 5000 ? usual_us - 5000 : 0;
        (void)usleep((useconds_t)(early_us + next_random() % (usual_us - early_us + 1000)));
        assert_int_equal(
            end_status(&home.app, home.arena, "binotel", id, &news, deadline_in_ms(20000), NULL),
            ERR_OK);
        assert_int_equal(read(from_worker[0], &took_us, sizeof took_us), sizeof took_us);
        if (took_us < 0)
            fail_msg("%s: the turn failed", id);
        usual_us += (took_us - usual_us) / 8;
        check_kept_once(id);
        arena_clear(home.arena);
    }
    (void)close(to_worker[1]);
    assert_int_equal(waitpid(worker, &status, 0), worker);
    assert_int_equal(status, 0);
    home_remove(&home);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hang_up_at_any_moment_of_a_turn_loses_no_request),
    };
    return cmocka_run_group_tests_name("calls/hang-up", tests, NULL, NULL);
}
