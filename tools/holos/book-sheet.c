/* `holos book sheet`: what staff changed in their sheet, and what became of it. */
#include "store/sheet.h"
#include "tools/holos/book.h"
#include "tools/holos/print.h"

#define MOST 1000

static void put_row(struct book_job *j, struct table *table, const struct sheet_change *c)
{
    const char *zone = j->profile->time_zone;
    char text[32];

    report_local_time(zone, c->at_ms / 1000, text);
    table_cellf(table, "%.10s %.5s", text, text + 11);
    table_cell(table, c->what);
    table_cell(table, c->specialist);
    report_local_time(zone, c->start_s, text);
    if (c->start_s == 0)
        table_cell(table, "");
    else
        table_cellf(table, "%.10s %.5s", text, text + 11);
    if (c->booking_id == 0)
        table_cell(table, "");
    else
        table_cellf(table, "%lld", (long long)c->booking_id);
    table_cell(table, c->text);
}

static void put_table(struct book_job *j, const struct sheet_change *list, size_t n)
{
    static const struct column columns[] = {
        {"AT", false},   {"WHAT", false},   {"SPECIALIST", false},
        {"TIME", false}, {"BOOKING", true}, {"TEXT", false},
    };
    struct table table;

    table_init(&table, &j->t->arena, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < n; i++)
        put_row(j, &table, &list[i]);
    table_print(&table, &j->t->out);
    if (n == 0)
        buf_puts(&j->t->out, "staff changed nothing in the sheet\n");
}

static void put_json(struct book_job *j, struct jsonw *w, const struct sheet_change *c)
{
    const char *zone = j->profile->time_zone;
    char text[32];

    jsonw_object(w);
    jsonw_put_text(w, "at", report_local_time(zone, c->at_ms / 1000, text));
    jsonw_put_text(w, "what", c->what);
    jsonw_put_text(w, "specialist", c->specialist);
    jsonw_put_text(w, "start", c->start_s == 0 ? NULL : report_local_time(zone, c->start_s, text));
    jsonw_key(w, "booking");
    if (c->booking_id == 0)
        jsonw_null(w);
    else
        jsonw_int(w, c->booking_id);
    jsonw_put_text(w, "text", c->text);
    jsonw_end_object(w);
}

static int print_json(struct book_job *j, const struct sheet_change *list, size_t n)
{
    struct jsonw w;

    tool_json(j->t, &w);
    jsonw_array(&w);
    for (size_t i = 0; i < n; i++)
        put_json(j, &w, &list[i]);
    jsonw_end_array(&w);
    return tool_json_end(j->t);
}

int book_print_sheet(struct book_job *j)
{
    const char *from = options_text(&j->t->options, "from", NULL);
    struct sheet_change *list = NULL;
    day_number day = 0;
    size_t n = 0;

    if (from != NULL && !book_day(j, "--from", from, &day))
        return j->code;
    int64_t since_ms = from == NULL ? 0 : book_midnight(j, day) * 1000;
    enum err e = sheet_changes(j->store, &j->t->arena, j->profile->name, since_ms, MOST, &list, &n,
                               &j->t->why);
    if (e != ERR_OK)
        return tool_fail(j->t, e);
    if (j->t->json)
        return print_json(j, list, n);
    put_table(j, list, n);
    return EXIT_FINE;
}
