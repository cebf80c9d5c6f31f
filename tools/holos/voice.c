#include "tools/holos/voice.h"

#include <string.h>

static enum wav_coding coding_of(const char *name)
{
    if (strcmp(name, "mulaw") == 0)
        return WAV_MULAW;
    return strcmp(name, "alaw") == 0 ? WAV_ALAW : WAV_PCM16;
}

struct voice voice_of_profile(const struct profile *p)
{
    return (struct voice){.language = p->language,
                          .espeak = p->voice.espeak,
                          .words_per_minute = p->voice.words_per_minute,
                          .pitch = p->voice.pitch,
                          .rate = p->voice.rate,
                          .coding = coding_of(p->voice.coding)};
}
