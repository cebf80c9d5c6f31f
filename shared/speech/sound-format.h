/* sound-format - what a caller's sound is: by its first bytes, else by the media type and the file
 * name that came with it. */
#ifndef HOLOS_SPEECH_SOUND_FORMAT_H
#define HOLOS_SPEECH_SOUND_FORMAT_H

#include <stddef.h>

enum sound_format {
    SOUND_BARE, /* LINEAR16 without a header */
    SOUND_WAV,
    SOUND_OGG,
    SOUND_MP3,
    SOUND_FLAC,
    SOUND_WEBM,
    SOUND_MP4,
    SOUND_OTHER /* what no recogniser takes: another container, an image, text */
};

struct sound_came {
    const void *data;
    size_t n;
    const char *type;     /* media type without parameters; NULL: none */
    const char *filename; /* NULL: none */
};

/* SOUND_BARE only if neither a mark, nor the type, nor the file name says otherwise. Only MP3 is
 * believed without its mark: the others cannot be read without it. */
enum sound_format sound_format_of(const struct sound_came *came);

#endif
