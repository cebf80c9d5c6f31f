#include "wire/ogg.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define OPUS_RATE 48000 /* of its granule positions (RFC 7845 4) */
#define PAGE_HEAD 27    /* bytes before the table of segments; the last is its length */
#define OPUS_HEAD 16    /* of the identification header, up to and with the rate */

static uint32_t le32(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

int ogg_opus_rate(const void *data, size_t n)
{
    static const uint32_t rates[] = {8000, 12000, 16000, 24000, 48000};
    const unsigned char *p = data;

    if (n < PAGE_HEAD || memcmp(p, "OggS", 4) != 0)
        return 0;
    size_t head = PAGE_HEAD + (size_t)p[PAGE_HEAD - 1];
    if (n < head + OPUS_HEAD || memcmp(p + head, "OpusHead", 8) != 0)
        return 0;
    uint32_t rate = le32(p + head + 12);
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++)
        if (rate == rates[i])
            return (int)rate;
    return OPUS_RATE;
}

/* ---- how long it plays ----------------------------------------------------------------------- */

/* A packet's samples at OPUS_RATE, by its first bytes (RFC 6716 3.1). */
static unsigned opus_samples(const unsigned char *p, size_t n)
{
    static const unsigned silk[] = {480, 960, 1920, 2880};
    static const unsigned celt[] = {120, 240, 480, 960};
    unsigned config = p[0] >> 3;
    unsigned frames = (p[0] & 3) == 0 ? 1 : 2;
    unsigned each = config < 12   ? silk[config & 3]
                    : config < 16 ? 480U << (config & 1)
                                  : celt[config & 3];

    if ((p[0] & 3) == 3)
        frames = n < 2 ? 0 : p[1] & 0x3f;
    return frames * each;
}

/* The pages one after the other. */
struct pages {
    const unsigned char *at;
    size_t left;
    bool goes_on;      /* the next page begins within a packet */
    uint64_t position; /* the greatest granule position */
    uint64_t samples;  /* of Opus packets */
};

/* The packets that begin on this page, but for what is cut off; `table` has the lengths of its `n`
 * segments. */
static void count_packets(struct pages *s, const unsigned char *table, size_t n,
                          const unsigned char *p, size_t left)
{
    for (size_t i = 0; i < n && table[i] <= left; i++) {
        size_t len = table[i];
        bool is_header =
            len >= 8 && (memcmp(p, "OpusHead", 8) == 0 || memcmp(p, "OpusTags", 8) == 0);
        if (!s->goes_on && len > 0 && !is_header)
            s->samples += opus_samples(p, len);
        s->goes_on = table[i] == 255;
        p += len;
        left -= len;
    }
}

/* False: no whole page begins in what is left. Bytes between pages are passed over. */
static bool take_page(struct pages *s)
{
    const unsigned char *p = s->left == 0 ? NULL : memmem(s->at, s->left, "OggS", 4);

    if (p == NULL)
        return false;
    size_t left = s->left - (size_t)(p - s->at);
    if (left < PAGE_HEAD || left < PAGE_HEAD + (size_t)p[PAGE_HEAD - 1])
        return false;
    size_t n = p[PAGE_HEAD - 1];
    const unsigned char *table = p + PAGE_HEAD;
    uint64_t position = le32(p + 6) | (uint64_t)le32(p + 10) << 32;
    /* All ones: no packet ends on this page. */
    if (position <= INT64_MAX && position > s->position)
        s->position = position;
    size_t body = 0;
    for (size_t i = 0; i < n; i++)
        body += table[i];
    left -= PAGE_HEAD + n;
    count_packets(s, table, n, table + n, left);
    body = body < left ? body : left;
    s->at = table + n + body;
    s->left = left - body;
    return true;
}

/* Samples a second of the granule positions; 0: not known. */
static uint32_t position_rate(const unsigned char *p, size_t n)
{
    size_t head = n < PAGE_HEAD ? n : PAGE_HEAD + (size_t)p[PAGE_HEAD - 1];

    if (ogg_opus_rate(p, n) > 0)
        return OPUS_RATE;
    if (n >= head + 16 && memcmp(p + head, "\1vorbis", 7) == 0)
        return le32(p + head + 12);
    if (n >= head + 40 && memcmp(p + head, "Speex   ", 8) == 0)
        return le32(p + head + 36);
    return 0;
}

int64_t ogg_ms(const void *data, size_t n)
{
    struct pages s = {.at = data, .left = n};
    uint32_t rate = position_rate(data, n);

    if (rate == 0)
        return -1;
    while (take_page(&s))
        continue;
    if (ogg_opus_rate(data, n) > 0 && s.samples > s.position)
        s.position = s.samples;
    if (s.position == 0)
        return -1;
    if (s.position / rate > INT32_MAX)
        return INT64_MAX;
    return (int64_t)(s.position / rate * 1000 + s.position % rate * 1000 / rate);
}
