#include "wire/mp3.h"

#include <string.h>

/* ISO 11172-3 and 13818-3, layer III: four bytes before each frame. */

#define HEAD     4
#define TAG_HEAD 10 /* of ID3v2 */

struct frame {
    size_t bytes;
    unsigned samples;
    unsigned rate;
};

/* False: no frame begins here. Frames of a free bit rate are not known: none writes them. */
static bool read_frame(const unsigned char *p, size_t n, struct frame *ret)
{
    static const unsigned kbits[2][16] = {
        {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0},
        {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0},
    };
    static const unsigned rates[4] = {44100, 48000, 32000, 0};

    if (n < HEAD || p[0] != 0xff || (p[1] & 0xe6) != 0xe2)
        return false;
    unsigned version = p[1] >> 3 & 3; /* 3: MPEG-1, 2: MPEG-2, 0: 2.5 */
    unsigned kbit = kbits[version == 3][p[2] >> 4];
    unsigned rate = rates[p[2] >> 2 & 3] >> (version == 3 ? 0 : version == 2 ? 1 : 2);
    if (version == 1 || kbit == 0 || rate == 0)
        return false;
    ret->samples = version == 3 ? 1152 : 576;
    ret->rate = rate;
    ret->bytes = ret->samples / 8 * kbit * 1000 / rate + (p[2] >> 1 & 1U);
    return true;
}

/* The bytes of the ID3v2 tags before the sound. */
static size_t skip_tags(const unsigned char *p, size_t n)
{
    size_t at = 0;

    while (n - at >= TAG_HEAD && memcmp(p + at, "ID3", 3) == 0) {
        const unsigned char *s = p + at + 6;
        size_t size = TAG_HEAD + ((size_t)(s[0] & 0x7f) << 21 | (size_t)(s[1] & 0x7f) << 14 |
                                  (size_t)(s[2] & 0x7f) << 7 | (size_t)(s[3] & 0x7f));
        if (size > n - at)
            return n;
        at += size;
    }
    return at;
}

bool mp3_is(const void *data, size_t n)
{
    const unsigned char *p = data;
    struct frame first;
    struct frame next;

    if (n >= 3 && memcmp(p, "ID3", 3) == 0)
        return true;
    if (!read_frame(p, n, &first))
        return false;
    return n < first.bytes + HEAD || read_frame(p + first.bytes, n - first.bytes, &next);
}

int64_t mp3_ms(const void *data, size_t n)
{
    const unsigned char *p = data;
    int64_t us = 0;
    bool found = false;

    for (size_t at = skip_tags(p, n); at < n;) {
        struct frame f;
        if (!read_frame(p + at, n - at, &f)) {
            at++;
            continue;
        }
        found = true;
        us += (int64_t)f.samples * 1000000 / f.rate;
        at += f.bytes;
    }
    return found ? us / 1000 : -1;
}
