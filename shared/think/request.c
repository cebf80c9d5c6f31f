/* Taking a request: who, at which number, about what. Each answer may bring more than was asked;
 * nothing the caller says is dropped; no question is put for ever. */
#include "think/request.h"

#include <string.h>

#include "base/text.h"
#include "business/phone.h"
#include "language/heard.h"
#include "think/name.h"
#include "think/wants.h"

#define REQUEST_TRIES     2 /* a question is put again so often; then what there is will do */
#define NAME_TRIES        1 /* the same of a name */
#define REQUEST_FEW_WORDS 3 /* a no, or the breaking off of a wish */

/* ==== taking a request ======================================================================== */

#define ABOUT_WORDS 7  /* so many words with the call for a person tell what it is about */
#define ALL_AT_ONCE 10 /* so many words that tell a name or number too hold the wish as well */
#define KEPT_WORDS  3  /* an answer that answers something else is kept from so many words on */
#define HEARD_MAX   200

/* ---- what was said ------------------------------------------------------------------------- */

static void set_name(struct rules_turn *t, const char *name)
{
    t->b.name = rules_keep(t, name, strlen(name), ACTION_NAME_MAX);
    t->b.name_done = true;
}

static void set_phone(struct rules_turn *t, const char *phone)
{
    t->b.phone = rules_keep(t, phone, strlen(phone), PHONE_MAX);
    t->b.phone_done = true;
    t->b.heard = "";
}

static bool holds_number(struct rules_turn *t)
{
    char number[PHONE_MAX];
    enum err e = phone_in_text(t->ask->words, t->profile->country, number);

    t->no_memory |= e == ERR_MEMORY;
    return e == ERR_OK;
}

static bool take_number_of(struct rules_turn *t, const char *words)
{
    char number[PHONE_MAX];
    enum err e = phone_in_text(words, t->profile->country, number);

    t->no_memory |= e == ERR_MEMORY;
    if (e != ERR_OK)
        return false;
    set_phone(t, number);
    return true;
}

static bool take_number(struct rules_turn *t)
{
    return take_number_of(t, t->ask->words);
}

static void look_for_name(struct rules_turn *t, struct name_found (*look)(struct name_line *),
                          struct name_found *ret)
{
    struct name_line line = {
        .arena = t->arena, .profile = t->profile, .words = t->ask->words, .no_memory = false};

    *ret = look(&line);
    t->no_memory |= line.no_memory;
}

/* A name told as such; what was said around it stays in the words. */
static bool take_told_name(struct rules_turn *t)
{
    struct name_found found = {0};
    look_for_name(t, name_told, &found);

    if (found.name != NULL)
        set_name(t, found.name);
    return found.name != NULL;
}

/* The caller's words belong to the wish. */
static void tell_wish(struct rules_turn *t)
{
    /* "Ні, о сьомій" mends the hour, whatever was asked for. */
    enum want_kind asked = rules_correction(t) != NULL ? WANT__MAX : (enum want_kind)t->b.asked;

    rules_add_wish(t, t->ask->words);
    t->b.told |= (int)wants_told(t->folded, asked);
}

/* A no and nothing else: "ні, о сьомій" tells something. */
static bool says_no(const struct rules_turn *t)
{
    return rules_hears_short(t, t->profile->no, t->profile->no_n, REQUEST_FEW_WORDS) &&
           !rules_tells_more(t);
}

static bool knows_own_number(const struct rules_turn *t)
{
    return t->ask->caller_phone != NULL && *t->ask->caller_phone != '\0' && !t->b.not_own;
}

/* ---- asking -------------------------------------------------------------------------------- */

static const char *question(const struct rules_turn *t)
{
    const struct profile *p = t->profile;
    const char *const questions[STEP__MAX] = {[STEP_NAME] = p->say.ask_name,
                                              [STEP_PHONE] = p->say.ask_phone,
                                              [STEP_CONFIRM] = p->say.confirm_phone,
                                              [STEP_WISH] = p->say.ask_wish};
    return questions[t->b.at];
}

static void hand_over(struct rules_turn *t)
{
    struct rules_state *b = &t->b;
    struct action_result result = {0};

    /* Without a number of their own, the caller's. */
    rules_run(t, &action_leave_request, (const char *[ACTION_INPUTS]){b->name, b->phone, b->wish},
              &result);
    if (result.say != NULL)
        rules_say(t, result.say);
    b->passed = b->wish;
    b->wish = "";
    b->wish_done = false;
}

static void go_to(struct rules_turn *t, enum rules_step at)
{
    t->b.at = at;
    t->b.tries = 0;
    t->b.misses = 0;
    t->b.heard = "";
}

/* Asks what is missing, or hands the request over when nothing is. */
static void next_step(struct rules_turn *t)
{
    struct rules_state *b = &t->b;
    enum rules_step at = !b->name_done         ? STEP_NAME
                         : b->phone_done       ? STEP_WISH
                         : knows_own_number(t) ? STEP_CONFIRM
                                               : STEP_PHONE;
    if (at == STEP_WISH && b->wish_done) {
        hand_over(t);
        go_to(t, STEP_ANYTHING_ELSE);
        rules_say(t, t->profile->say.anything_else);
        return;
    }
    go_to(t, at);
    rules_say(t, question(t));
}

/* Puts the question again, up to REQUEST_TRIES times. False: enough. */
static bool ask_again(struct rules_turn *t, const char *phrase)
{
    if (t->b.tries < 0 || t->b.tries >= REQUEST_TRIES)
        return false;
    t->b.tries++;
    rules_say(t, phrase);
    return true;
}

/* ---- what the request needs ---------------------------------------------------------------- */

/* The rule that the request follows; NULL: none that has a name. */
static const struct rule *rule_of(const struct rules_turn *t)
{
    const struct profile *p = t->profile;

    for (size_t i = 0; *t->b.about != '\0' && i < p->rules_n; i++)
        if (p->rules[i].question != NULL && strcmp(p->rules[i].question, t->b.about) == 0)
            return &p->rules[i];
    return NULL;
}

/* The first thing that it needs and was not told; NULL: it has all. */
static const struct want *missing(const struct rules_turn *t, const struct rule *rule)
{
    for (size_t i = 0; rule != NULL && i < rule->wants; i++)
        if (((unsigned)t->b.told & WANT_BIT(rule->want[i].kind)) == 0)
            return &rule->want[i];
    return NULL;
}

/* The rule's own question asks for all that it needs; else for what is missing. */
static void ask_wanted(struct rules_turn *t, const struct rule *rule)
{
    const struct want *first = missing(t, rule);
    bool some = false;

    for (size_t i = 0; i < rule->wants; i++)
        some |= ((unsigned)t->b.told & WANT_BIT(rule->want[i].kind)) != 0;
    rules_say(t, some ? first->say : rule->say);
    t->b.asked = some || (first != NULL && rule->wants == 1) ? (int)first->kind : WANT__MAX;
}

/* From here on the request follows this rule. `told`: the words hold its wish already. */
static void follow_rule(struct rules_turn *t, const struct rule *rule, bool told)
{
    struct rules_state *b = &t->b;

    b->about = rule->question == NULL ? "" : rule->question;
    if (rule->wants > 0)
        told = missing(t, rule) == NULL;
    b->wish_done = !rule->asks_wish || told;
    if (!b->wish_done)
        ask_wanted(t, rule);
    else if (!rule->asks_wish)
        rules_say(t, rule->say);
    else if (rule->wants > 0)
        rules_say(t, t->profile->say.request_begins);
}

void request_begin(struct rules_turn *t, const struct rule *rule, const char *about)
{
    struct rules_state *b = &t->b;
    bool told = false;

    b->rule = -1;
    b->about = "";
    b->told = 0;
    b->asked = WANT__MAX;
    if (about != NULL)
        tell_wish(t);
    if (!b->name_done && t->ask->client_name != NULL && *t->ask->client_name != '\0')
        set_name(t, t->ask->client_name);
    if (about != NULL) {
        told = take_told_name(t);
        told |= take_number(t);
    }
    if (rule != NULL) {
        follow_rule(t, rule, told && t->words >= ALL_AT_ONCE);
    } else {
        b->wish_done = about != NULL && t->words >= ABOUT_WORDS;
        rules_say(t, t->profile->say.request_begins);
    }
    if (rule != NULL && !b->wish_done)
        go_to(t, STEP_WISH);
    else
        next_step(t);
}

/* ---- the answers to each question ---------------------------------------------------------- */

/* No answer to the question, but perhaps what the request is about. */
static bool keep_words(struct rules_turn *t)
{
    bool keep = phone_words_besides(t->folded) >= KEPT_WORDS;

    rules_add_wish(t, keep ? t->ask->words : NULL);
    return keep;
}

/* What is no name is asked for once more; then it goes on without one. */
static void at_name(struct rules_turn *t)
{
    (void)take_number(t);
    struct name_found found = {0};
    look_for_name(t, name_told, &found);
    if (found.name == NULL)
        look_for_name(t, name_answered, &found);
    if (found.name != NULL) {
        set_name(t, found.name);
        if (*found.rest != '\0')
            tell_wish(t);
        next_step(t);
        return;
    }
    bool no = says_no(t);
    if (!no && rules_tells_more(t))
        tell_wish(t);
    else if (!no)
        (void)keep_words(t);
    if (!no && t->b.tries < NAME_TRIES && ask_again(t, t->profile->say.ask_name))
        return;
    t->b.name_done = true;
    next_step(t);
}

/* What was said with a yes or a no ("yes, but only after six") is kept. */
static void at_confirm(struct rules_turn *t)
{
    const struct profile *p = t->profile;
    bool number = take_number(t);
    bool no = !number && (rules_hears(t, p->no, p->no_n) || rules_hears(t, p->wrong, p->wrong_n) ||
                          rules_hears(t, p->wrong_phone, p->wrong_phone_n));
    bool yes = !number && !no && rules_hears(t, p->yes, p->yes_n);

    bool kept = t->words > KEPT_WORDS && keep_words(t);
    if (!number && !kept && wants_any(t->folded)) {
        tell_wish(t);
        kept = true;
    }
    if (!number && !no && !yes) {
        if (ask_again(t, p->say.confirm_phone))
            return;
        rules_add_wish(t, kept ? NULL : t->ask->words);
    }
    if (no)
        t->b.not_own = true;
    else if (!number)
        set_phone(t, t->ask->caller_phone);
    next_step(t);
}

/* A number may come in pieces, one a turn. */
static void at_phone(struct rules_turn *t)
{
    const char *joined = arena_printf(t->arena, "%s %s", t->b.heard, t->ask->words);

    t->no_memory |= joined == NULL;
    if (joined == NULL)
        return;
    if (take_number(t) || take_number_of(t, joined)) {
        (void)keep_words(t);
        next_step(t);
        return;
    }
    if (!says_no(t)) {
        const char *pieces = rules_keep(t, joined, strlen(joined), HEARD_MAX);
        if (ask_again(t, t->profile->say.ask_phone_again)) {
            t->b.heard = pieces;
            return;
        }
        rules_add_wish(t, pieces + strspn(pieces, " "));
    }
    set_phone(t, "");
    next_step(t);
}

/* What the request needs is asked for until it is there, as long as the caller has patience. */
static void at_wish(struct rules_turn *t)
{
    bool no = says_no(t);

    if (!no)
        tell_wish(t);
    (void)take_told_name(t);
    if (!t->b.phone_done)
        (void)take_number(t);
    const struct want *want = no ? NULL : missing(t, rule_of(t));
    if (want != NULL && ask_again(t, want->say)) {
        t->b.asked = (int)want->kind;
        return;
    }
    t->b.asked = WANT__MAX;
    t->b.wish_done = true;
    next_step(t);
}

/* ==== what may be said at any step ============================================================ */

/* What may be said at any step of a request, whatever was asked: leave, break off, correct, "say
 * that again", another wish for a person, a question in between. */

#define SHORT_WORDS 6  /* a correction or a breaking off elsewhere */
#define LONG_WORDS  15 /* a correction that brings a spoken number */

static bool by_cancel(struct rules_turn *t)
{
    const struct profile *p = t->profile;
    int most = t->b.at == STEP_WISH ? REQUEST_FEW_WORDS : SHORT_WORDS;

    if (!rules_hears_short(t, p->cancel, p->cancel_n, most))
        return false;
    rules_say(t, p->say.request_cancelled);
    go_to(t, STEP_ANYTHING_ELSE);
    t->b.wish = "";
    t->b.wish_done = false;
    rules_say(t, p->say.anything_else);
    return true;
}

/* The caller leaves: what is known by now is stored, if it is of any use. */
static bool by_goodbye(struct rules_turn *t)
{
    struct rules_state *b = &t->b;

    if (!rules_hears_goodbye(t))
        return false;
    (void)take_number(t);
    if (!take_told_name(t) && b->at == STEP_NAME) {
        struct name_found found = {0};
        look_for_name(t, name_answered, &found);
        if (found.name != NULL)
            set_name(t, found.name);
    }
    if (b->at == STEP_WISH || t->words > SHORT_WORDS)
        rules_add_wish(t, t->ask->words);
    if (*b->wish != '\0' || (*b->name != '\0' && (*b->phone != '\0' || knows_own_number(t))))
        hand_over(t);
    go_to(t, STEP_IDLE);
    rules_say(t, t->profile->say.goodbye);
    rules_end(t);
    return true;
}

static void forget_phone(struct rules_turn *t)
{
    t->b.phone_done = false;
    t->b.phone = "";
    t->b.not_own = true;
    (void)take_number(t);
}

static void forget_name(struct rules_turn *t)
{
    t->b.name_done = false;
    t->b.name = "";
}

static bool correct_phone(struct rules_turn *t)
{
    forget_phone(t);
    if (t->words > SHORT_WORDS)
        rules_add_wish(t, t->ask->words);
    next_step(t);
    return true;
}

static bool correct_name(struct rules_turn *t)
{
    forget_name(t);
    next_step(t);
    return true;
}

static bool begins_as_name(const struct rules_turn *t)
{
    return heard_is(HEARD_GIVEN_NAME, t->folded, strcspn(t->folded, " "));
}

/* Another name than the one that was taken: "ні, я Олена". */
static struct name_found other_name(struct rules_turn *t)
{
    struct name_found found = {0};
    look_for_name(t, name_corrected, &found);

    if (found.name == NULL && t->b.at != STEP_WISH && profile_rule(t->profile, t->folded) == NULL)
        look_for_name(t, name_told, &found);
    if (found.name == NULL && *t->b.name == '\0' && t->words <= REQUEST_FEW_WORDS &&
        begins_as_name(t))
        look_for_name(t, name_answered, &found); /* it was asked for before */
    if (found.name != NULL && strcmp(found.name, t->b.name) == 0)
        found.name = NULL;
    return found;
}

bool request_change(struct rules_turn *t)
{
    const char *change = rules_correction(t);

    if (change == NULL || !wants_any(change))
        return false;
    t->b.wish = t->b.passed;
    tell_wish(t);
    t->b.wish_done = true;
    next_step(t);
    return true;
}

bool request_correct(struct rules_turn *t)
{
    const struct profile *p = t->profile;
    struct rules_state *b = &t->b;
    bool phone = b->phone_done && rules_hears(t, p->wrong_phone, p->wrong_phone_n);
    struct name_found other = b->name_done ? other_name(t) : (struct name_found){0};
    bool name = b->name_done && rules_hears(t, p->wrong_name, p->wrong_name_n);

    if (!phone && !name && other.name == NULL)
        return false;
    if (phone)
        forget_phone(t);
    if (other.name != NULL)
        set_name(t, other.name);
    else if (name)
        forget_name(t);
    b->wish = b->passed;
    rules_add_wish(t, t->ask->words);
    b->wish_done = true;
    rules_say(t, p->say.request_begins);
    next_step(t);
    return true;
}

/* The name that was taken is put right, and the question put again. */
static bool by_other_name(struct rules_turn *t)
{
    if (t->b.at == STEP_NAME || !t->b.name_done)
        return false;
    struct name_found found = other_name(t);
    if (found.name == NULL)
        return false;
    set_name(t, found.name);
    if (!t->b.phone_done)
        (void)take_number(t);
    next_step(t);
    return true;
}

/* "Ні, краще перенесіть", "ні, о сьомій": what was wished is put right, and the question put again. */
static bool by_change(struct rules_turn *t)
{
    const struct profile *p = t->profile;
    const char *change = rules_correction(t);

    if (change == NULL || holds_number(t))
        return false;
    const struct rule *rule = profile_rule(p, change);
    if (rule != NULL && rule->action == RULE_REQUEST) {
        tell_wish(t);
        follow_rule(t, rule, strchr(change, ' ') != NULL && wants_any(change));
        if (t->b.wish_done)
            next_step(t);
        else
            go_to(t, STEP_WISH);
        return true;
    }
    bool when = (wants_told(change, WANT__MAX) & (WANT_BIT(WANT_HOUR) | WANT_BIT(WANT_DAY))) != 0;
    if (t->b.at == STEP_WISH || !(t->b.at == STEP_PHONE ? when : wants_any(change)) ||
        rules_hears(t, p->wrong_phone, p->wrong_phone_n))
        return false;
    tell_wish(t);
    rules_say(t, question(t));
    return true;
}

/* "No, that is wrong": the answer before this question is asked for once more. */
static bool by_correction(struct rules_turn *t)
{
    const struct profile *p = t->profile;
    struct rules_state *b = &t->b;

    if (b->at == STEP_CONFIRM && !rules_hears(t, p->wrong_name, p->wrong_name_n))
        return false;
    if (b->phone_done && rules_hears_short(t, p->wrong_phone, p->wrong_phone_n,
                                           holds_number(t) ? LONG_WORDS : SHORT_WORDS))
        return correct_phone(t);
    if (b->name_done && rules_hears_short(t, p->wrong_name, p->wrong_name_n, SHORT_WORDS))
        return correct_name(t);
    if (!rules_hears_short(t, p->wrong, p->wrong_n, REQUEST_FEW_WORDS))
        return false;
    if (b->at == STEP_WISH && b->phone_done)
        return correct_phone(t);
    if (b->at == STEP_PHONE && b->name_done)
        return correct_name(t);
    return false;
}

static bool by_again(struct rules_turn *t)
{
    int most = t->b.at == STEP_WISH ? REQUEST_FEW_WORDS : SHORT_WORDS;

    if (!rules_hears_short(t, t->profile->again, t->profile->again_n, most))
        return false;
    rules_say(t, question(t));
    return true;
}

/* "A person, please!" is no name; it is on its way already. */
static bool by_person(struct rules_turn *t)
{
    const struct profile *p = t->profile;

    if (t->b.at != STEP_NAME || t->b.tries >= REQUEST_TRIES ||
        !rules_hears(t, p->person, p->person_n))
        return false;
    t->b.tries++;
    (void)keep_words(t);
    (void)take_told_name(t);
    (void)take_number(t);
    rules_say(t, p->say.request_begins);
    if (t->b.name_done)
        next_step(t);
    else
        rules_say(t, question(t));
    return true;
}

/* A question in between is answered, and ours put again. */
static bool by_rule(struct rules_turn *t)
{
    const struct rule *rule = profile_rule(t->profile, t->folded);

    if (rule == NULL || rule->action != RULE_SAY || t->b.at == STEP_WISH)
        return false;
    struct name_found found = {0};
    if (t->b.at == STEP_NAME)
        look_for_name(t, name_answered, &found);
    if (found.name != NULL)
        return false;
    if (holds_number(t))
        return false;
    rules_say(t, rule->say);
    rules_say(t, question(t));
    return true;
}

static bool aside(struct rules_turn *t)
{
    static bool (*const ways[])(struct rules_turn *) = {by_goodbye, by_cancel,     by_other_name,
                                                        by_change,  by_correction, by_again,
                                                        by_person,  by_rule};

    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (ways[i](t))
            return true;
    return false;
}

void request_turn(struct rules_turn *t)
{
    static void (*const answers[STEP__MAX])(struct rules_turn *) = {[STEP_NAME] = at_name,
                                                                    [STEP_PHONE] = at_phone,
                                                                    [STEP_CONFIRM] = at_confirm,
                                                                    [STEP_WISH] = at_wish};
    /* The number of the call may be gone since the question was put. */
    if (t->b.at == STEP_CONFIRM && !knows_own_number(t))
        t->b.at = STEP_PHONE;
    if (!aside(t))
        answers[t->b.at](t);
}
