import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isProject, Workspace } from './index';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'workspace-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** A tree of Unikraft's, as small as one can be. */
function writeUnikraft(): void {
  write('unikraft/version.mk', 'UK_VERSION = 0\nUK_SUBVERSION = 17\n');
  write('unikraft/Makefile.uk', '');
  const scan = "$(shell,$(UK_BASE)/support/build/config-submenu.sh -q -o '$(KCONFIG_DIR)/libs.uk'";
  write('unikraft/Config.uk', `source "${scan} -r '$(KCONFIG_LIB_BASE)' -c '$(KCONFIG_ELIB_DIRS)')"\n`);
  write('unikraft/lib/ukx/Config.uk', 'config LIBUKX\n\tbool "x"\n');
  write('unikraft/lib/ukx/Makefile.uk', '$(eval $(call addlib_s,libukx,$(CONFIG_LIBUKX)))\n');
}

async function scanned(): Promise<Workspace> {
  const workspace = new Workspace([root]);
  await workspace.scan();
  return workspace;
}

describe('a workspace', () => {
  it.each([
    ['UK_VERSION = 0\nUK_SUBVERSION = 17\nUK_EXTRAVERSION = 0\n', '0.17.0'],
    ['UK_VERSION = 0\nUK_SUBVERSION = 4\n', '0.4'],
  ])("names a Unikraft tree's release as its make does, of %j", async (makefile, release) => {
    writeUnikraft();
    write('unikraft/version.mk', makefile);
    write('unikraft/Config.uk', 'config RELEASE\n\tstring\n\tdefault "$(UK_FULLVERSION)"\n');
    const manifest = write('app/Kraftfile', 'spec: v0.6\nunikraft: stable\ntargets: [qemu/x86_64]\n');
    const workspace = await scanned();
    expect(workspace.configuration(manifest)?.values.get('CONFIG_RELEASE')).toBe(release);
  });

  it('finds files by what they are, follows links once and leaves folders of tools alone', async () => {
    const manifest = write('app/Kraftfile', 'spec: v0.7\n');
    write('app/node_modules/x/Kraftfile', '');
    write('app/notes.txt', '');
    symlinkSync(join(root, 'app'), join(root, 'app', 'again'));
    expect((await scanned()).paths()).toEqual([manifest]);
  });

  it('reads a project with the Unikraft tree beside it', async () => {
    writeUnikraft();
    const manifest = write('app/Kraftfile', 'spec: v0.6\nunikraft: stable\ntargets: [qemu/x86_64]\n');
    const workspace = await scanned();
    const project = workspace.project(manifest);
    expect(project?.complete).toBe(true);
    expect([...(project?.options.options.keys() ?? [])]).toContain('LIBUKX');
    expect(project?.catalog.libraries.map(({ name }) => name)).toEqual(['libukx']);
  });

  it('knows that what is not on this disk is not all', async () => {
    const manifest = write('app/Kraftfile', 'spec: v0.6\nunikraft: stable\n');
    expect((await scanned()).project(manifest)?.complete).toBe(false);
  });

  it('tells a project from a kernel', async () => {
    writeUnikraft();
    write('app/Kraftfile', 'spec: v0.6\nunikraft: stable\n');
    const workspace = await scanned();
    const tree = workspace.treeOf(join(root, 'unikraft/lib/ukx/Config.uk'));
    expect(tree && isProject(tree)).toBe(false);
    const project = workspace.treeOf(join(root, 'app/main.c'));
    expect(project && isProject(project)).toBe(true);
  });

  it('follows documents and the disk, and makes again only what they change', async () => {
    writeUnikraft();
    const workspace = await scanned();
    const options = join(root, 'unikraft/lib/ukx/Config.uk');
    const names = () => [...(workspace.treeOf(options)?.options.options.keys() ?? [])];
    const first = workspace.treeOf(options);
    workspace.open(join(root, 'unikraft/lib/ukx/main.c'), 'int x;');
    workspace.open(join(root, 'unikraft/lib/ukx/main.c'), 'int y;');
    expect(workspace.treeOf(options)?.options).toEqual(first?.options);
    workspace.open(options, 'config LIBUKY\n\tbool "y"\n');
    expect(names()).toEqual(['LIBUKY']);
    workspace.close(options);
    expect(names()).toEqual(['LIBUKX']);
    writeFileSync(options, 'config LIBUKZ\n\tbool "z"\n');
    workspace.changed(options);
    expect(names()).toEqual(['LIBUKZ']);
    workspace.changed(write('unikraft/lib/new/Config.uk', 'config LIBNEW\n\tbool "new"\n'));
    expect(names()).toEqual(['LIBNEW', 'LIBUKZ']);
  });
});
