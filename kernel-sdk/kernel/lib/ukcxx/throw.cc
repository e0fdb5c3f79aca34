/* Where the C++ library would throw (its bits/functexcept.h): panics, as there are no exceptions.
 */
#include <bits/functexcept.h>

#include <stdarg.h>
#include <stdio.h>
#include <uk/panic.h>

namespace {

[[noreturn]] void panic(const char *reason) {
    uk_panic_info info{};
    info.reason = reason;
    uk_panic(&info);
}

} // namespace

namespace std {

void __throw_bad_alloc() {
    panic("std::bad_alloc");
}

void __throw_bad_array_new_length() {
    panic("std::bad_array_new_length");
}

void __throw_bad_function_call() {
    panic("std::bad_function_call: an empty std::function was called");
}

void __throw_logic_error(const char *what) {
    panic(what);
}

void __throw_invalid_argument(const char *what) {
    panic(what);
}

void __throw_length_error(const char *what) {
    panic(what);
}

void __throw_out_of_range(const char *what) {
    panic(what);
}

void __throw_out_of_range_fmt(const char *format, ...) {
    static char what[128];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof(what), format, arguments);
    va_end(arguments);
    panic(what);
}

} // namespace std
