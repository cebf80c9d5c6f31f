#include "speech/utterance.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static struct arena a;

static int set_up(void **state)
{
    (void)state;
    arena_init(&a, (size_t)64 * 1024 * 1024);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&a);
    return 0;
}

/* A square wave of 400 Hz of this amplitude around an offset, beginning after `quiet` samples. */
static struct pcm wave(int rate, size_t n, size_t quiet, int amplitude, int offset)
{
    struct pcm pcm = {
        .samples = arena_calloc(&a, n + 1, sizeof *pcm.samples), .n = n, .rate = rate};

    assert_non_null(pcm.samples);
    for (size_t i = 0; i < n; i++) {
        bool high = i % ((size_t)rate / 400) < (size_t)rate / 800;
        pcm.samples[i] = (int16_t)(offset + (i < quiet ? 0 : high ? amplitude : -amplitude));
    }
    return pcm;
}

static struct buf wav(const struct pcm *pcm, enum wav_coding coding)
{
    struct buf b;

    buf_init(&b, &a, (size_t)16 * 1024 * 1024);
    assert_int_equal(wav_write(&b, pcm, coding), ERR_OK);
    return b;
}

static void assert_silence(const void *data, size_t n)
{
    struct utterance u = {0};

    assert_int_equal(sound_measure(&a, &(struct sound_came){.data = data, .n = n}, &u, NULL),
                     ERR_OK);
    assert_true(u.silent);
}

static void assert_refused(const void *data, size_t n, enum err want, const char *part)
{
    struct utterance u = {.ms = -77};
    struct why why = {0};

    assert_int_equal(sound_measure(&a, &(struct sound_came){.data = data, .n = n}, &u, &why), want);
    assert_non_null(strstr(why.text, part));
    assert_int_equal(u.ms, -77);
}

static void assert_speech(const void *data, size_t n)
{
    struct utterance u = {.silent = true};

    assert_int_equal(sound_measure(&a, &(struct sound_came){.data = data, .n = n}, &u, NULL),
                     ERR_OK);
    assert_false(u.silent);
}

static void packed_sound_is_measured_or_bounded(void **state)
{
    (void)state;
    size_t n = (size_t)HEAR_PACKED_MAX + 1;
    unsigned char *big = arena_calloc(&a, 10 * n, 1);
    struct utterance u = {0};
    static const char *const unknown[] = {"\x1a\x45\xdf\xa3", "OggS", "fLaC", "ID3\4",
                                          "\0\0\0\030ftyp"};

    assert_non_null(big);
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        memset(big, 0, 16);
        memcpy(big, unknown[i], i == 4 ? 8 : 4);
        memcpy(big, "\0\0\0\x18", i == 4 ? 4 : 0);
        assert_refused(big, n, ERR_TOO_BIG, "60 seconds");
        assert_speech(big, n - 1);
    }
    memcpy(big, "fLaC\0\0\0\x22\x10\0\x10\0\0\0\0\0\0\0\x01\xf4\0\xf0\0\x07\x53\0", 26);
    assert_refused(big, 26, ERR_TOO_BIG, "60 seconds"); /* 8000 Hz, 480000 samples */
    big[25] = 0xff;
    big[24] = 0x52;
    assert_int_equal(sound_measure(&a, &(struct sound_came){.data = big, .n = n}, &u, NULL),
                     ERR_OK);
    assert_int_equal(u.ms, 59999);
    big[23] = 0;
    assert_refused(big, n, ERR_TOO_BIG, "60 seconds"); /* says less than two seconds, in 1 MB */
}

static void no_rate_but_a_sounds_is_taken(void **state)
{
    (void)state;
    struct pcm pcm = wave(8000, 800, 0, 3000, 0);
    struct buf b = wav(&pcm, WAV_MULAW);
    static const uint32_t rates[] = {0, 3999, 48001, 192000, UINT32_MAX};

    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        memcpy(b.data + 24, &rates[i], 4);
        assert_refused(b.data, b.len, ERR_FORMAT, "4000 to 48000 Hz");
    }
}

static void silence_needs_no_recogniser_in_any_coding(void **state)
{
    (void)state;
    static const enum wav_coding codings[] = {WAV_PCM16, WAV_MULAW, WAV_ALAW};
    struct pcm nothing = wave(8000, 8000, 8000, 0, 0);

    for (size_t i = 0; i < 3; i++) {
        struct buf b = wav(&nothing, codings[i]);
        assert_silence(b.data, b.len);
    }
    assert_silence(nothing.samples, nothing.n * 2);
    assert_silence(nothing.samples, 1); /* not one whole sample */
    struct pcm none = wave(8000, 0, 0, 0, 0);
    struct buf empty = wav(&none, WAV_PCM16);
    assert_silence(empty.data, empty.len);
}

static void line_noise_and_a_bare_offset_are_silence(void **state)
{
    (void)state;
    struct pcm noise = wave(8000, 8000, 0, 150, 0);
    struct pcm offset = wave(8000, 8000, 0, 0, 12000);
    struct pcm lowest = wave(8000, 8000, 0, 0, INT16_MIN);

    assert_silence(noise.samples, noise.n * 2);
    assert_silence(offset.samples, offset.n * 2);
    assert_silence(lowest.samples, lowest.n * 2);
}

/* Whisper makes sentences of a line that is connected or let go. */
static void clicks_are_silence_however_loud(void **state)
{
    (void)state;
    struct pcm click = wave(8000, 16000, 16000, 0, 0);

    for (size_t at = 100; at < click.n; at += 3777)
        for (size_t i = 0; i < 12; i++)
            click.samples[at + i] = (int16_t)(i % 2 == 0 ? 30000 : -30000);
    for (size_t i = 0; i < 20; i++)
        click.samples[8000 + i] = INT16_MIN;
    assert_silence(click.samples, click.n * 2);
    for (size_t i = 0; i < click.n; i++)
        click.samples[i] = i == 5000 ? INT16_MAX : 9000; /* around an offset too */
    assert_silence(click.samples, click.n * 2);
    struct pcm voice = wave(8000, 8000 + 50, 8000, 400, 0); /* quiet, but as long as a sound */
    voice.samples[100] = INT16_MAX;
    assert_speech(voice.samples, voice.n * 2);
}

static void speech_is_not_silence_at_any_rate(void **state)
{
    (void)state;
    static const int rates[] = {WAV_RATE_MIN, 8000, 44100, WAV_RATE_MAX};

    for (size_t i = 0; i < 4; i++) {
        struct pcm loud = wave(rates[i], (size_t)rates[i], 0, 3000, 0);
        struct buf b = wav(&loud, WAV_PCM16);
        assert_speech(b.data, b.len);
    }
}

/* The last frame is not whole; it is looked at all the same. */
static void one_loud_moment_is_speech(void **state)
{
    (void)state;
    struct pcm end = wave(8000, 8000 + 50, 8000, 3000, 0);
    struct pcm full = wave(8000, 800, 400, 32767, 0);

    assert_speech(end.samples, end.n * 2);
    assert_speech(full.samples, full.n * 2);
}

static void packed_sound_is_never_silence(void **state)
{
    (void)state;
    static const char *const marks[] = {"OggS...", "fLaC...", "ID3...."};

    for (size_t i = 0; i < 3; i++)
        assert_speech(marks[i], 7);
}

static void a_minute_is_too_long_and_just_under_it_is_not(void **state)
{
    (void)state;
    size_t minute = (size_t)HEAR_SECONDS_MAX * HEAR_BARE_RATE;
    struct pcm pcm = wave(HEAR_BARE_RATE, minute, minute, 0, 0);

    assert_refused(pcm.samples, minute * 2, ERR_TOO_BIG, "60 seconds");
    assert_silence(pcm.samples, minute * 2 - 2);
}

static void a_wav_that_cannot_be_read_names_what_can(void **state)
{
    (void)state;
    struct pcm pcm = wave(8000, 800, 0, 3000, 0);
    struct buf b = wav(&pcm, WAV_PCM16);

    b.data[20] = 85; /* MP3 in a WAV */
    assert_refused(b.data, b.len, ERR_FORMAT, "LINEAR16 at 8000 Hz");
    assert_refused("RIFF", 4, ERR_FORMAT, "mu-law");
    assert_refused("RIFF\4\0\0\0WAVE", 12, ERR_SYNTAX, "WAV");
}

static struct utterance measured(const void *data, size_t n)
{
    struct utterance u = {0};
    struct why why = {0};

    if (sound_measure(&a, &(struct sound_came){.data = data, .n = n}, &u, &why) != ERR_OK)
        fail_msg("%s", why.text);
    return u;
}

/* What a recogniser gets has a rate that it takes: its own, or the nearest of two below it. */
static void speech_is_decoded_for_a_recogniser(void **state)
{
    (void)state;
    static const struct {
        int from, to;
        enum wav_coding coding;
    } rows[] = {
        {8000, 8000, WAV_PCM16},   {16000, 16000, WAV_PCM16}, {8000, 8000, WAV_ALAW},
        {8000, 8000, WAV_MULAW},   {11025, 8000, WAV_PCM16},  {22050, 16000, WAV_PCM16},
        {48000, 16000, WAV_PCM16}, {4000, 8000, WAV_PCM16},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct pcm loud = wave(rows[i].from, (size_t)rows[i].from * 2, 0, 3000, 0);
        struct buf b = wav(&loud, rows[i].coding);
        struct utterance u = measured(b.data, b.len);
        assert_int_equal(u.format, SOUND_WAV);
        assert_false(u.silent);
        assert_int_equal(u.ms, 2000);
        assert_int_equal(u.pcm.rate, rows[i].to);
        assert_int_equal(u.pcm.n, rows[i].to * 2);
        assert_int_equal(u.sound.coding, RECORDING_PCM16);
        assert_int_equal(u.sound.rate, rows[i].to);
        assert_int_equal(u.sound.n, u.pcm.n * 2);
        assert_ptr_equal(u.sound.data, u.pcm.samples);
    }
}

static void bare_sound_and_silence_are_measured(void **state)
{
    (void)state;
    struct pcm quiet = wave(8000, 4000, 4000, 0, 0);
    struct pcm loud = wave(8000, 4000, 0, 3000, 0);
    struct utterance u = measured(quiet.samples, quiet.n * 2);

    assert_true(u.silent);
    assert_int_equal(u.ms, 500);
    u = measured(loud.samples, loud.n * 2);
    assert_int_equal(u.format, SOUND_BARE);
    assert_false(u.silent);
    assert_memory_equal(u.sound.data, loud.samples, loud.n * 2);
    u = measured("", 0);
    assert_true(u.silent);
    assert_int_equal(u.ms, 0);
}

static void packed_sound_is_passed_on_as_it_came(void **state)
{
    (void)state;
    static const struct {
        const char *data;
        enum sound_format format;
        enum recording_coding coding;
    } rows[] = {
        {"OggS....", SOUND_OGG, RECORDING_OGG},
        {"fLaC....", SOUND_FLAC, RECORDING_FLAC},
        {"ID3.....", SOUND_MP3, RECORDING_MP3},
        {"\x1a\x45\xdf\xa3....", SOUND_WEBM, RECORDING_WEBM},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct utterance u = measured(rows[i].data, 8);
        assert_int_equal(u.format, rows[i].format);
        assert_int_equal(u.sound.coding, rows[i].coding);
        assert_ptr_equal(u.sound.data, rows[i].data);
        assert_int_equal(u.sound.n, 8);
        assert_int_equal(u.ms, -1);
        assert_int_equal(u.pcm.n, 0);
        assert_false(u.silent);
    }
}

static void no_memory_is_said_as_such(void **state)
{
    (void)state;
    struct pcm pcm = wave(8000, 8000, 0, 3000, 0);
    struct buf b = wav(&pcm, WAV_PCM16);
    struct utterance u = {0};
    struct arena small;

    arena_init(&small, 64);
    assert_int_equal(
        sound_measure(&small, &(struct sound_came){.data = pcm.samples, .n = pcm.n * 2}, &u, NULL),
        ERR_MEMORY);
    assert_int_equal(
        sound_measure(&small, &(struct sound_came){.data = b.data, .n = b.len}, &u, NULL),
        ERR_MEMORY);
    arena_release(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packed_sound_is_measured_or_bounded),
        cmocka_unit_test(no_rate_but_a_sounds_is_taken),
        cmocka_unit_test(silence_needs_no_recogniser_in_any_coding),
        cmocka_unit_test(line_noise_and_a_bare_offset_are_silence),
        cmocka_unit_test(clicks_are_silence_however_loud),
        cmocka_unit_test(speech_is_not_silence_at_any_rate),
        cmocka_unit_test(one_loud_moment_is_speech),
        cmocka_unit_test(packed_sound_is_never_silence),
        cmocka_unit_test(a_minute_is_too_long_and_just_under_it_is_not),
        cmocka_unit_test(a_wav_that_cannot_be_read_names_what_can),
        cmocka_unit_test(speech_is_decoded_for_a_recogniser),
        cmocka_unit_test(bare_sound_and_silence_are_measured),
        cmocka_unit_test(packed_sound_is_passed_on_as_it_came),
        cmocka_unit_test(no_memory_is_said_as_such),
    };
    return cmocka_run_group_tests_name("speech/utterance", tests, set_up, tear_down);
}
