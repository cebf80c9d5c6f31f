/* speaking - private to shared/speech: what every rung of speaking does with words and with sound. */
#ifndef HOLOS_SPEECH_SPEAKING_H
#define HOLOS_SPEECH_SPEAKING_H

#include <stdbool.h>
#include "base/digest.h"
#include "speech/speak.h"

/* The text as it is spoken (verbalise.h), without what a synthesiser takes as markup. It is in the
 * language of this code, or in the one that its letters tell (language_of_text): a business's model
 * answers a caller in theirs. ERR_VALUE: empty or longer than SPEAK_TEXT_MAX; ERR_MEMORY. */
enum err speaking_words(struct arena *a, const char *language, const char *text, const char **ret,
                        struct why *why) must_check;

/* A synthesiser's sound, worked on in place, becomes a telephone's WAV: trimmed, resampled, levelled,
 * coded. Fills wav, len and sound_ms. ERR_VALUE: a rate; ERR_MEMORY. */
enum err speaking_finish(struct arena *a, struct pcm *raw, int rate, enum wav_coding coding,
                         struct spoken *ret, struct why *why) must_check;

/* Looks in the cache; fills all but took_us. */
bool speaking_remembered(const struct speaker *sp, const char key[static DIGEST_HEX],
                         struct arena *a, struct spoken *ret);

/* A cache that refuses costs time, not the answer. */
void speaking_remember(const struct speaker *sp, const char key[static DIGEST_HEX],
                       const struct spoken *s);

#endif
