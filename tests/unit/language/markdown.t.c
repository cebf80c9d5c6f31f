#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/text.h"
#include "language/markdown.h"

static const struct {
    const char *written, *plain;
} cases[] = {
    {"Так, чекаємо.", "Так, чекаємо."},
    {"**Важливо:** приходьте _завтра_ `вчасно` 😊!", "Важливо: приходьте _завтра_ вчасно!"},
    {"# Послуги", "Послуги"},
    {"- Стрижка: 350 грн", "Стрижка: 350 грн"},
    {"• Манікюр", "Манікюр"},
    {"– Педикюр", "Педикюр"},
    {"> Цитата", "Цитата"},
    {"1. Перше", "Перше"},
    {"12) Друге", "Друге"},
    {"-5 градусів", "-5 градусів"},
    {"10.30 чекаємо", "10.30 чекаємо"},
    {"5. 10 хвилин", "5. 10 хвилин"},
    {"Дивіться [наш **прайс**](https://example.com/price).", "Дивіться наш прайс."},
    {"![фото](https://example.com/a.png) Ось", "фото Ось"},
    {"[без адреси] так", "[без адреси] так"},
    {"Сайт https://www.salon-krasa.com.ua/zapys?x=1#a.", "Сайт salon-krasa.com.ua."},
    {"Сайт (www.salon.ua), так", "Сайт (salon.ua), так"},
    {"Пошта info@salon.ua", "Пошта info@salon.ua"},
    {"| Послуга | Ціна |", "Послуга, Ціна"},
    {"Готово ✅ — чекаємо 🇺🇦", "Готово — чекаємо"},
    {"👍🏽", ""},
    {"Ціна 350 ₴, № 5, 20 °C, 10 €, 5 $", "Ціна 350 ₴, № 5, 20 °C, 10 €, 5 $"},
    {".. так", "так"},
    {"». Далі", "Далі"},
    {"«Добре» — і все", "«Добре» — і все"},
    {"", ""},
};

static void what_is_for_the_eye_is_left_out(void **state)
{
    struct arena a;

    (void)state;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *got = NULL;
        assert_int_equal(markdown_strip(&a, cases[i].written, true, &got), ERR_OK);
        assert_string_equal(got, cases[i].plain);
        assert_int_equal(markdown_strip(&a, got, true, &got), ERR_OK);
        if (cases[i].plain[0] < '0' || cases[i].plain[0] > '9')
            assert_string_equal(got, cases[i].plain);
    }
    arena_release(&a);
}

/* "3. Приходьте": within a line it is an answer, not a list. */
static void a_number_within_a_line_is_no_lists(void **state)
{
    struct arena a;
    const char *got = NULL;

    (void)state;
    arena_init(&a, 1 << 16);
    assert_int_equal(markdown_strip(&a, "3. Приходьте", false, &got), ERR_OK);
    assert_string_equal(got, "3. Приходьте");
    arena_release(&a);
}

static void whatever_comes_it_stays_utf_8_and_ends(void **state)
{
    static const char *const odd[] = {"[",    "[]",      "[](",          "[]()",        "![",
                                      "!",    "http://", "https://www.", "www.",        "|",
                                      "||||", "* * *",   "- - - -",      "----",        "1.",
                                      "1) ",  "#",       "[a](b)[c](d)", "[a|b](c) | d"};
    struct arena a;

    (void)state;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        const char *got = NULL;
        assert_int_equal(markdown_strip(&a, odd[i], true, &got), ERR_OK);
        assert_true(text_is_utf8(got, text_length(got)));
        assert_true(text_length(got) <= text_length(odd[i]) + 2);
    }
    arena_release(&a);
}

static void no_room_is_an_error(void **state)
{
    struct arena a;
    const char *got = NULL;

    (void)state;
    arena_init(&a, 4);
    assert_int_equal(markdown_strip(&a, "Так, чекаємо.", true, &got), ERR_MEMORY);
    assert_null(got);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_for_the_eye_is_left_out),
        cmocka_unit_test(a_number_within_a_line_is_no_lists),
        cmocka_unit_test(whatever_comes_it_stays_utf_8_and_ends),
        cmocka_unit_test(no_room_is_an_error),
    };
    return cmocka_run_group_tests_name("language/markdown", tests, NULL, NULL);
}
