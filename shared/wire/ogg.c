#include "wire/ogg.h"

#include <stdint.h>
#include <string.h>

#define PAGE_HEAD 27 /* bytes before the table of segments; the last is its length */
#define OPUS_HEAD 16 /* of the identification header, up to and with the rate */

int ogg_opus_rate(const void *data, size_t n)
{
    static const uint32_t rates[] = {8000, 12000, 16000, 24000, 48000};
    const unsigned char *p = data;

    if (n < PAGE_HEAD || memcmp(p, "OggS", 4) != 0)
        return 0;
    size_t head = PAGE_HEAD + (size_t)p[PAGE_HEAD - 1];
    if (n < head + OPUS_HEAD || memcmp(p + head, "OpusHead", 8) != 0)
        return 0;
    p += head + 12;
    uint32_t rate =
        (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++)
        if (rate == rates[i])
            return (int)rate;
    return 48000;
}
