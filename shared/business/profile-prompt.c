#include "business/profile-prompt.h"

#include <string.h>

#include "base/buf.h"
#include "business/profile-reader.h"

#define LINES_MAX  200
#define NAME_BYTES 60
#define WEEKDAYS   7
#define MONTHS     12

/* Of `names`, separated by blanks, is it one? */
static bool is_listed(const char *names, const char *name, size_t n)
{
    for (const char *at = names; *at != '\0'; at += strspn(at, " ")) {
        size_t len = strcspn(at, " ");
        if (len == n && strncmp(at, name, n) == 0)
            return true;
        at += len;
    }
    return false;
}

/* Every brace belongs to a {name} that may stand there. */
static void check_braces(struct reader *r, const char *text, const char *names)
{
    for (const char *at = strpbrk(text, "{}"); at != NULL; at = strpbrk(at, "{}")) {
        size_t n = *at == '{' ? strcspn(at + 1, "{}\n") : 0;
        if (*at == '}' || at[1 + n] != '}' || !is_listed(names, at + 1, n)) {
            reader_fault(r,
                         "holds a brace or a name in braces that has no meaning here; allowed: %s",
                         *names == '\0' ? "none" : names);
            return;
        }
        at += n + 2;
    }
}

/* A list's texts become one, a line each. */
static const char *join_lines(struct reader *r, const struct json *v, int most)
{
    struct buf b;
    size_t i = 0;

    if (!reader_array(r, v, 1, LINES_MAX))
        return NULL;
    buf_init(&b, r->arena, (size_t)most);
    for (const struct json *one = json_first(v); one != NULL; one = json_next(one), i++) {
        size_t mark = reader_enter_at(r, i);
        const char *s = reader_text(r, one, 0, most);
        reader_leave(r, mark);
        if (s == NULL)
            return NULL;
        buf_puts(&b, i == 0 ? "" : "\n");
        buf_puts(&b, s);
    }
    r->no_memory |= buf_err(&b) == ERR_MEMORY;
    if (buf_err(&b) == ERR_TOO_BIG)
        reader_fault(r, "is too long: at most %d bytes (a Cyrillic letter has 2)", most);
    if (buf_err(&b) != ERR_OK)
        return NULL;
    if (buf_text(&b)[strspn(buf_text(&b), " \t\r\n")] != '\0')
        return buf_text(&b);
    reader_fault(r, "must not be empty");
    return NULL;
}

/* A text, or a list of its lines; `of` names what its braces may hold. */
void read_lines(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    const char *s =
        json_kind(v) == JSON_STRING ? reader_text(r, v, 1, f->most) : join_lines(r, v, f->most);

    if (s == NULL)
        return;
    check_braces(r, s, f->of);
    *(const char **)to = s;
}

/* ---- actions ------------------------------------------------------------------------------- */

#define ACTION_BYTES 1000 /* of one text */
#define ACTION_NAME  40

/* Before "actions" there was a member for each text. */
static const struct old_text {
    const char *name, *action, *input;
} old_texts[] = {
    {"end_call", "end_call", NULL},
    {"end_call_reason", "end_call", "reason"},
    {"ask_for_person", "ask_for_person", NULL},
    {"leave_request", "leave_request", NULL},
    {"leave_request_name", "leave_request", "name"},
    {"leave_request_phone", "leave_request", "phone"},
    {"leave_request_wish", "leave_request", "wish"},
};

static bool is_same(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static const struct profile_action_text *find_text(const struct profile_prompt *p,
                                                   const char *action, const char *input)
{
    for (size_t i = 0; p != NULL && i < p->actions_n; i++)
        if (is_same(p->actions[i].action, action) && is_same(p->actions[i].input, input))
            return &p->actions[i];
    return NULL;
}

const char *profile_action_text(const struct profile *p, const char *action, const char *input)
{
    const struct profile_action_text *found = find_text(p->prompt, action, input);

    return found == NULL ? NULL : found->text;
}

/* Replaces the text that is there, or adds it. */
static void put_text(struct reader *r, struct profile_prompt *p, const char *action,
                     const char *input, const struct json *v)
{
    const struct profile_action_text *was = find_text(p, action, input);
    const char *text = reader_text(r, v, 1, ACTION_BYTES);
    size_t at = was == NULL ? p->actions_n : (size_t)(was - p->actions);

    if (text == NULL)
        return;
    struct profile_action_text *all = reader_room(r, p->actions_n + 1, sizeof *all);
    if (all == NULL)
        return;
    if (p->actions_n > 0)
        memcpy(all, p->actions, p->actions_n * sizeof *all);
    all[at] = (struct profile_action_text){action, input, text};
    p->actions = all;
    p->actions_n += was == NULL;
}

static void read_old_text(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    const struct old_text *old = f->of;

    put_text(r, to, old->action, old->input, v);
}

/* Which actions there are is not known here. One that the pack has no texts of may be there all the
 * same; a name close to one of the pack's is a slip. */
static bool is_known(struct reader *r, const char *action, const char *input)
{
    const struct profile_prompt *pack = r->is_pack || r->pack == NULL ? NULL : r->pack->has.prompt;
    const char *name = input == NULL ? action : input;
    const char *near = NULL;
    size_t best = reader_near(name);
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz_");

    for (size_t i = 0; pack != NULL && i < pack->actions_n; i++) {
        const struct profile_action_text *t = &pack->actions[i];
        const char *its = input == NULL ? t->action : t->input;
        if (its == NULL || (input != NULL && strcmp(t->action, action) != 0))
            continue;
        if (strcmp(its, name) == 0)
            return true;
        near = reader_is_nearer(name, its, &best) ? its : near;
    }
    if (near == NULL && n > 0 && n <= ACTION_NAME && name[n] == '\0')
        return true;
    if (near != NULL)
        reader_fault(r, "is not a known name; did you mean \"%s\"?", near);
    else
        reader_fault(r, "is not a known name");
    return false;
}

/* The action whose members are read. */
struct action_at {
    struct profile_prompt *prompt;
    const char *action;
};

static void read_about(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    const struct action_at *at = to;

    (void)f;
    put_text(r, at->prompt, at->action, NULL, v);
}

static void read_inputs(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    const struct action_at *at = to;

    (void)f;
    if (json_kind(v) != JSON_OBJECT) {
        reader_fault(r, "must be an object: {\"INPUT\": ...}");
        return;
    }
    for (const struct json *m = json_first(v); m != NULL; m = json_next(m)) {
        size_t mark = 0;
        if (!reader_enter_member(r, v, m, &mark))
            continue;
        if (is_known(r, at->action, json_name(m)))
            put_text(r, at->prompt, at->action, json_name(m), m);
        reader_leave(r, mark);
    }
}

static const struct field action_fields[] = {
    {.name = "about", .read = read_about},
    {.name = "inputs", .read = read_inputs},
};

static void read_actions(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    struct action_at at = {.prompt = to};

    (void)f;
    if (json_kind(v) != JSON_OBJECT) {
        reader_fault(r, "must be an object: {\"ACTION\": {\"about\": ...}}");
        return;
    }
    for (const struct json *m = json_first(v); m != NULL; m = json_next(m)) {
        size_t mark = 0;
        if (!reader_enter_member(r, v, m, &mark))
            continue;
        at.action = json_name(m);
        if (is_known(r, at.action, NULL))
            reader_object(r, m, action_fields, sizeof action_fields / sizeof *action_fields, &at);
        reader_leave(r, mark);
    }
}

/* ---- the prompt ---------------------------------------------------------------------------- */

#define TEXT(field, is_required, bytes, holds)                                                     \
    {.name = #field,                                                                               \
     .need = (is_required) ? NEED_EITHER : NEED_NOT,                                               \
     .read = read_lines,                                                                           \
     .offset = offsetof(struct profile_prompt, field),                                             \
     .most = bytes,                                                                                \
     .of = holds},
#define NAMES(field, count)                                                                        \
    {                                                                                              \
        .name = #field, .need = NEED_EITHER, .read = read_names,                                   \
        .offset = offsetof(struct profile_prompt, field), .least = count, .most = NAME_BYTES       \
    }
#define OLD(i, old_name)                                                                           \
    {                                                                                              \
        .name = old_name, .read = read_old_text, .of = &old_texts[i]                               \
    }

static const struct field prompt_fields[] = {
    PROFILE_PROMPT(TEXT) NAMES(weekdays, WEEKDAYS),
    NAMES(months, MONTHS),
    OLD(0, "end_call"),
    OLD(1, "end_call_reason"),
    OLD(2, "ask_for_person"),
    OLD(3, "leave_request"),
    OLD(4, "leave_request_name"),
    OLD(5, "leave_request_phone"),
    OLD(6, "leave_request_wish"),
    {.name = "actions", .read = read_actions}, /* read last: it wins over the old texts */
};

#define PROMPT_FIELDS (sizeof prompt_fields / sizeof *prompt_fields)

void read_prompt(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    const struct profile_prompt **place = to;
    struct profile_prompt *p = NULL;

    (void)f;
    if (json_kind(v) == JSON_NULL && !r->is_pack) {
        *place = NULL;
        return;
    }
    p = reader_room(r, 1, sizeof *p);
    if (p == NULL)
        return;
    if (*place != NULL)
        *p = **place;
    reader_object(r, v, prompt_fields, PROMPT_FIELDS, p);
    *place = p;
}

void reader_missing_prompt(struct reader *r, const struct json *v, const struct profile_prompt *p)
{
    size_t mark = reader_enter(r, "prompt");

    if (p != NULL)
        reader_missing(r, v, prompt_fields, PROMPT_FIELDS, p);
    for (size_t i = 0; p != NULL && i < sizeof old_texts / sizeof *old_texts; i++) {
        if (find_text(p, old_texts[i].action, old_texts[i].input) != NULL ||
            json_member(v, old_texts[i].name) != NULL)
            continue;
        size_t inner = reader_enter(r, old_texts[i].name);
        reader_lacks(r, NEED_EITHER);
        reader_leave(r, inner);
    }
    reader_leave(r, mark);
}
