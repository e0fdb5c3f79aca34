/** What stays known of a workspace's files when one of them changes, and what is looked at once for all of them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FileSystem, realFileSystem, Workspace } from '../project';
import { finish } from '../steps';
import { areKnown, prepare, problemsOf } from './index';
import { TEXTS } from './testing';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'known-'));
  for (const [file, text] of Object.entries(TEXTS)) put(file, text);
});
afterEach(() => rmSync(root, { recursive: true }));

function put(file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

async function checked(): Promise<Workspace> {
  const workspace = new Workspace([root]);
  await workspace.scan();
  for (const path of workspace.paths()) problemsOf(workspace, path);
  return workspace;
}

/** Files that have to be looked at again when one has another text. */
async function forgottenBy(file: string, text: string): Promise<readonly string[]> {
  const workspace = await checked();
  const known = workspace.paths().filter((path) => areKnown(workspace, path));
  workspace.open(join(root, file), text);
  return known.filter((path) => !areKnown(workspace, path)).map((path) => relative(root, path));
}

describe('an edit', () => {
  it('of options leaves all but options, manifests and what is compiled for a target', async () => {
    expect(await forgottenBy('unikraft/lib/uktwo/Config.uk', 'config LIBUKTWO\n\tbool "other"\n')).toEqual([
      'app/Config.uk',
      'app/Kraftfile',
      'app/main.c',
      'unikraft/Config.uk',
      'unikraft/lib/ukone/Config.uk',
      'unikraft/lib/uktwo/Config.uk',
    ]);
  });

  it('of a library leaves nothing that may follow from it', async () => {
    const forgotten = await forgottenBy('unikraft/lib/ukone/Makefile.uk', '');
    expect(forgotten).toEqual(
      expect.arrayContaining(
        ['include/uk/one.h', 'one.c', 'exportsyms.uk'].map((name) => `unikraft/lib/ukone/${name}`),
      ),
    );
  });

  it('of a manifest leaves the kernel that it names', async () => {
    const text = `${TEXTS['app/Kraftfile']}nmae: twice\n`;
    for (const file of await forgottenBy('app/Kraftfile', text)) expect(file).toMatch(/^app\//);
  });
});

describe("a library's folder", () => {
  it('is looked through once for all of its headers and its list', async () => {
    for (const name of ['two', 'three', 'four']) {
      put(`unikraft/lib/ukone/include/uk/${name}.h`, `int uk_${name}(void);\n`);
    }
    const looks: string[] = [];
    const entries = (folder: string) => {
      looks.push(relative(root, folder));
      return realFileSystem.entries(folder);
    };
    const fileSystem: FileSystem = { ...realFileSystem, entries };
    const workspace = new Workspace([root], { fileSystem });
    await workspace.scan();
    const [first = '', ...others] = workspace
      .paths('header', 'exports')
      .filter((path) => path.includes(join('lib', 'ukone')));
    finish(prepare(workspace, first));
    expect(looks).toContain('unikraft/lib/ukone/include/uk');
    looks.length = 0;
    for (const path of others) {
      finish(prepare(workspace, path));
      problemsOf(workspace, path);
    }
    expect(others).toHaveLength(4);
    expect(looks).toEqual([]);
  });
});
