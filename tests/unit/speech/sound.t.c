#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "speech/sound.h"

#define TURN 6.283185307179586

static struct pcm tone(struct arena *a, int rate, double hz, int size, size_t before, size_t n,
                       size_t after)
{
    struct pcm p = {.rate = rate, .n = before + n + after};

    p.samples = arena_calloc(a, p.n + 1, sizeof *p.samples);
    assert_non_null(p.samples);
    for (size_t i = 0; i < n; i++)
        p.samples[before + i] = (int16_t)lrint(size * sin(TURN * hz * (double)i / rate));
    return p;
}

static int peak(const struct pcm *p)
{
    int most = 0;

    for (size_t i = 0; i < p->n; i++)
        most = abs(p->samples[i]) > most ? abs(p->samples[i]) : most;
    return most;
}

static double rms(const int16_t *s, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += (double)s[i] * s[i];
    return sqrt(sum / (double)n);
}

static int steepest(const struct pcm *p)
{
    int most = 0;

    for (size_t i = 1; i < p->n; i++)
        most = abs(p->samples[i] - p->samples[i - 1]) > most
                   ? abs(p->samples[i] - p->samples[i - 1])
                   : most;
    return most;
}

static void resampling_keeps_length_pitch_and_place(void **state)
{
    static const int rates[] = {8000, 16000, 22050, 44100};
    struct arena a;

    (void)state;
    arena_init(&a, 16 << 20);
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        struct pcm in = tone(&a, 22050, 440, 10000, 0, 22050, 0);
        struct pcm want = tone(&a, rates[i], 440, 10000, 0, (size_t)rates[i], 0);
        struct pcm out = {0};
        assert_int_equal(sound_resample(&a, &in, rates[i], &out), ERR_OK);
        assert_int_equal(out.rate, rates[i]);
        assert_int_equal(out.n, rates[i]);
        /* No delay: sample by sample the same tone, apart from both ends. */
        for (size_t k = 200; k + 200 < out.n; k++)
            assert_true(abs(out.samples[k] - want.samples[k]) < 60);
        arena_clear(&a);
    }
    arena_release(&a);
}

static void resampling_down_takes_out_what_cannot_be_carried(void **state)
{
    struct arena a;
    struct pcm out = {0};

    (void)state;
    arena_init(&a, 16 << 20);
    struct pcm in = tone(&a, 22050, 6000, 10000, 0, 22050, 0);
    assert_int_equal(sound_resample(&a, &in, 8000, &out), ERR_OK);
    assert_true(rms(out.samples + 400, out.n - 800) < 20);
    assert_int_equal(sound_resample(&a, &in, 100, &out), ERR_VALUE);
    arena_release(&a);
}

/* What has the rate already is not put through a filter. */
static void sound_that_has_the_rate_stays_as_it_is(void **state)
{
    struct arena a;
    struct pcm out = {0};

    (void)state;
    arena_init(&a, 16 << 20);
    struct pcm in = tone(&a, 8000, 3900, 10000, 0, 8000, 0);
    assert_int_equal(sound_resample(&a, &in, 8000, &out), ERR_OK);
    assert_int_equal(out.n, in.n);
    assert_ptr_not_equal(out.samples, in.samples);
    assert_memory_equal(out.samples, in.samples, in.n * sizeof *in.samples);
    arena_release(&a);
}

static void silence_is_trimmed_to_what_is_promised(void **state)
{
    struct arena a;

    (void)state;
    arena_init(&a, 16 << 20);
    struct pcm p = tone(&a, 8000, 300, 9000, 8000, 8000, 8000);
    sound_trim(&p);
    size_t want = 8000 + 8 * (SOUND_LEAD_MS + SOUND_TAIL_MS);
    assert_true(p.n > want - 24 && p.n <= want);
    assert_int_equal(p.samples[0], 0);
    assert_int_equal(p.samples[p.n - 1], 0);
    struct pcm bare = tone(&a, 8000, 300, 9000, 0, 800, 0);
    sound_trim(&bare);
    assert_int_equal(bare.samples[0], 0);
    assert_int_equal(bare.samples[bare.n - 1], 0);
    assert_true(steepest(&bare) < 2500);
    struct pcm silent = tone(&a, 8000, 300, 0, 100, 100, 100);
    sound_trim(&silent);
    assert_int_equal(silent.n, 300);
    assert_true(sound_is_silent(&silent));
    arena_release(&a);
}

static void level_is_set_and_never_clips(void **state)
{
    static const int sizes[] = {800, 5000, 20000, 32000};
    struct arena a;

    (void)state;
    arena_init(&a, 16 << 20);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct pcm p = tone(&a, 8000, 300, sizes[i], 4000, 8000, 4000);
        sound_level(&p);
        double level = rms(p.samples + 4000, 8000);
        assert_true(level > SOUND_RMS * 0.95 && level < SOUND_RMS * 1.05);
        assert_true(peak(&p) <= SOUND_PEAK_MAX);
    }
    /* One loud click among quiet speech. */
    struct pcm p = tone(&a, 8000, 300, 1000, 0, 16000, 0);
    p.samples[8000] = 32000;
    sound_level(&p);
    assert_true(peak(&p) <= SOUND_PEAK_MAX);
    arena_release(&a);
}

static void the_ceiling_is_3_db_below_full_scale(void **state)
{
    (void)state;
    assert_in_range(SOUND_PEAK_MAX, (long)(32768 * pow(10, -3.05 / 20)),
                    (long)(32768 * pow(10, -3.0 / 20)));
    assert_in_range(abs(wav_from_mulaw(wav_to_mulaw(SOUND_PEAK_MAX))), 1, SOUND_PEAK_MAX);
    assert_in_range(abs(wav_from_alaw(wav_to_alaw(SOUND_PEAK_MAX))), 1, SOUND_PEAK_MAX);
}

static const char *whole(struct arena *a, const struct pcm *p, enum wav_coding coding, size_t *len)
{
    struct buf out;

    buf_init(&out, a, 1 << 20);
    assert_int_equal(wav_write(&out, p, coding), ERR_OK);
    *len = out.len;
    return out.data;
}

static void joined_pieces_are_one_wav_without_clicks(void **state)
{
    static const enum wav_coding codings[] = {WAV_PCM16, WAV_MULAW, WAV_ALAW};
    static const int formats[] = {1, 7, 6};
    struct arena a;

    (void)state;
    arena_init(&a, 32 << 20);
    for (size_t c = 0; c < 3; c++) {
        const char *wav[3];
        size_t len[3];
        /* Every piece ends and begins in the middle of a swing. */
        struct pcm p = tone(&a, 8000, 203, 12000, 0, 2005, 0);
        int slope = steepest(&p);
        for (int i = 0; i < 3; i++)
            wav[i] = whole(&a, &p, codings[c], &len[i]);
        const char *ret = NULL;
        size_t n = 0;
        assert_int_equal(sound_join(&a, wav, len, 3, 250, &ret, &n), ERR_OK);
        struct pcm out = {0};
        struct wav_info info = {0};
        assert_int_equal(wav_read(&a, ret, n, &out, &info, NULL), ERR_OK);
        assert_int_equal(info.format, formats[c]);
        assert_false(info.truncated);
        assert_int_equal(out.n, 3 * 2005 + 2 * 2000);
        assert_int_equal(sound_length_ms(ret, n), (int)(out.n / 8));
        assert_true(steepest(&out) <= slope + slope / 8);
        assert_true(peak(&(struct pcm){out.samples + 2005, 2000, 8000}) <= 8);
        assert_int_equal(sound_join(&a, wav, len, 3, 0, &ret, &n), ERR_OK);
        assert_int_equal(wav_read(&a, ret, n, &out, NULL, NULL), ERR_OK);
        assert_int_equal(out.n, 3 * 2005);
        assert_true(steepest(&out) <= slope + slope / 8);
    }
    arena_release(&a);
}

static void what_does_not_fit_is_not_joined(void **state)
{
    struct arena a;
    const char *wav[2];
    size_t len[2];
    const char *ret = NULL;
    size_t n = 0;

    (void)state;
    arena_init(&a, 32 << 20);
    struct pcm p = tone(&a, 8000, 200, 9000, 0, 800, 0);
    struct pcm q = tone(&a, 16000, 200, 9000, 0, 800, 0);
    wav[0] = whole(&a, &p, WAV_PCM16, &len[0]);
    wav[1] = whole(&a, &q, WAV_PCM16, &len[1]);
    assert_int_equal(sound_join(&a, wav, len, 2, 100, &ret, &n), ERR_VALUE);
    wav[1] = whole(&a, &p, WAV_ALAW, &len[1]);
    assert_int_equal(sound_join(&a, wav, len, 2, 100, &ret, &n), ERR_VALUE);
    assert_int_equal(sound_join(&a, wav, len, 0, 100, &ret, &n), ERR_VALUE);
    assert_int_equal(sound_join(&a, wav, len, 1, -1, &ret, &n), ERR_VALUE);
    wav[1] = "no sound at all";
    len[1] = strlen(wav[1]);
    assert_int_equal(sound_join(&a, wav, len, 2, 100, &ret, &n), ERR_FORMAT);
    assert_null(ret);
    arena_release(&a);
}

static void length_is_told_from_headers_and_broken_ones_are_seen(void **state)
{
    struct arena a;
    size_t len = 0;

    (void)state;
    arena_init(&a, 1 << 20);
    struct pcm p = tone(&a, 8000, 200, 9000, 0, 8000, 0);
    const char *wav = whole(&a, &p, WAV_PCM16, &len);
    assert_int_equal(sound_length_ms(wav, len), 1000);
    for (size_t n = 0; n < 64; n++)
        assert_int_equal(sound_length_ms(wav, n), -1);
    assert_int_equal(sound_length_ms(wav, len - 1), -1);
    wav = whole(&a, &p, WAV_MULAW, &len);
    assert_int_equal(sound_length_ms(wav, len), 1000);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resampling_keeps_length_pitch_and_place),
        cmocka_unit_test(resampling_down_takes_out_what_cannot_be_carried),
        cmocka_unit_test(sound_that_has_the_rate_stays_as_it_is),
        cmocka_unit_test(silence_is_trimmed_to_what_is_promised),
        cmocka_unit_test(level_is_set_and_never_clips),
        cmocka_unit_test(the_ceiling_is_3_db_below_full_scale),
        cmocka_unit_test(joined_pieces_are_one_wav_without_clicks),
        cmocka_unit_test(what_does_not_fit_is_not_joined),
        cmocka_unit_test(length_is_told_from_headers_and_broken_ones_are_seen),
    };
    return cmocka_run_group_tests_name("speech/sound", tests, NULL, NULL);
}
