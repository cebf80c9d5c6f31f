#include "business/book-words.h"

#include <stddef.h>

#include "business/profile-reader.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

#define PHRASE_BYTES 1000
#define PROMPT_BYTES 8000
#define SHEET_BYTES  300

/* What is missing of these is the pack's fault: no profile needs to have them. */

static const struct field say_fields[] = {
#define X(phrase)                                                                                  \
    {.name = #phrase,                                                                              \
     .need = NEED_EITHER,                                                                          \
     .read = read_phrase,                                                                          \
     .offset = offsetof(struct book_words, say.phrase),                                            \
     .least = 1,                                                                                   \
     .most = PHRASE_BYTES,                                                                         \
     .allows = PLACE_ALWAYS | PLACE_BOOK},
    BOOK_PHRASES(X)
#undef X
};

static const struct field hears_fields[] = {
#define X(list)                                                                                    \
    {.name = #list,                                                                                \
     .need = NEED_EITHER,                                                                          \
     .read = read_stems,                                                                           \
     .offset = offsetof(struct book_words, hears.list),                                            \
     .n_offset = offsetof(struct book_words, hears.list##_n),                                      \
     .least = 1},
    BOOK_HEARS(X)
#undef X
};

static const struct field prompt_fields[] = {
#define X(text)                                                                                    \
    {.name = #text,                                                                                \
     .need = NEED_EITHER,                                                                          \
     .read = read_lines,                                                                           \
     .offset = offsetof(struct book_words, prompt.text),                                           \
     .most = PROMPT_BYTES,                                                                         \
     .of = "services"},
    BOOK_PROMPT(X)
#undef X
};

static const struct field sheet_fields[] = {
#define X(text)                                                                                    \
    {.name = #text,                                                                                \
     .need = NEED_EITHER,                                                                          \
     .read = read_text,                                                                            \
     .offset = offsetof(struct book_words, sheet.text),                                            \
     .least = 1,                                                                                   \
     .most = SHEET_BYTES},
    BOOK_SHEET(X)
#undef X
};

void read_book_say(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    (void)f;
    reader_object(r, v, say_fields, COUNT(say_fields), to);
}

void read_book_hears(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    (void)f;
    reader_object(r, v, hears_fields, COUNT(hears_fields), to);
}

void read_book_prompt(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    (void)f;
    reader_object(r, v, prompt_fields, COUNT(prompt_fields), to);
}

void read_book_sheet(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    (void)f;
    reader_object(r, v, sheet_fields, COUNT(sheet_fields), to);
}

void reader_missing_words(struct reader *r, const struct json *v, const struct book_words *w)
{
    static const struct {
        const char *name;
        const struct field *fields;
        size_t n;
    } parts[] = {{"say", say_fields, COUNT(say_fields)},
                 {"hears", hears_fields, COUNT(hears_fields)},
                 {"prompt", prompt_fields, COUNT(prompt_fields)},
                 {"sheet", sheet_fields, COUNT(sheet_fields)}};

    for (size_t i = 0; i < COUNT(parts); i++) {
        size_t mark = reader_enter(r, parts[i].name);
        reader_missing(r, json_member(v, parts[i].name), parts[i].fields, parts[i].n, w);
        reader_leave(r, mark);
    }
}
