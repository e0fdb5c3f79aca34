/** Where the option or the name of a library goes in a Kraftfile, whatever form that has. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseManifest } from '../manifest';
import { applyChanges } from '../problem';
import { Workspace } from '../project';
import { writeSmallKernel } from '../testing/small-kernel';
import { problemsOf } from './index';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'enable-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const MAIN = '#include <uk/one.h>\nint main(void) { return 0; }\n';

async function enabled(manifest: string, main = MAIN): Promise<string | undefined> {
  writeSmallKernel(folder, { 'app/Kraftfile': manifest, 'app/main.c': main });
  const workspace = new Workspace([folder]);
  await workspace.scan();
  const [off] = problemsOf(workspace, join(folder, 'app/main.c'));
  expect(off?.code).toBe('library-off');
  const text = applyChanges(manifest, off?.fixes?.[0]?.changes ?? []);
  expect(parseManifest(text ?? '').problems).toEqual([]);
  return text;
}

const HEAD = 'spec: v0.6\ntargets: [qemu/x86_64]\n';

it.each([
  [
    'unikraft: ../kernel # the kernel\n',
    "unikraft:\n  source: ../kernel\n  kconfig:\n    CONFIG_LIBUKONE: 'y' # the kernel\n",
  ],
  ['unikraft: "stable"\n', 'unikraft:\n  version: "stable"\n  kconfig:\n    CONFIG_LIBUKONE: \'y\'\n'],
  [
    "unikraft: {source: ../kernel, kconfig: {CONFIG_LIBUKTWO: 'y'}}\n",
    "unikraft: {source: ../kernel, kconfig: {CONFIG_LIBUKONE: 'y', CONFIG_LIBUKTWO: 'y'}}\n",
  ],
  [
    'unikraft:\n  source: ../kernel\n  kconfig: [CONFIG_LIBUKTWO=y]\n',
    'unikraft:\n  source: ../kernel\n  kconfig: [CONFIG_LIBUKONE=y, CONFIG_LIBUKTWO=y]\n',
  ],
])('is %j', async (before, after) => {
  expect(await enabled(`${HEAD}${before}`)).toBe(`${HEAD}${after}`);
});

it('is a name among others in braces', async () => {
  const main = '#include <uk/time.h>\nint main(void) { return 0; }\n';
  const before = 'spec: v0.7\nx-kernel: sdk\ntargets: [qemu/x86_64]\nlibraries: {ukalloc: {}}\n';
  expect(await enabled(before, main)).toBe(before.replace('{ukalloc', '{uktime: {}, ukalloc'));
});
