#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "business/profile.h"
#include "language/vocative.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static struct arena arena;

static const struct profile salon = {
    .business = "Лілея",
    .language = "uk",
    .address = "вулиця Тиха, 3",
    .phone = "+380440000202",
    .say = {.open_today = "сьогодні з {from} до {to}",
            .open_again = "та з {from} до {to}",
            .open_all_day = "цілодобово",
            .closed_today = "сьогодні зачинено"},
    .week = {[0] = {{{9 * 60, 19 * 60}}, 1},
             [1] = {{{9 * 60, 13 * 60}, {14 * 60 + 5, 24 * 60}}, 2},
             [5] = {{{0, 24 * 60}}, 1}},
};

/* Day of the week as struct tm counts it: 0 is Sunday. */
static const struct {
    const char *phrase;
    int day;
    const char *name, *phone, *becomes;
} phrases[] = {
    {"", 1, NULL, NULL, ""},
    {"Слово.", 1, NULL, NULL, "Слово."},
    {"{business}, {address}, {phone}", 1, NULL, NULL, "Лілея, вулиця Тиха, 3, +380440000202"},
    {"Так, {hours_today}.", 1, NULL, NULL, "Так, сьогодні з 09:00 до 19:00."},
    {"{hours_today}", 2, NULL, NULL, "сьогодні з 09:00 до 13:00 та з 14:05 до 24:00"},
    {"{hours_today}", 6, NULL, NULL, "цілодобово"},
    {"{hours_today}", 0, NULL, NULL, "сьогодні зачинено"},
    {"{hours_today}", 3, NULL, NULL, "сьогодні зачинено"},
    {"Дякую, {name}!", 1, "Олена", NULL, "Дякую, Олена!"},
    {"Дякую, {name}!", 1, NULL, NULL, "Дякую!"},
    {"Дякую, {name}!", 1, "", NULL, "Дякую!"},
    {"Дякую, {vocative}!", 1, "Олена", NULL, "Дякую, Олено!"},
    {"Дякую, {vocative}!", 1, "", NULL, "Дякую!"},
    {"{name}, слухаю.", 1, NULL, NULL, "слухаю."},
    {"{name}", 1, NULL, NULL, ""},
    {"На {client_phone}?", 1, NULL, "+380501234567", "На +380501234567?"},
    {"{name}{name}", 1, "{name}", NULL, "{name}{name}"},
};

static void placeholders_are_filled(void **state)
{
    (void)state;
    arena_init(&arena, 1 << 20);
    for (size_t i = 0; i < COUNT(phrases); i++) {
        struct tm local = {.tm_wday = phrases[i].day};
        const char *got = profile_phrase(&arena, &salon, phrases[i].phrase, &local, phrases[i].name,
                                         phrases[i].phone);
        assert_non_null(got);
        assert_string_equal(got, phrases[i].becomes);
    }
    arena_release(&arena);
}

static void values_of_the_book_are_filled_in(void **state)
{
    static const struct phrase_value values[] = {{"services", "стрижку та укладку"},
                                                 {"when", "завтра, у середу, о десятій"},
                                                 {"day", "єдиний день"},
                                                 {"to_specialist", "Інни"},
                                                 {"price", ""},
                                                 {"length", NULL},
                                                 {"name", "Олена"},
                                                 {NULL, NULL}};
    static const char *const rows[][2] = {
        {"Записую на {services}: {when}, до {to_specialist}. Так?",
         "Записую на стрижку та укладку: завтра, у середу, о десятій, до Інни. Так?"},
        /* a value that begins a sentence begins with a capital, another one does not */
        {"{when} чекаємо.", "Завтра, у середу, о десятій чекаємо."},
        {"Готово! {when}", "Готово! Завтра, у середу, о десятій"},
        {"Готово. {day}? {day}.", "Готово. Єдиний день? Єдиний день."},
        {"Отже, {day}", "Отже, єдиний день"},
        {"Отже: {day}; {services}", "Отже: єдиний день; стрижку та укладку"},
        /* where there is nothing, the comma or blank before it goes too */
        {"Вартість, {price}!", "Вартість!"},
        {"Триває {length}.", "Триває."},
        {"{price}, {day}", "Єдиний день"},
        {"{price}{length}", ""},
        {"Час {times}, {day}.", "Час, єдиний день."},
        /* what every phrase may hold, and the name in its forms */
        {"{business}: {vocative}, {day}", "Лілея: Олено, єдиний день"},
        {"Дякую, {name}!", "Дякую, Олена!"},
        {"{hours_today}, {day}", "сьогодні з 09:00 до 19:00, єдиний день"},
        /* a brace in a value is no place */
        {"{day}", "Єдиний день"},
    };
    static const struct phrase_value braces[] = {{"day", "{when} {"}, {NULL, NULL}};
    struct tm local = {.tm_wday = 1};

    (void)state;
    arena_init(&arena, 1 << 20);
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_string_equal(profile_phrase_with(&arena, &salon, rows[i][0], &local, values),
                            rows[i][1]);
    assert_string_equal(profile_phrase_with(&arena, &salon, "{day}!", &local, braces), "{when} {!");
    assert_string_equal(profile_phrase_with(&arena, &salon, "Є {day}!", &local, NULL), "Є!");
    assert_string_equal(profile_phrase_with(&arena, &salon, "Дякую, {vocative}!", &local, NULL),
                        "Дякую!");
    arena_release(&arena);
    arena_init(&arena, 8);
    assert_null(profile_phrase_with(&arena, &salon, "{day}", &local, values));
    arena_release(&arena);
}

static void too_little_memory_gives_no_phrase(void **state)
{
    (void)state;
    struct tm local = {.tm_wday = 2};
    arena_init(&arena, 100);
    assert_null(profile_phrase(&arena, &salon, "{hours_today}", &local, NULL, NULL));
    assert_null(profile_phrase(&arena, &salon, "{business}", &local, NULL, NULL));
    arena_release(&arena);
}

static void a_name_is_called_as_a_native_calls_it(void **state)
{
    static const char *const names[][2] = {
        {"Олена", "Олено"},
        {"олена", "олено"},
        {"Марія", "Маріє"},
        {"Дар'я", "Дар'є"},
        {"Дар\u2019я", "Дар'є"},
        {"Наталя", "Наталю"},
        {"Ілля", "Ілле"},
        {"Микола", "Миколо"},
        {"Іван", "Іване"},
        {"Андрій", "Андрію"},
        {"Олег", "Олеже"},
        {"Марко", "Марку"},
        {"Петро", "Петре"},
        {"Федір", "Федоре"},
        {"Любов", "Любове"},
        {"Василь", "Василю"},
        {"Іван Петрович", "Іване Петровичу"},
        {"Ганна Іванівна", "Ганно Іванівно"},
        {"Олена Шевченко", "Олено Шевченко"},
        {"Мельник Оксана", "Мельник Оксано"},
        {"Коваль", "Коваль"},
        {"Кармен", "Кармен"},
        {"Олена-Марія", "Олена-Марія"},
        {"о. Іван", "о. Іване"},
        {"", ""},
        {"😊 ", "😊 "},
    };

    (void)state;
    arena_init(&arena, 1 << 20);
    for (size_t i = 0; i < COUNT(names); i++)
        assert_string_equal(vocative(&arena, language_find("uk"), names[i][0]), names[i][1]);
    arena_release(&arena);
    arena_init(&arena, 8);
    assert_null(vocative(&arena, language_find("uk"), "Олена"));
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(placeholders_are_filled),
        cmocka_unit_test(values_of_the_book_are_filled_in),
        cmocka_unit_test(too_little_memory_gives_no_phrase),
        cmocka_unit_test(a_name_is_called_as_a_native_calls_it),
    };
    return cmocka_run_group_tests_name("business/phrase", tests, NULL, NULL);
}
