#include "dialogue/actions.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "base/text.h"
#include "dialogue/request.h"
#include "dialogue/synthesise.h"
#include "business/phone.h"
#include "store/lead.h"
#include "wire/json.h"
#include "wire/jsonw.h"

/* ==== tools =================================================================================== */

#define INPUTS     3
#define SCHEMA_MAX ((size_t)16 * 1024)
#define REASON_MAX 32
#define PHONE_TEXT 64

/* Text inputs, all required: an empty text says that nothing was told. */
struct input {
    const char *name;
    const char *const *choice; /* NULL-terminated; NULL: any text */
    size_t max;                /* bytes; what is longer is cut */
    size_t place;              /* in struct prompt_call */
};

static const char *const reasons[] = {"goodbye", "wrong_number", "unwanted", NULL};

#define INTO(member) offsetof(struct prompt_call, member)

static const struct tool {
    const char *name;
    enum prompt_act act;
    struct input input[INPUTS];
} tools[] = {
    {"end_call", PROMPT_END_CALL, {{"reason", reasons, REASON_MAX, INTO(reason)}}},
    {"ask_for_person", PROMPT_ASK_FOR_PERSON, {{0}}},
    {"leave_request",
     PROMPT_LEAVE_REQUEST,
     {{"name", NULL, BRAIN_NAME_MAX, INTO(name)},
      {"phone", NULL, PHONE_TEXT, INTO(phone)},
      {"wish", NULL, BRAIN_WISH_MAX, INTO(wish)}}},
};

#define TOOLS (sizeof tools / sizeof *tools)

/* ---- what the model is given ----------------------------------------------------------------- */

/* An input that no text describes has its name alone. */
static void put_input(struct jsonw *w, const char *about, const struct input *in)
{
    jsonw_key(w, in->name);
    jsonw_object(w);
    jsonw_put_text(w, "type", "string");
    if (about != NULL)
        jsonw_put_text(w, "description", about);
    if (in->choice != NULL) {
        jsonw_key(w, "enum");
        jsonw_array(w);
        for (const char *const *c = in->choice; *c != NULL; c++)
            jsonw_text(w, *c);
        jsonw_end_array(w);
    }
    jsonw_end_object(w);
}

/* A strict schema: every input is required and there is no other. */
static const char *schema_of(struct arena *a, const struct profile *p, const struct tool *t)
{
    struct jsonw w;
    struct buf b;

    buf_init(&b, a, SCHEMA_MAX);
    jsonw_init(&w, &b);
    jsonw_object(&w);
    jsonw_put_text(&w, "type", "object");
    jsonw_key(&w, "properties");
    jsonw_object(&w);
    for (size_t i = 0; i < INPUTS && t->input[i].name != NULL; i++)
        put_input(&w, profile_action_text(p, t->name, t->input[i].name), &t->input[i]);
    jsonw_end_object(&w);
    jsonw_key(&w, "required");
    jsonw_array(&w);
    for (size_t i = 0; i < INPUTS && t->input[i].name != NULL; i++)
        jsonw_text(&w, t->input[i].name);
    jsonw_end_array(&w);
    jsonw_put_bool(&w, "additionalProperties", false);
    jsonw_end_object(&w);
    assert(buf_err(&b) != ERR_TOO_BIG); /* descriptions have their own ceilings */
    return buf_err(&b) == ERR_OK ? buf_text(&b) : NULL;
}

/* An action that neither the profile nor its pack describes is not offered. */
enum err prompt_tools(struct arena *a, const struct profile *p, const struct claude_tool **ret,
                      size_t *ret_n)
{
    struct claude_tool *list = arena_calloc(a, TOOLS, sizeof *list);
    size_t n = 0;

    if (list == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < TOOLS; i++) {
        const char *about = profile_action_text(p, tools[i].name, NULL);
        if (about == NULL)
            continue;
        list[n] = (struct claude_tool){.name = tools[i].name,
                                       .description = about,
                                       .schema = schema_of(a, p, &tools[i]),
                                       .strict = true};
        if (list[n].schema == NULL)
            return ERR_MEMORY;
        n++;
    }
    *ret = list;
    *ret_n = n;
    return ERR_OK;
}

/* ---- what the model did ---------------------------------------------------------------------- */

static bool is_choice(const char *const *choice, const char *s)
{
    for (; *choice != NULL; choice++)
        if (strcmp(*choice, s) == 0)
            return true;
    return false;
}

/* One input; a model that is not held to the schema may leave it out. */
static enum err read_input(struct arena *a, const struct json *o, const struct input *in,
                           struct prompt_call *ret, struct why *why)
{
    const char *s = "";
    enum err e = json_get_text(o, in->name, SIZE_MAX - 1, &s, why);

    if (e != ERR_OK && e != ERR_MISSING)
        return e;
    if (in->choice != NULL && !is_choice(in->choice, s))
        return why_set(why, ERR_VALUE, "the field \"%s\" must be one of its schema's values",
                       in->name);
    s += strspn(s, " \t\r\n");
    const char *kept = arena_strndup(a, s, text_cut(s, strlen(s), in->max));
    if (kept == NULL)
        return ERR_MEMORY;
    *(const char **)(void *)((char *)ret + in->place) = kept;
    return ERR_OK;
}

static enum err read_inputs(struct arena *a, const struct tool *t, const struct json *o,
                            struct prompt_call *ret, struct why *why)
{
    struct prompt_call call = {.act = t->act, .reason = "", .name = "", .phone = "", .wish = ""};
    enum err e = ERR_OK;

    for (size_t i = 0; i < INPUTS && t->input[i].name != NULL && e == ERR_OK; i++)
        e = read_input(a, o, &t->input[i], &call, why);
    if (e == ERR_OK && t->act == PROMPT_LEAVE_REQUEST && *call.wish == '\0')
        e = why_set(why, ERR_MISSING, "the field \"wish\" is empty: ask what the client wants");
    if (e == ERR_OK) {
        if (why != NULL)
            why->text[0] = '\0'; /* of an input that may be missing */
        *ret = call;
    }
    return e;
}

enum err prompt_call_read(struct arena *a, const struct claude_block *use, struct prompt_call *ret,
                          struct why *why)
{
    const struct json *o = NULL;

    assert(use->kind == CLAUDE_TOOL_USE);
    for (size_t i = 0; i < TOOLS; i++) {
        if (strcmp(use->name, tools[i].name) != 0)
            continue;
        enum err e = json_parse(a, use->input, strlen(use->input), &o, why);
        if (e == ERR_MEMORY)
            return e;
        if (e != ERR_OK || json_kind(o) != JSON_OBJECT)
            return why_set(why, ERR_VALUE, "the input must be a JSON object");
        return read_inputs(a, &tools[i], o, ret, why);
    }
    return why_set(why, ERR_NOT_FOUND, "there is no such tool");
}

/* ==== running them ============================================================================ */

#define NAME_MAX_BYTES 100
#define WISH_MAX_BYTES 1000
#define BEFORE_MAX     3 /* requests of the call that a model is told */

void acts_init(struct acts *acts, struct conversation *c, const struct client *client)
{
    *acts = (struct acts){.c = c, .client = client};
}

enum err acts_before(struct conversation *c, const char **ret, struct why *why)
{
    struct lead *leads = NULL;
    size_t n = 0;
    struct buf b;

    enum err e = leads_newest(c->house->store, c->arena, c->call.id, BEFORE_MAX, &leads, &n, why);
    if (e != ERR_OK)
        return e;
    buf_init(&b, c->arena, BEFORE_MAX * (WISH_MAX_BYTES + 2));
    for (size_t i = n; i > 0; i--) { /* the oldest first */
        const char *wish = leads[i - 1].wish;
        buf_puts(&b, i == n ? "" : "; ");
        buf_put(&b, wish, text_cut(wish, strlen(wish), WISH_MAX_BYTES));
    }
    *ret = buf_text(&b);
    return buf_err(&b);
}

/* ---- the tools: each returns what the model is told ---------------------------------------------- */

static const char *end_call(struct acts *acts, const struct prompt_call *call, bool *ret_wrong)
{
    (void)ret_wrong;
    acts->end = call->reason;
    return "The call ends after your farewell.";
}

static const char *ask_for_person(struct acts *acts, const struct prompt_call *call,
                                  bool *ret_wrong)
{
    (void)call;
    (void)ret_wrong;
    if (acts->client->phone != NULL)
        return "Nobody can be put through now. Ask for the name and what it is about, then use "
               "leave_request: a person will call back.";
    return "Nobody can be put through now. Ask for the name, the number and what it is about, then "
           "use leave_request: a person will call back.";
}

/* The number that the model understood, the caller's own if it gave none. */
static const char *number_of(struct acts *acts, const char *told)
{
    char e164[PHONE_MAX];

    if (*told == '\0')
        return acts->client->phone;
    if (phone_e164(told, acts->c->profile->country, e164) != ERR_OK)
        return NULL;
    return arena_strdup(acts->c->arena, e164);
}

/* A second request of one turn goes with the first: its name and number are the newer ones. */
static bool keep_request(struct acts *acts, struct rules_request *r)
{
    const struct rules_request *before = &acts->request;
    struct arena *a = acts->c->arena;

    if (acts->has_request && strcmp(before->wish, r->wish) != 0)
        r->wish = strcmp(before->phone, r->phone) == 0
                      ? arena_printf(a, "%s; %s", before->wish, r->wish)
                      : arena_printf(a, "%s (%s); %s", before->wish, before->phone, r->wish);
    if (acts->has_request && *r->name == '\0')
        r->name = before->name;
    acts->request = *r;
    return r->wish != NULL;
}

static const char *leave_request(struct acts *acts, const struct prompt_call *call, bool *ret_wrong)
{
    struct arena *a = acts->c->arena;
    const char *phone = number_of(acts, call->phone);

    *ret_wrong = true;
    if (phone == NULL && *call->phone != '\0')
        return "That is no telephone number. Ask for it again, digit by digit.";
    if (phone == NULL)
        return "The number to call back is not known. Ask for it.";
    if (*call->wish == '\0')
        return "Ask what the request is about.";
    struct rules_request r = {
        .name =
            arena_strndup(a, call->name, text_cut(call->name, strlen(call->name), NAME_MAX_BYTES)),
        .phone = phone,
        .wish =
            arena_strndup(a, call->wish, text_cut(call->wish, strlen(call->wish), WISH_MAX_BYTES)),
    };
    if (r.name == NULL || r.wish == NULL || !keep_request(acts, &r))
        return NULL;
    *ret_wrong = false;
    acts->has_request = acts->done = true;
    return "Stored. A person will call back.";
}

static const char *(*const acts_of_tools[])(struct acts *acts, const struct prompt_call *call,
                                            bool *ret_wrong) = {
    [PROMPT_END_CALL] = end_call,
    [PROMPT_ASK_FOR_PERSON] = ask_for_person,
    [PROMPT_LEAVE_REQUEST] = leave_request,
};

static enum err run_tool(struct acts *acts, const struct claude_block *use,
                         struct claude_block *ret_result)
{
    struct prompt_call call = {0};
    struct why why = {0};
    bool wrong = false;
    const char *told = NULL;

    enum err e = prompt_call_read(acts->c->arena, use, &call, &why);
    if (e == ERR_MEMORY)
        return e;
    if (e == ERR_OK)
        told = acts_of_tools[call.act](acts, &call, &wrong);
    else
        told = arena_strdup(acts->c->arena, why.text);
    if (told == NULL)
        return ERR_MEMORY;
    *ret_result = (struct claude_block){
        .kind = CLAUDE_TOOL_RESULT,
        .id = use->id,
        .text = told,
        .is_error = wrong || e != ERR_OK,
    };
    return ERR_OK;
}

/* A call does not end beside something that failed: the farewell was too early. */
static void take_back_end(struct acts *acts, const struct claude_answer *answer,
                          struct claude_block *results)
{
    bool failed = false;

    for (size_t i = 0; i < answer->tools; i++)
        failed = failed || results[i].is_error;
    if (!failed || acts->end == NULL)
        return;
    acts->end = NULL;
    for (size_t i = 0; i < answer->tools; i++)
        if (!results[i].is_error && strcmp(answer->tool[i]->name, "end_call") == 0) {
            results[i].is_error = true;
            results[i].text = "The call goes on: first mend what failed.";
        }
}

enum err acts_run(struct acts *acts, const struct claude_answer *answer, struct model_history *h,
                  struct why *why)
{
    struct arena *a = acts->c->arena;
    struct claude_block *results = arena_calloc(a, answer->tools, sizeof *results);
    enum err e = results == NULL ? ERR_MEMORY : ERR_OK;

    (void)why;
    for (size_t i = 0; i < answer->tools && e == ERR_OK; i++)
        e = run_tool(acts, answer->tool[i], &results[i]);
    if (e == ERR_OK)
        take_back_end(acts, answer, results);
    if (e == ERR_OK)
        e = model_history_add(h, a, CLAUDE_ASSISTANT, answer->block, answer->blocks);
    if (e == ERR_OK)
        e = model_history_add(h, a, CLAUDE_USER, results, answer->tools);
    return e;
}

/* ---- into the turn ------------------------------------------------------------------------------- */

/* Has the model taken leave in one of its sentences? */
static bool has_said_goodbye(const struct conversation *c)
{
    const struct profile *p = c->profile;

    for (size_t i = 0; i < c->sentences; i++) {
        const char *folded = text_fold(c->arena, c->sentence[i].text);
        if (folded != NULL && stems_match(p->goodbye, p->goodbye_n, folded))
            return true;
    }
    return false;
}

/* What the profile says where the model did something and said nothing; NULL: all is said. */
static const char *words_for(const struct acts *acts)
{
    const struct conversation *c = acts->c;
    const struct profile *p = c->profile;
    bool silent = c->sentences == acts->before;

    if (acts->end != NULL && silent && !has_said_goodbye(c))
        return p->say.goodbye;
    if (acts->has_request && silent && acts->end == NULL)
        return p->say.request_taken;
    if (acts->broken && silent && acts->end == NULL)
        return p->say.trouble; /* "One moment" is no answer */
    return c->sentences == 0 ? p->say.not_understood : NULL;
}

static enum err say(struct acts *acts, const char *phrase)
{
    struct conversation *c = acts->c;
    const char *said = profile_phrase(c->arena, c->profile, phrase, &c->local,
                                      acts->has_request ? acts->request.name : NULL, NULL);

    enum err e = said == NULL ? ERR_MEMORY : voicing_add(c, said, strlen(said));
    return e == ERR_OK ? voicing_end_text(c) : e;
}

enum err acts_apply(struct acts *acts, struct conversation *c, struct why *why)
{
    (void)why;
    c->end = acts->end;
    c->goes_on = acts->end == NULL;
    c->answer = (struct rules_answer){.has_request = acts->has_request, .request = acts->request};
    if (acts->has_request) {
        c->answer.state = ""; /* a request half taken by the rules is this one */
        c->answer.client_name = prompt_is_name(acts->request.name) ? acts->request.name : NULL;
    }
    const char *phrase = words_for(acts);
    return phrase == NULL ? ERR_OK : say(acts, phrase);
}
