#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/support/made.h"
#include "base/buf.h"
#include "business/profile.h"
#include "tests/support/scratch.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

#define WEEK "[\"mo\",\"tu\",\"we\",\"th\",\"fr\",\"sa\",\"su\"]"
#define OLD                                                                                              \
    ",\"end_call\":\"слово\",\"end_call_reason\":\"слово\",\"ask_for_person\":\"слово\"," \
    "\"leave_request\":\"слово\",\"leave_request_name\":\"слово\","                            \
    "\"leave_request_phone\":\"слово\",\"leave_request_wish\":\"слово\""
#define MONTHS "[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\",\"11\",\"12\"]"

/* A good prompt with the member `name` replaced; "" leaves it out. */
static const char *prompt_with(const char *name, const char *value)
{
    struct buf b;

    buf_init(&b, &arena, 1 << 20);
    buf_puts(&b, "{\"//\":\"a remark\"");
#define X(field, required, most, holds)                                                            \
    if (strcmp(name, #field) != 0)                                                                 \
        buf_puts(&b, ",\"" #field "\":\"слово\"");
    PROFILE_PROMPT(X)
#undef X
    buf_puts(&b, OLD);
    if (strcmp(name, "weekdays") != 0)
        buf_puts(&b, ",\"weekdays\":" WEEK);
    if (strcmp(name, "months") != 0)
        buf_puts(&b, ",\"months\":" MONTHS);
    if (*name != '\0' && *value != '\0')
        buf_printf(&b, ",\"%s\":%s", name, value);
    buf_puts(&b, "}");
    assert_int_equal(buf_err(&b), ERR_OK);
    return made_profile(&arena, "prompt", buf_text(&b));
}

static enum err read_with(const char *name, const char *value, struct profile *ret,
                          struct profile_faults *ret_faults)
{
    const char *text = prompt_with(name, value);

    return made_read(&arena, "test", text, ret, ret_faults);
}

static void a_profile_may_have_no_prompt(void **state)
{
    (void)state;
    struct profile p = {0};
    struct profile_faults f = {0};
    const char *text = made_profile(&arena, "", "");

    assert_int_equal(made_read(&arena, "test", text, &p, &f), ERR_OK);
    assert_null(p.prompt);
}

static void a_prompt_is_read_whole(void **state)
{
    (void)state;
    struct profile p = {0};
    struct profile_faults f = {0};

    assert_int_equal(read_with("system", "[\"{business}\",\"\",\"{hours} {answers}\"]", &p, &f),
                     ERR_OK);
    assert_string_equal(p.prompt->system, "{business}\n\n{hours} {answers}");
    assert_string_equal(profile_action_text(&p, "leave_request", "wish"), "слово");
    assert_string_equal(p.prompt->weekdays[0], "mo");
    assert_string_equal(p.prompt->weekdays[6], "su");
    assert_string_equal(p.prompt->months[11], "12");
}

static void what_may_be_left_out_is_null(void **state)
{
    (void)state;
    struct profile p = {0};
    struct profile_faults f = {0};

    assert_int_equal(read_with("client_calls", "", &p, &f), ERR_OK);
    assert_null(p.prompt->client_calls);
}

static const struct {
    const char *name, *value;
    const char *path, *text;
} bad[] = {
    {"system", "", "prompt.system", "is missing"},
    {"system", "7", "prompt.system", "must be a list"},
    {"system", "\" \"", "prompt.system", "must not be empty"},
    {"system", "[\"\",\" \"]", "prompt.system", "must not be empty"},
    {"system", "[]", "prompt.system", "must not be empty"},
    {"system", "[\"a\",7]", "prompt.system[1]", "text in quotes"},
    {"system", "\"{time}\"", "prompt.system", "allowed: business address phone hours answers more"},
    {"system", "\"{hour}\"", "prompt.system", "no meaning here"},
    {"system", "\"a { b\"", "prompt.system", "no meaning here"},
    {"system", "\"a } b\"", "prompt.system", "no meaning here"},
    {"system", "[\"{busi\",\"ness}\"]", "prompt.system", "no meaning here"},
    {"system", "\"{business} {}\"", "prompt.system", "no meaning here"},
    {"now", "\"{name}\"", "prompt.now", "allowed: weekday date time hours_today"},
    {"opening", "\"{name}\"", "prompt.opening", "allowed: none"},
    {"weekdays", "[\"mo\"]", "prompt.weekdays", "a list of 7 names"},
    {"weekdays", "7", "prompt.weekdays", "a list of 7 names"},
    {"months", "[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\",\"11\",\"\"]",
     "prompt.months[11]", "must not be empty"},
    {"sistem", "\"x\"", "prompt.sistem", "did you mean \"system\""},
};

static void every_kind_of_fault_is_named_by_its_path(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct profile p = {0};
        struct profile_faults f = {0};
        assert_int_equal(read_with(bad[i].name, bad[i].value, &p, &f), ERR_CONFIG);
        bool found = false;
        for (size_t j = 0; j < f.n; j++)
            found = found || (strcmp(f.fault[j].path, bad[i].path) == 0 &&
                              strstr(f.fault[j].text, bad[i].text) != NULL);
        if (!found || f.n != 1)
            fail_msg("%s %s: %s: %s", bad[i].name, bad[i].value, f.fault[0].path, f.fault[0].text);
    }
}

static void a_prompt_that_is_no_object_is_a_fault(void **state)
{
    (void)state;
    struct profile p = {0};
    struct profile_faults f = {0};
    const char *text = made_profile(&arena, "prompt", "\"Ти бот\"");

    assert_int_equal(made_read(&arena, "test", text, &p, &f), ERR_CONFIG);
    assert_string_equal(f.fault[0].path, "prompt");
    assert_non_null(strstr(f.fault[0].text, "must be an object"));
}

static void lines_together_have_a_ceiling(void **state)
{
    (void)state;
    struct profile p = {0};
    struct profile_faults f = {0};
    struct buf b;

    buf_init(&b, &arena, 1 << 20);
    buf_puts(&b, "[\"");
    for (int i = 0; i < 6001; i++)
        buf_puts(&b, i == 3000 ? "\",\"" : "ж");
    buf_puts(&b, "\"]");
    assert_int_equal(read_with("system", buf_text(&b), &p, &f), ERR_CONFIG);
    assert_string_equal(f.fault[0].path, "prompt.system");
    assert_non_null(strstr(f.fault[0].text, "at most 12000 bytes"));
}

static void too_little_memory_is_an_error_at_every_point(void **state)
{
    (void)state;
    const char *text = prompt_with("system", "[\"a\",\"b\"]");
    enum err e = ERR_MEMORY;
    size_t refused = 0;

    for (size_t ceiling = 0; e == ERR_MEMORY; ceiling += 1024) {
        struct arena small;
        struct profile p = {0};
        struct profile_faults f = {0};
        arena_init(&small, ceiling);
        e = made_read(&small, "test", text, &p, &f);
        refused += e == ERR_MEMORY;
        assert_true(ceiling < (size_t)8 << 20);
        arena_release(&small);
    }
    assert_int_equal(e, ERR_OK);
    assert_true(refused > 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_profile_may_have_no_prompt),
        cmocka_unit_test(a_prompt_is_read_whole),
        cmocka_unit_test(what_may_be_left_out_is_null),
        cmocka_unit_test(every_kind_of_fault_is_named_by_its_path),
        cmocka_unit_test(a_prompt_that_is_no_object_is_a_fault),
        cmocka_unit_test(lines_together_have_a_ceiling),
        cmocka_unit_test(too_little_memory_is_an_error_at_every_point),
    };
    return cmocka_run_group_tests_name("business/profile-prompt", tests, scratch_setup,
                                       scratch_teardown);
}
