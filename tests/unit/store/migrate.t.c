#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "store/call.h"
#include "store/delivery.h"
#include "store/inside.h"
#include "store/outbox.h"
#include "store/schema.h"
#include "tests/support/storage.h"

static enum err migrate(struct storage *t, int *from, int *to, struct why *why)
{
    return store_migrate(t->path, STORAGE_WAIT_MS, from, to, why);
}

static void nothing_there_is_said_and_not_created(void **state)
{
    struct storage *t = *state;
    struct why why = {0};
    struct stat st;

    assert_int_equal(store_open(t->path, 100, &t->s, &why), ERR_NOT_FOUND);
    assert_non_null(strstr(why.text, "holos migrate"));
    assert_null(t->s);
    assert_int_not_equal(stat(t->path, &st), 0);
}

static void a_new_file_gets_its_folder_mode_and_version(void **state)
{
    struct storage *t = *state;
    struct stat st;
    int from = -1, to = -1;

    size_t n = strlen(t->folder);
    (void)snprintf(t->path + n, sizeof t->path - n, "/deep/er/h.db");
    assert_int_equal(migrate(t, &from, &to, NULL), ERR_OK);
    assert_int_equal(from, 0);
    assert_int_equal(to, store_version());
    assert_int_equal(stat(t->path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_string_equal(storage_sql(t, "PRAGMA journal_mode"), "wal");
    assert_string_equal(storage_sql(t, "PRAGMA integrity_check"), "ok");
    t->s = storage_open(t);
    assert_int_equal(store_verify(t->s, NULL), ERR_OK);
}

static void every_table_is_strict(void **state)
{
    struct storage *t = *state;
    int from = -1, to = -1;

    assert_int_equal(migrate(t, &from, &to, NULL), ERR_OK);
    assert_string_equal(storage_sql(t,
                                    "SELECT count(*) FROM pragma_table_list WHERE schema = 'main'"
                                    " AND name NOT LIKE 'sqlite_%' AND NOT strict"),
                        "0");
    assert_string_equal(storage_sql(t,
                                    "SELECT count(*) FROM pragma_table_list WHERE schema = 'main'"
                                    " AND name NOT LIKE 'sqlite_%'"),
                        "29");
}

static void migrating_again_changes_nothing_also_while_it_is_open(void **state)
{
    struct storage *t = *state;
    int from = -1, to = -1;

    assert_int_equal(migrate(t, &from, &to, NULL), ERR_OK);
    t->s = storage_open(t);
    assert_int_equal(migrate(t, &from, &to, NULL), ERR_OK);
    assert_int_equal(from, store_version());
    assert_int_equal(to, store_version());
}

static const char three[] = "-- words before\n"
                            "-- migration 1\nPRAGMA application_id = 1752132719;\n"
                            "CREATE TABLE one (id INTEGER) STRICT;\n"
                            "-- migration 2\nCREATE TABLE two (id INTEGER) STRICT;\n"
                            "INSERT INTO two SELECT count(*) FROM one;\n"
                            "-- migration 3\nCREATE TABLE three (id INTEGER) STRICT;\n";
static const char two_and_broken[] = "-- migration 1\nPRAGMA application_id = 1752132719;\n"
                                     "CREATE TABLE one (id INTEGER) STRICT;\n"
                                     "-- migration 2\nCREATE TABLE two (id INTEGER) STRICT;\n"
                                     "-- migration 3\nCREATE TABLE three (id INTEGER) STRICT;\n"
                                     "INSERT INTO nowhere VALUES (1);\n";

static void missing_migrations_are_applied_in_order(void **state)
{
    struct storage *t = *state;
    int from = -1, to = -1;

    assert_int_equal(store_migrate_to(t->path, 1000, three, &from, &to, NULL), ERR_OK);
    assert_int_equal(from, 0);
    assert_int_equal(to, 3);
    assert_string_equal(storage_sql(t, "SELECT * FROM two"), "0");
}

static void a_failing_migration_is_undone_whole_and_the_next_try_goes_on(void **state)
{
    struct storage *t = *state;
    struct why why = {0};
    int from = -1, to = -1;

    assert_int_not_equal(store_migrate_to(t->path, 1000, two_and_broken, &from, &to, &why), ERR_OK);
    assert_non_null(strstr(why.text, "migration 3"));
    assert_int_equal(to, -1);
    assert_string_equal(storage_sql(t, "PRAGMA user_version"), "2");
    assert_string_equal(storage_sql(t, "SELECT group_concat(name) FROM sqlite_schema"), "one,two");
    assert_int_equal(store_migrate_to(t->path, 1000, three, &from, &to, NULL), ERR_OK);
    assert_int_equal(from, 2);
    assert_int_equal(to, 3);
}

static void a_newer_file_is_refused_and_not_touched(void **state)
{
    struct storage *t = *state;
    struct why why = {0};
    struct stat before, after;
    char *was = NULL, *is = NULL;
    size_t was_n = 0, is_n = 0;
    int from = -1, to = -1;

    assert_int_equal(migrate(t, &from, &to, NULL), ERR_OK);
    (void)storage_sql(t, "PRAGMA user_version = 4711; PRAGMA journal_mode = DELETE");
    assert_int_equal(stat(t->path, &before), 0);
    assert_int_equal(file_read(&t->a, t->path, 1 << 20, &was, &was_n, NULL), ERR_OK);
    assert_int_equal(migrate(t, &from, &to, &why), ERR_VERSION);
    assert_non_null(strstr(why.text, "4711"));
    assert_int_equal(store_open(t->path, 100, &t->s, &why), ERR_VERSION);
    assert_null(t->s);
    assert_int_equal(stat(t->path, &after), 0);
    assert_int_equal(file_read(&t->a, t->path, 1 << 20, &is, &is_n, NULL), ERR_OK);
    assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
    assert_int_equal(was_n, is_n);
    assert_memory_equal(was, is, is_n);
}

static void an_older_file_is_refused_by_handlers_with_the_remedy(void **state)
{
    struct storage *t = *state;
    struct why why = {0};

    assert_int_equal(file_replace(t->path, "", 0, NULL), ERR_OK);
    assert_int_equal(store_open(t->path, 100, &t->s, &why), ERR_VERSION);
    assert_non_null(strstr(why.text, "holos migrate"));
    assert_null(t->s);
}

static void a_file_that_is_not_sqlite_is_refused_and_kept(void **state)
{
    struct storage *t = *state;
    static const char text[] =
        "This is a letter to my aunt, longer than a page header of SQLite is:"
        " about one hundred bytes are enough for that.";
    struct why why = {0};
    char *is = NULL;
    size_t n = 0;
    int from = -1, to = -1;

    assert_int_equal(file_replace(t->path, text, sizeof text, NULL), ERR_OK);
    assert_int_equal(migrate(t, &from, &to, &why), ERR_CORRUPT);
    assert_non_null(strstr(why.text, "not an SQLite file"));
    assert_int_equal(store_open(t->path, 100, &t->s, &why), ERR_CORRUPT);
    assert_int_equal(file_read(&t->a, t->path, 1000, &is, &n, NULL), ERR_OK);
    assert_int_equal(n, sizeof text);
    assert_memory_equal(is, text, n);
}

static void a_database_of_another_program_is_refused(void **state)
{
    struct storage *t = *state;
    struct why why = {0};
    int from = -1, to = -1;

    (void)storage_sql(t, "CREATE TABLE recipe (name TEXT)");
    assert_int_equal(migrate(t, &from, &to, &why), ERR_CORRUPT);
    assert_non_null(strstr(why.text, "another program"));
    (void)storage_sql(t, "PRAGMA user_version = 1");
    assert_int_equal(store_open(t->path, 100, &t->s, &why), ERR_CORRUPT);
    assert_string_equal(storage_sql(t, "SELECT group_concat(name) FROM sqlite_schema"), "recipe");
}

static void a_folder_that_cannot_be_made_is_said(void **state)
{
    struct storage *t = *state;
    struct why why = {0};
    int from = -1, to = -1;

    assert_int_equal(file_replace(t->path, "x", 1, NULL), ERR_OK);
    size_t n = strlen(t->path);
    (void)snprintf(t->path + n, sizeof t->path - n, "/below/h.db");
    assert_int_not_equal(migrate(t, &from, &to, &why), ERR_OK);
    assert_non_null(strstr(why.text, "holos.db"));
}

static pid_t migrator(const struct storage *t)
{
    int from = -1, to = -1;

    (void)fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid > 0)
        return pid;
    enum err e = store_migrate(t->path, 10000, &from, &to, NULL);
    _exit(e == ERR_OK && to == store_version() ? 0 : 1 + (int)e);
}

static void many_may_migrate_at_once(void **state)
{
    struct storage *t = *state;
    pid_t pids[8];

    for (int round = 0; round < 5; round++) {
        (void)snprintf(t->path, sizeof t->path, "%s/%d.db", t->folder, round);
        for (int i = 0; i < 8; i++)
            pids[i] = migrator(t);
        for (int i = 0; i < 8; i++)
            assert_int_equal(storage_wait(pids[i]), 0);
        t->s = storage_open(t);
        assert_int_equal(store_verify(t->s, NULL), ERR_OK);
        store_close(t->s);
        t->s = NULL;
    }
}

static void a_damaged_page_is_found(void **state)
{
    struct storage *t = *state;
    struct why why = {0};
    int from = -1, to = -1;
    char junk[4096];

    assert_int_equal(migrate(t, &from, &to, NULL), ERR_OK);
    (void)storage_sql(t, "PRAGMA wal_checkpoint(TRUNCATE)");
    memset(junk, 0xa5, sizeof junk);
    FILE *f = fopen(t->path, "r+b");
    assert_non_null(f);
    assert_int_equal(fseek(f, 4096 * 3, SEEK_SET), 0);
    assert_int_equal(fwrite(junk, 1, sizeof junk, f), sizeof junk);
    assert_int_equal(fclose(f), 0);
    t->s = storage_open(t);
    assert_int_equal(store_verify(t->s, &why), ERR_CORRUPT);
    assert_int_not_equal(why.text[0], '\0');
}

static void a_reference_into_nothing_is_found(void **state)
{
    struct storage *t = *state;
    struct why why = {0};
    int from = -1, to = -1;

    assert_int_equal(migrate(t, &from, &to, NULL), ERR_OK);
    (void)storage_sql(t, "PRAGMA foreign_keys = OFF; INSERT INTO turn (call_id, n, started_ms)"
                         " VALUES (4711, 0, 1)");
    t->s = storage_open(t);
    assert_int_equal(store_verify(t->s, &why), ERR_CORRUPT);
    assert_non_null(strstr(why.text, "turn"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, storage_setup_bare, storage_teardown)

/* A store as the version before the last made it, with what it knew. */
static void a_store_of_version_2_keeps_its_failures_and_its_costs(void **state)
{
    struct storage *t = *state;
    int from = -1, to = -1;

    const char *after = strstr(store_schema, "-- migration 3");
    assert_non_null(after);
    const char *old = arena_strndup(&t->a, store_schema, (size_t)(after - store_schema));
    assert_non_null(old);
    assert_int_equal(store_migrate_to(t->path, 1000, old, &from, &to, NULL), ERR_OK);
    assert_int_equal(to, 2);
    (void)storage_sql(
        t, "INSERT INTO rung VALUES ('hear-google', 3, 1, 9);"
           "INSERT INTO call (source, external_id, caller, called, profile, direction, status,"
           " started_ms, active_ms) VALUES ('x', '1', '', '', 'salon', 'in', 'initiated', 1, 1);"
           "INSERT INTO vendor_request VALUES (1, 1, 0, 'think', 'claude', 'ok', 200, 0, 0, 0, 0,"
           " 0, 0, 0, 42), (1, 1, 1, 'speak', 'google', 'ok', 200, 0, 0, 0, 0, 0, 0, 0, 0)");
    assert_int_equal(migrate(t, &from, &to, NULL), ERR_OK);
    assert_int_equal(from, 2);
    assert_int_equal(to, store_version());
    assert_string_equal(storage_sql(t, "SELECT * FROM rung"), "hear-google|3|1|9|");
    assert_string_equal(storage_sql(t,
                                    "SELECT group_concat(cost_microusd || ':' || cost_known) FROM"
                                    " vendor_request"),
                        "42:1,0:0"); /* the cost of the voice is not known */
    t->s = storage_open(t);
    assert_int_equal(store_verify(t->s, NULL), ERR_OK);
}

/* A name goes to the business that took a request under it, else to the one that was called last. */
static void a_store_of_version_3_keeps_its_names_with_the_business_that_was_told(void **state)
{
    struct storage *t = *state;
    int from = -1, to = -1;

    const char *after = strstr(store_schema, "-- migration 4");
    assert_non_null(after);
    const char *old = arena_strndup(&t->a, store_schema, (size_t)(after - store_schema));
    assert_non_null(old);
    assert_int_equal(store_migrate_to(t->path, 1000, old, &from, &to, NULL), ERR_OK);
    (void)storage_sql(
        t, "INSERT INTO client (phone, name, calls, first_ms, last_ms) VALUES"
           " ('+380501234567', 'Олена', 2, 1, 1), ('+380671234567', 'Оля', 1, 1, 1),"
           " ('+380631234567', '', 1, 1, 1);"
           "INSERT INTO call (source, external_id, caller, called, profile, direction, status,"
           " started_ms, active_ms, client_id) VALUES"
           " ('x', '1', '', '', 'salon', 'in', 'initiated', 1, 1, 1),"
           " ('x', '2', '', '', 'hotel', 'in', 'initiated', 2, 2, 1),"
           " ('x', '3', '', '', 'hotel', 'in', 'initiated', 3, 3, 2);"
           "INSERT INTO lead (call_id, client_id, profile, name, phone, wish, status, created_ms)"
           " VALUES (1, 1, 'salon', 'Олена', '', '', 'new', 1)");
    assert_int_equal(migrate(t, &from, &to, NULL), ERR_OK);
    assert_string_equal(storage_sql(t, "SELECT group_concat(client_id || profile || name) FROM"
                                       " (SELECT * FROM client_name ORDER BY client_id)"),
                        "1salonОлена,2hotelОля");
    t->s = storage_open(t);
    assert_int_equal(store_verify(t->s, NULL), ERR_OK);
}

/* Its moments have no ticks: their age is the wall clock's, as it was. */
static void a_store_of_version_6_goes_on_with_its_calls_and_replies(void **state)
{
    struct storage *t = *state;
    struct delivery d = {0};
    struct call call = {0};
    int from = -1, to = -1;

    const char *after = strstr(store_schema, "-- migration 7");
    assert_non_null(after);
    const char *old = arena_strndup(&t->a, store_schema, (size_t)(after - store_schema));
    assert_non_null(old);
    assert_int_equal(store_migrate_to(t->path, 1000, old, &from, &to, NULL), ERR_OK);
    assert_int_equal(to, 6);
    (void)storage_sql(
        t, "INSERT INTO call (source, external_id, caller, called, profile, direction, status,"
           " started_ms, answered_ms, active_ms) VALUES"
           " ('x', '1', '', '', 'salon', 'in', 'in-progress', 1, 2, 3);"
           "INSERT INTO delivery (source, key, state, began_ms, done_ms, status, type, body) VALUES"
           " ('r', 'k', 'done', 1, 1000, 200, 'text/plain', x'6f6b')");
    assert_int_equal(migrate(t, &from, &to, NULL), ERR_OK);
    assert_int_equal(from, 6);
    t->s = storage_open(t);
    assert_int_equal(call_find(t->s, &t->a, "x", "1", &call, NULL), ERR_OK);
    assert_int_equal(clock_age_ms(call_active(&call), (struct moment){1003, 1}), 1000);
    assert_int_equal(clock_age_ms(call_answered(&call), (struct moment){1003, 1}), 1001);
    const struct delivery_key key = {.source = "r", .key = "k", .window_s = 20};
    assert_int_equal(
        delivery_begin(t->s, &t->a, &key, deadline_in_ms(500), (struct moment){2000, 1}, &d, NULL),
        ERR_OK);
    assert_int_equal(d.found, DELIVERY_DONE);
    assert_int_equal(store_verify(t->s, NULL), ERR_OK);
}

/* The outbox is rebuilt: what waited goes on waiting, and no id is given twice. */
static void a_store_of_version_7_keeps_its_outbox_and_gets_a_book(void **state)
{
    struct storage *t = *state;
    int from = -1, to = -1;

    const char *after = strstr(store_schema, "-- migration 8");
    assert_non_null(after);
    const char *old = arena_strndup(&t->a, store_schema, (size_t)(after - store_schema));
    assert_non_null(old);
    assert_int_equal(store_migrate_to(t->path, 1000, old, &from, &to, NULL), ERR_OK);
    assert_int_equal(to, 7);
    (void)storage_sql(
        t,
        "INSERT INTO lead (id, profile, name, phone, wish, status, created_ms) VALUES"
        " (5, 'salon', 'Олена', '', '', 'new', 1), (6, 'salon', 'Оля', '', '', 'sent', 2);"
        "INSERT INTO outbox VALUES (3, 'lead', '{\"lead\":5}', 5, 1, 9, 2, 'no route', 'failed'),"
        " (4, 'lead', '{\"lead\":6}', 6, 2, 2, 1, '', 'sent'),"
        " (9, 'lead', '{\"lead\":6}', 6, 2, 2, 1, '', 'sent'); DELETE FROM outbox WHERE id = 9");
    assert_int_equal(migrate(t, &from, &to, NULL), ERR_OK);
    assert_int_equal(from, 7);
    assert_int_equal(to, store_version());
    assert_string_equal(storage_sql(t, "SELECT * FROM outbox ORDER BY id"),
                        "3|lead|{\"lead\":5}|5|||1|9|2|no route|failed\n"
                        "4|lead|{\"lead\":6}|6|||2|2|1||sent");
    assert_string_equal(storage_sql(t,
                                    "SELECT group_concat(name) FROM sqlite_schema WHERE name LIKE"
                                    " '%outbox%' AND type = 'table'"),
                        "outbox");
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM visit"), "0");
    t->s = storage_open(t);
    struct outbox_row row = {.kind = "sheet", .payload = "{}"};
    storage_begin(t);
    assert_int_equal(outbox_add(t->s, &row, NULL), ERR_OK);
    storage_commit(t);
    assert_int_equal(row.id, 10);
    assert_int_equal(store_verify(t->s, NULL), ERR_OK);
}

/* The same without a row: the counter of ids need not be there. */
static void an_empty_store_of_version_7_is_migrated(void **state)
{
    struct storage *t = *state;
    int from = -1, to = -1;

    const char *after = strstr(store_schema, "-- migration 8");
    const char *old = arena_strndup(&t->a, store_schema, (size_t)(after - store_schema));
    assert_non_null(old);
    assert_int_equal(store_migrate_to(t->path, 1000, old, &from, &to, NULL), ERR_OK);
    assert_int_equal(migrate(t, &from, &to, NULL), ERR_OK);
    t->s = storage_open(t);
    assert_int_equal(store_verify(t->s, NULL), ERR_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_store_of_version_7_keeps_its_outbox_and_gets_a_book),
        TEST(an_empty_store_of_version_7_is_migrated),
        TEST(nothing_there_is_said_and_not_created),
        TEST(a_new_file_gets_its_folder_mode_and_version),
        TEST(every_table_is_strict),
        TEST(migrating_again_changes_nothing_also_while_it_is_open),
        TEST(a_store_of_version_6_goes_on_with_its_calls_and_replies),
        TEST(a_store_of_version_2_keeps_its_failures_and_its_costs),
        TEST(a_store_of_version_3_keeps_its_names_with_the_business_that_was_told),
        TEST(missing_migrations_are_applied_in_order),
        TEST(a_failing_migration_is_undone_whole_and_the_next_try_goes_on),
        TEST(a_newer_file_is_refused_and_not_touched),
        TEST(an_older_file_is_refused_by_handlers_with_the_remedy),
        TEST(a_file_that_is_not_sqlite_is_refused_and_kept),
        TEST(a_database_of_another_program_is_refused),
        TEST(a_folder_that_cannot_be_made_is_said),
        TEST(many_may_migrate_at_once),
        TEST(a_damaged_page_is_found),
        TEST(a_reference_into_nothing_is_found),
    };

    return cmocka_run_group_tests_name("store/migrate", tests, NULL, NULL);
}
