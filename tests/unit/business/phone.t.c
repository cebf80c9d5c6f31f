#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "business/phone.h"
#include "language/spelled.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const struct {
    const char *raw, *country, *e164; /* e164 NULL: no number */
} written[] = {
    {"0501234567", "380", "+380501234567"},
    {"050 123-45-67", "380", "+380501234567"},
    {"(050) 123.45.67", "380", "+380501234567"},
    {" 050\xc2\xa0"
     "123 45 67 ",
     "380", "+380501234567"},
    {"380501234567", "380", "+380501234567"},
    {"+380501234567", "380", "+380501234567"},
    {"+38 (050) 123-45-67", "380", "+380501234567"},
    {"00380501234567", "380", "+380501234567"},
    {"80501234567", "380", "+380501234567"},
    {"501234567", "380", "+380501234567"},
    {"0800500500", "380", "+380800500500"},
    {"0440000202", "380", "+380440000202"},
    {"0048221234567", "380", "+48221234567"},
    {"+44 20 7946 0958", "380", "+442079460958"},
    {"77012345678", "380", "+77012345678"},
    {"998901234567", "380", "+998901234567"},
    {"77012345678", "7", "+77012345678"},
    {"87012345678", "7", "+77012345678"},
    {"89161234567", "7", "+79161234567"},
    {"8 (916) 123-45-67", "7", "+79161234567"},
    {"9161234567", "7", "+79161234567"},
    {"+79161234567", "7", "+79161234567"},
    {"810380501234567", "7", "+380501234567"},
    {"380501234567", "7", "+380501234567"},
    {"901234567", "998", "+998901234567"},
    {"998901234567", "998", "+998901234567"},
    {"030123456", "49", "+4930123456"},
    {"CB_0800000001", "380", NULL},
    {"anonymous", "380", NULL},
    {"", "380", NULL},
    {"   ", "380", NULL},
    {"+", "380", NULL},
    {"901", "380", NULL},
    {"123456", "380", NULL},
    {"05012345", "380", NULL},
    {"05012345678", "380", NULL},
    {"+38050123456", "380", NULL},
    {"+0501234567", "380", NULL},
    {"050+1234567", "380", NULL},
    {"++380501234567", "380", NULL},
    {"000000000000", "380", NULL},
    {"1234567890123456", "380", NULL},
    {"1234567890123456789012345", "380", NULL},
    {"0501234567 доб. 3", "380", NULL},
    {"\xd0\xd0", "380", NULL},
};

static void numbers_of_every_written_form_become_e164(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(written); i++) {
        char got[PHONE_MAX] = "untouched";
        enum err e = phone_e164(written[i].raw, written[i].country, got);
        if (written[i].e164 == NULL) {
            if (e != ERR_VALUE)
                fail_msg("\"%s\" became %s", written[i].raw, got);
            assert_string_equal(got, "untouched");
        } else {
            if (e != ERR_OK)
                fail_msg("\"%s\" is no number", written[i].raw);
            assert_string_equal(got, written[i].e164);
        }
    }
}

static void the_same_number_is_known_in_other_clothes(void **state)
{
    (void)state;
    assert_true(phone_same("0501234567", "+380 50 123 45 67"));
    assert_true(phone_same("CB_0800000001", "0800000001"));
    assert_true(phone_same("901", "901"));
    assert_true(phone_same("00380501234567", "501234567"));
    assert_false(phone_same("901", "0501234901"));
    assert_false(phone_same("0501234567", "0501234568"));
    assert_false(phone_same("anonymous", "anonymous"));
    assert_false(phone_same("", ""));
    assert_true(phone_same("99999999999999999999999501234567", "0501234567"));
}

static const struct {
    const char *text, *country, *e164;
} spoken[] = {
    {"0501234567", "380", "+380501234567"},
    {"мій номер 050 123 45 67, дякую", "380", "+380501234567"},
    {"запишіть: +38 (050) 123-45-67.", "380", "+380501234567"},
    {"нас буде 2, телефон 050-123-45-67", "380", "+380501234567"},
    {"на 15 0501234567", "380", "+380501234567"},
    {"0501234567 або 0677654321", "380", "+380501234567"},
    {"0501234567, 0677654321", "380", "+380501234567"},
    {"0501234567 2 людини", "380", "+380501234567"},
    {"+44 20 7946 0958", "380", "+442079460958"},
    {"Иван, +49 30 1234567", "380", "+49301234567"},
    {"0048 22 123 45 67", "380", "+48221234567"},
    {"+050 123 45 67", "380", "+380501234567"},
    {"мій казахський 77012345678", "380", "+77012345678"},
    {"8 916 123 45 67", "7", "+79161234567"},
    {"нуль п'ятдесят сто двадцять три сорок п'ять шістдесят сім", "380", "+380501234567"},
    {"нуль п’ятдесят сто двадцять три сорок п’ять шістдесят сім", "380", "+380501234567"},
    {"Мій номер: нуль шістдесят сім, двісті, одинадцять, нуль п'ять", "380", NULL},
    {"нуль шістдесят сім двісті одинадцять нуль п'ять дев'яносто", "380", "+380672110590"},
    {"нуль п'ять нуль один два три чотири п'ять шість сім", "380", "+380501234567"},
    {"плюс тридцять вісім нуль п'ятдесят сто двадцять три сорок п'ять шістдесят сім", "380",
     "+380501234567"},
    {"ноль шестьдесят семь сто одиннадцать двадцать два тридцать три", "380", "+380671112233"},
    {"восемь девятьсот шестнадцать сто двадцать три сорок пять шестьдесят семь", "7",
     "+79161234567"},
    {"ноль пятьдесят 123 сорок пять 67", "380", "+380501234567"},
    {"з 12 по 15 березня на 2", "380", NULL},
    {"15.03.2026 о 14:30", "380", NULL},
    {"20.12.2026 15:30 2", "380", NULL},
    {"на двадцять п'яте о третій", "380", NULL},
    {"номера немає", "380", NULL},
    {"", "380", NULL},
    {"050 123", "380", NULL},
};

static void a_number_is_found_in_running_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(spoken); i++) {
        char got[PHONE_MAX] = "untouched";
        enum err e = phone_in_text(spoken[i].text, spoken[i].country, got);
        if (spoken[i].e164 == NULL) {
            if (e != ERR_NOT_FOUND)
                fail_msg("\"%s\" gave %s", spoken[i].text, got);
            assert_string_equal(got, "untouched");
        } else {
            if (e != ERR_OK)
                fail_msg("nothing in \"%s\"", spoken[i].text);
            assert_string_equal(got, spoken[i].e164);
        }
    }
}

static void number_words_have_their_values(void **state)
{
    (void)state;
    assert_int_equal(spelled_value(languages, "нуль", strlen("нуль")), 0);
    assert_int_equal(spelled_value(languages, "дев'яносто", strlen("дев'яносто")), 90);
    assert_int_equal(spelled_value(languages, "девятьсот", strlen("девятьсот")), 900);
    assert_int_equal(spelled_value(languages, "дев", strlen("дев")), -1);
    assert_int_equal(spelled_value(languages, "", 0), -1);
    assert_int_equal(spelled_value(languages, " ", 1), -1);
    assert_true(spelled_continues(100, 20));
    assert_true(spelled_continues(20, 3));
    assert_false(spelled_continues(3, 5));
    assert_false(spelled_continues(20, 0));
    assert_false(spelled_continues(20, 12));
    assert_false(spelled_continues(100, 100));
    assert_int_equal(phone_words_besides("мій номер нуль п'ятдесят 123"), 2);
    assert_int_equal(phone_words_besides("сорок"), 0);
    assert_int_equal(phone_words_besides(""), 0);
}

static void a_caller_who_hides_has_no_number_however_it_is_written(void **state)
{
    static const char *const hidden[] = {
        "+266696687",
        "266696687",
        "0266696687",
        "00266696687",
        "+1266696687",
        "1 266-696-687",
        "86282452253",
        "+86282452253",
        "7378742833",
        "+7378742833",
        "2562533",
        "+12562533",
        "8656696",
        "464",
        "7748283",
        "94844353",
        "0",
        "000",
        "0000000000",
        "+000000000000",
        "99999999999",
        "+7 000 000-00-00",
        "+48000000000",
        "+4400000000000",
        "anonymous",
        "Anonymous",
        "Restricted",
        "unavailable",
        "private",
        "unknown",
        "withheld",
        "скрытый",
        "прихований",
        "anonymous@anonymous.invalid",
        "sip:anonymous@anonymous.invalid",
        "<sip:anonymous>",
        "",
        " ",
        "+",
        "-",
        "null",
        "\xe2\x80\xaa+266696687\xe2\x80\xac",
    };
    static const char *const countries[] = {"380", "7", "1", "49", "44"};
    char e164[PHONE_MAX] = "untouched";

    (void)state;
    for (size_t i = 0; i < COUNT(hidden); i++)
        for (size_t k = 0; k < COUNT(countries); k++) {
            if (phone_e164(hidden[i], countries[k], e164) != ERR_VALUE)
                fail_msg("%s in %s is taken for %s", hidden[i], countries[k], e164);
            assert_string_equal(e164, "untouched");
        }
}

static void marks_that_nobody_sees_do_not_count_in_a_number(void **state)
{
    char e164[PHONE_MAX] = "";

    (void)state;
    assert_int_equal(
        phone_e164("\xe2\x80\xaa+38\xe2\x80\x8b 050 123 45 67\xe2\x80\xac", "380", e164), ERR_OK);
    assert_string_equal(e164, "+380501234567");
    assert_int_equal(phone_e164("\xef\xbb\xbf"
                                "0501234567",
                                "380", e164),
                     ERR_OK);
    assert_string_equal(e164, "+380501234567");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_of_every_written_form_become_e164),
        cmocka_unit_test(the_same_number_is_known_in_other_clothes),
        cmocka_unit_test(a_number_is_found_in_running_text),
        cmocka_unit_test(a_caller_who_hides_has_no_number_however_it_is_written),
        cmocka_unit_test(marks_that_nobody_sees_do_not_count_in_a_number),
        cmocka_unit_test(number_words_have_their_values),
    };
    return cmocka_run_group_tests_name("business/phone", tests, NULL, NULL);
}
