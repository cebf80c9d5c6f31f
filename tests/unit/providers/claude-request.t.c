#include "providers/claude.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "wire/json.h"

static struct arena a;

static int set_up(void **state)
{
    (void)state;
    arena_init(&a, (size_t)64 * 1024 * 1024);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&a);
    return 0;
}

static const struct claude_setup setup = {.base_url = "https://api.anthropic.com",
                                          .version = "2023-06-01",
                                          .model = "claude-haiku-5-5",
                                          .fallback_model = "claude-haiku-4-5",
                                          .effort = CLAUDE_LOW,
                                          .max_tokens = 300,
                                          .key = {"sk-one", "sk-two"},
                                          .keys = 2};

static const struct claude_tool slots = {
    .name = "find_slots",
    .description = "Free slots for a date",
    .schema = "{\"type\":\"object\",\"properties\":{\"date\":{\"type\":\"string\"}},"
              "\"required\":[\"date\"],\"additionalProperties\":false}",
    .strict = true};

/* ---- shorthand ------------------------------------------------------------------------------- */

#define SAYS(t)                                                                                    \
    {                                                                                              \
        .kind = CLAUDE_TEXT, .text = (t)                                                           \
    }
#define USES(i, in)                                                                                \
    {                                                                                              \
        .kind = CLAUDE_TOOL_USE, .id = (i), .name = "find_slots", .input = (in)                    \
    }
#define RESULT(i, t, no)                                                                           \
    {                                                                                              \
        .kind = CLAUDE_TOOL_RESULT, .id = (i), .text = (t), .is_error = (no)                       \
    }
#define BLOCKS(...) ((const struct claude_block[]){__VA_ARGS__})
#define MESSAGE(who, ...)                                                                          \
    {                                                                                              \
        (who), BLOCKS(__VA_ARGS__), sizeof BLOCKS(__VA_ARGS__) / sizeof(struct claude_block)       \
    }
#define CALLER(...) MESSAGE(CLAUDE_USER, __VA_ARGS__)
#define HOLOS(...)  MESSAGE(CLAUDE_ASSISTANT, __VA_ARGS__)

static struct claude_ask ask_of(const struct claude_message *m, size_t n)
{
    return (struct claude_ask){.system = "Ти адміністратор салону.",
                               .tail = "Сьогодні субота.",
                               .tool = &slots,
                               .tools = 1,
                               .message = m,
                               .messages = n,
                               .user_id = "5f0c8a",
                               .stream = true,
                               .deadline = {.at_us = 12345}};
}

/* ---- what the API demands -------------------------------------------------------------------- */

static const char *text_of(const struct json *o, const char *name)
{
    const char *s = json_text(json_member(o, name));

    if (s == NULL)
        fail_msg("no text \"%s\"", name);
    return s;
}

static bool is_blank(const char *s)
{
    return s[strspn(s, " \t\r\n")] == '\0';
}

static bool has_type(const struct json *block, const char *type)
{
    return strcmp(text_of(block, "type"), type) == 0;
}

/* The tool uses of one message are answered by the first blocks of the next, one by one. */
static void check_answers(const struct json *uses, const struct json *results)
{
    const struct json *result = json_first(results);

    for (const struct json *use = json_first(uses); use != NULL; use = json_next(use)) {
        if (!has_type(use, "tool_use"))
            continue;
        assert_non_null(result);
        assert_true(has_type(result, "tool_result"));
        assert_string_equal(text_of(result, "tool_use_id"), text_of(use, "id"));
        result = json_next(result);
    }
    for (; result != NULL; result = json_next(result))
        assert_false(has_type(result, "tool_result"));
}

static void check_block(const struct json *block, bool user)
{
    if (has_type(block, "text")) {
        assert_false(is_blank(text_of(block, "text")));
    } else if (user) {
        assert_true(has_type(block, "tool_result"));
        const char *content = json_text(json_member(block, "content"));
        bool failed = false;
        assert_int_equal(json_get_bool(block, "is_error", &failed, NULL), ERR_OK);
        assert_true(!failed || (content != NULL && !is_blank(content)));
    } else if (has_type(block, "tool_use")) {
        assert_int_equal(json_kind(json_member(block, "input")), JSON_OBJECT);
        assert_false(is_blank(text_of(block, "name")));
    } else {
        assert_true(has_type(block, "thinking") || has_type(block, "redacted_thinking"));
        assert_non_null(json_next(block)); /* never a message's last */
    }
}

static void check_messages(const struct json *messages)
{
    const struct json *before = NULL;
    bool user = false;

    assert_true(json_count(messages) > 0);
    for (const struct json *m = json_first(messages); m != NULL; m = json_next(m)) {
        assert_string_equal(text_of(m, "role"), user ? "assistant" : "user"); /* in turn */
        user = !user;
        const struct json *content = json_member(m, "content");
        assert_true(json_count(content) > 0);
        for (const struct json *b = json_first(content); b != NULL; b = json_next(b))
            check_block(b, user);
        if (user)
            check_answers(before, content);
        before = content;
    }
    assert_true(user); /* the last word is the user's */
}

static void check_names(const struct json *o)
{
    static const char *const known[] = {"model",         "max_tokens",  "messages", "system",
                                        "tools",         "tool_choice", "thinking", "metadata",
                                        "output_config", "stream"};

    for (const struct json *m = json_first(o); m != NULL; m = json_next(m)) {
        bool found = false;
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
            found = found || strcmp(json_name(m), known[i]) == 0;
        if (!found)
            fail_msg("unknown field %s", json_name(m));    /* a sampling parameter, perhaps */
        assert_ptr_equal(json_member(o, json_name(m)), m); /* nothing twice */
    }
}

static const struct json *read_body(const struct http_request *req)
{
    const struct json *o = NULL;
    struct why why = {0};

    if (json_parse(&a, req->body, req->len, &o, &why) != ERR_OK)
        fail_msg("%s in %s", why.text, (const char *)req->body);
    check_names(o);
    check_messages(json_member(o, "messages"));
    for (const struct json *b = json_first(json_member(o, "system")); b != NULL; b = json_next(b))
        check_block(b, true);
    return o;
}

static const struct json *body_of(const struct claude_setup *s, const struct claude_ask *ask)
{
    struct http_request req = {0};
    struct why why = {0};

    if (claude_request(&a, s, ask, &req, &why) != ERR_OK)
        fail_msg("%s", why.text);
    return read_body(&req);
}

/* "user: a | result t ok x | assistant: b" */
static const char *sketch(const struct json *body)
{
    struct buf b;

    buf_init(&b, &a, 1 << 20);
    const struct json *m = json_first(json_member(body, "messages"));
    for (; m != NULL; m = json_next(m)) {
        buf_printf(&b, "%s%s:", b.len > 0 ? " / " : "", text_of(m, "role"));
        const struct json *c = json_first(json_member(m, "content"));
        for (; c != NULL; c = json_next(c)) {
            const char *content = json_text(json_member(c, "content"));
            bool failed = false;
            if (has_type(c, "text"))
                buf_printf(&b, " %s", text_of(c, "text"));
            else if (has_type(c, "tool_use"))
                buf_printf(&b, " use(%s)", text_of(c, "id"));
            else if (has_type(c, "tool_result") &&
                     json_get_bool(c, "is_error", &failed, NULL) == ERR_OK)
                buf_printf(&b, " %s(%s)=%s", failed ? "error" : "result", text_of(c, "tool_use_id"),
                           content == NULL ? "" : content);
            else
                buf_printf(&b, " %s", text_of(c, "type"));
        }
    }
    return buf_text(&b);
}

static const char *sketch_of(const struct claude_message *m, size_t n)
{
    struct claude_ask ask = ask_of(m, n);

    return sketch(body_of(&setup, &ask));
}

#define SKETCH(...)                                                                                \
    sketch_of((const struct claude_message[]){__VA_ARGS__},                                        \
              sizeof((const struct claude_message[]){__VA_ARGS__}) /                               \
                  sizeof(struct claude_message))

/* ---- the request ----------------------------------------------------------------------------- */

static const struct claude_message hello[] = {CALLER(SAYS("Хочу записатися на завтра"))};

static void a_request_is_complete(void **state)
{
    (void)state;
    struct claude_ask ask = ask_of(hello, 1);
    struct http_request req = {0};

    assert_int_equal(claude_request(&a, &setup, &ask, &req, NULL), ERR_OK);
    assert_string_equal(req.method, "POST");
    assert_string_equal(req.url, "https://api.anthropic.com/v1/messages");
    assert_string_equal(req.type, "application/json");
    assert_string_equal(req.headers[0], "anthropic-version: 2023-06-01");
    assert_string_equal(req.headers[1], "x-api-key: sk-one");
    assert_null(req.headers[2]);
    assert_int_equal(req.deadline.at_us, 12345);
    assert_int_equal(req.reply_max, CLAUDE_REPLY_MAX);
    assert_string_equal(
        req.body,
        "{\"model\":\"claude-haiku-5-5\",\"max_tokens\":300,\"stream\":true,"
        "\"thinking\":{\"type\":\"disabled\"},\"output_config\":{\"effort\":\"low\"},"
        "\"system\":[{\"type\":\"text\",\"text\":\"Ти адміністратор салону.\","
        "\"cache_control\":{\"type\":\"ephemeral\"}},"
        "{\"type\":\"text\",\"text\":\"Сьогодні субота.\"}],"
        "\"tools\":[{\"name\":\"find_slots\",\"description\":\"Free slots for a date\","
        "\"strict\":true,\"input_schema\":{\"type\":\"object\",\"properties\":{\"date\":"
        "{\"type\":\"string\"}},\"required\":[\"date\"],\"additionalProperties\":false}}],"
        "\"tool_choice\":{\"type\":\"auto\",\"disable_parallel_tool_use\":true},"
        "\"metadata\":{\"user_id\":\"5f0c8a\"},"
        "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
        "\"text\":\"Хочу записатися на завтра\"}]}]}");
    (void)read_body(&req);
}

static void the_other_key_and_model_can_be_asked(void **state)
{
    (void)state;
    struct claude_ask ask = ask_of(hello, 1);
    struct http_request req = {0};

    ask.key = 1;
    ask.model = setup.fallback_model;
    assert_int_equal(claude_request(&a, &setup, &ask, &req, NULL), ERR_OK);
    assert_string_equal(req.headers[1], "x-api-key: sk-two");
    assert_string_equal(text_of(read_body(&req), "model"), "claude-haiku-4-5");
}

static void an_address_is_completed_once(void **state)
{
    (void)state;
    static const char *const bases[][2] = {
        {"https://example.com", "https://example.com/v1/messages"},
        {"https://example.com/", "https://example.com/v1/messages"},
        {"https://example.com/v1", "https://example.com/v1/messages"},
        {"https://example.com/anthropic/v1//", "https://example.com/anthropic/v1/messages"},
        {"https://example.com/tv1x", "https://example.com/tv1x/v1/messages"},
    };
    struct claude_ask ask = ask_of(hello, 1);

    for (size_t i = 0; i < sizeof bases / sizeof *bases; i++) {
        struct claude_setup s = setup;
        struct http_request req = {0};
        s.base_url = bases[i][0];
        assert_int_equal(claude_request(&a, &s, &ask, &req, NULL), ERR_OK);
        assert_string_equal(req.url, bases[i][1]);
    }
}

static void without_a_key_only_this_machine_is_asked(void **state)
{
    (void)state;
    struct claude_setup s = setup;
    struct claude_ask ask = ask_of(hello, 1);
    struct http_request req = {0};
    struct why why = {0};

    s.keys = 1;
    ask.key = 1;
    assert_int_equal(claude_request(&a, &s, &ask, &req, &why), ERR_CONFIG);
    assert_non_null(strstr(why.text, "number 2"));
    assert_null(req.url);
    s.keys = 0;
    s.local = true;
    ask.key = 0;
    assert_int_equal(claude_request(&a, &s, &ask, &req, NULL), ERR_OK);
    assert_null(req.headers[1]);
}

/* ---- models ---------------------------------------------------------------------------------- */

static const struct json *body_for(const char *model, enum claude_effort effort)
{
    struct claude_setup s = setup;
    struct claude_ask ask = ask_of(hello, 1);

    s.effort = effort;
    ask.model = model;
    return body_of(&s, &ask);
}

static const char *thinking_of(const struct json *body)
{
    const struct json *t = json_member(body, "thinking");

    return t == NULL ? "" : text_of(t, "type");
}

static int64_t max_tokens_of(const struct json *body)
{
    int64_t n = 0;

    assert_int_equal(json_get_int(body, "max_tokens", 1, 100000, &n, NULL), ERR_OK);
    return n;
}

static void each_model_gets_what_it_takes(void **state)
{
    (void)state;
    static const struct {
        const char *model;
        enum claude_effort effort;
        const char *thinking;
        bool told_effort, strict, cache, room;
    } rows[] = {
        {"claude-haiku-5-5", CLAUDE_LOW, "disabled", true, true, true, false},
        {"claude-haiku-5-5-20261007", CLAUDE_HIGH, "disabled", true, true, true, false},
        {"claude-haiku-5-5", CLAUDE_XHIGH, "", true, true, true, true},
        {"claude-haiku-4-5-20251001", CLAUDE_MAX, "", false, true, true, false},
        {"claude-sonnet-5-5", CLAUDE_LOW, "between_tools", true, true, true, true},
        {"claude-opus-5-5", CLAUDE_LOW, "", true, true, true, true},
        {"claude-sonnet-4-20250514", CLAUDE_LOW, "", false, false, true, true},
        {"qwen3-8b", CLAUDE_LOW, "", false, false, false, true},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct json *body = body_for(rows[i].model, rows[i].effort);
        assert_string_equal(text_of(body, "model"), rows[i].model);
        assert_string_equal(thinking_of(body), rows[i].thinking);
        assert_int_equal(json_member(body, "output_config") != NULL, rows[i].told_effort);
        const struct json *tool = json_first(json_member(body, "tools"));
        assert_int_equal(json_member(tool, "strict") != NULL, rows[i].strict);
        const struct json *system = json_first(json_member(body, "system"));
        assert_int_equal(json_member(system, "cache_control") != NULL, rows[i].cache);
        assert_null(json_member(json_next(system), "cache_control"));
        assert_int_equal(max_tokens_of(body) > 300, rows[i].room);
    }
}

static void a_stranger_is_told_nothing_optional(void **state)
{
    (void)state;
    const struct json *body = body_for("qwen3-8b", CLAUDE_LOW);

    assert_null(json_member(body, "metadata"));
    assert_null(json_member(body, "tool_choice"));
}

static void what_is_cached_does_not_change(void **state)
{
    (void)state;
    const struct claude_message other[] = {CALLER(SAYS("Інше"))};
    struct claude_ask one = ask_of(hello, 1);
    struct claude_ask two = ask_of(other, 1);
    struct http_request first = {0};
    struct http_request second = {0};

    two.tail = "Сьогодні неділя.";
    two.key = 1;
    assert_int_equal(claude_request(&a, &setup, &one, &first, NULL), ERR_OK);
    assert_int_equal(claude_request(&a, &setup, &two, &second, NULL), ERR_OK);
    const char *end = strstr(first.body, "},{\"type\":\"text\",\"text\":\"Сьогодні");
    assert_non_null(end);
    assert_memory_equal(first.body, second.body, end - (const char *)first.body);
    const char *tools = strstr(first.body, "\"tools\"");
    assert_non_null(tools);
    const char *metadata = strstr(first.body, "\"metadata\"");
    assert_memory_equal(tools, strstr(second.body, "\"tools\""), metadata - tools);
}

static void what_is_not_there_is_not_sent(void **state)
{
    (void)state;
    struct claude_ask ask = ask_of(hello, 1);

    ask.system = "";
    ask.tail = NULL;
    ask.tools = 0;
    ask.user_id = NULL;
    ask.stream = false;
    ask.max_tokens = 1;
    const struct json *body = body_of(&setup, &ask);
    assert_null(json_member(body, "system"));
    assert_null(json_member(body, "tools"));
    assert_null(json_member(body, "tool_choice"));
    assert_null(json_member(body, "metadata"));
    assert_int_equal(max_tokens_of(body), 1);
    bool stream = true;
    assert_int_equal(json_get_bool(body, "stream", &stream, NULL), ERR_OK);
    assert_false(stream);
}

/* ---- the messages ---------------------------------------------------------------------------- */

static void words_in_turn_stay_as_they_are(void **state)
{
    (void)state;
    assert_string_equal(SKETCH(CALLER(SAYS("a")), HOLOS(SAYS("b")), CALLER(SAYS("c"))),
                        "user: a / assistant: b / user: c");
}

static void blank_texts_are_left_out(void **state)
{
    (void)state;
    assert_string_equal(SKETCH(CALLER(SAYS("a"), SAYS("")), HOLOS(SAYS(" \n")), CALLER(SAYS(NULL)),
                               CALLER(SAYS("b"))),
                        "user: a b");
}

static void messages_of_one_role_become_one(void **state)
{
    (void)state;
    assert_string_equal(SKETCH(CALLER(SAYS("a")), CALLER(SAYS("b")), HOLOS(SAYS("c")),
                               HOLOS(SAYS("d")), CALLER(SAYS("e"))),
                        "user: a b / assistant: c d / user: e");
}

static void a_greeting_comes_after_the_opening(void **state)
{
    (void)state;
    const struct claude_message greeted[] = {HOLOS(SAYS("Вітаю!")), CALLER(SAYS("Так"))};
    struct claude_ask ask = ask_of(greeted, 2);

    assert_string_equal(sketch(body_of(&setup, &ask)), "user: ... / assistant: Вітаю! / user: Так");
    ask.opening = "(дзвінок)";
    assert_string_equal(sketch(body_of(&setup, &ask)),
                        "user: (дзвінок) / assistant: Вітаю! / user: Так");
}

static void a_tool_round_is_replayed(void **state)
{
    (void)state;
    assert_string_equal(SKETCH(CALLER(SAYS("a")),
                               HOLOS(SAYS("Зараз."), USES("t1", "{\"date\": \"2026-11-22\"}")),
                               CALLER(RESULT("t1", "[\"10:00\"]", false))),
                        "user: a / assistant: Зараз. use(t1) / user: result(t1)=[\"10:00\"]");
    const struct claude_message round[] = {CALLER(SAYS("a")),
                                           HOLOS(USES("t1", "{\"date\": \"2026-11-22\"}"))};
    struct claude_ask ask = ask_of(round, 2);
    struct http_request req = {0};
    assert_int_equal(claude_request(&a, &setup, &ask, &req, NULL), ERR_OK);
    assert_non_null(strstr(req.body, "\"input\":{\"date\": \"2026-11-22\"}}")); /* to the byte */
}

static void a_tool_without_a_result_was_cancelled(void **state)
{
    (void)state;
    assert_string_equal(SKETCH(CALLER(SAYS("a")), HOLOS(USES("t1", "{}"), USES("t2", "{}")),
                               CALLER(SAYS("b"), RESULT("t2", "x", true))),
                        "user: a / assistant: use(t1) use(t2) / "
                        "user: error(t1)=cancelled error(t2)=x b");
    assert_string_equal(SKETCH(CALLER(SAYS("a")), HOLOS(USES("t1", "{}"))),
                        "user: a / assistant: use(t1) / user: error(t1)=cancelled");
    assert_string_equal(
        SKETCH(CALLER(SAYS("a")), HOLOS(USES("t1", "{}")), HOLOS(SAYS("b")), CALLER(SAYS("c"))),
        "user: a / assistant: use(t1) / user: error(t1)=cancelled / assistant: b / user: c");
}

static void a_result_that_comes_late_goes_where_it_belongs(void **state)
{
    (void)state;
    assert_string_equal(
        SKETCH(CALLER(SAYS("a")), HOLOS(USES("t1", "{}")), CALLER(SAYS("b")),
               CALLER(RESULT("t1", "x", false)), HOLOS(SAYS("c")), CALLER(SAYS("d"))),
        "user: a / assistant: use(t1) / user: result(t1)=x b / assistant: c / user: d");
}

static void results_of_nothing_are_left_out(void **state)
{
    (void)state;
    assert_string_equal(SKETCH(CALLER(RESULT("t9", "x", false), SAYS("a"))), "user: a");
    assert_string_equal(SKETCH(CALLER(SAYS("a")), HOLOS(USES("t1", "{}")),
                               CALLER(RESULT("t1", "x", false), RESULT("t1", "again", false),
                                      RESULT(NULL, "y", false))),
                        "user: a / assistant: use(t1) / user: result(t1)=x");
}

static void a_result_may_be_empty_but_not_an_error(void **state)
{
    (void)state;
    assert_string_equal(SKETCH(CALLER(SAYS("a")), HOLOS(USES("t1", "{}"), USES("t2", "{}")),
                               CALLER(RESULT("t1", "", false), RESULT("t2", " ", true))),
                        "user: a / assistant: use(t1) use(t2) / user: result(t1)= "
                        "error(t2)=cancelled");
}

static void a_tool_use_that_is_none_is_left_out(void **state)
{
    (void)state;
    assert_string_equal(SKETCH(CALLER(SAYS("a")), HOLOS(USES(NULL, "{}"), SAYS("b")),
                               CALLER(USES("t1", "{}"), SAYS("c"))),
                        "user: a / assistant: b / user: c");
    assert_string_equal(
        SKETCH(CALLER(SAYS("a")), HOLOS(USES("t1", "{}"), USES("t1", "{}")), CALLER(SAYS("b"))),
        "user: a / assistant: use(t1) / user: error(t1)=cancelled b");
    assert_string_equal(SKETCH(CALLER(SAYS("a")), HOLOS(USES("t1", "{broken"))),
                        "user: a / assistant: use(t1) / user: error(t1)=cancelled");
}

static const struct claude_message thought_of[] = {
    CALLER(SAYS("a")),
    HOLOS({.kind = CLAUDE_THINKING_BLOCK, .text = "", .signature = "c2ln"},
          {.kind = CLAUDE_HIDDEN, .text = "eHl6"},
          {.kind = CLAUDE_THINKING_BLOCK, .text = "unsigned"}, USES("t1", "{}"),
          {.kind = CLAUDE_THINKING_BLOCK, .text = "last", .signature = "c2ln"}),
    CALLER(RESULT("t1", "x", false))};

static void thoughts_are_replayed_where_the_model_thinks(void **state)
{
    (void)state;
    struct claude_ask ask = ask_of(thought_of, 3);

    assert_string_equal(sketch(body_of(&setup, &ask)),
                        "user: a / assistant: use(t1) / user: result(t1)=x");
    ask.model = "claude-opus-5-5";
    assert_string_equal(sketch(body_of(&setup, &ask)),
                        "user: a / assistant: thinking redacted_thinking use(t1) / "
                        "user: result(t1)=x");
    ask.model = "claude-sonnet-6"; /* not known: if it had thoughts, it wants them back */
    assert_string_equal(sketch(body_of(&setup, &ask)),
                        "user: a / assistant: thinking redacted_thinking use(t1) / "
                        "user: result(t1)=x");
}

/* The tools stay, for the sake of the cache and of the uses in the history. */
static void words_alone_can_be_asked_for(void **state)
{
    (void)state;
    struct claude_ask ask = ask_of(hello, 1);
    const struct json *body = body_of(&setup, &ask);
    const struct json *choice = json_member(body, "tool_choice");

    assert_string_equal(json_text(json_member(choice, "type")), "auto");
    assert_non_null(json_member(choice, "disable_parallel_tool_use"));
    size_t tools = json_count(json_member(body, "tools"));
    assert_true(tools > 0);
    ask.words_only = true;
    body = body_of(&setup, &ask);
    choice = json_member(body, "tool_choice");
    assert_string_equal(json_text(json_member(choice, "type")), "none");
    assert_int_equal(json_count(choice), 1);
    assert_int_equal(json_count(json_member(body, "tools")), tools);
}

static void there_must_be_something_to_answer(void **state)
{
    (void)state;
    const struct claude_message cases[][2] = {
        {CALLER(SAYS("  ")), CALLER(SAYS(""))},
        {CALLER(SAYS("a")), HOLOS(SAYS("b"))},
        {HOLOS(SAYS("b")), CALLER(SAYS(" "))},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct claude_ask ask = ask_of(cases[i], 2);
        struct http_request req = {0};
        struct why why = {0};
        assert_int_equal(claude_request(&a, &setup, &ask, &req, &why), ERR_VALUE);
        assert_true(why.text[0] != '\0');
        ask.messages = 0;
        assert_int_equal(claude_request(&a, &setup, &ask, &req, NULL), ERR_VALUE);
        assert_null(req.url);
    }
}

/* Any blocks in any order: what is sent is always what the API takes. */
static void whatever_the_history_is_the_api_takes_it(void **state)
{
    (void)state;
    static const char *const texts[] = {"", " ", "так", "\n", "ні"};
    static const char *const ids[] = {"t1", "t2", "t3", NULL};
    unsigned seed = 7;
    int sent = 0;

    for (int round = 0; round < 3000; round++) {
        struct claude_block block[6][4];
        struct claude_message message[6];
        for (size_t i = 0; i < 6; i++) {
            for (size_t j = 0; j < 4; j++) {
                seed = seed * 1103515245 + 12345;
                unsigned dice = seed >> 16;
                block[i][j] = (struct claude_block){.kind = (enum claude_kind)(dice % 5),
                                                    .text = texts[dice / 5 % 5],
                                                    .id = ids[dice / 25 % 4],
                                                    .name = "find_slots",
                                                    .input = "{}",
                                                    .signature = texts[dice / 100 % 5],
                                                    .is_error = dice / 500 % 2};
            }
            seed = seed * 1103515245 + 12345;
            message[i] = (struct claude_message){(enum claude_role)(seed >> 20 & 1), block[i],
                                                 seed >> 16 & 3};
        }
        struct claude_ask ask = ask_of(message, 6);
        ask.model = round % 2 == 0 ? "claude-opus-5-5" : NULL;
        struct http_request req = {0};
        enum err e = claude_request(&a, &setup, &ask, &req, NULL);
        assert_true(e == ERR_OK || e == ERR_VALUE);
        if (e == ERR_OK)
            (void)read_body(&req);
        sent += e == ERR_OK;
        arena_clear(&a);
    }
    assert_true(sent > 1000);
}

/* ---- faults ---------------------------------------------------------------------------------- */

static void a_schema_that_is_none_is_named(void **state)
{
    (void)state;
    static const char *const schemas[] = {"", "[]", "{", "{} {}"};
    struct claude_ask ask = ask_of(hello, 1);

    for (size_t i = 0; i < sizeof schemas / sizeof *schemas; i++) {
        struct claude_tool tool = slots;
        struct http_request req = {0};
        struct why why = {0};
        tool.schema = schemas[i];
        ask.tool = &tool;
        assert_int_equal(claude_request(&a, &setup, &ask, &req, &why), ERR_VALUE);
        assert_non_null(strstr(why.text, "find_slots"));
    }
}

static void a_history_that_is_too_long_is_refused(void **state)
{
    (void)state;
    char *endless = arena_alloc(&a, CLAUDE_REQUEST_MAX);
    assert_non_null(endless);
    memset(endless, 'a', CLAUDE_REQUEST_MAX - 1);
    endless[CLAUDE_REQUEST_MAX - 1] = '\0';
    struct claude_block block = SAYS(endless);
    struct claude_message message = {CLAUDE_USER, &block, 1};
    struct claude_ask ask = ask_of(&message, 1);
    struct http_request req = {0};

    assert_int_equal(claude_request(&a, &setup, &ask, &req, NULL), ERR_TOO_BIG);
}

static void too_little_memory_is_said_at_every_point(void **state)
{
    (void)state;
    struct claude_ask ask = ask_of(thought_of, 3);
    bool once = false;

    for (size_t ceiling = 0; ceiling < 100000; ceiling += 499) {
        struct arena little;
        struct http_request req = {0};
        arena_init(&little, ceiling);
        enum err e = claude_request(&little, &setup, &ask, &req, NULL);
        assert_true(e == ERR_OK || e == ERR_MEMORY);
        assert_int_equal(e == ERR_OK, req.url != NULL);
        once |= e == ERR_OK;
        arena_release(&little);
    }
    assert_true(once);
}

/* `left` bytes of its one block are free. */
static void fill(struct arena *little, size_t left)
{
    arena_init(little, ARENA_BLOCK + 256);
    assert_non_null(arena_alloc(little, ARENA_BLOCK - 256 - left));
}

/* Where the messages had no memory, the body was closed all the same, and the worker ended. */
static void a_request_whose_messages_have_no_memory_is_an_error(void **state)
{
    (void)state;
    struct claude_ask ask = ask_of(thought_of, 3);
    bool once = false;

    ask.tools = 0; /* their schemas would be the first to want memory */
    for (size_t left = 0; left < ARENA_BLOCK - 256; left += 16) {
        struct http_request req = {0};
        struct arena little;
        fill(&little, left);
        enum err e = claude_request(&little, &setup, &ask, &req, NULL);
        assert_true(e == ERR_OK || e == ERR_MEMORY);
        once |= e == ERR_OK;
        arena_release(&little);
    }
    assert_true(once);
}

#define EACH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        EACH(a_request_is_complete),
        EACH(the_other_key_and_model_can_be_asked),
        EACH(an_address_is_completed_once),
        EACH(without_a_key_only_this_machine_is_asked),
        EACH(each_model_gets_what_it_takes),
        EACH(a_stranger_is_told_nothing_optional),
        EACH(what_is_cached_does_not_change),
        EACH(what_is_not_there_is_not_sent),
        EACH(words_in_turn_stay_as_they_are),
        EACH(blank_texts_are_left_out),
        EACH(messages_of_one_role_become_one),
        EACH(a_greeting_comes_after_the_opening),
        EACH(a_tool_round_is_replayed),
        EACH(a_tool_without_a_result_was_cancelled),
        EACH(a_result_that_comes_late_goes_where_it_belongs),
        EACH(results_of_nothing_are_left_out),
        EACH(a_result_may_be_empty_but_not_an_error),
        EACH(a_tool_use_that_is_none_is_left_out),
        EACH(thoughts_are_replayed_where_the_model_thinks),
        EACH(words_alone_can_be_asked_for),
        EACH(there_must_be_something_to_answer),
        EACH(whatever_the_history_is_the_api_takes_it),
        EACH(a_schema_that_is_none_is_named),
        EACH(a_history_that_is_too_long_is_refused),
        EACH(too_little_memory_is_said_at_every_point),
        EACH(a_request_whose_messages_have_no_memory_is_an_error),
    };
    return cmocka_run_group_tests_name("providers/claude-request", tests, NULL, NULL);
}
