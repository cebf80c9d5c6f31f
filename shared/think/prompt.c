#include "think/prompt.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "business/book-words.h"
#include "business/catalogue.h"
#include "language/heard.h"
#include "store/lead.h"
#include "think/action.h"
#include "think/book.h"
#include "think/rules.h"

/* ==== history ================================================================================= */

#define MODEL_TURNS 80 /* of a call; the profile's limits are usually lower */

enum err prompt_history_add(struct prompt_history *h, struct arena *a, enum claude_role role,
                            const struct claude_block *block, size_t n)
{
    if (h->n == h->room) {
        size_t room = h->room == 0 ? 16 : h->room * 2;
        struct claude_message *more =
            arena_grow(a, h->message, h->room * sizeof *more, room * sizeof *more);
        if (more == NULL)
            return ERR_MEMORY;
        h->message = more;
        h->room = room;
    }
    h->message[h->n++] = (struct claude_message){.role = role, .block = block, .n = n};
    return ERR_OK;
}

enum err prompt_history_copy(const struct prompt_history *h, struct arena *a,
                             struct prompt_history *ret)
{
    struct claude_message *message = arena_calloc(a, h->n + 1, sizeof *message);

    if (message == NULL)
        return ERR_MEMORY;
    if (h->n > 0)
        memcpy(message, h->message, h->n * sizeof *message);
    *ret = (struct prompt_history){.message = message, .n = h->n, .room = h->n + 1};
    return ERR_OK;
}

static enum err add_text(struct prompt_history *h, struct arena *a, enum claude_role role,
                         const char *text)
{
    if (text == NULL || *text == '\0')
        return ERR_OK;
    struct claude_block *b = arena_calloc(a, 1, sizeof *b);
    if (b == NULL)
        return ERR_MEMORY;
    *b = (struct claude_block){.kind = CLAUDE_TEXT, .text = text};
    return prompt_history_add(h, a, role, b, 1);
}

/* "2", behind an answer that told the choice, is enough of a key of an earlier turn. */
static const char *words_of(const struct env *env, const struct turn *t, int64_t keyed)
{
    if (t->heard != NULL && t->n < 63 && (keyed >> t->n & 1) != 0)
        return t->heard;
    return t->heard == NULL ? NULL : rules_words(env->arena, env->profile, t);
}

/* NULL: there was no memory. */
static const char *words_now(const struct env *env, const struct turn *now,
                             const struct rules_open *before)
{
    const char *chosen = rules_key_chose(now, before);

    return chosen == NULL ? rules_words(env->arena, env->profile, now)
                          : arena_printf(env->arena, "%s) %s", now->heard, chosen);
}

enum err prompt_history(struct prompt_history *h, struct env *env, const struct turn *now,
                        const struct rules_open *before, struct why *why)
{
    struct turn *turns = NULL;
    size_t n = 0;

    enum err e = turns_of_call(env->store, env->arena, env->call_id, &turns, &n, why);
    for (size_t i = n > MODEL_TURNS ? n - MODEL_TURNS : 0; i < n && e == ERR_OK; i++) {
        if (turns[i].n == now->n)
            continue;
        e = add_text(h, env->arena, CLAUDE_USER, words_of(env, &turns[i], before->keyed));
        if (e == ERR_OK)
            e = add_text(h, env->arena, CLAUDE_ASSISTANT, turns[i].said);
    }
    const char *words = words_now(env, now, before);
    if (e == ERR_OK && words == NULL)
        return ERR_MEMORY;
    return e == ERR_OK ? add_text(h, env->arena, CLAUDE_USER, words) : e;
}

#define LEFT_MAX 3 /* requests of the call that a model is told */

enum err prompt_left_before(struct env *env, const char **ret, struct why *why)
{
    struct lead *leads = NULL;
    size_t n = 0;
    struct buf b;

    enum err e = leads_newest(env->store, env->arena, env->call_id, LEFT_MAX, &leads, &n, why);
    if (e != ERR_OK)
        return e;
    buf_init(&b, env->arena, LEFT_MAX * (ACTION_WISH_MAX + 2));
    for (size_t i = n; i > 0; i--) { /* the oldest first */
        const char *wish = leads[i - 1].wish;
        buf_puts(&b, i == n ? "" : "; ");
        buf_put(&b, wish, text_cut(wish, strlen(wish), ACTION_WISH_MAX));
    }
    *ret = buf_text(&b);
    return buf_err(&b);
}

enum err prompt_offers(struct env *env, const char **ret, struct why *why)
{
    struct offer *list = NULL;
    size_t n = 0;
    struct buf b;

    *ret = "";
    if (env->profile->book == NULL)
        return ERR_OK;
    enum err e = offers_of_call(env->store, env->arena, env->call_id, &list, &n, why);
    if (e != ERR_OK)
        return e;
    buf_init(&b, env->arena, CLAUDE_REQUEST_MAX);
    for (size_t i = 0; i < n; i++) {
        const struct booking_part *part = &list[i].part[0];
        day_number day = 0;
        char text[12];
        int minute = 0;
        if (book_local(env->profile, part->start_s, &day, &minute) != ERR_OK)
            continue;
        buf_printf(&b, "%s- offer %lld: %s %02d:%02d, %s (%s)", b.len == 0 ? "" : "\n",
                   (long long)list[i].id, date_write(day, text), minute / 60, minute % 60,
                   part->services, part->specialist);
        if (list[i].move_visit != 0)
            buf_printf(&b, ", moves visit %lld", (long long)list[i].move_visit);
    }
    *ret = buf_text(&b);
    return buf_err(&b);
}

/* ==== the prompt ============================================================================== */

#define PROMPT_MAX CLAUDE_REQUEST_MAX
#define LAST_TURNS 3 /* from here on the model is told to come to an end */

/* What stands in braces; a name that is NULL ends the list. */
struct value {
    const char *name, *text;
};

static const char *value_of(const struct value *values, const char *name, size_t n)
{
    while (values->name != NULL &&
           (strlen(values->name) != n || strncmp(values->name, name, n) != 0))
        values++;
    assert(values->name != NULL); /* profile_read lets no other name through */
    return values->text;
}

static void drop_from(struct buf *b, size_t len)
{
    b->len = len;
    if (b->data != NULL)
        b->data[len] = '\0';
}

/* One line. False, and nothing is written, if something in it is empty. */
static bool fill_line(struct buf *b, const char *line, size_t n, const struct value *values)
{
    size_t before = b->len;

    for (size_t at = 0; at < n;) {
        const char *brace = memchr(line + at, '{', n - at);
        size_t plain = brace == NULL ? n - at : (size_t)(brace - line) - at;
        buf_put(b, line + at, plain);
        at += plain;
        if (brace == NULL)
            break;
        size_t len = strcspn(brace + 1, "}");
        const char *text = value_of(values, brace + 1, len);
        if (*text == '\0') {
            drop_from(b, before);
            return false;
        }
        buf_puts(b, text);
        at += len + 2;
    }
    return true;
}

/* Adds a text, its braces filled, line by line; a line in which one has nothing to hold is left
 * out. */
static void fill(struct buf *b, const char *text, const struct value *values)
{
    while (text != NULL && *text != '\0') {
        size_t n = strcspn(text, "\n");
        if (fill_line(b, text, n, values))
            buf_putc(b, '\n');
        text += n + (text[n] == '\n');
    }
}

/* Without the newline at its end. */
static const char *finish(struct buf *b)
{
    if (b->len > 0 && buf_err(b) == ERR_OK)
        drop_from(b, b->len - 1);
    return buf_err(b) == ERR_OK ? buf_text(b) : NULL;
}

static const struct value nothing[] = {{NULL, NULL}};

/* ---- of the business ------------------------------------------------------------------------- */

static void put_day(struct buf *b, const struct profile *p, int day)
{
    const struct day *d = &p->week[day];

    buf_printf(b, "%s: ", p->prompt->weekdays[day]);
    if (d->n == 0)
        buf_puts(b, p->prompt->closed);
    for (size_t i = 0; i < d->n; i++) {
        const struct hours *h = &d->open[i];
        buf_puts(b, i == 0 ? "" : ", ");
        if (h->from_min == 0 && h->to_min == 24 * 60)
            buf_puts(b, p->prompt->all_day);
        else
            buf_printf(b, "%02d:%02d-%02d:%02d", h->from_min / 60, h->from_min % 60, h->to_min / 60,
                       h->to_min % 60);
    }
    buf_putc(b, '\n');
}

static const char *hours_of(struct arena *a, const struct profile *p)
{
    struct buf b;

    buf_init(&b, a, PROMPT_MAX);
    for (int day = 0; day < 7; day++)
        put_day(&b, p, day);
    return finish(&b);
}

/* What changes from day to day would spoil the cache, and is told with the hours. */
static bool is_fact(const struct rule *r)
{
    return r->say != NULL && r->action != RULE_GOODBYE && strstr(r->say, "{hours_t") == NULL &&
           strstr(r->say, "{open_now}") == NULL;
}

static const char *answers_of(struct arena *a, const struct prompt_facts *f)
{
    const struct profile *p = f->profile;
    struct buf b;

    buf_init(&b, a, PROMPT_MAX);
    for (size_t i = 0; i < p->rules_n; i++) {
        if (!is_fact(&p->rules[i]))
            continue;
        const char *say = profile_phrase(a, p, p->rules[i].say, f->local, NULL, NULL);
        if (say == NULL)
            return NULL;
        buf_printf(&b, "- %s\n", say);
    }
    return finish(&b);
}

/* ---- of the book ----------------------------------------------------------------------------- */

#define SERVICES_WHOLE                                                                             \
    150 /* of more services only id and name are told; service_info has the rest */

static void put_hours(struct buf *b, const struct profile *p, const struct specialist *s)
{
    for (int day = 0; day < 7; day++) {
        const struct day *d = &s->week[day];
        for (size_t i = 0; i < d->n; i++)
            buf_printf(b, "%s%s %02d:%02d-%02d:%02d", i == 0 ? "; " : ", ",
                       i == 0 ? p->prompt->weekdays[day] : "", d->open[i].from_min / 60,
                       d->open[i].from_min % 60, d->open[i].to_min / 60, d->open[i].to_min % 60);
    }
}

static void put_service(struct buf *b, const struct book *book, const struct service *s)
{
    buf_printf(b, "- %s: %s", s->id, s->name);
    if (book->services <= SERVICES_WHOLE) {
        buf_printf(b, ", %d min", s->minutes);
        if (s->price_from >= 0)
            buf_printf(b, s->price_to < 0 ? ", %lld+ %s" : ", %lld %s", (long long)s->price_from,
                       book->currency);
        if (s->price_to > s->price_from)
            buf_printf(b, "-%lld", (long long)s->price_to);
        buf_puts(b, ",");
        for (size_t i = 0; i < s->by_n; i++)
            buf_printf(b, " %s", book->specialist[s->by[i]].id);
    }
    buf_putc(b, '\n');
}

/* Who works there and what they do, by ids. */
static const char *catalogue_of(struct arena *a, const struct profile *p)
{
    const struct book *book = p->book;
    struct buf b;

    buf_init(&b, a, PROMPT_MAX);
    for (size_t i = 0; i < book->specialists; i++) {
        buf_printf(&b, "- %s: %s", book->specialist[i].id, book->specialist[i].name);
        put_hours(&b, p, &book->specialist[i]);
        buf_putc(&b, '\n');
    }
    for (size_t i = 0; i < book->services; i++)
        put_service(&b, book, &book->service[i]);
    return finish(&b);
}

/* How to book, and the catalogue. "": it keeps no book. */
static const char *book_of(struct arena *a, const struct profile *p)
{
    struct buf b;

    if (p->book == NULL)
        return "";
    const struct value values[] = {{"services", catalogue_of(a, p)}, {NULL, NULL}};
    if (values[0].text == NULL)
        return NULL;
    buf_init(&b, a, PROMPT_MAX);
    fill(&b, p->book->words->prompt.system, nothing);
    fill(&b, p->book->words->prompt.catalogue, values);
    return finish(&b);
}

static const char *system_of(struct arena *a, const struct prompt_facts *f)
{
    const struct profile *p = f->profile;
    const char *no_book = p->book == NULL && p->prompt->no_book != NULL ? p->prompt->no_book : "";
    const char *more = p->prompt->more == NULL ? "" : p->prompt->more;
    const struct value values[] = {
        {"business", p->business}, {"address", p->address},       {"phone", p->phone},
        {"hours", hours_of(a, p)}, {"answers", answers_of(a, f)}, {"more", more},
        {"no_book", no_book},      {"book", book_of(a, p)},       {NULL, NULL}};
    struct buf b;

    if (values[3].text == NULL || values[4].text == NULL || values[7].text == NULL)
        return NULL;
    buf_init(&b, a, PROMPT_MAX);
    fill(&b, p->prompt->system, values);
    /* Instructions of the profile's own, which do not know of a book. */
    if (p->book != NULL && strstr(p->prompt->system, "{book}") == NULL)
        fill(&b, "{book}", values);
    return finish(&b);
}

/* ---- of now ---------------------------------------------------------------------------------- */

/* Somebody's words: they stay on their line and, where they are quoted, inside their quotation. */
static const char *one_line(struct arena *a, const char *s)
{
    struct buf b;
    char utf8[4];

    s = s == NULL ? "" : s;
    s += strspn(s, " \t\r\n");
    buf_init(&b, a, strlen(s) * 3 + 1);
    while (*s != '\0') {
        uint32_t c = text_next(&s);
        bool other = c < ' ' || c == 0xab || c == 0xbb;
        buf_put(&b, utf8, text_encode(other ? ' ' : c, utf8));
    }
    return buf_err(&b) == ERR_OK ? buf_text(&b) : NULL;
}

static bool put_now(struct arena *a, struct buf *b, const struct prompt_facts *f)
{
    const struct profile_prompt *p = f->profile->prompt;
    const struct tm *t = f->local;
    const struct value values[] = {
        {"weekday", p->weekdays[(t->tm_wday + 6) % 7]},
        {"date", arena_printf(a, "%d %s %d", t->tm_mday, p->months[t->tm_mon], t->tm_year + 1900)},
        {"time", arena_printf(a, "%02d:%02d", t->tm_hour, t->tm_min)},
        {"hours_today", profile_phrase(a, f->profile, "{hours_today}", t, NULL, NULL)},
        {NULL, NULL}};

    if (values[1].text == NULL || values[2].text == NULL || values[3].text == NULL)
        return false;
    fill(b, p->now, values);
    return true;
}

static bool put_client(struct arena *a, struct buf *b, const struct prompt_facts *f)
{
    const struct profile_prompt *p = f->profile->prompt;
    const char *calls = f->calls_before > 0 ? arena_printf(a, "%d", f->calls_before) : "";
    const char *turns = f->turns_left >= 0 && f->turns_left <= LAST_TURNS
                            ? arena_printf(a, "%d", f->turns_left)
                            : "";
    /* What was once taken for a name could be a sentence with a will of its own. */
    bool named = f->client_name != NULL && heard_may_be_name(f->client_name);
    const struct value values[] = {{"name", named ? f->client_name : ""},
                                   {"calls", calls},
                                   {"wish", one_line(a, f->requests)},
                                   {"turns", turns},
                                   {NULL, NULL}};

    if (calls == NULL || values[2].text == NULL || turns == NULL)
        return false;
    fill(b, p->client_name, values);
    if (*calls != '\0')
        fill(b, p->client_calls, values);
    fill(b, f->number_known ? p->number_known : p->number_hidden, nothing);
    if (*values[2].text != '\0')
        fill(b, p->request_left, values);
    if (*turns != '\0')
        fill(b, p->last_turns, values);
    if (f->profile->book != NULL && f->offers != NULL && *f->offers != '\0')
        buf_printf(b, "%s\n%s\n", f->profile->book->words->prompt.offers, f->offers);
    return true;
}

static const char *tail_of(struct arena *a, const struct prompt_facts *f)
{
    struct buf b;

    buf_init(&b, a, PROMPT_MAX);
    if (!put_now(a, &b, f) || !put_client(a, &b, f))
        return NULL;
    return finish(&b);
}

static struct prompt_business *find(const struct prompts *made, const struct profile *p)
{
    struct prompt_business *b = made->first;

    while (b != NULL && b->profile != p)
        b = b->next;
    return b;
}

static enum err make_business(struct prompts *made, const struct prompt_facts *f,
                              struct prompt_business **ret)
{
    struct prompt_business *b = arena_calloc(made->arena, 1, sizeof *b);

    if (b == NULL)
        return ERR_MEMORY;
    b->profile = f->profile;
    b->system = system_of(made->arena, f);
    if (b->system == NULL)
        return ERR_MEMORY;
    enum err e = action_tools(made->arena, f->profile, &b->tool, &b->tools);
    if (e != ERR_OK)
        return e;
    b->next = made->first;
    made->first = *ret = b;
    return ERR_OK;
}

enum err prompt_make(struct prompts *made, struct arena *a, const struct prompt_facts *facts,
                     struct prompt *ret)
{
    assert(facts->profile->prompt != NULL);
    struct prompt_business *b = find(made, facts->profile);
    enum err e = b == NULL ? make_business(made, facts, &b) : ERR_OK;
    if (e != ERR_OK)
        return e;
    const char *tail = tail_of(a, facts);
    if (tail == NULL)
        return ERR_MEMORY;
    *ret = (struct prompt){.business = b, .tail = tail, .opening = facts->profile->prompt->opening};
    return ERR_OK;
}
