/** Looking through a run, with real GDB. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordedMachine } from '@unikernel-tools/kernel-sdk/machine';
import { findTool } from '@unikernel-tools/kernel-sdk/program';
import { afterAll, expect, it } from 'vitest';
import { GdbConnection, GdbGone, insertAt, loadSymbols, resume, startGdb } from '../gdb';
import { Search } from './search';

const folder = mkdtempSync(join(tmpdir(), 'search-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('does not wait for a stop that a GDB which is gone cannot tell', async () => {
  const source = join(folder, 'endless.c');
  writeFileSync(source, 'int main(void) { volatile int turns = 0; for (;;) turns++; }\n');
  execFileSync('gcc', ['-g', '-O0', '-o', join(folder, 'endless'), source]);
  const tool = findTool('gdb');
  if (!tool.ok) throw new Error(tool.message);
  const { program, child } = startGdb(tool.path);
  const gdb = new GdbConnection({ program, child });
  await gdb.execute('-gdb-set startup-with-shell off');
  await loadSymbols(gdb, join(folder, 'endless'));
  await insertAt(gdb, 'main');
  const search = new Search(gdb, {} as RecordedMachine);
  await search.run(async () => void (await gdb.execute('-exec-run')), 10_000);
  const lost = async () => {
    await resume(gdb);
    child.kill('SIGKILL');
  };
  await expect(search.run(lost, 60_000)).rejects.toBeInstanceOf(GdbGone);
});
