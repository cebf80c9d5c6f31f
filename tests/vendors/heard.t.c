/* What was not said is not heard: silence goes to no recogniser, and the stock phrases that Whisper
 * makes of a noise are taken for silence, by the profile's own list. */
#include "tests/support/ring.h"

#define LADDER "hear=whisper"

static void play(const char *line)
{
    ring_fresh();
    vendors_tell(&ring_vendors, "/scenario",
                 arena_printf(the_door->arena,
                              "{\"stt\":{\"lines\":[\"%s\"],\"loop\":true},\"claude\":{\"match\":"
                              "[{\"any\":true,\"answer\":{\"text\":\"Слухаю вас.\"}}]}}",
                              line));
}

static struct turn spoken_turn(const char *wav, size_t len)
{
    const char *call = ring_call("0440000202");
    struct answer a =
        ring_turn(&(struct ring_said){.call = call, .turn = "1", .wav = wav, .len = len});

    assert_int_equal(a.status, 200);
    assert_true(answer_bool(&a, "success"));
    return ring_kept(call, 1);
}

/* The list was read and nothing showed that it is looked at. */
static void what_whisper_makes_of_a_noise_is_silence(void **state)
{
    static const char *const lines[] = {"Дякую за перегляд!", "Підписуйтесь на канал.",
                                        "Субтитры сделал SubMaster77", "[сміх]"};

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        play(lines[i]);
        struct turn t = spoken_turn(NULL, 0);
        assert_int_equal(vendors_count(&ring_vendors, "whisper", "requests"), 1);
        assert_string_equal(t.heard_by, "whisper");
        assert_string_equal(t.heard, "");
        assert_int_equal(vendors_count(&ring_vendors, "claude", "requests"), 0);
    }
}

static void the_same_words_within_a_sentence_are_heard(void **state)
{
    (void)state;
    play("Дякую за перегляд мого прохання, коли ви працюєте?");
    struct turn t = spoken_turn(NULL, 0);
    assert_string_equal(t.heard, "Дякую за перегляд мого прохання, коли ви працюєте?");
    assert_string_equal(t.think_rung, "claude");
}

static void silence_is_not_sent_to_a_recogniser(void **state)
{
    size_t len = 0;

    (void)state;
    play("Дякую за перегляд!");
    const char *wav = door_wav(the_door, false, 1500, &len);
    struct turn t = spoken_turn(wav, len);
    assert_string_equal(t.heard_by, "silence");
    assert_int_equal(vendors_count(&ring_vendors, "whisper", "requests"), 0);
    assert_int_equal(vendors_count(&ring_vendors, "stt", "requests"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_whisper_makes_of_a_noise_is_silence),
        cmocka_unit_test(the_same_words_within_a_sentence_are_heard),
        cmocka_unit_test(silence_is_not_sent_to_a_recogniser),
    };

    ring_begin();
    ring_be_patient();
    ring_set("HOLOS_LADDER", LADDER);
    ring_open(door_open_direct, 1);
    int failed = cmocka_run_group_tests_name("vendors/heard", tests, NULL, NULL);
    ring_close();
    return failed;
}
