/* What the model does in a call, and what becomes of it: tools, refusals, answers that are cut,
 * marks for the eye, sentences whose voice fails or comes late. */
#include "tests/support/ring.h"

#include <string.h>

#include "base/digest.h"
#include "calls/turn.h"
#include "providers/google-session.h"
#include "store/token.h"
#include "tests/cases/home.h"

#define CALLED "0440000202"

static void play(const char *lines, const char *rest)
{
    ring_fresh();
    vendors_tell(
        &ring_vendors, "/scenario",
        arena_printf(the_door->arena, "{\"stt\":{\"lines\":[%s]},\"claude\":{%s}}", lines, rest));
}

static struct answer speak_turn(const char *call, const char *turn)
{
    struct answer a = ring_turn(&(struct ring_said){.call = call, .turn = turn});

    assert_int_equal(a.status, 200);
    assert_true(answer_bool(&a, "success"));
    return a;
}

static const struct json *last_message(const struct json *request)
{
    const struct json *message = json_first(json_member(request, "messages"));

    while (json_next(message) != NULL)
        message = json_next(message);
    return message;
}

static const struct json *last_block(const struct json *request)
{
    const struct json *block = json_first(json_member(last_message(request), "content"));

    while (block != NULL && json_next(block) != NULL)
        block = json_next(block);
    return block;
}

/* ---- tools --------------------------------------------------------------------------------------- */

#define LEAVE(phone)                                                                               \
    "\"tools\":[{\"name\":\"leave_request\",\"input\":{\"name\":\"Олена\",\"phone\":\"" phone      \
    "\",\"wish\":\"Стрижка\"}}]"

static void a_number_that_is_none_goes_back_to_the_model_which_asks_again(void **state)
{
    (void)state;
    struct lead *leads = NULL;
    bool wrong = false;

    play("\"Передзвоніть мені на дванадцять.\",\"Нуль шістдесят сім, сто двадцять три.\"",
         "\"answers\":[{\"text\":\"Записую.\"," LEAVE(
             "12") "},{\"after\":\"tool\",\"text\":"
                   "\"Назвіть номер ще раз?\"},{\"text\":\"Так.\"," LEAVE(
                       "0671234567") "},"
                                     "{\"after\":\"tool\",\"text\":\"Дякую, Олено!\"}]");
    const char *call = ring_call(CALLED);
    struct answer a = speak_turn(call, "1");
    assert_string_equal(answer_text(&a, "message"), "Записую. Назвіть номер ще раз?");
    const struct json *told = last_block(ring_asked("claude", 0));
    assert_string_equal(json_text(json_member(told, "type")), "tool_result");
    assert_int_equal(json_get_bool(told, "is_error", &wrong, NULL), ERR_OK);
    assert_true(wrong);
    assert_int_equal(ring_leads(call, &leads), 0);
    a = speak_turn(call, "2");
    assert_string_equal(answer_text(&a, "message"), "Так. Дякую, Олено!");
    assert_int_equal(ring_leads(call, &leads), 1);
    assert_string_equal(leads[0].phone, "+380671234567");
    vendors_assert_content(&ring_vendors);
}

static void an_end_without_words_is_the_profiles_goodbye(void **state)
{
    (void)state;
    play("\"До побачення!\"", "\"answers\":[{\"text\":\"\",\"tools\":[{\"name\":\"end_call\","
                              "\"input\":{\"reason\":\"goodbye\"}}]},{\"after\":\"tool\","
                              "\"text\":\"\"}]");
    const char *call = ring_call(CALLED);
    struct answer a = speak_turn(call, "1");
    assert_string_equal(answer_text(&a, "message"), "Дякую за дзвінок! До побачення!");
    assert_false(answer_bool(&a, "should_continue"));
    assert_true(answer_sound(the_door, &a).n > 0);
    assert_string_equal(kept_call(call).end_reason, "goodbye");
    assert_string_equal(ring_kept(call, 1).think_rung, "claude");
}

#define USE(name, input) "\"tools\":[{\"name\":\"" name "\",\"input\":{" input "}}]"
#define END_CALL         USE("end_call", "\"reason\":\"goodbye\"")
#define REQUEST(wish)                                                                              \
    USE("leave_request", "\"name\":\"Олена\",\"phone\":\"\",\"wish\":\"" wish "\"")

/* What it said before another tool stood for the farewell, and the caller heard none. */
static void an_end_without_a_farewell_gets_one_whatever_was_said_before(void **state)
{
    (void)state;
    play("\"Дякую, це все.\"", "\"answers\":[{\"text\":\"Секунду, записую\"," REQUEST(
                                   "Стрижка") "},{\"after\":\"tool\",\"text\":\"\"," END_CALL "}]");
    const char *call = ring_call(CALLED);
    struct answer a = speak_turn(call, "1");
    assert_string_equal(answer_text(&a, "message"),
                        "Секунду, записую Дякую за дзвінок! До побачення!");
    assert_false(answer_bool(&a, "should_continue"));
    assert_int_equal(vendors_count(&ring_vendors, "claude", "requests"), 2);
    play("\"Дякую, це все.\"", "\"answers\":[{\"text\":\"Передала. До побачення!\"," REQUEST(
                                   "Стрижка") "},{\"after\":\"tool\",\"text\":\"\"," END_CALL "}]");
    a = speak_turn(ring_call(CALLED), "1");
    assert_string_equal(answer_text(&a, "message"), "Передала. До побачення!");
    assert_false(answer_bool(&a, "should_continue"));
}

/* "Секунду, записую" was all that the caller heard. */
static void a_request_after_which_the_model_falls_silent_is_confirmed(void **state)
{
    (void)state;
    struct lead *leads = NULL;

    play("\"Запишіть на стрижку.\"", "\"answers\":[{\"text\":\"Секунду, записую\"," REQUEST(
                                         "Стрижка") "},{\"after\":\"tool\",\"text\":\"\"}]");
    const char *call = ring_call(CALLED);
    struct answer a = speak_turn(call, "1");
    assert_string_equal(
        answer_text(&a, "message"),
        "Секунду, записую Дякую, Олено! Усе записано. Адміністратор вам передзвонить.");
    assert_true(answer_bool(&a, "should_continue"));
    assert_int_equal(ring_leads(call, &leads), 1);
    assert_int_equal(ring_kept(call, 1).faults, 0);
}

/* The words of two rounds were said in one breath: "записуюДякую". */
static void what_two_rounds_say_are_sentences_of_their_own(void **state)
{
    (void)state;
    play("\"Запишіть на стрижку.\"",
         "\"answers\":[{\"text\":\"Секунду, записую\"," REQUEST(
             "Стрижка") "},{\"after\":\"tool\",\"text\":\"Дякую, Олено\"}]");
    const char *call = ring_call(CALLED);
    struct answer a = speak_turn(call, "1");
    assert_string_equal(answer_text(&a, "message"), "Секунду, записую Дякую, Олено");
    assert_string_equal(json_text(json_member(json_member(ring_asked("tts", 1), "input"), "text")),
                        "Секунду, записую");
}

/* The first of two requests in one turn was told to be stored, and was not. */
static void two_requests_of_one_turn_are_both_passed_on(void **state)
{
    (void)state;
    struct lead *leads = NULL;

    play("\"Стрижка мені й манікюр доньці.\"",
         "\"answers\":[{\"text\":\"\"," REQUEST(
             "Стрижка") "},{\"after\":\"tool\",\"text\":"
                        "\"\"," REQUEST("Манікюр доньці") "},{\"after\":"
                                                          "\"tool\",\"text\":"
                                                          "\"Передала обидва "
                                                          "прохання.\"}]");
    const char *call = ring_call(CALLED);
    (void)speak_turn(call, "1");
    assert_int_equal(ring_leads(call, &leads), 1);
    assert_string_equal(leads[0].wish, "Стрижка; Манікюр доньці");
    assert_string_equal(leads[0].name, "Олена");
}

/* A model that sees only what was said left the same request again. */
static void the_next_turns_know_what_was_passed_on(void **state)
{
    (void)state;
    play("\"Запишіть на стрижку.\",\"Дякую.\"",
         "\"answers\":[{\"text\":\"\"," REQUEST(
             "Стрижка") "},{\"after\":\"tool\",\"text\":\"Передано.\"},{\"text\":\"Прошу.\"}]");
    const char *call = ring_call(CALLED);
    (void)speak_turn(call, "1");
    const struct json *tail = json_next(json_first(json_member(ring_asked("claude", 0), "system")));
    assert_null(strstr(json_text(json_member(tail, "text")), "вже передано"));
    (void)speak_turn(call, "2");
    tail = json_next(json_first(json_member(ring_asked("claude", 0), "system")));
    assert_non_null(
        strstr(json_text(json_member(tail, "text")), "вже передано адміністраторові: «Стрижка»."));
}

static void hang_up(const char *call)
{
    const char *body = arena_printf(the_door->arena, "callID=%s&status=completed", call);

    assert_int_equal(door_form(the_door, "/telephony/binotel/call-status", body).status, 200);
}

/* Two turns in which the caller tells what is wanted and the model asks on, and no more. */
static const char *half_a_request(const char *second)
{
    char answers[1024]; /* play empties the arena */

    (void)snprintf(
        answers, sizeof answers, "\"answers\":[{\"text\":\"На що саме?\"},{%s}%s]", second,
        strstr(second, "tools") == NULL ? "" : ",{\"after\":\"tool\",\"text\":\"Так.\"}");
    play("\"Хочу записатися.\",\"Стрижка завтра о десятій.\"", answers);
    const char *call = ring_call(CALLED);
    (void)speak_turn(call, "1");
    (void)speak_turn(call, "2");
    return call;
}

/* What the rules would have kept was lost with the model: it holds no half of a request. */
static void what_a_caller_asked_for_before_hanging_up_on_the_model_is_kept(void **state)
{
    (void)state;
    struct lead *leads = NULL;

    const char *call = half_a_request("\"text\":\"Як вас звати?\"");
    assert_int_equal(ring_leads(call, &leads), 0);
    hang_up(call);
    assert_int_equal(ring_leads(call, &leads), 1);
    assert_non_null(strstr(leads[0].wish, "Стрижка завтра о десятій"));
    assert_true(strlen(leads[0].phone) > 0);
    hang_up(call);
    assert_int_equal(ring_leads(call, &leads), 1);
}

static void what_the_model_has_done_with_is_not_asked_for_again(void **state)
{
    (void)state;
    struct lead *leads = NULL;

    const char *call = half_a_request("\"text\":\"Передаю.\"," REQUEST("Стрижка"));
    hang_up(call); /* it was passed on */
    assert_int_equal(ring_leads(call, &leads), 1);
    call = half_a_request("\"text\":\"Добре, до побачення!\"," END_CALL);
    hang_up(call); /* the model ended the call, and passed nothing on */
    assert_int_equal(ring_leads(call, &leads), 0);
    play("\"Яка у вас адреса?\"", "\"answers\":[{\"text\":\"Хрещатик, двадцять два.\"}]");
    call = ring_call(CALLED);
    (void)speak_turn(call, "1");
    hang_up(call); /* nothing was asked for */
    assert_int_equal(ring_leads(call, &leads), 0);
}

/* After the last round there was nothing to be heard but fillers. */
static void in_the_last_round_the_model_is_asked_for_words_alone(void **state)
{
    (void)state;
    static const char wrong[] = "{\"text\":\"Хвилинку.\"," USE(
        "leave_request", "\"name\":\"\",\"phone\":\"12\",\"wish\":\"Стрижка\"") "},";

    char answers[1024]; /* play empties the arena */

    (void)snprintf(answers, sizeof answers, "\"answers\":[%s%s%s{\"text\":\"Назвіть номер.\"}]",
                   wrong, wrong, wrong);
    play("\"Запишіть на стрижку.\"", answers);
    const char *call = ring_call(CALLED);
    struct answer a = speak_turn(call, "1");
    assert_string_equal(answer_text(&a, "message"), "Хвилинку. Хвилинку. Хвилинку. Назвіть номер.");
    for (size_t back = 0; back < 4; back++) {
        const struct json *choice = json_member(ring_asked("claude", back), "tool_choice");
        assert_string_equal(json_text(json_member(choice, "type")), back == 0 ? "none" : "auto");
    }
    vendors_assert_content(&ring_vendors);
}

/* What a key meant was forgotten in the turn after it. */
static void a_key_means_the_same_in_the_history_as_when_it_was_pressed(void **state)
{
    (void)state;
    static const char meant[] = "хочу записатися";

    play("\"На завтра.\"", "\"answers\":[{\"text\":\"На коли?\"},{\"text\":\"Добре.\"}]");
    const char *call = ring_call(CALLED);
    struct ring_said pressed = {.call = call, .turn = "1", .keys = "1"};
    assert_int_equal(ring_turn(&pressed).status, 200);
    const char *first = json_text(json_member(last_block(ring_asked("claude", 0)), "text"));
    assert_string_equal(first, meant);
    (void)speak_turn(call, "2");
    const struct json *m = json_first(json_member(ring_asked("claude", 0), "messages"));
    bool found = false;
    for (; m != NULL; m = json_next(m)) {
        const char *text = json_text(json_member(json_first(json_member(m, "content")), "text"));
        found = found || (text != NULL && strcmp(text, meant) == 0);
    }
    assert_true(found);
}

/* ---- answers that are none, or not whole --------------------------------------------------------- */

/* Two refusals took the model from every caller, and the second key was asked for nothing. */
static void a_refusal_goes_to_the_other_model_and_takes_the_first_from_no_caller(void **state)
{
    (void)state;
    play("\"Раз.\",\"Два.\",\"Три.\",\"Скільки коштує стрижка?\"",
         "\"match\":[{\"said\":\"стрижка\",\"answer\":{\"text\":\"Двісті гривень.\"}},"
         "{\"model\":\"claude-haiku-5-5\",\"answer\":{\"text\":\"\",\"refusal\":{}}},"
         "{\"any\":true,\"answer\":{\"text\":\"Про це не скажу.\"}}]");
    const char *call = ring_call(CALLED);
    for (int i = 1; i <= 3; i++) {
        struct answer a = speak_turn(call, arena_printf(the_door->arena, "%d", i));
        assert_string_equal(answer_text(&a, "message"), "Про це не скажу.");
        assert_string_equal(ring_kept(call, i).think_rung, "claude-fallback");
        assert_int_equal(vendors_count(&ring_vendors, "claude", "requests"), 2 * i);
    }
    (void)speak_turn(call, "4");
    assert_string_equal(ring_kept(call, 4).think_rung, "claude");
    assert_int_equal(ring_kept(call, 4).faults, 0);
}

static void of_an_answer_that_was_cut_short_only_whole_sentences_are_said(void **state)
{
    (void)state;
    play("\"Розкажіть.\"", "\"answers\":[{\"text\":\"Перше речення готове. Друге речення "
                           "обірва\",\"stop_reason\":\"max_tokens\"}]");
    const char *call = ring_call(CALLED);
    struct answer a = speak_turn(call, "1");
    assert_string_equal(answer_text(&a, "message"), "Перше речення готове.");
    assert_string_equal(ring_kept(call, 1).said, "Перше речення готове.");
}

/* ---- how an answer ends --------------------------------------------------------------------- */

/* It was waited for until the model's time was up, and the whole answer thrown away. */
static void an_answer_is_over_when_it_says_so_however_the_connection_ends(void **state)
{
    static const char *const ends[] = {"sse_open", "sse_reset"};

    (void)state;
    for (int i = 0; i < 4; i++) {
        play("\"Ви працюєте?\"", "\"answers\":[{\"text\":\"Ми працюємо щодня. Приходьте\"}]");
        vendors_misbehave(&ring_vendors, "claude", ends[i / 2], NULL);
        const char *call = ring_call(CALLED);
        struct answer a =
            ring_turn(&(struct ring_said){.call = call, .turn = "1", .stream = i % 2});
        assert_int_equal(a.status, 200);
        assert_string_equal(ring_kept(call, 1).said, "Ми працюємо щодня. Приходьте");
        assert_string_equal(ring_kept(call, 1).think_rung, "claude");
        assert_int_equal(ring_kept(call, 1).faults, 0);
        assert_int_equal(vendors_count(&ring_vendors, "claude", "requests"), 1);
    }
}

static void tools_are_used_though_the_connection_of_their_answer_stays_open(void **state)
{
    struct lead *leads = NULL;

    (void)state;
    play("\"Передзвоніть мені.\"",
         "\"answers\":[{\"text\":\"\"," LEAVE("0671234567") "},{\"after\":\"tool\",\"text\":"
                                                            "\"Дякую, Олено!\"}]");
    vendors_misbehave(&ring_vendors, "claude", "sse_open", NULL);
    const char *call = ring_call(CALLED);
    struct answer a = speak_turn(call, "1");
    assert_string_equal(answer_text(&a, "message"), "Дякую, Олено!");
    assert_int_equal(ring_leads(call, &leads), 1);
    assert_int_equal(vendors_count(&ring_vendors, "claude", "requests"), 2);
    assert_int_equal(ring_kept(call, 1).faults, 0);
    vendors_assert_content(&ring_vendors);
}

static void talk_in_tags_is_neither_spoken_nor_kept(void **state)
{
    static const char *const texts[] = {
        "<thinking>Клієнт питає графік. Скажу.</thinking>\\n\\nМи працюємо щодня.",
        "Клієнт питає графік. Скажу.</think>\\n\\nМи працюємо щодня.",
        "<answer>Ми працюємо щодня.</answer>",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char answer[512];
        (void)snprintf(answer, sizeof answer, "\"answers\":[{\"text\":\"%s\"}]", texts[i]);
        play("\"Коли ви працюєте?\"", answer);
        const char *call = ring_call(CALLED);
        struct answer a = speak_turn(call, "1");
        assert_string_equal(answer_text(&a, "message"), "Ми працюємо щодня.");
        assert_string_equal(ring_kept(call, 1).said, "Ми працюємо щодня.");
    }
}

/* Not in the door's arena: play() clears it. */
static const char *many(int sentences)
{
    static char text[4096];
    size_t n = 0;

    for (int i = 0; i < sentences && n < sizeof text; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s", i % 2 == 0 ? "Так. " : "Добре. ");
    return text;
}

/* It was taken for the model's failure: the breaker counted it, and the rules spoke instead. */
static void a_model_that_writes_too_many_sentences_is_cut_and_has_not_failed(void **state)
{
    static const int counts[] = {SYNTHESISE_SENTENCES + 1, SYNTHESISE_SENTENCES + 12};

    (void)state;
    for (size_t i = 0; i < 2; i++)
        for (int stream = 0; stream < 2; stream++) {
            struct vendor_request *asked = NULL;
            char answers[4200];
            (void)snprintf(answers, sizeof answers, "\"answers\":[{\"text\":\"%s\"}]",
                           many(counts[i]));
            play("\"Розкажіть.\"", answers);
            const char *call = ring_call(CALLED);
            struct answer a =
                ring_turn(&(struct ring_said){.call = call, .turn = "1", .stream = stream == 1});
            assert_int_equal(a.status, 200);
            struct turn t = ring_kept(call, 1);
            assert_string_equal(t.think_rung, "claude");
            assert_int_equal(t.faults, 0);
            assert_int_equal(strlen(t.said) + 1, strlen(many(SYNTHESISE_SENTENCES)));
            assert_true(t.tokens_in > 0 && t.cost_microusd > 0);
            size_t n = ring_requests(&t, &asked);
            assert_true(n > 1);
            assert_string_equal(ring_sql("SELECT count(*) FROM rung"), "0\n");
            assert_int_equal(vendors_count(&ring_vendors, "claude", "requests"), 1);
        }
}

/* The fall-back was asked with the key that had just been refused, and the rules answered. */
static void the_other_model_answers_by_the_other_key_when_the_first_is_refused(void **state)
{
    (void)state;
    play("\"Розкажіть.\"", "\"answers\":[{\"text\":\"Слухаю вас.\"}]");
    vendors_misbehave(
        &ring_vendors, "claude", "status",
        arena_printf(the_door->arena, "\"status\":401,\"key\":\"%s\"", ring_vendors.key[0]));
    vendors_misbehave(&ring_vendors, "claude", "status", "\"status\":529,\"within\":\"haiku-5-5\"");
    const char *call = ring_call(CALLED);
    struct answer a = speak_turn(call, "1");
    assert_string_equal(answer_text(&a, "message"), "Слухаю вас.");
    assert_string_equal(ring_kept(call, 1).think_rung, "claude-fallback");
}

/* A local model uses several tools at once: the call ended though the request had failed. */
static void a_call_does_not_end_beside_a_request_that_failed(void **state)
{
    (void)state;
    play("\"Запишіть мене. До побачення!\"",
         "\"answers\":[{\"text\":\"Передаю.\",\"tools\":[{\"name\":\"leave_request\",\"input\":{"
         "\"name\":\"Олена\",\"phone\":\"12\",\"wish\":\"Стрижка\"}},{\"name\":\"end_call\","
         "\"input\":{\"reason\":\"goodbye\"}}]},{\"after\":\"tool\",\"text\":\"Який номер?\"}]");
    const char *call = ring_call(CALLED);
    struct answer a = speak_turn(call, "1");
    assert_string_equal(answer_text(&a, "message"), "Передаю. Який номер?");
    assert_true(answer_bool(&a, "should_continue"));
    const struct json *b =
        json_first(json_member(last_message(ring_asked("claude", 0)), "content"));
    for (int i = 0; i < 2; i++, b = json_next(b)) {
        bool wrong = false;
        assert_string_equal(json_text(json_member(b, "type")), "tool_result");
        assert_int_equal(json_get_bool(b, "is_error", &wrong, NULL), ERR_OK);
        assert_true(wrong);
    }
    assert_null(b);
}

/* "One moment" had left for the caller, and then nothing more came. */
static void a_model_that_is_lost_after_one_moment_leaves_no_caller_in_silence(void **state)
{
    (void)state;
    const struct json *line[16];

    play("\"Запишіть мене.\"", "\"answers\":[{\"text\":\"Секунду, записую.\"," LEAVE("12") "}]");
    vendors_misbehave(&ring_vendors, "claude", "silent", "\"within\":\"tool_result\",\"ms\":800");
    const char *call = ring_call(CALLED);
    struct answer a = ring_turn(&(struct ring_said){.call = call, .turn = "1", .stream = true});
    size_t n = ring_lines(&a, line, 16);
    assert_true(n >= 4);
    struct answer end = {.json = line[n - 1]};
    assert_string_equal(
        answer_text(&end, "message"),
        "Секунду, записую. Вибачте, сталася помилка. Будь ласка, спробуйте ще раз.");
    assert_true(answer_bool(&end, "should_continue"));
}

/* Half a sentence that the API took back was said. */
static void of_an_answer_that_was_refused_amid_only_whole_sentences_are_said(void **state)
{
    (void)state;
    play("\"Розкажіть.\",\"Ще.\"",
         "\"match\":[{\"said\":\"Розкажіть\",\"answer\":{\"text\":\"Перше речення готове. Друге "
         "речення обірва\",\"refusal\":{}}},{\"model\":\"claude-haiku-5-5\",\"answer\":{"
         "\"text\":\"Це речення обірва\",\"refusal\":{}}},{\"any\":true,\"answer\":{\"text\":"
         "\"Про це не скажу.\"}}]");
    const char *call = ring_call(CALLED);
    struct answer a = speak_turn(call, "1");
    assert_string_equal(answer_text(&a, "message"), "Перше речення готове.");
    a = speak_turn(call, "2");
    assert_string_equal(answer_text(&a, "message"), "Про це не скажу.");
    assert_string_equal(ring_kept(call, 2).think_rung, "claude-fallback");
}

/* "I did not understand you" was said, though another model had understood. */
static void a_model_that_says_nothing_at_all_is_followed_by_the_next(void **state)
{
    (void)state;
    play("\"Розкажіть.\"", "\"match\":[{\"model\":\"claude-haiku-5-5\",\"answer\":{\"text\":\"\"}},"
                           "{\"any\":true,\"answer\":{\"text\":\"Слухаю вас.\"}}]");
    const char *call = ring_call(CALLED);
    struct answer a = speak_turn(call, "1");
    assert_string_equal(answer_text(&a, "message"), "Слухаю вас.");
    assert_string_equal(ring_kept(call, 1).think_rung, "claude-fallback");
}

/* Its thoughts are no answer: the caller heard "I did not understand you". */
static void a_model_that_only_thinks_aloud_is_followed_by_the_next(void **state)
{
    (void)state;
    play("\"Розкажіть.\"", "\"match\":[{\"model\":\"claude-haiku-5-5\",\"answer\":{\"text\":"
                           "\"<thinking>Про що це? Мабуть, про стрижку.</thinking>\"}},"
                           "{\"any\":true,\"answer\":{\"text\":\"Слухаю вас.\"}}]");
    const char *call = ring_call(CALLED);
    struct answer a = speak_turn(call, "1");
    assert_string_equal(answer_text(&a, "message"), "Слухаю вас.");
    assert_string_equal(ring_kept(call, 1).think_rung, "claude-fallback");
}

static void marks_for_the_eye_are_not_spoken(void **state)
{
    (void)state;
    play("\"Розкажіть.\"", "\"answers\":[{\"text\":\"**Так**, ми `працюємо` щодня. * Приходьте "
                           "*завтра*!\"}]");
    const char *call = ring_call(CALLED);
    struct answer a = speak_turn(call, "1");
    assert_null(strpbrk(answer_text(&a, "message"), "*`"));
    for (size_t i = 0; i < 2; i++) {
        const struct json *input = json_member(ring_asked("tts", i), "input");
        assert_null(strpbrk(json_text(json_member(input, "text")), "*`"));
    }
}

/* ---- what was said ------------------------------------------------------------------------------- */

/* Where nothing but the vendor's voice is in the ladder, a sentence it fails at is not heard. */
static void a_sentence_whose_voice_failed_was_not_said_and_is_not_in_the_next_request(void **state)
{
    (void)state;
    struct ladder *l = &the_door->app.providers.ladder;
    struct ladder before = *l;

    play("\"Розкажіть.\",\"Ще раз.\"", "\"answers\":[{\"text\":\"Перше речення готове. Друге "
                                       "речення зникло.\"},{\"text\":\"Добре.\"}]");
    const char *call = ring_call(CALLED);
    assert_int_equal(ladder_read("speak=google", l, NULL), ERR_OK);
    vendors_misbehave(&ring_vendors, "tts", "status", "\"status\":400,\"within\":\"Друге\"");
    struct answer a = speak_turn(call, "1");
    assert_string_equal(answer_text(&a, "message"), "Перше речення готове.");
    *l = before;
    (void)speak_turn(call, "2");
    bool first = false;
    const struct json *m = json_first(json_member(ring_asked("claude", 0), "messages"));
    for (; m != NULL; m = json_next(m)) {
        const struct json *b = json_first(json_member(m, "content"));
        for (; b != NULL; b = json_next(b)) {
            const char *text = json_text(json_member(b, "text"));
            assert_non_null(text);
            assert_null(strstr(text, "зникло"));
            first = first || strcmp(text, "Перше речення готове.") == 0;
        }
    }
    assert_true(first);
}

static bool same(const struct json *a, const struct json *b)
{
    const char *x = json_text(a), *y = json_text(b);

    if (x != NULL || y != NULL)
        return x != NULL && y != NULL && strcmp(x, y) == 0;
    a = json_first(a);
    b = json_first(b);
    for (; a != NULL && b != NULL; a = json_next(a), b = json_next(b)) {
        const char *p = json_name(a), *q = json_name(b);
        if ((p == NULL) != (q == NULL) || (p != NULL && strcmp(p, q) != 0) || !same(a, b))
            return false;
    }
    return a == NULL && b == NULL;
}

static void system_and_tools_are_the_same_in_every_turn_so_that_they_are_cached(void **state)
{
    (void)state;
    const struct json *asked[8];

    play("\"Розкажіть.\",\"Ще раз.\"",
         "\"answers\":[{\"text\":\"Слухаю вас.\"},{\"text\":\"Добре.\"}]");
    const char *call = ring_call(CALLED);
    (void)speak_turn(call, "1");
    (void)speak_turn(ring_call(CALLED), "1"); /* another call */
    const struct json *one = ring_asked("claude", 1), *two = ring_asked("claude", 0);
    assert_true(json_count(json_member(one, "tools")) >= 3);
    assert_true(same(json_member(one, "tools"), json_member(two, "tools")));
    assert_true(
        same(json_first(json_member(one, "system")), json_first(json_member(two, "system"))));
    assert_int_equal(ring_timings("claude", asked, 8), 2);
    double read = ring_number(json_member(asked[1], "usage"), "cache_read_input_tokens");
    assert_true(read > 512);
    assert_true(ring_number(json_member(asked[1], "usage"), "input_tokens") < read);
}

static void sentences_are_delivered_in_order_though_their_voices_are_not(void **state)
{
    (void)state;
    static const char *const said[] = {"Перше речення тут.", "Друге речення тут.",
                                       "Третє речення тут.", "Четверте речення тут."};
    const struct json *line[16], *voice[16];

    play("\"Розкажіть.\"", "\"answers\":[{\"text\":\"Перше речення тут. Друге речення тут. Третє "
                           "речення тут. Четверте речення тут.\"}]");
    const char *call = ring_call(CALLED);
    size_t before = ring_timings("tts", voice, 16);
    vendors_misbehave(&ring_vendors, "tts", "delay", "\"ms\":700,\"within\":\"Перше\"");
    vendors_misbehave(&ring_vendors, "tts", "delay", "\"ms\":400,\"within\":\"Третє\"");
    struct answer a = ring_turn(&(struct ring_said){.call = call, .turn = "1", .stream = true});
    assert_int_equal(a.status, 200);
    size_t n = ring_lines(&a, line, 16);
    assert_int_equal(n, 6); /* heard, four sentences, the end */
    for (size_t i = 0; i < 4; i++) {
        struct answer piece = {.json = line[i + 1]};
        assert_string_equal(answer_text(&piece, "message"), said[i]);
        assert_true(answer_sound(the_door, &piece).n > 0);
    }
    /* The stand-in kept them in the order of its answers: the first was not the first. */
    size_t voices = ring_timings("tts", voice, 16);
    assert_int_equal(voices - before, 4);
    assert_true(ring_number(voice[before], "asked_ms") < 400);
    assert_true(ring_number(voice[voices - 1], "asked_ms") >= 700);
    assert_string_equal(ring_kept(call, 1).speak_rung, "google");
}

/* The token where the other workers look. */
static struct token stored(void)
{
    const struct google_credentials *c = google_session_credentials(&the_door->app.providers);
    struct token t = {0};
    char owner[DIGEST_HEX];

    const char *name =
        arena_printf(the_door->arena, "%s %s %s", c->client_email, c->key_id, c->token_uri);
    assert_non_null(name);
    assert_int_equal(digest_sha256(name, strlen(name), owner), ERR_OK);
    assert_int_equal(token_load(the_door->app.store, the_door->arena, owner, clock_unix_ms(), &t),
                     ERR_OK);
    t.owner = arena_strdup(the_door->arena, owner);
    return t;
}

/* It is to be renewed, though it is good; the worker, begun anew, finds it so. */
static void make_due(void)
{
    struct token t = stored();

    t.renew_ms = 1;
    assert_int_equal(token_save(the_door->app.store, the_door->arena, &t, NULL), ERR_OK);
    home_set(the_door, "HOLOS_TREE", "");
}

/* Every turn of the last five minutes waited for every try, though its token was good. */
static void a_renewal_that_fails_while_the_token_is_good_holds_no_turn_up(void **state)
{
    (void)state;
    play("\"Раз.\",\"Два.\",\"Три.\",\"Чотири.\"",
         "\"match\":[{\"any\":true,\"answer\":{\"text\":\"Так.\"}}]");
    const char *call = ring_call(CALLED);
    (void)speak_turn(call, "1");
    int64_t before = vendors_count(&ring_vendors, "oauth", "requests");
    make_due();
    vendors_misbehave(&ring_vendors, "oauth", "status", "\"status\":503");
    (void)speak_turn(call, "2");
    (void)speak_turn(call, "3");
    for (int n = 2; n <= 3; n++) {
        assert_string_equal(ring_kept(call, n).heard_by, "google");
        assert_int_equal(ring_kept(call, n).faults, 0);
    }
    assert_int_equal(vendors_count(&ring_vendors, "oauth", "requests"), before + 1);
    assert_true(stored().renew_ms > clock_unix_ms());
    vendors_behave(&ring_vendors, "oauth");
    make_due();
    (void)speak_turn(call, "4");
    assert_int_equal(vendors_count(&ring_vendors, "oauth", "requests"), before + 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_that_is_none_goes_back_to_the_model_which_asks_again),
        cmocka_unit_test(an_end_without_words_is_the_profiles_goodbye),
        cmocka_unit_test(an_end_without_a_farewell_gets_one_whatever_was_said_before),
        cmocka_unit_test(a_request_after_which_the_model_falls_silent_is_confirmed),
        cmocka_unit_test(what_two_rounds_say_are_sentences_of_their_own),
        cmocka_unit_test(two_requests_of_one_turn_are_both_passed_on),
        cmocka_unit_test(the_next_turns_know_what_was_passed_on),
        cmocka_unit_test(what_a_caller_asked_for_before_hanging_up_on_the_model_is_kept),
        cmocka_unit_test(what_the_model_has_done_with_is_not_asked_for_again),
        cmocka_unit_test(in_the_last_round_the_model_is_asked_for_words_alone),
        cmocka_unit_test(a_key_means_the_same_in_the_history_as_when_it_was_pressed),
        cmocka_unit_test(a_refusal_goes_to_the_other_model_and_takes_the_first_from_no_caller),
        cmocka_unit_test(of_an_answer_that_was_cut_short_only_whole_sentences_are_said),
        cmocka_unit_test(an_answer_is_over_when_it_says_so_however_the_connection_ends),
        cmocka_unit_test(tools_are_used_though_the_connection_of_their_answer_stays_open),
        cmocka_unit_test(talk_in_tags_is_neither_spoken_nor_kept),
        cmocka_unit_test(a_model_that_writes_too_many_sentences_is_cut_and_has_not_failed),
        cmocka_unit_test(a_call_does_not_end_beside_a_request_that_failed),
        cmocka_unit_test(a_model_that_is_lost_after_one_moment_leaves_no_caller_in_silence),
        cmocka_unit_test(the_other_model_answers_by_the_other_key_when_the_first_is_refused),
        cmocka_unit_test(of_an_answer_that_was_refused_amid_only_whole_sentences_are_said),
        cmocka_unit_test(a_model_that_says_nothing_at_all_is_followed_by_the_next),
        cmocka_unit_test(a_model_that_only_thinks_aloud_is_followed_by_the_next),
        cmocka_unit_test(marks_for_the_eye_are_not_spoken),
        cmocka_unit_test(a_sentence_whose_voice_failed_was_not_said_and_is_not_in_the_next_request),
        cmocka_unit_test(system_and_tools_are_the_same_in_every_turn_so_that_they_are_cached),
        cmocka_unit_test(a_renewal_that_fails_while_the_token_is_good_holds_no_turn_up),
        cmocka_unit_test(sentences_are_delivered_in_order_though_their_voices_are_not),
    };

    ring_begin();
    ring_open(door_open_direct, 1);
    int failed = cmocka_run_group_tests_name("vendors/model", tests, NULL, NULL);
    ring_close();
    return failed;
}
