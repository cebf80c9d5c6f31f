#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "language/sentence.h"

/* '|' stands where the text is cut. */
static const char *const cases[] = {
    "Вітаю! | Я штучний інтелект салону краси. | Чим можу вам допомогти?",
    "Чекаємо на вул. Хрещатик, буд. 5, кв. 7. | До зустрічі.",
    "Ціна 350 грн. | Чекаємо!",
    "Ціна 350 грн. за годину.",
    "Довжина 2.5 метра. | О 10.30 чекаємо.",
    "Т. Г. Шевченко жив тут. | Так.",
    "Манікюр, педикюр і т. д. | Чекаємо.",
    "Манікюр, педикюр і т. д. за ціною салону.",
    "Що?! | Невже... так. | Ні… | Добре!",
    "Він сказав: «Привіт. Як справи?» — і пішов. | Усе.",
    "«Добре.» | Так.",
    "Стрижка (див. прайс. Там усе) коштує мало. | Так.",
    "1. Стрижка. | 2. Фарбування.",
    "Приходьте в м. Київ. | Чекаємо.",
    "Это ул. Ленина, д. 5. | Ждём в 10:30!",
    "Прошло 15 мин. | Ждём.",
    "Стоит 500 руб. в час. | Да.",
    "г. Москва, просп. Мира. | Да",
    "Перший рядок\n | Другий рядок",
    "Перший.\n\n | \n Другий",
    "Тихо... | Тепер голосно!",
    "Без крапки",
    "Крапка.без пробілу. | Так.",
    "«Без кінця. | Так.",
    "Це т. зв. знижка. | Так.",
    "Мест нет, т. е. Нужно ждать. | Да.",
};

static void cuts_are_where_a_reader_stops(void **state)
{
    struct arena a;

    (void)state;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char **got = NULL;
        size_t n = 0;
        struct buf text;
        buf_init(&text, &a, 4096);
        for (const char *p = cases[i]; *p != '\0'; p++)
            if (*p != '|')
                buf_putc(&text, *p);
        assert_int_equal(sentence_split(&a, languages, buf_text(&text), &got, &n), ERR_OK);
        struct buf joined;
        buf_init(&joined, &a, 4096);
        for (size_t k = 0; k < n; k++)
            buf_printf(&joined, "%s%s", k > 0 ? "|" : "", got[k]);
        struct buf want;
        buf_init(&want, &a, 4096);
        for (const char *p = cases[i]; *p != '\0'; p++) {
            bool near =
                p[0] == '|' || (strchr(" \n", *p) != NULL && strchr("| \n", p[1]) != NULL) ||
                (strchr(" \n", *p) != NULL && p > cases[i] && strchr("| \n", p[-1]) != NULL);
            if (!near)
                buf_putc(&want, *p);
            else if (*p == '|' && (want.len == 0 || want.data[want.len - 1] != '|'))
                buf_putc(&want, '|');
        }
        assert_string_equal(buf_text(&joined), buf_text(&want));
        arena_clear(&a);
    }
    arena_release(&a);
}

static void blank_text_has_no_sentence(void **state)
{
    static const char *const blanks[] = {"", " ", "\n\n", " \t\r\n "};
    struct arena a;

    (void)state;
    arena_init(&a, 1 << 16);
    for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++) {
        const char **got = NULL;
        size_t n = 7;
        assert_int_equal(sentence_split(&a, languages, blanks[i], &got, &n), ERR_OK);
        assert_int_equal(n, 0);
    }
    arena_release(&a);
}

static void long_text_without_stops_is_cut_at_a_comma_and_loses_nothing(void **state)
{
    struct arena a;
    struct buf text;
    struct buf again;
    const char **got = NULL;
    size_t n = 0;

    (void)state;
    arena_init(&a, 1 << 20);
    buf_init(&text, &a, 1 << 16);
    buf_init(&again, &a, 1 << 16);
    for (int i = 0; i < 120; i++)
        buf_puts(&text, i % 9 == 8 ? "слово, " : "слово ");
    buf_puts(&text, "кінець");
    assert_int_equal(sentence_split(&a, languages, buf_text(&text), &got, &n), ERR_OK);
    assert_true(n >= 3);
    for (size_t i = 0; i < n; i++) {
        assert_true(text_length(got[i]) <= 301);
        if (i + 1 < n)
            assert_int_equal(got[i][strlen(got[i]) - 1], ',');
        buf_printf(&again, "%s%s", i > 0 ? " " : "", got[i]);
    }
    assert_string_equal(buf_text(&again), buf_text(&text));
    arena_release(&a);
}

static void a_word_without_end_is_not_broken(void **state)
{
    struct arena a;
    char word[2001];
    const char **got = NULL;
    size_t n = 0;

    (void)state;
    memset(word, 'a', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    arena_init(&a, 1 << 20);
    assert_int_equal(sentence_split(&a, languages, word, &got, &n), ERR_OK);
    assert_int_equal(n, 1);
    assert_string_equal(got[0], word);
    arena_release(&a);
}

static void no_room_is_an_error(void **state)
{
    struct arena a;
    const char **got = NULL;
    size_t n = 9;

    (void)state;
    arena_init(&a, 16);
    assert_int_equal(sentence_split(&a, languages, "Так. Ні.", &got, &n), ERR_MEMORY);
    assert_null(got);
    assert_int_equal(n, 9);
    arena_release(&a);
}

/* ---- of a text that still grows ---------------------------------------------------------------- */

static const char *const written[] = {
    "Ціна 350 грн. за годину. Знижка 15%.",
    "Салон «Краса. Стиль» чекає. Так! Ні…",
    "Пишіть на salon.krasa@gmail.com або на https://salon-krasa.com.ua/zapys?x=1. Чекаємо!",
    "Це т. зв. знижка, і т. д. Далі буде.",
    "Процедура триває 1,5 год. Потім 30 хв. відпочинку.",
    "Кажіть: \"Так. Добре\". І все.",
    "«Добре!» — сказав майстер. «Так.» Усе.",
    "Стрижка (див. прайс. Там усе) коштує мало. О 10.30 чекаємо. О 5. Приходьте.",
    "Т. Г. Шевченко жив тут? Так! Перший рядок\n- Другий рядок\n1. Третій. Кінець",
    "Ждём в 10:30! Стоит 500 руб. в час, т. е. недорого. Это ул. Ленина, д. 5. Да",
    "Wi-Fi. Так. Без крапки",
    "Графік: Пн.–Пт. з 9:00 до 19:00. Сб. вихідний?! Так... Ні. Ну.. добре.",
    "Сума 10 тис. грн., з 5 п.п. знижки. І. Я. Франко: «Так!» Усе.",
    "Что?! Ну... ладно. В т. ч. 2.5 кг. Скидка 10.5%. «Да.» Нет…",
};

/* The sentences that are cut off as the text grows by these pieces, and what its end gives. */
static const char *grown(struct arena *a, const char *text, size_t first, size_t step)
{
    struct buf out;
    size_t len = strlen(text);
    size_t done = 0;

    buf_init(&out, a, 8192);
    for (size_t at = first; done < len; at = at + step < len ? at + step : len) {
        while (at < len && ((unsigned char)text[at] & 0xc0) == 0x80)
            at++;
        const char **got = NULL;
        size_t n = 0;
        const char *so_far = arena_strndup(a, text + done, at - done);
        assert_int_equal(at < len ? sentence_split_growing(a, languages, so_far, &got, &n)
                                  : sentence_split(a, languages, so_far, &got, &n),
                         ERR_OK);
        for (size_t i = 0; i < n; i++) {
            const char *found = strstr(text + done, got[i]);
            assert_non_null(found);
            done = (size_t)(found - text) + strlen(got[i]);
            buf_printf(&out, "%s|", got[i]);
        }
        if (at == len)
            break;
    }
    return buf_text(&out);
}

/* Cut by the half "грн." of "грн. за годину", by "www." and by a quotation that had not closed yet. */
static void a_text_that_grows_is_cut_as_the_whole_is(void **state)
{
    struct arena a;

    (void)state;
    arena_init(&a, 64 << 20);
    for (size_t i = 0; i < sizeof written / sizeof *written; i++) {
        size_t len = strlen(written[i]);
        const char *want = grown(&a, written[i], len, 1);
        want = arena_strdup(&a, want);
        for (size_t cut = 0; cut < len; cut++)
            assert_string_equal(grown(&a, written[i], cut, len), want);
        for (size_t step = 1; step < 9; step++)
            assert_string_equal(grown(&a, written[i], 0, step), want);
        arena_clear(&a);
    }
    arena_release(&a);
}

static void a_sentence_is_told_when_what_follows_its_stop_is_there(void **state)
{
    static const struct {
        const char *text;
        size_t sentences;
    } cases_growing[] = {
        {"Добрий день.", 0},
        {"Добрий день. Ч", 1},
        {"Добрий день", 0},
        {"Чекаємо!", 0},
        {"Чекаємо?", 0},
        {"Так…", 0},
        {"Ціна 350 грн.", 0},
        {"Чекаємо о 10.", 0},
        {"На вул.", 0},
        {"Т.", 0},
        {"Салон «Краса.", 0},
        {"Сайт salon.", 0},
        {"Сайт a.ua/x?", 0},
        {"Кажіть «Так!»", 0},
        {"Ну..", 0},
        {"Так. Ціна 350 г", 1},
        {"Рядок\n", 1},
        {"Так. — ", 0},
        {"", 0},
    };
    struct arena a;

    (void)state;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < sizeof cases_growing / sizeof *cases_growing; i++) {
        const char **got = NULL;
        size_t n = 9;
        assert_int_equal(sentence_split_growing(&a, languages, cases_growing[i].text, &got, &n),
                         ERR_OK);
        if (n != cases_growing[i].sentences)
            fail_msg("%s: %zu", cases_growing[i].text, n);
    }
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cuts_are_where_a_reader_stops),
        cmocka_unit_test(blank_text_has_no_sentence),
        cmocka_unit_test(long_text_without_stops_is_cut_at_a_comma_and_loses_nothing),
        cmocka_unit_test(a_word_without_end_is_not_broken),
        cmocka_unit_test(no_room_is_an_error),
        cmocka_unit_test(a_text_that_grows_is_cut_as_the_whole_is),
        cmocka_unit_test(a_sentence_is_told_when_what_follows_its_stop_is_there),
    };
    return cmocka_run_group_tests_name("language/sentence", tests, NULL, NULL);
}
