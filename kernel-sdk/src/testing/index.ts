/** testing/: what tests of several packages share. */
export { Guest, type GuestOptions, runGuest } from './guest';
export { freePort } from './network';
export { processorMs } from './processor-time';
export { hasSmallDisks, SmallDisk } from './small-disk';
export { kraftfile, SMALL_KERNEL, writeSmallKernel } from './small-kernel';
