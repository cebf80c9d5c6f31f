#include "think/actions.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "business/phone.h"
#include "language/heard.h"
#include "think/prompt.h"
#include "wire/json.h"
#include "wire/jsonw.h"

#define SCHEMA_MAX ((size_t)16 * 1024)
#define REASON_MAX 32
#define PHONE_TEXT 64 /* bytes of a number as a model writes it */

/* ==== the actions ============================================================================= */

/* ---- end_call ------------------------------------------------------------------------------------ */

static const char *const reasons[] = {"goodbye", "wrong_number", "unwanted", NULL};

static enum err end_call(const struct action_call *call, struct action_result *ret)
{
    effects_put(call->effects, (struct effect){.kind = EFFECT_END, .reason = call->value[0]});
    ret->told = "The call ends after your farewell.";
    return ERR_OK;
}

const struct action action_end_call = {
    .name = "end_call",
    .about = "Ends the call. Say goodbye in the same answer.",
    .input = {{"reason", "why the call ends", reasons, REASON_MAX}},
    .run = end_call,
};

/* ---- ask_for_person ------------------------------------------------------------------------------ */

const char *const action_transfer = "transfer";

const char *action_transfer_line(const struct profile *p, const struct tm *local)
{
    bool can = p->exchange.transfer != NULL && p->say.transferring != NULL && p->broken == NULL;

    return can && profile_is_open(p, local) ? p->exchange.transfer : NULL;
}

/* Nobody is put through any more when the call is over. */
static enum err ask_for_person(const struct action_call *call, struct action_result *ret)
{
    if (call->env != NULL && action_transfer_line(call->profile, call->local) != NULL) {
        effects_put(call->effects, (struct effect){.kind = EFFECT_END, .reason = action_transfer});
        ret->say = call->profile->say.transferring;
        ret->told = arena_printf(call->arena,
                                 "The caller is put through after your answer, and you leave the "
                                 "call. Say only this: %s",
                                 ret->say);
        return ret->told == NULL ? ERR_MEMORY : ERR_OK;
    }
    ret->told =
        call->caller_phone != NULL
            ? "Nobody can be put through now. Ask for the name and what it is about, then use "
              "leave_request: a person will call back."
            : "Nobody can be put through now. Ask for the name, the number and what it is "
              "about, then use leave_request: a person will call back.";
    ret->open.asks = ASKS_WISH;
    return ERR_OK;
}

const struct action action_ask_for_person = {
    .name = "ask_for_person",
    .about = "The caller wants to speak to a person.",
    .run = ask_for_person,
};

/* ---- leave_request ------------------------------------------------------------------------------- */

enum { LEAVE_NAME, LEAVE_PHONE, LEAVE_WISH };

/* The number that was told, the caller's own if none was; NULL: it is no number, or none is known. */
static enum err number_of(const struct action_call *call, const char **ret)
{
    char e164[PHONE_MAX];

    *ret = call->caller_phone;
    if (*call->value[LEAVE_PHONE] == '\0')
        return ERR_OK;
    *ret = NULL;
    if (phone_e164(call->value[LEAVE_PHONE], call->profile->country, e164) != ERR_OK)
        return ERR_OK;
    *ret = arena_strdup(call->arena, e164);
    return *ret == NULL ? ERR_MEMORY : ERR_OK;
}

/* With a request that the turn left before: one lead, both wishes, the newer name and number. */
static enum err put_lead(const struct action_call *call, struct effect_lead lead)
{
    const struct effect_lead *before = effects_lead(call->effects);

    if (before != NULL && strcmp(before->wish, lead.wish) != 0)
        lead.wish =
            strcmp(before->phone, lead.phone) == 0
                ? arena_printf(call->arena, "%s; %s", before->wish, lead.wish)
                : arena_printf(call->arena, "%s (%s); %s", before->wish, before->phone, lead.wish);
    if (before != NULL && *lead.name == '\0')
        lead.name = before->name;
    if (lead.wish == NULL)
        return ERR_MEMORY;
    effects_put(call->effects, (struct effect){.kind = EFFECT_LEAD, .lead = lead});
    return ERR_OK;
}

static enum err leave_request(const struct action_call *call, struct action_result *ret)
{
    const char *phone = NULL;

    enum err e = number_of(call, &phone);
    if (e != ERR_OK)
        return e;
    if (phone == NULL && call->asked)
        phone = "";
    ret->wrong = true;
    if (phone == NULL && *call->value[LEAVE_PHONE] != '\0')
        ret->told = "That is not a telephone number. Ask for it again, digit by digit.";
    else if (phone == NULL)
        ret->told = "The number to call back is not known. Ask for it.";
    else if (*call->value[LEAVE_WISH] == '\0' && !call->asked)
        ret->told = "The field \"wish\" is empty: ask what the client wants.";
    ret->open.asks = phone == NULL ? ASKS_PHONE : ASKS_WISH;
    if (ret->told != NULL)
        return ERR_OK;
    ret->wrong = false;
    ret->open.asks = ASKS_ELSE;
    ret->told = "Stored. A person will call back.";
    ret->say = call->profile->say.request_taken;
    const char *name = call->value[LEAVE_NAME]; /* marks and markup in it are no name's */
    return put_lead(call, (struct effect_lead){.name = heard_is_spelt_as_name(name) ? name : "",
                                               .phone = phone,
                                               .wish = call->value[LEAVE_WISH]});
}

const struct action action_leave_request = {
    .name = "leave_request",
    .about = "Stores a request for a person, who will call back.",
    .input = {[LEAVE_NAME] = {"name", "the client's name, empty if it was not told", NULL,
                              ACTION_NAME_MAX},
              [LEAVE_PHONE] = {"phone",
                               "the number to call back, empty for the number of this call", NULL,
                               PHONE_TEXT},
              [LEAVE_WISH] = {"wish", "what the client wants, with every detail", NULL,
                              ACTION_WISH_MAX}},
    .run = leave_request,
};

/* ==== the model's tools ======================================================================= */

const struct action *action_named(const char *name)
{
    for (size_t i = 0; actions[i] != NULL; i++)
        if (strcmp(actions[i]->name, name) == 0)
            return actions[i];
    return NULL;
}

static size_t inputs_of(const struct action *act)
{
    size_t n = 0;

    while (n < ACTION_INPUTS && act->input[n].name != NULL)
        n++;
    return n;
}

static const char *about(const struct profile *p, const struct action *act,
                         const struct action_input *in)
{
    const char *text = profile_action_text(p, act->name, in == NULL ? NULL : in->name);

    return text != NULL ? text : in == NULL ? act->about : in->about;
}

static void put_input(struct jsonw *w, const struct profile *p, const struct action *act,
                      const struct action_input *in)
{
    jsonw_key(w, in->name);
    jsonw_object(w);
    jsonw_put_text(w, "type", "string");
    jsonw_put_text(w, "description", about(p, act, in));
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
static const char *schema_of(struct arena *a, const struct profile *p, const struct action *act)
{
    struct jsonw w;
    struct buf b;

    buf_init(&b, a, SCHEMA_MAX);
    jsonw_init(&w, &b);
    jsonw_object(&w);
    jsonw_put_text(&w, "type", "object");
    jsonw_key(&w, "properties");
    jsonw_object(&w);
    for (size_t i = 0; i < inputs_of(act); i++)
        put_input(&w, p, act, &act->input[i]);
    jsonw_end_object(&w);
    jsonw_key(&w, "required");
    jsonw_array(&w);
    for (size_t i = 0; i < inputs_of(act); i++)
        jsonw_text(&w, act->input[i].name);
    jsonw_end_array(&w);
    jsonw_put_bool(&w, "additionalProperties", false);
    jsonw_end_object(&w);
    assert(buf_err(&b) != ERR_TOO_BIG); /* descriptions have their own ceilings */
    return buf_err(&b) == ERR_OK ? buf_text(&b) : NULL;
}

enum err action_tools(struct arena *a, const struct profile *p, const struct claude_tool **ret,
                      size_t *ret_n)
{
    size_t n = 0;

    while (actions[n] != NULL)
        n++;
    struct claude_tool *list = arena_calloc(a, n, sizeof *list);
    if (list == NULL)
        return ERR_MEMORY;
    *ret_n = 0;
    for (size_t i = 0; i < n; i++) {
        if (actions[i]->needs_book && p->book == NULL)
            continue;
        list[*ret_n] = (struct claude_tool){.name = actions[i]->name,
                                            .description = about(p, actions[i], NULL),
                                            .schema = schema_of(a, p, actions[i]),
                                            .strict = true};
        if (list[(*ret_n)++].schema == NULL)
            return ERR_MEMORY;
    }
    *ret = list;
    return ERR_OK;
}

/* ==== what the model did ====================================================================== */

static bool is_choice(const char *const *choice, const char *s)
{
    for (; *choice != NULL; choice++)
        if (strcmp(*choice, s) == 0)
            return true;
    return false;
}

/* One input; a model that is not held to the schema may leave it out. */
static enum err read_input(struct arena *a, const struct json *o, const struct action_input *in,
                           const char **ret, struct why *why)
{
    const char *s = "";
    enum err e = json_get_text(o, in->name, SIZE_MAX - 1, &s, why);

    if (e != ERR_OK && e != ERR_MISSING)
        return e;
    if (in->choice != NULL && !is_choice(in->choice, s))
        return why_set(why, ERR_VALUE, "the field \"%s\" must be one of its schema's values",
                       in->name);
    s += strspn(s, " \t\r\n");
    *ret = arena_strndup(a, s, text_cut(s, strlen(s), in->max));
    return *ret == NULL ? ERR_MEMORY : ERR_OK;
}

/* ERR_NOT_FOUND: no such action; ERR_VALUE: its input. The why is told to the model. */
static enum err read_use(struct action_call *call, const struct claude_block *use,
                         const struct action **ret, struct why *why)
{
    const struct action *act = action_named(use->name);
    const struct json *o = NULL;

    if (act == NULL || (act->needs_book && call->profile->book == NULL))
        return why_set(why, ERR_NOT_FOUND, "there is no such tool");
    enum err e = json_parse(call->arena, use->input, strlen(use->input), &o, why);
    if (e == ERR_MEMORY)
        return e;
    if (e != ERR_OK || json_kind(o) != JSON_OBJECT)
        return why_set(why, ERR_VALUE, "the input must be a JSON object");
    e = ERR_OK;
    for (size_t i = 0; i < inputs_of(act) && e == ERR_OK; i++)
        e = read_input(call->arena, o, &act->input[i], &call->value[i], why);
    *ret = act;
    return e;
}

enum err action_use(const struct action_call *call, const struct claude_block *use,
                    struct claude_block *ret_result, struct asks_open *ret_open)
{
    struct action_result result = {0};
    struct action_call with = *call;
    const struct action *act = NULL;
    struct why why = {0};

    assert(use->kind == CLAUDE_TOOL_USE);
    enum err e = read_use(&with, use, &act, &why);
    if (e == ERR_MEMORY)
        return e;
    if (e != ERR_OK)
        result = (struct action_result){.told = arena_strdup(call->arena, why.text), .wrong = true};
    else if (act->run(&with, &result) != ERR_OK)
        return ERR_MEMORY;
    if (result.told == NULL && result.wrong)
        return ERR_MEMORY;
    if (result.told == NULL)
        result.told = "Done.";
    if (result.open.asks != ASKS_NOTHING)
        *ret_open = result.open;
    *ret_result = (struct claude_block){
        .kind = CLAUDE_TOOL_RESULT,
        .id = use->id,
        .text = result.told,
        .is_error = result.wrong,
    };
    return ERR_OK;
}

/* A call does not end beside something that failed: the farewell was too early. */
static void take_back_end(const struct action_call *call, const struct claude_answer *answer,
                          struct claude_block *results)
{
    bool failed = false;

    for (size_t i = 0; i < answer->tools; i++)
        failed = failed || results[i].is_error;
    if (!failed || effects_end(call->effects) == NULL)
        return;
    effects_drop(call->effects, EFFECT_END);
    for (size_t i = 0; i < answer->tools; i++)
        if (!results[i].is_error && strcmp(answer->tool[i]->name, action_end_call.name) == 0) {
            results[i].is_error = true;
            results[i].text = "The call goes on: first put right what failed.";
        }
}

enum err action_use_all(const struct action_call *call, const struct claude_answer *answer,
                        struct prompt_history *h, struct asks_open *ret_open)
{
    struct claude_block *results = arena_calloc(call->arena, answer->tools, sizeof *results);
    enum err e = results == NULL ? ERR_MEMORY : ERR_OK;

    for (size_t i = 0; i < answer->tools && e == ERR_OK; i++)
        e = action_use(call, answer->tool[i], &results[i], ret_open);
    if (e != ERR_OK)
        return e;
    take_back_end(call, answer, results);
    e = prompt_history_add(h, call->arena, CLAUDE_ASSISTANT, answer->block, answer->blocks);
    if (e == ERR_OK)
        e = prompt_history_add(h, call->arena, CLAUDE_USER, results, answer->tools);
    return e;
}
