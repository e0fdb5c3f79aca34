/* Memory and strings. */
#include <string.h>

/* Eight bytes at any address, whatever type they have. */
typedef unsigned long word __attribute__((may_alias, aligned(1)));

void *memchr(const void *memory, int byte, size_t size) {
    const unsigned char *at = memory;
    for (; size > 0; at++, size--)
        if (*at == (unsigned char)byte)
            return (void *)at;
    return NULL;
}

int memcmp(const void *a, const void *b, size_t size) {
    const unsigned char *left = a, *right = b;
    for (; size > 0; left++, right++, size--)
        if (*left != *right)
            return *left - *right;
    return 0;
}

void *memcpy(void *restrict to, const void *restrict from, size_t size) {
    char *target = to;
    const char *source = from;
    for (; size >= sizeof(word); size -= sizeof(word)) {
        *(word *)target = *(const word *)source;
        target += sizeof(word);
        source += sizeof(word);
    }
    while (size-- > 0)
        *target++ = *source++;
    return to;
}

void *memmove(void *to, const void *from, size_t size) {
    if ((char *)to <= (const char *)from || (char *)to >= (const char *)from + size)
        return memcpy(to, from, size);
    while (size-- > 0)
        ((char *)to)[size] = ((const char *)from)[size];
    return to;
}

void *memset(void *memory, int byte, size_t size) {
    unsigned char *at = memory;
    word pattern = 0x0101010101010101UL * (unsigned char)byte;
    for (; size >= sizeof(word); size -= sizeof(word), at += sizeof(word))
        *(word *)at = pattern;
    while (size-- > 0)
        *at++ = byte;
    return memory;
}

char *strchr(const char *text, int character) {
    for (;; text++) {
        if (*text == (char)character)
            return (char *)text;
        if (*text == '\0')
            return NULL;
    }
}

int strcmp(const char *a, const char *b) {
    return strncmp(a, b, (size_t)-1);
}

char *strcpy(char *restrict to, const char *restrict from) {
    return memcpy(to, from, strlen(from) + 1);
}

size_t strlen(const char *text) {
    return strnlen(text, (size_t)-1);
}

int strncmp(const char *a, const char *b, size_t limit) {
    for (; limit > 0; a++, b++, limit--)
        if (*a != *b || *a == '\0')
            return (unsigned char)*a - (unsigned char)*b;
    return 0;
}

char *strncpy(char *restrict to, const char *restrict from, size_t size) {
    size_t length = strnlen(from, size);
    memcpy(to, from, length);
    memset(to + length, 0, size - length);
    return to;
}

size_t strnlen(const char *text, size_t limit) {
    size_t length = 0;
    while (length < limit && text[length] != '\0')
        length++;
    return length;
}

char *strrchr(const char *text, int character) {
    const char *last = NULL;
    for (;; text++) {
        if (*text == (char)character)
            last = text;
        if (*text == '\0')
            return (char *)last;
    }
}

char *strstr(const char *text, const char *part) {
    size_t length = strlen(part);
    for (; *text != '\0' || length == 0; text++)
        if (strncmp(text, part, length) == 0)
            return (char *)text;
    return NULL;
}
