#include "providers/hints.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "providers/google-stt.h"

/* A set of texts with open addressing; never full. */
struct set {
    const char **slot;
    size_t mask;
};

static uint32_t hash(const char *s)
{
    uint32_t h = 2166136261U; /* FNV-1a */

    for (; *s != '\0'; s++)
        h = (h ^ (unsigned char)*s) * 16777619U;
    return h;
}

/* False if it was there already. */
static bool add(struct set *set, const char *s)
{
    size_t i = hash(s) & set->mask;

    for (; set->slot[i] != NULL; i = (i + 1) & set->mask)
        if (strcmp(set->slot[i], s) == 0)
            return false;
    set->slot[i] = s;
    return true;
}

enum err hints_choose(struct arena *a, const char *const *text, size_t n, struct hints *ret)
{
    struct hints h = {0};
    struct set set = {.mask = 1};
    size_t chars = 0;

    n = n < GOOGLE_STT_HINTS ? n : GOOGLE_STT_HINTS;
    while (set.mask < 2 * n)
        set.mask = set.mask * 2 + 1;
    set.slot = arena_calloc(a, set.mask + 1, sizeof *set.slot);
    h.text = arena_calloc(a, n + 1, sizeof *h.text);
    if (set.slot == NULL || h.text == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < n; i++) {
        size_t length = text_length(text[i]);
        const char *folded = text_fold(a, text[i]);
        if (folded == NULL)
            return ERR_MEMORY;
        if (*folded == '\0' || length > GOOGLE_STT_HINT_CHARS ||
            chars + length > GOOGLE_STT_HINTS_ALL || !add(&set, folded))
            continue;
        chars += length;
        h.text[h.n++] = text[i];
    }
    *ret = h;
    return ERR_OK;
}
