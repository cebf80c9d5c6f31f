#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tests/support/answer.h"
#include "providers/google-stt.h"

static struct arena a;

static int set_up(void **state)
{
    (void)state;
    arena_init(&a, (size_t)256 * 1024 * 1024);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&a);
    return 0;
}

static enum err read_it(const struct http_reply *r, struct provider_words *ret, struct failure *f)
{
    *f = (struct failure){0};
    return google_stt_read(&a, r, ret, f);
}

static struct provider_words heard(const char *body)
{
    struct provider_words words = {0};
    struct http_reply r = answer_json(200, body);
    struct failure f;

    if (read_it(&r, &words, &f) != ERR_OK)
        fail_msg("%s", f.why.text);
    return words;
}

static bool is_about(double x, double want)
{
    return fabs(x - want) < 1e-9;
}

static void the_words_of_both_versions_are_read(void **state)
{
    (void)state;
    struct provider_words w =
        heard("{\"results\":[{\"alternatives\":[{\"transcript\":\"хочу записатися на завтра\","
              "\"confidence\":0.9382}],\"resultEndTime\":\"2.480s\",\"languageCode\":\"uk-ua\"}],"
              "\"totalBilledTime\":\"3s\",\"requestId\":\"1234567890123456789\"}");
    assert_string_equal(w.text, "хочу записатися на завтра");
    assert_true(is_about(w.confidence, 0.9382));
    assert_int_equal(w.use.ms, 3000);
    w = heard(
        "{\"results\":[{\"alternatives\":[{\"transcript\":\"хочу записатися на завтра\","
        "\"confidence\":0.91}],\"resultEndOffset\":\"2.480s\",\"languageCode\":\"uk-UA\"}],"
        "\"metadata\":{\"totalBilledDuration\":\"3s\",\"requestId\":\"6f1c2b1e-0000-4000-8000-"
        "000000000001\"}}");
    assert_string_equal(w.text, "хочу записатися на завтра");
    assert_true(is_about(w.confidence, 0.91));
    assert_int_equal(w.use.ms, 3000);
}

static void pieces_are_joined_without_a_separator(void **state)
{
    (void)state;
    struct provider_words w = heard(
        "{\"results\":[{\"alternatives\":[{\"transcript\":\"добрий день\",\"confidence\":0.9},"
        "{\"transcript\":\"добрий пень\"}]},{\"alternatives\":[{\"words\":[]}]},"
        "{\"alternatives\":[{\"transcript\":\"\"}]},{},{\"alternatives\":[]},"
        "{\"alternatives\":[{\"transcript\":\" на завтра \",\"confidence\":0.8}]}]}");
    assert_string_equal(w.text, "добрий день на завтра");
    assert_true(is_about(w.confidence, 0.8));
    assert_int_equal(w.use.ms, -1);
}

static void a_sentence_does_not_stick_to_the_one_before(void **state)
{
    (void)state;
    struct provider_words w =
        heard("{\"results\":[{\"alternatives\":[{\"transcript\":\"Добрий день.\"}]},"
              "{\"alternatives\":[{\"transcript\":\"Мене звати\"}]},"
              "{\"alternatives\":[{\"transcript\":\" Олена.\"}]}]}");
    assert_string_equal(w.text, "Добрий день. Мене звати Олена.");
}

static void an_unset_confidence_is_unknown_not_bad(void **state)
{
    (void)state;
    assert_true(heard("{\"results\":[{\"alternatives\":[{\"transcript\":\"так\"}]}]}").confidence <
                0);
    assert_true(
        heard("{\"results\":[{\"alternatives\":[{\"transcript\":\"так\",\"confidence\":0.0}]"
              "}]}")
            .confidence < 0);
    assert_true(
        heard("{\"results\":[{\"alternatives\":[{\"transcript\":\"так\",\"confidence\":9}]}]}")
            .confidence < 0);
}

static void no_results_is_nothing_heard(void **state)
{
    static const char *const bodies[] = {
        "{}",
        "{\"results\":[]}",
        "{\"results\":null}",
        "{\"totalBilledTime\":\"0s\",\"requestId\":\"1\"}",
        "{\"metadata\":{\"totalBilledDuration\":\"0s\"}}",
        "{\"results\":[{\"alternatives\":[{\"words\":[]}]}]}",
        "{\"results\":[{\"alternatives\":[{\"transcript\":\" \"}]}]}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct provider_words w = heard(bodies[i]);
        assert_string_equal(w.text, "");
        assert_true(w.confidence < 0);
    }
    assert_int_equal(heard("{\"totalBilledTime\":\"1.001s\"}").use.ms, 1001);
    assert_int_equal(heard("{\"totalBilledTime\":\"x\"}").use.ms, -1);
}

static void what_is_no_result_is_broken(void **state)
{
    static const char *const bodies[] = {"",     "[]",    "7", "{\"results\":7}", "{\"results\":[",
                                         "null", "<html>"};

    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct provider_words w = {.text = "untouched"};
        struct http_reply r = answer_json(200, bodies[i]);
        struct failure f;
        assert_int_equal(read_it(&r, &w, &f), ERR_PEER);
        assert_int_equal(f.next, FAILURE_BROKEN);
        assert_string_equal(w.text, "untouched");
    }
}

static void a_model_without_the_language_asks_for_another(void **state)
{
    struct provider_words w = {.text = "untouched"};
    struct http_reply r = answer_json(
        400, "{\"error\":{\"code\":400,\"message\":\"Invalid recognition 'config': The requested "
             "model is currently not supported for language : uk-UA.\",\"status\":"
             "\"INVALID_ARGUMENT\"}}");
    struct failure f;

    (void)state;
    assert_int_equal(read_it(&r, &w, &f), ERR_PEER);
    assert_int_equal(f.next, FAILURE_OTHER);
    assert_true(strncmp(f.why.text, "Google's speech recognition ", 28) == 0);
    assert_string_equal(w.text, "untouched");
}

static void no_memory_is_said_as_such(void **state)
{
    struct provider_words w = {.text = "untouched"};
    struct http_reply r = answer_json(200, "{\"results\":[]}");
    struct failure f = {0};
    struct arena small;

    (void)state;
    arena_init(&small, 0);
    assert_int_equal(google_stt_read(&small, &r, &w, &f), ERR_MEMORY);
    assert_string_equal(w.text, "untouched");
    arena_release(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_words_of_both_versions_are_read),
        cmocka_unit_test(pieces_are_joined_without_a_separator),
        cmocka_unit_test(a_sentence_does_not_stick_to_the_one_before),
        cmocka_unit_test(an_unset_confidence_is_unknown_not_bad),
        cmocka_unit_test(no_results_is_nothing_heard),
        cmocka_unit_test(what_is_no_result_is_broken),
        cmocka_unit_test(a_model_without_the_language_asks_for_another),
        cmocka_unit_test(no_memory_is_said_as_such),
    };
    return cmocka_run_group_tests_name("providers/google-stt-read", tests, set_up, tear_down);
}
