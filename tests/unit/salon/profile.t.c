#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"
#include "base/zone.h"
#include "salon/profile.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static struct arena arena;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, (size_t)32 << 20);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

/* ---- small whole profiles, made of parts that a test can change ------------------------------ */

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

/* The good profile, with one member (or one phrase, "say.x") replaced; "" leaves it out. */
static const char *made(const char *name, const char *value)
{
    static struct buf b;
    bool known = false;

    buf_init(&b, &arena, 1 << 20);
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

static struct profile_faults faults_of(const char *text)
{
    struct profile p = {.name = "untouched"};
    struct profile_faults f = {0};

    assert_int_equal(profile_read(&arena, "test", text, strlen(text), &p, &f), ERR_CONFIG);
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

static struct profile read_good(const char *name, const char *value)
{
    struct profile p = {0};
    struct profile_faults f = {0};
    const char *text = made(name, value);

    enum err e = profile_read(&arena, "test-1", text, strlen(text), &p, &f);
    for (size_t i = 0; i < f.n; i++)
        print_message("  %s: %s\n", f.fault[i].path, f.fault[i].text);
    assert_int_equal(e, ERR_OK);
    assert_int_equal(f.n, 0);
    return p;
}

/* ---- reading -------------------------------------------------------------------------------- */

static void a_good_profile_is_read_whole(void **state)
{
    (void)state;
    struct profile p = read_good("", "");
    assert_string_equal(p.name, "test-1");
    assert_string_equal(p.business, "Салон");
    assert_int_equal(p.numbers_n, 2);
    assert_string_equal(p.numbers[1], "CB_0800000001");
    assert_string_equal(p.country, "380");
    assert_int_equal(p.week[0].n, 2);
    assert_int_equal(p.week[0].open[1].from_min, 14 * 60);
    assert_int_equal(p.week[0].open[1].to_min, 19 * 60);
    assert_int_equal(p.week[1].n, 0);
    assert_int_equal(p.week[6].open[0].to_min, 1440);
    assert_string_equal(p.keys[0], "оператор");
    assert_string_equal(p.keys[11], "так");
    assert_null(p.keys[5]);
    assert_string_equal(p.say.goodbye, "слово");
}

static void stems_are_folded_and_keep_their_marks(void **state)
{
    (void)state;
    struct profile p = read_good("", "");
    assert_string_equal(p.goodbye[0].stem[0], "до побачення");
    assert_int_equal(p.person_n, 2);
    assert_int_equal(p.person[0].n, 2);
    assert_string_equal(p.person[0].stem[0], "жив");
    assert_string_equal(p.person[1].stem[0], "оператор");
    assert_string_equal(p.yes[0].stem[0], "=так");
    assert_string_equal(p.no[0].stem[0], "==ні");
    assert_string_equal(p.rules[0].when[0].stem[0], "*люкс");
    assert_string_equal(p.name_is[0], "мене звати");
}

static void rules_have_their_actions(void **state)
{
    (void)state;
    struct profile p = read_good("", "");
    assert_int_equal(p.rules_n, 3);
    assert_int_equal(p.rules[0].action, RULE_OFFER);
    assert_int_equal(p.rules[1].action, RULE_REQUEST);
    assert_true(p.rules[1].asks_wish);
    assert_int_equal(p.rules[2].action, RULE_GOODBYE);
    assert_null(p.rules[2].say);
    assert_ptr_equal(profile_rule(&p, "мультилюкс"), &p.rules[0]);
    assert_null(profile_rule(&p, "нічого"));
}

static void what_is_left_out_has_a_default(void **state)
{
    (void)state;
    struct profile p = read_good("phone", "");
    assert_string_equal(p.phone, "");
    assert_string_equal(p.voice.espeak, "uk");
    assert_int_equal(p.voice.rate, 8000);
    assert_string_equal(p.voice.coding, "pcm16");
    assert_int_equal(p.limits.minutes, 10);
    assert_int_equal(p.limits.silences, 3);
    p = read_good("numbers", "");
    assert_int_equal(p.numbers_n, 0);
    p = read_good("voice", "{\"espeak\":\"uk+f2\",\"rate\":16000,\"pitch\":0}");
    assert_string_equal(p.voice.espeak, "uk+f2");
    assert_int_equal(p.voice.rate, 16000);
    assert_int_equal(p.voice.pitch, 0);
}

static void a_remark_is_no_unknown_name(void **state)
{
    (void)state;
    (void)read_good("//", "\"a remark\"");
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
    {"language", "\"Ukrainian\"", "language", "small letters"},
    {"language", "\"u\"", "language", "small letters"},
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
    (void)read_good("say.greeting", text);
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
    (void)read_good("say.trouble", "\"Дзвоніть {phone}\"");
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
    assert_true(has_fault(&f, "", "line 3, column "));
    f = faults_of("");
    assert_true(has_fault(&f, "", "is no JSON"));
    f = faults_of("[]");
    assert_true(has_fault(&f, "", "must be an object"));
    f = faults_of("{\"business\":\"\xff\"}");
    assert_true(has_fault(&f, "", "is no JSON"));
}

static void a_bad_file_name_is_a_fault(void **state)
{
    (void)state;
    struct profile p = {0};
    struct profile_faults f = {0};
    static const char *const names[] = {"", "Salon", "a b", "../x", "салон"};
    const char *text = made("", "");
    for (size_t i = 0; i < COUNT(names); i++) {
        assert_int_equal(profile_read(&arena, names[i], text, strlen(text), &p, &f), ERR_CONFIG);
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
        e = profile_read(&small, "test", text, strlen(text), &p, &f);
        refused += e == ERR_MEMORY;
        assert_true(ceiling < (size_t)8 << 20);
        arena_release(&small);
    }
    assert_int_equal(e, ERR_CONFIG);
    assert_true(refused > 1);
}

/* ---- the profiles that are shipped ---------------------------------------------------------- */

static struct profile shipped(const char *name)
{
    struct profile p = {0};
    struct profile_faults f = {0};
    struct why why = {0};
    char path[64];
    char *text = NULL;
    size_t n = 0;

    (void)snprintf(path, sizeof path, "profiles/%s.json", name);
    if (file_read(&arena, path, 1 << 20, &text, &n, &why) != ERR_OK)
        fail_msg("%s: %s", path, why.text);
    enum err e = profile_read(&arena, name, text, n, &p, &f);
    for (size_t i = 0; i < f.n; i++)
        print_message("  %s: %s: %s\n", name, f.fault[i].path, f.fault[i].text);
    assert_int_equal(e, ERR_OK);
    return p;
}

static void check_shipped(const struct profile *p)
{
#define X(field)                                                                                   \
    if (strlen(p->say.field) >= 300)                                                               \
        fail_msg("%s: say.%s is too long to listen to", p->name, #field);
    PROFILE_PHRASES(X)
#undef X
    for (size_t i = 0; i < p->rules_n; i++)
        if (p->rules[i].say != NULL && strlen(p->rules[i].say) >= 300)
            fail_msg("%s: rules[%zu].say is too long to listen to", p->name, i);
    assert_true(zone_exists(p->time_zone));
    assert_true(p->thanks_n > 0 && p->again_n > 0 && p->more_n > 0 && p->name_is_n > 0);
}

static void the_shipped_profiles_have_no_fault(void **state)
{
    (void)state;
    struct profile salon = shipped("salon");
    struct profile hotel = shipped("hotel");
    check_shipped(&salon);
    check_shipped(&hotel);
    assert_string_equal(salon.say.greeting,
                        "Вітаю! Я штучний інтелект салону краси. Чим можу вам допомогти?");
    assert_string_equal(salon.say.not_heard, "Я вас не почув. Будь ласка, повторіть.");
    assert_string_equal(salon.say.goodbye, "Дякую за дзвінок! До побачення!");
    assert_string_equal(hotel.say.greeting, "Здравствуйте! Чем могу помочь?");
    assert_string_equal(hotel.say.not_understood,
                        "Извините, я не понял запрос. Повторите, пожалуйста.");
}

/* ---- matching ------------------------------------------------------------------------------- */

static void stems_match_alone_in_sets_and_as_whole_utterances(void **state)
{
    (void)state;
    const char *first[] = {"жив", "людин"};
    const char *second[] = {"==так"};
    const struct stems sets[] = {{first, 2}, {second, 1}, {NULL, 0}};
    assert_true(stems_match(sets, 3, "покличте живу людину"));
    assert_false(stems_match(sets, 3, "покличте людину"));
    assert_true(stems_match(sets, 3, "так"));
    assert_false(stems_match(sets, 3, "так звісно"));
    assert_false(stems_match(sets, 3, ""));
    assert_false(stems_match(NULL, 0, "так"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_profile_is_read_whole),
        cmocka_unit_test(stems_are_folded_and_keep_their_marks),
        cmocka_unit_test(rules_have_their_actions),
        cmocka_unit_test(what_is_left_out_has_a_default),
        cmocka_unit_test(a_remark_is_no_unknown_name),
        cmocka_unit_test(every_kind_of_fault_is_named_by_its_path),
        cmocka_unit_test(a_change_brings_no_other_fault),
        cmocka_unit_test(bad_hours_are_named),
        cmocka_unit_test(every_fault_of_a_file_is_reported_at_once),
        cmocka_unit_test(a_name_given_twice_is_a_fault),
        cmocka_unit_test(a_text_that_is_too_long_is_a_fault),
        cmocka_unit_test(a_phone_that_is_not_there_may_not_be_spoken),
        cmocka_unit_test(broken_json_is_told_by_line_and_column),
        cmocka_unit_test(a_bad_file_name_is_a_fault),
        cmocka_unit_test(a_flood_of_faults_is_counted_not_listed),
        cmocka_unit_test(too_little_memory_is_an_error_at_every_point),
        cmocka_unit_test(the_shipped_profiles_have_no_fault),
        cmocka_unit_test(stems_match_alone_in_sets_and_as_whole_utterances),
    };
    return cmocka_run_group_tests_name("salon/profile", tests, set_up, tear_down);
}
