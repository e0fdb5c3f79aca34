/* A database on a disk, asked over TCP: one client at a time, one line of SQL after another. */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "session.h"

#define PORT     7070
#define BACKLOG  16
#define DATABASE "/data/rows.db"

static sqlite3 *open_database(void) {
    sqlite3 *database;
    if (sqlite3_open(DATABASE, &database) != SQLITE_OK) {
        printf("'%s' cannot be opened: %s\n", DATABASE, sqlite3_errmsg(database));
        return NULL;
    }
    const char *schema = "CREATE TABLE IF NOT EXISTS note(id INTEGER PRIMARY KEY, text TEXT)";
    if (sqlite3_exec(database, schema, NULL, NULL, NULL) != SQLITE_OK) {
        printf("The table cannot be made: %s\n", sqlite3_errmsg(database));
        return NULL;
    }
    return database;
}

static int listen_on(int port) {
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    const struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    if (listener < 0 || bind(listener, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
        listen(listener, BACKLOG) < 0)
        return -1;
    return listener;
}

int main(void) {
    sqlite3 *database = open_database();
    if (database == NULL)
        return 1;
    int listener = listen_on(PORT);
    if (listener < 0) {
        printf("Port %d cannot be listened on: %s\n", PORT, strerror(errno));
        return 1;
    }
    printf("SQLite %s answers on port %d.\n", sqlite3_libversion(), PORT);
    for (;;) {
        int connection = accept(listener, NULL, NULL);
        if (connection < 0) {
            perror("accept");
            return 1;
        }
        session_run(database, connection);
    }
}
