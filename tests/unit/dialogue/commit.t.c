#include "dialogue/turn-inside.h"

#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <sys/resource.h>
#include <cmocka.h>

#include "tests/support/storage.h"

static int told;

static void tell(void *to, const char *transcript)
{
    struct store *s = to;

    assert_false(store_in_transaction(s)); /* telling may wait */
    assert_string_equal(transcript, "Добрий день");
    told++;
}

/* A turn whose caller was heard, with the transaction open. */
static struct conversation heard(struct storage *t, struct house *h)
{
    struct conversation c = {.house = h,
                             .arena = &t->a,
                             .on_heard = tell,
                             .to = t->s,
                             .turn = {.n = 1, .heard = "Добрий день"}};

    told = 0;
    *h = (struct house){.store = t->s};
    storage_begin(t);
    return c;
}

static void what_is_open_is_committed_and_told_once(void **state)
{
    struct house h;
    struct conversation c = heard(*state, &h);

    assert_true(settle_is_due(&c));
    assert_int_equal(settle(&c, NULL), ERR_OK);
    assert_int_equal(told, 1);
    assert_false(settle_is_due(&c));
    assert_int_equal(settle(&c, NULL), ERR_OK);
    assert_int_equal(told, 1);
    assert_int_equal(settle_fault(&c, NULL), ERR_OK);
}

static void nobody_is_told_before_he_was_heard(void **state)
{
    struct house h;
    struct conversation c = heard(*state, &h);

    c.turn.n = 0;
    assert_int_equal(settle(&c, NULL), ERR_OK);
    assert_int_equal(told, 0);
    storage_begin(*state);
    c.turn.n = 1;
    assert_int_equal(settle(&c, NULL), ERR_OK);
    assert_int_equal(told, 1);
}

static void a_commit_that_fails_tells_nobody_and_stays_failed(void **state)
{
    struct storage *t = *state;
    struct rlimit was;
    struct house h;
    struct turn turn;
    struct why why = {0};
    struct conversation c = heard(t, &h);

    assert_int_equal(storage_write_turn(t->s, &t->a, 1, 0, &turn, NULL), ERR_OK);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    struct rlimit none = {.rlim_cur = 1, .rlim_max = was.rlim_max};
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
    enum err e = settle(&c, &why);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
    (void)signal(SIGXFSZ, handler);
    assert_int_equal(e, ERR_DISK);
    assert_true(why.text[0] != '\0');
    assert_int_equal(told, 0);
    /* There is a disk again, and a transaction of somebody else's making; the turn stays lost. */
    storage_begin(t);
    assert_false(settle_is_due(&c));
    assert_int_equal(settle(&c, NULL), ERR_DISK);
    assert_int_equal(settle_fault(&c, &why), ERR_DISK);
    assert_true(store_in_transaction(t->s));
    assert_int_equal(told, 0);
    storage_commit(t);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, storage_setup, storage_teardown)
    const struct CMUnitTest tests[] = {
        TEST(what_is_open_is_committed_and_told_once),
        TEST(nobody_is_told_before_he_was_heard),
        TEST(a_commit_that_fails_tells_nobody_and_stays_failed),
    };
    return cmocka_run_group_tests_name("dialogue/commit", tests, NULL, NULL);
}
