/* Which services and specialists a line names, by small catalogues of their own. */
#include "business/service-match.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/buf.h"
#include "business/specialist-match.h"

#define SETS  4
#define STEMS 4
#define MOST  8

static struct arena arena;

struct made {
    const char *id, *name;
    const char *sets; /* "манік+гель|манік+покрит" */
};

/* The catalogue's stems from a text; room is static, one catalogue at a time. */
static size_t cut_sets(const char *text, struct stems *sets, const char *stems[][STEMS])
{
    size_t n = 0;

    for (size_t k = 0; *text != '\0'; n++, k = 0) {
        while (*text != '\0' && *text != '|') {
            size_t len = strcspn(text, "+|");
            stems[n][k++] = arena_strndup(&arena, text, len);
            text += len + (text[len] == '+');
        }
        text += *text == '|';
        sets[n] = (struct stems){.stem = stems[n], .n = k};
    }
    return n;
}

static struct book make(const struct made *made, size_t n)
{
    static struct service service[MOST];
    static struct specialist specialist[MOST];
    static struct stems sets[MOST][SETS];
    static const char *stems[MOST][SETS][STEMS];

    for (size_t i = 0; i < n; i++) {
        size_t has = cut_sets(made[i].sets, sets[i], stems[i]);
        service[i] = (struct service){
            .id = made[i].id, .name = made[i].name, .stems = sets[i], .stems_n = has};
        specialist[i] = (struct specialist){
            .id = made[i].id, .name = made[i].name, .stems = sets[i], .stems_n = has};
    }
    return (struct book){
        .service = service, .services = n, .specialist = specialist, .specialists = n};
}

static bool is_often(const void *context, const char *word, size_t n)
{
    const char *often = context;

    return strlen(often) == n && memcmp(often, word, n) == 0;
}

/* "gel ped ?plain": the services, and those that could be meant. */
static const char *match(const struct book *b, const char *words, bool asked, const int *among,
                         size_t among_n)
{
    struct said said;
    struct service_found found;
    struct buf out;

    assert_int_equal(said_read(&arena, words, &said), ERR_OK);
    const struct service_line line = {.said = &said,
                                      .book = b,
                                      .asked = asked,
                                      .among = among,
                                      .among_n = among_n,
                                      .is_everyday = is_often,
                                      .context = "маніку"};
    assert_int_equal(service_match(&arena, &line, &found), ERR_OK);
    buf_init(&out, &arena, 1024);
    for (size_t i = 0; i < found.services; i++)
        buf_printf(&out, "%s%s", out.len == 0 ? "" : " ", b->service[found.service[i]].id);
    for (size_t i = 0; i < found.could_be_n; i++)
        buf_printf(&out, "%s?%s", out.len == 0 ? "" : " ", b->service[found.could_be[i]].id);
    return buf_text(&out);
}

static void check(const struct book *b, const char *words, const char *found)
{
    const char *got = match(b, words, false, NULL, 0);

    if (strcmp(got, found) != 0)
        fail_msg("\"%s\" is \"%s\", not \"%s\"", words, got, found);
}

static const struct made nails[] = {
    {"man", "манікюр", "манік"},
    {"gel", "манікюр із гель-лаком", "манік+гель|манік+покрит"},
    {"ped", "педикюр", "педик"},
    {"pedgel", "педикюр із гель-лаком", "педик+гель|педик+покрит"},
    {"ultra", "ультразвукова чистка обличчя", "чистк+ультразвук"},
    {"mech", "механічна чистка обличчя", "чистк+механіч"},
    {"bare", "манікюр без покриття із маслом", "манік+=без+масл"},
    {"back", "масаж спини", "масаж+спин"},
};

static void the_most_specific_set_wins(void **state)
{
    const struct book b = make(nails, 8);

    (void)state;
    check(&b, "манікюр", "man");
    check(&b, "манікюр з покриттям", "gel");
    check(&b, "манікюр без масла", "bare");
    check(&b, "педикюр з гелем", "pedgel");
    check(&b, "нічого", "");
    check(&b, "", "");
}

static void sets_without_a_word_in_common_are_several_services(void **state)
{
    const struct book b = make(nails, 8);

    (void)state;
    check(&b, "манікюр і педикюр", "man ped");
    check(&b, "педикюр, манікюр", "ped man");
    check(&b, "манікюр і педикюр з покриттям", "man pedgel");
    check(&b, "педикюр і манікюр з покриттям", "ped gel");
    check(&b, "манікюр, манікюр", "man");
}

static void a_word_that_completes_nothing_is_asked_about(void **state)
{
    const struct book b = make(nails, 8);

    (void)state;
    check(&b, "чистка", "?ultra ?mech");
    check(&b, "чистка і педикюр", "ped ?ultra ?mech");
    check(&b, "ультразвукова чистка", "ultra");
    check(&b, "ультразвукова чистка і механічна", "ultra mech");
    check(&b, "масаж", "back");
    check(&b, "ультразвук", "ultra");
}

static void what_is_denied_is_not_heard(void **state)
{
    const struct book b = make(nails, 8);

    (void)state;
    check(&b, "не чистку, а педикюр", "ped");
    check(&b, "не механічну чистку, а ультразвукову", "ultra");
    check(&b, "замість манікюру педикюр", "ped");
    check(&b, "манікюр без покриття", "man");
    check(&b, "манікюр, покриття не треба", "man");
    check(&b, "не манікюр", "");
}

static void an_answer_may_be_what_tells_them_apart(void **state)
{
    const struct book b = make(nails, 8);
    static const int among[] = {4, 5};
    static const int nail[] = {1, 3};

    (void)state;
    assert_string_equal(match(&b, "механічна", true, among, 2), "mech");
    assert_string_equal(match(&b, "ультразвукову і педикюр", true, among, 2), "ultra ped");
    assert_string_equal(match(&b, "чистку", true, among, 2), "?ultra ?mech");
    assert_string_equal(match(&b, "педикюр", true, among, 2), "ped");
    assert_string_equal(match(&b, "педикюр", true, nail, 2), "pedgel");
    assert_string_equal(match(&b, "ультразвук", true, NULL, 0), "ultra");
}

static void a_word_that_services_are_about_is_asked_about(void **state)
{
    static const struct made brows[] = {
        {"shape", "корекція брів", "корекц+бров|форм+бров"},
        {"tint", "фарбування брів", "фарб+бров"},
        {"men", "чоловіча стрижка", "стриж+чолов|стриж+хлоп|стриж+коротк|стриж+машинк"}};
    const struct book b = make(brows, 3);

    (void)state;
    check(&b, "брови", "?shape ?tint");
    check(&b, "брови пофарбувати, фарбування", "tint");
    check(&b, "чоловіка", "");
    check(&b, "стрижка і брови", "men");
    check(&b, "у мене на роботі всі мають брови", "");
}

static void a_tie_is_asked_about(void **state)
{
    static const struct made twins[] = {
        {"a", "стрижка", "стриж"}, {"b", "стрижка друга", "стриж"}, {"c", "борода", "бород"}};
    static const struct made wide[] = {{"a", "жіноча стрижка", "стриж+жіноч"},
                                       {"b", "дитяча стрижка", "стриж+дитяч"}};
    const struct book b = make(twins, 3);

    (void)state;
    check(&b, "стрижка", "?a ?b");
    check(&b, "стрижка і борода", "c ?a ?b");
    const struct book w = make(wide, 2);
    check(&w, "жіноча чи дитяча стрижка", "?a ?b");
    check(&w, "жіноча і дитяча стрижка", "a b");
}

static void a_misheard_word_is_the_nearest(void **state)
{
    const struct book b = make(nails, 8);

    (void)state;
    check(&b, "монікюр", "man");
    check(&b, "педікюр", "ped");
    check(&b, "пидикюр", "ped");
    check(&b, "ультрозвукова чиcтка", "ultra");
    check(&b, "ультрасвукова чистка", "ultra");
    check(&b, "manikyur", "man");
    check(&b, "жидикюр", "");
    check(&b, "маніку", "man");
    check(&b, "пива", "");
}

static void a_word_near_two_services_is_neither(void **state)
{
    static const struct made near[] = {{"a", "пілінг", "пілінг"}, {"b", "ділінг", "ділінг"}};
    const struct book b = make(near, 2);

    (void)state;
    check(&b, "пілінг", "a");
    check(&b, "ділінг", "b");
    check(&b, "мілінг", "");
    check(&b, "піленг", "a");
}

static void all_places_of_a_visit_are_filled_and_no_more(void **state)
{
    static const struct made many[] = {
        {"a", "ааааа", "ааа"}, {"b", "ббббб", "ббб"}, {"c", "ввввв", "ввв"}, {"d", "ггггг", "ггг"},
        {"e", "ддддд", "ддд"}, {"f", "еееее", "еее"}, {"g", "жжжжж", "жжж"}, {"h", "ззззз", "ззз"}};
    const struct book b = make(many, 8);

    (void)state;
    check(&b, "ззз жжж еее ддд ггг ввв", "h g f e d c");
    assert_non_null(match(&b, "ааа ббб ввв ггг ддд еее жжж ззз", false, NULL, 0));
}

/* ---- specialists ---- */

static void check_who(const struct book *b, const char *words, const char *meant,
                      const char *denied)
{
    struct said said;
    struct specialist_found found;

    assert_int_equal(said_read(&arena, words, &said), ERR_OK);
    assert_int_equal(specialist_match(&arena, &said, b, &found), ERR_OK);
    assert_string_equal(found.meant < 0 ? "" : b->specialist[found.meant].id, meant);
    assert_string_equal(found.denied < 0 ? "" : b->specialist[found.denied].id, denied);
}

static void a_specialist_is_named(void **state)
{
    static const struct made people[] = {{"inna", "Інна", "інн"},
                                         {"olena", "Олена", "олен"},
                                         {"ira", "Ірина Шевчук", "ірин+шевчук|шевчук"},
                                         {"irm", "Ірина Мельник", "ірин+мельник|мельник"}};
    const struct book b = make(people, 4);

    (void)state;
    check_who(&b, "до Інни", "inna", "");
    check_who(&b, "не до Інни, а до Олени", "olena", "inna");
    check_who(&b, "тільки не Олена", "", "olena");
    check_who(&b, "до Ірини Мельник", "irm", "");
    check_who(&b, "до Інни, ой ні, до Олени", "olena", "");
    check_who(&b, "до Інни або до Олени", "inna", "");
    check_who(&b, "до Петра", "", "");
}

static void a_name_is_known_in_all_its_cases(void **state)
{
    static const struct made people[] = {{"ira", "Ірина Василівна Шевчук", ""},
                                         {"irm", "Ірина Олегівна Мельник", ""},
                                         {"petro", "Петро", ""}};
    const struct book b = make(people, 3);

    (void)state;
    check_who(&b, "до Ірини Василівни", "ira", "");
    check_who(&b, "у Мельник", "irm", "");
    check_who(&b, "з Петром", "petro", "");
    check_who(&b, "до Ірини", "", "");
}

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, (size_t)16 << 20);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

/* "Гель-лак" is two words, and each of them completed a set: the second made a pedicure of it. */
static void two_words_of_one_thing_are_one_service(void **state)
{
    static const struct made polish[] = {
        {"gel", "манікюр із гель-лаком", "манік+гел|манік+лак|манік"},
        {"pedicure", "класичний педикюр", "педик+класич"},
        {"pedgel", "педикюр із гель-лаком", "педик+гел|педик+лак"}};
    const struct book b = make(polish, 3);

    (void)state;
    check(&b, "манікюр з гель-лаком і класичний педикюр", "gel pedicure");
    check(&b, "ні, не педикюр, а манікюр з гель лаком", "gel");
    check(&b, "манікюр з гелем і педикюр з лаком", "gel pedgel");
}

/* "Стрижка і борода" was the beard alone, for its set "стриж бород" was the most specific. */
static void services_with_an_and_between_are_two(void **state)
{
    static const struct made barber[] = {{"cut", "стрижка", "стриж"},
                                         {"beard", "борода", "бород|стриж+бород"}};
    static const struct made both[] = {{"cut", "стрижка", "стриж"},
                                       {"beard", "борода", "бород"},
                                       {"cut-beard", "стрижка з бородою", "стриж+бород"}};
    struct book b = make(barber, 2);

    (void)state;
    check(&b, "стрижка і борода", "cut beard");
    check(&b, "стрижка бороди", "beard");
    b = make(both, 3); /* in the place of the first */
    check(&b, "стрижка і борода", "cut-beard");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_most_specific_set_wins),
        cmocka_unit_test(sets_without_a_word_in_common_are_several_services),
        cmocka_unit_test(a_word_that_completes_nothing_is_asked_about),
        cmocka_unit_test(what_is_denied_is_not_heard),
        cmocka_unit_test(an_answer_may_be_what_tells_them_apart),
        cmocka_unit_test(a_word_that_services_are_about_is_asked_about),
        cmocka_unit_test(a_tie_is_asked_about),
        cmocka_unit_test(a_misheard_word_is_the_nearest),
        cmocka_unit_test(a_word_near_two_services_is_neither),
        cmocka_unit_test(all_places_of_a_visit_are_filled_and_no_more),
        cmocka_unit_test(a_specialist_is_named),
        cmocka_unit_test(a_name_is_known_in_all_its_cases),
        cmocka_unit_test(two_words_of_one_thing_are_one_service),
        cmocka_unit_test(services_with_an_and_between_are_two),
    };
    return cmocka_run_group_tests_name("business/service-match", tests, set_up, tear_down);
}
