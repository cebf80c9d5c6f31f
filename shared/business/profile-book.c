/* The profile's member `book`: the catalogue and the words of the book. Its shape is read here; what
 * hangs together is looked at by profile-book-check.c. */
#include <stddef.h>
#include <string.h>

#include "business/book-words.h"
#include "business/catalogue.h"
#include "business/profile-reader.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

#define ID_BYTES    64
#define NAME_BYTES  200
#define RANGES_MAX  400
#define DAY_MINUTES 1440
#define PRICE_MAX   1000000000000

/* What is read into: a book and its words stand apart in the end. */
struct book_room {
    struct book book;
    struct book_words words;
};

#define BOOK(member)  .offset = offsetof(struct book_room, book.member)
#define WORDS         .offset = offsetof(struct book_room, words)
#define WHO(member)   .offset = offsetof(struct specialist, member)
#define WHAT(member)  .offset = offsetof(struct service, member)
#define MESSAGE(of)   .offset = offsetof(struct book_message, of)
#define RANGES(s, of) .offset = offsetof(s, of), .n_offset = offsetof(s, of##_n)

/* ==== single values =========================================================================== */

static void read_cell(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    static const int cells[] = {5, 10, 15, 20, 30, 60};
    int64_t n = 0;

    if (json_kind(v) == JSON_NUMBER &&
        json_get_int(r->parent, f->name, 0, DAY_MINUTES, &n, NULL) == ERR_OK)
        for (size_t i = 0; i < COUNT(cells); i++)
            if (cells[i] == n) {
                *(int *)to = cells[i];
                return;
            }
    reader_fault(r, "must be 5, 10, 15, 20, 30 or 60");
}

static void read_id(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    const char *s = reader_text(r, v, f->least, f->most);

    if (s == NULL)
        return;
    if (s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-")] != '\0')
        reader_fault(r, "may hold only a-z, 0-9 and -");
    *(const char **)to = s; /* also a bad one: what names it has no fault of its own */
}

/* ---- days ------------------------------------------------------------------------------------ */

/* "2026-12-25", "2026-12-31..2027-01-02" */
static bool split_range(const char *s, struct date_range *ret)
{
    const size_t day = strlen("2026-12-25");
    char first[16] = "";

    if (strlen(s) <= day || strncmp(s + day, "..", 2) != 0)
        return date_read(s, &ret->from) && date_read(s, &ret->to);
    memcpy(first, s, day);
    return date_read(first, &ret->from) && date_read(s + day + 2, &ret->to);
}

static void read_range(struct reader *r, const struct json *v, struct date_range *to)
{
    const char *s = json_text(v);
    struct date_range range = {0, 0};

    if (s == NULL || !split_range(s, &range))
        reader_fault(r, "must be a day of the calendar, \"2026-12-25\", or several, "
                        "\"2026-12-31..2027-01-02\"");
    else if (range.to < range.from)
        reader_fault(r, "ends before it begins");
    else
        *to = range;
}

static void read_ranges(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    size_t i = 0;

    if (!reader_array(r, v, 0, RANGES_MAX))
        return;
    struct date_range *list = reader_room(r, json_count(v) + 1, sizeof *list);
    if (list == NULL)
        return;
    for (const struct json *one = json_first(v); one != NULL; one = json_next(one), i++) {
        size_t mark = reader_enter_at(r, i);
        read_range(r, one, &list[i]);
        reader_leave(r, mark);
    }
    *(struct date_range **)to = list;
    *(size_t *)(void *)((char *)to - f->offset + f->n_offset) = i;
}

/* ---- prices ---------------------------------------------------------------------------------- */

#define WHOLE "a whole number of at most 1000000000000"

static void read_amount(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    int64_t n = 0;

    if (json_kind(v) != JSON_NUMBER ||
        json_get_int(r->parent, f->name, 0, PRICE_MAX, &n, NULL) != ERR_OK)
        reader_fault(r, "must be " WHOLE);
    else
        *(int64_t *)to = n;
}

/* 800, {"from": 600}, {"from": 600, "to": 900} */
static void read_price(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    static const struct field bounds[] = {
        {.name = "from", .need = NEED_ALWAYS, .read = read_amount, WHAT(price_from)},
        {.name = "to", .read = read_amount, WHAT(price_to)},
    };
    struct service *s = to;
    int64_t n = 0;

    if (json_kind(v) == JSON_OBJECT) {
        reader_object(r, v, bounds, COUNT(bounds), s);
        size_t mark = reader_enter(r, "to");
        if (s->price_to >= 0 && s->price_to < s->price_from)
            reader_fault(r, "must not be less than \"from\"");
        reader_leave(r, mark);
    } else if (json_kind(v) == JSON_NUMBER &&
               json_get_int(r->parent, f->name, 0, PRICE_MAX, &n, NULL) == ERR_OK) {
        s->price_from = s->price_to = n;
    } else {
        reader_fault(r, "must be " WHOLE ", {\"from\": 600} or {\"from\": 600, \"to\": 900}");
    }
}

/* ==== specialists and services ================================================================ */

/* Is the id that of an earlier one? `at` is its place, `size` that of a struct that begins with it. */
static void check_doubled(struct reader *r, const void *list, size_t at, size_t size,
                          const char *name)
{
    const char *id = *(const char *const *)(const void *)((const char *)list + at * size);

    for (size_t i = 0; id != NULL && i < at; i++) {
        const char *other = *(const char *const *)(const void *)((const char *)list + i * size);
        if (other == NULL || strcmp(other, id) != 0)
            continue;
        size_t mark = reader_enter(r, "id");
        reader_fault(r, "is the id of %s[%zu] too", name, i);
        reader_leave(r, mark);
        return;
    }
}

static const struct field specialist_fields[] = {
    {.name = "id", .need = NEED_ALWAYS, .read = read_id, WHO(id), .least = 1, .most = ID_BYTES},
    {.name = "name",
     .need = NEED_ALWAYS,
     .read = read_text,
     WHO(name),
     .least = 1,
     .most = NAME_BYTES},
    {.name = "genitive", .read = read_text, WHO(genitive), .least = 1, .most = NAME_BYTES},
    {.name = "stems", .read = read_stems, RANGES(struct specialist, stems)},
    {.name = "hours", .read = read_days, WHO(week)},
    {.name = "breaks", .read = read_days, WHO(breaks)},
    {.name = "off", .read = read_ranges, RANGES(struct specialist, off)},
    {.name = "sheet", .read = read_text, WHO(sheet), .least = 1, .most = 100},
};

static void read_specialists(struct reader *r, const struct json *v, const struct field *f,
                             void *to)
{
    struct book *b = to;
    size_t i = 0;

    (void)f;
    if (!reader_array(r, v, 1, CATALOGUE_SPECIALISTS_MAX))
        return;
    b->specialist = reader_room(r, json_count(v), sizeof *b->specialist);
    if (b->specialist == NULL)
        return;
    for (const struct json *one = json_first(v); one != NULL; one = json_next(one), i++) {
        struct specialist *s = &b->specialist[i];
        size_t mark = reader_enter_at(r, i);
        memcpy(s->week, r->profile->week, sizeof s->week);
        reader_object(r, one, specialist_fields, COUNT(specialist_fields), s);
        check_doubled(r, b->specialist, i, sizeof *s, "specialists");
        s->genitive = s->genitive == NULL ? s->name : s->genitive;
        s->sheet = s->sheet == NULL ? s->name : s->sheet;
        reader_leave(r, mark);
    }
    b->specialists = i;
}

static const struct field service_fields[] = {
    {.name = "id", .need = NEED_ALWAYS, .read = read_id, WHAT(id), .least = 1, .most = ID_BYTES},
    {.name = "name",
     .need = NEED_ALWAYS,
     .read = read_text,
     WHAT(name),
     .least = 1,
     .most = NAME_BYTES},
    {.name = "accusative", .read = read_text, WHAT(accusative), .least = 1, .most = NAME_BYTES},
    {.name = "stems", .read = read_stems, RANGES(struct service, stems)},
    {.name = "minutes",
     .need = NEED_ALWAYS,
     .read = read_int,
     WHAT(minutes),
     .least = 1,
     .most = DAY_MINUTES},
    {.name = "buffer_minutes",
     .read = read_int,
     WHAT(buffer_minutes),
     .least = 0,
     .most = DAY_MINUTES},
    {.name = "price", .read = read_price},
};

#define SERVICE_FIELDS (COUNT(service_fields) + 1) /* and "by" */

/* ---- who does it ----------------------------------------------------------------------------- */

struct service_at {
    const struct book *book;
    struct service *service;
};

static void unknown_specialist(struct reader *r, const struct book *b, const char *id)
{
    const char *near = NULL;
    size_t best = reader_near(id);

    for (size_t i = 0; i < b->specialists; i++)
        if (b->specialist[i].id != NULL && reader_is_nearer(id, b->specialist[i].id, &best))
            near = b->specialist[i].id;
    if (near != NULL)
        reader_fault(r, "\"%.64s\" is no specialist's id; did you mean \"%s\"?", id, near);
    else
        reader_fault(r, "\"%.64s\" is no specialist's id", id);
}

static int find_specialist(const struct book *b, const char *id)
{
    for (size_t i = 0; i < b->specialists; i++)
        if (b->specialist[i].id != NULL && strcmp(b->specialist[i].id, id) == 0)
            return (int)i;
    return -1;
}

static void read_one_by(struct reader *r, const struct json *v, const struct book *b, bool *does)
{
    const char *id = reader_text(r, v, 1, ID_BYTES);
    int at = id == NULL ? -1 : find_specialist(b, id);

    if (id != NULL && at < 0)
        unknown_specialist(r, b, id);
    else if (at >= 0 && does[at])
        reader_fault(r, "is given twice");
    if (at >= 0)
        does[at] = true;
}

static void put_by(struct reader *r, const struct book *b, const bool *does, struct service *s)
{
    uint8_t *by = reader_room(r, b->specialists + 1, sizeof *by);

    s->by_n = 0;
    for (size_t i = 0; by != NULL && i < b->specialists; i++)
        if (does[i])
            by[s->by_n++] = (uint8_t)i;
    s->by = by;
}

static void read_by(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    const struct book *b = f->of;
    bool does[CATALOGUE_SPECIALISTS_MAX] = {false};
    size_t i = 0;

    if (json_kind(v) == JSON_ARRAY && json_count(v) == 0) {
        reader_fault(r, "must not be empty: nobody does it");
        return;
    }
    if (!reader_array(r, v, 1, CATALOGUE_SPECIALISTS_MAX))
        return;
    for (const struct json *one = json_first(v); one != NULL; one = json_next(one), i++) {
        size_t mark = reader_enter_at(r, i);
        read_one_by(r, one, b, does);
        reader_leave(r, mark);
    }
    put_by(r, b, does, to);
}

static void read_service(struct reader *r, const struct json *v, const struct book *b,
                         struct service *to)
{
    bool everyone[CATALOGUE_SPECIALISTS_MAX];
    struct field fields[SERVICE_FIELDS];

    memset(everyone, true, sizeof everyone);
    memcpy(fields, service_fields, sizeof service_fields);
    fields[COUNT(service_fields)] = (struct field){.name = "by", .read = read_by, .of = b};
    *to = (struct service){.price_from = -1, .price_to = -1};
    put_by(r, b, everyone, to);
    reader_object(r, v, fields, SERVICE_FIELDS, to);
    to->accusative = to->accusative == NULL ? to->name : to->accusative;
}

static void read_services(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    struct book *b = to;
    size_t i = 0;

    (void)f;
    if (!reader_array(r, v, 1, CATALOGUE_SERVICES_MAX))
        return;
    b->service = reader_room(r, json_count(v), sizeof *b->service);
    if (b->service == NULL)
        return;
    for (const struct json *one = json_first(v); one != NULL; one = json_next(one), i++) {
        size_t mark = reader_enter_at(r, i);
        read_service(r, one, b, &b->service[i]);
        check_doubled(r, b->service, i, sizeof *b->service, "services");
        reader_leave(r, mark);
    }
    b->services = i;
}

/* ==== in a further language =================================================================== */

/* What may be said otherwise there: the rest is the profile's. */

static const struct field specialist_words[] = {
    {.name = "id", .need = NEED_ALWAYS, .read = read_id, WHO(id), .least = 1, .most = ID_BYTES},
    {.name = "name", .read = read_text, WHO(name), .least = 1, .most = NAME_BYTES},
    {.name = "genitive", .read = read_text, WHO(genitive), .least = 1, .most = NAME_BYTES},
    {.name = "stems", .read = read_stems, RANGES(struct specialist, stems)},
};

static const struct field service_words[] = {
    {.name = "id", .need = NEED_ALWAYS, .read = read_id, WHAT(id), .least = 1, .most = ID_BYTES},
    {.name = "name", .read = read_text, WHAT(name), .least = 1, .most = NAME_BYTES},
    {.name = "accusative", .read = read_text, WHAT(accusative), .least = 1, .most = NAME_BYTES},
    {.name = "stems", .read = read_stems, RANGES(struct service, stems)},
};

/* The place that the entry's id has in the profile's own book; -1 and a fault: it has none, or had
 * its words already. */
static int find_own(struct reader *r, const struct json *v, int place, bool *had)
{
    const char *id = json_text(json_member(v, "id"));

    if (id == NULL) /* told by the reader of the entry */
        return -1;
    size_t mark = reader_enter(r, "id");
    if (place < 0)
        reader_fault(r, "\"%.64s\" is not in the profile's own book", id);
    else if (had[place])
        reader_fault(r, "is given twice");
    else
        had[place] = true;
    reader_leave(r, mark);
    return place;
}

/* The words of one entry over those of `s`. A new name without its case is said as it is: the
 * profile's own case is of another language. */
static void read_own_specialist(struct reader *r, const struct json *v, struct specialist *s)
{
    struct specialist words = {.stems = s->stems, .stems_n = s->stems_n};

    reader_object(r, v, specialist_words, COUNT(specialist_words), &words);
    if (words.name != NULL)
        s->name = s->genitive = words.name;
    if (words.genitive != NULL)
        s->genitive = words.genitive;
    s->stems = words.stems;
    s->stems_n = words.stems_n;
}

static void read_own_service(struct reader *r, const struct json *v, struct service *s)
{
    struct service words = {.stems = s->stems, .stems_n = s->stems_n};

    reader_object(r, v, service_words, COUNT(service_words), &words);
    if (words.name != NULL)
        s->name = s->accusative = words.name;
    if (words.accusative != NULL)
        s->accusative = words.accusative;
    s->stems = words.stems;
    s->stems_n = words.stems_n;
}

static void read_own_specialists(struct reader *r, const struct json *v, const struct field *f,
                                 void *to)
{
    struct book *b = to;
    bool had[CATALOGUE_SPECIALISTS_MAX] = {false};
    size_t i = 0;

    (void)f;
    if (!reader_array(r, v, 0, CATALOGUE_SPECIALISTS_MAX))
        return;
    for (const struct json *one = json_first(v); one != NULL; one = json_next(one), i++) {
        struct specialist none = {0};
        const char *id = json_text(json_member(one, "id"));
        size_t mark = reader_enter_at(r, i);
        int at = find_own(r, one, id == NULL ? -1 : catalogue_specialist(b, id), had);
        read_own_specialist(r, one, at < 0 ? &none : &b->specialist[at]);
        reader_leave(r, mark);
    }
}

static void read_own_services(struct reader *r, const struct json *v, const struct field *f,
                              void *to)
{
    struct book *b = to;
    bool had[CATALOGUE_SERVICES_MAX] = {false};
    size_t i = 0;

    (void)f;
    if (!reader_array(r, v, 0, CATALOGUE_SERVICES_MAX))
        return;
    for (const struct json *one = json_first(v); one != NULL; one = json_next(one), i++) {
        struct service none = {0};
        const char *id = json_text(json_member(one, "id"));
        size_t mark = reader_enter_at(r, i);
        int at = find_own(r, one, id == NULL ? -1 : catalogue_service(b, id), had);
        read_own_service(r, one, at < 0 ? &none : &b->service[at]);
        reader_leave(r, mark);
    }
}

/* ==== messages ================================================================================ */

static const struct {
    const char *name;
    unsigned bit;
} ways[] = {{"log", BOOK_BY_LOG}, {"webhook", BOOK_BY_WEBHOOK}};

static void read_ways(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    size_t i = 0;

    if (!reader_array(r, v, f->least, f->most))
        return;
    for (const struct json *one = json_first(v); one != NULL; one = json_next(one), i++) {
        const char *name = json_text(one);
        unsigned bit = 0;
        for (size_t k = 0; k < COUNT(ways) && name != NULL; k++)
            bit |= strcmp(name, ways[k].name) == 0 ? ways[k].bit : 0;
        size_t mark = reader_enter_at(r, i);
        if (bit == 0)
            reader_fault(r, "must be \"log\" or \"webhook\"");
        reader_leave(r, mark);
        *(unsigned *)to |= bit;
    }
}

static const struct field booked_fields[] = {
    {.name = "by", .need = NEED_ALWAYS, .read = read_ways, MESSAGE(by), .least = 1, .most = 2},
};

static const struct field reminder_fields[] = {
    {.name = "by", .need = NEED_ALWAYS, .read = read_ways, MESSAGE(by), .least = 1, .most = 2},
    {.name = "hours_before",
     .need = NEED_ALWAYS,
     .read = read_int,
     MESSAGE(hours_before),
     .least = 1,
     .most = 14 * 24},
};

static const struct field message_fields[] = {
    {.name = "booked",
     .read = read_members,
     .offset = offsetof(struct book, booked),
     .of = booked_fields,
     .of_n = COUNT(booked_fields)},
    {.name = "reminder",
     .read = read_members,
     .offset = offsetof(struct book, reminder),
     .of = reminder_fields,
     .of_n = COUNT(reminder_fields)},
};

/* ==== the whole book ========================================================================== */

static const char *const currencies[] = {"UAH", "USD", "EUR", "RUB", "KZT", "PLN"};

#define WORD_FIELDS                                                                                \
    {.name = "say", .read = read_book_say, WORDS},                                                 \
        {.name = "hears", .read = read_book_hears, WORDS},                                         \
        {.name = "sheet", .read = read_book_sheet, WORDS},                                         \
    {                                                                                              \
        .name = "prompt", .read = read_book_prompt, WORDS                                          \
    }

/* The specialists are read before the services that name them. */
static const struct field book_fields[] = {
    {.name = "currency",
     .read = read_choice,
     BOOK(currency),
     .of = currencies,
     .of_n = COUNT(currencies),
     .scope = SCOPE_PROFILE},
    {.name = "cell_minutes", .read = read_cell, BOOK(cell_minutes), .scope = SCOPE_PROFILE},
    {.name = "notice_minutes",
     .read = read_int,
     BOOK(notice_minutes),
     .least = 0,
     .most = 30 * DAY_MINUTES,
     .scope = SCOPE_PROFILE},
    {.name = "horizon_days",
     .read = read_int,
     BOOK(horizon_days),
     .least = 0,
     .most = 730,
     .scope = SCOPE_PROFILE},
    {.name = "hold_seconds",
     .read = read_int,
     BOOK(hold_seconds),
     .least = 30,
     .most = 3600,
     .scope = SCOPE_PROFILE},
    {.name = "offer", .read = read_int, BOOK(offer), .least = 1, .most = 5, .scope = SCOPE_PROFILE},
    {.name = "closed",
     .read = read_ranges,
     RANGES(struct book_room, book.closed),
     .scope = SCOPE_PROFILE},
    {.name = "messages",
     .read = read_members,
     .offset = offsetof(struct book_room, book),
     .of = message_fields,
     .of_n = COUNT(message_fields),
     .scope = SCOPE_PROFILE},
    {.name = "specialists", .need = NEED_ALWAYS, .read = read_specialists, .scope = SCOPE_PROFILE},
    {.name = "services", .need = NEED_ALWAYS, .read = read_services, .scope = SCOPE_PROFILE},
    WORD_FIELDS,
};

static const struct field own_fields[] = {
    {.name = "specialists", .read = read_own_specialists},
    {.name = "services", .read = read_own_services},
    WORD_FIELDS,
};

static const struct book_words *words_of(const struct book *b)
{
    static const struct book_words none;

    return b == NULL || b->words == NULL ? &none : b->words;
}

struct book *reader_copy_book(struct reader *r, const struct book *of)
{
    struct book *b = reader_room(r, 1, sizeof *b);
    struct specialist *specialist = reader_room(r, of->specialists + 1, sizeof *specialist);
    struct service *service = reader_room(r, of->services + 1, sizeof *service);

    if (b == NULL || specialist == NULL || service == NULL)
        return NULL;
    if (of->specialists > 0)
        memcpy(specialist, of->specialist, of->specialists * sizeof *specialist);
    if (of->services > 0)
        memcpy(service, of->service, of->services * sizeof *service);
    *b = *of;
    b->specialist = specialist;
    b->service = service;
    return b;
}

struct book *reader_begin_book(struct reader *r)
{
    struct book *b = r->own->book == NULL ? NULL : reader_copy_book(r, r->own->book);

    if (b != NULL)
        b->words = words_of(r->pack == NULL ? NULL : r->pack->has.book);
    return b;
}

static struct book *keep(struct reader *r, const struct book_room *room)
{
    struct book *b = reader_room(r, 1, sizeof *b);
    struct book_words *words = reader_room(r, 1, sizeof *words);

    if (b == NULL || words == NULL)
        return NULL;
    *words = room->words;
    *b = room->book;
    b->words = words;
    return b;
}

static bool is_whole(const struct book *b)
{
    bool whole = b->specialists > 0 && b->services > 0;

    for (size_t i = 0; i < b->specialists; i++)
        whole = whole && b->specialist[i].id != NULL && b->specialist[i].name != NULL;
    for (size_t i = 0; i < b->services; i++)
        whole = whole && b->service[i].id != NULL && b->service[i].name != NULL;
    return whole;
}

/* A book with a fault is not kept: what stands on it has no fault of its own. */
static bool is_told(const struct reader *r)
{
    for (size_t i = 0; i < r->faults->n; i++)
        if (strncmp(r->faults->fault[i].path, "book", strlen("book")) == 0)
            return true;
    return false;
}

void read_book(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    static const struct book blank = {
        .currency = "UAH", .cell_minutes = 15, .horizon_days = 60, .hold_seconds = 300, .offer = 3};
    struct book **place = to;
    const struct book *from = *place != NULL ? *place : r->pack != NULL ? r->pack->has.book : NULL;
    struct book_room room = {.book = blank, .words = *words_of(from)};

    (void)f;
    if (r->own != NULL && r->own->book == NULL) {
        if (!is_told(r))
            reader_fault(r, "the profile keeps no book in its own language");
        return;
    }
    if (r->own != NULL) {
        if (*place == NULL) /* no memory */
            return;
        room.book = **place;
        reader_object(r, v, own_fields, COUNT(own_fields), &room);
    } else {
        reader_object(r, v, book_fields, COUNT(book_fields), &room);
    }
    if (json_kind(v) != JSON_OBJECT)
        return;
    if (!r->is_pack)
        reader_check_book(r, v, &room.book);
    if (r->is_pack || is_whole(&room.book)) /* else the further languages find nothing to name */
        *place = keep(r, &room);
}

void reader_missing_book(struct reader *r, const struct json *v, const struct book *b)
{
    size_t mark = reader_enter(r, "book");

    if (b != NULL)
        reader_missing_words(r, v, b->words);
    reader_leave(r, mark);
}
