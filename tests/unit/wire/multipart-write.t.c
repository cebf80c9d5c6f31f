#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "wire/multipart.h"

static struct arena arena;
static struct buf out;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 1 << 20);
    buf_init(&out, &arena, 1 << 16);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

static void the_bytes_are_those_of_rfc_7578(void **state)
{
    (void)state;
    const struct multipart_part parts[] = {
        {.name = "callID", .data = "17", .len = 2},
        {.name = "audio", .filename = "a.wav", .type = "audio/wav", .data = "RI\0F", .len = 4},
    };
    static const char want[] =
        "--b\r\nContent-Disposition: form-data; name=\"callID\"\r\n\r\n17\r\n"
        "--b\r\nContent-Disposition: form-data; name=\"audio\"; "
        "filename=\"a.wav\"\r\nContent-Type: audio/wav\r\n\r\nRI\0F\r\n"
        "--b--\r\n";

    assert_int_equal(multipart_write(&out, "b", parts, 2), ERR_OK);
    assert_int_equal(out.len, sizeof want - 1);
    assert_memory_equal(out.data, want, out.len);
}

static void no_parts_make_only_the_final_boundary(void **state)
{
    (void)state;
    assert_int_equal(multipart_write(&out, "b", NULL, 0), ERR_OK);
    assert_string_equal(buf_text(&out), "--b--\r\n");
}

static void a_name_cannot_break_out_of_its_header(void **state)
{
    (void)state;
    const struct multipart_part part = {
        .name = "a\"; x=\"y\r\nEvil: 1", .filename = "\"\n", .data = "", .len = 0};

    assert_int_equal(multipart_write(&out, "b", &part, 1), ERR_OK);
    assert_non_null(
        strstr(out.data, "name=\"a%22; x=%22y%0D%0AEvil: 1\"; filename=\"%22%0A\"\r\n"));
    assert_null(strstr(out.data, "\nEvil"));
}

static void the_boundary_is_allowed_and_depends_on_the_seed(void **state)
{
    (void)state;
    char one[MULTIPART_BOUNDARY + 1];
    char again[MULTIPART_BOUNDARY + 1];
    char other[MULTIPART_BOUNDARY + 1];

    multipart_write_boundary(NULL, 0, 1, one);
    multipart_write_boundary(NULL, 0, 1, again);
    multipart_write_boundary(NULL, 0, 2, other);
    assert_string_equal(one, again);
    assert_string_not_equal(one, other);
    assert_int_equal(strlen(one), 38);
    assert_int_equal(strspn(one, "holsabcdef0123456789-"), 38);
}

static void a_boundary_that_occurs_in_the_data_is_not_taken(void **state)
{
    (void)state;
    char first[MULTIPART_BOUNDARY + 1];
    char second[MULTIPART_BOUNDARY + 1];
    char third[MULTIPART_BOUNDARY + 1];

    multipart_write_boundary(NULL, 0, 7, first);
    struct multipart_part parts[2] = {{.name = "a", .data = first, .len = strlen(first)}};
    multipart_write_boundary(parts, 1, 7, second);
    assert_string_not_equal(first, second);
    parts[1] = (struct multipart_part){.name = "b", .data = second, .len = strlen(second)};
    multipart_write_boundary(parts, 2, 7, third);
    assert_string_not_equal(third, first);
    assert_string_not_equal(third, second);
}

static void a_buffer_too_small_is_an_error(void **state)
{
    (void)state;
    struct buf small;
    const struct multipart_part part = {.name = "a", .data = "0123456789", .len = 10};

    buf_init(&small, &arena, 40);
    assert_int_equal(multipart_write(&small, "b", &part, 1), ERR_TOO_BIG);
}

static void the_reader_reads_what_was_written(void **state)
{
    (void)state;
    static const char sound[] = "\0\xff--\r\n\r\n--holos\r\n";
    const struct multipart_part parts[] = {
        {.name = "callID", .data = "дзвінок", .len = strlen("дзвінок")},
        {.name = "text", .data = "", .len = 0},
        {.name = "audio",
         .filename = "звук.wav",
         .type = "audio/wav",
         .data = sound,
         .len = sizeof sound},
    };
    char boundary[MULTIPART_BOUNDARY + 1];
    struct multipart got = {0};
    struct why why = {0};

    multipart_write_boundary(parts, 3, 99, boundary);
    assert_int_equal(multipart_write(&out, boundary, parts, 3), ERR_OK);
    assert_int_equal(multipart_parse(&arena, boundary, out.data, out.len, &got, &why), ERR_OK);
    assert_int_equal(got.n, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(got.parts[i].name, parts[i].name);
        assert_int_equal(got.parts[i].len, parts[i].len);
        assert_memory_equal(got.parts[i].data, parts[i].data, parts[i].len);
    }
    assert_string_equal(got.parts[2].filename, "звук.wav");
    assert_string_equal(got.parts[2].type, "audio/wav");
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_bytes_are_those_of_rfc_7578),
        CASE(no_parts_make_only_the_final_boundary),
        CASE(a_name_cannot_break_out_of_its_header),
        CASE(the_boundary_is_allowed_and_depends_on_the_seed),
        CASE(a_boundary_that_occurs_in_the_data_is_not_taken),
        CASE(a_buffer_too_small_is_an_error),
        CASE(the_reader_reads_what_was_written),
    };

    return cmocka_run_group_tests_name("wire/multipart-write", tests, NULL, NULL);
}
