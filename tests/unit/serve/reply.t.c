#include "serve/reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

static struct arena arena;
static struct reply reply;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 4 << 20);
    reply_init(&reply, &arena);
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
    return buf_text(&reply.body.text);
}

static void a_fresh_reply_is_not_answered(void **state)
{
    (void)state;
    assert_int_equal(reply.status, 0);
    assert_int_equal(reply.err, ERR_OK);
    assert_string_equal(text(), "");
    assert_int_equal(reply_flush(&reply), ERR_OK);
    assert_false(reply.streaming);
}

static void an_error_replaces_what_was_begun(void **state)
{
    (void)state;
    reply.status = 200;
    reply.type = "text/xml";
    buf_puts(&reply.body.text, "{\"success\":true,\"audio_data\":\"");
    body_sound(&reply.body, "abc", 3);
    reply_error(&reply, 404, "no \"such\"\\call");
    assert_int_equal(reply.status, 404);
    assert_string_equal(reply.type, "application/json; charset=utf-8");
    assert_string_equal(text(), "{\"error\":\"no \\\"such\\\"\\\\call\"}");
    assert_int_equal(reply.body.sounds, 0);
    assert_int_equal(body_length(&reply.body), strlen(text()));
}

static void every_error_has_its_status_sentence_and_retry(void **state)
{
    char due[512];

    (void)state;
    for (int e = ERR_OK + 1; e < ERR__MAX; e++) {
        reply_init(&reply, &arena);
        reply_err(&reply, (enum err)e, NULL);
        (void)snprintf(due, sizeof due, "{\"error\":\"%s\"}", err_text((enum err)e));
        assert_string_equal(text(), due);
        assert_int_equal(reply.status, err_status((enum err)e));
        assert_int_equal(reply.retry_after_s > 0, err_retry((enum err)e));
        assert_int_equal(reply.err, e);
        assert_string_equal(reply.why.text, err_text((enum err)e));
    }
}

static void a_sentence_for_the_operator_is_kept_for_the_log_alone(void **state)
{
    const struct why why = {"the store has version 3, this program reads 4"};

    (void)state;
    for (int e = ERR_OK + 1; e < ERR__MAX; e++) {
        reply_init(&reply, &arena);
        reply_err(&reply, (enum err)e, &why);
        assert_string_equal(reply.why.text, why.text);
        assert_int_equal(strstr(text(), why.text) != NULL, err_public((enum err)e));
    }
    assert_false(err_public(ERR_VERSION));
    assert_false(err_public(ERR_CORRUPT));
    assert_true(err_public(ERR_VALUE));
}

static void an_error_fits_when_all_memory_is_gone(void **state)
{
    struct arena small;
    struct why why = {0};

    (void)state;
    arena_init(&small, ARENA_BLOCK);
    reply_init(&reply, &small);
    while (arena_alloc(&small, 256) != NULL)
        continue;
    memset(why.text, '"', sizeof why.text - 1);
    buf_putc(&reply.body.text, 'x');
    reply_err(&reply, ERR_MEMORY, &why);
    assert_int_equal(buf_err(&reply.body.text), ERR_OK);
    assert_int_equal(strlen(text()), 2 * (sizeof why.text - 1) + strlen("{\"error\":\"\"}"));
    arena_release(&small);
}

static void a_body_that_grew_too_long_can_still_be_an_error(void **state)
{
    (void)state;
    while (buf_err(&reply.body.text) == ERR_OK)
        buf_puts(&reply.body.text, "0123456789abcdef");
    reply_err(&reply, ERR_MEMORY, NULL);
    assert_int_equal(buf_err(&reply.body.text), ERR_OK);
    assert_string_equal(text(), "{\"error\":\"a memory ceiling was reached\"}");
}

static void in_a_stream_an_error_is_one_more_line(void **state)
{
    (void)state;
    reply.status = 200;
    reply.type = "application/x-ndjson";
    reply.streaming = true;
    buf_puts(&reply.body.text, "{\"transcript\":\"так\"}\n");
    reply.body.text.err = ERR_TOO_BIG;
    reply_err(&reply, ERR_DEADLINE, &(struct why){"the voice was too slow"});
    assert_string_equal(text(),
                        "{\"transcript\":\"так\"}\n{\"error\":\"the voice was too slow\"}\n");
    assert_int_equal(reply.status, 200);
    assert_string_equal(reply.type, "application/x-ndjson");
    assert_int_equal(reply.err, ERR_DEADLINE);
}

static void a_missing_field_is_fastapis_422(void **state)
{
    (void)state;
    reply_missing_field(&reply, "callID");
    assert_int_equal(reply.status, 422);
    assert_int_equal(reply.err, ERR_MISSING);
    assert_string_equal(text(), "{\"detail\":[{\"type\":\"missing\",\"loc\":[\"body\",\"callID\"],"
                                "\"msg\":\"Field required\",\"input\":null}]}");
}

static void notes_add_up_and_are_cut_at_a_character(void **state)
{
    (void)state;
    reply_note(&reply, "call=%d", 7);
    reply_note(&reply, "turn=%d", 2);
    assert_string_equal(reply.note, "call=7 turn=2");
    for (int i = 0; i < 200; i++)
        reply_note(&reply, "%s", "є");
    assert_true(strlen(reply.note) < REPLY_NOTE_MAX);
    assert_true(strlen(reply.note) > REPLY_NOTE_MAX - 4);
    assert_true(text_is_utf8(reply.note, strlen(reply.note)));
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
    return cmocka_run_group_tests_name("serve/reply", tests, NULL, NULL);
}
