/* From bytes to a request. */
#include "request.h"

#include <string.h>
#include <strings.h>
#include <unistd.h>

#define HEADER_END "\r\n\r\n"

static bool has_header(const char *headers, const char *name, const char *value) {
    for (const char *line = headers; line; line = strstr(line, "\r\n")) {
        line += *line == '\r' ? 2 : 0;
        if (strncasecmp(line, name, strlen(name)) != 0)
            continue;
        const char *at = line + strlen(name);
        at += strspn(at, ": \t");
        return strncasecmp(at, value, strlen(value)) == 0;
    }
    return false;
}

/* `text` is the request line and the headers, with a zero behind them. */
static bool parse(char *text, struct request *request) {
    char *headers = strstr(text, "\r\n");
    if (headers == NULL)
        return false;
    *headers = '\0';
    headers += 2;
    char *save;
    const char *method = strtok_r(text, " ", &save);
    char *target = strtok_r(NULL, " ", &save);
    const char *version = strtok_r(NULL, " ", &save);
    if (!method || !target || !version || target[0] != '/' || strncmp(version, "HTTP/1.", 7) != 0)
        return false;
    target[strcspn(target, "?#")] = '\0';
    if (strlen(method) >= sizeof(request->method) || strlen(target) >= PATH_LIMIT ||
        strstr(target, ".."))
        return false;
    strcpy(request->method, method);
    strcpy(request->path, target);
    bool newer = strcmp(version, "HTTP/1.1") == 0;
    request->keep_alive = newer ? !has_header(headers, "Connection", "close")
                                : has_header(headers, "Connection", "keep-alive");
    return true;
}

enum request_result request_read(int connection, char *buffer, size_t *filled,
                                 struct request *request) {
    char *end;
    for (;;) {
        buffer[*filled] = '\0';
        end = strstr(buffer, HEADER_END);
        if (end)
            break;
        if (*filled + 1 >= REQUEST_MAX)
            return REQUEST_BAD;
        ssize_t size = read(connection, buffer + *filled, REQUEST_MAX - 1 - *filled);
        if (size <= 0)
            return REQUEST_CLOSED;
        *filled += size;
    }
    size_t used = end + strlen(HEADER_END) - buffer;
    end[2] = '\0';
    bool understood = parse(buffer, request);
    memmove(buffer, buffer + used, *filled - used);
    *filled -= used;
    return understood ? REQUEST_OK : REQUEST_BAD;
}
