#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tests/support/answer.h"
#include "providers/whisper.h"

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

static enum err read_it(const struct http_reply *r, struct provider_words *ret, struct failure *f)
{
    *f = (struct failure){0};
    return whisper_read(&a, r, ret, f);
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

static void lines_are_trimmed_and_joined_with_one_blank(void **state)
{
    static const struct {
        const char *body, *words;
    } rows[] = {
        {"{\"text\":\" Добрий день.\\n Хочу записатися.\\n\"}", "Добрий день. Хочу записатися."},
        {"{\"text\":\"Так.\",\"usage\":{\"type\":\"duration\",\"seconds\":3}}", "Так."},
        {"{\"text\":\"\\r\\n \\n\"}", ""},
        {"{\"text\":\"\"}", ""},
        {"{\"text\":\"a\\n\\n\\nb  \\r\\n\\tc\"}", "a b c"},
        {"{\"text\":\"a b\",\"segments\":[]}", "a b"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct provider_words w = heard(rows[i].body);
        assert_string_equal(w.text, rows[i].words);
        assert_true(w.confidence < 0);
    }
}

static void what_is_paid_for_is_read_as_far_as_it_is_told(void **state)
{
    static const struct {
        const char *usage;
        int64_t ms, in, out;
    } rows[] = {
        {"{\"type\":\"duration\",\"seconds\":3}", 3000, -1, -1},
        {"{\"type\":\"duration\",\"seconds\":2.1}", 3000, -1, -1},
        {"{\"type\":\"tokens\",\"input_tokens\":14,\"output_tokens\":45}", -1, 14, 45},
        {"{\"type\":\"tokens\",\"input_tokens\":-1,\"output_tokens\":1.5}", -1, -1, -1},
        {"{\"seconds\":\"3\"}", -1, -1, -1},
        {"{\"seconds\":-3}", -1, -1, -1},
        {"{\"seconds\":1e300}", -1, -1, -1},
        {"[3]", -1, -1, -1},
        {"null", -1, -1, -1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char body[160];
        (void)snprintf(body, sizeof body, "{\"text\":\"Так.\",\"usage\":%s}", rows[i].usage);
        struct provider_words w = heard(body);
        assert_int_equal(w.use.ms, rows[i].ms);
        assert_int_equal(w.use.tokens_in, rows[i].in);
        assert_int_equal(w.use.tokens_out, rows[i].out);
    }
}

static void pieces_of_silence_are_left_out(void **state)
{
    (void)state;
    struct provider_words w = heard(
        "{\"task\":\"transcribe\",\"language\":\"ukrainian\",\"duration\":4.1,\"text\":\" Так. "
        "Дякую "
        "за перегляд!\",\"segments\":[{\"id\":0,\"text\":\" Так.\",\"avg_logprob\":-0.25,"
        "\"no_speech_prob\":0.01},{\"id\":1,\"text\":\" Дякую за перегляд!\",\"avg_logprob\":-1.3,"
        "\"no_speech_prob\":0.92}]}");
    assert_string_equal(w.text, "Так.");
    assert_true(fabs(w.confidence - exp(-0.25)) < 1e-9);
    w = heard("{\"text\":\" Дякую за перегляд!\",\"segments\":[{\"text\":\" Дякую за перегляд!\","
              "\"avg_logprob\":-1.3,\"no_speech_prob\":0.92}]}");
    assert_string_equal(w.text, "");
    assert_true(w.confidence < 0);
}

/* Only both figures together make silence; where they are missing, nothing is dropped. */
static void doubtful_pieces_stay(void **state)
{
    static const char *const figures[] = {
        "\"avg_logprob\":-1.3,\"no_speech_prob\":0.2",
        "\"avg_logprob\":-0.2,\"no_speech_prob\":0.95",
        "\"no_speech_prob\":0.95",
        "\"avg_logprob\":-3",
        "\"avg_logprob\":null,\"no_speech_prob\":\"0.95\"",
    };

    (void)state;
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
        assert_string_equal(
            heard(arena_printf(&a, "{\"text\":\"x\",\"segments\":[{\"text\":\" Так.\",%s},7,{}]}",
                               figures[i]))
                .text,
            "Так.");
}

static void what_is_no_transcript_is_broken(void **state)
{
    static const char *const bodies[] = {
        "",  "[]",     "{}",         "{\"text\":7}",     "{\"text\":\"a",
        "7", "<html>", "plain text", "{\"error\":\"x\"}"};

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

#define ERROR(message, type, code)                                                                 \
    "{\"error\":{\"message\":\"" message "\",\"type\":\"" type "\",\"param\":null,\"code\":" code  \
    "}}"

static void each_refusal_is_known(void **state)
{
    static const struct {
        int status;
        const char *body;
        enum err err;
        enum failure_next next;
        const char *part;
    } rows[] = {
        {401,
         ERROR("Incorrect API key provided: sk-ab12", "invalid_request_error",
               "\"invalid_api_key\""),
         ERR_CONFIG, FAILURE_OPERATOR, "OPENAI_API_KEY"},
        {429,
         ERROR("You exceeded your current quota", "insufficient_quota", "\"insufficient_quota\""),
         ERR_CONFIG, FAILURE_OPERATOR, "used up"},
        {429, ERROR("Rate limit reached", "requests", "\"rate_limit_exceeded\""), ERR_PEER,
         FAILURE_LATER, "too often"},
        {413, ERROR("Maximum content size limit (26214400) exceeded", "server_error", "null"),
         ERR_TOO_BIG, FAILURE_REQUEST, "size"},
        {413, "<html>", ERR_TOO_BIG, FAILURE_REQUEST, "size"},
        {400, ERROR("Audio file is too short. Minimum audio length is 0.1 seconds.", "x", "null"),
         ERR_FORMAT, FAILURE_REQUEST, "short"},
        {400, ERROR("Invalid file format. Supported formats: [...]", "x", "null"), ERR_FORMAT,
         FAILURE_REQUEST, "cannot read"},
        {404, ERROR("The model `w` does not exist", "x", "\"model_not_found\""), ERR_CONFIG,
         FAILURE_OPERATOR, "WHISPER_MODEL"},
        {403, ERROR("Country not supported", "x", "null"), ERR_CONFIG, FAILURE_OPERATOR, "key"},
        {500, ERROR("The server had an error", "server_error", "null"), ERR_PEER, FAILURE_AGAIN,
         "failed"},
        {503, "", ERR_PEER, FAILURE_AGAIN, "failed"},
        {400, "Invalid request", ERR_FORMAT, FAILURE_REQUEST, "cannot read"},
        {500, "{\"error\":\"failed to process audio\"}", ERR_FORMAT, FAILURE_REQUEST,
         "cannot read"},
        {500, "500 Internal Server Error\nstof", ERR_PEER, FAILURE_AGAIN, "failed"},
        {404, "File Not Found (/inference)", ERR_CONFIG, FAILURE_OPERATOR, "WHISPER_URL"},
        {408, "", ERR_PEER, FAILURE_AGAIN, "gave up"},
        {418, "", ERR_PEER, FAILURE_REQUEST, "refuses"},
        {302, "", ERR_PEER, FAILURE_BROKEN, "302"},
        {0, "", ERR_PEER, FAILURE_BROKEN, "status 0"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct provider_words w = {.text = "untouched"};
        struct http_reply r = answer(rows[i].status, "text/plain", rows[i].body);
        struct failure f;
        enum err e = read_it(&r, &w, &f);
        if (e != rows[i].err || f.next != rows[i].next || strstr(f.why.text, rows[i].part) == NULL)
            fail_msg("row %zu: %s, step %d, \"%s\"", i, err_name(e), (int)f.next, f.why.text);
        assert_string_equal(w.text, "untouched");
    }
}

static void what_the_server_said_is_told_to_nobody(void **state)
{
    struct http_reply r =
        answer_json(429, ERROR("Slow down", "requests", "\"rate_limit_exceeded\""));
    struct provider_words w;
    struct failure f;

    (void)state;
    assert_int_equal(read_it(&r, &w, &f), ERR_PEER);
    assert_null(strstr(f.why.text, "Slow"));
}

static void no_memory_is_said_as_such(void **state)
{
    struct http_reply good = answer_json(200, "{\"text\":\"a\"}");
    struct http_reply bad = answer_json(400, "{\"error\":{}}");
    struct provider_words w = {.text = "untouched"};
    struct failure f = {0};
    struct arena small;

    (void)state;
    arena_init(&small, 0);
    assert_int_equal(whisper_read(&small, &good, &w, &f), ERR_MEMORY);
    assert_int_equal(whisper_read(&small, &bad, &w, &f), ERR_MEMORY);
    assert_string_equal(w.text, "untouched");
    arena_release(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_trimmed_and_joined_with_one_blank),
        cmocka_unit_test(what_is_paid_for_is_read_as_far_as_it_is_told),
        cmocka_unit_test(pieces_of_silence_are_left_out),
        cmocka_unit_test(doubtful_pieces_stay),
        cmocka_unit_test(what_is_no_transcript_is_broken),
        cmocka_unit_test(each_refusal_is_known),
        cmocka_unit_test(what_the_server_said_is_told_to_nobody),
        cmocka_unit_test(no_memory_is_said_as_such),
    };
    return cmocka_run_group_tests_name("providers/whisper-read", tests, set_up, tear_down);
}
