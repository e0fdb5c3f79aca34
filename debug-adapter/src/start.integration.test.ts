/** How the adapter's process starts: the first time, from what an earlier one kept, and from what is damaged. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleAdapter } from './testing/debuggee';

const cache = mkdtempSync(join(tmpdir(), 'start-test-'));
const folder = join(cache, 'unikernel-tools/bytecode');

beforeAll(() => bundleAdapter());
afterAll(() => rmSync(cache, { recursive: true, force: true }));

/** What an adapter answers to `initialize` before its client leaves. */
function answer(home: string): string {
  const request = JSON.stringify({
    seq: 1,
    type: 'request',
    command: 'initialize',
    arguments: { adapterID: 'x', pathFormat: 'path' },
  });
  const { stdout, stderr } = spawnSync('node', [resolve(__dirname, '../../dist/debug-adapter.js')], {
    input: `Content-Length: ${request.length}\r\n\r\n${request}`,
    encoding: 'utf8',
    env: { ...process.env, XDG_CACHE_HOME: home },
    timeout: 20_000,
  });
  return stdout + stderr;
}

function kept(): string {
  const names = readdirSync(folder);
  expect(names.length).toBe(1);
  return join(folder, names[0] ?? '');
}

it('keeps its bytecode for the next start, which takes it', () => {
  expect(answer(cache)).toContain('supportsConfigurationDoneRequest');
  const first = statSync(kept());
  expect(first.size).toBeGreaterThan(50_000);
  expect(first.mode & 0o077).toBe(0);
  expect(answer(cache)).toContain('supportsConfigurationDoneRequest');
  // One that is refused is written anew.
  expect(statSync(kept()).mtimeMs).toBe(first.mtimeMs);
});

it('starts from bytecode that is damaged or another version’s, and mends it', () => {
  const whole = readFileSync(kept());
  const line = whole.indexOf('\n') + 1;
  for (const damaged of [
    '',
    'other\n',
    whole.subarray(0, line),
    Buffer.concat([whole.subarray(0, line), Buffer.alloc(5000)]),
  ]) {
    writeFileSync(kept(), damaged);
    expect(answer(cache)).toContain('supportsConfigurationDoneRequest');
    expect(statSync(kept()).size).toBeGreaterThan(50_000);
  }
});

it('starts where nothing can be kept', () => {
  expect(answer(join(kept(), 'below a file'))).toContain('supportsConfigurationDoneRequest');
});
