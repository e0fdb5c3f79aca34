/* Memory from the heap, numbers from text, and giving up. */
#include <ctype.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <uk/alloc.h>
#include <uk/panic.h>

void *malloc(size_t size) {
    return uk_malloc(uk_alloc_get_default(), size);
}

void *calloc(size_t count, size_t size) {
    return uk_calloc(uk_alloc_get_default(), count, size);
}

void *realloc(void *pointer, size_t size) {
    return uk_realloc(uk_alloc_get_default(), pointer, size);
}

void free(void *pointer) {
    uk_free(uk_alloc_get_default(), pointer);
}

void abort(void) {
    struct uk_panic_info info = {.reason = "The application called abort()"};
    uk_panic(&info);
}

static int digit_of(char character) {
    if (isdigit(character))
        return character - '0';
    return isalpha(character) ? tolower(character) - 'a' + 10 : INT_MAX;
}

long strtol(const char *restrict text, char **restrict end, int base) {
    const char *at = text;
    while (isspace(*at))
        at++;
    bool negative = *at == '-';
    if (*at == '-' || *at == '+')
        at++;
    bool hexadecimal = at[0] == '0' && (at[1] == 'x' || at[1] == 'X') && digit_of(at[2]) < 16;
    if ((base == 0 || base == 16) && hexadecimal) {
        at += 2;
        base = 16;
    } else if (base == 0) {
        base = *at == '0' ? 8 : 10;
    }
    const char *digits = at;
    long value = 0;
    for (; digit_of(*at) < base; at++) {
        long digit = negative ? -digit_of(*at) : digit_of(*at);
        if (__builtin_mul_overflow(value, base, &value) ||
            __builtin_add_overflow(value, digit, &value))
            value = negative ? LONG_MIN : LONG_MAX;
    }
    if (end)
        *end = (char *)(at == digits ? text : at);
    return value;
}

int atoi(const char *text) {
    return strtol(text, NULL, 10);
}
