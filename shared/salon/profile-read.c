#include "salon/profile.h"

#include <stddef.h>
#include <string.h>

#include "base/text.h"
#include "salon/profile-reader.h"

#define PHRASE_BYTES 1000
#define RULES_MAX    300
#define COUNT(table) (sizeof(table) / sizeof *(table))

/* ---- rules --------------------------------------------------------------------------------- */

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

static const struct field rule_fields[] = {
    {.name = "when",
     .required = true,
     .read = read_stems,
     .offset = offsetof(struct rule, when),
     .n_offset = offsetof(struct rule, n),
     .least = 1},
    {.name = "say",
     .read = read_phrase,
     .offset = offsetof(struct rule, say),
     .least = 1,
     .most = PHRASE_BYTES,
     .allows = PLACE_ALWAYS},
    {.name = "action", .read = read_action, .offset = offsetof(struct rule, action)},
    {.name = "asks", .read = read_asks, .offset = offsetof(struct rule, asks_wish)},
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
}

static void read_rules(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    struct profile *p = to;
    size_t i = 0;

    if (!reader_array(r, v, f->least, f->most))
        return;
    p->rules = reader_room(r, json_count(v) + 1, sizeof *p->rules);
    if (p->rules == NULL)
        return;
    for (const struct json *one = json_first(v); one != NULL; one = json_next(one), i++) {
        size_t mark = reader_enter_at(r, i);
        read_rule(r, one, &p->rules[i]);
        reader_leave(r, mark);
    }
    p->rules_n = i;
}

/* ---- the file ------------------------------------------------------------------------------ */

/* Which placeholders a phrase may hold, where not PLACE_ALWAYS alone. */
static const struct {
    size_t offset;
    unsigned allows;
} phrase_places[] = {
    {offsetof(struct profile, say.request_begins), PLACE_ALWAYS | PLACE_REQUEST},
    {offsetof(struct profile, say.ask_name), PLACE_ALWAYS | PLACE_REQUEST},
    {offsetof(struct profile, say.ask_phone), PLACE_ALWAYS | PLACE_REQUEST},
    {offsetof(struct profile, say.ask_phone_again), PLACE_ALWAYS | PLACE_REQUEST},
    {offsetof(struct profile, say.confirm_phone), PLACE_ALWAYS | PLACE_REQUEST},
    {offsetof(struct profile, say.ask_wish), PLACE_ALWAYS | PLACE_REQUEST},
    {offsetof(struct profile, say.request_taken), PLACE_ALWAYS | PLACE_REQUEST},
    {offsetof(struct profile, say.request_cancelled), PLACE_ALWAYS | PLACE_REQUEST},
    {offsetof(struct profile, say.open_today), PLACE_HOURS},
    {offsetof(struct profile, say.open_again), PLACE_HOURS},
    {offsetof(struct profile, say.open_all_day), 0},
    {offsetof(struct profile, say.closed_today), 0},
};

#define PHRASE_COUNT (sizeof(((struct profile *)NULL)->say) / sizeof(const char *))

static void read_say(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    struct field fields[PHRASE_COUNT] = {
#define X(field)                                                                                   \
    {.name = #field,                                                                               \
     .required = true,                                                                             \
     .read = read_phrase,                                                                          \
     .offset = offsetof(struct profile, say.field),                                                \
     .least = 1,                                                                                   \
     .most = PHRASE_BYTES,                                                                         \
     .allows = PLACE_ALWAYS},
        PROFILE_PHRASES(X)
#undef X
    };

    (void)f;
    for (size_t i = 0; i < COUNT(fields); i++)
        for (size_t j = 0; j < COUNT(phrase_places); j++)
            if (fields[i].offset == phrase_places[j].offset)
                fields[i].allows = phrase_places[j].allows;
    reader_object(r, v, fields, COUNT(fields), to);
}

#define PLACE(member) .offset = offsetof(struct profile, member)
#define LIST(member)                                                                               \
    .offset = offsetof(struct profile, member), .n_offset = offsetof(struct profile, member##_n)

static const struct field limit_fields[] = {
    {.name = "minutes", .read = read_int, PLACE(limits.minutes), .least = 1, .most = 240},
    {.name = "turns", .read = read_int, PLACE(limits.turns), .least = 2, .most = 1000},
    {.name = "session_minutes",
     .read = read_int,
     PLACE(limits.session_minutes),
     .least = 1,
     .most = 1440},
    {.name = "silences", .read = read_int, PLACE(limits.silences), .least = 1, .most = 10},
    {.name = "cents", .read = read_int, PLACE(limits.cents), .least = 0, .most = 100000},
};

/* Every reader gets the whole profile, or the place of its own. */
static const struct field profile_fields[] = {
    {.name = "business",
     .required = true,
     .read = read_text,
     PLACE(business),
     .least = 1,
     .most = 200},
    {.name = "numbers", .read = read_numbers, LIST(numbers), .most = 32},
    {.name = "language",
     .required = true,
     .read = read_language,
     PLACE(language),
     .least = 1,
     .most = 32},
    {.name = "time_zone",
     .required = true,
     .read = read_zone,
     PLACE(time_zone),
     .least = 1,
     .most = 64},
    {.name = "country",
     .required = true,
     .read = read_country,
     PLACE(country),
     .least = 1,
     .most = 32},
    {.name = "address",
     .required = true,
     .read = read_text,
     PLACE(address),
     .least = 1,
     .most = 300},
    {.name = "phone", .read = read_text, PLACE(phone), .most = 32},
    {.name = "locale", .read = read_locale, PLACE(locale), .least = 1, .most = 16},
    {.name = "voice", .read = read_voice},
    {.name = "hear", .read = read_hear},
    {.name = "hours", .required = true, .read = read_week, PLACE(week)},
    {.name = "limits", .read = read_members, .of = limit_fields, .of_n = COUNT(limit_fields)},
    {.name = "say", .required = true, .read = read_say},
    {.name = "goodbye", .required = true, .read = read_stems, LIST(goodbye), .least = 1},
    {.name = "person", .required = true, .read = read_stems, LIST(person), .least = 1},
    {.name = "yes", .required = true, .read = read_stems, LIST(yes), .least = 1},
    {.name = "no", .required = true, .read = read_stems, LIST(no), .least = 1},
    {.name = "thanks", .read = read_stems, LIST(thanks)},
    {.name = "more", .read = read_stems, LIST(more)},
    {.name = "again", .read = read_stems, LIST(again)},
    {.name = "cancel", .required = true, .read = read_stems, LIST(cancel), .least = 1},
    {.name = "wrong", .read = read_stems, LIST(wrong)},
    {.name = "wrong_name", .read = read_stems, LIST(wrong_name)},
    {.name = "wrong_phone", .read = read_stems, LIST(wrong_phone)},
    {.name = "name_is", .read = read_folded, LIST(name_is), .most = 100},
    {.name = "name_lead", .read = read_folded, LIST(name_lead), .most = 100},
    {.name = "name_ends", .read = read_folded, LIST(name_ends), .most = 100},
    {.name = "keys", .read = read_keys, PLACE(keys)},
    {.name = "rules", .required = true, .read = read_rules, .least = 0, .most = RULES_MAX},
    {.name = "prompt", .read = read_prompt, PLACE(prompt)},
};

/* ---- what hangs together ------------------------------------------------------------------- */

static void check_name(struct reader *r, const char *name)
{
    size_t n = strlen(name);

    if (n == 0 || n > 64 || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != n)
        reader_fault(r, "the file's name may hold only a-z, 0-9 and -, and end in .json");
}

static void check_phone_use(struct reader *r, const char *path, const char *phrase)
{
    if (phrase == NULL || !phrase_uses(phrase, "phone"))
        return;
    size_t mark = reader_enter(r, path);
    reader_fault(r, "holds {phone}, but the profile has no \"phone\"");
    reader_leave(r, mark);
}

static void check_phone_uses(struct reader *r, const struct profile *p)
{
    if (p->phone[0] != '\0')
        return;
#define X(field) check_phone_use(r, "say." #field, p->say.field);
    PROFILE_PHRASES(X)
#undef X
    for (size_t i = 0; i < p->rules_n; i++) {
        char path[40];
        (void)snprintf(path, sizeof path, "rules[%zu].say", i);
        check_phone_use(r, path, p->rules[i].say);
    }
}

/* json's sentence tells the byte; a person wants the line. */
static void syntax_fault(struct reader *r, const char *text, size_t n, const struct why *why)
{
    const char *at = strstr(why->text, "byte ");
    char *end = NULL;
    size_t byte = at == NULL ? 0 : strtoul(at + 5, &end, 10);
    size_t line = 1;
    size_t column = 1;

    for (size_t i = 0; i < n && i < byte; i++) {
        line += text[i] == '\n';
        column = text[i] == '\n' ? 1 : column + (((unsigned char)text[i] & 0xc0) != 0x80);
    }
    if (end == NULL || end == at + 5)
        reader_fault(r, "is no JSON: %s", why->text);
    else
        reader_fault(r, "is no JSON at line %zu, column %zu: %s", line, column, why->text);
}

static void count_left_out(struct reader *r)
{
    if (r->left_out == 0 || r->no_memory)
        return;
    struct profile_fault *last = &r->faults->fault[r->faults->n];
    last->path = "";
    last->text = arena_printf(r->arena, "and %zu further faults", r->left_out);
    r->no_memory |= last->text == NULL;
    r->faults->n += !r->no_memory;
}

enum err profile_read(struct arena *a, const char *name, const char *text, size_t n,
                      struct profile *ret, struct profile_faults *ret_faults)
{
    struct profile p = {.phone = "",
                        .voice = {NULL, 150, 50, 8000, "pcm16", {.name = ""}},
                        .hear = {.model = "", .punctuation = true},
                        .limits = {10, 60, 30, 3, 0}};
    struct profile_faults faults = {0};
    struct reader r = {.arena = a, .faults = &faults};
    const struct json *file = NULL;
    struct why why = {0};

    check_name(&r, name);
    enum err e = json_parse(a, text, n, &file, &why);
    if (e == ERR_MEMORY)
        return ERR_MEMORY;
    if (e != ERR_OK) {
        syntax_fault(&r, text, n, &why);
    } else {
        reader_object(&r, file, profile_fields, COUNT(profile_fields), &p);
        reader_check_locale(&r, &p);
        if (p.locale == NULL && p.language != NULL)
            p.locale = reader_locale(p.language);
        reader_check_voice(&r, &p);
        check_phone_uses(&r, &p);
    }
    count_left_out(&r);
    p.name = arena_strdup(a, name);
    if (p.voice.espeak == NULL)
        p.voice.espeak = p.language;
    if (r.no_memory || p.name == NULL)
        return ERR_MEMORY;
    *ret_faults = faults;
    if (faults.n > 0)
        return ERR_CONFIG;
    *ret = p;
    return ERR_OK;
}
