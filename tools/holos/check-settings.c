#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/settings.h"
#include "lines/binotel-access.h"
#include "net/http.h"
#include "tools/holos/findings.h"
#include "tools/holos/origin.h"
#include "tools/holos/server.h"

/* The setting that a sentence of settings_load is about; SET__MAX if it cannot be told. */
static int subject_of(const char *sentence)
{
    size_t best_len = 0;
    int best = SET__MAX;

    for (int i = 0; i < SET__MAX; i++) {
        const char *name = settings_table()[i].name;
        if (strstr(sentence, name) != NULL && strlen(name) > best_len) {
            best = i;
            best_len = strlen(name);
        }
    }
    return best;
}

/* settings_load names the first fault only: take that variable away and ask again. */
static void find_faults(struct findings *f, bool faulty[static SET__MAX])
{
    for (int round = 0; round <= SET__MAX; round++) {
        struct why why = {0};
        if (settings_load(&why) == ERR_OK)
            return;
        int i = subject_of(why.text);
        if (i == SET__MAX || faulty[i]) { /* a credential: it cannot be taken away */
            if (i == SET__MAX)
                found(f, FINDING_FAULT, "settings", "fix it and check again", "%s", why.text);
            return;
        }
        faulty[i] = true;
        char mend[256];
        (void)snprintf(mend, sizeof mend, "fix it in %.180s, or remove it for its default",
                       origin_given((enum setting)i));
        found(f, FINDING_FAULT, settings_table()[i].name, mend, "%s", why.text);
        (void)unsetenv(settings_table()[i].name);
    }
}

static void show_setting(struct findings *f, enum setting s)
{
    const struct setting_row *row = &settings_table()[s];
    const char *from = origin_of(s);

    if (row->secret && *setting_text(s) == '\0')
        found_ok(f, row->name, "not given");
    else if (row->secret)
        found_ok(f, row->name, "a secret (%s)", from);
    else if (row->type == SETTING_TEXT)
        found_ok(f, row->name, "%s (%s)", *setting_text(s) == '\0' ? "empty" : setting_text(s),
                 from);
    else if (row->type == SETTING_NUMBER)
        found_ok(f, row->name, "%lld %s (%s)", (long long)setting_number(s), row->unit, from);
    else
        found_ok(f, row->name, "%s (%s)", setting_on(s) ? "true" : "false", from);
}

static bool is_known(const char *variable, size_t len)
{
    for (int i = 0; i < SET__MAX; i++) {
        const char *name = settings_table()[i].name;
        if (strlen(name) == len && memcmp(name, variable, len) == 0)
            return true;
    }
    return false;
}

/* What `make run` and its tools tell one another (tree.h), and a unit its program (base/clock.c). */
static bool is_of_tree(const char *variable, size_t len)
{
    static const char *const names[] = {"HOLOS_TREE", "HOLOS_VAR",  "HOLOS_BIN",
                                        "HOLOS_ETC",  "HOLOS_BOOT", "HOLOS_NOW_AT"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strlen(names[i]) == len && memcmp(names[i], variable, len) == 0)
            return true;
    return false;
}

/* A misspelt name would be ignored in silence. */
static void find_strangers(struct findings *f)
{
    for (char **v = environ; v != NULL && *v != NULL; v++) {
        size_t len = strcspn(*v, "=");
        char name[64];
        if (strncmp(*v, "HOLOS_", 6) != 0 || len >= sizeof name || is_known(*v, len) ||
            is_of_tree(*v, len))
            continue;
        memcpy(name, *v, len);
        name[len] = '\0';
        found(f, FINDING_WARNING, name, "look for its right name in `holos settings`",
              "there is no setting of this name; it has no effect");
    }
}

/* What the routes are given by systemd, and this tool read for itself. */
static void check_server(struct findings *f)
{
    const struct server *s = server_read();

    if (s == NULL)
        return;
    if (s->env_fault != NULL)
        found(f, FINDING_FAULT, s->env,
              "correct the line, or run this command as a user who may read the file", "%s",
              s->env_fault);
    if (s->secrets_hidden)
        found(f, FINDING_WARNING, s->credentials, "run: sudo holos check",
              "this user cannot read the secrets there: this check does not know them");
}

static void check_access(struct findings *f)
{
    struct why why = {0};

    if (binotel_access.check_settings(&why) != ERR_OK)
        found(f, FINDING_FAULT, "BINOTEL_ALLOW_IPS", "write addresses and networks, as 10.0.0.0/8",
              "%s", why.text);
    if (*binotel_callers() == '\0')
        found(f, FINDING_WARNING, "who may call",
              "set HOLOS_WEBHOOK_SECRET (`holos urls` prints the addresses with it), "
              "BINOTEL_ALLOW_IPS or BINOTEL_SIGNATURE_KEY",
              "only this machine may call; an exchange is refused with 403");
}

/* Where holos-sync sends requests for a person. */
static void check_leads(struct findings *f)
{
    const char *url = setting_text(SET_HOLOS_LEAD_WEBHOOK_URL);
    struct why why = {0};

    if (*url == '\0')
        found_ok(f, "requests",
                 setting_on(SET_HOLOS_LEAD_LOG) ? "holos-sync writes their ids into its log"
                                                : "stay in the store; `holos leads` lists them");
    else if (http_url_check(url, &why) != ERR_OK)
        found(f, FINDING_FAULT, "HOLOS_LEAD_WEBHOOK_URL",
              "write an https address; plain http only to this machine", "%s", why.text);
    else if (*setting_text(SET_HOLOS_LEAD_WEBHOOK_KEY) == '\0')
        found(f, FINDING_WARNING, "HOLOS_LEAD_WEBHOOK_KEY",
              "give holos and the webhook the same long random key",
              "requests are sent unsigned: the webhook cannot tell whose they are");
    else
        found_ok(f, "requests", "holos-sync posts them to the webhook, signed");
}

void check_settings(struct findings *f)
{
    bool faulty[SET__MAX] = {false};

    find_faults(f, faulty);
    for (int i = 0; i < SET__MAX; i++)
        if (!faulty[i])
            show_setting(f, (enum setting)i);
    find_strangers(f);
    if (setting_given(SET_HOLOS_NOW))
        found(f, FINDING_WARNING, "HOLOS_NOW", "take it away where real callers call",
              "the programs believe that it was %s when they started", setting_text(SET_HOLOS_NOW));
    check_server(f);
    check_access(f);
    check_leads(f);
}
