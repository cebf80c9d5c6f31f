/* What the API refuses, and what may help. */
#include "vendors/claude-inside.h"

#include <assert.h>
#include <string.h>

#define BODY_MEMORY ((size_t)1024 * 1024)

static const struct {
    const char *type;
    int status;
    enum claude_fault fault;
} types[] = {
    {"invalid_request_error", 400, CLAUDE_INVALID}, {"authentication_error", 401, CLAUDE_AUTH},
    {"billing_error", 402, CLAUDE_BILLING},         {"permission_error", 403, CLAUDE_FORBIDDEN},
    {"not_found_error", 404, CLAUDE_NOT_FOUND},     {"timeout_error", 408, CLAUDE_TIMEOUT},
    {"conflict_error", 409, CLAUDE_CONFLICT},       {"request_too_large", 413, CLAUDE_TOO_LARGE},
    {"rate_limit_error", 429, CLAUDE_RATE_LIMITED}, {"api_error", 500, CLAUDE_SERVER},
    {"timeout_error", 504, CLAUDE_TIMEOUT},         {"overloaded_error", 529, CLAUDE_OVERLOADED},
};

#define TYPES (sizeof types / sizeof *types)

/* A model's own limits, and what only some models take, are no fault of the others. */
static const struct {
    const char *name;
    bool other_key, other_model, later;
    const char *sentence; /* after "Claude " */
} faults[CLAUDE_FAULT__MAX] = {
    [CLAUDE_FINE] = {"fine", false, false, false, "gave no answer"},
    [CLAUDE_OVERLOADED] = {"overloaded", false, true, true, "has too much to do at the moment"},
    [CLAUDE_RATE_LIMITED] = {"rate_limited", true, true, true, "was asked too often with this key"},
    [CLAUDE_BILLING] = {"billing", true, false, false,
                        "is refused: the credit or the spend limit of this key is used up"},
    [CLAUDE_AUTH] = {"auth", true, false, false, "refuses the API key: it is not valid"},
    [CLAUDE_FORBIDDEN] = {"forbidden", true, true, false, "may not be used with this key"},
    [CLAUDE_INVALID] = {"invalid", false, true, false, "refuses the request"},
    [CLAUDE_NOT_FOUND] = {"not_found", false, true, false,
                          "has no such model, or is not at this address"},
    [CLAUDE_TOO_LARGE] = {"too_large", false, false, false, "takes no request of this size"},
    [CLAUDE_CONFLICT] = {"conflict", false, false, true, "gave up on a conflict"},
    [CLAUDE_TIMEOUT] = {"timeout", false, true, true, "gave up: it took too long"},
    [CLAUDE_SERVER] = {"server", false, true, true, "failed"},
};

const char *claude_fault_name(enum claude_fault f)
{
    assert(f < CLAUDE_FAULT__MAX);
    return faults[f].name;
}

static enum claude_fault fault_of_status(int status)
{
    for (size_t i = 0; i < TYPES; i++)
        if (types[i].status == status)
            return types[i].fault;
    return status >= 400 && status < 500 ? CLAUDE_INVALID : CLAUDE_SERVER;
}

static enum claude_fault fault_of(int status, const char *type)
{
    for (size_t i = 0; type != NULL && i < TYPES; i++)
        if (strcmp(types[i].type, type) == 0)
            return types[i].fault;
    return fault_of_status(status);
}

/* An empty purse hides behind 400 and 429 too; waiting for it is in vain. */
static bool is_about_money(const struct json *error)
{
    static const char *const words[] = {"credit balance", "spend limit", "usage limit"};
    const char *code = json_text(json_member(json_member(error, "details"), "error_code"));
    const char *message = json_text(json_member(error, "message"));

    if (code != NULL && strstr(code, "spend_limit") != NULL)
        return true;
    for (size_t i = 0; message != NULL && i < sizeof words / sizeof *words; i++)
        if (strcasestr(message, words[i]) != NULL)
            return true;
    return false;
}

/* It goes into the log: only what an id is made of. */
static void keep_id(const char *id, struct claude_error *ret)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    size_t n = id == NULL ? 0 : strspn(id, allowed);

    if (n < sizeof ret->request_id && n > 0 && id[n] == '\0')
        memcpy(ret->request_id, id, n + 1);
}

void claude_error_of(int status, const struct json *body, struct claude_error *ret)
{
    const struct json *error = json_member(body, "error");
    enum claude_fault f = fault_of(status, json_text(json_member(error, "type")));

    if ((f == CLAUDE_INVALID || f == CLAUDE_RATE_LIMITED) && is_about_money(error))
        f = CLAUDE_BILLING;
    *ret = (struct claude_error){.fault = f,
                                 .status = status,
                                 .other_key = faults[f].other_key,
                                 .other_model = faults[f].other_model,
                                 .later = faults[f].later};
    keep_id(json_text(json_member(body, "request_id")), ret);
}

void claude_error_read(int status, const char *body, size_t n, struct claude_error *ret)
{
    const struct json *v = NULL;
    struct arena a;

    arena_init(&a, BODY_MEMORY);
    if (n == 0 || json_parse(&a, body, n, &v, NULL) != ERR_OK)
        v = NULL;
    claude_error_of(status, v, ret);
    arena_release(&a);
}

enum err claude_error_why(const struct claude_error *e, struct why *why)
{
    return why_set(why, ERR_PEER, "Claude %s, error %s (status %d)", faults[e->fault].sentence,
                   claude_fault_name(e->fault), e->status);
}
