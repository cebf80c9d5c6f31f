#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "wire/multipart.h"
#include "tests/support/scratch.h"

#define HEAD(name) "Content-Disposition: form-data; name=\"" name "\"\r\n"

/* One body with all that is awkward; NULs are in it, so its length is counted. */
static const char awkward[] =
    "preamble\r\n--\r\n--bound \t\r\n"
    "content-disposition:form-data; NAME=callID\r\nX-Other: y\r\n\r\n"
    "6100000007\r\n"
    "--bound\r\n" HEAD("empty") "\r\n\r\n"
                                "--bound\r\n" HEAD(
                                    "none") "\r\n--bound\r\n"
                                            "Content-Disposition: form-data; name=\"audio\"; "
                                            "filename=\"a.wav\"\r\n"
                                            "Content-Type: Audio/WAV; "
                                            "rate=8000\r\nContent-Transfer-Encoding: binary\r\n\r\n"
                                            "\0\r\r\n\r\n-\r\n--\r\n--boun\r\n--bound!\r\n--bound-"
                                            "\r\n--bound--x\r\n--bounds\r\n"
                                            "x--bound\r\n\n--bound\r\n\r"
                                            "\r\n--bound-- \r\nepilogue\r\n--bound\r\n\r\n";
#define AWKWARD (sizeof awkward - 1)
static const char sound[] =
    "\0\r\r\n\r\n-\r\n--\r\n--boun\r\n--bound!\r\n--bound-\r\n--bound--x\r\n"
    "--bounds\r\nx--bound\r\n\n--bound\r\n\r";

static enum err parse_n(const char *body, size_t n, struct multipart *ret, struct why *why)
{
    return multipart_parse(&arena, "bound", body, n, ret, why);
}

static struct multipart parse(const char *body)
{
    struct multipart m = {0};
    struct why why = {0};

    if (parse_n(body, strlen(body), &m, &why) != ERR_OK)
        fail_msg("%s", why.text);
    return m;
}

static void fails(const char *body, enum err want, const char *sentence)
{
    struct multipart m = {.n = 99};
    struct why why = {0};

    assert_int_equal(parse_n(body, strlen(body), &m, &why), want);
    assert_int_equal(m.n, 99);
    if (strstr(why.text, sentence) == NULL)
        fail_msg("\"%s\" lacks \"%s\"", why.text, sentence);
}

static void a_whole_body_is_read_without_a_copy(void **state)
{
    struct multipart m = {0};

    (void)state;
    assert_int_equal(parse_n(awkward, AWKWARD, &m, NULL), ERR_OK);
    assert_int_equal(m.n, 4);
    assert_string_equal(m.parts[0].name, "callID");
    assert_null(m.parts[0].filename);
    assert_null(m.parts[0].type);
    assert_int_equal(m.parts[0].len, 10);
    assert_memory_equal(m.parts[0].data, "6100000007", 10);
    assert_int_equal(m.parts[1].len, 0);
    assert_int_equal(m.parts[2].len, 0);
    assert_string_equal(m.parts[2].name, "none");
    assert_string_equal(m.parts[3].name, "audio");
    assert_string_equal(m.parts[3].filename, "a.wav");
    assert_string_equal(m.parts[3].type, "audio/wav");
    assert_int_equal(m.parts[3].len, sizeof sound - 1);
    assert_memory_equal(m.parts[3].data, sound, sizeof sound - 1);
    assert_true(m.parts[3].data > awkward && m.parts[3].data < awkward + AWKWARD);
}

/* ---- the incremental form, written down as one text ------------------------------------------ */

static enum err on_begin(void *to, const struct multipart_part *part)
{
    buf_printf(to, "<%s|%s|%s>", part->name, part->filename == NULL ? "-" : part->filename,
               part->type == NULL ? "-" : part->type);
    return ERR_OK;
}

static enum err on_data(void *to, const char *data, size_t n)
{
    assert_true(n > 0);
    buf_put(to, data, n);
    return buf_err(to);
}

static enum err on_end(void *to)
{
    buf_puts(to, "</>");
    return ERR_OK;
}

static const struct multipart_events events = {on_begin, on_data, on_end};

static enum err feed_in(const char *body, size_t n, size_t first, size_t then, struct buf *log)
{
    struct arena a;
    struct multipart_feed f;
    struct why why = {0};
    enum err e = ERR_OK;

    arena_init(&a, 1 << 20);
    buf_init(log, &arena, 1 << 20);
    multipart_feed_init(&f, &a, "bound", &events, log, &why);
    for (size_t at = 0; at < n && e == ERR_OK;) {
        size_t piece = at == 0 && first > 0 ? first : then;
        piece = piece < n - at ? piece : n - at;
        e = multipart_feed(&f, body + at, piece);
        at += piece;
    }
    enum err last = multipart_feed_finish(&f);
    assert_true(e == ERR_OK || e == last);
    assert_true((last == ERR_OK) == (why.text[0] == '\0'));
    arena_release(&a);
    return last;
}

static void same_however_cut(const char *body, size_t n)
{
    struct buf want;
    struct buf got;
    enum err e = feed_in(body, n, n, 1, &want);

    for (size_t cut = 0; cut <= n; cut++) {
        assert_int_equal(feed_in(body, n, cut, n, &got), e);
        assert_string_equal(buf_text(&got), buf_text(&want));
        assert_int_equal(got.len, want.len);
        if (got.len > 0)
            assert_memory_equal(got.data, want.data, want.len);
    }
    for (size_t step = 1; step < 20; step++) {
        assert_int_equal(feed_in(body, n, 0, step, &got), e);
        assert_int_equal(got.len, want.len);
        if (got.len > 0)
            assert_memory_equal(got.data, want.data, want.len);
    }
}

static void the_cuts_of_the_input_do_not_show(void **state)
{
    struct buf log;

    (void)state;
    same_however_cut(awkward, AWKWARD);
    same_however_cut("--bound--", 9);
    same_however_cut("--bound\r\n\r\n", 11);
    same_however_cut("--bound\r\n folded\r\n\r\n", 20);
    assert_int_equal(feed_in(awkward, AWKWARD, 0, 1, &log), ERR_OK);
    assert_memory_equal(log.data,
                        "<callID|-|->6100000007</><empty|-|-></><none|-|-></>"
                        "<audio|a.wav|audio/wav>\0",
                        76);
}

static void a_body_cut_anywhere_is_an_error(void **state)
{
    const char *last = strstr(awkward, "epilogue");
    struct buf log;

    (void)state;
    /* strstr stops at the NUL in the sound */
    assert_null(last);
    size_t whole = AWKWARD - strlen("epilogue\r\n--bound\r\n\r\n");
    const char *lookalike = memmem(awkward, AWKWARD, "\r\n--bound--x", 12);
    assert_non_null(lookalike);
    size_t inner = (size_t)(lookalike - awkward) + 11;
    for (size_t n = 0; n < whole; n++) {
        struct multipart m = {0};
        /* RFC 2046 lets the last boundary lack its line end */
        bool closed = n + 3 >= whole || n == inner;
        enum err want = closed ? ERR_OK : ERR_SYNTAX;
        assert_int_equal(parse_n(awkward, n, &m, NULL), want);
        assert_int_equal(feed_in(awkward, n, 0, 7, &log), want);
    }
}

static void names_are_unquoted(void **state)
{
    static const struct {
        const char *params;
        const char *name;
        const char *filename;
    } rows[] = {
        {"name=a", "a", NULL},
        {"name=\"a b\"", "a b", NULL},
        {"name=\"a\\\"b\\\\c\"", "a\"b\\c", NULL},
        {"name=\"a%22b%0d%0Ac%41%\"", "a\"b\r\nc%41%", NULL},
        {"name=\"a;b=c\"; x=y", "a;b=c", NULL},
        {"name=\"a\"; filename=\"\"", "a", ""},
        {"name=\"a\"; filename=\"C:\\dir\\f.wav\"", "a", "C:\\dir\\f.wav"},
        {"name=\"a\"; filename=\"запис.wav\"", "a", "запис.wav"},
        {"filename*=utf-8'uk'%D0%B7%20x.wav; name=a; filename=\"y\"", "a", "з x.wav"},
        {"name=\"a\" ; filename*=UTF-8''f.wav;", "a", "f.wav"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *body = arena_printf(&arena,
                                  "--bound\r\nContent-Disposition: form-data; %s\r\n\r\nx\r\n"
                                  "--bound--",
                                  rows[i].params);
        struct multipart m = parse(body);
        assert_int_equal(m.n, 1);
        assert_string_equal(m.parts[0].name, rows[i].name);
        if (rows[i].filename == NULL)
            assert_null(m.parts[0].filename);
        else
            assert_string_equal(m.parts[0].filename, rows[i].filename);
    }
}

static void a_part_without_a_name_has_an_empty_one(void **state)
{
    static const char *const heads[] = {
        "",
        "Content-Type: text/plain\r\n",
        "Content-Disposition: form-data\r\n",
        "Content-Disposition: form-data; name=\"\"\r\n",
        "Content-Disposition: form-data; name\r\n",
        "Content-Disposition: form-data; name=\r\n",
        "Content-Disposition: form-data; name=\"\r\n",
        "Content-Disposition: form-data; name*=latin1''%FF\r\n",
        "Content-Disposition:\r\n",
        "no colon\r\n",
        " folded\r\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        const char *body = arena_printf(
            &arena, "--bound\r\n%s\r\nx\r\n--bound\r\n" HEAD("a") "\r\ny\r\n--bound--\r\n",
            heads[i]);
        struct multipart m = parse(body);
        assert_int_equal(m.n, 2);
        assert_string_equal(m.parts[0].name, "");
        assert_int_equal(m.parts[0].len, 1);
        assert_int_equal(multipart_find(&m, "a", NULL)->len, 1);
        same_however_cut(body, strlen(body));
    }
}

static void a_name_is_found_however_its_line_is_written(void **state)
{
    static const char *const heads[] = {
        "Content-Disposition: form-data;\r\n name=\"callID\"",
        "Content-Disposition:\r\n\tform-data;\r\n name=\"callID\"",
        "Content-Disposition: form-data; name=callID;\r\n filename=\"a\r\n b.wav\"",
        "Content-Disposition: form-data; name*=UTF-8''call%49D",
        "Content-Disposition: form-data; name*=utf-8'en'x; name=callID",
        "Content-Disposition: attachment; name=\"callID\"",
        "Content-Disposition: name=\"callID\"",
        "Content-Disposition: form-data name=\"callID\"",
        "Content-Disposition:form-data;name=callID",
        "CONTENT-DISPOSITION : FORM-DATA ; NAME = \"callID\"",
        "Content-Disposition: form-data; name=\"callID",
        "Content-Disposition: form-data; name=\"callID; filename=\"a.wav\"",
        "Content-Disposition: form-data; name=callID\"",
        "Content-Disposition: form-data; name=callID; name=b",
        "Content-Disposition: form-data; name=callID\r\nContent-Disposition: form-data; name=b",
        "A: x\ry\r\nContent-Disposition: form-data; name=callID",
        "A: x\nContent-Disposition: form-data; name=callID",
        "Content-Disposition: form-data; =; name=callID",
    };
    static const char nul[] = "--bound\r\nA: \0\r\n" HEAD("callID") "\r\nx\r\n--bound--";
    struct multipart m = {0};

    (void)state;
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        const char *body = arena_printf(&arena, "--bound\r\n%s\r\n\r\nx\r\n--bound--", heads[i]);
        m = parse(body);
        if (strcmp(m.parts[0].name, "callID") != 0)
            fail_msg("%s: %s", heads[i], m.parts[0].name);
        same_however_cut(body, strlen(body));
    }
    assert_int_equal(parse_n(nul, sizeof nul - 1, &m, NULL), ERR_OK);
    assert_string_equal(m.parts[0].name, "callID");
    m = parse("--bound\nContent-Disposition: form-data;\n name=callID\n\nx\n--bound--\n");
    assert_string_equal(m.parts[0].name, "callID");
}

static void a_transfer_encoding_is_undone(void **state)
{
    static const struct {
        const char *encoding, *data, *want; /* NULL: cannot be decoded */
    } rows[] = {
        {"base64", "UklGRg==", "RIFF"},
        {"BASE64", " Ukl\r\nG\tRg\r\n", "RIFF"},
        {"base64", "", ""},
        {"base64", "UklGR", NULL},
        {"base64", "RIFF....", NULL},
        {"quoted-printable", "=D1=82=d0=b0=3D=\r\nk=\nk=zz=", "та=kk=zz="},
        {"binary", "UklGRg==", "UklGRg=="},
        {"8BIT ;x", "a=41", "a=41"},
        {"", "a", "a"},
        {"x-uuencode", "a", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct multipart m = parse(arena_printf(
            &arena, "--bound\r\n" HEAD("a") "Content-Transfer-Encoding: %s\r\n\r\n%s\r\n--bound--",
            rows[i].encoding, rows[i].data));
        assert_int_equal(multipart_decode(&arena, &m, NULL), ERR_OK);
        const char *want = rows[i].want == NULL ? "" : rows[i].want;
        assert_int_equal(m.parts[0].encoding,
                         rows[i].want == NULL ? MULTIPART_UNKNOWN : MULTIPART_RAW);
        assert_int_equal(m.parts[0].len, strlen(want));
        assert_memory_equal(m.parts[0].data, want, strlen(want));
    }
    struct arena none;
    struct multipart m = parse("--bound\r\n" HEAD("a") "Content-Transfer-Encoding: base64\r\n\r\n"
                                                       "eHh4\r\n--bound--");
    arena_init(&none, 0);
    assert_int_equal(multipart_decode(&none, &m, NULL), ERR_MEMORY);
}

static void what_nobody_needs_of_a_head_leaves_the_part_readable(void **state)
{
#define DISPOSITION "Content-Disposition: form-data; "
    static const struct {
        const char *headers, *filename, *type;
    } rows[] = {
        {DISPOSITION "name=a; filename=\"C:\\rec\\\"\r\nContent-Type: audio/wav", "C:\\rec\\",
         "audio/wav"},
        {DISPOSITION "filename=\"C:\\rec\\\"; name=\"a\"", "C:\\rec\\", NULL},
        {DISPOSITION "name=a; filename=\"\xe7\xe0\xef.wav\"", "???.wav", NULL},
        {DISPOSITION "name=a; filename=\"\x01.wav\"", "?.wav", NULL},
        {DISPOSITION "name=a; filename=\"a\"b\"; x=y", "", NULL},
        {DISPOSITION "name=a; filename=\"open", "", NULL},
        {DISPOSITION "name=a; filename=", "", NULL},
        {DISPOSITION "name=a; filename=x; filename=y", "x", NULL},
        {DISPOSITION "name=a; filename=x;y z.wav; size", "x", NULL},
        {DISPOSITION "name=a; filename*=windows-1251''%E7.wav", "", NULL},
        {DISPOSITION "name=a; filename=f.wav; filename*=windows-1251''%E7.wav", "f.wav", NULL},
        {DISPOSITION "name=a; filename*=UTF-8''%FF; filename=f.wav", "f.wav", NULL},
        {DISPOSITION "name=a; filename*=UTF-8''%4", "", NULL},
        {DISPOSITION "name=a; filename*=UTF-8''%00", "", NULL},
        {DISPOSITION "name=a; filename*=UTF-8", "", NULL},
        {HEAD("a") "Content-Type: audio", NULL, NULL},
        {HEAD("a") "Content-Type: a b/c\r\nContent-Type: audio/ogg\r\nContent-Type: d/e", NULL,
         "audio/ogg"},
        {HEAD("a") "X-Name: \xff\x01\r\nno colon\r\n: x\r\na b: x\r\n folded", NULL, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct multipart m =
            parse(arena_printf(&arena, "--bound\r\n%s\r\n\r\nx\r\n--bound--", rows[i].headers));
        const struct multipart_part *p = multipart_find(&m, "a", NULL);
        if (p == NULL || p->len != 1)
            fail_msg("%s", rows[i].headers);
        if ((rows[i].filename == NULL) != (p->filename == NULL) ||
            (p->filename != NULL && strcmp(p->filename, rows[i].filename) != 0))
            fail_msg("%s: %s", rows[i].headers, p->filename);
        assert_true((rows[i].type == NULL) == (p->type == NULL));
        if (p->type != NULL)
            assert_string_equal(p->type, rows[i].type);
    }
}

static void lines_that_end_in_line_feeds_alone_are_read(void **state)
{
    static const char body[] = "--bound\nContent-Disposition: form-data; name=a\n"
                               "Content-Type: text/plain\n\nx\r\n\r\ny\n"
                               "--bound\nContent-Disposition: form-data; name=b\n\n\n--bound--\n";

    (void)state;
    struct multipart m = parse(body);
    assert_int_equal(m.n, 2);
    assert_string_equal(m.parts[0].type, "text/plain");
    assert_int_equal(m.parts[0].len, 6);
    assert_memory_equal(m.parts[0].data, "x\r\n\r\ny", 6);
    assert_string_equal(m.parts[1].name, "b");
    assert_int_equal(m.parts[1].len, 0);
    fails("--bound\nContent-Disposition: form-data; name=a\n\nx\r\n", ERR_SYNTAX, "last boundary");
}

static void broken_frames_are_refused(void **state)
{
    (void)state;
    fails("", ERR_SYNTAX, "no boundary");
    fails("bound", ERR_SYNTAX, "no boundary");
    fails("x--bound--", ERR_SYNTAX, "no boundary");
    fails("x\n--bound\n"
          "Content-Disposition: form-data; name=a\n\nx\n--bound--",
          ERR_SYNTAX, "no boundary");
    fails("--bound\r\n" HEAD("a"), ERR_SYNTAX, "ends before");
    fails("--bound\r\n" HEAD("a") "\r\nx\r\n--bound\r\n", ERR_SYNTAX, "ends before");
    fails("--bound\r\n" HEAD("a") "\r\nx\r\n--bound", ERR_SYNTAX, "ends before");
    fails("--bound\r\n" HEAD("a") "\r\nx--bound--", ERR_SYNTAX, "ends before");
    assert_int_equal(parse("--bound--\r\n").n, 0);
    assert_int_equal(parse("x--bound\r\n--bound--\r\n").n, 0);
}

static char *with_headers(size_t bytes)
{
    struct buf b;

    buf_init(&b, &arena, 100000);
    buf_puts(&b, "--bound\r\n" HEAD("a") "X: ");
    size_t used = strlen(HEAD("a") "X: \r\n");
    while (used++ < bytes)
        buf_putc(&b, 'x');
    buf_puts(&b, "\r\n\r\n1\r\n--bound--");
    return b.data;
}

static char *with_parts(size_t n)
{
    struct buf b;

    buf_init(&b, &arena, 100000);
    for (size_t i = 0; i < n; i++)
        buf_puts(&b, "--bound\r\n" HEAD("a") "\r\n1\r\n");
    buf_puts(&b, "--bound--");
    return b.data;
}

static void the_limits_are_exact_and_cuts_do_not_move_them(void **state)
{
    struct buf log;

    (void)state;
    assert_int_equal(parse(with_headers(MULTIPART_HEADERS)).n, 1);
    fails(with_headers(MULTIPART_HEADERS + 1), ERR_TOO_BIG, "headers");
    for (size_t step = 1; step < 5000; step += 777) {
        char *ok = with_headers(MULTIPART_HEADERS);
        char *over = with_headers(MULTIPART_HEADERS + 1);
        assert_int_equal(feed_in(ok, strlen(ok), 0, step, &log), ERR_OK);
        assert_string_equal(buf_text(&log), "<a|-|->1</>");
        assert_int_equal(feed_in(over, strlen(over), 0, step, &log), ERR_TOO_BIG);
    }
    struct multipart m = parse(with_parts(MULTIPART_PARTS));
    size_t count = 0;
    assert_ptr_equal(multipart_find(&m, "a", &count), &m.parts[0]);
    assert_int_equal(count, MULTIPART_PARTS);
    assert_null(multipart_find(&m, "b", &count));
    assert_int_equal(count, 0);
    assert_null(multipart_find(&m, "b", NULL));
    fails(with_parts(MULTIPART_PARTS + 1), ERR_TOO_BIG, "parts");
}

static void an_event_that_refuses_stops_everything(void **state)
{
    struct multipart_feed f;
    struct buf small;

    (void)state;
    buf_init(&small, &arena, 15);
    multipart_feed_init(&f, &arena, "bound", &events, &small, NULL);
    assert_int_equal(multipart_feed(&f, awkward, AWKWARD), ERR_TOO_BIG);
    assert_int_equal(multipart_feed(&f, awkward, AWKWARD), ERR_TOO_BIG);
    assert_int_equal(multipart_feed_finish(&f), ERR_TOO_BIG);
}

static void no_memory_is_said(void **state)
{
    struct arena none;
    struct multipart m = {0};
    struct multipart_feed f;
    struct buf log;

    (void)state;
    arena_init(&none, 0);
    assert_int_equal(multipart_parse(&none, "bound", awkward, AWKWARD, &m, NULL), ERR_MEMORY);
    buf_init(&log, &arena, 10000);
    multipart_feed_init(&f, &none, "bound", &events, &log, NULL);
    assert_int_equal(multipart_feed(&f, awkward, 3), ERR_MEMORY);
    multipart_feed_init(&f, &none, "bound", &events, &log, NULL);
    assert_int_equal(multipart_feed(&f, awkward, AWKWARD), ERR_MEMORY);
}

static void ten_megabytes_take_milliseconds(void **state)
{
    static const char *const fill[] = {"\r",
                                       "\r\n",
                                       "\r\n--",
                                       "\r\n--boun",
                                       "\r\n--bound--x",
                                       "-",
                                       "\r\n--bound \t \t!",
                                       "\0\xff",
                                       "\r\n--bound\r"};
#ifdef __SANITIZE_ADDRESS__
    size_t n = 1 << 20; /* its memmem looks, at every call, at the shadow of all that is left */
#else
    size_t n = 10 << 20;
#endif
    char *body = arena_alloc(&arena, n);

    (void)state;
    for (size_t k = 0; k < sizeof fill / sizeof fill[0]; k++) {
        static const char head[] = "--bound\r\n" HEAD("a") "\r\n";
        static const char tail[] = "!\r\n--bound--";
        size_t len = k == 7 ? 2 : strlen(fill[k]);
        struct multipart m = {0};
        for (size_t i = 0; i < n; i++)
            body[i] = fill[k][i % len];
        memcpy(body, head, sizeof head - 1);
        memcpy(body + n - sizeof tail + 1, tail, sizeof tail - 1);
        int64_t start = clock_mono_us();
        assert_int_equal(parse_n(body, n, &m, NULL), ERR_OK);
        int64_t took = clock_mono_us() - start;
        assert_int_equal(m.n, 1);
        assert_int_equal(m.parts[0].len, n - sizeof head - sizeof tail + 3);
        assert_true(took < 2000000); /* quadratic would be hours, of one megabyte minutes */
    }
}

static void the_boundary_is_read_from_the_content_type(void **state)
{
    static const struct {
        const char *type;
        enum err err;
        const char *boundary;
    } rows[] = {
        {"multipart/form-data; boundary=abc", ERR_OK, "abc"},
        {"Multipart/Form-Data;BOUNDARY=\"a b\"; charset=utf-8", ERR_OK, "a b"},
        {"multipart/form-data; charset=utf-8 ; boundary=----WebKitFormBoundaryX1 ", ERR_OK,
         "----WebKitFormBoundaryX1"},
        {"multipart/form-data; boundary=a:b/c=d?", ERR_OK, "a:b/c=d?"},
        {"multipart/form-data; boundary="
         "0123456789012345678901234567890123456789012345678901234567890123456789",
         ERR_OK, "0123456789012345678901234567890123456789012345678901234567890123456789"},
        {"multipart/form-data; boundary="
         "01234567890123456789012345678901234567890123456789012345678901234567890",
         ERR_SYNTAX, NULL},
        {"multipart/form-data", ERR_SYNTAX, NULL},
        {"multipart/form-data; boundary=", ERR_SYNTAX, NULL},
        {"multipart/form-data; boundary=\"\"", ERR_SYNTAX, NULL},
        {"multipart/form-data; boundary=\"a", ERR_SYNTAX, NULL},
        {"multipart/form-data; boundary=\"a \"", ERR_SYNTAX, NULL},
        {"multipart/form-data; boundary=a@b", ERR_SYNTAX, NULL},
        {"multipart/form-data; boundary=\"a\r\nb\"", ERR_SYNTAX, NULL},
        {"multipart/form-data; boundary=\xd0\xb0", ERR_SYNTAX, NULL},
        {"multipart/form-data; boundary=a; boundary=b", ERR_SYNTAX, NULL},
        {"multipart/form-data; charset; x=\"y\"z; boundary=abc; =", ERR_OK, "abc"},
        {"multipart/form-data boundary=a", ERR_FORMAT, NULL},
        {"multipart/mixed; boundary=a", ERR_FORMAT, NULL},
        {"application/json", ERR_FORMAT, NULL},
        {"", ERR_FORMAT, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char got[MULTIPART_BOUNDARY + 1] = "untouched";
        struct why why = {0};
        assert_int_equal(multipart_boundary(rows[i].type, got, &why), rows[i].err);
        assert_string_equal(got, rows[i].err == ERR_OK ? rows[i].boundary : "untouched");
        assert_true((why.text[0] == '\0') == (rows[i].err == ERR_OK));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_body_is_read_without_a_copy),
        cmocka_unit_test(the_cuts_of_the_input_do_not_show),
        cmocka_unit_test(a_body_cut_anywhere_is_an_error),
        cmocka_unit_test(names_are_unquoted),
        cmocka_unit_test(a_part_without_a_name_has_an_empty_one),
        cmocka_unit_test(a_name_is_found_however_its_line_is_written),
        cmocka_unit_test(a_transfer_encoding_is_undone),
        cmocka_unit_test(what_nobody_needs_of_a_head_leaves_the_part_readable),
        cmocka_unit_test(lines_that_end_in_line_feeds_alone_are_read),
        cmocka_unit_test(broken_frames_are_refused),
        cmocka_unit_test(the_limits_are_exact_and_cuts_do_not_move_them),
        cmocka_unit_test(an_event_that_refuses_stops_everything),
        cmocka_unit_test(no_memory_is_said),
        cmocka_unit_test(ten_megabytes_take_milliseconds),
        cmocka_unit_test(the_boundary_is_read_from_the_content_type),
    };
    return cmocka_run_group_tests_name("wire/multipart", tests, scratch_setup, scratch_teardown);
}
