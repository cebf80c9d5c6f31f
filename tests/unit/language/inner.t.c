#include "language/inner.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static struct arena a;

static int set_up(void **state)
{
    (void)state;
    arena_init(&a, (size_t)1024 * 1024);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&a);
    return 0;
}

/* Fed in pieces that end at `first` and `second`; what inner_feed tells to take back is. */
static const char *said(const char *text, size_t first, size_t second)
{
    const size_t end[] = {first, second, strlen(text)};
    struct inner s = {0};
    struct buf all, piece;
    size_t at = 0;

    buf_init(&all, &a, 4096);
    for (size_t i = 0; i < 3; i++) {
        buf_init(&piece, &a, 4096);
        if (inner_feed(&s, text + at, end[i] - at, &piece))
            buf_clear(&all);
        buf_puts(&all, buf_text(&piece));
        at = end[i];
    }
    inner_end(&s, &all);
    assert_int_equal(buf_err(&all), ERR_OK);
    return buf_text(&all);
}

static const char *trimmed(const char *text)
{
    char *copy = arena_strdup(&a, text + strspn(text, " \n"));

    for (size_t n = strlen(copy); n > 0 && strchr(" \n", copy[n - 1]) != NULL; n--)
        copy[n - 1] = '\0';
    return copy;
}

/* However it is cut in three. */
static void check(const char *text, const char *expected)
{
    size_t n = strlen(text);

    for (size_t first = 0; first <= n; first++)
        for (size_t second = first; second <= n; second++) {
            arena_clear(&a);
            assert_string_equal(trimmed(said(text, first, second)), expected);
        }
}

static void talk_in_tags_is_not_said_however_it_is_cut(void **state)
{
    (void)state;
    check("<thinking>Питає графік.</thinking>\n\nЩодня.", "Щодня.");
    check("<THINK>x</Think>Щодня.", "Щодня.");
    check("<thought level=\"2\">x</thought>Щодня.", "Щодня.");
    check("<inner-monologue>x</inner_monologue>Щодня.", "Щодня.");
    check("<ns:reasoning >x</ns:reasoning>Щодня.", "Щодня.");
    check("[thinking]x [y] < z[/thinking] Щодня.", "Щодня.");
    check("Так.<scratchpad>x</scratchpad>Ні.", "Так. Ні.");
    check("Так. <analysis>x</analysis> <reflection>y</reflection>Ні.", "Так.  Ні.");
    check("<think/>Так.", "Так.");
}

static void tags_are_known_by_their_words_whatever_is_around_them(void **state)
{
    static const char *const talk[] = {
        "<|thinking|>x<|/thinking|>",
        "< thinking >x</ thinking >",
        "<plan>x</plan>",
        "<PLAN>x</Plan>",
        "<reasoning effort='high'>x</reasoning>",
        "[thinking]x[/thinking]",
        "[ Plan ]x[ /Plan ]",
        "<my_plan>x</my_plan>",
        "<innerThoughts>x</innerThoughts>",
        "<step-by-step-reasoning>x</step-by-step-reasoning>",
        "<роздуми>x</роздуми>",
        "<Размышления>x</Размышления>",
        "<thinking2>x</thinking2>",
        "<tool_call>{\"a\": 1}</tool_call>",
        "<scratchpad\n id=\"1\">x < 5</scratchpad>",
    };

    (void)state;
    for (size_t i = 0; i < sizeof talk / sizeof *talk; i++) {
        char text[200];
        (void)snprintf(text, sizeof text, "%sЩодня.", talk[i]);
        check(text, "Щодня.");
    }
}

static void an_answer_inside_of_open_talk_is_said(void **state)
{
    (void)state;
    check("<thinking>x <answer>Щодня.</answer>", "Щодня.");
    check("<thinking>x <answer>Щодня.</answer> y</thinking> Так.", "Щодня. Так.");
    check("<thinking>x <Answer>Щодня.</thinking></Answer> Так.", "Щодня. Так.");
    check("<think>x</think><reply>Щодня", "Щодня");
    check("[thinking]x[/thinking][answer]Щодня.[/answer]", "Щодня.");
}

static void nothing_is_said_of_talk_alone(void **state)
{
    (void)state;
    check("<thinking>і далі", "");
    check("<plan>1. Спитати 2. Записати", "");
    check("<|think|>", "");
    check("Так. <thinki", "Так.");
    check("<reflection>x</reflection>", "");
}

static void signs_of_texts_stay(void **state)
{
    static const char *const texts[] = {"5 < 7",       "<3",        "я <3 вас",    "< так >",
                                        "ціна <500>",  "[прайс]",   "[планка]",    "<|привіт|>",
                                        "<plane>",     "< 7 і > 3", "[1]",         "a</b>",
                                        "<planet>Так", "x <- y",    "<b>план</b>", "|thinking|"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        check(texts[i], texts[i]);
}

static void what_is_not_closed_goes_on_to_the_end(void **state)
{
    (void)state;
    check("Так. <thinking>і далі. Без кінця", "Так.");
    check("Так. <thinking>і далі</thinki", "Так.");
    check("Так. <thinking", "Так.");
    check("Так. <thinking a=\"b", "Так.");
}

static void tags_one_inside_the_other_end_with_the_outer_one(void **state)
{
    (void)state;
    check("<think>1<think>2</think>3</think>Так.", "Так.");
    check("<thinking>1<reflection>2</thinking>Так.", "Так.");
    check("<think>1</thinking>Так.", "Так.");
    check("<think><think><think><think><think><think><think><think><think><think>1</think></think>"
          "</think></think></think></think></think></think></think>2</think>Так.",
          "Так.");
}

static void what_stands_before_a_lonely_closing_tag_was_inner_talk(void **state)
{
    (void)state;
    check("Клієнт питає графік.</think>\n\nЩодня.", "Щодня.");
    check("Щодня.</think>\n", "Щодня.");
    check("<think>x</think>Щодня.</think> Так.", "Щодня. Так.");
}

static void tags_around_the_answer_are_taken_off(void **state)
{
    (void)state;
    check("<thinking>x</thinking><answer>Щодня.</answer>", "Щодня.");
    check("<Response lang=\"uk\">Щодня.</Response>", "Щодня.");
    check("<final_answer>Щодня.</final_answ", "Щодня.");
}

static void other_signs_stay(void **state)
{
    static const char *const texts[] = {
        "до <5 грн",   "a < b > c",     "<",         "Так <",     "5<7, 8>3", "[прайс](https://x)",
        "<b>Так</b>",  "<thinkpad>",    "think</b>", "[1] і [2]", "<<5",      "[[thinkers]]",
        "<привіт>Так", "<!-- think -->"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        check(texts[i], texts[i]);
    check("<<think>x</think>5", "< 5");
}

static void a_tag_that_never_ends_is_text(void **state)
{
    char text[INNER_TAG * 2] = "<think ";

    (void)state;
    memset(text + 7, 'x', sizeof text - 8);
    assert_string_equal(said(text, 3, 300), text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(talk_in_tags_is_not_said_however_it_is_cut),
        cmocka_unit_test(tags_are_known_by_their_words_whatever_is_around_them),
        cmocka_unit_test(an_answer_inside_of_open_talk_is_said),
        cmocka_unit_test(nothing_is_said_of_talk_alone),
        cmocka_unit_test(signs_of_texts_stay),
        cmocka_unit_test(what_is_not_closed_goes_on_to_the_end),
        cmocka_unit_test(tags_one_inside_the_other_end_with_the_outer_one),
        cmocka_unit_test(what_stands_before_a_lonely_closing_tag_was_inner_talk),
        cmocka_unit_test(tags_around_the_answer_are_taken_off),
        cmocka_unit_test(other_signs_stay),
        cmocka_unit_test(a_tag_that_never_ends_is_text),
    };

    return cmocka_run_group_tests_name("language/inner", tests, set_up, tear_down);
}
