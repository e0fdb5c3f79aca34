import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  configureProject,
  type FileSystem,
  findManifest,
  loadProject,
  realFileSystem,
  sdkFolder,
  withTexts,
} from './index';

const MAKEFILE = '$(eval $(call addlib,appx))\nAPPX_SRCS-y += $(APPX_BASE)/main.c\n';
const MANIFEST = 'spec: v0.7\nname: My App!\nx-kernel: sdk\ntargets:\n  - qemu/x86_64\n';

/** The real kernel with a project in memory. */
function project(files: Record<string, string>): FileSystem {
  return withTexts(realFileSystem, new Map(Object.entries(files)));
}

function load(files: Record<string, string>) {
  const loaded = loadProject('/app/Kraftfile', { fileSystem: project(files) });
  if (!loaded.ok) throw new Error(loaded.message);
  return loaded.project;
}

function configure(manifest: string, target?: string) {
  return configureProject(load({ '/app/Kraftfile': manifest, '/app/Makefile.uk': MAKEFILE }), target);
}

describe('loading', () => {
  it('reads the built-in kernel without a problem', () => {
    const loaded = load({ '/app/Kraftfile': MANIFEST, '/app/Makefile.uk': MAKEFILE });
    expect(loaded.problems).toEqual([]);
    expect(loaded.name).toBe('my-app');
    const names = loaded.catalog.libraries.map(({ name }) => name);
    expect(names).toContain('libukalloc');
    expect(names.at(-1)).toBe('appx');
    for (const { origin, sources } of loaded.catalog.libraries.slice(0, -1)) {
      // What is fetched need not be here yet.
      const own = sources.filter(({ path }) => origin === undefined || !path.startsWith(`${origin}/`));
      for (const { path } of own) expect(realFileSystem.readText(path), path).toBeDefined();
    }
  });

  it('finds one manifest, and says what is wrong with none or two', () => {
    expect(findManifest('/app', project({ '/app/kraft.yaml': '' }))).toEqual({
      ok: true,
      path: '/app/kraft.yaml',
    });
    expect(findManifest('/app', project({}))).toMatchObject({
      message: expect.stringContaining('unikernel new'),
    });
    const two = findManifest('/app', project({ '/app/kraft.yaml': '', '/app/Kraftfile': '' }));
    expect(two).toMatchObject({ message: expect.stringContaining('kraft.yaml, Kraftfile') });
  });

  it('says what to write where the application has no Makefile.uk', () => {
    const { problems } = load({ '/app/Kraftfile': MANIFEST });
    expect(problems[0]?.message).toContain('$(eval $(call addlib,');
  });

  it('knows where the kernel is', () => {
    expect(realFileSystem.entries(join(sdkFolder(), 'templates'))).toContainEqual({
      name: 'hello',
      kind: 'folder',
    });
  });
});

describe('configuring', () => {
  it('chooses the libraries that the target needs, the application last', () => {
    const result = configure(MANIFEST);
    if (!result.ok) throw new Error(result.message);
    const names = result.configured.libraries.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['libkvmplat', 'libns16550', 'libukboot', 'libukdebug']));
    expect(names.at(-1)).toBe('appx');
    expect(result.configured.configuration.values.get('CONFIG_OPTIMIZE_NONE')).toBe('y');
  });

  it('chooses one architecture, which is the target’s whatever the options say', () => {
    const arm64 = MANIFEST.replace('x86_64', 'arm64');
    const result = configure(`${arm64}x-kconfig:\n  CONFIG_ARCH_X86_64: y\n`);
    if (!result.ok) throw new Error(result.message);
    const names = result.configured.libraries.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['libarcharm64', 'libkvmplat', 'libpl011']));
    expect(names).not.toContain('libarchx86');
    expect(names).not.toContain('libns16550');
  });

  it('takes options from the manifest', () => {
    const result = configure(
      `${MANIFEST}x-kconfig:\n  CONFIG_OPTIMIZE_SIZE: y\n  CONFIG_LIBUKDEBUG_SYMTAB: n\n`,
    );
    if (!result.ok) throw new Error(result.message);
    const { values } = result.configured.configuration;
    expect(values.get('CONFIG_OPTIMIZE_SIZE')).toBe('y');
    expect(values.get('CONFIG_OPTIMIZE_NONE')).toBe('n');
    expect(values.get('CONFIG_LIBUKDEBUG_SYMTAB')).toBe('n');
  });

  it.each([
    [
      'x-kconfig: {CONFIG_LIBUKALOC: y}',
      undefined,
      "Kraftfile:6:13: There is no option 'CONFIG_LIBUKALOC'. Did you mean 'CONFIG_LIBUKALLOC'?",
    ],
    ['x-kconfig: {CONFIG_LIBUKBOOT_MAXNBARGS: "many"}', undefined, 'takes a whole number'],
    [
      'x-kconfig: {CONFIG_LIBUKBOOT_MAXNBARGS: "500"}',
      undefined,
      "Kraftfile:6:41: 'CONFIG_LIBUKBOOT_MAXNBARGS' takes 2 to 256 (lib/ukboot/Config.uk:",
    ],
    [
      'libraries: {ukdebug: {}, libukaloc: {}}',
      undefined,
      "Kraftfile:6:26: There is no library 'libukaloc' in the kernel. Did you mean 'ukalloc'?",
    ],
    ['librares: {}', undefined, 'Kraftfile:6:1'],
    ['', 'xen/arm64', "no target 'xen/arm64'; it has qemu/x86_64"],
  ])('fails with a place and a way out: %s', (line, target, words) => {
    const result = configure(`${MANIFEST}${line}\n`, target);
    expect(result).toMatchObject({ ok: false, message: expect.stringContaining(words) });
  });

  it('says which kernels can be built', () => {
    const result = configure('spec: v0.6\nunikraft: stable\ntargets: [qemu/x86_64]\n');
    expect(result).toMatchObject({ ok: false, message: expect.stringContaining('x-kernel: sdk') });
    const xen = configure(MANIFEST.replace('qemu/', 'xen/'));
    expect(xen).toMatchObject({ ok: false, message: expect.stringContaining('it can for qemu/x86_64') });
  });
});
