/** Restart and snapshots in the real workbench. */
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { debuggeesOf } from './workbench/processes';
import { lineOf } from './workbench/sample';
import { type OpenWorkbench, openWorkbench } from './workbench/workbench';

const ROOT = resolve(import.meta.dirname, '../..');

describe('going back in the workbench', () => {
  let workbench: OpenWorkbench;

  beforeAll(async () => {
    const pictures = join(ROOT, 'out/e2e/snapshots');
    workbench = await openWorkbench({ root: ROOT, pictures, say: console.log });
  }, 300_000);

  afterAll(() => workbench?.dispose());

  it('goes to a snapshot that was saved, and restarts at main, in the machine that runs', async () => {
    const { editor, debugging, messages, snapshots, witness } = workbench.page;
    const line = await lineOf(join(workbench.folder, 'main.c'), /int count = guests_count/);
    await editor.openFromExplorer('main.c');
    await editor.setBreakpoint(line);
    await debugging.start();
    await debugging.waitStopped();
    const first = await debugging.topFrame();
    const machine = await debuggeesOf(workbench.server.mark);
    expect(await debugging.continueToStop()).toMatchObject({ file: 'main.c', line });
    expect(await snapshots.save('all are seated')).toBe(`main.c:${line}`);
    await debugging.stepOver();
    await debugging.stepOver();
    // The callers are those that were there before: the editor must not hide them behind 'Load More Stack Frames'.
    await debugging.wholeStack(['main', 'kmain']);
    await debugging.variable('Locals', 'total', /^28$/);
    let rows: string[] = [];
    const back = await debugging.stopAfter('the stop at the snapshot', async () => {
      rows = await snapshots.goTo('all are seated', () => witness.picture('list'));
    });
    expect(back).toMatchObject({ file: 'main.c', line });
    expect(rows).toEqual([
      expect.stringMatching(new RegExp(`^all are seated ?main · main\\.c:${line} · `)),
      expect.stringMatching(new RegExp(`^main ?main · main\\.c:${first.line} · `)),
    ]);
    await debugging.pausedBecause("Paused at snapshot 'all are seated'");
    await debugging.variable('Locals', 'total', /^(?!28$)-?\d+$/);
    await witness.picture('back-at-the-snapshot');
    await debugging.stepOver();
    await debugging.variable('Locals', 'count', /^[1-9]$/);
    expect(await debugging.restart()).toEqual(first);
    await debugging.pausedBecause('Paused on entry');
    await debugging.variable('Locals', 'greeting', /^(?!.*"Hello").*0x/);
    await witness.picture('restarted');
    expect(await debugging.continueToStop()).toMatchObject({ file: 'main.c', line });
    expect(await debuggeesOf(workbench.server.mark)).toEqual(machine);
    expect(await debugging.consoleLine(/without a boot/)).toContain('instantRestart');
    expect(await messages.notifications()).toEqual([]);
    await debugging.stop();
    await witness.until(
      'the end of QEMU and GDB',
      async () => (await debuggeesOf(workbench.server.mark)).length === 0,
    );
  });
});
