/* The fault matrix: every misbehaviour of every vendor, in both forms of the reply. Each cell is a
 * spoken turn of a fresh call: it must be answered within the deadline, by the provider that is
 * due; the words and what was really told must be kept; the other workers must be told of the
 * fault, and this one be none the worse. Prints the table. Then everything fails at once.
 *
 * check: serial timeout=300 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <dirent.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/digest.h"
#include "base/settings.h"
#include "providers/google-session.h"
#include "store/call.h"
#include "store/breaker.h"
#include "store/vendor-request.h"
#include "tests/cases/door.h"
#include "tests/cases/home.h"
#include "tests/support/vendors.h"

static struct vendors vendors;
static struct door door;
static const char *wav;
static size_t wav_len;

#define TURN_MS  4000
#define ALL_MS   5000 /* HOLOS_TURN_MS */
#define KEPT_MS  1000 /* of it are the embedded voice's, which does not need them */
#define KEPT_MAX 12   /* connections */
#define LINE     "Коли ви працюєте?"
#define SCENARIO                                                                                   \
    "{\"stt\":{\"lines\":[\"" LINE "\"],\"loop\":true},\"claude\":{\"match\":[{\"any\":true,"      \
    "\"answer\":{\"text\":\"Ми працюємо щодня. Приходьте, будь ласка!\"}}]}}"

/* ---- the misbehaviours --------------------------------------------------------------------------- */

enum outcome {
    FAULT,    /* the next provider serves */
    HARMLESS, /* slow or odd in form, but an answer: the vendor itself serves */
    TOLD,     /* of the model's stream: in x-ndjson whichever got a sentence to the caller stays */
    MENDED    /* the vendor itself serves, after another try */
};

struct wrong {
    const char *name, *what, *more;
    enum outcome outcome;
    const char *only; /* the vendor it is of; NULL: all */
};

static const struct wrong wrongs[] = {
    {"refuses", "refuse", NULL, FAULT, NULL},
    {"hangs up", "hangup", NULL, FAULT, NULL},
    {"reset before TLS", "reset_early", NULL, FAULT, NULL},
    {"kept connection is stale", "stale", "\"times\":1", MENDED, "stt"},
    {"token expires", "expired", NULL, MENDED, "oauth"},
    {"accepts, says nothing", "silent", NULL, FAULT, NULL},
    {"no TLS answer", "mute", NULL, FAULT, NULL},
    {"drips", "drip", NULL, FAULT, NULL},
    {"drips, but in time", "drip", "\"ms\":0", HARMLESS, "stt"},
    {"cut mid-body", "cut", "\"after\":60", FAULT, NULL},
    {"reset mid-body", "reset", "\"after\":60", FAULT, NULL},
    {"400", "status", "\"status\":400", FAULT, NULL},
    {"401", "status", "\"status\":401", FAULT, NULL},
    {"403", "status", "\"status\":403", FAULT, NULL},
    {"404", "status", "\"status\":404", FAULT, NULL},
    {"429 with Retry-After", "status", "\"status\":429,\"retry_after\":30", FAULT, NULL},
    {"429 without", "status", "\"status\":429", FAULT, NULL},
    {"500", "status", "\"status\":500", FAULT, NULL},
    {"503 with Retry-After", "status", "\"status\":503,\"retry_after\":30", FAULT, NULL},
    {"529", "status", "\"status\":529", FAULT, NULL},
    {"HTML 502", "html", NULL, FAULT, NULL},
    {"HTML 200", "status", "\"status\":200,\"body\":\"html\"", FAULT, NULL},
    {"garbage JSON", "garbage", NULL, FAULT, NULL},
    {"half a letter a chunk", "halfletter", NULL, HARMLESS, NULL},
    {"endless", "endless", NULL, TOLD, NULL},
    {"wrong host's certificate", "badcert", "\"kind\":\"wronghost\"", FAULT, NULL},
    {"expired certificate", "badcert", "\"kind\":\"expired\"", FAULT, NULL},
    {"unknown authority", "badcert", "\"kind\":\"otherca\"", FAULT, NULL},
    {"error in the stream", "sse_error", NULL, TOLD, "claude"},
    {"stream without its end", "sse_truncated", NULL, TOLD, "claude"},
    {"odd stream", "sse_odd", NULL, HARMLESS, "claude"},
    {"silence", "silence", NULL, FAULT, "tts"},
    {"no sound", "empty", NULL, FAULT, "tts"},
};

/* ---- the vendors --------------------------------------------------------------------------------- */

/* Who hears, thinks and speaks. */
struct served {
    const char *hear, *think, *speak;
};

struct row {
    const char *vendor;
    const char *ladder; /* HOLOS_LADDER */
    struct served well, bad;
    const char *stage; /* whose record shows the fault; NULL: nothing was asked of that stage */
    bool plain;        /* speaks no TLS */
};

static const struct row rows[] = {
    {"stt", "", {"google", "claude", "google"}, {"whisper", "claude", "google"}, "hear", false},
    {"whisper",
     "hear=whisper",
     {"whisper", "claude", "google"},
     {"failed", "", "google"},
     "hear",
     true},
    {"openai",
     "hear=whisper",
     {"whisper", "claude", "google"},
     {"failed", "", "google"},
     "hear",
     false},
    {"oauth", "", {"google", "claude", "google"}, {"whisper", "claude", "espeak"}, NULL, false},
    {"claude", "", {"google", "claude", "google"}, {"google", "rules", "google"}, "think", false},
    {"tts", "", {"google", "claude", "google"}, {"google", "claude", "espeak"}, "speak", false},
};

static bool is_about(const struct row *r, const struct wrong *w)
{
    bool tls = strcmp(w->what, "mute") == 0 || strcmp(w->what, "badcert") == 0 ||
               strcmp(w->what, "reset_early") == 0;

    return (w->only == NULL || strcmp(w->only, r->vendor) == 0) && !(tls && r->plain);
}

static void forget_failures(void)
{
    struct breaker *noted = NULL;
    size_t n = 0;

    assert_int_equal(breakers_failing(door.app.store, door.arena, &noted, &n, NULL), ERR_OK);
    assert_int_equal(store_begin(door.app.store, deadline_in_ms(1000), NULL), ERR_OK);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(breaker_worked(door.app.store, noted[i].name, NULL), ERR_OK);
    assert_int_equal(store_commit(door.app.store, NULL), ERR_OK);
}

static struct turn last_turn(const char *call)
{
    struct turn *turns = NULL;
    struct call kept = {0};
    size_t n = 0;

    assert_int_equal(call_find(door.app.store, door.arena, "binotel", call, &kept, NULL), ERR_OK);
    assert_int_equal(turns_of_call(door.app.store, door.arena, kept.id, &turns, &n, NULL), ERR_OK);
    assert_true(n > 0);
    return turns[n - 1];
}

static void assert_sound(const struct json *line)
{
    struct answer a = {.json = line};

    assert_true(answer_sound(&door, &a).n > 0);
}

/* What the caller was told is a success with sound, and is what is kept. */
static void assert_told(const struct answer *a, const struct turn *t)
{
    assert_true(answer_bool(a, "success"));
    assert_sound(a->json);
    assert_string_equal(answer_text(a, "transcript"), t->heard);
    assert_string_equal(answer_text(a, "message"), t->said);
}

/* The same of an answer in lines: what was heard, the sentences in order, the whole. */
static void assert_told_in_lines(const struct answer *a, const struct turn *t)
{
    const struct json *line = NULL;
    const char *said = "";
    size_t n = 0;

    for (const char *at = a->body, *end; *at != '\0'; at = end + 1, n++) {
        assert_non_null(end = strchr(at, '\n'));
        assert_int_equal(json_parse(door.arena, at, (size_t)(end - at), &line, NULL), ERR_OK);
        if (n == 0)
            assert_string_equal(json_text(json_member(line, "transcript")), t->heard);
        if (n == 0 || end[1] == '\0')
            continue;
        assert_sound(line);
        said = arena_printf(door.arena, "%s%s%s", said, *said == '\0' ? "" : " ",
                            json_text(json_member(line, "message")));
    }
    assert_true(n >= 3);
    const struct answer last = {.json = line};
    assert_true(answer_bool(&last, "success"));
    assert_string_equal(said, t->said);
    assert_string_equal(answer_text(&last, "message"), t->said);
}

static struct answer speak_turn(const char *call, bool stream)
{
    const struct part parts[] = {
        {.name = "callID", .value = call},
        {.name = "audio", .value = wav, .len = wav_len, .filename = "turn.wav"},
        {.name = "turn", .value = "1"},
    };

    return door_multipart(&door, "/telephony/binotel/audio-stream", parts, 3,
                          stream ? "application/x-ndjson" : NULL, NULL);
}

/* A fault that came must stand in the record of the turn, under the vendor it is about. */
static void assert_recorded(const struct turn *t, const struct row *r, bool harmless)
{
    struct vendor_request *asked = NULL;
    size_t n = 0, bad = 0;

    assert_int_equal(
        vendor_requests_of_turn(door.app.store, door.arena, t->call_id, t->n, &asked, &n, NULL),
        ERR_OK);
    for (size_t i = 0; i < n && r->stage != NULL; i++)
        bad += strcmp(asked[i].stage, r->stage) == 0 && strcmp(asked[i].outcome, "ok") != 0;
    assert_true(n > 0);
    if (!harmless && r->stage != NULL)
        assert_true(bad > 0);
}

/* ---- the other workers, and this one ------------------------------------------------------------- */

/* The providers that have failed, as all workers see them. */
static size_t count_noted(void)
{
    struct breaker *noted = NULL;
    size_t n = 0;

    assert_int_equal(breakers_failing(door.app.store, door.arena, &noted, &n, NULL), ERR_OK);
    return n;
}

static int entries_of(const char *folder)
{
    int n = 0;

    DIR *d = opendir(folder);
    assert_non_null(d);
    while (readdir(d) != NULL)
        n++;
    (void)closedir(d);
    return n;
}

/* What it has open besides kept connections; there are a few of those to each vendor. */
static void assert_unharmed(void)
{
    static int files, threads;

    if (files == 0) {
        files = entries_of("/proc/self/fd");
        threads = entries_of("/proc/self/task");
    }
    assert_in_range(entries_of("/proc/self/fd"), 1, files + KEPT_MAX);
    assert_int_equal(entries_of("/proc/self/task"), threads);
}

/* ---- one cell ------------------------------------------------------------------------------------ */

static void open_row(const struct row *r)
{
    bool openai = strcmp(r->vendor, "openai") == 0;
    char own[128];

    (void)snprintf(own, sizeof own, "%s/inference", vendors_url(&vendors, "whisper"));
    if (openai != (*setting_text(SET_OPENAI_API_KEY) != '\0')) {
        home_set(&door, "WHISPER_URL", openai ? vendors_url(&vendors, "openai") : own);
        home_set(&door, "OPENAI_API_KEY", openai ? vendors.openai_key : NULL);
    }
    assert_int_equal(ladder_read(r->ladder, &door.app.providers.ladder, NULL), ERR_OK);
}

/* A sound that a recogniser does not take says nothing of the recogniser: the other workers are not
 * told. */
static bool is_of_the_request(const struct row *r, const struct wrong *w)
{
    return strcmp(w->name, "400") == 0 && r->stage != NULL && strcmp(r->stage, "hear") == 0;
}

/* How often the recogniser had to be asked again. */
static int64_t count_again(const struct wrong *w)
{
    return vendors_count(&vendors, "stt", strcmp(w->what, "expired") == 0 ? "401" : "0");
}

/* A cached sentence would need no voice: each cell begins without a cache. */
static void empty_cache(void)
{
    char command[2048];

    (void)snprintf(command, sizeof command, "%s/cache", door.folder);
    home_empty(command);
}

static void forget_token(void)
{
    char path[2048];

    google_session_refused(&door.app.providers, door.app.store, NULL);
    (void)snprintf(path, sizeof path, "%s-token", setting_text(SET_HOLOS_DB));
    (void)unlink(path);
}

/* The vendor's trouble begins: with a token and a connection from before, or without. */
static void bend(const struct row *r, const struct wrong *w)
{
    if (w->outcome == MENDED)
        assert_int_equal(speak_turn(door_call(&door), false).status, 200);
    else
        forget_token(); /* a new one is needed */
    empty_cache();
    vendors_misbehave(&vendors, r->vendor, w->what, w->more);
}

static int64_t cell(const struct row *r, const struct wrong *w, bool stream)
{
    bool well = w->outcome == HARMLESS || w->outcome == MENDED;
    const struct served *by = well ? &r->well : &r->bad;

    open_row(r);
    const char *call = door_call(&door);
    bend(r, w);
    int64_t again = count_again(w);
    int64_t from = clock_mono_us();
    struct answer a = speak_turn(call, stream);
    int64_t took_ms = (clock_mono_us() - from) / 1000;
    vendors_behave(&vendors, r->vendor);

    assert_int_equal(a.status, 200);
    assert_true(took_ms <= TURN_MS);
    struct turn t = last_turn(call);
    assert_string_equal(t.heard, strcmp(by->hear, "failed") == 0 ? "" : LINE);
    (stream ? assert_told_in_lines : assert_told)(&a, &t);
    bool stays = stream && w->outcome == TOLD && strcmp(r->vendor, "claude") == 0 &&
                 strncmp(t.think_rung, "claude", 6) == 0;
    assert_string_equal(t.heard_by, by->hear);
    assert_string_equal(t.think_rung, stays ? t.think_rung : by->think);
    assert_string_equal(t.speak_rung, by->speak);
    assert_recorded(&t, r, well);
    if (w->outcome == MENDED)
        assert_int_equal(count_again(w), again + 1);
    assert_int_equal(count_noted() > 0, !well && !is_of_the_request(r, w));
    forget_failures();
    assert_unharmed();
    return took_ms;
}

/* A cell waits for seconds: of its two forms this build takes one, that with sanitizers the other. */
#ifdef __SANITIZE_ADDRESS__
#define IS_LEFT_OUT(i, k, stream) (((i) + (k) + (size_t)(stream)) % 2 != 0)
#else
#define IS_LEFT_OUT(i, k, stream) (((i) + (k) + (size_t)(stream)) % 2 == 0)
#endif

static void every_fault_of_every_vendor_is_answered_by_the_provider_that_is_due(void **state)
{
    (void)state;
    print_message("# %-26s %-8s %9s %9s   served by\n", "misbehaviour", "vendor", "JSON",
                  "x-ndjson");
    for (size_t i = 0; i < sizeof wrongs / sizeof wrongs[0]; i++)
        for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
            const struct wrong *w = &wrongs[i];
            const struct row *r = &rows[k];
            if (!is_about(r, w))
                continue;
            int64_t ms[2] = {0};
            for (int stream = 0; stream < 2; stream++) {
                if (IS_LEFT_OUT(i, k, stream))
                    continue;
                ms[stream] = cell(r, w, stream == 1);
                arena_clear(door.arena);
            }
            bool well = w->outcome == HARMLESS || w->outcome == MENDED;
            const struct served *by = well ? &r->well : &r->bad;
            print_message("# %-26s %-8s %6lld ms %6lld ms   %s, %s, %s\n", w->name, r->vendor,
                          (long long)ms[0], (long long)ms[1], by->hear,
                          *by->think == '\0' ? "nobody" : by->think, by->speak);
        }
}

/* ---- everything at once -------------------------------------------------------------------------- */

/* The limits of single requests add up to more than a turn may take: the turn's own bounds them. */
static void limit_all(int hear_ms, int think_ms, int speak_ms)
{
    struct providers *o = &door.app.providers;

    o->hear_ms = hear_ms;
    o->think_ms = o->think_first_ms = think_ms;
    o->speak_ms = speak_ms;
}

static void all_at_once(const char *const *vendor, size_t n, const char *what, bool stream,
                        const char *heard)
{
    const char *call = door_call(&door);

    forget_token();
    empty_cache();
    for (size_t i = 0; i < n; i++)
        vendors_misbehave(&vendors, vendor[i], what, NULL);
    int64_t from = clock_mono_us();
    struct answer a = speak_turn(call, stream);
    int64_t took_ms = (clock_mono_us() - from) / 1000;
    for (size_t i = 0; i < n; i++)
        vendors_behave(&vendors, vendor[i]);
    print_message("# %zu vendors at once: %-26s %6lld ms\n", n, what, (long long)took_ms);
    assert_int_equal(a.status, 200);
    assert_true(took_ms <= ALL_MS - KEPT_MS);
    struct turn t = last_turn(call);
    (stream ? assert_told_in_lines : assert_told)(&a, &t);
    assert_string_equal(t.heard, heard);
    assert_string_equal(t.speak_rung, "espeak");
    forget_failures();
    assert_unharmed();
}

/* A turn that waited for a token of Google's and got none left espeak-ng only the turn's reserve. */
static void when_everything_fails_at_once_the_answer_is_there_within_the_deadline(void **state)
{
    static const char *const all[] = {"stt", "whisper", "oauth", "claude", "tts"};

    (void)state;
    open_row(&rows[0]);
    limit_all(1200, ALL_MS, ALL_MS);
    all_at_once(all, sizeof all / sizeof all[0], "silent", false, "");
    all_at_once(all + 3, 2, "drip", true, LINE);
    vendors_assert_content(&vendors);
}

static int set_up(void **state)
{
    struct why why = {0};

    (void)state;
    vendors_start(&vendors);
    vendors_set(&vendors);
    assert_int_equal(setenv("HOLOS_TURN_MS", "5000", 1), 0);
    assert_int_equal(setenv("HOLOS_HEAR_MS", "800", 1), 0);
    assert_int_equal(setenv("HOLOS_THINK_MS", "1000", 1), 0);
    assert_int_equal(setenv("HOLOS_THINK_FIRST_MS", "700", 1), 0);
    assert_int_equal(setenv("HOLOS_SPEAK_MS", "1200", 1), 0);
    door_open_direct(&door);
    if (app_open(&door.app, APP_PARTS(&app_providers), &why) != ERR_OK)
        fail_msg("app: %s", why.text);
    vendors_tell(&vendors, "/scenario", SCENARIO);
    wav = door_wav(&door, true, 1200, &wav_len);
    char *kept = test_malloc(wav_len);
    memcpy(kept, wav, wav_len);
    wav = kept;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    test_free((void *)(uintptr_t)wav);
    door_close(&door);
    vendors_unset();
    vendors_stop(&vendors);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fault_of_every_vendor_is_answered_by_the_provider_that_is_due),
        cmocka_unit_test(when_everything_fails_at_once_the_answer_is_there_within_the_deadline),
    };
    return cmocka_run_group_tests_name("vendors/matrix", tests, set_up, tear_down);
}
