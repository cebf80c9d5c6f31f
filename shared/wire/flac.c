#include "wire/flac.h"

#include <string.h>

#define RATE_AT 18 /* after the mark, the block's header and the sizes of blocks and frames */

int64_t flac_ms(const void *data, size_t n)
{
    const unsigned char *p = data;

    if (n < RATE_AT + 8 || memcmp(p, "fLaC", 4) != 0 || (p[4] & 0x7f) != 0)
        return -1;
    p += RATE_AT; /* 20 bits of rate, 3 of channels, 5 of width, 36 of samples */
    uint32_t rate = (uint32_t)p[0] << 12 | (uint32_t)p[1] << 4 | p[2] >> 4;
    uint64_t samples = (uint64_t)(p[3] & 0x0f) << 32 | (uint64_t)p[4] << 24 | (uint64_t)p[5] << 16 |
                       (uint64_t)p[6] << 8 | p[7];
    return rate == 0 || samples == 0 ? -1 : (int64_t)(samples * 1000 / rate);
}
