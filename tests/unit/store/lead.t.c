#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/lead.h"
#include "store/outbox.h"
#include "tests/support/storage.h"
#include "wire/json.h"

static struct lead wish(const char *text, int64_t at_ms)
{
    return (struct lead){.profile = "salon",
                         .name = "Олена \"Лєна\"",
                         .phone = "+380501234567",
                         .wish = text,
                         .status = "new",
                         .created_ms = at_ms};
}

static void add(struct storage *t, struct lead *l)
{
    assert_int_equal(store_begin(t->s, deadline_in_ms(500), NULL), ERR_OK);
    assert_int_equal(lead_add(t->s, &t->a, l, NULL), ERR_OK);
    assert_int_equal(store_commit(t->s, NULL), ERR_OK);
}

static void a_lead_and_its_way_out_are_written_together(void **state)
{
    struct storage *t = *state;
    struct turn turn = {0};
    struct lead *list = NULL;
    int64_t waiting = -1;
    size_t n = 0;

    struct lead l = wish("манікюр\nу суботу", STORAGE_NOW);
    assert_int_equal(store_begin(t->s, deadline_in_ms(500), NULL), ERR_OK);
    assert_int_equal(storage_write_turn(t->s, &t->a, 1, 0, &turn, NULL), ERR_OK);
    l.call_id = turn.call_id;
    assert_int_equal(lead_add(t->s, &t->a, &l, NULL), ERR_OK);
    assert_true(l.id > 0);
    assert_int_equal(store_commit(t->s, NULL), ERR_OK);
    assert_int_equal(leads_newest(t->s, &t->a, 0, 10, &list, &n, NULL), ERR_OK);
    assert_int_equal(n, 1);
    assert_int_equal(list[0].id, l.id);
    assert_int_equal(list[0].call_id, turn.call_id);
    assert_int_equal(list[0].client_id, 0);
    assert_string_equal(list[0].name, "Олена \"Лєна\"");
    assert_string_equal(list[0].phone, "+380501234567");
    assert_string_equal(list[0].wish, "манікюр\nу суботу");
    assert_string_equal(list[0].status, "new");
    assert_string_equal(list[0].profile, "salon");
    assert_int_equal(list[0].created_ms, STORAGE_NOW);
    assert_int_equal(outbox_waiting(t->s, "lead", &waiting, NULL), ERR_OK);
    assert_int_equal(waiting, 1);
}

static void the_payload_is_json_with_everything_a_person_needs(void **state)
{
    struct storage *t = *state;
    const struct json *o = NULL;
    int64_t id = 0;

    struct lead l = wish("манікюр\nу суботу", STORAGE_NOW);
    add(t, &l);
    const char *text = storage_sql(t, "SELECT payload FROM outbox");
    assert_int_equal(json_parse(&t->a, text, strlen(text), &o, NULL), ERR_OK);
    assert_int_equal(json_get_int(o, "lead", 1, 1000, &id, NULL), ERR_OK);
    assert_int_equal(id, l.id);
    assert_string_equal(json_text(json_member(o, "name")), "Олена \"Лєна\"");
    assert_string_equal(json_text(json_member(o, "phone")), "+380501234567");
    assert_string_equal(json_text(json_member(o, "wish")), "манікюр\nу суботу");
    assert_string_equal(json_text(json_member(o, "profile")), "salon");
    assert_string_equal(storage_sql(t, "SELECT kind, state, attempts, lead_id, due_ms FROM outbox"),
                        "lead|waiting|0|1|1790000000000");
}

static void a_rolled_back_lead_leaves_neither(void **state)
{
    struct storage *t = *state;

    struct lead l = wish("x", STORAGE_NOW);
    assert_int_equal(store_begin(t->s, deadline_in_ms(500), NULL), ERR_OK);
    assert_int_equal(lead_add(t->s, &t->a, &l, NULL), ERR_OK);
    store_rollback(t->s);
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM lead"), "0");
    assert_string_equal(storage_sql(t, "SELECT count(*) FROM outbox"), "0");
}

static void a_lead_that_does_not_fit_is_an_error(void **state)
{
    struct storage *t = *state;
    struct lead l = wish("x", STORAGE_NOW);
    struct arena small;

    assert_int_equal(store_begin(t->s, deadline_in_ms(500), NULL), ERR_OK);
    arena_init(&small, 16);
    assert_int_equal(lead_add(t->s, &small, &l, NULL), ERR_MEMORY);
    arena_release(&small);
    assert_int_equal(l.id, 0);
    l.status = "lost";
    assert_int_equal(lead_add(t->s, &t->a, &l, NULL), ERR_FAULT);
    l.status = NULL;
    l.call_id = 4711;
    assert_int_equal(lead_add(t->s, &t->a, &l, NULL), ERR_FAULT);
    store_rollback(t->s);
}

static void a_new_lead_that_went_out_is_sent_and_one_that_is_done_stays_so(void **state)
{
    struct storage *t = *state;
    struct lead fresh = wish("перша", STORAGE_NOW);
    struct lead done = wish("друга", STORAGE_NOW);

    add(t, &fresh);
    add(t, &done);
    storage_begin(t);
    assert_int_equal(lead_mark(t->s, done.id, "done", "передзвонила", NULL), ERR_OK);
    assert_int_equal(lead_sent(t->s, fresh.id, NULL), ERR_OK);
    assert_int_equal(lead_sent(t->s, done.id, NULL), ERR_OK);
    assert_int_equal(lead_sent(t->s, 4711, NULL), ERR_OK); /* forgotten meanwhile */
    storage_commit(t);
    assert_string_equal(storage_sql(t, "SELECT status, note FROM lead ORDER BY id"),
                        "sent|\ndone|передзвонила");
}

static void leads_are_listed_newest_first_and_by_call(void **state)
{
    struct storage *t = *state;
    struct turn turn = {0};
    struct lead *list = NULL;
    size_t n = 0;

    assert_int_equal(store_begin(t->s, deadline_in_ms(500), NULL), ERR_OK);
    assert_int_equal(storage_write_turn(t->s, &t->a, 1, 0, &turn, NULL), ERR_OK);
    assert_int_equal(store_commit(t->s, NULL), ERR_OK);
    struct lead first = wish("перша", STORAGE_NOW - 5);
    struct lead last = wish("остання", STORAGE_NOW);
    struct lead called = wish("з дзвінка", STORAGE_NOW - 9);
    called.call_id = turn.call_id;
    add(t, &last);
    add(t, &first);
    add(t, &called);
    assert_int_equal(leads_newest(t->s, &t->a, 0, 2, &list, &n, NULL), ERR_OK);
    assert_int_equal(n, 2);
    assert_string_equal(list[0].wish, "остання");
    assert_string_equal(list[1].wish, "перша");
    assert_int_equal(leads_newest(t->s, &t->a, turn.call_id, 5, &list, &n, NULL), ERR_OK);
    assert_int_equal(n, 1);
    assert_string_equal(list[0].wish, "з дзвінка");
}

static void what_has_gone_out_does_not_wait(void **state)
{
    struct storage *t = *state;
    int64_t waiting = -1;

    struct lead one = wish("1", STORAGE_NOW), two = wish("2", STORAGE_NOW);
    struct lead three = wish("3", STORAGE_NOW);
    add(t, &one);
    add(t, &two);
    add(t, &three);
    (void)storage_sql(t, "UPDATE outbox SET state = 'sent' WHERE lead_id = 1;"
                         "UPDATE outbox SET state = 'failed' WHERE lead_id = 2");
    assert_int_equal(outbox_waiting(t->s, "lead", &waiting, NULL), ERR_OK);
    assert_int_equal(waiting, 2);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, storage_setup, storage_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_lead_and_its_way_out_are_written_together),
        TEST(the_payload_is_json_with_everything_a_person_needs),
        TEST(a_rolled_back_lead_leaves_neither),
        TEST(a_lead_that_does_not_fit_is_an_error),
        TEST(a_new_lead_that_went_out_is_sent_and_one_that_is_done_stays_so),
        TEST(leads_are_listed_newest_first_and_by_call),
        TEST(what_has_gone_out_does_not_wait),
    };

    return cmocka_run_group_tests_name("store/lead", tests, NULL, NULL);
}
