/* Our client of the model with the real prompts and tools, sent through our own HTTP to the
 * stand-in: whole calls, by every model and both versions of the API.
 *
 * check: plain timeout=150 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/talk.h"
#include "tests/support/vendors.h"

#include <string.h>
#include <time.h>

#include "base/settings.h"
#include "think/action.h"
#include "think/prompt.h"
#include "net/http.h"
#include "providers/claude.h"

static struct vendors vendors;
static struct arena arena;
static struct http *http;

static int start(void **state)
{
    (void)state;
    vendors_start(&vendors);
    arena_init(&arena, 64 << 20);
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

struct said_call {
    struct claude_setup setup;
    struct profile profile;
    struct prompts prompts;
    struct prompt prompt;
    bool stream;
    struct claude_message message[32];
    size_t n;
    int64_t cache_read;
    int requests, ends, thoughts;
    const char *name, *said; /* of the request; the last words */
};

static struct claude_answer answered(struct said_call *c, const struct claude_ask *ask)
{
    struct http_request q = {0};
    struct http_reply reply = {0};
    struct claude_stream stream;
    struct claude_answer answer = {0};
    struct failure f = {0};

    if (claude_request(&arena, &c->setup, ask, &q, &f.why) != ERR_OK)
        fail_msg("%s", f.why.text);
    claude_stream_init(&stream, &arena, NULL, NULL);
    if (c->stream) {
        q.on_bytes = claude_stream_bytes;
        q.to = &stream;
    }
    enum err e = http_send(http, &arena, &q, &reply, &f.why);
    if (e == ERR_OK && c->stream)
        e = claude_stream_end(&stream, reply.status, &answer, &f);
    else if (e == ERR_OK)
        e = claude_answer_read(&arena, reply.status, reply.body, reply.len, &answer, &f);
    claude_stream_release(&stream);
    if (e != ERR_OK) {
        vendors_assert_content(&vendors);
        fail_msg("%d: %s", reply.status, f.why.text);
    }
    return answer;
}

static void add(struct said_call *c, enum claude_role role, const struct claude_block *block,
                size_t n)
{
    assert_true(c->n < sizeof c->message / sizeof *c->message);
    c->message[c->n++] = (struct claude_message){role, block, n};
}

static void use_tools(struct said_call *c, const struct claude_answer *answer)
{
    struct claude_block *result = arena_calloc(&arena, answer->tools, sizeof *result);
    struct effects effects = {0};
    struct action_call call = {.arena = &arena,
                               .profile = &c->profile,
                               .caller_phone = "+380501234567",
                               .effects = &effects};

    assert_non_null(result);
    for (size_t i = 0; i < answer->tools; i++) {
        assert_int_equal(action_use(&call, answer->tool[i], &result[i], &(struct asks_open){0}),
                         ERR_OK);
        if (result[i].is_error)
            fail_msg("%s", result[i].text);
    }
    const struct effect_lead *lead = effects_lead(&effects);
    c->ends += effects_end(&effects) != NULL;
    c->requests += lead != NULL;
    if (lead != NULL)
        c->name = lead->name;
    add(c, CLAUDE_USER, result, answer->tools);
}

/* One turn: the caller's words, and rounds until no tool is used. */
static void turn(struct said_call *c, const char *words)
{
    struct claude_block *said = arena_calloc(&arena, 1, sizeof *said);

    assert_non_null(said);
    *said = (struct claude_block){.kind = CLAUDE_TEXT, .text = words};
    add(c, CLAUDE_USER, said, 1);
    for (int round = 0; round < 4; round++) {
        struct claude_ask ask = {.system = c->prompt.business->system,
                                 .tail = c->prompt.tail,
                                 .tool = c->prompt.business->tool,
                                 .tools = c->prompt.business->tools,
                                 .message = c->message,
                                 .messages = c->n,
                                 .opening = c->prompt.opening,
                                 .user_id = "5f0c8a",
                                 .stream = c->stream,
                                 .deadline = deadline_in_ms(10000)};
        struct claude_answer answer = answered(c, &ask);
        assert_non_null(answer.text);
        c->cache_read += answer.usage.cache_read;
        c->thoughts += answer.thoughts;
        if (answer.text != NULL && *answer.text != '\0')
            c->said = answer.text;
        if (answer.blocks > 0)
            add(c, CLAUDE_ASSISTANT, answer.block, answer.blocks);
        if (answer.tools == 0)
            return;
        use_tools(c, &answer);
    }
    fail_msg("tools without end");
}

static const char *const salon[] = {
    "Хочу записатися на стрижку.",       "А скільки це коштує?", "Скажіть, а в суботу ви працюєте?",
    "Запишіть на суботу на одинадцяту.", "Мене звати Олена.",    "Ні, дякую. До побачення!"};
static const char *const hotel[] = {"Я хочу забронировать номер.", "С пятого по восьмое декабря.",
                                    "А завтрак у вас есть?",       "Оставьте, пожалуйста, заявку.",
                                    "Меня зовут Сергей.",          "Нет, спасибо. До свидания!"};

static struct said_call hold(const char *profile_name, const char *model, const char *version,
                             bool stream)
{
    struct tm local = {.tm_wday = 1, .tm_mday = 3, .tm_mon = 10, .tm_year = 126, .tm_hour = 12};
    struct said_call c = {.stream = stream,
                          .profile = talk_profile(&arena, profile_name),
                          .prompts = {.arena = &arena}};
    struct prompt_facts facts = {
        .profile = &c.profile, .local = &local, .number_known = true, .turns_left = -1};
    bool russian = strcmp(profile_name, "hotel") == 0;

    vendors_reset(&vendors);
    vendors_set(&vendors);
    vendors_play(&vendors, russian ? "hotel-call.json" : "salon-call.json");
    settings_forget();
    assert_int_equal(settings_load(NULL), ERR_OK);
    assert_int_equal(claude_setup_read(&c.setup, NULL), ERR_OK);
    c.setup.model = model;
    c.setup.version = version;
    assert_int_equal(prompt_make(&c.prompts, &arena, &facts, &c.prompt), ERR_OK);
    for (int i = 0; i < 6; i++)
        turn(&c, russian ? hotel[i] : salon[i]);
    vendors_assert_content(&vendors);
    assert_int_equal(c.requests, 1);
    assert_int_equal(c.ends, 1);
    vendors_unset();
    settings_forget();
    return c;
}

static void a_ukrainian_call_in_streams(void **state)
{
    (void)state;
    struct said_call c = hold("salon", "claude-haiku-5-5", "2023-06-01", true);
    assert_string_equal(c.name, "Олена");
    assert_string_equal(c.said, "Дякую за дзвінок! До побачення!");
    assert_int_equal(c.thoughts, 0);
    assert_true(c.cache_read > 7 * 1000); /* every round but the first reads the cached prompt */
}

static void a_russian_call_in_one_piece(void **state)
{
    (void)state;
    struct said_call c = hold("hotel", "claude-haiku-5-5", "2026-10-21", false);
    assert_string_equal(c.name, "Сергей");
}

static void every_model_takes_what_is_sent_under_both_versions(void **state)
{
    static const char *const models[] = {"claude-haiku-5-5", "claude-haiku-4-5",
                                         "claude-sonnet-5-5", "claude-opus-5-5",
                                         "claude-sonnet-4-5"};

    (void)state;
    for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
        (void)hold("salon", models[i], "2023-06-01", i % 2 == 0);
        struct said_call c = hold("salon", models[i], "2026-10-21", i % 2 == 1);
        assert_int_equal(c.thoughts > 0, strcmp(models[i], "claude-opus-5-5") == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ukrainian_call_in_streams),
        cmocka_unit_test(a_russian_call_in_one_piece),
        cmocka_unit_test(every_model_takes_what_is_sent_under_both_versions),
    };
    return cmocka_run_group_tests_name("vendors/talk", tests, start, stop);
}
