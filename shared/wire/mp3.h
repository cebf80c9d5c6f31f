/* mp3 - how long an MP3 plays, before a vendor decodes it. Pure. */
#ifndef HOLOS_WIRE_MP3_H
#define HOLOS_WIRE_MP3_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* True if the bytes begin as an MP3: with an ID3 tag, or with a frame that another one follows or
 * that reaches to the end. Sound without a header may begin with the two bytes of a frame's mark. */
bool mp3_is(const void *data, size_t n);

/* The sum of all its frames, in ms: what a header says of the whole may be wrong. Bytes that are no
 * frame are passed over. -1: there is no frame. */
int64_t mp3_ms(const void *data, size_t n);

#endif
