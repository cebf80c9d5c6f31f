/* The cases of the store and the app: opening, migrating, and what the operator does. */
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/settings.h"
#include "store/booking.h"
#include "store/call.h"
#include "store/delivery.h"
#include "tests/torture/desk.h"

#define ALL    APP_PARTS(&app_store, &app_profiles, &app_voice)
#define CALL   "torture-1"
#define HOUR   INT64_C(3600000)
#define WAIT_S 4000

static const struct wanted incoming = {
    .path = "/telephony/binotel/incoming-call",
    .type = "application/json",
    .body = "{\"callID\":\"" CALL
            "\",\"externalNumber\":\"0671234567\",\"internalNumber\":\"0440000202\"}"};
static const struct wanted ended = {.path = "/telephony/binotel/call-status",
                                    .type = "application/json",
                                    .body = "{\"callID\":\"" CALL "\",\"status\":\"completed\"}"};

/* The errors that a torn call may become; others blame the caller or the data for the machine. */
static const char *judge(const struct torture *t, enum err e)
{
    /* Where the disk does not give a page, SQLite calls the file damaged. */
    bool machine =
        e == ERR_MEMORY || e == ERR_DISK || e == ERR_IO || e == ERR_BUSY || e == ERR_CORRUPT;

    return e == ERR_OK || (machine && !t->clean) ? NULL : err_name(e);
}

static const char *migrated(const struct torture *t)
{
    struct desk d;
    int from = 0;
    int to = 0;

    const char *bad = desk_open(&d, t, true);
    const char *path = setting_text(SET_HOLOS_DB);
    torture_arm(true);
    enum err e = store_migrate(path, WAIT_S, &from, &to, NULL);
    torture_arm(false);
    if (bad == NULL)
        bad = judge(t, e);
    if (e == ERR_OK && to != store_version())
        bad = "it is not the newest version";
    if (desk_files() != d.files)
        bad = "a file was left open";
    if (bad == NULL && store_migrate(path, WAIT_S, &from, &to, NULL) != ERR_OK)
        bad = "it could not be migrated again";
    if (bad == NULL && to != store_version())
        bad = "it did not become the newest version";
    if (bad == NULL)
        bad = desk_is_sound();
    const char *left = desk_close(&d);
    return bad == NULL ? left : bad;
}

static const char *look_around(struct desk *d, size_t profiles)
{
    if (app_open(&d->app, ALL, NULL) != ERR_OK)
        return "it could not be opened again";
    if (d->app.profiles_n != profiles)
        return "a business is without its profile";
    return desk_send(d, &incoming, false).status == 200 ? NULL : "it does not serve";
}

static const char *app_is_opened(const struct torture *t)
{
    struct desk d;
    struct why why = {0};

    const char *bad = desk_open(&d, t, false);
    size_t profiles = d.app.profiles_n;
    if (bad == NULL) {
        app_close(&d.app);
        torture_arm(true);
        enum err e = app_open(&d.app, ALL, &why);
        torture_arm(false);
        /* A profile that cannot be read is named like one that is wrong. */
        bad = judge(t, e == ERR_CONFIG && why.text[0] != '\0' ? ERR_IO : e);
    }
    if (bad == NULL)
        bad = look_around(&d, profiles);
    const char *left = desk_close(&d);
    return bad == NULL ? left : bad;
}

/* ---- what the operator does ---------------------------------------------------------------------- */

/* An app with one call that has ended and the deliveries that made it so. */
static const char *open_with_call(struct desk *d, const struct torture *t)
{
    const char *bad = desk_open(d, t, false);

    if (bad == NULL &&
        (desk_send(d, &incoming, false).status != 200 || desk_send(d, &ended, false).status != 200))
        bad = "the preparation failed: a call";
    return bad;
}

static enum err find_call(struct store *s, struct arena *a)
{
    struct call call = {0};
    return call_find(s, a, "binotel", CALL, &call, NULL);
}

/* One of the operator's works, torn and then repeated, and what must hold after each. */
struct work {
    void (*prepare)(struct desk *d); /* before each time; NULL: nothing */
    enum err (*run)(struct desk *d);
    const char *(*look)(struct desk *d, bool done);
};

static const char *work_once(struct desk *d, const struct work *w, bool torn)
{
    int files = desk_files();

    if (w->prepare != NULL)
        w->prepare(d);
    torture_arm(torn);
    enum err e = w->run(d);
    torture_arm(false);
    const char *bad = judge(d->t, e);
    if (bad == NULL && !torn && e != ERR_OK)
        bad = "it could not be done again";
    if (bad == NULL)
        bad = w->look(d, e == ERR_OK);
    if (bad == NULL && desk_files() != files)
        bad = "a file was left open";
    return bad == NULL ? desk_is_sound() : bad;
}

static const char *operator_works(const struct torture *t)
{
    struct desk d;

    const char *bad = open_with_call(&d, t);
    if (bad == NULL)
        bad = work_once(&d, t->of, true);
    if (bad == NULL)
        bad = work_once(&d, t->of, false);
    const char *left = desk_close(&d);
    return bad == NULL ? left : bad;
}

/* Forgetting deliveries does not forget the call. */
static enum err sweep(struct desk *d)
{
    int64_t n = 0;
    return deliveries_sweep(d->app.store, clock_unix_ms() + HOUR, &n, NULL);
}

static const char *look_swept(struct desk *d, bool done)
{
    int64_t n = 0;

    if (find_call(d->app.store, &d->arena) != ERR_OK)
        return "the call is gone";
    if (!done)
        return NULL;
    if (deliveries_sweep(d->app.store, clock_unix_ms() + HOUR, &n, NULL) != ERR_OK || n != 0)
        return "a delivery was left";
    return desk_send(d, &incoming, false).status == 200 ? NULL : "the call is not greeted";
}

static enum err purge(struct desk *d)
{
    int64_t n = 0;
    return calls_purge(d->app.store, clock_unix_ms() + HOUR, &n, NULL);
}

static const char *look_purged(struct desk *d, bool done)
{
    enum err e = find_call(d->app.store, &d->arena);
    bool gone = e == ERR_NOT_FOUND;

    if (!gone && e != ERR_OK)
        return "the call is neither there nor gone";
    return done && !gone ? "the call is still there" : NULL;
}

/* A folder with nothing in it: looking at a copy puts files beside it. */
static void clear_copies(struct desk *d)
{
    const char *folder = torture_path(d->t, "copies");

    (void)mkdir(folder, 0700);
    DIR *all = opendir(folder);
    if (all == NULL)
        return;
    for (struct dirent *e = readdir(all); e != NULL; e = readdir(all))
        (void)unlinkat(dirfd(all), e->d_name, 0);
    (void)closedir(all);
}

static enum err backup(struct desk *d)
{
    return store_backup(d->app.store, torture_path(d->t, "copies/copy"), deadline_in_ms(WAIT_S),
                        NULL);
}

static int entries(const char *folder)
{
    int n = 0;

    DIR *d = opendir(folder);
    if (d == NULL)
        return 0;
    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d))
        n += e->d_name[0] != '.';
    (void)closedir(d);
    return n;
}

/* Its other name, under which it was made, may stay when its removal was what failed. */
static bool is_alone(struct desk *d, const char *path)
{
    struct stat st;
    int n = entries(torture_path(d->t, "copies"));

    return stat(path, &st) == 0 && (st.st_mode & 077) == 0 && n >= 1 && n == (int)st.st_nlink;
}

static const char *look_at_copy(struct desk *d, bool done)
{
    const char *path = torture_path(d->t, "copies/copy");
    const char *bad = NULL;
    struct store *copy = NULL;

    if (!done)
        return entries(torture_path(d->t, "copies")) == 0 ? NULL
                                                          : "a failed copy left something behind";
    if (!is_alone(d, path))
        return "the copy is not the only file";
    if (store_open(path, WAIT_S, &copy, NULL) != ERR_OK)
        return "the copy cannot be opened";
    if (store_verify(copy, NULL) != ERR_OK || find_call(copy, &d->arena) != ERR_OK)
        bad = "the copy is not whole";
    store_close(copy);
    return bad;
}

#define NOON    INT64_C(1796299200)
#define BOOKERS "+380671234567"

static enum err all_visits(struct desk *d, struct visit **ret, size_t *ret_n)
{
    const struct visit_filter f = {.cancelled = true};

    return visits_listed(d->app.store, &d->arena, &f, ret, ret_n, NULL);
}

/* Those that are there are cancelled: their time is what is booked next. */
static enum err offer_and_confirm(struct store *s, struct desk *d, int64_t call_id)
{
    const struct booking_actor who = {.by = "call", .call_id = call_id, .now_ms = 1000};
    struct offer o = {.parts = 1,
                      .part = {{.specialist = "inna",
                                .specialist_name = "Інна",
                                .services = "manicure",
                                .service_names = "манікюр",
                                .start_s = NOON,
                                .end_s = NOON + 3600,
                                .free_s = NOON + 3600}}};
    struct visit v = {.name = "Олена", .phone = BOOKERS};
    struct visit *old = NULL;
    size_t n = 0;

    enum err e = all_visits(d, &old, &n);
    for (size_t i = 0; e == ERR_OK && i < n; i++)
        if (strcmp(old[i].state, "booked") == 0)
            e = visit_cancel(s, &d->arena, old[i].id, &who, NULL);
    if (e == ERR_OK)
        e = offers_put(s, "salon", call_id, 1, &o, 1, 2000, 1000, &n, NULL);
    if (e == ERR_OK)
        e = offer_renew(s, call_id, o.id, 3000, NULL);
    return e == ERR_OK ? offer_confirm(s, &d->arena, call_id, 2, o.id, &v, &who, NULL) : e;
}

static enum err book(struct desk *d)
{
    struct store *s = d->app.store;
    struct call call = {0};

    enum err e = call_find(s, &d->arena, "binotel", CALL, &call, NULL);
    if (e == ERR_OK)
        e = store_begin(s, deadline_in_ms(WAIT_S), NULL);
    if (e != ERR_OK)
        return e;
    e = offer_and_confirm(s, d, call.id);
    if (e == ERR_OK)
        return store_commit(s, NULL);
    store_rollback(s);
    return e;
}

/* A visit is there whole or not at all. */
static const char *look_at_book(struct desk *d, bool done)
{
    struct store *s = d->app.store;
    struct visit *v = NULL;
    struct busy_span *span = NULL;
    struct booking_change *c = NULL;
    size_t n = 0, spans = 0, changes = 0, booked = 0;

    if (all_visits(d, &v, &n) != ERR_OK || booking_busy(s, &d->arena, "salon", 0, INT64_MAX / 2, 0,
                                                        0, 0, &span, &spans, NULL) != ERR_OK)
        return "the book cannot be read";
    for (size_t i = 0; i < n; i++) {
        bool is = strcmp(v[i].state, "booked") == 0;
        if (visit_history(s, &d->arena, v[i].id, &c, &changes, NULL) != ERR_OK ||
            changes != (is ? 1 : 2) || v[i].parts != 1)
            return "a visit is half there";
        booked += is;
    }
    if (booked > 1 || (done && booked != 1))
        return "there is not one visit";
    return spans == booked ? NULL : "the time that is taken is not that of the visits";
}

static const struct work sweeping = {NULL, sweep, look_swept};
static const struct work purging = {NULL, purge, look_purged};
static const struct work booking = {NULL, book, look_at_book};
static const struct work copying = {clear_copies, backup, look_at_copy};

const struct torture_case torture_store[] = {
    {"migrate", migrated, NULL},
    {"app", app_is_opened, NULL},
    {"sweep", operator_works, &sweeping},
    {"purge", operator_works, &purging},
    {"backup", operator_works, &copying},
    {"book", operator_works, &booking},
    {0},
};
