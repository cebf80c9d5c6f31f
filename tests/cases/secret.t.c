/* check: timeout=120
 * The webhook's secret, in the query or as the last segment of the path, by direct call and through
 * nginx. */
#include "tests/cases/cases.h"

#include <stdlib.h>

#include "serve/routes.h"

#define SECRET "open-sesame.7"
#define BODY   "callID=%s&externalNumber=0501234567&internalNumber=0440000202&status=ringing"

static void use_secret(const char *folder)
{
    (void)folder;
    assert_int_equal(setenv("HOLOS_WEBHOOK_SECRET", SECRET, 1), 0);
}

static int status_at(const char *route, const char *beyond)
{
    const char *path = arena_printf(the_door->arena, "%s%s", route, beyond);
    const char *body = arena_printf(the_door->arena, BODY, door_call_id(the_door));
    struct answer a = door_form(the_door, path, body);

    if (a.status >= 400)
        assert_null(strstr(a.body, "sesame"));
    return a.status;
}

static void a_call_is_held_with_the_secret_in_the_path(void **state)
{
    (void)state;
    const char *id = door_call_id(the_door);
    struct answer a = door_form(the_door, "/telephony/binotel/incoming-call/" SECRET,
                                arena_printf(the_door->arena, BODY, id));
    assert_int_equal(a.status, 200);
    assert_true(answer_bool(&a, "success"));
    const struct part parts[] = {{.name = "callID", .value = id},
                                 {.name = "text", .value = "Де ви знаходитесь?"}};
    a = door_multipart(the_door, "/telephony/binotel/audio-stream/" SECRET, parts, 2, NULL, NULL);
    assert_int_equal(a.status, 200);
    assert_int_equal(answer_int(&a, "turn"), 1);
    a = door_form(the_door, "/telephony/binotel/call-status/" SECRET,
                  arena_printf(the_door->arena, "callID=%s&status=completed", id));
    assert_int_equal(a.status, 200);
    assert_int_equal(kept_call(id).status, CALL_COMPLETED);
}

/* Every route of the exchange, without naming one. */
static void every_binotel_route_takes_the_secret_both_ways_and_no_other(void **state)
{
    static const char *const wrong[] = {"",
                                        "/",
                                        "/open-sesame.",
                                        "/open-sesame.77",
                                        "/Open-Sesame.7",
                                        "/" SECRET "/",
                                        "/x/" SECRET,
                                        "/x?secret=" SECRET,
                                        "?secret=open-sesame.",
                                        "?secret=",
                                        "/?a=" SECRET};
    size_t seen = 0;

    (void)state;
    for (size_t i = 0; routes[i] != NULL; i++)
        for (const char *const *path = routes[i]->paths; *path != NULL; path++) {
            if (!routes[i]->access->path_secret)
                continue;
            seen++;
            for (size_t k = 0; k < sizeof wrong / sizeof wrong[0]; k++)
                if (status_at(*path, wrong[k]) != 403)
                    fail_msg("%s%s is let in", *path, wrong[k]);
            assert_int_not_equal(status_at(*path, "/" SECRET), 403);
            assert_int_not_equal(status_at(*path, "/" SECRET), 404);
            assert_int_not_equal(status_at(*path, "?secret=" SECRET), 403);
        }
    assert_true(seen >= 4);
}

static void the_other_routes_have_nothing_behind_their_path(void **state)
{
    (void)state;
    assert_int_equal(door_get(the_door, "/health/" SECRET).status, 404);
    assert_int_equal(door_get(the_door, "/telephony/stats/" SECRET).status, 404);
    assert_int_equal(door_get(the_door, "/health").status, 200);
}

static struct answer get_from_elsewhere(const char *path)
{
    const struct door_request q = {.method = "GET", .path = path, .forwarded_for = "203.0.113.9"};
    struct answer a = {0};

    the_door->send(the_door, &q, &a);
    return a;
}

static void figures_are_for_this_machine_or_for_the_secret(void **state)
{
    (void)state;
    static const char *const paths[] = {"/telephony/health", "/telephony/stats", "/metrics"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        const char *right = arena_printf(the_door->arena, "%s?secret=" SECRET, paths[i]);
        const char *wrong = arena_printf(the_door->arena, "%s?secret=x", paths[i]);
        assert_int_equal(door_get(the_door, paths[i]).status, 200);
        assert_int_equal(get_from_elsewhere(paths[i]).status, 403);
        assert_int_equal(get_from_elsewhere(wrong).status, 403);
        assert_int_equal(get_from_elsewhere(right).status, 200);
    }
}

static int run(const char *name, void (*open)(struct door *d))
{
    static const struct CMUnitTest tests[] = {
        CASE(a_call_is_held_with_the_secret_in_the_path),
        CASE(every_binotel_route_takes_the_secret_both_ways_and_no_other),
        CASE(the_other_routes_have_nothing_behind_their_path),
        CASE(figures_are_for_this_machine_or_for_the_secret),
    };
    struct door door = {.prepare = use_secret};

    the_door = &door;
    open(&door);
    int failed = cmocka_run_group_tests_name(name, tests, NULL, NULL);
    door_close(&door);
    return failed;
}

int main(void)
{
    return run("cases/secret/direct", door_open_direct) +
           run("cases/secret/nginx", door_open_nginx);
}
