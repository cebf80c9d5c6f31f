/* caller - private to tools/holos: the caller's voice in a spoken call, made by espeak-ng.
 *
 * What a telephone gateway would record: 8 kHz, one channel, PCM or G.711. Where `make run
 * SANDBOX=1` serves, its recogniser knows a recording by the digest of its samples alone, so each
 * one is registered there before it is sent; anywhere else nothing is told to anybody. */
#ifndef HOLOS_TOOL_CALLER_H
#define HOLOS_TOOL_CALLER_H

#include "speech/voice.h"
#include "tools/holos/gateway.h"

struct caller {
    struct gateway *g;
    struct voice voice;
    int n;       /* recordings so far; they are numbered */
    int control; /* port of the stand-ins; 0: there are none */
};

/* What the options choose: the language of the profile that answers g->to (where its profiles can
 * be read, else VOICE_LANGUAGE), another speaker than that profile's. ERR_VALUE: --voice or
 * --coding. */
enum err caller_open(struct caller *c, struct gateway *g) must_check;

/* Makes the recording and saves it in the gateway's folder. *ret_note: what a person should know,
 * NULL if nothing. ERR_CHILD: espeak-ng is missing, or does not know the voice; ERR_VALUE,
 * ERR_TOO_BIG: the text; ERR_IO; ERR_MEMORY. */
enum err caller_speak(struct caller *c, const char *text, const char **ret_file,
                      const char **ret_note) must_check;

#endif
