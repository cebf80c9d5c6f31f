/* The `book` of a profile: the catalogue, and the book's words of a language pack. */
#include <limits.h>
#include <string.h>

#include "business/book-words.h"
#include "business/catalogue.h"
#include "business/profile-reader.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))
#define ID_MAX      64
#define NAME_MAX_   200
#define RANGES_MAX  400
#define STEMS_MAX   60
#define PRICE_MAX   1000000000
#define SAY_MAX     1000
#define PROMPT_MAX_ 8000

/* ==== words =================================================================================== */

static const struct field say_fields[] = {
#define X(field)                                                                                   \
    {.name = #field,                                                                               \
     .read = read_phrase,                                                                          \
     .offset = offsetof(struct book_words, say.field),                                             \
     .least = 1,                                                                                   \
     .most = SAY_MAX,                                                                              \
     .allows = PLACE_ALWAYS | PLACE_REQUEST | PLACE_BOOK},
    BOOK_PHRASES(X)
#undef X
};

static const struct field hears_fields[] = {
#define X(field)                                                                                   \
    {.name = #field,                                                                               \
     .read = read_stems,                                                                           \
     .offset = offsetof(struct book_words, hears.field),                                           \
     .n_offset = offsetof(struct book_words, hears.field##_n)},
    BOOK_HEARS(X)
#undef X
};

static const struct field prompt_fields[] = {
#define X(field)                                                                                   \
    {.name = #field,                                                                               \
     .read = read_lines,                                                                           \
     .offset = offsetof(struct book_words, prompt.field),                                          \
     .most = PROMPT_MAX_,                                                                          \
     .of = ""},
    BOOK_PROMPT(X)
#undef X
};

/* What the book's members are read into. */
struct place {
    struct book *book;
    struct book_words *words;
};

static void read_say(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    (void)f;
    reader_object(r, v, say_fields, COUNT(say_fields), ((struct place *)to)->words);
}

static void read_hears(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    (void)f;
    reader_object(r, v, hears_fields, COUNT(hears_fields), ((struct place *)to)->words);
}

static void read_book_prompt(struct reader *r, const struct json *v, const struct field *f,
                             void *to)
{
    (void)f;
    reader_object(r, v, prompt_fields, COUNT(prompt_fields), ((struct place *)to)->words);
}

static void lacks(struct reader *r, const char *group, const struct field *fields, size_t n,
                  const struct book_words *words)
{
    size_t mark = reader_enter(r, group);

    for (size_t i = 0; i < n; i++) {
        const void *const *place =
            (const void *const *)(const void *)((const char *)words + fields[i].offset);
        if (*place != NULL)
            continue;
        size_t inner = reader_enter(r, fields[i].name);
        reader_lacks(r, NEED_EITHER);
        reader_leave(r, inner);
    }
    reader_leave(r, mark);
}

/* ==== values ================================================================================== */

/* "2026-12-25" or "2026-12-31..2027-01-02". */
static bool range_of(const char *s, struct date_range *ret)
{
    char first[11];
    size_t n = strlen(s);

    if (n == 10)
        return date_read(s, &ret->from) && date_read(s, &ret->to);
    if (n != 22 || strncmp(s + 10, "..", 2) != 0)
        return false;
    memcpy(first, s, 10);
    first[10] = '\0';
    return date_read(first, &ret->from) && date_read(s + 12, &ret->to);
}

static void read_ranges(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    struct date_range *list = NULL;
    size_t n = 0;
    size_t i = 0;

    if (!reader_array(r, v, 0, RANGES_MAX) ||
        (list = reader_room(r, json_count(v) + 1, sizeof *list)) == NULL)
        return;
    for (const struct json *one = json_first(v); one != NULL; one = json_next(one), i++) {
        size_t mark = reader_enter_at(r, i);
        const char *s = json_text(one);
        if (s == NULL || !range_of(s, &list[n]))
            reader_fault(r, "must be a day like \"2026-12-25\" or days like "
                            "\"2026-12-31..2027-01-02\"");
        else if (list[n].from > list[n].to)
            reader_fault(r, "ends before it begins");
        else
            n++;
        reader_leave(r, mark);
    }
    *(struct date_range **)to = list;
    *(size_t *)(void *)((char *)to - f->offset + f->n_offset) = n;
}

static void read_cell(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    static const int cells[] = {5, 10, 15, 20, 30, 60};
    int minutes = 0;

    read_int(r, v, f, &minutes);
    for (size_t i = 0; i < COUNT(cells); i++)
        if (cells[i] == minutes) {
            *(int *)to = minutes;
            return;
        }
    if (minutes != 0)
        reader_fault(r, "must be 5, 10, 15, 20, 30 or 60");
}

static void read_id(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    const char *s = reader_text(r, v, f->least, f->most);

    if (s == NULL)
        return;
    if (strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-_") != strlen(s))
        reader_fault(r, "may hold only a-z, 0-9, - and _");
    else
        *(const char **)to = s;
}

/* Hours or breaks: a day that is left out has none. */
static void read_days(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    struct day days[7] = {{{{0}}, 0}};

    (void)f;
    profile_read_days(r, v, days);
    memcpy(to, days, sizeof days);
}

static bool is_price(const struct json *o, const char *name, int64_t *ret, struct reader *r)
{
    struct why why = {0};
    enum err e = json_get_int(o, name, 0, PRICE_MAX, ret, &why);

    if (e == ERR_OK)
        return true;
    size_t mark = reader_enter(r, name);
    reader_fault(r, "must be a whole number from 0 to %d", PRICE_MAX);
    reader_leave(r, mark);
    return false;
}

/* 800, {"from": 600, "to": 900} or {"from": 600}. */
static void read_price(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    struct service *s = to;
    int64_t from = 0;
    int64_t most = -1;

    (void)f;
    if (json_kind(v) == JSON_NUMBER) {
        if (json_get_int(r->parent, "price", 0, PRICE_MAX, &from, NULL) == ERR_OK)
            s->price_from = s->price_to = from;
        else
            reader_fault(r, "must be a whole number from 0 to %d", PRICE_MAX);
        return;
    }
    if (json_kind(v) != JSON_OBJECT) {
        reader_fault(r, "must be a number, {\"from\": ..., \"to\": ...} or {\"from\": ...}");
        return;
    }
    for (const struct json *m = json_first(v); m != NULL; m = json_next(m)) {
        size_t mark = 0;
        if (!reader_enter_member(r, v, m, &mark))
            continue;
        if (strcmp(json_name(m), "from") != 0 && strcmp(json_name(m), "to") != 0)
            reader_fault(r, "is not a known name; a price has \"from\" and \"to\"");
        reader_leave(r, mark);
    }
    if (!is_price(v, "from", &from, r) ||
        (json_member(v, "to") != NULL && !is_price(v, "to", &most, r)))
        return;
    if (most >= 0 && most < from) {
        reader_fault(r, "\"to\" is less than \"from\"");
        return;
    }
    s->price_from = from;
    s->price_to = most;
}

/* Ids of specialists; they are read before the services are. */
static void read_by(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    struct service *s = to;
    const struct book *b = f->of;
    bool does[CATALOGUE_SPECIALISTS_MAX] = {false};
    size_t i = 0;

    if (!reader_array(r, v, 1, CATALOGUE_SPECIALISTS_MAX))
        return;
    for (const struct json *one = json_first(v); one != NULL; one = json_next(one), i++) {
        size_t mark = reader_enter_at(r, i);
        int place = json_text(one) == NULL ? -1 : catalogue_specialist(b, json_text(one));
        if (place < 0)
            reader_fault(r, "is no specialist's id");
        else if (does[place])
            reader_fault(r, "stands there twice");
        else
            does[place] = true;
        reader_leave(r, mark);
    }
    uint8_t *by = reader_room(r, b->specialists + 1, sizeof *by);
    s->by_n = 0;
    for (size_t k = 0; by != NULL && k < b->specialists; k++)
        if (does[k])
            by[s->by_n++] = (uint8_t)k;
    s->by = by;
}

/* ==== specialists and services ================================================================ */

#define S(member) .offset = offsetof(struct specialist, member)
static const struct field specialist_fields[] = {
    {.name = "id", .need = NEED_ALWAYS, .read = read_id, S(id), .least = 1, .most = ID_MAX},
    {.name = "name", .need = NEED_ALWAYS, .read = read_text, S(name), .least = 1, .most = NAME_MAX_},
    {.name = "genitive", .read = read_text, S(genitive), .least = 1, .most = NAME_MAX_},
    {.name = "sheet", .read = read_text, S(sheet), .least = 1, .most = NAME_MAX_},
    {.name = "stems",
     .read = read_stems,
     S(stems),
     .n_offset = offsetof(struct specialist, stems_n),
     .most = STEMS_MAX},
    {.name = "hours", .read = read_days, S(week)},
    {.name = "breaks", .read = read_days, S(breaks)},
    {.name = "off", .read = read_ranges, S(off), .n_offset = offsetof(struct specialist, off_n)},
};
#undef S

#define S(member) .offset = offsetof(struct service, member)
static const struct field service_fields[] = {
    {.name = "id", .need = NEED_ALWAYS, .read = read_id, S(id), .least = 1, .most = ID_MAX},
    {.name = "name", .need = NEED_ALWAYS, .read = read_text, S(name), .least = 1, .most = NAME_MAX_},
    {.name = "accusative", .read = read_text, S(accusative), .least = 1, .most = NAME_MAX_},
    {.name = "stems",
     .read = read_stems,
     S(stems),
     .n_offset = offsetof(struct service, stems_n),
     .most = STEMS_MAX},
    {.name = "minutes", .need = NEED_ALWAYS, .read = read_int, S(minutes), .least = 1, .most = 1440},
    {.name = "buffer_minutes", .read = read_int, S(buffer_minutes), .least = 0, .most = 1440},
    {.name = "price", .read = read_price},
    {.name = "by", .read = read_by},
};
#undef S

#define FIELDS COUNT(service_fields) /* of either */
_Static_assert(COUNT(service_fields) == COUNT(specialist_fields), "both have so many");

static void default_texts(struct specialist *s)
{
    s->genitive = s->genitive == NULL ? s->name : s->genitive;
    s->sheet = s->sheet == NULL ? s->name : s->sheet;
}

static void read_specialists(struct reader *r, const struct json *v, const struct field *f,
                             void *to)
{
    struct book *b = ((struct place *)to)->book;
    size_t i = 0;

    (void)f;
    if (!reader_array(r, v, 1, CATALOGUE_SPECIALISTS_MAX))
        return;
    b->specialist = reader_room(r, json_count(v) + 1, sizeof *b->specialist);
    for (const struct json *one = json_first(v); b->specialist != NULL && one != NULL;
         one = json_next(one), i++) {
        size_t mark = reader_enter_at(r, i);
        struct specialist *s = &b->specialist[b->specialists];
        memcpy(s->week, r->profile->week, sizeof s->week);
        reader_object(r, one, specialist_fields, COUNT(specialist_fields), s);
        if (s->id != NULL && catalogue_specialist(b, s->id) >= 0)
            reader_fault(r, "has the id of an earlier one");
        else if (s->id != NULL && s->name != NULL)
            b->specialists++;
        default_texts(s);
        reader_leave(r, mark);
    }
}

static void read_services(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    struct book *b = ((struct place *)to)->book;
    struct field fields[COUNT(service_fields)];
    size_t i = 0;

    (void)f;
    memcpy(fields, service_fields, sizeof fields);
    for (size_t k = 0; k < COUNT(fields); k++)
        if (fields[k].read == read_by)
            fields[k].of = b;
    if (!reader_array(r, v, 1, CATALOGUE_SERVICES_MAX))
        return;
    b->service = reader_room(r, json_count(v) + 1, sizeof *b->service);
    uint8_t *all = reader_room(r, b->specialists + 1, sizeof *all);
    for (size_t k = 0; all != NULL && k < b->specialists; k++)
        all[k] = (uint8_t)k;
    for (const struct json *one = json_first(v); b->service != NULL && one != NULL;
         one = json_next(one), i++) {
        size_t mark = reader_enter_at(r, i);
        struct service *s = &b->service[b->services];
        *s = (struct service){
            .price_from = -1, .price_to = -1, .by = all, .by_n = b->specialists};
        reader_object(r, one, fields, COUNT(fields), s);
        if (s->id != NULL && catalogue_service(b, s->id) >= 0)
            reader_fault(r, "has the id of an earlier one");
        else if (s->id != NULL && s->name != NULL)
            b->services++;
        s->accusative = s->accusative == NULL ? s->name : s->accusative;
        reader_leave(r, mark);
    }
}

/* ==== what hangs together ===================================================================== */

static bool is_same_set(const struct stems *a, const struct stems *b)
{
    if (a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++) {
        bool found = false;
        for (size_t k = 0; k < b->n && !found; k++)
            found = strcmp(a->stem[i], b->stem[k]) == 0;
        if (!found)
            return false;
    }
    return true;
}

/* The service before this one that has the same set; NULL: none. */
static const struct service *same_before(const struct book *b, size_t i, const struct stems *set)
{
    for (size_t k = 0; k < i; k++)
        for (size_t j = 0; j < b->service[k].stems_n; j++)
            if (is_same_set(&b->service[k].stems[j], set))
                return &b->service[k];
    return NULL;
}

static void check_stems(struct reader *r, const struct book *b, size_t i)
{
    const struct service *s = &b->service[i];
    size_t mark = reader_enter(r, "stems");

    for (size_t j = 0; j < s->stems_n; j++) {
        const struct service *same = same_before(b, i, &s->stems[j]);
        if (same == NULL)
            continue;
        size_t at = reader_enter_at(r, j);
        reader_fault(r, "is a whole set of the service \"%s\", too: nobody can tell them apart",
                     same->id);
        reader_leave(r, at);
    }
    reader_leave(r, mark);
}

/* The longest time between two breaks that a specialist works without a pause. */
static int longest(const struct specialist *s)
{
    int most = 0;

    for (int day = 0; day < 7; day++)
        for (size_t i = 0; i < s->week[day].n; i++) {
            const struct hours *h = &s->week[day].open[i];
            int from = h->from_min;
            for (size_t k = 0; k < s->breaks[day].n; k++) {
                const struct hours *b = &s->breaks[day].open[k];
                if (b->to_min <= from || b->from_min >= h->to_min)
                    continue;
                most = b->from_min - from > most ? b->from_min - from : most;
                from = b->to_min;
            }
            most = h->to_min - from > most ? h->to_min - from : most;
        }
    return most;
}

static void check_minutes(struct reader *r, const struct book *b, const struct service *s)
{
    size_t mark = reader_enter(r, "minutes");
    int room = 0;

    for (size_t i = 0; i < s->by_n; i++) {
        int most = longest(&b->specialist[s->by[i]]);
        room = most > room ? most : room;
    }
    if (s->minutes > 0 && s->minutes % b->cell_minutes != 0)
        reader_fault(r, "must be whole cells of %d minutes", b->cell_minutes);
    else if (s->minutes > room)
        reader_fault(r, "no day of those who do it has room for it: at most %d without a break",
                     room);
    reader_leave(r, mark);
}

static void check_services(struct reader *r, const struct book *b)
{
    size_t mark = reader_enter(r, "services");

    for (size_t i = 0; i < b->services; i++) {
        size_t at = reader_enter_at(r, i);
        if (b->service[i].by_n == 0) {
            size_t inner = reader_enter(r, "by");
            reader_fault(r, "nobody does it");
            reader_leave(r, inner);
        } else {
            check_minutes(r, b, &b->service[i]);
        }
        check_stems(r, b, i);
        reader_leave(r, at);
    }
    reader_leave(r, mark);
}

/* ==== the book ================================================================================ */

static const char *const currencies[] = {"UAH", "USD", "EUR", "RUB", "KZT", "PLN"};

/* Of struct book, by way of struct place. */
static void read_plain(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    const struct field *plain = f->of;

    plain->read(r, v, plain, (char *)((struct place *)to)->book + plain->offset);
}

#define B(member) .offset = offsetof(struct book, member)
static const struct field plain_fields[] = {
    {.name = "currency", .read = read_choice, B(currency), .of = currencies,
     .of_n = COUNT(currencies)},
    {.name = "cell_minutes", .read = read_cell, B(cell_minutes), .least = 1, .most = 60},
    {.name = "notice_minutes", .read = read_int, B(notice_minutes), .least = 0, .most = 43200},
    {.name = "horizon_days", .read = read_int, B(horizon_days), .least = 0, .most = 730},
    {.name = "hold_seconds", .read = read_int, B(hold_seconds), .least = 10, .most = 3600},
    {.name = "offer", .read = read_int, B(offer), .least = 1, .most = 5},
    {.name = "closed", .read = read_ranges, B(closed), .n_offset = offsetof(struct book, closed_n)},
};
#undef B

#define PLAIN(i, text) {.name = text, .read = read_plain, .of = &plain_fields[i]}
#define WORDS                                                                                      \
    {.name = "say", .read = read_say}, {.name = "hears", .read = read_hears},                      \
    {.name = "prompt", .read = read_book_prompt}

static const struct field book_fields[] = {
    PLAIN(0, "currency"),
    PLAIN(1, "cell_minutes"),
    PLAIN(2, "notice_minutes"),
    PLAIN(3, "horizon_days"),
    PLAIN(4, "hold_seconds"),
    PLAIN(5, "offer"),
    PLAIN(6, "closed"),
    {.name = "specialists", .need = NEED_ALWAYS, .read = read_specialists},
    {.name = "services", .need = NEED_ALWAYS, .read = read_services},
    WORDS,
};

static const struct field pack_fields[] = {WORDS};

static struct book_words *own_words_of(struct reader *r, const struct profile *p)
{
    struct book_words *words = reader_room(r, 1, sizeof *words);

    if (words != NULL && p->book_words != NULL)
        *words = *p->book_words;
    return words;
}

static void read_whole(struct reader *r, const struct json *v, struct book_words *words)
{
    struct book *b = reader_room(r, 1, sizeof *b);
    struct place place = {b, words};

    if (b == NULL)
        return;
    *b = (struct book){.currency = "UAH",
                       .cell_minutes = 15,
                       .horizon_days = 60,
                       .hold_seconds = 300,
                       .offer = 3};
    reader_object(r, v, book_fields, COUNT(book_fields), &place);
    if (json_kind(v) != JSON_OBJECT)
        return;
    check_services(r, b);
    b->words = words;
    r->profile->book = b;
}

/* ---- in a further language --------------------------------------------------------------------- */

static bool is_word_of(const char *name, bool service)
{
    return strcmp(name, "id") == 0 || strcmp(name, "name") == 0 || strcmp(name, "stems") == 0 ||
           strcmp(name, service ? "accusative" : "genitive") == 0;
}

/* One of a list, found by its id: only its words differ. */
static void read_translated(struct reader *r, const struct json *v, bool service, struct book *b)
{
    const struct field *fields = service ? service_fields : specialist_fields;
    size_t n = FIELDS;
    struct field words[FIELDS];
    const char *id = json_text(json_member(v, "id"));
    int place = -1;
    size_t kept = 0;

    if (id != NULL)
        place = service ? catalogue_service(b, id) : catalogue_specialist(b, id);
    if (place < 0) {
        size_t mark = reader_enter(r, "id");
        reader_fault(r, "must be the id of one that the profile has");
        reader_leave(r, mark);
        return;
    }
    for (size_t i = 0; i < n; i++)
        if (is_word_of(fields[i].name, service)) {
            words[kept] = fields[i];
            words[kept++].need = NEED_NOT;
        }
    if (service) {
        const char *accusative = b->service[place].accusative;
        reader_object(r, v, words, kept, &b->service[place]);
        if (json_member(v, "name") != NULL && b->service[place].accusative == accusative)
            b->service[place].accusative = b->service[place].name;
    } else {
        const char *genitive = b->specialist[place].genitive;
        reader_object(r, v, words, kept, &b->specialist[place]);
        if (json_member(v, "name") != NULL && b->specialist[place].genitive == genitive)
            b->specialist[place].genitive = b->specialist[place].name;
    }
}

static void read_translations(struct reader *r, const struct json *v, const struct field *f,
                              void *to)
{
    bool service = f->least == 1;
    size_t i = 0;

    if (!reader_array(r, v, 0, CATALOGUE_SERVICES_MAX))
        return;
    for (const struct json *one = json_first(v); one != NULL; one = json_next(one), i++) {
        size_t mark = reader_enter_at(r, i);
        if (json_kind(one) != JSON_OBJECT)
            reader_fault(r, "must be an object");
        else
            read_translated(r, one, service, ((struct place *)to)->book);
        reader_leave(r, mark);
    }
}

static const struct field further_fields[] = {
    {.name = "specialists", .read = read_translations, .least = 0},
    {.name = "services", .read = read_translations, .least = 1},
    WORDS,
};

/* The same places, with room for other words. */
static struct book *copy_of(struct reader *r, const struct book *b)
{
    struct book *copy = reader_room(r, 1, sizeof *copy);
    struct specialist *who = reader_room(r, b->specialists + 1, sizeof *who);
    struct service *what = reader_room(r, b->services + 1, sizeof *what);

    if (copy == NULL || who == NULL || what == NULL)
        return NULL;
    *copy = *b;
    if (b->specialists > 0)
        memcpy(who, b->specialist, b->specialists * sizeof *who);
    if (b->services > 0)
        memcpy(what, b->service, b->services * sizeof *what);
    copy->specialist = who;
    copy->service = what;
    return copy;
}

void reader_further_book(struct reader *r)
{
    struct profile *p = r->profile;

    if (p->book == NULL)
        return;
    p->book = copy_of(r, p->book);
    if (p->book != NULL)
        p->book->words = p->book_words;
}

static void read_further(struct reader *r, const struct json *v, struct book_words *words)
{
    struct place place = {r->profile->book, words};

    if (place.book == NULL) {
        reader_fault(r, "the profile keeps no book");
        return;
    }
    reader_object(r, v, further_fields, COUNT(further_fields), &place);
    place.book->words = words;
}

void read_book(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    struct book_words *words = own_words_of(r, r->profile);

    (void)f;
    (void)to;
    if (words == NULL)
        return;
    r->profile->book_words = words;
    if (r->is_pack) {
        struct place place = {NULL, words};
        reader_object(r, v, pack_fields, COUNT(pack_fields), &place);
    } else if (r->is_further) {
        read_further(r, v, words);
    } else {
        read_whole(r, v, words);
    }
}

void reader_missing_book(struct reader *r)
{
    static const struct book_words none;
    const struct book_words *words = r->profile->book_words;

    if (r->profile->book == NULL)
        return;
    words = words == NULL ? &none : words;
    size_t mark = reader_enter(r, "book");
    lacks(r, "say", say_fields, COUNT(say_fields), words);
    lacks(r, "hears", hears_fields, COUNT(hears_fields), words);
    lacks(r, "prompt", prompt_fields, COUNT(prompt_fields), words);
    reader_leave(r, mark);
}

/* ==== understanding each other's words ======================================================== */

static void add(struct reader *r, struct stems **to, size_t *n, const struct stems *more,
                size_t more_n)
{
    struct stems *all = more_n == 0 ? NULL : reader_room(r, *n + more_n, sizeof *all);

    if (all == NULL)
        return;
    if (*n > 0)
        memcpy(all, *to, *n * sizeof *all);
    memcpy(all + *n, more, more_n * sizeof *all);
    *to = all;
    *n += more_n;
}

static bool has_set(const struct stems *sets, size_t n, const struct stems *set)
{
    for (size_t i = 0; i < n; i++)
        if (is_same_set(&sets[i], set))
            return true;
    return false;
}

/* Adds the sets that are not there yet. */
static void add_new(struct reader *r, struct stems **to, size_t *n, const struct stems *more,
                    size_t more_n)
{
    for (size_t i = 0; i < more_n; i++)
        if (!has_set(*to, *n, &more[i]))
            add(r, to, n, &more[i], 1);
}

void reader_join_book(struct reader *r, struct profile *p, const struct profile *of)
{
    struct book_words *words = p->book == NULL ? NULL : own_words_of(r, p);

    if (words == NULL || of->book == NULL || of->book_words == NULL)
        return;
    for (size_t i = 0; i < p->book->services; i++)
        add_new(r, &p->book->service[i].stems, &p->book->service[i].stems_n,
                of->book->service[i].stems, of->book->service[i].stems_n);
    for (size_t i = 0; i < p->book->specialists; i++)
        add_new(r, &p->book->specialist[i].stems, &p->book->specialist[i].stems_n,
                of->book->specialist[i].stems, of->book->specialist[i].stems_n);
#define X(field)                                                                                   \
    add(r, &words->hears.field, &words->hears.field##_n, of->book_words->hears.field,              \
        of->book_words->hears.field##_n);
    BOOK_HEARS(X)
#undef X
    p->book_words = words;
    p->book->words = words;
}
