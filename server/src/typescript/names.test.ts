import { processorMs } from '@unikernel-tools/kernel-sdk/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { foreignNames } from './names';

const named = (text: string) => {
  const lines = text.split('\n');
  return foreignNames(text).map(({ name, module, role, range: { start, end } }) => {
    return [name, module, role, lines[start.line]?.slice(start.character, end.character)];
  });
};

it('finds what is declared, under the name that is linked', () => {
  const text = `/** Words. */
// @ts-ignore: decorator
@external("ukalloc", "uk_malloc")
// more words
export declare function alloc(a: usize): usize;
@external('uk_free')
declare function uk_free(): void;
export declare function env_only(): void;
alloc(0); this.alloc(1);
`;
  expect(named(text)).toEqual([
    ['uk_malloc', 'ukalloc', 'reference', 'uk_malloc'],
    ['uk_malloc', 'ukalloc', 'declaration', 'alloc'],
    ['uk_free', undefined, 'reference', 'uk_free'],
    ['uk_free', undefined, 'declaration', 'uk_free'],
    ['env_only', undefined, 'declaration', 'env_only'],
    ['uk_malloc', 'ukalloc', 'reference', 'alloc'],
  ]);
});

it('finds what is imported, under other names too, and passes over comments and texts', () => {
  const text = `import {
  uk_malloc,
  uk_free as give,
} from 'libukalloc/api';
/* give */ give('uk_malloc', "give", \`give\`); // give
`;
  expect(named(text)).toEqual([
    ['uk_malloc', 'ukalloc', 'reference', 'uk_malloc'],
    ['uk_free', 'ukalloc', 'reference', 'uk_free'],
    ['uk_free', 'ukalloc', 'reference', 'give'],
  ]);
});

it('reads anything, in time', () => {
  const pieces = [
    'import {',
    '@external(',
    '"a"',
    "'",
    '`',
    '/*',
    '*/',
    '//',
    '\n',
    'declare function f',
    '}',
    ' from ',
  ];
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string()), { maxLength: 60 }), (all) => {
      for (const { range } of foreignNames(all.join(''))) expect(range.start.line).toBe(range.end.line);
    }),
  );
  for (const text of [
    'import {'.repeat(20_000),
    '// \n'.repeat(100_000),
    `@external("a", "b")${'\n// x'.repeat(100_000)}`,
  ]) {
    expect(
      processorMs(() => foreignNames(text)),
      text.slice(0, 20),
    ).toBeLessThan(2000);
  }
});
