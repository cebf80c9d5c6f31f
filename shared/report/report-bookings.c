/* Bookings as JSON: one meaning for the command, the page and the console. */
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/zone.h"
#include "report/report.h"

char *report_local_time(const char *time_zone, int64_t second, char out[static 32])
{
    struct tm tm = {0};

    if (time_zone == NULL || zone_local(time_zone, second * 1000, &tm) != ERR_OK) {
        char utc[25];
        (void)snprintf(out, 32, "%s", clock_iso8601(second * 1000, utc));
        return out;
    }
    day_number day = date_number((struct date){tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday});
    int64_t local_s = (int64_t)day * 86400 + tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec;
    int east = (int)((local_s - second) / 60);
    int size = east < 0 ? -east : east;
    char date[12];
    (void)snprintf(out, 32, "%sT%02d:%02d:%02d%c%02d:%02d", date_write(day, date), tm.tm_hour % 100,
                   tm.tm_min % 100, tm.tm_sec % 100, east < 0 ? '-' : '+', size / 60 % 100,
                   size % 60);
    return out;
}

static void put_ids(struct jsonw *w, const char *list)
{
    jsonw_key(w, "services");
    jsonw_array(w);
    while (*list != '\0') {
        size_t n = strcspn(list, ",");
        jsonw_text_n(w, list, n);
        list += n + (list[n] == ',');
    }
    jsonw_end_array(w);
}

static void put_whole(struct jsonw *w, const char *name, int64_t v)
{
    jsonw_key(w, name);
    if (v < 0)
        jsonw_null(w);
    else
        jsonw_int(w, v);
}

static void put_price(struct jsonw *w, const struct visit *v, const struct booking_part *p)
{
    jsonw_key(w, "price");
    if (p->price_from < 0) {
        jsonw_null(w);
        return;
    }
    jsonw_object(w);
    put_whole(w, "from", p->price_from);
    put_whole(w, "to", p->price_to);
    jsonw_put_text(w, "currency", v->currency);
    jsonw_end_object(w);
}

static void put_booking(struct jsonw *w, const struct visit *v, const struct booking_part *p,
                        const char *zone)
{
    char time[32];

    jsonw_object(w);
    jsonw_put_int(w, "id", p->id);
    jsonw_put_int(w, "visit", v->id);
    jsonw_put_text(w, "state", v->state);
    jsonw_put_text(w, "profile", v->profile);
    jsonw_put_text(w, "specialist", p->specialist);
    jsonw_put_text(w, "specialist_name", p->specialist_name);
    put_ids(w, p->services);
    jsonw_put_text(w, "service_names", p->service_names);
    jsonw_put_text(w, "start", report_local_time(zone, p->start_s, time));
    jsonw_put_text(w, "end", report_local_time(zone, p->end_s, time));
    jsonw_key(w, "client");
    jsonw_object(w);
    jsonw_put_text(w, "name", v->name);
    jsonw_put_text(w, "phone", v->phone);
    jsonw_put_bool(w, "for_other", v->for_other);
    jsonw_end_object(w);
    jsonw_put_text(w, "by", v->by);
    jsonw_key(w, "call");
    if (v->call_id == 0)
        jsonw_null(w);
    else
        jsonw_int(w, v->call_id);
    put_price(w, v, p);
    jsonw_put_text(w, "note", v->note);
    jsonw_end_object(w);
}

void report_bookings_json(struct jsonw *w, const struct visit *visits, size_t n, const char *zone)
{
    jsonw_array(w);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < visits[i].parts; k++)
            put_booking(w, &visits[i], &visits[i].part[k], zone);
    jsonw_end_array(w);
}

void report_visit_json(struct jsonw *w, const struct visit *v, const struct booking_change *changes,
                       size_t n, const char *zone)
{
    char time[25];

    jsonw_object(w);
    jsonw_put_int(w, "visit", v->id);
    jsonw_key(w, "bookings");
    report_bookings_json(w, v, 1, zone);
    jsonw_key(w, "history");
    jsonw_array(w);
    for (size_t i = 0; i < n; i++) {
        jsonw_object(w);
        jsonw_put_text(w, "at", clock_iso8601(changes[i].at_ms, time));
        jsonw_put_text(w, "what", changes[i].what);
        jsonw_put_text(w, "from", changes[i].from);
        jsonw_put_text(w, "to", changes[i].to);
        jsonw_put_text(w, "by", changes[i].by);
        jsonw_put_text(w, "why", changes[i].why);
        jsonw_put_int(w, "call", changes[i].call_id);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
    jsonw_end_object(w);
}
