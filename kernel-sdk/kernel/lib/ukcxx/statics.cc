/* What compiled C++ calls for static objects and abstract classes (Itanium C++ ABI, 3.2.6 and 3.3).
 */
#include <new>

#include <stdint.h>
#include <uk/alloc.h>
#include <uk/panic.h>

namespace {

struct destruction {
    void (*function)(void *);
    void *object;
    destruction *earlier;
};

destruction *latest;

[[noreturn]] void panic(const char *reason) {
    uk_panic_info info{};
    info.reason = reason;
    uk_panic(&info);
}

/* lib/ukboot runs it behind main: the object that was made last goes first. */
__attribute__((destructor)) void destroy_statics() {
    while (latest != nullptr) {
        destruction *due = latest;
        latest = due->earlier;
        due->function(due->object);
        uk_free(uk_alloc_get_default(), due);
    }
}

/* The first byte of a guard says that the object is there; compiled code reads it. */
struct guard {
    uint8_t done, busy;
};

} // namespace

extern "C" {

/* Tells shared libraries apart; an image is one. */
void *__dso_handle;

int __cxa_atexit(void (*function)(void *), void *object, void *) {
    void *memory = uk_malloc(uk_alloc_get_default(), sizeof(destruction));
    if (memory == nullptr)
        return -1;
    latest = new (memory) destruction{function, object, latest};
    return 0;
}

int __cxa_guard_acquire(guard *guard) {
    if (guard->done)
        return 0;
    if (guard->busy)
        panic("A static variable is used while it is initialized");
    guard->busy = 1;
    return 1;
}

void __cxa_guard_release(guard *guard) {
    guard->busy = 0;
    guard->done = 1;
}

void __cxa_guard_abort(guard *guard) {
    guard->busy = 0;
}

[[noreturn]] void __cxa_pure_virtual() {
    panic("A pure virtual function was called");
}

[[noreturn]] void __cxa_deleted_virtual() {
    panic("A deleted virtual function was called");
}
}
