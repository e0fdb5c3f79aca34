import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { runBuildTool, runTool } from './run-tool';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'run-tool-'));
  vi.stubEnv('TMPDIR', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** Makes a temporary file, says so beside it, and leaves it however it ends. */
const FORGETFUL = ['-c', 'mktemp >said && mv said made && exec sleep 60'];

it.each([
  ['runTool', runTool],
  ['runBuildTool', runBuildTool],
])('%s leaves no temporary file of a tool that was cancelled', async (_, run) => {
  const cwd = mkdtempSync(join(tmpdir(), 'cwd-'));
  const cancel = new AbortController();
  const running = run('sh', FORGETFUL, { cwd, signal: cancel.signal });
  await vi.waitFor(() => expect(readdirSync(cwd)).toContain('made'), { timeout: 20_000 });
  cancel.abort();
  expect(await running).toMatchObject({ ok: false });
  rmSync(cwd, { recursive: true });
  expect(readdirSync(folder)).toEqual([]);
});

it.each([
  ['runTool', runTool],
  ['runBuildTool', runBuildTool],
])('%s says where temporary files have no room', async (_, run) => {
  vi.stubEnv('TMPDIR', join(folder, 'none'));
  const result = await run('true', [], { cwd: folder, signal: new AbortController().signal });
  expect(result).toMatchObject({ ok: false, output: expect.stringMatching(/none'.*or set TMPDIR to/) });
});
