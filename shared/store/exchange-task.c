#include "store/exchange-task.h"

#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "store/outbox.h"
#include "wire/json.h"
#include "wire/jsonw.h"

#define PAYLOAD_MAX ((size_t)4 * 1024)

static const char *const words[EXCHANGE__MAX] = {
#define X(name, text) [EXCHANGE_##name] = text,
    EXCHANGE_TASKS(X)
#undef X
};

static void put(struct jsonw *w, const char *name, const char *text)
{
    if (text != NULL && *text != '\0')
        jsonw_put_text(w, name, text);
}

enum err exchange_task_add(struct store *s, struct arena *a, int64_t call_id,
                           const struct exchange_task *task, int64_t due_ms, struct why *why)
{
    struct jsonw w;
    struct buf b;

    assert(task->what < EXCHANGE__MAX);
    buf_init(&b, a, PAYLOAD_MAX);
    jsonw_init(&w, &b);
    jsonw_object(&w);
    jsonw_put_text(&w, "do", words[task->what]);
    put(&w, "line", task->line);
    put(&w, "number", task->number);
    put(&w, "called", task->called);
    put(&w, "name", task->name);
    jsonw_end_object(&w);
    if (buf_err(&b) != ERR_OK)
        return buf_err(&b);
    struct outbox_row row = {.kind = "binotel",
                             .payload = buf_text(&b),
                             .call_id = call_id,
                             .created_ms = clock_unix_ms(),
                             .due_ms = due_ms};
    return outbox_add(s, &row, why);
}

static const char *text_of(const struct json *o, const char *name)
{
    const char *text = json_text(json_member(o, name));
    return text == NULL ? "" : text;
}

enum err exchange_task_read(struct arena *a, const char *payload, struct exchange_task *ret,
                            struct why *why)
{
    const struct json *o = NULL;

    enum err e = json_parse(a, payload, strlen(payload), &o, why);
    if (e != ERR_OK)
        return e;
    const char *what = text_of(o, "do");
    for (enum exchange_do i = EXCHANGE_TRANSFER; i < EXCHANGE__MAX; i++) {
        if (strcmp(what, words[i]) != 0)
            continue;
        *ret = (struct exchange_task){.what = i,
                                      .line = text_of(o, "line"),
                                      .number = text_of(o, "number"),
                                      .called = text_of(o, "called"),
                                      .name = text_of(o, "name")};
        return ERR_OK;
    }
    return why_set(why, ERR_FORMAT, "nobody knows how to do \"%.20s\"", what);
}
