#include "dialogue/prompt-tools.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "base/text.h"
#include "dialogue/brain.h"
#include "wire/json.h"
#include "wire/jsonw.h"

#define INPUTS     3
#define SCHEMA_MAX ((size_t)16 * 1024)
#define REASON_MAX 32
#define PHONE_MAX  64

/* Text inputs, all required: an empty text says that nothing was told. */
struct input {
    const char *name;
    size_t about;              /* its description, in struct profile_prompt */
    const char *const *choice; /* NULL-terminated; NULL: any text */
    size_t max;                /* bytes; what is longer is cut */
    size_t place;              /* in struct prompt_call */
};

static const char *const reasons[] = {"goodbye", "wrong_number", "unwanted", NULL};

#define ABOUT(member) offsetof(struct profile_prompt, member)
#define INTO(member)  offsetof(struct prompt_call, member)

static const struct tool {
    const char *name;
    enum prompt_act act;
    size_t about;
    struct input input[INPUTS];
} tools[] = {
    {"end_call",
     PROMPT_END_CALL,
     ABOUT(end_call),
     {{"reason", ABOUT(end_call_reason), reasons, REASON_MAX, INTO(reason)}}},
    {"ask_for_person", PROMPT_ASK_FOR_PERSON, ABOUT(ask_for_person), {{0}}},
    {"leave_request",
     PROMPT_LEAVE_REQUEST,
     ABOUT(leave_request),
     {{"name", ABOUT(leave_request_name), NULL, BRAIN_NAME_MAX, INTO(name)},
      {"phone", ABOUT(leave_request_phone), NULL, PHONE_MAX, INTO(phone)},
      {"wish", ABOUT(leave_request_wish), NULL, BRAIN_WISH_MAX, INTO(wish)}}},
};

#define TOOLS (sizeof tools / sizeof *tools)

static const char *about(const struct profile_prompt *p, size_t offset)
{
    return *(const char *const *)(const void *)((const char *)p + offset);
}

/* ---- what the model is given ----------------------------------------------------------------- */

static void put_input(struct jsonw *w, const struct profile_prompt *p, const struct input *in)
{
    jsonw_key(w, in->name);
    jsonw_object(w);
    jsonw_put_text(w, "type", "string");
    jsonw_put_text(w, "description", about(p, in->about));
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
static const char *schema_of(struct arena *a, const struct profile_prompt *p, const struct tool *t)
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
        put_input(&w, p, &t->input[i]);
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

enum err prompt_tools(struct arena *a, const struct profile_prompt *p,
                      const struct claude_tool **ret, size_t *ret_n)
{
    struct claude_tool *list = arena_calloc(a, TOOLS, sizeof *list);

    if (list == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < TOOLS; i++) {
        list[i] = (struct claude_tool){.name = tools[i].name,
                                       .description = about(p, tools[i].about),
                                       .schema = schema_of(a, p, &tools[i]),
                                       .strict = true};
        if (list[i].schema == NULL)
            return ERR_MEMORY;
    }
    *ret = list;
    *ret_n = TOOLS;
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
