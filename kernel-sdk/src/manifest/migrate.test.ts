import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, delimiter, dirname, join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { formatManifest } from './format';
import { migrateManifest } from './migrate';
import type { Manifest } from './model';
import { parseManifest } from './parse';

const noFolder = () => false;

function migrated(text: string, isFolder: (path: string) => boolean = noFolder): string {
  const result = migrateManifest(text, isFolder);
  if (result === undefined) throw new Error('Nothing to migrate.');
  if (!result.ok) throw new Error(result.message);
  return result.text;
}

describe('a migration to v0.7', () => {
  it('keeps comments, quotes, order and layout', () => {
    const text = `# Served by nginx
spec:   'v0.6'   # old

name:  nginx
unikraft:
    version: stable  # a channel
    kconfig:
        CONFIG_A:   'y'
        # many
        CONFIG_B: 64
        CONFIG_C: 0x10
targets: [ qemu/x86_64,  fc/x86_64 ]
`;
    expect(migrated(text)).toBe(
      text.replace("'v0.6'", "'v0.7'").replace(': 64', ': "64"').replace(': 0x10', ': "0x10"'),
    );
  });

  it.each([
    [
      'a number as the version',
      'specification: 0.5\nunikraft: stable\n',
      'specification: v0.7\nunikraft: stable\n',
    ],
    [
      'a folder',
      "spec: '0.6'\nunikraft: ../uk  # mine\n",
      "spec: '0.7'\nunikraft:\n  source: ../uk  # mine\n",
    ],
    [
      'a URL with a branch',
      'spec: v0.6\nunikraft: https://x.org/uk.git?branch=staging # far\nname: a\n',
      'spec: v0.7\nunikraft:\n  version: staging\n  source: https://x.org/uk.git?branch=staging # far\nname: a\n',
    ],
    [
      'a last line without an end',
      'spec: v0.6\nunikraft: https://x.org/uk.git?tag=1.0',
      'spec: v0.7\nunikraft:\n  version: "1.0"\n  source: https://x.org/uk.git?tag=1.0',
    ],
    [
      'libraries, in braces too',
      'spec: v0.6\nunikraft: stable\nlibraries:\n  musl: ./musl\n  lwip: stable\n',
      'spec: v0.7\nunikraft: stable\nlibraries:\n  musl:\n    source: ./musl\n  lwip: stable\n',
    ],
    [
      'libraries in braces',
      'spec: v0.6\nunikraft: stable\nlibraries: {musl: ./musl}\n',
      'spec: v0.7\nunikraft: stable\nlibraries: {musl: {source: ./musl}}\n',
    ],
    [
      'an argument with blanks',
      'spec: v0.6\nruntime: base:1\ncmd: /bin/server -p 80 # all\n',
      'spec: v0.7\nruntime: base:1\ncmd: [/bin/server -p 80] # all\n',
    ],
    [
      'a block as an argument',
      'spec: v0.6\nruntime: base:1\ncmd: >\n  a\n  b\nname: x\n',
      'spec: v0.7\nruntime: base:1\ncmd: ["a b\\n"]\nname: x\n',
    ],
    [
      'a volume at the root',
      "spec: v0.6\nruntime: base:1\nvolumes:\n  - ./a\n  - './b'\n  - ./c:/c\n",
      "spec: v0.7\nruntime: base:1\nvolumes:\n  - ./a:/\n  - './b:/'\n  - ./c:/c\n",
    ],
    [
      'the format of files',
      'spec: v0.6\nruntime: base:1\nrootfs: {type: erofs, source: ./f}\n',
      'spec: v0.7\nruntime: base:1\nrootfs: {format: erofs, source: ./f}\n',
    ],
    ['a name', 'spec: v0.6\nname: My App\nruntime: base:1\n', 'spec: v0.7\nname: myapp\nruntime: base:1\n'],
    [
      'a folder of build products',
      'spec: v0.6\noutdir: out\nruntime: base:1\n',
      'spec: v0.7\nruntime: base:1\n',
    ],
    [
      'dollars',
      "spec: v0.6\nruntime: base:1\nenv:\n  A: 'a$$b$$'\n",
      "spec: v0.7\nruntime: base:1\nenv:\n  A: 'a$b$'\n",
    ],
    [
      'the ends of lines',
      'spec: v0.6\r\nunikraft: ./uk\r\nname: x\r\n',
      'spec: v0.7\r\nunikraft:\r\n  source: ./uk\r\nname: x\r\n',
    ],
  ])('writes out %s', (_, before, after) => {
    expect(migrated(before)).toBe(after);
    expect(migrateManifest(after, noFolder)).toBeUndefined();
  });

  it('takes a bare word for a folder where there is one', () => {
    const text = 'spec: v0.6\nunikraft: uk\n';
    expect(migrated(text)).toBe('spec: v0.7\nunikraft: uk\n');
    expect(migrated(text, (path) => path === 'uk')).toBe('spec: v0.7\nunikraft:\n  source: uk\n');
  });

  it('leaves dollars and names alone where the built-in kernel reads them', () => {
    const text = "spec: v0.6\nname: My App\nx-kernel: sdk\nenv: {A: '$$B'}\n";
    expect(migrated(text)).toBe(text.replace('v0.6', 'v0.7'));
  });

  it.each([
    ['a value that is filled in', "spec: v0.6\nruntime: base:1\ncmd: ['a', '${CONFIG_X}']\n", 'Line 3'],
    [
      'an image',
      'spec: v0.6\nruntime: base:1\ntargets:\n  - {kernel: a, plat: qemu, arch: arm64}\n',
      'Line 4',
    ],
    ['options of a runtime', 'spec: v0.6\nruntime:\n  source: base\n  kconfig: {CONFIG_A: "y"}\n', 'Line 3'],
  ])('says what cannot be migrated: %s', (_, text, words) => {
    const result = migrateManifest(text, noFolder);
    expect(result).toMatchObject({ ok: false, message: expect.stringContaining(words) });
  });

  it.each([
    ['the newest version', 'spec: v0.7\nx-kernel: sdk\n'],
    ['no version', 'unikraft: stable\n'],
    ['broken text', 'spec: v0.6\nname: [\n'],
    ['nothing', ''],
  ])('has nothing to do with %s', (_, text) => {
    expect(migrateManifest(text, noFolder)).toBeUndefined();
  });
});

/** What a manifest means, however it is written. */
function meaning({ kernel, libraries, kconfig, targets, cmd, env, volumes, rootfs, name }: Manifest) {
  const options = (list: Manifest['kconfig']) => list.map((one) => [one.name.value, one.value.value]);
  const component = (version: string | undefined, source: string | undefined) => {
    const isPlace = version !== undefined && source === undefined && /^\.|\/\//.test(version);
    const place = isPlace ? version : source;
    return [place, isPlace ? /branch=(.*)/.exec(version)?.[1] : version];
  };
  return {
    name: name?.value.toLowerCase().replace(/[^a-z0-9_-]/g, ''),
    kernel:
      kernel?.kind === 'unikraft' ? component(kernel.version?.value, kernel.source?.value) : kernel?.kind,
    libraries: libraries.map((one) => [
      one.name.value,
      component(one.version?.value, one.source?.value),
      options(one.kconfig),
    ]),
    kconfig: options(kconfig),
    targets: targets.map((one) => [one.platform.value, one.architecture.value, options(one.kconfig)]),
    cmd: cmd.map(({ value }) => value),
    env: env.map((one) => [one.name.value, one.value.value]),
    volumes: volumes.map((one) => [one.source.value, one.destination, one.readOnly]),
    rootfs: [rootfs?.source.value, rootfs?.format?.value],
  };
}

function counts(text: string): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { code } of parseManifest(text).problems) found[code] = (found[code] ?? 0) + 1;
  return found;
}

/** Migrates, and checks all that a migration promises; gives whether it was done. */
function holds(text: string): boolean {
  const result = migrateManifest(text, noFolder);
  if (result?.ok !== true) return false;
  const before = counts(text);
  for (const [code, count] of Object.entries(counts(result.text))) {
    expect(count, `${code} in\n${result.text}`).toBeLessThanOrEqual(before[code] ?? 0);
  }
  expect(meaning(parseManifest(result.text)), result.text).toEqual(meaning(parseManifest(text)));
  expect(parseManifest(result.text).spec?.value).toBe('0.7');
  expect(migrateManifest(result.text, noFolder)).toBeUndefined();
  const comments = (of: string) => of.match(/# .*/g);
  expect(comments(result.text)).toEqual(comments(text));
  return true;
}

const anOption = fc.tuple(
  fc.constantFrom('CONFIG_A', 'CONFIG_B', 'CONFIG_LIBX'),
  fc.oneof(fc.constantFrom<string | number>('y', 'n', 'a text', 64, 0), fc.integer({ min: 0, max: 1e6 })),
);
const kconfig = fc.oneof(
  fc.array(anOption, { maxLength: 3 }).map((all): unknown => Object.fromEntries(all)),
  fc.array(anOption, { maxLength: 3 }).map((all): unknown => all.map(([name, value]) => `${name}=${value}`)),
);
const place = fc.constantFrom(
  '../uk',
  './a b',
  'https://x.org/y.git',
  'https://x.org/y?branch=main',
  'stable',
);
const component = fc.oneof(
  place,
  fc.record<Record<string, unknown>>(
    {
      source: fc.constantFrom('./x', 'https://x.org/y'),
      version: fc.constantFrom('stable', '0.17'),
      kconfig,
    },
    { requiredKeys: ['version'] },
  ),
);
const word = fc.constantFrom(
  'a',
  '/bin/x',
  '-p',
  '80',
  'two words',
  '"quoted"',
  "it's",
  'a,b',
  '[x]',
  '{',
  'a: b',
);
const aManifest = fc.record<Record<string, unknown>>(
  {
    spec: fc.constantFrom('v0.6', '0.6', 'v0.5', 'v0.6.0'),
    name: fc.constantFrom('x', 'My App', 'UPPER_case', '9p'),
    unikraft: component,
    libraries: fc.dictionary(fc.constantFrom('musl', 'lwip', 'mine'), component),
    targets: fc.array(
      fc.oneof(
        fc.constantFrom<unknown>('qemu/x86_64', 'fc/arm64'),
        fc.record({ platform: fc.constantFrom('kvm', 'xen'), architecture: fc.constant('x86_64'), kconfig }),
      ),
    ),
    cmd: fc.oneof(
      word,
      fc.array(word, { minLength: 2, maxLength: 4 }).map((all) => all.join(' ')),
      fc.array(word),
    ),
    env: fc.oneof<fc.Arbitrary<unknown>[]>(
      fc.dictionary(fc.constantFrom('A', 'B'), word),
      fc.array(word.map((one) => `A=${one}`)),
    ),
    volumes: fc.array(fc.constantFrom<unknown>('./a', './a:/b', { source: './c', readonly: true })),
    rootfs: fc.oneof<fc.Arbitrary<unknown>[]>(
      fc.constantFrom('./rootfs', './Dockerfile'),
      fc.record(
        { source: fc.constant('./x'), type: fc.constantFrom('cpio', 'erofs') },
        { requiredKeys: ['source'] },
      ),
    ),
    outdir: fc.constant('build'),
  },
  { requiredKeys: ['spec', 'unikraft'] },
);

describe('whatever a manifest says', () => {
  it('says the same after the migration, without a new problem', () => {
    fc.assert(
      fc.property(
        aManifest,
        fc.constantFrom(2, 4),
        fc.constantFrom<'PLAIN' | 'QUOTE_SINGLE' | 'QUOTE_DOUBLE'>('PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE'),
        fc.nat({ max: 3 }),
        fc.boolean(),
        (all, indent, defaultStringType, flowAt, isCrLf) => {
          // What has no line of its own is not removed.
          const { outdir, ...others } = all;
          const manifest = flowAt === 0 ? others : { ...others, ...(outdir ? { outdir } : {}) };
          const plain = stringify(manifest, {
            ...{ indent, defaultStringType, defaultKeyType: 'PLAIN', lineWidth: 0 },
            collectionStyle: flowAt === 0 ? 'flow' : 'block',
          });
          const commented =
            flowAt === 0
              ? plain
              : plain.replace(/^(\w+:.*[^:|>-])$/gm, '$1 # why').replace(/^(\w+:)$/gm, '# about\n$1');
          const text = isCrLf ? commented.replace(/\n/g, '\r\n') : commented;
          if (!parseManifest(text).problems.some(({ code }) => code === 'invalid-yaml')) {
            expect(holds(text), text).toBe(true);
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});

/** Manifests below the folders that UNIKRAFT_TREE names. */
function manifestsOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === '.git' ? [] : manifestsOf(path);
    return entry.isFile() && /^(Kraftfile|kraft\.ya?ml)/.test(basename(path)) ? [path] : [];
  });
}

const TREES = (process.env.UNIKRAFT_TREE ?? '').split(delimiter).filter((folder) => existsSync(folder));

describe.skipIf(TREES.length === 0)('real manifests', () => {
  it('are migrated with their meaning, and can be laid out as before', () => {
    const undone: string[] = [];
    let done = 0;
    for (const path of TREES.flatMap((folder) => manifestsOf(resolve(folder)))) {
      const text = readFileSync(path, 'utf8');
      const isFolder = (named: string) =>
        statSync(resolve(dirname(path), named), { throwIfNoEntry: false })?.isDirectory() === true;
      const result = migrateManifest(text, isFolder);
      if (result?.ok === true) {
        holds(text);
        if (formatManifest(text) !== undefined) expect(formatManifest(result.text)).toBeDefined();
        done++;
      } else if (result !== undefined) undone.push(`${path}: ${result.message}`);
    }
    expect(undone).toEqual([]);
    expect(done).toBeGreaterThan(0);
  });
});
