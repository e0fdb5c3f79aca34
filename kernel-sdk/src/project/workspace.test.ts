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
    write('app/{{name}}/Kraftfile', '');
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

  it('reads libraries of a project whose kernel is not on this disk, each once', async () => {
    for (const name of ['one', 'two']) {
      write(`libs/${name}/Makefile.uk`, `$(eval $(call addlib_s,lib${name},$(CONFIG_LIB${name})))\n`);
      write(`libs/${name}/Config.uk`, `config LIB${name.toUpperCase()}\n\tbool "${name}"\n`);
    }
    const libraries = 'libraries: {one: {source: libs/one}, two: {source: libs/two}}\n';
    const manifest = write('Kraftfile', `spec: v0.6\nunikraft: {source: libs/none}\n${libraries}`);
    const options = () => workspace.project(manifest)?.options;
    let workspace = await scanned();
    expect(options()?.problems).toEqual([]);
    expect([...(options()?.options.keys() ?? [])]).toEqual(['LIBONE', 'LIBTWO']);
    // The same with options of its own, in a file that it names by its own folder.
    write('Makefile.uk', '$(eval $(call addlib,appx))\n');
    write('Config.uk', 'source "$(UK_APP)/more/Config.uk"\n');
    write('more/Config.uk', 'config APPMORE\n\tbool "more"\n');
    workspace = await scanned();
    expect(options()?.problems).toEqual([]);
    expect([...(options()?.options.keys() ?? [])]).toEqual(['LIBONE', 'LIBTWO', 'APPMORE']);
  });

  it('reads a Unikraft tree that sources what is not there, as its own Kconfig does', async () => {
    writeUnikraft();
    const root = 'if ARCH_Y\nsource "$(UK_BASE)/arch/y/Config.uk"\nendif\n';
    const file = write('unikraft/Config.uk', root);
    const { problems } = (await scanned()).kernelTree(dirname(file)).options;
    expect(problems.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      'information missing-source',
    ]);
  });

  it('reads an application that has a Makefile for a manifest as an application', async () => {
    writeUnikraft();
    const app = "$(shell,$(UK_BASE)/support/build/config-submenu.sh -q -o '$(KCONFIG_DIR)/app.uk'";
    write('unikraft/Config.uk', `source "${app} -l '$(KCONFIG_EAPP_DIR)')"\n`);
    write('app/Makefile', 'all:\n\t$(MAKE) -C ../unikraft A=$(CURDIR)\n');
    write('app/Makefile.uk', '$(eval $(call addlib,appx))\n');
    const file = write('app/Config.uk', 'source "$(UK_APP)/more/Config.uk"\n');
    write('app/more/Config.uk', 'config APPMORE\n\tbool "more"\n');
    const tree = (await scanned()).treeOf(file);
    expect(tree?.options.problems).toEqual([]);
    expect([...(tree?.options.options.keys() ?? [])]).toEqual(['APPMORE']);
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

  it('makes libraries and options each again without the other', async () => {
    writeUnikraft();
    const manifest = write('app/Kraftfile', 'spec: v0.6\nunikraft: stable\ntargets: [qemu/x86_64]\n');
    const workspace = await scanned();
    const known = () => ({
      libraries: workspace.librariesOf(manifest),
      options: workspace.project(manifest)?.options,
      configuration: workspace.configuration(manifest),
    });
    const first = known();
    workspace.open(join(root, 'unikraft/lib/ukx/Makefile.uk'), '$(eval $(call addlib,libuky))\n');
    const second = known();
    expect(second.libraries?.catalog.libraries.map(({ name }) => name)).toEqual(['libuky']);
    expect(second.options).toBe(first.options);
    expect(second.configuration).toBe(first.configuration);
    workspace.open(join(root, 'unikraft/lib/ukx/Config.uk'), 'config LIBUKY\n\tbool "y"\n');
    const third = known();
    expect(third.libraries).toBe(second.libraries);
    expect([...(third.options?.options.keys() ?? [])]).toContain('LIBUKY');
    expect(third.configuration).not.toBe(first.configuration);
  });

  it("finds a library that comes to a kernel's folders", async () => {
    writeUnikraft();
    const workspace = await scanned();
    const names = () =>
      workspace.kernelTree(join(root, 'unikraft')).catalog.libraries.map(({ name }) => name);
    expect(names()).toEqual(['libukx']);
    workspace.changed(write('unikraft/drivers/new/one/Makefile.uk', '$(eval $(call addlib,libone))\n'));
    expect(names()).toEqual(['libone', 'libukx']);
    rmSync(join(root, 'unikraft/lib/ukx'), { recursive: true });
    workspace.changed(join(root, 'unikraft/lib/ukx/Makefile.uk'));
    expect(names()).toEqual(['libone']);
  });
});
