/* flac - how long a FLAC file plays, before a vendor decodes it. Pure. */
#ifndef HOLOS_WIRE_FLAC_H
#define HOLOS_WIRE_FLAC_H

#include <stddef.h>
#include <stdint.h>

/* The duration in ms that the STREAMINFO block states (RFC 9639 8.2). -1: it states none, or the
 * bytes are not FLAC. */
int64_t flac_ms(const void *data, size_t n);

#endif
