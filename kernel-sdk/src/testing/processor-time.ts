/** Processor time of this process, in milliseconds: what a busy machine does not make longer, as it does the time on the wall. */
export function processorMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
