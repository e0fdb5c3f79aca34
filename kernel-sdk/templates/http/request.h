/* Requests, as far as a server of files needs them (RFC 9112). */
#ifndef REQUEST_H
#define REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#define REQUEST_MAX 4096
#define PATH_LIMIT  256

struct request {
    char method[8];
    /* Without the query; never with a `..` in it. */
    char path[PATH_LIMIT];
    /* The client will send more on this connection. */
    bool keep_alive;
};

enum request_result {
    REQUEST_OK,
    REQUEST_CLOSED, /* the client has gone, or said nothing for too long */
    REQUEST_BAD,
};

/*
 * Reads one request. `buffer`, of REQUEST_MAX bytes, and `*filled` keep what was received beyond it
 * for the next call; `*filled` begins as 0.
 */
enum request_result request_read(int connection, char *buffer, size_t *filled,
                                 struct request *request);

#endif
