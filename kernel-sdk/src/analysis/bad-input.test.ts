/** Texts that no person would write: every one is read within a second or refused with a problem, never more. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Workspace } from '../project';
import { problemsOf } from './index';
import { BAD_TEXTS } from './testing';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bad-input-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a bad text', () => {
  // The limit is generous: a loaded machine is slower, and what hangs takes far longer.
  it.each(BAD_TEXTS)('with %s does no harm in %s', { timeout: 10_000 }, (_, file, text) => {
    const workspace = new Workspace([folder]);
    workspace.open(join(folder, file), text);
    expect(problemsOf(workspace, join(folder, file)).length).toBeLessThanOrEqual(1001);
  });
});

describe('a bad folder', () => {
  it('with links in a circle, files that vanish, and names of files that are folders, is read to its end', async () => {
    const write = (path: string, text: string | Buffer) => writeFileSync(join(folder, path), text);
    mkdirSync(join(folder, 'a'));
    symlinkSync(folder, join(folder, 'a', 'again'));
    symlinkSync(join(folder, 'loop'), join(folder, 'loop'));
    mkdirSync(join(folder, 'a', 'Config.uk'));
    mkdirSync(join(folder, 'a', 'main.c'));
    write('Kraftfile', 'spec: v0.7\nx-kernel: sdk\ntargets: [qemu/x86_64]\n');
    write('Config.uk', Buffer.from([0xff, 0xfe, 0x00, 0x0a, 0xc3, 0x28]));
    write('Makefile.uk', '$(eval $(call addlib,appx))\n');
    const workspace = new Workspace([folder]);
    await workspace.scan();
    unlinkSync(join(folder, 'Makefile.uk'));
    for (const path of workspace.paths()) problemsOf(workspace, path);
    expect(workspace.paths()).toContain(join(folder, 'Kraftfile'));
  });
});
