/** What the built-in kernel costs before an application does anything: bytes, instructions, time to the first byte. */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { startMachine } from '../src/machine';
import { emptyMachine } from './empty-image';
import { built, firstByte, median, withCopy } from './project';

const HELLO = 'kernel-sdk/templates/hello';
/** Even: each goes first as often as the other. */
const BOOTS = 24;

const SMALL = { OPTIMIZE_SIZE: 'y' };

function strippedKiB(options: Readonly<Record<string, string>>) {
  return () =>
    withCopy(HELLO, async (folder) => ({
      value: statSync((await built(folder, options)).image).size / 1024,
    }));
}

/**
 * Instructions from the first one to main's, as QEMU counts them while it records an execution (docs/replay.txt), read
 * by GDB's `monitor info replay` at both places: no clock and no other program has a part in it.
 */
function instructionsToMain(options: Readonly<Record<string, string>>) {
  return () =>
    withCopy(HELLO, async (folder) => {
      const image = await built(folder, options);
      const started = await startMachine({
        ...image.machine({ paused: true }),
        extraArguments: ['-icount', `shift=0,rr=record,rrfile=${join(folder, 'recording')}`],
      });
      if (!started.ok) throw new Error(started.message);
      const { machine } = started;
      machine.serial.resume();
      try {
        const target = machine.gdb.transport === 'unix' ? machine.gdb.path : `:${machine.gdb.port}`;
        const commands = [
          `target remote ${target}`,
          ...['hbreak *_start', 'continue', 'monitor info replay'],
          ...['hbreak main', 'continue', 'monitor info replay', 'kill'],
        ];
        const args = ['--nx', '--batch', image.symbols, ...commands.flatMap((command) => ['-ex', command])];
        const { stdout, stderr } = spawnSync('gdb', args, { encoding: 'utf8' });
        const counts = [...`${stdout}${stderr}`.matchAll(/instruction count = (\d+)/g)];
        const [first, last] = counts.map(([, count]) => Number(count));
        if (first === undefined || last === undefined)
          throw new Error(`QEMU told no counts:\n${stdout}${stderr}`);
        return { value: last - first };
      } finally {
        await machine.dispose();
      }
    });
}

/** The median of the differences within pairs, because the machine's speed changes from pair to pair. */
function behindEmpty(): Promise<{ value: number; baseline: number }> {
  return withCopy(HELLO, async (folder) => {
    const hello = (await built(folder)).machine();
    const empty = emptyMachine(folder, hello);
    const floors: number[] = [];
    const differences: number[] = [];
    for (let round = 0; round < BOOTS; round++) {
      const early = round % 2 === 0 ? await firstByte(hello) : undefined;
      const floor = await firstByte(empty);
      floors.push(floor);
      differences.push((early ?? (await firstByte(hello))) - floor);
    }
    return { value: median(differences), baseline: median(floors) };
  });
}

export const benchmarks = [
  { name: 'hello, stripped, as it is (-O0)', unit: 'KiB', goal: 16, run: strippedKiB({}) },
  { name: 'hello, stripped, -Os', unit: 'KiB', goal: 16, run: strippedKiB(SMALL) },
  {
    ...{ name: 'hello, stripped, -Os -flto', unit: 'KiB', goal: 16 },
    run: strippedKiB({ ...SMALL, OPTIMIZE_LTO: 'y' }),
  },
  { name: 'hello: entry to main', unit: 'instr.', goal: 100_000, run: instructionsToMain({}) },
  { name: 'hello, -Os: entry to main', unit: 'instr.', goal: 100_000, run: instructionsToMain(SMALL) },
  { name: 'hello: first byte, behind an empty image’s', unit: 'ms', goal: 10, run: behindEmpty },
].map((benchmark) => ({ group: 'kernel', ...benchmark }));
