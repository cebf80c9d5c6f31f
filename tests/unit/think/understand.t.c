/* What the rules make of callers' lines: three businesses, two languages. */
#include "think/understand.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/buf.h"
#include "tests/support/made.h"
#include "tests/unit/think/understand-rows.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define HARDER_LEAST 115
#define UNSEEN_LEAST 205 /* as many as it reached: docs/testing.md */

static const struct understand_row seen[] = {
#include "tests/unit/think/understand-seen.def"
};

static const struct understand_row unseen[] = {
#include "tests/unit/think/understand-unseen.def"
};

static const struct understand_row harder[] = {
#include "tests/unit/think/understand-harder.def"
};

static const struct tm now = {
    .tm_year = 126, .tm_mon = 11, .tm_mday = 1, .tm_hour = 10, .tm_wday = 2};

static struct arena profiles, arena;
static struct profile business[BUSINESS__MAX];

static int setup(void **state)
{
    static const char *const names[] = {"salon", "clinic", "barber"};

    (void)state;
    arena_init(&profiles, (size_t)256 << 20);
    arena_init(&arena, (size_t)64 << 20);
    for (size_t i = 0; i < COUNT(names); i++) {
        const char *path = arena_printf(&profiles, "tests/profiles/visits-%s.json", names[i]);
        business[i] = made_shipped(&profiles, path, names[i], made_packs(&profiles));
    }
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_release(&arena);
    arena_release(&profiles);
    return 0;
}

static void put_clock(struct buf *out, int minutes)
{
    buf_printf(out, "%02d:%02d", minutes / 60, minutes % 60);
}

static void put_when(struct buf *out, const struct when *w)
{
    for (size_t k = 0; k < w->days_n; k++)
        buf_printf(out, " %02d-%02d", w->days[k].month, w->days[k].day);
    if (w->time >= 0) {
        buf_puts(out, " @");
        put_clock(out, w->time);
    }
    if (w->time_or >= 0) {
        buf_puts(out, " or ");
        put_clock(out, w->time_or);
    }
    if (w->from >= 0 || w->to >= 0) {
        buf_putc(out, ' ');
        if (w->from >= 0)
            put_clock(out, w->from);
        buf_putc(out, '-');
        if (w->to >= 0)
            put_clock(out, w->to);
    }
    buf_puts(out, w->nearest ? " nearest" : "");
    buf_puts(out, w->any ? " any" : "");
}

static void put_services(struct buf *out, const struct book *b, const struct understood *u)
{
    for (size_t i = 0; i < u->services; i++)
        buf_printf(out, " +%s", b->service[u->service[i]].id);
    for (size_t i = 0; i < b->services; i++)
        for (size_t k = 0; k < u->could_be_n; k++)
            if (u->could_be[k] == (int)i)
                buf_printf(out, "%s%s", strchr(buf_text(out), '?') == NULL ? " ?" : ",",
                           b->service[i].id);
    buf_puts(out, u->unknown_service ? " unknown" : "");
    if (u->specialist >= 0)
        buf_printf(out, " =%s", b->specialist[u->specialist].id);
    buf_puts(out, u->any_specialist ? " anyone" : "");
    if (u->not_specialist >= 0)
        buf_printf(out, " !%s", b->specialist[u->not_specialist].id);
}

static void put_rest(struct buf *out, const struct understood *u)
{
    if (u->choice == WHEN_LAST)
        buf_puts(out, " #last");
    else if (u->choice != 0)
        buf_printf(out, " #%d", u->choice);
    buf_puts(out, u->when.past ? " past" : "");
    buf_puts(out, u->when.no_such_day ? " none" : "");
    if (u->name != NULL) {
        buf_puts(out, " name:");
        for (const char *s = u->name; *s != '\0'; s++)
            buf_putc(out, *s == ' ' ? '_' : *s);
    }
    if (u->phone != NULL)
        buf_printf(out, " tel:%s", u->phone);
    buf_puts(out, u->answer == ANSWER_YES ? " yes" : u->answer == ANSWER_NO ? " no" : "");
    buf_puts(out, u->for_other ? " other-person" : "");
    buf_puts(out, u->drops ? " drops" : "");
    buf_puts(out, u->other ? " other" : "");
    buf_puts(out, u->earlier ? " earlier" : "");
    buf_puts(out, u->later ? " later" : "");
    buf_puts(out, u->again ? " again" : "");
}

static struct understood hear(const struct profile *p, enum asks asked, const char *words)
{
    struct understood got;
    const struct understand_ask ask = {.profile = p,
                                       .words = words,
                                       .local = &now,
                                       .asked = asked,
                                       .offers =
                                           asked == ASKS_CHOICE || asked == ASKS_WHICH ? 3 : 0};

    assert_int_equal(understand(&arena, &ask, &got), ERR_OK);
    return got;
}

/* What it means, as the rows write it. */
static const char *meaning(const struct profile *p, enum asks asked, const char *words)
{
    static const char *const intents[] = {
#define X(name, text) text,
        INTENTS(X)
#undef X
    };
    const struct understood got = hear(p, asked, words);
    struct buf out;

    buf_init(&out, &arena, 4096);
    buf_puts(&out, intents[got.intent]);
    put_services(&out, p->book, &got);
    put_when(&out, &got.when);
    put_rest(&out, &got);
    const char *means = buf_text(&out);
    return *means == ' ' ? means + 1 : means;
}

static size_t count_right(const struct understand_row *row, size_t n)
{
    size_t right = 0;

    for (size_t k = 0; k < n; k++) {
        const struct profile *p = profile_in(&business[row[k].business], row[k].language);
        const char *means = meaning(p, row[k].asked, row[k].text);
        if (strcmp(means, row[k].means) == 0)
            right++;
        else
            print_message("%s: \"%s\" is \"%s\", not \"%s\"\n", row[k].language, row[k].text, means,
                          row[k].means);
        arena_clear(&arena);
    }
    return right;
}

static void test_phrases_that_were_used_to_write_it(void **state)
{
    size_t right = count_right(seen, COUNT(seen));

    (void)state;
    print_message("seen phrases: %zu of %zu\n", right, COUNT(seen));
    assert_int_equal(right, COUNT(seen));
}

static void test_phrases_that_were_put_aside(void **state)
{
    size_t right = count_right(unseen, COUNT(unseen));

    (void)state;
    print_message("unseen phrases: %zu of %zu\n", right, COUNT(unseen));
    assert_true(right >= UNSEEN_LEAST);
}

static void test_phrases_that_were_written_to_find_faults(void **state)
{
    size_t right = count_right(harder, COUNT(harder));

    (void)state;
    print_message("harder phrases: %zu of %zu\n", right, COUNT(harder));
    assert_true(right >= HARDER_LEAST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_phrases_that_were_used_to_write_it),
        cmocka_unit_test(test_phrases_that_were_put_aside),
        cmocka_unit_test(test_phrases_that_were_written_to_find_faults),
    };
    return cmocka_run_group_tests_name("think/understand", tests, setup, teardown);
}
