/**
 * Messages, assertions and panics for TypeScript (the AssemblyScript dialect). A text is the address of UTF-8 with a zero
 * at its end.
 */

/** Ends in a panic that names the condition and where it stands. */
// @ts-ignore: decorator
@external("ukdebug", "uk_assert_failed")
export declare function uk_assert_failed(condition: usize, file: usize, line: i32): void;

/** Keeps a piece of text; the oldest gives way. */
// @ts-ignore: decorator
@external("ukdebug", "uk_log_append")
export declare function uk_log_append(text: usize, size: usize): void;

/**
 * Copies up to `size` bytes from `*position`, which starts at 0 and moves on; 0 at the end. What
 * has given way is skipped.
 */
// @ts-ignore: decorator
@external("ukdebug", "uk_log_read")
export declare function uk_log_read(position: usize, to: usize, size: usize): usize;

/** Tells what happened and where, then ends the machine. Debuggers stop at its start. */
// @ts-ignore: decorator
@external("ukdebug", "uk_panic")
export declare function uk_panic(info: usize): void;

/**
 * The name of the function that holds an address, and how far into it the address is; 0 where
 * the image has no symbol table or the address is in no function.
 */
// @ts-ignore: decorator
@external("ukdebug", "uk_symbolize")
export declare function uk_symbolize(address: usize, offset: usize): usize;

/** A message of a level, with the name of the library that speaks. `text` has no conversions. */
// @ts-ignore: decorator
@external("ukdebug", "uk_printk")
export declare function uk_printk(level: i32, library: usize, text: usize): void;
