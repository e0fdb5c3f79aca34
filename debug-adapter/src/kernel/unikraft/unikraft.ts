/** Unikraft, by the symbols of its own images. */
import type { Kernel } from '../kernel';
import { unikraftHeap } from './heap';
import { unikraftPanics } from './panic';
import { unikraftThreads } from './threads';
import { unikraftTrace } from './trace';

export const unikraft: Kernel = {
  name: 'Unikraft',
  ...unikraftPanics,
  schedulerSources: /\/(arch\/(x86|arm)\/.*|lib\/uksched(coop)?\/.*|lib\/uklock\/.*)[^/]+$/,
  // GDB's threads are the vCPUs, from 1 on: whichever of them comes there asks for its own.
  isRunning: ({ address }) =>
    `__uk_sched_thread_current[$_thread - 1] == (struct uk_thread *) 0x${address.toString(16)}`,
  threads: unikraftThreads,
  heap: unikraftHeap,
  // Its messages go to the console alone.
  log: async () => undefined,
  trace: unikraftTrace,
  hints: {
    threads: 'Select LIBUKSCHED and a scheduler such as LIBUKSCHEDCOOP.',
    heap: 'LIBUKALLOCBBUDDY is the allocator that can be shown.',
    log: 'Select LIBUKDEBUG_PRINTK: messages are read from the serial line.',
    trace: 'Select LIBUKDEBUG_TRACEPOINTS, and LIBUKDEBUG_ALL_TRACEPOINTS for those of Unikraft’s libraries.',
  },
};
