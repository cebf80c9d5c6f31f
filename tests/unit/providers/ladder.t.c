#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
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

/* Each by its rank; what no setting brings is the last of its stage. */
static void nothing_said_is_the_whole_ladder(void **state)
{
    struct ladder l = read_good("");
    size_t n = 0;

    (void)state;
    for (; providers[n] != NULL; n++)
        assert_true(ladder_names(&l, providers[n]));
    assert_int_equal(l.n[PROVIDER_HEAR] + l.n[PROVIDER_THINK] + l.n[PROVIDER_SPEAK], n);
    for (enum provider_stage s = 0; s < PROVIDER__STAGES; s++)
        for (size_t i = 1; i < l.n[s]; i++) {
            assert_true(l.rung[s][i - 1]->rank <= l.rung[s][i]->rank);
            assert_true(provider_is_brought(l.rung[s][i - 1]));
        }
    assert_string_equal(l.rung[PROVIDER_HEAR][0]->name, "google");
    assert_string_equal(l.rung[PROVIDER_THINK][0]->name, "claude");
    assert_string_equal(l.rung[PROVIDER_THINK][l.n[PROVIDER_THINK] - 1]->name, "rules");
    assert_string_equal(l.rung[PROVIDER_SPEAK][0]->name, "google");
    assert_string_equal(l.rung[PROVIDER_SPEAK][l.n[PROVIDER_SPEAK] - 1]->name, "espeak");
}

static void a_stage_that_is_named_has_those_rungs_in_that_order_and_others_keep_theirs(void **state)
{
    struct storage *t = *state;
    struct ladder l = read_good(" hear=whisper,google;speak=espeak ");
    struct ladder whole = read_good("");

    assert_int_equal(l.n[PROVIDER_THINK], whole.n[PROVIDER_THINK]);
    l = read_good("hear=whisper,google;think=rules speak=espeak");
    assert_string_equal(ladder_text(&t->a, &l), "hear=whisper,google think=rules speak=espeak");
}

static void what_it_writes_it_reads(void **state)
{
    struct storage *t = *state;
    struct ladder l = read_good("think=rules hear=");
    struct ladder again = read_good(ladder_text(&t->a, &l));

    assert_int_equal(l.n[PROVIDER_HEAR], 0);
    assert_int_equal(l.n[PROVIDER_THINK], 1);
    assert_memory_equal(l.n, again.n, sizeof l.n);
}

static void a_fault_is_named_and_changes_nothing(void **state)
{
    static const struct {
        const char *text, *says;
    } bad[] = {
        {"sing=google", "\"sing\" is not a stage"},
        {"hear", "\"hear\" is not a stage"},
        {"hear=claude", "\"claude\" is not a rung of hear"},
        {"speak=google,", NULL},
        {"speak=google,,espeak", "\"\" is not a rung of speak"},
        {"speak=google,google", "names google twice"},
        {"think=claude-22", "\"claude-22\" is not a rung"},
        {"think=claud", "\"claud\" is not a rung"},
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

static const struct provider *by(const char *key)
{
    const char *name = strchr(key, '-') + 1;
    enum provider_stage s = *key == 'h'   ? PROVIDER_HEAR
                            : *key == 't' ? PROVIDER_THINK
                                          : PROVIDER_SPEAK;
    const struct provider *p = provider_find(s, name, strlen(name));

    assert_non_null(p);
    return p;
}

static void every_rung_has_a_name_of_its_own_in_its_stage(void **state)
{
    (void)state;
    for (size_t i = 0; providers[i] != NULL; i++) {
        assert_int_equal(provider_index(providers[i]), i);
        assert_ptr_equal(by(provider_key(providers[i]).text), providers[i]);
        assert_non_null(providers[i]->ready);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(provider_key(providers[i]).text,
                                    provider_key(providers[k]).text);
    }
}

/* What is asked can be asked again, read and paid for. */
static void every_rung_says_what_its_stage_needs(void **state)
{
    (void)state;
    for (size_t i = 0; providers[i] != NULL; i++) {
        const struct provider *p = providers[i];
        assert_true(provider_asks(p) == (p->retry.tries > 0));
        assert_true(p->stage == PROVIDER_HEAR || p->hear.request == NULL);
        assert_true(p->stage == PROVIDER_THINK || p->think.request == NULL);
        assert_true(p->stage == PROVIDER_SPEAK || p->speak.request == NULL);
        if (p->stage == PROVIDER_HEAR)
            assert_true(p->hear.request != NULL && p->hear.read != NULL && p->hear.cost != NULL);
        if (p->speak.request != NULL)
            assert_true(p->speak.read != NULL && p->speak.cost != NULL);
        if (p->think.request != NULL)
            assert_true(p->think.model != NULL);
    }
}

/* ---- within a turn ------------------------------------------------------------------------------ */

struct house {
    struct storage *t;
    struct providers providers;
};

static void set(const char *name, const char *value)
{
    assert_int_equal(setenv(name, value, 1), 0);
    assert_int_equal(settings_load(NULL), ERR_OK);
}

static int house_setup(void **state)
{
    struct house *h = calloc(1, sizeof *h);
    void *storage = NULL;

    if (h == NULL || storage_setup(&storage) != 0)
        return -1;
    h->t = storage;
    set("GOOGLE_API_KEY", "key");
    set("WHISPER_URL", "http://127.0.0.1:1/inference");
    assert_int_equal(providers_open(&h->providers, NULL), ERR_OK);
    assert_int_equal(ladder_read("", &h->providers.ladder, NULL), ERR_OK);
    *state = h;
    return 0;
}

static int house_teardown(void **state)
{
    struct house *h = *state;
    void *storage = h->t;

    providers_close(&h->providers);
    free(h);
    (void)unsetenv("GOOGLE_API_KEY");
    (void)unsetenv("WHISPER_URL");
    return settings_load(NULL) == ERR_OK ? storage_teardown(&storage) : -1;
}

static struct env turn_of(struct house *h)
{
    return (struct env){.arena = &h->t->a,
                        .store = h->t->s,
                        .providers = &h->providers,
                        .deadline = deadline_in_ms(2000),
                        .skips = ""};
}

static void save(struct env *env, struct house *h)
{
    storage_begin(h->t);
    assert_int_equal(ladder_save(env, NULL), ERR_OK);
    storage_commit(h->t);
}

static struct failure failed(enum failure_next next, const char *text)
{
    struct failure f = {0};

    assert_int_equal(failure_set(&f, next, ERR_PEER, "%s", text), ERR_PEER);
    return f;
}

static void only_what_is_configured_and_named_may_be_used(void **state)
{
    struct house *h = *state;
    struct env c = turn_of(h);

    assert_true(ladder_claim(&c, by("hear-google")));
    assert_true(ladder_claim(&c, by("hear-whisper")));
    assert_false(ladder_claim(&c, by("think-claude")));
    assert_true(ladder_claim(&c, by("think-rules")));
    assert_int_equal(ladder_read("hear=whisper", &h->providers.ladder, NULL), ERR_OK);
    struct env d = turn_of(h);
    assert_false(ladder_claim(&d, by("hear-google")));
    struct http *http = h->providers.http;
    h->providers.http = NULL;
    struct env f = turn_of(h);
    assert_false(ladder_claim(&f, by("hear-whisper")));
    assert_true(ladder_claim(&f, by("speak-espeak")));
    h->providers.http = http;
}

static void a_voice_that_failed_is_not_gone_back_to_in_its_call(void **state)
{
    const struct provider *google = by("speak-google");
    struct failure why = failed(FAILURE_AGAIN, "it failed");
    struct house *h = *state;
    struct env c = turn_of(h);

    assert_true(ladder_claim(&c, google));
    ladder_failed(&c, google, &why);
    assert_false(ladder_claim(&c, google));
    assert_int_equal(c.faults, 1);
    assert_string_equal(c.fault.text, "it failed");
    save(&c, h);
    assert_string_equal(c.skips, "speak-google");

    struct env next = turn_of(h);
    next.skips = c.skips;
    assert_false(ladder_claim(&next, google));
    save(&next, h);
    assert_string_equal(next.skips, "speak-google");
    /* One soft failure keeps no other call from it. */
    struct env other = turn_of(h);
    assert_true(ladder_claim(&other, google));
}

static void a_recogniser_that_failed_once_is_asked_again_in_the_next_turn(void **state)
{
    struct failure why = failed(FAILURE_AGAIN, "it failed");
    struct house *h = *state;
    struct env c = turn_of(h);

    assert_true(ladder_claim(&c, by("hear-google")));
    ladder_failed(&c, by("hear-google"), &why);
    save(&c, h);
    assert_string_equal(c.skips, "");
    struct env next = turn_of(h);
    assert_true(ladder_claim(&next, by("hear-google")));
}

static void a_success_forgets_the_failures_and_asks_the_store_once_a_turn(void **state)
{
    struct failure why = failed(FAILURE_AGAIN, "it failed");
    struct house *h = *state;
    struct breaker *noted = NULL;
    struct env c = turn_of(h);
    size_t n = 0;

    ladder_failed(&c, by("hear-google"), &why);
    struct env next = turn_of(h);
    assert_true(ladder_claim(&next, by("hear-google")));
    ladder_worked(&next, by("hear-google"));
    (void)storage_sql(h->t, "UPDATE rung SET until_ms = 9000000000000");
    assert_true(ladder_claim(&next, by("hear-google")));
    save(&next, h);
    assert_int_equal(breakers_failing(h->t->s, &h->t->a, &noted, &n, NULL), ERR_OK);
    assert_int_equal(n, 0);
}

static void what_is_hard_is_skipped_by_every_worker_at_once(void **state)
{
    struct failure why = failed(FAILURE_OPERATOR, "the key is refused");
    struct house *h = *state;
    struct env c = turn_of(h);

    ladder_failed(&c, by("hear-google"), &why);
    struct store *worker = storage_open(h->t);
    struct env other = turn_of(h);
    other.store = worker;
    assert_false(ladder_claim(&other, by("hear-google")));
    assert_true(ladder_claim(&other, by("hear-whisper")));
    store_close(worker);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, storage_setup, storage_teardown)
#define TURN(f) cmocka_unit_test_setup_teardown(f, house_setup, house_teardown)
    const struct CMUnitTest tests[] = {
        TEST(nothing_said_is_the_whole_ladder),
        TEST(a_stage_that_is_named_has_those_rungs_in_that_order_and_others_keep_theirs),
        TEST(what_it_writes_it_reads),
        TEST(a_fault_is_named_and_changes_nothing),
        TEST(every_rung_has_a_name_of_its_own_in_its_stage),
        TEST(every_rung_says_what_its_stage_needs),
        TURN(only_what_is_configured_and_named_may_be_used),
        TURN(a_voice_that_failed_is_not_gone_back_to_in_its_call),
        TURN(a_recogniser_that_failed_once_is_asked_again_in_the_next_turn),
        TURN(a_success_forgets_the_failures_and_asks_the_store_once_a_turn),
        TURN(what_is_hard_is_skipped_by_every_worker_at_once),
    };
    return cmocka_run_group_tests_name("providers/ladder", tests, NULL, NULL);
}
