#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "speech/sound.h"
#include "speech/voice.h"
#include "tests/support/folder.h"

static const char hello[] = "Вітаю! Я штучний інтелект салону краси. Чим можу вам допомогти?";
static const char hello_ru[] = "Здравствуйте! Это отель. Чем я могу вам помочь сегодня?";

struct place {
    struct arena a;
    struct folder folder;
    char program[600]; /* a fake espeak-ng */
    char cache[600];
    struct speaker sp;
    struct voice v;
};

static int set_up(void **state)
{
    struct place *p = calloc(1, sizeof *p);

    arena_init(&p->a, (size_t)256 << 20);
    folder_make(&p->folder);
    (void)snprintf(p->program, sizeof p->program, "%s/espeak", p->folder.path);
    (void)snprintf(p->cache, sizeof p->cache, "%s/cache", p->folder.path);
    p->sp = (struct speaker){
        .espeak = "espeak-ng", .cache = p->cache, .cache_max = 10 << 20, .step_ms = 5000};
    p->v = (struct voice){"uk", "uk", 150, 50, 8000, WAV_PCM16, CACHE_SHARED};
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

static enum err say(struct place *p, const char *text, struct spoken *ret, struct why *why)
{
    *why = (struct why){0};
    return speak(&p->sp, &p->v, text, deadline_in_ms(8000), &p->a, ret, why);
}

/* Puts a shell script in espeak-ng's place. */
static void fake(struct place *p, const char *script)
{
    char *text = arena_printf(&p->a, "#!/bin/sh\n%s\n", script);

    assert_int_equal(file_replace(p->program, text, strlen(text), NULL), ERR_OK);
    assert_int_equal(chmod(p->program, 0700), 0);
    p->sp.espeak = p->program;
}

static void refused(struct place *p, const char *script, enum err want, const char *part)
{
    struct spoken s = {.len = 77};
    struct why why;

    fake(p, script);
    assert_int_equal(say(p, "Добрий день", &s, &why), want);
    assert_non_null(strstr(why.text, part));
    assert_null(strstr(why.text, "Добрий"));
    assert_int_equal(s.len, 77);
}

static void measure(struct place *p, const struct spoken *s)
{
    struct pcm sound = {0};
    struct wav_info info = {0};
    int peak = 0;
    int step = 0;
    double sum = 0;
    size_t first = 0;

    assert_int_equal(wav_read(&p->a, s->wav, s->len, &sound, &info, NULL), ERR_OK);
    assert_false(info.truncated);
    assert_int_equal(info.rate, p->v.rate);
    assert_int_equal(info.channels, 1);
    for (size_t i = 0; i < sound.n; i++) {
        peak = abs(sound.samples[i]) > peak ? abs(sound.samples[i]) : peak;
        if (i > 0 && abs(sound.samples[i] - sound.samples[i - 1]) > step)
            step = abs(sound.samples[i] - sound.samples[i - 1]);
        sum += (double)sound.samples[i] * sound.samples[i];
    }
    double rms = sqrt(sum / (double)sound.n);
    while (first < sound.n && abs(sound.samples[first]) < peak / 50)
        first++;
    assert_int_equal(s->sound_ms, (int)(sound.n * 1000 / (size_t)sound.rate));
    assert_true(peak < 32000 && peak > 8000);
    assert_true(rms > 1500 && rms < 6000);
    assert_true(first < (size_t)sound.rate * 60 / 1000);
    assert_true(abs(sound.samples[0]) <= 8 && abs(sound.samples[sound.n - 1]) <= 8);
}

static void a_greeting_becomes_a_telephones_wav(void **state)
{
    static const struct voice voices[] = {
        {"uk", "uk", 150, 50, 8000, WAV_PCM16, CACHE_SHARED},
        {"ru", "ru", 150, 50, 8000, WAV_PCM16, CACHE_SHARED},
        {"uk", "uk+f2", 150, 55, 16000, WAV_PCM16, CACHE_SHARED},
        {"uk", "uk", 150, 50, 8000, WAV_MULAW, CACHE_SHARED},
        {"ru", "ru", 150, 50, 8000, WAV_ALAW, CACHE_SHARED},
    };
    struct place *p = *state;
    struct why why;

    for (size_t i = 0; i < sizeof voices / sizeof *voices; i++) {
        struct spoken s = {0};
        p->v = voices[i];
        const char *text = strcmp(voices[i].language, "uk") == 0 ? hello : hello_ru;
        assert_int_equal(say(p, text, &s, &why), ERR_OK);
        assert_string_equal(s.rung, "espeak");
        assert_true(s.sound_ms > 2500 && s.sound_ms < 9000);
        measure(p, &s);
    }
}

static void the_same_words_come_from_the_cache_byte_for_byte(void **state)
{
    struct place *p = *state;
    struct spoken first = {0};
    struct spoken again = {0};
    struct why why;

    assert_int_equal(say(p, hello, &first, &why), ERR_OK);
    p->sp.step_ms = 0; /* no child could run */
    assert_int_equal(say(p, hello, &again, &why), ERR_OK);
    assert_string_equal(again.rung, "cache");
    assert_int_equal(again.len, first.len);
    assert_memory_equal(again.wav, first.wav, first.len);
    assert_int_equal(again.sound_ms, first.sound_ms);
}

static void whatever_shapes_the_sound_is_part_of_the_key(void **state)
{
    struct place *p = *state;
    struct spoken s = {0};
    struct why why;
    const struct voice before = p->v;

    for (int i = 0; i < 7; i++) {
        p->v = before;
        p->v.words_per_minute += i == 1;
        p->v.pitch += i == 2;
        p->v.rate = i == 3 ? 16000 : 8000;
        p->v.coding = i == 4 ? WAV_ALAW : WAV_PCM16;
        p->v.espeak = i == 5 ? "uk+f2" : "uk";
        assert_int_equal(say(p, i == 6 ? "Ні" : "Так", &s, &why), ERR_OK);
        assert_string_equal(s.rung, "espeak");
    }
    /* Different in writing, the same when spoken. */
    p->v = before;
    assert_int_equal(say(p, "о 10:30", &s, &why), ERR_OK);
    assert_int_equal(say(p, "о десятій тридцять", &s, &why), ERR_OK);
    assert_string_equal(s.rung, "cache");
}

static void a_cache_that_refuses_is_passed_over(void **state)
{
    struct place *p = *state;
    struct spoken s = {0};
    struct why why;

    static const char *const folders[] = {"", "/proc/no/such/folder", "/dev/null/x"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        p->sp.cache = folders[i];
        assert_int_equal(say(p, "Так", &s, &why), ERR_OK);
        assert_string_equal(s.rung, "espeak");
    }
}

static void text_is_never_an_option_or_markup(void **state)
{
    struct place *p = *state;
    struct spoken s = {0};
    struct why why;
    char *words = NULL;
    size_t n = 0;

    assert_int_equal(say(p, "--version так", &s, &why), ERR_OK);
    assert_true(s.sound_ms > 300);
    fake(
        p,
        "cat >\"${0%/*}/heard\"; echo \"$@\" >\"${0%/*}/args\"; exec espeak-ng -v uk --stdout так");
    assert_int_equal(say(p,
                         "-v en [[h@l'oU]] <speak>так</speak> \x01"
                         "5 {x}",
                         &s, &why),
                     ERR_OK);
    char *heard = arena_printf(&p->a, "%s/heard", p->folder.path);
    assert_int_equal(file_read(&p->a, heard, 4096, &words, &n, NULL), ERR_OK);
    assert_null(strpbrk(words, "[]<>{}\x01"));
    assert_non_null(strstr(words, "-v en"));
    char *args = arena_printf(&p->a, "%s/args", p->folder.path);
    assert_int_equal(file_read(&p->a, args, 4096, &words, &n, NULL), ERR_OK);
    assert_string_equal(words, "-v uk -s 150 -p 50 -b 1 --stdin --stdout\n");
}

static void empty_and_endless_texts_are_refused(void **state)
{
    struct place *p = *state;
    struct spoken s = {0};
    struct why why;
    char endless[SPEAK_TEXT_MAX + 2];

    memset(endless, 'a', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    assert_int_equal(say(p, "", &s, &why), ERR_VALUE);
    assert_int_equal(say(p, " \n\t[ ]", &s, &why), ERR_VALUE);
    assert_int_equal(say(p, endless, &s, &why), ERR_VALUE);
    assert_true(why.text[0] != '\0');
}

static void a_missing_program_is_named(void **state)
{
    struct place *p = *state;
    struct spoken s = {0};
    struct why why;

    p->sp.espeak = "espeak-ng-is-not-here";
    assert_int_equal(say(p, "Так", &s, &why), ERR_CHILD);
    assert_string_equal(why.text, "espeak-ng-is-not-here is not installed");
    p->sp.espeak = "/no/such/espeak-ng";
    assert_int_equal(say(p, "Так", &s, &why), ERR_CHILD);
    assert_non_null(strstr(why.text, "is not installed"));
}

static void a_hanging_program_is_killed_in_time(void **state)
{
    struct place *p = *state;
    char *text = NULL;
    size_t n = 0;

    p->sp.step_ms = 200;
    int64_t start = clock_mono_us();
    refused(p, "echo $$ >\"${0%/*}/pid\"; sleep 60", ERR_DEADLINE, "in time");
    assert_true(clock_mono_us() - start < 3000000);
    char *file = arena_printf(&p->a, "%s/pid", p->folder.path);
    assert_int_equal(file_read(&p->a, file, 64, &text, &n, NULL), ERR_OK);
    pid_t pid = (pid_t)strtol(text, NULL, 10);
    assert_true(pid > 1);
    assert_int_equal(kill(pid, 0), -1);
    assert_int_equal(errno, ESRCH);
    /* The request's own deadline counts when it is nearer. */
    struct spoken s = {0};
    struct why why = {0};
    p->sp.step_ms = 60000;
    start = clock_mono_us();
    assert_int_equal(speak(&p->sp, &p->v, "Так", deadline_in_ms(150), &p->a, &s, &why),
                     ERR_DEADLINE);
    assert_true(clock_mono_us() - start < 3000000);
}

static void a_program_that_prints_no_speech_has_failed(void **state)
{
    struct place *p = *state;

    refused(p, "cat >/dev/null", ERR_CHILD, "printed nothing");
    refused(p, "echo this is no sound", ERR_CHILD, "printed no sound");
    refused(p, "exit 1", ERR_CHILD, "status 1");
    refused(p, "espeak-ng -v uk --stdout так; exit 3", ERR_CHILD, "status 3");
    refused(p, "espeak-ng -v uk -a 0 --stdout так", ERR_CHILD, "silence");
    refused(p, "espeak-ng -v uk --stdout так | head -c 44", ERR_CHILD, "silence");
    refused(p, "kill -9 $$", ERR_CHILD, "signal 9");
    refused(p, "cat /dev/zero", ERR_CHILD, "more than a sound");
}

static void no_room_is_an_error_and_nothing_is_given(void **state)
{
    struct place *p = *state;
    struct spoken s = {0};
    struct why why = {0};
    struct arena small;

    p->sp.cache = "";
    for (size_t kb = 0; kb < 512; kb += 64) {
        arena_init(&small, kb * 1024);
        assert_int_equal(speak(&p->sp, &p->v, hello, deadline_in_ms(8000), &small, &s, &why),
                         ERR_MEMORY);
        assert_null(s.wav);
        arena_release(&small);
    }
}

/* The Ukrainian voice spells "ы" and "ё"; its numerals are no Russian ones. */
static void a_sentence_in_the_other_language_is_read_by_its_voice(void **state)
{
    static const struct {
        const char *language, *voice, *text, *by, *words;
    } cases[] = {
        {"uk", "uk", "Чекаємо о 10:00.", "uk", "о десятій"},
        {"uk", "uk", "Мы ждём вас в 10:00.", "ru", "в десять часов"},
        {"uk", "uk+f2", "Это стоит 2 рубля.", "ru+f2", "два рубля"},
        {"uk", "uk", "Так, 5.", "uk", "п'ять"},
        {"ru", "ru", "Ми працюємо з 9:00, ґанок.", "uk", "з дев'ятої"},
        {"ru", "ru", "Ждём, так сказать, 2 їжака и объект.", "ru", "два"},
        {"en", "en-gb", "Мы 5", "en-gb", "5"},
    };
    struct place *p = *state;

    fake(p, "echo \"$2\" >\"$(dirname \"$0\")/voice\"; tee \"$(dirname \"$0\")/words\" |"
            " espeak-ng -v uk --stdin --stdout");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct spoken s = {0};
        struct why why;
        char *got = NULL;
        size_t n = 0;
        p->v.language = cases[i].language;
        p->v.espeak = cases[i].voice;
        assert_int_equal(say(p, cases[i].text, &s, &why), ERR_OK);
        assert_int_equal(
            file_read(&p->a, arena_printf(&p->a, "%s/voice", p->folder.path), 100, &got, &n, NULL),
            ERR_OK);
        got[strcspn(got, "\n")] = '\0';
        assert_string_equal(got, cases[i].by);
        assert_int_equal(
            file_read(&p->a, arena_printf(&p->a, "%s/words", p->folder.path), 1000, &got, &n, NULL),
            ERR_OK);
        if (strstr(got, cases[i].words) == NULL)
            fail_msg("\"%s\" is not in: %s", cases[i].words, got);
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_sentence_in_the_other_language_is_read_by_its_voice),
        TEST(a_greeting_becomes_a_telephones_wav),
        TEST(the_same_words_come_from_the_cache_byte_for_byte),
        TEST(whatever_shapes_the_sound_is_part_of_the_key),
        TEST(a_cache_that_refuses_is_passed_over),
        TEST(text_is_never_an_option_or_markup),
        TEST(empty_and_endless_texts_are_refused),
        TEST(a_missing_program_is_named),
        TEST(a_hanging_program_is_killed_in_time),
        TEST(a_program_that_prints_no_speech_has_failed),
        TEST(no_room_is_an_error_and_nothing_is_given),
    };
    return cmocka_run_group_tests_name("speech/speak", tests, NULL, NULL);
}
