/* body - a reply's bytes: text with sounds inside it.
 *
 * A spoken answer is a little JSON around a large base64 WAV. The text is kept apart from the
 * sounds: `sound[i]` stands, as base64, at byte `at` of the text. So the base64 is never held in
 * memory, the store keeps each sound once however often it is sent, and a delivery that comes again
 * gets the same bytes. Sounds are in the order of `at` and are not copied. */
#ifndef HOLOS_WIRE_BODY_H
#define HOLOS_WIRE_BODY_H

#include <stddef.h>
#include "base/buf.h"
#include "base/err.h"

#define BODY_SOUNDS 64

struct body_sound {
    size_t at;        /* offset in text */
    const void *data; /* raw bytes, to be written as base64 */
    size_t len;
    const char *sha256; /* of them, in hex, if it is known; else NULL */
};

struct body {
    struct buf text;
    struct body_sound sound[BODY_SOUNDS];
    size_t sounds;
};

/* Sets up an empty body whose text may hold `max` bytes. */
void body_init(struct body *b, struct arena *a, size_t max);

/* Marks a sound at the end of the text so far; the quotes around it are the writer's business.
 * Past BODY_SOUNDS the refusal is remembered in text.err. */
void body_sound(struct body *b, const void *data, size_t len);

/* Takes back all that was put since the text had `len` bytes and the body `sounds` sounds. */
void body_cut(struct body *b, size_t len, size_t sounds);

/* Length of the bytes when written out. */
size_t body_length(const struct body *b);

/* Where a writing stands, so that a body can be sent in pieces as it grows. All zero at first. */
struct body_mark {
    size_t text;
    size_t sounds;
};

/* Writes everything between `mark` and the end of the body through `sink`, in order, and moves the
 * mark. `sink` returns an error to stop; that error is returned. */
enum err body_write(const struct body *b, struct body_mark *mark,
                    enum err (*sink)(void *to, const void *data, size_t n), void *to) must_check;

#endif
