#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/folder.h"

struct desk {
    struct folder folder;
    struct arena arena;
};

static int set_up(void **state)
{
    struct desk *d = calloc(1, sizeof *d);
    assert_non_null(d);
    folder_make(&d->folder);
    arena_init(&d->arena, 4 << 20);
    *state = d;
    return 0;
}

static int tear_down(void **state)
{
    struct desk *d = *state;
    folder_remove(&d->folder);
    arena_release(&d->arena);
    free(d);
    return 0;
}

static void what_was_replaced_is_read_back(void **state)
{
    struct desk *d = *state;
    char *data = NULL;
    size_t n = 0;

    const char *path = folder_path(&d->folder, "a");
    assert_int_equal(file_replace(path, "one\0two", 7, NULL), ERR_OK);
    assert_int_equal(file_read(&d->arena, path, 7, &data, &n, NULL), ERR_OK);
    assert_int_equal(n, 7);
    assert_memory_equal(data, "one\0two", 8);
    assert_int_equal(file_replace(path, "x", 1, NULL), ERR_OK);
    assert_int_equal(file_read(&d->arena, path, 7, &data, &n, NULL), ERR_OK);
    assert_string_equal(data, "x");
    assert_int_equal(folder_count(&d->folder), 1);
}

static void an_empty_file_is_an_empty_text(void **state)
{
    struct desk *d = *state;
    char *data = NULL;
    size_t n = 9;

    const char *path = folder_path(&d->folder, "a");
    assert_int_equal(file_replace(path, "", 0, NULL), ERR_OK);
    assert_int_equal(file_read(&d->arena, path, 0, &data, &n, NULL), ERR_OK);
    assert_int_equal(n, 0);
    assert_string_equal(data, "");
}

static void a_large_file_is_read_whole(void **state)
{
    struct desk *d = *state;
    const size_t size = 1 << 20;
    char *data = NULL;
    size_t n = 0;

    char *big = malloc(size);
    assert_non_null(big);
    for (size_t i = 0; i < size; i++)
        big[i] = (char)(i * 7 + i / 251);
    const char *path = folder_write(&d->folder, "big", big, size);
    assert_int_equal(file_read(&d->arena, path, size, &data, &n, NULL), ERR_OK);
    assert_int_equal(n, size);
    assert_memory_equal(data, big, size);
    free(big);
}

static void a_file_whose_size_is_not_told_is_read_too(void **state)
{
    struct desk *d = *state;
    char *data = NULL;
    size_t n = 0;

    assert_int_equal(file_read(&d->arena, "/proc/self/status", 1 << 20, &data, &n, NULL), ERR_OK);
    assert_true(n > 100);
    assert_non_null(strstr(data, "VmRSS:"));
}

static void a_missing_file_is_not_found(void **state)
{
    struct desk *d = *state;
    char *data = (char *)1;
    size_t n = 9;
    struct why why = {0};

    const char *path = folder_path(&d->folder, "none");
    assert_int_equal(file_read(&d->arena, path, 10, &data, &n, &why), ERR_NOT_FOUND);
    assert_non_null(strstr(why.text, "none"));
    assert_ptr_equal(data, (char *)1);
    assert_int_equal(n, 9);
    folder_write(&d->folder, "file", "x", 1);
    path = folder_path(&d->folder, "file/below");
    assert_int_equal(file_read(&d->arena, path, 10, &data, &n, &why), ERR_NOT_FOUND);
}

static void a_file_over_the_limit_is_too_big(void **state)
{
    struct desk *d = *state;
    char *data = (char *)1;
    size_t n = 9;
    struct why why = {0};

    const char *path = folder_write(&d->folder, "a", "12345", 5);
    assert_int_equal(file_read(&d->arena, path, 4, &data, &n, &why), ERR_TOO_BIG);
    assert_non_null(strstr(why.text, "larger than 4 bytes"));
    assert_ptr_equal(data, (char *)1);
    assert_int_equal(file_read(&d->arena, path, 5, &data, &n, &why), ERR_OK);
}

static void a_folder_is_no_file(void **state)
{
    struct desk *d = *state;
    char *data = NULL;
    size_t n = 0;
    struct why why = {0};

    assert_int_equal(file_read(&d->arena, d->folder.path, 10, &data, &n, &why), ERR_IO);
    assert_non_null(strstr(why.text, "directory"));
}

static void a_file_larger_than_the_arena_is_a_memory_error(void **state)
{
    struct desk *d = *state;
    struct arena small;
    char *data = NULL;
    size_t n = 0;
    char text[64 * 1024] = "";

    const char *path = folder_write(&d->folder, "a", text, sizeof text);
    arena_init(&small, 32 * 1024);
    assert_int_equal(file_read(&small, path, sizeof text, &data, &n, NULL), ERR_MEMORY);
    assert_null(data);
    arena_release(&small);
}

static void a_replaced_file_belongs_to_its_owner_alone(void **state)
{
    struct desk *d = *state;
    struct stat st;

    const char *path = folder_path(&d->folder, "a");
    assert_int_equal(file_replace(path, "x", 1, NULL), ERR_OK);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
}

static void a_reader_keeps_the_old_file_while_it_is_replaced(void **state)
{
    struct desk *d = *state;
    char old[4] = "";

    const char *path = folder_write(&d->folder, "a", "old", 3);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(file_replace(path, "new", 3, NULL), ERR_OK);
    assert_int_equal(read(fd, old, 3), 3);
    assert_string_equal(old, "old");
    assert_int_equal(close(fd), 0);
}

static void replacing_where_no_folder_is_is_not_found(void **state)
{
    struct desk *d = *state;
    struct why why = {0};

    const char *path = folder_path(&d->folder, "none/a");
    assert_int_equal(file_replace(path, "x", 1, &why), ERR_NOT_FOUND);
    assert_non_null(strstr(why.text, "none/a"));
}

static void replacing_a_folder_fails_and_leaves_nothing(void **state)
{
    struct desk *d = *state;

    const char *path = folder_path(&d->folder, "folder");
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(file_replace(path, "x", 1, NULL), ERR_IO);
    assert_int_equal(folder_count(&d->folder), 1);
}

static void a_full_disk_is_said_and_keeps_the_old_file(void **state)
{
    struct desk *d = *state;
    struct rlimit old;
    char *data = NULL;
    size_t n = 0;

    const char *path = folder_write(&d->folder, "a", "old", 3);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    void (*sigxfsz)(int) = signal(SIGXFSZ, SIG_IGN);
    struct rlimit tight = {.rlim_cur = 2, .rlim_max = old.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
    struct why why = {0};
    enum err e = file_replace(path, "longer", 6, &why);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    (void)signal(SIGXFSZ, sigxfsz);
    /* The quota of the process stands for the disk: EFBIG, an ERR_IO; ENOSPC is in the torture. */
    assert_int_equal(e, ERR_IO);
    assert_non_null(strstr(why.text, "write"));
    assert_int_equal(file_read(&d->arena, path, 10, &data, &n, NULL), ERR_OK);
    assert_string_equal(data, "old");
    assert_int_equal(folder_count(&d->folder), 1);
}

static void a_path_too_long_is_a_value_error(void **state)
{
    struct desk *d = *state;
    char path[5000];

    (void)d;
    memset(path, 'a', sizeof path - 1);
    path[0] = '/';
    path[sizeof path - 1] = '\0';
    assert_int_equal(file_replace(path, "x", 1, NULL), ERR_VALUE);
    assert_int_equal(file_make_directory(path, NULL), ERR_VALUE);
    assert_int_equal(file_make_directory("", NULL), ERR_VALUE);
}

static void folders_are_made_with_their_parents_for_the_owner_alone(void **state)
{
    struct desk *d = *state;
    struct stat st;

    const char *path = folder_path(&d->folder, "one/two//three/");
    assert_int_equal(file_make_directory(path, NULL), ERR_OK);
    assert_int_equal(file_make_directory(path, NULL), ERR_OK);
    assert_int_equal(stat(path, &st), 0);
    assert_true(S_ISDIR(st.st_mode));
    assert_int_equal(st.st_mode & 0777, 0700);
    assert_int_equal(stat(folder_path(&d->folder, "one"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
}

static void a_file_in_the_way_of_a_folder_is_said(void **state)
{
    struct desk *d = *state;
    struct why why = {0};

    const char *path = folder_write(&d->folder, "file", "x", 1);
    assert_int_equal(file_make_directory(path, &why), ERR_EXISTS);
    assert_non_null(strstr(why.text, "not a folder"));
    path = folder_path(&d->folder, "file/below");
    assert_int_equal(file_make_directory(path, &why), ERR_EXISTS);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ONE(what_was_replaced_is_read_back),
        ONE(an_empty_file_is_an_empty_text),
        ONE(a_large_file_is_read_whole),
        ONE(a_file_whose_size_is_not_told_is_read_too),
        ONE(a_missing_file_is_not_found),
        ONE(a_file_over_the_limit_is_too_big),
        ONE(a_folder_is_no_file),
        ONE(a_file_larger_than_the_arena_is_a_memory_error),
        ONE(a_replaced_file_belongs_to_its_owner_alone),
        ONE(a_reader_keeps_the_old_file_while_it_is_replaced),
        ONE(replacing_where_no_folder_is_is_not_found),
        ONE(replacing_a_folder_fails_and_leaves_nothing),
        ONE(a_full_disk_is_said_and_keeps_the_old_file),
        ONE(a_path_too_long_is_a_value_error),
        ONE(folders_are_made_with_their_parents_for_the_owner_alone),
        ONE(a_file_in_the_way_of_a_folder_is_said),
    };
    return cmocka_run_group_tests_name("base/file", tests, NULL, NULL);
}
