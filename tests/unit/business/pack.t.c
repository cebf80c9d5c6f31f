/* Language packs: what they give a profile, what a profile replaces, and what neither has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/text.h"
#include "business/profile.h"
#include "tests/support/made.h"
#include "tests/support/scratch.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* What a business cannot take from a pack; the rest of a profile is added behind it. */
#define OWN                                                                                                \
    "{\"business\":\"Лілея\",\"language\":\"uk\",\"address\":\"вулиця Тиха, 3\",\"hours\":" \
    "{\"mon\":[\"09:00-19:00\"],\"tue\":[\"09:00-19:00\"],\"wed\":[\"09:00-19:00\"],"                      \
    "\"thu\":[\"09:00-19:00\"],\"fri\":[\"09:00-19:00\"],\"sat\":[],\"sun\":[]}"

static const struct profile_packs *packs;

static int set_up(void **state)
{
    int e = scratch_setup(state);

    packs = made_packs(&arena);
    return e;
}

static enum err read(const char *rest, const struct profile_packs *on, struct profile *ret,
                     struct profile_faults *f)
{
    const char *text = arena_printf(&arena, OWN "%s}", rest);
    const struct profile_file file = {
        .name = "lily", .label = "lily.json", .text = text, .n = strlen(text), .packs = on};

    *f = (struct profile_faults){0};
    return profile_read(&arena, &file, ret, f);
}

static struct profile read_good(const char *rest)
{
    struct profile p = {0};
    struct profile_faults f = {0};

    enum err e = read(rest, packs, &p, &f);
    for (size_t i = 0; i < f.n; i++)
        print_message("  %s: %s: %s\n", f.fault[i].file, f.fault[i].path, f.fault[i].text);
    assert_int_equal(e, ERR_OK);
    return p;
}

static void assert_fault(const char *rest, const struct profile_packs *on, const char *file,
                         const char *path, const char *text)
{
    struct profile p = {0};
    struct profile_faults f = {0};

    assert_int_equal(read(rest, on, &p, &f), ERR_CONFIG);
    for (size_t i = 0; i < f.n; i++)
        if (strcmp(f.fault[i].file, file) == 0 && strcmp(f.fault[i].path, path) == 0 &&
            strstr(f.fault[i].text, text) != NULL)
            return;
    fail_msg("no fault %s: %s: %s; the first is %s: %s: %s", file, path, text, f.fault[0].file,
             f.fault[0].path, f.fault[0].text);
}

static enum err read_pack(const char *text, const struct profile_packs *below,
                          struct profile_pack *ret, struct profile_faults *f)
{
    const struct profile_file file = {.name = "uk",
                                      .label = "languages/uk.json",
                                      .text = text,
                                      .n = strlen(text),
                                      .packs = below};

    *f = (struct profile_faults){0};
    return profile_read_pack(&arena, &file, ret, f);
}

static const char *say(const struct profile *p, const char *words)
{
    static const struct tm monday = {.tm_wday = 1};
    const struct rule *r = profile_rule(p, text_fold(&arena, words));

    if (r == NULL)
        fail_msg("no rule for \"%s\"", words);
    return profile_phrase(&arena, p, r->say, &monday, NULL, NULL);
}

/* ---- the packs that ship ---------------------------------------------------------------------- */

static void every_phrase_and_list_is_in_each_shipped_pack(void **state)
{
    (void)state;
    for (size_t i = 0; i < packs->n; i++) {
        const struct profile *p = &packs->pack[i].has;
#define X(field)                                                                                   \
    if (p->say.field == NULL)                                                                      \
        fail_msg("%s lacks say.%s", packs->pack[i].label, #field);
        PROFILE_PHRASES(X)
        PROFILE_APOLOGIES(X)
#undef X
#define X(field)                                                                                   \
    if (p->hours_words.field == NULL)                                                              \
        fail_msg("%s lacks hours_words.%s", packs->pack[i].label, #field);
        PROFILE_HOURS_WORDS(X, X)
#undef X
#define X(field, required, most, holds)                                                            \
    if (p->prompt->field == NULL && strcmp(#field, "more") != 0)                                   \
        fail_msg("%s lacks prompt.%s", packs->pack[i].label, #field);
        PROFILE_PROMPT(X)
#undef X
        assert_true(p->goodbye_n > 0 && p->person_n > 0 && p->yes_n > 0 && p->no_n > 0);
        assert_true(p->thanks_n > 0 && p->more_n > 0 && p->again_n > 0 && p->cancel_n > 0);
        assert_true(p->wrong_n > 0 && p->wrong_name_n > 0 && p->wrong_phone_n > 0);
        assert_true(p->name_is_n > 0 && p->name_lead_n > 0 && p->name_ends_n > 0);
        assert_true(p->hear.hints_n > 0 && p->hear.invented_n > 0 && p->keys[0] != NULL);
        assert_non_null(p->prompt->weekdays);
        assert_non_null(p->prompt->months);
        assert_true(p->rules_n > 0);
    }
}

static void the_shipped_packs_know_the_same_questions_and_answers(void **state)
{
    (void)state;
    const struct profile *uk = &packs->pack[0].has;
    const struct profile *ru = &packs->pack[1].has;

    assert_int_equal(uk->questions_n, ru->questions_n);
    for (size_t i = 0; i < uk->questions_n; i++)
        assert_string_equal(uk->questions[i].name, ru->questions[i].name);
    assert_int_equal(uk->rules_n, ru->rules_n);
    for (size_t i = 0; i < uk->rules_n; i++) {
        assert_string_equal(uk->rules[i].question, ru->rules[i].question);
        assert_int_equal(uk->rules[i].action, ru->rules[i].action);
    }
}

static void no_phrase_of_a_shipped_pack_is_too_long_to_listen_to(void **state)
{
    (void)state;
    for (size_t i = 0; i < packs->n; i++) {
        const struct profile *p = &packs->pack[i].has;
#define X(field) assert_true(strlen(p->say.field) < 300);
        PROFILE_PHRASES(X)
        PROFILE_APOLOGIES(X)
#undef X
        for (size_t j = 0; j < p->rules_n; j++)
            assert_true(strlen(p->rules[j].say) < 300);
    }
}

/* ---- a short profile -------------------------------------------------------------------------- */

static void a_profile_of_a_few_lines_answers_about_hours_and_address(void **state)
{
    (void)state;
    struct profile p = read_good(",\"rules\":[\"common\"]");

    assert_string_equal(say(&p, "Коли ви працюєте?"),
                        "Ми працюємо у будні з 09:00 до 19:00, у суботу та в неділю вихідний.");
    assert_string_equal(say(&p, "Яка у вас адреса?"), "Наша адреса: вулиця Тиха, 3.");
    assert_string_equal(say(&p, "Ви сьогодні працюєте?"),
                        "Підкажу: сьогодні ми працюємо з 09:00 до 19:00.");
    assert_int_equal(profile_rule(&p, "хочу записатися")->action, RULE_REQUEST);
    assert_string_equal(p.say.goodbye, packs->pack[0].has.say.goodbye);
    assert_string_equal(p.time_zone, "Europe/Kyiv");
    assert_string_equal(p.country, "380");
    assert_string_equal(p.locale, "uk-UA");
    assert_non_null(p.prompt);
    assert_null(p.broken);
}

static void without_rules_of_its_own_a_profile_has_the_packs(void **state)
{
    (void)state;
    struct profile p = read_good("");

    assert_int_equal(p.rules_n, packs->pack[0].has.rules_n);
    p = read_good(",\"rules\":[]");
    assert_int_equal(p.rules_n, 0);
}

static void a_member_replaces_the_packs_and_a_list_whole(void **state)
{
    (void)state;
    struct profile p = read_good(
        ",\"say\":{\"greeting\":\"Слухаю!\"},\"yes\":[\"=аякже\"],\"keys\":{\"1\":\"ціни\"},"
        "\"hear\":{\"hints\":[\"манікюр\"]},\"prompt\":{\"more\":\"Стрижка 500 грн.\"}");
    const struct profile *uk = &packs->pack[0].has;

    assert_string_equal(p.say.greeting, "Слухаю!");
    assert_string_equal(p.say.trouble, uk->say.trouble);
    assert_int_equal(p.yes_n, 1);
    assert_string_equal(p.yes[0].stem[0], "=аякже");
    assert_int_equal(p.no_n, uk->no_n);
    assert_string_equal(p.keys[1], "ціни");
    assert_string_equal(p.keys[0], uk->keys[0]);
    assert_int_equal(p.hear.hints_n, 1);
    assert_int_equal(p.hear.invented_n, uk->hear.invented_n);
    assert_string_equal(p.prompt->more, "Стрижка 500 грн.");
    assert_string_equal(p.prompt->system, uk->prompt->system);
    assert_null(uk->prompt->more);
    assert_string_equal(uk->say.greeting, packs->pack[0].has.say.greeting);
}

static void a_prompt_of_null_means_that_no_model_talks(void **state)
{
    (void)state;
    struct profile p = read_good(",\"prompt\":null");

    assert_null(p.prompt);
}

/* ---- questions -------------------------------------------------------------------------------- */

static void a_rule_may_name_a_question_of_the_pack(void **state)
{
    (void)state;
    struct profile p = read_good(",\"rules\":[{\"when\":\"parking\",\"say\":\"Парковка є.\"},"
                                 "{\"when\":\"address\",\"say\":\"Це {address}.\"},\"common\"]");

    assert_string_equal(say(&p, "Де можна припаркуватися?"), "Парковка є.");
    assert_string_equal(say(&p, "Підкажіть адресу"), "Це вулиця Тиха, 3.");
    /* the pack's own answer about the address is not there a second time */
    assert_int_equal(p.rules_n, packs->pack[0].has.rules_n + 1);
}

static void a_profile_may_have_questions_of_its_own(void **state)
{
    (void)state;
    struct profile p =
        read_good(",\"questions\":{\"address\":[\"локац\"],\"sauna\":[\"саун\"]},"
                  "\"rules\":[{\"when\":\"sauna\",\"say\":\"Є сауна.\"},\"address\"]");

    assert_string_equal(say(&p, "Яка у вас локація?"), "Наша адреса: вулиця Тиха, 3.");
    assert_string_equal(say(&p, "А сауна є?"), "Є сауна.");
    assert_null(profile_rule(&p, "яка адреса"));
    assert_int_equal(p.questions_n, packs->pack[0].has.questions_n + 1);
}

static void a_question_or_answer_that_is_not_there_is_a_fault(void **state)
{
    (void)state;
    static const struct {
        const char *rest, *path, *text;
    } rows[] = {
        {",\"rules\":[{\"when\":\"adres\",\"say\":\"x\"}]", "rules[0].when",
         "did you mean \"address\""},
        {",\"rules\":[{\"when\":\"common\",\"say\":\"x\"}]", "rules[0].when",
         "not a known question"},
        {",\"rules\":[\"parking\"]", "rules[0]", "no answer to \"parking\""},
        {",\"rules\":[\"comon\"]", "rules[0]", "not a known question"},
        {",\"questions\":{\"Ціна\":[\"x\"]}", "questions.Ціна", "small letters"},
        {",\"questions\":{\"common\":[\"x\"]}", "questions.common", "small letters"},
        {",\"questions\":{\"a\":[]}", "questions.a", "must not be empty"},
        {",\"questions\":{\"a\":[\"x\"],\"a\":[\"y\"]}", "questions.a", "given twice"},
        {",\"questions\":[]", "questions", "must be an object"},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        assert_fault(rows[i].rest, packs, "lily.json", rows[i].path, rows[i].text);
}

/* ---- the profiles of before ------------------------------------------------------------------- */

static void assert_same_list(const char *const *a, size_t a_n, const char *const *b, size_t b_n)
{
    assert_int_equal(a_n, b_n);
    for (size_t i = 0; i < a_n; i++)
        assert_string_equal(a[i], b[i]);
}

static void assert_same_stems(const struct stems *a, size_t a_n, const struct stems *b, size_t b_n)
{
    assert_int_equal(a_n, b_n);
    for (size_t i = 0; i < a_n; i++)
        assert_same_list(a[i].stem, a[i].n, b[i].stem, b[i].n);
}

static void assert_same_text(const char *a, const char *b)
{
    assert_int_equal(a == NULL, b == NULL);
    if (a != NULL)
        assert_string_equal(a, b);
}

static void assert_same_prompt(const struct profile *a, const struct profile *b)
{
/* no_book is the pack's: its own instructions do not name it. */
#define X(field, required, most, holds)                                                            \
    if (strcmp(#field, "no_book") != 0)                                                            \
        assert_same_text(a->prompt->field, b->prompt->field);
    PROFILE_PROMPT(X)
#undef X
    for (size_t i = 0; i < a->prompt->actions_n; i++) {
        const struct profile_action_text *t = &a->prompt->actions[i];
        assert_same_text(t->text, profile_action_text(b, t->action, t->input));
    }
    assert_same_list(a->prompt->weekdays, 7, b->prompt->weekdays, 7);
    assert_same_list(a->prompt->months, 12, b->prompt->months, 12);
}

static void assert_same_rules(const struct profile *a, const struct profile *b)
{
    assert_int_equal(a->rules_n, b->rules_n);
    for (size_t i = 0; i < a->rules_n; i++) {
        assert_same_text(a->rules[i].say, b->rules[i].say);
        assert_int_equal(a->rules[i].action, b->rules[i].action);
        assert_int_equal(a->rules[i].asks_wish, b->rules[i].asks_wish);
        assert_same_stems(a->rules[i].when, a->rules[i].n, b->rules[i].when, b->rules[i].n);
    }
}

static void assert_same(const struct profile *a, const struct profile *b)
{
#define X(field) assert_same_text(a->say.field, b->say.field);
    PROFILE_PHRASES(X)
#undef X
#define SAME(field) assert_same_stems(a->field, a->field##_n, b->field, b->field##_n)
    SAME(goodbye), SAME(person), SAME(yes), SAME(no), SAME(thanks), SAME(more), SAME(again);
    SAME(cancel), SAME(wrong), SAME(wrong_name), SAME(wrong_phone);
#undef SAME
#define SAME(field) assert_same_list(a->field, a->field##_n, b->field, b->field##_n)
    SAME(name_is), SAME(name_lead), SAME(name_ends), SAME(hear.hints), SAME(hear.invented);
    SAME(numbers), SAME(voice.by[0].effects);
#undef SAME
    for (size_t i = 0; i < COUNT(a->keys); i++)
        assert_same_text(a->keys[i], b->keys[i]);
    assert_same_rules(a, b);
    assert_same_prompt(a, b);
    assert_same_text(a->locale, b->locale);
    assert_same_text(a->time_zone, b->time_zone);
    assert_same_text(a->hear.model, b->hear.model);
    assert_int_equal(a->voice.by_n, b->voice.by_n);
    assert_same_text(a->voice.by[0].name, b->voice.by[0].name);
    assert_int_equal(a->hear.punctuation, b->hear.punctuation);
    assert_int_equal(a->limits.cents, b->limits.cents);
}

static void profiles_of_the_version_before_load_with_the_same_texts(void **state)
{
    (void)state;
    static const char *const files[] = {"tests/profiles/salon-before.json",
                                        "tests/profiles/hotel-before.json"};

    for (size_t i = 0; i < COUNT(files); i++) {
        struct profile alone = made_shipped(&arena, files[i], "before", NULL);
        struct profile on_pack = made_shipped(&arena, files[i], "before", packs);
        assert_same(&alone, &on_pack);
    }
}

static void the_texts_of_tools_of_before_mean_the_same(void **state)
{
    (void)state;
    struct profile p = made_shipped(&arena, "tests/profiles/salon-before.json", "before", packs);

    assert_string_equal(profile_action_text(&p, "ask_for_person", NULL),
                        "Клієнт хоче говорити з людиною. Викликайте одразу й не відмовляйте.");
    assert_non_null(strstr(profile_action_text(&p, "leave_request", "wish"), "послуга, день"));
    assert_non_null(strstr(profile_action_text(&p, "end_call", "reason"), "wrong_number"));
    p = read_good(",\"prompt\":{\"leave_request_wish\":\"Старе\",\"end_call\":\"Кінець\"}");
    assert_string_equal(profile_action_text(&p, "leave_request", "wish"), "Старе");
    assert_string_equal(profile_action_text(&p, "end_call", NULL), "Кінець");
    assert_string_equal(profile_action_text(&p, "end_call", "reason"),
                        profile_action_text(&packs->pack[0].has, "end_call", "reason"));
}

/* As if the program had gained it after the profile was written. */
static void a_phrase_that_an_older_profile_lacks_is_the_packs(void **state)
{
    (void)state;
    const char *text = made_file(&arena, "tests/profiles/salon-before.json");
    static const char *const names[] = {
#define X(field) #field,
        PROFILE_PHRASES(X)
#undef X
    };

    for (size_t i = 0; i < COUNT(names); i++) {
        const char *quoted = arena_printf(&arena, "\n    \"%s\": ", names[i]);
        const char *from = strstr(text, quoted);
        if (from == NULL) /* a later one, which it lacks already */
            continue;
        const char *end = strchr(from + 1, '\n');
        bool is_last = end[-1] != ',';
        char *less = arena_printf(&arena, "%.*s%s", (int)(from - text), text, end);
        if (is_last)
            less[from - text - 1] = ' '; /* the comma of the one before */
        const struct profile_file file = {.name = "older",
                                          .label = "older.json",
                                          .text = less,
                                          .n = strlen(less),
                                          .packs = packs};
        struct profile_faults f = {0};
        struct profile p = {0};
        enum err e = profile_read(&arena, &file, &p, &f);
        if (e != ERR_OK)
            fail_msg("without %s: %s: %s", names[i], f.fault[0].path, f.fault[0].text);
    }
}

/* ---- actions ---------------------------------------------------------------------------------- */

static void a_new_action_breaks_no_profile(void **state)
{
    (void)state;
    struct profile_pack more = {0};
    struct profile_faults f = {0};
    const struct profile_packs on = {&more, 1};
    struct profile p = {0};

    assert_int_equal(read_pack("{\"prompt\":{\"actions\":{\"book\":{\"about\":\"Записує.\","
                               "\"inputs\":{\"day\":\"День.\"}}}}}",
                               packs, &more, &f),
                     ERR_OK);
    assert_int_equal(
        read(",\"prompt\":{\"actions\":{\"end_call\":{\"about\":\"Кладе.\"}}}", &on, &p, &f),
        ERR_OK);
    assert_string_equal(profile_action_text(&p, "book", NULL), "Записує.");
    assert_string_equal(profile_action_text(&p, "book", "day"), "День.");
    assert_string_equal(profile_action_text(&p, "end_call", NULL), "Кладе.");
    assert_null(profile_action_text(&p, "book", "hour"));
    assert_null(profile_action_text(&p, "transfer", NULL));
    p.prompt = NULL;
    assert_null(profile_action_text(&p, "book", NULL));
}

static void a_misspelt_action_or_input_is_a_fault(void **state)
{
    (void)state;
    static const struct {
        const char *actions, *path, *text;
    } rows[] = {
        {"{\"end_cal\":{\"about\":\"x\"}}", "prompt.actions.end_cal", "did you mean \"end_call\""},
        {"{\"Weather\":{\"about\":\"x\"}}", "prompt.actions.Weather", "not a known name"},
        {"{\"leave_request\":{\"inputs\":{\"wich\":\"x\"}}}",
         "prompt.actions.leave_request.inputs.wich", "did you mean \"wish\""},
        {"{\"end_call\":{\"abaut\":\"x\"}}", "prompt.actions.end_call.abaut", "\"about\""},
        {"{\"end_call\":{\"about\":7}}", "prompt.actions.end_call.about", "text in quotes"},
        {"{\"end_call\":\"x\"}", "prompt.actions.end_call", "must be an object"},
        {"[]", "prompt.actions", "must be an object"},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        assert_fault(arena_printf(&arena, ",\"prompt\":{\"actions\":%s}", rows[i].actions), packs,
                     "lily.json", rows[i].path, rows[i].text);
}

static void a_profile_words_an_action_that_its_pack_does_not(void **state)
{
    (void)state;
    struct profile p = read_good(",\"prompt\":{\"actions\":{\"weather\":{\"about\":\"Погода.\"}}}");

    assert_string_equal(profile_action_text(&p, "weather", NULL), "Погода.");
}

/* ---- faults ----------------------------------------------------------------------------------- */

static void what_profile_and_pack_both_lack_is_the_packs_fault(void **state)
{
    (void)state;
    struct profile_pack half = {0};
    struct profile_faults f = {0};
    const struct profile_packs on = {&half, 1};

    assert_int_equal(
        read_pack("{\"say\":{\"greeting\":\"Вітаю!\"},\"yes\":[\"=так\"]}", NULL, &half, &f),
        ERR_OK);
    assert_fault("", &on, "languages/uk.json", "say.goodbye", "is missing");
    assert_fault("", &on, "languages/uk.json", "no", "is missing");
    assert_fault("", &on, "lily.json", "time_zone", "is missing");
}

static void a_fault_names_the_profiles_own_path(void **state)
{
    (void)state;
    assert_fault(",\"say\":{\"goodbye\":\"{x}\"}", packs, "lily.json", "say.goodbye", "holds {x}");
    assert_fault(",\"say\":{\"trouble\":\"{phone}\"}", packs, "lily.json", "say.trouble",
                 "no \"phone\"");
    assert_fault(",\"rules\":[\"common\",{\"when\":[\"x\"],\"say\":\"{phone}\"}]", packs,
                 "lily.json", "rules[1].say", "no \"phone\"");
    assert_fault(",\"say\":{\"broken\":\"Вибачте\"}", packs, "lily.json", "say.broken",
                 "belongs in the language pack");
}

static void a_profile_of_a_language_without_a_pack_must_be_whole(void **state)
{
    (void)state;
    assert_fault("", NULL, "lily.json", "say", "there is no language pack for \"uk\"");
    assert_fault("", NULL, "lily.json", "goodbye", "there is no language pack for \"uk\"");
    assert_fault(",\"rules\":[\"common\"]", NULL, "lily.json", "rules[0]",
                 "there is none for \"uk\"");
    assert_fault(",\"rules\":[{\"when\":[\"x\"],\"say\":\"{hours}\"}]", NULL, "lily.json",
                 "rules[0].say", "hours_words");
}

static void a_profile_of_before_in_a_language_without_a_file_stays_valid(void **state)
{
    (void)state;
    const char *text = made_file(&arena, "tests/profiles/salon-before.json");
    const char *uk = strstr(text, "\"language\": \"uk\"");
    assert_non_null(uk);
    const char *pl =
        arena_printf(&arena, "%.*s\"language\": \"pl\"%s", (int)(uk - text), text, strchr(uk, ','));
    const struct profile_file file = {
        .name = "pl", .label = "pl.json", .text = pl, .n = strlen(pl), .packs = packs};
    struct profile_faults f = {0};
    struct profile p = {0};

    assert_int_equal(profile_read(&arena, &file, &p, &f), ERR_OK);
    assert_string_equal(p.locale, "pl");
    assert_string_equal(p.language, "pl");
}

static void a_fault_of_a_pack_names_its_file(void **state)
{
    (void)state;
    static const struct {
        const char *text, *path, *fault;
    } rows[] = {
        {"{", "", "is not valid JSON"},
        {"[]", "", "must be an object"},
        {"{\"say\":{\"greting\":\"x\"}}", "say.greting", "did you mean \"greeting\""},
        {"{\"business\":\"x\"}", "business", "belongs in a profile"},
        {"{\"hours\":{}}", "hours", "belongs in a profile"},
        {"{\"locale\":\"ru-RU\"}", "locale", "must begin with the profile's language"},
        {"{\"rules\":[{\"when\":\"adress\",\"say\":\"x\"}]}", "rules[0].when",
         "not a known question"},
        {"{\"hours_words\":{\"on\":[\"x\"]}}", "hours_words.on", "a list of 7"},
        {"{\"hours_words\":{\"open\":\"{hours}\"}}", "hours_words.open",
         "allowed here: {from} {to}"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct profile_pack pack = {.language = "untouched"};
        struct profile_faults f = {0};
        assert_int_equal(read_pack(rows[i].text, NULL, &pack, &f), ERR_CONFIG);
        assert_string_equal(pack.language, "untouched");
        assert_string_equal(f.fault[0].file, "languages/uk.json");
        assert_string_equal(f.fault[0].path, rows[i].path);
        if (strstr(f.fault[0].text, rows[i].fault) == NULL)
            fail_msg("%s: %s", rows[i].text, f.fault[0].text);
    }
}

static void a_pack_of_a_language_that_is_not_spoken_is_a_fault(void **state)
{
    (void)state;
    const struct profile_file file = {
        .name = "pl", .label = "languages/pl.json", .text = "{}", .n = 2};
    struct profile_faults f = {0};
    struct profile_pack pack = {0};

    assert_int_equal(profile_read_pack(&arena, &file, &pack, &f), ERR_CONFIG);
    assert_non_null(strstr(f.fault[0].text, "must be a language that holos speaks"));
}

static void too_little_memory_is_an_error_at_every_point(void **state)
{
    (void)state;
    const char *pack_text = made_file(&arena, "profiles/languages/uk.json");
    const char *text = OWN ",\"questions\":{\"a\":[\"x\"]},\"rules\":[{\"when\":\"a\",\"say\":"
                           "\"{hours}\"},\"common\"],\"prompt\":{\"actions\":{\"end_call\":"
                           "{\"about\":\"x\"}}}}";
    enum err e = ERR_MEMORY;
    size_t refused = 0;

    for (size_t ceiling = 0; e == ERR_MEMORY; ceiling += 4096) {
        struct arena small;
        struct profile_pack pack = {0};
        const struct profile_packs on = {&pack, 1};
        struct profile_faults f = {0};
        struct profile p = {0};
        const struct profile_file files[] = {
            {.name = "uk", .label = "uk", .text = pack_text, .n = strlen(pack_text)},
            {.name = "a", .label = "a", .text = text, .n = strlen(text), .packs = &on}};
        arena_init(&small, ceiling);
        e = profile_read_pack(&small, &files[0], &pack, &f);
        if (e == ERR_OK)
            e = profile_read(&small, &files[1], &p, &f);
        if (e == ERR_OK)
            e = profile_substitute(&small, &files[1], &pack.has, "fault", &p);
        refused += e == ERR_MEMORY;
        assert_true(ceiling < (size_t)8 << 20);
        arena_release(&small);
    }
    assert_int_equal(e, ERR_OK);
    assert_true(refused > 1);
}

/* ---- several languages ----------------------------------------------------------------------- */

static void a_business_of_two_languages_has_its_facts_in_both(void **state)
{
    (void)state;
    struct profile p =
        read_good(",\"numbers\":[\"0440000201\"],\"phone\":\"0440000200\",\"limits\":{\"turns\":7},"
                  "\"voice\":{\"rate\":16000,\"google\":{\"name\":\"uk-UA-Chirp3-HD-Leda\"}},"
                  "\"languages\":{\"//\":\"a "
                  "remark\",\"ru\":{\"business\":\"Лилия\",\"say\":{\"greeting\":\"Алло?\"}}}");
    assert_int_equal(p.others_n, 1);
    const struct profile *ru = profile_in(&p, "ru");
    assert_ptr_equal(ru, &p.others[0]);
    assert_ptr_equal(profile_in(&p, "uk"), &p);
    assert_ptr_equal(profile_in(&p, "pl"), &p);
    assert_string_equal(ru->name, p.name);
    assert_string_equal(ru->business, "Лилия");
    assert_string_equal(ru->address, p.address);
    assert_string_equal(ru->phone, "0440000200");
    assert_string_equal(ru->locale, "ru-RU");
    assert_string_equal(ru->say.greeting, "Алло?");
    assert_string_equal(ru->voice.espeak, "ru");
    assert_int_equal(ru->voice.rate, 16000);
    assert_null(profile_voice(ru, "google"));
    assert_int_equal(ru->limits.turns, 7);
    assert_int_equal(ru->week[0].n, 1);
    assert_string_equal(p.also[0], "ru-RU");
    assert_string_equal(ru->also[0], "uk-UA");
}

static void what_is_said_in_one_language_is_understood_in_the_other(void **state)
{
    (void)state;
    struct profile p = read_good(",\"languages\":{\"ru\":{}}");
    const struct profile *ru = profile_in(&p, "ru");
    assert_string_equal(profile_rule(&p, "где вы находитесь")->question, "address");
    assert_string_equal(profile_rule(ru, "де ви знаходитесь")->question, "address");
    assert_true(stems_match(ru->yes, ru->yes_n, "так"));
    assert_true(stems_match(p.no, p.no_n, "нет"));
    assert_true(stems_match(p.goodbye, p.goodbye_n, "всего хорошего"));
}

static void a_fault_in_a_further_language_is_named(void **state)
{
    (void)state;
    assert_fault(",\"languages\":{\"xx\":{}}", packs, "lily.json", "languages.xx",
                 "another language that holos speaks");
    assert_fault(",\"languages\":{\"uk\":{}}", packs, "lily.json", "languages.uk",
                 "another language that holos speaks");
    assert_fault(",\"languages\":{\"ru\":{\"numbers\":[]}}", packs, "lily.json",
                 "languages.ru.numbers", "is not a known name");
    assert_fault(",\"languages\":{\"ru\":{\"say\":{\"greeting\":\"{x}\"}}}", packs, "lily.json",
                 "languages.ru.say.greeting", "holds {x}");
    assert_fault(",\"languages\":{\"ru\":{}}", NULL, "lily.json", "languages.ru",
                 "no language pack");
    assert_fault(",\"languages\":[]", packs, "lily.json", "languages", "must be an object");
}

static void what_a_request_needs_goes_with_a_question_alone(void **state)
{
    (void)state;
    assert_fault(
        ",\"rules\":[{\"when\":[\"x\"],\"say\":\"y\",\"action\":\"request\",\"asks\":\"wish\","
        "\"needs\":[{\"what\":\"hour\",\"say\":\"z\"}]}]",
        packs, "lily.json", "rules[0].needs", "names a question");
    assert_fault(",\"rules\":[{\"when\":\"booking\",\"say\":\"y\",\"needs\":[{\"what\":\"hour\","
                 "\"say\":\"z\"}]}]",
                 packs, "lily.json", "rules[0].needs", "request");
    assert_fault(",\"rules\":[{\"when\":\"booking\",\"say\":\"y\",\"action\":\"request\","
                 "\"asks\":\"wish\",\"needs\":[{\"what\":\"moon\",\"say\":\"z\"}]}]",
                 packs, "lily.json", "rules[0].needs[0].what", "must be one of");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_business_of_two_languages_has_its_facts_in_both),
        cmocka_unit_test(what_is_said_in_one_language_is_understood_in_the_other),
        cmocka_unit_test(a_fault_in_a_further_language_is_named),
        cmocka_unit_test(what_a_request_needs_goes_with_a_question_alone),
        cmocka_unit_test(every_phrase_and_list_is_in_each_shipped_pack),
        cmocka_unit_test(the_shipped_packs_know_the_same_questions_and_answers),
        cmocka_unit_test(no_phrase_of_a_shipped_pack_is_too_long_to_listen_to),
        cmocka_unit_test(a_profile_of_a_few_lines_answers_about_hours_and_address),
        cmocka_unit_test(without_rules_of_its_own_a_profile_has_the_packs),
        cmocka_unit_test(a_member_replaces_the_packs_and_a_list_whole),
        cmocka_unit_test(a_prompt_of_null_means_that_no_model_talks),
        cmocka_unit_test(a_rule_may_name_a_question_of_the_pack),
        cmocka_unit_test(a_profile_may_have_questions_of_its_own),
        cmocka_unit_test(a_question_or_answer_that_is_not_there_is_a_fault),
        cmocka_unit_test(profiles_of_the_version_before_load_with_the_same_texts),
        cmocka_unit_test(the_texts_of_tools_of_before_mean_the_same),
        cmocka_unit_test(a_phrase_that_an_older_profile_lacks_is_the_packs),
        cmocka_unit_test(a_new_action_breaks_no_profile),
        cmocka_unit_test(a_misspelt_action_or_input_is_a_fault),
        cmocka_unit_test(a_profile_words_an_action_that_its_pack_does_not),
        cmocka_unit_test(what_profile_and_pack_both_lack_is_the_packs_fault),
        cmocka_unit_test(a_fault_names_the_profiles_own_path),
        cmocka_unit_test(a_profile_of_a_language_without_a_pack_must_be_whole),
        cmocka_unit_test(a_profile_of_before_in_a_language_without_a_file_stays_valid),
        cmocka_unit_test(a_fault_of_a_pack_names_its_file),
        cmocka_unit_test(a_pack_of_a_language_that_is_not_spoken_is_a_fault),
        cmocka_unit_test(too_little_memory_is_an_error_at_every_point),
    };
    return cmocka_run_group_tests_name("business/pack", tests, set_up, scratch_teardown);
}
