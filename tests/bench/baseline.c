/* baseline - the least a FastCGI program can do: returns one file's bytes to every request and
 * touches nothing else. What `make bench` compares the real route with, behind the same nginx.
 *
 * With a STORE it also keeps one small row for each request before it answers, as durably as holos
 * does (WAL, synchronous=FULL, one writer at a time under a flock): what any program pays that must
 * not lose a call. The store is made when it is not there.
 *
 * usage: spawn-fcgi ... -- baseline FILE [STORE] */
#include <fcgiapp.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/file.h>
#include <time.h>

#define BYTES_MAX 1000000

struct store {
    sqlite3 *db;
    sqlite3_stmt *begin, *insert, *commit;
    int lock;
};

/* As in shared/store/locks.c. */
static void take_lock(int fd)
{
    const struct timespec moment = {.tv_nsec = 100000};

    while (flock(fd, LOCK_EX | LOCK_NB) != 0)
        (void)nanosleep(&moment, NULL);
}

static bool prepare(struct store *s, sqlite3_stmt **ret, const char *text)
{
    return sqlite3_prepare_v2(s->db, text, -1, ret, NULL) == SQLITE_OK;
}

static bool store_open(struct store *s, const char *path)
{
    char beside[4096];

    (void)snprintf(beside, sizeof beside, "%s-writer", path);
    s->lock = open(beside, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (s->lock < 0 || sqlite3_open(path, &s->db) != SQLITE_OK)
        return false;
    take_lock(s->lock);
    bool ok = sqlite3_exec(s->db,
                           "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                           "CREATE TABLE IF NOT EXISTS kept (id INTEGER PRIMARY KEY, what TEXT)",
                           NULL, NULL, NULL) == SQLITE_OK &&
              prepare(s, &s->begin, "BEGIN IMMEDIATE") &&
              prepare(s, &s->insert, "INSERT INTO kept (what) VALUES ('one call')") &&
              prepare(s, &s->commit, "COMMIT");
    (void)flock(s->lock, LOCK_UN);
    return ok;
}

static bool keep(struct store *s)
{
    sqlite3_stmt *const steps[] = {s->begin, s->insert, s->commit};
    bool ok = true;

    take_lock(s->lock);
    for (int i = 0; i < 3 && ok; i++) {
        ok = sqlite3_step(steps[i]) == SQLITE_DONE;
        (void)sqlite3_reset(steps[i]);
    }
    (void)flock(s->lock, LOCK_UN);
    return ok;
}

int main(int argc, char **argv)
{
    static char bytes[BYTES_MAX];
    static struct store store;
    FCGX_Request request;
    char body[4096];
    char head[128];

    FILE *f = argc == 2 || argc == 3 ? fopen(argv[1], "rb") : NULL;
    if (f == NULL || (argc == 3 && !store_open(&store, argv[2])))
        return 100;
    size_t n = fread(bytes, 1, sizeof bytes, f);
    (void)fclose(f);
    (void)snprintf(head, sizeof head,
                   "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n", n);
    if (FCGX_Init() != 0 || FCGX_InitRequest(&request, 0, 0) != 0)
        return 111;
    while (FCGX_Accept_r(&request) == 0) {
        while (FCGX_GetStr(body, sizeof body, request.in) > 0)
            continue;
        if (argc == 3 && !keep(&store))
            return 111;
        (void)FCGX_PutS(head, request.out);
        (void)FCGX_PutStr(bytes, (int)n, request.out);
        FCGX_Finish_r(&request);
    }
    return 0;
}
