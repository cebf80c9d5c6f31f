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
static void read_lines(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    const char *s =
        json_kind(v) == JSON_STRING ? reader_text(r, v, 1, f->most) : join_lines(r, v, f->most);

    if (s == NULL)
        return;
    check_braces(r, s, f->of);
    *(const char **)to = s;
}

/* Exactly `least` names. */
static void read_names(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    const char **list = reader_room(r, (size_t)f->least, sizeof *list);
    size_t n = 0;

    if (list == NULL)
        return;
    if (json_kind(v) != JSON_ARRAY || json_count(v) != (size_t)f->least) {
        reader_fault(r, "must be a list of %d names", f->least);
        return;
    }
    for (const struct json *one = json_first(v); one != NULL; one = json_next(one), n++) {
        size_t mark = reader_enter_at(r, n);
        list[n] = reader_text(r, one, 1, f->most);
        reader_leave(r, mark);
    }
    *(const char *const **)to = list;
}

#define TEXT(field, is_required, bytes, holds)                                                     \
    {.name = #field,                                                                               \
     .required = is_required,                                                                      \
     .read = read_lines,                                                                           \
     .offset = offsetof(struct profile_prompt, field),                                             \
     .most = bytes,                                                                                \
     .of = holds},
#define NAMES(field, count)                                                                        \
    {                                                                                              \
        .name = #field, .required = true, .read = read_names,                                      \
        .offset = offsetof(struct profile_prompt, field), .least = count, .most = NAME_BYTES       \
    }

static const struct field prompt_fields[] = {PROFILE_PROMPT(TEXT) NAMES(weekdays, WEEKDAYS),
                                             NAMES(months, MONTHS)};

void read_prompt(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    struct profile_prompt *p = reader_room(r, 1, sizeof *p);

    (void)f;
    if (p == NULL)
        return;
    reader_object(r, v, prompt_fields, sizeof prompt_fields / sizeof *prompt_fields, p);
    *(const struct profile_prompt **)to = p;
}

const char *profile_action_text(const struct profile *p, const char *action, const char *input)
{
    size_t n = strlen(action);

    for (size_t i = 0; p->prompt != NULL && i < sizeof prompt_fields / sizeof *prompt_fields; i++) {
        const struct field *f = &prompt_fields[i];
        const char *rest = f->name + n;
        if (strncmp(f->name, action, n) != 0)
            continue;
        if (input == NULL ? *rest == '\0' : *rest == '_' && strcmp(rest + 1, input) == 0)
            return *(const char *const *)(const void *)((const char *)p->prompt + f->offset);
    }
    return NULL;
}
