import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { realFileSystem } from '../../project';
import { checkPaths } from './check-paths';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'check-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, text: string): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

async function check(...paths: string[]) {
  const { problems, files, unreadable } = await checkPaths(paths, { folder });
  const short = (path: string) => path.replace(`${folder}/`, '');
  return {
    files,
    problems: problems.map(({ file, code, range }) => `${short(file)}:${range.start.line + 1} ${code}`),
    unreadable: unreadable.map(({ message }) => message.replaceAll(`${folder}/`, '')),
  };
}

function project(name: string, extra = ''): void {
  write(`${name}/Kraftfile`, `spec: v0.7\nx-kernel: sdk\ntargets: [qemu/x86_64]\n${extra}`);
  write(`${name}/Makefile.uk`, '$(eval $(call addlib,appmain))\nAPPMAIN_SRCS-y += $(APPMAIN_BASE)/main.c\n');
  write(`${name}/main.c`, 'int main(void) { return 0; }\n');
}

describe('a folder', () => {
  it('has the problems of every file in it, in the order of names, each once', async () => {
    project('b', 'nmae: b\n');
    project('a');
    write('a/Config.uk', 'config APPA\n\tbool "a"\n\tdefault y if\n');
    expect((await check('.', 'a')).problems).toEqual([
      'a/Config.uk:3 invalid-expression',
      'b/Kraftfile:4 unknown-key',
    ]);
  });

  it('has what follows from the targets of its manifests', async () => {
    project('a', 'x-kconfig: [CONFIG_LIBUKALLOCC=y]\n');
    expect((await check('a')).problems).toEqual(['a/Kraftfile:4 unknown-option']);
  });

  it('is checked for files that should be there', async () => {
    project('a');
    rmSync(join(folder, 'a/Makefile.uk'));
    expect((await check('.')).problems).toContain('a/Makefile.uk:1 missing-makefile');
  });

  it('may hold links to itself', async () => {
    project('a');
    symlinkSync('..', join(folder, 'a/again'));
    expect(await check('.')).toEqual({ files: 3, problems: [], unreadable: [] });
  });
});

describe('a file', () => {
  it('is checked alone, with its project around it', async () => {
    project('a', 'nmae: b\n');
    write('a/Config.uk', 'source "none.uk"\nconfig APPA\n\tbool "a"\n');
    write('a/sub/Kraftfile', 'spec: v0.7\n');
    expect((await check('a/Config.uk')).problems).toEqual(['a/Config.uk:1 missing-source']);
    expect((await check('a/Kraftfile')).problems).toEqual(['a/Kraftfile:4 unknown-key']);
  });
});

describe('what cannot be read', () => {
  it('is told, once each, and the rest is checked', async () => {
    project('a', 'nmae: b\n');
    symlinkSync('Kraftfile.loop', join(folder, 'a/Kraftfile.loop'));
    symlinkSync('nowhere', join(folder, 'a/Config.uk'));
    write('notes.txt', '');
    expect(await check('a', 'gone', 'gone', 'a/Config.uk', 'notes.txt')).toEqual({
      files: 3,
      problems: ['a/Kraftfile:4 unknown-key'],
      unreadable: [
        "There is no 'gone'.",
        "'a/Config.uk' is a link that leads nowhere.",
        "'notes.txt' is no file of a unikernel's project.",
        "'a/Kraftfile.loop' is a link that leads nowhere.",
      ],
    });
  });

  it('is not what a tree need not have', async () => {
    for (const [name, text] of [
      ['Config.uk', 'config A\n\tbool "a"\n'],
      ['Makefile.uk', ''],
      ['version.mk', 'UK_VERSION = 0\n'],
      ['lib/ukx/Makefile.uk', '$(eval $(call addlib_s,libukx,$(CONFIG_A)))\n'],
    ] as const) {
      write(`kernel/${name}`, text);
    }
    expect((await check('kernel')).unreadable).toEqual([]);
  });

  it('may be a file that the system does not give', async () => {
    project('a');
    const readText = (path: string) => (path.endsWith('main.c') ? undefined : realFileSystem.readText(path));
    const { unreadable } = await checkPaths(['a'], { folder, fileSystem: { ...realFileSystem, readText } });
    expect(unreadable.map(({ message }) => message)).toEqual([
      `'${join(folder, 'a/main.c')}' cannot be read.`,
    ]);
  });
});
