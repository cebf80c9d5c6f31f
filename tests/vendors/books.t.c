/* Calls in which a model books, through whole turns: what the store has afterwards, what the caller is
 * told and when, and what a reply says that it asks.
 *
 * check: timeout=120 */
#include "tests/support/ring.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/zone.h"
#include "tests/cases/home.h"

#define CALLED "0440000202"
#define BEFORE "Хвилинку."
#define MADE   "Готово, чекаємо на вас."

#define USE(name, input) "\"tools\":[{\"name\":\"" name "\",\"input\":{" input "}}]"

/* A Wednesday, on which the salon is never closed; every test has one of its own, for the store is the
 * same. */
static const char *wednesday(int week)
{
    struct tm now = {0};
    char text[12];

    assert_int_equal(zone_local("Europe/Kyiv", clock_unix_ms(), &now), ERR_OK);
    day_number day =
        date_number((struct date){now.tm_year + 1900, now.tm_mon + 1, now.tm_mday}) + 1 + 7 * week;
    while (date_weekday(day) != 2)
        day++;
    return arena_strdup(the_door->arena, date_write(day, text));
}

/* The caller says this, and the model answers by these rules. */
static void play(const char *words, const char *rules)
{
    vendors_tell(
        &ring_vendors, "/scenario",
        arena_printf(the_door->arena,
                     "{\"stt\":{\"lines\":[\"%s\"],\"loop\":true},\"claude\":{\"match\":[%s]}}",
                     words, rules));
}

static struct answer turn(const char *call, const char *n)
{
    struct answer a = ring_turn(&(struct ring_said){.call = call, .turn = n});

    assert_int_equal(a.status, 200);
    assert_true(answer_bool(&a, "success"));
    return a;
}

static void asks(const struct answer *a, const char *what)
{
    const struct json *got = json_member(a->json, "asks");

    assert_non_null(got);
    if (what == NULL)
        assert_int_equal(json_kind(got), JSON_NULL);
    else
        assert_string_equal(answer_text(a, "asks"), what);
}

/* The first turn: the model keeps half past ten, and reads it back. */
static const char *offered(const char *call, int week)
{
    play("На манікюр із гель-лаком у середу.",
         arena_printf(
             the_door->arena,
             "{\"said\":\".\",\"answer\":{\"text\":\"\"," USE(
                 "offer_time",
                 "\"services\":\"manicure-gel\",\"specialist\":\"inna\",\"at\":"
                 "\"%s 10:30\",\"for_other\":\"no\"") "}},"
                                                      "{\"after_tool\":\"offer_time\",\"answer\":{"
                                                      "\"text\":\"У середу, до Інни. Усе "
                                                      "правильно?\"}}",
             wednesday(week)));
    struct answer a = turn(call, "1");
    assert_string_equal(answer_text(&a, "message"), "У середу, до Інни. Усе правильно?");
    asks(&a, "confirm");
    const char *id =
        ring_sql(arena_printf(the_door->arena, "SELECT id FROM offer WHERE call_id = %lld",
                              (long long)kept_call(call).id));
    return arena_strndup(the_door->arena, id, strcspn(id, "\n"));
}

/* The yes: the model confirms, and then says `after`. */
static void confirms(const char *offer, const char *before, const char *after)
{
    play("Так.",
         arena_printf(the_door->arena,
                      "{\"after_tool\":\"confirm_booking\",\"answer\":{\"text\":\"%s\"}},"
                      "{\"said\":\".\",\"answer\":{\"text\":\"%s\"," USE(
                          "confirm_booking", "\"offer\":\"%s\",\"name\":\"Олена\",\"phone\":"
                                             "\"\",\"for_other\":\"no\"") "}}",
                      after, before, offer));
}

static const char *visits(const char *call)
{
    const char *rows = ring_sql(
        arena_printf(the_door->arena,
                     "SELECT coalesce(group_concat(v.state || ' ' || b.specialist || ' ' || "
                     "v.name, '; '), '') FROM"
                     " visit AS v JOIN booking AS b ON b.visit_id = v.id WHERE v.call_id = %lld",
                     (long long)kept_call(call).id));

    return arena_strndup(the_door->arena, rows, strcspn(rows, "\n"));
}

static void a_model_offers_the_caller_says_yes_and_it_is_booked(void **state)
{
    (void)state;
    ring_fresh();
    const char *call = ring_call(CALLED);
    const char *offer = offered(call, 0);

    assert_string_equal(visits(call), "");
    confirms(offer, BEFORE, MADE);
    struct answer a = turn(call, "2");
    assert_string_equal(answer_text(&a, "message"), BEFORE " " MADE);
    asks(&a, "else");
    assert_string_equal(visits(call), "booked inna Олена");
    a = turn(call, "2"); /* the same delivery */
    assert_string_equal(answer_text(&a, "message"), BEFORE " " MADE);
    assert_string_equal(visits(call), "booked inna Олена");
    assert_string_equal(ring_sql("SELECT group_concat(name) FROM client_name"), "Олена\n");
    vendors_assert_content(&ring_vendors);
}

/* Not even a model may take the silence before the answer for a yes. */
static void what_was_offered_in_this_very_turn_is_not_booked(void **state)
{
    (void)state;
    ring_fresh();
    const char *call = ring_call(CALLED);

    play("Запишіть мене на середу, я на все згодна.",
         arena_printf(
             the_door->arena,
             "{\"after_tool\":\"confirm_booking\",\"answer\":{\"text\":\"Підтверджуєте?\"}},"
             "{\"after_tool\":\"offer_time\",\"answer\":{\"text\":\"\"," USE(
                 "confirm_booking",
                 "\"offer\":\"%s\",\"name\":\"Олена\",\"phone\":\"\",\"for_"
                 "other\":\"no\"") "}},"
                                   "{\"said\":\".\",\"answer\":{\"text\":"
                                   "\"\"," USE("offer_time", "\"services\":\"manicure-gel\","
                                                             "\"specialist\":\"inna\",\"at\":\"%s "
                                                             "14:00\",\"for_other\":\"no\"") "}}",
             arena_strndup(the_door->arena, ring_sql("SELECT coalesce(max(id), 0) + 1 FROM offer"),
                           1),
             wednesday(0)));
    struct answer a = turn(call, "1");
    assert_string_equal(answer_text(&a, "message"), "Підтверджуєте?");
    assert_string_equal(visits(call), "");
}

/* A model that booked and had no words left was told as one that had not understood. */
static void a_booking_after_which_the_model_falls_silent_is_told(void **state)
{
    (void)state;
    ring_fresh();
    for (int said_before = 0; said_before < 2; said_before++) {
        const char *call = ring_call(CALLED);
        confirms(offered(call, 1 + said_before), said_before ? BEFORE : "", "");
        struct answer a = turn(call, "2");
        const char *said = answer_text(&a, "message");
        const char *begins =
            said_before ? BEFORE " Готово, Олено! Вас записано: " : "Готово, Олено! Вас записано: ";
        if (strncmp(said, begins, strlen(begins)) != 0 || strstr(said, "у середу") == NULL ||
            strstr(said, "Чекаємо на вас. Чи можу ще чимось допомогти?") == NULL)
            fail_msg("it said: %s", said);
        asks(&a, "else");
        assert_string_equal(visits(call), "booked inna Олена");
    }
}

/* The stream broke after the tool: it is booked all the same, and told. */
static void a_model_that_is_lost_after_it_booked_is_no_trouble(void **state)
{
    (void)state;
    ring_fresh();
    const char *call = ring_call(CALLED);
    confirms(offered(call, 3), "", MADE);
    vendors_misbehave(&ring_vendors, "claude", "status",
                      "\"within\":\"tool_result\",\"status\":400");
    struct answer a = turn(call, "2");
    if (strstr(answer_text(&a, "message"), "Вас записано: ") == NULL)
        fail_msg("it said: %s", answer_text(&a, "message"));
    assert_string_equal(visits(call), "booked inna Олена");
}

static size_t said_lines(const struct answer *a, const char **ret, size_t max)
{
    const struct json *line[16];
    size_t n = ring_lines(a, line, 16);
    size_t said = 0;

    for (size_t i = 0; i < n; i++)
        if (json_member(line[i], "audio_data") != NULL && said < max)
            ret[said++] = json_text(json_member(line[i], "message"));
    return said;
}

/* The commit fails at the last moment: what was said before the tool may have left, what tells of the
 * booking has not. */
static void no_sentence_that_tells_of_a_booking_leaves_before_the_commit(void **state)
{
    (void)state;
    const char *said[8];

    ring_fresh();
    for (int silent = 0; silent < 2; silent++) {
        const char *call = ring_call(CALLED);
        const struct ring_said yes = {.call = call, .turn = "2", .stream = true};

        confirms(offered(call, 4 + silent), BEFORE, silent ? "" : MADE);
        (void)ring_sql(
            "CREATE TRIGGER full BEFORE INSERT ON visit BEGIN SELECT RAISE(FAIL, 'no'); END");
        struct answer a = ring_turn(&yes);
        (void)ring_sql("DROP TRIGGER full");
        assert_null(strstr(a.body, "Готово"));
        assert_non_null(strstr(a.body, "\"error\""));
        assert_string_equal(visits(call), "");
        a = ring_turn(&yes); /* brought again */
        assert_true(said_lines(&a, said, 8) >= 2);
        assert_string_equal(said[0], BEFORE);
        assert_non_null(strstr(said[1], "Готово"));
        assert_string_equal(visits(call), "booked inna Олена");
    }
}

static const char *cancelling(const char *visit)
{
    return arena_printf(
        the_door->arena,
        "{\"after_tool\":\"cancel_booking\",\"answer\":{\"text\":\"%%s\"}},"
        "{\"said\":\"скас|Так\",\"answer\":{\"text\":\"\"," USE(
            "cancel_booking",
            "\"visit\":\"%s\",\"phone\":\"\",\"name\":\"\"") "}},"
                                                             "{\"any\":true,\"answer\":{\"text\":"
                                                             "\"Слухаю вас.\"}}",
        visit);
}

static void cancels(const char *visit, const char *words, const char *after)
{
    const char *rules = cancelling(visit);
    const char *at = strstr(rules, "%s");

    play(words, arena_printf(the_door->arena, "%.*s%s%s", (int)(at - rules), rules, after, at + 2));
}

/* The question stands for one turn: a later yes, to whatever it was, cancels nothing. */
static void a_visit_is_cancelled_by_the_yes_to_the_question(void **state)
{
    (void)state;
    ring_fresh();
    const char *call = ring_call(CALLED);

    confirms(offered(call, 6), "", MADE);
    (void)turn(call, "2");
    const char *id =
        ring_sql(arena_printf(the_door->arena, "SELECT id FROM visit WHERE call_id = %lld",
                              (long long)kept_call(call).id));
    id = arena_strndup(the_door->arena, id, strcspn(id, "\n"));
    cancels(id, "Хочу скасувати.", "Скасувати запис у середу?");
    struct answer a = turn(call, "3");
    asks(&a, "confirm");
    cancels(id, "Зачекайте.", "");
    a = turn(call, "4");
    assert_string_equal(answer_text(&a, "message"), "Слухаю вас.");
    asks(&a, NULL);
    cancels(id, "Так.", "Скасувати запис у середу?");
    a = turn(call, "5");
    asks(&a, "confirm");
    assert_string_equal(visits(call), "booked inna Олена");
    cancels(id, "Так.", "");
    a = turn(call, "6");
    assert_string_equal(answer_text(&a, "message"),
                        "Готово, запис скасовано. Чи можу ще чимось допомогти?");
    asks(&a, "else");
    assert_string_equal(visits(call), "cancelled inna Олена");
}

static void a_moved_visit_is_told_as_moved(void **state)
{
    (void)state;
    ring_fresh();
    const char *call = ring_call(CALLED);

    confirms(offered(call, 7), "", MADE);
    (void)turn(call, "2");
    play("Перенесіть.",
         arena_printf(
             the_door->arena,
             "{\"after_tool\":\"move_booking\",\"answer\":{\"text\":\"Переношу?\"}},"
             "{\"any\":true,\"answer\":{\"text\":\"\"," USE(
                 "move_booking",
                 "\"visit\":\"%lld\",\"at\":\"%s 16:00\",\"specialist\":\"\",\"phone\":\"\","
                 "\"name\":\"\"") "}}",
             strtoll(ring_sql("SELECT max(id) FROM visit"), NULL, 10), wednesday(7)));
    struct answer a = turn(call, "3");
    asks(&a, "confirm");
    const char *offer = ring_sql("SELECT max(id) FROM offer");
    confirms(arena_strndup(the_door->arena, offer, strcspn(offer, "\n")), "", "");
    a = turn(call, "4");
    if (strstr(answer_text(&a, "message"), "Тепер ваш запис у середу") == NULL ||
        strstr(answer_text(&a, "message"), "о шістнадцятій") == NULL)
        fail_msg("it said: %s", answer_text(&a, "message"));
    assert_string_equal(visits(call), "booked inna Олена");
}

#define FIND(day)                                                                                  \
    USE("find_times", "\"services\":\"manicure\",\"specialist\":\"inna\",\"day\":\"" day "\","     \
                      "\"until\":\"\",\"from\":\"\",\"to\":\"\"")

/* Three times are found and told. */
static void found(const char *call)
{
    play("Коли є вільно?", "{\"after_tool\":\"find_times\",\"answer\":{\"text\":\"О десятій.\"}},"
                           "{\"any\":true,\"answer\":{\"text\":\"\"," FIND("nearest") "}}");
    struct answer a = turn(call, "1");
    asks(&a, "choice");
}

/* The model answers this without a tool; what is the caller asked then? */
static void answers(const char *call, const char *n, const char *words, const char *what)
{
    play(words, "{\"any\":true,\"answer\":{\"text\":\"Нагірна, п'ять.\"}}");
    struct answer a = turn(call, n);
    asks(&a, what);
}

static void a_reply_says_what_the_last_tool_asks(void **state)
{
    (void)state;
    ring_fresh();
    const char *call = ring_call(CALLED);

    found(call);
    play("Скільки коштує?",
         "{\"after_tool\":\"service_info\",\"answer\":{\"text\":\"Чотириста п'ятдесят.\"}},"
         "{\"any\":true,\"answer\":{\"text\":\"\"," USE("service_info",
                                                        "\"services\":\"manicure\"") "}}");
    struct answer a = turn(call, "2");
    asks(&a, "choice"); /* it was null: the times wait still */
    answers(call, "3", "Дякую, я ще подумаю.", "else");
    answers(call, "4", "А де ви?", NULL);
}

/* What a refusal implied was not told: "asks" was null. */
static void a_refusal_says_what_it_asks(void **state)
{
    (void)state;
    ring_fresh();
    const char *call = ring_call(CALLED);

    play("Запишіть мене.",
         "{\"after_tool\":\"find_times\",\"answer\":{\"text\":\"На який день?\"}},"
         "{\"any\":true,\"answer\":{\"text\":\"\"," FIND("") "}}");
    struct answer a = turn(call, "1");
    asks(&a, "day");
    answers(call, "2", "А де ви знаходитеся?", "day");
    answers(call, "3", "У середу.", NULL); /* answered: the model has done nothing with it */
}

/* A key was told to the model as the profile's question of that key. */
static void a_key_chooses_among_the_times_that_a_model_found(void **state)
{
    (void)state;
    ring_fresh();
    const char *call = ring_call(CALLED);

    found(call);
    play("",
         "{\"said\":\"^2[)] .* 20[0-9-]+ [0-9:]+ with inna$\",\"answer\":{\"text\":\"Другий.\"}},"
         "{\"any\":true,\"answer\":{\"text\":\"Не те.\"}}");
    struct answer a = ring_turn(&(struct ring_said){.call = call, .turn = "2", .keys = "2"});
    assert_string_equal(answer_text(&a, "message"), "Другий.");
}

/* The time stayed kept until it died by itself, though the caller did not want it. */
static void a_no_to_the_read_back_lets_the_offer_go(void **state)
{
    (void)state;
    ring_fresh();
    const char *call = ring_call(CALLED);
    const char *count =
        arena_printf(the_door->arena, "SELECT count(*) FROM offer WHERE call_id = %lld",
                     (long long)kept_call(call).id);

    (void)offered(call, 6);
    answers(call, "2", "А де ви знаходитеся?", "confirm"); /* it waits for the yes still */
    assert_string_equal(ring_sql(count), "1\n");
    answers(call, "3", "Ні, не підходить.", "time");
    assert_string_equal(ring_sql(count), "0\n");
}

static int64_t leads_after_hanging_up(const char *call)
{
    char body[200];

    (void)snprintf(body, sizeof body, "callID=%s&status=completed&duration=60", call);
    assert_int_equal(door_form(the_door, "/telephony/binotel/call-status", body).status, 200);
    return strtoll(
        ring_sql(arena_printf(the_door->arena, "SELECT count(*) FROM lead WHERE call_id = %lld",
                              (long long)kept_call(call).id)),
        NULL, 10);
}

/* The staff were to call back one who had only asked, and had been told. */
static void one_who_was_told_all_and_hangs_up_leaves_no_request(void **state)
{
    (void)state;
    ring_fresh();
    const char *call = ring_call(CALLED);

    play("Коли в мене запис?",
         "{\"after_tool\":\"my_bookings\",\"answer\":{\"text\":\"Запису немає. Ще щось?\"}},"
         "{\"any\":true,\"answer\":{\"text\":\"\"," USE(
             "my_bookings", "\"for\":\"know\",\"phone\":\"\",\"name\":\"\"") "}}");
    struct answer a = turn(call, "1");
    asks(&a, "else");
    assert_int_equal(leads_after_hanging_up(call), 0);
    call = ring_call(CALLED);
    play("Запишіть мене на манікюр.", "{\"any\":true,\"answer\":{\"text\":\"На який день?\"}}");
    (void)turn(call, "1");
    assert_int_equal(leads_after_hanging_up(call), 1); /* and one who broke off does */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_model_offers_the_caller_says_yes_and_it_is_booked),
        cmocka_unit_test(what_was_offered_in_this_very_turn_is_not_booked),
        cmocka_unit_test(a_booking_after_which_the_model_falls_silent_is_told),
        cmocka_unit_test(a_model_that_is_lost_after_it_booked_is_no_trouble),
        cmocka_unit_test(no_sentence_that_tells_of_a_booking_leaves_before_the_commit),
        cmocka_unit_test(a_visit_is_cancelled_by_the_yes_to_the_question),
        cmocka_unit_test(a_moved_visit_is_told_as_moved),
        cmocka_unit_test(a_reply_says_what_the_last_tool_asks),
        cmocka_unit_test(a_refusal_says_what_it_asks),
        cmocka_unit_test(a_key_chooses_among_the_times_that_a_model_found),
        cmocka_unit_test(a_no_to_the_read_back_lets_the_offer_go),
        cmocka_unit_test(one_who_was_told_all_and_hangs_up_leaves_no_request),
    };

    ring_begin();
    ring_be_patient();
    ring_open(door_open_nginx, 1);
    int failed = cmocka_run_group_tests_name("vendors/books", tests, NULL, NULL);
    ring_close();
    return failed;
}
