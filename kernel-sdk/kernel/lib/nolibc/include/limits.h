/* The compiler's own limits.h looks for a host's behind it; these are what it knows by itself. */
#ifndef _LIMITS_H
#define _LIMITS_H

#define CHAR_BIT  __CHAR_BIT__
#define SCHAR_MAX __SCHAR_MAX__
#define SHRT_MAX  __SHRT_MAX__
#define INT_MAX   __INT_MAX__
#define LONG_MAX  __LONG_MAX__
#define LLONG_MAX __LONG_LONG_MAX__
#define INT_MIN   (-INT_MAX - 1)
#define LONG_MIN  (-LONG_MAX - 1)
#define LLONG_MIN (-LLONG_MAX - 1)
#define UCHAR_MAX (SCHAR_MAX * 2 + 1)
#define UINT_MAX  (INT_MAX * 2U + 1)
#define ULONG_MAX (LONG_MAX * 2UL + 1)

#endif
