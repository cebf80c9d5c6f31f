/* flac - how long a FLAC file plays, before a vendor decodes it. Pure. */
#ifndef HOLOS_WIRE_FLAC_H
#define HOLOS_WIRE_FLAC_H

#include <stddef.h>
#include <stdint.h>

/* What its first block says, in ms (RFC 9639 8.2); -1: it says nothing, or it is no FLAC. */
int64_t flac_ms(const void *data, size_t n);

#endif
