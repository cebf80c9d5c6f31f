#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/made.h"

#include "base/buf.h"
#include "base/file.h"
#include "business/profile.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const struct {
    const char *name, *value;
} good[] = {
    {"business", "\"Салон\""},
    {"numbers", "[\"044 000 02 02\",\"CB_0800000001\"]"},
    {"language", "\"uk\""},
    {"time_zone", "\"Europe/Kyiv\""},
    {"country", "\"380\""},
    {"address", "\"Київ\""},
    {"phone", "\"+380440000202\""},
    {"hours",
     "{\"mon\":[\"09:00-13:00\",\"14:00-19:00\"],\"tue\":[],\"wed\":[],\"thu\":[],\"fri\":[],"
     "\"sat\":[],\"sun\":[\"00:00-24:00\"]}"},
    {"goodbye", "[[\"До побачення!\"]]"},
    {"person", "[[\"Жив\",\"людин\"],\"оператор\"]"},
    {"yes", "[[\"=Так\"]]"},
    {"no", "[[\"==НІ\"]]"},
    {"cancel", "[[\"не треба\"]]"},
    {"name_is", "[\"Мене звати\"]"},
    {"keys", "{\"0\":\"оператор\",\"#\":\"так\"}"},
    {"rules", "[{\"when\":[[\"*Люкс\"]],\"say\":\"Є.\",\"action\":\"offer\"},"
              "{\"when\":[\"запис\"],\"say\":\"Коли?\",\"action\":\"request\",\"asks\":\"wish\"},"
              "{\"when\":[\"стоп\"],\"action\":\"goodbye\"}]"},
};

static void put_say(struct buf *b, const char *field, const char *value)
{
    static const char *const hours[] = {"open_today", "open_again"};

    if (b->data[b->len - 1] != '{')
        buf_putc(b, ',');
    if (value == NULL && (strcmp(field, hours[0]) == 0 || strcmp(field, hours[1]) == 0))
        value = "\"від {from} до {to}\"";
    buf_printf(b, "\"%s\":%s", field, value == NULL ? "\"слово\"" : value);
}

const char *made_profile(struct arena *a, const char *name, const char *value)
{
    static struct buf b;
    bool known = false;

    buf_init(&b, a, 1 << 20);
    buf_puts(&b, "{");
    for (size_t i = 0; i < COUNT(good); i++) {
        bool this = strcmp(name, good[i].name) == 0;
        known |= this;
        if (this && *value == '\0')
            continue;
        buf_printf(&b, "\"%s\":%s,\n", good[i].name, this ? value : good[i].value);
    }
    bool phrase = strncmp(name, "say.", 4) == 0;
    if (!known && !phrase && *name != '\0')
        buf_printf(&b, "\"%s\":%s,", name, value);
    buf_puts(&b, "\"say\":{");
#define X(field)                                                                                   \
    if (phrase && strcmp(name + 4, #field) == 0) {                                                 \
        known = true;                                                                              \
        if (*value != '\0')                                                                        \
            put_say(&b, #field, value);                                                            \
    } else {                                                                                       \
        put_say(&b, #field, NULL);                                                                 \
    }
    PROFILE_PHRASES(X)
#undef X
    if (phrase && !known)
        put_say(&b, name + 4, value);
    buf_puts(&b, "}}");
    assert_int_equal(buf_err(&b), ERR_OK);
    return buf_text(&b);
}

enum err made_read(struct arena *a, const char *name, const char *text, struct profile *ret,
                   struct profile_faults *ret_faults)
{
    const struct profile_file file = {
        .name = name, .label = "made.json", .text = text, .n = strlen(text)};

    return profile_read(a, &file, ret, ret_faults);
}

static void show(const struct profile_faults *f)
{
    for (size_t i = 0; i < f->n; i++)
        print_message("  %s: %s: %s\n", f->fault[i].file, f->fault[i].path, f->fault[i].text);
}

const char *made_file(struct arena *a, const char *path)
{
    struct why why = {0};
    char *text = NULL;
    size_t n = 0;

    if (file_read(a, path, 1 << 20, &text, &n, &why) != ERR_OK)
        fail_msg("%s: %s", path, why.text);
    return text;
}

const struct profile_packs *made_packs(struct arena *a)
{
    static const char *const languages[] = {"uk", "ru"};
    struct profile_pack *pack = arena_calloc(a, COUNT(languages), sizeof *pack);
    struct profile_packs *packs = arena_calloc(a, 1, sizeof *packs);

    assert_true(pack != NULL && packs != NULL);
    *packs = (struct profile_packs){.pack = pack, .n = COUNT(languages)};
    for (size_t i = 0; i < COUNT(languages); i++) {
        struct profile_faults f = {0};
        char path[64];
        (void)snprintf(path, sizeof path, "profiles/languages/%s.json", languages[i]);
        const char *text = made_file(a, path);
        const struct profile_file file = {.name = languages[i],
                                          .label =
                                              i == 0 ? "languages/uk.json" : "languages/ru.json",
                                          .text = text,
                                          .n = strlen(text)};
        enum err e = profile_read_pack(a, &file, &pack[i], &f);
        show(&f);
        assert_int_equal(e, ERR_OK);
    }
    return packs;
}

struct profile made_shipped(struct arena *a, const char *path, const char *name,
                            const struct profile_packs *packs)
{
    const char *text = made_file(a, path);
    const struct profile_file file = {
        .name = name, .label = path, .text = text, .n = strlen(text), .packs = packs};
    struct profile_faults f = {0};
    struct profile p = {0};

    enum err e = profile_read(a, &file, &p, &f);
    show(&f);
    assert_int_equal(e, ERR_OK);
    return p;
}
