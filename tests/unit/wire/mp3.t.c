#include "wire/mp3.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static unsigned char bytes[64 * 1024];

/* Frames of 128 kbit/s at 44100 Hz: 417 bytes, 26.12 ms. */
static size_t put_frames(size_t at, size_t n)
{
    for (; n > 0; n--, at += 417)
        memcpy(bytes + at, "\xff\xfb\x90", 4);
    return at;
}

static void all_frames_are_counted_behind_tags_and_junk(void **state)
{
    (void)state;
    memset(bytes, 0, sizeof bytes);
    size_t n = put_frames(0, 100);
    assert_int_equal(mp3_ms(bytes, n), 2612);
    memset(bytes, 0, sizeof bytes);
    memcpy(bytes, "ID3\4\0\0\0\0\1\0", 10); /* 128 bytes of tag */
    memcpy(bytes + 20, "\xff\xfb\x90", 3);  /* no frame within it counts */
    n = put_frames(138, 50);
    n = put_frames(n + 33, 50);
    assert_int_equal(mp3_ms(bytes, n), 2612);
    assert_true(mp3_is(bytes, n));
}

static void rates_of_all_versions_are_known(void **state)
{
    static const struct {
        const char *head;
        int us;
    } rows[] = {
        {"\xff\xfb\x94", 24000}, /* MPEG-1 at 48000 Hz */
        {"\xff\xf3\x48", 36000}, /* MPEG-2 at 16000 */
        {"\xff\xe3\x48", 72000}, /* MPEG-2.5 at 8000 */
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        memset(bytes, 0, sizeof bytes);
        memcpy(bytes, rows[i].head, 3);
        assert_int_equal(mp3_ms(bytes, 4), rows[i].us / 1000);
    }
}

static void what_has_no_frame_has_no_length(void **state)
{
    static const char *const none[] = {"\xff\xfb\xf0", "\xff\xfb\x9c", "\xff\xeb\x90",
                                       "\xff\xfd\x90", "\xff\xfb\x00", "ID3\4"};

    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        memset(bytes, 0, 64);
        memcpy(bytes, none[i], 4);
        assert_int_equal(mp3_ms(bytes, 64), -1);
        assert_true(mp3_is(bytes, 64) == (i == 5));
    }
    assert_int_equal(mp3_ms("", 0), -1);
    assert_false(mp3_is("", 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_frames_are_counted_behind_tags_and_junk),
        cmocka_unit_test(rates_of_all_versions_are_known),
        cmocka_unit_test(what_has_no_frame_has_no_length),
    };
    return cmocka_run_group_tests_name("wire/mp3", tests, NULL, NULL);
}
