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

static struct google_tts_ask ask(void)
{
    return (struct google_tts_ask){.text = "Вітаю! Чим можу допомогти?",
                                   .language = "uk-UA",
                                   .voice = "uk-UA-Chirp3-HD-Leda",
                                   .rate = 8000};
}

static const char *asked(const struct google_tts_ask *what)
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

static void refused(const struct google_tts_ask *what, enum err want, const char *part)
{
    struct http_request req = {.url = "untouched"};
    struct why why = {0};

    assert_int_equal(google_tts_request(&a, url, &token, what, &req, &why), want);
    assert_non_null(strstr(why.text, part));
    assert_string_equal(req.url, "untouched");
}

static void what_was_not_configured_is_left_out(void **state)
{
    struct google_tts_ask what = ask();

    (void)state;
    assert_string_equal(
        asked(&what), "{\"input\":{\"text\":\"Вітаю! Чим можу допомогти?\"},"
                      "\"voice\":{\"languageCode\":\"uk-UA\",\"name\":\"uk-UA-Chirp3-HD-Leda\"},"
                      "\"audioConfig\":{\"audioEncoding\":\"LINEAR16\",\"sampleRateHertz\":8000}}");
}

static void what_was_configured_is_sent(void **state)
{
    static const char *const effects[] = {"telephony-class-application", "handset-class-device"};
    struct google_tts_ask what = ask();

    (void)state;
    what.voice = "uk-UA-Wavenet-B";
    what.speaking_rate = 1.25;
    what.pitch = -2;
    what.effects = effects;
    what.effects_n = 2;
    what.rate = 16000;
    assert_non_null(strstr(asked(&what),
                           "\"sampleRateHertz\":16000,\"speakingRate\":1.25,"
                           "\"pitch\":-2,\"effectsProfileId\":["
                           "\"telephony-class-application\",\"handset-class-device\"]}"));
}

static void a_chirp_voice_never_gets_a_pitch(void **state)
{
    struct google_tts_ask what = ask();

    (void)state;
    what.pitch = 3;
    what.speaking_rate = 1;
    assert_null(strstr(asked(&what), "pitch"));
    assert_non_null(strstr(asked(&what), "\"speakingRate\":1}"));
    assert_true(google_tts_is_chirp("uk-UA-Chirp3-HD-Kore"));
    assert_true(google_tts_is_chirp("en-US-Chirp-HD-D"));
    assert_false(google_tts_is_chirp("uk-UA-Wavenet-B"));
}

static void five_thousand_bytes_are_the_limit(void **state)
{
    struct google_tts_ask what = ask();
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
    struct google_tts_ask what = ask();

    (void)state;
    what.text = " \n";
    refused(&what, ERR_VALUE, "empty");
    what = ask();
    what.speaking_rate = 0.2;
    refused(&what, ERR_VALUE, "rate");
    what.speaking_rate = 2.01;
    refused(&what, ERR_VALUE, "rate");
    what = ask();
    what.pitch = 20.5;
    refused(&what, ERR_VALUE, "pitch");
    what = ask();
    what.effects_n = 9;
    refused(&what, ERR_VALUE, "effects");
    what = ask();
    what.rate = 0;
    refused(&what, ERR_VALUE, "Hz");
}

static void a_wrong_address_or_no_key_is_said(void **state)
{
    struct google_tts_ask what = ask();
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

static enum err read_it(const struct http_reply *r, struct pcm *ret, struct verdict *v,
                        struct why *why)
{
    *why = (struct why){0};
    memset(v, 0x55, sizeof *v);
    return google_tts_read(&a, r, ret, v, why);
}

static void assert_broken(const struct http_reply *r, const char *part)
{
    struct pcm p = {.rate = 7};
    struct verdict v;
    struct why why;

    assert_int_equal(read_it(r, &p, &v, &why), ERR_PEER);
    assert_int_equal(v.kind, VERDICT_BROKEN);
    if (strstr(why.text, part) == NULL)
        fail_msg("%s", why.text);
    assert_int_equal(p.rate, 7);
}

/* With a fact chunk in front (G.711), and over a megabyte: nothing counts on 44 bytes. */
static void the_sound_is_found_behind_any_header(void **state)
{
    static const enum wav_coding codings[] = {WAV_PCM16, WAV_MULAW, WAV_ALAW};
    struct pcm p = {0};
    struct verdict v;
    struct why why;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct http_reply r = sound(8000, 8000, 3000, codings[i]);
        assert_int_equal(read_it(&r, &p, &v, &why), ERR_OK);
        assert_int_equal(v.kind, VERDICT_DONE);
        assert_int_equal(p.n, 8000);
        assert_int_equal(p.rate, 8000);
        assert_in_range(p.samples[5], 2800, 3200);
    }
    struct http_reply large = sound(24000, 24000 * 30, 3000, WAV_PCM16);
    assert_true(large.len > 1 << 20);
    assert_int_equal(read_it(&large, &p, &v, &why), ERR_OK);
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
    struct verdict v;
    struct why why;

    (void)state;
    assert_int_equal(read_it(&r, &p, &v, &why), ERR_PEER);
    assert_int_equal(v.kind, VERDICT_OTHER_VOICE);
    assert_true(strncmp(why.text, "Google's voice ", 15) == 0);
    assert_int_equal(p.rate, 7);
}

static void the_voices_of_a_language_come_to_an_end(void **state)
{
    static const char *const languages[] = {"uk-UA", "ru-RU", "pl-PL", "en-US", "bg-BG"};

    (void)state;
    for (size_t i = 0; i < sizeof languages / sizeof languages[0]; i++) {
        const char *voice = "gone-Wavenet-A";
        int n = 0;
        while ((voice = google_tts_next_voice(languages[i], voice)) != NULL) {
            assert_true(strncmp(voice, languages[i], 5) == 0);
            n++;
        }
        assert_in_range(n, 2, 8);
    }
    assert_string_equal(google_tts_next_voice("uk-UA", "uk-UA-Wavenet-A"), "uk-UA-Chirp3-HD-Leda");
    assert_string_equal(google_tts_next_voice("uk-UA", "uk-UA-Wavenet-B"), "uk-UA-Standard-B");
    assert_null(google_tts_next_voice("uk-UA", "uk-UA-Standard-B"));
    assert_null(google_tts_next_voice("xx-XX", ""));
}

static void no_memory_is_said_as_such(void **state)
{
    struct google_tts_ask what = ask();
    struct http_reply r = sound(8000, 8000, 3000, WAV_PCM16);
    struct http_request req = {0};
    struct verdict v;
    struct arena small;
    struct pcm p;

    (void)state;
    arena_init(&small, 0);
    assert_int_equal(google_tts_request(&small, url, &token, &what, &req, NULL), ERR_MEMORY);
    arena_release(&small);
    for (size_t ceiling = 0; ceiling < 48 * 1024; ceiling += 4096) {
        arena_init(&small, ceiling);
        assert_int_equal(google_tts_read(&small, &r, &p, &v, NULL), ERR_MEMORY);
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
        cmocka_unit_test(the_voices_of_a_language_come_to_an_end),
        cmocka_unit_test(no_memory_is_said_as_such),
    };
    return cmocka_run_group_tests_name("providers/google-tts", tests, set_up, tear_down);
}
