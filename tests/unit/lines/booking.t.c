/* A turn that books: what is said of it reaches the caller after the commit, it is done once or not at
 * all, and a caller who hangs up after the yes has booked. Who thinks is this test, in the place of
 * think/think.c. */
#include "lines/line.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <cmocka.h>

#include "calls/end.h"
#include "store/booking.h"
#include "tests/cases/home.h"
#include "think/think.h"

#define BEFORE "Хвилинку, я подивлюся."
#define MADE   "Готово, вас записано."
#define NOON   INT64_C(1796299200)
#define PHONE  "+380501112233"

/* ==== a line of text, with a stream ============================================================ */

static enum err text_read(struct app *app, const struct request *request, struct line_input *ret,
                          struct response *response, struct why *why)
{
    const char *call = request_query(request, "call");
    const char *key = request_query(request, "key");

    (void)app;
    (void)response;
    (void)why;
    ret->kind = request->len == 0 ? LINE_GREETING : LINE_TURN;
    ret->stream = request_query(request, "stream") != NULL;
    ret->turn = (struct turn_input){
        .external_id = call,
        .key = arena_printf(request->arena, "%s:%s", call, key == NULL ? "" : key),
        .caller = "0501112233",
        .called = "0440000202",
        .direction = "in",
        .words = request->body};
    return ERR_OK;
}

static enum err text_write(const struct line_input *in, const struct line_result *result,
                           struct response *response)
{
    buf_printf(&response->body.text, "%s.", in->stream ? "end" : result->said);
    return ERR_OK;
}

static void text_heard(struct response *response, const char *transcript)
{
    buf_printf(&response->body.text, "<%s>", transcript);
}

static void text_sentence(struct response *response, const char *text,
                          const struct line_sound *sound)
{
    (void)sound;
    buf_printf(&response->body.text, "[%s]", text);
}

static const struct line line = {.source = "plain",
                                 .route = "plain",
                                 .type = "text/plain",
                                 .read = text_read,
                                 .write = text_write,
                                 .stream_type = "text/stream",
                                 .heard = text_heard,
                                 .sentence = text_sentence};

/* ==== who thinks =============================================================================== */

static struct {
    bool model; /* speaks before it uses its tool */
    struct effects effects;
    void (*meanwhile)(void); /* something happens once the words are kept; NULL: nothing */
} script;

static enum err speak_like_a_model(const struct think_ask *ask, struct why *why)
{
    struct synthesis *v = ask->voice;

    enum err e = synthesise_add(v, BEFORE, strlen(BEFORE));
    if (e == ERR_OK)
        e = synthesise_pause(v);
    if (e == ERR_OK)
        e = env_commit(ask->env, why);
    if (e != ERR_OK)
        return e;
    synthesise_move(v);
    if (effects_change_book(&script.effects))
        synthesise_keep_back(v);
    e = synthesise_add(v, MADE, strlen(MADE));
    return e == ERR_OK ? synthesise_end_text(v) : e;
}

enum err think(const struct think_ask *ask, struct think_result *ret, struct why *why)
{
    enum err e = ERR_OK;

    *ret = (struct think_result){.effects = script.effects, .think_rung = "rules"};
    if (script.model)
        e = speak_like_a_model(ask, why);
    else
        ret->say = ret->shared = MADE;
    if (e == ERR_OK && script.meanwhile != NULL) {
        e = env_commit(ask->env, why);
        script.meanwhile();
    }
    return e;
}

/* ==== what the caller gets ===================================================================== */

static struct door home;
static struct response response;
static struct why why;
static struct buf sent; /* what has left */
static struct rlimit room;

static int set_up(void **state)
{
    (void)state;
    home_make(&home);
    (void)signal(SIGXFSZ, SIG_IGN);
    return getrlimit(RLIMIT_FSIZE, &room);
}

static int tear_down(void **state)
{
    (void)state;
    home_remove(&home);
    return 0;
}

static enum err collect(void *to, const void *data, size_t n)
{
    buf_put(to, data, n);
    return buf_err(to);
}

static enum err flush(struct response *r)
{
    r->streaming = true;
    return body_write(&r->body, &r->sent, collect, &sent);
}

static enum err send(const char *query, const char *words)
{
    const struct request request = {.method = "POST",
                                    .path = "/plain",
                                    .query = query,
                                    .body = words,
                                    .len = strlen(words),
                                    .arena = home.arena,
                                    .deadline = deadline_in_ms(60000)};

    why = (struct why){0};
    buf_init(&sent, home.arena, 100000);
    response_init(&response, home.arena);
    response.flush = flush;
    enum err e = line_answer(&line, &home.app, &request, &response, &why);
    assert_false(store_in_transaction(home.app.store));
    return e;
}

/* As the engine does at the end. */
static const char *all_sent(enum err e)
{
    if (e != ERR_OK)
        response_err(&response, e, &why);
    assert_int_equal(body_write(&response.body, &response.sent, collect, &sent), ERR_OK);
    return buf_text(&sent);
}

static struct call begin(const char *id)
{
    struct call call = {0};

    script.model = false;
    script.meanwhile = NULL;
    script.effects = (struct effects){0};
    assert_int_equal(send(arena_printf(home.arena, "call=%s", id), ""), ERR_OK);
    assert_int_equal(call_find(home.app.store, home.arena, "plain", id, &call, NULL), ERR_OK);
    return call;
}

static struct booking_part part(int64_t from_s)
{
    return (struct booking_part){.specialist = "inna",
                                 .specialist_name = "Інна",
                                 .services = "manicure",
                                 .service_names = "манікюр",
                                 .start_s = from_s,
                                 .end_s = from_s + 3600,
                                 .free_s = from_s + 3600,
                                 .price_from = 800,
                                 .price_to = 800};
}

/* A time is offered, and the next turn confirms it. */
static void offer(const struct call *call, int64_t from_s, int64_t move_visit)
{
    struct offer o = {.parts = 1, .move_visit = move_visit, .part = {part(from_s)}};
    int64_t now_ms = clock_unix_ms();
    size_t n = 0;

    assert_int_equal(store_begin(home.app.store, deadline_in_ms(60000), NULL), ERR_OK);
    assert_int_equal(
        offers_put(home.app.store, "salon", call->id, 0, &o, 1, now_ms + 600000, now_ms, &n, NULL),
        ERR_OK);
    assert_int_equal(store_commit(home.app.store, NULL), ERR_OK);
    assert_int_equal(n, 1);
    effects_put(&script.effects, (struct effect){.kind = EFFECT_BOOK,
                                                 .book = {.offer_id = o.id,
                                                          .name = "Олена",
                                                          .phone = PHONE,
                                                          .note = "алергія",
                                                          .language = "uk"}});
}

static size_t visits(int64_t from_s, bool cancelled, struct visit **ret)
{
    const struct visit_filter f = {
        .from_s = from_s, .to_s = from_s + 1, .cancelled = cancelled, .profile = "salon"};
    size_t n = 99;

    assert_int_equal(visits_listed(home.app.store, home.arena, &f, ret, &n, NULL), ERR_OK);
    return n;
}

static void assert_booked(int64_t from_s, const struct call *call)
{
    struct visit *v = NULL;

    assert_int_equal(visits(from_s, false, &v), 1);
    assert_string_equal(v[0].name, "Олена");
    assert_string_equal(v[0].phone, PHONE);
    assert_string_equal(v[0].note, "алергія");
    assert_string_equal(v[0].language, "uk");
    assert_string_equal(v[0].by, "call");
    assert_int_equal(v[0].call_id, call->id);
}

static void a_confirmed_offer_is_booked_with_the_answer_once(void **state)
{
    (void)state;
    struct call call = begin("a");

    offer(&call, NOON, 0);
    assert_int_equal(send("call=a&key=1", "так"), ERR_OK);
    assert_string_equal(all_sent(ERR_OK), MADE ".");
    assert_booked(NOON, &call);
    assert_int_equal(send("call=a&key=1", "так"), ERR_OK); /* the same delivery */
    assert_string_equal(all_sent(ERR_OK), MADE ".");
    assert_booked(NOON, &call);
}

static void a_visit_is_moved_and_cancelled_by_turns(void **state)
{
    (void)state;
    struct call call = begin("b");
    struct visit *v = NULL;

    assert_int_equal(visits(NOON, false, &v), 1);
    int64_t id = v[0].id;
    offer(&call, NOON + 1800, id);
    assert_int_equal(send("call=b&key=1", "так"), ERR_OK);
    assert_int_equal(visits(NOON, true, &v), 0);
    assert_int_equal(visits(NOON + 1800, false, &v), 1);
    assert_int_equal(v[0].id, id);
    script.effects = (struct effects){0};
    effects_put(&script.effects, (struct effect){.kind = EFFECT_CANCEL_VISIT, .visit_id = id});
    assert_int_equal(send("call=b&key=2", "скасуйте"), ERR_OK);
    assert_int_equal(visits(NOON + 1800, false, &v), 0);
    assert_int_equal(visits(NOON + 1800, true, &v), 1);
}

static void offers_that_are_not_wanted_are_let_go(void **state)
{
    (void)state;
    struct call call = begin("c");
    struct offer *list = NULL;
    size_t n = 0;

    offer(&call, NOON, 0);
    script.effects = (struct effects){0};
    effects_put(&script.effects, (struct effect){.kind = EFFECT_DROP_OFFERS});
    assert_false(effects_are_done(&script.effects));
    assert_int_equal(send("call=c&key=1", "ні"), ERR_OK);
    assert_int_equal(offers_of_call(home.app.store, home.arena, call.id, &list, &n, NULL), ERR_OK);
    assert_int_equal(n, 0);
}

/* The words before the booking may go out at once, those after it only with the commit. */
static void what_tells_of_a_booking_is_streamed_after_the_commit(void **state)
{
    (void)state;

    for (int model = 0; model < 2; model++) {
        struct call call = begin(model ? "d1" : "d0");
        script.model = model;
        offer(&call, NOON + 86400 * (1 + model), 0);
        enum err e = send(model ? "call=d1&key=1&stream=1" : "call=d0&key=1&stream=1", "так");
        assert_int_equal(e, ERR_OK);
        assert_string_equal(buf_text(&sent), model ? "<так>[" BEFORE "]" : "<так>");
        assert_string_equal(all_sent(e),
                            model ? "<так>[" BEFORE "][" MADE "]end." : "<так>[" MADE "]end.");
        assert_booked(NOON + 86400 * (1 + model), &call);
    }
}

static void without_a_booking_sentences_go_out_as_they_come(void **state)
{
    (void)state;

    for (int model = 0; model < 2; model++) {
        (void)begin(model ? "e1" : "e0");
        script.model = model;
        enum err e = send(model ? "call=e1&key=1&stream=1" : "call=e0&key=1&stream=1", "так");
        assert_int_equal(e, ERR_OK);
        assert_non_null(strstr(buf_text(&sent), "[" MADE "]"));
    }
}

static void take_disk(void)
{
    const struct rlimit none = {.rlim_cur = 1, .rlim_max = room.rlim_max};

    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
}

/* Whatever fails at the last moment, nobody was told, nothing is half there, and the delivery may come
 * again. */
static void a_booking_that_fails_was_not_told(void **state)
{
    (void)state;
    struct visit *v = NULL;
    struct turn *turns = NULL;
    size_t n = 0;

    for (int i = 0; i < 4; i++) {
        bool stream = i % 2 == 1;
        int64_t at = NOON + 86400 * (10 + i);
        const char *id = arena_printf(home.arena, "f%d", i);
        const char *query =
            arena_printf(home.arena, "call=%s&key=1%s", id, stream ? "&stream=1" : "");
        struct call call = begin(id);

        script.model = i >= 2;
        script.meanwhile = take_disk;
        offer(&call, at, 0);
        enum err e = send(query, "так");
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &room), 0);
        assert_int_equal(e, ERR_DISK);
        const char *got = all_sent(e);
        assert_null(strstr(got, MADE));
        assert_null(strstr(got, "end."));
        assert_non_null(strstr(got, "\"error\""));
        assert_int_equal(visits(at, true, &v), 0);

        script.meanwhile = NULL;
        e = send(query, "так"); /* once more, with a disk */
        assert_int_equal(e, ERR_OK);
        assert_non_null(strstr(all_sent(e), MADE));
        assert_booked(at, &call);
        assert_int_equal(turns_of_call(home.app.store, home.arena, call.id, &turns, &n, NULL),
                         ERR_OK);
        assert_int_equal(n, 2);
    }
}

static void a_time_that_was_taken_meanwhile_is_an_error_of_our_own(void **state)
{
    (void)state;
    struct call call = begin("g");

    offer(&call, NOON + 86400 * 20, 0);
    script.effects.effect[0].book.offer_id += 1000;
    enum err e = send("call=g&key=1&stream=1", "так");
    assert_int_equal(e, ERR_BUSY);
    assert_true(err_status(e) >= 500);
    assert_null(strstr(all_sent(e), MADE));
    script.effects.effect[0].book.offer_id -= 1000; /* it is thought anew */
    assert_int_equal(send("call=g&key=1&stream=1", "так"), ERR_OK);
    assert_booked(NOON + 86400 * 20, &call);
}

static void hang_up(void)
{
    const struct call_report news = {.status = CALL_COMPLETED, .billed_s = -1};
    struct app other = {0};

    assert_int_equal(app_open(&other, APP_PARTS(&app_store, &app_profiles), &why), ERR_OK);
    assert_int_equal(
        end_status(&other, home.arena, "plain", "h", &news, deadline_in_ms(60000), &why), ERR_OK);
    app_close(&other);
}

static void a_caller_who_hangs_up_after_the_yes_has_booked(void **state)
{
    (void)state;
    struct call call = begin("h");
    struct offer *list = NULL;
    size_t n = 0;

    offer(&call, NOON + 86400 * 21, 0);
    script.meanwhile = hang_up;
    assert_int_equal(send("call=h&key=1", "так"), ERR_OK);
    assert_booked(NOON + 86400 * 21, &call);
    assert_int_equal(call_get(home.app.store, home.arena, call.id, &call, NULL), ERR_OK);
    assert_string_equal(call.end_reason, "hangup");
    assert_string_equal(call.state, "");
    assert_int_equal(offers_of_call(home.app.store, home.arena, call.id, &list, &n, NULL), ERR_OK);
    assert_int_equal(n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_confirmed_offer_is_booked_with_the_answer_once),
        cmocka_unit_test(a_visit_is_moved_and_cancelled_by_turns),
        cmocka_unit_test(offers_that_are_not_wanted_are_let_go),
        cmocka_unit_test(what_tells_of_a_booking_is_streamed_after_the_commit),
        cmocka_unit_test(without_a_booking_sentences_go_out_as_they_come),
        cmocka_unit_test(a_booking_that_fails_was_not_told),
        cmocka_unit_test(a_time_that_was_taken_meanwhile_is_an_error_of_our_own),
        cmocka_unit_test(a_caller_who_hangs_up_after_the_yes_has_booked),
    };

    return cmocka_run_group_tests_name("lines/booking", tests, set_up, tear_down);
}
