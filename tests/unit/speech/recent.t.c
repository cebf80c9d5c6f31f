#include "speech/cache.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define MUCH (CACHE_RECENT_BYTES / 3)

static char sound[CACHE_RECENT_BYTES + 1];
static struct cache_recent r;

static int set_up(void **state)
{
    (void)state;
    r = (struct cache_recent){0};
    for (size_t i = 0; i < sizeof sound; i++)
        sound[i] = (char)(i * 7);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    cache_recent_release(&r);
    return r.held != 0;
}

static void a_sound_comes_back_whole_with_its_hash(void **state)
{
    (void)state;
    char copy[1000];
    char sha256[DIGEST_HEX];

    memcpy(copy, sound, sizeof copy);
    assert_int_equal(digest_sha256(sound, sizeof copy, sha256), ERR_OK);
    assert_null(cache_recent_find(&r, "greeting"));
    const struct cache_sound *kept = cache_recent_keep(&r, "greeting", copy, sizeof copy);
    memset(copy, 0, sizeof copy); /* it was copied */
    assert_non_null(kept);
    const struct cache_sound *found = cache_recent_find(&r, "greeting");
    assert_ptr_equal(found, kept);
    assert_int_equal(found->len, sizeof copy);
    assert_memory_equal(found->wav, sound, sizeof copy);
    assert_string_equal(found->sha256, sha256);
    assert_null(cache_recent_find(&r, "greetin"));
    assert_null(cache_recent_find(&r, "greeting "));
}

static void whatever_was_asked_for_longest_ago_makes_room(void **state)
{
    (void)state;
    assert_non_null(cache_recent_keep(&r, "a", sound, MUCH));
    assert_non_null(cache_recent_keep(&r, "b", sound, MUCH));
    assert_non_null(cache_recent_find(&r, "a"));
    assert_non_null(cache_recent_keep(&r, "c", sound, MUCH));
    assert_true(r.held <= CACHE_RECENT_BYTES);
    assert_non_null(cache_recent_find(&r, "a"));
    assert_null(cache_recent_find(&r, "b"));
    assert_int_equal(cache_recent_find(&r, "c")->len, MUCH);
}

static void more_small_ones_than_slots_drop_the_oldest(void **state)
{
    (void)state;
    char key[16];

    for (int i = 0; i < 3 * CACHE_RECENT_SLOTS; i++) {
        (void)snprintf(key, sizeof key, "k%d", i);
        assert_non_null(cache_recent_keep(&r, key, sound + i, 100));
    }
    for (int i = 0; i < 3 * CACHE_RECENT_SLOTS; i++) {
        (void)snprintf(key, sizeof key, "k%d", i);
        const struct cache_sound *found = cache_recent_find(&r, key);
        assert_int_equal(found != NULL, i >= 2 * CACHE_RECENT_SLOTS);
        if (found != NULL)
            assert_memory_equal(found->wav, sound + i, 100);
    }
}

static void one_that_is_too_large_is_not_kept_and_drops_nothing(void **state)
{
    (void)state;
    assert_non_null(cache_recent_keep(&r, "small", sound, 100));
    assert_null(cache_recent_keep(&r, "large", sound, CACHE_RECENT_BYTES + 1));
    assert_null(
        cache_recent_keep(&r, "large", sound, CACHE_RECENT_BYTES)); /* its key has no room */
    assert_non_null(cache_recent_find(&r, "small"));
    assert_non_null(cache_recent_keep(&r, "most", sound, CACHE_RECENT_BYTES - sizeof "most"));
    assert_int_equal(r.held, CACHE_RECENT_BYTES);
    assert_null(cache_recent_find(&r, "small"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_sound_comes_back_whole_with_its_hash, set_up, tear_down),
        cmocka_unit_test_setup_teardown(whatever_was_asked_for_longest_ago_makes_room, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(more_small_ones_than_slots_drop_the_oldest, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(one_that_is_too_large_is_not_kept_and_drops_nothing, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests_name("speech/recent", tests, NULL, NULL);
}
