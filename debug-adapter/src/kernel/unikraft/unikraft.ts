/** Unikraft, by the symbols of its own images. */
import type { Kernel } from '../kernel';
import { unikraftHeap } from './heap';
import { unikraftPanics } from './panic';
import { unikraftThreads } from './threads';

export const unikraft: Kernel = {
  name: 'Unikraft',
  ...unikraftPanics,
  schedulerSources: /\/(arch\/(x86|arm)\/.*|lib\/uksched(coop)?\/.*|lib\/uklock\/.*)[^/]+$/,
  isRunning: ({ address }) =>
    `__uk_sched_thread_current[0] == (struct uk_thread *) 0x${address.toString(16)}`,
  threads: unikraftThreads,
  heap: unikraftHeap,
  // Its messages go to the console alone; its tracepoints are in a format that `uk trace` reads.
  log: async () => undefined,
  trace: async () => undefined,
  hints: {
    threads: 'Select LIBUKSCHED and a scheduler such as LIBUKSCHEDCOOP.',
    heap: 'LIBUKALLOCBBUDDY is the allocator that can be shown.',
    log: 'Select LIBUKDEBUG_PRINTK: messages are read from the serial line.',
    trace: 'Unikraft’s own tracepoints are read with `uk trace`.',
  },
};
