/** Bad input and dying programs, as a user of the real workbench meets them: one message each, nothing left. */
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { debuggeesOf } from './workbench/processes';
import { lineOf } from './workbench/sample';
import { type OpenWorkbench, openWorkbench } from './workbench/workbench';

const ROOT = resolve(import.meta.dirname, '../..');

describe('the workbench with the packaged extension', () => {
  let workbench: OpenWorkbench;

  beforeAll(async () => {
    workbench = await openWorkbench({ root: ROOT, pictures: join(ROOT, 'out/e2e/faults'), say: console.log });
  }, 300_000);

  afterAll(() => workbench?.dispose());

  afterEach(async ({ task }) => {
    await workbench.page.witness.picture(task.name.replace(/\W+/g, '-'));
    await nothingLeft();
    await workbench.page.messages.clear();
  });

  it('underlines a typing error in the manifest, lists it, and forgets it when it is mended', async () => {
    const { editor, messages } = workbench.page;
    const line = await lineOf(join(workbench.folder, 'Kraftfile'), /^targets:/);
    await editor.openFromExplorer('Kraftfile');
    expect(await editor.language()).toBe('Kraftfile');
    await editor.replaceLine(line, 'tragets:');
    await editor.squiggles(1);
    expect(await messages.problem(/tragets/)).toMatch(/targets/);
    await workbench.page.witness.picture('manifest-problem');
    await editor.openFromExplorer('Kraftfile');
    await editor.replaceLine(line, 'targets:');
    await editor.squiggles(0);
    await editor.save();
    await messages.noProblems();
  });

  it('tells a syntax error in the application once, with its place in the Problems view', async () => {
    const { editor, messages, debugging } = workbench.page;
    const main = join(workbench.folder, 'main.c');
    const line = await lineOf(main, /int count = guests_count\(guests\);/);
    await editor.openFromExplorer('main.c');
    await editor.replaceLine(line, 'int count = guests_count(guests;');
    await editor.save();
    await debugging.start();
    await messages.told();
    await nothingLeft();
    const told = await messages.told();
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(new RegExp(`^The project does not compile: main\\.c:${line}:\\d+: expected`));
    await workbench.page.witness.picture('syntax-error');
    await messages.press('Show Problems');
    await workbench.page.witness.picture('problems-of-the-build');
    await messages.clear();
    await debugging.waitEnded();
    expect(await messages.notifications()).toEqual([]);
    expect(await messages.problem(/expected/)).toMatch(new RegExp(`Ln ${line}\\b|main\\.c`));
    await editor.openFromExplorer('main.c');
    await editor.replaceLine(line, 'int count = guests_count(guests);');
    await editor.save();
    await debugging.start();
    await debugging.waitStopped();
    await debugging.stop();
    await messages.noProblems();
  });

  it('ends the session with one message when QEMU is killed, and F5 works again', async () => {
    const { editor, messages, debugging } = workbench.page;
    await editor.openFromExplorer('main.c');
    await debugging.start();
    await debugging.waitStopped();
    const machine = (await debuggeesOf(workbench.server.mark)).find(({ program }) => /qemu/.test(program));
    if (machine === undefined) throw new Error('No QEMU runs in a stopped session.');
    process.kill(machine.pid, 'SIGKILL');
    await debugging.waitEnded();
    // A second message could come as long as the adapter is there.
    await nothingLeft();
    const told = await messages.told();
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/QEMU.*(?:killed|ended|signal)/i);
    await messages.clear();
    await debugging.start();
    await debugging.waitStopped();
    await debugging.stop();
  });

  /** Every QEMU and GDB that the workbench has started is gone. */
  async function nothingLeft(): Promise<void> {
    await workbench.page.witness.until(
      'the end of QEMU and GDB',
      async () => (await debuggeesOf(workbench.server.mark)).length === 0,
    );
  }
});
