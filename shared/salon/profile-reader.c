#include "salon/profile-reader.h"

#include <stdarg.h>
#include <string.h>

#include "base/text.h"

void *reader_room(struct reader *r, size_t n, size_t size)
{
    void *p = arena_calloc(r->arena, n, size);

    r->no_memory |= p == NULL;
    return p;
}

/* ---- faults -------------------------------------------------------------------------------- */

static struct profile_fault *new_fault(struct reader *r)
{
    struct profile_faults *f = r->faults;

    if (f->n >= PROFILE_FAULTS_MAX) {
        r->left_out++;
        return NULL;
    }
    if (f->fault == NULL) {
        f->fault = reader_room(r, PROFILE_FAULTS_MAX + 1, sizeof *f->fault);
        if (f->fault == NULL)
            return NULL;
    }
    return &f->fault[f->n];
}

void reader_fault(struct reader *r, const char *format, ...)
{
    struct profile_fault *f = new_fault(r);
    char text[512];
    va_list ap;

    if (f == NULL)
        return;
    va_start(ap, format);
    (void)vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    f->path = arena_strdup(r->arena, r->path);
    f->text = arena_strndup(r->arena, text, text_cut(text, strlen(text), sizeof text));
    r->no_memory |= f->path == NULL || f->text == NULL;
    r->faults->n += !r->no_memory;
}

/* ---- where we are -------------------------------------------------------------------------- */

size_t reader_enter(struct reader *r, const char *name)
{
    size_t mark = strlen(r->path);
    size_t room = sizeof r->path - mark;

    (void)snprintf(r->path + mark, room, "%s%s", mark == 0 ? "" : ".", name);
    r->path[text_cut(r->path, strlen(r->path), sizeof r->path)] = '\0';
    return mark;
}

size_t reader_enter_at(struct reader *r, size_t index)
{
    size_t mark = strlen(r->path);

    (void)snprintf(r->path + mark, sizeof r->path - mark, "[%zu]", index);
    return mark;
}

void reader_leave(struct reader *r, size_t mark)
{
    r->path[mark] = '\0';
}

/* ---- objects ------------------------------------------------------------------------------- */

#define NEAR_NAME 48

/* Edits that turn one short name into the other. */
static size_t distance(const char *a, const char *b)
{
    size_t row[NEAR_NAME + 1];
    size_t n = strlen(b);

    if (n > NEAR_NAME || strlen(a) > NEAR_NAME)
        return NEAR_NAME;
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 0; a[i] != '\0'; i++) {
        size_t corner = row[0];
        row[0] = i + 1;
        for (size_t j = 1; j <= n; j++) {
            size_t best = corner + (a[i] != b[j - 1]);
            corner = row[j];
            best = row[j] + 1 < best ? row[j] + 1 : best;
            row[j] = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
        }
    }
    return row[n];
}

static const char *nearest_field(const char *wrong, const struct field *fields, size_t n)
{
    const char *name = NULL;
    size_t best = strlen(wrong) / 3 + 1;

    best = best > 3 ? 3 : best;
    for (size_t i = 0; i < n; i++) {
        size_t d = distance(wrong, fields[i].name);
        if (d <= best && (name == NULL || d < best)) {
            best = d;
            name = fields[i].name;
        }
    }
    return name;
}

static bool is_field(const char *name, const struct field *fields, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(name, fields[i].name) == 0)
            return true;
    return false;
}

/* A member named "//" is the author's remark. */
static void check_name(struct reader *r, const struct json *o, const struct json *member,
                       const struct field *fields, size_t n)
{
    const char *name = json_name(member);

    if (strcmp(name, "//") == 0)
        return;
    size_t mark = reader_enter(r, name);
    const char *near = nearest_field(name, fields, n);
    if (is_field(name, fields, n)) {
        if (json_member(o, name) != member)
            reader_fault(r, "is given twice");
    } else if (near != NULL) {
        reader_fault(r, "is not a known name; did you mean \"%s\"?", near);
    } else {
        reader_fault(r, "is not a known name");
    }
    reader_leave(r, mark);
}

void reader_object(struct reader *r, const struct json *o, const struct field *fields, size_t n,
                   void *base)
{
    if (json_kind(o) != JSON_OBJECT) {
        reader_fault(r, "must be an object: {\"%s\": ...}", fields[0].name);
        return;
    }
    for (const struct json *m = json_first(o); m != NULL; m = json_next(m))
        check_name(r, o, m, fields, n);
    const struct json *above = r->parent;
    for (size_t i = 0; i < n; i++) {
        const struct json *v = json_member(o, fields[i].name);
        size_t mark = reader_enter(r, fields[i].name);
        r->parent = o;
        if (v != NULL)
            fields[i].read(r, v, &fields[i], (char *)base + fields[i].offset);
        else if (fields[i].required)
            reader_fault(r, "is missing");
        reader_leave(r, mark);
    }
    r->parent = above;
}

void read_members(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    reader_object(r, v, f->of, f->of_n, to);
}
