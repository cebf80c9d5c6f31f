#include "language/invented.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static struct arena a;

static int set_up(void **state)
{
    (void)state;
    arena_init(&a, (size_t)4 * 1024 * 1024);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&a);
    return 0;
}

static int wrong;

static void check(const char *text, const char *expected)
{
    const char *said = NULL;

    assert_int_equal(invented_cut(&a, text, &said), ERR_OK);
    if (strcmp(said, expected) != 0) {
        print_error("\"%s\": \"%s\", not \"%s\"\n", text, said, expected);
        wrong++;
    }
}

static void check_all(const char *const *text, size_t n, bool stays)
{
    wrong = 0;
    for (size_t i = 0; i < n; i++)
        check(text[i], stays ? text[i] : "");
    assert_int_equal(wrong, 0);
}

#define ALL(texts, stays) check_all(texts, sizeof(texts) / sizeof *(texts), stays)

static void credits_of_subtitles_are_not_heard_whatever_the_name(void **state)
{
    static const char *const texts[] = {
        " Субтитры сделал SubMaster77",
        "Субтитры сделал DimaTorzok",
        "Субтитры создавал DimaTorzok.",
        "субтитры сделал диматоржок",
        "Субтитры подогнал «Симон»",
        "Субтитры добавил DimaTorzok",
        "Субтитры предоставил Вася Пупкин",
        "Редактор субтитров А.Синецкая Корректор А.Егорова",
        "Редактор субтитров А. Синецкая. Корректор А. Егорова.",
        "Редактор субтитров М.Лосева Корректор Н.Ким",
        "Корректор А.Кулакова",
        "Редактор субтитрів О.Коваль Коректор І.Мельник",
        "Субтитри від спільноти Amara.org",
        "Субтитри створено спільнотою Amara.org",
        "Субтитры сообщества Amara.org",
        "Субтитри зробив Олесь",
        "Субтитри підготував Іван Петренко",
        "Subtitles by the Amara.org community",
        "Subtitles by SteamTeamExtra",
        "Transcribed by John Smith",
        "Amara.org",
        "www.mooji.org",
        "https://www.youtube.com/watch",
        "Субтитрувальниця Оля Шор",
        "Субтитри!",
    };

    (void)state;
    ALL(texts, false);
}

static void farewells_of_films_are_not_heard(void **state)
{
    static const char *const texts[] = {
        "Дякую за перегляд!",
        "Дякуємо за перегляд!",
        "Щиро дякую за перегляд.",
        "Дякую всім за перегляд цього відео!",
        "Дякую за перегляд і до зустрічі!",
        "Спасибо за просмотр!",
        "Всем спасибо за просмотр",
        "Большое спасибо за просмотр видео и до новых встреч!",
        "Продолжение следует...",
        "Продовження слідує…",
        "Далі буде...",
        "Підписуйтесь на канал",
        "Підписуйтесь на наш канал і ставте лайки!",
        "Не забудьте підписатися на канал!",
        "Подписывайтесь на мой канал!",
        "Не забывайте подписываться и ставить лайки",
        "Ставьте лайки и подписывайтесь на канал",
        "Thanks for watching!",
        "Thank you for watching this video.",
        "Please like and subscribe",
        "До новых встреч!",
        "До зустрічі в наступному відео!",
        "Дякую за перегляд! Дякую за перегляд! Субтитры сделал DimaTorzok",
        "С вами был Игорь Негода.",
    };

    (void)state;
    ALL(texts, false);
}

static void marks_of_sounds_are_not_heard_in_whatever_signs(void **state)
{
    static const char *const texts[] = {
        "[музыка]",
        "[Музика грає]",
        "(сміх)",
        "(Играет музыка)",
        "(дзвонить телефон)",
        "*applause*",
        "*сміється*",
        "<шум>",
        "♪ Ой у лузі ♪",
        "♪",
        "♪♪",
        "♪ ла-ла",
        "{нерозбірливо}",
        "【музика】",
        "[BLANK_AUDIO]",
        "[ Silence ]",
        "[музыка",
        "ДИНАМИЧНАЯ МУЗЫКА",
        "АПЛОДИСМЕНТЫ",
        "(speaking in foreign language)",
        "🎵🎵",
        "[сміх] (шум) *кашель*",
    };

    (void)state;
    ALL(texts, false);
}

static void beside_real_speech_they_are_cut_out(void **state)
{
    (void)state;
    wrong = 0;
    check("[музыка] Алло, добрый день.", "Алло, добрый день.");
    check("Алло. [сміх] Хочу записатися.", "Алло.   Хочу записатися.");
    check("Хочу записатися. Дякую за перегляд!", "Хочу записатися.");
    check("Субтитры сделал DimaTorzok. Сколько стоит номер?", "Сколько стоит номер?");
    check("Скільки коштує стрижка? Редактор субтитрів А.Синецька", "Скільки коштує стрижка?");
    check("Так (сміється)", "Так");
    check("♪ Ля ля ♪ Алло?", "Алло?");
    assert_int_equal(wrong, 0);
}

static void what_a_caller_says_stays(void **state)
{
    static const char *const texts[] = {
        "",
        "Дякую",
        "Дякую за перегляд мого запису",
        "Дякую за перегляд мого прохання, коли ви працюєте?",
        "Дякую за переглядання",
        "Так, дякую за перегляд",
        "Чи є у вас корректор для брів?",
        "Корректор есть?",
        "Мне нужен корректор",
        "Субтитрів не треба",
        "Субтитри від вас потрібні?",
        "Субтитры вы делаете?",
        "(067) 123-45-67",
        "Мій номер (домашній) такий",
        "[067] 123",
        "Мій сайт www.salon.ua",
        "ivan@gmail.com",
        "До <5 грн",
        "До зустрічі!",
        "До побачення",
        "У номері грає музика, зробіть тихіше",
        "Сусіди шумлять, музика.",
        "ТАК",
        "п'ять * два * три",
        "У НОМЕРЕ ГРАЕТ МУЗЫКА",
        "Хочу подписаться на рассылку",
        "Продовження ремонту слідує завтра",
        "А. Коваленко",
        "ну-ну - так",
        "Переклад потрібен Олені",
    };

    (void)state;
    ALL(texts, true);
}

static void a_long_text_of_open_signs_costs_little(void **state)
{
    char text[20001];

    (void)state;
    memset(text, '[', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    wrong = 0;
    check(text, text);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(credits_of_subtitles_are_not_heard_whatever_the_name),
        cmocka_unit_test(farewells_of_films_are_not_heard),
        cmocka_unit_test(marks_of_sounds_are_not_heard_in_whatever_signs),
        cmocka_unit_test(beside_real_speech_they_are_cut_out),
        cmocka_unit_test(what_a_caller_says_stays),
        cmocka_unit_test(a_long_text_of_open_signs_costs_little),
    };

    return cmocka_run_group_tests_name("language/invented", tests, set_up, tear_down);
}
