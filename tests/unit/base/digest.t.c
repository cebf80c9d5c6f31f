#include "base/digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* FIPS 180-2, appendix B, and NIST's SHA-256 examples. */
static void sha256_of_the_standards_examples(void **state)
{
    static const struct {
        const char *text;
        const char *hex;
    } rows[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char hex[DIGEST_HEX] = "";
        assert_int_equal(digest_sha256(rows[i].text, strlen(rows[i].text), hex), ERR_OK);
        assert_string_equal(hex, rows[i].hex);
    }
}

static void sha256_of_a_million_letters(void **state)
{
    char hex[DIGEST_HEX] = "";

    (void)state;
    char *text = malloc(1000000);
    assert_non_null(text);
    memset(text, 'a', 1000000);
    assert_int_equal(digest_sha256(text, 1000000, hex), ERR_OK);
    free(text);
    assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void a_nul_is_a_byte_like_any_other(void **state)
{
    char with[DIGEST_HEX] = "";
    char without[DIGEST_HEX] = "";

    (void)state;
    assert_int_equal(digest_sha256("a\0b", 3, with), ERR_OK);
    assert_int_equal(digest_sha256("a", 1, without), ERR_OK);
    assert_string_not_equal(with, without);
}

static void nothing_at_all_may_be_null(void **state)
{
    char hex[DIGEST_HEX] = "";

    (void)state;
    assert_int_equal(digest_sha256(NULL, 0, hex), ERR_OK);
    assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

/* RFC 4231, test cases 1, 2, 6 and 7 (3 and 4 of it have the same shape as 1). */
static void hmac_of_the_rfcs_examples(void **state)
{
    char twenty[21] = {0};
    char long_key[132] = {0};
    const struct {
        const char *key, *text, *hex;
    } rows[] = {
        {twenty, "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {"Jefe", "what do ya want for nothing?",
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {long_key, "Test Using Larger Than Block-Size Key - Hash Key First",
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
        {long_key,
         "This is a test using a larger than block-size key and a larger than block-size data. "
         "The key needs to be hashed before being used by the HMAC algorithm.",
         "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
    };

    (void)state;
    memset(twenty, 0x0b, 20);
    memset(long_key, 0xaa, 131);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char hex[DIGEST_HEX] = "";
        assert_int_equal(digest_hmac_sha256(rows[i].key, rows[i].text, strlen(rows[i].text), hex),
                         ERR_OK);
        assert_string_equal(hex, rows[i].hex);
    }
}

static void hmac_with_an_empty_key_is_defined(void **state)
{
    char hex[DIGEST_HEX] = "";

    (void)state;
    assert_int_equal(digest_hmac_sha256("", "", 0, hex), ERR_OK);
    assert_string_equal(hex, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_of_the_standards_examples),
        cmocka_unit_test(sha256_of_a_million_letters),
        cmocka_unit_test(a_nul_is_a_byte_like_any_other),
        cmocka_unit_test(nothing_at_all_may_be_null),
        cmocka_unit_test(hmac_of_the_rfcs_examples),
        cmocka_unit_test(hmac_with_an_empty_key_is_defined),
    };
    return cmocka_run_group_tests_name("base/digest", tests, NULL, NULL);
}
