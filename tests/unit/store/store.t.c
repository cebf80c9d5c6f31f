#include <fcntl.h>
#include <linux/capability.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "store/figures.h"
#include "store/inside.h"
#include "tests/support/storage.h"

/* A store that waits only a moment for others. */
static struct store *hasty(struct storage *t)
{
    struct store *s = NULL;

    assert_int_equal(store_open(t->path, 100, &s, NULL), ERR_OK);
    return s;
}

static void assert_waited(int64_t from_us, int ms)
{
    assert_in_range(clock_mono_us() - from_us, (ms - 10) * 1000, (ms + 500) * 1000);
}

static void a_transaction_is_seen_by_others_only_after_its_commit(void **state)
{
    struct storage *t = *state;
    struct turn turn = {0};
    struct call c = {0};

    struct store *other = storage_open(t);
    assert_int_equal(store_begin(t->s, deadline_in_ms(500), NULL), ERR_OK);
    assert_true(store_in_transaction(t->s));
    assert_int_equal(storage_write_turn(t->s, &t->a, 1, 0, &turn, NULL), ERR_OK);
    assert_int_equal(call_find(other, &t->a, "binotel", "x1", &c, NULL), ERR_NOT_FOUND);
    assert_int_equal(store_commit(t->s, NULL), ERR_OK);
    assert_false(store_in_transaction(t->s));
    assert_int_equal(call_find(other, &t->a, "binotel", "x1", &c, NULL), ERR_OK);
    store_close(other);
}

static void a_rollback_and_a_close_leave_nothing(void **state)
{
    struct storage *t = *state;
    struct turn turn = {0};

    store_rollback(t->s);
    assert_int_equal(store_begin(t->s, deadline_in_ms(500), NULL), ERR_OK);
    assert_int_equal(storage_write_turn(t->s, &t->a, 1, 0, &turn, NULL), ERR_OK);
    store_rollback(t->s);
    store_rollback(t->s);
    struct store *other = storage_open(t);
    assert_int_equal(store_begin(other, deadline_in_ms(500), NULL), ERR_OK);
    assert_int_equal(storage_write_turn(other, &t->a, 1, 0, &turn, NULL), ERR_OK);
    store_close(other);
    store_close(NULL);
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM call, turn, client"), "0");
    assert_int_equal(store_begin(t->s, deadline_in_ms(500), NULL), ERR_OK);
}

static void a_locked_store_is_busy_within_the_deadline_and_reads_go_on(void **state)
{
    struct storage *t = *state;
    struct delivery d = {0};
    struct why why = {0};
    struct call c = {0};

    struct store *other = hasty(t);
    assert_int_equal(store_begin(t->s, deadline_in_ms(500), NULL), ERR_OK);
    int64_t from = clock_mono_us();
    assert_int_equal(store_begin(other, deadline_in_ms(10000), &why), ERR_BUSY);
    assert_waited(from, 100);
    assert_non_null(strstr(why.text, "locked"));
    from = clock_mono_us();
    assert_int_equal(store_begin(other, deadline_in_ms(30), NULL), ERR_BUSY);
    assert_waited(from, 30);
    assert_int_equal(delivery_begin(other, &t->a, &(struct delivery_key){.source = "r", .key = "k"},
                                    deadline_in_ms(30), (struct moment){.ms = 1}, &d, NULL),
                     ERR_BUSY);
    assert_int_equal(store_probe(other, deadline_in_ms(30), NULL), ERR_BUSY);
    assert_int_equal(store_backup(other, "/nowhere/x", deadline_in_ms(30), NULL), ERR_NOT_FOUND);
    assert_false(store_in_transaction(other));
    assert_int_equal(call_get(other, &t->a, 1, &c, NULL), ERR_NOT_FOUND);
    store_rollback(t->s);
    assert_int_equal(store_begin(other, deadline_in_ms(30), NULL), ERR_OK);
    store_close(other);
}

static void a_writer_without_our_lock_is_waited_for_too(void **state)
{
    struct storage *t = *state;
    struct db *foreign = NULL;

    struct store *other = hasty(t);
    assert_int_equal(db_open(t->path, 100, &foreign, NULL), ERR_OK);
    assert_int_equal(db_begin(foreign, deadline_in_ms(100), NULL), ERR_OK);
    int64_t from = clock_mono_us();
    assert_int_equal(store_begin(other, deadline_in_ms(10000), NULL), ERR_BUSY);
    assert_waited(from, 100);
    assert_false(store_in_transaction(other));
    db_rollback(foreign);
    db_close(foreign);
    assert_int_equal(store_begin(other, deadline_in_ms(100), NULL), ERR_OK);
    store_close(other);
}

static void a_hold_keeps_others_out_until_let_go_or_closed(void **state)
{
    struct storage *t = *state;

    struct store *other = storage_open(t);
    assert_int_equal(store_hold(t->s, HOLD_CALL, 7, deadline_in_ms(0)), ERR_OK);
    assert_int_equal(store_hold(t->s, HOLD_DELIVERY, 8, deadline_in_ms(0)), ERR_OK);
    int64_t from = clock_mono_us();
    assert_int_equal(store_hold(other, HOLD_CALL, 7, deadline_in_ms(80)), ERR_BUSY);
    assert_waited(from, 80);
    assert_int_equal(store_hold(other, HOLD_CALL, 8, deadline_in_ms(0)), ERR_OK);
    assert_int_equal(store_hold(other, HOLD_DELIVERY, 7, deadline_in_ms(0)), ERR_OK);
    assert_int_equal(store_hold(other, HOLD_DELIVERY, 8, deadline_in_ms(0)), ERR_BUSY);
    store_let_go(t->s);
    assert_int_equal(store_hold(other, HOLD_CALL, 7, deadline_in_ms(0)), ERR_OK);
    assert_int_equal(store_hold(t->s, HOLD_CALL, 7, deadline_in_ms(0)), ERR_BUSY);
    store_close(other);
    assert_int_equal(store_hold(t->s, HOLD_CALL, 7, deadline_in_ms(0)), ERR_OK);
}

static void the_probe_writes_at_most_every_two_seconds(void **state)
{
    struct storage *t = *state;

    clock_freeze_unix_ms(1000);
    assert_int_equal(store_probe(t->s, deadline_in_ms(500), NULL), ERR_OK);
    clock_freeze_unix_ms(2000);
    assert_int_equal(store_probe(t->s, deadline_in_ms(500), NULL), ERR_OK);
    clock_freeze_unix_ms(0);
    assert_false(store_in_transaction(t->s));
    assert_string_equal(storage_sql(t, "SELECT at_ms FROM probe"), "1000");
    t->s->probed_us -= 3000000;
    assert_int_equal(store_probe(t->s, deadline_in_ms(500), NULL), ERR_OK);
    assert_string_equal(storage_sql(t, "SELECT count(*), at_ms > 2000 FROM probe"), "1|1");
}

static void a_backup_is_whole_private_and_never_over_another_file(void **state)
{
    struct storage *t = *state;
    struct turn turn = {0};
    struct why why = {0};
    struct stat st;
    char to[sizeof t->path];

    (void)snprintf(to, sizeof to, "%s/copy.db", t->folder);
    assert_int_equal(store_begin(t->s, deadline_in_ms(500), NULL), ERR_OK);
    for (int i = 0; i < 500; i++)
        assert_int_equal(storage_write_turn(t->s, &t->a, i, 0, &turn, NULL), ERR_OK);
    assert_int_equal(store_commit(t->s, NULL), ERR_OK);
    struct store *other = storage_open(t); /* an open reader does not hinder it */
    assert_int_equal(store_backup(t->s, to, deadline_in_ms(5000), &why), ERR_OK);
    assert_int_equal(stat(to, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(st.st_nlink, 1);
    const char *dump = "SELECT * FROM call; SELECT * FROM turn; SELECT * FROM client;"
                       "SELECT sql FROM sqlite_schema; PRAGMA user_version";
    assert_string_equal(storage_sql_on(t, to, dump), storage_sql(t, dump));
    assert_int_equal(store_backup(t->s, to, deadline_in_ms(5000), &why), ERR_EXISTS);
    store_close(other);
    store_close(t->s);
    memcpy(t->path, to, sizeof to);
    t->s = storage_open(t); /* and is a store */
    assert_int_equal(store_verify(t->s, NULL), ERR_OK);
}

static void a_backup_that_fails_leaves_nothing_behind(void **state)
{
    struct storage *t = *state;
    struct turn turn = {0};
    struct why why = {0};
    char to[128];

    (void)snprintf(to, sizeof to, "%s/backup", t->folder);
    assert_int_equal(file_make_directory(to, NULL), ERR_OK);
    (void)snprintf(to, sizeof to, "%s/backup/copy.db", t->folder);
    assert_int_equal(store_begin(t->s, deadline_in_ms(500), NULL), ERR_OK);
    for (int i = 0; i < 9000; i++)
        assert_int_equal(storage_write_turn(t->s, &t->a, i, 0, &turn, NULL), ERR_OK);
    assert_int_equal(store_commit(t->s, NULL), ERR_OK);
    assert_int_equal(store_backup(t->s, to, deadline_in_ms(-1), &why), ERR_DEADLINE);
    (void)snprintf(to, sizeof to, "%s/backup", t->folder);
    assert_int_equal(rmdir(to), 0); /* was empty */
    assert_int_equal(store_backup(t->s, to, deadline_in_ms(5000), &why), ERR_OK);
}

/* Writes turns until the disk refuses; the number that were committed, or -1. */
static int write_until_full(struct store *s, struct arena *a)
{
    struct turn turn = {0};
    struct why why = {0};

    for (int n = 0; n < 2000; n++) {
        enum err e = store_begin(s, deadline_in_ms(500), &why);
        if (e == ERR_OK)
            e = storage_write_turn(s, a, n, 0, &turn, &why);
        if (e == ERR_OK)
            e = store_commit(s, &why);
        store_rollback(s);
        if (e != ERR_OK)
            return e == ERR_DISK && strstr(why.text, "disk") != NULL ? n : -1;
    }
    return -1;
}

static int fill_the_disk(struct store *s, const struct storage *t)
{
    struct rlimit room = {800 * 1024, RLIM_INFINITY};
    struct turn turn = {0};
    struct arena a = {0};
    struct why why = {0};

    (void)t;
    (void)signal(SIGXFSZ, SIG_IGN);
    arena_init(&a, 1 << 22);
    if (setrlimit(RLIMIT_FSIZE, &room) != 0)
        return 90;
    int written = write_until_full(s, &a);
    enum err probed = ERR_OK; /* a probe is smaller than a turn: some may still fit */
    for (int i = 0; i < 50 && probed == ERR_OK; i++) {
        s->probed_us = 0;
        (void)deadline_sleep(deadline_in_ms(2), 2); /* the same moment would write nothing */
        probed = store_probe(s, deadline_in_ms(500), &why);
    }
    if (written < 3 || probed != ERR_DISK || store_in_transaction(s))
        return 91;
    room.rlim_cur = RLIM_INFINITY;
    if (setrlimit(RLIMIT_FSIZE, &room) != 0)
        return 92;
    /* Room again: it goes on, and everything that was committed is there. */
    if (store_begin(s, deadline_in_ms(500), NULL) != ERR_OK ||
        storage_write_turn(s, &a, written, 0, &turn, NULL) != ERR_OK ||
        store_commit(s, NULL) != ERR_OK || store_probe(s, deadline_in_ms(500), NULL) != ERR_OK)
        return 93;
    struct call *calls = NULL;
    size_t n = 0;
    if (calls_newest(s, &a, 0, 5000, &calls, &n, NULL) != ERR_OK || n != (size_t)written + 1)
        return 94;
    enum err e = store_verify(s, NULL);
    arena_release(&a);
    return e == ERR_OK ? 0 : 95;
}

static void a_full_disk_is_an_error_and_nothing_committed_is_lost(void **state)
{
    struct storage *t = *state;

    assert_int_equal(storage_wait(storage_fork(t, fill_the_disk)), 0);
    assert_int_equal(store_verify(t->s, NULL), ERR_OK);
}

static void opening_again_and_again_leaves_no_descriptor_behind(void **state)
{
    struct storage *t = *state;
    struct store *s = NULL;

    store_close(
        t->s); /* SQLite keeps descriptors of a file that is open elsewhere in the process */
    t->s = NULL;
    int before = dup(0);
    (void)close(before);
    (void)storage_sql(t, "PRAGMA user_version = 99");
    for (int i = 0; i < 20; i++)
        assert_int_equal(store_open(t->path, 100, &s, NULL), ERR_VERSION);
    (void)storage_sql(t, arena_printf(&t->a, "PRAGMA user_version = %d", store_version()));
    for (int i = 0; i < 20; i++)
        store_close(storage_open(t));
    int after = dup(0);
    (void)close(after);
    assert_int_equal(before, after);
}

/* Opens it without root's right to write everything: the error. */
static enum err open_without_rights(const struct storage *t)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2] = {{0}, {0}};
    struct store *s = NULL;
    int status = 0;

    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        if (syscall(SYS_capset, &head, none) != 0)
            _exit(255);
        _exit((int)store_open(t->path, 100, &s, NULL));
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return (enum err)WEXITSTATUS(status);
}

/* SQLite would open each of them for reading without a word, and refuse every write afterwards. */
static void a_store_that_can_only_be_read_is_not_opened(void **state)
{
    struct storage *t = *state;
    static const char *const files[] = {"", "-wal", "-shm"};
    char path[sizeof t->path + 8];

    /* SQLite opens the files anew only for a process that has none of them open. */
    assert_int_equal(store_begin(t->s, deadline_in_ms(500), NULL), ERR_OK);
    assert_int_equal(store_commit(t->s, NULL), ERR_OK);
    store_close(t->s);
    t->s = NULL;
    assert_int_equal(open_without_rights(t), ERR_OK);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        (void)snprintf(path, sizeof path, "%s%s", t->path, files[i]);
        assert_int_equal(chmod(path, 0400), 0);
        assert_int_equal(open_without_rights(t), ERR_DISK);
        assert_int_equal(chmod(path, 0600), 0);
    }
    assert_int_equal(open_without_rights(t), ERR_OK);
}

/* Opening asks whether it can be written; it does not wait for one who writes. */
static void a_store_is_opened_while_another_writes(void **state)
{
    struct storage *t = *state;
    struct store *other = NULL;

    assert_int_equal(store_begin(t->s, deadline_in_ms(500), NULL), ERR_OK);
    int64_t from = clock_mono_us();
    assert_int_equal(store_open(t->path, 3000, &other, NULL), ERR_OK);
    assert_in_range(clock_mono_us() - from, 0, 1000000);
    assert_int_equal(store_commit(t->s, NULL), ERR_OK);
    assert_int_equal(store_begin(other, deadline_in_ms(500), NULL), ERR_OK);
    assert_int_equal(store_commit(other, NULL), ERR_OK);
    store_close(other);
}

static void a_backup_waits_for_no_writer_and_keeps_none_waiting(void **state)
{
    struct storage *t = *state;
    char to[128];

    (void)snprintf(to, sizeof to, "%s/beside.db", t->folder);
    struct store *writer = storage_open(t);
    assert_int_equal(store_begin(writer, deadline_in_ms(500), NULL), ERR_OK);
    assert_int_equal(store_backup(t->s, to, deadline_in_ms(5000), NULL), ERR_OK);
    assert_int_equal(store_commit(writer, NULL), ERR_OK);
    assert_string_equal(storage_sql_on(t, to, "PRAGMA integrity_check"), "ok");
    store_close(writer);
}

static enum err take_row(void *of, const struct figures_row *row)
{
    (void)of;
    return row->profile == NULL ? ERR_IO : ERR_OK;
}

/* Reads everything, again and again, until it is killed. */
static int read_for_ever(struct store *s, const struct storage *t)
{
    (void)t;
    while (figures_each(s, 0, take_row, NULL, NULL) == ERR_OK)
        continue;
    return 1;
}

static void write_a_sound(struct store *s, int n)
{
    static char sound[400000];
    char sha[65];
    struct query q;

    (void)snprintf(sha, sizeof sha, "%064x", (unsigned)n);
    assert_int_equal(store_begin(s, deadline_in_ms(3000), NULL), ERR_OK);
    query_start(&q, s->db, SQL_AUDIO_ADD);
    query_put_text(&q, sha);
    query_put_bytes(&q, sound, sizeof sound);
    assert_int_equal(query_run(&q, NULL), ERR_OK);
    assert_int_equal(store_commit(s, NULL), ERR_OK);
}

/* 160 MB are written beside two processes that read all the time. */
static void reading_all_figures_keeps_the_log_short(void **state)
{
    struct storage *t = *state;
    char log[128];
    int64_t most = 0;
    pid_t reader[2];

    (void)storage_sql(t, "WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM k WHERE"
                         " i<20000) INSERT INTO lead (profile, name, phone, wish, status,"
                         " created_ms) SELECT 'salon', '', '', '', 'new', i FROM k");
    (void)snprintf(log, sizeof log, "%s-wal", t->path);
    for (size_t i = 0; i < 2; i++)
        reader[i] = storage_fork(t, read_for_ever);
    for (int n = 0; n < 400; n++) {
        struct stat st = {0};
        write_a_sound(t->s, n);
        if (stat(log, &st) == 0 && st.st_size > most)
            most = st.st_size;
    }
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(kill(reader[i], SIGKILL), 0);
        assert_int_equal(storage_wait(reader[i]), -SIGKILL);
    }
    assert_in_range(most, 1, INT64_C(64) * 1024 * 1024);
}

static void what_root_makes_beside_the_store_belongs_to_the_stores_owner(void **state)
{
    static const char *const suffix[] = {"-writer", "-holds"};
    struct storage *t = *state;
    char name[128];
    struct stat st;

    if (geteuid() != 0)
        skip();
    store_close(t->s);
    t->s = NULL;
    assert_int_equal(chown(t->path, 12345, 23456), 0);
    for (size_t i = 0; i < 2; i++) {
        (void)snprintf(name, sizeof name, "%s%s", t->path, suffix[i]);
        assert_int_equal(unlink(name), 0);
    }
    t->s = storage_open(t);
    for (size_t i = 0; i < 2; i++) {
        (void)snprintf(name, sizeof name, "%s%s", t->path, suffix[i]);
        assert_int_equal(stat(name, &st), 0);
        assert_int_equal(st.st_uid, 12345);
        assert_int_equal(st.st_gid, 23456);
    }
}

struct cleaning {
    int64_t most, steps, left;
    bool growing;
};

/* A row takes 15 ms, unless it takes nothing. */
static enum err clean(struct store *s, void *of, int64_t most, int64_t *ret_n, struct why *why)
{
    struct cleaning *c = of;

    (void)why;
    assert_true(store_in_transaction(s));
    if (!c->growing) {
        (void)deadline_sleep(deadline_in_ms(60000), (int)(15 * (most < 4 ? most : 4)));
        assert_true(c->steps == 0 || most <= c->most);
    }
    assert_in_range(most, 1, STORE_BATCH);
    c->most = most;
    c->steps++;
    *ret_n = most < c->left ? most : c->left;
    c->left -= *ret_n;
    return ERR_OK;
}

/* Sweep and purge held the writer's lock for as long as 200 rows took, a second where sounds are large. */
static void a_cleaning_takes_as_many_rows_as_it_does_in_a_moment(void **state)
{
    struct storage *t = *state;
    struct cleaning slow = {.left = 20};
    int64_t n = 0;

    assert_int_equal(
        store_in_batches(t->s, (struct store_cleaning){clean, &slow, STORE_BATCH}, &n, NULL),
        ERR_OK);
    assert_int_equal(n, 20);
    assert_int_equal(slow.most, 1);
    assert_false(store_in_transaction(t->s));
    struct cleaning few = {.left = 0, .growing = true};
    assert_int_equal(
        store_in_batches(t->s, (struct store_cleaning){clean, &few, STORE_BATCH}, &n, NULL),
        ERR_OK);
    assert_int_equal(few.steps, 1);
    struct cleaning inside = {.left = 450, .growing = true};
    storage_begin(t);
    assert_int_equal(
        store_in_batches(t->s, (struct store_cleaning){clean, &inside, STORE_BATCH}, &n, NULL),
        ERR_OK);
    assert_true(store_in_transaction(t->s));
    assert_int_equal(inside.steps, 3);
    assert_int_equal(n, 450);
    store_rollback(t->s);
}

/* How far the log had grown before its pages went into the file. */
static int64_t longest_log(struct storage *t, bool often)
{
    char path[128];
    struct stat st = {0};

    (void)snprintf(path, sizeof path, "%s-wal", t->path);
    (void)storage_sql(t, "PRAGMA wal_checkpoint(TRUNCATE)");
    store_move_log_often(t->s, often);
    for (int i = 0; i < 40; i++) {
        char data[100001];
        memset(data, 'a' + i % 26, sizeof data - 1);
        data[sizeof data - 1] = '\0';
        storage_begin(t);
        struct query q;
        query_start(&q, t->s->db, SQL_AUDIO_ADD);
        char sha[65];
        (void)snprintf(sha, sizeof sha, "%063d%d", i, often);
        query_put_text(&q, sha);
        query_put_bytes(&q, data, sizeof data);
        assert_int_equal(query_run(&q, NULL), ERR_OK);
        storage_commit(t);
    }
    store_move_log_often(t->s, false);
    assert_int_equal(stat(path, &st), 0);
    return (int64_t)st.st_size;
}

/* A cleaning left the moving of 16 MB to one commit, with the writer's lock held. */
static void a_cleaning_moves_the_log_in_small_pieces(void **state)
{
    struct storage *t = *state;

    assert_in_range(longest_log(t, true), 1, 2 * 1024 * 1024);
    assert_true(longest_log(t, false) > 4 * 1024 * 1024);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, storage_setup, storage_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_store_that_can_only_be_read_is_not_opened),
        TEST(a_store_is_opened_while_another_writes),
        TEST(a_transaction_is_seen_by_others_only_after_its_commit),
        TEST(a_rollback_and_a_close_leave_nothing),
        TEST(a_locked_store_is_busy_within_the_deadline_and_reads_go_on),
        TEST(a_writer_without_our_lock_is_waited_for_too),
        TEST(a_hold_keeps_others_out_until_let_go_or_closed),
        TEST(the_probe_writes_at_most_every_two_seconds),
        TEST(a_backup_is_whole_private_and_never_over_another_file),
        TEST(a_backup_that_fails_leaves_nothing_behind),
        TEST(a_backup_waits_for_no_writer_and_keeps_none_waiting),
        TEST(a_cleaning_takes_as_many_rows_as_it_does_in_a_moment),
        TEST(a_cleaning_moves_the_log_in_small_pieces),
        TEST(reading_all_figures_keeps_the_log_short),
        TEST(what_root_makes_beside_the_store_belongs_to_the_stores_owner),
        TEST(a_full_disk_is_an_error_and_nothing_committed_is_lost),
        TEST(opening_again_and_again_leaves_no_descriptor_behind),
    };

    return cmocka_run_group_tests_name("store/store", tests, NULL, NULL);
}
