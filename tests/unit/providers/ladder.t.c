#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/settings.h"
#include "providers/env.h"
#include "providers/providers.h"
#include "tests/support/storage.h"

static struct ladder read_good(const char *text)
{
    struct ladder l = {0};
    struct why why = {0};

    assert_int_equal(ladder_read(text, &l, &why), ERR_OK);
    assert_string_equal(why.text, "");
    return l;
}

static void nothing_said_is_the_whole_ladder(void **state)
{
    struct storage *t = *state;
    struct ladder l = read_good("");

    assert_string_equal(ladder_text(&t->a, &l),
                        "hear=google,whisper think=claude,claude-2,claude-fallback,rules"
                        " speak=google,espeak");
}

static void a_stage_that_is_named_has_those_providers_in_that_order_and_others_keep_theirs(void **state)
{
    struct storage *t = *state;
    struct ladder l = read_good(" hear=whisper,google;speak=espeak ");

    assert_string_equal(ladder_text(&t->a, &l),
                        "hear=whisper,google think=claude,claude-2,claude-fallback,rules"
                        " speak=espeak");
}

static void what_it_writes_it_reads(void **state)
{
    struct storage *t = *state;
    struct ladder l = read_good("think=rules hear=");
    struct ladder again = read_good(ladder_text(&t->a, &l));

    assert_int_equal(l.n[LADDER_HEAR], 0);
    assert_int_equal(l.n[LADDER_THINK], 1);
    assert_memory_equal(l.n, again.n, sizeof l.n);
}

static void a_fault_is_named_and_changes_nothing(void **state)
{
    static const struct {
        const char *text, *says;
    } bad[] = {
        {"sing=google", "\"sing\" is no stage"},
        {"hear", "\"hear\" is no stage"},
        {"hear=claude", "\"claude\" is no rung of hear"},
        {"speak=google,", NULL},
        {"speak=google,,espeak", "\"\" is no rung of speak"},
        {"speak=google,google", "names google twice"},
        {"think=claude-22", "\"claude-22\" is no rung"},
        {"think=claud", "\"claud\" is no rung"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct ladder l = {.n = {7, 7, 7}};
        struct why why = {0};
        enum err e = ladder_read(bad[i].text, &l, &why);
        if (bad[i].says == NULL) { /* a comma at the end says nothing */
            assert_int_equal(e, ERR_OK);
            continue;
        }
        assert_int_equal(e, ERR_CONFIG);
        assert_non_null(strstr(why.text, bad[i].says));
        assert_int_equal(l.n[0], 7);
    }
}

static void every_provider_has_a_name_of_its_own_in_its_stage(void **state)
{
    (void)state;
    for (enum ladder_rung r = 0; r < LADDER__MAX; r++)
        for (enum ladder_rung o = 0; o < r; o++)
            assert_string_not_equal(ladder_key(r), ladder_key(o));
    assert_string_equal(ladder_key(LADDER_SPEAK_GOOGLE), "speak-google");
    assert_string_equal(ladder_stage_name(LADDER_THINK_RULES), "think");
}

/* ---- within a turn ------------------------------------------------------------------------------ */

static void all_configured(struct providers *p)
{
    static struct http *const some = (struct http *)1; /* only compared with NULL */

    *p = (struct providers){.http = some, .google = {.api_key = "key"}};
    p->whisper.url = "http://127.0.0.1:1/inference";
    p->claude.fallback_model = "";
    assert_int_equal(ladder_read("", &p->ladder, NULL), ERR_OK);
}

static struct env turn_of(struct providers *p, struct storage *t)
{
    return (struct env){.store = t->s,
                        .providers = p,
                        .arena = &t->a,
                        .deadline = deadline_in_ms(2000),
                        .skips = ""};
}

static void save(struct env *c, struct storage *t)
{
    storage_begin(t);
    assert_int_equal(ladder_save(c, NULL), ERR_OK);
    storage_commit(t);
}

static void only_what_is_configured_and_named_may_be_used(void **state)
{
    struct storage *t = *state;
    struct providers p;

    all_configured(&p);
    struct env c = turn_of(&p, t);
    assert_true(ladder_may(&c, LADDER_HEAR_GOOGLE));
    assert_true(ladder_may(&c, LADDER_HEAR_WHISPER));
    assert_false(ladder_may(&c, LADDER_THINK_CLAUDE));
    assert_true(ladder_may(&c, LADDER_THINK_RULES));
    assert_int_equal(ladder_read("hear=whisper", &p.ladder, NULL), ERR_OK);
    struct env d = turn_of(&p, t);
    assert_false(ladder_may(&d, LADDER_HEAR_GOOGLE));
    p.http = NULL;
    struct env f = turn_of(&p, t);
    assert_false(ladder_may(&f, LADDER_HEAR_WHISPER));
    assert_true(ladder_may(&f, LADDER_SPEAK_ESPEAK));
}

static void a_voice_that_failed_is_not_gone_back_to_in_its_call(void **state)
{
    struct storage *t = *state;
    struct why why = {"it failed"};
    struct providers p;

    all_configured(&p);
    struct env c = turn_of(&p, t);
    assert_true(ladder_may(&c, LADDER_SPEAK_GOOGLE));
    ladder_failed(&c, LADDER_SPEAK_GOOGLE, false, 0, &why);
    assert_false(ladder_may(&c, LADDER_SPEAK_GOOGLE));
    assert_int_equal(c.faults, 1);
    assert_string_equal(c.fault.text, "it failed");
    save(&c, t);
    assert_string_equal(c.skips, "speak-google");

    struct env next = turn_of(&p, t);
    next.skips = c.skips;
    assert_false(ladder_may(&next, LADDER_SPEAK_GOOGLE));
    save(&next, t);
    assert_string_equal(next.skips, "speak-google");
    /* One soft failure keeps no other call from it. */
    struct env other = turn_of(&p, t);
    assert_true(ladder_may(&other, LADDER_SPEAK_GOOGLE));
}

static void a_recogniser_that_failed_once_is_asked_again_in_the_next_turn(void **state)
{
    struct storage *t = *state;
    struct why why = {"it failed"};
    struct providers p;

    all_configured(&p);
    struct env c = turn_of(&p, t);
    assert_true(ladder_may(&c, LADDER_HEAR_GOOGLE));
    ladder_failed(&c, LADDER_HEAR_GOOGLE, false, 0, &why);
    save(&c, t);
    assert_string_equal(c.skips, "");
    struct env next = turn_of(&p, t);
    assert_true(ladder_may(&next, LADDER_HEAR_GOOGLE));
}

static void a_success_forgets_the_failures_and_asks_the_store_once_a_turn(void **state)
{
    struct storage *t = *state;
    struct why why = {"it failed"};
    struct breaker *noted = NULL;
    struct providers p;
    size_t n = 0;

    all_configured(&p);
    struct env c = turn_of(&p, t);
    ladder_failed(&c, LADDER_HEAR_GOOGLE, false, 0, &why);
    struct env next = turn_of(&p, t);
    assert_true(ladder_may(&next, LADDER_HEAR_GOOGLE));
    ladder_worked(&next, LADDER_HEAR_GOOGLE);
    (void)storage_sql(t, "UPDATE rung SET until_ms = 9000000000000");
    assert_true(ladder_may(&next, LADDER_HEAR_GOOGLE));
    save(&next, t);
    assert_int_equal(breakers_failing(t->s, &t->a, &noted, &n, NULL), ERR_OK);
    assert_int_equal(n, 0);
}

static void what_is_hard_is_skipped_by_every_worker_at_once(void **state)
{
    struct storage *t = *state;
    struct why why = {"the key is refused"};
    struct providers p;

    all_configured(&p);
    struct env c = turn_of(&p, t);
    ladder_failed(&c, LADDER_HEAR_GOOGLE, true, 0, &why);
    struct store *worker = storage_open(t);
    struct env other = turn_of(&p, t);
    other.store = worker;
    assert_false(ladder_may(&other, LADDER_HEAR_GOOGLE));
    assert_true(ladder_may(&other, LADDER_HEAR_WHISPER));
    store_close(worker);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, storage_setup, storage_teardown)
    const struct CMUnitTest tests[] = {
        TEST(nothing_said_is_the_whole_ladder),
        TEST(a_stage_that_is_named_has_those_providers_in_that_order_and_others_keep_theirs),
        TEST(what_it_writes_it_reads),
        TEST(a_fault_is_named_and_changes_nothing),
        TEST(every_provider_has_a_name_of_its_own_in_its_stage),
        TEST(only_what_is_configured_and_named_may_be_used),
        TEST(a_voice_that_failed_is_not_gone_back_to_in_its_call),
        TEST(a_recogniser_that_failed_once_is_asked_again_in_the_next_turn),
        TEST(a_success_forgets_the_failures_and_asks_the_store_once_a_turn),
        TEST(what_is_hard_is_skipped_by_every_worker_at_once),
    };
    return cmocka_run_group_tests_name("providers/ladder", tests, NULL, NULL);
}
