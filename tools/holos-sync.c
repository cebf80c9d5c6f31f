/* holos-sync - empties the outbox: sends what the other programs have left in the store to go out.
 *
 * Requests for a person go to a line of the log, to the operator's webhook, or both. Stopping signals
 * stay blocked but while it waits, so what it is at is finished first. Exit codes as a route's: 0
 * asked to leave, or all was sent; 100 wrong use or settings; 111 something could not be sent. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/settings.h"
#include "tools/holos-sync/round.h"

#define MEMORY_MAX ((size_t)16 * 1024 * 1024)
#define WAKE_S     3
#define WAKE_MOST  60 /* while the webhook is down */

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

/* ---- what it sends to ----------------------------------------------------------------------------- */

static enum err open_channels(struct round *r, struct why *why)
{
    const char *url = setting_text(SET_HOLOS_LEAD_WEBHOOK_URL);
    struct why wrong = {0};

    *r = (struct round){.log = setting_on(SET_HOLOS_LEAD_LOG), .stopping = stop_told};
    arena_init(&r->arena, MEMORY_MAX);
    if (*url == '\0')
        return ERR_OK;
    if (http_url_check(url, &wrong) != ERR_OK)
        return why_set(why, ERR_CONFIG, "HOLOS_LEAD_WEBHOOK_URL: %s", wrong.text);
    r->webhook.url = url;
    r->webhook.key = setting_text(SET_HOLOS_LEAD_WEBHOOK_KEY);
    const struct http_setup setup = {.ca_file = setting_text(SET_HOLOS_CA_FILE),
                                     .egress = setting_text(SET_HOLOS_EGRESS)};
    return http_open(&setup, &r->webhook.http, why);
}

static void close_channels(struct round *r)
{
    store_close(r->store);
    http_close(r->webhook.http);
    arena_release(&r->arena);
}

static bool has_channel(const struct round *r)
{
    return r->log || r->webhook.http != NULL;
}

static enum err send_once(struct round *r, struct round_counts *ret, struct why *why)
{
    enum err e = ERR_OK;

    *ret = (struct round_counts){0};
    if (r->store == NULL)
        e = store_open(setting_text(SET_HOLOS_DB), (int)setting_number(SET_HOLOS_STORE_WAIT_MS),
                       &r->store, why);
    if (e == ERR_OK)
        e = round_run(r, ret, why);
    if (e != ERR_OK && why->text[0] == '\0')
        (void)why_set(why, e, "%s", err_text(e));
    return e;
}

/* ---- staying -------------------------------------------------------------------------------------- */

/* A fault is told once, and again only when it is another. The store is opened anew after it. */
static void bear(struct round *r, enum err e, const struct why *why, struct why *last)
{
    if (e == ERR_OK || e == ERR_BUSY) {
        last->text[0] = '\0';
        return;
    }
    store_close(r->store);
    r->store = NULL;
    if (strcmp(last->text, why->text) != 0)
        log_event(LOG_ERROR, "store", "err=%s why=\"%s\"", err_name(e), why->text);
    *last = *why;
}

static int stay(struct round *r)
{
    struct why last = {0};
    int pause_s = WAKE_S;

    if (!has_channel(r))
        log_event(LOG_NOTE, "idle",
                  "why=\"neither HOLOS_LEAD_WEBHOOK_URL nor HOLOS_LEAD_LOG is set: requests stay "
                  "in the store, and holos leads lists them\"");
    while (!stop_told()) {
        struct round_counts counts = {0};
        struct why why = {0};
        if (has_channel(r))
            bear(r, send_once(r, &counts, &why), &why, &last);
        pause_s = !counts.down ? WAKE_S : pause_s < WAKE_MOST / 2 ? pause_s * 2 : WAKE_MOST;
        wait_s(pause_s);
    }
    return EXIT_LEFT;
}

static int once(struct round *r)
{
    struct round_counts counts = {0};
    struct why why = {0};

    if (!has_channel(r)) {
        (void)printf("nothing is sent: neither HOLOS_LEAD_WEBHOOK_URL nor HOLOS_LEAD_LOG is set\n");
        return EXIT_LEFT;
    }
    enum err e = send_once(r, &counts, &why);
    (void)printf("sent %d, to be tried again %d, given up %d\n", counts.sent, counts.later,
                 counts.given_up);
    if (e != ERR_OK)
        (void)fprintf(stderr, "holos-sync: %s\n", why.text);
    return e == ERR_OK && counts.later + counts.given_up == 0 ? EXIT_LEFT : EXIT_LATER;
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
        "both.\n"
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
    struct round r = {0};
    struct why why = {0};

    enum err e = settings_load(&why);
    log_init("holos-sync", e == ERR_OK ? level_of() : LOG_INFO);
    if (e == ERR_OK && setting_given(SET_HOLOS_NOW) && clock_is_units())
        e = why_set(&why, ERR_CONFIG, "HOLOS_NOW is for tries: no installed service takes it");
    if (e == ERR_OK)
        e = open_channels(&r, &why);
    if (e != ERR_OK)
        log_event(LOG_ERROR, "settings", "err=%s why=\"%s\"", err_name(e), why.text);
    int code = e == ERR_CONFIG ? EXIT_WRONG : EXIT_LATER;
    if (e == ERR_OK)
        code = only_once ? once(&r) : stay(&r);
    close_channels(&r);
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
