/* deliver - deliveries of the store as its tests begin and finish them. All fail the test on error. */
#ifndef HOLOS_TESTS_DELIVER_H
#define HOLOS_TESTS_DELIVER_H

#include "store/delivery.h"
#include "tests/support/storage.h"

#define DELIVER_SOURCE "audio-stream"
#define DELIVER_SOUND  24 /* bytes of deliver_sound */

/* The first of the two sounds of a reply. */
extern const char deliver_sound[DELIVER_SOUND];

struct delivery deliver_begin_as(struct store *s, struct storage *t, const char *key, int window_s,
                                 int64_t now_ms);

/* In the storage's own store, now and without a window. */
struct delivery deliver_begin(struct storage *t, const char *key);

void deliver_commit(struct store *s);

/* A reply of two sounds and this text. */
struct delivery_reply deliver_reply(struct arena *a, const char *text);

/* Keeps the reply with this text in a transaction of its own. */
void deliver_finish(struct store *s, struct storage *t, const struct delivery *d, const char *text);

/* Begins, commits, finishes. */
struct delivery deliver_done(struct storage *t, const char *key, const char *text);

/* The delivery is done and has the bytes of that reply. */
void deliver_assert(struct storage *t, const struct delivery *d, const char *text);

#endif
