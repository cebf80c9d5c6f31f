/* multipart - parses multipart/form-data (RFC 7578). Pure.
 *
 * There are two ways. multipart_parse reads a whole body in memory; its parts point into the body,
 * nothing is copied. multipart_feed reads a body in pieces of any size; where the pieces are cut
 * does not change the result. */
#ifndef HOLOS_WIRE_MULTIPART_H
#define HOLOS_WIRE_MULTIPART_H

#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#define MULTIPART_BOUNDARY 70   /* bytes, RFC 2046 5.1.1 */
#define MULTIPART_HEADERS  4096 /* bytes of one part's headers */
#define MULTIPART_PARTS    32

enum multipart_encoding {
    MULTIPART_RAW,
    MULTIPART_BASE64,
    MULTIPART_QUOTED, /* quoted-printable */
    MULTIPART_UNKNOWN /* another, or what could not be decoded */
};

struct multipart_part {
    const char *name;     /* of the field; never NULL, "" if none; may be no UTF-8 */
    const char *filename; /* decoded filename or filename* (RFC 5987); NULL if none */
    const char *type;     /* lower-case media type without parameters; NULL if none */
    const char *data;     /* not NUL-terminated */
    size_t len;
    enum multipart_encoding encoding; /* of the data */
};

struct multipart {
    struct multipart_part *parts;
    size_t n;
};

/* The boundary parameter of a Content-Type, quoted or not, NUL-terminated into `ret`.
 * ERR_FORMAT: not multipart/form-data; ERR_SYNTAX: no or a bad boundary. */
enum err multipart_boundary(const char *content_type, char ret[static MULTIPART_BOUNDARY + 1],
                            struct why *why) must_check;

/* Parses a whole body. ERR_SYNTAX: there is no boundary, or the last one is missing because the body
 * was cut; ERR_TOO_BIG: a limit above was passed; ERR_MEMORY. Lines end in CR LF, or all of them in
 * LF if the first one does. A bad header does not make the body unreadable: without a name, `name`
 * is ""; in a file name '?' replaces what is not text; a type that cannot be read is NULL; other
 * lines are skipped. A line that only begins like a boundary is data. */
enum err multipart_parse(struct arena *a, const char *boundary, const char *body, size_t n,
                         struct multipart *ret, struct why *why) must_check;

/* The incremental parser, for a body that need not be kept in memory: call init, then feed any
 * number of times, then finish once. For each part it calls begin once, data any number of times,
 * and end once. In begin name, filename, type and encoding are set and live in the arena; data and
 * len are not set. The bytes given to data are valid only during the call. If one of the functions
 * returns an error, parsing stops, and every later call returns that error. It takes memory for the
 * parts' headers, and once about 8 KB if a piece ends inside a header or a boundary. */
struct multipart_events {
    enum err (*begin)(void *to, const struct multipart_part *part);
    enum err (*data)(void *to, const char *data, size_t n);
    enum err (*end)(void *to);
};

struct multipart_feed {
    struct arena *arena;
    const struct multipart_events *on;
    void *to;
    struct why *why;
    const char *eol;                        /* what ends a line */
    char delimiter[MULTIPART_BOUNDARY + 5]; /* CR LF - - boundary */
    size_t delimiter_len;
    int state;
    bool at_line; /* what comes now follows a line end: a boundary needs none of its own */
    size_t parts;
    char *held; /* what the last piece left undecided */
    size_t held_len;
    enum err err;
};

/* `boundary` as multipart_boundary gives it (asserted: 1 to MULTIPART_BOUNDARY bytes). `on` and
 * `why` must live until finish. */
void multipart_feed_init(struct multipart_feed *f, struct arena *a, const char *boundary,
                         const struct multipart_events *on, void *to, struct why *why);

/* Errors as multipart_parse; one that feed has not seen yet, finish returns. */
enum err multipart_feed(struct multipart_feed *f, const char *data, size_t n) must_check;
enum err multipart_feed_finish(struct multipart_feed *f) must_check;

/* Undoes the transfer encodings, which RFC 7578 deprecates. What cannot be decoded is then empty, and
 * MULTIPART_UNKNOWN. ERR_MEMORY. */
enum err multipart_decode(struct arena *a, struct multipart *m, struct why *why) must_check;

/* Is its data a text: UTF-8 without a NUL, and decoded? */
bool multipart_is_text(const struct multipart_part *p);

/* The first part of that name, or NULL; *ret_count, if not NULL, says how many there are. */
const struct multipart_part *multipart_find(const struct multipart *m, const char *name,
                                            size_t *ret_count);

/* multipart-write - multipart/form-data (RFC 7578), parts in, bytes out. Pure.
 *
 * What multipart.h reads. The boundary is made from a seed and occurs in none of the parts' data;
 * names and file names have their quotes and line ends percent-escaped, as browsers do. */

/* The boundary for these parts: 32 hex digits after "holos-". The same seed and the same parts give
 * the same boundary; a caller on the wire takes a random seed. */
void multipart_write_boundary(const struct multipart_part *parts, size_t n, uint64_t seed,
                              char ret[static MULTIPART_BOUNDARY + 1]);

/* Appends the whole body. `filename` and `type` may be NULL. ERR_TOO_BIG, ERR_MEMORY as the buf
 * refused. */
enum err multipart_write(struct buf *out, const char *boundary, const struct multipart_part *parts,
                         size_t n) must_check;

#endif
