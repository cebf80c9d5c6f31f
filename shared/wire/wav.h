/* wav - RIFF/WAVE in and out, and the sample type of the program.
 *
 * In: PCM of 8 to 32 bits, float of 32 and 64, mu-law and A-law (ITU-T G.711),
 * WAVE_FORMAT_EXTENSIBLE of those; all channels are mixed; WAV_RATE_MIN to WAV_RATE_MAX. The chunks
 * are walked: RIFF allows any order of extra chunks; sizes are checked against the bytes that are
 * there; behind a chunk of odd size the next is found with and without the byte that RIFF puts
 * between. What follows from other fields (bytes of a frame, bytes a second) is not looked at. A
 * data size of 0, 0x7FFFF000 or more, or 0xFFFFFFFF is what a streaming writer leaves (espeak-ng
 * --stdout): the rest of the bytes is the sound. A size that merely runs past the end is a truncated
 * file: what is there is used and `truncated` says so. RF64 (a 64 bit size in a ds64 chunk) is read
 * like RIFF. A last frame that is not whole is dropped. */
#ifndef HOLOS_WIRE_WAV_H
#define HOLOS_WIRE_WAV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#define WAV_RATE_MIN     4000
#define WAV_RATE_MAX     48000
#define WAV_CHANNELS_MAX 32

/* Sound inside the program: signed 16 bit, one channel. */
struct pcm {
    int16_t *samples;
    size_t n;
    int rate; /* Hz */
};

/* Is nothing in it louder than the faint noise that a voice leaves when it says nothing? */
bool wav_is_silent(const struct pcm *p);

enum wav_coding { WAV_PCM16, WAV_MULAW, WAV_ALAW };

struct wav_info {
    int format; /* wFormatTag after EXTENSIBLE is resolved: 1 PCM, 3 float, 6 A-law, 7 mu-law */
    int channels;
    int bits; /* that a sample takes */
    int rate;
    size_t n;       /* samples of each channel */
    bool truncated; /* the header promises more than there is */
};

/* True if the bytes begin as a RIFF/WAVE file. */
bool wav_is(const void *data, size_t n);

/* What the file holds, without decoding it: wav_read's errors but ERR_MEMORY. */
enum err wav_look(const void *data, size_t n, struct wav_info *ret, struct why *why) must_check;

/* Decodes. `ret_info` may be NULL. ERR_FORMAT: not RIFF/WAVE, or a coding, width, rate or channel
 * count that is not read; ERR_SYNTAX: no fmt or data chunk, or a chunk that is not there whole;
 * ERR_MEMORY. Zero samples are a success. */
enum err wav_read(struct arena *a, const void *data, size_t n, struct pcm *ret,
                  struct wav_info *ret_info, struct why *why) must_check;

/* Appends one whole file (44-byte header for PCM; 58 with a fact chunk for mu-law and A-law).
 * ERR_TOO_BIG: over 4 GB, or more than `out` may hold; ERR_MEMORY. */
enum err wav_write(struct buf *out, const struct pcm *pcm, enum wav_coding coding) must_check;

/* G.711 by itself, for bare telephone sound. */
int16_t wav_from_mulaw(uint8_t code);
int16_t wav_from_alaw(uint8_t code);
uint8_t wav_to_mulaw(int16_t sample);
uint8_t wav_to_alaw(int16_t sample);

#endif
