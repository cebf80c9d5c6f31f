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

static enum err read_it(const struct http_reply *r, struct google_stt_words *ret, struct verdict *v,
                        struct why *why)
{
    *why = (struct why){0};
    memset(v, 0x55, sizeof *v);
    return google_stt_read(&a, r, ret, v, why);
}

static struct google_stt_words heard(const char *body)
{
    struct google_stt_words words = {0};
    struct http_reply r = answer_json(200, body);
    struct verdict v;
    struct why why;

    if (read_it(&r, &words, &v, &why) != ERR_OK)
        fail_msg("%s", why.text);
    assert_int_equal(v.kind, VERDICT_DONE);
    return words;
}

static bool is_about(double x, double want)
{
    return fabs(x - want) < 1e-9;
}

static void the_words_of_both_versions_are_read(void **state)
{
    (void)state;
    struct google_stt_words w =
        heard("{\"results\":[{\"alternatives\":[{\"transcript\":\"хочу записатися на завтра\","
              "\"confidence\":0.9382}],\"resultEndTime\":\"2.480s\",\"languageCode\":\"uk-ua\"}],"
              "\"totalBilledTime\":\"3s\",\"requestId\":\"1234567890123456789\"}");
    assert_string_equal(w.text, "хочу записатися на завтра");
    assert_true(is_about(w.confidence, 0.9382));
    assert_int_equal(w.billed_ms, 3000);
    w = heard(
        "{\"results\":[{\"alternatives\":[{\"transcript\":\"хочу записатися на завтра\","
        "\"confidence\":0.91}],\"resultEndOffset\":\"2.480s\",\"languageCode\":\"uk-UA\"}],"
        "\"metadata\":{\"totalBilledDuration\":\"3s\",\"requestId\":\"6f1c2b1e-0000-4000-8000-"
        "000000000001\"}}");
    assert_string_equal(w.text, "хочу записатися на завтра");
    assert_true(is_about(w.confidence, 0.91));
    assert_int_equal(w.billed_ms, 3000);
}

static void pieces_are_joined_without_a_separator(void **state)
{
    (void)state;
    struct google_stt_words w = heard(
        "{\"results\":[{\"alternatives\":[{\"transcript\":\"добрий день\",\"confidence\":0.9},"
        "{\"transcript\":\"добрий пень\"}]},{\"alternatives\":[{\"words\":[]}]},"
        "{\"alternatives\":[{\"transcript\":\"\"}]},{},{\"alternatives\":[]},"
        "{\"alternatives\":[{\"transcript\":\" на завтра \",\"confidence\":0.8}]}]}");
    assert_string_equal(w.text, "добрий день на завтра");
    assert_true(is_about(w.confidence, 0.8));
    assert_int_equal(w.billed_ms, -1);
}

static void a_sentence_does_not_stick_to_the_one_before(void **state)
{
    (void)state;
    struct google_stt_words w =
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
        struct google_stt_words w = heard(bodies[i]);
        assert_string_equal(w.text, "");
        assert_true(w.confidence < 0);
    }
    assert_int_equal(heard("{\"totalBilledTime\":\"1.001s\"}").billed_ms, 1001);
    assert_int_equal(heard("{\"totalBilledTime\":\"x\"}").billed_ms, -1);
}

static void what_is_no_result_is_broken(void **state)
{
    static const char *const bodies[] = {"",     "[]",    "7", "{\"results\":7}", "{\"results\":[",
                                         "null", "<html>"};

    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct google_stt_words w = {.text = "untouched"};
        struct http_reply r = answer_json(200, bodies[i]);
        struct verdict v;
        struct why why;
        assert_int_equal(read_it(&r, &w, &v, &why), ERR_PEER);
        assert_int_equal(v.kind, VERDICT_BROKEN);
        assert_string_equal(w.text, "untouched");
    }
}

static void a_model_without_the_language_asks_for_another(void **state)
{
    struct google_stt_words w = {.text = "untouched"};
    struct http_reply r = answer_json(
        400, "{\"error\":{\"code\":400,\"message\":\"Invalid recognition 'config': The requested "
             "model is currently not supported for language : uk-UA.\",\"status\":"
             "\"INVALID_ARGUMENT\"}}");
    struct verdict v;
    struct why why;

    (void)state;
    assert_int_equal(read_it(&r, &w, &v, &why), ERR_PEER);
    assert_int_equal(v.kind, VERDICT_OTHER_MODEL);
    assert_true(strncmp(why.text, "Google's speech recognition ", 28) == 0);
    assert_string_equal(w.text, "untouched");
}

static void no_memory_is_said_as_such(void **state)
{
    struct google_stt_words w = {.text = "untouched"};
    struct http_reply r = answer_json(200, "{\"results\":[]}");
    struct verdict v;
    struct arena small;

    (void)state;
    arena_init(&small, 0);
    assert_int_equal(google_stt_read(&small, &r, &w, &v, NULL), ERR_MEMORY);
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
