#include "providers/claude.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static struct arena a;

static int set_up(void **state)
{
    (void)state;
    arena_init(&a, (size_t)16 * 1024 * 1024);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&a);
    return 0;
}

static struct claude_answer ans;
static struct claude_error error;
static struct why why;

static enum err read_body(int status, const char *body)
{
    ans = (struct claude_answer){0};
    error = (struct claude_error){.fault = CLAUDE_FAULT__MAX};
    why = (struct why){0};
    return claude_answer_read(&a, status, body, strlen(body), &ans, &error, &why);
}

/* ---- answers --------------------------------------------------------------------------------- */

static void the_documented_answer_is_read(void **state)
{
    (void)state;
    assert_int_equal(
        read_body(
            200, "{\"id\":\"msg_01\",\"type\":\"message\",\"role\":\"assistant\","
                 "\"model\":\"claude-haiku-5-5\","
                 "\"content\":[{\"type\":\"text\",\"text\":\"Зараз перевірю.\",\"citations\":null},"
                 "{\"type\":\"tool_use\",\"id\":\"toolu_01\",\"name\":\"find_slots\","
                 "\"input\":{\"date\":\"2026-11-22\"},\"caller\":{\"type\":\"direct\"}}],"
                 "\"stop_reason\":\"tool_use\",\"stop_sequence\":null,\"stop_details\":null,"
                 "\"container\":null,\"diagnostics\":null,"
                 "\"usage\":{\"input_tokens\":42,\"cache_creation_input_tokens\":0,"
                 "\"cache_read_input_tokens\":1830,\"cache_creation\":{"
                 "\"ephemeral_5m_input_tokens\":0,\"ephemeral_1h_input_tokens\":0},"
                 "\"output_tokens\":57,\"output_tokens_details\":{\"thinking_tokens\":0},"
                 "\"server_tool_use\":null,\"service_tier\":\"standard\"}}"),
        ERR_OK);
    assert_int_equal(error.fault, CLAUDE_FINE);
    assert_string_equal(ans.text, "Зараз перевірю.");
    assert_int_equal(ans.blocks, 2);
    assert_int_equal(ans.tools, 1);
    assert_string_equal(ans.tool[0]->id, "toolu_01");
    assert_string_equal(ans.tool[0]->name, "find_slots");
    assert_string_equal(ans.tool[0]->input, "{\"date\":\"2026-11-22\"}");
    assert_int_equal(ans.stop, CLAUDE_USE_TOOL);
    assert_int_equal(ans.usage.in, 42);
    assert_int_equal(ans.usage.cache_read, 1830);
    assert_int_equal(ans.usage.out, 57);
    assert_int_equal(ans.cost_microusd, 51);
    assert_string_equal(ans.model, "claude-haiku-5-5");
    assert_string_equal(ans.id, "msg_01");
}

static void the_first_block_need_not_be_a_text(void **state)
{
    (void)state;
    assert_int_equal(
        read_body(200,
                  "{\"content\":[{\"type\":\"thinking\",\"thinking\":\"хм\",\"signature\":\"s\"},"
                  "{\"type\":\"hologram\"},{\"no\":\"type\"},7,"
                  "{\"type\":\"text\",\"text\":\"Так\"},{\"type\":\"text\",\"text\":\".\"}],"
                  "\"stop_reason\":\"end_turn\",\"usage\":{\"cache_read_input_tokens\":null}}"),
        ERR_OK);
    assert_string_equal(ans.text, "Так.");
    assert_int_equal(ans.blocks, 3);
    assert_int_equal(ans.thoughts, 1);
    assert_string_equal(ans.block[0].signature, "s");
    assert_int_equal(ans.cost_microusd, CLAUDE_COST_UNKNOWN);
}

static void a_refusal_may_be_empty(void **state)
{
    (void)state;
    assert_int_equal(read_body(200, "{\"content\":[],\"stop_reason\":\"refusal\",\"stop_details\":"
                                    "{\"type\":\"refusal\",\"category\":null}}"),
                     ERR_OK);
    assert_int_equal(ans.stop, CLAUDE_REFUSAL);
    assert_string_equal(ans.text, "");
    assert_int_equal(ans.tools, 0);
}

static void what_is_no_message_is_an_error(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "",
        "null",
        "[]",
        "{}",
        "{\"content\":\"text\"}",
        "<html></html>",
        "{\"content\":[",
        "{\"content\":[{\"type\":\"tool_use\",\"name\":\"n\",\"input\":{}}]}"};

    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        assert_int_equal(read_body(200, bodies[i]), ERR_PEER);
        assert_true(why.text[0] != '\0');
        assert_null(ans.text);
    }
}

static void an_answer_has_its_ceilings(void **state)
{
    (void)state;
    struct buf b;

    buf_init(&b, &a, 1 << 20);
    buf_puts(&b, "{\"content\":[{\"type\":\"text\",\"text\":\"");
    for (size_t i = 0; i <= CLAUDE_TEXT_MAX; i++)
        buf_putc(&b, 'a');
    buf_puts(&b, "\"}]}");
    assert_int_equal(read_body(200, buf_text(&b)), ERR_TOO_BIG);
    buf_clear(&b);
    buf_puts(
        &b, "{\"content\":[{\"type\":\"tool_use\",\"id\":\"i\",\"name\":\"n\",\"input\":{\"a\":\"");
    for (size_t i = 0; i <= CLAUDE_INPUT_MAX; i++)
        buf_putc(&b, 'a');
    buf_puts(&b, "\"}}]}");
    assert_int_equal(read_body(200, buf_text(&b)), ERR_TOO_BIG);
    buf_clear(&b);
    buf_puts(&b, "{\"content\":[");
    for (int i = 0; i <= CLAUDE_BLOCKS; i++)
        buf_printf(&b, "%s{\"type\":\"text\",\"text\":\"a\"}", i == 0 ? "" : ",");
    buf_puts(&b, "]}");
    assert_int_equal(read_body(200, buf_text(&b)), ERR_TOO_BIG);
}

/* ---- errors ---------------------------------------------------------------------------------- */

#define BODY(type)                                                                                 \
    "{\"type\":\"error\",\"error\":{\"type\":\"" type "\",\"message\":\"x\"},\"request_id\":null}"

static void each_error_has_its_meaning(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *body;
        enum claude_fault fault;
        bool other_key, other_model, later;
    } rows[] = {
        {400, BODY("invalid_request_error"), CLAUDE_INVALID, false, true, false},
        {401, BODY("authentication_error"), CLAUDE_AUTH, true, false, false},
        {402, BODY("billing_error"), CLAUDE_BILLING, true, false, false},
        {403, BODY("permission_error"), CLAUDE_FORBIDDEN, true, true, false},
        {404, BODY("not_found_error"), CLAUDE_NOT_FOUND, false, true, false},
        {409, BODY("conflict_error"), CLAUDE_CONFLICT, false, false, true},
        {413, BODY("request_too_large"), CLAUDE_TOO_LARGE, false, false, false},
        {429, BODY("rate_limit_error"), CLAUDE_RATE_LIMITED, true, true, true},
        {500, BODY("api_error"), CLAUDE_SERVER, false, true, true},
        {504, BODY("timeout_error"), CLAUDE_TIMEOUT, false, true, true},
        {529, BODY("overloaded_error"), CLAUDE_OVERLOADED, false, true, true},
        /* the type is nearer to the truth than the status */
        {500, BODY("overloaded_error"), CLAUDE_OVERLOADED, false, true, true},
        {200, BODY("rate_limit_error"), CLAUDE_RATE_LIMITED, true, true, true},
        /* an unknown status is told by its class */
        {418, BODY("teapot_error"), CLAUDE_INVALID, false, true, false},
        {521, BODY("origin_error"), CLAUDE_SERVER, false, true, true},
        {302, "", CLAUDE_SERVER, false, true, true},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(read_body(rows[i].status, rows[i].body), ERR_PEER);
        assert_int_equal(error.fault, rows[i].fault);
        assert_int_equal(error.status, rows[i].status);
        assert_int_equal(error.other_key, rows[i].other_key);
        assert_int_equal(error.other_model, rows[i].other_model);
        assert_int_equal(error.later, rows[i].later);
        assert_non_null(strstr(why.text, claude_fault_name(error.fault)));
    }
}

static void an_empty_purse_is_known_behind_other_errors(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *body;
    } rows[] = {
        {400, "{\"error\":{\"type\":\"invalid_request_error\",\"message\":"
              "\"Your credit balance is too low to access the API.\"}}"},
        {400, "{\"error\":{\"type\":\"invalid_request_error\",\"message\":"
              "\"You have reached your specified API usage limits.\"}}"},
        {429, "{\"error\":{\"type\":\"rate_limit_error\",\"message\":\"m\",\"details\":"
              "{\"error_code\":\"enforced_spend_limit_reached\"}}}"},
        {429, "{\"error\":{\"type\":\"rate_limit_error\",\"message\":\"m\",\"details\":"
              "{\"error_code\":\"contract_spend_limit_reached\"}}}"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(read_body(rows[i].status, rows[i].body), ERR_PEER);
        assert_int_equal(error.fault, CLAUDE_BILLING);
        assert_false(error.later);
        assert_true(error.other_key);
    }
    assert_int_equal(read_body(429, "{\"error\":{\"type\":\"rate_limit_error\",\"details\":"
                                    "{\"error_code\":\"ramp_limit_exceeded\"}}}"),
                     ERR_PEER);
    assert_int_equal(error.fault, CLAUDE_RATE_LIMITED);
    assert_true(error.later);
}

static void html_and_rubbish_are_told_by_the_status(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "",
        "<html><head><title>413 Request Entity Too Large</title></head></html>",
        "\xff\xfe",
        "{\"error\":\"a text\"}",
        "{\"error\":{\"type\":7}}",
        "[[[[",
        "null"};

    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        claude_error_read(413, bodies[i], strlen(bodies[i]), &error);
        assert_int_equal(error.fault, CLAUDE_TOO_LARGE);
        claude_error_read(502, bodies[i], strlen(bodies[i]), &error);
        assert_int_equal(error.fault, CLAUDE_SERVER);
        claude_error_read(529, bodies[i], strlen(bodies[i]), &error);
        assert_int_equal(error.fault, CLAUDE_OVERLOADED);
    }
}

static void only_a_clean_request_id_is_kept(void **state)
{
    (void)state;
    static const struct {
        const char *body, *id;
    } rows[] = {
        {"{\"request_id\":\"req_011CSHoEeqs5C35K2UUqR7Fy\"}", "req_011CSHoEeqs5C35K2UUqR7Fy"},
        {"{\"request_id\":\"req 1\"}", ""},
        {"{\"request_id\":\"req_1\\nforged line\"}", ""},
        {"{\"request_id\":null}", ""},
        {"{\"request_id\":\"0123456789012345678901234567890123456789012345678901234567890123\"}",
         ""},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        claude_error_read(500, rows[i].body, strlen(rows[i].body), &error);
        assert_string_equal(error.request_id, rows[i].id);
    }
}

static void no_word_of_the_vendor_reaches_the_log(void **state)
{
    (void)state;
    assert_int_equal(read_body(400, "{\"error\":{\"type\":\"invalid_request_error\",\"message\":"
                                    "\"messages.0: +380671112233 is not allowed\"}}"),
                     ERR_PEER);
    assert_null(strstr(why.text, "380"));
    assert_null(strstr(why.text, "messages"));
}

/* ---- costs ----------------------------------------------------------------------------------- */

static void a_cost_is_counted_by_the_price_list(void **state)
{
    (void)state;
    static const struct {
        const char *model;
        struct claude_usage usage;
        int64_t cost;
    } rows[] = {
        {"claude-haiku-5-5", {.in = 1000000}, 500000}, /* above 100K: five times as much */
        {"claude-haiku-5-5", {.in = 100000}, 10000},
        {"claude-haiku-5-5", {.in = 100001}, 50001}, /* rounded up */
        {"claude-haiku-5-5", {.in = 10, .cache_read = 100000, .out = 1000}, 5 + 5000 + 2500},
        {"claude-haiku-5-5", {.cache_write = 2000, .out = 100}, 250 + 50},
        {"claude-haiku-5-5-20261007", {.out = 1000000}, 500000},
        {"claude-haiku-4-5", {.in = 1000000, .out = 1000000}, 6000000},
        {"claude-haiku-4-5-20251001", {.cache_read = 1000000, .cache_write = 1000000}, 1350000},
        {"claude-sonnet-5-5", {.in = 1000, .out = 1000}, 12000},
        {"claude-opus-5-5", {.in = 1, .out = 1}, 24},
        {"claude-haiku-5-5", {0}, 0},
        {"claude-haiku-5-5", {.out = 1}, 1},
        {"claude-sonnet-4-20250514", {.in = 1000}, CLAUDE_COST_UNKNOWN},
        {"llama", {.in = 1000}, CLAUDE_COST_UNKNOWN},
        {"", {.in = 1000}, CLAUDE_COST_UNKNOWN},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(claude_cost(claude_model_find(rows[i].model), &rows[i].usage),
                         rows[i].cost);
}

static void the_largest_counts_do_not_overflow(void **state)
{
    (void)state;
    struct claude_usage u = {1000000000, 1000000000, 1000000000, 1000000000, 0};

    assert_int_equal(claude_cost(claude_model_find("claude-opus-5-5"), &u),
                     INT64_C(1000) * (4000000 + 400000 + 5000000 + 20000000));
}

static void a_model_is_known_by_its_whole_name(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"claude-haiku-5-5", "claude-haiku-5-5"},
        {"claude-haiku-5-5-20261007", "claude-haiku-5-5"},
        {"claude-haiku-5-5-latest", "claude-haiku-5-5"},
        {"claude-haiku-5-55", "claude-"},
        {"claude-haiku-5-5-fast", "claude-"},
        {"claude-haiku-5", "claude-"},
        {"claude-haiku-6", "claude-"},
        {"claude", ""},
        {"qwen3", ""},
        {"", ""},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(claude_model_find(rows[i][0])->id, rows[i][1]);
}

#define EACH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        EACH(the_documented_answer_is_read),
        EACH(the_first_block_need_not_be_a_text),
        EACH(a_refusal_may_be_empty),
        EACH(what_is_no_message_is_an_error),
        EACH(an_answer_has_its_ceilings),
        EACH(each_error_has_its_meaning),
        EACH(an_empty_purse_is_known_behind_other_errors),
        EACH(html_and_rubbish_are_told_by_the_status),
        EACH(only_a_clean_request_id_is_kept),
        EACH(no_word_of_the_vendor_reaches_the_log),
        EACH(a_cost_is_counted_by_the_price_list),
        EACH(the_largest_counts_do_not_overflow),
        EACH(a_model_is_known_by_its_whole_name),
    };
    return cmocka_run_group_tests_name("providers/claude-answer", tests, NULL, NULL);
}
