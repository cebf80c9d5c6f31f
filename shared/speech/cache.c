#include "speech/cache.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "speech/sound.h"

/* ==== files =================================================================================== */

#define PATH_SIZE   4096
#define NAME_SIZE   (DIGEST_HEX + 20)
#define RENEW_S     3600 /* how often a hit may touch the file */
#define ABANDONED_S 600  /* age at which a half-written file is deleted */
#define FILE_MAX    ((size_t)64 * 1024 * 1024)

/* One file below the folder. */
struct kept {
    char name[NAME_SIZE + 3]; /* "ab/<hash>-<call>" */
    int64_t call_id;
    int64_t used_ns;
    int64_t size;
};

struct list {
    struct kept *kept;
    size_t n, room;
    int64_t held;
};

static bool is_hash(const char *s)
{
    return strlen(s) == DIGEST_HEX - 1 && strspn(s, "0123456789abcdef") == DIGEST_HEX - 1;
}

/* "<hash>-<call>". The names of former versions had no call: those files go at the first look. */
static bool is_name(const char *s, int64_t *ret_call)
{
    const char *call = s + DIGEST_HEX;

    if (strspn(s, "0123456789abcdef") != DIGEST_HEX - 1 || call[-1] != '-' || *call == '\0' ||
        strspn(call, "0123456789") != strlen(call) || strlen(s) >= NAME_SIZE)
        return false;
    *ret_call = strtoll(call, NULL, 10);
    return true;
}

static bool path_of(char out[static PATH_SIZE], const char *folder, const char *hash,
                    int64_t call_id)
{
    assert(is_hash(hash));
    int n = snprintf(out, PATH_SIZE, "%s/%.2s/%s-%lld", folder, hash, hash, (long long)call_id);
    return n > 0 && n < PATH_SIZE - 16;
}

static bool read_whole(int fd, char *data, size_t n)
{
    for (size_t at = 0; at < n;) {
        ssize_t got = read(fd, data + at, n - at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        at += (size_t)got;
    }
    return true;
}

static void renew(int fd, const struct stat *st)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    if (now.tv_sec - st->st_mtim.tv_sec >= RENEW_S)
        (void)futimens(fd, NULL);
}

/* ERR_SYNTAX: the file is broken. */
static enum err read_wav(struct arena *a, int fd, char **ret, size_t *ret_len)
{
    struct stat st;

    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return ERR_IO;
    size_t n = (size_t)st.st_size;
    if (n == 0 || n > FILE_MAX)
        return ERR_SYNTAX;
    char *data = arena_alloc(a, n + 1);
    if (data == NULL)
        return ERR_MEMORY;
    if (!read_whole(fd, data, n))
        return ERR_IO;
    data[n] = '\0';
    if (sound_length_ms(data, n) < 0)
        return ERR_SYNTAX;
    renew(fd, &st);
    *ret = data;
    *ret_len = n;
    return ERR_OK;
}

enum err cache_get(struct arena *a, const char *folder, const char hash[static DIGEST_HEX],
                   int64_t call_id, char **ret, size_t *ret_len)
{
    char path[PATH_SIZE];

    if (!path_of(path, folder, hash, call_id))
        return ERR_VALUE;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR ? ERR_NOT_FOUND : ERR_IO;
    enum err e = read_wav(a, fd, ret, ret_len);
    (void)close(fd);
    if (e == ERR_SYNTAX) {
        (void)unlink(path);
        return ERR_NOT_FOUND;
    }
    return e;
}

static bool list_add(struct list *l, const char *folder, const char *name, int64_t call_id,
                     const struct stat *st)
{
    if (l->n == l->room) {
        size_t room = l->room == 0 ? 256 : l->room * 2;
        struct kept *more = realloc(l->kept, room * sizeof *more);
        if (more == NULL)
            return false;
        l->kept = more;
        l->room = room;
    }
    struct kept *k = &l->kept[l->n];
    int n = snprintf(k->name, sizeof k->name, "%s/%s", folder, name);
    assert(n > 0 && (size_t)n < sizeof k->name);
    k->call_id = call_id;
    k->used_ns = (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
    k->size = (int64_t)st->st_size;
    l->held += k->size;
    l->n++;
    return true;
}

/* A half-written file whose writer is gone is deleted. */
static bool is_abandoned(const struct stat *st)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec - st->st_mtim.tv_sec > ABANDONED_S;
}

static bool list_folder(struct list *l, int top, const char *name)
{
    int64_t call_id = CACHE_SHARED;
    struct stat st;
    bool ok = true;
    int fd = openat(top, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);

    if (d == NULL) {
        if (fd >= 0)
            (void)close(fd);
        return true; /* gone meanwhile */
    }
    for (struct dirent *e = readdir(d); ok && e != NULL; e = readdir(d)) {
        if (e->d_name[0] == '.' || fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
            !S_ISREG(st.st_mode) || strspn(e->d_name, "0123456789abcdef") < DIGEST_HEX - 1)
            continue;
        if (is_name(e->d_name, &call_id))
            ok = list_add(l, name, e->d_name, call_id, &st);
        else if (is_hash(e->d_name) || is_abandoned(&st))
            (void)unlinkat(fd, e->d_name, 0);
        else
            l->held += (int64_t)st.st_size; /* being written by another: counted, never deleted */
    }
    (void)closedir(d);
    return ok;
}

static bool list_all(struct list *l, const char *folder)
{
    bool ok = true;
    DIR *d = opendir(folder);

    if (d == NULL)
        return true;
    for (struct dirent *e = readdir(d); ok && e != NULL; e = readdir(d))
        if (strlen(e->d_name) == 2 && strspn(e->d_name, "0123456789abcdef") == 2)
            ok = list_folder(l, dirfd(d), e->d_name);
    (void)closedir(d);
    return ok;
}

static int by_use(const void *a, const void *b)
{
    const struct kept *x = a;
    const struct kept *y = b;

    return x->used_ns < y->used_ns ? -1 : x->used_ns > y->used_ns;
}

/* What another worker has deleted meanwhile is gone all the same. */
static bool delete_kept(const char *folder, const struct kept *k)
{
    char path[PATH_SIZE];
    int n = snprintf(path, sizeof path, "%s/%s", folder, k->name);

    return n > 0 && n < PATH_SIZE && (unlink(path) == 0 || errno == ENOENT);
}

/* Over `cap`: deletes down to `goal`. */
static int64_t trim(const char *folder, int64_t cap, int64_t goal)
{
    struct list l = {0};

    (void)list_all(&l, folder);
    if (l.n > 0 && l.held > cap) {
        qsort(l.kept, l.n, sizeof *l.kept, by_use);
        for (size_t i = 0; i < l.n && l.held > goal; i++)
            if (delete_kept(folder, &l.kept[i]))
                l.held -= l.kept[i].size;
    }
    free(l.kept);
    return l.held;
}

static void make_room(const char *folder, int64_t put, int64_t max_bytes, struct cache_room *room)
{
    if (room != NULL && room->left >= put) {
        room->left -= put;
        return;
    }
    int64_t held = trim(folder, max_bytes, max_bytes / 10 * 9);
    int64_t share = (max_bytes - held) / CACHE_SHARE;
    int64_t least = max_bytes / CACHE_SHARE_LEAST;
    if (room != NULL)
        room->left = share > least ? share : least;
}

enum err cache_put(const char *folder, const char hash[static DIGEST_HEX], int64_t call_id,
                   const void *data, size_t n, int64_t max_bytes, struct cache_room *room)
{
    char path[PATH_SIZE];

    if (!path_of(path, folder, hash, call_id))
        return ERR_VALUE;
    if (max_bytes < 0 || n > FILE_MAX || (int64_t)n > max_bytes)
        return ERR_TOO_BIG;
    char *slash = strrchr(path, '/');
    *slash = '\0';
    enum err e = file_make_directory(path, NULL);
    *slash = '/';
    if (e == ERR_OK)
        e = file_replace(path, data, n, NULL);
    if (e == ERR_OK)
        make_room(folder, (int64_t)n, max_bytes, room);
    return e;
}

int64_t cache_trim(const char *folder, int64_t max_bytes)
{
    return trim(folder, max_bytes, max_bytes);
}

/* What shall go. */
struct unwanted {
    int64_t before_ms; /* not used since */
    const int64_t *calls;
    size_t calls_n; /* of calls that are not among these */
};

static bool is_unwanted(const struct unwanted *u, const struct kept *k)
{
    if (k->used_ns / 1000000 < u->before_ms)
        return true;
    if (u->calls == NULL || k->call_id == CACHE_SHARED)
        return false;
    for (size_t i = 0; i < u->calls_n; i++)
        if (u->calls[i] == k->call_id)
            return false;
    return true;
}

static enum err delete_unwanted(const char *folder, const struct unwanted *u, struct why *why)
{
    struct list l = {0};
    size_t left = 0;

    bool all = list_all(&l, folder);
    for (size_t i = 0; i < l.n; i++)
        left += is_unwanted(u, &l.kept[i]) && !delete_kept(folder, &l.kept[i]);
    free(l.kept);
    if (left > 0)
        return why_set(why, ERR_IO, "HOLOS_CACHE=%s: %zu sounds cannot be deleted", folder, left);
    return all ? ERR_OK : ERR_MEMORY;
}

enum err cache_forget(const char *folder, int64_t before_ms, struct why *why)
{
    return delete_unwanted(folder, &(struct unwanted){.before_ms = before_ms}, why);
}

enum err cache_keep_calls(const char *folder, const int64_t *call_ids, size_t n, struct why *why)
{
    static const int64_t none = CACHE_SHARED;
    const struct unwanted u = {
        .before_ms = INT64_MIN, .calls = n == 0 ? &none : call_ids, .calls_n = n};

    return delete_unwanted(folder, &u, why);
}

/* ==== the last sounds, in memory ============================================================== */

const struct cache_sound *cache_recent_find(struct cache_recent *r, const char *key)
{
    for (size_t i = 0; i < CACHE_RECENT_SLOTS; i++) {
        struct cache_recent_slot *s = &r->slot[i];
        if (s->key == NULL || strcmp(s->key, key) != 0)
            continue;
        s->used = ++r->turn;
        return &s->sound;
    }
    return NULL;
}

static void drop(struct cache_recent *r, struct cache_recent_slot *s)
{
    free(s->key);
    r->held -= s->held;
    *s = (struct cache_recent_slot){0};
}

/* A free slot, else that which was asked for longest ago. */
static struct cache_recent_slot *oldest(struct cache_recent *r)
{
    struct cache_recent_slot *found = &r->slot[0];

    for (size_t i = 1; i < CACHE_RECENT_SLOTS; i++)
        if (r->slot[i].used < found->used)
            found = &r->slot[i];
    return found;
}

/* Of all that are kept: a free slot gives no room. */
static struct cache_recent_slot *oldest_kept(struct cache_recent *r)
{
    struct cache_recent_slot *found = NULL;

    for (size_t i = 0; i < CACHE_RECENT_SLOTS; i++)
        if (r->slot[i].key != NULL && (found == NULL || r->slot[i].used < found->used))
            found = &r->slot[i];
    return found;
}

static struct cache_recent_slot *free_slot(struct cache_recent *r, size_t size)
{
    while (r->held > CACHE_RECENT_BYTES - size)
        drop(r, oldest_kept(r));
    struct cache_recent_slot *s = oldest(r);
    if (s->key != NULL)
        drop(r, s);
    return s;
}

const struct cache_sound *cache_recent_keep(struct cache_recent *r, const char *key,
                                            const char *wav, size_t len)
{
    char sha256[DIGEST_HEX];
    size_t key_size = strlen(key) + 1;

    if (len > CACHE_RECENT_BYTES || key_size > CACHE_RECENT_BYTES - len)
        return NULL;
    if (digest_sha256(wav, len, sha256) != ERR_OK)
        return NULL;
    char *copy = malloc(key_size + len);
    if (copy == NULL)
        return NULL;
    memcpy(copy, key, key_size);
    memcpy(copy + key_size, wav, len);
    struct cache_recent_slot *s = free_slot(r, key_size + len);
    *s = (struct cache_recent_slot){.key = copy,
                                    .held = key_size + len,
                                    .used = ++r->turn,
                                    .sound = {.wav = copy + key_size, .len = len}};
    memcpy(s->sound.sha256, sha256, sizeof sha256);
    r->held += s->held;
    return &s->sound;
}

void cache_recent_release(struct cache_recent *r)
{
    for (size_t i = 0; i < CACHE_RECENT_SLOTS; i++)
        drop(r, &r->slot[i]);
}
