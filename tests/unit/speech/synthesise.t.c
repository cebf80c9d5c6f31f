#include "speech/synthesise.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/settings.h"
#include "providers/providers.h"
#include "speech/sound.h"

static struct arena a;

static int set_up(void **state)
{
    (void)state;
    arena_init(&a, (size_t)4 * 1024 * 1024);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&a);
    return 0;
}

static struct synthesis *begun(void)
{
    static struct synthesis v;
    static struct env env;

    env = (struct env){.arena = &a, .deadline = deadline_in_ms(5000)};
    v = (struct synthesis){0};
    synthesise_begin(&v, &env, NULL, NULL);
    return &v;
}

static struct synthesis *cut(const char *said)
{
    struct synthesis *v = begun();

    assert_int_equal(synthesise_cut(v, said, said), ERR_OK);
    return v;
}

static void an_answer_is_cut_into_its_sentences(void **state)
{
    (void)state;
    struct synthesis *v = cut("Так. Ми працюємо щодня.");

    assert_int_equal(v->sentences, 2);
    assert_string_equal(v->sentence[0].text, "Так.");
    assert_string_equal(v->sentence[1].text, "Ми працюємо щодня.");
    assert_int_equal(cut("")->sentences, 0);
}

/* Each part of the answer is spoken once, in order, even where sentences are alike. */
static void what_has_no_place_of_its_own_is_said_with_the_last(void **state)
{
    (void)state;
    struct buf said;
    struct buf again;

    buf_init(&said, &a, 65536);
    buf_init(&again, &a, 65536);
    for (int i = 0; i < SYNTHESISE_SENTENCES + 10; i++)
        buf_puts(&said, i == 0 ? "Добрий день." : i % 2 == 0 ? " Так." : " Саме так.");
    struct synthesis *v = cut(buf_text(&said));
    assert_int_equal(v->sentences, SYNTHESISE_SENTENCES);
    for (size_t i = 0; i < v->sentences; i++) {
        buf_puts(&again, i == 0 ? "" : " ");
        buf_puts(&again, v->sentence[i].text);
    }
    assert_string_equal(buf_text(&again), buf_text(&said));
}

/* It was asked to speak what was not there, and the worker crashed. */
static void a_vendor_is_not_asked_to_speak_words_for_which_there_was_no_memory(void **state)
{
    const struct provider *google = provider_find(PROVIDER_SPEAK, "google", 6);
    const struct profile profile = {
        .language = "uk",
        .locale = "uk-UA",
        .voice = {.espeak = "uk",
                  .rate = 8000,
                  .coding = "pcm16",
                  .by = {{.by = "google", .name = "uk-UA-Chirp3-HD-Leda"}},
                  .by_n = 1}};
    struct providers all = {0};
    const struct speaker speaker = {.cache = ""};
    struct arena none;

    (void)state;
    assert_int_equal(setenv("GOOGLE_API_KEY", "key", 1), 0);
    assert_int_equal(settings_load(NULL), ERR_OK);
    assert_int_equal(providers_open(&all, NULL), ERR_OK);
    assert_int_equal(ladder_read("", &all.ladder, NULL), ERR_OK);
    arena_init(&none, 0);
    struct synthesis *v = begun();
    v->env->arena = &none;
    v->env->providers = &all;
    v->env->profile = &profile;
    v->env->ladder.rung[provider_index(google)].asked = LADDER_USE;
    v->speaker = &speaker;
    v->sentence[0].text = "Так.";
    v->sentences = 1;
    synthesise_move(v);
    assert_int_equal(v->piece[0].state, PIECE_READY);
    assert_null(v->sentence[0].sound.wav);
    assert_int_equal(v->env->asked_n, 0);
    assert_true(v->env->faults > 0);
    /* it was not its fault */
    assert_int_equal(v->env->ladder.rung[provider_index(google)].asked, LADDER_USE);
    providers_close(&all);
    assert_int_equal(unsetenv("GOOGLE_API_KEY"), 0);
}

/* The sentences of an answer that comes in pieces of about so many bytes. */
static const char *said_in_pieces(const char *text, size_t step)
{
    struct synthesis *v = begun();
    struct buf out;

    buf_init(&out, &a, 65536);
    for (size_t at = 0, len = strlen(text); at < len;) {
        size_t n = step < len - at ? step : len - at;
        while (((unsigned char)text[at + n] & 0xc0) == 0x80)
            n++; /* whole letters */
        assert_int_equal(synthesise_add(v, text + at, n), ERR_OK);
        at += n;
    }
    assert_int_equal(synthesise_end_text(v), ERR_OK);
    for (size_t i = 0; i < v->sentences; i++)
        buf_printf(&out, "%s%s", i == 0 ? "" : "|", v->sentence[i].text);
    return buf_text(&out);
}

static void lists_links_and_pictures_are_said_as_one_would_read_them_out(void **state)
{
    static const char text[] =
        "**Наші послуги** 😊:\n1. Стрижка — 350 грн. за годину;\n2. Манікюр.\n\n"
        "| Послуга | Ціна |\n|---|---|\nДеталі на [сайті](https://salon.ua/x).";

    (void)state;
    for (size_t step = 1; step <= sizeof text; step++)
        assert_string_equal(said_in_pieces(text, step),
                            "Наші послуги:|Стрижка — 350 грн. за годину;|Манікюр.|Послуга, Ціна|"
                            "Деталі на сайті.");
}

static void a_second_stop_that_comes_late_is_its_sentences(void **state)
{
    (void)state;
    assert_string_equal(said_in_pieces("Невже?! Ні... Так.", 1), "Невже?!|Ні...|Так.");
}

/* ---- pauses and peaks, heard in the samples -------------------------------------------------- */

#define THREE "Добрий день! Чим можу допомогти? Ми працюємо щодня."

static const struct profile heard_by = {
    .language = "uk",
    .locale = "uk-UA",
    .voice = {
        .espeak = "uk", .words_per_minute = 150, .pitch = 50, .rate = 8000, .coding = "pcm16"}};

static struct synthesis *spoken(struct providers *all, const struct speaker *speaker)
{
    struct synthesis *v = begun();

    assert_int_equal(ladder_read("speak=espeak", &all->ladder, NULL), ERR_OK);
    v->env->arena = &a;
    v->env->deadline = deadline_in_ms(60000);
    v->env->providers = all;
    v->env->profile = &heard_by;
    v->speaker = speaker;
    return v;
}

static struct pcm decoded(const char *wav, size_t len)
{
    struct pcm p = {0};

    assert_int_equal(wav_read(&a, wav, len, &p, NULL, NULL), ERR_OK);
    return p;
}

static int peak_of(const struct pcm *p)
{
    int most = 0;

    for (size_t i = 0; i < p->n; i++)
        most = abs(p->samples[i]) > most ? abs(p->samples[i]) : most;
    return most;
}

/* Silence before the first sound, behind the last, and the long ones in between, in ms. */
struct silences {
    int before, after, between[8];
    size_t n;
};

static struct silences silences_of(const struct pcm *p)
{
    struct silences s = {.before = -1};
    int floor = peak_of(p) / 50;
    size_t quiet = 0;

    for (size_t i = 0; i < p->n; i++) {
        if (abs(p->samples[i]) <= floor) {
            quiet++;
            continue;
        }
        int ms = (int)(quiet * 1000 / (size_t)p->rate);
        if (s.before < 0)
            s.before = ms;
        else if (ms > 200)
            s.between[s.n++] = ms;
        quiet = 0;
    }
    s.after = (int)(quiet * 1000 / (size_t)p->rate);
    return s;
}

static void assert_pauses(const struct pcm *p)
{
    const struct silences s = silences_of(p);

    assert_int_equal(s.n, 2);
    for (size_t i = 0; i < s.n; i++)
        assert_in_range(s.between[i], SOUND_PAUSE_MS - 20, SOUND_PAUSE_MS + 60);
    assert_in_range(s.before, 0, SOUND_LEAD_MS + 60);
    assert_in_range(s.after, 0, SOUND_TAIL_MS + 60);
    /* -3 dBFS, and nearly that: no quieter than before */
    assert_in_range(peak_of(p), SOUND_PEAK_MAX * 8 / 10, SOUND_PEAK_MAX);
}

static void the_sentences_of_one_sound_are_350_ms_apart_and_none_follows_the_last(void **state)
{
    const struct speaker speaker = {.espeak = "espeak-ng", .cache = "", .step_ms = 30000};
    struct providers all = {0};
    const char *wav = NULL;
    const char *sha256 = NULL;
    size_t len = 0;

    (void)state;
    struct synthesis *v = spoken(&all, &speaker);
    assert_int_equal(synthesise_cut(v, THREE, THREE), ERR_OK);
    synthesise_speak(v);
    assert_int_equal(synthesise_sound(v, &wav, &len, &sha256), ERR_OK);
    const struct pcm p = decoded(wav, len);
    assert_pauses(&p);
}

struct played {
    struct pcm all;
    size_t pieces;
};

static void play(void *to, const struct sentence *s)
{
    struct played *played = to;
    const struct pcm p = decoded(s->sound.wav, s->sound.len);

    assert_int_equal(s->sound.sound_ms, p.n * 1000 / (size_t)p.rate);
    memcpy(played->all.samples + played->all.n, p.samples, p.n * sizeof *p.samples);
    played->all.n += p.n;
    played->all.rate = p.rate;
    played->pieces++;
}

/* As a gateway plays them: one behind the other. */
static void the_pieces_of_a_stream_are_350_ms_apart_and_the_pauses_are_not_doubled(void **state)
{
    const struct speaker speaker = {.espeak = "espeak-ng", .cache = "", .step_ms = 30000};
    struct played played = {.all.samples = arena_calloc(&a, 30 * 8000, sizeof(int16_t))};
    struct providers all = {0};
    const char *wav = NULL;
    const char *sha256 = NULL;
    size_t len = 0;

    (void)state;
    struct synthesis *v = spoken(&all, &speaker);
    v->on_sentence = play;
    v->to = &played;
    assert_int_equal(synthesise_cut(v, THREE, THREE), ERR_OK);
    synthesise_speak(v);
    assert_int_equal(played.pieces, 3);
    assert_pauses(&played.all);
    /* what is kept of it has the same pauses, once */
    assert_int_equal(synthesise_sound(v, &wav, &len, &sha256), ERR_OK);
    const struct pcm p = decoded(wav, len);
    assert_pauses(&p);
    assert_in_range(p.n, played.all.n - 8, played.all.n + 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_is_cut_into_its_sentences),
        cmocka_unit_test(what_has_no_place_of_its_own_is_said_with_the_last),
        cmocka_unit_test(a_vendor_is_not_asked_to_speak_words_for_which_there_was_no_memory),
        cmocka_unit_test(lists_links_and_pictures_are_said_as_one_would_read_them_out),
        cmocka_unit_test(a_second_stop_that_comes_late_is_its_sentences),
        cmocka_unit_test(the_sentences_of_one_sound_are_350_ms_apart_and_none_follows_the_last),
        cmocka_unit_test(the_pieces_of_a_stream_are_350_ms_apart_and_the_pauses_are_not_doubled),
    };
    return cmocka_run_group_tests_name("speech/synthesise", tests, set_up, tear_down);
}
