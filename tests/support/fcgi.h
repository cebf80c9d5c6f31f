/* fcgi - a FastCGI caller that can also misbehave: it writes single records, cuts bodies, lies
 * about lengths and stalls. Every function ends the test program when the machine fails it. */
#ifndef HOLOS_TESTS_FCGI_H
#define HOLOS_TESTS_FCGI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fcgi_type { FCGI_BEGIN = 1, FCGI_END = 3, FCGI_PARAMS = 4, FCGI_STDIN = 5, FCGI_STDOUT = 6 };

struct fcgi_ask {
    const char *method; /* NULL: POST when there is a body, else GET */
    const char *query;
    const char *type;
    const char *id;
    const void *body;
    size_t len;
    const char *declared; /* CONTENT_LENGTH; NULL: the truth */
    bool keep;            /* asks to keep the connection */
    int64_t arrived_ms;   /* when nginx had it, unix time; 0: not told */
};

struct fcgi_reply {
    char *data; /* headers and body as they came; NUL-terminated */
    size_t len, room;
    int ends;    /* END_REQUEST records seen */
    bool closed; /* the other side closed */
};

/* Connects to a Unix socket; -1 when refused. */
int fcgi_dial(const char *path);

/* Writes what it can. False when the other side is gone. */
bool fcgi_write(int fd, const void *data, size_t n);

bool fcgi_record(int fd, enum fcgi_type type, const void *data, size_t n);

/* Begin and parameters, complete. */
bool fcgi_open(int fd, const struct fcgi_ask *ask);

/* Body bytes in records; no end. */
bool fcgi_body(int fd, const void *data, size_t n);

/* A whole request. */
bool fcgi_send(int fd, const struct fcgi_ask *ask);

/* Reads one record into the reply. False: `ms` passed, or closed. */
bool fcgi_read_record(int fd, int ms, struct fcgi_reply *r);

/* Reads until the other side closes or `ms` pass. True if a request was ended. */
bool fcgi_read(int fd, int ms, struct fcgi_reply *r);

/* Dials, asks, reads, closes. The status, or 0 when there was no whole reply. */
int fcgi_call(const char *path, const struct fcgi_ask *ask, struct fcgi_reply *ret);

int fcgi_status(const struct fcgi_reply *r);
const char *fcgi_reply_body(const struct fcgi_reply *r);
void fcgi_reply_free(struct fcgi_reply *r);

#endif
