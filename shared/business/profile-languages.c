/* A business that speaks several languages: the profile's member `languages`.
 *
 * Each becomes a profile of its own, which has the facts of the business and the words of that
 * language's pack. What a caller says is then understood in all of them by each. */
#include <string.h>

#include "business/profile-reader.h"
#include "language/language.h"

/* ==== reading ================================================================================= */

/* What a business is, in whatever language: all else is the pack's, or stands in the member. */
static struct profile begin(const struct profile *of, const struct profile *pack)
{
    struct profile p = *pack;

    p.name = of->name;
    p.business = of->business;
    p.numbers = of->numbers;
    p.numbers_n = of->numbers_n;
    p.time_zone = of->time_zone;
    p.country = of->country;
    p.address = of->address;
    p.phone = of->phone;
    p.voice = of->voice;
    p.voice.espeak = NULL;
    p.voice.by_n = 0; /* they speak the profile's own language */
    p.hear.model = of->hear.model;
    p.hear.punctuation = of->hear.punctuation;
    memcpy(p.week, of->week, sizeof p.week);
    p.limits = of->limits;
    p.exchange = of->exchange;
    p.book = NULL; /* a pack's has words alone */
    return p;
}

static void read_one(struct reader *r, const struct json *v, const struct profile_packs *packs,
                     const struct profile *of, struct profile *to)
{
    const char *code = arena_strdup(r->arena, json_name(v));
    const struct language *l = language_find(json_name(v));
    struct reader inner = *r;

    r->no_memory |= code == NULL;
    inner.pack = profile_pack_of(packs, code);
    if (code == NULL)
        return;
    if (l == NULL || strcmp(l->code, code) != 0 || strcmp(code, of->language) == 0) {
        reader_fault(r, "must be another language that holos speaks");
        return;
    }
    if (inner.pack == NULL) {
        reader_fault(r, "there is no language pack for it");
        return;
    }
    *to = begin(of, &inner.pack->has);
    to->language = code;
    inner.profile = to;
    inner.own = of;
    to->book = reader_begin_book(&inner);
    if (of->prompt == NULL) /* no model answers for the business */
        to->prompt = NULL;
    reader_language(&inner, v);
    if (of->prompt == NULL)
        to->prompt = NULL;
    r->no_memory |= inner.no_memory;
    r->left_out = inner.left_out;
}

void reader_languages(struct reader *r, const struct json *v, const struct profile_packs *packs)
{
    struct profile *p = r->profile;
    size_t n = 0;

    if (v == NULL)
        return;
    size_t mark = reader_enter(r, "languages");
    if (json_kind(v) != JSON_OBJECT) {
        reader_fault(r, "must be an object: {\"ru\": {...}}");
        reader_leave(r, mark);
        return;
    }
    struct profile *list = reader_room(r, json_count(v) + 1, sizeof *list);
    for (const struct json *m = json_first(v); list != NULL && m != NULL; m = json_next(m)) {
        size_t at = 0;
        if (!reader_enter_member(r, v, m, &at))
            continue; /* a remark */
        if (n == PROFILE_LANGUAGES)
            reader_fault(r, "a profile has at most %d further languages", PROFILE_LANGUAGES);
        else
            read_one(r, m, packs, p, &list[n]);
        n += list[n].language != NULL;
        reader_leave(r, at);
    }
    reader_leave(r, mark);
    p->others = list;
    p->others_n = list == NULL ? 0 : n;
}

/* ==== understanding each other's words ======================================================== */

static void add_stems(struct reader *r, struct stems **to, size_t *n, const struct stems *more,
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

static void add_texts(struct reader *r, const char *const **to, size_t *n, const char *const *more,
                      size_t more_n)
{
    const char **all = more_n == 0 ? NULL : reader_room(r, *n + more_n, sizeof *all);

    if (all == NULL)
        return;
    if (*n > 0)
        memcpy(all, *to, *n * sizeof *all);
    memcpy(all + *n, more, more_n * sizeof *all);
    *to = all;
    *n += more_n;
}

/* The same question is asked in both languages. */
static void add_questions(struct reader *r, struct profile *p, const struct profile *of)
{
    for (size_t i = 0; i < p->rules_n; i++)
        for (size_t k = 0; p->rules[i].question != NULL && k < of->questions_n; k++)
            if (strcmp(p->rules[i].question, of->questions[k].name) == 0)
                add_stems(r, &p->rules[i].when, &p->rules[i].n, of->questions[k].when,
                          of->questions[k].n);
}

static void understand(struct reader *r, struct profile *p, const struct profile *of)
{
#define STEMS(list) add_stems(r, &p->list, &p->list##_n, of->list, of->list##_n)
#define TEXTS(list) add_texts(r, &p->list, &p->list##_n, of->list, of->list##_n)
    STEMS(goodbye);
    STEMS(person);
    STEMS(yes);
    STEMS(no);
    STEMS(thanks);
    STEMS(more);
    STEMS(again);
    STEMS(cancel);
    STEMS(wrong);
    STEMS(wrong_name);
    STEMS(wrong_phone);
    TEXTS(name_is);
    TEXTS(name_lead);
    TEXTS(name_ends);
    TEXTS(hear.hints);
    TEXTS(hear.invented);
#undef STEMS
#undef TEXTS
    add_texts(r, &p->also, &p->also_n, &of->locale, 1);
    add_questions(r, p, of);
}

void reader_join_languages(struct reader *r)
{
    struct profile *base = r->profile;
    size_t n = base->others_n;
    struct profile *was = n == 0 ? NULL : reader_room(r, n + 1, sizeof *was);

    if (was == NULL)
        return;
    was[0] = *base;
    memcpy(was + 1, base->others, n * sizeof *was);
    for (size_t i = 0; i <= n; i++)
        for (size_t k = 0; k <= n; k++)
            if (i != k)
                understand(r, i == 0 ? base : &base->others[i - 1], &was[k]);
}

/* ==== choosing ================================================================================ */

const struct profile *profile_in(const struct profile *p, const char *language)
{
    for (size_t i = 0; i < p->others_n && language != NULL; i++)
        if (strcmp(p->others[i].language, language) == 0)
            return &p->others[i];
    return p;
}
