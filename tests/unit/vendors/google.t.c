#include "vendors/google.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/child.h"
#include "tests/support/folder.h"
#include "wire/jsonw.h"

struct trial {
    struct folder folder;
    struct arena a;
};

static int set_up(void **state)
{
    static struct trial t;

    folder_make(&t.folder);
    arena_init(&t.a, (size_t)16 * 1024 * 1024);
    *state = &t;
    return 0;
}

static int tear_down(void **state)
{
    struct trial *t = *state;

    folder_remove(&t->folder);
    arena_release(&t->a);
    return 0;
}

/* Made anew, so that no key stands in the tree. */
static const char *make_key(struct trial *t, const char *const argv[])
{
    struct why why = {0};
    struct buf out;

    buf_init(&out, &t->a, 65536);
    if (child_run(argv, NULL, 0, &out, deadline_in_ms(20000), &why) != ERR_OK)
        fail_msg("openssl: %s", why.text);
    return buf_text(&out);
}

static const char *rsa_key(struct trial *t)
{
    static const char *const argv[] = {"openssl", "genpkey", "-quiet", "-algorithm", "RSA", NULL};
    return make_key(t, argv);
}

/* A service-account file with these values; NULL leaves a member out. */
static const char *write_file(struct trial *t, const char *email, const char *uri, const char *key)
{
    struct buf text;
    struct jsonw w;

    buf_init(&text, &t->a, 65536);
    jsonw_init(&w, &text);
    jsonw_object(&w);
    if (email != NULL)
        jsonw_put_text(&w, "client_email", email);
    if (uri != NULL)
        jsonw_put_text(&w, "token_uri", uri);
    if (key != NULL)
        jsonw_put_text(&w, "private_key", key);
    jsonw_end_object(&w);
    assert_int_equal(buf_err(&text), ERR_OK);
    return folder_write(&t->folder, "google.json", text.data, text.len);
}

static void assert_fault(struct trial *t, const char *path, const char *part)
{
    struct why why = {0};

    assert_int_equal(google_credentials_check(&t->a, path, &why), ERR_CONFIG);
    assert_non_null(strstr(why.text, part));
    assert_null(strstr(why.text, "PRIVATE"));
}

static void a_file_with_an_rsa_key_can_be_used(void **state)
{
    struct trial *t = *state;
    const char *path = write_file(t, "a@b", "https://c/token", rsa_key(t));
    struct why why = {0};

    assert_int_equal(google_credentials_check(&t->a, path, &why), ERR_OK);
    assert_string_equal(why.text, "");
}

static void a_missing_file_is_not_found(void **state)
{
    struct trial *t = *state;
    const char *path = folder_path(&t->folder, "nowhere.json");

    assert_int_equal(google_credentials_check(&t->a, path, NULL), ERR_NOT_FOUND);
}

static void what_is_no_readable_file_is_said(void **state)
{
    struct trial *t = *state;
    char *large = arena_calloc(&t->a, 70000, 1);

    assert_non_null(large);
    assert_fault(t, t->folder.path, "cannot be read");
    assert_fault(t, folder_write(&t->folder, "large.json", large, 70000), "cannot be read");
    assert_fault(t, folder_write(&t->folder, "text.json", "{\"a\":", 5), "not JSON");
    assert_fault(t, folder_write(&t->folder, "empty.json", "", 0), "not JSON");
    assert_fault(t, folder_write(&t->folder, "list.json", "[]", 2), "no client_email");
}

static void each_missing_member_is_named(void **state)
{
    struct trial *t = *state;

    assert_fault(t, write_file(t, NULL, "u", "k"), "no client_email");
    assert_fault(t, write_file(t, "e", NULL, "k"), "no token_uri");
    assert_fault(t, write_file(t, "e", "u", NULL), "no private_key");
}

static void a_key_of_another_kind_or_cut_is_refused(void **state)
{
    struct trial *t = *state;
    static const char *const ec[] = {
        "openssl", "genpkey", "-quiet", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256",
        NULL};
    const char *rsa = rsa_key(t);
    const char *cut = arena_strndup(&t->a, rsa, strlen(rsa) / 2);

    assert_fault(t, write_file(t, "e", "u", ""), "key");
    assert_fault(t, write_file(t, "e", "u", "no key at all"), "cannot be parsed");
    assert_fault(t, write_file(t, "e", "u", cut), "cannot be parsed");
    assert_fault(t, write_file(t, "e", "u", make_key(t, ec)), "cannot be parsed");
}

/* libcrypto would ask for it on the terminal, or on standard input when there is none. */
static void a_key_under_a_passphrase_is_refused_and_nobody_is_asked(void **state)
{
    struct trial *t = *state;
    static const char *const argv[] = {"openssl", "genpkey", "-quiet",    "-algorithm", "RSA",
                                       "-aes256", "-pass",   "pass:word", NULL};
    const char *path = write_file(t, "e", "u", make_key(t, argv));
    int in[2];
    char rest[8];

    int saved = dup(STDIN_FILENO);
    assert_int_equal(pipe(in), 0);
    assert_int_equal(dup2(in[0], STDIN_FILENO), STDIN_FILENO);
    assert_int_equal(write(in[1], "word\n", 5), 5);
    assert_fault(t, path, "cannot be parsed");
    assert_int_equal(read(in[0], rest, sizeof rest), 5);
    (void)close(in[0]);
    (void)close(in[1]);
    if (saved >= 0) {
        assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
        (void)close(saved);
    }
}

static void no_memory_is_said_as_such(void **state)
{
    struct trial *t = *state;
    const char *path = write_file(t, "e", "u", "k");
    struct arena small;

    arena_init(&small, 16);
    assert_int_equal(google_credentials_check(&small, path, NULL), ERR_MEMORY);
    arena_release(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_with_an_rsa_key_can_be_used),
        cmocka_unit_test(a_missing_file_is_not_found),
        cmocka_unit_test(what_is_no_readable_file_is_said),
        cmocka_unit_test(each_missing_member_is_named),
        cmocka_unit_test(a_key_of_another_kind_or_cut_is_refused),
        cmocka_unit_test(a_key_under_a_passphrase_is_refused_and_nobody_is_asked),
        cmocka_unit_test(no_memory_is_said_as_such),
    };
    return cmocka_run_group_tests_name("vendors/google", tests, set_up, tear_down);
}
