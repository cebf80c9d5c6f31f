/* A profile's file of any bytes: read, or refused with faults that can be shown. */
#include <assert.h>
#include <stdint.h>

#include "base/text.h"
#include "business/profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena a;
    struct profile p = {0};
    struct profile_faults f = {0};
    const struct tm local = {.tm_wday = 3};

    arena_init(&a, (size_t)32 << 20);
    enum err e = profile_read(&a, "fuzz", (const char *)data, n, &p, &f);
    assert(e == ERR_OK || e == ERR_CONFIG || e == ERR_MEMORY);
    assert((e == ERR_CONFIG) == (f.n > 0));
    for (size_t i = 0; i < f.n; i++)
        assert(f.fault[i].path != NULL && text_is_utf8(f.fault[i].text, strlen(f.fault[i].text)));
    if (e == ERR_OK) {
        assert(profile_phrase(&a, &p, p.say.greeting, &local, NULL, NULL) != NULL);
        (void)profile_rule(&p, "слово");
    }
    arena_release(&a);
    return 0;
}
