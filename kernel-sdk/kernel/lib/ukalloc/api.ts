/** The heap's functions for TypeScript (the AssemblyScript dialect). Memory is the address of its first byte. */

/** The heap. */
// @ts-ignore: decorator
@external("ukalloc", "uk_alloc_get_default")
export declare function uk_alloc_get_default(): usize;

/** Writes what is used and free into a `struct uk_alloc_stats`. */
// @ts-ignore: decorator
@external("ukalloc", "uk_alloc_get_stats")
export declare function uk_alloc_get_stats(stats: usize): void;

/** Makes `size` bytes from `start` on the default allocator's. Called once. */
// @ts-ignore: decorator
@external("ukalloc", "uk_heap_init")
export declare function uk_heap_init(start: usize, size: usize): void;

/** Memory for anything, aligned to 16 bytes; 0 when there is none, or for no allocator. */
// @ts-ignore: decorator
@external("ukalloc", "uk_malloc")
export declare function uk_malloc(a: usize, size: usize): usize;

/** Zeroed memory; 0 also when count * size overflows. */
// @ts-ignore: decorator
@external("ukalloc", "uk_calloc")
export declare function uk_calloc(a: usize, count: usize, size: usize): usize;

/** The memory with another size, elsewhere where it must be. */
// @ts-ignore: decorator
@external("ukalloc", "uk_realloc")
export declare function uk_realloc(a: usize, memory: usize, size: usize): usize;

/** `alignment` is a power of two. */
// @ts-ignore: decorator
@external("ukalloc", "uk_memalign")
export declare function uk_memalign(a: usize, alignment: usize, size: usize): usize;

/** Gives memory back. */
// @ts-ignore: decorator
@external("ukalloc", "uk_free")
export declare function uk_free(a: usize, memory: usize): void;
