/* What must be shown of faults: each a clear answer, nothing lost, and well again afterwards. */
#include "tests/cases/cases.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/settings.h"
#include "serve/routes.h"
#include "tests/cases/home.h"

#define INCOMING "/telephony/binotel/incoming-call"

static const char *path_in_folder(const char *name)
{
    char *path = arena_printf(the_door->arena, "%s/%s", the_door->folder, name);
    assert_non_null(path);
    return path;
}

static void write_script(const char *path, const char *text)
{
    assert_int_equal(file_replace(path, text, strlen(text), NULL), ERR_OK);
    assert_int_equal(chmod(path, 0700), 0);
}

static struct answer open_call(const char *id)
{
    return door_json(the_door, INCOMING,
                     arena_printf(the_door->arena,
                                  "{\"callID\":\"%s\",\"externalNumber\":\"0671234567\","
                                  "\"internalNumber\":\"0440000202\"}",
                                  id));
}

/* ---- the voice ---------------------------------------------------------------------------------- */

static void use_espeak(const char *program)
{
    the_door->app.speaker.espeak = program;
    the_door->app.speaker.cache = "";
}

static void use_own_espeak(void)
{
    the_door->app.speaker.espeak = setting_text(SET_HOLOS_ESPEAK);
    the_door->app.speaker.cache = setting_text(SET_HOLOS_CACHE);
    the_door->app.speaker.step_ms = (int)setting_number(SET_HOLOS_SPEAK_MS);
}

static void without_espeak_the_text_is_answered(void **state)
{
    (void)state;
    use_espeak(path_in_folder("no-such-program"));
    const char *id = door_call_id(the_door);
    struct answer a = open_call(id);
    struct answer b = door_say(the_door, id, "Де ви знаходитесь?");
    use_own_espeak();
    assert_int_equal(a.status, 200);
    assert_true(answer_bool(&a, "success"));
    assert_int_equal(json_kind(json_member(a.json, "audio_data")), JSON_NULL);
    assert_true(strlen(answer_text(&a, "message")) > 10);
    assert_int_equal(b.status, 200);
    assert_int_equal(json_kind(json_member(b.json, "audio_data")), JSON_NULL);
    assert_true(answer_bool(&b, "should_continue"));
    struct call call = kept_call(id);
    struct turn *turns = NULL;
    assert_int_equal(kept_turns(&call, &turns), 2);
    assert_int_equal(turns[1].faults, 1);
    assert_string_equal(turns[1].speak_rung, "");
}

static void a_hanging_espeak_is_given_up_and_the_text_answered(void **state)
{
    (void)state;
    const char *script = path_in_folder("hang");
    write_script(script, "#!/bin/sh\nexec sleep 60\n");
    use_espeak(script);
    the_door->app.speaker.step_ms = 300;
    int64_t from = clock_mono_us();
    struct answer a = open_call(door_call_id(the_door));
    int64_t took_ms = (clock_mono_us() - from) / 1000;
    use_own_espeak();
    assert_int_equal(a.status, 200);
    assert_int_equal(json_kind(json_member(a.json, "audio_data")), JSON_NULL);
    assert_true(took_ms < 12000);
}

/* ---- the store ---------------------------------------------------------------------------------- */

/* Another process holds the writer's lock until it is killed. */
static pid_t lock_store(void)
{
    int ready[2];
    char c = 0;

    assert_int_equal(pipe(ready), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        const char *path = path_in_folder("holos.db-writer");
        int fd = open(path, O_RDWR);
        if (fd < 0 || flock(fd, LOCK_EX) != 0 || write(ready[1], "x", 1) != 1)
            _exit(1);
        for (;;)
            (void)pause();
    }
    assert_int_equal(read(ready[0], &c, 1), 1);
    (void)close(ready[0]);
    (void)close(ready[1]);
    return pid;
}

static void unlock_store(pid_t pid)
{
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void a_locked_store_is_503_in_time_and_the_retry_succeeds(void **state)
{
    (void)state;
    const char *id = door_call(the_door);
    pid_t pid = lock_store();
    int64_t from = clock_mono_us();
    const struct part parts[] = {{.name = "callID", .value = id},
                                 {.name = "text", .value = "Де ви знаходитесь?"},
                                 {.name = "turn", .value = "1"}};
    struct answer a =
        door_multipart(the_door, "/telephony/binotel/audio-stream", parts, 3, NULL, NULL);
    int64_t took_ms = (clock_mono_us() - from) / 1000;
    unlock_store(pid);
    assert_int_equal(a.status, 503);
    assert_true(strlen(answer_text(&a, "error")) > 10);
    assert_in_range(took_ms, 3000, 11000); /* HOLOS_STORE_WAIT_MS, not for ever */
    a = door_multipart(the_door, "/telephony/binotel/audio-stream", parts, 3, NULL, NULL);
    assert_int_equal(a.status, 200);
    assert_int_equal(answer_int(&a, "turn"), 1);
}

/* A 500 is what makes the exchange send the record again; nothing else is
 * worth that. */
static void a_locked_store_makes_the_exchange_send_the_record_again_and_nothing_else(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        int status;
        const char *answer; /* NULL: any error */
    } rows[] = {
        {"requestType=apiCallCompleted&callDetails[generalCallID]=", 500, NULL},
        {"requestType=hangupTheCall&generalCallID=", 200, "{\"status\":\"success\"}"},
        {"requestType=apiCallSettings&externalNumber=0671234567&x=", 200, "{}"},
    };
    const char *id = door_call(the_door);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *body = arena_printf(the_door->arena, "%s%s", rows[i].body, id);
        pid_t pid = lock_store();
        struct answer a = door_form(the_door, "/telephony/binotel/webhook", body);
        unlock_store(pid);
        assert_int_equal(a.status, rows[i].status);
        if (rows[i].answer == NULL)
            assert_true(strlen(answer_text(&a, "error")) > 10);
        else
            assert_string_equal(a.body, rows[i].answer);
    }
    const char *body = arena_printf(the_door->arena, "%s%s", rows[0].body, id);
    struct answer a = door_form(the_door, "/telephony/binotel/webhook", body);
    assert_string_equal(a.body, "{\"status\":\"success\"}");
    assert_int_equal(kept_call(id).status, CALL_COMPLETED);
}

/* As an installation does it before the routes start. */
static void speak_excuses(void)
{
    const char *bin = getenv("HOLOS_BIN");
    const char *tool = arena_printf(the_door->arena, "%s/holos", bin == NULL ? "build/bin" : bin);
    int status = 0;

    pid_t pid = fork();
    if (pid == 0) {
        (void)execl(tool, tool, "excuse", (char *)NULL);
        _exit(127);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

/* Nobody is left in silence: the error comes with the profile's excuse, from the cache. */
static void an_error_of_our_own_brings_the_spoken_excuse(void **state)
{
    (void)state;
    const char *id = door_call(the_door);
    speak_excuses();
    pid_t pid = lock_store();
    struct answer turn = door_say(the_door, id, "Де ви знаходитесь?");
    struct answer ring = door_json(the_door, "/telephony/binotel/incoming-call",
                                   "{\"callID\":\"locked\",\"externalNumber\":\"0671112233\","
                                   "\"internalNumber\":\"0440000202\"}");
    unlock_store(pid);
    const struct answer *each[] = {&turn, &ring};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(each[i]->status, 503);
        assert_false(answer_bool(each[i], "success"));
        assert_true(answer_bool(each[i], "should_continue"));
        assert_true(strlen(answer_text(each[i], "error")) > 10);
        assert_string_equal(answer_text(each[i], "message"),
                            app_profile(&the_door->app, "0440000202")->say.trouble);
        assert_true(answer_sound(the_door, each[i]).n > 4000);
    }
}

static void health_says_that_the_store_cannot_be_written(void **state)
{
    (void)state;
    pid_t pid = lock_store();
    struct answer a = door_get(the_door, "/health");
    struct answer t = door_get(the_door, "/telephony/health");
    unlock_store(pid);
    assert_int_equal(a.status, 503);
    assert_string_equal(answer_text(&a, "status"), "unhealthy");
    assert_true(strlen(answer_text(&a, "why")) > 10);
    assert_int_equal(t.status, 200);
    assert_int_equal(door_get(the_door, "/health").status, 200);
}

static void a_full_disk_is_503_and_nothing_is_half_kept(void **state)
{
    (void)state;
    const char *id = door_call(the_door);
    struct rlimit was;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    struct rlimit none = {.rlim_cur = 1, .rlim_max = was.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
    struct answer a = door_say(the_door, id, "Де ви знаходитесь?");
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
    (void)signal(SIGXFSZ, handler);
    assert_int_equal(a.status, 503);
    assert_true(strlen(answer_text(&a, "error")) > 10);
    assert_int_equal(kept_call(id).turns, 0);
    assert_int_equal(store_verify(the_door->app.store, NULL), ERR_OK);
    a = door_say(the_door, id, "Де ви знаходитесь?");
    assert_int_equal(a.status, 200);
    assert_int_equal(answer_int(&a, "turn"), 1);
}

static void a_store_of_another_version_is_refused_with_the_remedy(void **state)
{
    (void)state;
    const char *path = path_in_folder("newer.db");
    struct app other = {0};
    struct why why = {0};
    char sql[512];
    int from = 0;
    int to = 0;
    assert_int_equal(store_migrate(path, 1000, &from, &to, NULL), ERR_OK);
    (void)snprintf(sql, sizeof sql, "PRAGMA user_version=%d", to + 1);
    pid_t pid = fork();
    if (pid == 0) {
        (void)execlp("sqlite3", "sqlite3", path, sql, (char *)NULL);
        _exit(127);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_int_equal(setenv("HOLOS_DB", path, 1), 0);
    assert_int_equal(settings_load(NULL), ERR_OK);
    assert_int_equal(app_open(&other, APP_PARTS(&app_store), &why), ERR_VERSION);
    assert_non_null(strstr(why.text, "version"));
    app_close(&other);
    assert_int_equal(setenv("HOLOS_DB", path_in_folder("holos.db"), 1), 0);
    assert_int_equal(settings_load(NULL), ERR_OK);
}

/* Every Binotel route, as the engine asks it when its store or profiles cannot be opened. */
static void without_a_store_the_exchange_gets_its_own_answers_and_a_caller_503(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        int status;
        const char *answer; /* NULL: any error */
    } rows[] = {
        {"requestType=apiCallSettings&externalNumber=0671234567", 200, "{}"},
        {"requestType=hangupTheCall&generalCallID=1", 200, "{\"status\":\"success\"}"},
        {"requestType=apiCallCompleted&callDetails[generalCallID]=1", 500, NULL},
        {"callID=1&status=completed&externalNumber=1&internalNumber=2", 503, NULL},
        {"%", 503, NULL},
    };
    size_t seen = 0;
    for (size_t r = 0; routes[r] != NULL; r++)
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            struct why why = {.text = "the store /var/lib/x.db is of another version"};
            struct request request = {.method = "POST",
                                      .path = routes[r]->paths[0],
                                      .query = "",
                                      .content_type = "application/x-www-form-urlencoded",
                                      .binotel_signature = "",
                                      .remote_addr = "127.0.0.1",
                                      .forwarded_for = "",
                                      .body = rows[i].body,
                                      .len = strlen(rows[i].body),
                                      .arena = the_door->arena};
            struct response response;
            if (!routes[r]->access->path_secret)
                continue;
            response_init(&response, the_door->arena);
            handler_answer_unavailable(routes[r], &the_door->app, &request, ERR_VERSION, &why,
                                       &response);
            assert_int_equal(response.status, rows[i].status);
            const char *body = buf_text(&response.body.text);
            if (rows[i].answer != NULL)
                assert_string_equal(body, rows[i].answer);
            else
                assert_non_null(strstr(body, "\"error\":"));
            assert_null(strstr(body, "x.db"));
            seen++;
        }
    assert_true(seen >= 4 * sizeof rows / sizeof rows[0]);
}

/* ---- the profiles ------------------------------------------------------------------------------- */

static void a_profile_with_a_syntax_error_is_named_with_its_place(void **state)
{
    (void)state;
    static const char broken[] = "{\n  \"business\": \"Салон\",\n  \"numbers\": [\n}";
    const char *folder = path_in_folder("profiles");
    const char *was = arena_strdup(the_door->arena, setting_text(SET_HOLOS_PROFILES));
    struct app other = {0};
    struct why why = {0};
    assert_int_equal(file_make_directory(folder, NULL), ERR_OK);
    assert_int_equal(
        file_replace(path_in_folder("profiles/salon.json"), broken, sizeof broken - 1, NULL),
        ERR_OK);
    assert_int_equal(setenv("HOLOS_PROFILES", folder, 1), 0);
    assert_int_equal(settings_load(NULL), ERR_OK);
    assert_int_equal(app_open(&other, APP_PARTS(&app_profiles), &why), ERR_OK);
    const struct profile *salon = app_profile_named(&other, "salon");
    assert_non_null(salon);
    assert_non_null(strstr(salon->broken, "salon.json"));
    assert_non_null(strstr(salon->broken, "line 4"));
    app_close(&other);
    assert_int_equal(setenv("HOLOS_PROFILES", was, 1), 0);
    assert_int_equal(settings_load(NULL), ERR_OK);
}

/* With both shut only the first reason was told, also as the store's. */
static void health_names_every_reason_and_each_stage_its_own(void **state)
{
    (void)state;
    struct app was = the_door->app;
    const char *db = arena_strdup(the_door->arena, setting_text(SET_HOLOS_DB));
    const char *profiles = arena_strdup(the_door->arena, setting_text(SET_HOLOS_PROFILES));
    the_door->app = (struct app){0};
    assert_int_equal(setenv("HOLOS_PROFILES", "/nonexistent/profiles", 1), 0);
    assert_int_equal(setenv("HOLOS_DB", "/nonexistent/holos.db", 1), 0);
    assert_int_equal(settings_load(NULL), ERR_OK);
    struct answer both = door_get(the_door, "/health");
    struct answer stages = door_get(the_door, "/telephony/health");
    assert_int_equal(setenv("HOLOS_DB", db, 1), 0);
    assert_int_equal(settings_load(NULL), ERR_OK);
    struct answer one = door_get(the_door, "/health");
    assert_int_equal(setenv("HOLOS_PROFILES", profiles, 1), 0);
    assert_int_equal(settings_load(NULL), ERR_OK);
    struct answer none = door_get(the_door, "/health");
    app_close(&the_door->app);
    the_door->app = was;

    assert_int_equal(both.status, 503);
    assert_string_equal(answer_text(&both, "status"), "unhealthy");
    assert_non_null(strstr(answer_text(&both, "why"), "/nonexistent/profiles"));
    assert_non_null(strstr(answer_text(&both, "why"), "/nonexistent/holos.db"));
    assert_int_equal(stages.status, 200);
    const struct json *all = json_member(stages.json, "stages");
    const struct answer think = {.json = json_member(all, "think")};
    const struct answer store = {.json = json_member(all, "store")};
    assert_non_null(strstr(answer_text(&think, "missing_for_more"), "/nonexistent/profiles"));
    assert_null(strstr(answer_text(&think, "missing_for_more"), "holos.db"));
    assert_non_null(strstr(answer_text(&store, "missing_for_more"), "/nonexistent/holos.db"));
    assert_null(strstr(answer_text(&store, "missing_for_more"), "profiles"));
    assert_int_equal(one.status, 503); /* no call can be answered without them either */
    assert_null(strstr(answer_text(&one, "why"), "holos.db"));
    assert_int_equal(none.status, 200);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        CASE(without_espeak_the_text_is_answered),
        CASE(a_hanging_espeak_is_given_up_and_the_text_answered),
        CASE(a_locked_store_is_503_in_time_and_the_retry_succeeds),
        CASE(a_locked_store_makes_the_exchange_send_the_record_again_and_nothing_else),
        CASE(an_error_of_our_own_brings_the_spoken_excuse),
        CASE(health_says_that_the_store_cannot_be_written),
        CASE(a_full_disk_is_503_and_nothing_is_half_kept),
        CASE(a_store_of_another_version_is_refused_with_the_remedy),
        CASE(without_a_store_the_exchange_gets_its_own_answers_and_a_caller_503),
        CASE(a_profile_with_a_syntax_error_is_named_with_its_place),
        CASE(health_names_every_reason_and_each_stage_its_own),
    };
    struct door door = {0};

    the_door = &door;
    door_open_direct(&door);
    int failed = cmocka_run_group_tests_name("cases/faults", tests, NULL, NULL);
    door_close(&door);
    return failed;
}
