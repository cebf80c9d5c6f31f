#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/talk.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static struct arena arena;
static struct profile salon, hotel;

static const struct talk talks[] = {
    {"asking what it is, is not asking for a person",
     &salon,
     OWN,
     NULL,
     {HEARS("а ви жива людина чи робот?", "rule"), HEARS("дякую", "anything_else")}},
    {"the same at the hotel",
     &hotel,
     OWN,
     NULL,
     {HEARS("вы живой человек или робот?", "rule"), HEARS("спасибо", "anything_else")}},
    {"a question, thanks, nothing else",
     &salon,
     OWN,
     NULL,
     {HEARS("Скажіть, будь ласка, яка у вас адреса?", "rule"), HEARS("Дякую", "anything_else"),
      ENDS("Ні, дякую", "goodbye")}},
    {"a no with thanks after a turn that was not understood is a goodbye",
     &salon,
     OWN,
     NULL,
     {HEARS("бурамбурум щось таке", "not_understood"), ENDS("дякую, ні", "goodbye")}},
    {"so it is in the other language, and where a person is offered",
     &hotel,
     OWN,
     NULL,
     {HEARS("абракадабра", "not_understood"), HEARS("тарабарщина", "offer_request"),
      ENDS("нет, спасибо", "goodbye")}},
    {"a no alone after a turn that was not understood is no second such turn",
     &salon,
     OWN,
     NULL,
     {HEARS("бурамбурум", "not_understood"), HEARS("ні", "anything_else"), ENDS("ні", "goodbye")}},
    {"a no with thanks and a wish is the wish",
     &salon,
     OWN,
     NULL,
     {HEARS("бурамбурум", "not_understood"), HEARS("ні, дякую, яка у вас адреса?", "rule")}},
    {"thanks alone is not goodbye, thanks and goodbye is",
     &salon,
     OWN,
     NULL,
     {HEARS("дякую", "anything_else"), ENDS("Дякую, до побачення!", "goodbye")}},
    {"a goodbye beside a question is answered first",
     &salon,
     OWN,
     NULL,
     {HEARS("а яка адреса і до побачення", "rule+anything_else"), ENDS("ні", "goodbye")}},
    {"a goodbye beside a wish takes the wish",
     &salon,
     OWN,
     NULL,
     {HEARS("запишіть мене на стрижку, до побачення", "rule"),
      HEARS("на завтра о десятій", "ask_name"), HEARS("Марія", "confirm_phone"),
      TAKES("так", "request_taken+anything_else", "Марія", OWN, "на завтра о десятій")}},
    {"a goodbye inside a long sentence does not hang up",
     &salon,
     OWN,
     NULL,
     {HEARS("я казала до побачення своїй подрузі а вона все ще сидить тут поруч",
            "not_understood")}},
    {"a goodbye at the end of a long sentence does",
     &salon,
     OWN,
     NULL,
     {ENDS("ой ви знаєте я мабуть ще трохи подумаю собі ну до побачення", "goodbye")}},
    {"nothing else, said in other ways",
     &hotel,
     OWN,
     NULL,
     {HEARS("спасибо", "anything_else"), ENDS("нет, спасибо, это всё", "goodbye")}},
    {"there is something else",
     &salon,
     OWN,
     NULL,
     {HEARS("дякую", "anything_else"), HEARS("ні, ще одне питання", "listening"),
      HEARS("де у вас паркування", "rule"), HEARS("дякую", "anything_else"),
      HEARS("так", "listening"), ENDS("до побачення", "goodbye")}},
    {"not understood twice: an offer; accepted: what was said is kept",
     &salon,
     OWN,
     NULL,
     {HEARS("абракадабра", "not_understood"), HEARS("абракадабра зелена", "offer_request"),
      HEARS("так", "request_begins+ask_name"), HEARS("Ірина", "confirm_phone"),
      HEARS("так, на цей", "ask_wish"),
      TAKES("Запитайте про абракадабру", "request_taken+anything_else", "Ірина", OWN,
            "абракадабра. абракадабра зелена. Запитайте про абракадабру")}},
    {"an offer declined",
     &salon,
     OWN,
     NULL,
     {HEARS("абракадабра", "not_understood"), HEARS("абракадабра", "offer_request"),
      HEARS("ні", "anything_else"), ENDS("ні", "goodbye")}},
    {"an offer neither taken nor declined",
     &salon,
     OWN,
     NULL,
     {HEARS("раз", "not_understood"), HEARS("два", "offer_request"), HEARS("три", "not_understood"),
      HEARS("чотири", "offer_request"), HEARS("яка адреса", "rule"),
      HEARS("раз", "not_understood")}},
    {"say that again",
     &salon,
     OWN,
     NULL,
     {HEARS("повторіть", "greeting"), HEARS("дякую", "anything_else"),
      HEARS("не розчула", "anything_else")}},
    {"a wrong number rung", &salon, OWN, NULL, {ENDS("ой, я не туди потрапила", "rule")}},
};

static void questions_are_answered_as_written(void **state)
{
    (void)state;
    arena_init(&arena, (size_t)64 << 20);
    salon = talk_profile(&arena, "salon");
    hotel = talk_profile(&arena, "hotel");
    talk_run(&arena, talks, COUNT(talks));
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(questions_are_answered_as_written),
    };
    return cmocka_run_group_tests_name("think/talks", tests, NULL, NULL);
}
