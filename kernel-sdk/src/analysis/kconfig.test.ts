import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Workspace } from '../project';
import { problemsOf } from './index';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kconfig-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** More of a choice and of an option that a kernel declares. */
const MORE = `choice LIBVFSCORE_ROOTFS
	bool "Root file system"
	default LIBVFSCORE_ROOTFS_9PFS
endchoice
config LIBUKDEBUG_LEVEL
	default 3
`;

function codes(manifest: string): string[] {
  const files = { Kraftfile: manifest, 'Config.uk': MORE };
  const workspace = new Workspace([folder]);
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text);
    workspace.open(join(folder, name), text);
  }
  return problemsOf(workspace, join(folder, 'Config.uk')).map(({ code }) => code);
}

it('says nothing of what a kernel that is not on this disk may declare', () => {
  expect(codes('spec: v0.6\nunikraft: stable\n')).toEqual([]);
});

it('says what is missing where all that counts is on this disk', () => {
  expect(codes('spec: v0.7\nx-kernel: sdk\n')).toEqual(['choice-default', 'no-type']);
});
