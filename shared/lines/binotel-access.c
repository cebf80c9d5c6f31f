#include "lines/binotel-access.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/settings.h"
#include "base/text.h"
#include "lines/binotel.h"

#define WORD        "binotel" /* in BINOTEL_ALLOW_IPS: every address it is known to call from */
#define COMPANY_MAX 64        /* bytes of a company's number */

/* Where Binotel calls from, first to last. The first eight rows are the list it publishes; the
 * 45.91 rows are its newer network, known from integrations only. */
static const struct {
    const char *first, *last;
} networks[] = {
    {"194.88.218.114", "194.88.218.114"}, {"194.88.218.116", "194.88.218.120"},
    {"194.88.219.67", "194.88.219.67"},   {"194.88.219.70", "194.88.219.72"},
    {"194.88.219.78", "194.88.219.89"},   {"194.88.219.92", "194.88.219.92"},
    {"185.100.66.145", "185.100.66.147"}, {"45.91.130.36", "45.91.130.36"},
    {"45.91.130.51", "45.91.130.82"},     {"45.91.129.203", "45.91.129.203"},
};

static bool is_binotel(const char *address)
{
    for (size_t i = 0; i < sizeof networks / sizeof networks[0]; i++)
        if (access_in_range(address, networks[i].first, networks[i].last))
            return true;
    return false;
}

static bool is_listed(const char *address, const char *list)
{
    return access_listed(address, list) || (access_list_has(list, WORD) && is_binotel(address));
}

const char *binotel_callers(void)
{
    if (*setting_text(SET_HOLOS_WEBHOOK_SECRET) != '\0')
        return "secret";
    if (*setting_text(SET_BINOTEL_ALLOW_IPS) != '\0')
        return "addresses";
    return *setting_text(SET_BINOTEL_SIGNATURE_KEY) != '\0' ? "signature" : "";
}

static enum err check_settings(struct why *why)
{
    return access_check_list("BINOTEL_ALLOW_IPS", setting_text(SET_BINOTEL_ALLOW_IPS), WORD, why);
}

static enum err check_switch(const struct request *request, struct why *why)
{
    (void)request;
    if (setting_on(SET_TELEPHONY_ENABLED))
        return ERR_OK;
    return why_set(why, ERR_NOT_FOUND, "telephony is switched off (TELEPHONY_ENABLED)");
}

/* Calls cost money, and replies hold what callers said. */
static enum err check_closed(const struct request *request, struct why *why)
{
    if (binotel_callers()[0] != '\0' || access_is_local(request))
        return ERR_OK;
    return why_set(why, ERR_CLOSED,
                   "only this machine may call yet: set HOLOS_WEBHOOK_SECRET ('holos urls' "
                   "prints the addresses with it), BINOTEL_ALLOW_IPS or BINOTEL_SIGNATURE_KEY");
}

static enum err check_address(const struct request *request, struct why *why)
{
    const char *list = setting_text(SET_BINOTEL_ALLOW_IPS);

    if (*list == '\0' || is_listed(request->remote_addr, list))
        return ERR_OK;
    return why_set(why, ERR_FORBIDDEN, "this address may not call");
}

static enum err check_signature(const struct request *request, struct why *why)
{
    const char *key = setting_text(SET_BINOTEL_SIGNATURE_KEY);
    char due[DIGEST_HEX];
    char given[DIGEST_HEX];

    if (*key == '\0')
        return ERR_OK;
    enum err e = digest_hmac_sha256(key, request->body, request->len, due);
    if (e != ERR_OK)
        return e;
    bool fits = strlen(request->binotel_signature) == DIGEST_HEX - 1;
    (void)snprintf(given, sizeof given, "%s", request->binotel_signature);
    for (char *p = given; *p != '\0'; p++)
        *p = (char)tolower((unsigned char)*p);
    if (fits && text_equal_secret(given, due))
        return ERR_OK;
    return why_set(why, ERR_FORBIDDEN, "X-Binotel-Signature is missing or wrong");
}

/* The company that `o` names. ERR_MISSING: none; ERR_FORBIDDEN: another, or one that cannot be
 * read. */
static enum err check_named(struct arena *a, const struct json *o, const char *ours)
{
    const char *named = NULL;

    if (json_is_unreadable(json_member(o, "companyID")))
        return ERR_FORBIDDEN;
    enum err e = json_get_id(a, o, "companyID", COMPANY_MAX, &named, NULL);
    if (e == ERR_MEMORY || e == ERR_MISSING)
        return e;
    return e == ERR_OK && strcmp(named, ours) == 0 ? ERR_OK : ERR_FORBIDDEN;
}

static bool is_event(const struct json *type)
{
    const char *text = json_text(type);

    if (text != NULL)
        return text[strspn(text, " \t\r\n")] != '\0';
    return json_kind(type) != JSON_NULL || json_is_unreadable(type);
}

/* Every event of the exchange names its company (its records in callDetails), so one that names
 * none is not the exchange's. The contract's own bodies, without requestType, have no such field:
 * a gateway's calls are let in by the secret, the address or the signature. A body that cannot be
 * read is let by: no route can read it either. */
static enum err check_company(const struct request *request, struct why *why)
{
    const char *ours = setting_text(SET_BINOTEL_COMPANY_ID);
    const struct json *fields = NULL;

    if (*ours == '\0')
        return ERR_OK;
    enum err e = request_fields(request, &fields, NULL);
    if (e != ERR_OK)
        return e == ERR_MEMORY ? e : ERR_OK;
    bool event = is_event(json_member(fields, "requestType"));
    const struct json *const places[] = {fields, binotel_details(fields)};
    bool named = false;
    for (size_t i = 0; i < 2; i++) {
        e = check_named(request->arena, places[i], ours);
        if (e == ERR_MEMORY)
            return e;
        if (e == ERR_FORBIDDEN)
            return why_set(why, ERR_FORBIDDEN, "the company in the body is not ours");
        named = named || e == ERR_OK;
    }
    if (named || !event)
        return ERR_OK;
    return why_set(why, ERR_FORBIDDEN, "the event does not name its company");
}

static enum err check(const struct request *request, struct why *why)
{
    static enum err (*const checks[])(const struct request *, struct why *) = {
        check_switch,  check_closed,    access_check_secret,
        check_address, check_signature, check_company,
    };

    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        enum err e = checks[i](request, why);
        if (e != ERR_OK)
            return e;
    }
    return ERR_OK;
}

const struct access binotel_access = {
    .path_secret = true,
    .check = check,
    .check_settings = check_settings,
};
