/* What callers say every day (tests/cases/callers-*.tsv): the share of it that the rules of the shipped
 * profiles understand, and in which language they answer. Half a was looked at while the stems were
 * written, half b was put aside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/text.h"
#include "language/heard.h"
#include "think/rules.h"
#include "tests/support/talk.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define FILE_MAX     ((size_t)1 << 20)

static const struct tm monday_noon = {.tm_wday = 1, .tm_hour = 12};

struct share {
    int right, all;
};

struct everyday {
    struct arena arena;
    struct profile salon, hotel;
};

static struct everyday e;

static int set_up(void **state)
{
    (void)state;
    arena_init(&e.arena, (size_t)256 << 20);
    e.salon = talk_profile(&e.arena, "salon");
    e.hotel = talk_profile(&e.arena, "hotel");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&e.arena);
    return 0;
}

/* The profile in the language of the words, as a turn chooses it. */
static const struct profile *spoken(const struct profile *p, const char *folded)
{
    const struct language *const known[] = {language_find(p->language),
                                            language_find(p->others[0].language)};

    return profile_in(p, heard_language(known, COUNT(known), known[0], 1, folded)->code);
}

static struct rules_answer answer(const struct profile *p, const char *words)
{
    struct rules_answer got = {0};
    struct rules_ask ask = {
        .profile = p, .words = words, .state = "", .caller_phone = OWN, .local = &monday_noon};

    assert_int_equal(rules_answer(&e.arena, &ask, &got), ERR_OK);
    return got;
}

/* Is the question the one that is written, and answered so? */
static bool is_right(const struct profile *p, const char *words, const char *question)
{
    const struct rule *rule = profile_rule(p, text_fold(&e.arena, words));
    struct rules_answer got = answer(p, words);

    if (strcmp(question, "person") == 0)
        return strncmp(got.say, p->say.request_begins, strlen(p->say.request_begins)) == 0;
    if (rule == NULL || rule->question == NULL || strcmp(rule->question, question) != 0)
        return false;
    return strcmp(got.say, p->say.not_understood) != 0;
}

static void read_line(char *line, const char *language, struct share *halves, struct share *tongue)
{
    char *rest = NULL;
    const char *half = strtok_r(line, "\t", &rest);
    const char *profile = strtok_r(NULL, "\t", &rest);
    const char *words = strtok_r(NULL, "\t", &rest);
    const char *question = strtok_r(NULL, "\t", &rest);

    assert_non_null(question);
    const struct profile *own = strcmp(profile, "salon") == 0 ? &e.salon : &e.hotel;
    const struct profile *p = spoken(own, text_fold(&e.arena, words));
    struct share *s = &halves[*half == 'b'];
    bool right = is_right(p, words, question);
    bool same = strcmp(p->language, language) == 0;
    s->all++;
    s->right += right;
    tongue->all++;
    tongue->right += same;
    if (!right || !same)
        print_message("# %s %s%s\n", half, same ? "" : "(in the other language) ", words);
}

/* The least share of each half, and of the lines that are answered in their language, in percent. */
static void hold(const char *language, int least_a, int least_b, int least_tongue)
{
    struct share halves[2] = {{0}}, tongue = {0};
    char path[64];
    char *text = NULL;
    size_t n = 0;

    (void)snprintf(path, sizeof path, "tests/cases/callers-%s.tsv", language);
    assert_int_equal(file_read(&e.arena, path, FILE_MAX, &text, &n, NULL), ERR_OK);
    char *rest = NULL;
    for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest))
        if (*line != '#')
            read_line(line, language, halves, &tongue);
    print_message("# %s: half a %d of %d, half b %d of %d; in their language %d of %d\n", language,
                  halves[0].right, halves[0].all, halves[1].right, halves[1].all, tongue.right,
                  tongue.all);
    assert_int_equal(halves[0].all, 50);
    assert_int_equal(halves[1].all, 50);
    assert_true(halves[0].right * 100 >= least_a * halves[0].all);
    assert_true(halves[1].right * 100 >= least_b * halves[1].all);
    assert_true(tongue.right * 100 >= least_tongue * tongue.all);
}

static void everyday_ukrainian_is_understood(void **state)
{
    (void)state;
    hold("uk", 90, 80, 90);
}

static void everyday_russian_is_understood(void **state)
{
    (void)state;
    hold("ru", 90, 80, 90);
}

static void one_word_does_not_change_the_language(void **state)
{
    static const char *const words[] = {"спасибо", "да", "здравствуйте", "пока", "алло"};

    (void)state;
    for (size_t i = 0; i < COUNT(words); i++)
        assert_string_equal(spoken(&e.salon, words[i])->language, "uk");
    assert_string_equal(spoken(&e.salon, "добрий день записаться на стрижку")->language, "uk");
    assert_string_equal(spoken(&e.salon, "мне нужно записаться")->language, "ru");
    assert_string_equal(spoken(&e.hotel, "мені потрібен номер")->language, "uk");
    const struct language *const known[] = {language_find("uk"), language_find("ru")};
    assert_string_equal(heard_language(known, 2, known[0], 2, "на завтра на двенадцать")->code,
                        "uk"); /* a line in the middle of a call */
    assert_string_equal(heard_language(known, 2, known[0], 2, "мне нужно на завтра")->code, "ru");
}

static void a_question_about_a_price_or_a_menu_is_no_request(void **state)
{
    static const struct {
        const struct profile *p;
        const char *words;
    } asked[] = {{&e.salon, "Скільки коштує стрижка?"},
                 {&e.salon, "яка ціна на манікюр"},
                 {&e.hotel, "Сколько стоит номер?"},
                 {&e.hotel, "А меню есть?"}};

    (void)state;
    for (size_t i = 0; i < COUNT(asked); i++) {
        struct rules_answer got = answer(asked[i].p, asked[i].words);
        assert_null(strstr(got.state, "\"at\":\"wish\""));
        assert_null(strstr(got.state, "\"at\":\"name\""));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everyday_ukrainian_is_understood),
        cmocka_unit_test(everyday_russian_is_understood),
        cmocka_unit_test(one_word_does_not_change_the_language),
        cmocka_unit_test(a_question_about_a_price_or_a_menu_is_no_request),
    };
    return cmocka_run_group_tests_name("think/everyday", tests, set_up, tear_down);
}
