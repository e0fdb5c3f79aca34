#ifndef KVM_X86_RTC_H
#define KVM_X86_RTC_H

#include <stdint.h>

/* Seconds since 1970-01-01T00:00:00Z; 0 on a machine without this clock. */
int64_t rtc_read(void);

#endif
