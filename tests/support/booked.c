#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/support/booked.h"

#include "tests/support/scratch.h"

char *booked_quoted(const char *text)
{
    char *s = arena_strdup(&arena, text);

    assert_non_null(s);
    for (char *at = strchr(s, '\''); at != NULL; at = strchr(at, '\''))
        *at = '"';
    return s;
}

const char *booked_changed(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);

    if (at == NULL)
        fail_msg("\"%s\" is not there", from);
    return arena_printf(&arena, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

enum err booked_read(const struct profile_packs *on, const char *text, struct profile *ret,
                     struct profile_faults *ret_faults)
{
    const char *json = booked_quoted(text);
    const struct profile_file file = {
        .name = "lily", .label = "lily.json", .text = json, .n = strlen(json), .packs = on};

    *ret_faults = (struct profile_faults){0};
    return profile_read(&arena, &file, ret, ret_faults);
}

struct profile booked_good(const struct profile_packs *on, const char *text)
{
    struct profile p = {0};
    struct profile_faults f = {0};

    enum err e = booked_read(on, text, &p, &f);
    booked_show(&f);
    assert_int_equal(e, ERR_OK);
    return p;
}

void booked_show(const struct profile_faults *f)
{
    for (size_t i = 0; i < f->n; i++)
        print_message("  %s: %s: %s\n", f->fault[i].file, f->fault[i].path, f->fault[i].text);
}

bool booked_has_fault(const struct profile_faults *f, const char *path, const char *text)
{
    for (size_t i = 0; i < f->n; i++)
        if (strcmp(f->fault[i].path, path) == 0 && strstr(f->fault[i].text, text) != NULL)
            return true;
    booked_show(f);
    return false;
}
