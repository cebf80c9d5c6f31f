#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/lead.h"
#include "base/file.h"
#include "tests/support/deliver.h"
#include "tests/support/storage.h"

static void save(struct storage *t, const struct call *c)
{
    storage_begin(t);
    assert_int_equal(call_save(t->s, c, NULL), ERR_OK);
    storage_commit(t);
}

static void end(struct storage *t, struct call *c, enum call_status status, int64_t at_ms)
{
    c->status = status;
    c->ended_ms = at_ms;
    c->end_reason = "goodbye";
    save(t, c);
}

static void a_new_call_is_kept_as_it_came(void **state)
{
    struct storage *t = *state;
    struct call found = {0}, got = {0};

    struct call c = storage_opened(t, "800700600", "+380501234567", STORAGE_NOW);
    assert_int_equal(call_find(t->s, &t->a, "binotel", "800700600", &found, NULL), ERR_OK);
    assert_int_equal(call_get(t->s, &t->a, c.id, &got, NULL), ERR_OK);
    assert_int_equal(found.id, c.id);
    assert_int_equal(got.id, c.id);
    assert_string_equal(found.source, "binotel");
    assert_string_equal(found.external_id, "800700600");
    assert_string_equal(found.caller, "0501234567");
    assert_string_equal(found.called, "0443334455");
    assert_string_equal(found.profile, "salon");
    assert_string_equal(found.direction, "in");
    assert_string_equal(found.end_reason, "");
    assert_string_equal(found.state, "");
    assert_int_equal(found.status, CALL_INITIATED);
    assert_int_equal(found.started_ms, STORAGE_NOW);
    assert_int_equal(found.active_ms, STORAGE_NOW);
    assert_int_equal(found.ended_ms, 0);
    assert_int_equal(found.billed_s, -1);
    assert_true(found.client_id > 0);
}

static void the_same_call_again_is_found_unchanged_and_not_counted_again(void **state)
{
    struct storage *t = *state;
    struct call again = {0};
    struct client who = {0};
    bool made = true;

    struct call c = storage_opened(t, "1", "+380501234567", STORAGE_NOW);
    c.turns = 3;
    c.state = "{\"a\":1}";
    save(t, &c);
    struct call in = storage_call("1");
    in.profile = "hotel";
    storage_begin(t);
    assert_int_equal(call_open(t->s, &t->a, &in, "+380501234567",
                               (struct moment){.ms = STORAGE_NOW + 9}, &again, &made, NULL),
                     ERR_OK);
    storage_commit(t);
    assert_false(made);
    assert_int_equal(again.id, c.id);
    assert_string_equal(again.profile, "salon");
    assert_string_equal(again.state, "{\"a\":1}");
    assert_int_equal(again.turns, 3);
    assert_int_equal(client_get(t->s, &t->a, c.client_id, "salon", &who, NULL), ERR_OK);
    assert_int_equal(who.calls, 1);
}

static void the_same_id_of_another_source_is_another_call(void **state)
{
    struct storage *t = *state;
    struct call other = {0};
    bool made = false;

    struct call c = storage_opened(t, "1", NULL, STORAGE_NOW);
    struct call in = storage_call("1");
    in.source = "twilio";
    storage_begin(t);
    assert_int_equal(call_open(t->s, &t->a, &in, NULL, STORAGE_MOMENT, &other, &made, NULL),
                     ERR_OK);
    storage_commit(t);
    assert_true(made);
    assert_int_not_equal(other.id, c.id);
    assert_int_equal(c.client_id, 0);
}

static void a_client_is_one_per_number_and_keeps_a_name(void **state)
{
    struct storage *t = *state;
    struct client who = {0};

    struct call one = storage_opened(t, "1", "+380501234567", STORAGE_NOW);
    struct call two = storage_opened(t, "2", "+380501234567", STORAGE_NOW + 1000);
    struct call other = storage_opened(t, "3", "+79161234567", STORAGE_NOW);
    assert_int_equal(one.client_id, two.client_id);
    assert_int_not_equal(one.client_id, other.client_id);
    storage_begin(t);
    assert_int_equal(client_set_name(t->s, one.client_id, "salon", "Олена", NULL), ERR_OK);
    assert_int_equal(client_set_name(t->s, 4711, "salon", "Нема", NULL), ERR_NOT_FOUND);
    storage_commit(t);
    assert_int_equal(client_get(t->s, &t->a, two.client_id, "salon", &who, NULL), ERR_OK);
    assert_string_equal(who.phone, "+380501234567");
    assert_string_equal(who.name, "Олена");
    assert_int_equal(who.calls, 2);
    assert_int_equal(who.first_ms, STORAGE_NOW);
    assert_int_equal(who.last_ms, STORAGE_NOW + 1000);
    assert_int_equal(client_get(t->s, &t->a, 4711, "salon", &who, NULL), ERR_NOT_FOUND);
}

static void a_name_is_known_to_the_business_that_was_told_it_and_can_be_forgotten(void **state)
{
    struct storage *t = *state;
    struct client who = {0};

    struct call one = storage_opened(t, "1", "+380501234567", STORAGE_NOW);
    storage_begin(t);
    assert_int_equal(client_set_name(t->s, one.client_id, "salon", "Оля", NULL), ERR_OK);
    assert_int_equal(client_set_name(t->s, one.client_id, "salon", "Олена", NULL), ERR_OK);
    storage_commit(t);
    assert_int_equal(client_get(t->s, &t->a, one.client_id, "hotel", &who, NULL), ERR_OK);
    assert_string_equal(who.name, "");
    assert_int_equal(client_by_phone(t->s, &t->a, "+380501234567", "hotel", &who, NULL), ERR_OK);
    assert_string_equal(who.name, "");
    assert_int_equal(client_by_phone(t->s, &t->a, "+380501234567", "salon", &who, NULL), ERR_OK);
    assert_string_equal(who.name, "Олена");
    storage_begin(t);
    assert_int_equal(client_set_name(t->s, one.client_id, "salon", "", NULL), ERR_OK);
    storage_commit(t);
    assert_int_equal(client_get(t->s, &t->a, one.client_id, "salon", &who, NULL), ERR_OK);
    assert_string_equal(who.name, "");
}

static void what_the_schema_refuses_is_an_error_and_leaves_nothing(void **state)
{
    struct storage *t = *state;
    struct call c = {0};
    struct why why = {0};
    bool made = false;
    struct call in = storage_call("1");

    in.direction = "sideways";
    storage_begin(t);
    assert_int_equal(call_open(t->s, &t->a, &in, NULL, STORAGE_MOMENT, &c, &made, &why), ERR_FAULT);
    assert_non_null(strstr(why.text, "direction"));
    store_rollback(t->s);
    in.direction = "in";
    storage_begin(t);
    assert_int_equal(call_open(t->s, &t->a, &in, "0501234567", STORAGE_MOMENT, &c, &made, &why),
                     ERR_FAULT);
    assert_null(strstr(why.text, "0501234567"));
    store_rollback(t->s);
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM call, client"), "0");
}

static void every_status_can_be_stored_and_read_back(void **state)
{
    struct storage *t = *state;

    for (enum call_status s = CALL_INITIATED; s < CALL__MAX; s++) {
        struct call got = {0};
        assert_int_equal(call_status_of(call_status_text(s)), s);
        struct call c = storage_opened(t, call_status_text(s), NULL, STORAGE_NOW);
        c.status = s;
        c.ended_ms = call_status_ends(s) ? STORAGE_NOW + 1 : 0;
        save(t, &c);
        assert_int_equal(call_get(t->s, &t->a, c.id, &got, NULL), ERR_OK);
        assert_int_equal(got.status, s);
        assert_int_equal(got.ended_ms, c.ended_ms);
    }
    assert_int_equal(call_status_of("COMPLETED"), CALL__MAX);
    assert_int_equal(call_status_of(NULL), CALL__MAX);
}

static void an_end_needs_its_time(void **state)
{
    struct storage *t = *state;

    struct call c = storage_opened(t, "1", NULL, STORAGE_NOW);
    c.status = CALL_COMPLETED;
    storage_begin(t);
    assert_int_equal(call_save(t->s, &c, NULL), ERR_FAULT);
    store_rollback(t->s);
    c.status = CALL_ANSWERED;
    c.id = 4711;
    storage_begin(t);
    assert_int_equal(call_save(t->s, &c, NULL), ERR_NOT_FOUND);
    store_rollback(t->s);
}

static void an_ended_call_keeps_its_first_end(void **state)
{
    struct storage *t = *state;
    struct call got = {0};

    struct call c = storage_opened(t, "1", NULL, STORAGE_NOW);
    struct call stale = c;
    end(t, &c, CALL_COMPLETED, STORAGE_NOW + 5);
    stale.status = CALL_FAILED;
    stale.ended_ms = STORAGE_NOW + 50;
    stale.end_reason = "limit";
    stale.turns = 7;
    save(t, &stale);
    stale.status = CALL_IN_PROGRESS;
    stale.ended_ms = 0;
    save(t, &stale);
    assert_int_equal(call_get(t->s, &t->a, c.id, &got, NULL), ERR_OK);
    assert_int_equal(got.status, CALL_COMPLETED);
    assert_int_equal(got.ended_ms, STORAGE_NOW + 5);
    assert_string_equal(got.end_reason, "goodbye");
    assert_int_equal(got.turns, 7);
}

static void a_writer_who_does_not_know_erases_nothing(void **state)
{
    struct storage *t = *state;
    struct call got = {0};

    struct call c = storage_opened(t, "1", NULL, STORAGE_NOW);
    struct call stale = c;
    c.billed_s = 61;
    c.answered_ms = STORAGE_NOW + 3;
    c.cost_microusd = 1200;
    c.silent = 2;
    save(t, &c);
    stale.cost_microusd = 1300;
    save(t, &stale);
    assert_int_equal(call_get(t->s, &t->a, c.id, &got, NULL), ERR_OK);
    assert_int_equal(got.billed_s, 61);
    assert_int_equal(got.answered_ms, STORAGE_NOW + 3);
    assert_int_equal(got.cost_microusd, 1300);
    assert_int_equal(got.silent, 0);
}

static void add_turn(struct storage *t, int64_t call_id, const char *heard)
{
    struct turn n = {.call_id = call_id, .heard = heard, .hear_us = -1, .started_ms = STORAGE_NOW};

    storage_begin(t);
    assert_int_equal(turn_begin(t->s, &n, NULL), ERR_OK);
    storage_commit(t);
}

static void the_newest_calls_come_first(void **state)
{
    struct storage *t = *state;
    struct call *list = NULL;
    size_t n = 0;

    (void)storage_opened(t, "old", NULL, STORAGE_NOW - 10);
    (void)storage_opened(t, "new", NULL, STORAGE_NOW);
    (void)storage_opened(t, "middle", NULL, STORAGE_NOW - 5);
    assert_int_equal(calls_newest(t->s, &t->a, 0, 2, &list, &n, NULL), ERR_OK);
    assert_int_equal(n, 2);
    assert_string_equal(list[0].external_id, "new");
    assert_string_equal(list[1].external_id, "middle");
    assert_int_equal(calls_newest(t->s, &t->a, STORAGE_NOW - 5, 9, &list, &n, NULL), ERR_OK);
    assert_int_equal(n, 1);
    assert_string_equal(list[0].external_id, "old");
    assert_int_equal(calls_newest(t->s, &t->a, 0, 0, &list, &n, NULL), ERR_OK);
    assert_int_equal(n, 0);
}

static void calls_going_on_are_listed_longest_idle_first(void **state)
{
    struct storage *t = *state;
    struct call *list = NULL;
    size_t n = 0;

    (void)storage_opened(t, "busy", NULL, STORAGE_NOW);
    (void)storage_opened(t, "quiet", NULL, STORAGE_NOW - 100);
    struct call done = storage_opened(t, "done", NULL, STORAGE_NOW - 200);
    end(t, &done, CALL_COMPLETED, STORAGE_NOW - 90);
    assert_int_equal(calls_going_on(t->s, &t->a, 10, &list, &n, NULL), ERR_OK);
    assert_int_equal(n, 2);
    assert_string_equal(list[0].external_id, "quiet");
    assert_string_equal(list[1].external_id, "busy");
    assert_int_equal(calls_going_on(t->s, &t->a, 1, &list, &n, NULL), ERR_OK);
    assert_int_equal(n, 1);
}

static void ended_calls_with_a_memory_are_listed_first_ended_first(void **state)
{
    struct storage *t = *state;
    struct call *list = NULL;
    size_t n = 0;
    static const char *const names[] = {"second", "first", "emptied"};

    (void)storage_opened(t, "going on", NULL, STORAGE_NOW);
    for (int i = 0; i < 3; i++) {
        struct call c = storage_opened(t, names[i], NULL, STORAGE_NOW - 200);
        c.state = i == 2 ? "" : "{}";
        end(t, &c, CALL_COMPLETED, STORAGE_NOW - 10 - i);
    }
    assert_int_equal(calls_with_state(t->s, &t->a, 10, &list, &n, NULL), ERR_OK);
    assert_int_equal(n, 2);
    assert_string_equal(list[0].external_id, "first");
    assert_string_equal(list[1].external_id, "second");
    assert_int_equal(calls_with_state(t->s, &t->a, 1, &list, &n, NULL), ERR_OK);
    assert_int_equal(n, 1);
}

static void add_lead(struct storage *t, const struct call *c, const char *status)
{
    struct lead l = {.call_id = c->id,
                     .client_id = c->client_id,
                     .profile = "salon",
                     .name = "Олена",
                     .phone = "+380501234567",
                     .wish = "стрижка",
                     .status = status,
                     .created_ms = c->started_ms};

    storage_begin(t);
    assert_int_equal(lead_add(t->s, &t->a, &l, NULL), ERR_OK);
    storage_commit(t);
}

static void purging_forgets_what_ended_long_ago_and_nothing_else(void **state)
{
    struct storage *t = *state;
    int64_t n = -1;

    struct call old = storage_opened(t, "old", "+380501111111", STORAGE_NOW - 1000);
    struct call owed = storage_opened(t, "owed", "+380502222222", STORAGE_NOW - 1000);
    struct call open = storage_opened(t, "open", "+380503333333", STORAGE_NOW - 1000);
    struct call young = storage_opened(t, "young", "+380504444444", STORAGE_NOW);
    add_turn(t, old.id, "старе");
    add_turn(t, young.id, "нове");
    add_lead(t, &old, "sent");
    add_lead(t, &owed, "new");
    end(t, &old, CALL_COMPLETED, STORAGE_NOW - 900);
    end(t, &owed, CALL_COMPLETED, STORAGE_NOW - 900);
    end(t, &young, CALL_COMPLETED, STORAGE_NOW);
    assert_true(open.id > 0);
    assert_int_equal(calls_purge(t->s, STORAGE_NOW - 500, &n, NULL), ERR_OK);
    assert_int_equal(n, 2);
    assert_string_equal(storage_sql(t, "SELECT group_concat(external_id) FROM call"), "open,young");
    assert_string_equal(storage_sql(t, "SELECT group_concat(heard) FROM turn"), "нове");
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM lead"), "0");
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM outbox"), "0");
    assert_string_equal(storage_sql(t, "SELECT count(*), min(phone) FROM client"),
                        "2|+380503333333");
    assert_int_equal(store_verify(t->s, NULL), ERR_OK);
}

static void purging_works_in_short_steps_and_inside_a_transaction(void **state)
{
    struct storage *t = *state;
    int64_t n = -1;

    (void)storage_sql(t, "WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM k WHERE i<501)"
                         " INSERT INTO call (source, external_id, caller, called, profile,"
                         " direction, status, started_ms, active_ms, ended_ms)"
                         " SELECT 'b', i, '', '', 'salon', 'in', 'failed', 1, 1, i FROM k");
    storage_begin(t);
    assert_int_equal(calls_purge(t->s, 450, &n, NULL), ERR_OK);
    assert_int_equal(n, 449);
    store_rollback(t->s);
    assert_int_equal(calls_purge(t->s, 401, &n, NULL), ERR_OK);
    assert_int_equal(n, 400);
    assert_false(store_in_transaction(t->s));
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM call"), "101");
}

/* A call fails: what was deleted in the batches before it must have been committed, how many calls
 * a batch may have taken on this disk. */
static void purging_commits_between_its_batches(void **state)
{
    struct storage *t = *state;
    int64_t n = -1;

    (void)storage_sql(t, "WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM k WHERE i<501)"
                         " INSERT INTO call (source, external_id, caller, called, profile,"
                         " direction, status, started_ms, active_ms, ended_ms)"
                         " SELECT 'b', i, '', '', 'salon', 'in', 'failed', 1, 1, i FROM k;"
                         " CREATE TRIGGER stop BEFORE DELETE ON call WHEN old.ended_ms = 460"
                         " BEGIN SELECT raise(ABORT, 'stop'); END");
    assert_int_not_equal(calls_purge(t->s, 490, &n, NULL), ERR_OK);
    int64_t left = strtoll(storage_sql(t, "SELECT count(*) FROM call"), NULL, 10);
    assert_in_range(left, 501 - 459, 501 - 459 + 49);
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM call WHERE ended_ms >= 460"), "42");
}

static void counting_what_a_purge_would_delete_waits_for_no_writer(void **state)
{
    struct storage *t = *state;
    int64_t n = -1;

    struct call old = storage_opened(t, "old", NULL, STORAGE_NOW - 1000);
    end(t, &old, CALL_COMPLETED, STORAGE_NOW - 900);
    struct store *writer = storage_open(t);
    assert_int_equal(store_begin(writer, deadline_in_ms(500), NULL), ERR_OK);
    assert_int_equal(calls_purgeable(t->s, STORAGE_NOW, &n, NULL), ERR_OK);
    assert_int_equal(n, 1);
    store_close(writer);
}

static bool file_holds(const char *path, const char *words)
{
    size_t n = 0;
    char *text = NULL;
    struct arena a;

    arena_init(&a, (size_t)64 * 1024 * 1024);
    enum err e = file_read(&a, path, (size_t)32 * 1024 * 1024, &text, &n, NULL);
    bool holds = e == ERR_OK && memmem(text, n, words, strlen(words)) != NULL;
    arena_release(&a);
    return holds;
}

static bool store_holds(struct storage *t, const char *words)
{
    char log[128];

    (void)snprintf(log, sizeof log, "%s-wal", t->path);
    return file_holds(t->path, words) || file_holds(log, words);
}

static void a_forgotten_person_is_in_no_byte_of_the_store(void **state)
{
    static const char *const words[] = {"380501111111", "код дверей", "Олена", "380501234567"};
    struct storage *t = *state;
    struct person_rows r = {0};

    struct call gone = storage_opened(t, "gone", "+380501111111", STORAGE_NOW);
    struct call other = storage_opened(t, "other", "+380502222222", STORAGE_NOW);
    add_turn(t, gone.id, "мій код дверей 7788");
    add_turn(t, other.id, "чужі слова");
    add_lead(t, &gone, "new");
    assert_int_equal(person_forget(t->s, "+380501111111", &r, NULL), ERR_BUSY);
    assert_true(store_holds(t, "код дверей"));
    end(t, &gone, CALL_COMPLETED, STORAGE_NOW);
    assert_int_equal(person_forget(t->s, "+380501111111", &r, NULL), ERR_OK);
    assert_int_equal(r.calls, 1);
    assert_int_equal(r.leads, 1);
    assert_int_equal(r.clients, 1);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_false(store_holds(t, words[i]));
    assert_true(store_holds(t, "чужі слова"));
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM outbox"), "0");
    assert_int_equal(store_verify(t->s, NULL), ERR_OK);
}

static void add_stray(struct storage *t, const char *id, const char *caller)
{
    bool made = false;
    struct call c = {0};
    const struct call in = {.source = "x",
                            .external_id = id,
                            .caller = caller,
                            .called = "",
                            .profile = "salon",
                            .direction = "in"};

    storage_begin(t);
    assert_int_equal(call_open(t->s, &t->a, &in, NULL, STORAGE_MOMENT, &c, &made, NULL), ERR_OK);
    storage_commit(t);
    add_turn(t, c.id, "мій код дверей 7788");
    end(t, &c, CALL_COMPLETED, STORAGE_NOW);
}

/* Their number could not be made out when they came, so they have no client. */
static void calls_that_were_kept_with_a_number_as_it_was_sent_are_forgotten(void **state)
{
    static const char *const theirs[] = {"050 111-11-11", "80501111111", "+38(050)1111111",
                                         "00380501111111"};
    static const char *const others[] = {"050 222 22 22", "+48501111111", "1111111", "anonymous",
                                         ""};
    struct storage *t = *state;
    struct person_rows r = {0};
    char id[8];

    for (size_t i = 0; i < sizeof theirs / sizeof *theirs; i++) {
        (void)snprintf(id, sizeof id, "t%zu", i);
        add_stray(t, id, theirs[i]);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        (void)snprintf(id, sizeof id, "o%zu", i);
        add_stray(t, id, others[i]);
    }
    (void)storage_sql(t, "INSERT INTO lead (profile, name, phone, wish, status, created_ms) VALUES"
                         " ('salon', 'Олена', '050 111 11 11', '', 'new', 1),"
                         " ('salon', 'Олена', '050 222 22 22', '', 'new', 1)");
    assert_int_equal(person_count(t->s, "+380501111111", &r, NULL), ERR_OK);
    assert_int_equal(r.calls, 4);
    assert_int_equal(r.leads, 1);
    r = (struct person_rows){0};
    assert_int_equal(person_forget(t->s, "+380501111111", &r, NULL), ERR_OK);
    assert_int_equal(r.calls, 4);
    assert_int_equal(r.leads, 1);
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM call"), "5");
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM turn"), "5");
}

/* More than fit into one transaction, and into one look. */
static void a_person_with_many_calls_is_forgotten_whole(void **state)
{
    struct storage *t = *state;
    struct person_rows r = {0};

    (void)storage_sql(
        t, "INSERT INTO client (phone, calls, first_ms, last_ms) VALUES ('+380501111111', 1, 1, 1);"
           "WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 2500)"
           " INSERT INTO call (source, external_id, caller, called, profile, direction, client_id,"
           " status, started_ms, active_ms, ended_ms) SELECT 'x', i, '+380501111111', '', 'salon',"
           " 'in', iif(i % 5, NULL, 1), 'completed', i, i, i FROM k;"
           "UPDATE call SET caller = '0502222222' WHERE id % 3 = 0 AND client_id IS NULL;"
           "INSERT INTO lead (call_id, profile, name, phone, wish, status, created_ms) SELECT id,"
           " 'salon', '', '', '', 'new', 1 FROM call WHERE id % 2 = 0");
    const char *calls = "SELECT count(*) FROM call WHERE client_id OR caller <> '0502222222'";
    const char *leads = "SELECT count(*) FROM lead WHERE call_id IN"
                        " (SELECT id FROM call WHERE client_id OR caller <> '0502222222')";
    int64_t calls_n = strtoll(storage_sql(t, calls), NULL, 10);
    int64_t leads_n = strtoll(storage_sql(t, leads), NULL, 10);
    assert_int_equal(person_count(t->s, "+380501111111", &r, NULL), ERR_OK);
    assert_int_equal(r.calls, calls_n);
    assert_int_equal(r.leads, leads_n);
    r = (struct person_rows){0};
    assert_int_equal(person_forget(t->s, "+380501111111", &r, NULL), ERR_OK);
    assert_int_equal(r.calls, calls_n);
    assert_int_equal(r.leads, leads_n);
    assert_int_equal(r.clients, 1);
    assert_string_equal(storage_sql(t, calls), "0");
    assert_string_not_equal(storage_sql(t, "SELECT count(*) FROM call"), "0");
    assert_string_not_equal(storage_sql(t, "SELECT count(*) FROM lead"), "0");
}

/* Their replies hold what they said and what was answered; those are younger than the call's age. */
static void the_replies_of_a_purged_call_go_with_it(void **state)
{
    struct storage *t = *state;
    struct call c = storage_opened(t, "old", "+380501111111", STORAGE_NOW - 1000);
    int64_t n = 0;

    struct delivery d = deliver_begin(t, "k");
    struct turn turn = {
        .call_id = c.id, .delivery_id = d.id, .heard = "", .started_ms = STORAGE_NOW};
    assert_int_equal(turn_begin(t->s, &turn, NULL), ERR_OK);
    deliver_commit(t->s);
    deliver_finish(t->s, t, &d, "мій код дверей 7788");
    end(t, &c, CALL_COMPLETED, STORAGE_NOW - 900);
    assert_string_not_equal(storage_sql(t, "SELECT count(*) FROM audio"), "0");
    assert_int_equal(calls_purge(t->s, STORAGE_NOW - 800, &n, NULL), ERR_OK);
    assert_int_equal(n, 1);
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM delivery"), "0");
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM audio"), "0");
    assert_false(store_holds(t, "код дверей"));
    assert_false(store_holds(t, "the first sound"));
}

static void what_was_purged_is_in_no_byte_of_the_store(void **state)
{
    struct storage *t = *state;
    int64_t n = 0;

    struct call old = storage_opened(t, "old", "+380501111111", STORAGE_NOW - 1000);
    add_turn(t, old.id, "мій код дверей 7788");
    add_lead(t, &old, "new");
    end(t, &old, CALL_COMPLETED, STORAGE_NOW - 900);
    assert_true(store_holds(t, "код дверей"));
    assert_int_equal(calls_purge(t->s, STORAGE_NOW, &n, NULL), ERR_OK);
    assert_int_equal(n, 1);
    assert_false(store_holds(t, "код дверей"));
    assert_false(store_holds(t, "380501111111"));
    assert_false(store_holds(t, "Олена"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, storage_setup, storage_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_new_call_is_kept_as_it_came),
        TEST(the_same_call_again_is_found_unchanged_and_not_counted_again),
        TEST(the_same_id_of_another_source_is_another_call),
        TEST(a_client_is_one_per_number_and_keeps_a_name),
        TEST(a_name_is_known_to_the_business_that_was_told_it_and_can_be_forgotten),
        TEST(what_the_schema_refuses_is_an_error_and_leaves_nothing),
        TEST(every_status_can_be_stored_and_read_back),
        TEST(an_end_needs_its_time),
        TEST(an_ended_call_keeps_its_first_end),
        TEST(a_writer_who_does_not_know_erases_nothing),
        TEST(the_newest_calls_come_first),
        TEST(calls_going_on_are_listed_longest_idle_first),
        TEST(ended_calls_with_a_memory_are_listed_first_ended_first),
        TEST(purging_forgets_what_ended_long_ago_and_nothing_else),
        TEST(purging_works_in_short_steps_and_inside_a_transaction),
        TEST(purging_commits_between_its_batches),
        TEST(counting_what_a_purge_would_delete_waits_for_no_writer),
        TEST(calls_that_were_kept_with_a_number_as_it_was_sent_are_forgotten),
        TEST(a_person_with_many_calls_is_forgotten_whole),
        TEST(the_replies_of_a_purged_call_go_with_it),
        TEST(what_was_purged_is_in_no_byte_of_the_store),
        TEST(a_forgotten_person_is_in_no_byte_of_the_store),
    };

    return cmocka_run_group_tests_name("store/call", tests, NULL, NULL);
}
