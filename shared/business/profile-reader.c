#include "business/profile-reader.h"

#include <stdarg.h>
#include <string.h>

#include "base/text.h"
#include "business/book-words.h"

/* ==== reading a profile ======================================================================= */

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
    f->file = r->blames_pack ? r->pack->label : r->label;
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

size_t reader_near(const char *wrong)
{
    size_t most = strlen(wrong) / 3 + 1;

    return (most > 3 ? 3 : most) + 1;
}

bool reader_is_nearer(const char *wrong, const char *name, size_t *best)
{
    size_t d = distance(wrong, name);
    bool nearer = d < *best;

    *best = nearer ? d : *best;
    return nearer;
}

static const char *nearest_field(const char *wrong, const struct field *fields, size_t n)
{
    const char *name = NULL;
    size_t best = reader_near(wrong);

    for (size_t i = 0; i < n; i++)
        if (reader_is_nearer(wrong, fields[i].name, &best))
            name = fields[i].name;
    return name;
}

static const struct field *find_field(const char *name, const struct field *fields, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(name, fields[i].name) == 0)
            return &fields[i];
    return NULL;
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
    const struct field *field = find_field(name, fields, n);
    if (field != NULL && json_member(o, name) != member) {
        reader_fault(r, "is given twice");
    } else if (field != NULL && field->scope == (r->is_pack ? SCOPE_PROFILE : SCOPE_PACK)) {
        reader_fault(r, r->is_pack ? "belongs in a profile, not in a language pack"
                                   : "belongs in the language pack, not in a profile");
    } else if (field != NULL) {
        /* it is read below */
    } else if (near != NULL) {
        reader_fault(r, "is not a known name; did you mean \"%s\"?", near);
    } else {
        reader_fault(r, "is not a known name");
    }
    reader_leave(r, mark);
}

bool reader_enter_member(struct reader *r, const struct json *o, const struct json *member,
                         size_t *ret_mark)
{
    const char *name = json_name(member);

    if (strcmp(name, "//") == 0)
        return false;
    *ret_mark = reader_enter(r, name);
    if (json_member(o, name) != member)
        reader_fault(r, "is given twice");
    return true;
}

/* A member that must always be there; what belongs in a profile alone is no member of a pack. */
static bool must_have(const struct reader *r, const struct field *f)
{
    return f->need == NEED_ALWAYS && (f->scope != SCOPE_PROFILE || !r->is_pack);
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
        else if (must_have(r, &fields[i]))
            reader_fault(r, "is missing");
        reader_leave(r, mark);
    }
    r->parent = above;
}

void reader_lacks(struct reader *r, enum need need)
{
    const char *language = r->profile->language;

    r->blames_pack = need == NEED_EITHER && r->pack != NULL;
    if (need == NEED_EITHER && r->pack == NULL && language != NULL)
        reader_fault(r, "is missing, and there is no language pack for \"%s\" that could have it",
                     language);
    else
        reader_fault(r, "is missing");
    r->blames_pack = false;
}

void reader_missing(struct reader *r, const struct json *o, const struct field *fields, size_t n,
                    const void *base)
{
    for (size_t i = 0; i < n; i++) {
        const struct field *f = &fields[i];
        const void *place = (const char *)base + f->offset;
        if (f->need != NEED_PROFILE && f->need != NEED_EITHER)
            continue;
        if (*(const void *const *)place != NULL || json_member(o, f->name) != NULL)
            continue;
        size_t mark = reader_enter(r, f->name);
        reader_lacks(r, f->need);
        reader_leave(r, mark);
    }
}

void read_members(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    reader_object(r, v, f->of, f->of_n, to);
}

/* ==== fields that many profiles share ========================================================= */

/* Where the count of a list goes: beside the list, as the field says. */
static size_t *count_of(const struct field *f, void *to)
{
    return (size_t *)(void *)((char *)to - f->offset + f->n_offset);
}

/* ---- texts --------------------------------------------------------------------------------- */

/* What reader_text gives, but the tree's own. */
static const char *plain_text(struct reader *r, const struct json *v, int least, int most)
{
    const char *s = json_text(v);

    if (s == NULL) {
        reader_fault(r, "must be a text in quotes");
        return NULL;
    }
    size_t n = strlen(s);
    if (least > 0 && s[strspn(s, " \t\r\n")] == '\0') {
        reader_fault(r, "must not be empty");
        return NULL;
    }
    if (n > (size_t)most) {
        reader_fault(r, "is too long: %zu bytes, at most %d (a Cyrillic letter has 2)", n, most);
        return NULL;
    }
    return s;
}

const char *reader_text(struct reader *r, const struct json *v, int least, int most)
{
    const char *s = plain_text(r, v, least, most);

    if (s == NULL)
        return NULL;
    s = arena_strdup(r->arena, s);
    r->no_memory |= s == NULL;
    return s;
}

void read_text(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    const char *s = reader_text(r, v, f->least, f->most);

    if (s != NULL)
        *(const char **)to = s;
}

static const char *allowed_places(unsigned allows)
{
#define X(place) " {" #place "}"
    if ((allows & PLACE_BOOK) != 0)
        return "{business} {address} {phone} {hours} {hours_today}" BOOK_PLACES(X);
#undef X
    if (allows == PLACE_HOURS)
        return "{from} {to}";
    if ((allows & PLACE_REQUEST) != 0)
        return "{business} {address} {phone} {hours} {hours_today} {name} {client_phone}";
    return allows == 0 ? "none" : "{business} {address} {phone} {hours} {hours_today}";
}

/* What it holds can be filled in. A pack's phrase is only joined up where there is no phone. */
static bool can_fill(struct reader *r, const char *phrase)
{
    if (phrase_uses(phrase, "phone") && !r->is_pack && r->profile->phone[0] == '\0')
        reader_fault(r, "holds {phone}, but the profile has no \"phone\"");
    else if (phrase_uses(phrase, "hours") && !phrase_hours_known(&r->profile->hours_words))
        reader_fault(r, "holds {hours}, but \"hours_words\" does not say how they are told");
    else
        return true;
    return false;
}

void read_phrase(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    const char *s = reader_text(r, v, f->least, f->most);
    const char *misfit = NULL;
    size_t n = 0;

    if (s == NULL)
        return;
    if (phrase_misfit(s, f->allows, &misfit, &n)) {
        int shown = (int)text_cut(misfit, n, 40);
        reader_fault(r, "holds %.*s; allowed here: %s", shown, misfit, allowed_places(f->allows));
        return;
    }
    if (can_fill(r, s))
        *(const char **)to = s;
}

void read_switch(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    bool on = false;

    if (json_kind(v) != JSON_BOOL || json_get_bool(r->parent, f->name, &on, NULL) != ERR_OK)
        reader_fault(r, "must be true or false");
    else
        *(bool *)to = on;
}

void read_choice(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    const char *const *choices = f->of;
    const char *s = json_text(v);
    char list[128] = "";

    for (size_t i = 0; i < f->of_n; i++) {
        if (s != NULL && strcmp(s, choices[i]) == 0) {
            *(const char **)to = choices[i];
            return;
        }
        size_t used = strlen(list);
        (void)snprintf(list + used, sizeof list - used, "%s\"%s\"", i == 0 ? "" : ", ", choices[i]);
    }
    reader_fault(r, "must be one of %s", list);
}

/* ---- numbers ------------------------------------------------------------------------------- */

void read_int(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    int64_t n = 0;

    if (json_kind(v) != JSON_NUMBER ||
        json_get_int(r->parent, f->name, f->least, f->most, &n, NULL) != ERR_OK) {
        reader_fault(r, "must be a whole number from %d to %d", f->least, f->most);
        return;
    }
    *(int *)to = (int)n;
}

/* ---- lists --------------------------------------------------------------------------------- */

bool reader_array(struct reader *r, const struct json *v, int least, int most)
{
    if (json_kind(v) != JSON_ARRAY) {
        reader_fault(r, "must be a list: [...]");
        return false;
    }
    size_t n = json_count(v);
    if (n < (size_t)least)
        reader_fault(r, "must not be empty");
    else if (n > (size_t)most)
        reader_fault(r, "has %zu values, at most %d", n, most);
    return n >= (size_t)least && n <= (size_t)most;
}

#define LIST_MAX 100

typedef const char *text_reader(struct reader *r, const struct json *v, int least, int most);

static void read_list(struct reader *r, const struct json *v, const struct field *f, void *to,
                      text_reader *read)
{
    size_t n = 0;

    if (!reader_array(r, v, f->least, LIST_MAX))
        return;
    const char **list = reader_room(r, json_count(v) + 1, sizeof *list);
    if (list == NULL)
        return;
    size_t i = 0;
    for (const struct json *one = json_first(v); one != NULL; one = json_next(one), i++) {
        size_t mark = reader_enter_at(r, i);
        const char *s = read(r, one, 1, f->most);
        reader_leave(r, mark);
        if (s != NULL)
            list[n++] = s;
    }
    *(const char *const **)to = list;
    *count_of(f, to) = n;
}

void read_names(struct reader *r, const struct json *v, const struct field *f, void *to)
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

/* In the form in which texts are compared, the marks in front kept. */
static const char *read_stem(struct reader *r, const struct json *v, int least, int most)
{
    const char *s = plain_text(r, v, least, most);

    if (s == NULL)
        return NULL;
    size_t marks = *s == '*' ? 1 : strspn(s, "=");
    char *folded = text_fold(r->scratch, s + marks);
    if (folded == NULL)
        r->no_memory = true;
    else if (*folded == '\0' || marks > 2)
        reader_fault(r, "must hold a word; before it nothing, *, = or ==");
    else
        s = arena_printf(r->arena, "%.*s%s", (int)marks, s, folded);
    bool good = folded != NULL && *folded != '\0' && marks <= 2;
    r->no_memory |= s == NULL;
    arena_clear(r->scratch);
    return good ? s : NULL;
}

static const char *read_words(struct reader *r, const struct json *v, int least, int most)
{
    const char *s = reader_text(r, v, least, most);
    const char *folded = s == NULL ? NULL : text_fold(r->arena, s);

    r->no_memory |= s != NULL && folded == NULL;
    if (folded != NULL && *folded == '\0') {
        reader_fault(r, "must hold a word");
        return NULL;
    }
    return folded;
}

void read_texts(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    read_list(r, v, f, to, reader_text);
}

void read_folded(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    read_list(r, v, f, to, read_words);
}

#define STEMS_MAX 10  /* of a set */
#define SETS_MAX  200 /* of a list */
#define STEM_MAX  100 /* bytes */

static void read_set(struct reader *r, const struct json *v, struct stems *ret)
{
    size_t n = json_kind(v) == JSON_ARRAY ? json_count(v) : 1;

    if (json_kind(v) != JSON_STRING && !reader_array(r, v, 1, STEMS_MAX))
        return;
    ret->stem = reader_room(r, n, sizeof *ret->stem);
    if (ret->stem == NULL)
        return;
    if (json_kind(v) == JSON_STRING) {
        ret->stem[0] = read_stem(r, v, 1, STEM_MAX);
        ret->n = ret->stem[0] != NULL;
        return;
    }
    size_t i = 0;
    for (const struct json *one = json_first(v); one != NULL; one = json_next(one), i++) {
        size_t mark = reader_enter_at(r, i);
        ret->stem[ret->n] = read_stem(r, one, 1, STEM_MAX);
        ret->n += ret->stem[ret->n] != NULL;
        reader_leave(r, mark);
    }
}

void read_stems(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    if (!reader_array(r, v, f->least, SETS_MAX))
        return;
    struct stems *sets = reader_room(r, json_count(v) + 1, sizeof *sets);
    if (sets == NULL)
        return;
    size_t i = 0;
    for (const struct json *one = json_first(v); one != NULL; one = json_next(one), i++) {
        size_t mark = reader_enter_at(r, i);
        read_set(r, one, &sets[i]);
        reader_leave(r, mark);
    }
    *(struct stems **)to = sets;
    *count_of(f, to) = i;
}
