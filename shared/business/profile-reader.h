/* profile-reader - private to business/: how the profile's JSON is walked and its faults collected. */
#ifndef HOLOS_BUSINESS_PROFILE_READER_H
#define HOLOS_BUSINESS_PROFILE_READER_H

#include "base/err.h"
#include "business/profile.h"
#include "wire/json.h"

#define READER_PATH 256

struct book_words;

struct reader {
    struct arena *arena;
    struct arena *scratch; /* for what is not kept; cleared by whoever is done with it */
    struct profile_faults *faults;
    const char *label;               /* of the file */
    size_t left_out;                 /* faults beyond PROFILE_FAULTS_MAX */
    struct profile *profile;         /* that is read, begun as a copy of the pack's */
    const struct profile_pack *pack; /* what the file lacks comes from here; NULL: there is none */
    const struct profile *own;       /* whose further language is read; NULL: none is */
    bool is_pack;                    /* a language pack is read, not a profile */
    bool blames_pack;                /* the faults that follow are the pack's */
    const struct json *parent;       /* the object whose member is read */
    char path[READER_PATH];          /* of the value being read */
    bool no_memory;
};

/* Who must have a member. */
enum need {
    NEED_NOT,     /* it may be left out */
    NEED_ALWAYS,  /* in every object */
    NEED_PROFILE, /* a profile whose pack does not have it */
    NEED_EITHER   /* the profile or its pack; if neither has it, that is the pack's fault */
};

/* In which files it may stand. */
enum field_scope { SCOPE_BOTH, SCOPE_PROFILE, SCOPE_PACK };

struct field;

/* Reads `v` into `to`; reports what is wrong to `r`, whose path already names it. */
typedef void field_reader(struct reader *r, const struct json *v, const struct field *f, void *to);

/* One member of an object. What `least`, `most` and `of` mean is the reader's business. */
struct field {
    const char *name;
    enum need need;
    field_reader *read;
    size_t offset;   /* of its place in the struct */
    size_t n_offset; /* of the count that goes with it */
    int least, most; /* of a number; of a text's bytes; of a list's values */
    const void *of;  /* choices, or an object's fields */
    size_t of_n;     /* how many */
    unsigned allows; /* placeholders of a phrase, PLACE_... */
    enum field_scope scope;
};

/* Adds a fault at the current path. */
void reader_fault(struct reader *r, const char *format, ...) printf_like(2, 3);

/* Enters a member or an array's value; give the result to reader_leave. */
size_t reader_enter(struct reader *r, const char *name);
size_t reader_enter_at(struct reader *r, size_t index);
void reader_leave(struct reader *r, size_t mark);

/* Enters a member of an object whose names the author chose; false: it is a remark. */
bool reader_enter_member(struct reader *r, const struct json *o, const struct json *member,
                         size_t *ret_mark);

/* Reads an object by its table: unknown and doubled names are faults, and missing ones of
 * NEED_ALWAYS. */
void reader_object(struct reader *r, const struct json *o, const struct field *fields, size_t n,
                   void *base);

/* After everything is read: the missing ones of NEED_PROFILE and NEED_EITHER, whose places hold
 * pointers. `o` is the object as the file has it; NULL: it has none. */
void reader_missing(struct reader *r, const struct json *o, const struct field *fields, size_t n,
                    const void *base);

/* Adds the fault that the current path is missing. */
void reader_lacks(struct reader *r, enum need need);

/* Is `name` nearer to `wrong` than the nearest so far? *best begins as reader_near(wrong). */
bool reader_is_nearer(const char *wrong, const char *name, size_t *best);
size_t reader_near(const char *wrong);

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
field_reader read_switch;  /* bool */
field_reader read_choice;  /* const char *: one of the of_n texts in `of` */
field_reader read_members; /* a struct by the fields in `of` */
field_reader read_texts;   /* const char *const * and its count; most: bytes of each */
field_reader read_folded;  /* the same, folded */
field_reader read_stems;   /* struct stems * and its count */
field_reader read_names;   /* const char *const *: exactly `least` texts of at most `most` bytes */
field_reader read_questions, read_rules; /* of r->profile (profile-rules.c) */
field_reader
    read_lines; /* const char *: a text or a list of its lines (profile-prompt.c); `of`: the
                          * names that its braces may hold, between blanks */
field_reader read_prompt;
field_reader read_week;     /* struct day[7], all of them (profile-hours.c) */
field_reader read_days;     /* the same; those that are left out are closed */
field_reader read_exchange; /* struct exchange (profile-exchange.c) */
field_reader read_book;     /* struct book * (profile-book.c) */
field_reader read_book_say, read_book_hears, read_book_prompt,
    read_book_sheet; /* struct book_words (book-words.c) */

/* After everything is read: the rules of the pack where the file has none, and for each rule that
 * names a question the question's stems. */
void reader_join_rules(struct reader *r);

/* Reads one of the profile's further languages into r->profile, which has the facts and the pack's
 * words already (profile.c). */
void reader_language(struct reader *r, const struct json *v);

/* After everything else is read: the profile's further languages (NULL: none), and what a caller
 * says in any of them is understood in all. */
void reader_languages(struct reader *r, const struct json *v, const struct profile_packs *packs);
void reader_join_languages(struct reader *r);

/* NULL: there is none. */
const struct profile_pack *profile_pack_of(const struct profile_packs *packs, const char *language);

/* After everything is read: what the prompt lacks. `v` is the file's own, or NULL. */
void reader_missing_prompt(struct reader *r, const struct json *v, const struct profile_prompt *p);

/* The book of a further language, as the profile has it in its own, but with the words of the
 * language's pack; NULL: the profile keeps none. What the language has of its own is then read over
 * it. */
struct book *reader_begin_book(struct reader *r);

/* A copy whose names, cases and stems may be changed. NULL: no memory. */
struct book *reader_copy_book(struct reader *r, const struct book *of);

/* After everything is read: the words that a book lacks (NULL: none is kept). `v` is the file's own,
 * or NULL. */
void reader_missing_book(struct reader *r, const struct json *v, const struct book *b);
void reader_missing_words(struct reader *r, const struct json *v, const struct book_words *w);

/* After the further languages are read: a service, a specialist or a wish that is told in the words of
 * any language is understood in all of them, and their names become hints. */
void reader_join_books(struct reader *r);

/* Adds the faults of a catalogue that hang together; the current path is the book's
 * (profile-book-check.c). `v` is the file's own book. */
void reader_check_book(struct reader *r, const struct json *v, const struct book *b);

/* The spelling of single values (profile.c). */
bool profile_is_zone(const char *s);
bool profile_is_country(const char *s);
bool profile_is_number(const char *s);

/* Placeholders (phrase.c). */
enum {
    PLACE_ALWAYS = 1,  /* {business} {address} {phone} {hours} {hours_today} */
    PLACE_REQUEST = 2, /* {name} {client_phone} */
    PLACE_HOURS = 4,   /* {from} {to} */
    PLACE_BOOK = 8     /* BOOK_PLACES of book-words.h */
};

/* The first {name} that is not allowed, as *ret and *ret_n; false if all are fine. An unclosed
 * brace is one. */
bool phrase_misfit(const char *phrase, unsigned allows, const char **ret, size_t *ret_n);
bool phrase_uses(const char *phrase, const char *place);

/* Are all words there that {hours} needs? */
bool phrase_hours_known(const struct hours_words *w);

#endif
