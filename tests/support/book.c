#include "tests/support/book.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

const struct booking_actor book_staff = {.by = "staff", .now_ms = BOOK_NOW};

struct booking_part book_part(const char *who, int64_t from_s, int minutes, int buffer)
{
    return (struct booking_part){.specialist = who,
                                 .specialist_name = "Інна",
                                 .services = "manicure-gel",
                                 .service_names = "манікюр із гель-лаком",
                                 .start_s = from_s,
                                 .end_s = from_s + minutes * INT64_C(60),
                                 .free_s = from_s + (minutes + buffer) * INT64_C(60),
                                 .price_from = 800,
                                 .price_to = 800};
}

struct visit book_visit(const char *who, int64_t from_s, const char *phone)
{
    return (struct visit){.profile = "salon",
                          .part = {book_part(who, from_s, 90, 0)},
                          .parts = 1,
                          .name = "Олена",
                          .phone = phone,
                          .currency = "UAH",
                          .note = "",
                          .language = "uk"};
}

enum err book_try_add(struct storage *t, struct visit *v)
{
    storage_begin(t);
    enum err e = visit_add(t->s, &t->a, v, &book_staff, NULL);
    storage_commit(t); /* a refusal has written nothing */
    return e;
}

struct visit book_added(struct storage *t, const char *who, int64_t from_s, const char *phone)
{
    struct visit v = book_visit(who, from_s, phone);

    assert_int_equal(book_try_add(t, &v), ERR_OK);
    return v;
}

enum err book_try_move(struct storage *t, int64_t id, struct booking_part to)
{
    storage_begin(t);
    enum err e = visit_move(t->s, &t->a, id, &to, 1, &book_staff, NULL);
    storage_commit(t);
    return e;
}

enum err book_try_cancel(struct storage *t, int64_t id)
{
    storage_begin(t);
    enum err e = visit_cancel(t->s, &t->a, id, &book_staff, NULL);
    storage_commit(t);
    return e;
}

struct visit book_got(struct storage *t, int64_t id)
{
    struct visit v = {0};

    assert_int_equal(visit_get(t->s, &t->a, id, &v, NULL), ERR_OK);
    return v;
}
