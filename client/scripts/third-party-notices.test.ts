import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { thirdPartyNotices } from './third-party-notices.mjs';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'notices-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function install(name: string, manifest: object, licence?: string): string {
  const folder = join(root, 'node_modules', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version: '1.2.3', ...manifest }));
  if (licence !== undefined) writeFileSync(join(folder, 'LICENSE.md'), licence);
  return `node_modules/${name}/lib/index.js`;
}

it('names each bundled package once, with its source and the text of its licence', () => {
  const input = install(
    '@scope/one',
    { license: 'MIT', repository: { url: 'git+https://example.org/one.git' } },
    'Permission is hereby granted',
  );
  const text = thirdPartyNotices(root, ['client/src/extension.ts', input, input.replace('index', 'other')]);
  expect(text.match(/@scope\/one 1\.2\.3 \(MIT\)/g)).toHaveLength(1);
  expect(text).toContain('Source: https://example.org/one\n');
  expect(text).toContain('Permission is hereby granted');
  expect(text).not.toContain('client/src');
});

it.each([
  ['owner/name', 'https://github.com/owner/name'],
  ['git@github.com:owner/name.git', 'https://github.com/owner/name'],
  ['git+ssh://git@github.com/owner/name.git', 'https://github.com/owner/name'],
  ['git://github.com/owner/name', 'https://github.com/owner/name'],
])('turns the repository %s into an address that a browser opens', (repository, address) => {
  const input = install('two', { license: 'ISC', repository });
  expect(thirdPartyNotices(root, [input])).toContain(`Source: ${address}\n`);
});

it('says where the source of a package under the Mozilla Public License is', () => {
  const input = install('three', { license: 'MPL-2.0' }, 'Mozilla Public License');
  const text = thirdPartyNotices(root, [input]);
  expect(text).toContain('Source: https://www.npmjs.com/package/three');
  expect(text).toContain('The source form of this package is available');
});

it('refuses a package that names no licence', () => {
  const input = install('four', {});
  expect(() => thirdPartyNotices(root, [input])).toThrow(/four .* names no licence/);
});
