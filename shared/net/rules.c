#include "net/rules.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/un.h>

#define HEADER_LIMIT 64

static bool is_loopback(const char *host)
{
    struct in_addr v4;

    if (strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0)
        return true;
    return inet_pton(AF_INET, host, &v4) == 1 && (ntohl(v4.s_addr) >> 24) == 127;
}

enum err rules_url(const char *scheme, const char *host, struct why *why)
{
    if (strcmp(scheme, "https") == 0)
        return ERR_OK;
    if (strcmp(scheme, "http") != 0)
        return why_set(why, ERR_VALUE, "%s: only https can be spoken, or http to this machine",
                       scheme);
    if (!is_loopback(host))
        return why_set(why, ERR_VALUE, "%s: plain http goes to this machine only; use https", host);
    return ERR_OK;
}

enum err rules_headers(const struct http_request *req, struct why *why)
{
    if (req->type != NULL && strpbrk(req->type, "\r\n") != NULL)
        return why_set(why, ERR_VALUE, "the type of the request's body is more than one line");
    for (size_t i = 0; req->headers != NULL && req->headers[i] != NULL; i++) {
        if (i >= HEADER_LIMIT)
            return why_set(why, ERR_VALUE, "too many request headers");
        if (strpbrk(req->headers[i], "\r\n") != NULL || strchr(req->headers[i], ':') == NULL)
            return why_set(why, ERR_VALUE, "a request header is no \"Name: value\" in one line");
    }
    return ERR_OK;
}

enum err rules_egress(const char *setting, const char **ret, struct why *why)
{
    static const char prefix[] = "unix:/";
    struct sockaddr_un un;

    *ret = NULL;
    if (setting == NULL || *setting == '\0')
        return ERR_OK;
    if (strncmp(setting, prefix, sizeof prefix - 1) != 0)
        return why_set(why, ERR_CONFIG, "the egress is written unix:/path, or not at all");
    if (strlen(setting) - 5 >= sizeof un.sun_path)
        return why_set(why, ERR_CONFIG, "the path of the egress's socket is longer than %zu bytes",
                       sizeof un.sun_path - 1);
    *ret = setting + 5;
    return ERR_OK;
}
