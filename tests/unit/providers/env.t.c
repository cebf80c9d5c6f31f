#include "providers/env.h"

#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <sys/resource.h>
#include <cmocka.h>

#include "tests/support/storage.h"

static int told;

static void tell(void *to)
{
    struct store *s = to;

    assert_false(store_in_transaction(s)); /* telling may wait */
    told++;
}

/* A turn whose caller was heard, with the transaction open. */
static struct env heard(struct storage *t)
{
    told = 0;
    storage_begin(t);
    return (struct env){.arena = &t->a, .store = t->s, .on_commit = tell, .to = t->s};
}

static void what_is_open_is_committed_and_told(void **state)
{
    struct env env = heard(*state);

    assert_true(env_must_commit(&env));
    assert_int_equal(env_commit(&env, NULL), ERR_OK);
    assert_int_equal(told, 1);
    assert_false(env_must_commit(&env));
    assert_int_equal(env_commit(&env, NULL), ERR_OK);
    assert_int_equal(env_commit_error(&env, NULL), ERR_OK);
}

static void a_commit_that_fails_tells_no_breaker_and_stays_failed(void **state)
{
    struct storage *t = *state;
    struct rlimit was;
    struct turn turn;
    struct why why = {0};
    struct env env = heard(t);

    assert_int_equal(storage_write_turn(t->s, &t->a, 1, 0, &turn, NULL), ERR_OK);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    struct rlimit none = {.rlim_cur = 1, .rlim_max = was.rlim_max};
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
    enum err e = env_commit(&env, &why);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
    (void)signal(SIGXFSZ, handler);
    assert_int_equal(e, ERR_DISK);
    assert_true(why.text[0] != '\0');
    assert_int_equal(told, 0);
    /* There is a disk again, and a transaction of somebody else's making; the turn stays lost. */
    storage_begin(t);
    assert_false(env_must_commit(&env));
    assert_int_equal(env_commit(&env, NULL), ERR_DISK);
    assert_int_equal(env_commit_error(&env, &why), ERR_DISK);
    assert_true(store_in_transaction(t->s));
    assert_int_equal(told, 0);
    storage_commit(t);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, storage_setup, storage_teardown)
    const struct CMUnitTest tests[] = {
        TEST(what_is_open_is_committed_and_told),
        TEST(a_commit_that_fails_tells_no_breaker_and_stays_failed),
    };
    return cmocka_run_group_tests_name("providers/env", tests, NULL, NULL);
}
