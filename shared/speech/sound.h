/* sound - what is done to sampled speech between the synthesiser and the telephone.
 *
 * All work is on 16-bit mono samples in an arena; nothing here waits or touches a file. */
#ifndef HOLOS_SPEECH_SOUND_H
#define HOLOS_SPEECH_SOUND_H

#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/err.h"
#include "wire/wav.h"

#define SOUND_LEAD_MS  20    /* silence kept before the speech */
#define SOUND_TAIL_MS  120   /* and after it */
#define SOUND_RMS      4100  /* -18 dBFS: level of the speech without its pauses */
#define SOUND_PEAK_MAX 23197 /* -3 dBFS: what mixes and codes it on the way has room */
#define SOUND_PAUSE_MS 350   /* of silence that is heard between two sentences */

/* True if nothing is to be heard in it. */
bool sound_is_silent(const struct pcm *p);

/* Cuts silence at both ends in place and fades the cuts. A silent sound stays as it is. */
void sound_trim(struct pcm *p);

/* Brings speech to SOUND_RMS in place; peaks are bent below SOUND_PEAK_MAX, never clipped. */
void sound_level(struct pcm *p);

/* Same length in time at `rate`; the filter's own delay is taken out. ERR_VALUE: a rate outside
 * WAV_RATE_MIN to WAV_RATE_MAX; ERR_MEMORY. */
enum err sound_resample(struct arena *a, const struct pcm *p, int rate, struct pcm *ret) must_check;

/* How long a whole WAV plays, from its headers; -1 if it is no whole WAV. */
int sound_length_ms(const char *wav, size_t len);

/* What has to be put between two sounds that were trimmed, for a pause of SOUND_PAUSE_MS. */
#define SOUND_BETWEEN_MS (SOUND_PAUSE_MS - SOUND_TAIL_MS - SOUND_LEAD_MS)

/* Joins WAVs of one rate and coding into one, with a pause between them (0 to 10000 ms) and no
 * clicks at the joints. ERR_VALUE: none given, or rates or codings that differ; ERR_FORMAT and
 * ERR_SYNTAX as wav_read; ERR_MEMORY. */
enum err sound_join(struct arena *a, const char *const *wav, const size_t *len, size_t n,
                    int pause_ms, const char **ret, size_t *ret_len) must_check;

/* The same WAV behind a pause of 0 to 10000 ms. Errors as sound_join. */
enum err sound_put_off(struct arena *a, const char *wav, size_t len, int pause_ms, const char **ret,
                       size_t *ret_len) must_check;

#endif
