#include "providers/price.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "providers/google-stt.h"
#include "providers/google-tts.h"
#include "providers/whisper.h"

#define V1     "Google Speech-to-Text v1"
#define V2     "Google Speech-to-Text v2"
#define OPENAI "OpenAI"

static int64_t heard(const char *list, const char *model, int64_t ms)
{
    return price_hear(list, model, &(struct price_use){ms, -1, -1});
}

static int64_t tokens(const char *model, int64_t in, int64_t out)
{
    return price_hear(OPENAI, model, &(struct price_use){-1, in, out});
}

static void sound_is_paid_by_the_second_that_was_begun(void **state)
{
    (void)state;
    assert_int_equal(heard(V1, "latest_short", 60000), 24000);
    assert_int_equal(heard(V1, "latest_short", 3000), 1200);
    assert_int_equal(heard(V1, "latest_short", 2001), 1200);
    assert_int_equal(heard(V1, "latest_short", 0), 0);
    assert_int_equal(heard(V2, "chirp_3", 60000), 16000);
    assert_int_equal(heard(V2, "chirp_3", 1000), 267); /* 266.7: a part is one */
    assert_int_equal(heard(OPENAI, "whisper-1", 7000), 700);
    assert_int_equal(heard(OPENAI, "gpt-transcribe", 60000), 4500);
}

static void tokens_are_paid_as_they_are_told(void **state)
{
    (void)state;
    assert_int_equal(tokens("gpt-4o-transcribe", 1000, 100), 3500);
    assert_int_equal(tokens("gpt-4o-mini-transcribe", 1000, 100), 1750);
    assert_int_equal(tokens("gpt-4o-mini-transcribe-2025-12-15", 1, 0), 2); /* 1.25 */
}

static void nothing_is_invented(void **state)
{
    (void)state;
    assert_int_equal(heard(V1, "medical_dictation", 1000), PRICE_UNKNOWN);
    assert_int_equal(heard(V1, "chirp_3", 1000), PRICE_UNKNOWN); /* v2 has it */
    assert_int_equal(heard(V1, "latest", 1000), PRICE_UNKNOWN);
    assert_int_equal(heard(V1, "", 1000), PRICE_UNKNOWN);
    assert_int_equal(heard(OPENAI, "whisper-2", 1000), PRICE_UNKNOWN);
    assert_int_equal(heard(OPENAI, "whisper-1-turbo", 1000), PRICE_UNKNOWN);
    assert_int_equal(heard(OPENAI, "whisper-1", -1), PRICE_UNKNOWN);
    assert_int_equal(heard(OPENAI, "whisper-1", INT64_MAX), PRICE_UNKNOWN);
    assert_int_equal(heard(OPENAI, "gpt-4o-transcribe", 1000), PRICE_UNKNOWN);
    assert_int_equal(tokens("gpt-4o-transcribe", INT64_MAX, 1), PRICE_UNKNOWN);
    assert_int_equal(tokens("gpt-4o-transcribe", 1, -1), PRICE_UNKNOWN);
    assert_int_equal(google_tts_cost("uk-UA-Chirp9-Zeus", "так"), PRICE_UNKNOWN);
    assert_int_equal(google_tts_cost("uk-UA-Chirp3-HD", "так"), PRICE_UNKNOWN);
    assert_int_equal(google_tts_cost("uk-UA", "так"), PRICE_UNKNOWN);
    assert_int_equal(google_tts_cost("", "так"), PRICE_UNKNOWN);
}

static void a_voice_is_paid_by_the_character_not_by_the_byte(void **state)
{
    (void)state;
    assert_int_equal(google_tts_cost("uk-UA-Chirp3-HD-Leda", "Так, о 9:00."), 12 * 30);
    assert_int_equal(google_tts_cost("ru-RU-Wavenet-A", "Да"), 8);
    assert_int_equal(google_tts_cost("uk-UA-Standard-B", "Так"), 12);
    assert_int_equal(google_tts_cost("en-US-Neural2-C", "Yes"), 48);
    assert_int_equal(google_tts_cost("en-US-Studio-O", "Yes"), 480);
    assert_int_equal(google_tts_cost("uk-UA-Chirp3-HD-Leda", ""), 0);
}

static void a_recogniser_s_answer_says_what_is_billed(void **state)
{
    const struct google_stt v1 = {.url = "https://x", .api = "v1"};
    const struct google_stt v2 = {.url = "https://x", .api = "v2", .location = "eu"};

    (void)state;
    assert_int_equal(google_stt_cost(&v1, "", 2000, &(struct price_use){15000, -1, -1}), 6000);
    assert_int_equal(google_stt_cost(&v1, "", 1500, &(struct price_use){-1, -1, -1}), 800);
    assert_int_equal(google_stt_cost(&v1, "", 1500, &(struct price_use){0, -1, -1}), 0);
    assert_int_equal(google_stt_cost(&v1, "", -1, &(struct price_use){-1, -1, -1}), PRICE_UNKNOWN);
    assert_int_equal(google_stt_cost(&v2, "", -1, &(struct price_use){3000, -1, -1}), 800);
    assert_int_equal(google_stt_cost(&v2, "latest_long", -1, &(struct price_use){60000, -1, -1}),
                     16000);
}

static void a_server_of_this_machine_costs_nothing(void **state)
{
    const struct price_use told = PRICE_UNTOLD;
    const struct {
        struct whisper at;
        int64_t cost;
    } cases[] = {
        {{.url = "http://127.0.0.1:8081/inference", .model = "whisper-1"}, 0},
        {{.url = "https://whisper.example/inference", .model = "whisper-1"}, 0},
        {{.url = "http://localhost:9", .model = "faster-whisper-small"}, 0},
        {{.url = "https://api.openai.com", .model = "whisper-1", .key = "k"}, 300},
        {{.url = "https://api.example", .model = "whisper-large-v3", .key = "k"}, PRICE_UNKNOWN},
        {{.url = "", .model = "whisper-1", .key = "k"}, 300},
        {{.url = "", .model = "whisper-1", .key = ""}, PRICE_UNKNOWN},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(whisper_cost(&cases[i].at, 2400, &told), cases[i].cost);
}

/* ---- the manual ---------------------------------------------------------------------------------- */

static void put_names(struct buf *b, const char *names)
{
    for (const char *s = names; *s != '\0'; s += strspn(s, " ")) {
        size_t n = strcspn(s, " ");
        buf_printf(b, "%s`%.*s`", s == names ? "" : ", ", (int)n, s);
        s += n;
    }
}

static void put_dollars(struct buf *b, int64_t micro)
{
    char text[32];

    (void)snprintf(text, sizeof text, "%lld.%06lld", (long long)(micro / 1000000),
                   (long long)(micro % 1000000));
    size_t n = strlen(text);
    size_t least = strcspn(text, ".") + 3; /* $0.10 */
    while (n > least && text[n - 1] == '0')
        n--;
    if (n == least && strcmp(text + least - 2, "000000") == 0)
        n = least - 3;
    buf_printf(b, "$%.*s", (int)n, text);
}

/* The table as the list would write it. */
static const char *table(struct arena *a)
{
    struct buf b;

    buf_init(&b, a, 65536);
#define SECONDS(list, models, minute)                                                              \
    buf_puts(&b, "| hear: " list ", ");                                                            \
    put_names(&b, models);                                                                         \
    buf_puts(&b, " | ");                                                                           \
    put_dollars(&b, minute);                                                                       \
    buf_puts(&b, " a minute of sound, by the second |\n");
#define TOKENS(list, models, in, out)                                                              \
    buf_puts(&b, "| hear: " list ", ");                                                            \
    put_names(&b, models);                                                                         \
    buf_puts(&b, " | ");                                                                           \
    put_dollars(&b, in);                                                                           \
    buf_puts(&b, " a million tokens in, ");                                                        \
    put_dollars(&b, out);                                                                          \
    buf_puts(&b, " out |\n");
#define CHARACTERS(list, family, a_million)                                                        \
    buf_puts(&b, "| speak: " list ", voices `" family "` | ");                                     \
    put_dollars(&b, a_million);                                                                    \
    buf_puts(&b, " a million characters |\n");
#include "providers/prices.def"
#undef SECONDS
#undef TOKENS
#undef CHARACTERS
    assert_int_equal(buf_err(&b), ERR_OK);
    return buf_text(&b);
}

static void the_manual_shows_this_list_and_no_other(void **state)
{
    struct arena a;
    char *manual = NULL;
    size_t n = 0;

    (void)state;
    arena_init(&a, (size_t)1024 * 1024);
    assert_int_equal(file_read(&a, "docs/vendors.md", 1 << 18, &manual, &n, NULL), ERR_OK);
    const char *head = "| paid for | price |\n| --- | --- |\n";
    const char *from = strstr(manual, head);
    assert_non_null(from);
    from += strlen(head);
    const char *end = strstr(from, "\n\n");
    assert_non_null(end);
    assert_string_equal(arena_strndup(&a, from, (size_t)(end + 1 - from)), table(&a));
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sound_is_paid_by_the_second_that_was_begun),
        cmocka_unit_test(tokens_are_paid_as_they_are_told),
        cmocka_unit_test(nothing_is_invented),
        cmocka_unit_test(a_voice_is_paid_by_the_character_not_by_the_byte),
        cmocka_unit_test(a_recogniser_s_answer_says_what_is_billed),
        cmocka_unit_test(a_server_of_this_machine_costs_nothing),
        cmocka_unit_test(the_manual_shows_this_list_and_no_other),
    };

    return cmocka_run_group_tests_name("providers/price", tests, NULL, NULL);
}
