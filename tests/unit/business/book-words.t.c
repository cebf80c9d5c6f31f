/* The words of the book: what packs have, what a profile replaces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

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

static void every_word_of_the_book_is_in_each_shipped_pack(void **state)
{
    (void)state;
    for (size_t i = 0; i < packs->n; i++) {
        const struct book_words *w = packs->pack[i].has.book->words;
        const char *label = packs->pack[i].label;
#define X(phrase)                                                                                  \
    if (w->say.phrase == NULL || strlen(w->say.phrase) >= 600)                                     \
        fail_msg("%s: book.say.%s", label, #phrase);
        BOOK_PHRASES(X)
#undef X
#define X(list)                                                                                    \
    if (w->hears.list##_n == 0)                                                                    \
        fail_msg("%s: book.hears.%s", label, #list);
        BOOK_HEARS(X)
#undef X
#define X(text)                                                                                    \
    if (w->prompt.text == NULL)                                                                    \
        fail_msg("%s: book.prompt.%s", label, #text);
        BOOK_PROMPT(X)
#undef X
        assert_non_null(strstr(w->prompt.catalogue, "{services}"));
    }
}

static bool hears(const struct profile *p, const char *list, const char *words)
{
    const struct book_words *w = p->book->words;
    const char *folded = text_fold(&arena, words);

#define X(name)                                                                                    \
    if (strcmp(list, #name) == 0)                                                                  \
        return stems_match(w->hears.name, w->hears.name##_n, folded);
    BOOK_HEARS(X)
#undef X
    fail_msg("no list %s", list);
    return false;
}

static void the_packs_hear_what_callers_want(void **state)
{
    static const struct {
        const char *list, *yes, *no;
    } rows[] = {
        {"book", "Добрий день, хочу записатися на завтра", "Скільки коштує стрижка?"},
        {"book", "А є вільні вікна на суботу?", "Скасуйте, будь ласка"},
        {"book", "Запишите меня на пятницу", "Сколько это длится?"},
        {"book", "Здравствуйте, можно к Инне?", "Какой у вас адрес?"},
        {"move", "Хочу перенести запис на четвер", "Хочу записатися"},
        {"move", "Можно перезаписаться на другой день?", "Запишите меня"},
        {"cancel", "Скасуйте мій запис, будь ласка", "Запишіть мене на середу"},
        {"cancel", "Я не приду завтра", "Я приду завтра"},
        {"mine", "На коли я записана?", "Запишіть мене"},
        {"mine", "Напомните, когда у меня запись", "Когда вы работаете?"},
        {"price", "Скільки коштує манікюр?", "Скільки часу це займе?"},
        {"price", "Почём стрижка?", "Сколько времени?"},
        {"length", "Скільки часу це займе?", "Скільки коштує?"},
        {"length", "Как долго длится окрашивание?", "Сколько стоит?"},
        {"who", "Хто у вас робить манікюр?", "Запишіть до Інни"},
        {"who", "А кто может в среду?", "Я могу в среду"},
        {"any", "Мені байдуже, до кого", "До Інни"},
        {"any", "К кому угодно", "К Инне"},
        {"for_other", "Запишіть мою доньку", "Запишіть мене"},
        {"for_other", "Это для подруги", "Это для меня"},
        {"drop", "Ой, я передумала", "Так, записуйте"},
        {"drop", "Не надо, спасибо", "Да, надо"},
        {"other", "А інший час є?", "Так, підходить"},
        {"other", "Нет, мне не подходит", "Подходит"},
        {"earlier", "А раніше немає?", "А ввечері?"},
        {"later", "Можно попозже?", "Можно раньше?"},
        {"repeat", "Повторіть, будь ласка", "Перший"},
        {"repeat", "Ещё раз, пожалуйста", "Второй"},
    };

    (void)state;
    struct profile p = booked_good(packs, BOOKED_FRONT ",'book':" BOOKED ",'languages':{'ru':{}}}");
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (!hears(&p, rows[i].list, rows[i].yes))
            fail_msg("%s does not hear \"%s\"", rows[i].list, rows[i].yes);
        if (hears(&p, rows[i].list, rows[i].no))
            fail_msg("%s hears \"%s\"", rows[i].list, rows[i].no);
    }
}

static void a_profile_replaces_words_by_their_names(void **state)
{
    (void)state;
    const struct book_words *pack = packs->pack[0].has.book->words;
    struct profile p =
        booked_good(packs, booked_changed(BOOKED_FRONT ",'book':" BOOKED "}", "'offer':2",
                                          "'offer':2,'say':{'taken':'{business}: {when} {price} "
                                          "зайнято'},'hears':{'book':['ось']},"
                                          "'prompt':{'system':['раз','два']}"));

    assert_string_equal(p.book->words->say.taken, "{business}: {when} {price} зайнято");
    assert_string_equal(p.book->words->say.past, pack->say.past);
    assert_int_equal(p.book->words->hears.book_n, 1);
    assert_int_equal(p.book->words->hears.move_n, pack->hears.move_n);
    assert_string_equal(p.book->words->prompt.system, "раз\nдва");
    assert_string_equal(p.book->words->prompt.catalogue, pack->prompt.catalogue);
}

/* A pack of three words over none. */
static struct profile_pack read_pack(const char *text, enum err wanted, struct profile_faults *f)
{
    const char *json = booked_quoted(text);
    const struct profile_file file = {
        .name = "uk", .label = "languages/uk.json", .text = json, .n = strlen(json)};
    struct profile_pack pack = {0};

    *f = (struct profile_faults){0};
    assert_int_equal(profile_read_pack(&arena, &file, &pack, f), wanted);
    return pack;
}

static void what_a_pack_lacks_is_the_packs_fault_where_a_book_is_kept(void **state)
{
    (void)state;
    struct profile_faults f = {0};
    struct profile_pack pack = packs->pack[0];
    struct profile_packs one = {.pack = &pack, .n = 1};
    struct book_words words = *pack.has.book->words;
    struct book book = *pack.has.book;
    struct profile p = {0};

    words.say.moved = NULL;
    words.hears.who = NULL;
    words.prompt.system = NULL;
    book.words = &words;
    pack.has.book = &book;
    assert_int_equal(booked_read(&one, BOOKED_FRONT "}", &p, &f), ERR_OK);
    assert_int_equal(booked_read(&one, BOOKED_FRONT ",'book':" BOOKED "}", &p, &f), ERR_CONFIG);
    assert_int_equal(f.n, 3);
    assert_true(booked_has_fault(&f, "book.say.moved", "is missing"));
    assert_true(booked_has_fault(&f, "book.hears.who", "is missing"));
    assert_true(booked_has_fault(&f, "book.prompt.system", "is missing"));
    assert_string_equal(f.fault[0].file, packs->pack[0].label);
    pack.has.book = NULL; /* a pack of the version before */
    assert_int_equal(booked_read(&one, BOOKED_FRONT "}", &p, &f), ERR_OK);
    assert_int_equal(booked_read(&one, BOOKED_FRONT ",'book':" BOOKED "}", &p, &f), ERR_CONFIG);
    assert_true(booked_has_fault(&f, "book.say.ask_service", "is missing"));
}

static void a_pack_may_hold_words_alone(void **state)
{
    (void)state;
    struct profile_faults f = {0};
    struct profile_pack pack = read_pack("{'book':{'say':{'past':'пізно'}}}", ERR_OK, &f);

    assert_string_equal(pack.has.book->words->say.past, "пізно");
    (void)read_pack("{'book':{'offer':3}}", ERR_CONFIG, &f);
    assert_true(booked_has_fault(&f, "book.offer", "belongs in a profile"));
    (void)read_pack("{'book':{'say':{'past':'{nothing}'}}}", ERR_CONFIG, &f);
    assert_true(booked_has_fault(&f, "book.say.past", "holds {nothing}"));
}

static void a_pack_beside_the_profiles_replaces_words_of_the_shipped_one(void **state)
{
    (void)state;
    const char *text = booked_quoted("{'book':{'say':{'past':'пізно'}}}");
    const struct profile_file file = {.name = "uk",
                                      .label = "languages/uk.json",
                                      .text = text,
                                      .n = strlen(text),
                                      .packs = packs};
    const struct book_words *shipped = packs->pack[0].has.book->words;
    struct profile_pack pack = {0};
    struct profile_faults f = {0};

    assert_int_equal(profile_read_pack(&arena, &file, &pack, &f), ERR_OK);
    assert_string_equal(pack.has.book->words->say.past, "пізно");
    assert_string_equal(pack.has.book->words->say.taken, shipped->say.taken);
    assert_string_not_equal(shipped->say.past, "пізно");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, scratch_teardown)
        T(every_word_of_the_book_is_in_each_shipped_pack),
        T(the_packs_hear_what_callers_want),
        T(a_profile_replaces_words_by_their_names),
        T(what_a_pack_lacks_is_the_packs_fault_where_a_book_is_kept),
        T(a_pack_may_hold_words_alone),
        T(a_pack_beside_the_profiles_replaces_words_of_the_shipped_one),
#undef T
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
