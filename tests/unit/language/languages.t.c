#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "language/heard.h"
#include "language/numeral.h"
#include "language/sentence.h"
#include "language/spelled.h"
#include "language/tell-words.h"
#include "language/verbalise.h"
#include "language/vocative.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ==== a third language ======================================================================== */

/* Polish, in short: tables alone, and unlike the two that are there in letters, numerals and dates. */

#define FORMS(nom, gen, ins) nom "|" gen "|" gen "|" nom "|" ins "|" gen

static const struct noun nouns[] = {
    {"zł|pln", MALE, "złoty|złotego|złotemu|złoty|złotym|złotym",
     "złote|złotych|złotym|złote|złotymi|złotych", "gr."},
    {"gr.", MALE, "grosz|grosza|groszowi|grosz|groszem|groszu",
     "grosze|groszy|groszom|grosze|groszami|groszach", NULL},
    {"€|eur", NEUTER, "euro", "euro", NULL},
    {"%", MALE, "procent", "procent", NULL},
    {"godz.", FEMALE, "godzina|godziny|godzinie|godzinę|godziną|godzinie",
     "godziny|godzin|godzinom|godziny|godzinami|godzinach", NULL},
    {"min.", FEMALE, "minuta|minuty|minucie|minutę|minutą|minucie",
     "minuty|minut|minutom|minuty|minutami|minutach", NULL},
    {"tys.", MALE, "tysiąc|tysiąca|tysiącowi|tysiąc|tysiącem|tysiącu",
     "tysiące|tysięcy|tysiącom|tysiące|tysiącami|tysiącach", NULL},
    {NULL, MALE, NULL, NULL, NULL},
};

static const struct preposition prepositions[] = {
    {"o", LOC, LOC, LOC, LOC},     {"od", GEN, GEN, GEN, GEN}, {"do", GEN, GEN, GEN, GEN},
    {"dla", GEN, GEN, GEN, GEN},   {"na", ACC, ACC, ACC, LOC}, {"za", ACC, ACC, ACC, INS},
    {"przed", INS, INS, INS, INS}, {"w", LOC, LOC, ACC, LOC},  {"po", LOC, LOC, LOC, LOC},
    {NULL, NOM, NOM, NOM, NOM},
};

static const struct written_ending written_endings[] = {
    {"go", true, MALE, GEN, -1},
    {"ej", true, FEMALE, GEN, -1},
    {NULL, false, MALE, NOM, -1},
};

static const struct ordered ordered[] = {
    {"piętro", NEUTER, NOM, NULL, 0, NULL}, {"piętrze", NEUTER, LOC, NULL, 0, NULL},
    {"r.", MALE, GEN, NULL, 1000, "roku"},  {"roku", MALE, GEN, NULL, 1000, NULL},
    {NULL, MALE, NOM, NULL, 0, NULL},
};

static const struct abbreviation abbreviations[] = {
    {"ul.", "ulica|ulicy|ulicy|ulicę|ulicą|ulicy", BEFORE_ANY},
    {"śr.", "środa|środy|środzie|środę|środą|środzie", BEFORE_ANY},
    {NULL, NULL, BEFORE_ANY},
};

static const struct phone_plan phone_plans[] = {
    {"6", false, 9, NULL, "333"},
    {NULL, false, 0, NULL, NULL},
};

static const struct called called[] = {
    {1, "o", "anna|małgorzata", NULL},
    {2, "ku", "marek|jacek", NULL},
    {0, "u", "łukasz|tomasz", NULL},
    {1, "o", NULL, "anka"},
    {0, NULL, NULL, NULL},
};

static const struct number_word number_words[] = {{0, "zera"}, {1, "raz"}, {0, NULL}};

static const struct preposition_change tell_changes[] = {{"w", "wt", 0, "e"},
                                                         {NULL, NULL, 0, NULL}};

static const struct tell_words tell_words = {
    .shape = {[TELL_ON] = {"w", ACC, GEN, true, "o", LOC, "o wpół do"},
              [TELL_TO] = {"na", ACC, ACC, true, "na", ACC, "na wpół do"},
              [TELL_FROM] = {"z", GEN, GEN, false, "od", GEN, NULL},
              [TELL_UNTIL] = {"do", GEN, GEN, false, "do", GEN, NULL}},
    .relative = {"dzisiaj|na dzisiaj|z dnia dzisiejszego|do dzisiaj",
                 "jutro|na jutro|z dnia jutrzejszego|do jutra",
                 "pojutrze|na pojutrze|z pojutrza|do pojutrza"},
    .midnight = "o północy|na północ|od północy|do północy",
    .half_case = GEN,
    .half_from = 7,
    .half_to = 11,
    .changes = tell_changes,
    .join = {[TELL_AND] = "i", [TELL_OR] = "lub", [TELL_CHOICE] = "czy"},
    .minute = "min.",
    .visit = {NULL, FEMALE, "wizyta|wizyty|wizycie|wizytę|wizytą|wizycie",
              "wizyty|wizyt|wizytom|wizyty|wizytami|wizytach", NULL},
};

static const struct language polish = {
    .code = "pl",
    .locale = "pl-PL",
    .letters = "aąbcćdeęfghijklłmnńoóprsśtuwyzźż",
    .sample = "raz, dwa",

    .zero = "zero|zera|zeru|zero|zerem|zerze",
    .one = {"jeden|jednego|jednemu|jeden|jednym|jednym", "jedna|jednej|jednej|jedną|jedną|jednej"},
    .two = {"dwa|dwóch|dwóm|dwa|dwoma|dwóch", "dwie|dwóch|dwóm|dwie|dwiema|dwóch"},
    .teens = {[3] = "trzy|trzech|trzem|trzy|trzema|trzech",
              "cztery|czterech|czterem|cztery|czterema|czterech",
              FORMS("pięć", "pięciu", "pięcioma"),
              FORMS("sześć", "sześciu", "sześcioma"),
              FORMS("siedem", "siedmiu", "siedmioma"),
              FORMS("osiem", "ośmiu", "ośmioma"),
              FORMS("dziewięć", "dziewięciu", "dziewięcioma"),
              FORMS("dziesięć", "dziesięciu", "dziesięcioma"),
              FORMS("jedenaście", "jedenastu", "jedenastoma"),
              FORMS("dwanaście", "dwunastu", "dwunastoma"),
              FORMS("trzynaście", "trzynastu", "trzynastoma"),
              FORMS("czternaście", "czternastu", "czternastoma"),
              FORMS("piętnaście", "piętnastu", "piętnastoma"),
              FORMS("szesnaście", "szesnastu", "szesnastoma"),
              FORMS("siedemnaście", "siedemnastu", "siedemnastoma"),
              FORMS("osiemnaście", "osiemnastu", "osiemnastoma"),
              FORMS("dziewiętnaście", "dziewiętnastu", "dziewiętnastoma")},
    .tens = {[2] = FORMS("dwadzieścia", "dwudziestu", "dwudziestoma"),
             FORMS("trzydzieści", "trzydziestu", "trzydziestoma"),
             FORMS("czterdzieści", "czterdziestu", "czterdziestoma"),
             FORMS("pięćdziesiąt", "pięćdziesięciu", "pięćdziesięcioma"),
             FORMS("sześćdziesiąt", "sześćdziesięciu", "sześćdziesięcioma"),
             FORMS("siedemdziesiąt", "siedemdziesięciu", "siedemdziesięcioma"),
             FORMS("osiemdziesiąt", "osiemdziesięciu", "osiemdziesięcioma"),
             FORMS("dziewięćdziesiąt", "dziewięćdziesięciu", "dziewięćdziesięcioma")},
    .hundreds = {[1] = FORMS("sto", "stu", "stu"),
                 FORMS("dwieście", "dwustu", "dwustu"),
                 FORMS("trzysta", "trzystu", "trzystu"),
                 FORMS("czterysta", "czterystu", "czterystu"),
                 FORMS("pięćset", "pięciuset", "pięciuset"),
                 FORMS("sześćset", "sześciuset", "sześciuset"),
                 FORMS("siedemset", "siedmiuset", "siedmiuset"),
                 FORMS("osiemset", "ośmiuset", "ośmiuset"),
                 FORMS("dziewięćset", "dziewięciuset", "dziewięciuset")},
    .scale = {{NULL, MALE, "tysiąc|tysiąca|tysiącowi|tysiąc|tysiącem|tysiącu",
               "tysiące|tysięcy|tysiącom|tysiące|tysiącami|tysiącach", NULL},
              {NULL, MALE, "milion|miliona|milionowi|milion|milionem|milionie",
               "miliony|milionów|milionom|miliony|milionami|milionach", NULL},
              {NULL, MALE, "miliard|miliarda|miliardowi|miliard|miliardem|miliardzie",
               "miliardy|miliardów|miliardom|miliardy|miliardami|miliardach", NULL}},
    .one_is_alone = true,
    .half = "i pół",
    .one_and_half = {"półtora", "półtorej"},
    .whole = {NULL, FEMALE, "cała|całej|całej|całą|całą|całej", "całe|całych", NULL},
    .part = {{NULL, FEMALE, "dziesiąta|dziesiątej", "dziesiąte|dziesiątych", NULL},
             {NULL, FEMALE, "setna|setnej", "setne|setnych", NULL},
             {NULL, FEMALE, "tysięczna|tysięcznej", "tysięczne|tysięcznych", NULL}},

    .ordinal = {{"zerow", 0},    {"pierwsz", 0},    {"drug", 1},      {"trzec", 2},
                {"czwart", 0},   {"piąt", 0},       {"szóst", 0},     {"siódm", 0},
                {"ósm", 0},      {"dziewiąt", 0},   {"dziesiąt", 0},  {"jedenast", 0},
                {"dwunast", 0},  {"trzynast", 0},   {"czternast", 0}, {"piętnast", 0},
                {"szesnast", 0}, {"siedemnast", 0}, {"osiemnast", 0}, {"dziewiętnast", 0}},
    .ordinal_ten = {[2] = {"dwudziest", 0}, {"trzydziest", 0}, {"czterdziest", 0}},
    .ordinal_endings = {{"y|ego|emu|y|ym|ym", "a|ej|ej|ą|ą|ej", "e|ego|emu|e|ym|ym"},
                        {"i|iego|iemu|i|im|im", "a|iej|iej|ą|ą|iej", "ie|iego|iemu|ie|im|im"},
                        {"i|iego|iemu|i|im|im", "ia|iej|iej|ią|ią|iej", "ie|iego|iemu|ie|im|im"}},
    .tens_are_ordinal = true,
    .written_endings = written_endings,
    .ordered = ordered,

    .nouns = nouns,
    .multipliers = "tys.",
    .prepositions = prepositions,
    .abbreviations = abbreviations,
    .phone_plans = phone_plans,

    .female_ends = "y|i",

    .hour_is_ordinal = true,
    .hour = {"godz.", FEMALE, "godzina|godziny|godzinie|godzinę|godziną|godzinie",
             "godziny|godzin|godzinom|godziny|godzinami|godzinach", NULL},
    .minute_gender = FEMALE,
    .day_gender = MALE,
    .year_gender = MALE,
    .at = "o",
    .hours_from = "od",
    .all_day = "całą dobę",
    .months = "stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|"
              "października|listopada|grudnia",
    .year = "roku",
    .until = "do",
    .date_to = "do",
    .date_to_case = GEN,

    .from = "od",
    .to = "do",
    .amount_from = "od",
    .starts = "od|z",
    .joins = "i|oraz|lub|albo",
    .weekday_forms = {"poniedziałek|poniedziałku|poniedziałkowi|poniedziałek",
                      "wtorek|wtorku|wtorkowi|wtorek", "środa|środy|środzie|środę",
                      "czwartek|czwartku|czwartkowi|czwartek", "piątek|piątku|piątkowi|piątek",
                      "sobota|soboty|sobocie|sobotę", "niedziela|niedzieli|niedzieli|niedzielę"},
    .tell = &tell_words,
    .minus = "minus",
    .plus = "plus",
    .number = "numer",
    .slash = "łamane przez",
    .per = "za",
    .dot = "kropka",
    .at_sign = "małpa",
    .either = "lub",
    .round_the_clock = "przez całą dobę",

    .no_end = "ul|al|pl|nr|np|ok|tel|m",
    .end_at_capital = "zł|gr|godz|min|tys|kg|r",

    .called = called,
    .number_words = number_words,
};

/* The two that are there, and it. */
static const struct language *known[4];

static const struct language *uk;

static int with_polish(void **state)
{
    (void)state;
    uk = language_find("uk");
    known[0] = &polish;
    known[1] = language_find("ru");
    known[2] = uk;
    known[3] = NULL;
    return uk == NULL || known[1] == NULL;
}

static void its_figures_are_said(void **state)
{
    static const struct {
        const char *text, *spoken;
    } cases[] = {
        {"1 zł, 2 zł, 5 zł, 21 zł, 22 zł",
         "jeden złoty, dwa złote, pięć złotych, dwadzieścia jeden złotych, dwadzieścia dwa złote"},
        {"od 350 zł", "od trzystu pięćdziesięciu złotych"},
        {"2,50 zł", "dwa złote pięćdziesiąt groszy"},
        {"€10", "dziesięć euro"},
        {"5 tys. zł", "pięć tysięcy złotych"},
        {"1001 zł", "tysiąc jeden złotych"},
        {"21000", "dwadzieścia jeden tysięcy"},
        {"50%", "pięćdziesiąt procent"},
        {"2 godz.", "dwie godziny."},
        {"1,5 godz. temu", "półtorej godziny temu"},
        {"2,7", "dwie całe siedem dziesiątych"},
        {"o 10:30", "o dziesiątej trzydzieści"},
        {"od 9:00 do 17:00", "od dziewiątej do siedemnastej"},
        {"od 9 do 17", "od dziewiątej do siedemnastej"},
        {"9:00-17:30", "od dziewiątej do siedemnastej trzydzieści"},
        {"00:00-24:00", "całą dobę"},
        {"przed 22:05", "przed dwudziestą drugą zero pięć"},
        {"21.11", "dwudziestego pierwszego listopada"},
        {"3 maja 2026 r.", "trzeciego maja dwa tysiące dwudziestego szóstego roku."},
        {"21-25 listopada", "od dwudziestego pierwszego do dwudziestego piątego listopada"},
        {"do 5-go", "do piątego"},
        {"na 2 piętrze", "na drugim piętrze"},
        {"ul. Długa 5a", "ulica Długa pięć a"},
        {"na ul. Długiej 12/3", "na ulicy Długiej dwanaście łamane przez trzy"},
        {"Śr. 10:00", "Środa dziesiąta"},
        {"600 123 456", "sześćset, sto dwadzieścia trzy, czterysta pięćdziesiąt sześć"},
        {"+48 600 123 456",
         "plus czterdzieści osiem, sześćset, sto dwadzieścia trzy, czterysta pięćdziesiąt sześć"},
        {"biuro@salon.pl", "biuro małpa salon kropka pl"},
        {"kawa/herbata", "kawa lub herbata"},
        {"-5", "minus pięć"},
        {"Wi-Fi i COVID-19", "Wi-Fi i COVID-19"},
    };
    struct arena a;

    (void)state;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *got = NULL;
        assert_int_equal(verbalise(&a, &polish, cases[i].text, &got), ERR_OK);
        assert_string_equal(got, cases[i].spoken);
        arena_clear(&a);
    }
    arena_release(&a);
}

static void its_days_and_times_are_told(void **state)
{
    day_number today = 0;
    struct arena a;

    (void)state;
    arena_init(&a, 1 << 20);
    assert_true(date_read("2026-12-01", &today));
    const struct tell_moment at[] = {
        {today, 660}, {today, 900}, {today + 1, 630}, {today + 7, 1105}, {today + 34, 0}};
    assert_string_equal(
        tell_times(&a, &polish, at, COUNT(at), today),
        "dzisiaj o jedenastej lub o piętnastej; jutro, w środę, drugiego grudnia, o "
        "wpół do jedenastej; we wtorek, ósmego grudnia, o osiemnastej dwadzieścia "
        "pięć; lub w poniedziałek, czwartego stycznia dwa tysiące dwudziestego "
        "siódmego roku, o północy");
    assert_string_equal(tell_when(&a, &polish, at[3], today, TELL_TO),
                        "na wtorek, ósmy grudnia, na osiemnastą dwadzieścia pięć");
    assert_string_equal(tell_when(&a, &polish, at[3], today, TELL_FROM),
                        "z wtorku, ósmego grudnia, od osiemnastej dwadzieścia pięć");
    assert_string_equal(tell_money(&a, &polish, &(struct tell_price){"PLN", 22, 22}, NOM),
                        "dwadzieścia dwa złote");
    assert_string_equal(tell_money(&a, &polish, &(struct tell_price){"PLN", 350, -1}, NOM),
                        "od trzystu pięćdziesięciu złotych");
    assert_string_equal(tell_length(&a, &polish, 80, NOM), "godzina dwadzieścia minut");
    assert_string_equal(tell_length(&a, &polish, 150, NOM), "dwie i pół godziny");
    assert_string_equal(tell_length(&a, &polish, 30, NOM), "trzydzieści minut");
    assert_string_equal(tell_visits(&a, &polish, 2, NOM), "dwie wizyty");
    arena_release(&a);
}

static void its_sentences_end_where_they_end(void **state)
{
    static const char *const want[] = {"Zapraszamy na ul. Długą 5.", "Cena ok. 350 zł.",
                                       "Łatwo trafić!", "Чекаємо на вул. Довгій."};
    const char **got = NULL;
    size_t n = 0;
    struct arena a;

    (void)state;
    arena_init(&a, 1 << 20);
    assert_int_equal(sentence_split(&a, known,
                                    "Zapraszamy na ul. Długą 5. Cena ok. 350 zł. Łatwo trafić! "
                                    "Чекаємо на вул. Довгій.",
                                    &got, &n),
                     ERR_OK);
    assert_int_equal(n, COUNT(want));
    for (size_t i = 0; i < n; i++)
        assert_string_equal(got[i], want[i]);
    arena_release(&a);
}

static int value(const char *word)
{
    return spelled_value(known, word, strlen(word));
}

static void its_number_words_are_understood(void **state)
{
    (void)state;
    assert_int_equal(value("zero"), 0);
    assert_int_equal(value("raz"), 1);
    assert_int_equal(value("dwie"), 2);
    assert_int_equal(value("dziewiętnaście"), 19);
    assert_int_equal(value("sześćdziesiąt"), 60);
    assert_int_equal(value("dwieście"), 200);
    assert_int_equal(value("п'ятсот"), 500);
    assert_int_equal(value("pięciu"), -1);
    assert_true(spelled_plus(known, "plus", 4));
    assert_false(spelled_plus(known, "minus", 5));
}

static void its_people_are_called(void **state)
{
    static const char *const names[][2] = {{"Anna Nowak", "Anno Nowak"},
                                           {"Marek", "Marku"},
                                           {"Łukasz", "Łukaszu"},
                                           {"Hanka", "Hanko"}};
    struct arena a;

    (void)state;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < COUNT(names); i++)
        assert_string_equal(vocative(&a, &polish, names[i][0]), names[i][1]);
    assert_string_equal(vocative(&a, NULL, "Anna"), "Anna");
    arena_release(&a);
}

static void a_text_is_taken_for_the_language_of_its_letters(void **state)
{
    const struct language *ru = known[1];
    const struct {
        const struct language *usual;
        const char *text;
        const struct language *want;
    } cases[] = {
        {uk, "Мы ждём вас", ru},
        {uk, "МЫ ЖДЁМ ВАС", ru},
        {uk, "Так, 5.", uk},
        {uk, "Мы их ждём, їжаче", uk},
        {ru, "Ґанок", uk},
        {ru, "объект і їжак", ru},
        {uk, "Dzień dobry", &polish},
        {uk, "Wi-Fi", uk},
        {uk, "Пишіть: Łódź", uk},
        {&polish, "Czekamy o 10:00", &polish},
        {&polish, "Вітаю вас", uk},
        {&polish, "Вы говорите", ru},
        {&polish, "", &polish},
        {NULL, "Вітаю", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_ptr_equal(language_of_text(known, cases[i].usual, cases[i].text), cases[i].want);
}

/* ==== those that are there ==================================================================== */

static void a_language_is_found_by_its_code_and_its_locale(void **state)
{
    (void)state;
    assert_string_equal(language_find("uk")->code, "uk");
    assert_string_equal(language_find("uk-PL")->code, "uk");
    assert_null(language_find("u"));
    assert_null(language_find("ukr"));
    assert_null(language_find("xx"));
    assert_null(language_find(""));
}

/* Writes down what is not there. */
static void need(struct buf *missing, const char *name, const void *there)
{
    if (there == NULL)
        buf_printf(missing, " %s", name);
}

static size_t pieces(const char *row)
{
    size_t n = 1;

    for (; *row != '\0'; row++)
        n += *row == '|';
    return n;
}

static void need_forms(struct buf *missing, const char *name, size_t i, const char *forms)
{
    if (forms == NULL || *forms == '\0')
        buf_printf(missing, " %s[%zu]", name, i);
    else if (pieces(forms) > NOUN_CASE__MAX)
        buf_printf(missing, " %s[%zu] has %zu forms", name, i, pieces(forms));
}

static void need_numerals(struct buf *missing, const struct language *l)
{
    need_forms(missing, "zero", 0, l->zero);
    need_forms(missing, "one", MALE, l->one[MALE]);
    need_forms(missing, "two", MALE, l->two[MALE]);
    for (size_t i = 3; i < COUNT(l->teens); i++)
        need_forms(missing, "teens", i, l->teens[i]);
    for (size_t i = 2; i < COUNT(l->tens); i++)
        need_forms(missing, "tens", i, l->tens[i]);
    for (size_t i = 1; i < COUNT(l->hundreds); i++)
        need_forms(missing, "hundreds", i, l->hundreds[i]);
    for (size_t i = 0; i < COUNT(l->scale); i++) {
        need_forms(missing, "scale.one", i, l->scale[i].one);
        need_forms(missing, "scale.many", i, l->scale[i].many);
    }
    if (l->half != NULL)
        need_forms(missing, "one_and_half", MALE, l->one_and_half[MALE]);
    if (l->collected != NULL && (l->collective == NULL || pieces(l->collective) != 3))
        buf_puts(missing, " collective (of three)");
    for (size_t i = 0; l->whole.one != NULL && i < COUNT(l->part); i++) {
        need_forms(missing, "whole.many", 0, l->whole.many);
        need_forms(missing, "part.one", i, l->part[i].one);
        need_forms(missing, "part.many", i, l->part[i].many);
    }
}

static void need_endings(struct buf *missing, const struct language *l, const char *name,
                         const struct ordinal_stem *stems, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t gender = 0; stems[i].text != NULL && gender < MANY; gender++)
            if (l->ordinal_endings[stems[i].endings][gender] == NULL)
                buf_printf(missing, " the endings of %s[%zu]", name, i);
}

static void need_nouns(struct buf *missing, const struct language *l)
{
    for (const struct noun *n = l->nouns; n != NULL && n->keys != NULL; n++) {
        need_forms(missing, n->keys, 0, n->one);
        need_forms(missing, n->keys, 1, n->many);
        if (n->hundredth != NULL && numeral_find_noun(l, n->hundredth) == NULL)
            buf_printf(missing, " %s, the hundredth of %s", n->hundredth, n->keys);
    }
}

/* What tell.h says cannot be said without these. */
static void need_told(struct buf *missing, const struct language *l)
{
    const struct tell_words *w = l->tell;

    if (w == NULL)
        return;
    for (size_t i = 0; i < TELL_FORM__MAX; i++) {
        need(missing, "tell.shape.day", w->shape[i].day);
        need(missing, "tell.shape.time", w->shape[i].time);
    }
    for (size_t i = 0; i < COUNT(w->relative); i++)
        if (w->relative[i] == NULL || pieces(w->relative[i]) != TELL_FORM__MAX)
            buf_printf(missing, " tell.relative[%zu] (of four)", i);
    if (w->midnight == NULL || pieces(w->midnight) != TELL_FORM__MAX)
        buf_puts(missing, " tell.midnight (of four)");
    for (size_t i = 0; i < TELL_JOIN__MAX; i++)
        need(missing, "tell.join", w->join[i]);
    for (size_t i = 0; i < COUNT(l->weekday_forms); i++)
        need(missing, "weekday_forms", l->weekday_forms[i]);
    need(missing, "months", l->months);
    need(missing, "hour", l->hour.one);
    need(missing, "the noun tell.minute", numeral_find_noun(l, w->minute));
    need_forms(missing, "tell.visit.one", 0, w->visit.one);
    need_forms(missing, "tell.visit.many", 0, w->visit.many);
}

static void need_words(struct buf *missing, const struct language *l)
{
    const struct {
        const char *name, *word;
    } words[] = {
        {"from", l->from},       {"to", l->to},         {"amount_from", l->amount_from},
        {"minus", l->minus},     {"plus", l->plus},     {"number", l->number},
        {"slash", l->slash},     {"per", l->per},       {"dot", l->dot},
        {"at_sign", l->at_sign}, {"either", l->either}, {"round_the_clock", l->round_the_clock},
    };

    for (size_t i = 0; i < COUNT(words); i++)
        need(missing, words[i].name, words[i].word);
    if (l->hour.one != NULL)
        need(missing, "all_day", l->all_day);
    if (l->months == NULL)
        return;
    need(missing, "year", l->year);
    need(missing, "date_to", l->date_to);
    if (pieces(l->months) != 12)
        buf_puts(missing, " twelve months");
}

static const char *missing_in(struct arena *a, const struct language *l)
{
    struct buf missing;

    buf_init(&missing, a, 8192);
    need(&missing, "letters", l->letters);
    need(&missing, "sample", l->sample);
    if (l->locale == NULL || strncmp(l->locale, l->code, strlen(l->code)) != 0)
        buf_puts(&missing, " locale");
    need_numerals(&missing, l);
    need_endings(&missing, l, "ordinal", l->ordinal, COUNT(l->ordinal));
    need_endings(&missing, l, "ordinal_ten", l->ordinal_ten, COUNT(l->ordinal_ten));
    need_endings(&missing, l, "ordinal_hundred", l->ordinal_hundred, COUNT(l->ordinal_hundred));
    need_endings(&missing, l, "ordinal_thousand", l->ordinal_thousand, COUNT(l->ordinal_thousand));
    need_nouns(&missing, l);
    need_words(&missing, l);
    need_told(&missing, l);
    return buf_text(&missing);
}

static void every_language_has_the_words_it_needs(void **state)
{
    struct arena a;

    (void)state;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; languages[i] != NULL; i++) {
        const char *missing = missing_in(&a, languages[i]);
        if (*missing != '\0')
            fail_msg("shared/language/%s.c lacks%s", languages[i]->code, missing);
    }
    assert_string_equal(missing_in(&a, &polish), "");
    arena_release(&a);
}

/* What is optional may be left out: nothing falls, and what cannot be said stays as it is. */
static void a_language_of_numerals_and_words_alone_harms_nothing(void **state)
{
    static const char *const texts[][2] = {
        {"5", "pięć"},
        {"1,5 godz. i 2,7", "1,5 godz. i 2,7"},
        {"5 zł od 2-go na 3 piętrze", "pięć zł od dwa-go na trzy piętrze"},
        {"ul. Długa 5-piętrowa", "ul. Długa pięć-piętrowa"},
        {"10:30-12:00", "10:30-12:00"},
        {"21 listopada i 2 dzieci", "dwadzieścia jeden listopada i dwa dzieci"},
        {"$5, € 7, 5/2, №5, -5", NULL},
        {"21-25.11.2026 o 10.30 lub 2026-11-21", NULL},
        {"+48 600 123 456 i 0800 300 400", NULL},
        {"a/b 5/2 24/7 x@y.pl 1234567 007", NULL},
    };
    struct language bare = {.code = "xx", .letters = ""};
    struct arena a;

    (void)state;
    bare.zero = polish.zero;
    memcpy(bare.one, polish.one, sizeof bare.one);
    memcpy(bare.two, polish.two, sizeof bare.two);
    memcpy(bare.teens, polish.teens, sizeof bare.teens);
    memcpy(bare.tens, polish.tens, sizeof bare.tens);
    memcpy(bare.hundreds, polish.hundreds, sizeof bare.hundreds);
    memcpy(bare.scale, polish.scale, sizeof bare.scale);
    bare.from = bare.to = bare.amount_from = bare.minus = bare.plus = bare.number = "?";
    bare.slash = bare.per = bare.dot = bare.at_sign = bare.either = bare.round_the_clock = "?";
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < COUNT(texts); i++) {
        const char *got = NULL;
        assert_int_equal(verbalise(&a, &bare, texts[i][0], &got), ERR_OK);
        if (texts[i][1] != NULL)
            assert_string_equal(got, texts[i][1]);
        assert_string_equal(vocative(&a, &bare, texts[i][0]), texts[i][0]);
        arena_clear(&a);
    }
    arena_release(&a);
}

static void a_name_may_have_any_apostrophe(void **state)
{
    static const char *const names[] = {"Дем'ян", "Дем’ян", "Демʼян", "Дем`ян",
                                        "Дем‘ян", "Дем´ян", "Дем′ян"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_true(heard_is_spelt_as_name(names[i]));
        assert_true(heard_may_be_name(names[i]));
    }
    assert_false(heard_is_spelt_as_name("`Дем"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_may_have_any_apostrophe),
        cmocka_unit_test(its_figures_are_said),
        cmocka_unit_test(its_days_and_times_are_told),
        cmocka_unit_test(its_sentences_end_where_they_end),
        cmocka_unit_test(its_number_words_are_understood),
        cmocka_unit_test(its_people_are_called),
        cmocka_unit_test(a_text_is_taken_for_the_language_of_its_letters),
        cmocka_unit_test(a_language_is_found_by_its_code_and_its_locale),
        cmocka_unit_test(every_language_has_the_words_it_needs),
        cmocka_unit_test(a_language_of_numerals_and_words_alone_harms_nothing),
    };
    return cmocka_run_group_tests_name("language/languages", tests, with_polish, NULL);
}
