/* incoming-call: a call is opened once, greeted, and kept. */
#include "base/clock.h"
#include "store/delivery.h"
#include "tests/cases/cases.h"

#define INCOMING "/telephony/binotel/incoming-call"
#define GREETING "Вітаю! Я штучний інтелект салону краси. Чим можу вам допомогти?"

static const char *body_for(const char *id, const char *from, const char *to)
{
    char *body = arena_printf(
        the_door->arena, "{\"callID\":\"%s\",\"externalNumber\":\"%s\",\"internalNumber\":\"%s\"}",
        id, from, to);
    assert_non_null(body);
    return body;
}

static void greets_in_the_salons_words_with_one_valid_wav(void **state)
{
    (void)state;
    struct answer a =
        door_json(the_door, INCOMING, body_for(door_call_id(the_door), "0501234567", "0440000202"));
    assert_int_equal(a.status, 200);
    assert_string_equal(a.type, "application/json");
    assert_true(answer_bool(&a, "success"));
    assert_string_equal(answer_text(&a, "message"), GREETING);
    struct pcm pcm = answer_sound(the_door, &a);
    assert_in_range(pcm.n / 8, 2000, 12000); /* a greeting lasts 2 to 12 seconds */
}

static void same_call_id_again_gives_the_same_bytes_and_one_call(void **state)
{
    (void)state;
    const char *id = door_call_id(the_door);
    const char *body = body_for(id, "0501234567", "0440000202");
    struct answer a = door_json(the_door, INCOMING, body);
    struct answer b = door_json(the_door, INCOMING, body);
    assert_int_equal(b.status, 200);
    assert_int_equal(a.len, b.len);
    assert_memory_equal(a.body, b.body, a.len);
    struct call call = kept_call(id);
    struct turn *turns = NULL;
    assert_int_equal(kept_turns(&call, &turns), 1);
    assert_string_equal(turns[0].said, GREETING);
    assert_null(turns[0].heard);
}

/* From the voice, from the phrase cache, from the worker's memory: a caller hears no difference,
 * and what is given again later has the same bytes. */
static void every_caller_of_a_business_hears_the_same_greeting(void **state)
{
    (void)state;
    const char *first[2] = {NULL, NULL};

    for (int i = 0; i < 12; i++) {
        const char *body = body_for(door_call_id(the_door), "0501234567",
                                    i % 2 == 0 ? "0440000202" : "0480000000");
        struct answer a = door_json(the_door, INCOMING, body);
        struct answer again = door_json(the_door, INCOMING, body);
        assert_int_equal(a.status, 200);
        assert_int_equal(again.len, a.len);
        assert_memory_equal(again.body, a.body, a.len);
        if (first[i % 2] == NULL)
            first[i % 2] = answer_text(&a, "audio_data");
        assert_string_equal(answer_text(&a, "audio_data"), first[i % 2]);
    }
    assert_string_not_equal(first[0], first[1]);
}

/* Long after, when the ledger has forgotten it. */
static void a_call_whose_delivery_was_swept_is_greeted_in_the_same_words(void **state)
{
    (void)state;
    const char *id = door_call_id(the_door);
    const char *body = body_for(id, "0501234567", "0440000202");
    struct answer a = door_json(the_door, INCOMING, body);
    int64_t swept = 0;
    assert_int_equal(deliveries_sweep(the_door->app.store, clock_unix_ms() + 60000, &swept, NULL),
                     ERR_OK);
    assert_true(swept > 0);
    struct answer b = door_json(the_door, INCOMING, body);
    assert_int_equal(b.status, 200);
    assert_string_equal(answer_text(&b, "message"), answer_text(&a, "message"));
    struct call call = kept_call(id);
    struct turn *turns = NULL;
    assert_int_equal(kept_turns(&call, &turns), 1);
}

static void history_survives_a_second_incoming_call(void **state)
{
    (void)state;
    const char *id = door_call(the_door);
    assert_int_equal(door_say(the_door, id, "Скільки коштує манікюр?").status, 200);
    const char *body = body_for(id, "0671112233", "0440000202");
    assert_int_equal(door_json(the_door, INCOMING, body).status, 200);
    struct call call = kept_call(id);
    struct turn *turns = NULL;
    assert_int_equal(kept_turns(&call, &turns), 2);
}

static void form_body_and_binotels_own_names_are_taken(void **state)
{
    (void)state;
    const char *id = door_call_id(the_door);
    const char *body = arena_printf(
        the_door->arena, "generalCallID=%s&externalNumber=0501234567&pbxNumber=0440000202", id);
    struct answer a = door_form(the_door, INCOMING, body);
    assert_int_equal(a.status, 200);
    assert_string_equal(kept_call(id).called, "0440000202");
}

static void numeric_call_id_is_kept_to_the_digit(void **state)
{
    (void)state;
    struct answer a = door_json(the_door, INCOMING,
                                "{\"callID\":6100000007001,\"externalNumber\":\"0501234567\","
                                "\"internalNumber\":440000202}");
    assert_int_equal(a.status, 200);
    assert_string_equal(kept_call("6100000007001").called, "440000202");
}

static void number_beyond_2_to_the_53_is_refused_not_changed(void **state)
{
    (void)state;
    struct answer a = door_json(the_door, INCOMING,
                                "{\"callID\":9007199254740993,\"externalNumber\":\"0501234567\","
                                "\"internalNumber\":\"0440000202\"}");
    assert_int_equal(a.status, 400);
    assert_non_null(strstr(answer_text(&a, "error"), "callID"));
}

static void missing_fields_are_named(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "{\"externalNumber\":\"1\",\"internalNumber\":\"2\"}",
        "{\"callID\":\"\",\"externalNumber\":\"1\",\"internalNumber\":\"2\"}",
        "{\"callID\":null,\"externalNumber\":\"1\",\"internalNumber\":\"2\"}",
    };
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct answer a = door_json(the_door, INCOMING, bodies[i]);
        assert_int_equal(a.status, 400);
        assert_string_equal(answer_text(&a, "error"), "Missing required fields");
        const struct json *named = json_member(a.json, "missing");
        assert_int_equal(json_count(named), 1);
        assert_string_equal(json_text(json_first(named)), "callID");
    }
}

/* Left out, null, empty: all of them are a caller whose number is hidden. */
static void a_caller_without_a_number_is_greeted(void **state)
{
    static const char *const numbers[] = {"", "\"externalNumber\":null,",
                                          "\"externalNumber\":\"\","};

    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        const char *id = door_call_id(the_door);
        const char *body =
            arena_printf(the_door->arena, "{\"callID\":\"%s\",%s\"internalNumber\":\"0440000202\"}",
                         id, numbers[i]);
        assert_int_equal(door_json(the_door, INCOMING, body).status, 200);
        assert_int_equal(kept_call(id).client_id, 0);
    }
}

static void unreadable_bodies_are_400_with_a_reason(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "{\"callID\":",
        "[1,2]",
        "\"text\"",
        "{\"callID\":\"a\\u0000b\"}",
        "{\"a\":1} x",
        "{\"callID\":\"\xff\xfe\",\"externalNumber\":\"1\",\"internalNumber\":\"2\"}",
    };
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct answer a = door_json(the_door, INCOMING, bodies[i]);
        assert_int_equal(a.status, 400);
        assert_true(strlen(answer_text(&a, "error")) > 10);
    }
}

static void empty_body_is_400(void **state)
{
    (void)state;
    struct answer a = door_json(the_door, INCOMING, NULL);
    assert_int_equal(a.status, 400);
}

static void field_given_twice_is_refused(void **state)
{
    (void)state;
    struct answer a = door_json(the_door, INCOMING,
                                "{\"callID\":\"a\",\"callID\":\"b\",\"externalNumber\":\"1\","
                                "\"internalNumber\":\"2\"}");
    assert_int_equal(a.status, 400);
    assert_non_null(strstr(answer_text(&a, "error"), "callID"));
}

static void call_id_of_10_kb_is_refused(void **state)
{
    (void)state;
    char id[10241];
    memset(id, 'x', sizeof id - 1);
    id[sizeof id - 1] = '\0';
    struct answer a = door_json(the_door, INCOMING, body_for(id, "0501234567", "0440000202"));
    assert_int_equal(a.status, 400);
    assert_null(strstr(answer_text(&a, "error"), "xxxx"));
}

static void body_over_the_limit_is_413(void **state)
{
    (void)state;
    size_t n = (size_t)200 * 1024;
    char *big = arena_alloc(the_door->arena, n + 1);
    memset(big, ' ', n);
    big[n] = '\0';
    struct answer a = door_json(the_door, INCOMING, big);
    assert_int_equal(a.status, 413);
    assert_true(strlen(answer_text(&a, "error")) > 10);
}

static void other_methods_are_405_with_allow(void **state)
{
    (void)state;
    struct answer a = door_get(the_door, INCOMING);
    assert_int_equal(a.status, 405);
    assert_string_equal(a.allow, "POST");
}

/* Every form of a number opens a call; the same number is one client. */
static void numbers_in_every_form_open_calls(void **state)
{
    (void)state;
    static const struct {
        const char *from, *phone; /* NULL: no client */
    } rows[] = {
        {"0503334455", "+380503334455"},
        {"+380503334455", "+380503334455"},
        {"380503334455", "+380503334455"},
        {"00380503334455", "+380503334455"},
        {"77011234567", "+77011234567"},
        {"998901234567", "+998901234567"},
        {"+38 (050) 333-44-55", "+380503334455"},
        {"anonymous", NULL},
        {"901", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *id = door_call_id(the_door);
        struct answer a =
            door_json(the_door, INCOMING, body_for(id, rows[i].from, "CB_0800000001"));
        assert_int_equal(a.status, 200);
        struct call call = kept_call(id);
        assert_string_equal(call.caller, rows[i].from);
        if (rows[i].phone == NULL) {
            assert_int_equal(call.client_id, 0);
            continue;
        }
        struct client client = {0};
        assert_int_equal(client_get(the_door->app.store, the_door->arena, call.client_id,
                                    call.profile, &client, NULL),
                         ERR_OK);
        assert_string_equal(client.phone, rows[i].phone);
    }
}

static void called_number_chooses_the_business(void **state)
{
    (void)state;
    const struct profile *hotel = app_profile_named(&the_door->app, "hotel");
    assert_non_null(hotel);
    assert_true(hotel->numbers_n > 0);
    const char *id = door_call_id(the_door);
    struct answer a = door_json(the_door, INCOMING, body_for(id, "79261234567", hotel->numbers[0]));
    assert_int_equal(a.status, 200);
    assert_string_equal(answer_text(&a, "message"), "Здравствуйте! Чем могу помочь?");
    assert_string_equal(kept_call(id).profile, "hotel");
}

static void exchanges_own_event_is_acknowledged_to_the_byte(void **state)
{
    (void)state;
    const char *id = door_call_id(the_door);
    const char *body =
        arena_printf(the_door->arena,
                     "pbxNumber=0440000202&externalNumber=0500000101&generalCallID=%s&callType=0"
                     "&companyID=54321&requestType=receivedTheCall",
                     id);
    struct answer a = door_form(the_door, INCOMING, body);
    assert_int_equal(a.status, 200);
    assert_string_equal(a.body, "{\"status\":\"success\"}");
    assert_int_equal(kept_call(id).status, CALL_INITIATED);
    /* the bot's own line is greeted all the same */
    a = door_json(the_door, INCOMING, body_for(id, "0500000101", "0440000202"));
    assert_string_equal(answer_text(&a, "message"), GREETING);
}

static void a_name_that_cannot_be_decoded_leaves_the_call_answered(void **state)
{
    (void)state;
    static const struct {
        const char *before, *after;
    } forms[] = {
        {"", "&callerName=%CE%EB%E5%ED%E0"},
        {"", "&callerName=%D0%9E%D0%BB%D0"},
        {"callerName=100%&", ""},
        {"%FF=1&[x=2&", ""},
        {"a[b][c][d][e][f][g][h][i]=1&", "&callerName="},
        {"callID=&", "&callID=\r\n"},
        {"\xef\xbb\xbf", ""},
    };
    static const char *const names[] = {"\"\xd0\x9e\xd0\"",
                                        "\"\xce\xeb\"",
                                        "\"\\ud83d\"",
                                        "\"a\\u0000\"",
                                        "\"C:\\x41\"",
                                        "\"a\1\"",
                                        "NaN",
                                        "-Infinity",
                                        "",
                                        "[1,]"};
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        const char *id = door_call_id(the_door);
        struct answer a = door_form(
            the_door, INCOMING,
            arena_printf(the_door->arena,
                         "%scallID=%s&externalNumber=0501234567&internalNumber=0440000202%s",
                         forms[i].before, id, forms[i].after));
        if (a.status != 200)
            fail_msg("%s%s: %s", forms[i].before, forms[i].after, a.body);
        assert_string_equal(answer_text(&a, "message"), GREETING);
        (void)kept_call(id);
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *id = door_call_id(the_door);
        struct answer a =
            door_json(the_door, INCOMING,
                      arena_printf(the_door->arena,
                                   "{\"callID\":\"%s\",\"externalNumber\":\"0501234567\","
                                   "\"internalNumber\":\"0440000202\",\"callerName\":%s}",
                                   id, names[i]));
        if (a.status != 200)
            fail_msg("%s: %s", names[i], a.body);
        assert_string_equal(answer_text(&a, "message"), GREETING);
    }
}

/* To send it again would not help: 413, not 503. */
static void a_body_of_too_many_values_is_413(void **state)
{
    (void)state;
    struct buf body;
    buf_init(&body, the_door->arena, (size_t)1 << 20);
    buf_puts(&body, "{\"callID\":\"1\",\"x\":[1");
    for (int i = 0; i < JSON_VALUES; i++)
        buf_puts(&body, ",1");
    buf_puts(&body, "]}");
    assert_int_equal(door_json(the_door, INCOMING, buf_text(&body)).status, 413);
}

const struct CMUnitTest cases_incoming[] = {
    CASE(greets_in_the_salons_words_with_one_valid_wav),
    CASE(same_call_id_again_gives_the_same_bytes_and_one_call),
    CASE(every_caller_of_a_business_hears_the_same_greeting),
    CASE(a_call_whose_delivery_was_swept_is_greeted_in_the_same_words),
    CASE(history_survives_a_second_incoming_call),
    CASE(form_body_and_binotels_own_names_are_taken),
    CASE(numeric_call_id_is_kept_to_the_digit),
    CASE(number_beyond_2_to_the_53_is_refused_not_changed),
    CASE(missing_fields_are_named),
    CASE(a_caller_without_a_number_is_greeted),
    CASE(unreadable_bodies_are_400_with_a_reason),
    CASE(a_name_that_cannot_be_decoded_leaves_the_call_answered),
    CASE(a_body_of_too_many_values_is_413),
    CASE(empty_body_is_400),
    CASE(field_given_twice_is_refused),
    CASE(call_id_of_10_kb_is_refused),
    CASE(body_over_the_limit_is_413),
    CASE(other_methods_are_405_with_allow),
    CASE(numbers_in_every_form_open_calls),
    CASE(called_number_chooses_the_business),
    CASE(exchanges_own_event_is_acknowledged_to_the_byte),
};
const size_t cases_incoming_n = sizeof cases_incoming / sizeof cases_incoming[0];
