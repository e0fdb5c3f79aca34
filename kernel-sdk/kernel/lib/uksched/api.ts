/**
 * Threads, mutexes, semaphores and wait queues for TypeScript (the AssemblyScript dialect). What C has a structure for is
 * the address of one; a function is the address of one that C can call.
 */

/** Waits until the mutex is free, and takes it; again where the caller has it. */
// @ts-ignore: decorator
@external("uksched", "uk_mutex_lock")
export declare function uk_mutex_lock(mutex: usize): void;

/** Takes the mutex if it is free or the caller has it; false otherwise. */
// @ts-ignore: decorator
@external("uksched", "uk_mutex_trylock")
export declare function uk_mutex_trylock(mutex: usize): bool;

/** Panics when the caller does not hold it. */
// @ts-ignore: decorator
@external("uksched", "uk_mutex_unlock")
export declare function uk_mutex_unlock(mutex: usize): void;

/**
 * Starts a thread that calls entry(argument), on a guarded stack of its own of
 * CONFIG_LIBUKSCHED_STACK_SIZE bytes. 0 when memory is short.
 */
// @ts-ignore: decorator
@external("uksched", "uk_thread_create")
export declare function uk_thread_create(name: usize, entry: usize, argument: usize): usize;

/** The same on a stack that the caller keeps until the thread has exited, with a thread pointer. */
// @ts-ignore: decorator
@external("uksched", "uk_thread_create_on")
export declare function uk_thread_create_on(
  name: usize,
  entry: usize,
  argument: usize,
  stack: usize,
  stack_size: usize,
  tls: usize,
): usize;

/** Waits until a thread has exited, and frees it. For a thread that nobody detached. */
// @ts-ignore: decorator
@external("uksched", "uk_thread_join")
export declare function uk_thread_join(thread: usize): void;

/** The thread frees itself when it exits. */
// @ts-ignore: decorator
@external("uksched", "uk_thread_detach")
export declare function uk_thread_detach(thread: usize): void;

/** Ends the running thread. */
// @ts-ignore: decorator
@external("uksched", "uk_thread_exit")
export declare function uk_thread_exit(): void;

/** Lets the others run that can. */
// @ts-ignore: decorator
@external("uksched", "uk_sched_yield")
export declare function uk_sched_yield(): void;

/** Waits for at least so many nanoseconds. */
// @ts-ignore: decorator
@external("uksched", "uk_sched_sleep")
export declare function uk_sched_sleep(duration: i64): void;

/** Makes the boot stack the idle thread's, and runs `entry` as thread "main". */
// @ts-ignore: decorator
@external("uksched", "uk_sched_start")
export declare function uk_sched_start(entry: usize): void;

/** Makes a semaphore that begins with a count. */
// @ts-ignore: decorator
@external("uksched", "uk_semaphore_init")
export declare function uk_semaphore_init(semaphore: usize, count: isize): void;

/** Waits until the count is above zero, and takes one. */
// @ts-ignore: decorator
@external("uksched", "uk_semaphore_down")
export declare function uk_semaphore_down(semaphore: usize): void;

/** False when the deadline on the monotonic clock came first. */
// @ts-ignore: decorator
@external("uksched", "uk_semaphore_down_until")
export declare function uk_semaphore_down_until(semaphore: usize, deadline: i64): bool;

/** Takes one if the count is above zero; false otherwise. */
// @ts-ignore: decorator
@external("uksched", "uk_semaphore_trydown")
export declare function uk_semaphore_trydown(semaphore: usize): bool;

/** May be called in interrupts. */
// @ts-ignore: decorator
@external("uksched", "uk_semaphore_up")
export declare function uk_semaphore_up(semaphore: usize): void;

/**
 * Waits until woken, or until the deadline on the monotonic clock. Called with interrupts disabled,
 * returns with them disabled. False: the deadline came first.
 */
// @ts-ignore: decorator
@external("uksched", "uk_waitq_sleep")
export declare function uk_waitq_sleep(queue: usize, deadline: i64): bool;

/** Wakes the thread that has waited longest, or all. May be called in interrupts. */
// @ts-ignore: decorator
@external("uksched", "uk_waitq_wake_one")
export declare function uk_waitq_wake_one(queue: usize): void;

/** Wakes all threads that wait. May be called in interrupts. */
// @ts-ignore: decorator
@external("uksched", "uk_waitq_wake_all")
export declare function uk_waitq_wake_all(queue: usize): void;

/** The thread that runs. */
// @ts-ignore: decorator
@external("uksched", "uk_thread_current")
export declare function uk_thread_current(): usize;
