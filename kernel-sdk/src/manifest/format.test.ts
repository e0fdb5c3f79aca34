import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { formatManifest } from './format';

const TEMPLATES = resolve(__dirname, '../../templates');

describe('the layout of a Kraftfile', () => {
  it('has two blanks for a level, one behind a colon, and keeps comments, quotes and empty lines', () => {
    const untidy = `# The kernel
spec:   'v0.7'   # quoted

x-kernel: sdk
libraries:
      uksched:
            kconfig: {CONFIG_A:   'y',  CONFIG_B: "1"}
      # the last
      lwip:   {}
targets:
    -    qemu/x86_64
    -    name:   arm
         platform: qemu
         architecture: arm64


`;
    expect(formatManifest(untidy)).toBe(`# The kernel
spec: 'v0.7' # quoted

x-kernel: sdk
libraries:
  uksched:
    kconfig: {CONFIG_A: 'y', CONFIG_B: "1"}
  # the last
  lwip: {}
targets:
  - qemu/x86_64
  - name: arm
    platform: qemu
    architecture: arm64
`);
  });

  it('leaves lists where they stand, under their key or behind it', () => {
    const flat = "spec: v0.7\ncmd:\n- a\n-   'b c'\n";
    expect(formatManifest(flat)).toBe("spec: v0.7\ncmd:\n- a\n- 'b c'\n");
  });

  it.each([
    ['several documents', 'spec: v0.7\nname: a\n---\nname: b\n'],
    ['comments alone', '# only\n'],
    ['a list', '- a\n'],
    ['an empty value in braces', 'i:  {k: }\n'],
    ['nothing', ''],
  ])('is left alone where a layout could lose something: %s', (_, text) => {
    expect(formatManifest(text)).toBeUndefined();
  });

  it('keeps numbers, truths and empty values as they are spelt, and the ends of lines', () => {
    const text = 'a:  010\nb: 1e3\nc: 0x10\nd: True\ne:\nf: ~\ng: 0.60\nh: +1\ni: {j: 007}\n';
    expect(formatManifest(text)).toBe(text.replace('a:  010', 'a: 010'));
    expect(formatManifest('a:   1\r\nb: 2\r\n')).toBe('a: 1\r\nb: 2\r\n');
  });

  it('is left alone where the text cannot be read', () => {
    for (const broken of ['spec: [', 'a: b: c\n', `${'['.repeat(300)}`, 'a: &a [x]\nb: *c\n']) {
      expect(formatManifest(broken)).toBeUndefined();
    }
  });

  it.each(readdirSync(TEMPLATES))('says of %s what it said, and is the same the second time', (name) => {
    const text = readFileSync(join(TEMPLATES, name, 'Kraftfile'), 'utf8');
    const formatted = formatManifest(text) ?? '';
    expect(parse(formatted)).toEqual(parse(text));
    expect(formatted.match(/#.*/g)).toEqual(text.match(/#.*/g));
    expect(formatManifest(formatted)).toBe(formatted);
  });

  it('never changes what a text says, and is done in one step', () => {
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string()));
    const entries = fc.dictionary(fc.stringMatching(/^[a-z][a-z-]{0,7}$/), value);
    const comment = fc.constantFrom('', ' # a comment');
    fc.assert(
      fc.property(entries, comment, fc.integer({ min: 1, max: 6 }), (map, words, width) => {
        const text = Object.entries(map)
          .map(([key, of]) =>
            Array.isArray(of) && of.length > 0
              ? `${key}:${words}\n${of.map((item) => `${' '.repeat(width)}-  ${JSON.stringify(item)}\n`).join('')}`
              : `${key}:  ${JSON.stringify(of)}${words}\n`,
          )
          .join('');
        const formatted = formatManifest(text);
        // Nothing is refused but what has no map in it.
        if (text === '') return;
        if (formatted === undefined) throw new Error(`Refused: ${JSON.stringify(text)}`);
        expect(parse(formatted)).toEqual(parse(text));
        expect(formatManifest(formatted)).toBe(formatted);
      }),
      { numRuns: 200 },
    );
  });
});
