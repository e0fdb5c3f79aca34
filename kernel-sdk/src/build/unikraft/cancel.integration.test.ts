/** A build by other tools that is given up leaves none of the processes that they have started. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { loadProject } from '../../project';
import { buildUnikraft } from '.';

let folder: string;
const PATH = process.env.PATH ?? '';
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'cancel-')));
  process.env.PATH = PATH.split(delimiter)
    .filter((place) => !/kraft/.test(place))
    .join(delimiter);
});
afterEach(() => {
  process.env.PATH = PATH;
  rmSync(folder, { recursive: true, force: true });
});

/** Processes that work in the folder. */
function processes(): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && realpathSync(`/proc/${pid}/cwd`) === folder;
    } catch {
      return false;
    }
  });
}

it('ends make and what make has started', async () => {
  mkdirSync(join(folder, 'workdir/unikraft'), { recursive: true });
  writeFileSync(join(folder, 'Kraftfile'), 'spec: v0.6\nname: x\nunikraft: stable\ntargets: [qemu/x86_64]\n');
  writeFileSync(
    join(folder, 'Makefile'),
    'UK_ROOT = workdir/unikraft\nall:\n\t@echo begun; sleep 600; echo over\n',
  );
  const loaded = loadProject(join(folder, 'Kraftfile'));
  if (!loaded.ok) throw new Error(loaded.message);
  const cancel = new AbortController();
  let said = '';
  const building = buildUnikraft(loaded.project, undefined, {
    signal: cancel.signal,
    onOutput: (text) => {
      said += text;
    },
  });
  await vi.waitFor(() => expect(said).toContain('begun'), { timeout: 20_000 });
  await vi.waitFor(() => {
    const commands = processes().map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0]);
    expect(commands).toEqual(expect.arrayContaining([expect.stringContaining('make'), 'sleep']));
  });
  cancel.abort();
  expect(await building).toMatchObject({ ok: false, message: 'The build was cancelled.' });
  await vi.waitFor(() => expect(processes()).toEqual([]), { timeout: 20_000 });
});
