/** What optimization options make of the template hello: it boots, stays small, and can be debugged. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startMachine } from '../machine';
import { configureProject, loadProject, sdkFolder } from '../project';
import { type BuiltImage, build } from './index';

let parent: string;
const folders: Record<string, string> = {};

beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), 'optimize test-'));
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

async function built(options: string): Promise<BuiltImage> {
  const folder = folders[options] ?? join(parent, String(Object.keys(folders).length));
  folders[options] = folder;
  cpSync(join(sdkFolder(), 'templates/hello'), folder, { recursive: true });
  appendFileSync(join(folder, 'Kraftfile'), `x-kconfig: {${options}}\n`);
  const loaded = loadProject(join(folder, 'Kraftfile'));
  if (!loaded.ok) throw new Error(loaded.message);
  const configured = configureProject(loaded.project);
  if (!configured.ok) throw new Error(configured.message);
  const result = await build(configured.configured);
  if (!result.ok) throw new Error(result.message);
  return result;
}

async function said(image: string): Promise<string> {
  const started = await startMachine({
    image,
    architecture: 'x86_64',
    memory: '32M',
    cpus: 1,
    accelerator: 'tcg',
    commandLine: 'hello Ada',
    paused: false,
  });
  if (!started.ok) throw new Error(started.message);
  let text = '';
  started.machine.serial.on('data', (bytes: Buffer) => {
    text += bytes.toString();
  });
  await started.machine.ended;
  return text;
}

const SIZE = 'CONFIG_OPTIMIZE_SIZE: y';
const LTO = `${SIZE}, CONFIG_OPTIMIZE_LTO: y`;

it('keeps hello within 16 KiB when it is optimized for size, and smaller yet across files', async () => {
  const size = statSync((await built(SIZE)).image).size;
  const lto = statSync((await built(LTO)).image).size;
  expect(size).toBeLessThan(16 * 1024);
  expect(lto).toBeLessThan(size);
});

it('keeps debug information and the symbol table of a build that was optimized across files', async () => {
  const { image, symbols } = await built(LTO);
  expect(await said(image)).toContain('Hello, Ada, on seat 1!');
  expect(readFileSync(image).includes('uk_panic\0')).toBe(true);
  const gdb = execFileSync('gdb', ['--nx', '-batch', symbols, '-ex', 'break main', '-ex', 'break kmain']);
  // Where the debugger stops has to be a function of its own.
  expect(gdb.toString()).toMatch(/Breakpoint 1 at 0x[0-9a-f]+: file .*main\.c, line \d+/);
  expect(gdb.toString()).toMatch(/Breakpoint 2 at 0x[0-9a-f]+: file /);
  expect(readFileSync(image).includes('.eh_frame')).toBe(false);
});

it('leaves files apart where nothing is optimized', async () => {
  const { compileCommands } = await built('CONFIG_OPTIMIZE_NONE: y, CONFIG_OPTIMIZE_LTO: y');
  expect(readFileSync(compileCommands, 'utf8')).not.toContain('-flto');
});
