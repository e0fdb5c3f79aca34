/* The one formatter behind every kernel message; it needs no libc but <string.h>. */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <uk/format.h>

/* 64 binary digits would fit; the longest is 22 octal ones. */
#define DIGITS_MAX 24

struct output {
    char *to;
    size_t size, length;
};

struct conversion {
    bool left, zero, plus, space, alternate;
    int width;
    /* Negative: none was given. */
    int precision;
};

static void put(struct output *out, char character) {
    if (out->length + 1 < out->size)
        out->to[out->length] = character;
    out->length++;
}

static void pad(struct output *out, char character, int count) {
    while (count-- > 0)
        put(out, character);
}

/* Blanks around, or zeros behind the prefix, up to the width. */
static void put_field(struct output *out, const struct conversion *c, const char *prefix,
                      const char *text, int length) {
    int zeros = c->precision > length ? c->precision - length : 0;
    int missing = c->width - (int)strlen(prefix) - zeros - length;
    if (c->zero && !c->left && c->precision < 0 && missing > 0) {
        zeros += missing;
        missing = 0;
    }
    if (!c->left)
        pad(out, ' ', missing);
    for (; *prefix != '\0'; prefix++)
        put(out, *prefix);
    pad(out, '0', zeros);
    for (int i = 0; i < length; i++)
        put(out, text[i]);
    if (c->left)
        pad(out, ' ', missing);
}

static void put_number(struct output *out, const struct conversion *c, uint64_t value,
                       unsigned base, bool upper, const char *prefix) {
    const char *alphabet = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    char digits[DIGITS_MAX];
    int length = 0;
    for (; value != 0 || length == 0; value /= base)
        digits[DIGITS_MAX - ++length] = alphabet[value % base];
    put_field(out, c, prefix, digits + DIGITS_MAX - length, length);
}

static void put_text(struct output *out, struct conversion c, const char *text) {
    if (text == NULL)
        text = "(null)";
    int length = strnlen(text, c.precision < 0 ? (size_t)-1 : (size_t)c.precision);
    c.precision = -1;
    c.zero = false;
    put_field(out, &c, "", text, length);
}

static const char *read_flags(const char *format, struct conversion *c) {
    for (;; format++) {
        switch (*format) {
        case '-':
            c->left = true;
            break;
        case '0':
            c->zero = true;
            break;
        case '+':
            c->plus = true;
            break;
        case ' ':
            c->space = true;
            break;
        case '#':
            c->alternate = true;
            break;
        default:
            return format;
        }
    }
}

static const char *read_count(const char *format, int *count, va_list *arguments) {
    if (*format == '*') {
        *count = va_arg(*arguments, int);
        return format + 1;
    }
    for (*count = 0; *format >= '0' && *format <= '9'; format++)
        *count = *count * 10 + (*format - '0');
    return format;
}

/* The bytes of the integer that the length modifier names. */
static const char *read_length(const char *format, int *bytes) {
    *bytes = sizeof(int);
    for (;; format++) {
        if (*format == 'h')
            *bytes /= 2;
        else if (*format == 'l' || *format == 'z' || *format == 't' || *format == 'j')
            *bytes = sizeof(long);
        else
            return format;
    }
}

/* Narrow types are promoted to int: what they hold is its low bytes. */
static uint64_t read_integer(va_list *arguments, int bytes, bool is_signed) {
    if (bytes == sizeof(long))
        return va_arg(*arguments, uint64_t);
    int value = va_arg(*arguments, int);
    int unused = 64 - 8 * bytes;
    uint64_t shifted = (uint64_t)value << unused;
    return is_signed ? (uint64_t)((int64_t)shifted >> unused) : shifted >> unused;
}

static void convert(struct output *out, struct conversion *c, char kind, int bytes,
                    va_list *arguments) {
    switch (kind) {
    case 'd':
    case 'i': {
        int64_t value = read_integer(arguments, bytes, true);
        const char *sign = value < 0 ? "-" : c->plus ? "+" : c->space ? " " : "";
        put_number(out, c, value < 0 ? -(uint64_t)value : (uint64_t)value, 10, false, sign);
        break;
    }
    case 'u':
        put_number(out, c, read_integer(arguments, bytes, false), 10, false, "");
        break;
    case 'o':
        put_number(out, c, read_integer(arguments, bytes, false), 8, false,
                   c->alternate ? "0" : "");
        break;
    case 'x':
    case 'X': {
        const char *prefix = kind == 'X' ? "0X" : "0x";
        uint64_t value = read_integer(arguments, bytes, false);
        put_number(out, c, value, 16, kind == 'X', c->alternate && value != 0 ? prefix : "");
        break;
    }
    case 'p':
        put_number(out, c, va_arg(*arguments, uintptr_t), 16, false, "0x");
        break;
    case 'c': {
        char character = va_arg(*arguments, int);
        c->precision = -1;
        put_field(out, c, "", &character, 1);
        break;
    }
    case 's':
        put_text(out, *c, va_arg(*arguments, const char *));
        break;
    case '%':
        put(out, '%');
        break;
    default:
        /* Not a conversion that we know: shown as it was written. */
        put(out, '%');
        put(out, kind);
    }
}

int uk_vsnprintf(char *restrict to, size_t size, const char *restrict format, va_list arguments) {
    struct output out = {.to = to, .size = size};
    va_list rest;
    va_copy(rest, arguments);
    for (; *format != '\0'; format++) {
        if (*format != '%') {
            put(&out, *format);
            continue;
        }
        struct conversion c = {.precision = -1};
        int bytes;
        format = read_flags(format + 1, &c);
        format = read_count(format, &c.width, &rest);
        if (c.width < 0) {
            c.left = true;
            c.width = -c.width;
        }
        if (*format == '.')
            format = read_count(format + 1, &c.precision, &rest);
        format = read_length(format, &bytes);
        if (*format == '\0')
            break;
        convert(&out, &c, *format, bytes, &rest);
    }
    va_end(rest);
    if (size > 0)
        to[out.length < size ? out.length : size - 1] = '\0';
    return out.length;
}

int uk_snprintf(char *restrict to, size_t size, const char *restrict format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = uk_vsnprintf(to, size, format, arguments);
    va_end(arguments);
    return length;
}
