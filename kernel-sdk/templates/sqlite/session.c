/* Lines of SQL to rows. */
#include "session.h"

#include <stdio.h>
#include <unistd.h>

#define LINE_SIZE 4096

static int send_row(void *stream, int count, char **values, char **names) {
    (void)names;
    for (int i = 0; i < count; i++)
        fprintf(stream, "%s%s", i > 0 ? "\t" : "", values[i] ? values[i] : "NULL");
    fputc('\n', stream);
    return ferror((FILE *)stream);
}

static void answer(sqlite3 *database, const char *sql, FILE *stream) {
    char *message = NULL;
    if (sqlite3_exec(database, sql, send_row, stream, &message) == SQLITE_OK)
        fputs("ok\n", stream);
    else
        fprintf(stream, "error: %s\n", message ? message : sqlite3_errmsg(database));
    sqlite3_free(message);
    fflush(stream);
}

void session_run(sqlite3 *database, int connection) {
    char line[LINE_SIZE];
    FILE *input = fdopen(connection, "r");
    /* Each stream closes its own descriptor. */
    FILE *output = fdopen(dup(connection), "w");
    if (input && output)
        while (fgets(line, sizeof(line), input))
            answer(database, line, output);
    if (!sqlite3_get_autocommit(database))
        sqlite3_exec(database, "ROLLBACK", NULL, NULL, NULL);
    if (output)
        fclose(output);
    if (input)
        fclose(input);
}
