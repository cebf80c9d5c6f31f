/* ogg - what must be known of an Ogg file before somebody else decodes it. Pure. */
#ifndef HOLOS_WIRE_OGG_H
#define HOLOS_WIRE_OGG_H

#include <stddef.h>

/* The rate at which a recogniser is to be told that an Ogg Opus file plays: its source's
 * (RFC 7845 5.1) if Opus has it (8000, 12000, 16000, 24000, 48000), else 48000, at which Opus
 * always decodes. 0: it does not begin as Ogg Opus. */
int ogg_opus_rate(const void *data, size_t n);

#endif
