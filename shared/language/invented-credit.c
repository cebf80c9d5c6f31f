#include "language/invented-inside.h"

#include <string.h>

#include "base/text.h"
#include "language/heard.h"
#include "language/inside.h"

/* Credits: who made, translated or checked the subtitles of a film, whatever the name. */

#define NAMES_MAX 8 /* words of names and roles, one behind the other */
#define PLAIN_MAX 3 /* the same where nothing is written large */

/* * at the end: how a word begins. */
static const char subtitles[] =
    "субтитры|субтитри|субтитров|субтитрів|субтитрами|субтитр|субтітри|субтитрувальни*|"
    "субтитрува*|субтитрирова*|титры|титри|subtitle*|subtitling|caption*|dimatorzok|диматоржок|"
    "amara|"
    "диматорзок";

static const char roles[] =
    "редактор|редактори|редакторы|редакторка|редактура|редагування|редактирование|корректор|"
    "корректоры|корректура|коректор|коректорка|коректори|коректура|переводчик|переводчица|"
    "переводчики|перевод|перекладач|перекладачка|перекладачі|переклад|озвучка|озвучення|"
    "озвучування|озвучивание|озвучание|автор|автори|авторы|авторка|режисер|режиссер|режисерка|"
    "сценарий|сценарій|сценарист|сценария|сценарію|монтаж|диктор|дикторка|тайминг|таймінг|"
    "транскрипция|транскрипція|транскрибация|транскрибація|текст|читає|читает|читал|читала|читав|"
    "translator|translation|translated|transcript|transcription|transcribed|editor|edited|"
    "proofread|proofreading|sync|synced|timing|voiceover|narrator|director|перевода|перекладу|"
    "озвучив|озвучила|озвучил|озвучили|редакторша|продюсер|продюсерка";

static const char makers[] =
    "сделал|сделала|сделали|сделано|сделаны|делал|делала|делали|создал|создала|создали|создавал|"
    "создавала|создано|созданы|создан|подготовил|подготовила|подготовили|подготовлено|"
    "подготовлены|подогнал|подогнала|добавил|добавила|добавлены|добавлено|выполнил|выполнила|"
    "выполнено|выполнены|перевел|перевела|перевели|переведено|переведены|предоставил|"
    "предоставила|предоставлено|предоставлены|редактировал|редактировала|отредактировал|"
    "отредактировано|зробив|зробила|зробили|зроблено|зроблені|робив|робила|створив|створила|"
    "створили|створено|створені|створював|створювала|підготував|підготувала|підготували|"
    "підготовлено|підготовлені|надано|надані|надав|надала|переклав|переклала|переклали|"
    "перекладено|перекладені|виготовив|виготовлено|виготовлені|виконав|виконала|виконано|"
    "виконані|додав|додала|додано|додані|редагував|редагувала|відредаговано|написал|написав|"
    "написала|работал|работала|работали|працював|працювала|працювали|сгенерировано|"
    "сгенерированы|згенеровано|згенеровані|опубликовано|опубліковано|взято|взяты|взяті|made|"
    "created|provided|generated|added|done|озвучено|озвучена|озвучил|озвучила|озвучили|"
    "озвучив|translated|transcribed";

static const char links[] =
    "и|і|та|й|в|у|по|за|допомогою|помощью|при|помощи|ai|ии|ші|сайт|сайта|сайту|сайтом|от|від|by|"
    "для|на|над|з|с|со|зі|the|of|with|in|at|русские|"
    "русских|русский|русском|"
    "українською|українські|українська|украинские|украинский|английские|английский|англійською|"
    "языке|языка|мовою|мови|спільнота|спільноти|спільнотою|сообщество|сообщества|сообществом|"
    "канал|каналу|канала|каналом|студия|студии|студией|студію|студія|студії|студією|компанія|"
    "компанією|компания|компанией|команда|команди|командой|командою|группа|группы|группой|група|"
    "групи|групою|проекта|проекту|фільму|фильма|фильму|серіалу|сериала|автоматично|"
    "автоматически|автоматичні|автоматические|amara|org|com|ua|community|youtube|ютуб|ютуба|"
    "замовлення|заказу|спеціально|специально|russian|ukrainian|english|auto|automatically|"
    "переклад|перевод";

/* Names that stand for credits by themselves. */
static const char known_names[] = "dimatorzok|диматоржок|диматорзок|amara";

#define IS(row, w) invented_is_one_of(row, sizeof(row) - 1, (w)->folded)

static const char groups[] =
    "студия|студии|студией|студію|студія|студії|студією|компанія|компанією|компания|компанией|"
    "командой|командою|группой|групою|by|спільнотою|сообществом|каналом|замовлення|заказу";

static bool is_piece(const struct token *w)
{
    return IS(subtitles, w) || IS(roles, w) || IS(makers, w) || IS(links, w);
}

/* A word that callers say, whatever stands before it. */
static bool is_said(const struct token *w)
{
    size_t n = strlen(w->folded);

    if (w->initial || heard_is(HEARD_GIVEN_NAME, w->folded, n) || heard_is_surname(w->folded, n))
        return false;
    return invented_starts_speech(w->folded) || heard_is(HEARD_LITTLE, w->folded, n) ||
           heard_is(HEARD_NO_NAME, w->folded, n) || heard_is(HEARD_ASKS, w->folded, n) ||
           heard_is(HEARD_WHEN, w->folded, n) || heard_is(HEARD_FILLER, w->folded, n);
}

static bool is_name(const struct token *w)
{
    return w->large || w->latin || w->initial || w->quoted || char_is_digit(char_at(w->folded));
}

/* May credits begin with this name? "DimaTorzok сделал субтитры" */
static bool may_lead(const struct token *w)
{
    return is_name(w) && !is_said(w) && (w->latin || w->initial || heard_may_be_name(w->folded));
}

static bool breaks(const struct tokens *t, size_t k)
{
    return k > 0 && (t->of[k - 1].stop || t->of[k - 1].ask);
}

/* Behind the words from `i` on that are names in small letters: few, and none that callers say. */
static size_t plain_names(const struct tokens *t, size_t i)
{
    size_t k = i;

    while (k < t->n && k < i + PLAIN_MAX && (k == i || !breaks(t, k)) && !is_said(&t->of[k]) &&
           !is_name(&t->of[k]) && !is_piece(&t->of[k]))
        k++;
    bool ends = k == t->n || breaks(t, k) || invented_starts_speech(t->of[k].folded);
    return ends ? k : i;
}

/* Behind the names from `i` on; a large word that a sentence begins with is none. */
static size_t names_end(const struct tokens *t, size_t i)
{
    size_t k = i;

    if (char_is_digit(char_at(t->of[i].folded))) /* an amount */
        return i;
    for (; k < t->n && k < i + NAMES_MAX; k++) {
        const struct token *w = &t->of[k];
        if ((k > i && breaks(t, k)) || !is_name(w) || IS(subtitles, w) || IS(roles, w) ||
            (!w->latin && !w->quoted && k > i && is_said(w)))
            break;
    }
    if (k == i)
        return plain_names(t, i);
    const struct token *last = &t->of[k - 1];
    bool lower = k < t->n && !breaks(t, k) && !is_name(&t->of[k]) && !is_piece(&t->of[k]);
    bool starts = lower && !invented_starts_speech(t->of[k].folded);
    bool known = heard_is(HEARD_GIVEN_NAME, last->folded, strlen(last->folded)) ||
                 heard_is_surname(last->folded, strlen(last->folded));
    return starts && k - i >= 2 && !last->latin && !known && !last->initial ? k - 1 : k;
}

/* What was found on the way. */
struct credit {
    bool subtitles, made, named, marked, initial, group;
    bool led; /* by a name */
    size_t roles;
};

static void note(struct credit *c, const struct token *w)
{
    c->subtitles = c->subtitles || IS(subtitles, w);
    c->roles += IS(roles, w);
    c->made = c->made || IS(makers, w);
    c->group = c->group || IS(groups, w);
    c->marked = c->marked || w->colon;
    c->named = c->named || IS(known_names, w);
}

/* One role with a person's whole name, and no other word: nobody on the telephone says that. */
static bool is_role_and_name(const struct tokens *t)
{
    bool given = false;

    if (t->n != 3 || !IS(roles, &t->of[0]))
        return false;
    for (size_t k = 1; k < 3; k++) {
        const struct token *w = &t->of[k];
        if (!w->large || w->ask || is_piece(w) || is_said(w) || !heard_may_be_name(w->folded))
            return false;
        given = given || heard_is(HEARD_GIVEN_NAME, w->folded, strlen(w->folded));
    }
    return given;
}

static bool is_credit(const struct credit *c, bool ends)
{
    if (c->subtitles)
        return c->made || c->marked || c->roles > 0 || (!c->led && (c->named || ends));
    if (c->roles == 0)
        return c->made && c->group && (c->named || ends);
    return (c->named || (ends && c->roles >= 2)) &&
           (c->marked || c->initial || c->roles >= 2 || c->group);
}

/* Takes the names from `k` on; `k` if there are none. */
static size_t take_names(struct credit *c, const struct tokens *t, size_t i, size_t k)
{
    const struct token *w = &t->of[k];

    if (k > i && is_name(w) && !w->quoted && is_said(w))
        return k;
    size_t end = names_end(t, k);
    /* Small letters are a name only behind the one who made them, or a colon. */
    if (end == k || (!is_name(w) && !(c->subtitles && (c->made || c->marked))))
        return k;
    c->named = c->named || k > i;
    c->led = c->led || k == i;
    for (size_t n = k; n < end; n++)
        c->initial = c->initial || t->of[n].initial;
    c->marked = c->marked || t->of[end - 1].colon;
    return end;
}

/* Behind all that belongs to credits from `i` on. */
static size_t take_all(struct credit *c, const struct tokens *t, size_t i)
{
    size_t k = i;

    while (k < t->n && (k == i || !breaks(t, k))) {
        size_t end = k + 1;
        if (is_piece(&t->of[k]))
            note(c, &t->of[k]);
        else
            end = take_names(c, t, i, k);
        if (end == k)
            break;
        k = end;
    }
    return k;
}

size_t invented_credit(const struct tokens *t, size_t i, bool *ret_sure)
{
    struct credit c = {.roles = 0};

    *ret_sure = false;
    if (i == 0 && is_role_and_name(t)) {
        *ret_sure = true;
        return t->n;
    }
    if (!is_piece(&t->of[i]) && !may_lead(&t->of[i]))
        return i;
    size_t k = take_all(&c, t, i);
    bool ends = k == t->n || breaks(t, k);
    /* A link at the end belongs to what follows. */
    while (k > i && !ends && IS(links, &t->of[k - 1]) && !is_name(&t->of[k - 1]))
        k--;
    if (k == i || !is_credit(&c, ends) || t->of[k - 1].ask)
        return i;
    *ret_sure = c.subtitles && (c.named || c.group) && (c.made || c.marked || c.roles > 0);
    return k;
}
