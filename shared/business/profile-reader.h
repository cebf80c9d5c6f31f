/* profile-reader - private to business/: how the profile's JSON is walked and its faults collected. */
#ifndef HOLOS_BUSINESS_PROFILE_READER_H
#define HOLOS_BUSINESS_PROFILE_READER_H

#include "base/err.h"
#include "business/profile.h"
#include "wire/json.h"

#define READER_PATH 256

struct reader {
    struct arena *arena;
    struct profile_faults *faults;
    size_t left_out;           /* faults beyond PROFILE_FAULTS_MAX */
    const struct json *parent; /* the object whose member is read */
    char path[READER_PATH];    /* of the value being read */
    bool no_memory;
};

struct field;

/* Reads `v` into `to`; reports what is wrong to `r`, whose path already names it. */
typedef void field_reader(struct reader *r, const struct json *v, const struct field *f, void *to);

/* One member of an object. What `least`, `most` and `of` mean is the reader's business. */
struct field {
    const char *name;
    bool required;
    field_reader *read;
    size_t offset;   /* of its place in the struct */
    size_t n_offset; /* of the count that goes with it */
    int least, most; /* of a number; of a text's bytes; of a list's values */
    const void *of;  /* choices, or an object's fields */
    size_t of_n;     /* how many */
    unsigned allows; /* placeholders of a phrase, PLACE_... */
};

/* Adds a fault at the current path. */
void reader_fault(struct reader *r, const char *format, ...) printf_like(2, 3);

/* Enters a member or an array's value; give the result to reader_leave. */
size_t reader_enter(struct reader *r, const char *name);
size_t reader_enter_at(struct reader *r, size_t index);
void reader_leave(struct reader *r, size_t mark);

/* Reads an object by its table: unknown, doubled and missing names are faults. */
void reader_object(struct reader *r, const struct json *o, const struct field *fields, size_t n,
                   void *base);

/* NULL and a fault if `v` is no text of `least` to `most` bytes, or blank where least > 0. */
const char *reader_text(struct reader *r, const struct json *v, int least, int most);

/* An array; false and a fault if it is none or has not `least` to `most` values. */
bool reader_array(struct reader *r, const struct json *v, int least, int most);

/* Zeroed room for `n` things; NULL is remembered as no_memory. */
void *reader_room(struct reader *r, size_t n, size_t size);

/* Readers of fields. */
field_reader read_text;    /* const char *: least..most bytes */
field_reader read_phrase;  /* the same with checked placeholders */
field_reader read_int;     /* int: least..most */
field_reader read_choice;  /* const char *: one of the of_n texts in `of` */
field_reader read_members; /* a struct by the fields in `of` */
field_reader read_texts;   /* const char *const * and its count; most: bytes of each */
field_reader read_folded;  /* the same, folded */
field_reader read_stems;   /* struct stems * and its count */
field_reader read_zone, read_country, read_language, read_numbers, read_week, read_keys;
field_reader read_voice, read_hear, read_locale, read_prompt;

/* What hangs together in them (profile.c). A field with a fault may be NULL still. */
void reader_check_voice(struct reader *r, const struct profile *p);
void reader_check_locale(struct reader *r, const struct profile *p);

/* Placeholders (phrase.c). */
enum {
    PLACE_ALWAYS = 1,  /* {business} {address} {phone} {hours_today} */
    PLACE_REQUEST = 2, /* {name} {client_phone} */
    PLACE_HOURS = 4    /* {from} {to} */
};

/* The first {name} that is not allowed, as *ret and *ret_n; false if all are fine. An unclosed
 * brace is one. */
bool phrase_misfit(const char *phrase, unsigned allows, const char **ret, size_t *ret_n);
bool phrase_uses(const char *phrase, const char *place);

#endif
