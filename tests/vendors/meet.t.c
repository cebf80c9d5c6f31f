/* Our clients of Google and of Whisper, sent through our own HTTP to the vendors' stand-ins. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/vendors.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "net/http.h"
#include "providers/google-stt.h"
#include "providers/google-token.h"
#include "providers/google-tts.h"
#include "providers/whisper.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static struct vendors vendors;
static struct arena arena;
static struct http *http;
static const char *token;
static int16_t tone[8000];

static int start(void **state)
{
    (void)state;
    vendors_start(&vendors);
    arena_init(&arena, 64 << 20);
    for (size_t i = 0; i < COUNT(tone); i++)
        tone[i] = i / 9 % 2 == 0 ? 8000 : -8000;
    const struct http_setup setup = {.ca_file = vendors.ca};
    return http_open(&setup, &http, NULL) == ERR_OK ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    http_close(http);
    arena_release(&arena);
    vendors_stop(&vendors);
    return 0;
}

static int fresh(void **state)
{
    (void)state;
    vendors_reset(&vendors);
    return 0;
}

static struct http_reply sent(struct http_request *q)
{
    struct http_reply reply = {0};
    struct why why = {0};

    q->deadline = deadline_in_ms(10000);
    if (http_send(http, &arena, q, &reply, &why) != ERR_OK)
        fail_msg("%s", why.text);
    if (reply.status != 200)
        print_message("%d %s\n", reply.status, reply.body);
    return reply;
}

static void a_token_is_given(void **state)
{
    struct google_credentials *g = NULL;
    struct http_request q = {0};
    struct google_token t = {0};
    struct failure f = {0};

    (void)state;
    assert_int_equal(google_credentials_open(vendors.credentials, &g, &f.why), ERR_OK);
    assert_int_equal(google_token_request(&arena, g, GOOGLE_SCOPE_CLOUD, time(NULL), &q, &f.why),
                     ERR_OK);
    struct http_reply reply = sent(&q);
    assert_int_equal(google_token_read(&arena, &reply, &t, &f), ERR_OK);
    assert_int_equal(t.expires_in_s, 3599);
    token = arena_strdup(&arena, t.text);
    google_credentials_close(g);
    vendors_assert_content(&vendors);
}

static void hears(const struct google_stt *at, enum recording_coding coding, const void *data,
                  size_t n)
{
    struct google_access with = {.token = token};
    const char *hints[] = {"на завтра", "стрижка"};
    struct provider_utterance ask = {.sound = {coding, 8000, data, n},
                                     .locale = "uk-UA",
                                     .model = "",
                                     .hints = hints,
                                     .hints_n = 2,
                                     .punctuation = true};
    struct http_request q = {0};
    struct provider_words words = {0};
    struct failure f = {0};

    if (google_stt_request(&arena, at, &with, &ask, &q, &f.why) != ERR_OK)
        fail_msg("%s", f.why.text);
    struct http_reply reply = sent(&q);
    if (google_stt_read(&arena, &reply, &words, &f) != ERR_OK)
        fail_msg("%s", f.why.text);
    assert_string_equal(words.text, "хочу записатися на завтра");
    vendors_assert_content(&vendors);
}

static void both_versions_hear(void **state)
{
    struct google_stt at = {vendors_url(&vendors, "stt"), "v1", "global", "holos-test"};
    uint8_t law[4000];

    (void)state;
    for (size_t i = 0; i < sizeof law; i++)
        law[i] = i / 9 % 2 == 0 ? 0x2a : 0xaa;
    vendors_tell(
        &vendors, "/scenario",
        "{\"stt\":{\"loop\":true,\"lines\":[{\"parts\":[\"хочу записатися\",\"на завтра\"]}]}}");
    hears(&at, RECORDING_PCM16, tone, sizeof tone);
    hears(&at, RECORDING_MULAW, law, sizeof law);
    at.api = "v2";
    hears(&at, RECORDING_PCM16, tone, sizeof tone);
    hears(&at, RECORDING_ALAW, law, sizeof law);
}

/* Packed sounds of a second, 16 kHz: as much of them as says what they are. */
static const uint8_t flac[] = {
    'f',  'L',  'a', 'C', 0x80, 0, 0, 34, 16, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0x03, 0xe8, 0, 0xf0, 0, 0,
    0x3e, 0x80, 0,   0,   0,    0, 0, 0,  0,  0, 0,  0, 0, 0, 0, 0, 0, 0, 0xff, 0xf8, 1, 1};
static const uint8_t opus[] = {
    'O',  'g',  'g', 'S', 0, 2, 0, 0,   0,   0,   0,   0,   0,   0,    1,    0,   0, 0, 0,    0,
    0,    0,    0,   0,   0, 0, 1, 19,  'O', 'p', 'u', 's', 'H', 'e',  'a',  'd', 1, 1, 0x38, 1,
    0x80, 0x3e, 0,   0,   0, 0, 0, 'O', 'g', 'g', 'S', 0,   4,   0xb8, 0xbc, 0,   0, 0, 0,    0,
    0,    1,    0,   0,   0, 1, 0, 0,   0,   0,   0,   0,   0,   1,    4,    3,   3, 3, 3};

/* It was refused for a rate that FLAC says itself, and nothing here sent any. */
static void both_versions_hear_packed_sound(void **state)
{
    struct google_stt at = {vendors_url(&vendors, "stt"), "v1", "global", "holos-test"};

    (void)state;
    vendors_tell(&vendors, "/scenario",
                 "{\"stt\":{\"loop\":true,\"lines\":[\"хочу записатися на завтра\"]}}");
    for (int i = 0; i < 2; i++) {
        at.api = i == 0 ? "v1" : "v2";
        hears(&at, RECORDING_FLAC, flac, sizeof flac);
        hears(&at, RECORDING_OGG, opus, sizeof opus);
    }
}

static void a_voice_speaks(void **state)
{
    struct google_access with = {.token = token};
    const char *effects[] = {"telephony-class-application"};
    static const char *const voices[] = {"uk-UA-Chirp3-HD-Leda", "uk-UA-Wavenet-B"};

    (void)state;
    for (int i = 0; i < 2; i++) {
        const struct profile_voice how = {
            .speaking_rate = 1.1, .pitch = 1, .effects = effects, .effects_n = 1};
        struct provider_line ask = {.text = "Добрий день",
                                    .locale = "uk-UA",
                                    .voice = voices[i],
                                    .with = &how,
                                    .rate = 8000};
        struct http_request q = {0};
        struct pcm pcm = {0};
        struct failure f = {0};
        assert_int_equal(
            google_tts_request(&arena, vendors_url(&vendors, "tts"), &with, &ask, &q, &f.why),
            ERR_OK);
        struct http_reply reply = sent(&q);
        if (google_tts_read(&arena, &reply, &pcm, &f) != ERR_OK)
            fail_msg("%s", f.why.text);
        assert_int_equal(pcm.rate, 8000);
    }
    vendors_assert_content(&vendors);
}

static void both_whispers_hear(void **state)
{
    char inference[128];

    (void)state;
    (void)snprintf(inference, sizeof inference, "%s/inference", vendors_url(&vendors, "whisper"));
    struct whisper at[] = {{inference, "", "", "x"},
                           {vendors_url(&vendors, "openai"), "", vendors.openai_key, "whisper-1"}};
    vendors_tell(
        &vendors, "/scenario",
        "{\"stt\":{\"loop\":true,\"lines\":[{\"parts\":[\"Хочу записатися\",\"на завтра\"]}]}}");
    for (int i = 0; i < 2; i++) {
        struct provider_utterance ask = {.sound = {RECORDING_PCM16, 8000, tone, sizeof tone},
                                         .language = "uk"};
        struct http_request q = {0};
        struct provider_words words = {0};
        struct failure f = {0};
        assert_int_equal(whisper_request(&arena, &at[i], &ask, 7, &q, &f.why), ERR_OK);
        struct http_reply reply = sent(&q);
        if (whisper_read(&arena, &reply, &words, &f) != ERR_OK)
            fail_msg("%s", f.why.text);
        assert_string_equal(words.text, "Хочу записатися на завтра");
    }
    vendors_assert_content(&vendors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_token_is_given, fresh),
        cmocka_unit_test_setup(both_versions_hear, fresh),
        cmocka_unit_test_setup(both_versions_hear_packed_sound, fresh),
        cmocka_unit_test_setup(a_voice_speaks, fresh),
        cmocka_unit_test_setup(both_whispers_hear, fresh),
    };
    return cmocka_run_group_tests_name("vendors/meet", tests, start, stop);
}
