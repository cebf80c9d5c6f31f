#include "base/digest.h"

#include <limits.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

static void to_hex(const unsigned char *bytes, size_t n, char *out)
{
    static const char hex[] = "0123456789abcdef";

    for (size_t i = 0; i < n; i++) {
        out[2 * i] = hex[bytes[i] >> 4];
        out[2 * i + 1] = hex[bytes[i] & 15];
    }
    out[2 * n] = '\0';
}

enum err digest_sha256(const void *data, size_t n, char ret[static DIGEST_HEX])
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned int len = 0;

    if (EVP_Digest(data, n, bytes, &len, EVP_sha256(), NULL) != 1 || len != 32)
        return ERR_MEMORY;
    to_hex(bytes, len, ret);
    return ERR_OK;
}

enum err digest_hmac_sha256(const char *key, const void *data, size_t n,
                            char ret[static DIGEST_HEX])
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned int len = 0;
    size_t key_len = strlen(key);

    if (key_len > INT_MAX || HMAC(EVP_sha256(), key, (int)key_len, data, n, bytes, &len) == NULL)
        return ERR_MEMORY;
    if (len != 32)
        return ERR_MEMORY;
    to_hex(bytes, len, ret);
    return ERR_OK;
}

/* What the first use would do. Fails for lack of memory alone, which the first use then reports. */
__attribute__((constructor)) static void set_up(void)
{
    char hex[DIGEST_HEX];

    if (digest_sha256("", 0, hex) == ERR_OK)
        (void)(digest_hmac_sha256("", "", 0, hex) == ERR_OK);
}
