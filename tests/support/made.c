#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/made.h"

#include "base/buf.h"
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
