/* {hours}: the week as a person says it, by the words of the language's pack, and read aloud. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "business/profile.h"
#include "language/verbalise.h"
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

/* A letter for each day, Monday first. */
static const struct day *day_of(char letter)
{
    static const struct day closed = {{{0}}, 0}, days = {{{540, 1140}}, 1},
                            evening = {{{600, 1080}}, 1}, always = {{{0, 1440}}, 1},
                            broken = {{{540, 780}, {840, 1440}}, 2};

    return letter == 'd'   ? &days
           : letter == 'e' ? &evening
           : letter == 'a' ? &always
           : letter == 'b' ? &broken
                           : &closed;
}

static const char *hours_of(const struct profile *pack, const char *week, const char *phrase)
{
    static const struct tm monday = {.tm_wday = 1};
    struct profile p = *pack;

    p.business = p.address = "";
    for (size_t i = 0; i < 7; i++)
        p.week[i] = *day_of(week[i]);
    const char *said = profile_phrase(&arena, &p, phrase, &monday, NULL, NULL);
    assert_non_null(said);
    return said;
}

static const struct {
    const char *week, *uk, *ru;
} rows[] = {
    {"ddddddd", "щодня з 09:00 до 19:00", "ежедневно с 09:00 до 19:00"},
    {"aaaaaaa", "щодня цілодобово", "ежедневно круглосуточно"},
    {"dddddec", "у будні з 09:00 до 19:00, у суботу з 10:00 до 18:00, у неділю вихідний",
     "по будням с 09:00 до 19:00, в субботу с 10:00 до 18:00, в воскресенье выходной"},
    {"dddddcc", "у будні з 09:00 до 19:00, у суботу та в неділю вихідний",
     "по будням с 09:00 до 19:00, в субботу и в воскресенье выходной"},
    {"ddddddc", "з понеділка по суботу з 09:00 до 19:00, у неділю вихідний",
     "с понедельника по субботу с 09:00 до 19:00, в воскресенье выходной"},
    {"cdddddc", "з вівторка по суботу з 09:00 до 19:00, у понеділок та в неділю вихідний",
     "со вторника по субботу с 09:00 до 19:00, в понедельник и в воскресенье выходной"},
    {"bbbbbec",
     "у будні з 09:00 до 13:00 та з 14:00 до півночі, у суботу з 10:00 до 18:00, у неділю вихідний",
     "по будням с 09:00 до 13:00 и с 14:00 до полуночи, в субботу с 10:00 до 18:00, в воскресенье "
     "выходной"},
    {"dededcc",
     "у понеділок, у середу та в п'ятницю з 09:00 до 19:00, у вівторок та в четвер з 10:00 до "
     "18:00, у суботу та в неділю вихідний",
     "в понедельник, в среду и в пятницу с 09:00 до 19:00, во вторник и в четверг с 10:00 до "
     "18:00, в субботу и в воскресенье выходной"},
    {"dddcdcc",
     "з понеділка по середу та в п'ятницю з 09:00 до 19:00, у четвер, у суботу та в "
     "неділю вихідний",
     "с понедельника по среду и в пятницу с 09:00 до 19:00, в четверг, в субботу и в воскресенье "
     "выходной"},
    {"dcdddcc",
     "у понеділок та із середи по п'ятницю з 09:00 до 19:00, у вівторок, у суботу та в "
     "неділю вихідний",
     "в понедельник и со среды по пятницу с 09:00 до 19:00, во вторник, в субботу и в воскресенье "
     "выходной"},
    {"dddddaa", "у будні з 09:00 до 19:00, у суботу та в неділю цілодобово",
     "по будням с 09:00 до 19:00, в субботу и в воскресенье круглосуточно"},
    {"dddddde", "з понеділка по суботу з 09:00 до 19:00, у неділю з 10:00 до 18:00",
     "с понедельника по субботу с 09:00 до 19:00, в воскресенье с 10:00 до 18:00"},
    {"ccccccc", "щодня вихідний", "ежедневно выходной"},
};

static void equal_days_are_said_together_and_closed_ones_last(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_string_equal(hours_of(&packs->pack[0].has, rows[i].week, "{hours}"), rows[i].uk);
        assert_string_equal(hours_of(&packs->pack[1].has, rows[i].week, "{hours}"), rows[i].ru);
    }
}

static void the_hours_are_right_when_they_are_read_aloud(void **state)
{
    (void)state;
    static const char *const aloud[][2] = {
        {"Ми працюємо у будні з дев'ятої до тринадцятої та з чотирнадцятої до півночі, "
         "у "
         "суботу з десятої до вісімнадцятої, у неділю вихідний.",
         "Ми працюємо {hours}."},
        {"Мы работаем по будням с девяти до тринадцати часов и с четырнадцати часов до "
         "полуночи, в субботу с десяти до восемнадцати часов, в воскресенье выходной.",
         "Мы работаем {hours}."}};

    for (size_t i = 0; i < COUNT(aloud); i++) {
        const struct profile *pack = &packs->pack[i].has;
        const char *spoken = NULL;
        const char *written = hours_of(pack, "bbbbbec", aloud[i][1]);
        assert_int_equal(verbalise(&arena, language_find(pack->language), written, &spoken),
                         ERR_OK);
        assert_string_equal(spoken, aloud[i][0]);
    }
}

static void midnight_is_said_by_its_name_today_too(void **state)
{
    (void)state;
    assert_string_equal(hours_of(&packs->pack[0].has, "bbbbbbb", "{hours_today}"),
                        "сьогодні ми працюємо з 09:00 до 13:00 та з 14:00 до півночі");
}

static void every_week_there_can_be_is_said_whole(void **state)
{
    (void)state;
    static const char letters[] = "dca";
    char week[8] = "";

    for (int n = 0; n < 3 * 3 * 3 * 3 * 3 * 3 * 3; n++) {
        int left = n;
        for (size_t i = 0; i < 7; i++, left /= 3)
            week[i] = letters[left % 3];
        const char *said = hours_of(&packs->pack[0].has, week, "{hours}");
        const char *double_blank = strstr(said, "  ");
        if (*said == ' ' || double_blank != NULL || strchr(said, '{') != NULL)
            fail_msg("%s: %s", week, said);
        size_t closed = strchr(week, 'c') != NULL;
        assert_int_equal(strstr(said, "вихідний") != NULL, closed);
    }
}

static void too_little_memory_gives_no_hours(void **state)
{
    (void)state;
    static const struct tm monday = {.tm_wday = 1};
    struct profile p = packs->pack[0].has;
    const char *said = NULL;

    p.week[0] = *day_of('b');
    for (size_t ceiling = 0; said == NULL; ceiling += 16) {
        struct arena small;
        arena_init(&small, ceiling);
        said = profile_phrase(&small, &p, "{hours}", &monday, NULL, NULL);
        if (said != NULL)
            assert_non_null(strstr(said, "півночі"));
        arena_release(&small);
        assert_true(ceiling < 1 << 20);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_days_are_said_together_and_closed_ones_last),
        cmocka_unit_test(the_hours_are_right_when_they_are_read_aloud),
        cmocka_unit_test(midnight_is_said_by_its_name_today_too),
        cmocka_unit_test(every_week_there_can_be_is_said_whole),
        cmocka_unit_test(too_little_memory_gives_no_hours),
    };
    return cmocka_run_group_tests_name("business/hours", tests, set_up, scratch_teardown);
}
