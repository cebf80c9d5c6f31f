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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_ogg_with_opus_has_a_rate),
    };
    return cmocka_run_group_tests_name("wire/ogg", tests, NULL, NULL);
}
