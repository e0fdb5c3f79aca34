#ifndef KERNEL_H
#define KERNEL_H

/* Starts a thread for each thing there is to wait for, and stops where all of them do. */
void waits(void);

/* Has the processor taken from a thread that does not give it back. */
void spins(void);

/* Calls what does not return before a debugger says so. */
void lasts(void);

/* Ends in the processor exception that `kind` names. */
void fault(const char *kind);

#endif
