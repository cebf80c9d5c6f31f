#include "speech/utterance.h"

#include <assert.h>
#include <string.h>

#include "speech/sound.h"
#include "wire/flac.h"
#include "wire/mp3.h"
#include "wire/ogg.h"

/* About -44 dBFS: above the noise of an idle G.711 line, below quiet speech. */
#define SPEECH_RMS      200
#define FRAMES_A_SECOND 50 /* of 20 ms */
/* A click of the line raises less of a frame than this, whatever its force. */
#define CLICKS_SECOND 250 /* of 4 ms */

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

static enum err refuse_format(struct why *why)
{
    return why_set(why, ERR_FORMAT,
                   "this audio cannot be read: send WAV (PCM 8 to 32 bit, float, mu-law, A-law; %d "
                   "to %d Hz), Ogg Opus, MP3, FLAC, WebM, MP4 or bare LINEAR16 at %d Hz",
                   WAV_RATE_MIN, WAV_RATE_MAX, HEAR_BARE_RATE);
}

static enum err refuse_length(struct why *why)
{
    return why_set(why, ERR_TOO_BIG, "the audio is longer than %d seconds", HEAR_SECONDS_MAX);
}

/* ---- what is decoded here -------------------------------------------------------------------- */

static enum err decode_bare(struct arena *a, const struct sound_came *came, struct pcm *ret,
                            struct why *why)
{
    struct pcm pcm = {.n = came->n / 2, .rate = HEAR_BARE_RATE};

    if (pcm.n / HEAR_BARE_RATE >= HEAR_SECONDS_MAX)
        return refuse_length(why);
    pcm.samples = arena_alloc(a, pcm.n * sizeof *pcm.samples);
    if (pcm.samples == NULL)
        return ERR_MEMORY;
    memcpy(pcm.samples, came->data, pcm.n * sizeof *pcm.samples);
    *ret = pcm;
    return ERR_OK;
}

/* How long it is, is known before anything is decoded. */
static enum err decode_wav(struct arena *a, const struct sound_came *came, struct pcm *ret,
                           struct why *why)
{
    struct wav_info info = {0};

    enum err e = wav_look(came->data, came->n, &info, why);
    if (e == ERR_FORMAT)
        return refuse_format(why);
    if (e != ERR_OK)
        return e;
    if (info.n / (size_t)info.rate >= HEAR_SECONDS_MAX)
        return refuse_length(why);
    return wav_read(a, came->data, came->n, ret, NULL, why);
}

/* What recognisers take as it is. Never up, but for what is below a telephone's rate. */
static int rate_for(int rate)
{
    return rate < 16000 ? 8000 : 16000;
}

static enum err measure(struct arena *a, const struct sound_came *came, struct utterance *u,
                        struct why *why)
{
    struct pcm pcm = {0};

    enum err e =
        u->format == SOUND_BARE ? decode_bare(a, came, &pcm, why) : decode_wav(a, came, &pcm, why);
    if (e != ERR_OK)
        return e;
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

/* ---- what a recogniser decodes --------------------------------------------------------------- */

/* What its frames or headers say; -1: not known. */
static int64_t packed_ms(enum sound_format format, const struct sound_came *came)
{
    if (format == SOUND_OGG)
        return ogg_ms(came->data, came->n);
    if (format == SOUND_MP3)
        return mp3_ms(came->data, came->n);
    return format == SOUND_FLAC ? flac_ms(came->data, came->n) : -1;
}

/* A header may lie: no coding has more bytes than this in a millisecond. */
static bool is_too_large(enum sound_format format, size_t n, int64_t ms)
{
    static const int bytes[] = {
        [SOUND_OGG] = 64,   /* 510 kbit/s */
        [SOUND_MP3] = 40,   /* 320 kbit/s */
        [SOUND_FLAC] = 192, /* 48 kHz, 16 bit, stereo */
        [SOUND_OTHER] = 0,
    };

    return n > HEAR_PACKED_MAX && (ms < 0 || (int64_t)n > ms * bytes[format]);
}

static enum err pass_on(const struct sound_came *came, struct utterance *u, struct why *why)
{
    static const enum recording_coding codings[] = {
        [SOUND_OGG] = RECORDING_OGG,   [SOUND_MP3] = RECORDING_MP3, [SOUND_FLAC] = RECORDING_FLAC,
        [SOUND_WEBM] = RECORDING_WEBM, [SOUND_MP4] = RECORDING_MP4,
    };
    int64_t ms = packed_ms(u->format, came);

    if (ms >= (int64_t)HEAR_SECONDS_MAX * 1000)
        return refuse_length(why);
    if (is_too_large(u->format, came->n, ms))
        return why_set(why, ERR_TOO_BIG,
                       "the audio has more than %d bytes and does not tell its length reliably: "
                       "send at most %d seconds",
                       HEAR_PACKED_MAX, HEAR_SECONDS_MAX);
    u->ms = (int)ms;
    u->sound = (struct recording){.coding = codings[u->format], .data = came->data, .n = came->n};
    return ERR_OK;
}

enum err sound_measure(struct arena *a, const struct sound_came *came, struct utterance *ret,
                       struct why *why)
{
    struct utterance u = {.format = sound_format_of(came), .ms = -1};
    enum err e = ERR_OK;

    if (u.format == SOUND_OTHER)
        return refuse_format(why);
    if (u.format == SOUND_WAV || u.format == SOUND_BARE)
        e = measure(a, came, &u, why);
    else
        e = pass_on(came, &u, why);
    if (e == ERR_OK)
        *ret = u;
    return e;
}
