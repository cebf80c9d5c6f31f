#include "providers/claude.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/text.h"
#include "wire/json.h"

static struct arena a;

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

/* ---- a stream's pieces ----------------------------------------------------------------------- */

#define EVENT(name, data) "event: " name "\ndata: " data "\n\n"
#define START                                                                                      \
    EVENT("message_start",                                                                         \
          "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_01\",\"type\":\"message\","       \
          "\"role\":\"assistant\",\"model\":\"claude-haiku-5-5\",\"content\":[],"                  \
          "\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":42,"            \
          "\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":1830,"                    \
          "\"output_tokens\":1}}}")
#define BLOCK(i, block)                                                                            \
    EVENT("content_block_start",                                                                   \
          "{\"type\":\"content_block_start\",\"index\":" #i ",\"content_block\":" block "}")
#define DELTA(i, delta)                                                                            \
    EVENT("content_block_delta",                                                                   \
          "{\"type\":\"content_block_delta\",\"index\":" #i ",\"delta\":" delta "}")
#define STOP_BLOCK(i)                                                                              \
    EVENT("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":" #i "}")
#define TEXT_BLOCK(i) BLOCK(i, "{\"type\":\"text\",\"text\":\"\"}")
#define TEXT(i, text) DELTA(i, "{\"type\":\"text_delta\",\"text\":\"" text "\"}")
#define TOOL_BLOCK(i, id, name)                                                                    \
    BLOCK(i, "{\"type\":\"tool_use\",\"id\":\"" id "\",\"name\":\"" name "\",\"input\":{}}")
#define INPUT(i, json) DELTA(i, "{\"type\":\"input_json_delta\",\"partial_json\":\"" json "\"}")
#define PING           EVENT("ping", "{\"type\":\"ping\"}")
#define END(reason, out)                                                                           \
    EVENT("message_delta", "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"" reason      \
                           "\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":" #out "}}")   \
    EVENT("message_stop", "{\"type\":\"message_stop\"}")

/* The documented one: a text, then a tool whose input is cut inside a value. */
static const char documented[] =
    START TEXT_BLOCK(0) PING TEXT(0, "Зараз пере") TEXT(0, "вірю.") STOP_BLOCK(0)
        TOOL_BLOCK(1, "toolu_01", "find_slots") INPUT(1, "") INPUT(1, "{\\\"date\\\": \\\"2026-")
            INPUT(1, "11-22\\\"}") STOP_BLOCK(1) END("tool_use", 57);

struct told {
    struct claude_stream s;
    struct claude_answer answer;
    struct failure failure;
    struct buf said;
    size_t pieces;
    enum err refuse; /* what the receiver of the text returns */
};

static enum err on_text(void *to, const char *text, size_t n)
{
    struct told *t = to;

    assert_true(n > 0 && text_is_utf8(text, n));
    buf_put(&t->said, text, n);
    t->pieces++;
    return t->refuse;
}

static void begin(struct told *t)
{
    *t = (struct told){0};
    arena_clear(&a);
    buf_init(&t->said, &a, 1 << 20);
    claude_stream_init(&t->s, &a, on_text, t);
}

static enum err end(struct told *t, int status)
{
    enum err e = claude_stream_end(&t->s, status, &t->answer, &t->failure);

    assert_int_equal(e == ERR_OK, t->failure.why.text[0] == '\0');
    assert_string_equal(buf_text(&t->said), t->answer.text);
    claude_stream_release(&t->s);
    return e;
}

/* The whole stream in pieces of `step` bytes. */
static enum err run_in(struct told *t, const char *stream, size_t step)
{
    size_t n = strlen(stream);
    enum err e = ERR_OK;

    begin(t);
    for (size_t at = 0; at < n && e == ERR_OK; at += step)
        e = claude_stream_bytes(&t->s, 200, stream + at, at + step < n ? step : n - at);
    enum err ended = end(t, 200);
    assert_true(e == ERR_OK || e == ended);
    return ended;
}

static enum err run(struct told *t, const char *stream)
{
    return run_in(t, stream, strlen(stream));
}

static void check_documented(const struct told *t)
{
    const struct claude_answer *ans = &t->answer;

    assert_string_equal(ans->text, "Зараз перевірю.");
    assert_int_equal(ans->blocks, 2);
    assert_int_equal(ans->block[0].kind, CLAUDE_TEXT);
    assert_string_equal(ans->block[0].text, "Зараз перевірю.");
    assert_int_equal(ans->block[1].kind, CLAUDE_TOOL_USE);
    assert_int_equal(ans->tools, 1);
    assert_ptr_equal(ans->tool[0], &ans->block[1]);
    assert_string_equal(ans->tool[0]->id, "toolu_01");
    assert_string_equal(ans->tool[0]->name, "find_slots");
    assert_string_equal(ans->tool[0]->input, "{\"date\": \"2026-11-22\"}");
    assert_int_equal(ans->stop, CLAUDE_USE_TOOL);
    assert_int_equal(ans->usage.in, 42);
    assert_int_equal(ans->usage.cache_read, 1830);
    assert_int_equal(ans->usage.cache_write, 0);
    assert_int_equal(ans->usage.out, 57);
    assert_string_equal(ans->model, "claude-haiku-5-5");
    assert_string_equal(ans->id, "msg_01");
    assert_int_equal(ans->thoughts, 0);
    /* 42 * 0.10 + 1830 * 0.01 + 57 * 0.50 dollars a million = 51.0 micro-dollars */
    assert_int_equal(ans->cost_microusd, 51);
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void the_documented_stream_is_read(void **state)
{
    (void)state;
    struct told t;

    assert_int_equal(run(&t, documented), ERR_OK);
    check_documented(&t);
    assert_int_equal(t.pieces, 2);
}

static void every_cut_gives_the_same(void **state)
{
    (void)state;
    size_t n = strlen(documented);
    struct told t;

    for (size_t cut = 0; cut <= n; cut++) {
        begin(&t);
        assert_int_equal(claude_stream_bytes(&t.s, 200, documented, cut), ERR_OK);
        assert_int_equal(claude_stream_bytes(&t.s, 200, documented + cut, n - cut), ERR_OK);
        assert_int_equal(end(&t, 200), ERR_OK);
        check_documented(&t);
    }
}

static void small_pieces_give_the_same(void **state)
{
    (void)state;
    struct told t;

    for (size_t step = 1; step < 9; step++) { /* a letter of Cyrillic has two bytes */
        assert_int_equal(run_in(&t, documented, step), ERR_OK);
        check_documented(&t);
    }
}

static void other_line_ends_give_the_same(void **state)
{
    (void)state;
    static const char *const ends[] = {"\r\n", "\r"};
    struct arena texts;
    struct told t;

    arena_init(&texts, 1 << 20);
    for (size_t i = 0; i < 2; i++) {
        struct buf b;
        buf_init(&b, &texts, 1 << 18);
        for (const char *s = documented; *s != '\0'; s++)
            if (*s == '\n')
                buf_puts(&b, ends[i]);
            else
                buf_putc(&b, *s);
        for (size_t step = 1; step < 5; step++) {
            assert_int_equal(run_in(&t, buf_text(&b), step), ERR_OK);
            check_documented(&t);
        }
    }
    arena_release(&texts);
}

static void a_stream_that_is_cut_anywhere_is_not_whole(void **state)
{
    (void)state;
    size_t whole = strlen(documented);
    struct told t;

    for (size_t n = 0; n < whole; n++) {
        begin(&t);
        assert_int_equal(claude_stream_bytes(&t.s, 200, documented, n), ERR_OK);
        assert_int_equal(end(&t, 200), ERR_PEER);
        assert_int_equal(t.answer.tools, 0);
        assert_int_equal(t.failure.next, FAILURE_AGAIN);
        assert_memory_equal("Зараз перевірю.", t.answer.text, strlen(t.answer.text));
    }
}

static void what_was_said_and_used_is_known_of_a_cut_stream(void **state)
{
    (void)state;
    struct told t;

    assert_int_equal(run(&t, START TEXT_BLOCK(0) TEXT(0, "Добрий день")), ERR_PEER);
    assert_string_equal(t.answer.text, "Добрий день");
    assert_int_equal(t.answer.blocks, 1);
    assert_int_equal(t.answer.usage.cache_read, 1830);
    assert_int_equal(t.answer.cost_microusd, 23); /* 4.2 + 18.3 + 0.5 */
}

static void letters_may_be_escaped(void **state)
{
    (void)state;
    struct told t;

    assert_int_equal(run(&t,
                         START TEXT_BLOCK(0) TEXT(0, "\\u0417\\u0430 \\ud83d\\ude00 \\\"x\\\"\\n")
                             STOP_BLOCK(0) END("end_turn", 5)),
                     ERR_OK);
    assert_string_equal(t.answer.text, "За 😀 \"x\"\n");
    assert_int_equal(t.answer.stop, CLAUDE_END_TURN);
}

static void an_input_may_be_cut_inside_an_escape(void **state)
{
    (void)state;
    struct told t;

    assert_int_equal(run(&t, START TOOL_BLOCK(0, "t", "n") INPUT(0, "{\\\"a\\\":\\\"\\\\u0") INPUT(
                                 0, "456\\\\") INPUT(0, "n\\\"}") STOP_BLOCK(0) END("tool_use", 5)),
                     ERR_OK);
    assert_string_equal(t.answer.tool[0]->input, "{\"a\":\"\\u0456\\n\"}");
}

static void that_a_tool_has_begun_is_known_before_it_is_whole(void **state)
{
    static const char text[] = START TEXT_BLOCK(0) TEXT(0, "Так.") STOP_BLOCK(0);
    static const char tool[] = TOOL_BLOCK(1, "toolu_01", "find_slots");
    struct claude_stream s;

    (void)state;
    claude_stream_init(&s, &a, NULL, NULL);
    assert_int_equal(claude_stream_bytes(&s, 200, text, sizeof text - 1), ERR_OK);
    assert_false(s.tool_begun);
    assert_int_equal(claude_stream_bytes(&s, 200, tool, sizeof tool - 1), ERR_OK);
    assert_true(s.tool_begun);
    claude_stream_release(&s);
}

static void a_tool_without_input_has_an_empty_one(void **state)
{
    (void)state;
    struct told t;

    assert_int_equal(run(&t, START TOOL_BLOCK(0, "t", "ask_for_person") INPUT(0, "") STOP_BLOCK(0)
                                 END("tool_use", 5)),
                     ERR_OK);
    assert_string_equal(t.answer.tool[0]->input, "{}");
    assert_string_equal(t.answer.text, "");
}

static void an_input_given_at_once_is_taken(void **state)
{
    (void)state;
    struct told t;

    assert_int_equal(
        run(&t,
            START BLOCK(
                0, "{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"n\",\"input\":{\"a\":[1,null]}}")
                STOP_BLOCK(0) END("tool_use", 5)),
        ERR_OK);
    assert_string_equal(t.answer.tool[0]->input, "{\"a\":[1,null]}");
}

static void two_tools_and_texts_keep_their_order(void **state)
{
    (void)state;
    struct told t;

    assert_int_equal(run(&t, START TEXT_BLOCK(0) TEXT(0, "one") STOP_BLOCK(0)
                                 TOOL_BLOCK(1, "t1", "a") INPUT(1, "{}") STOP_BLOCK(1) TEXT_BLOCK(2)
                                     TEXT(2, " two") STOP_BLOCK(2) TOOL_BLOCK(3, "t2", "b") INPUT(
                                         3, "{\\\"x\\\":1}") STOP_BLOCK(3) END("tool_use", 9)),
                     ERR_OK);
    assert_string_equal(t.answer.text, "one two");
    assert_int_equal(t.answer.blocks, 4);
    assert_string_equal(t.answer.block[0].text, "one");
    assert_string_equal(t.answer.block[1].id, "t1");
    assert_string_equal(t.answer.block[2].text, " two");
    assert_int_equal(t.answer.tools, 2);
    assert_string_equal(t.answer.tool[1]->id, "t2");
    assert_string_equal(t.answer.tool[1]->input, "{\"x\":1}");
}

static void blocks_may_grow_side_by_side(void **state)
{
    (void)state;
    struct told t;

    assert_int_equal(run(&t, START TEXT_BLOCK(5) TOOL_BLOCK(7, "t", "n") TEXT(5, "a") INPUT(7, "{")
                                 TEXT(5, "b") INPUT(7, "}") STOP_BLOCK(7) STOP_BLOCK(5)
                                     END("tool_use", 9)),
                     ERR_OK);
    assert_string_equal(t.answer.block[0].text, "ab");
    assert_string_equal(t.answer.block[1].input, "{}");
}

static void the_text_is_in_the_order_in_which_it_was_told(void **state)
{
    (void)state;
    struct told t;

    assert_int_equal(run(&t, START TEXT_BLOCK(0) TEXT_BLOCK(1) TEXT(1, "a") TEXT(0, "b")
                                 TEXT(1, "c") END("end_turn", 9)),
                     ERR_OK);
    assert_string_equal(t.answer.text, "abc");
    assert_string_equal(t.answer.block[0].text, "b");
    assert_string_equal(t.answer.block[1].text, "ac");
}

static void thoughts_are_kept_but_not_spoken(void **state)
{
    (void)state;
    struct told t;

    assert_int_equal(
        run(&t,
            START BLOCK(0, "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}")
                DELTA(0, "{\"type\":\"thinking_delta\",\"thinking\":\"Хм\"}")
                    DELTA(0, "{\"type\":\"thinking_delta\",\"thinking\":\".\"}") DELTA(
                        0, "{\"type\":\"signature_delta\",\"signature\":\"c2ln\"}") STOP_BLOCK(0)
                        BLOCK(1, "{\"type\":\"redacted_thinking\",\"data\":\"eHl6\"}") STOP_BLOCK(1)
                            TEXT_BLOCK(2) TEXT(2, "Так.") STOP_BLOCK(2) END("end_turn", 40)),
        ERR_OK);
    assert_string_equal(t.answer.text, "Так.");
    assert_int_equal(t.answer.thoughts, 2);
    assert_int_equal(t.answer.blocks, 3);
    assert_int_equal(t.answer.block[0].kind, CLAUDE_THINKING_BLOCK);
    assert_string_equal(t.answer.block[0].text, "Хм.");
    assert_string_equal(t.answer.block[0].signature, "c2ln");
    assert_int_equal(t.answer.block[1].kind, CLAUDE_HIDDEN);
    assert_string_equal(t.answer.block[1].text, "eHl6");
}

static void what_is_not_known_is_passed_over(void **state)
{
    (void)state;
    struct told t;

    assert_int_equal(
        run(&t, ": comment\n\n" PING START EVENT("brand_new", "no JSON") EVENT("brand_new", "{}")
                    BLOCK(0, "{\"type\":\"hologram\",\"text\":\"no\"}") TEXT(0, "no") INPUT(0, "no")
                        DELTA(0, "{\"type\":\"hologram_delta\",\"text\":\"no\"}") STOP_BLOCK(0)
                            TEXT_BLOCK(1) DELTA(1, "{\"type\":\"citations_delta\",\"citation\":{}}")
                                INPUT(1, "no") TEXT(1, "Так") PING STOP_BLOCK(1)
                                    END("some_new_reason", 3) "data: [DONE]\n\n"),
        ERR_OK);
    assert_string_equal(t.answer.text, "Так");
    assert_int_equal(t.answer.blocks, 1);
    assert_int_equal(t.answer.stop, CLAUDE_END_TURN);
}

static void an_event_without_a_name_is_known_by_its_type(void **state)
{
    (void)state;
    struct told t;

    assert_int_equal(run(&t, "data: "
                             "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{"
                             "\"type\":\"text\",\"text\":\"A\"}}\n\n"
                             "data: "
                             "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":"
                             "\"text_delta\",\"text\":\"b\"}}\n\n"
                             "data: {\"type\":\"message_stop\"}\n\ndata: [DONE]\n\ndata: [1]\n\n"),
                     ERR_OK);
    assert_string_equal(t.answer.text, "Ab");
    assert_int_equal(t.answer.cost_microusd, CLAUDE_COST_UNKNOWN);
}

static void every_stop_reason_has_its_name(void **state)
{
    (void)state;
    static const struct {
        const char *reason;
        enum claude_stop stop;
    } rows[] = {{"end_turn", CLAUDE_END_TURN},
                {"max_tokens", CLAUDE_MAX_TOKENS},
                {"stop_sequence", CLAUDE_STOP_SEQUENCE},
                {"tool_use", CLAUDE_USE_TOOL},
                {"pause_turn", CLAUDE_PAUSE_TURN},
                {"refusal", CLAUDE_REFUSAL},
                {"model_context_window_exceeded", CLAUDE_CONTEXT_FULL}};
    struct told t;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char stream[1024];
        (void)snprintf(stream, sizeof stream,
                       "event: message_delta\ndata: {\"delta\":{\"stop_reason\":\"%s\"}}\n\n"
                       "event: message_stop\ndata: {}\n\n",
                       rows[i].reason);
        assert_int_equal(run(&t, stream), ERR_OK);
        assert_int_equal(t.answer.stop, rows[i].stop);
    }
}

static void a_refusal_may_be_empty(void **state)
{
    (void)state;
    struct told t;

    assert_int_equal(run(&t, START EVENT("message_delta",
                                         "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":"
                                         "\"refusal\",\"stop_details\":"
                                         "{\"type\":\"refusal\",\"category\":null,\"explanation\":"
                                         "null}},\"usage\":{\"output_tokens\":0}}")
                                 EVENT("message_stop", "{\"type\":\"message_stop\"}")),
                     ERR_OK);
    assert_int_equal(t.answer.stop, CLAUDE_REFUSAL);
    assert_string_equal(t.answer.text, "");
    assert_int_equal(t.answer.blocks, 0);
    assert_int_equal(t.pieces, 0);
}

static void a_tool_that_max_tokens_cut_is_left_out(void **state)
{
    (void)state;
    static const char *const inputs[] = {
        START TEXT_BLOCK(0) TEXT(0, "Добре.") STOP_BLOCK(0) TOOL_BLOCK(1, "t", "n") STOP_BLOCK(1)
            END("max_tokens", 300),
        START TEXT_BLOCK(0) TEXT(0, "Добре.") STOP_BLOCK(0) TOOL_BLOCK(1, "t", "n")
            INPUT(1, "{\\\"wish\\\":\\\"стри") STOP_BLOCK(1) END("max_tokens", 300),
    };
    struct told t;

    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(run(&t, inputs[i]), ERR_OK);
        assert_string_equal(t.answer.text, "Добре.");
        assert_int_equal(t.answer.tools, 0);
        assert_int_equal(t.answer.blocks, 1);
        assert_int_equal(t.answer.stop, CLAUDE_MAX_TOKENS);
    }
}

static void an_input_that_is_no_object_is_the_peers_fault(void **state)
{
    (void)state;
    static const char *const streams[] = {
        START TOOL_BLOCK(0, "t", "n") INPUT(0, "{\\\"a\\\":") STOP_BLOCK(0) END("tool_use", 3),
        START TOOL_BLOCK(0, "t", "n") INPUT(0, "[]") STOP_BLOCK(0) END("tool_use", 3),
        START TOOL_BLOCK(0, "t", "n") INPUT(0, "{}{}") STOP_BLOCK(0) END("tool_use", 3),
    };
    struct told t;

    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(run(&t, streams[i]), ERR_PEER);
        assert_int_equal(t.answer.tools, 0);
    }
}

static void counts_that_are_null_or_absurd_change_nothing(void **state)
{
    (void)state;
    struct told t;

    assert_int_equal(
        run(&t,
            EVENT("message_start", "{\"message\":{\"model\":\"claude-haiku-4-5-20251001\","
                                   "\"usage\":{\"input_tokens\":10,"
                                   "\"cache_creation_input_tokens\":null,\"cache_read_input_"
                                   "tokens\":null,\"output_tokens\":1}}}")
                EVENT("message_delta",
                      "{\"delta\":{\"stop_reason\":null},\"usage\":{\"output_tokens\":20,"
                      "\"input_tokens\":null,\"output_tokens_details\":{\"thinking_tokens\":7}}}")
                    EVENT(
                        "message_delta",
                        "{\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":30,"
                        "\"cache_creation_input_tokens\":5,\"cache_read_input_tokens\":-4,\"input_"
                        "tokens\":1e30}}") EVENT("message_stop", "{}")),
        ERR_OK);
    assert_int_equal(t.answer.usage.in, 10);
    assert_int_equal(t.answer.usage.cache_read, 0);
    assert_int_equal(t.answer.usage.cache_write, 5);
    assert_int_equal(t.answer.usage.out, 30); /* cumulative, not 51 */
    assert_int_equal(t.answer.usage.thinking, 7);
    assert_int_equal(t.answer.stop, CLAUDE_END_TURN);
    assert_int_equal(t.answer.cost_microusd, 10 + 150 + 7); /* 10 * 1 + 30 * 5 + 5 * 1.25 */
}

static void an_error_after_200_is_told_by_its_type(void **state)
{
    (void)state;
    struct told t;

    assert_int_equal(run(&t, START TEXT_BLOCK(0) TEXT(0, "Зараз") EVENT(
                                 "error", "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_"
                                          "error\",\"message\":\"Overloaded\"},"
                                          "\"request_id\":\"req_01\"}") TEXT(0, " не сказано")),
                     ERR_PEER);
    assert_int_equal(t.failure.next, FAILURE_AGAIN);
    assert_string_equal(t.s.request_id, "req_01");
    assert_non_null(strstr(t.failure.why.text, "status 200"));
    assert_string_equal(t.answer.text, "Зараз");
    assert_non_null(strstr(t.failure.why.text, "overloaded"));
}

static void a_refused_request_is_told_by_its_body(void **state)
{
    (void)state;
    static const char body[] =
        "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"m\"},"
        "\"request_id\":\"req_7\"}";
    struct told t;

    begin(&t);
    for (size_t i = 0; i < strlen(body); i++)
        assert_int_equal(claude_stream_bytes(&t.s, 429, body + i, 1), ERR_OK);
    assert_int_equal(end(&t, 429), ERR_PEER);
    assert_int_equal(t.failure.next, FAILURE_LATER);
    assert_non_null(strstr(t.failure.why.text, "rate_limited (status 429)"));
    assert_string_equal(t.s.request_id, "req_7");
    assert_int_equal(t.answer.cost_microusd, 0);
}

static void a_refusal_without_a_body_is_told_by_its_status(void **state)
{
    (void)state;
    struct told t;

    begin(&t);
    assert_int_equal(end(&t, 529), ERR_PEER);
    assert_non_null(strstr(t.failure.why.text, "error overloaded"));
}

static void a_refusals_endless_body_is_let_go_by(void **state)
{
    (void)state;
    struct told t;
    char piece[4096];

    memset(piece, '<', sizeof piece);
    begin(&t);
    for (int i = 0; i < 500; i++)
        assert_int_equal(claude_stream_bytes(&t.s, 502, piece, sizeof piece), ERR_OK);
    assert_int_equal(end(&t, 502), ERR_PEER);
    assert_non_null(strstr(t.failure.why.text, "error server"));
    assert_true(a.held < (size_t)1024 * 1024);
}

static void no_answer_at_all_is_no_error_of_the_api(void **state)
{
    (void)state;
    struct told t;

    begin(&t);
    assert_int_equal(end(&t, 0), ERR_PEER);
    assert_string_equal(t.s.request_id, "");
    assert_int_equal(run(&t, "<html><body>Welcome to the hotel's Wi-Fi</body></html>\n\n"),
                     ERR_PEER);
    assert_int_equal(run(&t, "{\"id\":\"msg_01\",\"type\":\"message\",\"content\":[]}"), ERR_PEER);
}

static void a_connection_lost_after_the_end_takes_nothing_away(void **state)
{
    (void)state;
    struct told t;

    begin(&t);
    assert_int_equal(claude_stream_bytes(&t.s, 200, documented, strlen(documented)), ERR_OK);
    assert_int_equal(claude_stream_bytes(&t.s, 200, "event: error\ndata: {", 20), ERR_OK);
    assert_int_equal(end(&t, 0), ERR_OK);
    check_documented(&t);
}

static void broken_events_are_the_peers_fault(void **state)
{
    (void)state;
    static const char *const streams[] = {
        START EVENT("content_block_start", "{\"index\":0,"),
        START EVENT("content_block_delta", ""),
        START EVENT("message_stop", "\xd0"),
        START TEXT(0, "before its block"),
        START TEXT_BLOCK(0) TEXT_BLOCK(0),
        START EVENT("content_block_start", "{\"content_block\":{\"type\":\"text\",\"text\":\"\"}}"),
        START BLOCK(0, "{\"type\":\"tool_use\",\"name\":\"n\",\"input\":{}}"),
        START BLOCK(0, "{\"type\":\"tool_use\",\"id\":\"i\",\"input\":{}}"),
    };
    struct told t;

    for (size_t i = 0; i < sizeof streams / sizeof *streams; i++)
        assert_int_equal(run(&t, streams[i]), ERR_PEER);
}

/* `event`, again and again, until it is refused. */
static enum err flood(struct told *t, const char *event, size_t times)
{
    enum err e = claude_stream_bytes(&t->s, 200, START, strlen(START));

    e = e != ERR_OK ? e
                    : claude_stream_bytes(&t->s, 200, TEXT_BLOCK(0) TOOL_BLOCK(1, "t", "n"),
                                          strlen(TEXT_BLOCK(0) TOOL_BLOCK(1, "t", "n")));
    for (size_t i = 0; i < times && e == ERR_OK; i++)
        e = claude_stream_bytes(&t->s, 200, event, strlen(event));
    return e;
}

static void what_never_ends_is_too_big(void **state)
{
    (void)state;
    static const char *const endless[] = {TEXT(0, "аааааааааа"), INPUT(1, "          "), PING,
                                          "data: x\n", "x"};
    struct told t;

    for (size_t i = 0; i < sizeof endless / sizeof *endless; i++) {
        begin(&t);
        assert_int_equal(flood(&t, endless[i], 10000000), ERR_TOO_BIG);
        assert_int_equal(end(&t, 200), ERR_TOO_BIG);
        assert_true(strlen(t.answer.text) <= CLAUDE_TEXT_MAX);
        assert_true(a.held < (size_t)4 * 1024 * 1024);
    }
}

static void too_many_blocks_are_too_big(void **state)
{
    (void)state;
    struct told t;
    enum err e = ERR_OK;

    begin(&t);
    for (int i = 0; i <= CLAUDE_BLOCKS && e == ERR_OK; i++) {
        char event[256];
        int n = snprintf(event, sizeof event,
                         "event: content_block_start\ndata: {\"index\":%d,\"content_block\":"
                         "{\"type\":\"text\",\"text\":\"x\"}}\n\n",
                         i);
        e = claude_stream_bytes(&t.s, 200, event, (size_t)n);
        assert_int_equal(e, i < CLAUDE_BLOCKS ? ERR_OK : ERR_TOO_BIG);
    }
    assert_int_equal(end(&t, 200), ERR_TOO_BIG);
    assert_int_equal(strlen(t.answer.text), CLAUDE_BLOCKS);
}

static void a_receiver_that_refuses_ends_the_stream(void **state)
{
    (void)state;
    struct told t;

    begin(&t);
    t.refuse = ERR_STOPPING;
    assert_int_equal(claude_stream_bytes(&t.s, 200, documented, strlen(documented)), ERR_STOPPING);
    assert_int_equal(claude_stream_bytes(&t.s, 200, PING, strlen(PING)), ERR_STOPPING);
    assert_int_equal(claude_stream_end(&t.s, 200, &t.answer, &t.failure), ERR_STOPPING);
    assert_string_equal(t.answer.text, "Зараз пере");
    assert_int_equal(t.answer.tools, 0);
    claude_stream_release(&t.s);
}

static void too_little_memory_is_said_at_every_point(void **state)
{
    (void)state;
    bool once_whole = false;

    for (size_t ceiling = 0; ceiling < 400000; ceiling += 997) {
        struct claude_stream s;
        struct claude_answer ans;
        struct arena little;
        arena_init(&little, ceiling);
        claude_stream_init(&s, &little, NULL, NULL);
        enum err e = claude_stream_bytes(&s, 200, documented, strlen(documented));
        assert_true(e == ERR_OK || e == ERR_MEMORY);
        e = claude_stream_end(&s, 200, &ans, NULL);
        assert_true(e == ERR_OK || e == ERR_MEMORY);
        assert_non_null(ans.text);
        once_whole |= e == ERR_OK;
        claude_stream_release(&s);
        arena_release(&little);
    }
    assert_true(once_whole);
}

#define EACH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        EACH(the_documented_stream_is_read),
        EACH(every_cut_gives_the_same),
        EACH(small_pieces_give_the_same),
        EACH(other_line_ends_give_the_same),
        EACH(a_stream_that_is_cut_anywhere_is_not_whole),
        EACH(what_was_said_and_used_is_known_of_a_cut_stream),
        EACH(letters_may_be_escaped),
        EACH(an_input_may_be_cut_inside_an_escape),
        EACH(that_a_tool_has_begun_is_known_before_it_is_whole),
        EACH(a_tool_without_input_has_an_empty_one),
        EACH(an_input_given_at_once_is_taken),
        EACH(two_tools_and_texts_keep_their_order),
        EACH(blocks_may_grow_side_by_side),
        EACH(the_text_is_in_the_order_in_which_it_was_told),
        EACH(thoughts_are_kept_but_not_spoken),
        EACH(what_is_not_known_is_passed_over),
        EACH(an_event_without_a_name_is_known_by_its_type),
        EACH(every_stop_reason_has_its_name),
        EACH(a_refusal_may_be_empty),
        EACH(a_tool_that_max_tokens_cut_is_left_out),
        EACH(an_input_that_is_no_object_is_the_peers_fault),
        EACH(counts_that_are_null_or_absurd_change_nothing),
        EACH(an_error_after_200_is_told_by_its_type),
        EACH(a_refused_request_is_told_by_its_body),
        EACH(a_refusal_without_a_body_is_told_by_its_status),
        EACH(a_refusals_endless_body_is_let_go_by),
        EACH(no_answer_at_all_is_no_error_of_the_api),
        EACH(a_connection_lost_after_the_end_takes_nothing_away),
        EACH(broken_events_are_the_peers_fault),
        EACH(what_never_ends_is_too_big),
        EACH(too_many_blocks_are_too_big),
        EACH(a_receiver_that_refuses_ends_the_stream),
        EACH(too_little_memory_is_said_at_every_point),
    };
    return cmocka_run_group_tests_name("providers/claude-stream", tests, NULL, NULL);
}
