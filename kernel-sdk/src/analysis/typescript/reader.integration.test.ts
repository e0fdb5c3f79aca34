/** The worker that reads TypeScript: it starts late, survives what it cannot read, and goes when it is told. */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { WorkerReader } from './reader';

const ROOT = resolve(__dirname, '../../../..');
const TEXT = 'export declare function f(a: i32): void;\n';

let reader: WorkerReader;
beforeAll(() => {
  execFileSync('node', ['client/scripts/bundle.mjs'], { cwd: ROOT, stdio: 'pipe' });
  reader = new WorkerReader();
});
afterEach(() => reader.close());

it('starts with the first text, and again after its end', async () => {
  expect(reader.isRunning).toBe(false);
  for (let time = 0; time < 2; time++) {
    const { functions } = await reader.read(TEXT);
    expect(functions.map(({ name }) => name.text)).toEqual(['f']);
    expect(reader.isRunning).toBe(true);
    await reader.close();
    expect(reader.isRunning).toBe(false);
  }
});

it('reads many texts at once, each with its own answer', async () => {
  const names = Array.from({ length: 50 }, (_, index) => `f${index}`);
  const modules = await Promise.all(names.map((name) => reader.read(TEXT.replace('f(', `${name}(`))));
  expect(modules.flatMap(({ functions }) => functions.map(({ name }) => name.text))).toEqual(names);
});

it('goes on after a text that no compiler reads, and does not take one that is endless', async () => {
  await expect(reader.read('@external('.repeat(20_000))).rejects.toThrow(/call stack/);
  await expect(reader.read(TEXT.repeat(100_000))).rejects.toThrow(/4100000 characters/);
  expect((await reader.read(TEXT)).functions).toHaveLength(1);
});

it('tells those who wait that it is closed', async () => {
  const reading = reader.read(TEXT.repeat(5000));
  const told = expect(reading).rejects.toThrow(/closed/);
  await reader.close();
  await told;
});
