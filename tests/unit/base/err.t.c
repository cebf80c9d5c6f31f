#include "base/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

static void every_error_has_a_name_a_text_and_a_status(void **state)
{
    (void)state;
    for (int e = 0; e < ERR__MAX; e++) {
        assert_true(strlen(err_name(e)) > 1);
        assert_true(strlen(err_text(e)) > 5);
        assert_int_not_equal(err_text(e)[strlen(err_text(e)) - 1], '.');
        assert_in_range(err_status(e), e == ERR_OK ? 200 : 400, e == ERR_OK ? 200 : 503);
    }
}

static void names_are_distinct(void **state)
{
    (void)state;
    for (int a = 0; a < ERR__MAX; a++)
        for (int b = 0; b < a; b++)
            assert_string_not_equal(err_name(a), err_name(b));
}

static void the_contract_of_the_door_is_kept(void **state)
{
    static const struct {
        enum err e;
        const char *name;
        int status;
        bool retry;
    } rows[] = {
        {ERR_OK, "OK", 200, false},           {ERR_SYNTAX, "SYNTAX", 400, false},
        {ERR_MISSING, "MISSING", 422, false}, {ERR_TOO_BIG, "TOO_BIG", 413, false},
        {ERR_FORMAT, "FORMAT", 415, false},   {ERR_NOT_FOUND, "NOT_FOUND", 404, false},
        {ERR_ENDED, "ENDED", 409, false},     {ERR_FORBIDDEN, "FORBIDDEN", 403, false},
        {ERR_BUSY, "BUSY", 503, true},        {ERR_DEADLINE, "DEADLINE", 503, true},
        {ERR_VERSION, "VERSION", 503, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_string_equal(err_name(rows[i].e), rows[i].name);
        assert_int_equal(err_status(rows[i].e), rows[i].status);
        assert_int_equal(err_retry(rows[i].e), rows[i].retry);
    }
}

static void an_error_that_a_retry_helps_is_the_servers_fault(void **state)
{
    (void)state;
    for (int e = 0; e < ERR__MAX; e++)
        if (err_retry(e))
            assert_int_equal(err_status(e), 503);
}

static void why_set_returns_its_error_and_fills_the_sentence(void **state)
{
    struct why why = {0};

    (void)state;
    assert_int_equal(why_set(&why, ERR_DISK, "%s is full at %d %%", "/var", 100), ERR_DISK);
    assert_string_equal(why.text, "/var is full at 100 %");
}

static void why_may_be_null(void **state)
{
    (void)state;
    assert_int_equal(why_set(NULL, ERR_IO, "nobody %s", "listens"), ERR_IO);
}

static void a_long_sentence_is_cut_between_characters(void **state)
{
    char text[400];

    (void)state;
    /* 0 or 1 ASCII bytes before the two-byte letters: the cut falls on both kinds of byte. */
    for (size_t shift = 0; shift < 2; shift++) {
        struct why why = {0};
        memset(text, 'a', shift);
        for (size_t i = shift; i + 2 < sizeof text; i += 2)
            memcpy(text + i, "\xd1\x97", 3);
        assert_int_equal(why_set(&why, ERR_VALUE, "%s", text), ERR_VALUE);
        size_t n = strlen(why.text);
        assert_in_range(n, sizeof why.text - 2, sizeof why.text - 1);
        assert_true(text_is_utf8(why.text, n));
        assert_memory_equal(why.text, text, n);
    }
}

static void controls_become_question_marks_and_letters_stay(void **state)
{
    struct why why = {0};

    (void)state;
    (void)why_set(&why, ERR_VALUE, "a\nb\tc\x1b[31m\x7f їжак");
    assert_string_equal(why.text, "a?b?c?[31m? їжак");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_error_has_a_name_a_text_and_a_status),
        cmocka_unit_test(names_are_distinct),
        cmocka_unit_test(the_contract_of_the_door_is_kept),
        cmocka_unit_test(an_error_that_a_retry_helps_is_the_servers_fault),
        cmocka_unit_test(why_set_returns_its_error_and_fills_the_sentence),
        cmocka_unit_test(why_may_be_null),
        cmocka_unit_test(a_long_sentence_is_cut_between_characters),
        cmocka_unit_test(controls_become_question_marks_and_letters_stay),
    };
    return cmocka_run_group_tests_name("base/err", tests, NULL, NULL);
}
