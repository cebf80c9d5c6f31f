#include "language/invented-inside.h"

#include <string.h>

#include "base/text.h"
#include "language/inside.h"

/* Marks of what is no speech: "[музика]", "**сміється**", "♪ ... ♪", "<|nospeech|>". */

#define MARK_WORDS 6   /* of a mark; more were said */
#define OPEN_WORDS 4   /* the same of a mark that is not closed */
#define MARK_LONG  200 /* bytes; what is longer was said, unless it was sung */
#define SIGNS_MAX  4   /* one behind the other */

/* Words that name a sound or what cannot be understood; * at the end: how one begins. */
static const char sounds[] =
    "музика|музики|музыка|музыки|музичн*|музыкальн*|мелоді*|мелоди*|пісня|пісні|песня|песни|спів|"
    "співає|співають|пение|поет|поют|хор|грає|играет|наспівує|напевает|свист*|насвист*|"
    "сміх|сміху|сміє*|сміють*|смех|смеха|смее*|смеют*|хохот*|хохоч*|регіт|регоч*|хихик*|хіхік*|"
    "усміхається|посміхається|улыбается|"
    "шум|шуми|шума|шумы|шумить|шумит|шумно|гул|гуркіт|гуркоче|грохот|грохоч*|грюк*|грім|гром|"
    "тріск|тріщить|треск|трещит|шурх*|шорох*|шарудін*|шелест*|скрип*|стук*|стучит|гудок|гудки|"
    "гудка|гудит|гуде|гудіння|клац*|щелч*|щелка*|хлопа*|хлопок|дзенькіт|звук|звуки|звука|звуков*|"
    "звучит|звучить|лунає|фон|фоні|фоне|фоном|фонов*|перешкод*|помех*|помехи|статик*|вітер|ветер|"
    "дощ|дождь|"
    "аплод*|апладис*|оплес*|овац*|тиша|тиші|тишина|тишины|мовчання|мовчить|молчание|молчит|пауза|"
    "паузи|паузы|безмолвие|"
    "дзвінок|дзвінка|дзвонить|дзвін|дзвонит|звонок|звонка|звонит|звон|сигнал|рингтон*|вібрує|"
    "вібрац*|вибрирует|вибрац*|"
    "зітха*|зітхн*|вздыха*|вздох*|подих|кашел*|кашл*|покашл*|чхає|чхання|чихає|чихает|чих|чихание|"
    "плач|плаче|плачет|плачут|плачуть|рида*|схлип*|всхлип*|стогін|стогне|стон|стонет|стоны|дихає|"
    "дихання|дише|дышит|дыхание|хропе|хропіння|храп*|позіха*|зевает|зевок|зевота|гикає|икает|"
    "сопе|сопит|"
    "крик|крики|кричит|кричить|кричат|вигук*|возглас*|визг|верещить|вереск|шепіт|шепот|шепоче|"
    "шепчет|шепчут|шепче|шепотом|бормоч*|бурмоч*|бурмот*|бормот*|мугич*|мычит|прочищ*|"
    "гавк*|лай|лает|лають|нявк*|мяука*|мяучит|муркоч*|цвірін*|щебет*|"
    "чути|чутно|слышно|нерозб*|неразб*|нерозпізн*|нераспозн*|нечіт*|нечит*|нечет*|нечут*|неслыш*|"
    "неслишн*|невнят*|"
    "невиразн*|незрозуміл*|непонятн*|нечленор*|невідома|неизвестн*|"
    "іноземн*|иностранн*|чужою|розмова|розмови|розмовляє|розмовляють|разговор|разговоры|"
    "разговаривает|разговаривают|говорить|говорит|говорять|говорят|балачки|голоси|голоса|гомін|"
    "мовлення|двигун*|мотор*|сирена|сирени|сирены|вибух*|взрыв*|постріл*|выстрел*|кроки|шаги|"
    "music*|laugh*|applau*|nois*|silen*|sigh*|cough*|cry|crying|cries|sob|sobs|sobbing|inaud*|"
    "unintel*|indist*|blank*|ring|ringing|rings|ringtone|beep*|click*|clap*|cheer*|breath*|sing|"
    "singing|sings|song|static|background|foreign*|speak|speaking|speaks|speech|nospeech|pause*|"
    "knock*|bark*|scream*|gasp*|chuckl*|whistl*|whisper*|sneez*|yawn*|snor*|groan*|moan*|humming|"
    "hums|mumbl*|mutter*|chatter*|crosstalk|crowd*|door|doors|footstep*|phone|telephone|typing|"
    "wind|rain|thunder*|siren*|engine*|audio|sound*|instrument*|melod*|piano|guitar|tone|dial|"
    "hiss*|buzz*|rustl*|thud*|bang*|crash*|explo*|gunshot*|giggl*|sniff*|throat|hiccup*|burp*|"
    "snicker*|overlap*|unk|redacted";

/* Beside one of these a sound was only told of. */
static const char speaking[] =
    "я|ми|мы|мені|мне|мене|меня|нам|нас|вас|ви|вы|вам|хочу|можна|можно|треба|надо|нужно|нужен|"
    "нужна|потріб*|будь|ласка|пожалуйста|дякую|спасибо|завтра|сьогодні|сегодня|тихіше|тише|"
    "погано|плохо|зробіть|сделайте|чи|ли";

/* Sung for want of words. */
static const char sung[] = "ла|ля|на|тра|о|а|у|м|ммм|ой|гей|la|na|oh|ooh|hey|mm|mmm";

bool invented_is_one_of(const char *forms, size_t n, const char *word)
{
    size_t len = strlen(word);

    for (size_t at = 0; at < n;) {
        size_t has = 0;
        while (at + has < n && forms[at + has] != '|')
            has++;
        bool stem = has > 0 && forms[at + has - 1] == '*';
        size_t size = has - stem;
        if ((stem ? size <= len : size == len) && memcmp(forms + at, word, size) == 0)
            return true;
        at += has + 1;
    }
    return false;
}

bool invented_is_sound(const char *word)
{
    return invented_is_one_of(sounds, sizeof sounds - 1, word);
}

/* ==== what stands between the signs =========================================================== */

struct content {
    size_t words, sounds, sung;
    bool number, said, latin;
};

static bool is_said(const char *word)
{
    return invented_is_one_of(speaking, sizeof speaking - 1, word) ||
           (text_length(word) > 4 && row_ends("йте|іть|ите", word) && !invented_is_sound(word));
}

static enum err read_content(struct arena *a, const char *text, size_t n, struct content *ret)
{
    struct content c = {.latin = true};

    char *folded = arena_strndup(a, text, n);
    for (char *p = folded; p != NULL && *p != '\0'; p++) /* BLANK_AUDIO is two words */
        *p = *p == '_' ? ' ' : *p;
    folded = folded == NULL ? NULL : text_fold(a, folded);
    if (folded == NULL)
        return ERR_MEMORY;
    while (*folded != '\0') {
        size_t len = strcspn(folded, " ");
        bool last = folded[len] == '\0';
        folded[len] = '\0';
        c.words++;
        c.sounds += invented_is_sound(folded);
        c.sung += invented_is_one_of(sung, sizeof sung - 1, folded);
        c.said = c.said || is_said(folded);
        c.number = c.number || strpbrk(folded, "0123456789") != NULL;
        c.latin = c.latin && char_is_latin(char_at(folded));
        folded += len + !last;
    }
    *ret = c;
    return ERR_OK;
}

/* ==== signs =================================================================================== */

enum kind { BRACKET, EVEN, NOTE, QUOTE };

static const struct sign {
    const char *open, *close;
    enum kind kind;
} signs[] = {
    {"[", "]", BRACKET},   {"{", "}", BRACKET},   {"(", ")", BRACKET},   {"<", ">", BRACKET},
    {"【", "】", BRACKET}, {"〔", "〕", BRACKET}, {"［", "］", BRACKET}, {"（", "）", BRACKET},
    {"｛", "｝", BRACKET}, {"＜", "＞", BRACKET}, {"⟨", "⟩", BRACKET},   {"〈", "〉", BRACKET},
    {"《", "》", BRACKET}, {"「", "」", BRACKET}, {"‹", "›", BRACKET},   {"*", "*", EVEN},
    {"_", "_", EVEN},      {"~", "~", EVEN},      {"|", "|", EVEN},      {"#", "#", EVEN},
    {"=", "=", EVEN},      {"/", "/", EVEN},      {"\\", "\\", EVEN},    {"^", "^", EVEN},
    {"※", "※", EVEN},      {"--", "--", EVEN},    {"—", "—", EVEN},      {"♪", "♪", NOTE},
    {"♫", "♫", NOTE},      {"♬", "♬", NOTE},      {"♩", "♩", NOTE},      {"🎵", "🎵", NOTE},
    {"🎶", "🎶", NOTE},      {"«", "»", QUOTE},     {"“", "”", QUOTE},     {"„", "“", QUOTE},
    {"\"", "\"", QUOTE},
};

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static const struct sign *sign_at(const char *text)
{
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (begins(text, signs[i].open))
            return &signs[i];
    return NULL;
}

/* The signs that open a mark, "((" or "<|". */
struct opening {
    const struct sign *sign[SIGNS_MAX];
    size_t n, len;
};

static struct opening read_opening(const char *text)
{
    struct opening o = {.n = 0};
    const struct sign *s = sign_at(text);

    while (s != NULL && o.n < SIGNS_MAX &&
           (o.n == 0 || s->kind == NOTE) == (o.n == 0 || o.sign[0]->kind == NOTE)) {
        o.sign[o.n++] = s;
        o.len += strlen(s->open);
        s = sign_at(text + o.len);
    }
    return o;
}

/* Behind the signs that close what `o` opened. */
static const char *behind_closing(const struct opening *o, const char *end)
{
    for (size_t i = o->n; i > 0; i--)
        if (begins(end, o->sign[i - 1]->close))
            end += strlen(o->sign[i - 1]->close);
    return end;
}

static bool stands_alone(const char *text, const char *at, const char *end)
{
    return strspn(text, " \t\r\n") == (size_t)(at - text) && end[strspn(end, " .!\r\n\t")] == '\0';
}

/* A song, or the sign by itself: what stands behind it alone may be a caller's words. */
static enum err note_of(struct arena *a, const struct opening *o, const char *at, bool first,
                        size_t *ret)
{
    struct content c;
    const char *end = strstr(at + o->len, o->sign[0]->close);

    if (end != NULL) {
        *ret = (size_t)(behind_closing(o, end) - at);
        return ERR_OK;
    }
    *ret = o->len;
    enum err e = read_content(a, at + o->len, strnlen(at + o->len, MARK_LONG), &c);
    if (e == ERR_OK && first && c.words > 0 && !c.said && (c.sounds > 0 || c.sung == c.words))
        *ret = strlen(at);
    return e;
}

/* "<|uk|>", "<|0.00|>": a recogniser's own token. */
static bool is_token(const struct opening *o)
{
    return o->n >= 2 && o->sign[0]->kind == BRACKET && *o->sign[1]->open == '|';
}

static enum err between(struct arena *a, const struct opening *o, const char *text, const char *at,
                        size_t *ret)
{
    const struct sign *last = o->sign[o->n - 1];
    const char *inside = at + o->len;
    const char *end = strstr(inside, last->close);
    size_t n = end == NULL ? strlen(inside) : (size_t)(end - inside);
    struct content c;

    *ret = 0;
    bool open = last->kind == BRACKET || *last->open == '*'; /* may it stay open? */
    if (n > MARK_LONG || (end == NULL && !open))
        return ERR_OK;
    enum err e = read_content(a, inside, n, &c);
    if (e != ERR_OK || c.words == 0 || c.said || c.words > (end == NULL ? OPEN_WORDS : MARK_WORDS))
        return e;
    const char *behind = end == NULL ? inside + n : behind_closing(o, end);
    bool token = end != NULL && is_token(o) && c.latin;
    bool sound = c.sounds > 0 && !c.number;
    if (last->kind == QUOTE && !stands_alone(text, at, behind))
        sound = false;
    /* Even signs divide words as well, "двері/вікна/шум". */
    if (last->kind == EVEN && end != NULL && !token) {
        uint32_t next = char_at(behind);
        sound = sound && !char_is_letter(next) && !char_is_digit(next);
    }
    *ret = token || sound ? (size_t)(behind - at) : 0;
    return ERR_OK;
}

enum err invented_mark(struct arena *a, const char *text, const char *at, size_t *ret)
{
    struct opening o = read_opening(at);
    uint32_t before = char_before(text, at);

    *ret = 0;
    if (o.n == 0 || (o.sign[0]->kind != NOTE && (char_is_letter(before) || char_is_digit(before))))
        return ERR_OK;
    if (o.sign[0]->kind == NOTE)
        return note_of(a, &o, at, strspn(text, " \t\r\n") == (size_t)(at - text), ret);
    return between(a, &o, text, at, ret);
}

/* ==== shouted ================================================================================= */

static bool is_in(const char *row, const char *word)
{
    return invented_is_one_of(row, strlen(row), word);
}

/* "ДИНАМИЧНАЯ МУЗЫКА", "ШУМ ВЕТРА": all of it large. A bell alone may be what the caller is about. */
bool invented_is_shouted(const char *const *word, size_t n)
{
    static const char heads[] =
        "музика|музыка|аплодисменты|аплодисменти|оплески|овации|овації|смех|сміх|шум|тишина|тиша|"
        "молчание|мовчання|стук|плач|вздох|зітхання|кашель|песня|пісня|пение|спів|крики";
    static const char with_more[] = "звонок|дзвінок|гудок|гудки|сигнал|сигналы|сигнали|звук|звуки";
    static const char behind[] =
        "в|у|ветра|вітру|мотора|двигателя|двигуна|дождя|дощу|воды|води|моря|дверь|двери|двері|"
        "зале|залі|толпы|натовпу|птиц|птахів|собак|собаки|ребенка|дитини|детей|дітей|машины|"
        "машини|улицы|вулиці|шагов|кроків|телефона|телефону";
    static const char plays[] = "играет|звучит|грає|лунає|звучить";

    if (n == 0)
        return false;
    if (n == 1)
        return is_in(heads, word[0]);
    bool head = is_in(heads, word[n - 1]), rest = true;
    bool described = n == 2 && text_length(word[0]) > 4 &&
                     row_ends("ая|ый|ий|ой|на|ва|ла|ка|ні|ві|ые|ие", word[0]);
    for (size_t i = 1; i < n; i++)
        rest = rest && is_in(behind, word[i]);
    return (head && (described || (n == 2 && is_in(plays, word[0])))) ||
           (described && is_in(with_more, word[1])) ||
           (rest && (is_in(heads, word[0]) || is_in(with_more, word[0])));
}
