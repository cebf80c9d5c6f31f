/* A folder of profiles: one fault silences one business; packs beside it and those that ship. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/file.h"
#include "calls/profiles.h"
#include "providers/provider.h"
#include "tests/cases/home.h"
#include "tests/support/made.h"
#include "tests/support/scratch.h"

#define SHORT                                                                                      \
    "\"language\":\"uk\",\"address\":\"Київ\",\"hours\":{\"mon\":[],\"tue\":[],\"wed\":[],"    \
    "\"thu\":[],"                                                                                  \
    "\"fri\":[],\"sat\":[],\"sun\":[\"09:00-10:00\"]},\"rules\":[\"common\"]}"
#define ROSE "{\"business\":\"Роза\",\"numbers\":[\"0440000201\"]," SHORT

static char folder[512];
static char shipped[600];

static void put(const char *name, const char *text)
{
    const char *path = arena_printf(&arena, "%s/%s", folder, name);

    assert_int_equal(file_replace(path, text, strlen(text), NULL), ERR_OK);
}

static void put_shipped(const char *name, const char *text)
{
    put(arena_printf(&arena, "shipped/%s", name), text);
}

static int set_up(void **state)
{
    const char *tmp = getenv("TMPDIR");
    int e = scratch_setup(state);

    (void)snprintf(folder, sizeof folder, "%s/holos-profiles-XXXXXX", tmp == NULL ? "/tmp" : tmp);
    assert_non_null(mkdtemp(folder));
    (void)snprintf(shipped, sizeof shipped, "%s/shipped", folder);
    assert_int_equal(mkdir(shipped, 0700), 0);
    put_shipped("uk.json", made_file(&arena, "profiles/languages/uk.json"));
    put_shipped("ru.json", made_file(&arena, "profiles/languages/ru.json"));
    put("rose.json", ROSE);
    return e;
}

static int tear_down(void **state)
{
    home_empty(folder);
    return scratch_teardown(state);
}

static enum err load_from(struct arena *a, const char *from, const char *packs,
                          struct profiles *ret)
{
    return profiles_load(a,
                         &(struct profiles_from){.folder = from,
                                                 .shipped = packs,
                                                 .default_name = "rose",
                                                 .check_voices = provider_check_voices},
                         ret);
}

static struct profiles load(void)
{
    struct profiles all = {0};

    assert_int_equal(load_from(&arena, folder, shipped, &all), ERR_OK);
    return all;
}

static void assert_fault(const struct profiles *all, const char *text)
{
    for (size_t i = 0; i < all->faults.n; i++)
        if (strstr(profiles_fault_text(&arena, &all->faults.fault[i]), text) != NULL)
            return;
    fail_msg("no fault \"%s\" among %zu; the first: %s", text, all->faults.n,
             all->faults.n == 0 ? "-" : profiles_fault_text(&arena, &all->faults.fault[0]));
}

/* ---- one fault, one business ------------------------------------------------------------------- */

static void one_profiles_fault_silences_only_that_business(void **state)
{
    (void)state;
    put("lily.json", "{\"numbers\":[\"0440000202\"],\"language\":\"ru\",\"colour\":\"red\"}");
    put("aster.json", "{\n\"numbers\":[\"0440000203\"],\n oops\n}");
    struct profiles all = load();

    assert_int_equal(all.n, 3);
    assert_string_equal(all.profile[0].name, "rose");
    assert_null(all.profile[0].broken);
    assert_string_equal(all.profile[1].name, "aster");
    assert_string_equal(all.profile[1].numbers[0], "0440000203");
    assert_string_equal(all.profile[1].language, "uk"); /* of the default profile */
    assert_non_null(strstr(all.profile[1].broken, "aster.json: is not valid JSON at line 3"));
    assert_string_equal(all.profile[2].name, "lily");
    assert_string_equal(all.profile[2].language, "ru");
    assert_string_equal(all.profile[2].country, "380"); /* of the default profile too */
    assert_non_null(strstr(all.profile[2].broken, "lily.json: colour: is not a known name"));
    assert_non_null(strstr(all.profile[2].broken, "faults in all; holos check lists them"));
    assert_fault(&all, "lily.json: business: is missing");
}

static void a_zone_that_is_not_there_is_a_fault_of_one_business(void **state)
{
    (void)state;
    put("lily.json", "{\"business\":\"x\",\"time_zone\":\"Europe/Atlantis\"," SHORT);
    struct profiles all = load();

    assert_int_equal(all.n, 2);
    assert_string_equal(all.profile[1].broken, "lily.json: time_zone: is not in the tz database: "
                                               "write a name such as Europe/Kyiv");
    assert_string_equal(all.profile[1].time_zone, "UTC");
}

static void a_profile_that_cannot_be_read_has_a_substitute_too(void **state)
{
    (void)state;
    const char *path = arena_printf(&arena, "%s/lily.json", folder);

    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(symlink("nowhere", arena_printf(&arena, "%s/aster.json", folder)), 0);
    struct profiles all = load();
    assert_int_equal(all.n, 3);
    assert_string_equal(all.profile[1].name, "aster");
    assert_non_null(strstr(all.profile[1].broken, "aster.json: "));
    assert_string_equal(all.profile[2].name, "lily");
    assert_non_null(strstr(all.profile[2].broken, "lily.json: "));
}

/* ---- packs ------------------------------------------------------------------------------------- */

static void put_beside(const char *name, const char *text)
{
    const char *beside = arena_printf(&arena, "%s/languages", folder);

    assert_int_equal(file_make_directory(beside, NULL), ERR_OK);
    put(arena_printf(&arena, "languages/%s", name), text);
}

static void an_old_folder_without_packs_is_served_by_those_that_ship(void **state)
{
    (void)state;
    put("before.json", made_file(&arena, "tests/profiles/salon-before.json"));
    struct profiles all = load();

    assert_int_equal(all.faults.n, 0);
    assert_int_equal(all.n, 2);
    assert_int_equal(all.packs.n, 2);
    assert_non_null(strstr(all.packs.pack[0].label, "shipped/ru.json"));
}

static void a_pack_beside_the_profiles_wins_over_the_shipped_one(void **state)
{
    (void)state;
    put_beside("uk.json", "{\"say\":{\"goodbye\":\"Бувайте!\"}}");
    struct profiles all = load();

    assert_int_equal(all.faults.n, 0);
    assert_string_equal(all.profile[0].say.goodbye, "Бувайте!");
    assert_string_equal(all.profile[0].say.listening, "Слухаю вас.");
    assert_string_equal(all.packs.pack[1].label, "languages/uk.json");
}

static void an_older_pack_beside_the_profiles_is_filled_up_by_the_shipped_one(void **state)
{
    (void)state;
    put_shipped("uk.json", "{\"say\":{\"trouble\":\"Нова фраза.\"}}");
    const char *text = made_file(&arena, "profiles/languages/uk.json");
    const char *from = strstr(text, "\n    \"trouble\":");
    put_beside("uk.json",
               arena_printf(&arena, "%.*s%s", (int)(from - text), text, strchr(from + 1, '\n')));
    struct profiles all = load();

    assert_int_equal(all.faults.n, 0);
    assert_string_equal(all.profile[0].say.trouble, "Нова фраза.");
}

static void a_pack_with_a_fault_is_named_and_the_shipped_one_serves(void **state)
{
    (void)state;
    put_beside("uk.json", "{\"say\":{\"goodbye\":\"Бувайте!\",\"greting\":\"x\"}}");
    struct profiles all = load();

    assert_int_equal(all.faults.n, 1);
    assert_fault(&all, "languages/uk.json: say.greting: is not a known name");
    assert_int_equal(all.n, 1);
    assert_null(all.profile[0].broken);
    assert_string_equal(all.profile[0].say.goodbye, "Дякую за дзвінок! До побачення!");
}

static void a_shipped_pack_with_a_fault_is_named_by_its_path(void **state)
{
    (void)state;
    put_shipped("uk.json", "{");
    struct profiles all = load();

    assert_fault(&all, arena_printf(&arena, "%s/uk.json: is not valid JSON", shipped));
    assert_fault(&all, "rose.json: say: is missing, and there is no language pack for \"uk\"");
    /* Then the apology is in the language there is. */
    assert_string_equal(all.profile[0].language, "ru");
    assert_non_null(all.profile[0].broken);
}

static void without_any_pack_a_profile_with_a_fault_is_left_out(void **state)
{
    (void)state;
    struct profiles all = {0};

    assert_int_equal(load_from(&arena, folder, "/nonexistent", &all), ERR_OK);
    assert_int_equal(all.n, 0);
    assert_int_equal(all.packs.n, 0);
    assert_true(all.faults.n > 0);
}

static void a_folder_that_is_not_there_is_told(void **state)
{
    (void)state;
    struct profiles all = {0};

    assert_int_equal(load_from(&arena, "/nonexistent", shipped, &all), ERR_NOT_FOUND);
}

static void too_little_memory_is_an_error_at_every_point(void **state)
{
    (void)state;
    enum err e = ERR_MEMORY;
    size_t refused = 0;

    put("lily.json", "{\"numbers\":[\"0440000202\"]}");
    put_beside("uk.json", "{\"say\":{\"goodbye\":\"Бувайте!\"}}");
    for (size_t ceiling = 0; e == ERR_MEMORY; ceiling += 8192) {
        struct arena small;
        struct profiles all = {0};
        arena_init(&small, ceiling);
        e = load_from(&small, folder, shipped, &all);
        refused += e == ERR_MEMORY;
        assert_true(ceiling < (size_t)8 << 20);
        arena_release(&small);
    }
    assert_int_equal(e, ERR_OK);
    assert_true(refused > 1);
}

#define EACH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(one_profiles_fault_silences_only_that_business),
        EACH(a_zone_that_is_not_there_is_a_fault_of_one_business),
        EACH(a_profile_that_cannot_be_read_has_a_substitute_too),
        EACH(an_old_folder_without_packs_is_served_by_those_that_ship),
        EACH(a_pack_beside_the_profiles_wins_over_the_shipped_one),
        EACH(an_older_pack_beside_the_profiles_is_filled_up_by_the_shipped_one),
        EACH(a_pack_with_a_fault_is_named_and_the_shipped_one_serves),
        EACH(a_shipped_pack_with_a_fault_is_named_by_its_path),
        EACH(without_any_pack_a_profile_with_a_fault_is_left_out),
        EACH(a_folder_that_is_not_there_is_told),
        EACH(too_little_memory_is_an_error_at_every_point),
    };
    return cmocka_run_group_tests_name("calls/profiles", tests, NULL, NULL);
}
