/* Whole spoken calls, from WAV to WAV: through nginx and spawn-fcgi to the routes, and from there
 * to every vendor's stand-in over TLS. What was said, by whom, how long it took and what it cost
 * must stand in the store.
 *
 * check: timeout=120 */
#include "tests/support/ring.h"

#include "base/digest.h"
#include "wire/base64.h"
#include "wire/wav.h"

#define TURNS 6

struct talk {
    const char *scenario, *called, *language, *profile;
    const char *line[TURNS]; /* what the caller says, as it is to be heard */
    const char *name, *wish, *last;
};

static const struct talk salon = {
    .scenario = "salon-call.json",
    .called = "0440000202",
    .language = "uk",
    .profile = "salon",
    .line = {"Добрий день! Хочу записатися на стрижку.",
             "А скільки це коштує? І чи робите ви фарбування?", "Скажіть, а в суботу ви працюєте?",
             "Тоді запишіть мене, будь ласка, на суботу на одинадцяту.",
             "Мене звати Олена, передзвоніть на цей номер.", "Ні, дякую, це все. До побачення!"},
    .name = "Олена",
    .wish = "Стрижка в суботу об 11:00",
    .last = "Дякую за дзвінок! До побачення!",
};

static const struct talk hotel = {
    .scenario = "hotel-call.json",
    .called = "+380480000000",
    .language = "ru",
    .profile = "hotel",
    .line = {"Здравствуйте! Я хочу забронировать номер.",
             "С пятого по восьмое декабря, нас будет двое.",
             "А завтрак у вас есть? И во сколько можно заселиться?",
             "Хорошо, тогда оставьте, пожалуйста, заявку.",
             "Меня зовут Сергей, перезвоните на этот номер.",
             "Нет, спасибо, это всё. До свидания!"},
    .name = "Сергей",
    .wish = "Номер на двоих с 5 по 8 декабря",
    .last = "Спасибо за звонок! До свидания!",
};

/* ---- one turn ------------------------------------------------------------------------------------ */

/* The samples of one piece of an answer; it must be a WAV of its own, with sound. */
static size_t samples_of(const struct json *line)
{
    struct answer a = {.json = line};

    return answer_sound(the_door, &a).n;
}

static void take_json(const struct answer *a, const struct turn *kept, bool last)
{
    assert_true(answer_bool(a, "success"));
    assert_true(samples_of(a->json) > 8000);
    assert_string_equal(answer_text(a, "transcript"), kept->heard);
    assert_string_equal(answer_text(a, "message"), kept->said);
    assert_int_equal(answer_bool(a, "should_continue"), !last);
    assert_int_equal(answer_int(a, "turn"), kept->n);
}

/* Heard; then the sentences in order; then the whole. */
static void take_stream(const struct answer *a, const struct turn *kept, bool last)
{
    const struct json *line[64];
    const char *said = "";
    bool goes_on = false;
    size_t n = ring_lines(a, line, 64);

    assert_true(n >= 3);
    assert_string_equal(json_text(json_member(line[0], "transcript")), kept->heard);
    for (size_t i = 1; i + 1 < n; i++) {
        assert_true(samples_of(line[i]) > 1000);
        const char *text = json_text(json_member(line[i], "message"));
        said = arena_printf(the_door->arena, "%s%s%s", said, *said == '\0' ? "" : " ", text);
    }
    assert_string_equal(said, kept->said);
    assert_string_equal(json_text(json_member(line[n - 1], "message")), kept->said);
    assert_int_equal(json_get_bool(line[n - 1], "should_continue", &goes_on, NULL), ERR_OK);
    assert_int_equal(goes_on, !last);
}

static void assert_kept(const struct turn *t, const char *line)
{
    struct vendor_request *asked = NULL;
    size_t n = ring_requests(t, &asked);
    size_t stages[3] = {0};
    static const char *const names[3] = {"hear", "think", "speak"};

    assert_string_equal(t->heard, line);
    assert_string_equal(t->heard_by, "google");
    assert_string_equal(t->think_rung, "claude");
    assert_int_equal(t->faults, 0);
    assert_true(t->hear_us > 0 && t->think_us > 0 && t->speak_us > 0);
    assert_true(t->total_us >= t->hear_us + t->think_us);
    assert_true(t->tokens_in > 0 && t->tokens_out > 0 && t->cost_microusd > 0);
    for (size_t i = 0; i < n; i++) {
        for (int k = 0; k < 3; k++)
            stages[k] += strcmp(asked[i].stage, names[k]) == 0;
        assert_string_equal(asked[i].outcome, "ok");
        assert_int_equal(asked[i].status, 200);
        assert_true(asked[i].first_byte_us > 0 && asked[i].total_us >= asked[i].first_byte_us);
        assert_true(asked[i].sent > 0 && asked[i].received > 0);
        assert_true(asked[i].connects == 0 || asked[i].tls_us > 0);
    }
    assert_int_equal(stages[0], 1);
    assert_true(stages[1] >= 1);
    if (strcmp(t->speak_rung, "google") == 0)
        assert_true(stages[2] >= 1);
    else
        assert_string_equal(t->speak_rung, "cache");
}

/* ---- the whole call ------------------------------------------------------------------------------ */

static int64_t count_of(const struct json *usage, const char *name)
{
    return (int64_t)ring_number(usage, name);
}

/* What the vendors' lists say that their part of this call cost, in micro-dollars; of each request
 * a part of one is one. Google's recogniser (v1, a standard model): $0.024 a minute, by the second. */
static int64_t heard_for(void)
{
    const struct json *asked[32];
    int64_t cost = 0;
    size_t count = ring_timings("stt", asked, 32);

    assert_int_equal(count, TURNS);
    for (size_t i = 0; i < count; i++)
        cost += count_of(json_member(asked[i], "usage"), "seconds") * 24000 / 60;
    assert_true(cost >= TURNS * 400);
    return cost;
}

/* A Chirp 3 HD voice: $30 for a million characters. */
static int64_t spoken_for(void)
{
    const struct json *asked[96];
    int64_t cost = 0;
    size_t count = ring_timings("tts", asked, 96);

    assert_true(count >= TURNS);
    for (size_t i = 0; i < count; i++) {
        assert_non_null(strstr(json_text(json_member(asked[i], "voice")), "-Chirp3-HD-"));
        cost += count_of(json_member(asked[i], "usage"), "characters") * 30;
    }
    return cost;
}

/* claude-haiku-5-5, a prompt of less than 100,000 tokens (vendors.md 4.2). */
static int64_t thought_for(int64_t *ret_in, int64_t *ret_out)
{
    const struct json *asked[32];
    int64_t cost = 0, in = 0, out = 0;
    size_t count = ring_timings("claude", asked, 32);

    for (size_t i = 0; i < count; i++) {
        const struct json *u = json_member(asked[i], "usage");
        assert_string_equal(json_text(json_member(asked[i], "model")), "claude-haiku-5-5");
        int64_t plain = count_of(u, "input_tokens");
        int64_t read = count_of(u, "cache_read_input_tokens");
        int64_t written = count_of(u, "cache_creation_input_tokens");
        int64_t said = count_of(u, "output_tokens");
        cost +=
            (plain * 100000 + written * 125000 + read * 10000 + said * 500000 + 999999) / 1000000;
        in += plain + read + written;
        out += said;
    }
    assert_true(count >= TURNS);
    *ret_in = in;
    *ret_out = out;
    return cost;
}

/* Each request's, summed by stage. */
static int64_t kept_for(const struct turn *turns, size_t n, const char *stage)
{
    int64_t cost = 0;

    for (size_t i = 0; i < n; i++) {
        struct vendor_request *asked = NULL;
        size_t count = ring_requests(&turns[i], &asked);
        for (size_t k = 0; k < count; k++) {
            assert_true(asked[k].cost_known);
            cost += strcmp(asked[k].stage, stage) == 0 ? asked[k].cost_microusd : 0;
        }
    }
    return cost;
}

/* Turn 0 is the greeting: its voice is paid for too, when it was not remembered. */
static void assert_paid(const struct call *kept, const struct turn *turns, size_t n)
{
    int64_t in = 0, out = 0, cost = 0;

    int64_t hear = heard_for(), think = thought_for(&in, &out), speak = spoken_for();
    assert_int_equal(kept_for(turns, n, "hear"), hear);
    assert_int_equal(kept_for(turns, n, "think"), think);
    assert_int_equal(kept_for(turns, n, "speak"), speak);
    for (size_t i = 0; i < n; i++) {
        cost += turns[i].cost_microusd;
        in -= turns[i].tokens_in;
        out -= turns[i].tokens_out;
    }
    assert_int_equal(cost, hear + think + speak);
    assert_int_equal(in, 0);
    assert_int_equal(out, 0);
    assert_int_equal(kept->cost_microusd, cost);
}

static void assert_ended(const struct talk *talk, const char *call)
{
    struct call kept = kept_call(call);
    struct turn *turns = NULL;
    struct lead *leads = NULL;
    size_t n = kept_turns(&kept, &turns);

    assert_int_equal(n, TURNS + 1);
    assert_int_equal(kept.turns, TURNS);
    assert_int_equal(kept.status, CALL_COMPLETED);
    assert_string_equal(kept.end_reason, "goodbye");
    assert_string_equal(kept.profile, talk->profile);
    assert_string_equal(turns[TURNS].said, talk->last);
    assert_true(turns[TURNS].ends);
    assert_paid(&kept, turns, n);
    assert_int_equal(ring_leads(call, &leads), 1);
    assert_string_equal(leads[0].name, talk->name);
    assert_string_equal(leads[0].wish, talk->wish);
    assert_true(strlen(leads[0].phone) >= 12);
    assert_int_equal(leads[0].call_id, kept.id);
}

/* From now on the recogniser knows this recording, by its samples alone. */
static void teach(const char *wav, size_t len, const char *words)
{
    struct pcm pcm = {0};
    char digest[DIGEST_HEX];

    assert_int_equal(wav_read(the_door->arena, wav, len, &pcm, NULL, NULL), ERR_OK);
    assert_int_equal(digest_sha256(pcm.samples, pcm.n * sizeof *pcm.samples, digest), ERR_OK);
    vendors_hear(&ring_vendors, digest, words);
}

/* No vendor is told who calls: neither the number, in any of its forms, nor the exchange's call. */
static void keep_secret(const char *call)
{
    struct client client = {0};

    assert_int_equal(client_get(the_door->app.store, the_door->arena, kept_call(call).client_id,
                                kept_call(call).profile, &client, NULL),
                     ERR_OK);
    assert_int_equal(strlen(client.phone), strlen("+380630000001"));
    vendors_tell(
        &ring_vendors, "/forbid",
        arena_printf(the_door->arena, "{\"texts\":[\"%s\",\"%s\"]}", client.phone + 4, call));
}

/* In one piece each line is known by its recording: a sample that got lost on the way would not be
 * heard. In pieces it is the scenario's next, with what is odd about it there. */
static void hold(const struct talk *talk, bool stream)
{
    ring_fresh();
    vendors_tell(&ring_vendors, "/scenario",
                 arena_printf(the_door->arena, "{\"file\":\"%s\"%s}", talk->scenario,
                              stream ? "" : ",\"stt\":{}"));
    const char *call = ring_call(talk->called);
    keep_secret(call);
    for (int i = 0; i < TURNS; i++) {
        char turn[16];
        struct ring_said s = {.call = call, .turn = turn, .stream = stream};
        (void)snprintf(turn, sizeof turn, "%d", i + 1);
        s.wav = ring_wav(talk->language, talk->line[i], &s.len);
        if (!stream)
            teach(s.wav, s.len, talk->line[i]);
        struct answer a = ring_turn(&s);
        assert_int_equal(a.status, 200);
        struct turn kept = ring_kept(call, i + 1);
        assert_kept(&kept, talk->line[i]);
        (stream ? take_stream : take_json)(&a, &kept, i + 1 == TURNS);
    }
    assert_ended(talk, call);
    vendors_assert_content(&ring_vendors);
    assert_int_equal(vendors_count(&ring_vendors, "oauth", "requests") <= 1, true);
    assert_int_equal(vendors_count(&ring_vendors, "whisper", "requests"), 0);
}

static void a_spoken_ukrainian_call_is_held_and_kept_with_its_times_and_its_cost(void **state)
{
    (void)state;
    hold(&salon, false);
}

static void the_same_call_in_pieces_says_and_keeps_the_same(void **state)
{
    (void)state;
    hold(&salon, true);
}

static void a_spoken_russian_call_is_held_and_kept_with_its_times_and_its_cost(void **state)
{
    (void)state;
    hold(&hotel, false);
}

static void the_russian_call_in_pieces_says_and_keeps_the_same(void **state)
{
    (void)state;
    hold(&hotel, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_spoken_ukrainian_call_is_held_and_kept_with_its_times_and_its_cost),
        cmocka_unit_test(the_same_call_in_pieces_says_and_keeps_the_same),
        cmocka_unit_test(a_spoken_russian_call_is_held_and_kept_with_its_times_and_its_cost),
        cmocka_unit_test(the_russian_call_in_pieces_says_and_keeps_the_same),
    };

    ring_begin();
    ring_be_patient();
    ring_open(door_open_nginx, 2);
    int failed = cmocka_run_group_tests_name("vendors/call", tests, NULL, NULL);
    ring_close();
    return failed;
}
