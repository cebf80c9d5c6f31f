/* holos-sync - empties the outbox: sends what the other programs have left in the store to go out.
 *
 * Requests for a person go to a line of the log, to the operator's webhook, or both; messages to clients
 * go by the ways that the profile names; what calls want of the exchange is asked for there; visits go to the
 * staff's Google Sheet, and what staff change there comes back. Stopping signals
 * stay blocked but while it waits, so what it is at is finished first. Exit codes as a route's: 0
 * asked to leave, or all was sent; 100 wrong use or settings; 111 something could not be sent. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/settings.h"
#include "tools/holos-sync/exchange.h"
#include "tools/holos-sync/messages.h"
#include "tools/holos-sync/round.h"
#include "tools/holos-sync/sheet.h"

#define MEMORY_MAX ((size_t)16 * 1024 * 1024)
#define WAKE_S     3
#define WAKE_MOST  60 /* while the webhook is down */

/* In seconds: from one look at the sheet to one because a visit changed, which keeps Google's quota;
 * the first pause after a look that failed; the longest. */
#define SHEET_LEAST 5
#define SHEET_AGAIN 10
#define SHEET_MOST  300

enum { EXIT_LEFT = 0, EXIT_WRONG = 100, EXIT_LATER = 111 };

/* ---- being stopped -------------------------------------------------------------------------------- */

static sigset_t stops;
static bool told;

static void stop_setup(void)
{
    static const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    (void)sigemptyset(&stops);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        (void)sigaddset(&stops, signals[i]);
    /* env --block-signal may have started it. */
    (void)sigprocmask(SIG_SETMASK, &stops, NULL);
    (void)sigaction(SIGPIPE, &ignore, NULL);
}

static bool stop_told(void)
{
    struct timespec now = {0};

    told = told || sigtimedwait(&stops, NULL, &now) > 0;
    return told;
}

static void wait_s(int seconds)
{
    struct timespec t = {.tv_sec = seconds};

    told = told || sigtimedwait(&stops, NULL, &t) > 0;
}

/* ---- what it works with --------------------------------------------------------------------------- */

struct sync {
    struct round round; /* its store is everybody's */
    struct http *http;  /* NULL: nobody needs it */
    struct app app;     /* the profiles */
    bool profiles_open; /* false: they are opened when they are next needed */
    struct sheet sheet;
    bool sheet_open; /* false: it is opened with the next look */
    /* while it stays */
    int64_t leads_us, sheet_us, looked_us; /* when the next is due; the last look at the sheet */
    int leads_pause, sheet_pause;
    struct why leads_fault, sheet_fault, profiles_fault, exchange_fault; /* told already */
};

static bool has_sheet(void)
{
    return *setting_text(SET_GOOGLE_SHEET_ID) != '\0';
}

static bool has_channel(const struct sync *y)
{
    return y->round.log || y->round.webhook.http != NULL;
}

static enum err open_channels(struct sync *y, struct why *why)
{
    const char *url = setting_text(SET_HOLOS_LEAD_WEBHOOK_URL);
    struct round *r = &y->round;
    struct why wrong = {0};

    *y = (struct sync){.round = {.log = setting_on(SET_HOLOS_LEAD_LOG), .stopping = stop_told}};
    arena_init(&r->arena, MEMORY_MAX);
    if (*url != '\0' && http_url_check(url, &wrong) != ERR_OK)
        return why_set(why, ERR_CONFIG, "HOLOS_LEAD_WEBHOOK_URL: %s", wrong.text);
    if (*url == '\0' && !has_sheet())
        return ERR_OK;
    const struct http_setup setup = {.ca_file = setting_text(SET_HOLOS_CA_FILE),
                                     .egress = setting_text(SET_HOLOS_EGRESS)};
    enum err e = http_open(&setup, &y->http, why);
    if (*url == '\0')
        return e;
    r->webhook.url = url;
    r->webhook.key = setting_text(SET_HOLOS_LEAD_WEBHOOK_KEY);
    r->webhook.http = y->http;
    return e;
}

static void close_channels(struct sync *y)
{
    sheet_close(&y->sheet);
    app_close(&y->app);
    store_close(y->round.store);
    http_close(y->http);
    arena_release(&y->round.arena);
}

static enum err open_store(struct sync *y, struct why *why)
{
    return y->round.store != NULL
               ? ERR_OK
               : store_open(setting_text(SET_HOLOS_DB),
                            (int)setting_number(SET_HOLOS_STORE_WAIT_MS), &y->round.store, why);
}

static enum err open_profiles(struct sync *y, struct why *why)
{
    enum err e = y->profiles_open ? ERR_OK : app_open(&y->app, APP_PARTS(&app_profiles), why);

    y->profiles_open = e == ERR_OK;
    return e;
}

/* A fault is told once, and again only when it is another. */
static void tell(enum err e, const char *of, const struct why *why, struct why *last)
{
    if (e == ERR_OK || e == ERR_BUSY) {
        last->text[0] = '\0';
        return;
    }
    if (strcmp(last->text, why->text) != 0)
        log_event(LOG_ERROR, of, "err=%s why=\"%s\"", err_name(e), why->text);
    *last = *why;
}

/* Without profiles there are no messages; requests go out all the same. */
static bool has_messages(struct sync *y)
{
    struct why why = {0};

    enum err e = open_profiles(y, &why);
    tell(e, "profiles", &why, &y->profiles_fault);
    return e == ERR_OK && messages_are_wanted(&y->app);
}

static enum err send_once(struct sync *y, struct round_counts *ret, struct why *why)
{
    *ret = (struct round_counts){0};
    int n = 0;

    enum err e = open_store(y, why);
    if (e == ERR_OK && has_messages(y))
        e = messages_plan(&y->app, y->round.store, &y->round.arena, &n, why);
    if (e == ERR_OK)
        e = round_run(&y->round, ret, why);
    if (e != ERR_OK && why->text[0] == '\0')
        (void)why_set(why, e, "%s", err_text(e));
    return e;
}

/* Businesses that ask the exchange for nothing leave nothing to be asked for. */
static bool has_exchange(struct sync *y)
{
    struct why why = {0};

    enum err e = open_profiles(y, &why);
    tell(e, "profiles", &why, &y->profiles_fault);
    return e == ERR_OK && exchange_is_wanted(&y->app);
}

static enum err ask_exchange(struct sync *y, struct exchange_counts *ret, struct why *why)
{
    *ret = (struct exchange_counts){0};
    enum err e = open_store(y, why);
    struct exchange_round r = {
        .app = &y->app, .store = y->round.store, .arena = &y->round.arena, .stopping = stop_told};
    return e == ERR_OK ? exchange_round_run(&r, ret, why) : e;
}

static enum err open_sheet(struct sync *y, struct why *why)
{
    if (y->sheet_open)
        return ERR_OK;
    enum err e = open_profiles(y, why);
    if (e == ERR_OK)
        e = sheet_open(&y->sheet, y->http, &y->app, why);
    y->sheet_open = e == ERR_OK;
    if (e != ERR_OK) {
        sheet_close(&y->sheet);
        y->sheet = (struct sheet){0};
    }
    return e;
}

static enum err look_once(struct sync *y, struct sheet_counts *ret, struct failure *f)
{
    *ret = (struct sheet_counts){0};
    *f = (struct failure){0};
    enum err e = open_store(y, &f->why);
    if (e == ERR_OK)
        e = open_sheet(y, &f->why);
    if (e == ERR_OK)
        e = sheet_round_run(&y->sheet, y->round.store, ret, f);
    if (e != ERR_OK && f->why.text[0] == '\0')
        (void)why_set(&f->why, e, "%s", err_text(e));
    return failure_close(f, e);
}

/* ---- staying -------------------------------------------------------------------------------------- */

/* The store is opened anew after a fault that may be its own. */
static void drop_store(struct sync *y)
{
    store_close(y->round.store);
    y->round.store = NULL;
}

static int64_t after_s(int seconds)
{
    return clock_mono_us() + INT64_C(1000000) * seconds;
}

/* First of all: a caller may be waiting on the line. */
static void serve_exchange(struct sync *y)
{
    struct exchange_counts counts;
    struct why why = {0};

    if (!has_exchange(y))
        return;
    enum err e = ask_exchange(y, &counts, &why);
    tell(e, "binotel", &why, &y->exchange_fault);
    if (e != ERR_OK && e != ERR_BUSY)
        drop_store(y);
}

static void send_leads(struct sync *y)
{
    struct round_counts counts = {0};
    struct why why = {0};

    if (clock_mono_us() < y->leads_us || !(has_channel(y) || has_messages(y)))
        return;
    enum err e = send_once(y, &counts, &why);
    tell(e, "store", &why, &y->leads_fault);
    if (e != ERR_OK && e != ERR_BUSY)
        drop_store(y);
    y->leads_pause = !counts.down                     ? WAKE_S
                     : y->leads_pause < WAKE_MOST / 2 ? y->leads_pause * 2
                                                      : WAKE_MOST;
    y->leads_us = counts.down ? after_s(y->leads_pause) : 0;
}

/* When a visit changed, it is looked at sooner. */
static bool is_sheet_due(struct sync *y)
{
    struct why why = {0};
    bool due = false;

    if (clock_mono_us() >= y->sheet_us)
        return true;
    if (y->sheet_pause > 0 || !y->sheet_open || y->round.store == NULL ||
        clock_mono_us() < y->looked_us + SHEET_LEAST * INT64_C(1000000))
        return false;
    return sheet_is_due(&y->sheet, y->round.store, &due, &why) == ERR_OK && due;
}

static void log_counts(const struct sheet_counts *c)
{
    if (c->rows + c->blocked + c->unblocked + c->cancelled + c->moved + c->noted + c->kept > 0)
        log_event(LOG_INFO, "sheet",
                  "rows=%d blocked=%d unblocked=%d cancelled=%d moved=%d noted=%d kept=%d", c->rows,
                  c->blocked, c->unblocked, c->cancelled, c->moved, c->noted, c->kept);
}

static void look_at_sheet(struct sync *y)
{
    struct sheet_counts counts = {0};
    struct failure f = {0};

    if (!has_sheet() || !is_sheet_due(y))
        return;
    enum err e = look_once(y, &counts, &f);
    tell(e, "sheet", &f.why, &y->sheet_fault);
    log_counts(&counts);
    if (e != ERR_OK && e != ERR_BUSY && f.status == 0)
        drop_store(y);
    int least = (int)(f.wait_ms / 1000) + (f.next == FAILURE_LATER ? SHEET_AGAIN : 0);
    int pause = y->sheet_pause == 0 ? SHEET_AGAIN : 2 * y->sheet_pause;
    pause = pause < least ? least : pause;
    y->sheet_pause = e == ERR_OK ? 0 : pause < SHEET_MOST ? pause : SHEET_MOST;
    y->looked_us = clock_mono_us();
    y->sheet_us = after_s(e == ERR_OK ? (int)setting_number(SET_HOLOS_SHEET_S) : y->sheet_pause);
}

static int stay(struct sync *y)
{
    y->leads_pause = WAKE_S;
    if (!has_channel(y) && !has_messages(y))
        log_event(LOG_NOTE, "idle",
                  "why=\"neither HOLOS_LEAD_WEBHOOK_URL nor HOLOS_LEAD_LOG is set: requests stay "
                  "in the store, and holos leads lists them\"");
    while (!stop_told()) {
        serve_exchange(y);
        if (!stop_told())
            send_leads(y);
        if (!stop_told())
            look_at_sheet(y);
        wait_s(WAKE_S);
    }
    return EXIT_LEFT;
}

static bool leads_once(struct sync *y)
{
    struct round_counts counts = {0};
    struct why why = {0};

    enum err e = send_once(y, &counts, &why);
    (void)printf("sent %d, to be tried again %d, given up %d\n", counts.sent, counts.later,
                 counts.given_up);
    if (e != ERR_OK)
        (void)fprintf(stderr, "holos-sync: %s\n", why.text);
    return e == ERR_OK && counts.later + counts.given_up == 0;
}

static bool sheet_once(struct sync *y)
{
    struct sheet_counts c = {0};
    struct failure f = {0};

    enum err e = look_once(y, &c, &f);
    (void)printf("sheet: wrote %d rows; staff took %d times, gave back %d, cancelled %d, moved %d, "
                 "noted %d, wrote over %d\n",
                 c.rows, c.blocked, c.unblocked, c.cancelled, c.moved, c.noted, c.kept);
    if (e != ERR_OK)
        (void)fprintf(stderr, "holos-sync: sheet: %s\n", f.why.text);
    return e == ERR_OK;
}

static bool exchange_once(struct sync *y)
{
    struct exchange_counts c;
    struct why why = {0};

    enum err e = ask_exchange(y, &c, &why);
    (void)printf("exchange: done %d, to be tried again %d, given up %d\n", c.done, c.later,
                 c.given_up);
    if (e != ERR_OK)
        (void)fprintf(stderr, "holos-sync: binotel: %s\n",
                      why.text[0] != '\0' ? why.text : err_text(e));
    return e == ERR_OK && c.later + c.given_up == 0;
}

/* The exchange and the sheet first: what comes of them may be requests. */
static int once(struct sync *y)
{
    bool fine = !has_exchange(y) || exchange_once(y);

    fine = (!has_sheet() || sheet_once(y)) && fine;

    if (has_channel(y) || has_messages(y))
        fine = leads_once(y) && fine;
    else if (!has_sheet() && !has_exchange(y))
        (void)printf("nothing is sent: neither HOLOS_LEAD_WEBHOOK_URL nor HOLOS_LEAD_LOG is set\n");
    return fine ? EXIT_LEFT : EXIT_LATER;
}

/* ---- the program ---------------------------------------------------------------------------------- */

static int usage(const char *what)
{
    (void)fprintf(stderr, "holos-sync: %s\nTry --help.\n", what);
    return EXIT_WRONG;
}

static void print_help(void)
{
    (void)printf(
        "holos-sync %s: sends what waits in the outbox of the store\n\n"
        "usage: holos-sync [--once]\n\n"
        "Requests for a person go to HOLOS_LEAD_WEBHOOK_URL, to the log (HOLOS_LEAD_LOG), or "
        "both;\nvisits to the staff's Google Sheet (GOOGLE_SHEET_ID), and what staff change there "
        "comes back.\n"
        "Stays until TERM, and finishes what it is at. --once sends what is due now and leaves:\n"
        "exit status 0 if all of it was sent, 111 if not, 100 for wrong settings.\n"
        "Settings come from the environment and $CREDENTIALS_DIRECTORY; holos-settings(5) lists "
        "them.\n"
        "By hand: holos env -- holos-sync --once\n",
        HOLOS_VERSION);
}

/* The log channel writes its lines whatever HOLOS_LOG_LEVEL says. */
static enum log_level level_of(void)
{
    int64_t level = setting_number(SET_HOLOS_LOG_LEVEL);

    return setting_on(SET_HOLOS_LEAD_LOG) && level < LOG_NOTE ? LOG_NOTE : (enum log_level)level;
}

static int run(bool only_once)
{
    static struct sync y;
    struct why why = {0};

    enum err e = settings_load(&why);
    log_init("holos-sync", e == ERR_OK ? level_of() : LOG_INFO);
    if (e == ERR_OK && setting_given(SET_HOLOS_NOW) && clock_is_units())
        e = why_set(&why, ERR_CONFIG, "HOLOS_NOW is for tries: no installed service takes it");
    if (e == ERR_OK)
        e = open_channels(&y, &why);
    if (e != ERR_OK)
        log_event(LOG_ERROR, "settings", "err=%s why=\"%s\"", err_name(e), why.text);
    int code = e == ERR_CONFIG ? EXIT_WRONG : EXIT_LATER;
    if (e == ERR_OK)
        code = only_once ? once(&y) : stay(&y);
    close_channels(&y);
    settings_forget();
    return code;
}

int main(int argc, char **argv)
{
    bool only_once = argc == 2 && strcmp(argv[1], "--once") == 0;

    if (argc == 2 && strcmp(argv[1], "--version") == 0)
        return printf("holos-sync (holos) %s\n", HOLOS_VERSION) < 0 ? EXIT_LATER : EXIT_LEFT;
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        print_help();
        return EXIT_LEFT;
    }
    if (argc > 1 && !only_once)
        return usage("it takes --once, --version and --help, nothing else");
    stop_setup();
    return run(only_once);
}
