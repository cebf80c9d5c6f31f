/* ITU-T G.711: a sign, three bits of segment and four bits of step within it. Samples are 16 bit;
 * mu-law has 14 significant bits of them and A-law 13. Negative samples are taken as ones'
 * complement, as the ITU's own tools do (G.191). */
#include "wire/wav.h"

#define MULAW_BIAS 33     /* in 14 bits */
#define MULAW_TOP  0x1fff /* 14 bits, bias included */

/* Number of the highest bit that is set; `v` is not 0. */
static int highest_bit(unsigned v)
{
    return 31 - __builtin_clz(v);
}

static unsigned magnitude(int16_t sample)
{
    return (unsigned)(sample < 0 ? ~sample : sample);
}

int16_t wav_from_mulaw(uint8_t code)
{
    unsigned bits = (uint8_t)~code;
    unsigned biased = ((bits & 0x0f) * 2 + MULAW_BIAS) << (bits >> 4 & 7);
    int level = (int)(biased - MULAW_BIAS) * 4;

    return (int16_t)((bits & 0x80) != 0 ? -level : level);
}

uint8_t wav_to_mulaw(int16_t sample)
{
    unsigned biased = (magnitude(sample) >> 2) + MULAW_BIAS;

    if (biased > MULAW_TOP)
        biased = MULAW_TOP;
    unsigned segment = (unsigned)highest_bit(biased) - 5;
    unsigned bits = segment << 4 | (biased >> (segment + 1) & 0x0f);
    return (uint8_t) ~(sample < 0 ? bits | 0x80 : bits);
}

int16_t wav_from_alaw(uint8_t code)
{
    unsigned bits = code ^ 0x55U;
    unsigned segment = bits >> 4 & 7;
    unsigned step = (bits & 0x0f) * 2 + 1; /* the middle of the step */
    unsigned level = segment == 0 ? step : (step + 32) << (segment - 1);

    return (int16_t)((bits & 0x80) != 0 ? (int)level * 8 : -(int)level * 8);
}

uint8_t wav_to_alaw(int16_t sample)
{
    unsigned level = magnitude(sample) >> 4;
    unsigned segment = level < 16 ? 0 : (unsigned)highest_bit(level) - 3;
    unsigned step = segment == 0 ? level : level >> (segment - 1) & 0x0f;
    unsigned bits = segment << 4 | step;

    return (uint8_t)((sample < 0 ? bits : bits | 0x80) ^ 0x55);
}
