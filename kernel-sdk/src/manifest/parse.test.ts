/** Kraftfiles: `~` under a line marks where the problem stands; the code follows. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyChanges } from '../problem';
import { MANIFEST_CODES, parseManifest } from './index';

/** Lines with `~~~ code` say what is expected of the line above; they are not part of the manifest. */
function check(marked: string): void {
  const expected: string[] = [];
  const lines: string[] = [];
  for (const line of marked.replace(/^\n/, '').split('\n')) {
    const mark = /^( *)(~+) ([a-z-]+)$/.exec(line);
    if (mark === null) lines.push(line);
    else {
      const from = mark[1]?.length ?? 0;
      expected.push(`${lines.length - 1}:${from}-${from + (mark[2]?.length ?? 0)} ${mark[3]}`);
    }
  }
  const { problems } = parseManifest(lines.join('\n'));
  expect(
    problems.map(
      ({ code, range: { start, end } }) => `${start.line}:${start.character}-${end.character} ${code}`,
    ),
  ).toEqual(expected);
}

const HEAD = 'spec: v0.7\nx-kernel: sdk\n';
const LEGACY = 'spec: v0.6\nunikraft: stable\n';

describe('more than one document', () => {
  it('is one too many, and the first one is looked at as ever', () => {
    check(`
spec: v0.7
x-kernel: sdk
nme: x
~~~ unknown-key
---
  - a
  ~~~ several-documents
b: [
`);
  });

  it('is removed, whatever separates them', () => {
    for (const [separator, kept] of [
      ['---\n', ''],
      ['--- # next\n', ''],
      ['...\n', '...\n'],
      ['...\n---\n', '...\n'],
    ]) {
      const text = `${HEAD}${separator}name: b\n`;
      const [problem] = parseManifest(text).problems;
      expect(problem).toMatchObject({ code: 'several-documents', severity: 'warning' });
      const changes = problem?.fixes?.[0]?.changes ?? [];
      expect(applyChanges(text, changes), text).toBe(`${HEAD}${kept}`);
    }
  });

  it('is nothing where the others are empty, and an error where the first one is', () => {
    expect(parseManifest(`---\n${HEAD}...\n`).problems).toEqual([]);
    expect(parseManifest(`---\n${HEAD}---\n# the end\n`).problems).toEqual([]);
    expect(parseManifest(`---\n---\n${HEAD}`).problems).toMatchObject([
      { code: 'missing-spec' },
      { code: 'several-documents', severity: 'error' },
    ]);
  });
});

describe('a template', () => {
  const overlay = 'spec: v0.6\ntemplate:\n  source: https://example.org/app.git\nunikraft: stable\n';

  it('is laid under a project that says which Unikraft it is built with', () => {
    const { problems, kernel } = parseManifest(overlay);
    expect(problems).toEqual([]);
    expect(kernel).toMatchObject({ kind: 'unikraft', version: { value: 'stable' } });
  });

  it('goes with no other kernel', () => {
    const { problems } = parseManifest(overlay.replace('unikraft: stable', 'runtime: base:latest'));
    expect(problems.map(({ code }) => code)).toEqual(['several-kernels']);
  });
});

describe('what the official extension misses is marked exactly', () => {
  it.each([
    ['an unknown key', `${HEAD}librares: {}\n~~~~~~~~ unknown-key`],
    [
      'an unknown key inside',
      `${HEAD}targets:\n  - platfrom: qemu\n    ~~~~~~~~ unknown-key\n    plat: qemu\n    arch: x86_64`,
    ],
    [
      'a misspelt platform and architecture',
      `${HEAD}targets:\n  - qmeu/x86_46\n    ~~~~ unknown-platform\n         ~~~~~~ unknown-architecture`,
    ],
    ['a missing spec', 'x-kernel: sdk\n~~~~~~~~ missing-spec'],
    ['an unknown spec', 'spec: v9.9\n      ~~~~ unknown-spec\nx-kernel: sdk'],
    ['an unquoted spec', 'spec: 0.6\n      ~~~ unquoted-spec\nunikraft: stable'],
    ['no kernel', 'spec: v0.7\n~~~~ missing-kernel\nname: hello'],
    ['two kernels', `${HEAD}unikraft: stable\n~~~~~~~~ several-kernels`],
    ['targets as a text', `${HEAD}targets: qemu/x86_64\n         ~~~~~~~~~~~ wrong-type`],
    ['libraries as a list', `${LEGACY}libraries: [musl]\n           ~~~~~~ wrong-type`],
    ['targets as a number', `${HEAD}targets: 5\n         ~ wrong-type`],
    ['a misspelt CONFIG_', `${HEAD}x-kconfig:\n  CONIFG_X: "y"\n  ~~~~~~~~ option-prefix`],
    ['an unknown format', `${HEAD}rootfs:\n  source: ./root\n  format: ext4\n          ~~~~ unknown-value`],
    ['numbers as arguments', `${HEAD}cmd: [1, 2]\n      ~ wrong-type\n         ~ wrong-type`],
    ['a swapped target', `${HEAD}targets:\n  - x86_64/qemu\n    ~~~~~~~~~~~ swapped-target`],
    ['an empty runtime', 'spec: v0.7\nruntime: ""\n         ~~ runtime-reference'],
    ['a duplicate key', `${HEAD}name: a\nname: b\n~~~~ duplicate-key`],
    ['both names of spec', `${HEAD}specification: v0.7\n~~~~~~~~~~~~~ double-spec`],
    ['half a target', `${HEAD}targets:\n  - qemu\n    ~~~~ incomplete-target`],
    [
      'a version that is another number',
      `${LEGACY}libraries:\n  lwip: {version: 1.10}\n                  ~~~~ unquoted-number`,
    ],
    [
      'numbers that are others to YAML',
      `${LEGACY}env:\n  A: 010\n     ~~~ unquoted-number\n  B: 1_0\n  C: 1e3\n     ~~~ unquoted-number\n  D: 8080\n  E: 1.5\nlabels: {v: 1.0}\n            ~~~ unquoted-number`,
    ],
    [
      'an option that is no whole number to loaders',
      `${LEGACY}libraries:\n  x:\n    kconfig:\n      CONFIG_X: 1.5\n                ~~~ unquoted-number\n      CONFIG_Y: 64`,
    ],
    ['a key of the kernel at the top', `${LEGACY}kconfig:\n~~~~~~~ unknown-key\n  CONFIG_A: y`],
    ['a misplaced key', `${HEAD}arch: x86_64\n~~~~ unknown-key\ntargets:\n  - plat: qemu\n    arch: x86_64`],
    ['an unquoted number under v0.7', `${HEAD}x-kconfig:\n  CONFIG_X: 64\n            ~~ unquoted-number`],
    [
      'an unquoted hexadecimal number',
      `${LEGACY}libraries:\n  x:\n    kconfig:\n      CONFIG_X: 0x10\n                ~~~~ unquoted-hex`,
    ],
    ['a third part of a volume before v0.7', `${LEGACY}volumes:\n  - ./a:/b:ro\n    ~~~~~~~~~ volume-form`],
    ['a bare volume under v0.7', `${HEAD}volumes:\n  - ./a\n    ~~~ volume-form`],
    ['a deprecated attribute', `${HEAD}outdir: build\n~~~~~~ deprecated`],
    [
      'a map runtime under v0.7',
      'spec: v0.7\nruntime: {source: base}\n         ~~~~~~~~~~~~~~ attribute-version',
    ],
    ['a runtime with two tags', 'spec: v0.6\nruntime: base:1:2\n         ~~~~~~~~ runtime-reference'],
    ['a text as one argument before v0.7', `${LEGACY}cmd: "a b"\n     ~~~~~ single-argument`],
    [
      'a port that is none',
      `${HEAD}x-ports:\n  - "80:web"\n    ~~~~~~~~ port-form\n  - "0:80"\n    ~~~~~~ port-form`,
    ],
    ['a port as a number', `${HEAD}x-ports: [80]\n          ~~ wrong-type`],
    ['a disk without a file', `${HEAD}x-disks:\n  - size: 16M\n    ~~~~~~~~~ disk-form`],
    [
      'a size without a unit that is known',
      `${HEAD}x-disks:\n  - {path: a, size: 16X}\n                    ~~~ size-form`,
    ],
    ['a memory that is none', `${HEAD}x-memory: much\n          ~~~~ size-form`],
    ['an unknown machine', `${HEAD}x-machine: q53\n           ~~~ unknown-value`],
  ])('%s', (_, text) => check(text));
});

describe('a machine', () => {
  it('is described by extensions of our own', () => {
    const manifest = parseManifest(
      `${HEAD}x-ports: ["8080:80", "0.0.0.0:53:5353/udp"]\nx-memory: 256Mi\nx-machine: q35\nx-disks:\n  - data.img\n  - {path: b.qcow2, size: 16M, readonly: true}\n`,
    );
    expect(manifest.problems).toEqual([]);
    expect(manifest.ports.map(({ value }) => value)).toEqual([
      { protocol: 'tcp', hostAddress: '127.0.0.1', hostPort: 8080, guestPort: 80 },
      { protocol: 'udp', hostAddress: '0.0.0.0', hostPort: 53, guestPort: 5353 },
    ]);
    expect(manifest).toMatchObject({ memory: { value: '256M' }, machine: { value: 'q35' } });
    expect(manifest.disks).toMatchObject([
      { path: { value: 'data.img' }, readOnly: false },
      { path: { value: 'b.qcow2' }, size: 16 << 20, readOnly: true },
    ]);
  });

  it('sees folders of the host in every form that a volume has', () => {
    const { volumes } = parseManifest(
      `${HEAD}volumes:\n  - ./a:/b:ro\n  - {driver: 9pfs, source: c, destination: /d, readonly: true}\n  - {source: e, destination: /f}\n`,
    );
    expect(volumes).toMatchObject([
      { source: { value: './a' }, destination: '/b', readOnly: true },
      { driver: { value: '9pfs' }, source: { value: 'c' }, destination: '/d', readOnly: true },
      { source: { value: 'e' }, destination: '/f', readOnly: false },
    ]);
    expect(parseManifest(`${LEGACY}volumes: [./rootfs]\n`).volumes).toMatchObject([
      { source: { value: './rootfs' }, destination: '/' },
    ]);
    expect(parseManifest(`${LEGACY}volumes: ./a:/b\n`).volumes).toMatchObject([
      { source: { value: './a' }, destination: '/b' },
    ]);
    expect(parseManifest(`${LEGACY}volumes: {source: ./a, destination: /b}\n`).volumes).toMatchObject([
      { source: { value: './a' }, destination: '/b' },
    ]);
  });

  it.each([
    [`${LEGACY}rootfs: ./root`, { source: { value: './root' } }],
    [`${LEGACY}rootfs: {source: ./root, type: cpio}`, { format: { value: 'cpio' } }],
    [
      `${HEAD}rootfs: {source: {type: dir, path: ./root}, format: cpio}`,
      { type: { value: 'dir' }, format: { value: 'cpio' } },
    ],
  ])('has the root file system of %j', (text, rootfs) => {
    expect(parseManifest(text).rootfs).toMatchObject(rootfs);
  });
});

describe('correct manifests have no problems', () => {
  it.each([
    ['a short one', `${HEAD}targets: [qemu/x86_64]`],
    ['a list of volumes and a root file system by path', `${LEGACY}rootfs: ./rootfs\nvolumes:\n  - ./rootfs`],
    ['one volume for a list of one', `${LEGACY}volumes: /tmp/shared:/`],
    ['one volume as a map', `${LEGACY}volumes:\n  driver: 9pfs\n  source: ./a\n  destination: /`],
    ['no volumes as a map', `${LEGACY}volumes: {}`],
    ['a platform with its architecture', `${LEGACY}targets:\n  - plat: qemu/x86_64`],
    ['a number as spec 0.7', 'spec: 0.7\nx-kernel: sdk'],
    ['quoted spec 0.6', "specification: '0.6'\nunikraft: {version: 0.17.0, kconfig: {CONFIG_X: y}}"],
    ['a library without a version under v0.7', 'spec: v0.7\nunikraft: stable\nlibraries:\n  musl:\n'],
    ['other tools’ attributes', `${HEAD}x-anything: {a: 1}`],
    ['aliases and anchors', `${HEAD}x-common: &options\n  CONFIG_A: y\nx-kconfig: *options`],
    ['an OCI runtime', 'spec: v0.6\nruntime: oci://unikraft.org/base:latest'],
  ])('%s', (_, text) => check(text));

  it('tells where a key belongs that is in the wrong place', () => {
    const words = (text: string) => parseManifest(text).problems.map(({ message }) => message.split('. ')[1]);
    expect(words(`${LEGACY}kconfig: {}`)).toEqual([
      "It belongs in 'unikraft', in 'runtime' or in 'template'.",
    ]);
    expect(words(`${HEAD}kconfig: {}`)).toEqual(["Did you mean 'x-kconfig'?"]);
    expect(words('spec: v0.7\nunikraft:\n  libraries: {}')).toEqual([
      'It belongs to the top of the manifest.',
    ]);
    expect(words(`${HEAD}arch: arm64`)).toEqual(["It belongs in a target of 'targets'."]);
  });

  it.each([
    ['a key that tools ignore', `${LEGACY}networks: {}`],
    ['a specification before the first', "specification: '0.4'\nunikraft: '0.4'"],
    ['a specification that is still to come', 'spec: v0.12.0\nunikraft: stable'],
    ['named volumes of the time before', `${LEGACY}volumes:\n  fs0:\n    driver: 9pfs\n    source: ./a`],
    ['an item that is no option', `${LEGACY}libraries: {lwip: {kconfig: [TODO]}}`],
    ['an option that is ignored', `${LEGACY}libraries: {lwip: {kconfig: [LWIP_TCP=y]}}`],
  ])('%s is a warning: loaders take it', (_, text) => {
    expect(parseManifest(text).problems.map(({ severity }) => severity)).toEqual(['warning']);
  });

  it('reads specifications that are not known as loaders do', () => {
    // Before v0.7 a third part of a volume is an error, and a text is one argument.
    for (const spec of ["'0.4'", 'v0.12.0', 'v9.9'])
      expect(parseManifest(`spec: ${spec}\nunikraft: stable\nvolumes: [./a:/b:ro]\n`).problems).toMatchObject(
        [{ code: 'unknown-spec' }, { code: 'volume-form' }],
      );
  });

  it('the hello template’s', () => {
    const text = readFileSync(join(__dirname, '../../templates/hello/Kraftfile'), 'utf8');
    const manifest = parseManifest(text);
    expect(manifest.problems).toEqual([]);
    expect(manifest).toMatchObject({ name: { value: 'hello' }, kernel: { kind: 'sdk' } });
    expect(manifest.targets).toMatchObject([
      { platform: { value: 'qemu' }, architecture: { value: 'x86_64' } },
      { platform: { value: 'qemu' }, architecture: { value: 'arm64' } },
    ]);
    expect(manifest.cmd.map(({ value }) => value)).toEqual(['Ada', 'Grace']);
  });
});

describe('bad input', () => {
  it('that is not YAML is one problem at its place, and what could be read is kept', () => {
    const { problems, name } = parseManifest('spec: v0.7\nname: hello\ntargets: [qemu/x86_64\n');
    expect(problems.map(({ code }) => code)).toEqual(['invalid-yaml']);
    // An unclosed bracket is found where the file ends.
    expect(problems[0]?.range.start.line).toBe(3);
    expect(name?.value).toBe('hello');
  });

  it.each([
    ['volumes as a map', `${HEAD}volumes: {a: b}`],
    ['a list at the top', '- a'],
    ['nothing', ''],
    ['control characters', '\u0000\u0001: \ud800'],
    ['deep nesting', '['.repeat(100_000)],
    ['10 MB', 'a'.repeat(10_000_000)],
    [
      'a bomb of aliases',
      `a: &a [x]\n${Array.from({ length: 40 }, (_, i) => `k${i}: &k${i} [*${i === 0 ? 'a' : `k${i - 1}`}, *${i === 0 ? 'a' : `k${i - 1}`}]`).join('\n')}`,
    ],
  ])('%s never throws', (_, text) => {
    for (const problem of parseManifest(text).problems) expect(problem.message).not.toBe('');
  });

  it('in UTF-16 is told as such, once', () => {
    const text = Buffer.from('\ufeffspec: v0.7\nx-kernel: sdk\n', 'utf16le').toString('utf8');
    expect(parseManifest(text).problems).toMatchObject([
      { code: 'invalid-yaml', message: expect.stringContaining('save it as UTF-8') },
    ]);
  });

  it('every truncation of a manifest is read', () => {
    const text = readFileSync(join(__dirname, '../../templates/hello/Kraftfile'), 'utf8');
    for (let length = 0; length < text.length; length++) parseManifest(text.slice(0, length));
  });

  it('codes are documented', () => {
    for (const [code, meaning] of Object.entries(MANIFEST_CODES)) expect(meaning, code).toMatch(/\.$/);
  });
});

describe('a problem with one obvious way out', () => {
  /** The text as the first fix of this problem leaves it. */
  function mended(text: string, code: string): string | undefined {
    const problem = parseManifest(text).problems.find((one) => one.code === code && one.fixes !== undefined);
    return problem && applyChanges(text, problem.fixes?.[0]?.changes ?? []);
  }
  const NEW = HEAD;
  const OLD = LEGACY;

  it.each([
    ['invalid-yaml', 'spec: v0.7\nx-kernel: sdk\nname:x\n', 'spec: v0.7\nx-kernel: sdk\nname: x\n'],
    ['invalid-yaml', `${NEW}targets:\n\t- qemu/x86_64\n`, `${NEW}targets:\n  - qemu/x86_64\n`],
    ['invalid-yaml', `${NEW}\tname: x\n`, `${NEW}name: x\n`],
    ['several-kernels', `${NEW}runtime: base:latest\n`, NEW],
    ['unknown-spec', 'spec: v0.9\nx-kernel: sdk\n', NEW],
    [
      'swapped-target',
      `${NEW}targets:\n  - platform: arm64\n    architecture: qemu\n`,
      `${NEW}targets:\n  - platform: qemu\n    architecture: arm64\n`,
    ],
    ['incomplete-target', `${NEW}targets: [fc]\n`, `${NEW}targets: [fc/x86_64]\n`],
    ['incomplete-target', `${NEW}targets: [arm64]\n`, `${NEW}targets: [qemu/arm64]\n`],
    [
      'incomplete-target',
      `${NEW}targets:\n  - platform: fc\n`,
      `${NEW}targets:\n  - architecture: x86_64\n    platform: fc\n`,
    ],
    [
      'incomplete-target',
      `${NEW}targets:\n  - name: a\n`,
      `${NEW}targets:\n  - platform: qemu\n    architecture: x86_64\n    name: a\n`,
    ],
    ['volume-form', `${OLD}volumes: [./a:/a:ro]\n`, `${OLD}volumes: [./a:/a]\n`],
    ['size-form', `${NEW}x-memory: 64 MB\n`, `${NEW}x-memory: 64M\n`],
    [
      'size-form',
      `${NEW}x-disks: [{path: ./a, size: '16 mb'}]\n`,
      `${NEW}x-disks: [{path: ./a, size: "16M"}]\n`,
    ],
    ['port-form', `${NEW}x-ports: ['8080->80']\n`, `${NEW}x-ports: ["8080:80"]\n`],
    [
      'attribute-version',
      `${OLD}rootfs: {source: ./f, format: erofs}\n`,
      `${OLD}rootfs: {source: ./f, type: erofs}\n`,
    ],
    [
      'attribute-version',
      `spec: v0.7\nruntime:\n  source: base\n  version: latest\n`,
      `spec: v0.7\nruntime:\n  base:latest\n`,
    ],
    ['deprecated', `${NEW}outdir: out # where\nname: a\n`, `${NEW}name: a\n`],
    ['wrong-type', `${NEW}targets: qemu/x86_64 # one\n`, `${NEW}targets: [qemu/x86_64] # one\n`],
    [
      'wrong-type',
      `${NEW}targets:\n  platform: qemu\n  architecture: arm64\n\nname: a\n`,
      `${NEW}targets:\n  - platform: qemu\n    architecture: arm64\n\nname: a\n`,
    ],
    [
      'wrong-type',
      `${NEW}libraries:\n  - lwip\n  - musl # c\n`,
      `${NEW}libraries:\n  lwip: {}\n  musl: {} # c\n`,
    ],
    [
      'wrong-type',
      `${OLD}volumes:\n  fs0: # root\n    driver: 9pfs\n    source: ./a\n  fs1:\n    source: ./b\n`,
      `${OLD}volumes:\n  - driver: 9pfs\n    source: ./a\n  - source: ./b\n`,
    ],
    ['unknown-spec', "spec: '0.4'\nunikraft: stable\n", 'spec: v0.5\nunikraft: stable\n'],
    ['wrong-type', `${NEW}name: true\n`, `${NEW}name: "true"\n`],
  ])('%s is mended', (code, text, wanted) => {
    expect(mended(text, code)).toBe(wanted);
    expect(parseManifest(wanted).problems.map((one) => one.code)).not.toContain(code);
  });

  it.each([
    ['invalid-yaml', `${NEW}name: [\n`],
    ['incomplete-target', `${NEW}targets: [{platform: fc}]\n`],
    ['wrong-type', `${NEW}libraries: [lwip]\n`],
    ['wrong-type', `${OLD}volumes: {fs0: {source: ./a}}\n`],
    ['wrong-type', `${NEW}targets: {platform: fc, architecture: arm64}\n`],
    ['attribute-version', 'spec: v0.7\nruntime: {source: base, kconfig: {CONFIG_A: "y"}}\n'],
    ['size-form', `${NEW}x-memory: much\n`],
    ['port-form', `${NEW}x-ports: ['80:99999']\n`],
  ])('%s has none where it is not obvious', (code, text) => {
    expect(parseManifest(text).problems.map((one) => one.code)).toContain(code);
    expect(mended(text, code)).toBeUndefined();
  });
});
