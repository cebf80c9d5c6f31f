/* peer - HTTPS servers on loopback that do as the path says, with certificates of their own: see
 * tests/support/peer.py. They end with the test program. */
#ifndef HOLOS_TESTS_PEER_H
#define HOLOS_TESTS_PEER_H

#include <sys/types.h>
#include "tests/support/folder.h"

enum peer_server { PEER_PLAIN, PEER_GOOD, PEER_WRONG, PEER_OTHER, PEER_EXPIRED, PEER__MAX };

struct peer {
    struct folder folder;
    pid_t pid;
    int hold; /* closing it ends the servers */
    int port[PEER__MAX];
    char ca[1024];      /* path of the authority that made good, wrong and expired */
    char foreign[1024]; /* path of the one that made other */
};

/* Ends the test program if that fails. */
void peer_start(struct peer *p);
void peer_stop(struct peer *p);

/* "https://localhost:PORT/path" (http for plain), good for seven further calls. */
const char *peer_url(const struct peer *p, enum peer_server server, const char *path);

#endif
