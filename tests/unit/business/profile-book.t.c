/* A profile's `book`: what is kept of it, and each fault by its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/text.h"
#include "business/book-words.h"
#include "business/catalogue.h"
#include "tests/support/booked.h"
#include "tests/support/made.h"
#include "tests/support/scratch.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const struct profile_packs *packs;

static int set_up(void **state)
{
    int e = scratch_setup(state);

    packs = made_packs(&arena);
    return e;
}

/* Exactly this fault. */
static void assert_one_fault(const char *text, const char *path, const char *says)
{
    struct profile p = {.name = "untouched"};
    struct profile_faults f = {0};

    assert_int_equal(booked_read(packs, text, &p, &f), ERR_CONFIG);
    assert_string_equal(p.name, "untouched");
    if (!booked_has_fault(&f, path, says))
        fail_msg("no fault \"%s\" at %s", says, path);
    if (f.n != 1) {
        booked_show(&f);
        fail_msg("%zu faults beside %s", f.n - 1, path);
    }
}

/* ---- what is kept ---------------------------------------------------------------------------- */

static void a_book_is_kept_as_it_is_written(void **state)
{
    (void)state;
    struct profile p = booked_good(packs, BOOKED_FRONT ",'book':" BOOKED "}");
    const struct book *b = p.book;

    assert_non_null(b);
    assert_string_equal(b->currency, "USD");
    assert_int_equal(b->cell_minutes, 30);
    assert_int_equal(b->notice_minutes, 60);
    assert_int_equal(b->horizon_days, 30);
    assert_int_equal(b->hold_seconds, 120);
    assert_int_equal(b->offer, 2);
    assert_int_equal(b->closed_n, 2);
    assert_int_equal(b->closed[0].from, b->closed[0].to);
    assert_int_equal(b->closed[1].to - b->closed[1].from, 2);
    assert_int_equal(b->specialists, 2);
    assert_int_equal(b->services, 4);
    const struct specialist *s = &b->specialist[0];
    assert_string_equal(s->genitive, "Інни");
    assert_string_equal(s->sheet, "Інна К.");
    assert_string_equal(s->stems[0].stem[0], "інн");
    assert_int_equal(s->off_n, 1);
    assert_int_equal(s->week[0].open[0].to_min, 14 * 60);
    assert_int_equal(s->week[1].open[0].from_min, 12 * 60);
    assert_int_equal(s->week[2].n, 0);
    assert_int_equal(s->breaks[1].open[0].from_min, 13 * 60);
    assert_int_equal(b->service[0].minutes, 90);
    assert_int_equal(b->service[0].buffer_minutes, 10);
    assert_int_equal(b->service[0].price_from, 800);
    assert_int_equal(b->service[0].price_to, 800);
    assert_int_equal(b->service[0].stems_n, 2);
    assert_string_equal(b->service[0].accusative, "гель-лак");
    assert_int_equal(b->service[0].by_n, 2);
    assert_int_equal(b->service[0].by[0], 0); /* rising, however they are written */
    assert_int_equal(b->service[0].by[1], 1);
    assert_int_equal(b->service[1].price_to, 900);
    assert_int_equal(b->service[2].price_from, 1200);
    assert_int_equal(b->service[2].price_to, -1);
    assert_int_equal(b->service[2].by_n, 1);
    assert_int_equal(b->service[2].by[0], 1);
    assert_int_equal(b->service[3].price_from, -1);
    assert_int_equal(b->service[3].price_to, -1);
}

static void what_is_left_out_has_its_default(void **state)
{
    (void)state;
    struct profile p = booked_good(
        packs, BOOKED_FRONT
        ",'book':{'specialists':[{'id':'a','name':'Анна'}],'services':[{'id':'x','name':"
        "'огляд','minutes':15}]}}");
    const struct book *b = p.book;

    assert_string_equal(b->currency, "UAH");
    assert_int_equal(b->cell_minutes, 15);
    assert_int_equal(b->notice_minutes, 0);
    assert_int_equal(b->horizon_days, 60);
    assert_int_equal(b->hold_seconds, 300);
    assert_int_equal(b->offer, 3);
    assert_int_equal(b->closed_n, 0);
    assert_string_equal(b->specialist[0].genitive, "Анна");
    assert_string_equal(b->specialist[0].sheet, "Анна");
    assert_int_equal(b->specialist[0].week[4].open[0].to_min, 19 * 60);
    assert_int_equal(b->specialist[0].week[5].n, 0);
    assert_int_equal(b->specialist[0].breaks[0].n, 0);
    assert_string_equal(b->service[0].accusative, "огляд");
    assert_int_equal(b->service[0].buffer_minutes, 0);
    assert_int_equal(b->service[0].by_n, 1);
    assert_int_equal(b->service[0].price_from, -1);
    assert_string_equal(b->words->say.ask_day, packs->pack[0].has.book->words->say.ask_day);
}

static void a_profile_without_a_book_keeps_none(void **state)
{
    (void)state;
    struct profile p = booked_good(packs, BOOKED_FRONT ",'languages':{'ru':{}}}");

    assert_null(p.book);
    assert_null(p.others[0].book);
    p = made_shipped(&arena, "profiles/hotel.json", "hotel", packs);
    assert_null(p.book);
    p = made_shipped(&arena, "tests/profiles/salon-before.json", "salon", packs);
    assert_null(p.book);
}

static void a_substitute_keeps_no_book(void **state)
{
    (void)state;
    const char *text = booked_quoted(BOOKED_FRONT ",'book':" BOOKED ",'oops':1}");
    const struct profile_file file = {
        .name = "lily", .label = "lily.json", .text = text, .n = strlen(text), .packs = packs};
    const struct profile like = {.language = "uk"};
    struct profile p = {0};

    assert_int_equal(profile_substitute(&arena, &file, &like, "fault", &p), ERR_OK);
    assert_null(p.book);
}

static void numbers_may_lie_on_their_bounds(void **state)
{
    static const struct {
        const char *from, *to;
    } rows[] = {
        {"'notice_minutes':60", "'notice_minutes':0"},
        {"'notice_minutes':60", "'notice_minutes':43200"},
        {"'horizon_days':30", "'horizon_days':0"},
        {"'horizon_days':30", "'horizon_days':730"},
        {"'hold_seconds':120", "'hold_seconds':30"},
        {"'hold_seconds':120", "'hold_seconds':3600"},
        {"'offer':2", "'offer':1"},
        {"'offer':2", "'offer':5"},
        {"'cell_minutes':30", "'cell_minutes':5"},
        {"'cell_minutes':30", "'cell_minutes':10"},
        {"'cell_minutes':30", "'cell_minutes':15"},
        {"'price':800", "'price':0"},
        {"'price':800", "'price':1000000000000"},
        {"{'from':600,'to':900}", "{'from':600,'to':600}"},
        {"'buffer_minutes':10", "'buffer_minutes':1440"},
        {"'minutes':120", "'minutes':600"},     /* a whole day of Oleh's */
        {"['13:00-13:30']", "['20:00-21:00']"}, /* a break outside hours is nothing */
        {"'2026-12-25'", "'2026-12-25..2026-12-25'"},
        {"'2026-12-25'", "'2028-02-29'"},
        {"'sheet':'Інна К.'", "'//':'a remark'"},
        {"['10:00-14:00']", "['10:00-24:00']"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        (void)booked_good(
            packs, booked_changed(BOOKED_FRONT ",'book':" BOOKED "}", rows[i].from, rows[i].to));
}

/* ---- faults ---------------------------------------------------------------------------------- */

static const struct {
    const char *from, *to; /* what is changed in the good book */
    const char *path, *text;
} bad[] = {
    {"'currency':'USD'", "'currency':'GBP'", "book.currency", "one of \"UAH\", \"USD\""},
    {"'currency':'USD'", "'currency':7", "book.currency", "one of"},
    {"'currency':'USD'", "'curency':'USD'", "book.curency", "did you mean \"currency\""},
    {"'cell_minutes':30", "'cell_minutes':25", "book.cell_minutes", "must be 5, 10, 15, 20, 30"},
    {"'cell_minutes':30", "'cell_minutes':0", "book.cell_minutes", "must be 5, 10, 15"},
    {"'cell_minutes':30", "'cell_minutes':'30'", "book.cell_minutes", "must be 5, 10, 15"},
    {"'notice_minutes':60", "'notice_minutes':-1", "book.notice_minutes", "from 0 to 43200"},
    {"'notice_minutes':60", "'notice_minutes':43201", "book.notice_minutes", "from 0 to 43200"},
    {"'notice_minutes':60", "'notice_minutes':1.5", "book.notice_minutes", "whole number"},
    {"'horizon_days':30", "'horizon_days':-1", "book.horizon_days", "from 0 to 730"},
    {"'horizon_days':30", "'horizon_days':731", "book.horizon_days", "from 0 to 730"},
    {"'hold_seconds':120", "'hold_seconds':29", "book.hold_seconds", "from 30 to 3600"},
    {"'hold_seconds':120", "'hold_seconds':3601", "book.hold_seconds", "from 30 to 3600"},
    {"'offer':2", "'offer':0", "book.offer", "from 1 to 5"},
    {"'offer':2", "'offer':6", "book.offer", "from 1 to 5"},
    {"'offer':2", "'offer':null", "book.offer", "from 1 to 5"},
    {"'closed':[", "'closed':'2026-12-25','clsed':[", "book.closed", "must be a list"},
    {"'2026-12-25'", "'2026-02-30'", "book.closed[0]", "a day of the calendar"},
    {"'2026-12-25'", "'25.12.2026'", "book.closed[0]", "a day of the calendar"},
    {"'2026-12-25'", "20261225", "book.closed[0]", "a day of the calendar"},
    {"'2026-12-25'", "''", "book.closed[0]", "a day of the calendar"},
    {"'2026-12-25'", "'2026-12-25..'", "book.closed[0]", "a day of the calendar"},
    {"'2026-12-25'", "'2026-12-25 .. 2026-12-26'", "book.closed[0]", "a day of the calendar"},
    {"..2027-01-02", "..2026-12-30", "book.closed[1]", "ends before it begins"},
    {"..2027-01-02", "..2027-13-02", "book.closed[1]", "a day of the calendar"},
    {"'specialists':[", "'specialists':{},'x':[", "book.specialists", "must be a list"},
    {"'id':'inna',", "", "book.specialists[0].id", "is missing"},
    {"'id':'inna'", "'id':'Inna'", "book.specialists[0].id", "only a-z, 0-9 and -"},
    {"'id':'inna'", "'id':'інна'", "book.specialists[0].id", "only a-z, 0-9 and -"},
    {"'id':'inna'", "'id':'in na'", "book.specialists[0].id", "only a-z, 0-9 and -"},
    {"'id':'inna'", "'id':''", "book.specialists[0].id", "must not be empty"},
    {"'id':'inna'", "'id':7", "book.specialists[0].id", "text in quotes"},
    {"'id':'oleh'", "'id':'inna'", "book.specialists[1].id", "the id of specialists[0] too"},
    {"'name':'Інна',", "", "book.specialists[0].name", "is missing"},
    {"'name':'Інна'", "'name':' '", "book.specialists[0].name", "must not be empty"},
    {"'genitive':'Інни'", "'genitive':''", "book.specialists[0].genitive", "must not be empty"},
    {"'genitive':'Інни'", "'genitiv':'Інни'", "book.specialists[0].genitiv", "did you mean"},
    {"[['інн']]", "'інн'", "book.specialists[0].stems", "must be a list"},
    {"[['інн']]", "[['']]", "book.specialists[0].stems[0][0]", "must not be empty"},
    {"'mon':['10:00-14:00']", "'mon':['10:00-9:00']", "book.specialists[0].hours.mon[0]",
     "09:00-19:00"},
    {"'mon':['10:00-14:00']", "'mon':['14:00-10:00']", "book.specialists[0].hours.mon[0]",
     "must open before it closes"},
    {"'mon':['10:00-14:00']", "'mon':['10:00-14:00','13:00-15:00']",
     "book.specialists[0].hours.mon[1]", "overlaps"},
    {"'mon':['10:00-14:00']", "'mon':'10:00-14:00'", "book.specialists[0].hours.mon",
     "must be a list"},
    {"'mon':['10:00-14:00']", "'monday':['10:00-14:00']", "book.specialists[0].hours.monday",
     "not a known name"},
    {"'breaks':{'tue'", "'breaks':{'tu'", "book.specialists[0].breaks.tu", "did you mean \"tue\""},
    {"['13:00-13:30']", "['13:30-13:00']", "book.specialists[0].breaks.tue[0]", "must open"},
    {"['13:00-13:30']", "[7]", "book.specialists[0].breaks.tue[0]", "09:00-19:00"},
    {"'2026-12-07..", "'2026-12-32..", "book.specialists[0].off[0]", "a day of the calendar"},
    {"..2026-12-11", "..2026-12-06", "book.specialists[0].off[0]", "ends before it begins"},
    {"'sheet':'Інна К.'", "'sheet':''", "book.specialists[0].sheet", "must not be empty"},
    {"'id':'gel'", "'id':'gel_lac'", "book.services[0].id", "only a-z, 0-9 and -"},
    {"'id':'cut'", "'id':'gel'", "book.services[1].id", "the id of services[0] too"},
    {"'name':'стрижка',", "", "book.services[1].name", "is missing"},
    {"'accusative':'стрижку'", "'accusative':7", "book.services[1].accusative", "text in quotes"},
    {"'accusative':'стрижку'", "'acusative':'стрижку'", "book.services[1].acusative",
     "did you mean \"accusative\""},
    {"[['стриж']]", "[]", "", ""}, /* allowed: `holos check` warns */
    {"[['стриж']]", "[['!']]", "book.services[1].stems[0][0]", "must hold a word"},
    {"[['стриж']]", "[['стриж'],['гель','манік']]", "book.services[1].stems[1]",
     "the stems of \"gel\" too"},
    {"[['стриж']]", "['Покрит']", "book.services[1].stems[0]", "the stems of \"gel\" too"},
    {"'minutes':60,", "", "book.services[1].minutes", "is missing"},
    {"'minutes':60", "'minutes':45", "book.services[1].minutes", "whole cells of 30 minutes"},
    {"'minutes':60", "'minutes':0", "book.services[1].minutes", "from 1 to 1440"},
    {"'minutes':60", "'minutes':-30", "book.services[1].minutes", "from 1 to 1440"},
    {"'minutes':60", "'minutes':30.5", "book.services[1].minutes", "from 1 to 1440"},
    {"'minutes':60", "'minutes':1470", "book.services[1].minutes", "from 1 to 1440"},
    {"'minutes':120", "'minutes':630", "book.services[2].minutes", "room for it"},
    {"'minutes':120,'price':{'from':1200},'by':['oleh']",
     "'minutes':300,'price':{'from':1200},'by':['inna']", "book.services[2].minutes",
     "room for it"},
    {"'buffer_minutes':10", "'buffer_minutes':-1", "book.services[0].buffer_minutes",
     "from 0 to 1440"},
    {"'buffer_minutes':10", "'buffer_minutes':1441", "book.services[0].buffer_minutes",
     "from 0 to 1440"},
    {"'price':800", "'price':-1", "book.services[0].price", "whole number"},
    {"'price':800", "'price':'800'", "book.services[0].price", "whole number"},
    {"'price':800", "'price':799.5", "book.services[0].price", "whole number"},
    {"'price':800", "'price':1000000000001", "book.services[0].price", "whole number"},
    {"'price':800", "'price':null", "book.services[0].price", "whole number"},
    {"'price':800", "'price':{}", "book.services[0].price.from", "is missing"},
    {"'price':800", "'price':{'to':9}", "book.services[0].price.from", "is missing"},
    {"'price':800", "'price':{'from':-9}", "book.services[0].price.from", "whole number"},
    {"'price':800", "'price':{'from':9,'to':8}", "book.services[0].price.to", "less than"},
    {"'price':800", "'price':{'from':9,'upto':8}", "book.services[0].price.upto",
     "not a known name"},
    {"['oleh','inna']", "[]", "book.services[0].by", "nobody does it"},
    {"['oleh','inna']", "'oleh'", "book.services[0].by", "must be a list"},
    {"['oleh','inna']", "['oleg']", "book.services[0].by[0]", "did you mean \"oleh\""},
    {"['oleh','inna']", "['oleh','zzzzzzz']", "book.services[0].by[1]", "no specialist's id"},
    {"['oleh','inna']", "['oleh','inna','oleh']", "book.services[0].by[2]", "is given twice"},
    {"['oleh','inna']", "[1]", "book.services[0].by[0]", "text in quotes"},
    {"'offer':2", "'offer':2,'say':{'ask_day':''}", "book.say.ask_day", "must not be empty"},
    {"'offer':2", "'offer':2,'say':{'ask_dy':'x'}", "book.say.ask_dy", "did you mean \"ask_day\""},
    {"'offer':2", "'offer':2,'say':{'taken':'{whn}'}", "book.say.taken",
     "holds {whn}; allowed here: {business}"},
    {"'offer':2", "'offer':2,'say':{'taken':'{client_phone}'}", "book.say.taken",
     "holds {client_phone}"},
    {"'offer':2", "'offer':2,'say':{'taken':'{phone}'}", "book.say.taken", "no \"phone\""},
    {"'offer':2", "'offer':2,'say':[]", "book.say", "must be an object"},
    {"'offer':2", "'offer':2,'hears':{'book':[]}", "book.hears.book", "must not be empty"},
    {"'offer':2", "'offer':2,'hears':{'boook':['x']}", "book.hears.boook", "did you mean"},
    {"'offer':2", "'offer':2,'prompt':{'system':''}", "book.prompt.system", "must not be empty"},
    {"'offer':2", "'offer':2,'prompt':{'system':['a','{x}']}", "book.prompt.system",
     "a name in braces"},
    {"'offer':2", "'offer':2,'prompt':{'sistem':'x'}", "book.prompt.sistem", "did you mean"},
};

static void every_field_that_is_wrong_is_named_by_its_path(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        const char *text =
            booked_changed(BOOKED_FRONT ",'book':" BOOKED "}", bad[i].from, bad[i].to);
        struct profile p = {.name = "untouched"};
        struct profile_faults f = {0};
        enum err e = booked_read(packs, text, &p, &f);
        if (*bad[i].path == '\0') {
            assert_int_equal(e, ERR_OK);
            continue;
        }
        if (e != ERR_CONFIG || strcmp(p.name, "untouched") != 0 ||
            !booked_has_fault(&f, bad[i].path, bad[i].text))
            fail_msg("%s: no fault \"%s\" at %s", bad[i].to, bad[i].text, bad[i].path);
    }
}

static void a_fault_brings_no_other(void **state)
{
    (void)state;
    const char *both =
        BOOKED_FRONT ",'book':" BOOKED ",'languages':{'ru':{'book':" BOOKED_RUSSIAN "}}}";

    assert_one_fault(booked_changed(both, "'minutes':60", "'minutes':45"),
                     "book.services[1].minutes", "cells");
    assert_one_fault(booked_changed(both, "'id':'talk'", "'id':'Talk'"), "book.services[3].id",
                     "only a-z");
    assert_one_fault(booked_changed(both, "'currency':'USD'", "'currency':'x'"), "book.currency",
                     "one of");
    assert_one_fault(booked_changed(both, "[['стриж']]", "[['покрит']]"),
                     "book.services[1].stems[0]", "\"gel\"");
    assert_one_fault(BOOKED_FRONT ",'book':7,'languages':{'ru':{'book':" BOOKED_RUSSIAN "}}}",
                     "book", "must be an object");
}

static void a_book_without_specialists_or_services_is_a_fault(void **state)
{
    (void)state;
    assert_one_fault(BOOKED_FRONT ",'book':{'specialists':[{'id':'a','name':'Анна'}]}}",
                     "book.services", "is missing");
    assert_one_fault(BOOKED_FRONT
                     ",'book':{'specialists':[{'id':'a','name':'Анна'}],'services':[]}}",
                     "book.services", "must not be empty");
    struct profile p = {0};
    struct profile_faults f = {0};
    assert_int_equal(booked_read(packs, BOOKED_FRONT ",'book':{}}", &p, &f), ERR_CONFIG);
    assert_true(booked_has_fault(&f, "book.specialists", "is missing"));
    assert_true(booked_has_fault(&f, "book.services", "is missing"));
}

/* A list of n specialists, then of m services. */
static const char *many(size_t n, size_t m)
{
    struct buf b;

    buf_init(&b, &arena, (size_t)1 << 20);
    buf_puts(&b, BOOKED_FRONT ",'book':{'specialists':[");
    for (size_t i = 0; i < n; i++)
        buf_printf(&b, "%s{'id':'p%zu','name':'Я'}", i == 0 ? "" : ",", i);
    buf_puts(&b, "],'services':[");
    for (size_t i = 0; i < m; i++)
        buf_printf(&b, "%s{'id':'s%zu','name':'я','minutes':15,'stems':[['ю%zu']]}",
                   i == 0 ? "" : ",", i, i);
    buf_puts(&b, "]}}");
    assert_int_equal(buf_err(&b), ERR_OK);
    return buf_text(&b);
}

static void a_book_has_at_most_200_specialists_and_1000_services(void **state)
{
    (void)state;
    struct profile p = booked_good(packs, many(200, 1000));
    assert_int_equal(p.book->specialists, 200);
    assert_int_equal(p.book->services, 1000);
    assert_int_equal(p.book->service[999].by_n, 200);
    assert_int_equal(p.book->service[999].by[199], 199);
    assert_one_fault(many(201, 1), "book.specialists", "has 201 values, at most 200");
    assert_one_fault(many(1, 1001), "book.services", "has 1001 values, at most 1000");
}

/* ---- further languages ------------------------------------------------------------------------ */

static bool has_stem(const struct stems *sets, size_t n, const char *stem)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(sets[i].stem[0], stem) == 0)
            return true;
    return false;
}

static void a_further_language_has_the_same_catalogue_in_its_words(void **state)
{
    (void)state;
    struct profile p = booked_good(
        packs, BOOKED_FRONT ",'book':" BOOKED ",'languages':{'ru':{'book':" BOOKED_RUSSIAN "}}}");
    const struct book *uk = p.book;
    const struct book *ru = p.others[0].book;

    assert_int_equal(ru->specialists, 2);
    assert_int_equal(ru->services, 4);
    assert_string_equal(ru->currency, "USD");
    assert_int_equal(ru->offer, 2);
    assert_string_equal(ru->specialist[0].id, "inna");
    assert_string_equal(ru->specialist[0].name, "Инна");
    assert_string_equal(ru->specialist[0].genitive, "Инны");
    assert_string_equal(ru->specialist[0].sheet, "Інна К.");
    assert_int_equal(ru->specialist[0].week[0].open[0].to_min, 14 * 60);
    assert_string_equal(ru->specialist[1].name, "Олег");
    assert_string_equal(ru->service[1].name, "стрижка по-русски");
    assert_string_equal(ru->service[1].accusative, "стрижка по-русски");
    assert_int_equal(ru->service[1].minutes, 60);
    assert_string_equal(ru->service[0].name, "гель");
    assert_string_equal(ru->service[0].accusative, "гель по-русски");
    assert_string_equal(ru->words->say.ask_day, packs->pack[1].has.book->words->say.ask_day);
    assert_string_equal(uk->specialist[0].name, "Інна");
    assert_string_equal(uk->service[1].name, "стрижка");
    assert_string_equal(uk->service[0].accusative, "гель-лак");
}

static void what_is_heard_in_one_language_is_understood_in_the_other(void **state)
{
    (void)state;
    struct profile p = booked_good(
        packs, BOOKED_FRONT ",'book':" BOOKED ",'languages':{'ru':{'book':" BOOKED_RUSSIAN "}}}");
    const struct book *both[] = {p.book, p.others[0].book};

    for (size_t i = 0; i < COUNT(both); i++) {
        const struct service *cut = &both[i]->service[1];
        assert_true(has_stem(cut->stems, cut->stems_n, "стриж"));
        assert_true(has_stem(cut->stems, cut->stems_n, "стричь"));
        assert_int_equal(cut->stems_n, 2);
        assert_int_equal(both[i]->service[2].stems_n, 1); /* the same in both: once */
        const struct specialist *inna = &both[i]->specialist[0];
        assert_true(has_stem(inna->stems, inna->stems_n, "інн"));
        assert_true(has_stem(inna->stems, inna->stems_n, "инн"));
    }
    const struct book_words *uk = p.book->words;
    const struct book_words *ru = p.others[0].book->words;
    assert_true(stems_match(uk->hears.move, uk->hears.move_n, "перезапишите меня"));
    assert_true(stems_match(ru->hears.move, ru->hears.move_n, "перенесіть мене"));
}

static void a_set_of_another_service_is_not_taken_over(void **state)
{
    (void)state;
    struct profile p = booked_good(packs, BOOKED_FRONT
                                   ",'book':" BOOKED
                                   ",'languages':{'ru':{'book':{'services':[{'id':'dye','stems':[["
                                   "'порад'],['крас']]},{'id':'talk','stems':[['совет']]}]}}}}");
    const struct service *dye = &p.book->service[2];

    assert_true(has_stem(dye->stems, dye->stems_n, "крас"));
    assert_false(has_stem(dye->stems, dye->stems_n, "порад"));
}

static void a_further_language_without_a_book_has_the_catalogue_with_its_packs_words(void **state)
{
    (void)state;
    struct profile p = booked_good(packs, BOOKED_FRONT ",'book':" BOOKED ",'languages':{'ru':{}}}");
    const struct book *ru = p.others[0].book;

    assert_string_equal(ru->specialist[0].name, "Інна");
    assert_string_equal(ru->service[0].accusative, "гель-лак");
    assert_string_equal(ru->words->say.past, packs->pack[1].has.book->words->say.past);
}

static void a_further_language_may_replace_words(void **state)
{
    (void)state;
    struct profile p =
        booked_good(packs, BOOKED_FRONT ",'book':" BOOKED
                                        ",'languages':{'ru':{'book':{'say':{'past':'поздно'}}}}}");

    assert_string_equal(p.others[0].book->words->say.past, "поздно");
    assert_string_equal(p.book->words->say.past, packs->pack[0].has.book->words->say.past);
}

static void each_fault_of_a_further_language_is_named(void **state)
{
    static const struct {
        const char *from, *to, *path, *text;
    } rows[] = {
        {"'id':'inna','name':'Инна'", "'name':'Инна'", "specialists[0].id", "is missing"},
        {"'id':'inna','name':'Инна'", "'id':'anna','name':'Инна'", "specialists[0].id",
         "not in the profile's own book"},
        {"'genitive':'Инны'", "'hours':{}", "specialists[0].hours", "not a known name"},
        {"'genitive':'Инны'", "'genitive':''", "specialists[0].genitive", "must not be empty"},
        {"[['инн']]", "[[]]", "specialists[0].stems[0]", "must not be empty"},
        {"{'id':'inna'", "{'id':'inna'},{'id':'inna'", "specialists[1].id", "is given twice"},
        {"'id':'cut','name'", "'id':'cat','name'", "services[0].id", "own book"},
        {"'id':'gel'", "'id':'cut'", "services[1].id", "is given twice"},
        {"'id':'gel'", "'id':'gel','minutes':30", "services[1].minutes", "not a known name"},
        {"'id':'gel'", "'id':'gel','price':1", "services[1].price", "not a known name"},
        {"[['стричь']]", "[['покрит']]", "services[0].stems[0]", "the stems of \"gel\" too"},
        {"[['стричь']]", "[['a'],['порад']]", "services[0].stems[1]", "the stems of \"talk\" too"},
        {"{'specialists':[", "{'offer':3,'specialists':[", "offer", "not a known name"},
        {"{'specialists':[", "{'say':{'past':'{x}'},'specialists':[", "say.past", "holds {x}"},
        {"{'specialists':[", "{'specialists':7,'x':[", "specialists", "must be a list"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *ru = booked_changed(BOOKED_RUSSIAN, rows[i].from, rows[i].to);
        const char *path = arena_printf(&arena, "languages.ru.book.%s", rows[i].path);
        struct profile p = {0};
        struct profile_faults f = {0};
        const char *text = arena_printf(
            &arena, "%s%s}}}", BOOKED_FRONT ",'book':" BOOKED ",'languages':{'ru':{'book':", ru);
        if (booked_read(packs, text, &p, &f) != ERR_CONFIG ||
            !booked_has_fault(&f, path, rows[i].text))
            fail_msg("%s: no fault \"%s\" at %s", rows[i].to, rows[i].text, path);
    }
    assert_one_fault(BOOKED_FRONT ",'languages':{'ru':{'book':" BOOKED_RUSSIAN "}}}",
                     "languages.ru.book", "keeps no book");
}

static void two_new_sets_that_are_equal_are_a_fault_there(void **state)
{
    (void)state;
    assert_one_fault(BOOKED_FRONT
                     ",'book':" BOOKED
                     ",'languages':{'ru':{'book':{'services':[{'id':'talk','stems':[['к','н']]},"
                     "{'id':'cut','stems':[['н','к']]}]}}}}",
                     "languages.ru.book.services[0].stems[0]", "the stems of \"cut\" too");
}

/* ---- hints ------------------------------------------------------------------------------------ */

static size_t hinted(const struct profile *p, const char *name)
{
    size_t n = 0;

    for (size_t i = 0; i < p->hear.hints_n; i++)
        n += strcmp(p->hear.hints[i], name) == 0;
    return n;
}

static void names_of_the_book_become_hints(void **state)
{
    (void)state;
    struct profile p =
        booked_good(packs, BOOKED_FRONT ",'hear':{'hints':['стрижка']},'book':" BOOKED "}");

    assert_int_equal(hinted(&p, "Інна"), 1);
    assert_int_equal(hinted(&p, "порада"), 1);
    assert_int_equal(hinted(&p, "стрижка"), 1);
    p = booked_good(packs, many(200, 1000));
    assert_true(p.hear.hints_n <= 300);
}

/* ---- what ships ------------------------------------------------------------------------------- */

static bool has_letter_of(const char *text, const char *letters)
{
    for (uint32_t c = text_next(&text); c != 0; c = text_next(&text)) {
        const char *at = letters;
        for (uint32_t l = text_next(&at); l != 0; l = text_next(&at))
            if (l == c)
                return true;
    }
    return false;
}

static void the_salons_book_is_whole_in_both_languages(void **state)
{
    (void)state;
    struct profile p = made_shipped(&arena, "profiles/salon.json", "salon", packs);
    const struct book *both[] = {p.book, p.others[0].book};

    assert_int_equal(p.book->specialists, 4);
    assert_true(p.book->services >= 30);
    for (size_t i = 0; i < COUNT(both); i++)
        for (size_t k = 0; k < both[i]->services; k++)
            assert_true(both[i]->service[k].stems_n > 0);
    for (size_t k = 0; k < p.book->services; k++) {
        assert_false(has_letter_of(both[0]->service[k].accusative, "ыэёъ"));
        assert_false(has_letter_of(both[1]->service[k].accusative, "іїєґ"));
    }
    for (size_t k = 0; k < p.book->specialists; k++)
        assert_false(has_letter_of(both[1]->specialist[k].genitive, "іїєґ"));
    int gel = catalogue_service(p.book, "manicure-gel");
    assert_true(gel >= 0);
    assert_int_equal(p.book->service[gel].minutes, 90);
    assert_int_equal(p.book->service[gel].price_from, 800);
    assert_int_equal(p.book->service[gel].price_to, 800);
    assert_int_equal(p.book->service[gel].by_n, 2);
    assert_true(catalogue_does(p.book, gel, catalogue_specialist(p.book, "inna")));
    assert_true(catalogue_does(p.book, gel, catalogue_specialist(p.book, "olena")));
    assert_int_equal(catalogue_service(p.book, "nothing"), -1);
    assert_int_equal(catalogue_specialist(p.book, "nobody"), -1);
}

/* Of the service's sets that fit the words, how much the best one says: stems, then letters. */
static size_t best_fit(const struct service *s, const char *folded)
{
    size_t best = 0;

    for (size_t i = 0; i < s->stems_n; i++) {
        size_t n = 0;
        for (size_t k = 0; k < s->stems[i].n; k++)
            n += 1000 + text_length(s->stems[i].stem[k]);
        if (stems_match(&s->stems[i], 1, folded) && n > best)
            best = n;
    }
    return best;
}

/* Callers repeat the name that they were told. */
static void check_own_names(const struct profile *p, const struct book *b)
{
    for (size_t i = 0; i < b->services; i++) {
        const char *said[] = {b->service[i].name, b->service[i].accusative};
        for (size_t n = 0; n < COUNT(said); n++) {
            const char *folded = text_fold(&arena, said[n]);
            size_t own = best_fit(&b->service[i], folded);
            for (size_t k = 0; k < b->services; k++)
                if (own == 0 || (k != i && best_fit(&b->service[k], folded) >= own))
                    fail_msg("%s: \"%s\" is not heard as %s, but %s", p->name, said[n],
                             b->service[i].id, own == 0 ? "nothing" : b->service[k].id);
        }
    }
    for (size_t i = 0; i < b->specialists; i++)
        for (size_t k = 0; k < b->specialists; k++) {
            const struct specialist *s = &b->specialist[k];
            const char *said[] = {b->specialist[i].name, b->specialist[i].genitive};
            for (size_t n = 0; n < COUNT(said); n++)
                if (stems_match(s->stems, s->stems_n, text_fold(&arena, said[n])) != (i == k))
                    fail_msg("%s: \"%s\" and %s", p->name, said[n], s->id);
        }
}

static void each_name_of_a_shipped_book_is_heard_as_itself(void **state)
{
    static const struct {
        const char *path, *name;
    } rows[] = {{"profiles/salon.json", "salon"},
                {"tests/profiles/clinic.json", "clinic"},
                {"tests/profiles/barber.json", "barber"}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct profile p = made_shipped(&arena, rows[i].path, rows[i].name, packs);
        check_own_names(&p, p.book);
        for (size_t k = 0; k < p.others_n; k++)
            check_own_names(&p.others[k], p.others[k].book);
    }
}

static void the_salon_hears_how_callers_name_its_services(void **state)
{
    static const struct {
        const char *words, *id;
    } rows[] = {
        {"хочу на манікюр завтра зранку", "manicure-gel"},
        {"мені на манік із покриттям", "manicure-gel"},
        {"нігті гель-лаком", "manicure-gel"},
        {"звичайний манікюр без покриття", "manicure"},
        {"чоловічий манікюр", "manicure-men"},
        {"педикюр з покриттям", "pedicure-gel"},
        {"підстригти чоловіка", "haircut-men"},
        {"підстрижіть сина", "haircut-child"},
        {"пофарбувати корені", "colour-roots"},
        {"зробити укладку", "styling"},
        {"ультразвукову чистку обличчя", "face-cleaning-ultrasonic"},
        {"механічна чистка", "face-cleaning"},
        {"наростити нігті", "nail-extension"},
        {"нарощування вій", "lash-extension"},
        {"шугаринг ніг", "depilation-legs"},
        {"постричь ребёнка", "haircut-child"},
        {"маникюр с покрытием", "manicure-gel"},
        {"снять гель-лак", "gel-removal"},
        {"покрасить брови", "brow-tint"},
        {"ламинирование ресниц", "lash-lamination"},
    };

    (void)state;
    struct profile p = made_shipped(&arena, "profiles/salon.json", "salon", packs);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *folded = text_fold(&arena, rows[i].words);
        int wanted = catalogue_service(p.book, rows[i].id);
        size_t own = best_fit(&p.book->service[wanted], folded);
        for (size_t k = 0; k < p.book->services; k++)
            if (own == 0 || ((int)k != wanted && best_fit(&p.book->service[k], folded) >= own))
                fail_msg("\"%s\" is %s", rows[i].words,
                         own == 0 ? "nothing" : p.book->service[k].id);
    }
}

static void the_books_of_the_fixtures_are_whole(void **state)
{
    (void)state;
    struct profile clinic = made_shipped(&arena, "tests/profiles/clinic.json", "clinic", packs);
    struct profile barber = made_shipped(&arena, "tests/profiles/barber.json", "barber", packs);

    assert_string_equal(clinic.language, "uk");
    assert_int_equal(clinic.others_n, 1);
    assert_string_equal(barber.language, "ru");
    assert_true(clinic.book->services >= 8 && barber.book->services >= 8);
}

/* ---- memory ----------------------------------------------------------------------------------- */

static void too_little_memory_is_an_error_at_every_point(void **state)
{
    (void)state;
    const char *text = booked_quoted(
        BOOKED_FRONT ",'book':" BOOKED ",'languages':{'ru':{'book':" BOOKED_RUSSIAN "}}}");
    const struct profile_file file = {
        .name = "lily", .label = "lily.json", .text = text, .n = strlen(text), .packs = packs};
    enum err e = ERR_MEMORY;

    for (size_t room = 1024; e != ERR_OK; room += 512) {
        struct profile p = {0};
        struct profile_faults f = {0};
        struct arena small;
        arena_init(&small, room);
        e = profile_read(&small, &file, &p, &f);
        assert_true(e == ERR_OK || e == ERR_MEMORY);
        arena_release(&small);
        assert_true(room < (size_t)8 << 20);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, scratch_teardown)
        T(a_book_is_kept_as_it_is_written),
        T(what_is_left_out_has_its_default),
        T(a_profile_without_a_book_keeps_none),
        T(a_substitute_keeps_no_book),
        T(numbers_may_lie_on_their_bounds),
        T(every_field_that_is_wrong_is_named_by_its_path),
        T(a_fault_brings_no_other),
        T(a_book_without_specialists_or_services_is_a_fault),
        T(a_book_has_at_most_200_specialists_and_1000_services),
        T(a_further_language_has_the_same_catalogue_in_its_words),
        T(what_is_heard_in_one_language_is_understood_in_the_other),
        T(a_set_of_another_service_is_not_taken_over),
        T(a_further_language_without_a_book_has_the_catalogue_with_its_packs_words),
        T(a_further_language_may_replace_words),
        T(each_fault_of_a_further_language_is_named),
        T(two_new_sets_that_are_equal_are_a_fault_there),
        T(names_of_the_book_become_hints),
        T(the_salons_book_is_whole_in_both_languages),
        T(each_name_of_a_shipped_book_is_heard_as_itself),
        T(the_salon_hears_how_callers_name_its_services),
        T(the_books_of_the_fixtures_are_whole),
        T(too_little_memory_is_an_error_at_every_point),
#undef T
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
