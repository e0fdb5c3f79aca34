/** The built-in kernel (`x-kernel: sdk`): kernel-sdk/kernel. */
import type { Kernel } from '../kernel';
import { builtInHeap } from './heap';
import { builtInPanics } from './panic';
import { builtInThreads } from './threads';

export const builtInKernel: Kernel = {
  name: 'built-in',
  ...builtInPanics,
  schedulerSources: /\/kernel\/(arch\/\w+|lib\/uksched)\/[^/]+$/,
  isRunning: ({ address }) => `uk_sched_current == (struct uk_thread *) 0x${address.toString(16)}`,
  threads: builtInThreads,
  heap: builtInHeap,
};
