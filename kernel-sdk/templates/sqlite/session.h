/* A client's conversation with the database. */
#ifndef SESSION_H
#define SESSION_H

#include <sqlite3.h>

/*
 * Answers each line, which is SQL, until the client hangs up: a line for each row, columns
 * separated by tabs, then `ok` or `error: …`. A transaction that is left open is rolled back.
 */
void session_run(sqlite3 *database, int connection);

#endif
