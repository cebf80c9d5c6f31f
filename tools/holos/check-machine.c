#include <string.h>
#include <sys/timex.h>

#include "base/child.h"
#include "base/settings.h"
#include "base/zone.h"
#include "language/language.h"
#include "net/http.h"
#include "speech/voice.h"
#include "tools/holos/findings.h"
#include "tools/holos/machine.h"

#define VERSION_MS 3000
#define BUILT_MS   INT64_C(1750000000000) /* no clock that is right shows an earlier time */
#define LATEST_MS  INT64_C(4102444800000) /* 2100 */

/* ---- the voice ------------------------------------------------------------------------------------ */

/* Without the cache: that would prove only that it worked once. */
static void check_profile_voice(struct findings *f, const struct profile *p)
{
    struct speaker sp = {.espeak = setting_text(SET_HOLOS_ESPEAK),
                         .cache = "",
                         .step_ms = (int)setting_number(SET_HOLOS_SPEAK_MS)};
    const struct language *l = language_find(p->language);
    struct voice voice = voice_of_profile(p);
    struct spoken sound = {0};
    struct why why = {0};

    enum err e = speak(&sp, &voice, l == NULL ? p->business : l->sample, deadline_in_ms(sp.step_ms),
                       &f->t->arena, &sound, &why);
    if (e == ERR_OK)
        found_ok(f, p->name, "voice %s spoke a test word in %lld ms", p->voice.espeak,
                 (long long)(sound.took_us / 1000));
    else
        found(f, FINDING_FAULT, p->name,
              "install espeak-ng, and name one of its voices (espeak-ng --voices) in the profile",
              "voice %s cannot speak: %s", p->voice.espeak,
              why.text[0] != '\0' ? why.text : err_text(e));
}

void check_voice(struct findings *f)
{
    const char *espeak = setting_text(SET_HOLOS_ESPEAK);
    char path[MACHINE_PATH];

    if (machine_find(espeak, path))
        found_ok(f, "espeak-ng", "%s", path);
    else
        found(f, FINDING_FAULT, "espeak-ng",
              "install it (apt-get install espeak-ng) or set HOLOS_ESPEAK to its path",
              "%s is not on this machine: callers would get text without a voice", espeak);
    for (size_t i = 0; i < f->profiles_n; i++)
        check_profile_voice(f, &f->profiles[i]);
}

/* ---- programs and libraries ----------------------------------------------------------------------- */

static void check_programs(struct findings *f)
{
    static const struct {
        const char *program, *package;
    } programs[] = {
        {"nginx", "nginx-light"}, {"spawn-fcgi", "spawn-fcgi"}, {"multiwatch", "multiwatch"}};

    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        char path[MACHINE_PATH];
        char mend[80];
        (void)snprintf(mend, sizeof mend, "run: apt-get install %s", programs[i].package);
        if (machine_find(programs[i].program, path))
            found_ok(f, programs[i].program, "%s", path);
        else
            found(f, FINDING_FAULT, programs[i].program, mend,
                  "it is not on this machine: the routes cannot be served");
    }
}

/* As Debian's package database has it; elsewhere nothing is said. */
static void check_version(struct findings *f, const char *package)
{
    const char *const argv[] = {"dpkg-query", "-W", "-f=${Version}", package, NULL};
    struct buf out;

    buf_init(&out, &f->t->arena, 256);
    if (child_run(argv, NULL, 0, &out, deadline_in_ms(VERSION_MS), NULL) == ERR_OK && out.len > 0)
        found_ok(f, package, "version %s", buf_text(&out));
}

static void check_libraries(struct findings *f)
{
    static const char *const packages[] = {"libsqlite3-0", "libfcgi0ldbl", "libcjson1",
                                           "libspeexdsp1", "espeak-ng"};

    for (size_t i = 0; i < sizeof packages / sizeof packages[0]; i++)
        check_version(f, packages[i]);
    found_ok(f, "libcurl", "%s", http_library());
}

/* ---- time ----------------------------------------------------------------------------------------- */

static void check_clock(struct findings *f)
{
    struct timex tx = {.modes = 0};
    int64_t now = clock_machine_ms();
    char iso[25];

    (void)clock_iso8601(now, iso);
    if (now < BUILT_MS || now > LATEST_MS)
        found(f, FINDING_FAULT, "clock", "correct the clock (timedatectl set-ntp true)",
              "it shows %s, which cannot be right", iso);
    else if (adjtimex(&tx) == TIME_ERROR)
        found(f, FINDING_WARNING, "clock",
              "install systemd-timesyncd or chrony (in a container the host does it)",
              "it shows %s and is not known to be synchronised", iso);
    else
        found_ok(f, "clock", "%s, synchronised", iso);
}

void check_machine(struct findings *f)
{
    check_programs(f);
    check_libraries(f);
    if (zone_exists("Europe/Kyiv"))
        found_ok(f, "tzdata", "the time zones are there");
    else
        found(f, FINDING_FAULT, "tzdata", "run: apt-get install tzdata",
              "the time zone data are missing: local times cannot be computed");
    check_clock(f);
}
