/* What Binotel sends, and what its API answers, becomes an event, a call, an address or an error, never
 * anything that could be printed or stored as something else. The first byte chooses: a form, a JSON body,
 * or an answer of the API. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "lines/binotel.h"
#include "providers/binotel-api.h"
#include "store/exchange-task.h"
#include "wire/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check_text(const char *text, size_t max)
{
    assert(text != NULL && strlen(text) <= max && text_is_utf8(text, strlen(text)));
    for (; *text != '\0'; text++)
        assert((unsigned char)*text >= 0x20 && *text != 0x7f);
}

static void read_event(struct arena *a, const struct json *fields)
{
    struct binotel_event ev = {0};

    if (binotel_read(a, fields, &ev, NULL) != ERR_OK)
        return;
    check_text(ev.call_id, BINOTEL_ID_MAX);
    check_text(ev.customer, BINOTEL_NUMBER_MAX);
    check_text(ev.called, BINOTEL_NUMBER_MAX);
    check_text(ev.line, BINOTEL_NUMBER_MAX);
    check_text(ev.status, BINOTEL_NUMBER_MAX);
    check_text(ev.company, BINOTEL_NUMBER_MAX);
    assert(ev.billed_s >= -1 && ev.waited_s >= -1 && ev.started_s >= -1);
    assert(binotel_status(ev.status) <= CALL__MAX);
}

static void read_answer(struct arena *a, const char *text, size_t n)
{
    const struct http_reply reply = {.status = 200, .type = "", .body = text, .len = n};
    struct binotel_customer customer;
    struct binotel_record record = {0};
    const struct json *o = NULL;
    struct failure f = {0};
    struct binotel_call call;
    int code = -1;

    enum err e = binotel_api_read(a, &reply, &o, &code, &f);
    assert((e == ERR_OK) == (o != NULL));
    assert(e == ERR_OK || f.why.text[0] != '\0');
    assert(f.wait_ms >= 0 && f.wait_ms <= 3600000);
    if (e != ERR_OK)
        return;
    if (binotel_api_read_call(a, o, &call, NULL) == ERR_OK)
        assert(*call.id != '\0' && call.billed_s >= -1);
    if (binotel_api_read_record(a, o, &record, NULL) == ERR_OK) {
        assert(strncmp(record.url, "https://", 8) == 0);
        check_text(record.url, n);
        assert(strchr(record.url, ' ') == NULL && record.until_s >= 0);
    }
    assert(binotel_api_read_customer(a, o, "0501112233", &customer) == ERR_OK);
    assert(customer.id != NULL && customer.name != NULL);
}

static void read_task(struct arena *a, const char *text)
{
    struct exchange_task t = {0};

    if (exchange_task_read(a, text, &t, NULL) == ERR_OK)
        assert(t.what < EXCHANGE__MAX && t.line != NULL && t.number != NULL && t.name != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const struct json *fields = NULL;
    struct arena a;

    if (n == 0)
        return 0;
    arena_init(&a, (size_t)64 * 1024 * 1024);
    char *text = arena_strndup(&a, (const char *)data + 1, n - 1);
    assert(text != NULL);
    if (data[0] == 'f' && form_parse(&a, text, strlen(text), &fields, NULL) == ERR_OK)
        read_event(&a, fields);
    else if (data[0] == 'j' && json_parse_fields(&a, text, strlen(text), &fields, NULL) == ERR_OK)
        read_event(&a, fields);
    else if (data[0] == 'a')
        read_answer(&a, text, strlen(text));
    else if (data[0] == 't')
        read_task(&a, text);
    arena_release(&a);
    return 0;
}
