/* The compiler's C++ headers ask the C library for its version; there may be none that has one. */
#ifndef UKCXX_FEATURES_H
#define UKCXX_FEATURES_H

#if __has_include_next(<features.h>)
#include_next <features.h>
#endif

#ifndef __GLIBC_PREREQ
#define __GLIBC_PREREQ(major, minor) 0
#endif

#endif
