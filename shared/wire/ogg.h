/* ogg - what must be known of an Ogg file before a vendor decodes it. Pure. */
#ifndef HOLOS_WIRE_OGG_H
#define HOLOS_WIRE_OGG_H

#include <stddef.h>
#include <stdint.h>

/* The rate at which a recogniser is to be told that an Ogg Opus file plays: its source's
 * (RFC 7845 5.1) if Opus has it (8000, 12000, 16000, 24000, 48000), else 48000, at which Opus
 * always decodes. 0: it does not begin as Ogg Opus. */
int ogg_opus_rate(const void *data, size_t n);

/* How long it plays, in ms: of Opus the sum of its packets, or what its last page says if that is
 * more; of Vorbis and Speex what its last page says. -1: another coding, or nothing to be told. */
int64_t ogg_ms(const void *data, size_t n);

#endif
