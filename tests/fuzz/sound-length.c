/* Any bytes: a format and a length, within what they hold. */
#include <assert.h>
#include <stdint.h>

#include "speech/utterance.h"
#include "wire/flac.h"
#include "wire/mp3.h"
#include "wire/ogg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct sound_came came = {.data = data, .n = n};
    struct utterance u = {0};
    struct why why = {0};
    struct arena a;

    assert(ogg_ms(data, n) >= -1);
    assert(mp3_ms(data, n) >= -1);
    assert(flac_ms(data, n) >= -1);
    arena_init(&a, 64 << 20);
    enum err e = sound_measure(&a, &came, &u, &why);
    assert((e == ERR_OK) == (why.text[0] == '\0'));
    if (e == ERR_OK)
        assert(u.ms < HEAR_SECONDS_MAX * 1000 && u.format == sound_format_of(&came));
    arena_release(&a);
    return 0;
}
