#ifndef UKBOOT_PARAMETERS_H
#define UKBOOT_PARAMETERS_H

/* Hands parameters to their libraries, and leaves main's arguments in argv. Returns their number.
 */
int uk_boot_parameters(int argc, char *argv[]);

#endif
