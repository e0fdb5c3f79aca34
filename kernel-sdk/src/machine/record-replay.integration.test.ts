import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { probeImage } from './accelerator';
import { recordMachine } from './record-replay';

const folder = mkdtempSync(join(tmpdir(), 'record-test-'));
const image = join(folder, 'probe');
const temporary = join(folder, 'tmp');

beforeAll(() => {
  writeFileSync(image, probeImage());
  mkdirSync(temporary);
  vi.stubEnv('TMPDIR', temporary);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test('a replay that is given up while it starts leaves nothing behind', async () => {
  const recorded = await recordMachine({
    ...{ image, architecture: 'x86_64', memory: '16M', cpus: 1, accelerator: 'tcg', paused: true },
  });
  if (!recorded.ok) throw new Error(recorded.message);
  const { machine } = recorded;
  const end = await machine.position();
  await machine.finish(end, end);
  const seeking = machine.seek(0);
  const refused = expect(seeking).rejects.toThrow('The recording is gone.');
  await machine.dispose();
  expect(readdirSync(temporary)).toEqual([]);
  await refused;
});
