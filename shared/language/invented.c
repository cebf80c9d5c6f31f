#include "language/invented.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "language/inside.h"

#define WORDS_MAX 16  /* of a sentence that is looked at; a longer one was said */
#define TAIL_MAX  8   /* words of a name and a role */
#define PLAIN_MAX 3   /* the same where nothing is written large */
#define MARK_MAX  6   /* words of a mark */
#define MARK_LONG 200 /* bytes; what is longer was said, unless it was sung */
#define SHOUT_MAX 2   /* words that are all written large */

/* ==== tables ================================================================================== */

/* Words between blanks, as text_fold writes them, other forms behind |; * at the end: how one
 * begins; ? before it: it may be absent. + at the end: at least one more word, ~: any that follow,
 * all of them names. */
static const char *const sentences[] = {
    /* subtitles */
    "субтитр*|субтітр* сделал*|делал*|созда*|подгот*|подогна*|добав*|выполн*|перев*|предост*|"
    "редакт*|зроб*|створ*|підгот*|надан*|надав*|перекла*|виготов*|викон*|додав*|редагув*|робив* +",
    "субтитр* от|від|by|для|канал*|спільнот* +",
    "субтитр*",
    "субтитрувальни* ~",
    "редактор*|корректор*|коректор*|переводчик*|перекладач*|автор* субтитр* ~",
    "редактор|редакторка . ?* ?* корректор|коректор|коректорка ~",
    "редактор|корректор|коректор . ~",
    "субтитр* . ~",
    "?субтитр* ?* ?* ?* ?* ?* amara org ~",
    "subtitles|subtitle|subtitled|captions|captioned|captioning|transcribed|transcription|"
    "translated|translation|subs ?provided|made|created|edited by +",
    "перевод|переклад субтитр* ~",
    "озвуч* студи*|студі* +",
    /* thanks */
    "?щиро|велике|большое|огромное ?всім|всем ?за дякую|дякуємо|дякуєм|спасибо|спасибі|благодарю|"
    "благодарим ?вам|всім|всем|большое|велике|огромное|дуже|щиро|друзья|друзі ?всім|всем за "
    "?ваш|ваше|вашу перегляд|перегляди|просмотр|просмотры ?цього|этого|нашого|нашего|моего|мого "
    "?відео|видео|ролика|каналу|канала|выпуска|випуску ?і|и|та ?до ?скорой|скорого|нових|новых|"
    "скорої ?зустрічі|зустрічей|встречи|встреч ?в|у ?наступному|наступних|следующем|следующих "
    "?відео|видео|випуску|выпуске",
    "дякую|дякуємо|спасибо|благодарю за увагу|внимание|підписку|подписку|лайк|лайки",
    "thanks|thank ?you ?all ?so ?very ?much ?everyone|guys for watching|viewing|subscribing "
    "?this|the|my|our ?video|videos ?and ?see ?you ?in ?the ?next ?time|one|video",
    /* what follows */
    "продолжение|продовження следует|слідує|далі|буде ?в ?следующей|наступній ?серии|серії",
    "далі буде",
    "to be continued",
    "?і|и ?до|побачимось|побачимося|увидимся|встретимся ?встречи|зустрічі ?в|у ?вже "
    "наступному|следующем|новому|новом відео|видео|випуску|выпуске|ролике|ролику",
    "?і|и до новых|нових встреч|зустрічей ?на ?нашем|нашому|моем ?канале|каналі",
    "?i'll ?i ?will ?we'll see you ?guys ?all in|on the|my next video|one|episode",
    "с|з вами был|была|були|были|був|була +",
    /* channels */
    "?і|и ?не ?забудьте|забывайте|забувайте|забудь підпис*|подпис*|підпиш*|подпиш* на "
    "?наш|мой|мій|наші|этот|цей|youtube|ютуб ?youtube|ютуб канал|каналы|канали ?и|і|та ?* ?* ?*",
    "?і|и ?не забудьте|забывайте|забувайте підпис*|подпис* ?и|і|та ?* ?лайк*",
    "підписуйтесь|підписуйтеся|підпишіться|подписывайтесь|подпишитесь|подписывайся|подпишись",
    "підписуйтесь|підписуйтеся|підпишіться|подписывайтесь|подпишитесь и|і|та став*|постав* лайк*",
    "став*|постав*|тисн*|жми* ?на лайк*|вподобайк*|колокол*|дзвіночок ?и|і|та ?під*|под* ?на "
    "?канал",
    "?please ?and ?don't ?forget ?to like|subscribe|share ?and ?comment ?like|subscribe|share "
    "?to ?my|our|the ?channel ?for ?more ?videos",
    "все|усі|всі права защищены|захищені",
    "all rights reserved",
    "copyright +",
};

/* How words begin that name a sound, in a mark. */
static const char sounds[] =
    "музи|музы|сміх|сміє|смію|смех|смее|смею|хохо|шум|гул|апло|оплес|овац|тиш|тих|мовч|молч|дзвін|"
    "дзвон|звон|"
    "гудк|гудок|зітх|вздых|вздох|каш|плач|плак|рид|стук|стог|стон|скрип|нероз|неразб|нечит|нечут|"
    "неслыш|невнят|спів|пісн|песн|поет|грає|играет|гавк|лай|лає|дих|дыш|дыха|крик|вигук|возглас|"
    "перешк|помех|тріск|треск|сигнал|пауз|фон|іноз|иностр|говорит на|говорить ін|свист|шепіт|шеп|"
    "music|laugh|applau|noise|silen|sigh|cough|cry|sob|inaud|unintel|indist|blank_audio|blank|"
    "ring|beep|click|clap|cheer|breath|sing|song|static|background|foreign|speaking|pause|knock|"
    "bark|scream|gasp|chuckl|whistl|whisper";

/* ==== words =================================================================================== */

struct word {
    const char *folded;
    bool name; /* written large, or in Latin letters */
};

struct words {
    struct word word[WORDS_MAX + 1];
    size_t n;
    bool large; /* something is written large */
};

static uint32_t first_letter(const char *s)
{
    uint32_t c = text_next(&s);

    while (c != 0 && !char_is_letter(c) && !char_is_digit(c))
        c = text_next(&s);
    return c;
}

static enum err add_word(struct arena *a, struct words *w, const char *piece, size_t n)
{
    const char *copy = arena_strndup(a, piece, n);
    char *folded = copy == NULL ? NULL : text_fold(a, copy);

    if (folded == NULL)
        return ERR_MEMORY;
    uint32_t first = first_letter(copy);
    bool name = char_is_upper(first) || char_is_latin(first);
    w->large = w->large || (w->n > 0 && name);
    while (*folded != '\0' && w->n <= WORDS_MAX) {
        size_t len = strcspn(folded, " ");
        bool last = folded[len] == '\0';
        folded[len] = '\0';
        w->word[w->n++] = (struct word){folded, name};
        folded += len + !last;
    }
    return ERR_OK;
}

static enum err read_words(struct arena *a, const char *text, size_t n, struct words *ret)
{
    enum err e = ERR_OK;

    *ret = (struct words){0};
    for (size_t at = 0; at < n && e == ERR_OK && ret->n <= WORDS_MAX;) {
        size_t len = 0;
        while (at + len < n && strchr(" \t\r\n", text[at + len]) == NULL)
            len++;
        if (len > 0)
            e = add_word(a, ret, text + at, len);
        at += len + 1;
    }
    return e;
}

/* ==== sentences =============================================================================== */

static bool is_one_of(const char *forms, size_t n, const char *word)
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

static bool is_role(const char *word)
{
    static const char roles[] = "редактор*|корректор*|коректор*|субтитр*|перевод*|переклад*|и|і|та|"
                                "от|від|спільнот*|сообществ*|для|канал*|org|community";

    return is_one_of(roles, sizeof roles - 1, word);
}

/* Are they names, from there to the end? */
static bool are_names(const struct words *w, size_t from)
{
    if (w->n - from > (w->large ? TAIL_MAX : PLAIN_MAX))
        return false;
    for (size_t i = from; i < w->n; i++)
        if (w->large && !w->word[i].name && !is_role(w->word[i].folded))
            return false;
    return true;
}

static bool fits(const char *pattern, const struct words *w, size_t at)
{
    size_t n = strcspn(pattern, " ");
    const char *next = pattern + n + (pattern[n] == ' ');

    if (*pattern == '\0')
        return at == w->n;
    if (*pattern == '+')
        return at < w->n && are_names(w, at);
    if (*pattern == '~')
        return are_names(w, at);
    if (*pattern == '.') /* an initial */
        return at < w->n && text_length(w->word[at].folded) == 1 && w->word[at].name &&
               fits(next, w, at + 1);
    bool optional = *pattern == '?';
    if (at < w->n && is_one_of(pattern + optional, n - optional, w->word[at].folded) &&
        fits(next, w, at + 1))
        return true;
    return optional && fits(next, w, at);
}

/* An address alone; one with @ is a person's. */
static bool is_address(const struct words *w, const char *text, size_t n)
{
    size_t at = strspn(text, " \t\r\n\"'");

    return memchr(text, '@', n) == NULL && w->n >= 2 && n - at > 4 &&
           memchr(text + at, ' ', n - at) == NULL &&
           (strncasecmp(text + at, "www.", 4) == 0 || strncasecmp(text + at, "http", 4) == 0);
}

/* "ДИНАМИЧНАЯ МУЗЫКА": all of it large, with a sound in it. */
static bool is_shouted_sound(const struct words *w, const char *text, size_t n)
{
    const char *at = text;
    bool sound = false;

    while (at < text + n) {
        uint32_t c = text_next(&at);
        if (char_is_letter(c) && !char_is_upper(c))
            return false;
    }
    for (size_t i = 0; i < w->n && w->n <= SHOUT_MAX; i++)
        for (const char *s = sounds; *s != '\0'; s += strcspn(s, "|"), s += *s == '|') {
            size_t has = strcspn(s, "|");
            sound = sound || (has > 2 && text_length(w->word[i].folded) > 2 &&
                              strncmp(w->word[i].folded, s, has) == 0);
        }
    return sound;
}

/* A question is a caller's. */
static enum err is_invented(struct arena *a, const char *text, size_t n, bool *ret)
{
    struct words w;

    *ret = false;
    enum err e = read_words(a, text, n, &w);
    if (e != ERR_OK || w.n == 0 || w.n > WORDS_MAX || memchr(text, '?', n) != NULL)
        return e;
    *ret = is_address(&w, text, n) || is_shouted_sound(&w, text, n);
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences && !*ret; i++)
        *ret = fits(sentences[i], &w, 0);
    return ERR_OK;
}

/* Bytes up to the end of the first sentence; the stop behind an initial or in an address is none. */
static size_t sentence_of(const char *text)
{
    const char *at = text;
    size_t letters = 0;

    for (;;) {
        uint32_t c = text_next(&at);
        if (c == 0)
            return strlen(text);
        bool stop = c == '!' || c == '?' || c == 0x2026 || (c == '.' && letters != 1);
        if (c == '\n' || (stop && strchr(" \t\r\n", *at) != NULL))
            return (size_t)(at - text);
        letters = char_is_letter(c) || char_is_digit(c) ? letters + 1 : 0;
    }
}

/* ==== marks =================================================================================== */

static const struct mark {
    const char *open, *close;
    bool any; /* whatever is in it; else sounds alone */
} marks[] = {
    {"[", "]", true},   {"{", "}", true}, {"【", "】", true}, {"〔", "〕", true},
    {"［", "］", true}, {"<", ">", true}, {"(", ")", false},  {"（", "）", false},
    {"*", "*", true},   {"♪", "♪", true}, {"♫", "♫", true},   {"♬", "♬", true},
    {"♩", "♩", true},   {"🎵", "🎵", true}, {"🎶", "🎶", true},   {"#", "#", false},
    {"‹", "›", true},
};

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static bool names_sound(const struct words *w)
{
    for (size_t i = 0; i < w->n; i++)
        for (const char *s = sounds; *s != '\0'; s += strcspn(s, "|"), s += *s == '|')
            if (strncmp(w->word[i].folded, s, strcspn(s, "|")) == 0)
                return true;
    return false;
}

static bool is_note(const char *open)
{
    return (unsigned char)*open >= 0xe2 &&
           (begins(open, "♪") || begins(open, "♫") || begins(open, "♬") || begins(open, "♩") ||
            begins(open, "🎵") || begins(open, "🎶"));
}

/* Numbers are a caller's, in whatever they stand. */
static enum err is_mark(struct arena *a, const struct mark *m, const char *text, size_t n,
                        bool *ret)
{
    bool note = is_note(m->open), number = false;
    struct words w = {0};

    enum err e = note || n > MARK_LONG ? ERR_OK : read_words(a, text, n, &w);
    for (size_t i = 0; i < n; i++)
        number = number || (text[i] >= '0' && text[i] <= '9');
    bool few = note || (n <= MARK_LONG && w.n <= MARK_MAX);
    *ret = !number && few && (m->any || names_sound(&w));
    return e;
}

/* Bytes of the mark at the beginning of `text`, 0: none. */
static enum err mark_of(struct arena *a, const char *text, bool first, size_t *ret)
{
    *ret = 0;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        const struct mark *m = &marks[i];
        size_t open = strlen(m->open);
        if (!begins(text, m->open) || (*m->open == '*' && text[1] == ' '))
            continue;
        const char *end = strstr(text + open, m->close);
        bool note = is_note(m->open);
        if (end == NULL && note) { /* a song to the end, or a sign by itself */
            *ret = first ? strlen(text) : open;
            return ERR_OK;
        }
        size_t n = end == NULL ? strlen(text + open) : (size_t)(end - text) - open;
        size_t all = open + n + (end == NULL ? 0 : strlen(m->close));
        bool alone = first && text[all + strspn(text + all, " .!\r\n\t")] == '\0';
        bool mark = false;
        struct mark sound = {m->open, m->close, end != NULL && (m->any || alone)};
        enum err e = is_mark(a, &sound, text + open, n, &mark);
        if (e != ERR_OK)
            return e;
        *ret = mark ? all : 0;
        return ERR_OK;
    }
    return ERR_OK;
}

static enum err without_marks(struct arena *a, const char *text, struct buf *out, bool *ret_cut)
{
    const char *at = text;
    enum err e = ERR_OK;

    while (*at != '\0' && e == ERR_OK) {
        size_t n = 0;
        bool begins_word = !char_is_letter(char_before(text, at));
        bool first = strspn(text, " \t\r\n") == (size_t)(at - text);
        if (begins_word)
            e = mark_of(a, at, first, &n);
        if (n > 0) {
            *ret_cut = true;
            buf_putc(out, ' ');
            at += n;
            continue;
        }
        buf_putc(out, *at++);
    }
    return e;
}

/* ==== the whole =============================================================================== */

static bool says_something(const char *text)
{
    for (uint32_t c = text_next(&text); c != 0; c = text_next(&text))
        if (char_is_letter(c) || char_is_digit(c))
            return true;
    return false;
}

static const char *trim(struct buf *b)
{
    while (b->len > 0 && strchr(" \t\r\n", b->data[b->len - 1]) != NULL)
        b->data[--b->len] = '\0';
    const char *s = buf_text(b);
    return s + strspn(s, " \t\r\n.,!;:-");
}

enum err invented_cut(struct arena *a, const char *text, const char **ret)
{
    struct buf plain, said;
    bool cut = false;

    buf_init(&plain, a, 2 * strlen(text) + 1);
    buf_init(&said, a, 2 * strlen(text) + 1);
    enum err e = without_marks(a, text, &plain, &cut);
    for (const char *at = buf_text(&plain); *at != '\0' && e == ERR_OK;) {
        size_t n = sentence_of(at);
        bool invented = false;
        e = is_invented(a, at, n, &invented);
        cut = cut || invented;
        if (!invented)
            buf_put(&said, at, n);
        at += n;
    }
    e = e == ERR_OK ? buf_err(&plain) : e;
    e = e == ERR_OK ? buf_err(&said) : e;
    if (e != ERR_OK)
        return e;
    *ret = !cut ? text : says_something(buf_text(&said)) ? trim(&said) : "";
    return ERR_OK;
}
