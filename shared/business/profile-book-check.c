/* What hangs together in a profile's book, and in its further languages. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "business/book-words.h"
#include "business/catalogue.h"
#include "business/profile-reader.h"

#define SET_STEMS 16

/* ==== lengths ================================================================================= */

static bool has_room(const struct service *s, const int *longest)
{
    for (size_t i = 0; i < s->by_n; i++)
        if (longest[s->by[i]] >= s->minutes)
            return true;
    return false;
}

static void check_minutes(struct reader *r, const struct book *b)
{
    int longest[CATALOGUE_SPECIALISTS_MAX] = {0};

    for (size_t i = 0; i < b->specialists; i++)
        longest[i] = catalogue_longest(b, (int)i);
    size_t list = reader_enter(r, "services");
    for (size_t i = 0; i < b->services; i++) {
        const struct service *s = &b->service[i];
        size_t one = reader_enter_at(r, i);
        (void)reader_enter(r, "minutes");
        if (s->minutes % b->cell_minutes != 0)
            reader_fault(r, "must be whole cells of %d minutes (\"cell_minutes\")",
                         b->cell_minutes);
        else if (s->minutes > 0 && s->by_n > 0 && !has_room(s, longest))
            reader_fault(r, "is too long: no one who does it has a day with room for it");
        reader_leave(r, one);
    }
    reader_leave(r, list);
}

/* ==== sets of stems =========================================================================== */

/* A set as one text, in which its stems are in order and none twice: equal sets have equal keys. */
struct set_key {
    const char *key;
    size_t service, set;
};

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int compare_keys(const void *a, const void *b)
{
    const struct set_key *x = a;
    const struct set_key *y = b;
    int by_key = strcmp(x->key, y->key);

    if (by_key != 0)
        return by_key;
    if (x->service != y->service)
        return x->service < y->service ? -1 : 1;
    return (x->set > y->set) - (x->set < y->set);
}

/* NULL: no memory. */
static const char *key_of(struct reader *r, const struct stems *set)
{
    const char *stem[SET_STEMS];
    size_t n = set->n < SET_STEMS ? set->n : SET_STEMS;
    struct buf b;

    memcpy(stem, set->stem, n * sizeof *stem);
    qsort(stem, n, sizeof *stem, compare_texts);
    buf_init(&b, r->scratch, 4096);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || strcmp(stem[i], stem[i - 1]) != 0)
            buf_printf(&b, "%s\n", stem[i]);
    r->no_memory |= buf_err(&b) != ERR_OK;
    return buf_err(&b) == ERR_OK ? buf_text(&b) : NULL;
}

/* Of all services, by key, in r->scratch. NULL: no memory. */
static struct set_key *keys_of(struct reader *r, const struct book *b, size_t *ret_n)
{
    size_t n = 0;

    for (size_t i = 0; i < b->services; i++)
        n += b->service[i].stems_n;
    struct set_key *keys = arena_calloc(r->scratch, n + 1, sizeof *keys);
    r->no_memory |= keys == NULL;
    n = 0;
    for (size_t i = 0; keys != NULL && i < b->services; i++)
        for (size_t k = 0; k < b->service[i].stems_n; k++) {
            if (b->service[i].stems[k].n == 0) /* it has a fault */
                continue;
            keys[n] = (struct set_key){key_of(r, &b->service[i].stems[k]), i, k};
            if (keys[n++].key == NULL)
                return NULL;
        }
    if (keys != NULL)
        qsort(keys, n, sizeof *keys, compare_keys);
    *ret_n = n;
    return keys;
}

/* Where the service stands in the file's list; -1: it does not. */
static int place_in(const struct json *services, const char *id)
{
    int i = 0;

    for (const struct json *one = json_first(services); one != NULL; one = json_next(one), i++) {
        const char *name = json_text(json_member(one, "id"));
        if (name != NULL && id != NULL && strcmp(name, id) == 0 &&
            json_member(one, "stems") != NULL)
            return i;
    }
    return -1;
}

/* Told of the later of the two, or of the one that has these stems in this language. If neither has,
 * the profile's own book has that fault. */
static void share_fault(struct reader *r, const struct json *services, const struct book *b,
                        const struct set_key *early, const struct set_key *late)
{
    const struct set_key *one = late;
    const struct set_key *other = early;
    int at = r->own == NULL ? (int)late->service : place_in(services, b->service[late->service].id);

    if (at < 0) {
        at = place_in(services, b->service[early->service].id);
        one = early;
        other = late;
    }
    if (at < 0)
        return;
    const char *with = b->service[other->service].id;
    size_t mark = reader_enter(r, "services");
    (void)reader_enter_at(r, (size_t)at);
    (void)reader_enter(r, "stems");
    (void)reader_enter_at(r, one->set);
    reader_fault(r, "are the stems of \"%s\" too: no caller could tell the two apart",
                 with == NULL ? "another" : with);
    reader_leave(r, mark);
}

static void check_sets(struct reader *r, const struct json *services, const struct book *b)
{
    size_t n = 0;
    const struct set_key *keys = keys_of(r, b, &n);

    for (size_t i = 1; keys != NULL && i < n; i++)
        if (strcmp(keys[i].key, keys[i - 1].key) == 0 && keys[i].service != keys[i - 1].service)
            share_fault(r, services, b, &keys[i - 1], &keys[i]);
    arena_clear(r->scratch);
}

void reader_check_book(struct reader *r, const struct json *v, const struct book *b)
{
    if (r->own == NULL)
        check_minutes(r, b);
    check_sets(r, json_member(v, "services"), b);
}

/* ==== understanding each other's words ======================================================== */

static void join_stems(struct reader *r, struct stems **to, size_t *n, const struct stems *more,
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

static int compare_key_alone(const void *a, const void *b)
{
    return strcmp(((const struct set_key *)a)->key, ((const struct set_key *)b)->key);
}

/* Is it none of a service's here already? Of another one, it would make of one word two services. */
static bool is_new(struct reader *r, const struct set_key *keys, size_t n, const struct stems *set)
{
    const struct set_key key = {.key = key_of(r, set)};

    return key.key != NULL &&
           (n == 0 || bsearch(&key, keys, n, sizeof *keys, compare_key_alone) == NULL);
}

static void join_services(struct reader *r, struct book *to, const struct book *own,
                          const struct book *of)
{
    size_t n = 0;
    const struct set_key *keys = keys_of(r, own, &n);

    for (size_t i = 0; keys != NULL && i < to->services; i++) {
        const struct service *other = &of->service[i];
        struct stems *more = arena_calloc(r->scratch, other->stems_n + 1, sizeof *more);
        size_t more_n = 0;
        r->no_memory |= more == NULL;
        for (size_t k = 0; more != NULL && k < other->stems_n; k++)
            if (is_new(r, keys, n, &other->stems[k]))
                more[more_n++] = other->stems[k];
        if (to->service[i].own_n == 0)
            to->service[i].own_n = to->service[i].stems_n;
        join_stems(r, &to->service[i].stems, &to->service[i].stems_n, more, more_n);
    }
    arena_clear(r->scratch);
}

static void join_words(struct reader *r, struct book_words *to, const struct book_words *of)
{
#define X(list)                                                                                    \
    join_stems(r, &to->hears.list, &to->hears.list##_n, of->hears.list, of->hears.list##_n);
    BOOK_HEARS(X)
#undef X
}

/* `own` with what is heard in the other books, too. NULL: no memory. */
static struct book *joined(struct reader *r, struct book *const *books, size_t n,
                           const struct book *own)
{
    struct book *b = reader_copy_book(r, own);
    struct book_words *words = reader_room(r, 1, sizeof *words);

    if (b == NULL || words == NULL)
        return NULL;
    *words = *own->words;
    b->words = words;
    for (size_t i = 0; i < n; i++) {
        const struct book *of = books[i];
        if (of == own)
            continue;
        join_services(r, b, own, of);
        for (size_t k = 0; k < b->specialists; k++)
            join_stems(r, &b->specialist[k].stems, &b->specialist[k].stems_n,
                       of->specialist[k].stems, of->specialist[k].stems_n);
        join_words(r, words, of->words);
    }
    return b;
}

/* ---- hints ----------------------------------------------------------------------------------- */

#define HINTS_MAX    300 /* of a profile, with those of its book */
#define HINT_LETTERS 100

static bool is_hint(const struct profile *p, const char *name)
{
    for (size_t i = 0; i < p->hear.hints_n; i++)
        if (strcmp(p->hear.hints[i], name) == 0)
            return true;
    return false;
}

static void hint(const struct profile *p, const char *name, const char **list, size_t *n)
{
    if (*n < HINTS_MAX && text_length(name) <= HINT_LETTERS && !is_hint(p, name))
        list[(*n)++] = name;
}

/* Callers say the names of a book: a recogniser is told of them, as of the profile's own hints. */
static void add_hints(struct reader *r, struct profile *p)
{
    const struct book *b = p->book;
    size_t n = p->hear.hints_n;
    const char **list = reader_room(r, n + HINTS_MAX, sizeof *list);

    if (list == NULL)
        return;
    if (n > 0)
        memcpy(list, p->hear.hints, n * sizeof *list);
    for (size_t i = 0; i < b->specialists; i++)
        hint(p, b->specialist[i].name, list, &n);
    for (size_t i = 0; i < b->services; i++)
        hint(p, b->service[i].name, list, &n);
    p->hear.hints = list;
    p->hear.hints_n = n;
}

void reader_join_books(struct reader *r)
{
    struct profile *own = r->profile;
    struct profile *in[PROFILE_LANGUAGES + 1];
    struct book *was[PROFILE_LANGUAGES + 1];
    size_t n = own->book == NULL ? 0 : own->others_n + 1;

    for (size_t i = 0; i < n; i++) {
        in[i] = i == 0 ? own : &own->others[i - 1];
        was[i] = in[i]->book;
        if (was[i] == NULL) /* no memory */
            return;
    }
    for (size_t i = 0; i < n; i++) {
        in[i]->book = n == 1 ? was[0] : joined(r, was, n, was[i]);
        if (in[i]->book == NULL)
            return;
        add_hints(r, in[i]);
    }
}
