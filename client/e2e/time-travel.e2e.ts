/** Time travel in the real workbench: a panic, the offer to go back, and the way there line by line. */
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { debuggeesOf } from './workbench/processes';
import { lineOf } from './workbench/sample';
import { type OpenWorkbench, openWorkbench } from './workbench/workbench';

const ROOT = resolve(import.meta.dirname, '../..');
let workbench: OpenWorkbench;

beforeAll(async () => {
  const pictures = join(ROOT, 'out/e2e/time-travel');
  workbench = await openWorkbench({ root: ROOT, pictures, say: console.log });
}, 300_000);

afterAll(() => workbench?.dispose());

it('offers the way back at a panic, and goes it line by line to the start of the recording', async () => {
  const { editor, debugging, messages, witness } = workbench.page;
  const main = join(workbench.folder, 'main.c');
  const line = await lineOf(main, /guests_leave\(guests\);/);
  await editor.openFromExplorer('main.c');
  await editor.replaceLine(line, '*(volatile int *)8 = total;');
  await editor.save();
  await debugging.start();
  await debugging.waitStopped();
  await debugging.continueToStop();
  await messages.choose(/A run with time travel can be stepped back from there/, 'Restart with Time Travel');
  await debugging.pausedBecause('Paused on entry');
  await debugging.continueToStop();
  await debugging.variable('Locals', 'total', /28/);
  await witness.picture('panic');
  await messages.choose(/go back into the run that led there/, 'Step Back');
  // The panic is shown at the same line: the reason tells the two apart.
  await debugging.pausedBecause('Paused on step');
  expect(await debugging.topFrame()).toMatchObject({ name: 'main', line });
  await debugging.variable('Locals', 'total', /28/);
  await debugging.stackThrough(['main', 'kmain']);
  await witness.picture('line-that-led-there');
  const before = await debugging.stepBack();
  expect(before).toMatchObject({ name: 'main', line: line - 2 });
  await debugging.variable('Locals', 'total', /28/);
  await witness.picture('stepped-back');
  await debugging.reverse();
  await debugging.pausedBecause('Paused at start of recording');
  // In the firmware, before there is a function that has a name.
  expect((await debugging.topFrame()).name).toMatch(/^0x[0-9a-f]+$/);
  await witness.picture('start-of-the-recording');
  await debugging.stop();
  await witness.until(
    'the end of QEMU and GDB',
    async () => (await debuggeesOf(workbench.server.mark)).length === 0,
  );
}, 180_000);
