/* Text that decodes is the one text of its bytes; bytes that are encoded come back. */
#include <assert.h>
#include <string.h>

#include "wire/base64.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena a;
    struct buf text;
    char *bytes = NULL;
    size_t len = 0;

    arena_init(&a, 64 << 20);
    buf_init(&text, &a, 16 << 20);
    if (base64_decode(&a, (const char *)data, n, &bytes, &len) == ERR_OK) {
        base64_encode(&text, bytes, len);
        assert(text.len == n && (n == 0 || memcmp(text.data, data, n) == 0));
    }
    buf_clear(&text);
    base64_encode(&text, data, n);
    assert(text.len == base64_length(n));
    enum err e = base64_decode(&a, buf_text(&text), text.len, &bytes, &len);
    assert(e == ERR_OK && len == n && (n == 0 || memcmp(bytes, data, n) == 0));
    arena_release(&a);
    return 0;
}
