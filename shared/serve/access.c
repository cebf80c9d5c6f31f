#include "serve/access.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/settings.h"
#include "base/text.h"

#define ENTRY_MAX 64

const struct access access_open = {0};
const struct access access_local = {.check = access_check_local};

/* An address as v6; v4 is held as ::ffff:a.b.c.d, which is also how a dual socket names it. */
struct address {
    unsigned char byte[16];
};

#define MAPPED_BITS 96

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

bool access_listed(const char *address, const char *list)
{
    struct address a, network;
    unsigned bits = 0;
    char entry[ENTRY_MAX];

    if (!address_read(address, &a))
        return false;
    while (next_entry(&list, entry))
        if (network_read(entry, &network, &bits) && same_bits(&a, &network, bits))
            return true;
    return false;
}

bool access_list_has(const char *list, const char *word)
{
    char entry[ENTRY_MAX];

    while (next_entry(&list, entry))
        if (strcmp(entry, word) == 0)
            return true;
    return false;
}

bool access_in_range(const char *address, const char *first, const char *last)
{
    struct address a, low, high;

    return address_read(address, &a) && address_read(first, &low) && address_read(last, &high) &&
           memcmp(a.byte, low.byte, sizeof a.byte) >= 0 &&
           memcmp(a.byte, high.byte, sizeof a.byte) <= 0;
}

enum err access_check_list(const char *setting, const char *list, const char *word, struct why *why)
{
    struct address a;
    unsigned bits = 0;
    char entry[ENTRY_MAX];

    while (next_entry(&list, entry))
        if (strcmp(entry, word) != 0 && !network_read(entry, &a, &bits))
            return why_set(
                why, ERR_CONFIG,
                "%s: '%s' is neither an address nor a network like 10.0.0.0/8 nor the word %s",
                setting, entry, word);
    return ERR_OK;
}

bool access_is_local(const struct request *request)
{
    return *request->forwarded_for == '\0' &&
           access_listed(request->remote_addr, "127.0.0.0/8,::1");
}

enum err access_check_local(const struct request *request, struct why *why)
{
    const char *given = request_query(request, "secret");
    const char *secret = setting_text(SET_HOLOS_WEBHOOK_SECRET);

    if (given != NULL && *secret != '\0')
        return text_equal_secret(given, secret)
                   ? ERR_OK
                   : why_set(why, ERR_FORBIDDEN, "the secret in the address is wrong");
    if (access_is_local(request))
        return ERR_OK;
    return why_set(why, ERR_CLOSED, "from another machine this needs ?secret=%s",
                   *secret == '\0' ? ", and HOLOS_WEBHOOK_SECRET is not set" : "");
}

void access_note(const struct request *request, struct response *response)
{
    struct address a;

    response_note(response, "from=%s",
                  address_read(request->remote_addr, &a) ? request->remote_addr : "unknown");
}

enum err access_check_secret(const struct request *request, struct why *why)
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
