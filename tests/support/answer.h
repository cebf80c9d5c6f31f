/* answer - a vendor's answer as net/http would hand it over. */
#ifndef HOLOS_TESTS_ANSWER_H
#define HOLOS_TESTS_ANSWER_H

#include "net/http.h"

/* A JSON body; `body` must outlive it. */
struct http_reply answer_json(int status, const char *body);
struct http_reply answer(int status, const char *type, const char *body);

/* The header that begins so, or NULL. */
const char *request_header(const struct http_request *req, const char *begin);

#endif
