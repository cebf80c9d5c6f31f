#include "dialogue/brain.h"

#include <string.h>

#include "base/text.h"
#include "wire/json.h"
#include "wire/jsonw.h"

#define STATE_VERSION 1
#define STATE_MAX     ((size_t)16 * 1024)
#define SAY_MAX       ((size_t)16 * 1024)
#define COUNT_MAX     1000 /* of the small counters */
#define GOODBYE_WORDS 8    /* a goodbye in so many words is meant */
#define GOODBYE_TAIL  4    /* or one in the last words of more */

static const char *const at_names[AT__MAX] = {"idle",  "offer",   "else", "name",
                                              "phone", "confirm", "wish"};

/* ---- between turns ------------------------------------------------------------------------- */

static const struct {
    const char *name;
    size_t offset;
    size_t max;
} state_texts[] = {
    {"name", offsetof(struct brain, name), BRAIN_NAME_MAX},
    {"phone", offsetof(struct brain, phone), 32},
    {"wish", offsetof(struct brain, wish), BRAIN_WISH_MAX},
    {"heard", offsetof(struct brain, heard), 200},
};

static const struct {
    const char *name;
    size_t offset;
} state_counts[] =
    {
        {"misses", offsetof(struct brain, misses)},
        {"tries", offsetof(struct brain, tries)},
        {"rule", offsetof(struct brain, rule)},
},
  state_flags[] = {
      {"name_done", offsetof(struct brain, name_done)},
      {"phone_done", offsetof(struct brain, phone_done)},
      {"wish_done", offsetof(struct brain, wish_done)},
      {"not_own", offsetof(struct brain, not_own)},
};

#define EACH(table, i)         (size_t i = 0; i < sizeof(table) / sizeof *(table); i++)
#define MEMBER(b, entry, type) ((type *)(void *)((char *)(b) + (entry).offset))
#define CONST_MEMBER(b, entry, type)                                                               \
    (*(type const *)(const void *)((const char *)(b) + (entry).offset))

static const struct brain brain_empty = {
    .rule = -1, .name = "", .phone = "", .wish = "", .heard = ""};

static bool read_at(const struct json *o, enum brain_at *ret)
{
    const char *at = json_text(json_member(o, "at"));

    for (int i = 0; at != NULL && i < AT__MAX; i++)
        if (strcmp(at, at_names[i]) == 0) {
            *ret = (enum brain_at)i;
            return true;
        }
    return false;
}

/* What is not there, or not what it should be, stays as in an empty state. */
static void read_state(const struct json *o, struct brain *b)
{
    int64_t n = 0;

    for
        EACH(state_texts, i)
    (void)!json_get_text(o, state_texts[i].name, state_texts[i].max,
                         MEMBER(b, state_texts[i], const char *), NULL);
    for
        EACH(state_counts, i)
    if (json_get_int(o, state_counts[i].name, -1, COUNT_MAX, &n, NULL) == ERR_OK)
        *MEMBER(b, state_counts[i], int) = (int)n;
    for
        EACH(state_flags, i)
    (void)!json_get_bool(o, state_flags[i].name, MEMBER(b, state_flags[i], bool), NULL);
}

enum err brain_load(struct arena *a, const struct profile *p, const char *state, struct brain *ret)
{
    struct brain b = brain_empty;
    const struct json *o = NULL;
    int64_t version = 0;

    *ret = brain_empty;
    if (state == NULL || *state == '\0' || strlen(state) > STATE_MAX)
        return ERR_OK;
    enum err e = json_parse(a, state, strlen(state), &o, NULL);
    if (e != ERR_OK)
        return e == ERR_MEMORY ? e : ERR_OK;
    if (json_get_int(o, "v", STATE_VERSION, STATE_VERSION, &version, NULL) != ERR_OK ||
        !read_at(o, &b.at))
        return ERR_OK;
    read_state(o, &b);
    if (b.rule >= (int)p->rules_n)
        b.rule = -1;
    *ret = b;
    return ERR_OK;
}

enum err brain_save(struct arena *a, const struct brain *b, const char **ret)
{
    struct jsonw w;
    struct buf out;

    buf_init(&out, a, STATE_MAX);
    jsonw_init(&w, &out);
    jsonw_object(&w);
    jsonw_put_int(&w, "v", STATE_VERSION);
    jsonw_put_text(&w, "at", at_names[b->at]);
    for
        EACH(state_texts, i)
        {
            const char *s = CONST_MEMBER(b, state_texts[i], char *);
            if (*s != '\0')
                jsonw_put_text(&w, state_texts[i].name, s);
        }
    for
        EACH(state_counts, i)
    jsonw_put_int(&w, state_counts[i].name, CONST_MEMBER(b, state_counts[i], int));
    for
        EACH(state_flags, i)
    if (CONST_MEMBER(b, state_flags[i], bool))
        jsonw_put_bool(&w, state_flags[i].name, true);
    jsonw_end_object(&w);
    if (buf_err(&out) != ERR_OK)
        return ERR_MEMORY;
    *ret = buf_text(&out);
    return ERR_OK;
}

/* ---- within a turn ------------------------------------------------------------------------- */

const char *brain_keep(struct brain_turn *t, const char *s, size_t n, size_t max)
{
    const char *copy = arena_strndup(t->arena, s, text_cut(s, n, max));

    t->no_memory |= copy == NULL;
    return copy == NULL ? "" : copy;
}

void brain_add_wish(struct brain_turn *t, const char *words)
{
    struct buf b;

    if (words == NULL || *words == '\0')
        return;
    buf_init(&b, t->arena, strlen(t->b.wish) + strlen(words) + 2);
    buf_puts(&b, t->b.wish);
    buf_puts(&b, *t->b.wish == '\0' ? "" : ". ");
    buf_puts(&b, words);
    t->no_memory |= buf_err(&b) != ERR_OK;
    t->b.wish = brain_keep(t, buf_text(&b), b.len, BRAIN_WISH_MAX);
}

static const char *or_null(const char *s)
{
    return s == NULL || *s == '\0' ? NULL : s;
}

void brain_say(struct brain_turn *t, const char *phrase)
{
    const char *name = or_null(t->b.name);
    const char *phone = or_null(t->b.phone);

    if (phrase == NULL)
        return;
    const char *text = profile_phrase(t->arena, t->profile, phrase, t->ask->local,
                                      name == NULL ? or_null(t->ask->client_name) : name,
                                      phone == NULL ? or_null(t->ask->caller_phone) : phone);
    t->no_memory |= text == NULL;
    if (text == NULL)
        return;
    if (t->say.data == NULL)
        buf_init(&t->say, t->arena, SAY_MAX);
    buf_puts(&t->say, t->say.len == 0 ? "" : " ");
    buf_puts(&t->say, text);
}

bool brain_hears(const struct brain_turn *t, const struct stems *sets, size_t n)
{
    return stems_match(sets, n, t->folded);
}

bool brain_hears_short(const struct brain_turn *t, const struct stems *sets, size_t n, int words)
{
    return t->words <= words && brain_hears(t, sets, n);
}

static const char *last_words(const char *folded, int n)
{
    const char *at = folded + strlen(folded);

    while (at > folded) {
        if (at[-1] == ' ' && --n == 0)
            break;
        at--;
    }
    return at;
}

bool brain_hears_goodbye(const struct brain_turn *t)
{
    const struct profile *p = t->profile;
    bool few = t->words <= GOODBYE_WORDS;

    return stems_match(p->goodbye, p->goodbye_n,
                       few ? t->folded : last_words(t->folded, GOODBYE_TAIL));
}
