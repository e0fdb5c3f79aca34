import { expect, it } from 'vitest';
import { Boots } from './boots';

/** A boot that goes on until it is given up. */
const untilGivenUp = (log: string[]) => (boot: { id: string; signal: AbortSignal }) =>
  new Promise<void>((_, reject) => {
    log.push(`begins ${boot.id}`);
    boot.signal.addEventListener('abort', () => {
      log.push(`ends ${boot.id}`);
      reject(new Error('given up'));
    });
  });

it('a later boot begins when the one before it has been given up', async () => {
  const boots = new Boots();
  const log: string[] = [];
  const first = boots.next(untilGivenUp(log));
  await Promise.resolve();
  const overtaken = boots.next(untilGivenUp(log));
  const last = boots.next(async ({ id }) => {
    log.push(`begins ${id}`);
  });
  await expect(first).rejects.toThrow('given up');
  await expect(overtaken).rejects.toThrow('Cancelled.');
  await last;
  expect(log).toEqual(['begins boot-1', 'ends boot-1', 'begins boot-3']);
});

it('only the boot that a client names is given up', async () => {
  const boots = new Boots();
  const log: string[] = [];
  const boot = boots.next(untilGivenUp(log));
  await Promise.resolve();
  boots.cancel('boot-0');
  expect(log).toEqual(['begins boot-1']);
  boots.cancel('boot-1');
  await expect(boot).rejects.toThrow('given up');
});

it('behind the end nothing boots', async () => {
  const boots = new Boots();
  const boot = boots.next(untilGivenUp([]));
  await Promise.resolve();
  const closed = boots.close();
  await expect(boot).rejects.toThrow('given up');
  await closed;
  await expect(boots.next(untilGivenUp([]))).rejects.toThrow('No unikernel is being debugged any more.');
});
