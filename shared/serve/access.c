#include "serve/access.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/settings.h"
#include "base/text.h"

#define ENTRY_MAX 64

/* An address as v6; v4 is held as ::ffff:a.b.c.d, which is also how a dual socket names it. */
struct address {
    unsigned char byte[16];
};

#define MAPPED_BITS 96

/* Where Binotel calls from, first to last. The first eight rows are the list it publishes; the
 * 45.91 rows are its newer network, known from integrations only. */
static const struct {
    const char *first, *last;
} binotel[] = {
    {"194.88.218.114", "194.88.218.114"}, {"194.88.218.116", "194.88.218.120"},
    {"194.88.219.67", "194.88.219.67"},   {"194.88.219.70", "194.88.219.72"},
    {"194.88.219.78", "194.88.219.89"},   {"194.88.219.92", "194.88.219.92"},
    {"185.100.66.145", "185.100.66.147"}, {"45.91.130.36", "45.91.130.36"},
    {"45.91.130.51", "45.91.130.82"},     {"45.91.129.203", "45.91.129.203"},
};

static bool address_read(const char *text, struct address *ret)
{
    struct address a = {{[10] = 0xff, [11] = 0xff}};

    if (inet_pton(AF_INET, text, a.byte + 12) != 1 && inet_pton(AF_INET6, text, a.byte) != 1)
        return false;
    *ret = a;
    return true;
}

static bool same_bits(const struct address *a, const struct address *b, unsigned bits)
{
    unsigned whole = bits / 8, rest = bits % 8;

    if (memcmp(a->byte, b->byte, whole) != 0)
        return false;
    unsigned mask = 0xff00U >> rest & 0xffU;
    return rest == 0 || ((a->byte[whole] ^ b->byte[whole]) & mask) == 0;
}

static bool is_binotel(const struct address *a)
{
    struct address first, last;

    for (size_t i = 0; i < sizeof binotel / sizeof binotel[0]; i++)
        if (address_read(binotel[i].first, &first) && address_read(binotel[i].last, &last) &&
            memcmp(a->byte, first.byte, 16) >= 0 && memcmp(a->byte, last.byte, 16) <= 0)
            return true;
    return false;
}

/* "10.0.0.0/8" into an address and how many of its 128 bits count. */
static bool network_read(const char *entry, struct address *ret, unsigned *ret_bits)
{
    char text[ENTRY_MAX];
    const char *slash = strchr(entry, '/');
    size_t n = slash == NULL ? strlen(entry) : (size_t)(slash - entry);

    (void)snprintf(text, sizeof text, "%.*s", (int)n, entry);
    if (!address_read(text, ret))
        return false;
    unsigned base = strchr(text, ':') == NULL ? MAPPED_BITS : 0;
    *ret_bits = 128;
    if (slash == NULL)
        return true;
    char *end = NULL;
    unsigned long bits = strtoul(slash + 1, &end, 10);
    if (!isdigit((unsigned char)slash[1]) || *end != '\0' || bits > 128 - base)
        return false;
    *ret_bits = base + (unsigned)bits;
    return true;
}

/* Takes the next entry off a comma-separated list, without blanks; false at the end. An entry that
 * is too long to be an address becomes "?". */
static bool next_entry(const char **list, char ret[static ENTRY_MAX])
{
    const char *s = *list + strspn(*list, ", \t");
    size_t n = strcspn(s, ", \t");

    if (n == 0)
        return false;
    bool fits = n < ENTRY_MAX;
    (void)snprintf(ret, ENTRY_MAX, "%.*s", fits ? (int)n : 1, fits ? s : "?");
    *list = s + n;
    return true;
}

static bool entry_matches(const char *entry, const struct address *a)
{
    struct address network;
    unsigned bits = 0;

    if (strcmp(entry, "binotel") == 0)
        return is_binotel(a);
    return network_read(entry, &network, &bits) && same_bits(a, &network, bits);
}

bool access_address_listed(const char *address, const char *list)
{
    struct address a;
    char entry[ENTRY_MAX];

    if (!address_read(address, &a))
        return false;
    while (next_entry(&list, entry))
        if (entry_matches(entry, &a))
            return true;
    return false;
}

enum err access_check_settings(struct why *why)
{
    const char *list = setting_text(SET_BINOTEL_ALLOW_IPS);
    struct address a;
    unsigned bits = 0;
    char entry[ENTRY_MAX];

    while (next_entry(&list, entry))
        if (strcmp(entry, "binotel") != 0 && !network_read(entry, &a, &bits))
            return why_set(why, ERR_CONFIG,
                           "BINOTEL_ALLOW_IPS: '%s' is no address, no network like 10.0.0.0/8 and "
                           "not the word binotel",
                           entry);
    return ERR_OK;
}

void access_note(const struct request *request, struct response *response)
{
    struct address a;

    response_note(response, "from=%s",
                  address_read(request->remote_addr, &a) ? request->remote_addr : "unknown");
}

static enum err check_switch(const struct request *request, struct why *why)
{
    (void)request;
    if (setting_on(SET_TELEPHONY_ENABLED))
        return ERR_OK;
    return why_set(why, ERR_NOT_FOUND, "telephony is switched off (TELEPHONY_ENABLED)");
}

static enum err check_secret(const struct request *request, struct why *why)
{
    const char *secret = setting_text(SET_HOLOS_WEBHOOK_SECRET);
    const char *given = request->path_secret;

    if (*secret == '\0')
        return given == NULL ? ERR_OK
                             : why_set(why, ERR_NOT_FOUND, "There is nothing at this path");
    if (given == NULL)
        given = request_query(request, "secret");
    if (given != NULL && text_equal_secret(given, secret))
        return ERR_OK;
    return why_set(why, ERR_FORBIDDEN, "the secret in the address is missing or wrong");
}

static enum err check_address(const struct request *request, struct why *why)
{
    const char *list = setting_text(SET_BINOTEL_ALLOW_IPS);

    if (*list == '\0' || access_address_listed(request->remote_addr, list))
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

/* callDetails, or its only child when that is an object: some versions wrap it once more. */
static const struct json *call_details(const struct json *fields)
{
    const struct json *details = json_member(fields, "callDetails");
    const struct json *child = details == NULL ? NULL : json_first(details);

    if (child != NULL && json_count(details) == 1 && json_kind(child) == JSON_OBJECT)
        return child;
    return details;
}

static enum err check_company(const struct request *request, struct why *why)
{
    const char *ours = setting_text(SET_BINOTEL_COMPANY_ID);
    const struct json *fields = NULL;
    const char *named = NULL;

    if (*ours == '\0' || request_fields(request, &fields, NULL) != ERR_OK)
        return ERR_OK;
    const struct json *const places[] = {fields, call_details(fields)};
    for (size_t i = 0; i < 2; i++) {
        enum err e = json_get_id(request->arena, places[i], "companyID", ENTRY_MAX, &named, NULL);
        if (e == ERR_MEMORY)
            return e;
        if (e != ERR_MISSING && (e != ERR_OK || strcmp(named, ours) != 0))
            return why_set(why, ERR_FORBIDDEN, "the company in the body is not ours");
    }
    return ERR_OK;
}

enum err access_check(enum handler_access access, const struct request *request, struct why *why)
{
    static enum err (*const checks[])(const struct request *, struct why *) = {
        check_switch, check_secret, check_address, check_signature, check_company,
    };

    if (access == ACCESS_OPEN)
        return ERR_OK;
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        enum err e = checks[i](request, why);
        if (e != ERR_OK)
            return e;
    }
    return ERR_OK;
}
