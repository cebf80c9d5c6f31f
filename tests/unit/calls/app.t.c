/* What a worker has open, and what it says when it cannot. */
#include "calls/app.h"
#include "calls/profiles.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/settings.h"
#include "tests/cases/home.h"

static struct door home;
static char folder[512];

static int set_up(void **state)
{
    (void)state;
    home_make(&home);
    (void)snprintf(folder, sizeof folder, "%s/profiles", home.folder);
    return mkdir(folder, 0700);
}

static int tear_down(void **state)
{
    (void)state;
    home_remove(&home);
    return unsetenv("HOLOS_PROFILE");
}

static void use(const char *name, const char *value)
{
    assert_int_equal(setenv(name, value, 1), 0);
    assert_int_equal(settings_load(NULL), ERR_OK);
}

static void put_profile(int number, const char *text, size_t n)
{
    char path[600];

    (void)snprintf(path, sizeof path, "%s/p%d.json", folder, number);
    assert_int_equal(file_replace(path, text, n, NULL), ERR_OK);
}

static enum err load(const char *from, struct profiles *ret)
{
    return profiles_load(home.arena,
                         &(struct profiles_from){.folder = from,
                                                 .shipped = profiles_shipped(),
                                                 .default_name = "salon",
                                                 .check_voices = provider_check_voices},
                         ret);
}

/* The 257th was left out, whichever it was, and its callers met another business. */
static void more_profiles_than_fit_are_an_error_and_not_cut(void **state)
{
    (void)state;
    struct profiles all = {0};
    struct app app = {0};
    struct why why = {0};
    char path[600];
    char *text = NULL;
    size_t len = 0;

    (void)snprintf(path, sizeof path, "%s/salon.json", setting_text(SET_HOLOS_PROFILES));
    assert_int_equal(file_read(home.arena, path, 1 << 20, &text, &len, NULL), ERR_OK);
    use("HOLOS_PROFILES", folder);
    use("HOLOS_PROFILE", "p255");
    for (int i = 0; i < PROFILES_MAX; i++)
        put_profile(i, text, len);
    assert_int_equal(load(folder, &all), ERR_OK);
    assert_int_equal(all.n, PROFILES_MAX);
    assert_int_equal(all.faults.n, 0);
    assert_int_equal(app_open(&app, APP_PARTS(&app_profiles), &why), ERR_OK);
    app_close(&app);

    put_profile(PROFILES_MAX, text, len);
    assert_int_equal(load(folder, &all), ERR_CONFIG);
    assert_int_equal(all.faults.n, 1);
    assert_string_equal(all.faults.fault[0].file, folder);
    assert_non_null(strstr(all.faults.fault[0].text, "more than 256 profiles"));
    assert_int_equal(app_open(&app, APP_PARTS(&app_profiles), &why), ERR_CONFIG);
    assert_non_null(strstr(why.text, "more than 256 profiles"));
    (void)snprintf(path, sizeof path, "%s/p0.json", folder);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(app_open(&app, APP_PARTS(&app_profiles), &why), ERR_OK);
    app_close(&app);
}

static void what_is_tried_says_of_each_part_why_it_is_shut(void **state)
{
    (void)state;
    struct app app = {0};
    const char *db = arena_strdup(home.arena, setting_text(SET_HOLOS_DB));
    const char *profiles = arena_strdup(home.arena, setting_text(SET_HOLOS_PROFILES));

    use("HOLOS_PROFILE", "salon");
    use("HOLOS_PROFILES", "/nonexistent/profiles");
    use("HOLOS_DB", "/nonexistent/holos.db");
    app_try(&app, APP_PARTS(&app_store, &app_profiles));
    assert_null(app.open[APP_STORE]);
    assert_null(app.open[APP_PROFILES]);
    assert_non_null(strstr(app.open_error[APP_PROFILES].text, "/nonexistent/profiles"));
    assert_non_null(strstr(app.open_error[APP_STORE].text, "/nonexistent/holos.db"));
    use("HOLOS_PROFILES", profiles);
    app_try(&app, APP_PARTS(&app_store, &app_profiles));
    assert_null(app.open[APP_STORE]);
    assert_ptr_equal(app.open[APP_PROFILES], &app_profiles);
    assert_string_equal(app.open_error[APP_PROFILES].text, "");
    assert_non_null(strstr(app.open_error[APP_STORE].text, "/nonexistent/holos.db"));
    use("HOLOS_DB", db);
    app_try(&app, APP_PARTS(&app_store, &app_profiles));
    assert_string_equal(app.open_error[APP_STORE].text, "");
    app_close(&app);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(more_profiles_than_fit_are_an_error_and_not_cut, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_is_tried_says_of_each_part_why_it_is_shut, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests_name("calls/app", tests, NULL, NULL);
}
