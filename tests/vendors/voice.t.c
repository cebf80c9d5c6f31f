/* The vendor's voice in a call: names that are gone, and texts that no voice takes. */
#include "tests/support/ring.h"

#include "store/breaker.h"

#define CALLED "0440000202"
#define SENTENCES                                                                                  \
    "Перше речення тут. Друге речення тут. Третє речення тут. Четверте речення тут. П'яте тут."

static void set(const char *gone, const char *answer)
{
    vendors_tell(
        &ring_vendors, "/scenario",
        arena_printf(the_door->arena,
                     "{\"stt\":{\"lines\":[\"Розкажіть.\"],\"loop\":true},\"voices_gone\":"
                     "[%s],\"claude\":{\"match\":[{\"any\":true,\"answer\":{\"text\":\"%s\"}}]}}",
                     gone, answer));
}

/* A call, opened while every voice is there. */
static const char *begin(const char *answer)
{
    ring_fresh();
    memset(the_door->app.providers.learned, 0, sizeof the_door->app.providers.learned);
    set("", answer);
    return ring_call(CALLED);
}

static struct answer speak_turn(const char *call, const char *turn)
{
    struct answer a = ring_turn(&(struct ring_said){.call = call, .turn = turn});

    assert_int_equal(a.status, 200);
    assert_true(answer_bool(&a, "success"));
    return a;
}

/* Was the n-th voice asked for from the end this one? */
static bool asked_for(size_t n, const char *voice)
{
    const struct json *name = json_member(json_member(ring_asked("tts", n), "voice"), "name");

    assert_non_null(json_text(name));
    return strcmp(json_text(name), voice) == 0;
}

static void several_sentences_whose_voice_is_gone_get_one_voice_instead(void **state)
{
    (void)state;
    const char *call = begin(SENTENCES);
    vendors_misbehave(&ring_vendors, "tts", "status",
                      "\"status\":400,\"message\":\"Voice 'uk-UA-Chirp3-HD-Leda' does not exist.\","
                      "\"within\":\"Leda\",\"ms\":300"); /* four are under way together */
    (void)speak_turn(call, "1");
    assert_string_equal(ring_kept(call, 1).speak_rung, "google");
    assert_int_equal(vendors_count(&ring_vendors, "tts", "400"), 4);
    for (size_t i = 0; i < 8; i++)
        assert_true(asked_for(i, "uk-UA-Chirp3-HD-Kore") || asked_for(i, "uk-UA-Chirp3-HD-Leda"));
    set("", "Шосте тут.");
    (void)speak_turn(call, "2");
    assert_int_equal(vendors_count(&ring_vendors, "tts", "400"), 4);
    assert_true(asked_for(0, "uk-UA-Chirp3-HD-Kore"));
    vendors_assert_content(&ring_vendors);
}

static void the_last_voice_of_the_list_is_followed_by_the_first(void **state)
{
    struct profile *p = the_door->app.profiles;
    const char *before = NULL;

    (void)state;
    for (size_t i = 0; i < the_door->app.profiles_n; i++)
        if (strcmp(p[i].locale, "uk-UA") == 0)
            p = &p[i];
    assert_string_equal(p->voice.by[0].by, "google");
    before = p->voice.by[0].name;
    p->voice.by[0].name = "uk-UA-Standard-B";
    const char *call = begin(SENTENCES);
    set("\"uk-UA-Standard-B\",\"uk-UA-Chirp3-HD-Leda\"", "Сьоме тут.");
    (void)speak_turn(call, "1");
    assert_string_equal(ring_kept(call, 1).speak_rung, "google");
    assert_true(asked_for(0, "uk-UA-Chirp3-HD-Kore"));
    set("\"uk-UA-Standard-B\",\"uk-UA-Chirp3-HD-Leda\",\"uk-UA-Chirp3-HD-Kore\","
        "\"uk-UA-Chirp3-HD-Aoede\",\"uk-UA-Chirp3-HD-Charon\",\"uk-UA-Wavenet-B\"",
        "Восьме тут.");
    (void)speak_turn(call, "2");
    assert_string_equal(ring_kept(call, 2).speak_rung, "espeak"); /* all were tried, once */
    p->voice.by[0].name = before;
}

static void a_voice_that_asks_for_a_pause_is_not_waited_for(void **state)
{
    (void)state;
    const char *call = begin("Дев'яте тут.");

    vendors_misbehave(
        &ring_vendors, "tts", "status",
        "\"status\":429,\"times\":1,\"body\":{\"error\":{\"code\":429,\"message\":"
        "\"Quota exceeded.\",\"status\":\"RESOURCE_EXHAUSTED\",\"details\":[{\"@type\":"
        "\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"4s\"}]}}");
    (void)speak_turn(call, "1");
    assert_string_equal(ring_kept(call, 1).speak_rung, "espeak");
    assert_int_equal(vendors_count(&ring_vendors, "tts", "429"), 1);
}

static void several_sentences_whose_token_is_refused_renew_it_once(void **state)
{
    (void)state;
    const char *call = begin("Так.");
    set("", "Десяте тут. Одинадцяте тут. Дванадцяте тут. Тринадцяте тут.");
    int64_t before = vendors_count(&ring_vendors, "oauth", "requests");
    vendors_misbehave(&ring_vendors, "tts", "status",
                      "\"status\":401,\"times\":4,\"ms\":300,\"message\":\"Invalid credentials.\"");
    (void)speak_turn(call, "1");
    assert_string_equal(ring_kept(call, 1).speak_rung, "google");
    assert_int_equal(vendors_count(&ring_vendors, "tts", "401"), 4);
    assert_int_equal(vendors_count(&ring_vendors, "oauth", "requests"), before + 1);
}

static void a_word_longer_than_any_voice_takes_ends_no_worker(void **state)
{
    struct breaker *noted = NULL;
    size_t failed = 0;
    char word[2401] = "";

    (void)state;
    for (size_t i = 0; i + 2 < sizeof word; i += 2)
        memcpy(word + i, "щ", 3);
    char both[4801];
    (void)snprintf(both, sizeof both, "%s%s", word, word);
    const char *call = begin("Так.");
    set("", arena_printf(the_door->arena, "Ось що. Щ%s. Гаразд?", both));
    struct answer a = speak_turn(call, "1");
    assert_string_equal(answer_text(&a, "message"), "Ось що. Гаразд?");
    (void)answer_sound(the_door, &a);
    assert_int_equal(breakers_failing(the_door->app.store, the_door->arena, &noted, &failed, NULL),
                     ERR_OK);
    assert_int_equal(failed, 0);
}

static void figures_that_are_too_long_when_spoken_are_not_blamed_on_the_voice(void **state)
{
    struct breaker *noted = NULL;
    size_t failed = 0;
    char figures[351];

    (void)state;
    memset(figures, '9', sizeof figures - 1);
    figures[sizeof figures - 1] = '\0';
    const char *call = begin("Так.");
    set("", arena_printf(the_door->arena, "Ось номер. %s. Гаразд?", figures));
    struct answer a = speak_turn(call, "1");
    assert_non_null(strstr(answer_text(&a, "message"), "999"));
    assert_int_equal(breakers_failing(the_door->app.store, the_door->arena, &noted, &failed, NULL),
                     ERR_OK);
    assert_int_equal(failed, 0);
    vendors_assert_content(&ring_vendors);
}

static void what_one_profile_learned_makes_no_worker_forget_another_s(void **state)
{
    const struct provider *google = provider_find(PROVIDER_SPEAK, "google", 6);
    struct providers o = {0};

    (void)state;
    providers_learn(&o, google, "uk-UA", "", "command_and_search");
    providers_learn(&o, google, "ru-RU", "", "default");
    providers_learn(&o, google, "uk-UA", "chirp_3", "long");
    assert_string_equal(providers_instead(&o, google, "uk-UA", ""), "command_and_search");
    assert_string_equal(providers_instead(&o, google, "ru-RU", ""), "default");
    assert_string_equal(providers_instead(&o, google, "uk-UA", "chirp_3"), "long");
    assert_string_equal(providers_instead(&o, google, "ru-RU", "chirp_3"), "chirp_3");
    providers_learn(&o, google, "uk-UA", "chirp_3", "short");
    assert_string_equal(providers_instead(&o, google, "uk-UA", "chirp_3"), "short");
    for (int i = 0; i < 3 * PROVIDERS_LEARNED; i++)
        providers_learn(&o, google, "pl-PL", arena_printf(the_door->arena, "%d", i), "long");
    assert_string_equal(providers_instead(&o, google, "pl-PL", "47"), "long");
    assert_string_equal(providers_instead(&o, google, "pl-PL", "0"), "0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(several_sentences_whose_voice_is_gone_get_one_voice_instead),
        cmocka_unit_test(the_last_voice_of_the_list_is_followed_by_the_first),
        cmocka_unit_test(a_voice_that_asks_for_a_pause_is_not_waited_for),
        cmocka_unit_test(several_sentences_whose_token_is_refused_renew_it_once),
        cmocka_unit_test(a_word_longer_than_any_voice_takes_ends_no_worker),
        cmocka_unit_test(what_one_profile_learned_makes_no_worker_forget_another_s),
        cmocka_unit_test(figures_that_are_too_long_when_spoken_are_not_blamed_on_the_voice),
    };

    ring_begin();
    ring_set("CLAUDE_MAX_TOKENS", "8000");
    ring_open(door_open_direct, 1);
    int failed = cmocka_run_group_tests_name("vendors/voice", tests, NULL, NULL);
    ring_close();
    return failed;
}
