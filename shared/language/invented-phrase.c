#include "language/invented-inside.h"

#include <string.h>

#include "base/text.h"
#include "language/inside.h"

/* Phrases of films and channels: thanks for watching, calls to subscribe, what comes next. */

#define OTHER_MAX 24 /* words of one phrase */

/* ==== bags ==================================================================================== */

/* Words in whatever order: the first is of `first` or `one`, one of `one` and one of `two` are
 * there, all others are of `rest`. * at the end: how a word begins. */
struct bag {
    const char *first, *one, *two, *rest;
};

#define THANKS "дякую|дякуємо|дякуєм|спасибо|спасибі|благодарю|благодарим|thanks|thank"
#define JOINS  "і|й|та|и|а|в|у|на|за|з|с|до|що|что|щоб|чтобы|аби|якщо|если|and|to|for|in|the|on"
#define CHANNEL                                                                                                                                                              \
    "канал|каналу|канала|каналі|канале|канали|каналы|відео|видео|відеоролик*|видеоролик*|ролик|" \
    "ролика|ролике|ролику|випусках|выпуске|выпусках|ролики|роликів|роликов|випуск|випуску|"        \
    "випуски|випусків|выпуск|выпуска|выпуски|"                                                                                            \
    "выпусков|серію|серії|серии|youtube|ютуб*|телеграм|telegram|instagram|інстаграм|"                                            \
    "инстаграм|facebook|фейсбук|patreon|video|videos|channel|episode"
#define OURS                                                                                                                                                             \
    "ваш|ваше|вашу|ваші|ваши|цього|этого|цей|этот|це|это|цим|этим|нашого|нашего|моего|мого|наш|" \
    "наше|наші|наши|мій|мой|моє|мое|нашому|нашем|моєму|моем|my|our|this|the"
#define NEXT                                                                                                                                                                    \
    "скорої|скорой|скорого|нових|новых|нової|новой|нові|новые|новому|новом|наступному|наступних|" \
    "наступній|наступного|следующем|следующих|следующей|следующего|зустрічі|зустрічей|встречи|" \
    "встреч|вже|уже|next|time|one|soon"
#define FRIENDS                                                                                    \
    "вам|вас|всім|усім|всем|друзі|друзья|друже|любі|дорогие|дорогі|ви|вы|you|all|everyone|guys"
#define FAREWELL                                                                                   \
    "пока|поки|бувайте|побачення|свидания|всього|всего|найкращого|хорошего|доброго|удачи|bye|see"
#define SUBSCRIBE                                                                                                                                                           \
    "підписуйтесь|підписуйтеся|підписуйся|підпишіться|підпишись|подписывайтесь|подпишитесь|" \
    "подписывайся|подпишись|subscribe"
#define SUBSCRIBING                                                                                                                                                              \
    "підписатися|підписатись|подписаться|подписываться|підписуватися|підписуватись|лайк|лайки|" \
    "лайков|лайків|лайком|вподобайку|вподобайки|вподобання|колокольчик|дзвіночок|коментарях|"      \
    "коментарі|коментар|комментариях|комментарии|комментарий"
#define CLICK                                                                                                                                                                       \
    "ставте|ставьте|ставимо|поставте|поставьте|поставити|поставить|ставити|ставить|тисніть|тисни|" \
    "натискайте|натисніть|натисни|жмите|нажмите|жми|нажми|нажимайте|забудьте|забувайте|"                    \
    "забывайте|забудь|пишіть|пишите|напишіть|напишите|залишайте|залишіть|оставляйте|оставьте|"        \
    "коментуйте|комментируйте|діліться|делитесь|like|hit|forget"

static const struct bag bags[] = {
    {"і|и|та|щиро|велике|большое|огромное|ще|" FRIENDS "|" THANKS,
     "перегляд|перегляди|переглядів|просмотр|просмотры|просмотров|дивитесь|дивитеся|дивились|"
     "дивилися|смотрите|смотрели|підписку|подписку|лайк|лайки|вподобайки|watching|viewing|"
     "subscribing",
     THANKS,
     FRIENDS "|" OURS "|" NEXT "|" CHANNEL "|" FAREWELL "|" JOINS "|" SUBSCRIBE "|" SUBSCRIBING
             "|" CLICK "|велике|большое|огромное|дуже|щиро|те|то|кінця|конца|нами|увагу|внимание|"
             "підтримку|поддержку|побачимось|побачимося|увидимся|також|также|обов'язково|"
             "обязательно|не|so|very|much|please|don't|share"},
    {SUBSCRIBE "|" CLICK
               "|не|і|и|та|також|также|обов'язково|обязательно|друзі|друзья|якщо|если|будь|ласка|"
               "пожалуйста|а|don't|and|please|тому|поэтому",
     SUBSCRIBE "|" SUBSCRIBING, SUBSCRIBE "|" CLICK,
     FRIENDS "|" OURS "|" NEXT "|" CHANNEL "|" FAREWELL "|" JOINS "|" SUBSCRIBING "|" THANKS
             "|не|пропустити|пропустить|пропускати|пропускать|бути|быть|курсі|курсе|подій|событий|"
             "новин|новостей|дивитися|дивитись|смотреть|бачити|видеть|першими|первыми|першим|"
             "первым|дізнаватися|дізнаватись|узнавать|отримувати|получать|сповіщення|уведомления|"
             "більше|больше|контент|контенту|контента|нас|також|также|сподобалось|сподобалося|"
             "сподобався|подобається|понравилось|понравился|нравится|під|под|описі|описании|"
             "друзями|друзьями|перегляд|просмотр|підтримати|поддержать|кнопку|підписки|подписки|"
             "свої|свои|думки|враження|мнение|думаєте|думаете|нам|please|more|share|comment|bell|"
             "button|a|if|enjoyed|liked|notification|notifications|sure|don't"},
    {"і|и|а|" FRIENDS "|" FAREWELL "|i'll|i|we'll|we|will|до|побачимось|побачимося|увидимся|"
     "встретимся|зустрінемось|зустрінемося|чекайте|ждите",
     CHANNEL "|next",
     "до|побачимось|побачимося|увидимся|встретимся|зустрінемось|зустрінемося|see|"
     "чекайте|ждите",
     FRIENDS "|" OURS "|" NEXT "|" FAREWELL "|" JOINS "|вами|will"},
    {"посилання|ссылка|ссылки|лінк|усі|всі|все", "описі|описании|опису|описания",
     "посилання|ссылка|ссылки|лінк",
     CHANNEL "|" OURS "|" JOINS "|під|под|буде|будет|є|есть|до|корисні|полезные"},
};

static bool is_in(const char *row, const struct token *t)
{
    return invented_is_one_of(row, strlen(row), t->folded);
}

static size_t bag_end(const struct bag *b, const struct tokens *t, size_t i)
{
    bool one = false, two = false;
    size_t end = i;

    for (size_t k = i; k < t->n && k < i + OTHER_MAX; k++) {
        const struct token *w = &t->of[k];
        bool is_one = is_in(b->one, w), is_two = is_in(b->two, w);
        if (!is_one && !is_two && !is_in(k == i ? b->first : b->rest, w))
            break;
        one = one || is_one;
        two = two || is_two;
        if (one && two && (w->stop || k + 1 == t->n || !is_in(JOINS, w)))
            end = k + 1;
        if (w->stop || w->ask)
            break;
    }
    return end;
}

/* ==== in order ================================================================================ */

/* Words between blanks, other forms behind |; * at the end: how one begins; ? before it: it may be
 * absent. + at the end: one to three names. */
static const char *const orders[] = {
    "дякую|дякуємо|спасибо|благодарю за увагу|внимание",
    "продолжение|продовження следует|слідує|далі|буде",
    ("продолжение|продовження ?следует|слідує|буде|будет ?в|у ?следующей|наступній|следующем|"
     "наступному серии|серії|части|частині|выпуске|випуску|відео|видео"),
    "далі буде",
    "to be continued",
    "конец|кінець первой|першої|второй|другої|фильма|фільму|серии|серії ?серии|серії|части|частини",
    ("?всем|всім ?пока ?і|и до новых|нових встреч|зустрічей ?на ?нашем|нашому|моем|моєму ?канале|"
     "каналі"),
    "с|з вами был|была|був|була|были|були +",
    "?copyright ?2* все|усі|всі права защищены|захищені",
    "?copyright ?2* all rights reserved",
    "copyright +",
};

static bool is_name(const struct token *w)
{
    return w->large || w->latin || char_is_digit(char_at(w->folded));
}

static size_t order_end(const char *pattern, const struct tokens *t, size_t i)
{
    size_t n = strcspn(pattern, " ");
    const char *next = pattern + n + (pattern[n] == ' ');

    if (*pattern == '\0')
        return i;
    if (*pattern == '+') {
        size_t k = i;
        while (k < t->n && k < i + 3 && is_name(&t->of[k]) && (k == i || !t->of[k - 1].stop))
            k++;
        return k > i ? k : 0;
    }
    bool optional = *pattern == '?';
    if (i < t->n && invented_is_one_of(pattern + optional, n - optional, t->of[i].folded)) {
        size_t end = order_end(next, t, i + 1);
        if (end > 0)
            return end;
    }
    return optional ? order_end(next, t, i) : 0;
}

/* No sentence ends inside of it. */
static bool is_whole(const struct tokens *t, size_t from, size_t to)
{
    for (size_t k = from; k + 1 < to; k++)
        if (t->of[k].stop || t->of[k].ask)
            return false;
    return true;
}

size_t invented_phrase(const struct tokens *t, size_t i)
{
    size_t best = i;

    for (size_t b = 0; b < sizeof bags / sizeof *bags; b++) {
        size_t end = bag_end(&bags[b], t, i);
        best = end > best ? end : best;
    }
    for (size_t o = 0; o < sizeof orders / sizeof *orders; o++) {
        size_t end = order_end(orders[o], t, i);
        best = end > best && is_whole(t, i, end) ? end : best;
    }
    return best;
}

bool invented_starts_speech(const char *folded)
{
    static const char starts[] =
        "я|мені|мне|мене|меня|хочу|хотів|хотіла|хотел|хотела|хотілося|хотелось|можна|можно|скажіть|"
        "скажите|підкажіть|подскажите|запишіть|запишите|добрий|добрый|доброе|доброго|здравствуйте|"
        "вітаю|алло|ало|скільки|сколько|коли|когда|чи|де|где|потрібен|потрібна|нужен|нужна|"
        "потрібно|нужно|треба|надо|ні|нет|так|да|прошу|перенесіть|перенесите|скасуйте|отмените";

    return invented_is_one_of(starts, sizeof starts - 1, folded);
}
