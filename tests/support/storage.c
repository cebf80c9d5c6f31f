#include "tests/support/storage.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/child.h"

int storage_setup_bare(void **state)
{
    struct storage *t = calloc(1, sizeof *t);
    const char *tmp = getenv("TMPDIR");

    if (t == NULL)
        return -1;
    if (tmp == NULL || strlen(tmp) > 32)
        tmp = "/tmp";
    (void)snprintf(t->folder, sizeof t->folder, "%s/holos-store.XXXXXX", tmp);
    if (mkdtemp(t->folder) == NULL)
        return -1;
    (void)snprintf(t->path, sizeof t->path, "%s/holos.db", t->folder);
    arena_init(&t->a, (size_t)64 * 1024 * 1024);
    *state = t;
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

int storage_teardown(void **state)
{
    struct storage *t = *state;

    store_close(t->s);
    arena_release(&t->a);
    (void)nftw(t->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(t);
    return 0;
}

int storage_setup(void **state)
{
    struct why why = {0};
    int from = -1, to = -1;

    if (storage_setup_bare(state) != 0)
        return -1;
    struct storage *t = *state;
    if (store_migrate(t->path, STORAGE_WAIT_MS, &from, &to, &why) != ERR_OK) {
        print_error("%s\n", why.text);
        (void)storage_teardown(state); /* cmocka does not call it then */
        return -1;
    }
    t->s = storage_open(t);
    return 0;
}

struct store *storage_open(const struct storage *t)
{
    struct why why = {0};
    struct store *s = NULL;

    enum err e = store_open(t->path, STORAGE_WAIT_MS, &s, &why);
    assert_string_equal(why.text, "");
    assert_int_equal(e, ERR_OK);
    return s;
}

pid_t storage_fork(const struct storage *t, int (*work)(struct store *s, const struct storage *t))
{
    struct store *s = NULL;

    (void)fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid > 0)
        return pid;
    if (store_open(t->path, STORAGE_WAIT_MS, &s, NULL) != ERR_OK)
        _exit(99);
    int status = work(s, t);
    store_close(s);
    _exit(status);
}

int storage_wait(pid_t pid)
{
    int status = 0;

    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

const char *storage_sql_on(struct storage *t, const char *path, const char *sql)
{
    const char *argv[] = {"sqlite3", "-batch", "-noheader", path, sql, NULL};
    struct why why = {0};
    struct buf out;

    buf_init(&out, &t->a, (size_t)1024 * 1024);
    enum err e = child_run(argv, NULL, 0, &out, deadline_in_ms(20000), &why);
    assert_string_equal(why.text, "");
    assert_int_equal(e, ERR_OK);
    if (out.len > 0)
        out.data[out.len - 1] = '\0';
    return buf_text(&out);
}

const char *storage_sql(struct storage *t, const char *sql)
{
    return storage_sql_on(t, t->path, sql);
}

struct call storage_call(const char *external_id)
{
    return (struct call){
        .source = "binotel",
        .external_id = external_id,
        .caller = "0501234567",
        .called = "0443334455",
        .profile = "salon",
        .direction = "in",
    };
}

enum err storage_write_turn(struct store *s, struct arena *a, int n, int64_t delivery_id,
                            struct turn *ret, struct why *why)
{
    char id[32];
    bool made = false;
    struct call c = {0};

    (void)snprintf(id, sizeof id, "x%d", n);
    const struct call in = storage_call(id);
    enum err e = call_open(s, a, &in, "+380501234567", STORAGE_MOMENT, &c, &made, why);
    if (e != ERR_OK)
        return e;
    *ret = (struct turn){.call_id = c.id,
                         .delivery_id = delivery_id,
                         .heard = "Добрий день",
                         .heard_by = "typed",
                         .confidence = -1,
                         .hear_us = 10,
                         .started_ms = STORAGE_NOW};
    return turn_begin(s, ret, why);
}

static enum err append(void *to, const void *data, size_t n)
{
    buf_put(to, data, n);
    return buf_err(to);
}

struct buf storage_bytes(struct arena *a, const struct body *b)
{
    struct body_mark mark = {0};
    struct buf out;

    buf_init(&out, a, (size_t)16 * 1024 * 1024);
    assert_int_equal(body_write(b, &mark, append, &out), ERR_OK);
    return out;
}

void storage_begin(struct storage *t)
{
    assert_int_equal(store_begin(t->s, deadline_in_ms(1000), NULL), ERR_OK);
}

void storage_commit(struct storage *t)
{
    assert_int_equal(store_commit(t->s, NULL), ERR_OK);
}

struct call storage_opened(struct storage *t, const char *id, const char *phone, int64_t now_ms)
{
    struct call c = {0};
    bool made = false;
    const struct call in = storage_call(id);

    storage_begin(t);
    assert_int_equal(
        call_open(t->s, &t->a, &in, phone, (struct moment){.ms = now_ms}, &c, &made, NULL), ERR_OK);
    assert_true(made);
    storage_commit(t);
    return c;
}
