/* check: plain
 * check: timeout=120
 *
 * The race proof: sixteen processes want the same days of three specialists. They are offered times,
 * confirm them, let them run out, move, cancel, take time out, and end their calls, while the parent
 * kills one after another with SIGKILL and starts others, which go on where the dead one was. Whoever
 * has committed something writes it into a log. Afterwards the log and the store are compared by plain
 * SQL, and the store is audited (tests/support/book-audit.h).
 *
 * PROVE_ATTEMPTS (4000), PROVE_SEED (1), PROVE_WORKERS (16): `make prove` makes 200,000 attempts. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/child.h"
#include "store/booking.h"
#include "tests/support/book-audit.h"
#include "tests/support/storage.h"

#define WORKERS_MAX 64
#define OFFERS_MAX  3
#define DAY         INT64_C(1796256000) /* 2026-12-03T00:00:00Z */
#define CLIENTS     12
#define PATIENCE_MS 60000

enum kind { OFFER, CONFIRM, RENEW, DROP, END, ADD, MOVE, CANCEL, BLOCK, UNBLOCK, KIND__MAX };

static const char *const kind_texts[KIND__MAX] = {
    [OFFER] = "offer",  [CONFIRM] = "confirm", [RENEW] = "renew", [DROP] = "drop",
    [END] = "end call", [ADD] = "add",         [MOVE] = "move",   [CANCEL] = "cancel",
    [BLOCK] = "block",  [UNBLOCK] = "unblock",
};

/* A worker's place. What it has begun stands here, so that the one that follows a dead worker does the
 * same again, as with a delivery that is brought again. */
struct slot {
    pid_t pid;
    uint64_t seed;
    int64_t call_id;
    int turn;
    size_t offers;
    int64_t offer[OFFERS_MAX];
    bool moves[OFFERS_MAX];
    int64_t calls; /* opened so far */
    /* begun, and not known to be done: tag 0: nothing */
    volatile int64_t tag;
    enum kind kind;
    int64_t of; /* the offer, the visit or the block */
};

struct board {
    int64_t goal;
    volatile int64_t attempts;
    volatile int64_t done[KIND__MAX], refused[KIND__MAX], busy;
    volatile int64_t again; /* attempts that a dead worker had begun */
    struct slot slot[WORKERS_MAX];
};

static struct board *board;
static struct slot *place; /* of a worker that is being started */
static int log_fd = -1;

/* ---- chance -------------------------------------------------------------------------------------- */

static uint64_t roll(struct slot *me, uint64_t n)
{
    me->seed ^= me->seed << 13;
    me->seed ^= me->seed >> 7;
    me->seed ^= me->seed << 17;
    return (me->seed >> 11) % n;
}

static const char *some_specialist(struct slot *me)
{
    static const char *const ids[] = {"inna", "olena", "maria"};

    return ids[roll(me, 3)];
}

static struct booking_part some_part(struct slot *me, const char *who, int64_t from_s)
{
    int64_t end_s = from_s + (1 + (int64_t)roll(me, 8)) * 900;

    return (struct booking_part){.specialist = who,
                                 .specialist_name = who,
                                 .services = "s",
                                 .service_names = "s",
                                 .start_s = from_s,
                                 .end_s = end_s,
                                 .free_s = end_s + (int64_t)roll(me, 3) * 420,
                                 .price_from = 800,
                                 .price_to = -1};
}

/* Between 9 and 19 of one of two days; now and then with a second specialist, or back to the first. */
static size_t some_parts(struct slot *me, struct booking_part *ret)
{
    int64_t from = DAY + (int64_t)roll(me, 2) * 86400 + 9 * 3600 + (int64_t)roll(me, 40) * 900;
    size_t n = roll(me, 4) != 0 ? 1 : 2 + roll(me, 2);

    for (size_t i = 0; i < n; i++) {
        ret[i] = some_part(me, i == 2 ? ret[0].specialist : some_specialist(me), from);
        from = ret[i].end_s;
    }
    return n;
}

static const char *some_phone(struct slot *me, struct arena *a)
{
    return arena_printf(a, "+3806700000%02d", (int)roll(me, CLIENTS));
}

/* ---- one attempt --------------------------------------------------------------------------------- */

struct work {
    struct store *s;
    struct arena *a;
    struct slot *me;
    const char *tag;
    int64_t visit; /* that was changed; for the log */
    const char *what;
};

static struct booking_actor actor(const struct work *w, const char *by)
{
    return (struct booking_actor){.by = by,
                                  .call_id = strcmp(by, "call") == 0 ? w->me->call_id : 0,
                                  .why = w->tag,
                                  .now_ms = clock_unix_ms()};
}

static struct visit some_visit(struct work *w)
{
    return (struct visit){.profile = "salon",
                          .name = "Олена",
                          .phone = some_phone(w->me, w->a),
                          .for_other = roll(w->me, 5) == 0,
                          .currency = "UAH",
                          .note = w->tag,
                          .language = "uk"};
}

static int64_t booked_visit(struct work *w)
{
    const struct visit_filter f = {
        .from_s = DAY + (int64_t)roll(w->me, 2 * 86400), .to_s = INT64_MAX, .limit = 1};
    struct visit *list = NULL;
    size_t n = 0;

    if (visits_listed(w->s, w->a, &f, &list, &n, NULL) != ERR_OK || n == 0)
        return 0;
    return list[0].id;
}

static enum err put_offers(struct work *w)
{
    struct slot *me = w->me;
    struct offer offers[OFFERS_MAX] = {0};
    size_t n = 1 + roll(me, OFFERS_MAX);
    int64_t now = clock_unix_ms();
    int64_t move = roll(me, 4) == 0 ? booked_visit(w) : 0;

    for (size_t i = 0; i < n; i++) {
        offers[i].move_visit = move;
        offers[i].parts = some_parts(me, offers[i].part);
    }
    int64_t until = now + (roll(me, 3) == 0 ? (int64_t)roll(me, 20) : 3000);
    enum err e = offers_put(w->s, "salon", me->call_id, ++me->turn, offers, n, until, now,
                            &me->offers, NULL);
    for (size_t i = 0; e == ERR_OK && i < me->offers; i++) {
        me->offer[i] = offers[i].id;
        me->moves[i] = move != 0;
    }
    return e == ERR_OK && me->offers == 0 ? ERR_EXISTS : e;
}

static enum err confirm(struct work *w)
{
    const struct booking_actor who = actor(w, "call");
    struct visit v = some_visit(w);
    int64_t moved = 0;

    /* What becomes of it is told by the history. */
    enum err e =
        offer_confirm(w->s, w->a, w->me->call_id, w->me->turn + 1, w->me->of, &v, &who, NULL);
    if (e != ERR_OK)
        return e;
    w->visit = v.id;
    moved = v.changed_ms > v.created_ms || strcmp(v.note, w->tag) != 0;
    w->what = moved ? "moved" : "booked";
    return ERR_OK;
}

static enum err add(struct work *w)
{
    const struct booking_actor who = actor(w, "staff");
    struct visit v = some_visit(w);

    v.parts = some_parts(w->me, v.part);
    enum err e = visit_add(w->s, w->a, &v, &who, NULL);
    w->visit = v.id;
    w->what = "booked";
    return e;
}

static enum err move(struct work *w)
{
    const struct booking_actor who = actor(w, "sheet");
    struct booking_part to[BOOKING_PARTS];

    w->visit = w->me->of;
    w->what = "moved";
    size_t n = some_parts(w->me, to);
    return visit_move(w->s, w->a, w->visit, to, n, &who, NULL);
}

static enum err cancel(struct work *w)
{
    const struct booking_actor who = actor(w, roll(w->me, 2) == 0 ? "call" : "chat");

    w->visit = w->me->of;
    w->what = "cancelled";
    return visit_cancel(w->s, w->a, w->visit, &who, NULL);
}

static enum err block(struct work *w)
{
    int64_t from = DAY + (int64_t)roll(w->me, 2 * 96) * 900;
    struct block b = {.profile = "salon",
                      .specialist = some_specialist(w->me),
                      .from_s = from,
                      .to_s = from + 600 + (int64_t)roll(w->me, 3600),
                      .why = w->tag};

    return block_add(w->s, w->a, &b, clock_unix_ms(), NULL);
}

static int64_t some_block(struct work *w)
{
    int64_t from = DAY + (int64_t)roll(w->me, 2 * 86400);
    struct block *list = NULL;
    size_t n = 0;

    if (blocks_listed(w->s, w->a, "salon", from, INT64_MAX, &list, &n, NULL) != ERR_OK || n == 0)
        return 0;
    return list[0].id;
}

static enum err end_call(struct work *w)
{
    struct call c = {0};

    enum err e = call_get(w->s, w->a, w->me->call_id, &c, NULL);
    c.status = CALL_COMPLETED;
    c.end_reason = "goodbye";
    c.ended_ms = clock_unix_ms();
    return e == ERR_OK ? call_save(w->s, &c, NULL) : e;
}

static enum err run(struct work *w, enum kind kind)
{
    switch (kind) {
    case OFFER:
        return put_offers(w);
    case CONFIRM:
        return confirm(w);
    case RENEW:
        return offer_renew(w->s, w->me->call_id, w->me->of, clock_unix_ms() + 500, NULL);
    case DROP:
        return offers_drop(w->s, w->me->call_id, NULL);
    case END:
        return end_call(w);
    case ADD:
        return add(w);
    case MOVE:
        return move(w);
    case CANCEL:
        return cancel(w);
    case BLOCK:
        return block(w);
    case UNBLOCK:
        return block_remove(w->s, w->me->of, NULL);
    case KIND__MAX:
        break;
    }
    return ERR_FAULT;
}

/* One write, so that a line is there whole or not at all. */
static void write_log(const struct work *w)
{
    char line[96];
    int n = snprintf(line, sizeof line, "%s %s %lld\n", w->tag, w->what, (long long)w->visit);

    if (write(log_fd, line, (size_t)n) != n)
        _exit(70);
}

/* A refusal is committed, too: it must have written nothing that hurts. */
static enum err in_transaction(struct work *w, enum kind kind)
{
    enum err e = store_begin(w->s, deadline_in_ms(PATIENCE_MS), NULL);
    if (e != ERR_OK)
        return e;
    enum err done = run(w, kind);
    if (done != ERR_OK && done != ERR_EXISTS && done != ERR_NOT_FOUND) {
        store_rollback(w->s);
        return done;
    }
    e = store_commit(w->s, NULL);
    return e == ERR_OK ? done : e;
}

static int count(struct slot *me, enum kind kind, enum err e)
{
    if (e == ERR_BUSY)
        (void)__sync_fetch_and_add(&board->busy, 1);
    else if (e == ERR_OK)
        (void)__sync_fetch_and_add(&board->done[kind], 1);
    else if (e == ERR_EXISTS || e == ERR_NOT_FOUND)
        (void)__sync_fetch_and_add(&board->refused[kind], 1);
    else
        return 10 + (int)e;
    if (kind == END && e == ERR_OK)
        me->call_id = 0;
    if (kind == CONFIRM || kind == DROP || kind == END || (kind == RENEW && e != ERR_OK))
        me->offers = 0;
    if (kind == RENEW && e == ERR_OK) {
        me->offer[0] = me->of;
        me->offers = 1;
    }
    return 0;
}

static int attempt(struct store *s, struct arena *a, struct slot *me)
{
    struct work w = {.s = s, .a = a, .me = me};
    enum kind kind = me->kind;

    w.tag = arena_printf(a, "a%lld", (long long)me->tag);
    enum err e = in_transaction(&w, kind);
    if (e == ERR_OK && w.what != NULL)
        write_log(&w);
    int status = count(me, kind, e);
    me->tag = 0;
    return status;
}

/* ---- a worker ------------------------------------------------------------------------------------ */

static enum err open_a_call(struct store *s, struct arena *a, struct slot *me)
{
    const char *id = arena_printf(a, "%ld-%lld", (long)(me - board->slot), (long long)++me->calls);
    const struct call in = storage_call(id);
    struct call c = {0};
    bool made = false;

    me->offers = 0;
    me->turn = 0;
    enum err e = store_begin(s, deadline_in_ms(PATIENCE_MS), NULL);
    if (e == ERR_OK)
        e = call_open(s, a, &in, some_phone(me, a), clock_now(), &c, &made, NULL);
    if (e == ERR_OK)
        e = store_commit(s, NULL);
    store_rollback(s);
    me->call_id = e == ERR_OK ? c.id : 0;
    return e == ERR_BUSY ? ERR_OK : e;
}

static enum kind choose(struct slot *me)
{
    static const enum kind offered[] = {CONFIRM, CONFIRM, CONFIRM, CONFIRM,
                                        RENEW,   DROP,    END,     OFFER};
    static const enum kind others[] = {ADD, ADD, MOVE, MOVE, CANCEL, BLOCK, UNBLOCK, UNBLOCK};
    uint64_t n = roll(me, 16);

    if (n < 8)
        return me->offers > 0 ? offered[n] : OFFER;
    return others[n - 8];
}

/* False: there is nothing to do it with. */
static bool begin(struct store *s, struct arena *a, struct slot *me)
{
    struct work w = {.s = s, .a = a, .me = me};
    enum kind kind = choose(me);

    me->of = 0;
    if (kind == CONFIRM || kind == RENEW)
        me->of = me->offer[roll(me, me->offers)];
    else if (kind == MOVE || kind == CANCEL)
        me->of = booked_visit(&w);
    else if (kind == UNBLOCK)
        me->of = some_block(&w);
    if ((kind == MOVE || kind == CANCEL || kind == UNBLOCK) && me->of == 0)
        return false;
    me->kind = kind;
    __sync_synchronize();
    me->tag = __sync_add_and_fetch(&board->attempts, 1);
    return true;
}

/* What was begun by a call is begun again with the same tag, and must not be done twice. What staff
 * began is not: they see what there is. */
static void take_up(struct slot *me)
{
    if (me->tag == 0)
        return;
    if (me->kind != CONFIRM && me->kind != CANCEL)
        me->tag = 0;
    else
        (void)__sync_fetch_and_add(&board->again, 1);
    if (me->kind == OFFER) /* nobody heard them */
        me->offers = 0;
}

static int work(struct store *s, const struct storage *t)
{
    struct slot *me = place;
    struct arena a;
    int status = 0;

    (void)t;
    arena_init(&a, (size_t)1 << 20);
    take_up(me);
    while (status == 0 && board->attempts < board->goal) {
        arena_clear(&a);
        if (me->call_id == 0 && open_a_call(s, &a, me) != ERR_OK)
            status = 72;
        else if (me->call_id != 0 && (me->tag != 0 || begin(s, &a, me)))
            status = attempt(s, &a, me);
    }
    arena_release(&a);
    return status;
}

/* ---- the parent ---------------------------------------------------------------------------------- */

static int64_t setting(const char *name, int64_t usual)
{
    const char *text = getenv(name);

    return text == NULL || *text == '\0' ? usual : strtoll(text, NULL, 10);
}

static void start(const struct storage *t, struct slot *slot)
{
    place = slot;
    slot->pid = storage_fork(t, work);
}

/* Kills one after another until enough was tried; returns how many died. */
static int64_t kill_some(const struct storage *t, size_t workers, uint64_t seed)
{
    struct slot chance = {.seed = seed};
    int64_t killed = 0;

    while (board->attempts < board->goal) {
        struct slot *victim = &board->slot[roll(&chance, workers)];
        (void)deadline_sleep(deadline_in_ms(1000), 1 + (int)roll(&chance, 80));
        assert_int_equal(kill(victim->pid, SIGKILL), 0);
        int status = storage_wait(victim->pid);
        if (status == -SIGKILL)
            killed++;
        else
            assert_int_equal(status, 0);
        start(t, victim);
    }
    return killed;
}

static const char *ask_log(struct storage *t, const char *log, const char *sql)
{
    const char *db = arena_printf(&t->a, "%s.db", log);
    const char *argv[] = {"sqlite3", "-batch", "-noheader", db, sql, NULL};
    struct why why = {0};
    struct buf out;

    buf_init(&out, &t->a, (size_t)64 * 1024);
    enum err e = child_run(argv, NULL, 0, &out, deadline_in_ms(300000), &why);
    assert_string_equal(why.text, "");
    assert_int_equal(e, ERR_OK);
    if (out.len > 0)
        out.data[out.len - 1] = '\0';
    return buf_text(&out);
}

/* The log and the history beside each other. */
static void read_log(struct storage *t, const char *log)
{
    const char *db = arena_printf(&t->a, "%s.db", log);
    const char *import = arena_printf(&t->a, ".import %s logged", log);
    const char *copy = arena_printf(&t->a,
                                    "ATTACH '%s' AS s; CREATE TABLE history AS SELECT why AS tag,"
                                    " what, visit_id AS visit, by FROM s.booking_history;"
                                    "CREATE INDEX history_tag ON history (tag);"
                                    "CREATE INDEX logged_tag ON logged (tag)",
                                    t->path);
    const char *argv[] = {
        "sqlite3",        "-batch", db,   "CREATE TABLE logged (tag, what, visit)",
        ".separator ' '", import,   copy, NULL};
    struct why why = {0};
    struct buf out;

    buf_init(&out, &t->a, (size_t)64 * 1024);
    enum err e = child_run(argv, NULL, 0, &out, deadline_in_ms(300000), &why);
    assert_string_equal(why.text, "");
    assert_int_equal(e, ERR_OK);
}

static void compare(struct storage *t, const char *log, int64_t killed)
{
    read_log(t, log);
    assert_string_equal(
        ask_log(t, log,
                "SELECT count(*) FROM logged AS l WHERE (SELECT count(*) FROM history AS"
                " h WHERE h.tag = l.tag AND h.what = l.what AND h.visit ="
                " CAST(l.visit AS INTEGER)) <> 1"),
        "0"); /* nothing that was confirmed is lost */
    assert_string_equal(
        ask_log(t, log,
                "SELECT count(*) FROM (SELECT tag FROM history GROUP BY tag HAVING count(*) > 1)"),
        "0"); /* nothing was done twice */
    assert_string_equal(
        ask_log(t, log,
                "SELECT count(*) FROM (SELECT tag FROM logged GROUP BY tag HAVING count(*) > 1)"),
        "0");
    const char *unlogged =
        ask_log(t, log, "SELECT count(*) FROM history WHERE tag NOT IN (SELECT tag FROM logged)");
    const char *logged = ask_log(t, log, "SELECT count(*) FROM logged");
    print_message("# %s changes logged, %s committed by workers that were killed before the log\n",
                  logged, unlogged);
    assert_true(strtoll(unlogged, NULL, 10) <= killed);
    assert_true(strtoll(logged, NULL, 10) > 0);
}

static void report(struct storage *t, int64_t killed, int questions)
{
    print_message(
        "# %lld attempts, %lld workers killed, %lld attempts taken up by others, %lld busy\n",
        (long long)board->attempts, (long long)killed, (long long)board->again,
        (long long)board->busy);
    for (int i = 0; i < KIND__MAX; i++)
        print_message("#   %-8s %7lld done %7lld refused\n", kind_texts[i],
                      (long long)board->done[i], (long long)board->refused[i]);
    print_message(
        "# visits|booked|moves|cancellations|cells taken|held: %s\n",
        storage_sql(t, "SELECT count(*), sum(state = 'booked'), (SELECT count(*) FROM"
                       " booking_history WHERE what = 'moved'), sum(state = 'cancelled'),"
                       " (SELECT count(*) FROM occupied), (SELECT count(*) FROM occupied WHERE"
                       " call_id IS NOT NULL) FROM visit"));
    print_message("# %d questions to the store, all answered 0\n", questions);
}

static void nothing_is_doubled_lost_or_half_made(void **state)
{
    struct storage *t = *state;
    size_t workers = (size_t)setting("PROVE_WORKERS", 16);
    uint64_t seed = (uint64_t)setting("PROVE_SEED", 1);
    const char *log = arena_printf(&t->a, "%s/race.log", t->folder);

    assert_true(workers > 0 && workers <= WORKERS_MAX);
    board->goal = setting("PROVE_ATTEMPTS", 4000);
    log_fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    assert_true(log_fd >= 0);
    for (size_t i = 0; i < workers; i++) {
        board->slot[i].seed = seed * UINT64_C(0x9E3779B97F4A7C15) + i + 1;
        start(t, &board->slot[i]);
    }
    int64_t killed = kill_some(t, workers, seed + 7);
    for (size_t i = 0; i < workers; i++)
        assert_int_equal(storage_wait(board->slot[i].pid), 0);
    (void)close(log_fd);
    int questions = book_audit(t);
    compare(t, log, killed);
    assert_int_equal(store_verify(t->s, NULL), ERR_OK);
    report(t, killed, questions);
}

static int setup(void **state)
{
    board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return board == MAP_FAILED ? -1 : storage_setup(state);
}

static int teardown(void **state)
{
    (void)munmap(board, sizeof *board);
    return storage_teardown(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_is_doubled_lost_or_half_made, setup, teardown),
    };

    return cmocka_run_group_tests_name("prove/race", tests, NULL, NULL);
}
