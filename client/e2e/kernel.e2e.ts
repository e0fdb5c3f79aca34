/** The kernel under the debugger in the real workbench: threads, views, addresses, machine code, a panic in words. */
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { debuggeesOf } from './workbench/processes';
import { lineOf } from './workbench/sample';
import { type OpenWorkbench, openWorkbench } from './workbench/workbench';

const ROOT = resolve(import.meta.dirname, '../..');

describe('the kernel in the workbench', () => {
  let workbench: OpenWorkbench;

  beforeAll(async () => {
    const pictures = join(ROOT, 'out/e2e/kernel');
    workbench = await openWorkbench({ root: ROOT, pictures, say: console.log, template: 'threads' });
  }, 300_000);

  afterAll(() => workbench?.dispose());

  afterEach(async ({ task }) => {
    await workbench.page.witness.picture(task.name.replace(/\W+/g, '-'));
    await workbench.page.debugging.stop().catch(() => undefined);
    await workbench.page.witness.until(
      'the end of QEMU and GDB',
      async () => (await debuggeesOf(workbench.server.mark)).length === 0,
    );
  });

  it('shows each thread with what it waits for, its own stack, the trace, an address and machine code', async () => {
    const { editor, debugging, kernel, witness } = workbench.page;
    const main = join(workbench.folder, 'main.c');
    await editor.openFromExplorer('main.c');
    await editor.setBreakpoint(await lineOf(main, /printf\("%s eats meal/));
    await debugging.start();
    await debugging.waitStopped();
    expect((await debugging.topFrame()).name).toBe('main');
    expect((await debugging.continueToStop()).name).toBe('dine');
    await kernel.makeRoom();
    const threads = await kernel.threads(/^main \(waits for \w+ to exit\)$/);
    expect(threads.filter((name) => / \((sleeps until|waits for|ready)/.test(name)).length).toBeGreaterThan(
      3,
    );
    expect(threads[0]).toMatch(/^(Hypatia|Aspasia|Thales|Zeno|Diotima) \(CPU#0\)$/);
    await witness.picture('kernel-threads');
    await kernel.openThread('main (waits');
    await debugging.stackThrough(['dine', 'begin', 'main', 'uk_boot_main', 'begin']);
    await witness.picture('kernel-thread-stack');
    expect(await kernel.viewRow('Kernel Trace', /eats \d \d · \w+/)).toMatch(/^\+[\d.]+ (ns|µs|ms) ?eats/);
    await witness.picture('kernel-trace');
    expect(await kernel.viewRow('Kernel Log', /booted/)).toMatch(/^booted with \d+ KiB of heap.*ukboot$/);
    const rows = await kernel.disassembly('dine', /call/);
    expect(rows.length).toBeGreaterThan(5);
    await witness.picture('disassembly');
    expect(await kernel.timeLine()).toEqual(
      expect.arrayContaining(['main', 'Hypatia', 'Aspasia', 'Thales', 'Zeno', 'Diotima']),
    );
    await witness.picture('time-line');
    expect(await kernel.explain('&philosophers[1]')).toMatch(
      /is byte 24 of 'philosophers' in section \. ?data, library appthreads\./,
    );
    await witness.picture('explain-address');
  });

  it('explains a panic where it happened', async () => {
    const { editor, debugging, kernel } = workbench.page;
    const main = join(workbench.folder, 'main.c');
    const line = await lineOf(main, /self->meals\+\+;/);
    await editor.openFromExplorer('main.c');
    await editor.replaceLine(line, 'struct philosopher *nobody = NULL; nobody->meals = self->meals++;');
    await editor.save();
    await debugging.start();
    await debugging.waitStopped();
    await debugging.continueToStop();
    const told = await kernel.exception(/null page/);
    expect(told).toMatch(
      /Page fault: write to 0xc \(page not present\)\. 0xc is in the null page, which is never mapped: a pointer is NULL/,
    );
    expect(await debugging.topFrame()).toMatchObject({ file: expect.any(String) });
  });
});
