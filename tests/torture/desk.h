/* desk - a whole app in the case's folder, and deliveries to its routes without a server. */
#ifndef HOLOS_TESTS_TORTURE_DESK_H
#define HOLOS_TESTS_TORTURE_DESK_H

#include "calls/app.h"
#include "tests/torture/cases.h"

struct desk {
    const struct torture *t;
    struct app app;
    struct arena arena; /* of everything that a case reads */
    int files;          /* open before the app was */
    int wire;           /* what is sent while a reply still grows; 0: nothing is */
};

struct wanted {                              /* a delivery */
    const char *path, *type, *accept, *body; /* NULL body: a GET */
    size_t len;                              /* of the body; 0: it is text */
};

struct got { /* what came back, in the desk's arena */
    int status;
    const char *type, *body;
    size_t len;
    int64_t took_ms;
};

/* Settings, a migrated store and, unless `bare`, an open app, all without faults. NULL, or what
 * could not be prepared. */
const char *desk_open(struct desk *d, const struct torture *t, bool bare);

/* Opens what vendors are asked with, too. */
const char *desk_open_providers(struct desk *d);

/* Replies that grow are sent as they do, into a file of the folder. */
const char *desk_open_wire(struct desk *d);

/* Closes it. NULL, or what it left open. */
const char *desk_close(struct desk *d);

/* One delivery; `torn`: with the faults armed while the route works. */
struct got desk_send(struct desk *d, const struct wanted *w, bool torn);

/* A reply that the machine's troubles may become: 200, or 5xx with a sentence. NULL if it is. */
const char *desk_judge(const struct torture *t, const struct got *g);

bool desk_same(const struct got *a, const struct got *b);

/* The reply as the first process got it, kept in the folder; *ret_known: one was kept. */
const char *desk_keep(struct desk *d, const struct got *g);

/* Whatever was torn: another process could write at once, no work is locked, and the store is
 * sound. NULL if so. */
const char *desk_is_sound(void);

/* The number of this process's open files, connections left out; -1 if they cannot be counted. */
int desk_files(void);

/* A process was started and not taken back. */
bool desk_has_child(void);

#endif
