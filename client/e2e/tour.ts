/**
 * The main job, as a person does it in the editor: breakpoints in the application and in the kernel, F5,
 * stops at both, steps, one call stack through both halves, a local variable, and the end. It tells what it
 * saw, and fails at the first thing that it did not see.
 */
import { join } from 'node:path';
import type { Frame } from './page/debugging';
import type { WorkbenchPage } from './page/page';
import { NotSeen } from './page/witness';
import { lineOf } from './workbench/sample';

/** More stops than the sample's two breakpoints can have. */
const MOST_STOPS = 10;

export interface TourPlaces {
  /** The folder of the sample, a copy of the template `hello`. */
  readonly folder: string;
  /** The kernel's sources in the installed extension. */
  readonly kernel: string;
}

export interface Tour {
  /** From the press of F5 to the line in the page; the image was not built before. */
  readonly firstStopMs: number;
  /** The same with the image up to date. */
  readonly secondStopMs: number;
}

/** @param saw Is told each thing that was seen, as a sentence. */
export async function takeTour(
  { editor, debugging, messages, terminal, witness }: WorkbenchPage,
  { folder, kernel }: TourPlaces,
  saw: (sentence: string) => void,
): Promise<Tour> {
  const main = join(folder, 'main.c');
  const heap = join(kernel, 'lib/ukalloc/heap.c');
  const callLine = await lineOf(main, /guests = guest_welcome\(/);
  const heapLine = await lineOf(heap, /^\s+split\(block, size\);/);

  await editor.openByPath(heap, heapLine);
  await editor.setBreakpoint(heapLine);
  saw(`a breakpoint in the kernel, heap.c:${heapLine}`);
  await witness.picture('kernel-breakpoint');
  await editor.openFromExplorer('main.c');
  await editor.setBreakpoint(callLine);
  saw(`a breakpoint in the application, main.c:${callLine}`);
  await witness.picture('app-breakpoint');

  const firstStopMs = await timeToStop(debugging);
  const first = await debugging.topFrame();
  saw(`stopped at ${told(first)} after F5`);
  await witness.picture('first-stop');

  const atCall = await runTo(debugging, first, (frame) => frame.file === 'main.c' && frame.line === callLine);
  saw(`stopped at the application's breakpoint, ${told(atCall)}`);
  await debugging.variable('Locals', 'i', /^1$/);
  await debugging.variable('Locals', 'greeting', /"Hello"/);
  saw('the local variables i = 1 and greeting = "Hello"');
  await witness.picture('app-stop');

  const inside = await debugging.stepInto();
  expectFrame(inside, { name: 'guest_welcome', file: 'guests.c' });
  saw(`stepped into ${told(inside)}`);
  const next = await debugging.stepOver();
  expectFrame(next, { name: 'guest_welcome', file: 'guests.c' });
  saw(`stepped over to ${told(next)}`);
  await witness.picture('stepped-over');

  const inKernel = await debugging.continueToStop();
  expectFrame(inKernel, { name: 'heap_memalign', file: 'heap.c', line: heapLine });
  saw(`stopped at the kernel's breakpoint, ${told(inKernel)}`);
  const stack = await debugging.stackThrough([
    'heap_memalign',
    'heap_malloc',
    'uk_malloc',
    'guest_welcome',
    'main',
    'kmain',
  ]);
  saw(`one call stack: ${stack.map(told).join(' ← ')}`);
  const block = await debugging.variable('Locals', 'block', /^0x[0-9a-f]+$/);
  saw(`the kernel's variable block = ${block}`);
  await witness.picture('kernel-stop');

  const inSplit = await debugging.stepInto();
  expectFrame(inSplit, { name: 'split', file: 'heap.c' });
  const back = await debugging.stepOut();
  expectFrame(back, { name: 'heap_memalign', file: 'heap.c' });
  saw(`stepped into ${told(inSplit)} and out to ${told(back)}`);
  await witness.picture('stepped-out');

  await runToEnd(debugging);
  saw(`the unikernel's output: ${await terminal.line(/Hello, Ada, on seat \d/)}`);
  await witness.picture('terminal');
  saw(`its end: ${await debugging.consoleLine(/exited with code 0/)}`);
  await witness.picture('ended');
  const complaints = await messages.notifications();
  if (complaints.length > 0)
    throw new NotSeen(`Expected no message, but the page shows: ${complaints.join('; ')}`);

  const secondStopMs = await timeToStop(debugging);
  await debugging.stop();
  return { firstStopMs, secondStopMs };
}

async function timeToStop(debugging: WorkbenchPage['debugging']): Promise<number> {
  const pressed = await debugging.start();
  await debugging.waitStopped();
  return Math.round(performance.now() - pressed);
}

/** Continues until a stop is the wanted one; the machine may pass other breakpoints before. */
async function runTo(
  debugging: WorkbenchPage['debugging'],
  first: Frame,
  wanted: (frame: Frame) => boolean,
): Promise<Frame> {
  let frame = first;
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    if (wanted(frame)) return frame;
    frame = await debugging.continueToStop();
  }
  throw new NotSeen(`The wanted stop was not among ${MOST_STOPS}; the last was ${told(frame)}.`);
}

async function runToEnd(debugging: WorkbenchPage['debugging']): Promise<void> {
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    if ((await debugging.continueToStopOrEnd()) === undefined) return;
  }
  throw new NotSeen(`The unikernel did not end within ${MOST_STOPS} stops.`);
}

function expectFrame(frame: Frame, expected: Partial<Frame>): void {
  const actual: Partial<Frame> = frame;
  for (const key of ['name', 'file', 'line'] as const) {
    if (expected[key] !== undefined && actual[key] !== expected[key]) {
      throw new NotSeen(`Expected to stop at ${key} ${expected[key]}, but the page shows ${told(frame)}.`);
    }
  }
}

function told({ name, file, line }: Frame): string {
  return `${name} (${file}:${line})`;
}
