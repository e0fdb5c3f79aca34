/*
 * A mix of what databases do, in memory: rows in one transaction, an index, lookups by it, updates,
 * a sort, an aggregate, deletes. The same source runs in the kernel and as a host program; whoever
 * listens takes the time from `start` to `done`.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#define ROWS    20000
#define LOOKUPS 10000

static sqlite3 *database;

static void run(const char *sql) {
    char *message = NULL;
    if (sqlite3_exec(database, sql, NULL, NULL, &message) != SQLITE_OK) {
        printf("error: %s\n", message);
        exit(1);
    }
}

/* A statement that takes a number, for numbers from a fixed sequence. */
static void repeat(const char *sql, int count) {
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) != SQLITE_OK)
        exit(1);
    unsigned number = 1;
    for (int i = 0; i < count; i++) {
        number = number * 1103515245 + 12345;
        sqlite3_bind_int(statement, 1, number / 65536 % ROWS);
        while (sqlite3_step(statement) == SQLITE_ROW)
            ;
        sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
}

static void say(const char *word) {
    puts(word);
    fflush(stdout);
}

int main(void) {
    if (sqlite3_open(":memory:", &database) != SQLITE_OK)
        return 1;
    say("start");
    run("CREATE TABLE row(id INTEGER PRIMARY KEY, number INTEGER, text TEXT)");
    run("BEGIN");
    repeat("INSERT INTO row(number, text) VALUES(?1, 'row number ' || ?1)", ROWS);
    run("COMMIT");
    run("CREATE INDEX by_number ON row(number)");
    repeat("SELECT text FROM row WHERE number = ?1", LOOKUPS);
    run("BEGIN");
    repeat("UPDATE row SET text = text || '!' WHERE id = ?1", LOOKUPS);
    run("COMMIT");
    run("SELECT text FROM row ORDER BY text");
    run("SELECT number % 100, count(*), sum(id) FROM row GROUP BY 1");
    run("DELETE FROM row WHERE number % 2 = 0");
    say("done");
    sqlite3_close(database);
    return 0;
}
