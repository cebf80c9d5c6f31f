#include "providers/sheets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tests/support/answer.h"

static struct arena a;
static const struct sheets_setup at = {.url = "https://sheets.googleapis.com", .id = "1aB-c_D"};

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

static void a_range_has_its_title_in_quotes(void **state)
{
    (void)state;
    assert_string_equal(sheets_a1(&a, &(struct sheets_range){"Інна", 2, 1, 8}, 0), "'Інна'!A2:H");
    assert_string_equal(sheets_a1(&a, &(struct sheets_range){"О'Ніл", 10, 4, 8}, 12),
                        "'О''Ніл'!D10:H12");
    assert_string_equal(sheets_a1(&a, &(struct sheets_range){"CRM26", 1, 26, 28}, 1),
                        "'CRM26'!Z1:AB1");
    assert_string_equal(sheets_a1(&a, &(struct sheets_range){"x", 1, 702, 703}, 1), "'x'!ZZ1:AAA1");
}

static void an_id_is_no_address(void **state)
{
    (void)state;
    assert_true(sheets_is_id("1aB-c_D"));
    assert_false(sheets_is_id(""));
    assert_false(sheets_is_id("https://docs.google.com/spreadsheets/d/1aB"));
    assert_false(sheets_is_id("1aB/edit"));
    assert_false(sheets_is_id("1aB?x"));
}

static void all_ranges_are_read_with_one_request(void **state)
{
    const struct sheets_range ranges[] = {{"Інна", 1, 1, 8}, {"a b", 3, 2, 2}};
    struct http_request req = {0};

    (void)state;
    assert_int_equal(sheets_read_request(&a, &at, ranges, 2, &req), ERR_OK);
    assert_string_equal(req.method, "GET");
    assert_string_equal(req.url,
                        "https://sheets.googleapis.com/v4/spreadsheets/1aB-c_D/values:batchGet"
                        "?majorDimension=ROWS&valueRenderOption=FORMATTED_VALUE"
                        "&ranges=%27%D0%86%D0%BD%D0%BD%D0%B0%27%21A1%3AH"
                        "&ranges=%27a%20b%27%21B3%3AB");
    assert_null(req.body);
}

static void an_address_may_have_a_path_and_a_slash_at_its_end(void **state)
{
    const struct sheets_setup other = {.url = "https://proxy.example/google/", .id = "x"};
    const struct sheets_range range = {"T", 1, 1, 1};
    struct http_request req = {0};

    (void)state;
    assert_int_equal(sheets_read_request(&a, &other, &range, 1, &req), ERR_OK);
    assert_non_null(strstr(req.url, "https://proxy.example/google/v4/spreadsheets/x/values"));
}

static void cells_are_written_raw_in_one_request(void **state)
{
    const char *const cells[] = {"#17", "=IMPORTXML(\"x\")", NULL, "", "-", "\n"};
    const struct sheets_box boxes[] = {{"Інна", 5, 4, 2, 3, cells}, {"Б", 1, 1, 1, 1, cells}};
    struct http_request req = {0};

    (void)state;
    assert_int_equal(sheets_write_request(&a, &at, boxes, 2, &req), ERR_OK);
    assert_string_equal(req.method, "POST");
    assert_string_equal(req.url,
                        "https://sheets.googleapis.com/v4/spreadsheets/1aB-c_D/values:batchUpdate");
    assert_string_equal(req.type, "application/json");
    assert_string_equal((const char *)req.body,
                        "{\"valueInputOption\":\"RAW\",\"data\":["
                        "{\"range\":\"'Інна'!D5:F6\",\"values\":"
                        "[[\"#17\",\"=IMPORTXML(\\\"x\\\")\",null],[\"\",\"-\",\"\\n\"]]},"
                        "{\"range\":\"'Б'!A1:A1\",\"values\":[[\"#17\"]]}]}");
    assert_int_equal(strlen(req.body), req.len);
}

static void too_much_is_not_sent(void **state)
{
    static char text[1024 * 1024 + 1];
    const char *const cells[] = {text, text};
    const struct sheets_box box = {"T", 1, 1, 1, 2, cells};
    struct http_request req = {.url = "untouched"};

    (void)state;
    memset(text, 'x', sizeof text - 1);
    assert_int_equal(sheets_write_request(&a, &at, &box, 1, &req), ERR_TOO_BIG);
    assert_string_equal(req.url, "untouched");
}

static enum err tabs(int status, const char *body, struct sheets_tab **ret, size_t *ret_n,
                     struct failure *f)
{
    const struct http_reply reply = answer_json(status, body);

    *f = (struct failure){0};
    return sheets_tabs_read(&a, &reply, ret, ret_n, f);
}

static void worksheets_have_a_number_a_title_and_a_size(void **state)
{
    struct sheets_tab *list = NULL;
    struct failure f;
    size_t n = 0;

    (void)state;
    assert_int_equal(
        tabs(200,
             "{\"sheets\":[{\"properties\":{\"title\":\"Аркуш1\",\"gridProperties\":"
             "{\"rowCount\":1000,\"columnCount\":26}}},"
             "{\"properties\":{\"sheetId\":7,\"title\":\"Графік\"}},"
             "{\"properties\":{\"sheetId\":2147483647,\"title\":\"Інна\",\"gridProperties\":"
             "{\"rowCount\":5,\"columnCount\":8}}}]}",
             &list, &n, &f),
        ERR_OK);
    assert_int_equal(n, 2); /* a chart is no worksheet of ours */
    assert_int_equal(list[0].id, 0);
    assert_string_equal(list[1].title, "Інна");
    assert_int_equal(list[1].id, 2147483647);
    assert_int_equal(list[1].rows, 5);
}

static void each_refusal_has_a_sentence_and_a_next_step(void **state)
{
    static const struct {
        int status;
        const char *body;
        enum err e;
        enum failure_next next;
        const char *part;
    } rows[] = {
        {403, "{\"error\":{\"code\":403,\"message\":\"The caller does not have permission\"}}",
         ERR_CONFIG, FAILURE_OPERATOR, "not shared with the service account"},
        {403, "{\"error\":{\"message\":\"x\",\"details\":[{\"reason\":\"SERVICE_DISABLED\"}]}}",
         ERR_CONFIG, FAILURE_OPERATOR, "is not enabled in the project"},
        {404, "{\"error\":{\"message\":\"Requested entity was not found.\"}}", ERR_CONFIG,
         FAILURE_OPERATOR, "no spreadsheet with the id"},
        {404, "<html>", ERR_CONFIG, FAILURE_OPERATOR, "no spreadsheet with the id"},
        {429,
         "{\"error\":{\"message\":\"Quota exceeded\",\"details\":[{\"reason\":"
         "\"RATE_LIMIT_EXCEEDED\"}]}}",
         ERR_PEER, FAILURE_LATER, "was asked too often"},
        {503, "<html>", ERR_PEER, FAILURE_AGAIN, "not available at the moment"},
        {500, "", ERR_PEER, FAILURE_AGAIN, "failed"},
        {400, "{\"error\":{\"message\":\"Unable to parse range: Нема!A1\"}}", ERR_PEER,
         FAILURE_REQUEST, "refuses the request"},
        {200, "[]", ERR_PEER, FAILURE_BROKEN, "no answer"},
        {200, "<html>", ERR_PEER, FAILURE_BROKEN, "no answer"},
        {200, "{}", ERR_PEER, FAILURE_BROKEN, "names no worksheet"},
    };
    struct sheets_tab *list = NULL;
    struct failure f;
    size_t n = 0;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum err e = tabs(rows[i].status, rows[i].body, &list, &n, &f);
        if (e != rows[i].e || f.next != rows[i].next || strstr(f.why.text, rows[i].part) == NULL)
            fail_msg("%zu: %s, %d, %s", i, err_name(e), (int)f.next, f.why.text);
        assert_null(strstr(f.why.text, "Нема")); /* no words of the sheet's */
    }
}

static enum err values(const char *body, size_t n, const struct json **ret)
{
    const struct http_reply reply = answer_json(200, body);
    struct failure f = {0};

    return sheets_values_read(&a, &reply, n, ret, &f);
}

static void values_come_in_the_order_of_their_ranges(void **state)
{
    const struct json *rows[2] = {0};

    (void)state;
    assert_int_equal(
        values("{\"valueRanges\":[{\"range\":\"x\"},{\"values\":[[],[\"a\",\"b\"]]}]}", 2, rows),
        ERR_OK);
    assert_null(rows[0]); /* nothing is there */
    assert_int_equal(json_count(rows[1]), 2);
    assert_string_equal(json_text(json_first(json_next(json_first(rows[1])))), "a");
}

static void fewer_ranges_than_were_asked_for_are_no_answer(void **state)
{
    const struct json *rows[3] = {0};

    (void)state;
    assert_int_equal(values("{\"valueRanges\":[{}]}", 2, rows), ERR_PEER);
    assert_int_equal(values("{\"valueRanges\":[{},{},{}]}", 2, rows), ERR_PEER);
    assert_int_equal(values("{}", 1, rows), ERR_PEER);
    assert_int_equal(values("{\"valueRanges\":[{\"values\":\"x\"}]}", 1, rows), ERR_PEER);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_range_has_its_title_in_quotes),
        cmocka_unit_test(an_id_is_no_address),
        cmocka_unit_test(all_ranges_are_read_with_one_request),
        cmocka_unit_test(an_address_may_have_a_path_and_a_slash_at_its_end),
        cmocka_unit_test(cells_are_written_raw_in_one_request),
        cmocka_unit_test(too_much_is_not_sent),
        cmocka_unit_test(worksheets_have_a_number_a_title_and_a_size),
        cmocka_unit_test(each_refusal_has_a_sentence_and_a_next_step),
        cmocka_unit_test(values_come_in_the_order_of_their_ranges),
        cmocka_unit_test(fewer_ranges_than_were_asked_for_are_no_answer),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
