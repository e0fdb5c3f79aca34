/* operator new and delete on the kernel's heap. Without exceptions a `new` that fails is a panic.
 */
#include <new>

#include <stdint.h>
#include <uk/alloc.h>
#include <uk/panic.h>

const std::nothrow_t std::nothrow{};

namespace {

void *allocate(size_t size) {
    return uk_malloc(uk_alloc_get_default(), size);
}

void release(void *pointer) {
    if (pointer != nullptr)
        uk_free(uk_alloc_get_default(), pointer);
}

/* The heap aligns to 16 bytes: take more, and keep what it gave before what is handed out. */
void *allocate_aligned(size_t size, size_t alignment) {
    if (alignment < alignof(void *))
        alignment = alignof(void *);
    size_t whole;
    if (__builtin_add_overflow(size, alignment + sizeof(void *), &whole))
        return nullptr;
    void *taken = allocate(whole);
    if (taken == nullptr)
        return nullptr;
    uintptr_t first = reinterpret_cast<uintptr_t>(taken) + sizeof(void *);
    void **aligned = reinterpret_cast<void **>((first + alignment - 1) & ~(alignment - 1));
    aligned[-1] = taken;
    return aligned;
}

void release_aligned(void *pointer) {
    if (pointer != nullptr)
        release(static_cast<void **>(pointer)[-1]);
}

void *or_panic(void *pointer) {
    if (pointer != nullptr)
        return pointer;
    uk_panic_info info{};
    info.reason = "operator new found no memory";
    uk_panic(&info);
}

} // namespace

void *operator new(size_t size) {
    return or_panic(allocate(size));
}

void *operator new[](size_t size) {
    return or_panic(allocate(size));
}

void *operator new(size_t size, const std::nothrow_t &) noexcept {
    return allocate(size);
}

void *operator new[](size_t size, const std::nothrow_t &) noexcept {
    return allocate(size);
}

void *operator new(size_t size, std::align_val_t alignment) {
    return or_panic(allocate_aligned(size, static_cast<size_t>(alignment)));
}

void *operator new[](size_t size, std::align_val_t alignment) {
    return or_panic(allocate_aligned(size, static_cast<size_t>(alignment)));
}

void *operator new(size_t size, std::align_val_t alignment, const std::nothrow_t &) noexcept {
    return allocate_aligned(size, static_cast<size_t>(alignment));
}

void *operator new[](size_t size, std::align_val_t alignment, const std::nothrow_t &) noexcept {
    return allocate_aligned(size, static_cast<size_t>(alignment));
}

void operator delete(void *pointer) noexcept {
    release(pointer);
}

void operator delete[](void *pointer) noexcept {
    release(pointer);
}

void operator delete(void *pointer, size_t) noexcept {
    release(pointer);
}

void operator delete[](void *pointer, size_t) noexcept {
    release(pointer);
}

void operator delete(void *pointer, const std::nothrow_t &) noexcept {
    release(pointer);
}

void operator delete[](void *pointer, const std::nothrow_t &) noexcept {
    release(pointer);
}

void operator delete(void *pointer, std::align_val_t) noexcept {
    release_aligned(pointer);
}

void operator delete[](void *pointer, std::align_val_t) noexcept {
    release_aligned(pointer);
}

void operator delete(void *pointer, size_t, std::align_val_t) noexcept {
    release_aligned(pointer);
}

void operator delete[](void *pointer, size_t, std::align_val_t) noexcept {
    release_aligned(pointer);
}

void operator delete(void *pointer, std::align_val_t, const std::nothrow_t &) noexcept {
    release_aligned(pointer);
}

void operator delete[](void *pointer, std::align_val_t, const std::nothrow_t &) noexcept {
    release_aligned(pointer);
}
