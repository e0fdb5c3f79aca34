/** The built-in kernel (`x-kernel: sdk`): kernel-sdk/kernel. */
import type { Kernel } from '../kernel';
import { builtInHeap } from './heap';
import { builtInLog } from './log';
import { builtInPanics } from './panic';
import { builtInThreads, SCHEDULER_SOURCES } from './threads';
import { builtInTrace } from './trace';

export const builtInKernel: Kernel = {
  name: 'built-in',
  ...builtInPanics,
  schedulerSources: SCHEDULER_SOURCES,
  isRunning: ({ address }) => `uk_sched_current == (struct uk_thread *) 0x${address.toString(16)}`,
  threads: builtInThreads,
  heap: builtInHeap,
  log: builtInLog,
  trace: builtInTrace,
  hints: {
    threads: "Give the Kraftfile the library 'uksched'.",
    heap: 'It is there once the kernel has made it.',
    log: `Give the Kraftfile's library 'ukdebug' the option 'CONFIG_LIBUKDEBUG_LOG: "y"'.`,
    trace: "Give the Kraftfile the library 'uktrace'.",
  },
};
