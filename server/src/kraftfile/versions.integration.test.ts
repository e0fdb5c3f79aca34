/** Versions on the disk, told and offered over a real connection; the checkouts are real ones. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InlayHint } from 'vscode-languageserver';
import { bundleServer, LanguageClient } from '../testing';

const TEXT = `spec: v0.6
unikraft: stable
libraries:
  musl: stable
  lwip:
    source: ../lib-lwip
    version: staging
  mine: ../mine
targets: [qemu/x86_64]
`;

let folder: string;
let file: string;
let client: LanguageClient;

function write(path: string, text: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function git(place: string, ...args: string[]): string {
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.org', '-c', 'init.defaultBranch=staging'];
  return execFileSync('git', [...who, ...args], { cwd: join(folder, place), encoding: 'utf8' }).trim();
}

beforeAll(async () => {
  bundleServer();
  folder = mkdtempSync(join(tmpdir(), 'versions-'));
  write('unikraft/Config.uk', 'mainmenu "Unikraft"\n');
  write('unikraft/Makefile.uk', '');
  write('unikraft/lib/Makefile.uk', '');
  write(
    'unikraft/version.mk',
    'UK_VERSION = 0\nUK_SUBVERSION = 17\nUK_EXTRAVERSION = .2\nUK_CODENAME = Calypso\n',
  );
  git('unikraft', 'init', '-q');
  git('unikraft', 'add', '.');
  git('unikraft', 'commit', '-qm', 'One');
  for (const tag of ['RELEASE-0.9.0', 'RELEASE-0.16.1']) git('unikraft', 'tag', tag);
  git('unikraft', 'branch', 'someone/feature');
  git('unikraft', 'pack-refs', '--all');
  git('unikraft', 'tag', 'loose');
  write('app/.unikraft/libs/musl/Makefile.uk', '');
  git('app/.unikraft/libs/musl', 'init', '-q');
  git('app/.unikraft/libs/musl', 'add', '.');
  git('app/.unikraft/libs/musl', 'commit', '-qm', 'One');
  git('app/.unikraft/libs/musl', 'tag', '-a', 'v1.2.3', '-m', 'With words');
  git('app/.unikraft/libs/musl', 'pack-refs', '--all');
  write('lib-lwip/Makefile.uk', '');
  git('lib-lwip', 'init', '-q');
  git('lib-lwip', 'add', '.');
  git('lib-lwip', 'commit', '-qm', 'One');
  // Another checkout of one repository has a file in the place of its folder.
  git('lib-lwip', 'worktree', 'add', '-q', '-b', 'work', '../mine');
  write(
    'other/Kraftfile',
    'spec: v0.6\nunikraft: stable\nlibraries: # all\n  # one\n  mimalloc:\n    version: stable\nname: x\n',
  );
  write('more/Kraftfile', 'spec: v0.6\nruntime: python:3.12\n');
  write('app/.config.qemu', 'CONFIG_UK_FULLVERSION="0.15.0~1234567"\n');
  file = join(folder, 'app/Kraftfile');
  writeFileSync(file, TEXT);
  client = await LanguageClient.start({ folders: [folder] });
  client.open(file, 'kraftfile');
});
afterAll(async () => {
  await client?.stop();
  await client?.dispose();
  rmSync(folder, { recursive: true });
});

async function offered(line: string): Promise<string[]> {
  client.change(file, `spec: v0.6\n${line}`);
  const lines = line.split('\n');
  const labels = await client.labels(file, { line: lines.length, character: lines.at(-1)?.length ?? 0 });
  client.change(file, TEXT);
  return labels;
}

describe('other Kraftfiles of the workspace', () => {
  it('name the runtimes that there are', async () => {
    expect(await offered('runtime: ')).toEqual(['python:3.12']);
  });
});

describe('versions on the disk', () => {
  it('stand behind the versions that the manifest asks for', async () => {
    const range = { start: { line: 0, character: 0 }, end: { line: 20, character: 0 } };
    const hints = await client.about<InlayHint[]>('inlayHint', file, { range });
    const short = git('lib-lwip', 'rev-parse', 'HEAD').slice(0, 8);
    expect(hints.map(({ position, label }) => [position.line, position.character, label])).toEqual([
      [1, 16, '= 0.17.2 Calypso'],
      [3, 14, '= v1.2.3'],
      [6, 20, `= staging ${short}`],
      [7, 15, `= work ${short}`],
    ]);
    expect(JSON.stringify(hints[0]?.tooltip)).toContain('In `unikraft`.');
  });

  it('are offered for the kernel: channels, configurations, releases, tags, branches', async () => {
    const kernel = ['stable', 'staging', '0.15.0', '0.17.2', '0.16.1', '0.9.0', 'loose', 'someone/feature'];
    expect(await offered('unikraft: ')).toEqual(kernel);
    expect(await offered('unikraft:\n  version: ')).toEqual(kernel);
  });

  it('are offered for a library by where it is, or by its name in the workspace', async () => {
    expect(await offered('unikraft: stable\nlibraries:\n  musl: ')).toEqual(['stable', 'staging', 'v1.2.3']);
    expect(await offered('unikraft: stable\nlibraries:\n  lwip:\n    version: ')).toEqual([
      'stable',
      'staging',
      'work',
    ]);
    expect(await offered('unikraft: stable\nlibraries:\n  lwip: stable\n  ')).toEqual(['musl', 'mimalloc']);
    expect(await offered('unikraft: stable\nlibraries:\n  none: ')).toEqual(['stable', 'staging']);
    expect(await offered('unikraft: stable\nlibraries:\n  mine: ../m')).toContain('mine/');
  });
});
