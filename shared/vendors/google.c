#include "vendors/google.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string.h>

#include "base/file.h"
#include "wire/json.h"

#define CREDENTIALS_MAX ((size_t)64 * 1024)

/* A key under a passphrase is of no use to a service; without this, libcrypto asks for one on the
 * terminal and waits. */
static int no_passphrase(char *buf, int size, int writing, void *of)
{
    (void)buf;
    (void)size;
    (void)writing;
    (void)of;
    return -1;
}

static bool is_private_key(const char *pem)
{
    size_t n = strlen(pem);

    if (n > INT_MAX)
        return false;
    BIO *bio = BIO_new_mem_buf(pem, (int)n);
    if (bio == NULL)
        return false;
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
    bool good = key != NULL && EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA;
    EVP_PKEY_free(key);
    BIO_free(bio);
    ERR_clear_error(); /* what was wrong with it concerns nobody after us */
    return good;
}

enum err google_credentials_check(struct arena *a, const char *path, struct why *why)
{
    static const char *const wanted[] = {"client_email", "token_uri", "private_key"};
    const struct json *o = NULL;
    const char *value = NULL;
    char *text = NULL;
    size_t n = 0;

    enum err e = file_read(a, path, CREDENTIALS_MAX, &text, &n, why);
    if (e == ERR_NOT_FOUND) /* health tells this to anybody: not where it was looked for */
        return why_set(why, e, "the credentials file is not there");
    if (e == ERR_MEMORY)
        return e;
    if (e != ERR_OK)
        return why_set(why, ERR_CONFIG, "the credentials file cannot be read");
    if (json_parse(a, text, n, &o, NULL) != ERR_OK)
        return why_set(why, ERR_CONFIG, "the credentials file is not JSON");
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        if (json_get_text(o, wanted[i], CREDENTIALS_MAX, &value, NULL) != ERR_OK)
            return why_set(why, ERR_CONFIG, "the credentials file has no %s", wanted[i]);
    if (!is_private_key(value))
        return why_set(why, ERR_CONFIG, "the private key in the credentials file cannot be parsed");
    return ERR_OK;
}
