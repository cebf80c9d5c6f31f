#include "providers/google.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/buf.h"
#include "tests/support/account.h"

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

static const char *write_file(struct trial *t, const char *email, const char *uri, const char *key)
{
    struct account c = {.type = "service_account", .email = email, .uri = uri, .key = key};

    return account_write(&t->a, &t->folder, &c);
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
    const char *path = write_file(t, "a@b", "https://c/token", account_key(&t->a));
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
    assert_fault(t, folder_write(&t->folder, "list.json", "[]", 2), "not JSON");
    assert_fault(t, folder_write(&t->folder, "bare.json", "{}", 2), "service_account");
}

static void a_file_of_another_kind_is_told_apart(void **state)
{
    struct trial *t = *state;
    struct account c = {.type = "authorized_user", .email = "e", .uri = "u", .key = "k"};

    assert_fault(t, account_write(&t->a, &t->folder, &c), "not of a service account");
    c.type = NULL;
    assert_fault(t, account_write(&t->a, &t->folder, &c), "not of a service account");
}

static void each_missing_member_is_named(void **state)
{
    struct trial *t = *state;

    assert_fault(t, write_file(t, NULL, "u", "k"), "no client_email");
    assert_fault(t, write_file(t, "e", NULL, "k"), "no token_uri");
    assert_fault(t, write_file(t, "e", "u", NULL), "no private_key");
    assert_fault(t, write_file(t, "", "u", "k"), "no client_email");
}

static void a_key_of_another_kind_or_cut_is_refused(void **state)
{
    struct trial *t = *state;
    static const char *const ec[] = {
        "openssl", "genpkey", "-quiet", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256",
        NULL};
    const char *rsa = account_key(&t->a);
    const char *cut = arena_strndup(&t->a, rsa, strlen(rsa) / 2);

    assert_fault(t, write_file(t, "e", "u", ""), "key");
    assert_fault(t, write_file(t, "e", "u", "no key at all"), "cannot be parsed");
    assert_fault(t, write_file(t, "e", "u", cut), "cannot be parsed");
    assert_fault(t, write_file(t, "e", "u", account_openssl(&t->a, ec)), "cannot be parsed");
}

/* libcrypto would ask for it on the terminal, or on standard input when there is none. */
static void a_key_under_a_passphrase_is_refused_without_asking(void **state)
{
    struct trial *t = *state;
    static const char *const argv[] = {"openssl", "genpkey", "-quiet",    "-algorithm", "RSA",
                                       "-aes256", "-pass",   "pass:word", NULL};
    const char *path = write_file(t, "e", "u", account_openssl(&t->a, argv));
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

static void a_token_address_that_cannot_be_asked_is_said(void **state)
{
    struct trial *t = *state;

    assert_fault(t, write_file(t, "e", "http://example.com/token", account_key(&t->a)),
                 "token_uri");
    assert_fault(t, write_file(t, "e", "token", account_key(&t->a)), "token_uri");
}

static void an_opened_file_gives_what_is_asked_of_it(void **state)
{
    struct trial *t = *state;
    struct google_credentials *g = NULL;
    struct why why = {0};
    struct account c = {.type = "service_account",
                        .email = "holos@salon.iam.gserviceaccount.com",
                        .uri = "https://127.0.0.1:1/token",
                        .key = account_key(&t->a),
                        .key_id = "abc",
                        .project = "salon",
                        .quota = "payer"};

    const char *path = account_write(&t->a, &t->folder, &c);
    assert_int_equal(google_credentials_open(path, &g, &why), ERR_OK);
    assert_string_equal(g->client_email, c.email);
    assert_string_equal(g->token_uri, c.uri);
    assert_string_equal(g->key_id, "abc");
    assert_string_equal(g->project_id, "salon");
    assert_string_equal(g->quota_project, "payer");
    google_credentials_close(g);
    g = NULL;
    c.key_id = c.project = c.quota = NULL;
    path = account_write(&t->a, &t->folder, &c);
    assert_int_equal(google_credentials_open(path, &g, &why), ERR_OK);
    assert_string_equal(g->key_id, "");
    assert_string_equal(g->project_id, "");
    assert_string_equal(g->quota_project, "");
    google_credentials_close(g);
    google_credentials_close(NULL);
}

static void what_cannot_be_opened_leaves_nothing_behind(void **state)
{
    struct trial *t = *state;
    struct google_credentials *g = NULL;
    struct why why = {0};

    assert_int_equal(google_credentials_open(folder_path(&t->folder, "no.json"), &g, &why),
                     ERR_NOT_FOUND);
    assert_int_equal(google_credentials_open(write_file(t, "e", "u", "k"), &g, &why), ERR_CONFIG);
    assert_null(g);
}

/* As an environment file leaves it: a backslash and an n where a line ends. */
static void a_key_whose_line_ends_were_escaped_is_mended(void **state)
{
    struct trial *t = *state;
    const char *key = account_key(&t->a);
    struct buf flat;

    buf_init(&flat, &t->a, 65536);
    for (; *key != '\0'; key++)
        buf_puts(&flat, *key == '\n' ? "\\n" : (char[]){*key, '\0'});
    assert_null(strchr(buf_text(&flat), '\n'));
    const char *path = write_file(t, "a@b", "https://c/token", buf_text(&flat));
    assert_int_equal(google_credentials_check(&t->a, path, NULL), ERR_OK);
}

static const char *const *headers(struct trial *t, const char *token, const char *key,
                                  const char *quota)
{
    struct google_access with = {token, key, quota};
    const char *const *lines = NULL;

    assert_int_equal(google_headers(&t->a, &with, &lines, NULL), ERR_OK);
    return lines;
}

static void a_token_goes_before_a_key(void **state)
{
    struct trial *t = *state;
    const char *const *lines = headers(t, "ya29.x", "AIza", "payer");

    assert_string_equal(lines[0], "Authorization: Bearer ya29.x");
    assert_string_equal(lines[1], "X-Goog-User-Project: payer");
    assert_null(lines[2]);
    lines = headers(t, "ya29.x", NULL, "");
    assert_null(lines[1]);
    lines = headers(t, NULL, "AIza", "payer");
    assert_string_equal(lines[0], "X-Goog-Api-Key: AIza");
    assert_null(lines[1]);
}

static void without_either_it_says_what_to_set(void **state)
{
    struct trial *t = *state;
    struct google_access with = {"", NULL, "payer"};
    const char *const *lines = NULL;
    struct why why = {0};

    assert_int_equal(google_headers(&t->a, &with, &lines, &why), ERR_CONFIG);
    assert_non_null(strstr(why.text, "GOOGLE_API_KEY"));
    with.api_key = "key\r\nX-Evil: 1";
    assert_int_equal(google_headers(&t->a, &with, &lines, &why), ERR_CONFIG);
    assert_null(strstr(why.text, "Evil"));
    assert_null(lines);
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

static void a_file_that_everybody_may_read_is_noticed(void **state)
{
    (void)state;
    char path[] = "/tmp/holos-google-XXXXXX";
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    assert_int_equal(fchmod(fd, 0600), 0);
    assert_false(google_credentials_are_open(path));
    assert_int_equal(fchmod(fd, 0640), 0); /* an access list of a service manager's looks so */
    assert_false(google_credentials_are_open(path));
    assert_int_equal(fchmod(fd, 0604), 0);
    assert_true(google_credentials_are_open(path));
    assert_int_equal(fchmod(fd, 0602), 0);
    assert_true(google_credentials_are_open(path));
    (void)close(fd);
    (void)unlink(path);
    assert_false(google_credentials_are_open(path));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_with_an_rsa_key_can_be_used),
        cmocka_unit_test(a_missing_file_is_not_found),
        cmocka_unit_test(what_is_no_readable_file_is_said),
        cmocka_unit_test(a_file_of_another_kind_is_told_apart),
        cmocka_unit_test(each_missing_member_is_named),
        cmocka_unit_test(a_token_address_that_cannot_be_asked_is_said),
        cmocka_unit_test(an_opened_file_gives_what_is_asked_of_it),
        cmocka_unit_test(what_cannot_be_opened_leaves_nothing_behind),
        cmocka_unit_test(a_key_whose_line_ends_were_escaped_is_mended),
        cmocka_unit_test(a_token_goes_before_a_key),
        cmocka_unit_test(without_either_it_says_what_to_set),
        cmocka_unit_test(a_key_of_another_kind_or_cut_is_refused),
        cmocka_unit_test(a_key_under_a_passphrase_is_refused_without_asking),
        cmocka_unit_test(a_file_that_everybody_may_read_is_noticed),
        cmocka_unit_test(no_memory_is_said_as_such),
    };
    return cmocka_run_group_tests_name("providers/google", tests, set_up, tear_down);
}
