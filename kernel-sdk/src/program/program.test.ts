import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { debuggerFor, findProgram, findTool } from './index';

const folder = mkdtempSync(join(tmpdir(), 'program-test-'));
const path = process.env.PATH;
afterEach(() => {
  process.env.PATH = path;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('finds an executable file on PATH or by its path, and no other file', async () => {
  const tool = join(folder, 'tool');
  writeFileSync(tool, '#!/bin/sh\n');
  process.env.PATH = folder;
  expect(findProgram('tool')).toBeUndefined();
  chmodSync(tool, 0o755);
  expect(findProgram('tool')).toBe(tool);
  expect(findProgram(tool)).toBe(tool);
  expect(findProgram(folder)).toBeUndefined();
});

it('says what to install, or which setting to correct', async () => {
  process.env.PATH = folder;
  expect(findTool('gdb')).toMatchObject({
    ok: false,
    message: expect.stringMatching(/GDB is missing: 'gdb'.*apt install gdb.*unikernel\.gdbPath/),
  });
  const arm64 = findTool(debuggerFor('arm64'));
  expect(arm64).toMatchObject({
    ok: false,
    message: expect.stringMatching(/GDB for arm64 is missing: .*'gdb-multiarch'.*unikernel\.gdbPath/),
  });
  expect(findTool('qemu', '/nowhere')).toMatchObject({
    ok: false,
    message: expect.stringContaining("'/nowhere', which is set as 'unikernel.qemuPath'"),
  });
});
