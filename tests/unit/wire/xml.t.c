#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "wire/xml.h"

#define DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

static struct arena arena;
static struct buf out;
static struct xml x;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena, 1 << 20);
    buf_init(&out, &arena, 10000);
    xml_init(&x, &out);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

static void elements_nest_and_empty_ones_are_short(void **state)
{
    (void)state;
    xml_open(&x, "Response");
    xml_open(&x, "Gather");
    xml_attr(&x, "input", "speech dtmf");
    xml_attr(&x, "language", "ru-RU");
    xml_open(&x, "Say");
    xml_text(&x, "Здравствуйте!");
    xml_close(&x);
    xml_close(&x);
    xml_open(&x, "Hangup");
    xml_close(&x);
    xml_open(&x, "Say");
    xml_text(&x, "");
    xml_close(&x);
    xml_close(&x);
    assert_string_equal(buf_text(&out),
                        DECLARATION "<Response><Gather input=\"speech dtmf\" language=\"ru-RU\">"
                                    "<Say>Здравствуйте!</Say></Gather><Hangup/><Say/></Response>");
    assert_int_equal(buf_err(&out), ERR_OK);
}

static void text_and_attributes_are_escaped(void **state)
{
    (void)state;
    xml_open(&x, "a");
    xml_attr(&x, "b", "<&>\"'\t\n\r");
    xml_text(&x, "<&>]]>\"'\t\n\r");
    xml_close(&x);
    assert_string_equal(buf_text(&out), DECLARATION "<a b=\"&lt;&amp;&gt;&quot;'&#9;&#10;&#13;\">"
                                                    "&lt;&amp;&gt;]]&gt;\"'\t\n&#13;</a>");
}

static void what_xml_forbids_becomes_the_replacement_character(void **state)
{
    (void)state;
    xml_open(&x, "a");
    xml_text(&x,
             "\x01|\x1f|\x7f|\xff|\xd0|\xef\xbf\xbe|\xef\xbf\xbf|\xed\xa0\x80|\xf0\x9f\x98\x80");
    xml_close(&x);
#define R "\xef\xbf\xbd"
    assert_string_equal(buf_text(&out), DECLARATION "<a>" R "|" R "|\x7f|" R "|" R "|" R "|" R
                                                    "|" R R R "|\xf0\x9f\x98\x80</a>");
}

static void a_full_buffer_is_remembered(void **state)
{
    struct buf small;

    (void)state;
    buf_init(&small, &arena, 45);
    xml_init(&x, &small);
    xml_open(&x, "Response");
    xml_close(&x);
    assert_int_equal(buf_err(&small), ERR_TOO_BIG);
}

static void sixteen_levels_are_possible(void **state)
{
    (void)state;
    for (int i = 0; i < XML_DEPTH; i++)
        xml_open(&x, "a");
    for (int i = 0; i < XML_DEPTH; i++)
        xml_close(&x);
    assert_int_equal(x.depth, 0);
    assert_non_null(strstr(buf_text(&out), "<a><a/></a>"));
}

#define EACH(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(elements_nest_and_empty_ones_are_short),
        EACH(text_and_attributes_are_escaped),
        EACH(what_xml_forbids_becomes_the_replacement_character),
        EACH(a_full_buffer_is_remembered),
        EACH(sixteen_levels_are_possible),
    };
    return cmocka_run_group_tests_name("wire/xml", tests, NULL, NULL);
}
