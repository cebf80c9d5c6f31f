#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"

static char line[LOG_LINE];

/* Standard error is a pipe in every test, so that the priority is there and lines can be read. */
static int reader;
static int kept;

static int setup(void **state)
{
    int ends[2];

    (void)state;
    kept = dup(STDERR_FILENO);
    if (kept < 0 || pipe2(ends, O_NONBLOCK) != 0)
        return -1;
    reader = ends[0];
    (void)dup2(ends[1], STDERR_FILENO);
    (void)close(ends[1]);
    log_init("health", LOG_INFO);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    (void)dup2(kept, STDERR_FILENO);
    (void)close(kept);
    (void)close(reader);
    return 0;
}

static void a_line_has_priority_program_event_and_pairs(void **state)
{
    (void)state;
    assert_int_equal(log_format(line, LOG_WARN, "request", "status=200"), 29);
    assert_string_equal(line, "<4>health request status=200\n");
    (void)log_format(line, LOG_ERROR, "stop", "");
    assert_string_equal(line, "<3>health stop\n");
}

static void a_caller_cannot_forge_a_line(void **state)
{
    (void)state;
    (void)log_format(line, LOG_INFO, "e", "a\n<3>x\r\t\x1b[0m\x7f\xc2\x85\xe2\x80\xa8");
    assert_string_equal(line, "<6>health e a\\x0a<3>x\\x0d\\x09\\x1b[0m\\x7f\\xc2\\x85"
                              "\\xe2\\x80\\xa8\n");
}

static void utf8_is_kept_and_broken_bytes_are_shown(void **state)
{
    (void)state;
    (void)log_format(line, LOG_INFO, "e", "Привіт 😀 \xff\xd0|\xed\xa0\x80 \xef\xbf\xbd");
    assert_string_equal(line, "<6>health e Привіт 😀 \\xff\\xd0|\\xed\\xa0\\x80 \xef\xbf\xbd\n");
}

static void a_long_line_is_cut_at_a_character(void **state)
{
    static char text[3 * LOG_LINE];

    (void)state;
    for (size_t shift = 0; shift < 4; shift++) {
        memset(text, 'x', shift);
        for (size_t i = shift; i + 2 < sizeof text; i += 2)
            memcpy(text + i, "\xd1\x96", 3);
        int n = log_format(line, LOG_INFO, "e", text);
        assert_true(n > LOG_LINE - 6 && n < LOG_LINE);
        assert_int_equal(strlen(line), n);
        assert_int_equal(line[n - 1], '\n');
        assert_true(text_is_utf8(line, (size_t)n));
        assert_non_null(memmem(line, (size_t)n, "\xd1\x96\n", 3));
    }
    memset(text, '\n', sizeof text - 1);
    int n = log_format(line, LOG_INFO, "e", text);
    assert_true(n < LOG_LINE);
    assert_string_equal(line + n - 5, "\\x0a\n");
}

static void only_what_is_urgent_enough_is_written(void **state)
{
    (void)state;
    log_event(LOG_DEBUG, "quiet", "n=%d", 1);
    assert_int_equal(read(reader, line, sizeof line), -1);
    log_event(LOG_INFO, "loud", "n=%d name=%s", 2, "x\ny");
    ssize_t n = read(reader, line, sizeof line - 1);
    assert_true(n > 0);
    line[n] = '\0';
    assert_string_equal(line, "<6>health loud n=2 name=x\\x0ay\n");
}

#define EACH(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(a_line_has_priority_program_event_and_pairs), EACH(a_caller_cannot_forge_a_line),
        EACH(utf8_is_kept_and_broken_bytes_are_shown),     EACH(a_long_line_is_cut_at_a_character),
        EACH(only_what_is_urgent_enough_is_written),
    };
    return cmocka_run_group_tests_name("base/log", tests, NULL, NULL);
}
