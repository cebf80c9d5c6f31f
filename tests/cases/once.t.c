/* check: timeout=120
 * Exactly once, with real workers: two deliveries at once, a worker killed in the middle, a crowd. */
#include "tests/cases/cases.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/settings.h"
#include "tests/cases/home.h"

#define CROWD 200

struct caller {
    pthread_t thread;
    struct door door; /* an arena of its own over the same service */
    struct arena arena;
    const char *call, *turn, *words;
    struct deadline until;
    struct answer answer;
};

static void *speak_once(void *of)
{
    struct caller *c = of;
    const struct part parts[] = {{.name = "callID", .value = c->call},
                                 {.name = "text", .value = c->words},
                                 {.name = "turn", .value = c->turn}};

    /* As a gateway does: of those who would wait for the same thing, most are sent away at once. */
    do
        c->answer =
            door_multipart(&c->door, "/telephony/binotel/audio-stream", parts, 3, NULL, NULL);
    while (c->answer.status == 503 && deadline_sleep(c->until, 50));
    return NULL;
}

static void start(struct caller *c, const char *call, const char *turn, const char *words)
{
    *c = (struct caller){.door = *the_door,
                         .call = call,
                         .turn = turn,
                         .words = words,
                         .until = deadline_in_ms(60000)};
    arena_init(&c->arena, (size_t)64 * 1024 * 1024);
    c->door.arena = &c->arena;
    c->door.raw = true;
    assert_int_equal(pthread_create(&c->thread, NULL, speak_once, c), 0);
}

static void finish(struct caller *c)
{
    assert_int_equal(pthread_join(c->thread, NULL), 0);
    answer_parse(&c->door, &c->answer);
}

static size_t leads_of(const char *call)
{
    struct lead *leads = NULL;
    size_t n = 0;
    int64_t id = kept_call(call).id;

    assert_int_equal(leads_newest(the_door->app.store, the_door->arena, id, 10, &leads, &n, NULL),
                     ERR_OK);
    return n;
}

static void two_deliveries_at_once_are_one_turn_with_the_same_bytes(void **state)
{
    (void)state;
    for (int round = 0; round < 5; round++) {
        struct caller c[4];
        const char *id = door_call(the_door);
        for (int i = 0; i < 4; i++)
            start(&c[i], id, "1", "Скажіть щось нове, будь ласка");
        for (int i = 0; i < 4; i++)
            finish(&c[i]);
        for (int i = 0; i < 4; i++) {
            assert_int_equal(c[i].answer.status, 200);
            assert_int_equal(c[i].answer.len, c[0].answer.len);
            assert_memory_equal(c[i].answer.body, c[0].answer.body, c[0].answer.len);
        }
        assert_int_equal(kept_call(id).turns, 1);
        for (int i = 0; i < 4; i++)
            arena_release(&c[i].arena);
    }
}

/* Joined by a colon, both would be the same. */
static void a_turn_of_one_call_is_never_answered_with_anothers(void **state)
{
    (void)state;
    const char *calls[2];
    static const char *const turns[2] = {"2:3", "3"};
    static const char *const words[2] = {"Де ви знаходитесь?", "До побачення"};
    struct answer a[2];

    calls[0] = door_call_id(the_door);
    calls[1] = arena_printf(the_door->arena, "%s:2", calls[0]);
    for (int i = 0; i < 2; i++) {
        const char *open = arena_printf(the_door->arena,
                                        "{\"callID\":\"%s\",\"externalNumber\":\"0671112233\","
                                        "\"internalNumber\":\"0440000202\"}",
                                        calls[i]);
        assert_int_equal(door_json(the_door, "/telephony/binotel/incoming-call", open).status, 200);
        const struct part parts[] = {{.name = "callID", .value = calls[i]},
                                     {.name = "text", .value = words[i]},
                                     {.name = "turn", .value = turns[i]}};
        a[i] = door_multipart(the_door, "/telephony/binotel/audio-stream", parts, 3, NULL, NULL);
        assert_string_equal(answer_text(&a[i], "transcript"), words[i]);
        assert_int_equal(kept_call(calls[i]).turns, 1);
    }
}

static void different_turns_of_one_call_never_run_side_by_side(void **state)
{
    (void)state;
    static const char *const keys[] = {"1", "2", "3", "4"};
    struct caller c[4];
    bool seen[5] = {false};
    const char *id = door_call(the_door);

    for (int i = 0; i < 4; i++)
        start(&c[i], id, keys[i], "Де ви знаходитесь?");
    for (int i = 0; i < 4; i++) {
        finish(&c[i]);
        assert_int_equal(c[i].answer.status, 200);
        int64_t n = answer_int(&c[i].answer, "turn");
        assert_in_range(n, 1, 4);
        assert_false(seen[n]);
        seen[n] = true;
        arena_release(&c[i].arena);
    }
    assert_int_equal(kept_call(id).turns, 4);
}

/* ---- a worker killed between the caller's line and the answer ---------------------------------- */

/* The service runs with HOLOS_ESPEAK = this script: it waits as long as the file "slow" is there. */
static void write_espeak(const char *folder)
{
    char path[512];
    char text[1024];

    (void)snprintf(path, sizeof path, "%s/espeak", folder);
    (void)snprintf(text, sizeof text,
                   "#!/bin/sh\nwhile [ -e '%s/slow' ]; do sleep 0.05; done\n"
                   "exec espeak-ng \"$@\"\n",
                   folder);
    assert_int_equal(file_replace(path, text, strlen(text), NULL), ERR_OK);
    assert_int_equal(chmod(path, 0700), 0);
    assert_int_equal(setenv("HOLOS_ESPEAK", path, 1), 0);
}

static void hang_espeak(bool slow)
{
    const char *path = arena_printf(the_door->arena, "%s/slow", the_door->folder);

    if (slow)
        assert_int_equal(file_replace(path, "", 0, NULL), ERR_OK);
    else
        assert_int_equal(unlink(path), 0);
}

static void set_slow(bool slow)
{
    if (slow)
        home_empty(setting_text(SET_HOLOS_CACHE)); /* nothing is spoken without espeak-ng */
    hang_espeak(slow);
}

/* One slow turn must not take every worker: of eight copies one works, one waits, and six are told
 * at once to come again; another call is served beside them. */
static void copies_of_a_slow_turn_leave_workers_for_other_calls(void **state)
{
    (void)state;
    struct caller c[8];
    const char *id = door_call(the_door);
    const char *other = door_call(the_door);
    size_t refused = 0;

    /* Its answer is in the cache. */
    assert_int_equal(door_say(the_door, door_call(the_door), "Де ви знаходитесь?").status, 200);
    hang_espeak(true);
    for (int i = 0; i < 8; i++) {
        start(&c[i], id, "1", "Скажіть щось зовсім нове про восьмеро гномів");
        c[i].until = (struct deadline){0};
    }
    struct answer a = door_say(the_door, other, "Де ви знаходитесь?");
    hang_espeak(false);
    assert_int_equal(a.status, 200);
    for (int i = 0; i < 8; i++) {
        finish(&c[i]);
        refused += c[i].answer.status == 503;
        if (c[i].answer.status != 503)
            assert_int_equal(c[i].answer.status, 200);
        arena_release(&c[i].arena);
    }
    assert_in_range(refused, 1, 7);
    assert_int_equal(kept_call(id).turns, 1);
}

/* nginx sees a dying worker's connection closed before the worker has let go of everything else.
 * Gone, or waiting to be taken away by its parent, which is another process: it holds nothing then. */
static void wait_for_end(pid_t pid)
{
    struct deadline d = deadline_in_ms(60000);
    char path[64];
    char *stat = NULL;
    size_t n = 0;

    (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    while (file_read(the_door->arena, path, 4096, &stat, &n, NULL) == ERR_OK &&
           strstr(stat, ") Z ") == NULL)
        assert_true(deadline_sleep(d, 5));
}

/* Kills every worker of audio-stream of this test's service, and of no other. */
static int kill_workers(void)
{
    char list[1024];
    char *out = NULL;
    size_t n = 0;
    int killed = 0;

    (void)snprintf(list, sizeof list, "%s/var/pids", the_door->folder);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        char script[2048];
        (void)snprintf(
            script, sizeof script,
            "for p in $(pgrep -x audio-stream); do "
            "[ \"$(readlink /proc/$p/cwd)\" = '%s/var' ] && echo $p; done > '%s'; exit 0",
            the_door->folder, list);
        (void)execl("/bin/sh", "sh", "-c", script, (char *)NULL);
        _exit(127);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(file_read(the_door->arena, list, 65536, &out, &n, NULL), ERR_OK);
    for (char *at = out; *at != '\0'; killed++) {
        long worker = strtol(at, &at, 10);
        assert_true(worker > 1);
        assert_int_equal(kill((pid_t)worker, SIGKILL), 0);
        wait_for_end((pid_t)worker);
        at += strspn(at, "\n");
    }
    return killed;
}

static void wait_for_line(const char *call)
{
    struct turn *turns = NULL;
    struct deadline d = deadline_in_ms(60000);

    for (;;) {
        struct call kept = kept_call(call);
        if (kept_turns(&kept, &turns) == 2)
            break;
        assert_true(deadline_sleep(d, 10));
    }
    assert_null(turns[1].said);
}

static void a_worker_killed_before_the_answer_is_succeeded_by_the_retry(void **state)
{
    (void)state;
    struct caller first;
    struct caller second;
    struct turn *turns = NULL;
    const char *id = door_call(the_door);

    assert_int_equal(door_say(the_door, id, "Покличте адміністратора").status, 200);
    set_slow(true);
    start(&first, id, "2", "Мене звати Святозара");
    first.until = (struct deadline){0};
    struct deadline d = deadline_in_ms(60000);
    struct call kept = kept_call(id);
    while (kept_turns(&kept, &turns) < 3)
        assert_true(deadline_sleep(d, 10));
    assert_string_equal(turns[2].heard, "Мене звати Святозара");
    assert_null(turns[2].said);
    assert_true(kill_workers() > 0);
    finish(&first);
    assert_int_equal(first.answer.status, 503);
    set_slow(false);
    start(&second, id, "2", "Мене звати Святозара");
    finish(&second);
    assert_int_equal(second.answer.status, 200);
    assert_int_equal(answer_int(&second.answer, "turn"), 2);
    assert_int_equal(kept_turns(&kept, &turns), 3);
    assert_non_null(turns[2].said);
    arena_release(&first.arena);
    arena_release(&second.arena);
}

/* The caller hung up before the retry, which then got 409: the committed words were no request. */
static void a_request_in_words_whose_worker_was_killed_outlives_the_hang_up(void **state)
{
    (void)state;
    struct caller first;
    struct caller second;
    struct lead *leads = NULL;
    size_t n = 0;
    const char *words = "Хочу поговорити з адміністратором про фарбу";
    const char *id = door_call(the_door);

    set_slow(true);
    start(&first, id, "1", words);
    first.until = (struct deadline){0};
    wait_for_line(id);
    assert_true(kill_workers() > 0);
    finish(&first);
    assert_int_equal(first.answer.status, 503);
    struct answer a = door_form(the_door, "/telephony/binotel/call-status",
                                arena_printf(the_door->arena, "callID=%s&status=completed", id));
    assert_int_equal(a.status, 200);
    assert_int_equal(leads_of(id), 1);
    set_slow(false);
    start(&second, id, "1", words);
    finish(&second);
    assert_int_equal(second.answer.status, 409);
    assert_int_equal(
        leads_newest(the_door->app.store, the_door->arena, kept_call(id).id, 10, &leads, &n, NULL),
        ERR_OK);
    assert_int_equal(n, 1);
    assert_string_equal(leads[0].wish, words);
    arena_release(&first.arena);
    arena_release(&second.arena);
}

static void a_retry_while_the_first_still_works_waits_for_its_bytes(void **state)
{
    (void)state;
    struct caller first;
    struct caller second;
    const char *id = door_call(the_door);

    set_slow(true);
    start(&first, id, "1", "Мене звати Любава, покличте людину");
    wait_for_line(id);
    start(&second, id, "1", "Мене звати Любава, покличте людину");
    (void)usleep(300000);
    set_slow(false);
    finish(&first);
    finish(&second);
    assert_int_equal(first.answer.status, 200);
    assert_int_equal(second.answer.len, first.answer.len);
    assert_memory_equal(second.answer.body, first.answer.body, first.answer.len);
    assert_int_equal(kept_call(id).turns, 1);
    arena_release(&first.arena);
    arena_release(&second.arena);
}

/* ---- a crowd ------------------------------------------------------------------------------------ */

static void two_hundred_callers_on_eight_workers_are_all_answered(void **state)
{
    (void)state;
    static struct caller crowd[CROWD];
    static const char *ids[CROWD];

    for (int i = 0; i < CROWD; i++)
        ids[i] = door_call(the_door);
    for (int i = 0; i < CROWD; i++)
        start(&crowd[i], ids[i], "1", "З'єднайте з адміністратором");
    for (int i = 0; i < CROWD; i++)
        finish(&crowd[i]);
    for (int i = 0; i < CROWD; i++) {
        assert_int_equal(crowd[i].answer.status, 200);
        assert_true(answer_bool(&crowd[i].answer, "success"));
        assert_int_equal(kept_call(ids[i]).turns, 1);
        assert_int_equal(leads_of(ids[i]), 0);
        arena_release(&crowd[i].arena);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        CASE(two_deliveries_at_once_are_one_turn_with_the_same_bytes),
        CASE(a_turn_of_one_call_is_never_answered_with_anothers),
        CASE(different_turns_of_one_call_never_run_side_by_side),
        CASE(a_worker_killed_before_the_answer_is_succeeded_by_the_retry),
        CASE(a_request_in_words_whose_worker_was_killed_outlives_the_hang_up),
        CASE(a_retry_while_the_first_still_works_waits_for_its_bytes),
        CASE(two_hundred_callers_on_eight_workers_are_all_answered),
        /* Last: a voice that hangs is left alone for a while. */
        CASE(copies_of_a_slow_turn_leave_workers_for_other_calls),
    };
    struct door door = {.prepare = write_espeak};

    the_door = &door;
    (void)setenv("HOLOS_TURN_MS", "60000", 1); /* nobody is given up because the machine is busy */
    (void)setenv("HOLOS_SPEAK_MS", "60000", 1);
    door_open_nginx(&door);
    int failed = cmocka_run_group_tests_name("cases/once", tests, NULL, NULL);
    door_close(&door);
    return failed;
}
