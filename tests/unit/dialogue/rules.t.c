#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"
#include "dialogue/rules.h"
#include "wire/json.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static struct arena arena;
static struct profile salon, hotel;
static const struct tm monday = {.tm_wday = 1};

static struct profile load(const char *name)
{
    struct profile p = {0};
    struct profile_faults f = {0};
    char path[64];
    char *text = NULL;
    size_t n = 0;

    (void)snprintf(path, sizeof path, "profiles/%s.json", name);
    assert_int_equal(file_read(&arena, path, 1 << 20, &text, &n, NULL), ERR_OK);
    assert_int_equal(profile_read(&arena, name, text, n, &p, &f), ERR_OK);
    return p;
}

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, (size_t)64 << 20);
    salon = load("salon");
    hotel = load("hotel");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

/* ---- whole dialogues ------------------------------------------------------------------------- */

#define OWN "+380501112233"

/* One caller's line and what must come of it. `says` names the phrases of the answer, joined by
 * "+"; "rule" is what the profile's first fitting rule says. */
struct line {
    const char *words, *says;
    const char *name, *phone, *wish; /* of the request, if one must come; wish: a part of it */
    bool end;
};

struct talk {
    const char *title;
    const struct profile *profile;
    const char *caller, *known; /* number and name as the call begins; NULL unknown */
    struct line line[12];
};

static const struct talk talks[] = {
    {"a question, thanks, nothing else",
     &salon,
     OWN,
     NULL,
     {{"Скажіть, будь ласка, яка у вас адреса?", "rule"},
      {"Дякую", "anything_else"},
      {"Ні, дякую", "goodbye", .end = true}}},
    {"thanks alone is not goodbye, thanks and goodbye is",
     &salon,
     OWN,
     NULL,
     {{"дякую", "anything_else"}, {"Дякую, до побачення!", "goodbye", .end = true}}},
    {"a goodbye beside a question is answered first",
     &salon,
     OWN,
     NULL,
     {{"а яка адреса і до побачення", "rule+anything_else"}, {"ні", "goodbye", .end = true}}},
    {"a goodbye beside a wish takes the wish",
     &salon,
     OWN,
     NULL,
     {{"запишіть мене на стрижку, до побачення", "rule"},
      {"на завтра о десятій", "ask_name"},
      {"Марія", "confirm_phone"},
      {"так", "request_taken+anything_else", "Марія", OWN, "на завтра о десятій"}}},
    {"a goodbye inside a long sentence does not hang up",
     &salon,
     OWN,
     NULL,
     {{"я казала до побачення своїй подрузі а вона все ще сидить тут поруч", "not_understood"}}},
    {"a goodbye at the end of a long sentence does",
     &salon,
     OWN,
     NULL,
     {{"ой ви знаєте я мабуть ще трохи подумаю собі ну до побачення", "goodbye", .end = true}}},
    {"nothing else, said in other ways",
     &hotel,
     OWN,
     NULL,
     {{"спасибо", "anything_else"}, {"нет, спасибо, это всё", "goodbye", .end = true}}},
    {"there is something else",
     &salon,
     OWN,
     NULL,
     {{"дякую", "anything_else"},
      {"ні, ще одне питання", "listening"},
      {"де у вас паркування", "rule"},
      {"дякую", "anything_else"},
      {"так", "listening"},
      {"до побачення", "goodbye", .end = true}}},
    {"not understood twice: an offer; accepted: what was said is kept",
     &salon,
     OWN,
     NULL,
     {{"абракадабра", "not_understood"},
      {"абракадабра зелена", "offer_request"},
      {"так", "request_begins+ask_name"},
      {"Ірина", "confirm_phone"},
      {"так, на цей", "ask_wish"},
      {"Запитайте про абракадабру", "request_taken+anything_else", "Ірина", OWN,
       "абракадабра. абракадабра зелена. Запитайте про абракадабру"}}},
    {"an offer declined",
     &salon,
     OWN,
     NULL,
     {{"абракадабра", "not_understood"},
      {"абракадабра", "offer_request"},
      {"ні", "anything_else"},
      {"ні", "goodbye", .end = true}}},
    {"an offer neither taken nor declined",
     &salon,
     OWN,
     NULL,
     {{"раз", "not_understood"},
      {"два", "offer_request"},
      {"три", "not_understood"},
      {"чотири", "offer_request"},
      {"яка адреса", "rule"},
      {"раз", "not_understood"}}},
    {"a booking wish, number of the call confirmed",
     &salon,
     OWN,
     NULL,
     {{"Добрий день, хочу записатися", "rule"},
      {"На манікюр у п'ятницю о третій", "ask_name"},
      {"Мене звати Олена Петренко", "confirm_phone"},
      {"Так, звичайно", "request_taken+anything_else", "Олена Петренко", OWN,
       "На манікюр у п'ятницю о третій"},
      {"Ні, дякую", "goodbye", .end = true}}},
    {"another number than that of the call, in words",
     &salon,
     OWN,
     NULL,
     {{"хочу записатися", "rule"},
      {"на педикюр завтра", "ask_name"},
      {"Це Оля.", "confirm_phone"},
      {"Ні, на інший", "ask_phone"},
      {"нуль шістдесят сім сто одинадцять двадцять два тридцять три", "request_taken+anything_else",
       "Оля", "+380671112233", "на педикюр завтра"}}},
    {"another number at once",
     &salon,
     OWN,
     NULL,
     {{"хочу записатися", "rule"},
      {"на педикюр завтра", "ask_name"},
      {"Оля", "confirm_phone"},
      {"ні, краще на 067 111 22 33", "request_taken+anything_else", "Оля", "+380671112233",
       "педикюр"}}},
    {"a hidden number: asked, misheard, given in pieces",
     &salon,
     NULL,
     NULL,
     {{"хочу записатися", "rule"},
      {"на укладку", "ask_name"},
      {"Ганна", "ask_phone"},
      {"050 123", "ask_phone_again"},
      {"45 67", "request_taken+anything_else", "Ганна", "+380501234567", "на укладку"}}},
    {"a number that never comes: everything said is kept",
     &salon,
     NULL,
     NULL,
     {{"хочу записатися", "rule"},
      {"на укладку", "ask_name"},
      {"Ганна", "ask_phone"},
      {"п'ять сім", "ask_phone_again"},
      {"вісім вісім", "ask_phone_again"},
      {"сорок чотири", "request_taken+anything_else", "Ганна", "", "сорок чотири"}}},
    {"no number and no name wanted to be given",
     &salon,
     NULL,
     NULL,
     {{"хочу записатися", "rule"},
      {"на укладку", "ask_name"},
      {"не скажу", "ask_phone"},
      {"не скажу", "request_taken+anything_else", "", "", "на укладку"}}},
    {"all at once",
     &salon,
     NULL,
     NULL,
     {{"Хочу записатися на манікюр на завтра о третій, мене звати Олена, мій номер 050 123 45 67",
       "request_taken+anything_else", "Олена", "+380501234567", "на манікюр на завтра о третій"}}},
    {"almost all at once",
     &salon,
     OWN,
     NULL,
     {{"Хочу записатися на манікюр на завтра, мене звати Олена і я у вас уперше", "confirm_phone"},
      {"так", "request_taken+anything_else", "Олена", OWN, "уперше"}}},
    {"name and number together",
     &salon,
     NULL,
     NULL,
     {{"з'єднайте мене з адміністратором", "request_begins+ask_name"},
      {"Олена, 050 123 45 67", "ask_wish"},
      {"спитати про фарбу", "request_taken+anything_else", "Олена", "+380501234567", "про фарбу"}}},
    {"a name known from earlier calls is not asked for",
     &salon,
     OWN,
     "Світлана",
     {{"покличте адміністратора", "request_begins+confirm_phone"},
      {"так", "ask_wish"},
      {"про акцію на стрижку", "request_taken+anything_else", "Світлана", OWN, "про акцію"}}},
    {"a call for a person that tells what about",
     &salon,
     OWN,
     "Світлана",
     {{"з'єднайте з адміністратором бо в мене алергія на вашу фарбу",
       "request_begins+confirm_phone"},
      {"так", "request_taken+anything_else", "Світлана", OWN, "алергія"}}},
    {"broken off",
     &salon,
     OWN,
     NULL,
     {{"покличте адміністратора", "request_begins+ask_name"},
      {"ой, не треба, передумала", "request_cancelled+anything_else"},
      {"ні", "goodbye", .end = true}}},
    {"broken off while the wish is asked",
     &salon,
     OWN,
     "Світлана",
     {{"хочу записатися", "rule"},
      {"передумала", "request_cancelled+anything_else"},
      {"яка адреса", "rule"}}},
    {"a wish that holds a breaking-off word is a wish",
     &salon,
     OWN,
     "Світлана",
     {{"хочу записатися", "rule"},
      {"на стрижку але мити голову не треба зроблю вдома", "confirm_phone"},
      {"так", "request_taken+anything_else", "Світлана", OWN, "не треба"}}},
    {"a goodbye in the middle still stores the request",
     &salon,
     OWN,
     NULL,
     {{"хочу записатися", "rule"},
      {"на стрижку завтра, до побачення", "request_taken+goodbye", "", OWN,
       "на стрижку завтра, до побачення", true}}},
    {"a name and a goodbye",
     &salon,
     OWN,
     NULL,
     {{"хочу записатися", "rule"},
      {"на стрижку завтра", "ask_name"},
      {"Олена, до побачення", "request_taken+goodbye", "Олена", OWN, "на стрижку завтра", true}}},
    {"a wrong name is mended",
     &salon,
     OWN,
     NULL,
     {{"хочу записатися", "rule"},
      {"на стрижку", "ask_name"},
      {"Олена", "confirm_phone"},
      {"ви записали неправильне ім'я", "ask_name"},
      {"Олеся", "confirm_phone"},
      {"так", "request_taken+anything_else", "Олеся", OWN, "на стрижку"}}},
    {"a wrong number is mended",
     &salon,
     OWN,
     NULL,
     {{"оператор", "request_begins+ask_name"},
      {"Олена", "confirm_phone"},
      {"так", "ask_wish"},
      {"ні, помилка, інший номер", "ask_phone"},
      {"067 111 22 33", "ask_wish"},
      {"про ціну", "request_taken+anything_else", "Олена", "+380671112233", "про ціну"}}},
    {"a wrong number is mended at once",
     &salon,
     NULL,
     NULL,
     {{"оператор", "request_begins+ask_name"},
      {"Олена", "ask_phone"},
      {"067 111 22 34", "ask_wish"},
      {"неправильний номер, 067 111 22 33", "ask_wish"},
      {"про ціну", "request_taken+anything_else", "Олена", "+380671112233", "про ціну"}}},
    {"the question again",
     &salon,
     OWN,
     NULL,
     {{"оператор", "request_begins+ask_name"},
      {"що ви сказали?", "ask_name"},
      {"Олена", "confirm_phone"},
      {"повторіть, будь ласка", "confirm_phone"},
      {"так", "ask_wish"}}},
    {"a question in between is answered",
     &salon,
     OWN,
     NULL,
     {{"оператор", "request_begins+ask_name"},
      {"а яка у вас адреса?", "rule+ask_name"},
      {"Олена", "confirm_phone"},
      {"а ви робот?", "rule+confirm_phone"},
      {"так", "ask_wish"}}},
    {"a name that is none is asked for again, then taken as it is",
     &salon,
     OWN,
     NULL,
     {{"оператор", "request_begins+ask_name"},
      {"а навіщо вам це знати", "ask_name"},
      {"так", "ask_name"},
      {"так", "confirm_phone"},
      {"так", "ask_wish"},
      {"про ціну", "request_taken+anything_else", "так", OWN, "про ціну"}}},
    {"an unclear yes is asked for again, then the number of the call will do",
     &salon,
     OWN,
     "Світлана",
     {{"оператор", "request_begins+confirm_phone"},
      {"абракадабра", "confirm_phone"},
      {"абракадабра", "confirm_phone"},
      {"вечором зручніше", "ask_wish"},
      {"про ціну", "request_taken+anything_else", "Світлана", OWN, "вечором зручніше. про ціну"}}},
    {"a second request in one call asks only for what is new",
     &salon,
     OWN,
     NULL,
     {{"хочу записатися", "rule"},
      {"на стрижку", "ask_name"},
      {"Олена", "confirm_phone"},
      {"так", "request_taken+anything_else", "Олена", OWN, "на стрижку"},
      {"так, ще скасуйте запис на манікюр", "rule"},
      {"на середу", "request_taken+anything_else", "Олена", OWN,
       "так, ще скасуйте запис на манікюр. на середу"}}},
    {"an offered booking",
     &salon,
     OWN,
     NULL,
     {{"а манікюр у вас роблять?", "rule"},
      {"так, звичайно", "request_begins+ask_name"},
      {"Олена", "confirm_phone"},
      {"так", "ask_wish"},
      {"на завтра", "request_taken+anything_else", "Олена", OWN,
       "а манікюр у вас роблять?. на завтра"}}},
    {"an offered booking, taken with its details",
     &salon,
     OWN,
     "Світлана",
     {{"а манікюр у вас роблять?", "rule"},
      {"так, хотіла б у п'ятницю після обіду, бажано о третій", "request_begins+confirm_phone"},
      {"так", "request_taken+anything_else", "Світлана", OWN, "у п'ятницю після обіду"}}},
    {"say that again",
     &salon,
     OWN,
     NULL,
     {{"повторіть", "greeting"}, {"дякую", "anything_else"}, {"не розчула", "anything_else"}}},
    {"a wrong number rung", &salon, OWN, NULL, {{"ой, я не туди потрапила", "rule", .end = true}}},
    {"the hotel's booking takes the dates",
     &hotel,
     OWN,
     NULL,
     {{"Хочу забронировать номер", "rule"},
      {"с пятого по десятое декабря на двоих", "ask_name"},
      {"Меня зовут Иван", "confirm_phone"},
      {"да", "request_taken+anything_else", "Иван", OWN, "с пятого по десятое декабря на двоих"},
      {"нет, спасибо", "goodbye", .end = true}}},
    {"the hotel's suite, wanted",
     &hotel,
     OWN,
     NULL,
     {{"у вас есть люкс?", "rule"},
      {"да, хочу", "request_begins+ask_name"},
      {"Пётр Ильич", "confirm_phone"},
      {"нет", "ask_phone"},
      {"ноль шестьдесят семь сто одиннадцать двадцать два тридцать три", "ask_wish"},
      {"с пятого по седьмое", "request_taken+anything_else", "Пётр Ильич", "+380671112233",
       "люкс"}}},
    {"the hotel's suite, not wanted",
     &hotel,
     OWN,
     NULL,
     {{"у вас есть люкс?", "rule"},
      {"нет, не надо", "anything_else"},
      {"во сколько заселение", "rule"},
      {"до свидания", "goodbye", .end = true}}},
};

static const char *phrase_named(const struct profile *p, const char *name, size_t n,
                                const char *words)
{
    if (n == 4 && strncmp(name, "rule", n) == 0) {
        const struct rule *r = profile_rule(p, text_fold(&arena, words));
        if (r == NULL)
            fail_msg("no rule for \"%s\"", words);
        return r == NULL ? "" : r->say;
    }
#define X(field)                                                                                   \
    if (n == strlen(#field) && strncmp(name, #field, n) == 0)                                      \
        return p->say.field;
    PROFILE_PHRASES(X)
#undef X
    fail_msg("no phrase %.*s", (int)n, name);
    return "";
}

/* The answer is exactly these phrases, filled in. */
static void check_says(const struct profile *p, const struct line *l, const char *name,
                       const struct rules_answer *got, const char *title)
{
    struct buf b;

    buf_init(&b, &arena, 1 << 16);
    for (const char *at = l->says; *at != '\0';) {
        size_t n = strcspn(at, "+");
        const char *phrase = phrase_named(p, at, n, l->words);
        buf_puts(&b, b.len == 0 ? "" : " ");
        buf_puts(&b, profile_phrase(&arena, p, phrase, &monday, name, OWN));
        at += n + (at[n] == '+');
    }
    if (strcmp(got->say, buf_text(&b)) != 0)
        fail_msg("%s: \"%s\"\n  expected \"%s\"\n  got      \"%s\"\n  state %s", title, l->words,
                 buf_text(&b), got->say, got->state);
}

static void check_request(const struct line *l, const struct rules_answer *got, const char *title)
{
    if (got->has_request != (l->wish != NULL))
        fail_msg("%s: \"%s\": request %d", title, l->words, got->has_request);
    if (l->wish == NULL)
        return;
    assert_string_equal(got->request.name, l->name);
    assert_string_equal(got->request.phone, l->phone);
    if (strstr(got->request.wish, l->wish) == NULL)
        fail_msg("%s: wish \"%s\" lacks \"%s\"", title, got->request.wish, l->wish);
}

static void run(const struct talk *talk)
{
    const char *state = "";

    for (size_t i = 0; i < COUNT(talk->line) && talk->line[i].words != NULL; i++) {
        const struct line *l = &talk->line[i];
        struct rules_answer got = {0};
        struct rules_ask ask = {.profile = talk->profile,
                                .words = l->words,
                                .state = state,
                                .caller_phone = talk->caller,
                                .client_name = talk->known,
                                .local = &monday};
        assert_int_equal(rules_answer(&arena, &ask, &got), ERR_OK);
        const char *name = l->wish != NULL && *l->name != '\0' ? l->name : talk->known;
        check_says(talk->profile, l, name, &got, talk->title);
        check_request(l, &got, talk->title);
        if (l->end != (got.end != NULL))
            fail_msg("%s: \"%s\": end is %s", talk->title, l->words, got.end);
        if (l->end)
            assert_string_equal(got.end, "goodbye");
        state = got.state;
    }
}

static void dialogues_go_as_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(talks); i++)
        run(&talks[i]);
}

/* ---- rules ----------------------------------------------------------------------------------- */

/* One utterance for each rule, in the order of the file. */
static const char *const salon_words[] = {
    "Скасуйте, будь ласка, мій запис",
    "Хочу перенести візит",
    "А подарункові сертифікати є?",
    "Скільки коштує стрижка?",
    "Запишіть мене на завтра",
    "У мене скарга на майстра",
    "У вас є вакансії?",
    "Коли ви працюєте?",
    "Де можна припаркувати машину?",
    "Де ви знаходитесь?",
    "Ви робот?",
    "Які у вас послуги?",
    "Манікюр робите?",
    "Алло!",
    "Вибачте, помилилася номером",
};

static const char *const hotel_words[] = {
    "Я хотел бы забронировать номер",
    "Когда у вас заселение?",
    "ЛЮКС свободен?",
    "Отмените мою бронь",
    "Хочу перенести приезд на неделю",
    "Можно поздний выезд?",
    "Разбудите меня в семь",
    "Сколько стоит ночь?",
    "Нужна бронь на выходные",
    "Пришлите, пожалуйста, горничную",
    "В двенадцатом не работает телевизор",
    "Закажите такси",
    "Завтрак включён?",
    "Можно ужин в комнату?",
    "До которого часа выезд?",
    "Когда можно заехать?",
    "Есть ли у вас парковка?",
    "Какой пароль от вайфая?",
    "Можно с собакой?",
    "Как до вас добраться?",
    "Вы работаете круглосуточно?",
    "Вы робот?",
    "Что вы умеете?",
    "Алло, здравствуйте",
    "Извините, не туда попал",
};

static void check_reached(const struct profile *p, const char *const *words, size_t n)
{
    assert_int_equal(n, p->rules_n);
    for (size_t i = 0; i < n; i++) {
        const struct rule *r = profile_rule(p, text_fold(&arena, words[i]));
        if (r != &p->rules[i])
            fail_msg("%s: \"%s\" reaches rule %td, not %zu", p->name, words[i],
                     r == NULL ? -1 : r - p->rules, i);
        struct rules_answer got = {0};
        struct rules_ask ask = {
            .profile = p, .words = words[i], .state = "", .caller_phone = OWN, .local = &monday};
        assert_int_equal(rules_answer(&arena, &ask, &got), ERR_OK);
        const char *say = profile_phrase(&arena, p, r->say, &monday, NULL, NULL);
        if (strncmp(got.say, say, strlen(say)) != 0)
            fail_msg("%s: \"%s\" is answered \"%s\"", p->name, words[i], got.say);
        assert_int_equal(got.end != NULL, r->action == RULE_GOODBYE);
    }
}

static void every_rule_of_both_profiles_is_reached(void **state)
{
    (void)state;
    check_reached(&salon, salon_words, COUNT(salon_words));
    check_reached(&hotel, hotel_words, COUNT(hotel_words));
}

static const struct {
    const char *words, *answer;
} first_four[] = {
    {"Я хочу забронировать номер",
     "Вы хотите забронировать номер. Назовите, пожалуйста, даты проживания."},
    {"ЗАБРОНИРОВАТЬ НОМЕР ЛЮКС",
     "Вы хотите забронировать номер. Назовите, пожалуйста, даты проживания."},
    {"Когда заселение?", "Заселение возможно с 14:00."},
    {"расселение и перезаселение", "Заселение возможно с 14:00."},
    {"заселение в люкс", "Заселение возможно с 14:00."},
    {"А люкс есть?", "Номера класса 'люкс' доступны. Хотите забронировать?"},
    {"полулюкс", "Номера класса 'люкс' доступны. Хотите забронировать?"},
    {"бла-бла", "Извините, я не понял запрос. Повторите, пожалуйста."},
};

static void the_hotel_gives_its_four_answers_word_for_word(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(first_four); i++) {
        struct rules_answer got = {0};
        struct rules_ask ask = {
            .profile = &hotel, .words = first_four[i].words, .state = "", .local = &monday};
        assert_int_equal(rules_answer(&arena, &ask, &got), ERR_OK);
        assert_string_equal(got.say, first_four[i].answer);
        assert_null(got.end);
        assert_false(got.has_request);
    }
}

/* ---- state ----------------------------------------------------------------------------------- */

static const char *const broken_states[] = {
    "garbage",
    "{",
    "[]",
    "null",
    "7",
    "{\"v\":2,\"at\":\"wish\"}",
    "{\"v\":1,\"at\":\"nowhere\"}",
    "{\"v\":1}",
    "{\"at\":\"name\"}",
    "{\"v\":1,\"at\":\"idle\",\"rule\":99999,\"misses\":-5,\"tries\":\"x\",\"name\":7}",
    "{\"v\":1,\"at\":\"else\",\"rule\":999,\"wish\":null,\"name_done\":1}",
    "\xff\xfe",
};

static void a_state_that_cannot_be_read_counts_as_none(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(broken_states); i++) {
        struct rules_answer got = {0};
        struct rules_ask ask = {.profile = &salon,
                                .words = "яка адреса",
                                .state = broken_states[i],
                                .caller_phone = OWN,
                                .local = &monday};
        assert_int_equal(rules_answer(&arena, &ask, &got), ERR_OK);
        assert_non_null(strstr(got.say, salon.address));
        assert_true(strlen(got.state) > 0);
    }
}

static void a_state_is_small_json(void **state)
{
    (void)state;
    const struct json *o = NULL;
    struct rules_answer got = {0};
    struct rules_ask ask = {.profile = &salon, .words = "оператор", .state = "", .local = &monday};
    assert_int_equal(rules_answer(&arena, &ask, &got), ERR_OK);
    assert_true(strlen(got.state) < 200);
    assert_int_equal(json_parse(&arena, got.state, strlen(got.state), &o, NULL), ERR_OK);
    assert_string_equal(json_text(json_member(o, "at")), "name");
}

static struct rules_answer answer(const struct profile *p, const char *words, const char *state)
{
    struct rules_answer got = {0};
    struct rules_ask ask = {
        .profile = p, .words = words, .state = state, .caller_phone = OWN, .local = &monday};
    assert_int_equal(rules_answer(&arena, &ask, &got), ERR_OK);
    return got;
}

static void a_step_whose_number_is_gone_asks_for_one(void **state)
{
    (void)state;
    struct rules_answer got = {0};
    struct rules_ask ask = {.profile = &salon,
                            .words = "так",
                            .state = "{\"v\":1,\"at\":\"confirm\",\"name_done\":true}",
                            .local = &monday};
    assert_int_equal(rules_answer(&arena, &ask, &got), ERR_OK);
    assert_string_equal(got.say, salon.say.ask_phone_again);
}

static void a_learned_name_is_told_once(void **state)
{
    (void)state;
    struct rules_answer got = answer(&salon, "оператор", "");
    assert_null(got.client_name);
    got = answer(&salon, "мене звати Олена", got.state);
    assert_string_equal(got.client_name, "Олена");
    got = answer(&salon, "так", got.state);
    assert_null(got.client_name);
}

static const struct {
    const char *said, *name; /* NULL: asked again */
} names[] = {
    {"Олена", "Олена"},
    {"Мене звати Олена.", "Олена"},
    {"Так, це Олена Петренко", "Олена Петренко"},
    {"Добре, пишіть: Олена", "Олена"},
    {"Моє ім'я — Олена, дякую", "Олена"},
    {"Олена, запишіть мене на завтра", "Олена"},
    {"Мар'яна Степанівна О'Коннор", "Мар'яна Степанівна О'Коннор"},
    {"мене звати Олена і я хочу на стрижку", "Олена"},
    {"Стриженко", "Стриженко"},
    {"а чого це ви всі питаєте таке", NULL},
    {"так", NULL},
    {"050 123 45 67", NULL},
    {"мене звати", NULL},
};

static void a_name_is_taken_out_of_what_surrounds_it(void **state)
{
    (void)state;
    const char *before = answer(&salon, "оператор", "").state;
    for (size_t i = 0; i < COUNT(names); i++) {
        struct rules_answer got = answer(&salon, names[i].said, before);
        if (names[i].name == NULL) {
            if (got.client_name != NULL)
                fail_msg("\"%s\" gave the name \"%s\"", names[i].said, got.client_name);
            assert_string_equal(got.say, salon.say.ask_name);
        } else {
            if (got.client_name == NULL)
                fail_msg("\"%s\" gave no name", names[i].said);
            assert_string_equal(got.client_name, names[i].name);
        }
    }
}

static void long_words_are_cut_between_letters(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, &arena, 1 << 16);
    buf_puts(&b, "x");
    for (int i = 0; i < 2000; i++)
        buf_puts(&b, "щ");
    const char *endless = buf_text(&b);
    const char *at = answer(&salon, "хочу записатися", "").state;
    at = answer(&salon, endless, at).state;
    at = answer(&salon, endless, at).state;
    struct rules_answer got = answer(&salon, "так", at);
    assert_true(got.has_request);
    assert_int_equal(strlen(got.request.name), 99);
    assert_true(text_is_utf8(got.request.name, strlen(got.request.name)));
    assert_true(strlen(got.request.wish) <= 1000 && strlen(got.request.wish) >= 999);
    assert_true(text_is_utf8(got.request.wish, strlen(got.request.wish)));
}

static void our_own_answer_never_ends_the_call(void **state)
{
    (void)state;
    struct profile p = salon;
    p.say.anything_else = "Дякую, до побачення, все, достатньо?";
    struct rules_answer got = answer(&p, "дякую", "");
    assert_string_equal(got.say, p.say.anything_else);
    assert_null(got.end);
}

static void too_little_memory_is_an_error_at_every_point(void **state)
{
    (void)state;
    const char *at = answer(&salon, "хочу записатися", "").state;
    enum err e = ERR_MEMORY;
    for (size_t ceiling = 0; e == ERR_MEMORY; ceiling += 512) {
        struct arena small;
        struct rules_answer got = {.say = "untouched"};
        struct rules_ask ask = {.profile = &salon,
                                .words = "мене звати Олена, на стрижку, 050 123 45 67",
                                .state = at,
                                .caller_phone = OWN,
                                .local = &monday};
        arena_init(&small, ceiling);
        e = rules_answer(&small, &ask, &got);
        assert_true(e == ERR_OK || e == ERR_MEMORY);
        if (e != ERR_OK)
            assert_string_equal(got.say, "untouched");
        assert_true(ceiling < 1 << 20);
        arena_release(&small);
    }
}

/* ---- keys ------------------------------------------------------------------------------------ */

static void pressed_keys_become_words(void **state)
{
    (void)state;
    assert_string_equal(rules_words_of_keys(&arena, &salon, "2"), salon.keys[2]);
    assert_string_equal(rules_words_of_keys(&arena, &salon, "#"), "так");
    assert_string_equal(rules_words_of_keys(&arena, &salon, "*7*"), "ні ні");
    assert_null(rules_words_of_keys(&arena, &salon, "7"));
    assert_null(rules_words_of_keys(&arena, &salon, ""));
    assert_null(rules_words_of_keys(&arena, &salon, "xyz"));
    assert_string_equal(rules_words_of_keys(&arena, &salon, "0501234567#"), "0501234567");
}

static void every_key_means_something_that_is_understood(void **state)
{
    (void)state;
    for (size_t i = 0; i < 10; i++) {
        char key[2] = {(char)('0' + i), '\0'};
        const char *words = rules_words_of_keys(&arena, &salon, key);
        if (words != NULL)
            assert_string_not_equal(answer(&salon, words, "").say, salon.say.not_understood);
        words = rules_words_of_keys(&arena, &hotel, key);
        if (words != NULL)
            assert_string_not_equal(answer(&hotel, words, "").say, hotel.say.not_understood);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dialogues_go_as_written),
        cmocka_unit_test(every_rule_of_both_profiles_is_reached),
        cmocka_unit_test(the_hotel_gives_its_four_answers_word_for_word),
        cmocka_unit_test(a_state_that_cannot_be_read_counts_as_none),
        cmocka_unit_test(a_state_is_small_json),
        cmocka_unit_test(a_step_whose_number_is_gone_asks_for_one),
        cmocka_unit_test(a_learned_name_is_told_once),
        cmocka_unit_test(a_name_is_taken_out_of_what_surrounds_it),
        cmocka_unit_test(long_words_are_cut_between_letters),
        cmocka_unit_test(our_own_answer_never_ends_the_call),
        cmocka_unit_test(too_little_memory_is_an_error_at_every_point),
        cmocka_unit_test(pressed_keys_become_words),
        cmocka_unit_test(every_key_means_something_that_is_understood),
    };
    return cmocka_run_group_tests_name("dialogue/rules", tests, set_up, tear_down);
}
