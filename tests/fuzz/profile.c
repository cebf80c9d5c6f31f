/* A language pack and a profile of any bytes, divided by a byte 0x1e; without it all is the
 * profile. Each is read, or refused with faults that can be shown; a refused profile has a
 * substitute. The pack is that of both languages, if it names no locale. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "business/book-words.h"
#include "business/catalogue.h"
#include "business/profile.h"

#define DIVIDER 0x1e

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const struct tm wednesday = {.tm_wday = 3};

static void check_faults(enum err e, const struct profile_faults *f)
{
    assert(e == ERR_OK || e == ERR_CONFIG || e == ERR_MEMORY);
    assert(e == ERR_MEMORY || (e == ERR_CONFIG) == (f->n > 0));
    for (size_t i = 0; i < f->n; i++)
        assert(f->fault[i].file != NULL && f->fault[i].path != NULL &&
               text_is_utf8(f->fault[i].text, strlen(f->fault[i].text)));
}

static void check_profile(struct arena *a, const struct profile *p)
{
    const char *phrases[] = {p->say.greeting, p->say.trouble, p->say.closed_today, "{hours_today}"};

    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++)
        assert(profile_phrase(a, p, phrases[i], &wednesday, NULL, NULL) != NULL);
    for (size_t i = 0; i < p->rules_n; i++)
        assert(p->rules[i].say == NULL ||
               profile_phrase(a, p, p->rules[i].say, &wednesday, NULL, NULL) != NULL);
    (void)profile_rule(p, "слово");
    (void)profile_action_text(p, "end_call", "reason");
}

static void check_range(const struct date_range *range, size_t n)
{
    for (size_t i = 0; i < n; i++)
        assert(range[i].from <= range[i].to && date_exists(date_of(range[i].to)));
}

static void check_words(const struct book_words *w)
{
#define X(phrase) assert(w->say.phrase != NULL);
    BOOK_PHRASES(X)
#undef X
#define X(list)                                                                                    \
    assert(w->hears.list##_n > 0);                                                                 \
    (void)stems_match(w->hears.list, w->hears.list##_n, "слово");
    BOOK_HEARS(X)
#undef X
    assert(w->prompt.system != NULL && w->prompt.catalogue != NULL);
}

/* `own` is the same book in the profile's own language. */
static void check_book(const struct book *b, const struct book *own)
{
    assert(b->specialists > 0 && b->services > 0 && b->offer >= 1 && b->offer <= 5);
    assert(b->specialists == own->specialists && b->services == own->services);
    check_range(b->closed, b->closed_n);
    check_words(b->words);
    for (size_t i = 0; i < b->specialists; i++) {
        const struct specialist *s = &b->specialist[i];
        assert(s->name != NULL && s->genitive != NULL && s->sheet != NULL);
        assert(catalogue_specialist(b, s->id) == (int)i && s->id == own->specialist[i].id);
        check_range(s->off, s->off_n);
        (void)catalogue_works(b, (int)i, 20000);
        (void)stems_match(s->stems, s->stems_n, "слово");
    }
    for (size_t i = 0; i < b->services; i++) {
        const struct service *s = &b->service[i];
        bool room = false;
        assert(s->name != NULL && s->accusative != NULL && s->id == own->service[i].id);
        assert(catalogue_service(b, s->id) == (int)i);
        assert(s->minutes > 0 && s->minutes % b->cell_minutes == 0 && s->by_n > 0);
        assert(s->price_to == -1 || s->price_to >= s->price_from);
        for (size_t k = 0; k < s->by_n; k++) {
            assert(s->by[k] < b->specialists && (k == 0 || s->by[k] > s->by[k - 1]));
            room = room || catalogue_longest(b, s->by[k]) >= s->minutes;
        }
        assert(room);
        (void)stems_match(s->stems, s->stems_n, "слово");
    }
}

static void check_books(const struct profile *p)
{
    if (p->book != NULL)
        check_book(p->book, p->book);
    for (size_t i = 0; i < p->others_n; i++) {
        assert((p->others[i].book == NULL) == (p->book == NULL));
        if (p->book != NULL)
            check_book(p->others[i].book, p->book);
    }
}

static void check_substitute(struct arena *a, const struct profile_file *file)
{
    const struct profile like = {.language = "uk"};
    struct profile p = {0};

    enum err e = profile_substitute(a, file, &like, "fault", &p);
    assert(e == ERR_OK || e == ERR_NOT_FOUND || e == ERR_MEMORY);
    if (e != ERR_OK)
        return;
    assert(p.broken != NULL && p.book == NULL);
    for (size_t i = 0; i < p.numbers_n; i++)
        assert(text_is_utf8(p.numbers[i], strlen(p.numbers[i])));
    assert(profile_phrase(a, &p, p.say.broken_request, &wednesday, NULL, NULL) != NULL);
    check_profile(a, &p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const char *text = (const char *)data;
    const char *end = n == 0 ? NULL : memchr(text, DIVIDER, n);
    size_t pack_n = end == NULL ? 0 : (size_t)(end - text);
    size_t from = end == NULL ? 0 : pack_n + 1;
    static const char *const languages[] = {"uk", "ru"};
    struct profile_pack pack[2] = {{0}};
    struct profile_packs packs = {.pack = pack};
    struct profile_faults f = {0};
    struct profile p = {0};
    struct arena a;

    arena_init(&a, (size_t)32 << 20);
    const char *own = arena_strndup(&a, text + from, n - from);
    const struct profile_file file = {
        .name = "fuzz", .label = "fuzz.json", .text = own, .n = n - from, .packs = &packs};
    for (size_t i = 0; end != NULL && i == packs.n && i < 2; i++) {
        const struct profile_file of_pack = {
            .name = languages[i], .label = "pack.json", .text = text, .n = pack_n};
        f = (struct profile_faults){0};
        enum err e = profile_read_pack(&a, &of_pack, &pack[i], &f);
        check_faults(e, &f);
        packs.n += e == ERR_OK;
    }
    f = (struct profile_faults){0};
    enum err e = profile_read(&a, &file, &p, &f);
    check_faults(e, &f);
    if (e == ERR_OK) {
        check_profile(&a, &p);
        check_books(&p);
    } else if (own != NULL)
        check_substitute(&a, &file);
    arena_release(&a);
    return 0;
}
