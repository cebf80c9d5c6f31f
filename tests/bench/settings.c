/* settings: our own time of an answer to apiCallSettings, for which a caller waits on the line (part of
 * `make bench`): from the body as it came to the bytes of the answer, in one process, with what nginx and
 * FastCGI take left out. The store holds some years of a busy business, with calls on its lines.
 *
 *   build/bench/settings FOLDER    FOLDER is made and must not be there */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/settings.h"
#include "business/phone.h"
#include "lines/binotel.h"
#include "store/booking.h"

#define CLIENTS 20000
#define LINES   8
#define ASKS    20000
#define MIDDLE  (ASKS / 2)
#define P99     (ASKS * 99 / 100)
#define AIM_MS  5.0

static struct app app;
static struct profile *salon;
static const char *const lines[LINES] = {"901", "902", "903", "904", "905", "906", "907", "908"};
static const struct exchange_route routes[] = {{.lines = "busy", .route = "77"},
                                               {.caller = "known", .hours = "open", .route = "5"},
                                               {.hours = "closed", .route = "77"}};

static bool set(const char *name, const char *folder, const char *below)
{
    char value[2000];

    return snprintf(value, sizeof value, "%s%s", folder, below) < (int)sizeof value &&
           setenv(name, value, 1) == 0;
}

static enum err book(struct arena *a, int i, const char *phone)
{
    const struct booking_actor by = {.by = "call", .now_ms = clock_unix_ms()};
    int64_t start_s = clock_unix_ms() / 1000 + 3600 + i % 500 * INT64_C(7200);
    struct visit v = {.profile = "salon",
                      .parts = 1,
                      .name = "Олена",
                      .phone = phone,
                      .currency = "UAH",
                      .note = "",
                      .language = "uk"};

    start_s -= start_s % 300;
    v.part[0] = (struct booking_part){.specialist = arena_printf(a, "s%d", i / 500),
                                      .specialist_name = "Інна",
                                      .services = "manicure",
                                      .service_names = "манікюр",
                                      .start_s = start_s,
                                      .end_s = start_s + 3600,
                                      .free_s = start_s + 3600,
                                      .price_from = 800,
                                      .price_to = 800};
    return visit_add(app.store, a, &v, &by, NULL);
}

/* Every fourth client has a visit to come; the last calls go on, on all lines but one. */
static enum err fill(struct arena *a)
{
    struct call call = {0};
    enum err e = ERR_OK;

    for (int i = 0; i < CLIENTS && e == ERR_OK; i++) {
        bool made = false;
        char phone[PHONE_MAX], id[24];
        (void)snprintf(phone, sizeof phone, "+38050%07d", i);
        (void)snprintf(id, sizeof id, "b%d", i);
        const struct call in = {.source = "binotel",
                                .external_id = id,
                                .caller = phone,
                                .called = "0440000202",
                                .profile = "salon",
                                .direction = "in"};
        e = call_open(app.store, a, &in, phone, clock_now(), &call, &made, NULL);
        bool on = i >= CLIENTS - LINES + 1;
        call.status = on ? CALL_ANSWERED : CALL_COMPLETED;
        call.answered_ms = clock_unix_ms();
        call.ended_ms = on ? 0 : call.answered_ms;
        call.end_reason = on ? "" : "hangup";
        call.line = on ? lines[i - (CLIENTS - LINES + 1)] : "";
        if (e == ERR_OK)
            e = call_save(app.store, &call, NULL);
        if (e == ERR_OK)
            e = client_set_name(app.store, call.client_id, "salon", "Олена Коваль", NULL);
        if (e == ERR_OK && i % 4 == 0)
            e = book(a, i / 4, phone);
        arena_clear(a);
    }
    return e;
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static enum err ask(struct arena *a, int i, size_t *bytes)
{
    char body[300];
    struct response r = {0};

    (void)snprintf(body, sizeof body,
                   "requestType=apiCallSettings&companyID=54321&callType=0&externalNumber=050%07d"
                   "&pbxNumber=0440000202",
                   (int)((int64_t)i * 7919 % (CLIENTS * 5 / 4)));
    struct request request = {.method = "POST",
                              .query = "",
                              .content_type = "application/x-www-form-urlencoded",
                              .binotel_signature = "",
                              .remote_addr = "127.0.0.1",
                              .forwarded_for = "",
                              .body = body,
                              .len = strlen(body),
                              .arena = a,
                              .deadline = deadline_in_ms(5000)};
    buf_init(&r.body.text, a, 64 * 1024);
    enum err e = binotel_webhook(&app, &request, &r, NULL);
    *bytes += r.body.text.len;
    return e;
}

static enum err measure(struct arena *a)
{
    static int64_t us[ASKS];
    size_t bytes = 0;
    enum err e = ERR_OK;

    for (int i = 0; i < ASKS && e == ERR_OK; i++) {
        int64_t before = clock_mono_us();
        e = ask(a, i, &bytes);
        us[i] = clock_mono_us() - before;
        arena_clear(a);
    }
    qsort(us, ASKS, sizeof *us, by_size);
    const int64_t middle = us[MIDDLE], p99 = us[P99], most = us[ASKS - 1];
    (void)printf("apiCallSettings, %d clients, %d lines of which all but one talk: p50 %.3f ms, "
                 "p99 %.3f ms, most %.3f ms, aim p99 %.0f ms; %zu bytes an answer\n",
                 CLIENTS, LINES, (double)middle / 1e3, (double)p99 / 1e3, (double)most / 1e3,
                 AIM_MS, bytes / ASKS);
    return e;
}

static enum err prepare(const char *folder, struct arena *a, struct why *why)
{
    int from = 0, to = 0;

    if (mkdir(folder, 0700) != 0 || !set("HOLOS_DB", folder, "/holos.db") ||
        !set("HOLOS_PROFILES", "profiles", "") || !set("HOLOS_LANGUAGES", "profiles/languages", ""))
        return why_set(why, ERR_IO, "%s cannot be made", folder);
    enum err e = settings_load(why);
    if (e == ERR_OK)
        e = store_migrate(setting_text(SET_HOLOS_DB), 4000, &from, &to, why);
    if (e == ERR_OK)
        e = app_open(&app, APP_PARTS(&app_store, &app_profiles), why);
    if (e == ERR_OK)
        e = store_begin(app.store, deadline_in_ms(4000), why);
    if (e == ERR_OK)
        e = fill(a);
    if (e == ERR_OK)
        e = store_commit(app.store, why);
    for (size_t i = 0; i < app.profiles_n; i++)
        if (strcmp(app.profiles[i].name, "salon") == 0)
            salon = &app.profiles[i];
    if (e != ERR_OK || salon == NULL)
        return e == ERR_OK ? ERR_NOT_FOUND : e;
    salon->exchange =
        (struct exchange){.lines = lines, .lines_n = LINES, .routes = routes, .routes_n = 3};
    return ERR_OK;
}

int main(int argc, char **argv)
{
    struct arena a;
    struct why why = {0};

    if (argc != 2)
        return 100;
    arena_init(&a, (size_t)64 << 20);
    enum err e = prepare(argv[1], &a, &why);
    if (e == ERR_OK)
        e = measure(&a);
    if (e != ERR_OK)
        (void)fprintf(stderr, "%s: %s\n", err_name(e), why.text);
    app_close(&app);
    arena_release(&a);
    settings_forget();
    return e == ERR_OK ? 0 : 1;
}
