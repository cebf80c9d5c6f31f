/* The fault matrix: every misbehaviour of every vendor, in both forms of the reply. Each cell is a
 * spoken turn of a fresh call: it must be answered within the deadline, by the rung that is due, and
 * be kept. Prints the table.
 *
 * check: serial timeout=300 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/digest.h"
#include "base/settings.h"
#include "store/call.h"
#include "store/rung.h"
#include "store/vendor-request.h"
#include "tests/cases/door.h"
#include "tests/cases/home.h"
#include "tests/support/vendors.h"

static struct vendors vendors;
static struct door door;
static const char *wav;
static size_t wav_len;

#define TURN_MS 4000
#define LINE    "Коли ви працюєте?"
#define SCENARIO                                                                                   \
    "{\"stt\":{\"lines\":[\"" LINE "\"],\"loop\":true},\"claude\":{\"match\":[{\"any\":true,"      \
    "\"answer\":{\"text\":\"Ми працюємо щодня. Приходьте, будь ласка!\"}}]}}"

/* ---- the misbehaviours --------------------------------------------------------------------------- */

enum outcome {
    FAULT,    /* the next rung serves */
    HARMLESS, /* slow or odd in form, but an answer: the vendor itself serves */
    TOLD      /* of the model's stream: in x-ndjson whichever got a sentence to the caller stays */
};

struct wrong {
    const char *name, *what, *more;
    enum outcome outcome;
    const char *only; /* the vendor it is of; NULL: all */
};

static const struct wrong wrongs[] = {
    {"refuses", "refuse", NULL, FAULT, NULL},
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
    {"oauth", "", {"google", "claude", "google"}, {"whisper", "claude", "espeak"}, NULL, false},
    {"claude", "", {"google", "claude", "google"}, {"google", "rules", "google"}, "think", false},
    {"tts", "", {"google", "claude", "google"}, {"google", "claude", "espeak"}, "speak", false},
};

static bool is_about(const struct row *r, const struct wrong *w)
{
    bool tls = strcmp(w->what, "mute") == 0 || strcmp(w->what, "badcert") == 0;

    return (w->only == NULL || strcmp(w->only, r->vendor) == 0) && !(tls && r->plain);
}

static void forget_failures(void)
{
    struct rung *noted = NULL;
    size_t n = 0;

    assert_int_equal(rungs_noted(door.house.store, door.arena, &noted, &n, NULL), ERR_OK);
    assert_int_equal(store_begin(door.house.store, deadline_in_ms(1000), NULL), ERR_OK);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(rung_worked(door.house.store, noted[i].name, NULL), ERR_OK);
    assert_int_equal(store_commit(door.house.store, NULL), ERR_OK);
}

static struct turn last_turn(const char *call)
{
    struct turn *turns = NULL;
    struct call kept = {0};
    size_t n = 0;

    assert_int_equal(call_find(door.house.store, door.arena, "binotel", call, &kept, NULL), ERR_OK);
    assert_int_equal(turns_of_call(door.house.store, door.arena, kept.id, &turns, &n, NULL),
                     ERR_OK);
    assert_true(n > 0);
    return turns[n - 1];
}

/* The whole answer's text, of either form; asserts that it is a success with sound. */
static const char *said_in(const struct answer *a, bool stream)
{
    if (!stream) {
        assert_true(answer_bool(a, "success"));
        assert_true(answer_sound(&door, a).n > 0);
        return answer_text(a, "message");
    }
    assert_non_null(strstr(a->body, "\"success\":true"));
    assert_non_null(strstr(a->body, "{\"audio_data\":\"UklG"));
    const char *last = strstr(a->body, "{\"success\":true");
    assert_non_null(last);
    return last;
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

/* A fault that came must stand in the turn's record, that of the vendor it is about. */
static void assert_recorded(const struct turn *t, const struct row *r, bool harmless)
{
    struct vendor_request *asked = NULL;
    size_t n = 0, bad = 0;

    assert_int_equal(
        vendor_requests_of_turn(door.house.store, door.arena, t->call_id, t->n, &asked, &n, NULL),
        ERR_OK);
    for (size_t i = 0; i < n && r->stage != NULL; i++)
        bad += strcmp(asked[i].stage, r->stage) == 0 && strcmp(asked[i].outcome, "ok") != 0;
    assert_true(n > 0);
    if (!harmless && r->stage != NULL)
        assert_true(bad > 0);
}

static int64_t cell(const struct row *r, const struct wrong *w, bool stream)
{
    const struct served *by = w->outcome == HARMLESS ? &r->well : &r->bad;

    assert_int_equal(ladder_read(r->ladder, &door.house.outside.ladder, NULL), ERR_OK);
    const char *call = door_call(&door);
    google_session_refused(&door.house.outside.google); /* a new token is needed */
    vendors_misbehave(&vendors, r->vendor, w->what, w->more);
    int64_t from = clock_mono_us();
    struct answer a = speak_turn(call, stream);
    int64_t took_ms = (clock_mono_us() - from) / 1000;
    vendors_behave(&vendors, r->vendor);

    assert_int_equal(a.status, 200);
    assert_true(took_ms <= TURN_MS);
    const char *said = said_in(&a, stream);
    struct turn t = last_turn(call);
    assert_string_equal(t.heard, strcmp(by->hear, "failed") == 0 ? "" : LINE);
    assert_non_null(strstr(said, stream ? "message" : t.said));
    bool stays = stream && w->outcome == TOLD && strcmp(r->vendor, "claude") == 0 &&
                 strncmp(t.think_rung, "claude", 6) == 0;
    assert_string_equal(t.heard_by, by->hear);
    assert_string_equal(t.think_rung, stays ? t.think_rung : by->think);
    assert_string_equal(t.speak_rung, by->speak);
    assert_recorded(&t, r, w->outcome == HARMLESS);
    forget_failures();
    return took_ms;
}

/* A cached sentence would need no voice: each cell begins without a cache. */
static void empty_cache(void)
{
    char command[2048];

    (void)snprintf(command, sizeof command, "%s/cache", door.folder);
    home_empty(command);
}

static void every_fault_of_every_vendor_is_answered_by_the_rung_that_is_due(void **state)
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
            int64_t ms[2];
            for (int stream = 0; stream < 2; stream++) {
                empty_cache();
                ms[stream] = cell(r, w, stream == 1);
                arena_clear(door.arena);
            }
            const struct served *by = w->outcome == HARMLESS ? &r->well : &r->bad;
            print_message("# %-26s %-8s %6lld ms %6lld ms   %s, %s, %s\n", w->name, r->vendor,
                          (long long)ms[0], (long long)ms[1], by->hear,
                          *by->think == '\0' ? "nobody" : by->think, by->speak);
        }
}

static int set_up(void **state)
{
    struct why why = {0};

    (void)state;
    vendors_start(&vendors);
    vendors_set(&vendors);
    assert_int_equal(setenv("HOLOS_TURN_MS", "8000", 1), 0);
    assert_int_equal(setenv("HOLOS_HEAR_MS", "700", 1), 0);
    assert_int_equal(setenv("HOLOS_THINK_MS", "900", 1), 0);
    assert_int_equal(setenv("HOLOS_THINK_FIRST_MS", "500", 1), 0);
    assert_int_equal(setenv("HOLOS_SPEAK_MS", "900", 1), 0);
    door_open_direct(&door);
    if (house_open(&door.house, HOUSE_OUTSIDE, &why) != ERR_OK)
        fail_msg("house: %s", why.text);
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
        cmocka_unit_test(every_fault_of_every_vendor_is_answered_by_the_rung_that_is_due),
    };
    return cmocka_run_group_tests_name("vendors/matrix", tests, set_up, tear_down);
}
