/** Makefile.uk and exportsyms.uk, as they stand in an application's folder. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Workspace } from '../project';
import { problemsOf } from './index';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'makefile-'));
  writeFileSync(join(folder, 'Kraftfile'), 'spec: v0.7\nx-kernel: sdk\ntargets: [qemu/x86_64]\n');
  writeFileSync(join(folder, 'guests.c'), 'int guests;\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

async function check(makefile: string) {
  const path = join(folder, 'Makefile.uk');
  writeFileSync(path, makefile);
  const workspace = new Workspace([folder]);
  await workspace.scan();
  return problemsOf(workspace, path);
}

describe('a source that does not exist', () => {
  const HEAD = '$(eval $(call addlib,appx))\n';

  it('is replaced by the one that was meant, or leaves the list', async () => {
    const [problem, ...others] = await check(`${HEAD}APPX_SRCS-y += $(APPX_BASE)/geusts.c\n`);
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ code: 'missing-source', severity: 'error' });
    expect(problem?.fixes).toEqual([
      {
        title: "Replace with 'guests.c'",
        changes: [
          {
            range: { start: { line: 1, character: 28 }, end: { line: 1, character: 36 } },
            newText: 'guests.c',
          },
        ],
      },
      {
        title: "Remove 'geusts.c' from the list",
        changes: [
          { range: { start: { line: 1, character: 0 }, end: { line: 2, character: 0 } }, newText: '' },
        ],
      },
    ]);
  });

  it('is no error where no target compiles it', async () => {
    const off = await check(`${HEAD}APPX_SRCS-$(CONFIG_ARCH_ARM_64) += $(APPX_BASE)/arm/entry.S\n`);
    expect(off).toMatchObject([{ code: 'missing-source', severity: 'information' }]);
    const on = await check(`${HEAD}APPX_SRCS-$(CONFIG_ARCH_X86_64) += $(APPX_BASE)/x86/entry.S\n`);
    expect(on).toMatchObject([{ code: 'missing-source', severity: 'error' }]);
    const asked = await check(
      `${HEAD}ifeq ($(CC),icc)\nAPPX_SRCS-y += $(APPX_BASE)/icc.c\nendif\nAPPX_SRCS-y += zebra.c\n`,
    );
    expect(asked.map(({ severity }) => severity)).toEqual(['information', 'error']);
  });

  it('stays where a line lists more and no other is like it', async () => {
    const [problem] = await check(`${HEAD}APPX_SRCS-y += guests.c zebra.c\n`);
    expect(problem).toMatchObject({ code: 'missing-source' });
    expect(problem?.fixes ?? []).toEqual([]);
  });
});
