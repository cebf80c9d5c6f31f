#include "wire/ogg.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void only_ogg_with_opus_has_a_rate(void **state)
{
    static const unsigned char head[] = {'O', 'p', 'u', 's', 'H',  'e',  'a', 'd',
                                         1,   1,   0,   0,   0x44, 0xac, 0,   0};
    unsigned char ogg[64] = "OggS";

    (void)state;
    ogg[26] = 2;
    memcpy(ogg + 29, head, sizeof head);
    assert_int_equal(ogg_opus_rate(ogg, sizeof ogg), 48000); /* 44100 is none of Opus's */
    ogg[29 + 12] = 0x40;
    ogg[29 + 13] = 0x1f;
    assert_int_equal(ogg_opus_rate(ogg, sizeof ogg), 8000);
    for (size_t n = 0; n < 29 + 16; n++)
        assert_int_equal(ogg_opus_rate(ogg, n), 0);
    ogg[26] = 255; /* the table would pass the end */
    assert_int_equal(ogg_opus_rate(ogg, sizeof ogg), 0);
}

static unsigned char file[64 * 1024];

/* One page; `table` has the lengths of `n` segments, each filled with the byte `toc`. */
static size_t put_page(size_t at, uint64_t position, const unsigned char *table, size_t n, int toc)
{
    memset(file + at, 0, 27);
    memcpy(file + at, "OggS", 4);
    memcpy(file + at + 6, &position, 8);
    file[at + 26] = (unsigned char)n;
    memcpy(file + at + 27, table, n);
    at += 27 + n;
    for (size_t i = 0; i < n; at += table[i++])
        memset(file + at, toc, table[i]);
    return at;
}

static size_t put_opus_head(void)
{
    static const unsigned char one[] = {19};

    size_t n = put_page(0, 0, one, 1, 0);
    memcpy(file + 28, "OpusHead\1\1\0\0\x80\xbb\0\0", 16);
    n = put_page(n, 0, one, 1, 0);
    memcpy(file + n - 19, "OpusTags", 8);
    return n;
}

static void opus_is_as_long_as_its_packets_or_its_last_page(void **state)
{
    static const unsigned char three[] = {10, 10, 10};
    static const unsigned char split[] = {255, 255};
    static const unsigned char rest[] = {5, 10};

    (void)state;
    size_t head = put_opus_head();
    assert_int_equal(ogg_ms(file, head), -1);
    size_t n = put_page(head, 0, three, 3, 0x08); /* 20 ms each */
    assert_int_equal(ogg_ms(file, n), 60);
    n = put_page(head, 96000, three, 3, 0x08);
    assert_int_equal(ogg_ms(file, n), 2000);
    n = put_page(head, UINT64_MAX, split, 2, 0x18); /* one packet of 60 ms on two pages */
    n = put_page(n, 0, rest, 2, 0x18);
    assert_int_equal(ogg_ms(file, n), 120);
    for (size_t cut = 0; cut < n; cut++)
        assert_in_range(ogg_ms(file, cut) + 1, 0, 121);
    n = put_page(head, 0, three, 3, 0x0b); /* code 3: 11 frames of 20 ms */
    assert_int_equal(ogg_ms(file, n), 660);
    n = put_page(head, 0, three, 3, 0xe4); /* no code 3: CELT, one of 2.5 ms; of 0xe5: two */
    assert_int_equal(ogg_ms(file, n), 7);
}

static void vorbis_is_as_long_as_its_last_page_says(void **state)
{
    static const unsigned char one[] = {30};

    (void)state;
    size_t n = put_page(0, 0, one, 1, 0);
    memcpy(file + 28, "\1vorbis\0\0\0\0\1\x40\x1f\0\0", 16);
    n = put_page(n, 24000, one, 1, 0);
    assert_int_equal(ogg_ms(file, n), 3000);
    memcpy(file + 28 + 12, "\1\0\0\0", 4);
    n = put_page(n, INT64_MAX, one, 1, 0);
    assert_int_equal(ogg_ms(file, n), INT64_MAX);
    file[29] = 'V';
    assert_int_equal(ogg_ms(file, n), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_ogg_with_opus_has_a_rate),
        cmocka_unit_test(opus_is_as_long_as_its_packets_or_its_last_page),
        cmocka_unit_test(vorbis_is_as_long_as_its_last_page_says),
    };
    return cmocka_run_group_tests_name("wire/ogg", tests, NULL, NULL);
}
