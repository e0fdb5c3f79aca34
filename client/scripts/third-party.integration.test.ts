import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ensureThirdParty } from './third-party.mjs';

// A tar file that only has a name: what is looked at is its hash.
const CONTENT = 'archive';
const INTEGRITY = `sha512-${createHash('sha512').update(CONTENT).digest('base64')}`;
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'third-party-'));
  vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(root, { recursive: true });
});

function write(path: string, text: string): string {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  return join(root, path);
}

/** Puts nothing but these scripts on PATH, and a shell to run them. */
function programs(scripts: Readonly<Record<string, string>>): void {
  const bin = join(root, 'bin');
  mkdirSync(bin, { recursive: true });
  for (const name of ['sh', 'mkdir']) {
    const found = ['/bin', '/usr/bin'].map((folder) => join(folder, name)).find(existsSync);
    if (found !== undefined && !existsSync(join(bin, name))) symlinkSync(found, join(bin, name));
  }
  for (const [name, script] of Object.entries(scripts)) {
    rmSync(join(bin, name), { force: true });
    chmodSync(write(`bin/${name}`, `#!/bin/sh\n${script}\n`), 0o755);
  }
  vi.stubEnv('PATH', bin);
}

function options() {
  const pins = {
    x: {
      title: 'X, the library',
      ...{
        homepage: 'https://example.org/',
        licence: 'COPYING',
        keep: ['COPYING', 'src'],
        leaveOut: ['arm'],
      },
      debian: { package: 'x', version: '1-1', file: 'x_1.orig.tar.gz', sha256: SHA256 },
    },
    y: {
      title: 'Y, another',
      ...{ homepage: 'https://example.org/', licence: 'LICENSE', keep: ['LICENSE'] },
      npm: { package: 'y', version: '2.0.0', integrity: INTEGRITY },
    },
  };
  const cache = join(root, 'cache');
  return { pins: write('pins.json', JSON.stringify(pins)), folder: join(root, 'third-party'), cache };
}

function messageOf(run: () => void): string {
  try {
    run();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error('It did not fail.');
}

it('says once what is missing without a network, where it was looked for and what to do', () => {
  programs({
    'apt-get':
      'case $1 in --version) ;; update) echo "W: Failed to fetch Sources  Could not resolve" >&2 ;; *) exit 100 ;; esac',
    npm: 'echo "npm error network unreachable" >&2; exit 1',
  });
  const message = messageOf(() => ensureThirdParty(options()));
  expect(message.split('\n')).toEqual([
    expect.stringContaining(`They are not in '${join(root, 'cache')}'`),
    '  x_1.orig.tar.gz, X, the library: W: Failed to fetch Sources  Could not resolve',
    '  y-2.0.0.tgz, Y, another: npm error network unreachable',
    expect.stringMatching(/npm run setup.*put these files into that folder/),
  ]);
  expect(existsSync(join(root, 'third-party'))).toBe(false);
});

it('says what a machine without apt and npm lacks', () => {
  programs({});
  const message = messageOf(() => ensureThirdParty(options()));
  expect(message).toContain('this machine has no apt-get');
  expect(message).toContain('spawnSync npm ENOENT');
});

it('keeps nothing whose hash is not the pinned one', () => {
  programs({
    'apt-get': 'case $* in *download-only*) echo other > x_1.orig.tar.gz ;; esac',
    npm: 'echo other > y-2.0.0.tgz',
  });
  const message = messageOf(() => ensureThirdParty(options()));
  expect(message.match(/its hash differs/g)).toHaveLength(2);
  expect(existsSync(join(root, 'cache'))).toBe(false);
  expect(readdirSync(root).filter((name) => name.startsWith('third-party'))).toEqual([]);
});

it('downloads again what was damaged in the cache', () => {
  programs({ npm: 'exit 1' });
  write('cache/x_1.orig.tar.gz', CONTENT);
  write('cache/y-2.0.0.tgz', 'damaged');
  const message = messageOf(() => ensureThirdParty(options()));
  expect(message).not.toContain('x_1.orig.tar.gz');
  expect(message).toContain('y-2.0.0.tgz');
});

it('does nothing where all is current, and takes what was put into the cache by hand', () => {
  const { pins, folder, cache } = options();
  // Stands in for the tar that would unpack the archive, `tar -xf ARCHIVE -C FOLDER`.
  programs({
    tar: 'mkdir -p "$4/top/src/arm" && echo law > "$4/top/COPYING" && echo law > "$4/top/LICENSE" && echo c > "$4/top/src/a.c"',
  });
  write('cache/x_1.orig.tar.gz', CONTENT);
  write('cache/y-2.0.0.tgz', CONTENT);
  ensureThirdParty({ pins, folder, cache });
  expect(readdirSync(folder).sort()).toEqual(['pins', 'stamp', 'x', 'y']);
  expect(readFileSync(join(folder, 'x/src/a.c'), 'utf8')).toBe('c\n');
  expect(existsSync(join(folder, 'x/src/arm'))).toBe(false);
  rmSync(cache, { recursive: true });
  programs({});
  ensureThirdParty({ pins, folder, cache });
});
