/* The memory of the book's conversation, in the call's state. Services and specialists are kept by
 * their ids: the profile may be read anew between two turns. */
#include <string.h>

#include "base/text.h"
#include "business/phone.h"
#include "think/book-talk.h"

#define LAST_MAX 2000

struct book_talk book_talk_none(void)
{
    return (struct book_talk){
        .specialist = -1, .time = -1, .from = -1, .to = -1, .name = "", .phone = "", .last = ""};
}

bool book_talk_goes_on(const struct book_talk *talk)
{
    return talk->doing != BOOK_NOTHING;
}

static const struct {
    const char *name;
    size_t offset;
    int64_t least, most;
} numbers[] = {
    {"doing", offsetof(struct book_talk, doing), 0, BOOK_ASKED},
    {"asked", offsetof(struct book_talk, asked), 0, ASKS__MAX - 1},
    {"about", offsetof(struct book_talk, about), 0, INTENT_RULE},
    {"also", offsetof(struct book_talk, also), 0, INTENT_RULE},
    {"time", offsetof(struct book_talk, time), -1, 24 * 60},
    {"from", offsetof(struct book_talk, from), -1, 24 * 60},
    {"to", offsetof(struct book_talk, to), -1, 24 * 60},
    {"offers", offsetof(struct book_talk, offers), 0, 100},
    {"tries", offsetof(struct book_talk, tries), 0, 100},
};

static const struct {
    const char *name;
    size_t offset;
} flags[] =
    {
        {"any_specialist", offsetof(struct book_talk, any_specialist)},
        {"nearest", offsetof(struct book_talk, nearest)},
        {"any_day", offsetof(struct book_talk, any_day)},
        {"or_next_week", offsetof(struct book_talk, or_next_week)},
        {"for_other", offsetof(struct book_talk, for_other)},
        {"identifies", offsetof(struct book_talk, identifies)},
},
  ids[] = {
      {"visit", offsetof(struct book_talk, visit)},
      {"offer", offsetof(struct book_talk, offer)},
};

static const struct {
    const char *name;
    size_t offset, max;
} texts[] = {
    {"name", offsetof(struct book_talk, name), ACTION_NAME_MAX},
    {"phone", offsetof(struct book_talk, phone), PHONE_MAX},
    {"last", offsetof(struct book_talk, last), LAST_MAX},
};

#define COUNT(table)             (sizeof(table) / sizeof *(table))
#define AT(t, entry, type)       (*(type *)(void *)((char *)(t) + (entry).offset))
#define CONST_AT(t, entry, type) (*(type const *)(const void *)((const char *)(t) + (entry).offset))

_Static_assert(sizeof(enum book_doing) == sizeof(int) && sizeof(enum asks) == sizeof(int) &&
                   sizeof(enum intent) == sizeof(int),
               "the table of numbers reads them as int");

/* ---- reading ----------------------------------------------------------------------------------- */

static void read_services(const struct json *o, const char *name, const struct book *b, int *ret,
                          size_t room, size_t *ret_n)
{
    *ret_n = 0;
    for (const struct json *v = json_first(json_member(o, name)); v != NULL && *ret_n < room;
         v = json_next(v)) {
        const char *id = json_text(v);
        int place = id == NULL ? -1 : catalogue_service(b, id);
        if (place >= 0)
            ret[(*ret_n)++] = place;
    }
}

static void read_days(const struct json *o, struct book_talk *ret)
{
    for (const struct json *v = json_first(json_member(o, "days"));
         v != NULL && ret->days < BOOK_DAYS; v = json_next(v))
        if (json_text(v) != NULL && date_read(json_text(v), &ret->day[ret->days]))
            ret->days++;
}

static void read_plain(const struct json *o, struct book_talk *t)
{
    int64_t n = 0;

    for (size_t i = 0; i < COUNT(numbers); i++)
        if (json_get_int(o, numbers[i].name, numbers[i].least, numbers[i].most, &n, NULL) == ERR_OK)
            AT(t, numbers[i], int) = (int)n;
    for (size_t i = 0; i < COUNT(flags); i++)
        (void)!json_get_bool(o, flags[i].name, &AT(t, flags[i], bool), NULL);
    for (size_t i = 0; i < COUNT(ids); i++)
        (void)!json_get_int(o, ids[i].name, 0, INT64_MAX, &AT(t, ids[i], int64_t), NULL);
    for (size_t i = 0; i < COUNT(texts); i++)
        (void)!json_get_text(o, texts[i].name, texts[i].max, &AT(t, texts[i], const char *), NULL);
}

void book_talk_read(const struct json *o, const struct profile *p, struct book_talk *ret)
{
    const char *who = json_text(json_member(o, "specialist"));

    *ret = book_talk_none();
    if (o == NULL || p->book == NULL)
        return;
    read_plain(o, ret);
    read_services(o, "services", p->book, ret->service, CATALOGUE_VISIT_SERVICES, &ret->services);
    read_services(o, "among", p->book, ret->among, UNDERSTOOD_CHOICES, &ret->among_n);
    read_days(o, ret);
    if (who != NULL)
        ret->specialist = catalogue_specialist(p->book, who);
}

/* ---- writing ----------------------------------------------------------------------------------- */

static void write_services(struct jsonw *w, const char *name, const struct book *b,
                           const int *service, size_t n)
{
    if (n == 0)
        return;
    jsonw_key(w, name);
    jsonw_array(w);
    for (size_t i = 0; i < n; i++)
        jsonw_text(w, b->service[service[i]].id);
    jsonw_end_array(w);
}

static void write_days(struct jsonw *w, const struct book_talk *t)
{
    char day[12];

    if (t->days == 0)
        return;
    jsonw_key(w, "days");
    jsonw_array(w);
    for (size_t i = 0; i < t->days; i++)
        jsonw_text(w, date_write(t->day[i], day));
    jsonw_end_array(w);
}

void book_talk_write(const struct book_talk *t, const struct profile *p, struct jsonw *w)
{
    const struct book_talk none = book_talk_none();

    for (size_t i = 0; i < COUNT(numbers); i++)
        if (CONST_AT(t, numbers[i], int) != CONST_AT(&none, numbers[i], int))
            jsonw_put_int(w, numbers[i].name, CONST_AT(t, numbers[i], int));
    for (size_t i = 0; i < COUNT(flags); i++)
        if (CONST_AT(t, flags[i], bool))
            jsonw_put_bool(w, flags[i].name, true);
    for (size_t i = 0; i < COUNT(ids); i++)
        if (CONST_AT(t, ids[i], int64_t) != 0)
            jsonw_put_int(w, ids[i].name, CONST_AT(t, ids[i], int64_t));
    for (size_t i = 0; i < COUNT(texts); i++)
        if (*CONST_AT(t, texts[i], char *) != '\0')
            jsonw_put_text(w, texts[i].name, CONST_AT(t, texts[i], char *));
    write_services(w, "services", p->book, t->service, t->services);
    write_services(w, "among", p->book, t->among, t->among_n);
    write_days(w, t);
    if (t->specialist >= 0)
        jsonw_put_text(w, "specialist", p->book->specialist[t->specialist].id);
}
