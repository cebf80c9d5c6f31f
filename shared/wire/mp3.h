/* mp3 - how long an MP3 plays, before a vendor decodes it. Pure. */
#ifndef HOLOS_WIRE_MP3_H
#define HOLOS_WIRE_MP3_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* True if the bytes begin with an ID3 tag, or with a frame that is followed by another frame or by the
 * end. One frame header alone proves nothing: bare samples may begin with the same two bytes. */
bool mp3_is(const void *data, size_t n);

/* The duration of all frames, in ms. The frames are added up, because the duration in a header may be
 * wrong. Bytes outside of frames are skipped. -1: there is no frame. */
int64_t mp3_ms(const void *data, size_t n);

#endif
