/* recording - a caller's sound as a recogniser may get it. */
#ifndef HOLOS_PROVIDERS_RECORDING_H
#define HOLOS_PROVIDERS_RECORDING_H

#include <stddef.h>

enum recording_coding {
    RECORDING_PCM16, /* signed, little endian, one channel, no header */
    RECORDING_MULAW, /* G.711, no header */
    RECORDING_ALAW,
    RECORDING_FLAC, /* the rest as whole files */
    RECORDING_OGG,
    RECORDING_WEBM,
    RECORDING_MP3,
    RECORDING_MP4, /* AAC; M4A too */
    RECORDING__MAX
};

struct recording {
    enum recording_coding coding;
    int rate; /* Hz, of the first three; else 0 */
    const void *data;
    size_t n;
};

#endif
