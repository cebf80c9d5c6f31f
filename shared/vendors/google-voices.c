/* Google's voices that are known to be there: a table, and the walk along it. */
#include <string.h>

#include "vendors/google-tts.h"

#define VOICES_MAX 8

/* Best first: Chirp 3 HD, then those that cost less and were there before. */
static const struct {
    const char *language;
    const char *voice[VOICES_MAX];
} voices[] = {
    {"uk-UA",
     {"uk-UA-Chirp3-HD-Leda", "uk-UA-Chirp3-HD-Kore", "uk-UA-Chirp3-HD-Aoede",
      "uk-UA-Chirp3-HD-Charon", "uk-UA-Wavenet-B", "uk-UA-Standard-B"}},
    {"ru-RU",
     {"ru-RU-Chirp3-HD-Leda", "ru-RU-Chirp3-HD-Kore", "ru-RU-Chirp3-HD-Aoede",
      "ru-RU-Chirp3-HD-Charon", "ru-RU-Wavenet-A", "ru-RU-Wavenet-C", "ru-RU-Standard-A",
      "ru-RU-Standard-C"}},
    {"pl-PL", {"pl-PL-Chirp3-HD-Leda", "pl-PL-Chirp3-HD-Kore"}},
    {"en-US", {"en-US-Chirp3-HD-Leda", "en-US-Chirp3-HD-Kore"}},
};

const char *google_tts_next_voice(const char *language, const char *gone)
{
    for (size_t i = 0; i < sizeof voices / sizeof voices[0]; i++) {
        const char *const *list = voices[i].voice;
        if (strcmp(voices[i].language, language) != 0)
            continue;
        for (size_t j = 0; j < VOICES_MAX && list[j] != NULL; j++)
            if (strcmp(list[j], gone) == 0)
                return j + 1 < VOICES_MAX ? list[j + 1] : NULL;
        return list[0];
    }
    return NULL;
}
