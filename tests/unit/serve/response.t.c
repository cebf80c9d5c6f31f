#include "serve/response.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

static struct arena arena;
static struct response response;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 4 << 20);
    response_init(&response, &arena);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

static const char *text(void)
{
    return buf_text(&response.body.text);
}

static void a_fresh_reply_is_not_answered(void **state)
{
    (void)state;
    assert_int_equal(response.status, 0);
    assert_int_equal(response.err, ERR_OK);
    assert_string_equal(text(), "");
    assert_int_equal(response_flush(&response), ERR_OK);
    assert_false(response.streaming);
}

static void an_error_replaces_what_was_begun(void **state)
{
    (void)state;
    response.status = 200;
    response.type = "text/xml";
    buf_puts(&response.body.text, "{\"success\":true,\"audio_data\":\"");
    body_sound(&response.body, "abc", 3);
    response_error(&response, 404, "no \"such\"\\call");
    assert_int_equal(response.status, 404);
    assert_string_equal(response.type, "application/json");
    assert_string_equal(text(), "{\"error\":\"no \\\"such\\\"\\\\call\"}");
    assert_int_equal(response.body.sounds, 0);
    assert_int_equal(body_length(&response.body), strlen(text()));
}

static void every_error_has_its_status_sentence_and_retry(void **state)
{
    char due[512];

    (void)state;
    for (int e = ERR_OK + 1; e < ERR__MAX; e++) {
        response_init(&response, &arena);
        response_err(&response, (enum err)e, NULL);
        (void)snprintf(due, sizeof due, "{\"error\":\"%s\"}", err_text((enum err)e));
        assert_string_equal(text(), due);
        assert_int_equal(response.status, err_status((enum err)e));
        assert_int_equal(response.retry_after_s > 0, err_retry((enum err)e));
        assert_int_equal(response.err, e);
        assert_string_equal(response.why.text, err_text((enum err)e));
    }
}

static void a_sentence_for_the_operator_is_kept_for_the_log_alone(void **state)
{
    const struct why why = {"the store has version 3, this program reads 4"};

    (void)state;
    for (int e = ERR_OK + 1; e < ERR__MAX; e++) {
        response_init(&response, &arena);
        response_err(&response, (enum err)e, &why);
        assert_string_equal(response.why.text, why.text);
        assert_int_equal(strstr(text(), why.text) != NULL, err_public((enum err)e));
    }
    assert_false(err_public(ERR_VERSION));
    assert_false(err_public(ERR_CORRUPT));
    assert_false(err_public(ERR_FAULT));
    assert_int_equal(err_status(ERR_FAULT), 500);
    assert_true(err_public(ERR_VALUE));
}

static void an_error_fits_when_all_memory_is_gone(void **state)
{
    struct arena small;
    struct why why = {0};

    (void)state;
    arena_init(&small, ARENA_BLOCK);
    response_init(&response, &small);
    while (arena_alloc(&small, 256) != NULL)
        continue;
    memset(why.text, '"', sizeof why.text - 1);
    buf_putc(&response.body.text, 'x');
    response_err(&response, ERR_MEMORY, &why);
    assert_int_equal(buf_err(&response.body.text), ERR_OK);
    assert_int_equal(strlen(text()), 2 * (sizeof why.text - 1) + strlen("{\"error\":\"\"}"));
    arena_release(&small);
}

static void a_body_that_grew_too_long_can_still_be_an_error(void **state)
{
    (void)state;
    while (buf_err(&response.body.text) == ERR_OK)
        buf_puts(&response.body.text, "0123456789abcdef");
    response_err(&response, ERR_MEMORY, NULL);
    assert_int_equal(buf_err(&response.body.text), ERR_OK);
    assert_string_equal(text(), "{\"error\":\"a memory ceiling was reached\"}");
}

static void in_a_stream_an_error_is_one_more_line(void **state)
{
    (void)state;
    response.status = 200;
    response.type = "application/x-ndjson";
    response.streaming = true;
    buf_puts(&response.body.text, "{\"transcript\":\"так\"}\n");
    response.sent.text = response.body.text.len;
    buf_puts(&response.body.text, "{\"success\":true}\n"); /* has not left, and is not true */
    response.body.text.err = ERR_TOO_BIG;
    response_err(&response, ERR_DEADLINE, &(struct why){"the voice was too slow"});
    assert_string_equal(text(),
                        "{\"transcript\":\"так\"}\n{\"error\":\"the voice was too slow\"}\n");
    assert_int_equal(response.status, 200);
    assert_string_equal(response.type, "application/x-ndjson");
    assert_int_equal(response.err, ERR_DEADLINE);
}

static void a_missing_field_is_fastapis_422(void **state)
{
    (void)state;
    response_missing_field(&response, "callID");
    assert_int_equal(response.status, 422);
    assert_int_equal(response.err, ERR_MISSING);
    assert_string_equal(text(), "{\"detail\":[{\"type\":\"missing\",\"loc\":[\"body\",\"callID\"],"
                                "\"msg\":\"Field required\",\"input\":null}]}");
}

static void notes_add_up_and_are_cut_at_a_character(void **state)
{
    (void)state;
    response_note(&response, "call=%d", 7);
    response_note(&response, "turn=%d", 2);
    assert_string_equal(response.note, "call=7 turn=2");
    for (int i = 0; i < 200; i++)
        response_note(&response, "%s", "є");
    assert_true(strlen(response.note) < RESPONSE_NOTE_MAX);
    assert_true(strlen(response.note) > RESPONSE_NOTE_MAX - 4);
    assert_true(text_is_utf8(response.note, strlen(response.note)));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_fresh_reply_is_not_answered),
        TEST(an_error_replaces_what_was_begun),
        TEST(every_error_has_its_status_sentence_and_retry),
        TEST(a_sentence_for_the_operator_is_kept_for_the_log_alone),
        TEST(an_error_fits_when_all_memory_is_gone),
        TEST(a_body_that_grew_too_long_can_still_be_an_error),
        TEST(in_a_stream_an_error_is_one_more_line),
        TEST(a_missing_field_is_fastapis_422),
        TEST(notes_add_up_and_are_cut_at_a_character),
    };
#undef TEST
    return cmocka_run_group_tests_name("serve/response", tests, NULL, NULL);
}
