#include "think/rules.h"

#include <stddef.h>
#include <string.h>

#include "base/text.h"
#include "think/actions.h"
#include "think/book-talk.h"
#include "think/request.h"
#include "wire/json.h"
#include "wire/jsonw.h"

/* ==== memory between turns ==================================================================== */

#define STATE_VERSION 1
#define STATE_MAX     ((size_t)16 * 1024)
#define SAY_MAX       ((size_t)16 * 1024)
#define COUNT_MAX     1000 /* of the small counters */

static const char *const at_names[STEP__MAX] = {"idle",  "offer",   "else", "name",
                                                "phone", "confirm", "wish"};

/* ---- between turns ------------------------------------------------------------------------- */

static const struct {
    const char *name;
    size_t offset;
    size_t max;
} state_texts[] = {
    {"name", offsetof(struct rules_state, name), ACTION_NAME_MAX},
    {"phone", offsetof(struct rules_state, phone), 32},
    {"wish", offsetof(struct rules_state, wish), ACTION_WISH_MAX},
    {"heard", offsetof(struct rules_state, heard), 200},
    {"about", offsetof(struct rules_state, about), 100},
    {"passed", offsetof(struct rules_state, passed), ACTION_WISH_MAX},
    {"language", offsetof(struct rules_state, language), 8},
};

static const struct {
    const char *name;
    size_t offset;
} state_counts[] =
    {
        {"misses", offsetof(struct rules_state, misses)},
        {"tries", offsetof(struct rules_state, tries)},
        {"rule", offsetof(struct rules_state, rule)},
        {"told", offsetof(struct rules_state, told)},
        {"asked", offsetof(struct rules_state, asked)},
},
  state_flags[] = {
      {"name_done", offsetof(struct rules_state, name_done)},
      {"phone_done", offsetof(struct rules_state, phone_done)},
      {"wish_done", offsetof(struct rules_state, wish_done)},
      {"not_own", offsetof(struct rules_state, not_own)},
};

#define COUNT(table)           (sizeof(table) / sizeof *(table))
#define MEMBER(b, entry, type) ((type *)(void *)((char *)(b) + (entry).offset))
#define CONST_MEMBER(b, entry, type)                                                               \
    (*(type const *)(const void *)((const char *)(b) + (entry).offset))

static const struct rules_state rules_empty = {.rule = -1,
                                               .name = "",
                                               .phone = "",
                                               .wish = "",
                                               .heard = "",
                                               .about = "",
                                               .passed = "",
                                               .language = "",
                                               .asked = WANT__MAX};

static bool read_at(const struct json *o, enum rules_step *ret)
{
    const char *at = json_text(json_member(o, "at"));

    for (int i = 0; at != NULL && i < STEP__MAX; i++)
        if (strcmp(at, at_names[i]) == 0) {
            *ret = (enum rules_step)i;
            return true;
        }
    return false;
}

/* What is not there, or not what it should be, stays as in an empty state. */
static void read_state(const struct json *o, struct rules_state *b)
{
    int64_t n = 0;

    for (size_t i = 0; i < COUNT(state_texts); i++)
        (void)!json_get_text(o, state_texts[i].name, state_texts[i].max,
                             MEMBER(b, state_texts[i], const char *), NULL);
    for (size_t i = 0; i < COUNT(state_counts); i++)
        if (json_get_int(o, state_counts[i].name, -1, COUNT_MAX, &n, NULL) == ERR_OK)
            *MEMBER(b, state_counts[i], int) = (int)n;
    for (size_t i = 0; i < COUNT(state_flags); i++)
        (void)!json_get_bool(o, state_flags[i].name, MEMBER(b, state_flags[i], bool), NULL);
}

static void read_model(const struct json *o, struct rules_open *ret)
{
    struct asks_open *open = &ret->open;

    open->asks = asks_of(json_text(json_member(o, "asks")));
    for (const struct json *v = json_first(json_member(o, "choice"));
         v != NULL && open->choices < ASKS_CHOICES; v = json_next(v))
        if (json_text(v) != NULL)
            open->choice[open->choices++] = json_text(v);
    (void)!json_get_int(o, "keyed", 0, INT64_MAX, &ret->keyed, NULL);
}

static void write_model(struct jsonw *w, const struct rules_open *model)
{
    const struct asks_open *open = &model->open;

    if (open->asks == ASKS_NOTHING && model->keyed == 0)
        return;
    jsonw_key(w, "model");
    jsonw_object(w);
    jsonw_put_text(w, "asks", asks_text(open->asks));
    jsonw_key(w, "choice");
    jsonw_array(w);
    for (size_t i = 0; i < open->choices; i++)
        jsonw_text(w, open->choice[i]);
    jsonw_end_array(w);
    jsonw_put_int(w, "keyed", model->keyed);
    jsonw_end_object(w);
}

/* An unreadable state, or one of another version, is an empty one. ERR_MEMORY. */
static enum err rules_load(struct arena *a, const struct profile *p, const char *state,
                           struct rules_state *ret)
{
    struct rules_state b = rules_empty;
    const struct json *o = NULL;
    int64_t version = 0;

    b.book = book_talk_none();
    *ret = b;
    if (state == NULL || *state == '\0' || strlen(state) > STATE_MAX)
        return ERR_OK;
    enum err e = json_parse(a, state, strlen(state), &o, NULL);
    if (e != ERR_OK)
        return e == ERR_MEMORY ? e : ERR_OK;
    if (json_get_int(o, "v", STATE_VERSION, STATE_VERSION, &version, NULL) != ERR_OK ||
        !read_at(o, &b.at))
        return ERR_OK;
    read_state(o, &b);
    book_talk_read(json_member(o, "book"), p, &b.book);
    read_model(json_member(o, "model"), &b.model);
    if (b.rule >= (int)p->rules_n || strcmp(b.language, p->language) != 0)
        b.rule = -1;
    if (b.asked < 0 || b.asked > WANT__MAX)
        b.asked = WANT__MAX;
    *ret = b;
    return ERR_OK;
}

static enum err rules_save(struct arena *a, const struct profile *p, const struct rules_state *b,
                           const char **ret)
{
    struct jsonw w;
    struct buf out;

    buf_init(&out, a, STATE_MAX);
    jsonw_init(&w, &out);
    jsonw_object(&w);
    jsonw_put_int(&w, "v", STATE_VERSION);
    jsonw_put_text(&w, "at", at_names[b->at]);
    for (size_t i = 0; i < COUNT(state_texts); i++) {
        const char *s = CONST_MEMBER(b, state_texts[i], char *);
        if (*s != '\0')
            jsonw_put_text(&w, state_texts[i].name, s);
    }
    for (size_t i = 0; i < COUNT(state_counts); i++)
        jsonw_put_int(&w, state_counts[i].name, CONST_MEMBER(b, state_counts[i], int));
    for (size_t i = 0; i < COUNT(state_flags); i++)
        if (CONST_MEMBER(b, state_flags[i], bool))
            jsonw_put_bool(&w, state_flags[i].name, true);
    if (book_talk_goes_on(&b->book) || b->book.services > 0) {
        jsonw_key(&w, "book");
        jsonw_object(&w);
        book_talk_write(&b->book, p, &w);
        jsonw_end_object(&w);
    }
    write_model(&w, &b->model);
    jsonw_end_object(&w);
    if (buf_err(&out) != ERR_OK)
        return ERR_MEMORY;
    *ret = buf_text(&out);
    return ERR_OK;
}

/* ---- within a turn ------------------------------------------------------------------------- */

const char *rules_keep(struct rules_turn *t, const char *s, size_t n, size_t max)
{
    const char *copy = arena_strndup(t->arena, s, text_cut(s, n, max));

    t->no_memory |= copy == NULL;
    return copy == NULL ? "" : copy;
}

void rules_add_wish(struct rules_turn *t, const char *words)
{
    struct buf b;

    if (words == NULL || *words == '\0')
        return;
    buf_init(&b, t->arena, strlen(t->b.wish) + strlen(words) + 2);
    buf_puts(&b, t->b.wish);
    buf_puts(&b, *t->b.wish == '\0' ? "" : ". ");
    buf_puts(&b, words);
    t->no_memory |= buf_err(&b) != ERR_OK;
    t->b.wish = rules_keep(t, buf_text(&b), b.len, ACTION_WISH_MAX);
}

static const char *or_null(const char *s)
{
    return s == NULL || *s == '\0' ? NULL : s;
}

static void add_text(struct rules_turn *t, struct buf *to, const char *text)
{
    t->no_memory |= text == NULL;
    if (text == NULL)
        return;
    if (to->data == NULL)
        buf_init(to, t->arena, SAY_MAX);
    buf_puts(to, to->len == 0 ? "" : " ");
    buf_puts(to, text);
}

void rules_say(struct rules_turn *t, const char *phrase)
{
    const char *name = or_null(t->b.name);
    const char *phone = or_null(t->b.phone);

    if (phrase == NULL)
        return;
    add_text(t, &t->say,
             profile_phrase(t->arena, t->profile, phrase, t->ask->local,
                            name == NULL ? or_null(t->ask->client_name) : name,
                            phone == NULL ? or_null(t->ask->caller_phone) : phone));
    add_text(t, &t->shared,
             profile_phrase(t->arena, t->profile, phrase, t->ask->local, NULL, NULL));
}

void rules_say_text(struct rules_turn *t, const char *text, const char *shared)
{
    add_text(t, &t->say, text);
    add_text(t, &t->shared, shared);
}

bool rules_hears(const struct rules_turn *t, const struct stems *sets, size_t n)
{
    return stems_match(sets, n, t->folded);
}

bool rules_hears_short(const struct rules_turn *t, const struct stems *sets, size_t n, int words)
{
    return t->words <= words && rules_hears(t, sets, n);
}

/* ==== answering =============================================================================== */

#define SHORT_WORDS  6 /* a no, a thank-you or a "once more" in so many words is meant */
#define NO_WORDS     3 /* so many words are a no and nothing else */
#define YES_WORDS    2 /* more than that say something besides */
#define KEYED_NUMBER 9 /* pressed digits that are a telephone number, not choices */

static void be_idle(struct rules_turn *t, enum rules_step at)
{
    t->b.at = at;
    t->b.misses = 0;
    t->b.wish = "";
}

static void say_goodbye(struct rules_turn *t, const char *phrase)
{
    be_idle(t, STEP_IDLE);
    rules_say(t, phrase == NULL ? t->profile->say.goodbye : phrase);
    rules_end(t);
}

static void ask_else(struct rules_turn *t)
{
    be_idle(t, STEP_ANYTHING_ELSE);
    rules_say(t, t->profile->say.anything_else);
}

/* ---- what the rules do ---------------------------------------------------------------------- */

void rules_run(struct rules_turn *t, const struct action *act,
               const char *const values[static ACTION_INPUTS], struct action_result *ret)
{
    struct action_call call = {
        .arena = t->arena,
        .profile = t->profile,
        .local = t->ask->local,
        .caller_phone = t->b.not_own ? NULL : t->ask->caller_phone,
        .env = t->ask->env,
        .effects = &t->effects,
        .asked = true,
    };

    for (size_t i = 0; i < ACTION_INPUTS && act->input[i].name != NULL; i++)
        call.value[i] = values[i];
    t->no_memory |= act->run(&call, ret) != ERR_OK;
}

void rules_end(struct rules_turn *t)
{
    struct action_result result = {0};

    rules_run(t, &action_end_call, (const char *[ACTION_INPUTS]){"goodbye"}, &result);
}

/* ---- one after the other: the first that knows an answer gives it --------------------------- */

/* A goodbye beside a wish or a question is no reason to hang up on it. */
static bool by_goodbye(struct rules_turn *t)
{
    const struct profile *p = t->profile;

    if (!rules_hears_goodbye(t) || profile_rule(p, t->folded) != NULL ||
        rules_hears(t, p->person, p->person_n))
        return false;
    say_goodbye(t, NULL);
    return true;
}

static bool by_correction(struct rules_turn *t)
{
    return t->b.at == STEP_ANYTHING_ELSE && request_correct(t);
}

/* "Ні, краще на суботу", after a request: it goes out once more, as it is now. */
static bool by_change(struct rules_turn *t)
{
    return t->b.at == STEP_ANYTHING_ELSE && *t->b.passed != '\0' && request_change(t);
}

static bool by_person(struct rules_turn *t)
{
    struct action_result result = {0};

    if (!rules_hears(t, t->profile->person, t->profile->person_n))
        return false;
    if (!t->ask->unheard)
        rules_run(t, &action_ask_for_person, (const char *[ACTION_INPUTS]){NULL}, &result);
    if (result.say == NULL) {
        request_begin(t, NULL, t->ask->words);
        return true;
    }
    be_idle(t, STEP_IDLE);
    rules_say(t, result.say);
    return true;
}

static void follow(struct rules_turn *t, const struct rule *rule)
{
    if (rule->action == RULE_REQUEST) {
        request_begin(t, rule, t->ask->words);
    } else if (rule->action == RULE_GOODBYE) {
        say_goodbye(t, rule->say);
    } else {
        be_idle(t, rule->action == RULE_OFFER ? STEP_OFFER : STEP_IDLE);
        rules_say(t, rule->say);
        t->b.rule = (int)(rule - t->profile->rules);
        if (rule->action == RULE_OFFER)
            t->b.wish = rules_keep(t, t->ask->words, strlen(t->ask->words), ACTION_WISH_MAX);
        else if (rules_also_leaves(t))
            ask_else(t);
    }
}

static bool by_rule(struct rules_turn *t)
{
    const struct rule *rule = profile_rule(t->profile, t->folded);

    if (rule == NULL)
        return false;
    follow(t, rule);
    return true;
}

static bool by_again(struct rules_turn *t)
{
    const struct profile *p = t->profile;

    if (!rules_hears_short(t, p->again, p->again_n, SHORT_WORDS))
        return false;
    if (t->b.at == STEP_ANYTHING_ELSE)
        rules_say(t, p->say.anything_else);
    else if (t->b.rule >= 0)
        rules_say(t, p->rules[t->b.rule].say);
    else if (t->b.at == STEP_OFFER)
        rules_say(t, p->say.offer_request);
    else
        rules_say(t, p->say.greeting);
    return true;
}

enum declines { DECLINES_NOT, DECLINES, DECLINES_WITH_THANKS };

/* A no that answers no question: the caller does not want to try again, or nothing at all. */
static enum declines declines(const struct rules_turn *t)
{
    const struct profile *p = t->profile;

    if (!rules_hears_short(t, p->no, p->no_n, SHORT_WORDS) || strchr(t->ask->words, '?') != NULL ||
        rules_hears(t, p->more, p->more_n) || rules_tells_more(t))
        return DECLINES_NOT;
    return rules_hears(t, p->thanks, p->thanks_n) ? DECLINES_WITH_THANKS : DECLINES;
}

static bool by_answer_to_offer(struct rules_turn *t)
{
    const struct profile *p = t->profile;

    if (t->b.at != STEP_OFFER)
        return false;
    bool no = rules_hears(t, p->no, p->no_n);
    if (!no && !rules_hears(t, p->yes, p->yes_n))
        return false;
    if (no && t->b.misses > 0 && declines(t) == DECLINES_WITH_THANKS)
        say_goodbye(t, NULL);
    else if (no)
        ask_else(t);
    else
        request_begin(t, NULL, t->words > YES_WORDS || rules_tells_more(t) ? t->ask->words : NULL);
    return true;
}

static bool by_answer_to_else(struct rules_turn *t)
{
    const struct profile *p = t->profile;

    if (t->b.at != STEP_ANYTHING_ELSE)
        return false;
    bool more = rules_hears(t, p->more, p->more_n) || strchr(t->ask->words, '?') != NULL ||
                rules_tells_more(t);
    if (!more && (rules_hears_short(t, p->no, p->no_n, SHORT_WORDS) ||
                  rules_hears_short(t, p->thanks, p->thanks_n, SHORT_WORDS))) {
        say_goodbye(t, NULL);
        return true;
    }
    if (!rules_hears(t, p->more, p->more_n) && !rules_hears(t, p->yes, p->yes_n))
        return false;
    be_idle(t, STEP_IDLE);
    rules_say(t, p->say.listening);
    return true;
}

/* "Дякую, ні": it is over. A no alone, after a turn that was not understood, may have more behind it. */
static bool by_declining(struct rules_turn *t)
{
    enum declines how = declines(t);

    if (how == DECLINES_WITH_THANKS)
        say_goodbye(t, NULL);
    else if (how == DECLINES && t->b.misses > 0 && t->words <= NO_WORDS)
        ask_else(t);
    else
        return false;
    return true;
}

static bool by_thanks(struct rules_turn *t)
{
    if (!rules_hears_short(t, t->profile->thanks, t->profile->thanks_n, SHORT_WORDS))
        return false;
    ask_else(t);
    return true;
}

/* Every second time a person is offered; what was not understood is kept for them. */
static bool by_not_understanding(struct rules_turn *t)
{
    rules_add_wish(t, t->ask->words);
    t->b.misses = t->b.misses < 0 || t->b.misses >= 100 ? 1 : t->b.misses + 1;
    t->b.rule = -1;
    bool offer = t->b.misses % 2 == 0;
    t->b.at = offer ? STEP_OFFER : STEP_IDLE;
    rules_say(t, offer ? t->profile->say.offer_request : t->profile->say.not_understood);
    return true;
}

static void open_turn(struct rules_turn *t)
{
    static bool (*const ways[])(struct rules_turn *) = {
        by_correction, by_goodbye, by_person,           by_rule,
        by_change,     by_again,   by_answer_to_offer,  by_answer_to_else,
        by_declining,  by_thanks,  by_not_understanding};

    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (ways[i](t))
            return;
}

/* ---- the turn ------------------------------------------------------------------------------ */

static int count_words(const char *folded)
{
    int n = *folded != '\0';

    for (; *folded != '\0'; folded++)
        n += *folded == ' ';
    return n;
}

/* Words that were neither name nor number nor wish, while a request goes on being taken. */
static void keep_unheard(struct rules_turn *t, const struct rules_state *before)
{
    const struct rules_state *b = &t->b;

    if (before->at >= STEP_NAME && b->at >= STEP_NAME && b->wish == before->wish &&
        b->name == before->name && b->phone_done == before->phone_done)
        rules_add_wish(t, t->ask->words);
}

/* The name, if this turn told one that was not known. */
static void put_learned(struct rules_turn *t, const char *before)
{
    const char *known = t->ask->client_name == NULL ? "" : t->ask->client_name;
    const struct effect_lead *lead = effects_lead(&t->effects);
    const char *name = lead != NULL && *lead->name != '\0' ? lead->name : t->b.name;

    if (*name != '\0' && strcmp(name, before) != 0 && strcmp(name, known) != 0)
        effects_put(&t->effects, (struct effect){.kind = EFFECT_CLIENT_NAME, .name = name});
}

static enum asks asks_now(const struct rules_state *b)
{
    static const enum asks asks[STEP__MAX] = {
        [STEP_IDLE] = ASKS_OPEN, [STEP_OFFER] = ASKS_CONFIRM, [STEP_ANYTHING_ELSE] = ASKS_ELSE,
        [STEP_NAME] = ASKS_NAME, [STEP_PHONE] = ASKS_PHONE,   [STEP_CONFIRM] = ASKS_CONFIRM,
        [STEP_WISH] = ASKS_WISH,
    };

    if (b->model.open.asks != ASKS_NOTHING)
        return b->model.open.asks;
    return book_talk_goes_on(&b->book) ? b->book.asked : asks[b->at];
}

enum err rules_answer(struct arena *a, const struct rules_ask *ask, struct rules_answer *ret)
{
    struct rules_turn t = {.arena = a, .ask = ask, .profile = ask->profile};
    const char *state = NULL;

    t.folded = text_fold(a, ask->words);
    if (t.folded == NULL || rules_load(a, ask->profile, ask->state, &t.b) != ERR_OK)
        return ERR_MEMORY;
    t.words = count_words(t.folded);
    t.b.language = ask->profile->language;
    t.b.model.open = (struct asks_open){0}; /* it is the rules' turn */
    const struct rules_state before = t.b;
    if (t.b.at >= STEP_NAME)
        request_turn(&t);
    else if (!book_talk_turn(&t))
        open_turn(&t);
    if (ask->unheard)
        keep_unheard(&t, &before);
    if (t.err != ERR_OK)
        return t.err;
    if (t.no_memory || buf_err(&t.say) != ERR_OK || buf_err(&t.shared) != ERR_OK ||
        rules_save(a, ask->profile, &t.b, &state) != ERR_OK)
        return ERR_MEMORY;
    put_learned(&t, before.name);
    *ret = (struct rules_answer){.say = buf_text(&t.say),
                                 .shared = buf_text(&t.shared),
                                 .state = state,
                                 .asks = asks_now(&t.b),
                                 .effects = t.effects};
    return ERR_OK;
}

enum err rules_asked(struct arena *a, const struct profile *p, const char *state, enum asks *ret)
{
    struct rules_state b = {0};

    enum err e = rules_load(a, p, state, &b);
    *ret = e == ERR_OK ? asks_now(&b) : ASKS_NOTHING;
    return e;
}

enum err rules_leave_open(struct arena *a, const struct profile *p, const char *state,
                          const struct rules_open *open, const char **ret_state)
{
    struct rules_state b = {0};

    enum err e = rules_load(a, p, state, &b);
    if (e != ERR_OK)
        return e;
    b.model = *open;
    b.language = p->language;
    if (open->cancel != 0 || b.book.doing == BOOK_CANCELLING) {
        b.at = STEP_IDLE;
        b.book = book_talk_none();
    }
    if (open->cancel != 0) {
        b.book.doing = BOOK_CANCELLING;
        b.book.asked = ASKS_CONFIRM;
        b.book.visit = open->cancel;
    }
    return rules_save(a, p, &b, ret_state);
}

enum err rules_left_open(struct arena *a, const struct profile *p, const char *state,
                         struct rules_open *ret)
{
    struct rules_state b = {0};

    enum err e = rules_load(a, p, state, &b);
    bool asked = e == ERR_OK && b.book.doing == BOOK_CANCELLING && b.book.asked == ASKS_CONFIRM;
    *ret = b.model;
    ret->cancel = asked ? b.book.visit : 0;
    return e;
}

enum err rules_unfinished(struct arena *a, const struct profile *p, const char *state,
                          const char *caller_phone, bool *ret_has, struct effect_lead *ret)
{
    struct rules_state b = {0};

    enum err e = rules_load(a, p, state, &b);
    if (e != ERR_OK)
        return e;
    const char *own = caller_phone == NULL || b.not_own ? "" : caller_phone;
    const char *phone = *b.phone != '\0' ? b.phone : own;
    *ret_has = b.at >= STEP_NAME && (*b.wish != '\0' || (*b.name != '\0' && *phone != '\0'));
    if (*ret_has)
        *ret = (struct effect_lead){.name = b.name, .phone = phone, .wish = b.wish};
    return ERR_OK;
}

/* ---- keys ---------------------------------------------------------------------------------- */

static const char *key_words(const struct profile *p, char key)
{
    static const char order[] = "0123456789*#";
    const char *at = key == '\0' ? NULL : strchr(order, key);

    return at == NULL ? NULL : p->keys[at - order];
}

const char *rules_words_of_keys(struct arena *a, const struct profile *p, const char *keys)
{
    char *digits = text_digits(a, keys);
    struct buf b;

    if (digits == NULL || strlen(digits) >= KEYED_NUMBER)
        return digits;
    buf_init(&b, a, strlen(keys) * 101 + 1);
    for (; *keys != '\0'; keys++) {
        const char *words = key_words(p, *keys);
        if (words == NULL)
            continue;
        buf_puts(&b, b.len == 0 ? "" : " ");
        buf_puts(&b, words);
    }
    return b.len == 0 || buf_err(&b) != ERR_OK ? NULL : buf_text(&b);
}

#define KEYS_WORD 2 /* up to so many pressed keys are a choice; more are a number */

const char *rules_words(struct arena *a, const struct profile *p, const struct turn *t)
{
    if (strcmp(t->heard_by, "keys") != 0 || strlen(t->heard) > KEYS_WORD)
        return t->heard;
    const char *words = rules_words_of_keys(a, p, t->heard);
    return words == NULL ? t->heard : words;
}

/* A digit chooses where there is something to choose from. */
static bool chooses(enum asks asked)
{
    return asked == ASKS_CHOICE || asked == ASKS_WHICH || asked == ASKS_SERVICE ||
           asked == ASKS_SPECIALIST;
}

enum err rules_words_now(struct arena *a, const struct profile *p, const struct turn *t,
                         const char *state, const char **ret)
{
    size_t digits = strspn(t->heard, "0123456789");
    bool key = strcmp(t->heard_by, "keys") == 0 && digits > 0 && digits <= KEYS_WORD &&
               t->heard[digits] == '\0' && t->heard[0] != '0';
    enum asks asked = ASKS_NOTHING;

    enum err e = key && p->book != NULL ? rules_asked(a, p, state, &asked) : ERR_OK;
    *ret = chooses(asked) ? t->heard : rules_words(a, p, t);
    return e;
}

const char *rules_key_chose(const struct turn *t, const struct rules_open *open)
{
    bool key = strcmp(t->heard_by, "keys") == 0 && t->heard[0] > '0' && t->heard[0] <= '9' &&
               t->heard[1] == '\0';
    size_t n = key ? (size_t)(t->heard[0] - '0') : 0;

    return n > 0 && n <= open->open.choices ? open->open.choice[n - 1] : NULL;
}
