/* Files and metrics to answers. */
#include "respond.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <uk/metrics.h>
#include <unistd.h>

#define ROOT         "/www"
#define METRICS_SIZE 8192
#define HEADER_SIZE  256
#define CHUNK_SIZE   16384

static struct uk_metric requests = {
    .kind = UK_METRIC_COUNTER, .name = "http_requests_total", .help = "Requests answered."};

static const int64_t bounds[] = {100, 300, 1000, 3000, 10000, 30000, 100000};
static struct uk_metric durations = {
    .kind = UK_METRIC_HISTOGRAM,
    .name = "http_request_duration_seconds",
    .help = "How long a request took, from its last byte to its answer's.",
    /* Microseconds, shown as seconds. */
    .decimals = 6,
    .bounds = bounds,
    .bound_count = sizeof(bounds) / sizeof(bounds[0]),
};

static const struct {
    const char *suffix, *type;
} types[] = {
    {".html", "text/html; charset=utf-8"},
    {".css", "text/css"},
    {".js", "text/javascript"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".txt", "text/plain; charset=utf-8"},
};

void respond_init(void) {
    uk_metric_register(&requests);
    uk_metric_register(&durations);
}

static const char *type_of(const char *path) {
    const char *suffix = strrchr(path, '.');
    for (size_t i = 0; suffix && i < sizeof(types) / sizeof(types[0]); i++)
        if (strcmp(suffix, types[i].suffix) == 0)
            return types[i].type;
    return "application/octet-stream";
}

static bool send_all(int connection, const char *data, size_t size) {
    while (size > 0) {
        ssize_t sent = write(connection, data, size);
        if (sent <= 0)
            return false;
        data += sent;
        size -= sent;
    }
    return true;
}

/* The header, and the body where it is short enough to go with it in one piece. */
static bool send_head(int connection, const char *status, const char *type, size_t length,
                      bool keep_alive, const char *body, size_t body_size) {
    char head[HEADER_SIZE + CHUNK_SIZE];
    int size = snprintf(head, HEADER_SIZE,
                        "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
                        "Connection: %s\r\n\r\n",
                        status, type, length, keep_alive ? "keep-alive" : "close");
    memcpy(head + size, body, body_size);
    return send_all(connection, head, size + body_size);
}

static bool send_text(int connection, const char *status, const char *text, bool keep_alive) {
    return send_head(connection, status, "text/plain; charset=utf-8", strlen(text), keep_alive,
                     text, strlen(text));
}

static bool send_metrics(int connection, bool keep_alive) {
    char text[METRICS_SIZE];
    size_t size = uk_metrics_format(text, sizeof(text));
    if (size >= sizeof(text))
        size = sizeof(text) - 1;
    return send_head(connection, "200 OK", "text/plain; version=0.0.4", size, keep_alive, text,
                     size);
}

static bool send_file(int connection, int file, const char *path, size_t length, bool head_only,
                      bool keep_alive) {
    char chunk[CHUNK_SIZE];
    ssize_t size = head_only ? 0 : read(file, chunk, sizeof(chunk));
    if (size < 0)
        return send_text(connection, "500 Internal Server Error", "The file is unreadable.\n",
                         false);
    bool ok = send_head(connection, "200 OK", type_of(path), length, keep_alive, chunk, size);
    while (ok && size > 0 && (size = read(file, chunk, sizeof(chunk))) > 0)
        ok = send_all(connection, chunk, size);
    return ok;
}

static bool respond_with_file(int connection, const struct request *request) {
    char path[sizeof(ROOT) + PATH_LIMIT + sizeof("index.html")];
    bool folder = request->path[strlen(request->path) - 1] == '/';
    snprintf(path, sizeof(path), "%s%s%s", ROOT, request->path, folder ? "index.html" : "");
    struct stat status;
    int file = open(path, O_RDONLY);
    if (file < 0 || fstat(file, &status) < 0 || !S_ISREG(status.st_mode)) {
        if (file >= 0)
            close(file);
        return send_text(connection, "404 Not Found", "There is no such page.\n",
                         request->keep_alive);
    }
    bool head_only = strcmp(request->method, "HEAD") == 0;
    bool ok = send_file(connection, file, path, status.st_size, head_only, request->keep_alive);
    close(file);
    return ok;
}

static int64_t microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

bool respond(int connection, const struct request *request) {
    int64_t start = microseconds();
    bool ok;
    if (strcmp(request->method, "GET") != 0 && strcmp(request->method, "HEAD") != 0)
        ok = send_text(connection, "405 Method Not Allowed", "GET and HEAD only.\n",
                       request->keep_alive);
    else if (strcmp(request->path, "/metrics") == 0)
        ok = send_metrics(connection, request->keep_alive);
    else
        ok = respond_with_file(connection, request);
    uk_metric_add(&requests, 1);
    uk_metric_observe(&durations, microseconds() - start);
    return ok;
}

void respond_bad_request(int connection) {
    send_text(connection, "400 Bad Request", "That was not understood.\n", false);
}
