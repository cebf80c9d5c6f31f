#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "wire/wav.h"
#include "tests/support/scratch.h"

/* ---- making files by hand -------------------------------------------------------------------- */

static void put(struct buf *b, uint64_t v, int bytes)
{
    for (int i = 0; i < bytes; i++)
        buf_putc(b, (char)(v >> (8 * i)));
}

static void put_chunk(struct buf *b, const char *id, uint32_t size)
{
    buf_put(b, id, 4);
    put(b, size, 4);
}

static void put_riff(struct buf *b)
{
    buf_init(b, &arena, 10000);
    put_chunk(b, "RIFF", 0);
    buf_puts(b, "WAVE");
}

static void put_fmt(struct buf *b, unsigned format, unsigned channels, unsigned rate, unsigned bits)
{
    put_chunk(b, "fmt ", 16);
    put(b, format, 2);
    put(b, channels, 2);
    put(b, rate, 4);
    put(b, rate * channels * bits / 8, 4);
    put(b, channels * bits / 8, 2);
    put(b, bits, 2);
}

static void put_data(struct buf *b, uint32_t says, const void *data, size_t n)
{
    put_chunk(b, "data", says);
    buf_put(b, data, n);
}

static struct pcm reads(const struct buf *b, struct wav_info *info)
{
    struct pcm pcm = {0};
    struct why why = {0};

    assert_true(wav_is(b->data, b->len));
    if (wav_read(&arena, b->data, b->len, &pcm, info, &why) != ERR_OK)
        fail_msg("%s", why.text);
    return pcm;
}

static void fails(const void *data, size_t n, enum err want, const char *sentence)
{
    struct pcm pcm = {.n = 77};
    struct wav_info info = {.rate = 77};
    struct why why = {0};

    assert_int_equal(wav_read(&arena, data, n, &pcm, &info, &why), want);
    assert_true(pcm.n == 77 && info.rate == 77);
    if (strstr(why.text, sentence) == NULL)
        fail_msg("\"%s\" lacks \"%s\"", why.text, sentence);
}

static void sounds_like(const struct pcm *pcm, const int16_t *want, size_t n)
{
    assert_int_equal(pcm->n, n);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(pcm->samples[i], want[i]);
}

/* ---- reading --------------------------------------------------------------------------------- */

static void sixteen_bits_mono_and_stereo_are_read(void **state)
{
    static const unsigned char bytes[] = {0xff, 0x7f, 0xff, 0x7f, 0x00, 0x80,
                                          0x00, 0x80, 0x01, 0x00, 0x04, 0x00};
    static const int16_t mono[] = {32767, 32767, -32768, -32768, 1, 4};
    static const int16_t mixed[] = {32767, -32768, 2};
    struct wav_info info;
    struct buf b;

    (void)state;
    put_riff(&b);
    put_fmt(&b, 1, 1, 8000, 16);
    put_data(&b, 12, bytes, 12);
    struct pcm pcm = reads(&b, &info);
    sounds_like(&pcm, mono, 6);
    assert_int_equal(pcm.rate, 8000);
    assert_true(info.format == 1 && info.channels == 1 && info.bits == 16 && info.rate == 8000);
    assert_false(info.truncated);
    put_riff(&b);
    put_fmt(&b, 1, 2, 44100, 16);
    put_data(&b, 12, bytes, 12);
    pcm = reads(&b, &info);
    sounds_like(&pcm, mixed, 3);
    assert_int_equal(info.channels, 2);
}

static void eight_bits_are_unsigned(void **state)
{
    static const int16_t want[] = {-32768, 0, 32512, -256};
    struct buf b;

    (void)state;
    put_riff(&b);
    put_fmt(&b, 1, 1, 11025, 8);
    put_data(&b, 4, "\x00\x80\xff\x7f", 4);
    struct pcm pcm = reads(&b, NULL);
    sounds_like(&pcm, want, 4);
}

static void telephone_codings_are_read(void **state)
{
    static const int16_t mulaw[] = {0, 0, -32124, 32124};
    static const int16_t alaw[] = {8, -8, 32256, -32256};
    struct wav_info info;
    struct buf b;

    (void)state;
    put_riff(&b);
    put_fmt(&b, 7, 1, 8000, 8);
    put_data(&b, 4, "\xff\x7f\x00\x80", 4);
    struct pcm pcm = reads(&b, &info);
    sounds_like(&pcm, mulaw, 4);
    assert_int_equal(info.format, 7);
    put_riff(&b);
    put_fmt(&b, 6, 1, 8000, 8);
    put_data(&b, 4, "\xd5\x55\xaa\x2a", 4);
    pcm = reads(&b, &info);
    sounds_like(&pcm, alaw, 4);
    assert_int_equal(info.format, 6);
}

static void put_extensible(struct buf *b, unsigned tag, unsigned bits, const char *guid_rest)
{
    put_riff(b);
    put_fmt(b, 0xfffe, 1, 16000, bits);
    b->data[16] = 40;
    put(b, 22, 2);
    put(b, bits, 2);
    put(b, 4, 4);
    put(b, tag, 2);
    buf_put(b, guid_rest, 14);
    put_data(b, 2, "\x01\x02", 2);
}

static void extensible_formats_are_resolved(void **state)
{
    static const char guid[] = "\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71";
    struct wav_info info;
    struct buf b;

    (void)state;
    put_extensible(&b, 1, 16, guid);
    struct pcm pcm = reads(&b, &info);
    assert_int_equal(info.format, 1);
    assert_int_equal(pcm.samples[0], 0x201);
    put_extensible(&b, 7, 8, guid);
    assert_int_equal(reads(&b, &info).n, 2);
    assert_int_equal(info.format, 7);
    put_extensible(&b, 3, 16, guid);
    fails(b.data, b.len, ERR_FORMAT, "coding 3");
    put_extensible(&b, 0xfffe, 16, guid);
    fails(b.data, b.len, ERR_FORMAT, "coding");
    put_extensible(&b, 1, 16, "ambisonics4567");
    fails(b.data, b.len, ERR_FORMAT, "subformat");
    put_riff(&b);
    put_fmt(&b, 0xfffe, 1, 8000, 16);
    put_data(&b, 2, "ab", 2);
    fails(b.data, b.len, ERR_SYNTAX, "too short");
}

static void every_width_is_read(void **state)
{
    static const struct {
        unsigned format, bits;
        size_t n;
        const char *data;
        int16_t want[3];
    } rows[] = {
        {1, 24, 9, "\xff\x34\x12\0\0\x80\xff\xff\x7f", {0x1234, -32768, 32767}},
        {1, 20, 9, "\xf0\x34\x12\0\0\x80\xf0\xff\x7f", {0x1234, -32768, 32767}},
        {1, 32, 12, "ab\x34\x12\0\0\0\x80\xff\xff\xff\x7f", {0x1234, -32768, 32767}},
        {1, 12, 6, "\x30\x12\0\x80\xf0\x7f", {0x1230, -32768, 0x7ff0}},
        {3, 32, 12, "\0\0\0\x3f\0\0\0\xc0\0\0\x80\x7f", {16384, -32768, 0}},
        {3,
         64,
         24,
         "\0\0\0\0\0\0\xd0\xbf\0\0\0\0\0\0\xf0\x3f\0\0\0\0\0\0\xf8\x7f",
         {-8192, 32767, 0}},
        {7, 16, 3, "\xff\x00\x80", {0, -32124, 32124}}, /* some headers speak of the decoded */
        {6, 0, 3, "\xd5\xaa\x2a", {8, 32256, -32256}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct wav_info info;
        struct buf b;
        put_riff(&b);
        put_fmt(&b, rows[i].format, 1, 8000, rows[i].bits);
        put_data(&b, (uint32_t)rows[i].n, rows[i].data, rows[i].n);
        struct pcm pcm = reads(&b, &info);
        sounds_like(&pcm, rows[i].want, 3);
        assert_int_equal(info.bits, rows[i].n / 3 * 8);
    }
}

static void what_follows_from_other_fields_is_not_looked_at(void **state)
{
    static const int16_t want[] = {0x6261, 0x6463};
    struct buf b;

    (void)state;
    put_riff(&b);
    put_fmt(&b, 1, 1, 8000, 16);
    put_data(&b, 4, "abcd", 4);
    for (int align = 0; align < 5; align++) {
        b.data[32] = (char)align;
        b.data[28] = (char)(align * 17); /* bytes a second */
        struct pcm pcm = reads(&b, NULL);
        sounds_like(&pcm, want, 2);
    }
}

static void all_channels_are_mixed(void **state)
{
    static const int16_t want[] = {200, -300};
    struct buf b;

    (void)state;
    put_riff(&b);
    put_fmt(&b, 1, 3, 8000, 16);
    put_data(&b, 12, "\x64\0\xc8\0\x2c\x01\x9c\xff\xd4\xfe\x0c\xfe", 12);
    struct pcm pcm = reads(&b, NULL);
    sounds_like(&pcm, want, 2);
}

/* Each chunk before the sound, with its byte of padding (0 or not) and without. */
static void a_chunk_behind_an_odd_one_is_found_at_both_places(void **state)
{
    static const struct {
        const char *pad;
        size_t n;
    } pads[] = {{"", 0}, {"\0", 1}, {"x", 1}};
    static const char *const ids[] = {"data", "LIST", "bext", "junk", "_pmx"};
    static const int16_t want[] = {0x6261, 0x6463, 0x6665};

    (void)state;
    for (size_t i = 0; i < sizeof pads / sizeof pads[0]; i++) {
        for (size_t id = 0; id < sizeof ids / sizeof ids[0]; id++) {
            struct buf b;
            put_riff(&b);
            put_fmt(&b, 1, 1, 8000, 16);
            put_chunk(&b, "inst", 7);
            buf_put(&b, "1234567", 7);
            buf_put(&b, pads[i].pad, pads[i].n);
            if (id > 0) {
                put_chunk(&b, ids[id], 4);
                buf_puts(&b, "ABCD");
            }
            put_data(&b, 6, "abcdef", 6);
            struct pcm pcm = reads(&b, NULL);
            sounds_like(&pcm, want, 3);
        }
    }
}

static void a_look_tells_what_reading_gives(void **state)
{
    struct wav_info seen = {0};
    struct wav_info read;
    struct buf b;

    (void)state;
    put_riff(&b);
    put_fmt(&b, 1, 2, 8000, 24);
    put_data(&b, 13, "123456123456", 12);
    struct pcm pcm = reads(&b, &read);
    assert_int_equal(wav_look(b.data, b.len, &seen, NULL), ERR_OK);
    assert_true(seen.n == 2 && pcm.n == 2 && read.n == 2 && seen.truncated && seen.bits == 24);
    assert_true(seen.rate == 8000 && seen.channels == 2 && seen.format == 1);
    assert_int_equal(wav_look(b.data, 40, &seen, NULL), ERR_SYNTAX);
    assert_int_equal(wav_look("OggS", 4, &seen, NULL), ERR_FORMAT);
    assert_int_equal(seen.n, 2);
}

static void other_chunks_are_skipped_with_their_padding(void **state)
{
    struct buf b;

    (void)state;
    put_riff(&b);
    put_chunk(&b, "LIST", 3);
    buf_put(&b, "abc\0", 4);
    put_fmt(&b, 1, 1, 8000, 8);
    put_chunk(&b, "fact", 0);
    put_chunk(&b, "junk", 1);
    buf_put(&b, "x\0", 2);
    put_data(&b, 3, "\x80\x80\x80\0LIST", 8);
    struct pcm pcm = reads(&b, NULL);
    assert_int_equal(pcm.n, 3);
}

static void a_streaming_writer_means_all_that_follows(void **state)
{
    static const uint32_t says[] = {0, 0x7ffff000, 0x7fffffff, 0x80000000, 0xffffffff};
    struct wav_info info;

    (void)state;
    for (size_t i = 0; i < sizeof says / sizeof says[0]; i++) {
        struct buf b;
        put_riff(&b);
        put_fmt(&b, 1, 1, 22050, 16);
        put_data(&b, says[i], "\1\0\2\0\3\0\4", 7);
        struct pcm pcm = reads(&b, &info);
        assert_int_equal(pcm.n, 3);
        assert_int_equal(pcm.samples[2], 3);
        assert_false(info.truncated);
    }
}

static void a_truncated_file_gives_what_is_there(void **state)
{
    struct wav_info info;
    struct buf b;

    (void)state;
    put_riff(&b);
    put_fmt(&b, 1, 2, 8000, 16);
    put_data(&b, 100, "\1\0\1\0\2\0\2\0\3\0\3", 11);
    struct pcm pcm = reads(&b, &info);
    assert_int_equal(pcm.n, 2);
    assert_true(info.truncated);
    put_riff(&b);
    put_fmt(&b, 1, 1, 8000, 16);
    put_data(&b, 0x7fffefff, "\1\0", 2);
    assert_int_equal(reads(&b, &info).n, 1);
    assert_true(info.truncated);
}

static void a_size_of_64_bits_is_read(void **state)
{
    static const uint64_t sizes[] = {2, 0, 1000, UINT64_MAX};
    static const size_t samples[] = {1, 2, 2, 2};
    static const bool truncated[] = {false, false, true, true};

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        struct wav_info info;
        struct buf b;
        buf_init(&b, &arena, 1000);
        buf_put(&b, "RF64\xff\xff\xff\xffWAVE", 12);
        put_chunk(&b, "ds64", 28);
        put(&b, 0, 8);
        put(&b, sizes[i], 8);
        put(&b, 0, 8);
        put(&b, 0, 4);
        put_fmt(&b, 1, 1, 8000, 16);
        put_data(&b, 0xffffffff, "\1\0\2\0", 4);
        assert_int_equal(reads(&b, &info).n, samples[i]);
        assert_int_equal(info.truncated, truncated[i]);
    }
}

static void no_sound_is_a_success(void **state)
{
    struct buf b;

    (void)state;
    put_riff(&b);
    put_fmt(&b, 1, 1, 8000, 16);
    put_data(&b, 0, "", 0);
    struct pcm pcm = reads(&b, NULL);
    assert_int_equal(pcm.n, 0);
    assert_non_null(pcm.samples);
}

static void what_is_not_read_is_named(void **state)
{
    static const struct {
        unsigned format, channels, rate, bits;
        const char *sentence;
    } rows[] = {
        {2, 1, 8000, 4, "coding 2"},
        {3, 1, 8000, 16, "coding 3"},
        {1, 1, 8000, 64, "64 bits"},
        {1, 1, 8000, 0, "0 bits"},
        {1, 1, 8000, 7, "7 bits"},
        {1, 0, 8000, 16, "0 channels"},
        {1, 33, 8000, 16, "33 channels"},
        {1, 1, 3999, 16, "3999 samples"},
        {1, 1, 48001, 16, "48001"},
        {1, 1, 0, 16, "0 samples"},
        {1, 1, 4294967295, 16, "4294967295"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf b;
        put_riff(&b);
        put_fmt(&b, rows[i].format, rows[i].channels, rows[i].rate, rows[i].bits);
        put_data(&b, 4, "abcd", 4);
        fails(b.data, b.len, ERR_FORMAT, rows[i].sentence);
    }
    fails("RIFF\0\0\0\0AVI ", 12, ERR_FORMAT, "RIFF/WAVE");
    fails("RIFX\0\0\0\0WAVE", 12, ERR_FORMAT, "RIFF/WAVE");
    fails("RIFF\0\0\0\0WAV", 11, ERR_FORMAT, "RIFF/WAVE");
    fails("", 0, ERR_FORMAT, "RIFF/WAVE");
    assert_false(wav_is("OggS", 4));
}

static void a_file_without_its_parts_is_refused(void **state)
{
    struct buf b;

    (void)state;
    put_riff(&b);
    fails(b.data, b.len, ERR_SYNTAX, "no fmt");
    put_data(&b, 2, "ab", 2);
    fails(b.data, b.len, ERR_SYNTAX, "before the fmt");
    put_riff(&b);
    put_fmt(&b, 1, 1, 8000, 16);
    fails(b.data, b.len, ERR_SYNTAX, "no data");
    buf_puts(&b, "data\1\0\0");
    fails(b.data, b.len, ERR_SYNTAX, "no data");
    put_riff(&b);
    put_fmt(&b, 1, 1, 8000, 16);
    put_fmt(&b, 1, 1, 8000, 16);
    put_data(&b, 2, "ab", 2);
    fails(b.data, b.len, ERR_SYNTAX, "two fmt");
    put_riff(&b);
    put_chunk(&b, "fmt ", 14);
    buf_put(&b, "12345678901234", 14);
    fails(b.data, b.len, ERR_SYNTAX, "14 bytes");
    put_riff(&b);
    put_chunk(&b, "LIST", 0xffffffff);
    buf_puts(&b, "abcdefgh");
    fails(b.data, b.len, ERR_SYNTAX, "past the end");
}

static void every_prefix_of_a_file_is_handled(void **state)
{
    static const int16_t samples[] = {1, 2, 3};
    struct pcm in = {.samples = (int16_t[]){1, 2, 3}, .n = 3, .rate = 8000};
    struct buf b;

    (void)state;
    buf_init(&b, &arena, 1000);
    assert_int_equal(wav_write(&b, &in, WAV_PCM16), ERR_OK);
    for (size_t n = 0; n <= b.len; n++) {
        char *exact = malloc(n == 0 ? 1 : n); /* so that a sanitizer sees a read too far */
        struct wav_info info = {0};
        struct pcm pcm = {0};
        assert_non_null(exact);
        memcpy(exact, b.data, n);
        enum err e = wav_read(&arena, exact, n, &pcm, &info, NULL);
        free(exact);
        assert_int_equal(e, n < 12 ? ERR_FORMAT : n < 44 ? ERR_SYNTAX : ERR_OK);
        if (e == ERR_OK && n >= 44)
            sounds_like(&pcm, samples, (n - 44) / 2);
        assert_int_equal(info.truncated, e == ERR_OK && n < b.len);
    }
}

static void no_memory_is_said(void **state)
{
    struct pcm in = {.samples = (int16_t[]){1}, .n = 1, .rate = 8000};
    struct arena none;
    struct buf b;

    (void)state;
    buf_init(&b, &arena, 1000);
    assert_int_equal(wav_write(&b, &in, WAV_PCM16), ERR_OK);
    arena_init(&none, 0);
    assert_int_equal(wav_read(&none, b.data, b.len, &in, NULL, NULL), ERR_MEMORY);
    assert_int_equal(in.n, 1);
}

/* ---- writing --------------------------------------------------------------------------------- */

static void a_written_header_is_exact(void **state)
{
    static const unsigned char want[] = {'R',  'I',  'F', 'F', 40,  0,  0, 0, 'W', 'A', 'V',  'E',
                                         'f',  'm',  't', ' ', 16,  0,  0, 0, 1,   0,   1,    0,
                                         0x40, 0x1f, 0,   0,   128, 62, 0, 0, 2,   0,   16,   0,
                                         'd',  'a',  't', 'a', 4,   0,  0, 0, 1,   0,   0xff, 0xff};
    static const unsigned char alaw[] = {
        'R', 'I', 'F', 'F', 52, 0,   0,   0,   'W', 'A',  'V',  'E', 'f', 'm',  't',
        ' ', 18,  0,   0,   0,  6,   0,   1,   0,   0x40, 0x1f, 0,   0,   0x40, 0x1f,
        0,   0,   1,   0,   8,  0,   0,   0,   'f', 'a',  'c',  't', 4,   0,    0,
        0,   1,   0,   0,   0,  'd', 'a', 't', 'a', 1,    0,    0,   0,   0xd5, 0};
    struct pcm in = {.samples = (int16_t[]){1, -1}, .n = 2, .rate = 8000};
    struct buf b;

    (void)state;
    buf_init(&b, &arena, 1000);
    assert_int_equal(wav_write(&b, &in, WAV_PCM16), ERR_OK);
    assert_int_equal(b.len, sizeof want);
    assert_memory_equal(b.data, want, sizeof want);
    buf_clear(&b);
    in.n = 1;
    assert_int_equal(wav_write(&b, &in, WAV_ALAW), ERR_OK);
    assert_int_equal(b.len, sizeof alaw);
    assert_memory_equal(b.data, alaw, sizeof alaw);
}

static void what_is_written_reads_back(void **state)
{
    int16_t samples[256];
    struct pcm in = {.samples = samples, .n = 255, .rate = 16000};

    (void)state;
    for (int coding = WAV_PCM16; coding <= WAV_ALAW; coding++) {
        struct wav_info info;
        struct buf b;
        for (int i = 0; i < 256; i++)
            samples[i] = coding == WAV_MULAW  ? wav_from_mulaw((uint8_t)i)
                         : coding == WAV_ALAW ? wav_from_alaw((uint8_t)i)
                                              : (int16_t)(i * 257 - 32768);
        buf_init(&b, &arena, 10000);
        assert_int_equal(wav_write(&b, &in, (enum wav_coding)coding), ERR_OK);
        struct pcm out = reads(&b, &info);
        sounds_like(&out, samples, 255);
        assert_int_equal(out.rate, 16000);
        assert_false(info.truncated);
    }
}

static void too_much_is_refused(void **state)
{
    struct pcm in = {.samples = (int16_t[]){1, -1}, .n = 2, .rate = 8000};
    struct buf b;

    (void)state;
    buf_init(&b, &arena, 47);
    assert_int_equal(wav_write(&b, &in, WAV_PCM16), ERR_TOO_BIG);
    assert_int_equal(b.len, 0);
    buf_clear(&b);
    in.n = 0x80000000;
    assert_int_equal(wav_write(&b, &in, WAV_PCM16), ERR_TOO_BIG);
}

/* ---- G.711 ----------------------------------------------------------------------------------- */

static void known_codes_of_g711_hold(void **state)
{
    static const struct {
        int16_t sample;
        uint8_t mulaw, alaw;
    } rows[] = {
        {0, 0xff, 0xd5},    {32767, 0x80, 0xaa}, {-32768, 0x00, 0x2a}, {8, 0xfe, 0xd5},
        {-8, 0x7e, 0x55},   {1000, 0xce, 0xfa},  {-1000, 0x4e, 0x7a},  {132, 0xef, 0xdd},
        {-132, 0x6f, 0x5d}, {10000, 0x9c, 0xb6},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(wav_to_mulaw(rows[i].sample), rows[i].mulaw);
        assert_int_equal(wav_to_alaw(rows[i].sample), rows[i].alaw);
    }
    assert_int_equal(wav_from_mulaw(0x00), -32124);
    assert_int_equal(wav_from_mulaw(0x80), 32124);
    assert_int_equal(wav_from_mulaw(0xfe), 8);
    assert_int_equal(wav_from_mulaw(0xef), 132);
    assert_int_equal(wav_from_alaw(0x80), 5504);
    assert_int_equal(wav_from_alaw(0xaa), 32256);
    assert_int_equal(wav_from_alaw(0x2a), -32256);
    assert_int_equal(wav_from_alaw(0xd4), 24);
}

static void every_code_comes_back(void **state)
{
    (void)state;
    for (int code = 0; code < 256; code++) {
        uint8_t c = (uint8_t)code;
        assert_int_equal(wav_to_alaw(wav_from_alaw(c)), c);
        assert_int_equal(wav_to_mulaw(wav_from_mulaw(c)), c == 0x7f ? 0xff : c);
    }
}

static void coding_is_close_and_in_order(void **state)
{
    int before_mulaw = -40000;
    int before_alaw = -40000;

    (void)state;
    for (int s = INT16_MIN; s <= INT16_MAX; s++) {
        int m = wav_from_mulaw(wav_to_mulaw((int16_t)s));
        int a = wav_from_alaw(wav_to_alaw((int16_t)s));
        int size = s < 0 ? -s : s;
        assert_true(m >= before_mulaw && a >= before_alaw);
        assert_true(abs(m - s) <= size / 32 + 8 || size > 32124);
        assert_true(abs(a - s) <= size / 32 + 8);
        before_mulaw = m;
        before_alaw = a;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sixteen_bits_mono_and_stereo_are_read),
        cmocka_unit_test(eight_bits_are_unsigned),
        cmocka_unit_test(telephone_codings_are_read),
        cmocka_unit_test(extensible_formats_are_resolved),
        cmocka_unit_test(every_width_is_read),
        cmocka_unit_test(what_follows_from_other_fields_is_not_looked_at),
        cmocka_unit_test(all_channels_are_mixed),
        cmocka_unit_test(a_chunk_behind_an_odd_one_is_found_at_both_places),
        cmocka_unit_test(a_look_tells_what_reading_gives),
        cmocka_unit_test(other_chunks_are_skipped_with_their_padding),
        cmocka_unit_test(a_streaming_writer_means_all_that_follows),
        cmocka_unit_test(a_truncated_file_gives_what_is_there),
        cmocka_unit_test(a_size_of_64_bits_is_read),
        cmocka_unit_test(no_sound_is_a_success),
        cmocka_unit_test(what_is_not_read_is_named),
        cmocka_unit_test(a_file_without_its_parts_is_refused),
        cmocka_unit_test(every_prefix_of_a_file_is_handled),
        cmocka_unit_test(no_memory_is_said),
        cmocka_unit_test(a_written_header_is_exact),
        cmocka_unit_test(what_is_written_reads_back),
        cmocka_unit_test(too_much_is_refused),
        cmocka_unit_test(known_codes_of_g711_hold),
        cmocka_unit_test(every_code_comes_back),
        cmocka_unit_test(coding_is_close_and_in_order),
    };
    return cmocka_run_group_tests_name("wire/wav", tests, scratch_setup, scratch_teardown);
}
