/* Any bytes: nothing reads out of bounds, and what is cut or folded stays valid. */
#include <assert.h>
#include <string.h>

#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static bool decodes_whole(const char *s, size_t n)
{
    const char *p = s;

    while (p < s + n) {
        const char *before = p;
        uint32_t c = text_next(&p);
        assert(p > before && p <= s + n && c != 0);
        if (c == 0xfffd && p == before + 1)
            return false;
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const char *bytes = (const char *)data;
    struct arena a;

    arena_init(&a, 64 << 20);
    bool valid = text_is_utf8(bytes, n);
    for (size_t max = 0; max < n + 2 && max < 200; max++) {
        size_t cut = text_cut(bytes, n, max);
        size_t limit = max < n ? max : n;
        assert(cut <= limit && cut + 4 > limit);
        assert(!valid || text_is_utf8(bytes, cut));
    }
    char *s = arena_strndup(&a, bytes, n);
    size_t len = strlen(s);
    assert(decodes_whole(s, len) == text_is_utf8(s, len));
    char *folded = text_fold(&a, s);
    assert(folded != NULL && text_is_utf8(folded, strlen(folded)));
    char *again = text_fold(&a, folded);
    assert(again != NULL && strlen(again) <= 2 * strlen(folded));
    (void)text_has_stem(folded, s);
    assert(text_length(s) <= len && strlen(text_digits(&a, s)) <= len);
    assert(text_equal_secret(s, s));
    arena_release(&a);
    return 0;
}
