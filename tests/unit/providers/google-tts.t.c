#include "providers/google-tts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"
#include "tests/support/answer.h"
#include "wire/base64.h"

extern const struct provider provider_speak_google;

static struct arena a;
static const char url[] = "https://texttospeech.googleapis.com";
static const struct google_access token = {"ya29.t", NULL, "payer"};

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

static struct profile_voice with;

static struct provider_line ask(void)
{
    with = (struct profile_voice){.by = "google"};
    return (struct provider_line){.text = "Вітаю! Чим можу допомогти?",
                                  .language = "uk",
                                  .locale = "uk-UA",
                                  .voice = "uk-UA-Chirp3-HD-Leda",
                                  .with = &with,
                                  .rate = 8000};
}

static const char *asked(const struct provider_line *what)
{
    struct http_request req = {0};
    struct why why = {0};

    if (google_tts_request(&a, url, &token, what, &req, &why) != ERR_OK)
        fail_msg("%s", why.text);
    assert_string_equal(req.method, "POST");
    assert_string_equal(req.url, "https://texttospeech.googleapis.com/v1/text:synthesize");
    assert_string_equal(req.type, "application/json");
    assert_string_equal(req.headers[0], "Authorization: Bearer ya29.t");
    assert_string_equal(req.headers[1], "X-Goog-User-Project: payer");
    assert_null(req.headers[2]);
    assert_int_equal(strlen(req.body), req.len);
    return req.body;
}

static void refused(const struct provider_line *what, enum err want, const char *part)
{
    struct http_request req = {.url = "untouched"};
    struct why why = {0};

    assert_int_equal(google_tts_request(&a, url, &token, what, &req, &why), want);
    assert_non_null(strstr(why.text, part));
    assert_string_equal(req.url, "untouched");
}

static void what_was_not_configured_is_left_out(void **state)
{
    struct provider_line what = ask();

    (void)state;
    assert_string_equal(
        asked(&what), "{\"input\":{\"text\":\"Вітаю! Чим можу допомогти?\"},"
                      "\"voice\":{\"languageCode\":\"uk-UA\",\"name\":\"uk-UA-Chirp3-HD-Leda\"},"
                      "\"audioConfig\":{\"audioEncoding\":\"LINEAR16\",\"sampleRateHertz\":8000}}");
}

static void what_was_configured_is_sent(void **state)
{
    static const char *const effects[] = {"telephony-class-application", "handset-class-device"};
    struct provider_line what = ask();

    (void)state;
    what.voice = "uk-UA-Wavenet-B";
    with.speaking_rate = 1.25;
    with.pitch = -2;
    with.effects = effects;
    with.effects_n = 2;
    what.rate = 16000;
    assert_non_null(strstr(asked(&what),
                           "\"sampleRateHertz\":16000,\"speakingRate\":1.25,"
                           "\"pitch\":-2,\"effectsProfileId\":["
                           "\"telephony-class-application\",\"handset-class-device\"]}"));
}

static void a_chirp_voice_never_gets_a_pitch(void **state)
{
    struct provider_line what = ask();

    (void)state;
    with.pitch = 3;
    with.speaking_rate = 1;
    assert_null(strstr(asked(&what), "pitch"));
    assert_non_null(strstr(asked(&what), "\"speakingRate\":1}"));
}

static void five_thousand_bytes_are_the_limit(void **state)
{
    struct provider_line what = ask();
    char *text = arena_alloc(&a, GOOGLE_TTS_TEXT_MAX + 2);

    (void)state;
    assert_non_null(text);
    memset(text, 'a', GOOGLE_TTS_TEXT_MAX + 1);
    text[GOOGLE_TTS_TEXT_MAX + 1] = '\0';
    what.text = text;
    refused(&what, ERR_TOO_BIG, "5001 bytes");
    text[GOOGLE_TTS_TEXT_MAX] = '\0';
    assert_non_null(strstr(asked(&what), text));
}

static void what_google_would_refuse_is_not_asked(void **state)
{
    struct provider_line what = ask();

    (void)state;
    what.text = " \n";
    refused(&what, ERR_VALUE, "empty");
    what = ask();
    with.speaking_rate = 0.2;
    refused(&what, ERR_VALUE, "rate");
    with.speaking_rate = 2.01;
    refused(&what, ERR_VALUE, "rate");
    what = ask();
    with.pitch = 20.5;
    refused(&what, ERR_VALUE, "pitch");
    what = ask();
    with.effects_n = 9;
    refused(&what, ERR_VALUE, "effects");
    what = ask();
    what.rate = 0;
    refused(&what, ERR_VALUE, "Hz");
}

static void a_wrong_address_or_no_key_is_said(void **state)
{
    struct provider_line what = ask();
    struct http_request req = {.url = "untouched"};
    struct google_access none = {0};
    struct why why = {0};

    (void)state;
    assert_int_equal(google_tts_request(&a, "", &token, &what, &req, &why), ERR_CONFIG);
    assert_non_null(strstr(why.text, "GOOGLE_TTS_URL"));
    assert_int_equal(google_tts_request(&a, url, &none, &what, &req, &why), ERR_CONFIG);
    assert_string_equal(req.url, "untouched");
    assert_int_equal(google_tts_request(&a, "http://127.0.0.1:9/", &token, &what, &req, &why),
                     ERR_OK);
    assert_string_equal(req.url, "http://127.0.0.1:9/v1/text:synthesize");
}

/* ---- what is answered ----------------------------------------------------------------------- */

/* A square wave of this amplitude, as Google would answer it. */
static struct http_reply sound(int rate, size_t n, int amplitude, enum wav_coding coding)
{
    struct pcm p = {.samples = arena_calloc(&a, n + 1, sizeof(int16_t)), .n = n, .rate = rate};
    struct buf wav;
    struct buf body;

    assert_non_null(p.samples);
    for (size_t i = 0; i < n; i++)
        p.samples[i] = (int16_t)(i % 20 < 10 ? amplitude : -amplitude);
    buf_init(&wav, &a, (size_t)32 * 1024 * 1024);
    assert_int_equal(wav_write(&wav, &p, coding), ERR_OK);
    buf_init(&body, &a, (size_t)48 * 1024 * 1024);
    buf_puts(&body, "{\n  \"audioContent\": \"");
    base64_encode(&body, wav.data, wav.len);
    buf_puts(&body, "\"\n}\n");
    return answer_json(200, buf_text(&body));
}

static enum err read_it(const struct http_reply *r, struct pcm *ret, struct failure *f)
{
    *f = (struct failure){0};
    return google_tts_read(&a, r, ret, f);
}

static void assert_broken(const struct http_reply *r, const char *part)
{
    struct pcm p = {.rate = 7};
    struct failure f;

    assert_int_equal(read_it(r, &p, &f), ERR_PEER);
    assert_int_equal(f.next, FAILURE_BROKEN);
    if (strstr(f.why.text, part) == NULL)
        fail_msg("%s", f.why.text);
    assert_int_equal(p.rate, 7);
}

/* With a fact chunk in front (G.711), and over a megabyte: nothing counts on 44 bytes. */
static void the_sound_is_found_behind_any_header(void **state)
{
    static const enum wav_coding codings[] = {WAV_PCM16, WAV_MULAW, WAV_ALAW};
    struct pcm p = {0};
    struct failure f;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct http_reply r = sound(8000, 8000, 3000, codings[i]);
        assert_int_equal(read_it(&r, &p, &f), ERR_OK);
        assert_int_equal(p.n, 8000);
        assert_int_equal(p.rate, 8000);
        assert_in_range(p.samples[5], 2800, 3200);
    }
    struct http_reply large = sound(24000, 24000 * 30, 3000, WAV_PCM16);
    assert_true(large.len > 1 << 20);
    assert_int_equal(read_it(&large, &p, &f), ERR_OK);
    assert_int_equal(p.n, 24000 * 30);
    assert_int_equal(p.rate, 24000);
}

static void no_sound_and_silence_are_failures(void **state)
{
    struct http_reply none = sound(8000, 0, 0, WAV_PCM16);
    struct http_reply silent = sound(8000, 8000, 3, WAV_PCM16);
    struct http_reply empty = answer_json(200, "{\"audioContent\":\"\"}");

    (void)state;
    assert_broken(&none, "no sound");
    assert_broken(&silent, "only silence");
    assert_broken(&empty, "no sound");
}

static void what_is_no_sound_is_broken(void **state)
{
    static const char *const bodies[] = {
        "",
        "{}",
        "[]",
        "{\"audioContent\":7}",
        "{\"audioContent\":null}",
        "{\"audioContent\":\"UklGRg",
        "{\"audioContent\":\"no base64!\"}",
        "{\"audioContent\":\"SUQzBAAAAAAA\"}",
        "<html>",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct http_reply r = answer_json(200, bodies[i]);
        assert_broken(&r, "sound");
    }
}

static void an_unknown_voice_asks_for_another(void **state)
{
    struct http_reply r = answer_json(
        400, "{\"error\":{\"code\":400,\"message\":\"Voice 'uk-UA-Wavenet-A' does not exist. Is it "
             "misspelled?\",\"status\":\"INVALID_ARGUMENT\"}}");
    struct pcm p = {.rate = 7};
    struct failure f;

    (void)state;
    assert_int_equal(read_it(&r, &p, &f), ERR_PEER);
    assert_int_equal(f.next, FAILURE_OTHER);
    assert_true(strncmp(f.why.text, "Google's voice ", 15) == 0);
    assert_int_equal(p.rate, 7);
}

static void the_voices_of_a_language_are_of_that_language(void **state)
{
    static const char *const locales[] = {"uk-UA", "ru-RU", "pl-PL", "en-US", "bg-BG"};

    (void)state;
    for (size_t i = 0; i < sizeof locales / sizeof locales[0]; i++) {
        const char *const *voice = provider_speak_google.speak.voices(locales[i]);
        int n = 0;
        assert_non_null(voice);
        for (; voice[n] != NULL; n++)
            assert_true(strncmp(voice[n], locales[i], 5) == 0);
        assert_in_range(n, 2, 8);
    }
    assert_null(provider_speak_google.speak.voices("xx-XX"));
}

static void a_voice_that_does_not_fit_the_profile_is_told(void **state)
{
    static const struct {
        struct profile_voice voice;
        const char *member, *part;
    } rows[] = {
        {{.name = "uk-UA-Chirp3-HD-Leda"}, NULL, ""},
        {{.name = "uk-UA-Wavenet-B", .pitch = 2}, NULL, ""},
        {{.name = "ru-RU-Wavenet-A"}, "name", "begins with \"uk-UA\""},
        {{.name = "uk-UA-Chirp3-HD-Leda", .pitch = 2}, "pitch", "Chirp"},
        {{.name = "uk-UA-Wavenet-B", .effects_n = 9}, "effects", "at most 8"},
    };
    const struct profile p = {.locale = "uk-UA"};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct why why = {0};
        const char *member = provider_speak_google.speak.check_voice(&p, &rows[i].voice, &why);
        assert_true((member == NULL) == (rows[i].member == NULL));
        if (member != NULL)
            assert_string_equal(member, rows[i].member);
        assert_non_null(strstr(why.text, rows[i].part));
    }
}

static void no_memory_is_said_as_such(void **state)
{
    struct provider_line what = ask();
    struct http_reply r = sound(8000, 8000, 3000, WAV_PCM16);
    struct http_request req = {0};
    struct failure f = {0};
    struct arena small;
    struct pcm p;

    (void)state;
    arena_init(&small, 0);
    assert_int_equal(google_tts_request(&small, url, &token, &what, &req, NULL), ERR_MEMORY);
    arena_release(&small);
    for (size_t ceiling = 0; ceiling < 48 * 1024; ceiling += 4096) {
        arena_init(&small, ceiling);
        assert_int_equal(google_tts_read(&small, &r, &p, &f), ERR_MEMORY);
        arena_release(&small);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_not_configured_is_left_out),
        cmocka_unit_test(what_was_configured_is_sent),
        cmocka_unit_test(a_chirp_voice_never_gets_a_pitch),
        cmocka_unit_test(five_thousand_bytes_are_the_limit),
        cmocka_unit_test(what_google_would_refuse_is_not_asked),
        cmocka_unit_test(a_wrong_address_or_no_key_is_said),
        cmocka_unit_test(the_sound_is_found_behind_any_header),
        cmocka_unit_test(no_sound_and_silence_are_failures),
        cmocka_unit_test(what_is_no_sound_is_broken),
        cmocka_unit_test(an_unknown_voice_asks_for_another),
        cmocka_unit_test(the_voices_of_a_language_are_of_that_language),
        cmocka_unit_test(a_voice_that_does_not_fit_the_profile_is_told),
        cmocka_unit_test(no_memory_is_said_as_such),
    };
    return cmocka_run_group_tests_name("providers/google-tts", tests, set_up, tear_down);
}
