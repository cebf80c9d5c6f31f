#include "providers/provider.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static struct arena arena;

static int open_arena(void **state)
{
    (void)state;
    arena_init(&arena, 1 << 20);
    return 0;
}

static int release_arena(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

static struct profile with_voice(const char *by, const char *name)
{
    struct profile p = {.locale = "uk-UA"};

    p.voice.by[p.voice.by_n++] = (struct profile_voice){.by = by, .name = name};
    return p;
}

static void one_is_found_by_its_stage_and_its_whole_name(void **state)
{
    (void)state;
    const struct provider *hears = provider_find(PROVIDER_HEAR, "google", 6);
    const struct provider *speaks = provider_find(PROVIDER_SPEAK, "google", 6);

    assert_non_null(hears);
    assert_non_null(speaks);
    assert_ptr_not_equal(hears, speaks);
    assert_ptr_equal(providers[provider_index(hears)], hears);
    assert_null(provider_find(PROVIDER_HEAR, "google", 5));
    assert_null(provider_find(PROVIDER_THINK, "google", 6));
}

static void each_has_a_name_of_its_own_and_what_its_stage_needs(void **state)
{
    (void)state;
    for (size_t i = 0; providers[i] != NULL; i++) {
        const struct provider *p = providers[i];
        assert_ptr_equal(provider_find(p->stage, p->name, strlen(p->name)), p);
        assert_int_equal(strspn(p->name, "abcdefghijklmnopqrstuvwxyz0123456789-"), strlen(p->name));
        assert_non_null(p->ready);
        assert_true(!provider_asks(p) || p->retry.tries > 0);
        assert_int_equal(p->hear.request != NULL, p->hear.read != NULL && p->hear.cost != NULL);
        assert_int_equal(p->speak.request != NULL, p->speak.read != NULL && p->speak.cost != NULL);
        assert_int_equal(p->think.request != NULL, p->think.model != NULL);
    }
}

static void the_store_knows_it_by_stage_and_name(void **state)
{
    (void)state;
    assert_string_equal(provider_key(provider_find(PROVIDER_SPEAK, "google", 6)).text,
                        "speak-google");
    assert_string_equal(provider_key(provider_find(PROVIDER_THINK, "claude-fallback", 15)).text,
                        "think-claude-fallback");
}

static void a_title_is_the_name_unless_it_says_more(void **state)
{
    (void)state;
    assert_string_equal(provider_title(provider_find(PROVIDER_HEAR, "google", 6)), "google");
    assert_string_equal(provider_title(provider_find(PROVIDER_SPEAK, "espeak", 6)), "espeak-ng");
}

static void a_key_that_would_begin_another_header_is_refused(void **state)
{
    const char *const *headers = NULL;
    struct why why = {0};

    (void)state;
    assert_int_equal(provider_auth_header(&arena, "Authorization: Bearer ", "s3cret",
                                          "ACME_API_KEY", &headers, &why),
                     ERR_OK);
    assert_string_equal(headers[0], "Authorization: Bearer s3cret");
    assert_null(headers[1]);
    assert_int_equal(provider_auth_header(&arena, "X-Key: ", "s3cret\r\nX-Evil: 1", "ACME_API_KEY",
                                          &headers, &why),
                     ERR_CONFIG);
    assert_non_null(strstr(why.text, "ACME_API_KEY"));
    assert_null(strstr(why.text, "s3cret"));
}

static enum err misfit(struct profile p, const char **path, const char **text)
{
    *path = *text = "";
    return provider_check_voices(&arena, &p, path, text);
}

static void a_voice_of_no_vendor_is_a_fault(void **state)
{
    const char *path, *text;

    (void)state;
    assert_int_equal(misfit(with_voice("gogle", "uk-UA-Wavenet-A"), &path, &text), ERR_CONFIG);
    assert_string_equal(path, "voice.gogle");
    assert_string_equal(text, "is not a known name");
    assert_int_equal(misfit(with_voice("espeak", "uk"), &path, &text), ERR_CONFIG);
    assert_string_equal(path, "voice.espeak");
}

static void a_vendor_says_what_is_wrong_with_its_voice(void **state)
{
    const char *path, *text;

    (void)state;
    assert_int_equal(misfit(with_voice("google", "uk-UA-Wavenet-A"), &path, &text), ERR_OK);
    assert_int_equal(misfit(with_voice("google", "de-DE-Wavenet-A"), &path, &text), ERR_CONFIG);
    assert_string_equal(path, "voice.google.name");
    assert_non_null(strstr(text, "uk-UA"));
}

/* Once such a profile was refused, and its callers heard an apology. */
static void a_voice_without_a_name_is_not_asked_for_and_no_fault(void **state)
{
    const char *path, *text;

    (void)state;
    assert_int_equal(misfit(with_voice("google", ""), &path, &text), ERR_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_is_found_by_its_stage_and_its_whole_name),
        cmocka_unit_test(each_has_a_name_of_its_own_and_what_its_stage_needs),
        cmocka_unit_test(the_store_knows_it_by_stage_and_name),
        cmocka_unit_test(a_title_is_the_name_unless_it_says_more),
        cmocka_unit_test(a_key_that_would_begin_another_header_is_refused),
        cmocka_unit_test(a_voice_of_no_vendor_is_a_fault),
        cmocka_unit_test(a_vendor_says_what_is_wrong_with_its_voice),
        cmocka_unit_test(a_voice_without_a_name_is_not_asked_for_and_no_fault),
    };
    return cmocka_run_group_tests(tests, open_arena, release_arena);
}
