#include "providers/openai-voice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/settings.h"
#include "tests/support/answer.h"

extern const struct provider provider_speak_openai;

static struct arena a;
static const struct openai_voice theirs = {"", "sk-1", "gpt-4o-mini-tts", "wav"};
static const struct openai_voice own = {"http://127.0.0.1:8880/", "", "kokoro", "pcm"};

static int set_up(void **state)
{
    (void)state;
    arena_init(&a, (size_t)64 * 1024 * 1024);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&a);
    return 0;
}

static struct profile_voice with;

static struct provider_line line(const char *text)
{
    with = (struct profile_voice){.by = "openai"};
    return (struct provider_line){
        .text = text, .language = "uk", .locale = "uk-UA", .voice = "coral", .with = &with};
}

static struct http_request asked(const struct openai_voice *at, const struct provider_line *l)
{
    struct http_request req = {0};
    struct why why = {0};

    if (openai_voice_request(&a, at, l, &req, &why) != ERR_OK)
        fail_msg("%s", why.text);
    assert_string_equal(req.method, "POST");
    assert_string_equal(req.type, "application/json");
    return req;
}

static void a_sentence_is_asked_for_as_openai_wants_it(void **state)
{
    struct provider_line l = line("Вітаю \"усіх\"!");

    (void)state;
    struct http_request req = asked(&theirs, &l);
    assert_string_equal(req.url, "https://api.openai.com/v1/audio/speech");
    assert_string_equal(req.headers[0], "Authorization: Bearer sk-1");
    assert_null(req.headers[1]);
    assert_string_equal(req.body,
                        "{\"model\":\"gpt-4o-mini-tts\",\"voice\":\"coral\",\"input\":\"Вітаю "
                        "\\\"усіх\\\"!\",\"response_format\":\"wav\"}");
    with.speaking_rate = 1.25;
    assert_non_null(strstr(asked(&theirs, &l).body, "\"speed\":1.25}"));
}

static void a_server_of_one_s_own_needs_no_key(void **state)
{
    struct provider_line l = line("Так.");

    (void)state;
    struct http_request req = asked(&own, &l);
    assert_string_equal(req.url, "http://127.0.0.1:8880/v1/audio/speech");
    assert_null(req.headers);
    assert_non_null(strstr(req.body, "\"response_format\":\"pcm\""));
    const struct openai_voice elsewhere = {"http://127.0.0.1:5000/tts", "k", "tts-1", "wav"};
    req = asked(&elsewhere, &l);
    assert_string_equal(req.url, "http://127.0.0.1:5000/tts");
    assert_string_equal(req.headers[0], "Authorization: Bearer k");
}

static void refused(const struct openai_voice *at, const char *text, enum err want,
                    const char *part)
{
    struct http_request req = {.url = "untouched"};
    struct provider_line l = line(text);
    struct why why = {0};

    assert_int_equal(openai_voice_request(&a, at, &l, &req, &why), want);
    assert_non_null(strstr(why.text, part));
    assert_string_equal(req.url, "untouched");
}

static void what_cannot_be_asked_names_the_setting(void **state)
{
    char endless[OPENAI_VOICE_TEXT_MAX + 2];

    (void)state;
    memset(endless, 'a', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    refused(&(struct openai_voice){"", "", "m", "wav"}, "Так", ERR_CONFIG, "OPENAI_API_KEY");
    refused(&(struct openai_voice){"ftp://x", "", "m", "wav"}, "Так", ERR_CONFIG,
            "OPENAI_VOICE_URL");
    refused(&(struct openai_voice){"http://example.org", "", "m", "wav"}, "Так", ERR_CONFIG,
            "OPENAI_VOICE_URL");
    refused(&(struct openai_voice){"", "k", "m", "mp3"}, "Так", ERR_CONFIG, "OPENAI_VOICE_FORMAT");
    refused(&(struct openai_voice){"", "k", "", "wav"}, "Так", ERR_CONFIG, "OPENAI_VOICE_MODEL");
    refused(&(struct openai_voice){"", "a\nb", "m", "wav"}, "Так", ERR_CONFIG, "OPENAI_API_KEY");
    refused(&(struct openai_voice){"http://127.0.0.1", "a b", "m", "wav"}, "Так", ERR_CONFIG,
            "OPENAI_VOICE_KEY");
    refused(&theirs, " \n", ERR_VALUE, "empty");
    refused(&theirs, endless, ERR_TOO_BIG, "4097");
}

/* ---- answers ------------------------------------------------------------------------------------- */

static struct http_reply sound(const char *type, bool wav, uint32_t size)
{
    const struct pcm pcm = {.samples = arena_calloc(&a, 2400, 2), .n = 2400, .rate = 24000};
    struct buf b;

    for (size_t i = 0; i < pcm.n; i++)
        pcm.samples[i] = (int16_t)(i % 2 == 0 ? 8000 : -8000);
    buf_init(&b, &a, 1 << 16);
    if (wav) {
        assert_int_equal(wav_write(&b, &pcm, WAV_PCM16), ERR_OK);
        memcpy(b.data + 4, &size, 4);
        memcpy(b.data + 40, &size, 4);
    } else {
        buf_put(&b, pcm.samples, pcm.n * 2);
    }
    struct http_reply r = answer(200, type, "");
    r.body = buf_text(&b);
    r.len = b.len;
    return r;
}

static void sound_is_read_whatever_its_head_says_of_its_length(void **state)
{
    static const uint32_t sizes[] = {0, UINT32_MAX};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int pcm = 0; pcm < 2;
             pcm++) { /* one that sends a WAV although pcm was asked for, too */
            struct http_reply r = sound("audio/wav", true, sizes[i]);
            struct failure f = {0};
            struct pcm got = {0};
            assert_int_equal(openai_voice_read(&a, pcm == 1, &r, &got, &f), ERR_OK);
            assert_int_equal(got.rate, 24000);
            assert_int_equal(got.n, 2400);
            assert_int_equal(got.samples[1], -8000);
        }
}

static void bare_samples_have_the_rate_that_openai_has(void **state)
{
    struct http_reply r = sound("audio/pcm", false, 0);
    struct failure f = {0};
    struct pcm got = {0};

    (void)state;
    r.len--; /* half a sample at the end is none */
    assert_int_equal(openai_voice_read(&a, true, &r, &got, &f), ERR_OK);
    assert_int_equal(got.rate, 24000);
    assert_int_equal(got.n, 2399);
    assert_int_equal(got.samples[0], 8000);
    assert_int_equal(got.samples[1], -8000);
}

static void failed(bool pcm, struct http_reply r, enum err want, enum failure_next next,
                   const char *part)
{
    struct pcm got = {.rate = 1};
    struct failure f = {0};

    assert_int_equal(openai_voice_read(&a, pcm, &r, &got, &f), want);
    assert_int_equal(f.next, next);
    if (strstr(f.why.text, part) == NULL)
        fail_msg("\"%s\" is not in: %s", part, f.why.text);
    assert_int_equal(got.rate, 1);
}

static void what_is_no_sound_is_no_answer(void **state)
{
    (void)state;
    failed(false, answer(200, "audio/wav", ""), ERR_PEER, FAILURE_BROKEN, "no sound");
    failed(false, answer(200, "audio/mpeg", "ID3 and more"), ERR_PEER, FAILURE_BROKEN, "no WAV");
    failed(true, answer(200, "text/html", "<html>fine</html>"), ERR_PEER, FAILURE_BROKEN,
           "not sound");
    failed(true, answer_json(200, "{\"audio\":1}"), ERR_PEER, FAILURE_BROKEN, "not sound");
    struct http_reply silent = sound("audio/pcm", false, 0);
    silent.body = arena_calloc(&a, 1, silent.len + 1);
    failed(true, silent, ERR_PEER, FAILURE_BROKEN, "silence");
}

static void a_refusal_names_what_to_mend(void **state)
{
    static const struct {
        int status;
        const char *body;
        enum err err;
        enum failure_next next;
        const char *part;
    } rows[] = {
        {401, "{\"error\":{\"message\":\"Incorrect API key\",\"code\":\"invalid_api_key\"}}",
         ERR_CONFIG, FAILURE_OPERATOR, "OPENAI_VOICE_KEY"},
        {404, "{\"error\":{\"message\":\"no\",\"code\":\"model_not_found\"}}", ERR_CONFIG,
         FAILURE_OPERATOR, "OPENAI_VOICE_MODEL"},
        {400, "{\"detail\":{\"message\":\"Voice 'x' not found\"}}", ERR_CONFIG, FAILURE_OPERATOR,
         "OPENAI_VOICE"},
        {404, "{\"detail\":\"Not Found\"}", ERR_CONFIG, FAILURE_OPERATOR, "OPENAI_VOICE_URL"},
        {429, "{\"error\":{\"code\":\"insufficient_quota\"}}", ERR_CONFIG, FAILURE_OPERATOR,
         "used up"},
        {429, "{}", ERR_PEER, FAILURE_LATER, "too often"},
        {400, "{\"error\":{\"message\":\"Invalid input\"}}", ERR_PEER, FAILURE_REQUEST, "refuses"},
        {503, "<html>", ERR_PEER, FAILURE_AGAIN, "failed"},
        {302, "", ERR_PEER, FAILURE_BROKEN, "302"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        failed(false, answer_json(rows[i].status, rows[i].body), rows[i].err, rows[i].next,
               rows[i].part);
}

static void what_it_costs_is_known_where_a_list_tells_it(void **state)
{
    (void)state;
    assert_int_equal(openai_voice_cost(&(struct openai_voice){"", "k", "tts-1", "wav"}, "абвг"),
                     60);
    assert_int_equal(openai_voice_cost(&(struct openai_voice){"", "k", "tts-1-hd", "wav"}, "абвг"),
                     120);
    assert_int_equal(openai_voice_cost(&theirs, "абвг"), PRICE_UNKNOWN);
    assert_int_equal(openai_voice_cost(&own, "абвг"), 0);
}

/* ---- the provider -------------------------------------------------------------------------------- */

static void set(const char *name, const char *value)
{
    assert_int_equal(value == NULL ? unsetenv(name) : setenv(name, value, 1), 0);
    assert_int_equal(settings_load(NULL), ERR_OK);
}

static void a_key_for_hearing_makes_nobody_speak(void **state)
{
    const struct provider *p = &provider_speak_openai;

    (void)state;
    set("OPENAI_API_KEY", "sk-1");
    assert_int_equal(p->ready(NULL, NULL), ERR_NOT_FOUND);
    set("OPENAI_VOICE", "coral");
    assert_int_equal(p->ready(NULL, NULL), ERR_OK);
    assert_string_equal(p->url(), "https://api.openai.com");
    set("OPENAI_API_KEY", NULL);
    assert_int_equal(p->ready(NULL, NULL), ERR_NOT_FOUND);
    set("OPENAI_VOICE_URL", "http://127.0.0.1:8880");
    assert_int_equal(p->ready(NULL, NULL), ERR_OK);
    set("OPENAI_VOICE_URL", NULL);
    set("OPENAI_VOICE", NULL);
}

static void it_speaks_only_the_languages_that_it_may(void **state)
{
    const struct provider *p = &provider_speak_openai;
    struct profile profile = {.language = "uk"};
    struct profile_voice v = {0};

    (void)state;
    assert_false(provider_voice(p, &profile, "uk", &v));
    set("OPENAI_VOICE", "af_bella");
    assert_true(provider_voice(p, &profile, "uk", &v));
    set("OPENAI_VOICE_LANGUAGES", "en, ru");
    assert_false(provider_voice(p, &profile, "uk", &v));
    assert_true(provider_voice(p, &profile, "ru", &v));
    assert_string_equal(v.name, "af_bella");
    profile.voice.by[0] = (struct profile_voice){.by = "openai", .name = "sage"};
    profile.voice.by_n = 1;
    assert_true(provider_voice(p, &profile, "uk", &v)); /* the profile knows better */
    assert_string_equal(v.name, "sage");
    profile.voice.by[0].name = "";
    assert_false(provider_voice(p, &profile, "ru", &v)); /* and may say no */
    set("OPENAI_VOICE_LANGUAGES", NULL);
    set("OPENAI_VOICE", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sentence_is_asked_for_as_openai_wants_it),
        cmocka_unit_test(a_server_of_one_s_own_needs_no_key),
        cmocka_unit_test(what_cannot_be_asked_names_the_setting),
        cmocka_unit_test(sound_is_read_whatever_its_head_says_of_its_length),
        cmocka_unit_test(bare_samples_have_the_rate_that_openai_has),
        cmocka_unit_test(what_is_no_sound_is_no_answer),
        cmocka_unit_test(a_refusal_names_what_to_mend),
        cmocka_unit_test(what_it_costs_is_known_where_a_list_tells_it),
        cmocka_unit_test(a_key_for_hearing_makes_nobody_speak),
        cmocka_unit_test(it_speaks_only_the_languages_that_it_may),
    };
    return cmocka_run_group_tests_name("providers/openai-voice", tests, set_up, tear_down);
}
