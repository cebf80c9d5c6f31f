#include "providers/whisper.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tests/support/answer.h"
#include "wire/multipart.h"
#include "wire/wav.h"

static struct arena a;
static const struct whisper openai = {"https://api.openai.com", "", "sk-test", "whisper-1"};
static const struct whisper cpp = {"http://127.0.0.1:8080/inference", NULL, "", "whisper-1"};

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

static struct whisper_ask ask(void)
{
    static const unsigned char samples[] = {0, 0, 0x34, 0x12, 0xff, 0xff};

    return (struct whisper_ask){
        .sound = {.coding = RECORDING_PCM16, .rate = 16000, .data = samples, .n = sizeof samples},
        .language = "uk-UA",
        .seed = 7};
}

/* The parts of what is sent, read by holos's own reader. */
static struct multipart asked(const struct whisper *at, const struct whisper_ask *what,
                              struct http_request *ret)
{
    char boundary[MULTIPART_BOUNDARY + 1];
    struct multipart m = {0};
    struct why why = {0};

    if (whisper_request(&a, at, what, ret, &why) != ERR_OK)
        fail_msg("%s", why.text);
    assert_string_equal(ret->method, "POST");
    assert_int_equal(multipart_boundary(ret->type, boundary, NULL), ERR_OK);
    assert_int_equal(multipart_parse(&a, boundary, ret->body, ret->len, &m, NULL), ERR_OK);
    return m;
}

/* NULL: there is no such part. More than one fails. */
static const char *value(const struct multipart *m, const char *name)
{
    size_t n = 0;
    const struct multipart_part *p = multipart_find(m, name, &n);

    assert_in_range(n, 0, 1);
    return p == NULL ? NULL : arena_strndup(&a, p->data, p->len);
}

static void refused(const struct whisper *at, const struct whisper_ask *what, enum err want,
                    const char *part)
{
    struct http_request req = {.url = "untouched"};
    struct why why = {0};

    assert_int_equal(whisper_request(&a, at, what, &req, &why), want);
    assert_non_null(strstr(why.text, part));
    assert_string_equal(req.url, "untouched");
}

static void openai_is_asked_as_its_manual_says(void **state)
{
    static const char *const hints[] = {"манікюр", "Манікюр", "запишіть мене"};
    struct http_request req = {0};
    struct whisper_ask what = ask();

    (void)state;
    what.hints = hints;
    what.hints_n = 3;
    struct multipart m = asked(&openai, &what, &req);
    assert_string_equal(req.url, "https://api.openai.com/v1/audio/transcriptions");
    assert_string_equal(req.headers[0], "Authorization: Bearer sk-test");
    assert_null(req.headers[1]);
    assert_string_equal(value(&m, "model"), "whisper-1");
    assert_string_equal(value(&m, "language"), "uk");
    assert_string_equal(value(&m, "prompt"), "манікюр, запишіть мене");
    assert_string_equal(value(&m, "response_format"), "verbose_json");
    assert_string_equal(value(&m, "temperature"), "0");
    assert_int_equal(m.n, 6);
}

static void the_file_is_a_wav_of_sixteen_bits(void **state)
{
    static const enum recording_coding codings[] = {RECORDING_PCM16, RECORDING_MULAW,
                                                    RECORDING_ALAW};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct http_request req = {0};
        struct whisper_ask what = ask();
        struct pcm p = {0};
        struct wav_info info = {0};
        what.sound.coding = codings[i];
        struct multipart m = asked(&cpp, &what, &req);
        const struct multipart_part *file = multipart_find(&m, "file", NULL);
        assert_non_null(file);
        assert_string_equal(file->filename, "audio.wav");
        assert_string_equal(file->type, "audio/wav");
        assert_int_equal(wav_read(&a, file->data, file->len, &p, &info, NULL), ERR_OK);
        assert_int_equal(info.format, 1);
        assert_int_equal(info.bits, 16);
        assert_int_equal(p.rate, 16000);
        assert_int_equal(p.n, i == 0 ? 3 : 6);
        const unsigned char *codes = what.sound.data;
        if (i == 0)
            assert_int_equal(p.samples[1], 0x1234);
        else
            assert_int_equal(p.samples[2],
                             i == 1 ? wav_from_mulaw(codes[2]) : wav_from_alaw(codes[2]));
    }
}

static void whisper_cpp_is_asked_in_its_own_way(void **state)
{
    struct http_request req = {0};
    struct whisper_ask what = ask();

    (void)state;
    what.language = "uk";
    struct multipart m = asked(&cpp, &what, &req);
    assert_string_equal(req.url, "http://127.0.0.1:8080/inference");
    assert_null(req.headers);
    assert_string_equal(value(&m, "language"), "uk");
    assert_string_equal(value(&m, "response_format"), "verbose_json");
    assert_string_equal(value(&m, "temperature"), "0");
    assert_string_equal(value(&m, "no_language_probabilities"), "true");
    assert_string_equal(value(&m, "suppress_nst"), "true");
    assert_null(value(&m, "model"));
    assert_null(value(&m, "prompt"));
}

static void the_address_says_which_it_is_unless_told(void **state)
{
    static const struct {
        const char *url, *api, *want;
        bool cpp;
    } rows[] = {
        {"", "", "https://api.openai.com/v1/audio/transcriptions", false},
        {"https://api.openai.com/", "", "https://api.openai.com/v1/audio/transcriptions", false},
        {"http://localhost:9000/v1/audio/transcriptions", NULL,
         "http://localhost:9000/v1/audio/transcriptions", false},
        {"http://localhost:9000/inference", "", "http://localhost:9000/inference", true},
        {"http://localhost:9000/a/inference", "", "http://localhost:9000/a/inference", true},
        {"http://localhost:9000", "whisper.cpp", "http://localhost:9000/inference", true},
        {"http://localhost:9000/hear", "whisper.cpp", "http://localhost:9000/hear", true},
        {"http://localhost:9000/inference", "openai", "http://localhost:9000/inference", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct whisper at = {rows[i].url, rows[i].api, "sk-a", "m"};
        struct http_request req = {0};
        struct whisper_ask what = ask();
        struct multipart m = asked(&at, &what, &req);
        assert_true((req.headers == NULL) == rows[i].cpp); /* the key is OpenAI's alone */
        assert_string_equal(req.url, rows[i].want);
        assert_true((value(&m, "model") == NULL) == rows[i].cpp);
    }
}

static void newer_models_get_what_they_take(void **state)
{
    static const char *const hints[] = {"манікюр"};
    struct http_request req = {0};
    struct whisper_ask what = ask();
    struct whisper at = openai;

    (void)state;
    what.hints = hints;
    what.hints_n = 1;
    at.model = "gpt-4o-mini-transcribe";
    struct multipart m = asked(&at, &what, &req);
    assert_string_equal(value(&m, "response_format"), "json");
    assert_string_equal(value(&m, "prompt"), "манікюр");
    assert_null(value(&m, "chunking_strategy"));
    at.model = "gpt-4o-transcribe-diarize";
    m = asked(&at, &what, &req);
    assert_string_equal(value(&m, "response_format"), "json");
    assert_string_equal(value(&m, "chunking_strategy"), "auto");
    assert_null(value(&m, "prompt"));
}

static void packed_sound_goes_to_openai_as_it_is(void **state)
{
    static const struct {
        enum recording_coding coding;
        const char *name;
    } rows[] = {{RECORDING_FLAC, "audio.flac"},
                {RECORDING_OGG, "audio.ogg"},
                {RECORDING_WEBM, "audio.webm"},
                {RECORDING_MP3, "audio.mp3"}};

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        struct http_request req = {0};
        struct whisper_ask what = ask();
        what.sound.coding = rows[i].coding;
        struct multipart m = asked(&openai, &what, &req);
        const struct multipart_part *file = multipart_find(&m, "file", NULL);
        assert_string_equal(file->filename, rows[i].name);
        assert_int_equal(file->len, what.sound.n);
        assert_memory_equal(file->data, what.sound.data, what.sound.n);
        refused(&cpp, &what, ERR_FORMAT, "only WAV");
    }
}

static void what_cannot_be_sent_is_refused(void **state)
{
    struct whisper_ask what = ask();
    struct whisper at = openai;

    (void)state;
    at.api = "azure";
    refused(&at, &what, ERR_CONFIG, "openai or whisper.cpp");
    at = openai;
    at.url = "ftp://x";
    refused(&at, &what, ERR_CONFIG, "WHISPER_URL");
    at.url = at.key = "";
    refused(&at, &what, ERR_CONFIG, "not configured");
    at = openai;
    at.key = "sk-a\nX: y";
    refused(&at, &what, ERR_VALUE, "OPENAI_API_KEY");
    what.sound.n = (size_t)WHISPER_FILE_MAX;
    what.sound.data = arena_calloc(&a, what.sound.n, 1);
    assert_non_null(what.sound.data);
    refused(&openai, &what, ERR_TOO_BIG, "too large");
    what.sound.coding = RECORDING_FLAC;
    what.sound.n++;
    refused(&openai, &what, ERR_TOO_BIG, "too large");
}

static void hints_stop_at_a_whole_phrase(void **state)
{
    const char *hints[200];
    struct http_request req = {0};
    struct whisper_ask what = ask();

    (void)state;
    for (int i = 0; i < 200; i++)
        hints[i] = arena_printf(&a, "послуга номер %d", i);
    what.hints = hints;
    what.hints_n = 200;
    struct multipart m = asked(&openai, &what, &req);
    const char *prompt = value(&m, "prompt");
    assert_in_range(strlen(prompt), WHISPER_PROMPT_MAX - 60, WHISPER_PROMPT_MAX);
    assert_true(prompt[strlen(prompt) - 1] >= '0' && prompt[strlen(prompt) - 1] <= '9');
    assert_ptr_equal(strstr(prompt, "послуга номер 0, послуга номер 1, "), prompt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(openai_is_asked_as_its_manual_says),
        cmocka_unit_test(the_file_is_a_wav_of_sixteen_bits),
        cmocka_unit_test(whisper_cpp_is_asked_in_its_own_way),
        cmocka_unit_test(the_address_says_which_it_is_unless_told),
        cmocka_unit_test(newer_models_get_what_they_take),
        cmocka_unit_test(packed_sound_goes_to_openai_as_it_is),
        cmocka_unit_test(what_cannot_be_sent_is_refused),
        cmocka_unit_test(hints_stop_at_a_whole_phrase),
    };
    return cmocka_run_group_tests_name("providers/whisper", tests, set_up, tear_down);
}
