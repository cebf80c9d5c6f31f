#include "base/file.h"
#include "base/settings.h"
#include "calls/limits.h"
#include "store/call.h"
#include "store/lead.h"
#include "store/outbox.h"
#include "store/sheet.h"
#include "store/store.h"
#include "tools/holos/findings.h"

#define PROBE_MS  5000
#define FUTURE_MS INT64_C(300000)

static const char *mend_of(enum err e)
{
    switch ((int)e) {
    case ERR_NOT_FOUND:
        return "run `holos migrate` as the user who runs holos";
    case ERR_VERSION:
        return "make a backup, then run `holos migrate`; a newer store needs the newer program";
    case ERR_BUSY:
        return "another program holds the store; check again in a moment";
    case ERR_DISK:
        return "make room on the disk, and see that the file and its folder can be written";
    case ERR_CORRUPT:
        return "stop holos, keep the damaged file, and put the last backup in its place";
    default:
        return "see that the user who runs holos may read and write the file and its folder";
    }
}

static void complain(struct findings *f, enum err e, const char *item, const struct why *why)
{
    found(f, FINDING_FAULT, item, mend_of(e), "%s", why->text[0] != '\0' ? why->text : err_text(e));
}

static void check_write(struct findings *f, struct store *s)
{
    struct why why = {0};

    enum err e = store_probe(s, deadline_in_ms(PROBE_MS), &why);
    if (e == ERR_OK)
        found_ok(f, "writing", "a row was written");
    else
        complain(f, e, "writing", &why);
}

static void check_depth(struct findings *f, struct store *s)
{
    struct why why = {0};

    if (!options_has(&f->t->options, "deep")) {
        found_ok(f, "integrity", "not checked; --deep reads the whole file");
        return;
    }
    enum err e = store_verify(s, &why);
    if (e == ERR_OK)
        found_ok(f, "integrity", "the whole file was read and is sound");
    else
        complain(f, e, "integrity", &why);
}

/* A call from the future: the clock was wrong then, or is now. */
static void check_newest(struct findings *f, struct store *s)
{
    struct call *calls = NULL;
    struct why why = {0};
    size_t n = 0;

    enum err e = calls_newest(s, &f->t->arena, INT64_MAX, 1, &calls, &n, &why);
    if (e != ERR_OK)
        complain(f, e, "calls", &why);
    else if (n > 0 && calls[0].started_ms > clock_unix_ms() + FUTURE_MS)
        found(f, FINDING_WARNING, "calls", "correct the clock (timedatectl)",
              "the newest call began in the future: the clock was or is wrong");
}

static void check_outbox(struct findings *f, struct store *s)
{
    struct why why = {0};
    bool sends = false;
    int64_t n = 0, given_up = 0;

    enum err e = outbox_waiting(s, "lead", &n, &why);
    if (e == ERR_OK)
        e = outbox_used(s, "lead", &sends, &why);
    if (e == ERR_OK)
        e = outbox_given_up(s, "lead", &given_up, &why);
    if (e != ERR_OK)
        complain(f, e, "outbox", &why);
    else if (given_up > 0)
        found(f, FINDING_WARNING, "outbox",
              "look for \"given_up\" in the journal of holos-sync; `holos leads` has the requests",
              "%lld requests could not be sent and are not tried again", (long long)given_up);
    else if (sends)
        found_ok(f, "outbox", "%lld waiting to be sent", (long long)n);
}

#define SHEET_LATE_MS (10 * 60 * 1000)

/* What holos-sync wrote of its last look at the staff's sheet. */
static void check_sheet(struct findings *f, struct store *s)
{
    struct sheet_round round = {0};
    struct why why = {0};
    char at[25];

    if (*setting_text(SET_GOOGLE_SHEET_ID) == '\0')
        return;
    enum err e = sheet_round_get(s, &f->t->arena, &round, &why);
    if (e != ERR_OK)
        complain(f, e, "sheet", &why);
    else if (round.tried_ms == 0)
        found(f, FINDING_WARNING, "sheet", "start holos-sync, and look into its log",
              "nothing has looked at the staff's sheet yet");
    else if (*round.fault != '\0')
        found(
            f, FINDING_WARNING, "sheet",
            "fix what it names; holos-sync tries again by itself, and visits are booked meanwhile",
            "%s", round.fault);
    else if (clock_unix_ms() > round.done_ms + SHEET_LATE_MS)
        found(f, FINDING_WARNING, "sheet", "see whether holos-sync runs",
              "the last look at the staff's sheet was at %s", clock_iso8601(round.done_ms, at));
    else
        found_ok(f, "sheet", "the sheet is up to date, by %s", clock_iso8601(round.done_ms, at));
}

static void check_money(struct findings *f, struct store *s)
{
    struct why why = {0};
    int64_t microusd = 0;
    bool reached = false;

    enum err e = limits_of_all(s, clock_unix_ms(), &microusd, &reached, &why);
    if (e != ERR_OK)
        complain(f, e, "money", &why);
    else if (reached)
        found(f, FINDING_WARNING, "money",
              "wait, or raise HOLOS_DAY_CENTS; `holos calls` shows the calls",
              "HOLOS_DAY_CENTS is reached: the rules and the built-in voice answer");
    else
        found_ok(f, "money", "%lld.%02lld US cents in 24 hours", (long long)(microusd / 10000),
                 (long long)(microusd / 100 % 100));
}

static void check_disk(struct findings *f)
{
    if (limits_disk_is_low())
        found(f, FINDING_FAULT, "disk",
              "make room on the store's disk, or lower HOLOS_DISK_PERCENT",
              "only %d percent of it is free: new calls hear the excuse",
              file_disk_free(setting_text(SET_HOLOS_DB)));
}

void check_store(struct findings *f)
{
    const char *path = setting_text(SET_HOLOS_DB);
    struct store *s = NULL;
    struct why why = {0};

    enum err e = store_open(path, (int)setting_number(SET_HOLOS_STORE_WAIT_MS), &s, &why);
    if (e != ERR_OK) {
        f->t->why = why;
        tool_store_fault(f->t, e);
        complain(f, e, path, &f->t->why);
        return;
    }
    found_ok(f, path, "opens, version %d", store_version());
    check_write(f, s);
    check_depth(f, s);
    check_newest(f, s);
    check_outbox(f, s);
    check_sheet(f, s);
    check_money(f, s);
    check_disk(f);
    store_close(s);
}
