/* The seam: a line that exists for this test alone answers a greeting and turns through
 * line_answer. */
#include "lines/line.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "calls/end.h"
#include "tests/cases/home.h"

#define GREETING "Вітаю! Я штучний інтелект салону краси. Чим можу вам допомогти?"

/* ==== a whole line: text in, text out ========================================================== */

static enum err plain_read(struct app *app, const struct request *request, struct line_input *ret,
                           struct response *response, struct why *why)
{
    const char *call = request_query(request, "call");
    const char *key = request_query(request, "key");

    (void)app;
    if (strcmp(request->method, "GET") == 0) {
        response->status = 200;
        response->type = "text/plain";
        buf_puts(&response->body.text, "it runs");
        return ERR_OK;
    }
    if (call == NULL)
        return why_set(why, ERR_MISSING, "call is missing");
    ret->kind = request->len == 0 ? LINE_GREETING : LINE_TURN;
    ret->stream = request_query(request, "stream") != NULL;
    ret->turn = (struct turn_input){.external_id = call,
                                    .key = key == NULL ? call : key,
                                    .caller = "0501112233",
                                    .called = "0440000202",
                                    .direction = "in",
                                    .words = request->body};
    return ERR_OK;
}

static enum err plain_write(const struct line_input *in, const struct line_result *result,
                            struct response *response)
{
    buf_printf(&response->body.text, "%s%s", in->stream ? "" : result->said,
               result->goes_on ? "" : " (bye)");
    return ERR_OK;
}

static void plain_refuse(const struct line_input *in, enum err e, struct response *response)
{
    response->status = 200; /* as a side that speaks what it gets has to have it */
    response->type = "text/plain";
    buf_printf(&response->body.text, "sorry, %s: %s",
               in->turn.external_id == NULL ? "you" : in->turn.external_id, err_name(e));
}

static const struct line plain = {.source = "plain",
                                  .route = "plain",
                                  .type = "text/plain",
                                  .read = plain_read,
                                  .write = plain_write,
                                  .refuse = plain_refuse};

/* ==== what it is asked ========================================================================= */

static struct door home;
static struct response response;
static struct why why;

static int set_up(void **state)
{
    (void)state;
    home_make(&home);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    home_remove(&home);
    return 0;
}

static enum err send(const struct line *line, const char *method, const char *query,
                     const char *words)
{
    const struct request request = {.method = method,
                                    .path = "/plain",
                                    .query = query,
                                    .body = words,
                                    .len = strlen(words),
                                    .arena = home.arena,
                                    .deadline = deadline_in_ms(20000)};

    why = (struct why){0};
    response_init(&response, home.arena);
    enum err e = line_answer(line, &home.app, &request, &response, &why);
    assert_false(store_in_transaction(home.app.store));
    return e;
}

static const char *said(const char *query, const char *words)
{
    if (send(&plain, "POST", query, words) != ERR_OK)
        fail_msg("%s", why.text);
    assert_int_equal(response.status, 200);
    assert_string_equal(response.type, "text/plain");
    return buf_text(&response.body.text);
}

static size_t kept_turns(const char *call_id, struct turn **ret)
{
    struct call call = {0};
    size_t n = 0;

    assert_int_equal(call_find(home.app.store, home.arena, "plain", call_id, &call, NULL), ERR_OK);
    assert_int_equal(turns_of_call(home.app.store, home.arena, call.id, ret, &n, NULL), ERR_OK);
    return n;
}

static void a_call_is_greeted_and_a_turn_answered(void **state)
{
    (void)state;
    struct turn *turns = NULL;

    assert_string_equal(said("call=a", ""), GREETING);
    assert_int_equal(response.body.sounds, 0);
    const char *answer = said("call=a&key=1", "Де ви знаходитесь?");
    assert_int_equal(response.body.sounds, 0);
    assert_int_equal(kept_turns("a", &turns), 2);
    assert_string_equal(turns[0].said, GREETING);
    assert_string_equal(turns[1].heard, "Де ви знаходитесь?");
    assert_string_equal(turns[1].said, answer);
    assert_non_null(strstr(response.note, "turn=1"));
}

static void a_delivery_that_comes_again_gets_the_same_bytes_and_no_turn(void **state)
{
    (void)state;
    struct turn *turns = NULL;

    (void)said("call=b", "");
    const char *answer = said("call=b&key=b1", "Де ви знаходитесь?");
    assert_string_equal(said("call=b&key=b1", "Де ви знаходитесь?"), answer);
    assert_string_equal(response.note, "replay=1");
    assert_int_equal(kept_turns("b", &turns), 2);
}

static void a_request_that_the_line_answers_itself_is_no_turn(void **state)
{
    (void)state;
    assert_int_equal(send(&plain, "GET", "", ""), ERR_OK);
    assert_string_equal(buf_text(&response.body.text), "it runs");
    assert_string_equal(response.note, "");
}

static void a_line_writes_its_own_refusals(void **state)
{
    (void)state;
    assert_string_equal(said("call=nobodys&key=c1", "Алло"), "sorry, nobodys: NOT_FOUND");
    assert_int_equal(response.err, ERR_NOT_FOUND);
    assert_string_equal(response.why.text, "Call session not found");
    assert_int_equal(response.retry_after_s, 0);
    assert_string_equal(said("", "Алло"), "sorry, you: MISSING");
}

static void without_refusals_of_its_own_the_error_is_the_engines(void **state)
{
    (void)state;
    struct line strict = plain;

    strict.refuse = NULL;
    assert_int_equal(send(&strict, "POST", "call=nobodys&key=d1", "Алло"), ERR_NOT_FOUND);
    assert_string_equal(why.text, "Call session not found");
}

/* ---- a call that ends while the answer is written ---------------------------------------------- */

static int written;

static enum err hang_up_and_write(const struct line_input *in, const struct line_result *result,
                                  struct response *r)
{
    const struct call_report news = {.status = CALL_COMPLETED, .billed_s = -1};
    struct app exchange = {0};

    if (written++ == 0) {
        if (store_in_transaction(home.app.store))
            assert_int_equal(store_commit(home.app.store, NULL), ERR_OK);
        assert_int_equal(app_open(&exchange, APP_PARTS(&app_store, &app_profiles), NULL), ERR_OK);
        assert_int_equal(end_status(&exchange, home.arena, "plain", in->turn.external_id, &news,
                                    deadline_in_ms(5000), NULL),
                         ERR_OK);
        app_close(&exchange);
    }
    return plain_write(in, result, r);
}

static void an_answer_to_a_call_that_ended_meanwhile_is_written_again(void **state)
{
    (void)state;
    struct line slow = plain;
    struct turn *turns = NULL;

    slow.write = hang_up_and_write;
    (void)said("call=e", "");
    written = 0;
    assert_int_equal(send(&slow, "POST", "call=e&key=e1", "Де ви знаходитесь?"), ERR_OK);
    assert_int_equal(written, 2);
    assert_int_equal(kept_turns("e", &turns), 2);
    assert_string_equal(buf_text(&response.body.text),
                        arena_printf(home.arena, "%s (bye)", turns[1].said));
    assert_true(turns[1].ends);
}

/* ---- a stream, and sound ------------------------------------------------------------------------ */

static void put_heard(struct response *r, const char *transcript)
{
    buf_printf(&r->body.text, "heard %s|", transcript);
}

static void put_sentence(struct response *r, const char *text, const struct line_sound *sound)
{
    buf_printf(&r->body.text, "%s%s|", text, sound->wav == NULL ? " (mute)" : "");
}

static void a_stream_says_what_was_heard_then_each_sentence_then_the_end(void **state)
{
    (void)state;
    struct line streamed = plain;

    streamed.stream_type = "text/event-stream";
    streamed.heard = put_heard;
    streamed.sentence = put_sentence;
    (void)said("call=f", "");
    assert_int_equal(send(&streamed, "POST", "call=f&key=f1&stream=1", "До побачення"), ERR_OK);
    assert_string_equal(response.type, "text/event-stream");
    const char *body = buf_text(&response.body.text);
    assert_int_equal(strncmp(body, "heard До побачення|", strlen("heard До побачення|")), 0);
    assert_null(strstr(body, "(mute)"));
    assert_string_equal(body + strlen(body) - strlen("| (bye)"), "| (bye)");
}

static enum err put_length(const struct line_input *in, const struct line_result *result,
                           struct response *r)
{
    (void)in;
    buf_printf(&r->body.text, "%zu bytes", result->sound.len);
    return ERR_OK;
}

static void a_line_that_speaks_is_given_the_sound(void **state)
{
    (void)state;
    struct line aloud = plain;

    aloud.speaks = true;
    aloud.write = put_length;
    assert_int_equal(send(&aloud, "POST", "call=g", ""), ERR_OK);
    assert_string_not_equal(buf_text(&response.body.text), "0 bytes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_is_greeted_and_a_turn_answered),
        cmocka_unit_test(a_delivery_that_comes_again_gets_the_same_bytes_and_no_turn),
        cmocka_unit_test(a_request_that_the_line_answers_itself_is_no_turn),
        cmocka_unit_test(a_line_writes_its_own_refusals),
        cmocka_unit_test(without_refusals_of_its_own_the_error_is_the_engines),
        cmocka_unit_test(an_answer_to_a_call_that_ended_meanwhile_is_written_again),
        cmocka_unit_test(a_stream_says_what_was_heard_then_each_sentence_then_the_end),
        cmocka_unit_test(a_line_that_speaks_is_given_the_sound),
    };
    return cmocka_run_group_tests_name("lines/line", tests, set_up, tear_down);
}
