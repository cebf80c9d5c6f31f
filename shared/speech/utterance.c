#include "speech/utterance.h"

#include <assert.h>
#include <string.h>

#include "speech/sound.h"

/* About -44 dBFS: above the noise of an idle G.711 line, below quiet speech. */
#define SPEECH_RMS      200
#define FRAMES_A_SECOND 50 /* of 20 ms */
/* A click of the line raises less of a frame than this, whatever its force. */
#define CLICKS_SECOND 250 /* of 4 ms */

enum sound_format sound_format_of(const void *data, size_t n)
{
    static const struct {
        const char *mark;
        size_t len;
        enum sound_format format;
    } marks[] = {
        {"RIFF", 4, SOUND_WAV},     {"RF64", 4, SOUND_WAV},     {"OggS", 4, SOUND_OGG},
        {"fLaC", 4, SOUND_FLAC},    {"ID3", 3, SOUND_MP3},      {"\xff\xfb", 2, SOUND_MP3},
        {"\xff\xf3", 2, SOUND_MP3}, {"\xff\xf2", 2, SOUND_MP3}, {"\x1a\x45\xdf\xa3", 4, SOUND_WEBM},
    };

    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (n >= marks[i].len && memcmp(data, marks[i].mark, marks[i].len) == 0)
            return marks[i].format;
    return SOUND_BARE;
}

/* Raised is what differs by more than half of what the frame's samples differ on the whole. */
static bool is_click(const int16_t *s, size_t n, int64_t mean, int64_t variance, int rate)
{
    int64_t raised = 0;

    for (size_t i = 0; i < n; i++)
        raised += 4 * (s[i] - mean) * (s[i] - mean) > variance;
    return raised < rate / CLICKS_SECOND;
}

static bool frame_is_loud(const int16_t *s, size_t n, int rate)
{
    int64_t sum = 0;
    int64_t energy = 0;

    for (size_t i = 0; i < n; i++) {
        sum += s[i];
        energy += (int64_t)s[i] * s[i];
    }
    /* Without the mean: a bare offset is not sound. */
    int64_t mean = sum / (int64_t)n;
    int64_t variance = energy / (int64_t)n - mean * mean;
    return variance > (int64_t)SPEECH_RMS * SPEECH_RMS && !is_click(s, n, mean, variance, rate);
}

static bool is_line_noise(const struct pcm *pcm)
{
    size_t frame = (size_t)pcm->rate / FRAMES_A_SECOND;

    assert(frame > 0); /* the wire reads nothing slower than WAV_RATE_MIN */
    for (size_t at = 0; at < pcm->n; at += frame) {
        size_t n = pcm->n - at < frame ? pcm->n - at : frame;
        if (frame_is_loud(pcm->samples + at, n, pcm->rate))
            return false;
    }
    return true;
}

static enum err decode_bare(struct arena *a, const void *data, size_t n, struct pcm *ret)
{
    struct pcm pcm = {.n = n / 2, .rate = HEAR_BARE_RATE};

    pcm.samples = arena_alloc(a, pcm.n * sizeof *pcm.samples);
    if (pcm.samples == NULL)
        return ERR_MEMORY;
    memcpy(pcm.samples, data, pcm.n * sizeof *pcm.samples);
    *ret = pcm;
    return ERR_OK;
}

static enum err decode(struct arena *a, const void *data, size_t n, struct pcm *ret,
                       struct why *why)
{
    if (sound_format_of(data, n) == SOUND_BARE)
        return decode_bare(a, data, n, ret);
    enum err e = wav_read(a, data, n, ret, NULL, why);
    if (e == ERR_FORMAT)
        return why_set(why, e,
                       "this audio cannot be read: send WAV (PCM 8 or 16 bit, mu-law, A-law; mono "
                       "or stereo) or bare LINEAR16 at 8000 Hz");
    return e;
}

/* What recognisers take as it is. Never up, but for what is below a telephone's rate. */
static int rate_for(int rate)
{
    return rate < 16000 ? 8000 : 16000;
}

static struct recording recording_of(enum sound_format format, const void *data, size_t n)
{
    static const enum recording_coding codings[] = {
        [SOUND_OGG] = RECORDING_OGG,
        [SOUND_MP3] = RECORDING_MP3,
        [SOUND_FLAC] = RECORDING_FLAC,
        [SOUND_WEBM] = RECORDING_WEBM,
    };

    return (struct recording){.coding = codings[format], .data = data, .n = n};
}

static enum err measure(struct arena *a, const void *data, size_t n, struct utterance *u,
                        struct why *why)
{
    struct pcm pcm = {0};

    enum err e = decode(a, data, n, &pcm, why);
    if (e != ERR_OK)
        return e;
    if (pcm.n / (size_t)pcm.rate >= HEAR_SECONDS_MAX)
        return why_set(why, ERR_TOO_BIG, "the audio is longer than %d seconds", HEAR_SECONDS_MAX);
    u->silent = is_line_noise(&pcm);
    u->ms = (int)((uint64_t)pcm.n * 1000 / (uint64_t)pcm.rate);
    u->pcm = pcm;
    if (!u->silent && pcm.rate != rate_for(pcm.rate))
        e = sound_resample(a, &pcm, rate_for(pcm.rate), &u->pcm);
    u->sound = (struct recording){.coding = RECORDING_PCM16,
                                  .rate = u->pcm.rate,
                                  .data = u->pcm.samples,
                                  .n = u->pcm.n * sizeof *u->pcm.samples};
    return e;
}

enum err sound_measure(struct arena *a, const void *data, size_t n, struct utterance *ret,
                       struct why *why)
{
    struct utterance u = {.format = sound_format_of(data, n), .ms = -1};
    enum err e = ERR_OK;

    if (u.format == SOUND_WAV || u.format == SOUND_BARE)
        e = measure(a, data, n, &u, why);
    else
        u.sound = recording_of(u.format, data, n);
    if (e == ERR_OK)
        *ret = u;
    return e;
}
