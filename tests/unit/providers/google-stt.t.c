#include "providers/google-stt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tests/support/answer.h"

static struct arena a;
static const struct google_access token = {"ya29.t", NULL, NULL};
static const struct google_access key = {NULL, "AIza", NULL};
static const struct google_stt v1 = {"https://speech.googleapis.com", "v1", "global", ""};
static const struct google_stt v2 = {"https://speech.googleapis.com", "v2", "global", "salon-1"};

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

static const int16_t samples[] = {0, 256, -1};

static struct provider_utterance ask(enum recording_coding coding, int rate)
{
    return (struct provider_utterance){
        .sound = {.coding = coding, .rate = rate, .data = samples, .n = sizeof samples},
        .locale = "uk-UA",
        .punctuation = true};
}

static enum err request(const struct google_stt *at, const struct google_access *with,
                        const struct provider_utterance *what, struct http_request *ret,
                        struct why *why)
{
    *why = (struct why){0};
    return google_stt_request(&a, at, with, what, ret, why);
}

static struct http_request asked(const struct google_stt *at, const struct provider_utterance *what)
{
    struct http_request req = {0};
    struct why why;

    if (request(at, &token, what, &req, &why) != ERR_OK)
        fail_msg("%s", why.text);
    assert_int_equal(strlen(req.body), req.len);
    assert_string_equal(req.method, "POST");
    assert_string_equal(req.type, "application/json");
    assert_string_equal(request_header(&req, "Authorization:"), "Authorization: Bearer ya29.t");
    assert_null(request_header(&req, "Expect"));
    assert_int_equal(req.reply_max, GOOGLE_STT_REPLY_MAX);
    return req;
}

static void refused(const struct google_stt *at, const struct google_access *with,
                    const struct provider_utterance *what, enum err want, const char *part)
{
    struct http_request req = {.url = "untouched"};
    struct why why;

    assert_int_equal(request(at, with, what, &req, &why), want);
    if (strstr(why.text, part) == NULL)
        fail_msg("%s", why.text);
    assert_string_equal(req.url, "untouched");
}

static void v1_is_asked_as_its_manual_says(void **state)
{
    static const char *const hints[] = {"на завтра", "чистка зубів"};
    struct provider_utterance what = ask(RECORDING_PCM16, 8000);

    (void)state;
    what.hints = hints;
    what.hints_n = 2;
    struct http_request req = asked(&v1, &what);
    assert_string_equal(req.url, "https://speech.googleapis.com/v1/speech:recognize");
    assert_string_equal(
        req.body,
        "{\"config\":{\"encoding\":\"LINEAR16\",\"sampleRateHertz\":8000,\"languageCode\":\"uk-"
        "UA\","
        "\"model\":\"latest_short\",\"maxAlternatives\":1,\"enableAutomaticPunctuation\":true,"
        "\"speechContexts\":[{\"phrases\":[\"на завтра\",\"чистка зубів\"],\"boost\":10}]},"
        "\"audio\":{\"content\":\"AAAAAf//\"}}");
}

static void both_are_told_the_other_languages_of_the_business(void **state)
{
    static const char *const also[] = {"ru-RU", "pl-PL"};
    struct provider_utterance what = ask(RECORDING_PCM16, 8000);

    (void)state;
    what.also = also;
    what.also_n = 2;
    struct http_request req = asked(&v1, &what);
    assert_non_null(strstr(req.body, "\"languageCode\":\"uk-UA\",\"alternativeLanguageCodes\":"
                                     "[\"ru-RU\",\"pl-PL\"]"));
    req = asked(&v2, &what); /* chirp_3 takes two languages */
    assert_non_null(strstr(req.body, "\"languageCodes\":[\"uk-UA\",\"ru-RU\"]"));
}

static void v2_is_asked_as_its_manual_says(void **state)
{
    static const char *const hints[] = {"стоматологія"};
    struct provider_utterance what = ask(RECORDING_ALAW, 8000);
    struct google_stt at = v2;

    (void)state;
    at.location = "eu";
    what.hints = hints;
    what.hints_n = 1;
    what.punctuation = false;
    struct http_request req = asked(&at, &what);
    assert_string_equal(req.url,
                        "https://eu-speech.googleapis.com/v2/projects/salon-1/locations/eu/"
                        "recognizers/_:recognize");
    assert_string_equal(
        req.body,
        "{\"config\":{\"explicitDecodingConfig\":{\"encoding\":\"ALAW\",\"sampleRateHertz\":8000,"
        "\"audioChannelCount\":1},\"languageCodes\":[\"uk-UA\"],\"model\":\"chirp_3\","
        "\"features\":{\"enableAutomaticPunctuation\":false,\"maxAlternatives\":1},"
        "\"adaptation\":{\"phraseSets\":[{\"inlinePhraseSet\":{\"phrases\":[{\"value\":"
        "\"стоматологія\",\"boost\":10}]}}]}},\"content\":\"AAAAAf//\"}");
}

static void host_and_location_always_go_together(void **state)
{
    static const struct {
        const char *url, *location, *want;
    } rows[] = {
        {"https://speech.googleapis.com", "global", "https://speech.googleapis.com/v2/"},
        {"https://speech.googleapis.com/", "", "https://speech.googleapis.com/v2/"},
        {"https://speech.googleapis.com", "europe-west4",
         "https://europe-west4-speech.googleapis.com/v2/"},
        {"https://eu-speech.googleapis.com", "eu", "https://eu-speech.googleapis.com/v2/"},
        {"https://speech.googleapis.com:443", "us", "https://us-speech.googleapis.com:443/v2/"},
        {"http://127.0.0.1:9000", "eu", "http://127.0.0.1:9000/v2/"},
        {"https://proxy.example/google/", "eu", "https://proxy.example/google/v2/"},
    };
    struct provider_utterance what = ask(RECORDING_PCM16, 8000);

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct google_stt at = {rows[i].url, "v2", rows[i].location, "salon-1"};
        struct http_request req = asked(&at, &what);
        const char *rest = req.url + strlen(rows[i].want);
        assert_memory_equal(req.url, rows[i].want, strlen(rows[i].want));
        assert_string_equal(rest,
                            arena_printf(&a,
                                         "projects/salon-1/locations/%s/recognizers/_:"
                                         "recognize",
                                         *rows[i].location == '\0' ? "global" : rows[i].location));
    }
}

static void settings_that_do_not_go_together_are_told(void **state)
{
    struct provider_utterance what = ask(RECORDING_PCM16, 8000);
    struct google_stt at = v2;

    (void)state;
    refused(&v2, &key, &what, ERR_CONFIG, "takes no API key");
    at.project = "";
    refused(&at, &token, &what, ERR_CONFIG, "project_id");
    at.project = "a/../b";
    refused(&at, &token, &what, ERR_CONFIG, "project_id");
    at = v2;
    at.location = "eu/x";
    refused(&at, &token, &what, ERR_CONFIG, "GOOGLE_STT_LOCATION");
    at.location = "eu";
    at.url = "https://us-speech.googleapis.com";
    refused(&at, &token, &what, ERR_CONFIG, "another location");
    at.location = "global";
    refused(&at, &token, &what, ERR_CONFIG, "another location");
    at = v1;
    at.api = "v3";
    refused(&at, &token, &what, ERR_CONFIG, "v1 or v2");
    at = v1;
    at.url = "";
    refused(&at, &token, &what, ERR_CONFIG, "GOOGLE_STT_URL");
    at.url = "http://speech.googleapis.com";
    refused(&at, &token, &what, ERR_CONFIG, "GOOGLE_STT_URL");
    refused(&v1, &(struct google_access){NULL, "", NULL}, &what, ERR_CONFIG, "not configured");
}

static void a_key_alone_is_enough_for_v1(void **state)
{
    struct provider_utterance what = ask(RECORDING_PCM16, 8000);
    struct http_request req = {0};
    struct why why;

    (void)state;
    assert_int_equal(request(&v1, &key, &what, &req, &why), ERR_OK);
    assert_string_equal(req.headers[0], "X-Goog-Api-Key: AIza");
    assert_null(strstr(req.url, "AIza"));
}

static void models_are_named_as_each_version_names_them(void **state)
{
    static const struct {
        const char *model, *first, *second;
    } rows[] = {
        {"", "\"latest_short\"", "\"short\""},
        {NULL, "\"latest_short\"", "\"short\""},
        {"latest_long", "\"latest_long\"", "\"long\""},
        {"short", "\"latest_short\"", "\"short\""},
        {"command_and_search", "\"command_and_search\"", "\"command_and_search\""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct provider_utterance what = ask(RECORDING_PCM16, 8000);
        what.model = rows[i].model;
        struct http_request req = asked(&v1, &what);
        assert_non_null(strstr(req.body, arena_printf(&a, "\"model\":%s", rows[i].first)));
        req = asked(&v2, &what);
        assert_non_null(strstr(req.body, arena_printf(&a, "\"model\":%s", rows[i].second)));
    }
}

static void each_coding_goes_as_its_version_takes_it(void **state)
{
    static const struct {
        enum recording_coding coding;
        int rate;
        const char *first, *second; /* NULL: refused */
    } rows[] = {
        {RECORDING_PCM16, 16000, "\"encoding\":\"LINEAR16\",\"sampleRateHertz\":16000,",
         "{\"encoding\":\"LINEAR16\",\"sampleRateHertz\":16000,"},
        {RECORDING_MULAW, 8000, "\"encoding\":\"MULAW\",\"sampleRateHertz\":8000,",
         "{\"encoding\":\"MULAW\",\"sampleRateHertz\":8000,"},
        {RECORDING_ALAW, 8000, NULL, "\"ALAW\""},
        {RECORDING_FLAC, 0, "\"encoding\":\"FLAC\",\"languageCode\"", "\"autoDecodingConfig\":{}"},
        {RECORDING_WEBM, 0, "\"encoding\":\"WEBM_OPUS\",\"sampleRateHertz\":48000,",
         "\"autoDecodingConfig\":{}"},
        {RECORDING_MP3, 0, NULL, "\"autoDecodingConfig\":{}"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct provider_utterance what = ask(rows[i].coding, rows[i].rate);
        if (rows[i].first == NULL)
            refused(&v1, &token, &what, ERR_FORMAT, "does not take this format");
        else
            assert_non_null(strstr(asked(&v1, &what).body, rows[i].first));
        assert_non_null(strstr(asked(&v2, &what).body, rows[i].second));
    }
    struct provider_utterance slow = ask(RECORDING_PCM16, 4000);
    refused(&v1, &token, &slow, ERR_FORMAT, "8000 to 48000");
    struct provider_utterance fast = ask(RECORDING_PCM16, 96000);
    refused(&v2, &token, &fast, ERR_FORMAT, "8000 to 48000");
}

static void ogg_tells_its_rate_itself(void **state)
{
    static const unsigned char head[] = {'O', 'p', 'u', 's', 'H',  'e',  'a', 'd',
                                         1,   1,   0,   0,   0x80, 0x3e, 0,   0};
    unsigned char ogg[64] = "OggS";
    struct provider_utterance what = ask(RECORDING_OGG, 0);

    (void)state;
    ogg[26] = 1; /* one segment */
    ogg[27] = 19;
    memcpy(ogg + 28, head, sizeof head);
    what.sound.data = ogg;
    what.sound.n = sizeof ogg;
    assert_non_null(
        strstr(asked(&v1, &what).body, "\"encoding\":\"OGG_OPUS\",\"sampleRateHertz\":16000,"));
    ogg[28] = 'V'; /* Vorbis */
    refused(&v1, &token, &what, ERR_FORMAT, "no Opus");
}

static void what_is_too_large_is_not_sent(void **state)
{
    struct provider_utterance what = ask(RECORDING_FLAC, 0);

    (void)state;
    what.sound.n = GOOGLE_STT_BODY_MAX / 4 * 3;
    what.sound.data = arena_calloc(&a, what.sound.n, 1);
    assert_non_null(what.sound.data);
    refused(&v1, &token, &what, ERR_TOO_BIG, "too large");
    what.sound.n -= (size_t)512 * 1024;
    struct http_request req = asked(&v1, &what);
    assert_true(req.len <= GOOGLE_STT_BODY_MAX);
}

static void no_memory_is_said_as_such(void **state)
{
    struct provider_utterance what = ask(RECORDING_PCM16, 8000);
    struct http_request req = {.url = "untouched"};
    struct arena small;

    (void)state;
    arena_init(&small, 0);
    assert_int_equal(google_stt_request(&small, &v1, &token, &what, &req, NULL), ERR_MEMORY);
    assert_string_equal(req.url, "untouched");
    arena_release(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(v1_is_asked_as_its_manual_says),
        cmocka_unit_test(both_are_told_the_other_languages_of_the_business),
        cmocka_unit_test(v2_is_asked_as_its_manual_says),
        cmocka_unit_test(host_and_location_always_go_together),
        cmocka_unit_test(settings_that_do_not_go_together_are_told),
        cmocka_unit_test(a_key_alone_is_enough_for_v1),
        cmocka_unit_test(models_are_named_as_each_version_names_them),
        cmocka_unit_test(each_coding_goes_as_its_version_takes_it),
        cmocka_unit_test(ogg_tells_its_rate_itself),
        cmocka_unit_test(what_is_too_large_is_not_sent),
        cmocka_unit_test(no_memory_is_said_as_such),
    };
    return cmocka_run_group_tests_name("providers/google-stt", tests, set_up, tear_down);
}
