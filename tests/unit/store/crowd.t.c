/* Many processes on one store, and processes that die in the middle. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/storage.h"

#define SOURCE "audio-stream"

/* What the processes of a test tell each other. */
struct board {
    volatile int stage;
    volatile int works; /* how often the slow work was done */
    char bytes[2][4096];
    size_t len[2];
};

static struct board *board;

static int setup(void **state)
{
    board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return board == MAP_FAILED ? -1 : storage_setup(state);
}

static int teardown(void **state)
{
    (void)munmap(board, sizeof *board);
    return storage_teardown(state);
}

static void await_stage(int stage)
{
    struct deadline d = deadline_in_ms(20000);

    while (board->stage < stage && deadline_sleep(d, 1))
        continue;
}

static void kill_and_reap(pid_t pid)
{
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(storage_wait(pid), -SIGKILL);
}

/* One whole call in two transactions. */
static enum err one_call(struct store *s, struct arena *a, int n)
{
    struct turn turn = {0};

    enum err e = store_begin(s, deadline_in_ms(30000), NULL);
    if (e == ERR_OK)
        e = storage_write_turn(s, a, n, 0, &turn, NULL);
    if (e == ERR_OK)
        e = store_commit(s, NULL);
    if (e == ERR_OK)
        e = store_begin(s, deadline_in_ms(30000), NULL);
    turn.said = "Добре";
    if (e == ERR_OK)
        e = turn_answer(s, &turn, NULL);
    return e == ERR_OK ? store_commit(s, NULL) : e;
}

static int write_fifty(struct store *s, const struct storage *t)
{
    struct arena a;
    int base = (int)getpid() * 100;

    (void)t;
    arena_init(&a, 1 << 20);
    for (int i = 0; i < 50; i++) {
        enum err e = one_call(s, &a, base + i);
        if (e != ERR_OK)
            return (int)e;
        arena_clear(&a);
    }
    arena_release(&a);
    return 0;
}

static void eight_processes_write_at_once_and_nothing_is_lost_or_busy(void **state)
{
    struct storage *t = *state;
    pid_t pids[8];

    for (int i = 0; i < 8; i++)
        pids[i] = storage_fork(t, write_fifty);
    for (int i = 0; i < 8; i++)
        assert_int_equal(storage_wait(pids[i]), 0);
    assert_string_equal(storage_sql(t, "SELECT count(*), count(said) FROM turn"), "400|400");
    assert_string_equal(storage_sql(t, "SELECT count(*), calls FROM client"), "1|400");
    assert_int_equal(store_verify(t->s, NULL), ERR_OK);
}

static int deliver(struct store *s, const struct storage *t, int who)
{
    struct delivery d = {0};
    struct delivery_reply r = {.status = 200, .type = "application/json"};
    struct arena a;

    (void)t;
    arena_init(&a, 1 << 20);
    if (delivery_begin(s, &a, &(struct delivery_key){.source = SOURCE, .key = "k"},
                       deadline_in_ms(5000), STORAGE_MOMENT, &d, NULL) != ERR_OK)
        return 90;
    if (d.found == DELIVERY_NEW) {
        if (store_commit(s, NULL) != ERR_OK)
            return 91;
        (void)deadline_sleep(deadline_in_ms(300), 300);
        board->works++;
        body_init(&r.body, &a, 1000);
        buf_printf(&r.body.text, "{\"by\":%d,\"audio_data\":\"", who);
        body_sound(&r.body, "a sound of this process", 23);
        buf_puts(&r.body.text, "\"}");
        if (store_begin(s, deadline_in_ms(1000), NULL) != ERR_OK ||
            delivery_finish(s, &d, &r, STORAGE_MOMENT, NULL) != ERR_OK ||
            store_commit(s, NULL) != ERR_OK)
            return 92;
        d.reply = &r;
    }
    struct buf bytes = storage_bytes(&a, &d.reply->body);
    memcpy(board->bytes[who], bytes.data, bytes.len);
    board->len[who] = bytes.len;
    arena_release(&a);
    return d.found == DELIVERY_NEW ? 1 : d.found == DELIVERY_DONE ? 2 : 93;
}

/* What is found, as an exit status. */
static int find(struct store *s, const struct storage *t)
{
    struct delivery d = {0};
    struct arena a;

    (void)t;
    arena_init(&a, 1 << 20);
    enum err e = delivery_begin(s, &a, &(struct delivery_key){.source = SOURCE, .key = "k"},
                                deadline_in_ms(5000), STORAGE_MOMENT, &d, NULL);
    arena_release(&a);
    return e == ERR_OK ? 10 + (int)d.found : 90;
}

static int deliver_0(struct store *s, const struct storage *t)
{
    return deliver(s, t, 0);
}

static int deliver_1(struct store *s, const struct storage *t)
{
    return deliver(s, t, 1);
}

static void two_deliveries_at_once_work_once_and_give_the_same_bytes(void **state)
{
    struct storage *t = *state;

    pid_t one = storage_fork(t, deliver_0);
    pid_t two = storage_fork(t, deliver_1);
    int sum = storage_wait(one) + storage_wait(two);
    assert_int_equal(sum, 1 + 2);
    assert_int_equal(board->works, 1);
    assert_true(board->len[0] > 30);
    assert_int_equal(board->len[0], board->len[1]);
    assert_memory_equal(board->bytes[0], board->bytes[1], board->len[0]);
}

/* Takes the delivery, commits the caller's line when told to, and then hangs until it is killed. */
static int begin_and_hang(struct store *s, bool commit)
{
    struct delivery d = {0};
    struct turn turn = {0};
    struct arena a;

    arena_init(&a, 1 << 20);
    if (delivery_begin(s, &a, &(struct delivery_key){.source = SOURCE, .key = "k"},
                       deadline_in_ms(5000), STORAGE_MOMENT, &d, NULL) != ERR_OK ||
        storage_write_turn(s, &a, 1, d.id, &turn, NULL) != ERR_OK)
        return 90;
    if (commit && store_commit(s, NULL) != ERR_OK)
        return 91;
    board->stage = 1;
    (void)deadline_sleep(deadline_in_ms(20000), 20000);
    return 92;
}

static int commit_and_hang(struct store *s, const struct storage *t)
{
    (void)t;
    return begin_and_hang(s, true);
}

static int hang_uncommitted(struct store *s, const struct storage *t)
{
    (void)t;
    return begin_and_hang(s, false);
}

static void a_worker_killed_after_its_commit_is_succeeded_where_it_stood(void **state)
{
    struct storage *t = *state;
    struct delivery d = {0};
    struct turn turn = {0};

    pid_t pid = storage_fork(t, commit_and_hang);
    await_stage(1);
    assert_int_equal(delivery_begin(t->s, &t->a,
                                    &(struct delivery_key){.source = SOURCE, .key = "k"},
                                    deadline_in_ms(50), STORAGE_MOMENT, &d, NULL),
                     ERR_BUSY); /* it lives */
    kill_and_reap(pid);
    assert_int_equal(delivery_begin(t->s, &t->a,
                                    &(struct delivery_key){.source = SOURCE, .key = "k"},
                                    deadline_in_ms(500), STORAGE_MOMENT, &d, NULL),
                     ERR_OK);
    assert_int_equal(d.found, DELIVERY_TAKEN_OVER);
    assert_int_equal(turn_of_delivery(t->s, &t->a, d.id, &turn, NULL), ERR_OK);
    assert_int_equal(turn.n, 1);
    assert_string_equal(turn.heard, "Добрий день");
    assert_null(turn.said);
    turn.said = "Вітаю";
    assert_int_equal(turn_answer(t->s, &turn, NULL), ERR_OK);
    assert_int_equal(store_commit(t->s, NULL), ERR_OK);
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM turn"), "1");
}

static void a_waiting_second_takes_over_as_soon_as_the_first_is_killed(void **state)
{
    struct storage *t = *state;

    pid_t first = storage_fork(t, commit_and_hang);
    await_stage(1);
    pid_t second = storage_fork(t, find);
    (void)deadline_sleep(deadline_in_ms(100), 100);
    kill_and_reap(first);
    assert_int_equal(storage_wait(second), 10 + DELIVERY_TAKEN_OVER);
}

static void a_worker_killed_before_its_commit_leaves_nothing(void **state)
{
    struct storage *t = *state;
    struct delivery d = {0};
    struct turn turn = {0};

    pid_t pid = storage_fork(t, hang_uncommitted);
    await_stage(1);
    kill_and_reap(pid);
    assert_int_equal(delivery_begin(t->s, &t->a,
                                    &(struct delivery_key){.source = SOURCE, .key = "k"},
                                    deadline_in_ms(500), STORAGE_MOMENT, &d, NULL),
                     ERR_OK);
    assert_int_equal(d.found, DELIVERY_NEW);
    assert_int_equal(turn_of_delivery(t->s, &t->a, d.id, &turn, NULL), ERR_NOT_FOUND);
    assert_int_equal(store_commit(t->s, NULL), ERR_OK);
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM turn, call, client"), "0");
}

static int write_forever(struct store *s, const struct storage *t)
{
    struct arena a;

    (void)t;
    arena_init(&a, 1 << 20);
    for (int i = 0;; i++) {
        if (one_call(s, &a, (int)getpid() * 10000 + i) != ERR_OK)
            return 90;
        board->works++;
        arena_clear(&a);
    }
}

static void processes_killed_in_the_middle_of_writing_leave_a_sound_store(void **state)
{
    struct storage *t = *state;

    for (int round = 0; round < 8; round++) {
        int before = board->works;
        pid_t one = storage_fork(t, write_forever);
        pid_t two = storage_fork(t, write_forever);
        struct deadline d = deadline_in_ms(10000);
        while (board->works < before + 20 && deadline_sleep(d, 1))
            continue;
        kill_and_reap(one);
        kill_and_reap(two);
        if (round % 2 == 0) { /* no process has it open: the next opener recovers */
            store_close(t->s);
            t->s = storage_open(t);
        }
        assert_int_equal(store_verify(t->s, NULL), ERR_OK);
    }
    assert_true(board->works >= 160);
    assert_int_equal(one_call(t->s, &t->a, 1), ERR_OK);
}

static int hold_the_writer(struct store *s, const struct storage *t)
{
    (void)t;
    if (store_begin(s, deadline_in_ms(1000), NULL) != ERR_OK)
        return 90;
    board->stage = 1;
    (void)deadline_sleep(deadline_in_ms(10000), 10000);
    return 0;
}

static void a_store_locked_for_long_is_busy_in_time_and_nothing_is_half_written(void **state)
{
    struct storage *t = *state;
    struct store *hasty = NULL;
    struct delivery d = {0};

    assert_int_equal(store_open(t->path, 300, &hasty, NULL), ERR_OK);
    pid_t pid = storage_fork(t, hold_the_writer);
    await_stage(1);
    int64_t from = clock_mono_us();
    assert_int_equal(delivery_begin(hasty, &t->a,
                                    &(struct delivery_key){.source = SOURCE, .key = "k"},
                                    deadline_in_ms(8000), STORAGE_MOMENT, &d, NULL),
                     ERR_BUSY);
    assert_in_range(clock_mono_us() - from, 290000, 900000);
    assert_false(store_in_transaction(hasty));
    kill_and_reap(pid);
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM delivery"), "0");
    assert_int_equal(delivery_begin(hasty, &t->a,
                                    &(struct delivery_key){.source = SOURCE, .key = "k"},
                                    deadline_in_ms(8000), STORAGE_MOMENT, &d, NULL),
                     ERR_OK);
    assert_int_equal(d.found, DELIVERY_NEW);
    store_close(hasty);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(eight_processes_write_at_once_and_nothing_is_lost_or_busy),
        TEST(two_deliveries_at_once_work_once_and_give_the_same_bytes),
        TEST(a_worker_killed_after_its_commit_is_succeeded_where_it_stood),
        TEST(a_waiting_second_takes_over_as_soon_as_the_first_is_killed),
        TEST(a_worker_killed_before_its_commit_leaves_nothing),
        TEST(processes_killed_in_the_middle_of_writing_leave_a_sound_store),
        TEST(a_store_locked_for_long_is_busy_in_time_and_nothing_is_half_written),
    };

    return cmocka_run_group_tests_name("store/crowd", tests, NULL, NULL);
}
