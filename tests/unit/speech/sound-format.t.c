#include "speech/sound-format.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static enum sound_format format_of(const void *data, size_t n, const char *type, const char *name)
{
    return sound_format_of(&(struct sound_came){data, n, type, name});
}

static void a_mark_tells_the_format(void **state)
{
    static const struct {
        const char *data;
        size_t n;
        enum sound_format format;
    } rows[] = {
        {"RIFF....", 8, SOUND_WAV},
        {"RF64", 4, SOUND_WAV}, /* a WAV whose writer did not know how long it would be */
        {"OggS", 4, SOUND_OGG},
        {"fLaC", 4, SOUND_FLAC},
        {"ID3\4", 4, SOUND_MP3},
        {"\xff\xfb\x90\0", 4, SOUND_MP3},
        {"\xff\xfa\x90\0", 4, SOUND_MP3},
        {"\xff\xf3\x40\0", 4, SOUND_MP3},
        {"\xff\xf2\x40\0", 4, SOUND_MP3},
        {"\xff\xe3\x40\0", 4, SOUND_MP3},
        {"\x1a\x45\xdf\xa3", 4, SOUND_WEBM},
        {"\0\0\0\x18"
         "ftypM4A ",
         12, SOUND_MP4},
        {"\xff\xff", 2, SOUND_BARE},
        {"\xff\xfb\xff\xff\1\2\3\4", 8, SOUND_BARE}, /* no bit rate: quiet sound */
        {"\xff\xfe\xff\xff\1\0\2\0", 8, SOUND_BARE},
        {"\xff", 1, SOUND_BARE},
        {"", 0, SOUND_BARE},
        {"\x1a\x45\xdf", 3, SOUND_BARE},
        {"\1\0\2\0\xff\xff\xfe\xff", 8, SOUND_BARE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(format_of(rows[i].data, rows[i].n, NULL, NULL), rows[i].format);
}

/* The two bytes of an MP3's frame are a quiet sample too: another frame must follow. */
static void quiet_sound_is_no_mp3(void **state)
{
    static unsigned char bytes[2000] = "\xff\xfb\x90";

    (void)state;
    assert_int_equal(format_of(bytes, sizeof bytes, NULL, NULL), SOUND_BARE);
    memcpy(bytes + 417, "\xff\xfb\x90", 3); /* 128 kbit/s at 44100 Hz */
    assert_int_equal(format_of(bytes, sizeof bytes, NULL, NULL), SOUND_MP3);
}

static const struct {
    const char *data;
    size_t n;
} no_sound[] = {
    {"FORM\0\0\1\0AIFF", 12},
    {"caff\0\1\0\0", 8},
    {".snd\0\0\0\x18", 8},
    {"#!AMR\n\x3c", 7},
    {"#!AMR-WB\n\x04", 10},
    {"RIFX\0\0\0\0WAVE", 12},
    {"\xff\xf1\x50\x80\x01\x1f\xfc", 7}, /* AAC */
    {"{}", 2},
    {"{\"audio\": \"UklGRg==\"}", 21},
    {"<!DOCTYPE html><html></html>", 28},
    {"<?xml version=\"1.0\"?>\r\n<a/>", 26},
    {"\xef\xbb\xbf{\"a\":1}", 10},
    {"\xff\xfe{\0\"\0", 6},
    {"\xfe\xff\0{\0\"", 6},
    {"\xd0\x90\xd0\xbb\xd0\xbb\xd0\xbe", 8}, /* a word in Cyrillic */
    {"UklGRiQAAABXQVZF", 16},                /* base64 of a WAV */
    {"\x89PNG\r\n\x1a\n", 8},
    {"\xff\xd8\xff\xe0\0\x10JFIF", 10},
    {"GIF89a\1\0\1\0", 10},
    {"%PDF-1.4\n\0", 10},
    {"PK\3\4\x14\0\0\0", 8},
    {"\0\0\0\x14"
     "ftypqt  ",
     12},
    {"\0\0\0\x18"
     "ftypheic",
     12},
    {"\0\0\0\x18"
     "ftypmif1",
     12},
    {"\0\0\0\x18"
     "ftypavif",
     12},
    {"\0\0\0\x18"
     "ftyp3gp4",
     12},
    {"\0\0\1\x18"
     "moov\0\0\0\x6c",
     12},
    {"\0\0\1\x18"
     "mdat\0\0\0\x6c",
     12},
    {"\0\0\1\xba\x44\0", 6},
    {"\x0b\x77\x12\x34\x1c\x40\x43\xe1", 8}, /* AC-3 */
    {"\x56\xe0\2\1\2\x56\xe0\2", 8},         /* AAC in LOAS */
    {"\x7f\xfe\x80\x01\xfc\x3c", 6},
    {"\xd4\xc3\xb2\xa1\2\0\4\0", 8},
    {"\x0a\x0d\x0d\x0a\x1c\0\0\0", 8},
    {"BM\x36\x10\0\0\0\0\0\0\x36\0\0\0\x28\0", 16},
    {"SQLite format 3\0\x10\0", 18},
    {"\x7f"
     "ELF\2\1\1\0",
     8},
    {"\x1f\x8b\x08\0\0\0\0\0", 8},
};

static void what_is_no_sound_for_a_recogniser_is_not_taken_for_bare(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof no_sound / sizeof no_sound[0]; i++)
        if (format_of(no_sound[i].data, no_sound[i].n, NULL, NULL) != SOUND_OTHER)
            fail_msg("row %zu is taken for sound", i);
}

static void packets_of_one_length_are_a_transport_stream(void **state)
{
    static char bytes[4 * 192];

    (void)state;
    for (size_t lead = 0; lead <= 4; lead += 4) {
        memset(bytes, 1, sizeof bytes);
        for (size_t at = lead; at < sizeof bytes; at += 188 + lead)
            bytes[at] = 0x47;
        assert_int_equal(format_of(bytes, sizeof bytes, NULL, NULL), SOUND_OTHER);
        assert_int_equal(format_of(bytes, 100, NULL, NULL), SOUND_BARE);
        bytes[lead + 188 + lead] = 0;
        assert_int_equal(format_of(bytes, sizeof bytes, NULL, NULL), SOUND_BARE);
    }
}

static void long_text_is_told_by_its_beginning(void **state)
{
    static char text[4096];

    (void)state;
    for (size_t i = 0; i + 1 < sizeof text; i += 2)
        memcpy(text + i, i % 3 == 0 ? "\xd1\x8f" : "a\n", 2);
    for (size_t n = 2; n < sizeof text; n += 997)
        assert_int_equal(format_of(text, n, NULL, NULL), SOUND_OTHER);
}

static void type_and_file_name_tell_what_has_no_mark(void **state)
{
    static const struct {
        const char *type, *name;
        enum sound_format format;
    } rows[] = {
        {NULL, NULL, SOUND_BARE},
        {NULL, "utterance", SOUND_BARE},
        {NULL, "call.raw", SOUND_BARE},
        {NULL, "call.PCM", SOUND_BARE},
        {NULL, "call.2026.12", SOUND_BARE},
        {"", "call.bin", SOUND_BARE},
        {"application/octet-stream", NULL, SOUND_BARE},
        {"audio/l16", NULL, SOUND_BARE},
        {"audio/l16", "call.wav", SOUND_BARE}, /* the type says more than the name */
        {"application/octet-stream", "call.wav", SOUND_OTHER},
        {NULL, "call.AMR", SOUND_OTHER},
        {NULL, "note.txt", SOUND_OTHER},
        {NULL, "call.m4a", SOUND_OTHER},
        {NULL, "call.Mp3", SOUND_MP3},
        {"audio/mpeg", NULL, SOUND_MP3},
        {"audio/wav", NULL, SOUND_OTHER},
        {"audio/amr", "call.raw", SOUND_OTHER},
        {"audio/pcmu", NULL, SOUND_OTHER},
        {"text/plain", NULL, SOUND_OTHER},
        {"application/json", NULL, SOUND_OTHER},
        {"image/png", NULL, SOUND_OTHER},
        {"video/mp4", NULL, SOUND_OTHER},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (format_of("\1\0\2\0\xff\xff", 6, rows[i].type, rows[i].name) != rows[i].format)
            fail_msg("row %zu", i);
        /* A mark is stronger. */
        assert_int_equal(format_of("RIFF\0\0\0\0", 8, rows[i].type, rows[i].name), SOUND_WAV);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mark_tells_the_format),
        cmocka_unit_test(quiet_sound_is_no_mp3),
        cmocka_unit_test(what_is_no_sound_for_a_recogniser_is_not_taken_for_bare),
        cmocka_unit_test(packets_of_one_length_are_a_transport_stream),
        cmocka_unit_test(long_text_is_told_by_its_beginning),
        cmocka_unit_test(type_and_file_name_tell_what_has_no_mark),
    };
    return cmocka_run_group_tests_name("speech/sound-format", tests, NULL, NULL);
}
