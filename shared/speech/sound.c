#include "speech/sound.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <speex/speex_resampler.h>

#define SILENCE   48   /* a peak below this is the noise of a silent line */
#define FADE_MS   5    /* short enough to keep a consonant, long enough not to click */
#define FRAME_MS  10   /* the level is measured over pieces of this length */
#define GAIN_MAX  12.0 /* a whisper is not made a shout */
#define GAIN_ONE  4096 /* no gain; times GAIN_MAX and any sample it still fits an int */
#define KNEE      16000
#define PAUSE_MAX 10000
#define PIECE_MAX 65536 /* samples given to the resampler at once */

static int peak_of(const int16_t *s, size_t n)
{
    int peak = 0;

    for (size_t i = 0; i < n; i++)
        if (abs(s[i]) > peak)
            peak = abs(s[i]);
    return peak;
}

bool sound_is_silent(const struct pcm *p)
{
    return peak_of(p->samples, p->n) < SILENCE;
}

static size_t samples_in(const struct pcm *p, int ms)
{
    return (size_t)((int64_t)p->rate * ms / 1000);
}

static void fade(struct pcm *p, bool in, bool out)
{
    size_t n = samples_in(p, FADE_MS);

    if (n > p->n / 2)
        n = p->n / 2;
    for (size_t i = 0; i < n; i++) {
        int64_t part = (int64_t)i;
        int64_t whole = (int64_t)n;
        if (in)
            p->samples[i] = (int16_t)(p->samples[i] * part / whole);
        if (out)
            p->samples[p->n - 1 - i] = (int16_t)(p->samples[p->n - 1 - i] * part / whole);
    }
}

void sound_trim(struct pcm *p)
{
    int peak = peak_of(p->samples, p->n);
    int floor = peak / 100 > SILENCE / 2 ? peak / 100 : SILENCE / 2;
    size_t lead = samples_in(p, SOUND_LEAD_MS);
    size_t tail = samples_in(p, SOUND_TAIL_MS);
    size_t first = 0;
    size_t end = p->n;

    if (peak < SILENCE)
        return;
    while (abs(p->samples[first]) <= floor)
        first++;
    while (abs(p->samples[end - 1]) <= floor)
        end--;
    first -= first < lead ? first : lead;
    end += p->n - end < tail ? p->n - end : tail;
    p->samples += first;
    p->n = end - first;
    fade(p, true, true);
}

/* Root mean square of the pieces that hold speech. */
static double level_of(const struct pcm *p)
{
    size_t frame = samples_in(p, FRAME_MS) > 0 ? samples_in(p, FRAME_MS) : 1;
    int floor = peak_of(p->samples, p->n) / 20;
    int64_t sum = 0;
    size_t n = 0;

    for (size_t at = 0; at < p->n; at += frame) {
        size_t m = p->n - at < frame ? p->n - at : frame;
        if (peak_of(p->samples + at, m) <= floor)
            continue;
        for (size_t i = at; i < at + m; i++)
            sum += (int64_t)p->samples[i] * p->samples[i];
        n += m;
    }
    return n == 0 ? 0 : sqrt((double)sum / (double)n);
}

/* Above the knee, bent towards the ceiling that is never passed. */
static int bend(int size)
{
    double over = (double)(size - KNEE) / (SOUND_PEAK_MAX - KNEE);

    return KNEE + (int)lrint((SOUND_PEAK_MAX - KNEE) * tanh(over));
}

/* Straight up to the knee. Whole numbers, because every sample of every sentence comes by here. */
static int16_t louder(int sample, int gain)
{
    int x = sample * gain;
    int size = (abs(x) + GAIN_ONE / 2) / GAIN_ONE;

    if (size > KNEE)
        size = bend(size);
    return (int16_t)(x < 0 ? -size : size);
}

void sound_level(struct pcm *p)
{
    double level = level_of(p);

    if (level <= 0 || sound_is_silent(p))
        return;
    double gain = SOUND_RMS / level < GAIN_MAX ? SOUND_RMS / level : GAIN_MAX;
    int whole = (int)lrint(gain * GAIN_ONE);
    for (size_t i = 0; i < p->n; i++)
        p->samples[i] = louder(p->samples[i], whole);
}

/* Feeds `n` samples (zeros if `in` is NULL) and collects what comes out. */
static bool feed(SpeexResamplerState *s, const int16_t *in, size_t n, struct pcm *out, size_t room)
{
    static const int16_t zeros[1024];

    while (n > 0) {
        size_t most = in == NULL ? sizeof zeros / sizeof *zeros : PIECE_MAX;
        spx_uint32_t took = (spx_uint32_t)(n < most ? n : most);
        spx_uint32_t gave =
            room - out->n < PIECE_MAX * 8U ? (spx_uint32_t)(room - out->n) : PIECE_MAX * 8U;
        if (gave == 0)
            return true;
        if (speex_resampler_process_int(s, 0, in == NULL ? zeros : in, &took, out->samples + out->n,
                                        &gave) != RESAMPLER_ERR_SUCCESS)
            return false;
        out->n += gave;
        if (took == 0 && gave == 0)
            return true;
        n -= took;
        if (in != NULL)
            in += took;
    }
    return true;
}

static bool rate_is_fit(int rate)
{
    return rate >= WAV_RATE_MIN && rate <= WAV_RATE_MAX;
}

enum err sound_resample(struct arena *a, const struct pcm *p, int rate, struct pcm *ret)
{
    struct pcm out = {.rate = rate};
    int code = 0;

    if (!rate_is_fit(rate) || !rate_is_fit(p->rate))
        return ERR_VALUE;
    size_t room =
        (size_t)(((uint64_t)p->n * (uint64_t)rate + (uint64_t)p->rate - 1) / (uint64_t)p->rate);
    out.samples = arena_alloc(a, (room + 1) * sizeof *out.samples);
    if (out.samples == NULL)
        return ERR_MEMORY;
    if (p->rate == rate) { /* a filter would change nothing and take a millisecond a sentence */
        if (p->n > 0)
            memcpy(out.samples, p->samples, p->n * sizeof *out.samples);
        out.n = p->n;
        *ret = out;
        return ERR_OK;
    }
    SpeexResamplerState *s =
        speex_resampler_init(1, (spx_uint32_t)p->rate, (spx_uint32_t)rate, 8, &code);
    if (s == NULL)
        return ERR_MEMORY;
    (void)speex_resampler_skip_zeros(s);
    bool ok = feed(s, p->samples, p->n, &out, room);
    if (ok)
        ok = feed(s, NULL, (size_t)speex_resampler_get_input_latency(s) + 1, &out, room);
    speex_resampler_destroy(s);
    if (!ok)
        return ERR_MEMORY;
    *ret = out;
    return ERR_OK;
}

static uint32_t little(const char *p)
{
    const unsigned char *u = (const unsigned char *)p;

    return (uint32_t)u[0] | (uint32_t)u[1] << 8 | (uint32_t)u[2] << 16 | (uint32_t)u[3] << 24;
}

int sound_length_ms(const char *wav, size_t len)
{
    uint32_t bytes_per_second = 0;

    if (len < 12 || memcmp(wav, "RIFF", 4) != 0 || memcmp(wav + 8, "WAVE", 4) != 0 ||
        (size_t)little(wav + 4) + 8 != len)
        return -1;
    for (size_t at = 12; len - at >= 8;) {
        size_t size = little(wav + at + 4);
        if (size > len - at - 8)
            return -1;
        if (memcmp(wav + at, "fmt ", 4) == 0 && size >= 16)
            bytes_per_second = little(wav + at + 16);
        if (memcmp(wav + at, "data", 4) == 0)
            return bytes_per_second == 0 ? -1 : (int)((uint64_t)size * 1000 / bytes_per_second);
        at += 8 + size + (size & 1);
        if (at > len)
            return -1;
    }
    return -1;
}

static enum err decode(struct arena *a, const char *const *wav, const size_t *len, size_t n,
                       struct pcm *pieces, int *ret_format)
{
    struct wav_info first = {0};

    for (size_t i = 0; i < n; i++) {
        struct wav_info info = {0};
        enum err e = wav_read(a, wav[i], len[i], &pieces[i], &info, NULL);
        if (e != ERR_OK)
            return e;
        if (i == 0)
            first = info;
        if (info.rate != first.rate || info.format != first.format)
            return ERR_VALUE;
    }
    *ret_format = first.format;
    return ERR_OK;
}

/* With no pause and no speech at the ends a joint would jump: both sides fade. */
static enum err lay(struct arena *a, struct pcm *pieces, size_t n, int pause_ms, struct pcm *ret)
{
    struct pcm out = {.rate = pieces[0].rate};
    size_t pause = samples_in(&out, pause_ms);
    size_t total = pause * (n - 1);

    for (size_t i = 0; i < n; i++)
        total += pieces[i].n;
    out.samples = arena_calloc(a, total + 1, sizeof *out.samples);
    if (out.samples == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < n; i++) {
        fade(&pieces[i], i > 0, i + 1 < n);
        if (pieces[i].n > 0)
            memcpy(out.samples + out.n, pieces[i].samples, pieces[i].n * sizeof *out.samples);
        out.n += pieces[i].n + (i + 1 < n ? pause : 0);
    }
    *ret = out;
    return ERR_OK;
}

static enum err write_wav(struct arena *a, const struct pcm *whole, int format, const char **ret,
                          size_t *ret_len)
{
    struct buf out;

    buf_init(&out, a, whole->n * 2 + 128);
    enum err e = wav_write(&out, whole,
                           format == 7   ? WAV_MULAW
                           : format == 6 ? WAV_ALAW
                                         : WAV_PCM16);
    if (e != ERR_OK)
        return e;
    *ret = out.data;
    *ret_len = out.len;
    return ERR_OK;
}

static bool is_pause(int ms)
{
    return ms >= 0 && ms <= PAUSE_MAX;
}

enum err sound_put_off(struct arena *a, const char *wav, size_t len, int pause_ms, const char **ret,
                       size_t *ret_len)
{
    struct pcm pieces[2] = {{0}};
    struct pcm whole;
    int format = 0;

    if (!is_pause(pause_ms))
        return ERR_VALUE;
    enum err e = decode(a, &wav, &len, 1, &pieces[1], &format);
    pieces[0].rate = pieces[1].rate; /* a sound without samples: only the pause behind it is left */
    if (e == ERR_OK)
        e = lay(a, pieces, 2, pause_ms, &whole);
    return e == ERR_OK ? write_wav(a, &whole, format, ret, ret_len) : e;
}

enum err sound_join(struct arena *a, const char *const *wav, const size_t *len, size_t n,
                    int pause_ms, const char **ret, size_t *ret_len)
{
    int format = 0;
    struct pcm whole;

    if (n == 0 || !is_pause(pause_ms))
        return ERR_VALUE;
    struct pcm *pieces = arena_calloc(a, n, sizeof *pieces);
    if (pieces == NULL)
        return ERR_MEMORY;
    enum err e = decode(a, wav, len, n, pieces, &format);
    if (e == ERR_OK)
        e = lay(a, pieces, n, pause_ms, &whole);
    return e == ERR_OK ? write_wav(a, &whole, format, ret, ret_len) : e;
}
