/* musl's own, but for the way to crash: HLT is no exception in the kernel's mode. */
#include_next <atomic_arch.h>

#undef a_crash
#define a_crash uk_crash
static inline void uk_crash(void) {
    __builtin_trap();
}
