#ifndef UKBOOT_ARGUMENTS_H
#define UKBOOT_ARGUMENTS_H

/*
 * Splits a command line at white space into argv, which takes `limit` arguments and a closing NULL.
 * Double quotes hold an argument together; a backslash takes the next character as it is.
 * Returns the number of arguments.
 */
int uk_boot_arguments(const char *line, char *argv[], int limit);

#endif
