#include "business/profile.h"

#include <stddef.h>
#include <string.h>

#include "base/text.h"
#include "business/profile-reader.h"

#define COUNT(table)  (sizeof(table) / sizeof *(table))
#define PHRASE_BYTES  1000
#define RULES_MAX     300
#define QUESTIONS_MAX 100
#define NAME_BYTES    40
#define COMMON        "common" /* among the rules: all answers of the pack that are not named */

/* ==== stems =================================================================================== */

static bool fits(const struct stems *s, const char *folded)
{
    for (size_t i = 0; i < s->n; i++) {
        bool alone = strncmp(s->stem[i], "==", 2) == 0;
        if (alone ? strcmp(s->stem[i] + 2, folded) != 0 : !text_has_stem(folded, s->stem[i]))
            return false;
    }
    return s->n > 0;
}

bool stems_match(const struct stems *sets, size_t n, const char *folded)
{
    for (size_t i = 0; i < n; i++)
        if (fits(&sets[i], folded))
            return true;
    return false;
}

const struct rule *profile_rule(const struct profile *p, const char *folded)
{
    for (size_t i = 0; i < p->rules_n; i++)
        if (stems_match(p->rules[i].when, p->rules[i].n, folded))
            return &p->rules[i];
    return NULL;
}

/* ==== questions =============================================================================== */

static const struct question *find_question(const struct profile *p, const char *name)
{
    for (size_t i = 0; i < p->questions_n; i++)
        if (strcmp(p->questions[i].name, name) == 0)
            return &p->questions[i];
    return NULL;
}

static bool is_question_name(const char *name)
{
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz_");

    return n > 0 && n <= NAME_BYTES && name[n] == '\0' && strcmp(name, COMMON) != 0;
}

static void read_question(struct reader *r, const struct json *v, struct question *to)
{
    static const struct field list = {.least = 1,
                                      .offset = offsetof(struct question, when),
                                      .n_offset = offsetof(struct question, n)};

    if (!is_question_name(json_name(v))) {
        reader_fault(r, "must be named by small letters and _, and not \"" COMMON "\"");
        return;
    }
    to->name = json_name(v);
    read_stems(r, v, &list, &to->when);
}

/* {"address": [["адрес"], ["де ви"]]}: each replaces the pack's of its name, or is added. */
void read_questions(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    struct profile *p = r->profile;
    const struct question *was = NULL;
    size_t n = p->questions_n;

    (void)f;
    (void)to;
    if (json_kind(v) != JSON_OBJECT || json_count(v) > QUESTIONS_MAX) {
        reader_fault(r, "must be an object of at most %d lists: {\"address\": [...]}",
                     QUESTIONS_MAX);
        return;
    }
    struct question *all = reader_room(r, n + json_count(v) + 1, sizeof *all);
    if (all == NULL)
        return;
    if (n > 0)
        memcpy(all, p->questions, n * sizeof *all);
    for (const struct json *m = json_first(v); m != NULL; m = json_next(m)) {
        size_t mark = 0;
        if (!reader_enter_member(r, v, m, &mark))
            continue;
        was = find_question(p, json_name(m));
        read_question(r, m, &all[was == NULL ? n : (size_t)(was - p->questions)]);
        n += was == NULL && all[n].name != NULL;
        reader_leave(r, mark);
    }
    p->questions = all;
    p->questions_n = n;
}

/* ==== rules =================================================================================== */

static const struct {
    const char *name;
    enum rule_action action;
} actions[] = {
    {"say", RULE_SAY}, {"request", RULE_REQUEST}, {"goodbye", RULE_GOODBYE}, {"offer", RULE_OFFER}};

static void read_action(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    const char *s = json_text(v);

    (void)f;
    for (size_t i = 0; s != NULL && i < COUNT(actions); i++)
        if (strcmp(s, actions[i].name) == 0) {
            *(enum rule_action *)to = actions[i].action;
            return;
        }
    reader_fault(r, "must be one of \"say\", \"offer\", \"request\", \"goodbye\"");
}

static void read_asks(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    const char *s = json_text(v);

    (void)f;
    if (s == NULL || strcmp(s, "wish") != 0)
        reader_fault(r, "must be \"wish\"");
    else
        *(bool *)to = true;
}

static void unknown_question(struct reader *r, const char *name)
{
    const struct profile *p = r->profile;
    const char *near = strcmp(name, COMMON) == 0 ? NULL : name;
    size_t best = reader_near(name);

    for (size_t i = 0; near != NULL && i < p->questions_n; i++)
        near = reader_is_nearer(name, p->questions[i].name, &best) ? p->questions[i].name : near;
    if (near != NULL && near != name)
        reader_fault(r, "\"%.40s\" is not a known question; did you mean \"%s\"?", name, near);
    else if (r->pack == NULL && p->language != NULL && !r->is_pack)
        reader_fault(r, "\"%.40s\" stands in no language pack: there is none for \"%s\"", name,
                     p->language);
    else
        reader_fault(r, "\"%.40s\" is not a known question", name);
}

/* Sets of stems, or the name of a question. */
static void read_when(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    struct rule *rule = to;
    const struct question *q = NULL;

    if (json_kind(v) != JSON_STRING) {
        read_stems(r, v, f, &rule->when);
        return;
    }
    q = find_question(r->profile, json_text(v));
    if (q == NULL)
        unknown_question(r, json_text(v));
    else
        rule->question = q->name;
}

/* ---- what a request needs ------------------------------------------------------------------- */

static const char *const want_names[WANT__MAX] = {"room", "hour", "day"};

static void read_want(struct reader *r, const struct json *v, struct want *to)
{
    struct {
        const char *what, *say;
    } read = {NULL, NULL};
    const struct field fields[] = {
        {.name = "what",
         .need = NEED_ALWAYS,
         .read = read_choice,
         .of = want_names,
         .of_n = WANT__MAX},
        {.name = "say",
         .need = NEED_ALWAYS,
         .read = read_phrase,
         .offset = sizeof read.what,
         .least = 1,
         .most = PHRASE_BYTES,
         .allows = PLACE_ALWAYS},
    };

    reader_object(r, v, fields, COUNT(fields), &read);
    for (int i = 0; read.what != NULL && i < WANT__MAX; i++)
        if (strcmp(read.what, want_names[i]) == 0)
            *to = (struct want){.kind = (enum want_kind)i, .say = read.say};
}

static void read_needs(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    struct rule *rule = to;
    size_t i = 0;

    if (!reader_array(r, v, f->least, RULE_WANTS))
        return;
    for (const struct json *one = json_first(v); one != NULL; one = json_next(one), i++) {
        size_t mark = reader_enter_at(r, i);
        read_want(r, one, &rule->want[i]);
        reader_leave(r, mark);
    }
    rule->wants = i;
}

static const struct field rule_fields[] = {
    {.name = "when",
     .need = NEED_ALWAYS,
     .read = read_when,
     .n_offset = offsetof(struct rule, n) - offsetof(struct rule, when),
     .least = 1},
    {.name = "say",
     .read = read_phrase,
     .offset = offsetof(struct rule, say),
     .least = 1,
     .most = PHRASE_BYTES,
     .allows = PLACE_ALWAYS},
    {.name = "action", .read = read_action, .offset = offsetof(struct rule, action)},
    {.name = "asks", .read = read_asks, .offset = offsetof(struct rule, asks_wish)},
    {.name = "needs", .read = read_needs, .least = 1},
};

static void read_rule(struct reader *r, const struct json *v, struct rule *rule)
{
    reader_object(r, v, rule_fields, COUNT(rule_fields), rule);
    if (json_kind(v) != JSON_OBJECT)
        return;
    size_t mark = reader_enter(r, "say");
    if (json_member(v, "say") == NULL && rule->action != RULE_GOODBYE)
        reader_fault(r, "is missing");
    reader_leave(r, mark);
    mark = reader_enter(r, "asks");
    if (rule->asks_wish && rule->action != RULE_REQUEST)
        reader_fault(r, "goes only with \"action\": \"request\"");
    reader_leave(r, mark);
    mark = reader_enter(r, "needs");
    if (rule->wants > 0 && (rule->action != RULE_REQUEST || !rule->asks_wish))
        reader_fault(r, "goes only with \"action\": \"request\" and \"asks\": \"wish\"");
    else if (rule->wants > 0 && rule->question == NULL)
        reader_fault(r, "goes only with a \"when\" that names a question");
    reader_leave(r, mark);
}

/* Is the question one that the file's own rules, or names among them, answer? */
static bool is_answered(const struct json *rules, const char *question)
{
    for (const struct json *v = json_first(rules); v != NULL; v = json_next(v)) {
        const char *name = json_text(json_kind(v) == JSON_OBJECT ? json_member(v, "when") : v);
        if (name != NULL && strcmp(name, question) == 0)
            return true;
    }
    return false;
}

/* "address": the pack's answer to that question; "common": all of its answers that the list does
 * not have otherwise. */
static void take_answers(struct reader *r, const struct json *rules, const char *name)
{
    const struct profile *pack = r->pack == NULL ? NULL : &r->pack->has;
    struct profile *p = r->profile;
    bool all = strcmp(name, COMMON) == 0;
    bool found = all && pack != NULL;

    for (size_t i = 0; pack != NULL && i < pack->rules_n; i++) {
        const struct rule *rule = &pack->rules[i];
        bool named = rule->question != NULL && strcmp(rule->question, name) == 0;
        if (!named && !(all && (rule->question == NULL || !is_answered(rules, rule->question))))
            continue;
        p->rules[p->rules_n++] = *rule;
        found = true;
    }
    if (!found && find_question(p, name) != NULL)
        reader_fault(r,
                     "the language pack has no answer to \"%s\": write one, {\"when\": \"%s\", "
                     "\"say\": ...}",
                     name, name);
    else if (!found)
        unknown_question(r, name);
}

void read_rules(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    struct profile *p = r->profile;
    size_t common = r->pack == NULL ? 0 : r->pack->has.rules_n;
    size_t i = 0;

    (void)to;
    if (!reader_array(r, v, f->least, RULES_MAX))
        return;
    p->rules_n = 0;
    p->rules = reader_room(r, json_count(v) * (common + 1) + 1, sizeof *p->rules);
    if (p->rules == NULL)
        return;
    for (const struct json *one = json_first(v); one != NULL; one = json_next(one), i++) {
        size_t mark = reader_enter_at(r, i);
        if (json_kind(one) == JSON_STRING)
            take_answers(r, v, json_text(one));
        else
            read_rule(r, one, &p->rules[p->rules_n++]);
        reader_leave(r, mark);
    }
}

void reader_join_rules(struct reader *r)
{
    struct profile *p = r->profile;
    struct rule *all = reader_room(r, p->rules_n + 1, sizeof *all);

    if (all == NULL || p->rules == NULL)
        return;
    memcpy(all, p->rules, p->rules_n * sizeof *all);
    for (size_t i = 0; i < p->rules_n; i++) {
        const struct question *q =
            all[i].question == NULL ? NULL : find_question(p, all[i].question);
        if (q == NULL)
            continue;
        all[i].when = q->when;
        all[i].n = q->n;
    }
    p->rules = all;
}
