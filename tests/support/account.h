/* account - a service-account file with a key made anew, so that no key stands in the tree. */
#ifndef HOLOS_TESTS_ACCOUNT_H
#define HOLOS_TESTS_ACCOUNT_H

#include "base/arena.h"
#include "tests/support/folder.h"

/* What `openssl` (its arguments from [0] on, NULL-terminated) prints; ends the test if it fails. */
const char *account_openssl(struct arena *a, const char *const argv[]);

/* An RSA key in PEM. */
const char *account_key(struct arena *a);

struct account {
    const char *type, *email, *uri, *key; /* NULL leaves the member out */
    const char *key_id, *project, *quota;
};

/* Writes the file "google.json" into the folder; its path. */
const char *account_write(struct arena *a, struct folder *f, const struct account *c);

#endif
