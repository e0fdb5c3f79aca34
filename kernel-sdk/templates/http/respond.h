/* Answers. */
#ifndef RESPOND_H
#define RESPOND_H

#include <stdbool.h>

#include "request.h"

/* Shows the server's own numbers at /metrics. Called once. */
void respond_init(void);

/* Answers a request with a file, or with the metrics. False when the client has gone. */
bool respond(int connection, const struct request *request);

/* Answers what was no request. */
void respond_bad_request(int connection);

#endif
