#include "speech/voice.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/file.h"
#include "speech/sound.h"
#include "tests/support/folder.h"

static const char hello[] = "Запис о 10:30, з вас 350 грн.";

struct place {
    struct arena a;
    struct folder folder;
    struct speaker sp;
    struct profile_voice with;
    struct vendor_voice v;
};

static int set_up(void **state)
{
    struct place *p = calloc(1, sizeof *p);

    arena_init(&p->a, (size_t)64 << 20);
    folder_make(&p->folder);
    p->sp = (struct speaker){
        .espeak = "espeak-ng", .cache = p->folder.path, .cache_max = 10 << 20, .step_ms = 5000};
    p->with = (struct profile_voice){.speaking_rate = 1};
    p->v = (struct vendor_voice){.vendor = "google",
                                 .language = "uk",
                                 .locale = "uk-UA",
                                 .name = "uk-UA-Chirp3-HD-Leda",
                                 .with = &p->with,
                                 .rate = 8000,
                                 .coding = WAV_PCM16};
    *state = p;
    return 0;
}

static int tear_down(void **state)
{
    struct place *p = *state;

    folder_remove(&p->folder);
    arena_release(&p->a);
    free(p);
    return 0;
}

static enum err make_and_keep(struct place *p, const struct vendor_phrase *phrase,
                              struct pcm *sound, struct spoken *ret, struct why *why)
{
    enum err e = vendor_voice_make(&p->a, &p->v, sound, ret, why);
    if (e == ERR_OK)
        vendor_voice_keep(&p->sp, phrase, ret);
    return e;
}

static struct vendor_phrase prepared(struct place *p, const struct vendor_voice *v,
                                     const char *text)
{
    struct vendor_phrase phrase = {.words = NULL};
    struct why why = {0};

    if (vendor_voice_prepare(&p->a, v, text, &phrase, &why) != ERR_OK)
        fail_msg("%s", why.text);
    return phrase;
}

/* Half a second of silence, one of sound, half a second of silence, as a vendor sends it. */
static struct pcm sent(struct place *p, int rate, int amplitude)
{
    struct pcm s = {.n = (size_t)rate * 2, .rate = rate};

    s.samples = arena_calloc(&p->a, s.n, sizeof *s.samples);
    assert_non_null(s.samples);
    for (size_t i = (size_t)rate / 2; i < (size_t)rate * 3 / 2; i++)
        s.samples[i] =
            (int16_t)(i % ((size_t)rate / 400) < (size_t)rate / 800 ? amplitude : -amplitude);
    return s;
}

static void the_words_are_those_that_are_spoken(void **state)
{
    struct place *p = *state;
    struct vendor_phrase phrase = prepared(p, &p->v, hello);

    assert_string_equal(phrase.words, "Запис о десятій тридцять, з вас триста п'ятдесят гривень.");
    phrase = prepared(p, &p->v, "два <break/> рядки\nразом");
    assert_null(strpbrk(phrase.words, "<>\n"));
}

static void an_empty_or_endless_text_is_refused(void **state)
{
    struct place *p = *state;
    struct vendor_phrase phrase = {.words = "untouched"};
    char *endless = arena_alloc(&p->a, SPEAK_TEXT_MAX + 2);
    struct why why = {0};

    assert_non_null(endless);
    memset(endless, 'a', SPEAK_TEXT_MAX + 1);
    endless[SPEAK_TEXT_MAX + 1] = '\0';
    assert_int_equal(vendor_voice_prepare(&p->a, &p->v, " \n", &phrase, &why), ERR_VALUE);
    assert_non_null(strstr(why.text, "empty"));
    assert_int_equal(vendor_voice_prepare(&p->a, &p->v, endless, &phrase, &why), ERR_VALUE);
    assert_non_null(strstr(why.text, "longer"));
    assert_string_equal(phrase.words, "untouched");
}

static void what_was_kept_is_found_again(void **state)
{
    struct place *p = *state;
    struct vendor_phrase phrase = prepared(p, &p->v, hello);
    struct pcm sound = sent(p, 24000, 3000);
    struct spoken made = {0};
    struct spoken found = {.rung = "untouched"};

    assert_int_equal(vendor_voice_cached(&p->sp, &phrase, &p->a, &found), ERR_NOT_FOUND);
    assert_string_equal(found.rung, "untouched");
    assert_int_equal(make_and_keep(p, &phrase, &sound, &made, NULL), ERR_OK);
    assert_string_equal(made.rung, "google");
    phrase = prepared(p, &p->v, hello);
    assert_int_equal(vendor_voice_cached(&p->sp, &phrase, &p->a, &found), ERR_OK);
    assert_string_equal(found.rung, "cache");
    assert_int_equal(found.len, made.len);
    assert_memory_equal(found.wav, made.wav, made.len);
    assert_int_equal(found.sound_ms, made.sound_ms);
}

/* Root mean square of its middle half. */
static int level(const struct pcm *p)
{
    double sum = 0;

    for (size_t i = p->n / 4; i < p->n / 4 * 3; i++)
        sum += (double)p->samples[i] * p->samples[i];
    return (int)sqrt(sum / ((double)p->n / 2));
}

/* Twenty-four thousand in, the telephone's rate and coding out, silence cut, the level set. */
static void a_vendors_sound_becomes_a_telephones(void **state)
{
    static const struct {
        int rate, from, amplitude;
        enum wav_coding coding;
        int format;
    } rows[] = {
        {8000, 24000, 900, WAV_PCM16, 1},
        {16000, 24000, 20000, WAV_PCM16, 1},
        {8000, 8000, 3000, WAV_MULAW, 7},
        {8000, 48000, 3000, WAV_ALAW, 6},
    };
    struct place *p = *state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct vendor_phrase phrase = prepared(p, &p->v, hello);
        struct pcm sound = sent(p, rows[i].from, rows[i].amplitude);
        struct pcm out = {0};
        struct wav_info info = {0};
        struct spoken made = {0};
        p->v.rate = rows[i].rate;
        p->v.coding = rows[i].coding;
        assert_int_equal(make_and_keep(p, &phrase, &sound, &made, NULL), ERR_OK);
        assert_int_equal(wav_read(&p->a, made.wav, made.len, &out, &info, NULL), ERR_OK);
        assert_int_equal(out.rate, rows[i].rate);
        assert_int_equal(info.format, rows[i].format);
        assert_in_range(made.sound_ms, 1000, 1000 + SOUND_LEAD_MS + SOUND_TAIL_MS + 10);
        assert_in_range(level(&out), SOUND_RMS * 9 / 10, SOUND_RMS * 11 / 10);
    }
}

static void silence_is_a_failure_and_is_not_kept(void **state)
{
    struct place *p = *state;
    struct vendor_phrase phrase = prepared(p, &p->v, hello);
    struct pcm silent = sent(p, 8000, 3);
    struct pcm none = {.samples = silent.samples, .n = 0, .rate = 8000};
    struct spoken made = {.len = 77};
    struct why why = {0};

    assert_int_equal(make_and_keep(p, &phrase, &silent, &made, &why), ERR_PEER);
    assert_string_equal(why.text, "google sent only silence");
    assert_int_equal(make_and_keep(p, &phrase, &none, &made, NULL), ERR_PEER);
    assert_int_equal(made.len, 77);
    assert_int_equal(folder_count(&p->folder), 0);
}

static void without_a_cache_it_is_spoken_all_the_same(void **state)
{
    struct place *p = *state;
    struct vendor_phrase phrase = prepared(p, &p->v, hello);
    struct pcm sound = sent(p, 24000, 3000);
    struct pcm again = sent(p, 24000, 3000);
    struct spoken made = {0};

    p->sp.cache = "";
    assert_int_equal(make_and_keep(p, &phrase, &sound, &made, NULL), ERR_OK);
    assert_true(made.len > 8000);
    assert_int_equal(vendor_voice_cached(&p->sp, &phrase, &p->a, &made), ERR_NOT_FOUND);
    p->sp.cache = "/proc/nowhere";
    assert_int_equal(make_and_keep(p, &phrase, &again, &made, NULL), ERR_OK);
}

static void whatever_shapes_the_sound_is_in_the_key(void **state)
{
    static const char *const effects[] = {"telephony-class-application", "handset-class-device"};
    static const char *const swapped[] = {"handset-class-device", "telephony-class-application"};
    struct place *p = *state;
    struct profile_voice with[12];
    struct vendor_voice voices[12];
    struct vendor_phrase phrases[12];

    for (size_t i = 0; i < 12; i++) {
        with[i] = p->with;
        voices[i] = p->v;
        voices[i].with = &with[i];
    }
    voices[1].name = "uk-UA-Chirp3-HD-Kore";
    with[2].speaking_rate = 1.1;
    with[3].pitch = -1;
    voices[4].rate = 16000;
    voices[5].coding = WAV_ALAW;
    with[6].effects = effects;
    with[6].effects_n = 1;
    with[7].effects = effects;
    with[7].effects_n = 2;
    with[8].effects = swapped;
    with[8].effects_n = 2;
    voices[9].locale = "ru-RU";
    voices[10].vendor = "azure";
    with[11].speaking_rate = 0;
    for (size_t i = 0; i < 12; i++) {
        phrases[i] = prepared(p, &voices[i], "Добрий день");
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(phrases[i].key, phrases[j].key);
    }
    assert_string_not_equal(prepared(p, &p->v, "Добрий вечір").key, phrases[0].key);
    assert_string_equal(prepared(p, &p->v, "Добрий день").key, phrases[0].key);
}

/* espeak-ng's voice finds nothing of a vendor's, nor the other way round. */
static void espeaks_cache_is_another(void **state)
{
    struct place *p = *state;
    struct voice own = {"uk", "uk", 150, 50, 8000, WAV_PCM16, CACHE_SHARED};
    struct vendor_phrase phrase = prepared(p, &p->v, hello);
    struct pcm sound = sent(p, 24000, 3000);
    struct spoken s = {0};
    struct why why = {0};

    assert_int_equal(make_and_keep(p, &phrase, &sound, &s, NULL), ERR_OK);
    assert_int_equal(speak_cached(&p->sp, &own, hello, &p->a, &s), ERR_NOT_FOUND);
    assert_int_equal(speak(&p->sp, &own, hello, deadline_in_ms(8000), &p->a, &s, &why), ERR_OK);
    assert_string_equal(s.rung, "espeak");
    assert_int_equal(speak_cached(&p->sp, &own, hello, &p->a, &s), ERR_OK);
    size_t own_len = s.len;
    assert_int_equal(vendor_voice_cached(&p->sp, &phrase, &p->a, &s), ERR_OK);
    assert_int_not_equal(s.len, own_len);
}

static void no_memory_is_said_as_such(void **state)
{
    struct place *p = *state;
    struct vendor_phrase phrase = prepared(p, &p->v, hello);
    struct pcm sound = sent(p, 24000, 3000);
    struct spoken made = {.len = 77};
    struct arena small;

    arena_init(&small, 0);
    assert_int_equal(vendor_voice_prepare(&small, &p->v, hello, &phrase, NULL), ERR_MEMORY);
    assert_int_equal(vendor_voice_make(&small, &p->v, &sound, &made, NULL), ERR_MEMORY);
    assert_int_equal(made.len, 77);
    arena_release(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_words_are_those_that_are_spoken, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_empty_or_endless_text_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_kept_is_found_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_vendors_sound_becomes_a_telephones, set_up, tear_down),
        cmocka_unit_test_setup_teardown(silence_is_a_failure_and_is_not_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_a_cache_it_is_spoken_all_the_same, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(whatever_shapes_the_sound_is_in_the_key, set_up, tear_down),
        cmocka_unit_test_setup_teardown(espeaks_cache_is_another, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_memory_is_said_as_such, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("speech/vendor-voice", tests, NULL, NULL);
}
