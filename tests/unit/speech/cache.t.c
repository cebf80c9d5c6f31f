#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "speech/cache.h"
#include "tests/support/folder.h"
#include "wire/wav.h"

struct place {
    struct arena a;
    struct folder folder;
    char *wav;
    size_t len;
};

static void make_wav(struct place *p, size_t samples)
{
    struct buf out;
    struct pcm sound = {.rate = 8000, .n = samples};

    sound.samples = arena_calloc(&p->a, samples, sizeof *sound.samples);
    assert_non_null(sound.samples);
    for (size_t i = 0; i < samples; i++)
        sound.samples[i] = (int16_t)(i % 1000);
    buf_init(&out, &p->a, samples * 2 + 128);
    assert_int_equal(wav_write(&out, &sound, WAV_PCM16), ERR_OK);
    p->wav = out.data;
    p->len = out.len;
}

static int set_up(void **state)
{
    struct place *p = calloc(1, sizeof *p);

    arena_init(&p->a, 64 << 20);
    folder_make(&p->folder);
    make_wav(p, 4000);
    *state = p;
    return 0;
}

static int tear_down(void **state)
{
    struct place *p = *state;

    folder_remove(&p->folder);
    arena_release(&p->a);
    free(p);
    return 0;
}

static void hash_of(int i, char out[static DIGEST_HEX])
{
    assert_int_equal(digest_sha256(&i, sizeof i, out), ERR_OK);
}

static enum err put(struct place *p, int i, int64_t max)
{
    char hash[DIGEST_HEX];

    hash_of(i, hash);
    return cache_put(p->folder.path, hash, CACHE_SHARED, p->wav, p->len, max, NULL);
}

static enum err get(struct place *p, int i)
{
    char hash[DIGEST_HEX];
    char *data = NULL;
    size_t n = 0;

    hash_of(i, hash);
    enum err e = cache_get(&p->a, p->folder.path, hash, CACHE_SHARED, &data, &n);
    if (e == ERR_OK) {
        assert_int_equal(n, p->len);
        assert_memory_equal(data, p->wav, n);
    }
    return e;
}

static void path_of(struct place *p, int i, char out[static 700])
{
    char hash[DIGEST_HEX];

    hash_of(i, hash);
    (void)snprintf(out, 700, "%s/%.2s/%s-0", p->folder.path, hash, hash);
}

static void age(struct place *p, int i, int seconds)
{
    char path[700];
    struct timespec t[2];

    path_of(p, i, path);
    assert_int_equal(clock_gettime(CLOCK_REALTIME, &t[0]), 0);
    t[0].tv_sec -= seconds;
    t[1] = t[0];
    assert_int_equal(utimensat(AT_FDCWD, path, t, 0), 0);
}

static void what_was_put_comes_back_whole(void **state)
{
    struct place *p = *state;

    assert_int_equal(get(p, 1), ERR_NOT_FOUND);
    assert_int_equal(put(p, 1, 1 << 20), ERR_OK);
    assert_int_equal(get(p, 1), ERR_OK);
    assert_int_equal(get(p, 2), ERR_NOT_FOUND);
    assert_int_equal(put(p, 1, 1 << 20), ERR_OK);
    assert_int_equal(cache_trim(p->folder.path, 1 << 20), (int64_t)p->len);
}

static void a_sound_of_a_call_is_found_by_that_call_and_goes_with_it(void **state)
{
    static const int64_t calls[] = {7, 9};
    struct place *p = *state;
    char hash[DIGEST_HEX];
    char *data = NULL;
    size_t n = 0;

    hash_of(1, hash);
    assert_int_equal(put(p, 2, 1 << 20), ERR_OK);
    for (int64_t call = 7; call < 10; call++)
        assert_int_equal(cache_put(p->folder.path, hash, call, p->wav, p->len, 1 << 20, NULL),
                         ERR_OK);
    assert_int_equal(get(p, 1), ERR_NOT_FOUND);
    assert_int_equal(cache_get(&p->a, p->folder.path, hash, 6, &data, &n), ERR_NOT_FOUND);
    assert_int_equal(cache_trim(p->folder.path, 1 << 20), (int64_t)p->len * 4);
    assert_int_equal(cache_keep_calls(p->folder.path, calls, 2, NULL), ERR_OK);
    assert_int_equal(cache_get(&p->a, p->folder.path, hash, 7, &data, &n), ERR_OK);
    assert_int_equal(cache_get(&p->a, p->folder.path, hash, 8, &data, &n), ERR_NOT_FOUND);
    assert_int_equal(cache_get(&p->a, p->folder.path, hash, 9, &data, &n), ERR_OK);
    assert_int_equal(cache_keep_calls(p->folder.path, NULL, 0, NULL), ERR_OK);
    assert_int_equal(cache_get(&p->a, p->folder.path, hash, 7, &data, &n), ERR_NOT_FOUND);
    assert_int_equal(get(p, 2), ERR_OK);
}

/* Whose they are, their names do not tell. */
static void the_sounds_of_former_versions_go(void **state)
{
    struct place *p = *state;
    char path[700];
    char old[700];

    assert_int_equal(put(p, 1, 1 << 20), ERR_OK);
    path_of(p, 1, path);
    (void)snprintf(old, sizeof old, "%.*s", (int)strlen(path) - 2, path);
    assert_int_equal(rename(path, old), 0);
    assert_int_equal(get(p, 1), ERR_NOT_FOUND);
    assert_int_equal(cache_trim(p->folder.path, 1 << 20), 0);
    assert_int_not_equal(access(old, F_OK), 0);
}

static void a_broken_file_is_a_miss_and_goes_away(void **state)
{
    struct place *p = *state;
    char path[700];

    path_of(p, 1, path);
    for (int kind = 0; kind < 3; kind++) {
        assert_int_equal(put(p, 1, 1 << 20), ERR_OK);
        if (kind == 0)
            assert_int_equal(truncate(path, (off_t)p->len / 2), 0);
        if (kind == 1)
            assert_int_equal(truncate(path, 0), 0);
        if (kind == 2) {
            FILE *f = fopen(path, "r+");
            assert_non_null(f);
            assert_int_equal(fwrite("JUNK", 1, 4, f), 4);
            assert_int_equal(fclose(f), 0);
        }
        assert_int_equal(get(p, 1), ERR_NOT_FOUND);
        assert_int_not_equal(access(path, F_OK), 0);
    }
}

static void a_hit_renews_the_time_at_most_once_an_hour(void **state)
{
    struct place *p = *state;
    char path[700];
    struct stat st;

    path_of(p, 1, path);
    assert_int_equal(put(p, 1, 1 << 20), ERR_OK);
    age(p, 1, 7200);
    assert_int_equal(get(p, 1), ERR_OK);
    assert_int_equal(stat(path, &st), 0);
    assert_true(time(NULL) - st.st_mtim.tv_sec < 60);
    age(p, 1, 1800);
    assert_int_equal(get(p, 1), ERR_OK);
    assert_int_equal(stat(path, &st), 0);
    assert_true(time(NULL) - st.st_mtim.tv_sec >= 1800);
}

static void passing_the_cap_deletes_the_longest_unused_first(void **state)
{
    struct place *p = *state;
    int64_t cap = (int64_t)p->len * 10;

    for (int i = 0; i < 10; i++) {
        assert_int_equal(put(p, i, cap), ERR_OK);
        age(p, i, 100 * (i == 3 ? 1 : 20 - i));
    }
    for (int i = 0; i < 10; i++)
        assert_int_equal(get(p, i), ERR_OK);
    assert_int_equal(put(p, 10, cap), ERR_OK);
    assert_int_equal(get(p, 0), ERR_NOT_FOUND);
    assert_int_equal(get(p, 1), ERR_NOT_FOUND);
    for (int i = 2; i < 11; i++)
        assert_int_equal(get(p, i), ERR_OK);
    assert_int_equal(cache_trim(p->folder.path, (int64_t)p->len * 2), (int64_t)p->len * 2);
    assert_int_equal(get(p, 3), ERR_OK);
    assert_int_equal(get(p, 10), ERR_OK);
    assert_int_equal(cache_trim(p->folder.path, 0), 0);
}

/* A put looked through the whole cache: 10 ms a sentence once it held some thousands. */
static void a_process_that_has_looked_puts_its_share_before_it_looks_again(void **state)
{
    struct place *p = *state;
    struct cache_room room = {0};
    int64_t cap = (int64_t)p->len * 64;
    char hash[DIGEST_HEX];

    hash_of(0, hash);
    assert_int_equal(cache_put(p->folder.path, hash, CACHE_SHARED, p->wav, p->len, cap, &room),
                     ERR_OK);
    assert_int_equal(room.left, (int64_t)p->len * 63 / CACHE_SHARE);
    for (int i = 1; i < 4; i++) { /* three fit into the share */
        hash_of(i, hash);
        int64_t before = room.left;
        assert_int_equal(cache_put(p->folder.path, hash, CACHE_SHARED, p->wav, p->len, cap, &room),
                         ERR_OK);
        assert_int_equal(room.left, before - (int64_t)p->len);
    }
    hash_of(4, hash);
    assert_int_equal(cache_put(p->folder.path, hash, CACHE_SHARED, p->wav, p->len, cap, &room),
                     ERR_OK);
    assert_int_equal(room.left, (int64_t)p->len * 59 / CACHE_SHARE);
}

static void a_cache_with_room_for_many_processes_stays_near_its_cap(void **state)
{
    enum { PROCESSES = 8, PHRASES = 40 };
    struct place *p = *state;
    struct cache_room room[PROCESSES] = {{0}};
    int64_t cap = (int64_t)p->len * 20;
    char hash[DIGEST_HEX];

    for (int i = 0; i < PHRASES; i++) {
        hash_of(i, hash);
        assert_int_equal(cache_put(p->folder.path, hash, CACHE_SHARED, p->wav, p->len, cap,
                                   &room[i % PROCESSES]),
                         ERR_OK);
        /* Looks only; nothing may be deleted by it. */
        assert_true(cache_trim(p->folder.path, INT64_MAX) <=
                    cap + PROCESSES * (cap / CACHE_SHARE_LEAST + cap / CACHE_SHARE));
    }
    assert_int_equal(get(p, PHRASES - 1), ERR_OK);
}

static void what_is_larger_than_the_cache_is_refused(void **state)
{
    struct place *p = *state;

    assert_int_equal(put(p, 1, (int64_t)p->len - 1), ERR_TOO_BIG);
    assert_int_equal(get(p, 1), ERR_NOT_FOUND);
}

static void half_written_files_are_swept_when_old(void **state)
{
    struct place *p = *state;
    char path[700];
    char left[720];

    path_of(p, 1, path);
    assert_int_equal(put(p, 1, 1 << 20), ERR_OK);
    (void)snprintf(left, sizeof left, "%s.AbCdEf", path);
    assert_int_equal(link(path, left), 0);
    assert_int_equal(cache_trim(p->folder.path, 1 << 20), 2 * (int64_t)p->len);
    age(p, 1, 3600);
    assert_int_equal(cache_trim(p->folder.path, 1 << 20), (int64_t)p->len);
    assert_int_not_equal(access(left, F_OK), 0);
    assert_int_equal(get(p, 1), ERR_OK);
}

static void a_folder_that_cannot_be_written_is_an_error(void **state)
{
    struct place *p = *state;
    char hash[DIGEST_HEX];
    char file[700];

    hash_of(1, hash);
    (void)snprintf(file, sizeof file, "%s/file", p->folder.path);
    int fd = open(file, O_CREAT | O_WRONLY, 0600);
    assert_true(fd >= 0);
    assert_int_equal(close(fd), 0);
    assert_int_not_equal(cache_put(file, hash, CACHE_SHARED, p->wav, p->len, 1 << 20, NULL),
                         ERR_OK);
    assert_int_not_equal(
        cache_put("/proc/no/such", hash, CACHE_SHARED, p->wav, p->len, 1 << 20, NULL), ERR_OK);
    char *data = NULL;
    size_t n = 0;
    assert_int_equal(cache_get(&p->a, file, hash, CACHE_SHARED, &data, &n), ERR_NOT_FOUND);
    assert_null(data);
}

/* One process of the crowd below: 0 if it only ever saw whole files. */
static int work(struct place *p, int seed)
{
    for (int i = 0; i < 150; i++) {
        int key = (i * 7 + seed) % 12;
        enum err e = get(p, key);
        if (e == ERR_NOT_FOUND)
            e = put(p, key, (int64_t)p->len * 6);
        if (e != ERR_OK)
            return 1;
        arena_clear(&p->a);
        make_wav(p, 4000);
    }
    return 0;
}

static void many_processes_share_it(void **state)
{
    struct place *p = *state;
    pid_t pids[4];

    for (int i = 0; i < 4; i++) {
        pids[i] = fork();
        assert_true(pids[i] >= 0);
        if (pids[i] == 0)
            _exit(work(p, i * 3));
    }
    for (int i = 0; i < 4; i++) {
        int status = -1;
        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
    assert_true(cache_trim(p->folder.path, INT64_MAX) <= (int64_t)p->len * 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_put_comes_back_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_broken_file_is_a_miss_and_goes_away, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_sound_of_a_call_is_found_by_that_call_and_goes_with_it,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_sounds_of_former_versions_go, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_hit_renews_the_time_at_most_once_an_hour, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            a_process_that_has_looked_puts_its_share_before_it_looks_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_cache_with_room_for_many_processes_stays_near_its_cap,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(passing_the_cap_deletes_the_longest_unused_first, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_is_larger_than_the_cache_is_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(half_written_files_are_swept_when_old, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_folder_that_cannot_be_written_is_an_error, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(many_processes_share_it, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("speech/cache", tests, NULL, NULL);
}
