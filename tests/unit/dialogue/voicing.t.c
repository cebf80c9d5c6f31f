#include "dialogue/voices.h"
#include "dialogue/voicing.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static struct arena a;

static int set_up(void **state)
{
    (void)state;
    arena_init(&a, (size_t)4 * 1024 * 1024);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&a);
    return 0;
}

static struct conversation cut(const char *said)
{
    static struct voicing v;
    struct conversation c = {.arena = &a, .said = said, .voicing = &v};

    assert_int_equal(voicing_cut(&c), ERR_OK);
    return c;
}

static void an_answer_is_cut_into_its_sentences(void **state)
{
    (void)state;
    struct conversation c = cut("Так. Ми працюємо щодня.");

    assert_int_equal(c.sentences, 2);
    assert_string_equal(c.sentence[0].text, "Так.");
    assert_string_equal(c.sentence[1].text, "Ми працюємо щодня.");
    c = cut("");
    assert_int_equal(c.sentences, 0);
}

/* Each part of the answer is spoken once, in order, even where sentences are alike. */
static void what_has_no_place_of_its_own_is_said_with_the_last(void **state)
{
    (void)state;
    struct buf said;
    struct buf again;

    buf_init(&said, &a, 65536);
    buf_init(&again, &a, 65536);
    for (int i = 0; i < CONVERSATION_SENTENCES + 10; i++)
        buf_puts(&said, i == 0 ? "Добрий день." : i % 2 == 0 ? " Так." : " Саме так.");
    struct conversation c = cut(buf_text(&said));
    assert_int_equal(c.sentences, CONVERSATION_SENTENCES);
    for (size_t i = 0; i < c.sentences; i++) {
        buf_puts(&again, i == 0 ? "" : " ");
        buf_puts(&again, c.sentence[i].text);
    }
    assert_string_equal(buf_text(&again), buf_text(&said));
}

/* It was asked to speak what was not there, and the worker crashed. */
static void a_vendor_is_not_asked_to_speak_words_for_which_there_was_no_memory(void **state)
{
    struct house house = {.outside = {.google = {.api_key = "key"}}};
    struct voicing v = {.by_vendor = true,
                        .vendor = {.vendor = "google", .language = "uk", .locale = "uk-UA"},
                        .voice = {.language = "uk", .espeak = "uk"}};
    struct conversation c = {.house = &house,
                             .voicing = &v,
                             .sentence = {{.text = "Так."}},
                             .sentences = 1,
                             .deadline = deadline_in_ms(5000)};
    struct arena none;

    (void)state;
    arena_init(&none, 0);
    c.arena = &none;
    assert_int_equal(ladder_read("", &house.outside.ladder, NULL), ERR_OK);
    assert_int_equal(http_open(NULL, &house.outside.http, NULL), ERR_OK);
    c.ladder.asked[LADDER_SPEAK_GOOGLE] = LADDER_USE;
    voices_move(&c, 0);
    assert_int_equal(v.piece[0].state, PIECE_READY);
    assert_null(c.sentence[0].sound.wav);
    assert_int_equal(c.asked_n, 0);
    assert_true(c.turn.faults > 0);
    assert_int_equal(c.ladder.asked[LADDER_SPEAK_GOOGLE], LADDER_USE); /* it was not its fault */
    http_close(house.outside.http);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_is_cut_into_its_sentences),
        cmocka_unit_test(what_has_no_place_of_its_own_is_said_with_the_last),
        cmocka_unit_test(a_vendor_is_not_asked_to_speak_words_for_which_there_was_no_memory),
    };
    return cmocka_run_group_tests_name("dialogue/voicing", tests, set_up, tear_down);
}
