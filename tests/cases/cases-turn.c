/* audio-stream: one turn after another, each exactly once. */
#include "tests/cases/cases.h"

#define STREAM "/telephony/binotel/audio-stream"

static struct answer post(const char *call, const char *name, const char *value, size_t len,
                          const char *accept)
{
    const struct part parts[] = {{.name = "callID", .value = call},
                                 {.name = name,
                                  .value = value,
                                  .len = len,
                                  .filename = strcmp(name, "audio") == 0 ? "utterance.wav" : NULL}};
    return door_multipart(the_door, STREAM, parts, 2, accept, NULL);
}

static const struct profile *salon(void)
{
    return app_profile_named(&the_door->app, "salon");
}

static void typed_words_are_answered_aloud_and_kept(void **state)
{
    (void)state;
    const char *id = door_call(the_door);
    struct answer a = door_say(the_door, id, "Скажіть, будь ласка, де ви знаходитесь?");
    assert_int_equal(a.status, 200);
    assert_true(answer_bool(&a, "success"));
    assert_true(answer_bool(&a, "should_continue"));
    assert_int_equal(answer_int(&a, "turn"), 1);
    assert_string_equal(answer_text(&a, "transcript"), "Скажіть, будь ласка, де ви знаходитесь?");
    (void)answer_sound(the_door, &a);
    struct call call = kept_call(id);
    struct turn *turns = NULL;
    assert_int_equal(kept_turns(&call, &turns), 2);
    assert_string_equal(turns[1].heard, "Скажіть, будь ласка, де ви знаходитесь?");
    assert_string_equal(turns[1].heard_by, "typed");
    assert_string_equal(turns[1].said, answer_text(&a, "message"));
    assert_string_equal(turns[1].think_rung, "rules");
    assert_true(turns[1].total_us > 0);
    assert_int_equal(call.turns, 1);
    assert_int_equal(call.status, CALL_IN_PROGRESS);
}

/* One line of an x-ndjson reply, parsed. */
static const struct json *next_line(const char **at)
{
    const struct json *o = NULL;
    const char *end = strchr(*at, '\n');

    assert_non_null(end);
    assert_int_equal(json_parse(the_door->arena, *at, (size_t)(end - *at), &o, NULL), ERR_OK);
    *at = end + 1;
    return o;
}

static void stream_is_transcript_sentences_and_an_end(void **state)
{
    (void)state;
    const char *id = door_call(the_door);
    struct answer a = post(id, "text", "Де ви знаходитесь?", 0, "application/x-ndjson");
    assert_int_equal(a.status, 200);
    assert_string_equal(a.type, "application/x-ndjson");
    const char *at = a.body;
    assert_string_equal(json_text(json_member(next_line(&at), "transcript")), "Де ви знаходитесь?");
    struct buf joined;
    buf_init(&joined, the_door->arena, 65536);
    const struct json *line = next_line(&at);
    for (; json_member(line, "success") == NULL; line = next_line(&at)) {
        struct answer piece = {.json = line};
        (void)answer_sound(the_door, &piece);
        buf_printf(&joined, "%s%s", joined.len > 0 ? " " : "", answer_text(&piece, "message"));
    }
    assert_string_equal(json_text(json_member(line, "message")), buf_text(&joined));
    assert_string_equal(at, ""); /* nothing after the end */
}

static void turn_sent_again_gives_the_same_bytes_and_no_second_turn(void **state)
{
    (void)state;
    static const char *const accepts[] = {NULL, "application/x-ndjson"};
    for (size_t i = 0; i < 2; i++) {
        const char *id = door_call(the_door);
        const struct part parts[] = {{.name = "callID", .value = id},
                                     {.name = "text", .value = "Де ви знаходитесь?"},
                                     {.name = "turn", .value = "1"}};
        struct answer a = door_multipart(the_door, STREAM, parts, 3, accepts[i], NULL);
        struct answer b = door_multipart(the_door, STREAM, parts, 3, accepts[i], NULL);
        assert_int_equal(b.status, 200);
        assert_string_equal(a.type, b.type);
        assert_int_equal(a.len, b.len);
        assert_memory_equal(a.body, b.body, a.len);
        assert_int_equal(kept_call(id).turns, 1);
    }
}

/* A stranger who guesses ids, and a gateway that counts anew, must not be given what was said. */
static void a_known_turn_with_other_words_is_refused_and_gives_nothing_away(void **state)
{
    (void)state;
    const char *id = door_call(the_door);
    const struct part own[] = {{.name = "callID", .value = id},
                               {.name = "turn", .value = "4"},
                               {.name = "text", .value = "Код дверей 7788"}};
    const struct part others[] = {{.name = "text", .value = "x"},
                                  {.name = "digits", .value = "1"},
                                  {.name = "audio", .value = "RIFFRIFF", .filename = "a.wav"}};
    struct answer a = door_multipart(the_door, STREAM, own, 3, NULL, NULL);

    assert_int_equal(a.status, 200);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        const struct part parts[] = {own[0], own[1], others[i]};
        struct answer b = door_multipart(the_door, STREAM, parts, 3, NULL, NULL);
        if (i == 2) /* no WAV that can be read: refused before the ledger is asked */
            assert_true(b.status == 400 || b.status == 409 || b.status == 415);
        else
            assert_int_equal(b.status, 409);
        assert_null(strstr(b.body, "7788"));
        assert_null(strstr(b.body, answer_text(&a, "message")));
    }
    struct answer again = door_multipart(the_door, STREAM, own, 3, NULL, NULL);
    assert_int_equal(again.status, 200);
    assert_memory_equal(a.body, again.body, a.len);
    assert_int_equal(kept_call(id).turns, 1);
}

static void an_idempotency_key_with_other_words_is_refused(void **state)
{
    (void)state;
    const char *id = door_call(the_door);
    const struct part one[] = {{.name = "callID", .value = id},
                               {.name = "text", .value = "Де ви знаходитесь?"}};
    const struct part two[] = {{.name = "callID", .value = id}, {.name = "text", .value = "Що?"}};

    assert_int_equal(door_multipart(the_door, STREAM, one, 2, NULL, "k").status, 200);
    assert_int_equal(door_multipart(the_door, STREAM, two, 2, NULL, "k").status, 409);
}

static void idempotency_key_tells_turns_apart(void **state)
{
    (void)state;
    const char *id = door_call(the_door);
    const struct part parts[] = {{.name = "callID", .value = id},
                                 {.name = "text", .value = "Де ви знаходитесь?"}};
    struct answer a = door_multipart(the_door, STREAM, parts, 2, NULL, "k1");
    struct answer b = door_multipart(the_door, STREAM, parts, 2, NULL, "k1");
    struct answer c = door_multipart(the_door, STREAM, parts, 2, NULL, "k2");
    assert_int_equal(answer_int(&a, "turn"), 1);
    assert_int_equal(answer_int(&b, "turn"), 1);
    assert_int_equal(answer_int(&c, "turn"), 2);
}

static void body_repeated_within_the_window_is_one_turn(void **state)
{
    (void)state;
    const char *id = door_call(the_door);
    struct answer a = post(id, "text", "Де ви знаходитесь?", 0, NULL);
    struct answer b = post(id, "text", "Де ви знаходитесь?", 0, NULL);
    struct answer c = post(id, "text", "А де ви знаходитесь?", 0, NULL);
    assert_memory_equal(a.body, b.body, a.len);
    assert_int_equal(answer_int(&b, "turn"), 1);
    assert_int_equal(answer_int(&c, "turn"), 2);
}

static void sound_without_a_recogniser_is_answered_politely(void **state)
{
    (void)state;
    const char *id = door_call(the_door);
    size_t n = 0;
    const char *wav = door_wav(the_door, true, 1500, &n);
    struct answer a = post(id, "audio", wav, n, NULL);
    assert_int_equal(a.status, 200);
    assert_string_equal(answer_text(&a, "message"), salon()->say.hearing_off);
    assert_true(answer_bool(&a, "should_continue"));
    assert_string_equal(answer_text(&a, "transcript"), "");
}

static void three_silences_say_goodbye(void **state)
{
    (void)state;
    const char *id = door_call(the_door);
    size_t n = 0;
    for (int i = 1; i <= 3; i++) {
        const char *wav = door_wav(the_door, false, 900 + i * 10, &n);
        struct answer a = post(id, "audio", wav, n, NULL);
        assert_int_equal(a.status, 200);
        assert_string_equal(answer_text(&a, "message"),
                            i < 3 ? salon()->say.not_heard : salon()->say.goodbye_silence);
        assert_int_equal(answer_bool(&a, "should_continue"), i < 3);
    }
    struct call call = kept_call(id);
    assert_int_equal(call.status, CALL_COMPLETED);
    assert_string_equal(call.end_reason, "silence");
}

static void words_between_silences_start_the_count_again(void **state)
{
    (void)state;
    const char *id = door_call(the_door);
    for (int i = 0; i < 2; i++)
        assert_true(kept_call(id).silent == i &&
                    door_say(the_door, id, i == 0 ? " " : "...").status == 200);
    assert_int_equal(door_say(the_door, id, "Де ви?").status, 200);
    assert_int_equal(kept_call(id).silent, 0);
}

static void empty_audio_is_400(void **state)
{
    (void)state;
    const char *id = door_call(the_door);
    const struct part parts[] = {{.name = "callID", .value = id},
                                 {.name = "audio", .value = "", .filename = "a.wav"}};
    struct answer a = door_multipart(the_door, STREAM, parts, 2, NULL, NULL);
    assert_int_equal(a.status, 400);
    assert_string_equal(answer_text(&a, "error"), "Empty audio data");
}

static void missing_parts_are_422_in_the_contracts_form(void **state)
{
    (void)state;
    static const struct {
        struct part part;
        const char *body;
    } rows[] = {
        {{.name = "text", .value = "x"},
         "{\"detail\":[{\"type\":\"missing\",\"loc\":[\"body\",\"callID\"],"
         "\"msg\":\"Field required\",\"input\":null}]}"},
        {{.name = "callID", .value = "x"},
         "{\"detail\":[{\"type\":\"missing\",\"loc\":[\"body\",\"audio\"],"
         "\"msg\":\"Field required\",\"input\":null}]}"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct answer a = door_multipart(the_door, STREAM, &rows[i].part, 1, NULL, NULL);
        assert_int_equal(a.status, 422);
        assert_string_equal(a.body, rows[i].body);
    }
}

static void unknown_call_is_404_and_ended_call_409(void **state)
{
    (void)state;
    struct answer a = door_say(the_door, "no-such-call", "Алло");
    assert_int_equal(a.status, 404);
    assert_string_equal(answer_text(&a, "error"), "Call session not found");
    const char *id = door_call(the_door);
    a = door_say(the_door, id, "До побачення!");
    assert_false(answer_bool(&a, "should_continue"));
    a = door_say(the_door, id, "Алло");
    assert_int_equal(a.status, 409);
}

static void a_reply_says_what_it_asks(void **state)
{
    (void)state;
    static const struct {
        const char *words, *asks;
    } rows[] = {
        {"Скажіть, будь ласка, де ви знаходитесь?", "open"},
        {"Покличте, будь ласка, адміністратора", "name"},
        {"Олена", "confirm"},
        {"так", "wish"},
        {"Хочу поговорити про оренду крісла", "else"},
    };
    const char *id = door_call(the_door);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct answer a = door_say(the_door, id, rows[i].words);
        assert_string_equal(answer_text(&a, "asks"), rows[i].asks);
        a = door_say(the_door, id, " "); /* silence: the same is asked still */
        assert_string_equal(answer_text(&a, "asks"), rows[i].asks);
    }
    struct answer a = door_say(the_door, id, "До побачення!");
    assert_non_null(strstr(a.body, "\"asks\":null"));
}

static void goodbye_ends_the_call_with_one_wav(void **state)
{
    (void)state;
    const char *id = door_call(the_door);
    struct answer a = door_say(the_door, id, "Дякую, до побачення");
    assert_false(answer_bool(&a, "should_continue"));
    assert_non_null(strstr(answer_text(&a, "message"), "До побачення"));
    (void)answer_sound(the_door, &a);
    struct call call = kept_call(id);
    assert_int_equal(call.status, CALL_COMPLETED);
    assert_string_equal(call.end_reason, "goodbye");
    assert_true(call.ended_ms >= call.started_ms);
}

static void a_part_that_is_given_twice_is_400(void **state)
{
    (void)state;
    const char *id = door_call(the_door);
    const struct part twice[] = {{.name = "callID", .value = id},
                                 {.name = "text", .value = "так"},
                                 {.name = "text", .value = "ні"}};
    assert_int_equal(door_multipart(the_door, STREAM, twice, 3, NULL, NULL).status, 400);
    assert_int_equal(kept_call(id).turns, 0);
}

static void a_part_that_is_given_again_says_no_more(void **state)
{
    (void)state;
    const char *id = door_call(the_door);
    const struct part again[] = {{.name = "callID", .value = ""},
                                 {.name = "callID", .value = "\xff\xfe"},
                                 {.name = "callID", .value = id},
                                 {.name = "text", .value = "\xef\xbb\xbfДе ви?"},
                                 {.name = "callID", .value = id}};
    assert_int_equal(door_multipart(the_door, STREAM, again, 5, NULL, NULL).status, 200);
    assert_int_equal(kept_call(id).turns, 1);
}

static void of_several_parts_the_surest_with_content_counts(void **state)
{
    (void)state;
    size_t len = 0;
    const char *wav = door_wav(the_door, false, 400, &len);
    const struct part call = {.name = "callID"};
    const struct part words = {.name = "text", .value = "Де ви?"};
    const struct part no_words = {.name = "text", .value = ""};
    const struct part keys = {.name = "digits", .value = "1"};
    const struct part no_keys = {.name = "digits", .value = ""};
    const struct part sound = {.name = "audio", .value = wav, .len = len, .filename = "a.wav"};
    const struct part no_sound = {.name = "audio", .value = "", .filename = ""};
    const struct part bad_words = {.name = "text", .value = "\xff\xfe"};
    const struct {
        struct part part[4];
        size_t n;
        const char *heard_by; /* NULL: a caller who says nothing */
    } rows[] = {
        {{call, words, no_sound}, 3, "typed"},       {{call, no_keys, words, no_sound}, 4, "typed"},
        {{call, no_words, words}, 3, "typed"},       {{call, words, sound}, 3, "typed"},
        {{call, keys, words, sound}, 4, "keys"},     {{call, keys, bad_words}, 3, "keys"},
        {{call, sound, no_words, no_keys}, 4, NULL}, {{call, no_sound, sound, bad_words}, 4, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *id = door_call(the_door);
        struct part parts[4];
        memcpy(parts, rows[i].part, sizeof parts);
        parts[0].value = id;
        struct answer a = door_multipart(the_door, STREAM, parts, rows[i].n, NULL, NULL);
        if (a.status != 200)
            fail_msg("row %zu: %d %s", i, a.status, a.body);
        struct call kept = kept_call(id);
        struct turn *turns = NULL;
        size_t n = kept_turns(&kept, &turns);
        assert_int_equal(kept.silent, rows[i].heard_by == NULL ? 1 : 0);
        if (rows[i].heard_by != NULL)
            assert_string_equal(turns[n - 1].heard_by, rows[i].heard_by);
    }
}

static void an_empty_call_id_does_not_hide_the_other(void **state)
{
    (void)state;
    const char *id = door_call(the_door);
    const struct part parts[] = {{.name = "callID", .value = ""},
                                 {.name = "generalCallID", .value = id},
                                 {.name = "text", .value = "Де ви?"}};
    assert_int_equal(door_multipart(the_door, STREAM, parts, 3, NULL, NULL).status, 200);
    const struct part blank[] = {
        {.name = "callID", .value = " "},
        {.name = "generalCallID", .value = arena_printf(the_door->arena, " %s\r\n", id)},
        {.name = "text", .value = "Скільки коштує?"}};
    assert_int_equal(door_multipart(the_door, STREAM, blank, 3, NULL, NULL).status, 200);
    assert_int_equal(kept_call(id).turns, 2);
}

/* Nothing is left of such a turn: the same answer as without the part. */
static void words_that_are_not_utf8_are_as_none(void **state)
{
    (void)state;
    const char *id = door_call(the_door);
    const struct {
        const char *value;
        size_t len;
    } rows[] = {{"\xff\xfe", 2}, {"a\0b", 3}, {"\xd0\x9e\xd0", 3}, {"", 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(post(id, "text", rows[i].value, rows[i].len, NULL).status, 422);
    assert_int_equal(kept_call(id).turns, 0);
}

static void cut_multipart_is_400_and_keeps_nothing(void **state)
{
    (void)state;
    const char *id = door_call(the_door);
    char *body = arena_printf(the_door->arena,
                              "--b\r\nContent-Disposition: form-data; name=\"callID\"\r\n\r\n%s\r\n"
                              "--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nДе в",
                              id);
    const struct door_request q = {
        .path = STREAM, .type = "multipart/form-data; boundary=b", .body = body};
    struct answer a = {0};
    the_door->send(the_door, &q, &a);
    assert_int_equal(a.status, 400);
    assert_int_equal(kept_call(id).turns, 0);
}

static void wav_that_lies_about_its_length_is_read_as_far_as_it_goes(void **state)
{
    (void)state;
    const char *id = door_call(the_door);
    size_t n = 0;
    const char *good = door_wav(the_door, true, 800, &n);
    char *wav = arena_alloc(the_door->arena, n);
    memcpy(wav, good, n);
    memset(wav + 40, 0x7f, 3); /* data chunk of 8 MB that are not there */
    struct answer a = post(id, "audio", wav, n, NULL);
    assert_int_equal(a.status, 200);
    assert_string_equal(answer_text(&a, "message"), salon()->say.hearing_off);
}

static void sound_over_a_minute_is_413(void **state)
{
    (void)state;
    const char *id = door_call(the_door);
    size_t n = 0;
    const char *wav = door_wav(the_door, true, 61000, &n);
    assert_int_equal(post(id, "audio", wav, n, NULL).status, 413);
}

static void unreadable_coding_is_415_and_names_what_is_taken(void **state)
{
    (void)state;
    const char *id = door_call(the_door);
    size_t n = 0;
    const char *good = door_wav(the_door, true, 500, &n);
    char *wav = arena_alloc(the_door->arena, n);
    memcpy(wav, good, n);
    wav[20] = 0x55; /* MP3 inside WAV */
    struct answer a = post(id, "audio", wav, n, NULL);
    assert_int_equal(a.status, 415);
    assert_non_null(strstr(answer_text(&a, "error"), "LINEAR16"));
}

static void what_is_no_sound_is_415_and_no_turn(void **state)
{
    static const struct {
        const char *name, *value;
        size_t len;
    } rows[] = {
        {"a.wav", "{\"audio\": \"none\"}", 0}, {"a.raw", "<html></html>", 0},
        {"a", "FORM\0\0\1\0AIFF", 12},         {"a.amr", "#!AMR\n\x3c", 7},
        {"a.wav", "\1\0\2\0\xff\xff", 6},
    };

    (void)state;
    const char *id = door_call(the_door);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct part parts[] = {{.name = "callID", .value = id},
                                     {.name = "audio",
                                      .value = rows[i].value,
                                      .len = rows[i].len,
                                      .filename = rows[i].name}};
        struct answer a = door_multipart(the_door, STREAM, parts, 2, NULL, NULL);
        assert_int_equal(a.status, 415);
        assert_non_null(strstr(answer_text(&a, "error"), "LINEAR16"));
    }
    assert_int_equal(kept_call(id).turns, 0);
}

static void a_rate_that_no_line_has_is_415(void **state)
{
    static const char rate[] = {0, (char)0xee, 2, 0}; /* 192000 */

    (void)state;
    const char *id = door_call(the_door);
    size_t n = 0;
    const char *good = door_wav(the_door, true, 500, &n);
    char *wav = arena_alloc(the_door->arena, n);
    memcpy(wav, good, n);
    memcpy(wav + 24, rate, sizeof rate);
    struct answer a = post(id, "audio", wav, n, NULL);
    assert_int_equal(a.status, 415);
    assert_non_null(strstr(answer_text(&a, "error"), "48000 Hz"));
}

static void packed_sound_over_a_minute_is_413(void **state)
{
    (void)state;
    const char *id = door_call(the_door);
    size_t n = (size_t)3 * 1024 * 1024;
    char *big = arena_calloc(the_door->arena, n, 1);
    static const char *const marks[] = {"OggS", "fLaC", "ID3\4", "\x1a\x45\xdf\xa3"};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        memcpy(big, marks[i], 4);
        assert_int_equal(post(id, "audio", big, n, NULL).status, 413);
    }
}

static void pressed_keys_are_a_turn(void **state)
{
    (void)state;
    const char *id = door_call(the_door);
    struct answer a = post(id, "digits", "0", 0, NULL);
    assert_int_equal(a.status, 200);
    assert_string_equal(answer_text(&a, "transcript"), "0");
    struct call call = kept_call(id);
    struct turn *turns = NULL;
    assert_int_equal(kept_turns(&call, &turns), 2);
    assert_string_equal(turns[1].heard_by, "keys");
    assert_int_equal(post(id, "digits", "1#", 0, NULL).status, 200);
    assert_int_equal(post(id, "digits", "дев'ять", 0, NULL).status, 400); /* were taken for words */
    assert_int_equal(post(id, "digits", "1;2", 0, NULL).status, 400);
    assert_int_equal(kept_call(id).turns, 2);
}

static void request_for_a_person_becomes_a_lead(void **state)
{
    (void)state;
    const char *id = door_call(the_door);
    static const char *const lines[] = {"З'єднайте мене з людиною", "Мене звати Олена", "Так",
                                        "Хочу перенести запис на суботу", "Ні, дякую"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct answer a = door_say(the_door, id, lines[i]);
        if (a.status == 409)
            break;
        assert_int_equal(a.status, 200);
    }
    struct call call = kept_call(id);
    struct lead *leads = NULL;
    size_t n = 0;
    assert_int_equal(
        leads_newest(the_door->app.store, the_door->arena, call.id, 10, &leads, &n, NULL), ERR_OK);
    assert_int_equal(n, 1);
    assert_string_equal(leads[0].name, "Олена");
    assert_non_null(strstr(leads[0].wish, "перенести запис на суботу"));
    assert_int_equal(leads[0].phone[0], '+');
    struct client client = {0};
    assert_int_equal(client_get(the_door->app.store, the_door->arena, call.client_id, call.profile,
                                &client, NULL),
                     ERR_OK);
    assert_string_equal(client.name, "Олена");
}

static size_t leads_of(const char *id, struct lead **ret)
{
    size_t n = 0;

    assert_int_equal(
        leads_newest(the_door->app.store, the_door->arena, kept_call(id).id, 10, ret, &n, NULL),
        ERR_OK);
    return n;
}

/* A call from this number, as the exchange writes it. */
static const char *call_from(const char *number)
{
    const char *id = door_call_id(the_door);
    const char *body = arena_printf(the_door->arena,
                                    "{\"callID\":\"%s\",\"externalNumber\":\"%s\","
                                    "\"internalNumber\":\"0440000202\"}",
                                    id, number);

    assert_int_equal(door_json(the_door, "/telephony/binotel/incoming-call", body).status, 200);
    return id;
}

static void a_caller_whom_nothing_hears_is_called_back_and_offered_the_keys(void **state)
{
    (void)state;
    const char *id = door_call(the_door);
    struct lead *leads = NULL;
    size_t n = 0;
    const char *wav = door_wav(the_door, true, 1500, &n);
    (void)post(id, "audio", wav, n, NULL);
    assert_int_equal(leads_of(id, &leads), 1);
    assert_int_equal(leads[0].phone[0], '+');
    assert_string_equal(leads[0].wish, salon()->say.unheard_wish);
    wav = door_wav(the_door, true, 1600, &n);
    (void)post(id, "audio", wav, n, NULL);
    assert_int_equal(leads_of(id, &leads), 1);
    struct answer a = post(id, "digits", "2", 0, NULL);
    assert_non_null(strstr(answer_text(&a, "message"), "09:00"));
}

static void a_hidden_caller_whom_nothing_hears_keys_a_number_in(void **state)
{
    (void)state;
    const char *id = call_from("anonymous");
    struct lead *leads = NULL;
    size_t n = 0;
    const char *wav = door_wav(the_door, true, 1500, &n);
    struct answer a = post(id, "audio", wav, n, NULL);
    assert_string_equal(answer_text(&a, "message"), salon()->say.hearing_off_number);
    assert_int_equal(leads_of(id, &leads), 0);
    a = post(id, "digits", "0501234567#", 0, NULL);
    assert_string_equal(answer_text(&a, "message"), salon()->say.unheard_request);
    assert_int_equal(leads_of(id, &leads), 1);
    assert_string_equal(leads[0].phone, "+380501234567");
}

static void withheld_callers_share_no_name_and_leave_no_number(void **state)
{
    static const char *const hidden[] = {"+266696687", "anonymous", "86282452253", "Restricted"};

    (void)state;
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++) {
        const char *id = call_from(hidden[i]);
        assert_int_equal(kept_call(id).client_id, 0);
        (void)door_say(the_door, id, "З'єднайте мене з людиною");
        struct answer a = door_say(the_door, id, "Мене звати Олена");
        assert_string_equal(answer_text(&a, "message"), salon()->say.ask_phone);
    }
}

static void a_caller_is_answered_in_their_language_to_the_end(void **state)
{
    (void)state;
    const struct profile *ru = profile_in(salon(), "ru");
    const char *id = door_call(the_door);
    assert_int_equal(salon()->others_n, 1);
    struct answer a = door_say(the_door, id, "спасибо");
    assert_string_equal(answer_text(&a, "message"), salon()->say.anything_else);
    a = door_say(the_door, id, "Мне нужно поговорить с человеком");
    assert_string_equal(kept_call(id).language, "ru");
    assert_non_null(strstr(answer_text(&a, "message"), ru->say.ask_name));
    a = door_say(the_door, id, "Олена");
    assert_string_equal(answer_text(&a, "message"), ru->say.confirm_phone);
    a = door_say(the_door, id, "так");
    assert_string_equal(answer_text(&a, "message"), ru->say.ask_wish);
    a = door_say(the_door, id, "мені потрібен майстер на завтра");
    assert_string_equal(kept_call(id).language, "uk");
    assert_non_null(strstr(answer_text(&a, "message"), salon()->say.anything_else));
}

static void call_ends_at_its_limit_of_turns(void **state)
{
    (void)state;
    const char *id = door_call(the_door);
    bool goes_on = true;
    int n = 0;
    for (; goes_on && n <= salon()->limits.turns; n++) {
        struct answer a = door_say(the_door, id, "Де ви знаходитесь?");
        assert_int_equal(a.status, 200);
        goes_on = answer_bool(&a, "should_continue");
    }
    assert_int_equal(n, salon()->limits.turns);
    assert_string_equal(kept_call(id).end_reason, "limit");
}

static void other_content_type_is_415(void **state)
{
    (void)state;
    assert_int_equal(door_json(the_door, STREAM, "{\"callID\":\"x\"}").status, 415);
}

const struct CMUnitTest cases_turn[] = {
    CASE(typed_words_are_answered_aloud_and_kept),
    CASE(stream_is_transcript_sentences_and_an_end),
    CASE(turn_sent_again_gives_the_same_bytes_and_no_second_turn),
    CASE(a_known_turn_with_other_words_is_refused_and_gives_nothing_away),
    CASE(an_idempotency_key_with_other_words_is_refused),
    CASE(idempotency_key_tells_turns_apart),
    CASE(body_repeated_within_the_window_is_one_turn),
    CASE(sound_without_a_recogniser_is_answered_politely),
    CASE(three_silences_say_goodbye),
    CASE(words_between_silences_start_the_count_again),
    CASE(empty_audio_is_400),
    CASE(missing_parts_are_422_in_the_contracts_form),
    CASE(unknown_call_is_404_and_ended_call_409),
    CASE(a_reply_says_what_it_asks),
    CASE(goodbye_ends_the_call_with_one_wav),
    CASE(a_part_that_is_given_twice_is_400),
    CASE(a_part_that_is_given_again_says_no_more),
    CASE(of_several_parts_the_surest_with_content_counts),
    CASE(an_empty_call_id_does_not_hide_the_other),
    CASE(words_that_are_not_utf8_are_as_none),
    CASE(cut_multipart_is_400_and_keeps_nothing),
    CASE(what_is_no_sound_is_415_and_no_turn),
    CASE(a_rate_that_no_line_has_is_415),
    CASE(packed_sound_over_a_minute_is_413),
    CASE(wav_that_lies_about_its_length_is_read_as_far_as_it_goes),
    CASE(sound_over_a_minute_is_413),
    CASE(unreadable_coding_is_415_and_names_what_is_taken),
    CASE(pressed_keys_are_a_turn),
    CASE(request_for_a_person_becomes_a_lead),
    CASE(a_caller_whom_nothing_hears_is_called_back_and_offered_the_keys),
    CASE(a_hidden_caller_whom_nothing_hears_keys_a_number_in),
    CASE(withheld_callers_share_no_name_and_leave_no_number),
    CASE(a_caller_is_answered_in_their_language_to_the_end),
    CASE(call_ends_at_its_limit_of_turns),
    CASE(other_content_type_is_415),
};
const size_t cases_turn_n = sizeof cases_turn / sizeof cases_turn[0];
