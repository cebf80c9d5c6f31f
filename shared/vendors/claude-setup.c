/* Claude's settings, and what is known of the models. */
#include "vendors/claude.h"

#include <string.h>

#include "base/settings.h"
#include "vendors/claude-inside.h"

/* ---- models ---------------------------------------------------------------------------------- */

static const struct claude_model models[] = {
#define PRICES(in, out, read, write)                                                               \
    {                                                                                              \
        in, out, read, write                                                                       \
    }
#define MODEL(...) {__VA_ARGS__},
#include "vendors/claude-models.def"
#undef MODEL
#undef PRICES
};

static const struct claude_model stranger = {.id = ""};

/* "", "-20251001" or "-latest": the same model. */
static bool is_release(const char *rest)
{
    return *rest == '\0' || strcmp(rest, "-latest") == 0 ||
           (*rest == '-' && strlen(rest) == 9 && strspn(rest + 1, "0123456789") == 8);
}

const struct claude_model *claude_model_find(const char *id)
{
    const struct claude_model *best = &stranger;

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

/* ---- settings -------------------------------------------------------------------------------- */

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
