/* The C library's, past the one of C++, which expects all of a host's functions in it. */
#if __has_include(<wchar.h>)
#include_next <stdlib.h>
#else
#define _GLIBCXX_INCLUDE_NEXT_C_HEADERS
#include_next <stdlib.h>
#undef _GLIBCXX_INCLUDE_NEXT_C_HEADERS
#endif
