#include "wire/flac.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void the_first_block_tells_the_length(void **state)
{
    /* 16000 Hz, 16 bit, one channel, 24000 samples */
    unsigned char flac[] = "fLaC\0\0\0\x22\x10\0\x10\0\0\0\0\0\0\0\x03\xe8\0\xf0\0\0\x5d\xc0";

    (void)state;
    assert_int_equal(flac_ms(flac, 26), 1500);
    for (size_t n = 0; n < 26; n++)
        assert_int_equal(flac_ms(flac, n), -1);
    flac[21] = 0xff; /* 36 bits of samples */
    memset(flac + 22, 0xff, 4);
    assert_int_equal(flac_ms(flac, 26), 4294967295LL);
    memset(flac + 21, 0xf0, 1);
    memset(flac + 22, 0, 4); /* a writer that did not know */
    assert_int_equal(flac_ms(flac, 26), -1);
    flac[4] = 4; /* another block is first */
    assert_int_equal(flac_ms(flac, 26), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_block_tells_the_length),
    };
    return cmocka_run_group_tests_name("wire/flac", tests, NULL, NULL);
}
