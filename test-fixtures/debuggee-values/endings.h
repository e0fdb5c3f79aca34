/* See endings.c. */
#pragma once

/** Does not return for the names of endings. */
void end_by(const char *what);
