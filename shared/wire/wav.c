#include "wire/wav.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ==== A-law and u-law ========================================================================= */

/* ITU-T G.711: a sign, three bits of segment and four bits of step within it. Samples are 16 bit;
 * mu-law has 14 significant bits of them and A-law 13. Negative samples are taken as ones'
 * complement, as the ITU's own tools do (G.191). */

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

/* ==== WAV files =============================================================================== */

#define RIFF_HEADER  12
#define CHUNK_HEADER 8

enum format {
    FORMAT_PCM = 1,
    FORMAT_FLOAT = 3,
    FORMAT_ALAW = 6,
    FORMAT_MULAW = 7,
    FORMAT_EXTENSIBLE = 0xfffe
};

static unsigned le16(const unsigned char *p)
{
    return p[0] | (unsigned)p[1] << 8;
}

static uint32_t le32(const unsigned char *p)
{
    return le16(p) | (uint32_t)le16(p + 2) << 16;
}

static uint64_t le64(const unsigned char *p)
{
    return le32(p) | (uint64_t)le32(p + 4) << 32;
}

bool wav_is(const void *data, size_t n)
{
    const char *p = data;

    return n >= RIFF_HEADER && (memcmp(p, "RIFF", 4) == 0 || memcmp(p, "RF64", 4) == 0) &&
           memcmp(p + 8, "WAVE", 4) == 0;
}

/* ---- the chunks ------------------------------------------------------------------------------ */

struct file {
    const unsigned char *fmt; /* NULL until found */
    size_t fmt_len;
    bool rf64;
    uint64_t size64; /* of the data, in RF64 */
    const unsigned char *data;
    size_t data_len;
    bool truncated;
};

/* How much of the `left` bytes is sound. The sizes a streaming writer leaves mean all of them. */
static void take_data(struct file *f, const unsigned char *p, uint32_t size32, size_t left)
{
    bool in_ds64 = f->rf64 && size32 == UINT32_MAX && f->size64 != 0;
    uint64_t size = in_ds64 ? f->size64 : size32;
    bool streamed = !in_ds64 && (size == 0 || size >= 0x7ffff000);

    f->data = p;
    f->truncated = !streamed && size > left;
    f->data_len = streamed || f->truncated ? left : (size_t)size;
}

static enum err take_fmt(struct file *f, const unsigned char *p, size_t size, struct why *why)
{
    if (f->fmt != NULL)
        return why_set(why, ERR_SYNTAX, "WAV: two fmt chunks");
    if (size < 16)
        return why_set(why, ERR_SYNTAX, "WAV: the fmt chunk has %zu bytes, not at least 16", size);
    f->fmt = p;
    f->fmt_len = size;
    return ERR_OK;
}

/* One chunk that is not data; it must be there whole. */
static enum err take_chunk(struct file *f, const unsigned char *id, const unsigned char *p,
                           size_t size, struct why *why)
{
    if (memcmp(id, "fmt ", 4) == 0)
        return take_fmt(f, p, size, why);
    if (f->rf64 && memcmp(id, "ds64", 4) == 0 && size >= 16)
        f->size64 = le64(p + 8);
    return ERR_OK;
}

static bool is_known(const unsigned char *p)
{
    return memcmp(p, "data", 4) == 0 || memcmp(p, "fmt ", 4) == 0 || memcmp(p, "ds64", 4) == 0 ||
           memcmp(p, "LIST", 4) == 0 || memcmp(p, "fact", 4) == 0;
}

static bool is_printed(const unsigned char *p)
{
    for (size_t i = 0; i < 4; i++)
        if (p[i] < ' ' || p[i] > '~')
            return false;
    return true;
}

/* Where the chunk behind one that ended at `at` begins. Chunks begin at even offsets; some writers
 * leave out the byte that sees to it. */
static size_t next_chunk(const unsigned char *p, size_t n, size_t begin, size_t size)
{
    size_t at = begin + size;

    if (size % 2 == 0 || at >= n)
        return at;
    if (n - at < CHUNK_HEADER || (n - at > CHUNK_HEADER && is_known(p + at + 1)))
        return at + 1;
    bool here = is_known(p + at) ||
                (is_printed(p + at) && (n - at == CHUNK_HEADER || !is_printed(p + at + 1)));
    return here ? at : at + 1;
}

/* Walks to the data chunk. */
static enum err walk(const unsigned char *p, size_t n, struct file *f, struct why *why)
{
    size_t at = RIFF_HEADER;

    f->rf64 = p[1] == 'F';
    while (at <= n && n - at >= CHUNK_HEADER) {
        const unsigned char *id = p + at;
        uint32_t size = le32(id + 4);
        at += CHUNK_HEADER;
        if (memcmp(id, "data", 4) == 0) {
            if (f->fmt == NULL)
                return why_set(why, ERR_SYNTAX, "WAV: the data chunk comes before the fmt chunk");
            take_data(f, p + at, size, n - at);
            return ERR_OK;
        }
        if (size > n - at)
            return why_set(why, ERR_SYNTAX, "WAV: a chunk at byte %zu runs past the end",
                           at - CHUNK_HEADER);
        enum err e = take_chunk(f, id, p + at, size, why);
        if (e != ERR_OK)
            return e;
        at = next_chunk(p, n, at, size);
    }
    return why_set(why, ERR_SYNTAX, "WAV: there is no %s chunk", f->fmt == NULL ? "fmt" : "data");
}

/* ---- the format ------------------------------------------------------------------------------ */

/* The tag inside WAVE_FORMAT_EXTENSIBLE: the first two bytes of a GUID with a fixed rest. */
static enum err resolve(const struct file *f, int *ret, struct why *why)
{
    static const unsigned char rest[14] = {0, 0, 0,    0, 0x10, 0,    0x80,
                                           0, 0, 0xaa, 0, 0x38, 0x9b, 0x71};

    *ret = (int)le16(f->fmt);
    if (*ret != FORMAT_EXTENSIBLE)
        return ERR_OK;
    if (f->fmt_len < 40 || le16(f->fmt + 16) < 22)
        return why_set(why, ERR_SYNTAX, "WAV: the extensible fmt chunk is too short");
    if (memcmp(f->fmt + 26, rest, sizeof rest) != 0)
        return why_set(why, ERR_FORMAT, "WAV: unknown extensible subformat");
    *ret = (int)le16(f->fmt + 24);
    return ERR_OK;
}

/* Bytes of one sample of one channel; 0: such samples are not read. G.711 has one, whatever the
 * header says. */
static size_t width_of(int format, int bits)
{
    if (format == FORMAT_ALAW || format == FORMAT_MULAW)
        return 1;
    if (format == FORMAT_FLOAT)
        return bits == 32 || bits == 64 ? (size_t)bits / 8 : 0;
    return format == FORMAT_PCM && bits >= 8 && bits <= 32 ? ((size_t)bits + 7) / 8 : 0;
}

/* What the header also says but what follows from the rest (bytes of a frame, bytes a second) is
 * often wrong, and not looked at. */
static enum err read_fmt(const struct file *f, struct wav_info *info, struct why *why)
{
    enum err e = resolve(f, &info->format, why);
    if (e != ERR_OK)
        return e;
    uint32_t rate = le32(f->fmt + 4);
    int bits = (int)le16(f->fmt + 14);
    size_t width = width_of(info->format, bits);
    info->channels = (int)le16(f->fmt + 2);
    info->bits = (int)width * 8;
    info->truncated = f->truncated;
    if (width == 0)
        return why_set(why, ERR_FORMAT,
                       "WAV: coding %d with %d bits is not read; send PCM of 8 to 32 bits, float, "
                       "mu-law or A-law",
                       info->format, bits);
    if (info->channels < 1 || info->channels > WAV_CHANNELS_MAX)
        return why_set(why, ERR_FORMAT, "WAV: %d channels; send 1 to %d", info->channels,
                       WAV_CHANNELS_MAX);
    if (rate < WAV_RATE_MIN || rate > WAV_RATE_MAX)
        return why_set(why, ERR_FORMAT, "WAV: %lu samples a second; send %d to %d",
                       (unsigned long)rate, WAV_RATE_MIN, WAV_RATE_MAX);
    info->rate = (int)rate;
    info->n = f->data_len / (width * (size_t)info->channels);
    return ERR_OK;
}

/* ---- the samples ----------------------------------------------------------------------------- */

static int16_t from_pcm8(const unsigned char *p)
{
    return (int16_t)((p[0] - 128) * 256);
}

static int16_t from_pcm16(const unsigned char *p)
{
    return (int16_t)le16(p);
}

/* Of wider samples the highest 16 bits. */
static int16_t from_pcm24(const unsigned char *p)
{
    return (int16_t)le16(p + 1);
}

static int16_t from_pcm32(const unsigned char *p)
{
    return (int16_t)le16(p + 2);
}

/* 1.0 is full scale; what is above it, or is no number, is not to become noise. */
static int16_t from_double(double v)
{
    if (!isfinite(v))
        return 0;
    v *= 32768;
    return (int16_t)(v >= INT16_MAX ? INT16_MAX : v <= INT16_MIN ? INT16_MIN : v);
}

static int16_t from_float32(const unsigned char *p)
{
    uint32_t bits = le32(p);
    float v;

    memcpy(&v, &bits, sizeof v);
    return from_double((double)v);
}

static int16_t from_float64(const unsigned char *p)
{
    uint64_t bits = le64(p);
    double v;

    memcpy(&v, &bits, sizeof v);
    return from_double(v);
}

/* What nearly every vendor sends, without a call for each sample. */
static void decode_mono16(const struct file *f, struct pcm *pcm)
{
    for (size_t i = 0; i < pcm->n; i++)
        pcm->samples[i] = (int16_t)le16(f->data + 2 * i);
}

static int16_t from_mulaw(const unsigned char *p)
{
    return wav_from_mulaw(p[0]);
}

static int16_t from_alaw(const unsigned char *p)
{
    return wav_from_alaw(p[0]);
}

typedef int16_t (*sample_fn)(const unsigned char *);

static sample_fn sample_of(const struct wav_info *info)
{
    static const sample_fn pcm[] = {NULL, from_pcm8, from_pcm16, from_pcm24, from_pcm32};

    if (info->format == FORMAT_ALAW)
        return from_alaw;
    if (info->format == FORMAT_MULAW)
        return from_mulaw;
    if (info->format == FORMAT_FLOAT)
        return info->bits == 32 ? from_float32 : from_float64;
    return pcm[info->bits / 8];
}

static void decode(const struct file *f, const struct wav_info *info, struct pcm *pcm)
{
    size_t width = (size_t)info->bits / 8;
    sample_fn sample = sample_of(info);
    const unsigned char *p = f->data;

    if (info->channels == 1 && info->bits == 16) {
        decode_mono16(f, pcm);
        return;
    }
    for (size_t i = 0; i < pcm->n; i++) {
        int sum = 0;
        for (int c = 0; c < info->channels; c++, p += width)
            sum += sample(p);
        pcm->samples[i] = (int16_t)(sum / info->channels);
    }
}

static enum err look(const void *data, size_t n, struct file *f, struct wav_info *info,
                     struct why *why)
{
    if (!wav_is(data, n))
        return why_set(why, ERR_FORMAT, "WAV: the sound does not begin as a RIFF/WAVE file");
    enum err e = walk(data, n, f, why);
    return e == ERR_OK ? read_fmt(f, info, why) : e;
}

enum err wav_look(const void *data, size_t n, struct wav_info *ret, struct why *why)
{
    struct file f = {0};
    struct wav_info info = {0};

    enum err e = look(data, n, &f, &info, why);
    if (e == ERR_OK)
        *ret = info;
    return e;
}

enum err wav_read(struct arena *a, const void *data, size_t n, struct pcm *ret,
                  struct wav_info *ret_info, struct why *why)
{
    struct file f = {0};
    struct wav_info info = {0};

    enum err e = look(data, n, &f, &info, why);
    if (e != ERR_OK)
        return e;
    struct pcm pcm = {.n = info.n, .rate = info.rate};
    pcm.samples = arena_calloc(a, pcm.n, sizeof *pcm.samples);
    if (pcm.samples == NULL)
        return why_set(why, ERR_MEMORY, "WAV: no memory for %zu samples", pcm.n);
    decode(&f, &info, &pcm);
    *ret = pcm;
    if (ret_info != NULL)
        *ret_info = info;
    return ERR_OK;
}

/* ---- writing --------------------------------------------------------------------------------- */

static char *put16(char *p, unsigned v)
{
    p[0] = (char)v;
    p[1] = (char)(v >> 8);
    return p + 2;
}

static char *put32(char *p, uint32_t v)
{
    return put16(put16(p, v & 0xffff), v >> 16);
}

static char *put_id(char *p, const char *id)
{
    return (char *)memcpy(p, id, 4) + 4;
}

static const struct {
    enum format format;
    unsigned bits;
    uint32_t fmt;    /* bytes of the fmt chunk */
    uint32_t header; /* bytes before the sound */
} codings[] = {
    [WAV_PCM16] = {FORMAT_PCM, 16, 16, 44},
    [WAV_MULAW] = {FORMAT_MULAW, 8, 18, 58},
    [WAV_ALAW] = {FORMAT_ALAW, 8, 18, 58},
};

static char *put_header(char *p, const struct pcm *pcm, enum wav_coding coding, uint32_t bytes)
{
    unsigned width = codings[coding].bits / 8;

    p = put32(put_id(p, "RIFF"), codings[coding].header - 8 + bytes + (bytes & 1));
    p = put32(put_id(put_id(p, "WAVE"), "fmt "), codings[coding].fmt);
    p = put16(put16(p, codings[coding].format), 1);
    p = put32(put32(p, (uint32_t)pcm->rate), (uint32_t)pcm->rate * width);
    p = put16(put16(p, width), codings[coding].bits);
    if (coding != WAV_PCM16) {
        p = put16(p, 0); /* no extension */
        p = put32(put32(put_id(p, "fact"), 4), (uint32_t)pcm->n);
    }
    return put32(put_id(p, "data"), bytes);
}

static void put_samples16(char *p, const struct pcm *pcm)
{
    for (size_t i = 0; i < pcm->n; i++)
        (void)put16(p + 2 * i, (uint16_t)pcm->samples[i]);
}

static void put_samples8(char *p, const struct pcm *pcm, enum wav_coding coding)
{
    for (size_t i = 0; i < pcm->n; i++)
        p[i] = (char)(coding == WAV_ALAW ? wav_to_alaw(pcm->samples[i])
                                         : wav_to_mulaw(pcm->samples[i]));
}

enum err wav_write(struct buf *out, const struct pcm *pcm, enum wav_coding coding)
{
    size_t width = codings[coding].bits / 8;
    size_t most = (UINT32_MAX - codings[coding].header - 1) / width;

    assert(pcm->rate > 0);
    if (pcm->n > most)
        return ERR_TOO_BIG;
    uint32_t bytes = (uint32_t)(pcm->n * width);
    char *p = buf_extend(out, codings[coding].header + (size_t)bytes + (bytes & 1));
    if (p == NULL)
        return buf_err(out);
    p = put_header(p, pcm, coding, bytes);
    if (coding == WAV_PCM16)
        put_samples16(p, pcm);
    else
        put_samples8(p, pcm, coding);
    if ((bytes & 1) != 0)
        p[bytes] = 0;
    return ERR_OK;
}

#define SILENT_PEAK 32

bool wav_is_silent(const struct pcm *p)
{
    for (size_t i = 0; i < p->n; i++)
        if (abs(p->samples[i]) > SILENT_PEAK)
            return false;
    return true;
}
