#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"
#include "tests/support/made.h"
#include "business/profile.h"
#include "speech/recognise.h"

static struct arena a;

static int set_up(void **state)
{
    (void)state;
    arena_init(&a, (size_t)16 * 1024 * 1024);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&a);
    return 0;
}

static const char *const phrases[] = {"дякую за перегляд", "дякую за перегляд і до зустрічі",
                                      "субтитри", "thank you"};

static bool is_among(const char *const *list, size_t n, const char *text)
{
    bool invented = false;

    assert_int_equal(recognise_is_invented(&a, list, n, text, &invented), ERR_OK);
    return invented;
}

static bool invented(const char *text)
{
    return is_among(phrases, sizeof phrases / sizeof phrases[0], text);
}

static void stock_phrases_are_known_however_they_are_written(void **state)
{
    (void)state;
    assert_true(invented("Дякую за перегляд!"));
    assert_true(invented(" ДЯКУЮ, за перегляд... "));
    assert_true(invented("Дякую за перегляд! Дякую за перегляд!"));
    assert_true(invented("Субтитри. Thank you."));
    assert_true(invented("Дякую за перегляд і до зустрічі"));
}

static void what_a_caller_says_stays(void **state)
{
    static const char *const said[] = {
        "",
        "Дякую",
        "Дякую за перегляд мого запису",
        "Дякую за переглядання",
        "Так, дякую за перегляд",
        "Алло, алло, алло, алло!",
        "Так. Так. Так. Так.",
        "нуль п'ять нуль один два три чотири п'ять шість сім",
        "п'ять п'ять п'ять п'ять п'ять п'ять п'ять",
        "на завтра, на завтра, на завтра",
        "Субтитрів не треба",
    };

    (void)state;
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++)
        if (invented(said[i]))
            fail_msg("taken for invented: %s", said[i]);
}

static const char *repeated(const char *unit, int times, const char *rest)
{
    struct buf b;

    buf_init(&b, &a, 65536);
    for (int i = 0; i < times; i++)
        buf_puts(&b, unit);
    buf_puts(&b, rest);
    return buf_text(&b);
}

static void loops_are_known_by_their_length(void **state)
{
    (void)state;
    assert_true(invented(repeated("так ", 8, "")));
    assert_false(invented(repeated("так ", 7, "")));
    assert_true(invented(repeated("на завтра, ", 4, "")));
    assert_true(invented(repeated("на завтра, ", 4, "на")));
    assert_false(invented(repeated("на завтра, ", 3, "")));
    assert_true(invented(repeated("один два три чотири п'ять шість сім вісім ", 4, "один")));
    assert_false(invented(repeated("на завтра, ", 5, "на десяту")));
    assert_true(invented(repeated("ну ", 5000, "")));
}

/* The phrases of both shipped profiles, against what their own callers say. */
static void the_shipped_lists_name_nothing_a_caller_means(void **state)
{
    static const struct {
        const char *path, *name, *invented, *said[6];
    } rows[] = {
        {"profiles/salon.json",
         "salon",
         "Дякую за перегляд!",
         {"Дякую", "Дякую, до побачення", "Так", "Хочу записатися", "До зустрічі", "Алло"}},
        {"profiles/hotel.json",
         "hotel",
         "Продолжение следует...",
         {"Спасибо", "Спасибо, до свидания", "Да", "Номер люкс", "До встречи", "Алло"}},
    };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct profile p = made_shipped(&a, rows[i].path, rows[i].name, made_packs(&a));
        assert_true(is_among(p.hear.invented, p.hear.invented_n, rows[i].invented));
        for (size_t j = 0; j < 6; j++)
            assert_false(is_among(p.hear.invented, p.hear.invented_n, rows[i].said[j]));
    }
}

static void without_memory_what_was_said_is_neither_lost_nor_taken(void **state)
{
    bool invented = true;
    struct arena small;

    (void)state;
    arena_init(&small, 0);
    assert_int_equal(recognise_is_invented(&small, NULL, 0, "так", &invented), ERR_MEMORY);
    assert_true(invented); /* untouched */
    arena_release(&small);
    assert_false(is_among(NULL, 0, "так"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stock_phrases_are_known_however_they_are_written),
        cmocka_unit_test(what_a_caller_says_stays),
        cmocka_unit_test(loops_are_known_by_their_length),
        cmocka_unit_test(the_shipped_lists_name_nothing_a_caller_means),
        cmocka_unit_test(without_memory_what_was_said_is_neither_lost_nor_taken),
    };
    return cmocka_run_group_tests_name("speech/invented", tests, set_up, tear_down);
}
