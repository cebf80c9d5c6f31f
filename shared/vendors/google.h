/* google - Google's service-account file: can it be used? */
#ifndef HOLOS_VENDORS_GOOGLE_H
#define HOLOS_VENDORS_GOOGLE_H

#include "base/arena.h"
#include "base/err.h"

/* Reads the file and parses its key. ERR_NOT_FOUND: no file; ERR_CONFIG: it is no service-account
 * file, or its private key cannot be parsed (why says which, without any of its content). */
enum err google_credentials_check(struct arena *a, const char *path, struct why *why) must_check;

#endif
