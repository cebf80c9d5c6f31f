#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/made.h"
#include "base/buf.h"
#include "business/profile.h"
#include "tests/support/scratch.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const char *made(const char *name, const char *value)
{
    return made_profile(&arena, name, value);
}

static bool is_good(const char *text)
{
    struct profile p = {0};
    struct profile_faults f = {0};

    return made_read(&arena, "test", text, &p, &f) == ERR_OK && f.n == 0;
}

static struct profile_faults faults_of(const char *text)
{
    struct profile p = {.name = "untouched"};
    struct profile_faults f = {0};

    assert_int_equal(made_read(&arena, "test", text, &p, &f), ERR_CONFIG);
    assert_string_equal(p.name, "untouched");
    assert_true(f.n > 0);
    return f;
}

static bool has_fault(const struct profile_faults *f, const char *path, const char *text)
{
    for (size_t i = 0; i < f->n; i++)
        if (strcmp(f->fault[i].path, path) == 0 && strstr(f->fault[i].text, text) != NULL)
            return true;
    for (size_t i = 0; i < f->n; i++)
        print_message("  %s: %s\n", f->fault[i].path, f->fault[i].text);
    return false;
}

static void a_mark_and_line_ends_of_another_system_are_no_fault(void **state)
{
    (void)state;
    const char *text = made("country", "\r\n\t\"380\"\r\n");
    assert_true(is_good(arena_printf(&arena, "\xef\xbb\xbf%s\r\n", text)));
}

/* ---- faults --------------------------------------------------------------------------------- */

static const struct {
    const char *name, *value; /* what is changed in the good profile */
    const char *path, *text;  /* the fault that must be there */
} bad[] = {
    {"business", "", "business", "is missing"},
    {"business", "7", "business", "text in quotes"},
    {"business", "\" \\n\"", "business", "must not be empty"},
    {"busines", "\"x\"", "busines", "did you mean \"business\""},
    {"zzz", "1", "zzz", "not a known name"},
    {"numbers", "\"0501234567\"", "numbers", "must be a list"},
    {"numbers", "[\"0501234567\",\"+38 050 123 45 67\"]", "numbers[1]",
     "same number as numbers[0]"},
    {"numbers", "[\"+\"]", "numbers[0]", "at least 3 digits"},
    {"numbers", "[\"\"]", "numbers[0]", "must not be empty"},
    {"numbers", "[901]", "numbers[0]", "text in quotes"},
    {"language", "\"Ukrainian\"", "language", "two or three small letters"},
    {"language", "\"UA\"", "language", "two or three small letters"},
    {"language", "\"uk-UA\"", "language", "two or three small letters"},
    {"language", "\"u\"", "language", "two or three small letters"},
    {"time_zone", "\"Kyiv time\"", "time_zone", "tz database"},
    {"time_zone", "\"/etc/passwd\"", "time_zone", "tz database"},
    {"time_zone", "\"../x\"", "time_zone", "tz database"},
    {"country", "\"+380\"", "country", "without a plus"},
    {"country", "\"0380\"", "country", "without a plus"},
    {"hours", "{\"mon\":[]}", "hours.sun", "is missing"},
    {"hours", "[]", "hours", "must be an object"},
    {"say.greeting", "", "say.greeting", "is missing"},
    {"say.greeting", "\"\"", "say.greeting", "must not be empty"},
    {"say.greeting", "null", "say.greeting", "text in quotes"},
    {"say.greting", "\"x\"", "say.greting", "did you mean \"greeting\""},
    {"say.greeting", "\"Вітаю, {name}\"", "say.greeting", "holds {name}"},
    {"say.greeting", "\"Вітаю, {\"", "say.greeting", "holds {"},
    {"say.greeting", "\"Вітаю, }\"", "say.greeting", "holds }"},
    {"say.ask_name", "\"{nam}\"", "say.ask_name", "holds {nam}; allowed here: {business}"},
    {"say.open_today", "\"{hours_today}\"", "say.open_today", "allowed here: {from} {to}"},
    {"say.closed_today", "\"{from}\"", "say.closed_today", "allowed here: none"},
    {"voice", "{\"rate\":11025}", "voice.rate", "8000 or 16000"},
    {"voice", "{\"rate\":\"8000\"}", "voice.rate", "whole number from 8000 to 16000"},
    {"voice", "{\"rate\":16000,\"coding\":\"alaw\"}", "voice.rate", "must be 8000 with \"alaw\""},
    {"voice", "{\"coding\":\"mp3\"}", "voice.coding", "one of \"pcm16\", \"mulaw\", \"alaw\""},
    {"voice", "{\"pitch\":50.5}", "voice.pitch", "whole number from 0 to 99"},
    {"voice", "{\"speed\":1}", "voice.speed", "not a known name"},
    {"limits", "{\"minutes\":0}", "limits.minutes", "from 1 to 240"},
    {"limits", "{\"silence\":3}", "limits.silence", "did you mean \"silences\""},
    {"goodbye", "[]", "goodbye", "must not be empty"},
    {"goodbye", "[[]]", "goodbye[0]", "must not be empty"},
    {"goodbye", "[[\"x\",\"\"]]", "goodbye[0][1]", "must not be empty"},
    {"goodbye", "[[\"...\"]]", "goodbye[0][0]", "must hold a word"},
    {"goodbye", "[\"=\"]", "goodbye[0]", "must hold a word"},
    {"goodbye", "[[\"===x\"]]", "goodbye[0][0]", "nothing, *, = or =="},
    {"goodbye", "[7]", "goodbye[0]", "must be a list"},
    {"name_is", "[\"!\"]", "name_is[0]", "must hold a word"},
    {"keys", "{\"A\":\"x\"}", "keys.A", "not a known name"},
    {"keys", "{\"1\":\"\"}", "keys.1", "must not be empty"},
    {"rules", "{}", "rules", "must be a list"},
    {"rules", "[7]", "rules[0]", "must be an object"},
    {"rules", "[{\"say\":\"x\"}]", "rules[0].when", "is missing"},
    {"rules", "[{\"when\":[\"x\"]}]", "rules[0].say", "is missing"},
    {"rules", "[{\"when\":[],\"say\":\"x\"}]", "rules[0].when", "must not be empty"},
    {"rules", "[{\"when\":[[\"a\"],[\"b\",\"?\"]],\"say\":\"x\"}]", "rules[0].when[1][1]",
     "must hold a word"},
    {"rules", "[{\"when\":[\"x\"],\"say\":\"x\",\"action\":\"book\"}]", "rules[0].action",
     "one of \"say\""},
    {"rules", "[{\"when\":[\"x\"],\"say\":\"x\",\"asks\":\"wish\"}]", "rules[0].asks",
     "goes only with"},
    {"rules", "[{\"when\":[\"x\"],\"say\":\"{client_phone}\"}]", "rules[0].say",
     "holds {client_phone}"},
    {"rules", "[{\"when\":[\"x\"],\"say\":\"x\",\"acton\":\"say\"}]", "rules[0].acton",
     "did you mean \"action\""},
};

static void every_kind_of_fault_is_named_by_its_path(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct profile_faults f = faults_of(made(bad[i].name, bad[i].value));
        if (!has_fault(&f, bad[i].path, bad[i].text))
            fail_msg("%s = %s: no fault \"%s\" at %s", bad[i].name, bad[i].value, bad[i].text,
                     bad[i].path);
    }
}

static void a_change_brings_no_other_fault(void **state)
{
    (void)state;
    struct profile_faults f = faults_of(made("country", "\"+380\""));
    assert_int_equal(f.n, 1);
    f = faults_of(made("say.greeting", "\"{x}\""));
    assert_int_equal(f.n, 1);
}

static const struct {
    const char *day, *text;
    int at; /* the interval at fault */
} bad_hours[] = {
    {"[\"9-19\"]", "must be written", 0},
    {"[\"09:00-19:60\"]", "must be written", 0},
    {"[\"09:00-24:01\"]", "must be written", 0},
    {"[\"09:00 19:00\"]", "must be written", 0},
    {"[\"09:00-19:000\"]", "must be written", 0},
    {"[9]", "must be written", 0},
    {"[\"19:00-09:00\"]", "open before it closes", 0},
    {"[\"09:00-09:00\"]", "open before it closes", 0},
    {"[\"09:00-13:00\",\"12:00-19:00\"]", "overlaps", 1},
    {"[\"14:00-19:00\",\"09:00-13:00\"]", "out of order", 1},
};

static void bad_hours_are_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bad_hours); i++) {
        char hours[200];
        char path[40];
        (void)snprintf(
            hours, sizeof hours,
            "{\"mon\":%s,\"tue\":[],\"wed\":[],\"thu\":[],\"fri\":[],\"sat\":[],\"sun\":[]}",
            bad_hours[i].day);
        (void)snprintf(path, sizeof path, "hours.mon[%d]", bad_hours[i].at);
        struct profile_faults f = faults_of(made("hours", hours));
        assert_int_equal(f.n, 1);
        assert_true(has_fault(&f, path, bad_hours[i].text));
    }
}

static void every_fault_of_a_file_is_reported_at_once(void **state)
{
    (void)state;
    static const char text[] =
        "{\"business\":\"\",\"language\":5,\"nubmers\":[],\"say\":{\"goodbye\":\"{x}\"}}";
    struct profile_faults f = faults_of(text);
    assert_true(has_fault(&f, "business", "must not be empty"));
    assert_true(has_fault(&f, "language", "text in quotes"));
    assert_true(has_fault(&f, "nubmers", "did you mean \"numbers\""));
    assert_true(has_fault(&f, "say.goodbye", "holds {x}"));
    assert_true(has_fault(&f, "say.greeting", "is missing"));
    assert_true(has_fault(&f, "hours", "is missing"));
    assert_true(has_fault(&f, "rules", "is missing"));
}

static void a_name_given_twice_is_a_fault(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, &arena, 1 << 20);
    buf_printf(&b, "{\"business\":\"x\",%s", made("", "") + 1);
    struct profile_faults f = faults_of(buf_text(&b));
    assert_int_equal(f.n, 1);
    assert_true(has_fault(&f, "business", "is given twice"));
}

static void a_text_that_is_too_long_is_a_fault(void **state)
{
    (void)state;
    char text[1200];
    memset(text, 'x', sizeof text);
    text[0] = '"';
    text[1001] = '"';
    text[1002] = '\0';
    assert_true(is_good(made("say.greeting", text)));
    text[1001] = 'x';
    text[1002] = '"';
    text[1003] = '\0';
    struct profile_faults f = faults_of(made("say.greeting", text));
    assert_true(has_fault(&f, "say.greeting", "is too long: 1001 bytes, at most 1000"));
}

static void a_phone_that_is_not_there_may_not_be_spoken(void **state)
{
    (void)state;
    char *text = arena_strdup(&arena, made("say.trouble", "\"Дзвоніть {phone}\""));
    assert_true(is_good(text));
    char *phone = strstr(text, "+380440000202");
    assert_non_null(phone);
    memmove(phone, phone + 13, strlen(phone + 13) + 1);
    struct profile_faults f = faults_of(text);
    assert_int_equal(f.n, 1);
    assert_true(has_fault(&f, "say.trouble", "no \"phone\""));
}

static void broken_json_is_told_by_line_and_column(void **state)
{
    (void)state;
    struct profile_faults f = faults_of("{\n  \"business\": \"Салон\",\n  oops\n}");
    assert_int_equal(f.n, 1);
    assert_true(has_fault(&f, "", "line 3, column 3:"));
    f = faults_of("{\n  \"business\": \"Салон\", oops\n}");
    assert_true(has_fault(&f, "", "line 2, column 24:"));
    f = faults_of("{\n  \"business\": \"Салон\",\n}");
    assert_true(has_fault(&f, "", "line 3, column 1:"));
    f = faults_of("{\n  \"business\": \"Салон\"\n  \"numbers\": []\n}");
    assert_true(has_fault(&f, "", "line 3, column 3:"));
    f = faults_of("{\n  \"business\": \"Салон,\n  \"numbers\": []\n}");
    assert_true(has_fault(&f, "", "line 3, column 4:")); /* there the text has its end */
    f = faults_of("{\n  \"business\": \"Салон\",\n  \"phone\": \"1\n}");
    assert_true(has_fault(&f, "", "line 3, column 12:"));
    f = faults_of("");
    assert_true(has_fault(&f, "", "is not valid JSON"));
    f = faults_of("[]");
    assert_true(has_fault(&f, "", "must be an object"));
    f = faults_of("{\"business\":\"\xff\"}");
    assert_true(has_fault(&f, "", "is not valid JSON"));
}

static void a_bad_file_name_is_a_fault(void **state)
{
    (void)state;
    struct profile p = {0};
    struct profile_faults f = {0};
    static const char *const names[] = {"", "Salon", "a b", "../x", "салон"};
    const char *text = made("", "");
    for (size_t i = 0; i < COUNT(names); i++) {
        assert_int_equal(made_read(&arena, names[i], text, &p, &f), ERR_CONFIG);
        assert_int_equal(f.n, 1);
        assert_true(has_fault(&f, "", "may hold only"));
    }
}

static void a_flood_of_faults_is_counted_not_listed(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, &arena, 1 << 20);
    buf_puts(&b, "[");
    for (int i = 0; i < 250; i++)
        buf_puts(&b, i == 0 ? "{\"a\":1,\"b\":2}" : ",{\"a\":1,\"b\":2}");
    buf_puts(&b, "]");
    struct profile_faults f = faults_of(made("rules", buf_text(&b)));
    assert_int_equal(f.n, PROFILE_FAULTS_MAX + 1);
    assert_string_equal(f.fault[f.n - 1].text, "and 800 further faults");
}

static void too_little_memory_is_an_error_at_every_point(void **state)
{
    (void)state;
    const char *text = made("say.greetin", "\"x\"");
    enum err e = ERR_MEMORY;
    size_t refused = 0;
    for (size_t ceiling = 0; e == ERR_MEMORY; ceiling += 4096) {
        struct arena small;
        struct profile p = {0};
        struct profile_faults f = {0};
        arena_init(&small, ceiling);
        e = made_read(&small, "test", text, &p, &f);
        refused += e == ERR_MEMORY;
        assert_true(ceiling < (size_t)8 << 20);
        arena_release(&small);
    }
    assert_int_equal(e, ERR_CONFIG);
    assert_true(refused > 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_fault_is_named_by_its_path),
        cmocka_unit_test(a_change_brings_no_other_fault),
        cmocka_unit_test(bad_hours_are_named),
        cmocka_unit_test(every_fault_of_a_file_is_reported_at_once),
        cmocka_unit_test(a_mark_and_line_ends_of_another_system_are_no_fault),
        cmocka_unit_test(a_name_given_twice_is_a_fault),
        cmocka_unit_test(a_text_that_is_too_long_is_a_fault),
        cmocka_unit_test(a_phone_that_is_not_there_may_not_be_spoken),
        cmocka_unit_test(broken_json_is_told_by_line_and_column),
        cmocka_unit_test(a_bad_file_name_is_a_fault),
        cmocka_unit_test(a_flood_of_faults_is_counted_not_listed),
        cmocka_unit_test(too_little_memory_is_an_error_at_every_point),
    };
    return cmocka_run_group_tests_name("business/profile-faults", tests, scratch_setup,
                                       scratch_teardown);
}
