/* The battery-backed clock (Motorola MC146818A data sheet), which QEMU keeps in UTC. */
#include "rtc.h"

#include <stdbool.h>
#include <uk/arch/cpu.h>

#define RTC_INDEX 0x70
#define RTC_DATA  0x71

#define RTC_SECONDS        0x00
#define RTC_MINUTES        0x02
#define RTC_HOURS          0x04
#define RTC_DAY            0x07
#define RTC_MONTH          0x08
#define RTC_YEAR           0x09
#define RTC_STATUS_A       0x0a
#define RTC_STATUS_B       0x0b
#define RTC_CENTURY        0x32
#define RTC_A_UPDATING     0x80
#define RTC_B_BINARY       0x04
#define RTC_ABSENT         0xff
#define SECONDS_PER_DAY    86400
#define SECONDS_PER_HOUR   3600
#define SECONDS_PER_MINUTE 60

static uint8_t read(uint8_t reg) {
    outb(RTC_INDEX, reg);
    return inb(RTC_DATA);
}

static int number(uint8_t reg) {
    uint8_t value = read(reg);
    return read(RTC_STATUS_B) & RTC_B_BINARY ? value : (value >> 4) * 10 + (value & 0x0f);
}

/* Days from 1970-01-01 in the Gregorian calendar; a year starts in March, so that its leap day is
 * last. */
static int64_t days_since_epoch(int year, int month, int day) {
    if (month <= 2)
        year--;
    int64_t era = year / 400, year_of_era = year % 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

int64_t rtc_read(void) {
    if (read(RTC_STATUS_A) == RTC_ABSENT)
        return 0;
    int64_t time = 0, before;
    do {
        before = time;
        while (read(RTC_STATUS_A) & RTC_A_UPDATING)
            ;
        int year = number(RTC_CENTURY) * 100 + number(RTC_YEAR);
        time = days_since_epoch(year, number(RTC_MONTH), number(RTC_DAY)) * SECONDS_PER_DAY +
               number(RTC_HOURS) * SECONDS_PER_HOUR + number(RTC_MINUTES) * SECONDS_PER_MINUTE +
               number(RTC_SECONDS);
    } while (time != before);
    return time;
}
