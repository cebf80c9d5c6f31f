/* check: timeout=120
 * A caller is private: a whole call through nginx and the workers, and everything that goes wrong
 * around it, leave no number, word, id or secret in any log. */
#include "tests/cases/cases.h"

#include <dirent.h>
#include <stdlib.h>

#include "base/file.h"
#include "serve/routes.h"
#include "tests/cases/home.h"

#define SECRET   "geheimnis4711"
#define CALL     "7391826450"
#define TURN     "turnkey-83"
#define INCOMING "/telephony/binotel/incoming-call?secret=" SECRET
#define STREAM   "/telephony/binotel/audio-stream?secret=" SECRET
#define STATUS   "/telephony/binotel/call-status?secret=" SECRET
#define WEBHOOK  "/telephony/binotel/webhook?secret=" SECRET
#define LOG_MAX  ((size_t)8 * 1024 * 1024)

/* What must be in no log: pieces that are enough to know the whole. */
static const char *const private_things[] = {
    SECRET,      CALL,      TURN,          "7654321",      "380507654321", "2468013",
    "765 43 21", "Оксана",  "оксана",      "манікюр",      "Манікюр",      "адміністратор",
    "Вітаю",     "штучний", "company-key", "wrong-secret", "Шевченка",     "idem-55",
};

static void use_secret(const char *folder)
{
    (void)folder;
    assert_int_equal(setenv("HOLOS_WEBHOOK_SECRET", SECRET, 1), 0);
}

static struct answer say(const char *call, const char *name, const char *words, const char *accept,
                         const char *key)
{
    const struct part parts[] = {{.name = "callID", .value = call}, {.name = name, .value = words}};

    return door_multipart(the_door, STREAM, parts, 2, accept, key);
}

static struct answer bare(const char *method, const char *path, const char *type, const char *body)
{
    const struct door_request q = {.method = method, .path = path, .type = type, .body = body};
    struct answer a;

    the_door->send(the_door, &q, &a);
    return a;
}

static void hold_a_call(void)
{
    static const char *const words[] = {"Добрий день, хочу на манікюр до Оксани",
                                        "Покличте адміністратора, будь ласка", "Мене звати Оксана",
                                        "Ні, дзвоніть на 050 765 43 21",
                                        "Манікюр у п'ятницю на вулиці Шевченка"};
    const char *open = "{\"callID\":" CALL ",\"externalNumber\":\"0507654321\","
                       "\"internalNumber\":\"0440000202\"}";

    assert_int_equal(door_json(the_door, INCOMING, open).status, 200);
    assert_int_equal(door_json(the_door, INCOMING, open).status, 200);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        const char *accept = i == 1 ? "application/x-ndjson" : NULL;
        assert_int_equal(say(CALL, "text", words[i], accept, i == 2 ? "idem-55" : NULL).status,
                         200);
    }
    assert_int_equal(say(CALL, "digits", "0507654321", NULL, NULL).status, 200);
    assert_int_equal(say(CALL, "text", "До побачення", NULL, NULL).status, 200);
    assert_int_equal(say(CALL, "text", "Оксана ще тут", NULL, NULL).status, 409);
}

static void report_the_call(void)
{
    static const char *const bodies[] = {
        "requestType=receivedTheCall&generalCallID=" CALL "&externalNumber=0507654321"
        "&pbxNumber=0440000202",
        "requestType=hangupTheCall&generalCallID=" CALL "&disposition=ANSWER&billsec=9",
        "requestType=apiCallCompleted&callDetails%5B" CALL "%5D%5BgeneralCallID%5D=" CALL
        "&callDetails%5B" CALL "%5D%5BexternalNumber%5D=0507654321",
        "requestType=apiCallCompleted&externalNumber=0507654321",
        "requestType=%D0%9E%D0%BA%D1%81%D0%B0%D0%BD%D0%B0+0507654321",
        "requestType=apiCallSettings&externalNumber=0507654321&callType=" TURN,
        "requestType=hangupTheCall&generalCallID=" CALL "%0A0507654321",
        "0507654321%5B=1&" CALL,
    };

    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
        assert_int_equal(door_form(the_door, WEBHOOK, bodies[i]).status, 200);
    assert_int_equal(
        door_json(the_door, STATUS, "{\"callID\":" CALL ",\"status\":\"completed\"}").status, 200);
    assert_int_equal(
        door_json(the_door, STATUS, "{\"callID\":" CALL ",\"status\":\"Оксана 0507654321\"}")
            .status,
        200);
    assert_int_equal(
        door_json(the_door, STATUS, "{\"callID\":\"2468013\",\"status\":\"busy\"}").status, 200);
}

static void send_nonsense(void)
{
    static const struct {
        const char *path, *type, *body;
        int status;
    } rows[] = {
        {INCOMING, "application/json", "{\"callID\":" CALL ",\"0507654321\":Оксана}", 400},
        {INCOMING, "application/json", "{\"callID\":[\"" CALL "\"]}", 400},
        {INCOMING, "application/json",
         "{\"callID\":" CALL ",\"callID\":2468013,\"externalNumber\":\"0507654321\"}", 400},
        {INCOMING, "text/0507654321", "0507654321=" CALL, 400},
        {STREAM, "text/0507654321; Оксана", "{\"callID\":" CALL "}", 415},
        {STREAM, "multipart/form-data; boundary=" CALL, "--" CALL "\r\nОксана: 0507654321\r\n",
         400},
        {"/telephony/binotel/incoming-call?secret=wrong-secret", "application/json",
         "{\"callID\":" CALL "}", 403},
        {"/telephony/binotel/webhook/" SECRET, NULL, "0507654321", 200},
        {"/telephony/binotel/webhook/" SECRET "/0507654321", NULL, "0507654321", 403},
        {"/telephony/binotel/webhook/wrong-secret", NULL, "0507654321", 403},
        {"/telephony/binotel/unknown/" SECRET, NULL, "0507654321", 404},
        {"/" SECRET "/0507654321", NULL, CALL, 404},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct answer a = bare("POST", rows[i].path, rows[i].type, rows[i].body);
        if (a.status != rows[i].status)
            fail_msg("row %zu: %d: %s", i, a.status, a.body);
    }
    assert_int_equal(say("2468013", "text", "Оксана", NULL, NULL).status, 404);
    assert_int_equal(say(CALL, "audio", "", NULL, "idem-55").status, 400);
    assert_int_equal(bare("GET", STREAM, NULL, NULL).status, 405);
    assert_in_range(bare("TRACE", "/0507654321/" SECRET, NULL, NULL).status, 400, 405);
    char *large = arena_calloc(the_door->arena, 1, (size_t)2 * 1024 * 1024);
    memset(large, '7', (size_t)2 * 1024 * 1024 - 1);
    assert_int_equal(bare("POST", "/" SECRET, NULL, large).status, 404);
    assert_int_equal(bare("POST", STATUS, NULL, large).status, 413);
    assert_in_range(bare(CALL, "/0507654321/" SECRET, NULL, NULL).status, 400, 405);
    assert_in_range(bare("POST", "/0507654321%zz/" SECRET, NULL, NULL).status, 400, 405);
}

/* The secret as a segment, with what is answered before a worker sees it too. */
static void send_secret_paths(void)
{
    char *large = arena_calloc(the_door->arena, 1, (size_t)12 * 1024 * 1024);
    int seen = 0;

    memset(large, '7', (size_t)12 * 1024 * 1024 - 1);
    for (size_t i = 0; routes[i] != NULL; i++)
        for (const char *const *own = routes[i]->paths; *own != NULL; own++) {
            if (!routes[i]->access->path_secret)
                continue;
            const char *path = arena_printf(the_door->arena, "%s/" SECRET, *own);
            assert_int_equal(bare("POST", path, NULL, large).status, 413);
            assert_int_equal(bare("GET", path, NULL, NULL).status, 405);
            assert_in_range(bare("POST", path, NULL, CALL).status, 200, 422);
            seen++;
        }
    assert_true(seen >= 4);
}

static size_t search_file(const char *path, const char *name)
{
    char *text = NULL;
    size_t n = 0;

    assert_int_equal(file_read(the_door->arena, path, LOG_MAX, &text, &n, NULL), ERR_OK);
    for (size_t i = 0; i < sizeof private_things / sizeof private_things[0]; i++) {
        const char *at = memmem(text, n, private_things[i], strlen(private_things[i]));
        if (at == NULL)
            continue;
        const char *line = at;
        while (line > text && line[-1] != '\n')
            line--;
        fail_msg("%s: \"%s\" is in: %.*s", name, private_things[i], (int)strcspn(line, "\n"), line);
    }
    return n;
}

/* The line is there all the same, without what it must not tell. */
static void find_cut_path(const char *path)
{
    static const char due[] = "\"path\":\"/telephony/binotel/webhook/(secret)\",\"status\":413";
    char *text = NULL;
    size_t n = 0;

    assert_int_equal(file_read(the_door->arena, path, LOG_MAX, &text, &n, NULL), ERR_OK);
    assert_non_null(strstr(text, due));
}

static void no_log_of_the_service_knows_the_caller(void **state)
{
    (void)state;
    char folder[320];
    size_t searched = 0;
    const struct dirent *entry = NULL;

    hold_a_call();
    report_the_call();
    send_nonsense();
    send_secret_paths();
    (void)snprintf(folder, sizeof folder, "%s/var/log", the_door->folder);
    DIR *d = opendir(folder);
    assert_non_null(d);
    while ((entry = readdir(d)) != NULL)
        if (entry->d_name[0] != '.')
            searched += search_file(arena_printf(the_door->arena, "%s/%s", folder, entry->d_name),
                                    entry->d_name);
    (void)closedir(d);
    find_cut_path(arena_printf(the_door->arena, "%s/access.log", folder));
    assert_true(searched >
                5000); /* some forty requests, each with a line of nginx and a worker's */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(no_log_of_the_service_knows_the_caller)};
    struct door door = {.prepare = use_secret};

    the_door = &door;
    door_open_nginx(&door);
    int failed = cmocka_run_group_tests_name("cases/privacy", tests, NULL, NULL);
    door_close(&door);
    return failed;
}
