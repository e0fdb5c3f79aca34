/** The built-in kernel's folders, as a reader of them expects them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { parseExports, parseMakefile } from './index';

const KERNEL = join(__dirname, '../../kernel');
const folders = readdirSync(KERNEL, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('/Makefile.uk') && !/\/(test|\.unikernel)\//.test(path))
  .map((path) => dirname(path))
  .sort();

test.each(folders)('%s has options, exports and a README of ten lines at most', (folder) => {
  const path = join(KERNEL, folder);
  expect(existsSync(join(path, 'Config.uk'))).toBe(true);
  const readme = readFileSync(join(path, 'README.md'), 'utf8');
  expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(10);
  const { libraries, problems } = parseMakefile(
    readFileSync(join(path, 'Makefile.uk'), 'utf8'),
    path,
    KERNEL,
  );
  expect(problems).toEqual([]);
  // What is fetched exports what it always did.
  if (libraries.some(({ origin, sources }) => sources.some((s) => origin && s.path.startsWith(`${origin}/`))))
    return;
  const exported = parseExports(readFileSync(join(path, 'exportsyms.uk'), 'utf8'));
  expect(new Set(exported).size).toBe(exported.length);
});

test('the tour of the kernel names every library', () => {
  const tour = readFileSync(join(KERNEL, 'README.md'), 'utf8');
  const missing = folders
    .map((folder) => relative('.', folder).replace(/^(drivers\/virtio)\/.*/, '$1'))
    .filter((folder) => !tour.includes(`\`${folder}\``));
  expect(missing).toEqual([]);
});
