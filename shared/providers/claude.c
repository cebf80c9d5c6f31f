/* Claude's settings, what is known of the models, and the providers that ask them. */
#include "providers/claude-inside.h"

#include <stdlib.h>
#include <string.h>

#include "base/settings.h"
#include "providers/attempt.h"
#include "providers/providers.h"

/* ==== models ================================================================================== */

static const struct claude_model models[] = {
#define PRICES(in, out, read, write)                                                               \
    {                                                                                              \
        in, out, read, write                                                                       \
    }
#define MODEL(...) {__VA_ARGS__},
#include "providers/claude-models.def"
#undef MODEL
#undef PRICES
};

static const struct claude_model unknown_model = {.id = ""};

/* "", "-20251001" or "-latest": the same model. */
static bool is_release(const char *rest)
{
    return *rest == '\0' || strcmp(rest, "-latest") == 0 ||
           (*rest == '-' && strlen(rest) == 9 && strspn(rest + 1, "0123456789") == 8);
}

const struct claude_model *claude_model_find(const char *id)
{
    const struct claude_model *best = &unknown_model;

    for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
        size_t n = strlen(models[i].id);
        if (strncmp(id, models[i].id, n) == 0 && (models[i].family || is_release(id + n)) &&
            n > strlen(best->id))
            best = &models[i];
    }
    return best;
}

/* Tokens of one kind at a price, in millionths of a micro-dollar. */
static int64_t parts(int64_t tokens, int64_t price)
{
    return tokens * price;
}

#define MILLION 1000000

int64_t claude_cost(const struct claude_model *m, const struct claude_usage *u)
{
    int64_t prompt = u->in + u->cache_read + u->cache_write;
    const struct claude_prices *p = m->tier > 0 && prompt > m->tier ? &m->above : &m->price;

    if (p->out == 0)
        return CLAUDE_COST_UNKNOWN;
    int64_t sum = parts(u->in, p->in) + parts(u->cache_read, p->cache_read) +
                  parts(u->cache_write, p->cache_write) + parts(u->out, p->out);
    return (sum + MILLION - 1) / MILLION;
}

/* ==== settings ================================================================================ */

static const char *const efforts[CLAUDE_EFFORT__MAX] = {"low", "medium", "high", "xhigh", "max"};

const char *claude_effort_name(enum claude_effort e)
{
    return efforts[e];
}

static enum err read_effort(enum claude_effort *ret, struct why *why)
{
    const char *s = setting_text(SET_CLAUDE_EFFORT);

    for (int i = 0; i < CLAUDE_EFFORT__MAX; i++)
        if (strcmp(s, efforts[i]) == 0) {
            *ret = (enum claude_effort)i;
            return ERR_OK;
        }
    return why_set(why, ERR_CONFIG,
                   "CLAUDE_EFFORT: must be one of low, medium, high, xhigh and max");
}

/* It becomes a header or a word of the body: visible ASCII, in one piece. */
static enum err check_word(enum setting which, bool needed, struct why *why)
{
    const char *s = setting_text(which);
    const char *name = settings_table()[which].name;

    if (needed && *s == '\0')
        return why_set(why, ERR_CONFIG, "%s: must not be empty", name);
    for (; *s != '\0'; s++)
        if (*s <= ' ' || *s > '~')
            return why_set(why, ERR_CONFIG,
                           "%s: holds a blank or a character that is not ASCII; copy it again",
                           name);
    return ERR_OK;
}

static enum err check_words(struct why *why)
{
    static const struct {
        enum setting which;
        bool needed;
    } words[] = {
        {SET_ANTHROPIC_BASE_URL, true}, {SET_ANTHROPIC_VERSION, true},
        {SET_CLAUDE_MODEL, true},       {SET_CLAUDE_FALLBACK_MODEL, false},
        {SET_ANTHROPIC_API_KEY, false}, {SET_ANTHROPIC_API_KEY_2, false},
        {SET_CLAUDE_API_KEY_1, false},  {SET_CLAUDE_API_KEY_2, false},
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        enum err e = check_word(words[i].which, words[i].needed, why);
        if (e != ERR_OK)
            return e;
    }
    return ERR_OK;
}

static enum err check_url(const char *url, struct why *why)
{
    struct why about = {0};
    enum err e = http_url_check(url, &about);

    return e == ERR_VALUE ? why_set(why, ERR_CONFIG, "ANTHROPIC_BASE_URL: %s", about.text) : e;
}

/* Does the host begin so, and end there, or where the port or the path begins? */
static bool is_host(const char *host, const char *name)
{
    size_t n = strlen(name);

    return strncasecmp(host, name, n) == 0 && strchr(":/", host[n]) != NULL;
}

static bool is_local(const char *url)
{
    const char *host = strstr(url, "://");

    if (host == NULL)
        return false;
    host += 3;
    size_t n = strcspn(host, ":/");
    bool v4 = strncmp(host, "127.", 4) == 0 && strspn(host, "0123456789.") == n;
    return v4 || is_host(host, "localhost") || is_host(host, "[::1]");
}

static const char *key_of(enum setting name, enum setting old_name)
{
    const char *s = setting_text(name);

    return *s != '\0' ? s : setting_text(old_name);
}

static void read_keys(struct claude_setup *s)
{
    const char *given[CLAUDE_KEYS] = {key_of(SET_ANTHROPIC_API_KEY, SET_CLAUDE_API_KEY_1),
                                      key_of(SET_ANTHROPIC_API_KEY_2, SET_CLAUDE_API_KEY_2)};

    for (int i = 0; i < CLAUDE_KEYS; i++)
        s->key[i] = "";
    for (int i = 0; i < CLAUDE_KEYS; i++)
        if (*given[i] != '\0' && (s->keys == 0 || strcmp(given[i], s->key[0]) != 0))
            s->key[s->keys++] = given[i];
}

enum err claude_setup_read(struct claude_setup *ret, struct why *why)
{
    struct claude_setup s = {
        .base_url = setting_text(SET_ANTHROPIC_BASE_URL),
        .version = setting_text(SET_ANTHROPIC_VERSION),
        .model = setting_text(SET_CLAUDE_MODEL),
        .fallback_model = setting_text(SET_CLAUDE_FALLBACK_MODEL),
        .max_tokens = (int)setting_number(SET_CLAUDE_MAX_TOKENS),
    };

    enum err e = check_words(why);
    if (e == ERR_OK)
        e = read_effort(&s.effort, why);
    if (e == ERR_OK)
        e = check_url(s.base_url, why);
    if (e != ERR_OK)
        return e;
    s.local = is_local(s.base_url);
    read_keys(&s);
    *ret = s;
    return ERR_OK;
}

bool claude_ready(const struct claude_setup *s)
{
    return s->local || s->keys > 0;
}

/* ==== the providers =========================================================================== */

static enum err open_setup(void **ret, struct why *why)
{
    struct claude_setup *s = calloc(1, sizeof *s);

    if (s == NULL)
        return why_set(why, ERR_MEMORY, "%s", err_text(ERR_MEMORY));
    enum err e = claude_setup_read(s, why);
    if (e == ERR_OK)
        *ret = s;
    else
        free(s);
    return e;
}

static enum err setup_ready(const struct providers *o, struct why *why)
{
    const struct claude_setup *s = provider_account_data(o, &claude_account);

    if (s != NULL && claude_ready(s))
        return ERR_OK;
    return why_set(why, ERR_NOT_FOUND, "ANTHROPIC_API_KEY brings a language model");
}

/* What only the first one lacks is not said of the others too. */
static enum err others_ready(const struct providers *o, bool there, const char *missing,
                             struct why *why)
{
    if (setup_ready(o, NULL) != ERR_OK)
        return ERR_NOT_FOUND;
    return there ? ERR_OK : why_set(why, ERR_NOT_FOUND, "%s", missing);
}

static enum err second_ready(const struct providers *o, struct why *why)
{
    const struct claude_setup *s = provider_account_data(o, &claude_account);

    return others_ready(o, s != NULL && s->keys > 1, "ANTHROPIC_API_KEY_2 brings a second key",
                        why);
}

static enum err fallback_ready(const struct providers *o, struct why *why)
{
    const struct claude_setup *s = provider_account_data(o, &claude_account);

    return others_ready(o, s != NULL && *s->fallback_model != '\0',
                        "CLAUDE_FALLBACK_MODEL brings a second model", why);
}

static const char *model_of(const struct providers *o)
{
    const struct claude_setup *s = provider_account_data(o, &claude_account);

    return s->model;
}

static const char *fallback_of(const struct providers *o)
{
    const struct claude_setup *s = provider_account_data(o, &claude_account);

    return s->fallback_model;
}

static const char *about(const struct providers *o, struct arena *a)
{
    const struct claude_setup *s = provider_account_data(o, &claude_account);

    if (s->keys == 0)
        return arena_printf(a, "%s at a server of this machine, without a key", s->model);
    return arena_printf(a, "%d key%s, %s", s->keys, s->keys == 1 ? "" : "s", s->model);
}

static enum err request(struct env *env, const struct claude_ask *ask, struct http_request *ret,
                        struct failure *f)
{
    const struct claude_setup *s = provider_account_data(env->providers, &claude_account);

    return claude_request(env->arena, s, ask, ret, &f->why);
}

static bool is_priced(const char *model)
{
    return claude_cost(claude_model_find(model), &(struct claude_usage){.out = MILLION}) !=
           CLAUDE_COST_UNKNOWN;
}

/* ---- the least that can be asked ------------------------------------------------------------- */

struct probe {
    struct env *env;
    struct claude_ask ask;
    struct claude_answer answer;
};

static enum err write_probe(void *of, struct http_request *ret, struct failure *f)
{
    struct probe *p = of;

    enum err e = request(p->env, &p->ask, ret, f);
    ret->deadline = deadline_cap_ms(p->env->deadline, p->env->providers->think_ms);
    return e;
}

static enum err read_probe(void *of, const struct http_reply *reply, int64_t *ret_cost_microusd,
                           struct failure *f)
{
    struct probe *p = of;

    enum err e =
        claude_answer_read(p->env->arena, reply->status, reply->body, reply->len, &p->answer, f);
    *ret_cost_microusd = e == ERR_OK ? p->answer.cost_microusd : 0;
    return e;
}

static enum err probe(struct env *env, const struct provider *by, const char **ret,
                      int64_t *ret_cost_microusd, struct failure *f)
{
    static const struct claude_block one = {.kind = CLAUDE_TEXT, .text = "1"};
    static const struct claude_message message = {CLAUDE_USER, &one, 1};
    const char *model = by->think.model(env->providers);
    struct probe p = {
        .env = env,
        .ask = {.key = by->think.key == PROVIDER_ANY_KEY ? 0 : by->think.key,
                .model = model,
                .message = &message,
                .messages = 1,
                .max_tokens = 1},
    };
    struct attempt_task task = attempt_task(env, by, 0, &p);

    task.request = write_probe;
    task.read = read_probe;
    enum err e = attempt_run(&task, f);
    if (e != ERR_OK)
        return e;
    const struct claude_usage *u = &p.answer.usage;
    *ret_cost_microusd = p.answer.cost_microusd;
    const long long in = u->in + u->cache_read + u->cache_write, out = u->out;
    *ret = arena_printf(env->arena, "%.60s answered, %lld tokens in, %lld out", model, in, out);
    return *ret == NULL ? ERR_MEMORY : ERR_OK;
}

/* ---- the table ------------------------------------------------------------------------------- */

const struct provider_account claude_account = {
    .name = "claude",
    .open = open_setup,
    .close = free,
    .ready = setup_ready,
};

static const char *url(void)
{
    return setting_text(SET_ANTHROPIC_BASE_URL);
}

#define RETRY                                                                                      \
    {                                                                                              \
        .tries = 3, .first_ms = 500, .most_ms = 8000, .growth_percent = 200,                       \
        .after_timeout = true, .honours_should_retry = true                                        \
    }

const struct provider provider_think_claude = {
    .name = "claude",
    .stage = PROVIDER_THINK,
    .rank = 10,
    .account = &claude_account,
    .ready = setup_ready,
    .about = about,
    .url = url,
    .retry = RETRY,
    .think =
        {.model = model_of, .key = 0, .request = request, .is_priced = is_priced, .probe = probe},
};

const struct provider provider_think_claude_2 = {
    .name = "claude-2",
    .stage = PROVIDER_THINK,
    .rank = 20,
    .account = &claude_account,
    .ready = second_ready,
    .url = url,
    .retry = RETRY,
    .think =
        {.model = model_of, .key = 1, .request = request, .is_priced = is_priced, .probe = probe},
};

const struct provider provider_think_claude_fallback = {
    .name = "claude-fallback",
    .stage = PROVIDER_THINK,
    .rank = 30,
    .account = &claude_account,
    .ready = fallback_ready,
    .url = url,
    .retry = RETRY,
    .think = {.model = fallback_of,
              .key = PROVIDER_ANY_KEY,
              .request = request,
              .is_priced = is_priced,
              .probe = probe},
};
