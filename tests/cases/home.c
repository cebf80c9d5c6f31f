#include "tests/cases/home.h"

#include <ftw.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/settings.h"

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
    (void)st;
    (void)kind;
    (void)ftw;
    return remove(path);
}

static void set(const char *name, const char *folder, const char *below)
{
    char value[2048];

    (void)snprintf(value, sizeof value, "%s%s", folder, below);
    assert_int_equal(setenv(name, value, 1), 0);
}

void home_make(struct door *d)
{
    const char *tmp = getenv("TMPDIR");
    char top[1024];
    struct why why = {0};
    int from = 0;
    int to = 0;

    (void)snprintf(d->folder, sizeof d->folder, "%s/holos-cases-XXXXXX",
                   tmp == NULL ? "/tmp" : tmp);
    assert_non_null(mkdtemp(d->folder));
    assert_non_null(getcwd(top, sizeof top));
    if (d->prepare != NULL)
        d->prepare(d->folder);
    assert_int_equal(setenv("HOLOS_TREE", "", 1), 0); /* not the settings of this tree's owner */
    set("HOLOS_DB", d->folder, "/holos.db");
    set("HOLOS_CACHE", d->folder, "/cache");
    set("HOLOS_PROFILES", top, "/profiles");
    set("HOLOS_LANGUAGES", top, "/profiles/languages");
    assert_int_equal(settings_load(&why), ERR_OK);
    assert_int_equal(store_migrate(setting_text(SET_HOLOS_DB), 4000, &from, &to, &why), ERR_OK);
    d->arena = test_malloc(sizeof *d->arena);
    arena_init(d->arena, (size_t)256 * 1024 * 1024);
    if (app_open(&d->app, APP_PARTS(&app_store, &app_profiles, &app_voice), &why) != ERR_OK)
        fail_msg("app: %s", why.text);
}

void home_set(struct door *d, const char *name, const char *value)
{
    const struct app_part *open[APP__PARTS + 1] = {NULL};
    size_t n = 0;
    struct why why = {0};

    for (size_t i = 0; i < APP__PARTS; i++)
        if (d->app.open[i] != NULL)
            open[n++] = d->app.open[i];
    app_close(&d->app);
    assert_int_equal(value == NULL ? unsetenv(name) : setenv(name, value, 1), 0);
    assert_int_equal(settings_load(&why), ERR_OK);
    if (app_open(&d->app, open, &why) != ERR_OK)
        fail_msg("%s", why.text);
}

void home_remove(struct door *d)
{
    app_close(&d->app);
    arena_release(d->arena);
    test_free(d->arena);
    settings_forget();
    home_empty(d->folder);
}

void home_empty(const char *path)
{
    (void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
