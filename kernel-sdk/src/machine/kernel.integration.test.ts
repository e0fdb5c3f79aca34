/** The built-in kernel behaves alike on every machine: the same programs, the same words, the same ends. */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type BuiltImage, build } from '../build';
import { type ConfiguredProject, configureProject, loadProject } from '../project';
import { type Machine, type MachineOverrides, planMachine, startMachine } from './index';

const FIXTURES = resolve(__dirname, '../../../test-fixtures/kernel');

/** A fixture, built for one target. */
interface Program {
  readonly configured: ConfiguredProject;
  readonly image: BuiltImage;
}

async function built(folder: string, target: string): Promise<Program> {
  const loaded = loadProject(join(folder, 'Kraftfile'));
  if (!loaded.ok) throw new Error(loaded.message);
  const result = configureProject(loaded.project, target);
  if (!result.ok) throw new Error(result.message);
  const image = await build(result.configured);
  if (!image.ok) throw new Error(image.message);
  return { configured: result.configured, image };
}

async function started(
  { configured, image }: Program,
  overrides: Partial<MachineOverrides>,
): Promise<Machine> {
  const planned = planMachine(configured, image, { accelerator: 'tcg', paused: false, ...overrides });
  if (!planned.ok) throw new Error(planned.message);
  const result = await startMachine(planned.spec);
  if (!result.ok) throw new Error(result.message);
  return result.machine;
}

/** What a program printed, and how its machine ended. */
async function run(program: Program, overrides: Partial<MachineOverrides> = {}) {
  const machine = await started(program, overrides);
  let text = '';
  machine.serial.on('data', (bytes: Buffer) => {
    text += bytes.toString();
  });
  const end = await machine.ended;
  return { end, text: text.replaceAll('\r\n', '\n') };
}

describe.each([
  { target: 'qemu/x86_64', undefinedInstruction: 'Invalid opcode', gdb: 'gdb' },
  { target: 'qemu/arm64', undefinedInstruction: 'Undefined instruction', gdb: 'gdb-multiarch' },
])('the kernel on $target', ({ target, undefinedInstruction, gdb }) => {
  let folder: string;
  let threads: Program;
  let faults: Program;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kernel-test-'));
    cpSync(FIXTURES, folder, { recursive: true });
    threads = await built(join(folder, 'threads'), target);
    faults = await built(join(folder, 'faults'), target);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('runs threads that share, wait, sleep and are interrupted in the middle of floating-point work', async () => {
    const { end, text } = await run(threads);
    expect(text).toContain('total 300, wrong sums 0, woke 1, early 0, timed out 1\n');
    expect(text).toContain(`year ${new Date().getUTCFullYear()}\n`);
    expect(end).toEqual({ kind: 'exited', code: 7 });
  });

  it.each([
    ['read', 'Page fault: read from 0x10 (page not present)', 'read_from'],
    ['constant', "Page fault: write to 0x… (not allowed by the page's protection)", 'write_to'],
    ['data', "Page fault: instruction fetch from 0x… (not allowed by the page's protection)", undefined],
    ['undefined', undefinedInstruction, 'undefined'],
    ['overflow', "Stack overflow in thread 'deep' at 0x…", 'recurse'],
    ['main', "Stack overflow in thread 'main' at 0x…", 'recurse'],
    ['assertion', 'Assertion failed: argc == 0', undefined],
  ])('tells of %s with a sentence and the way there', async (what, sentence, culprit) => {
    const { end, text } = await run(faults, { args: [what] });
    expect(end).toEqual({ kind: 'panicked' });
    const told = /\nKernel panic: (.*)\n/.exec(text)?.[1]?.replace(/0x[0-9a-f]{5,}/, '0x…');
    expect(told).toBe(sentence);
    const functions = [...text.matchAll(/^ {4}0x[0-9a-f]+ (\w+)\+0x/gm)].map(([, name]) => name);
    if (culprit !== undefined) expect(functions[0]).toBe(culprit);
    // A backtrace of an endless recursion ends before it is back in main.
    if (culprit !== 'recurse') {
      expect(functions.slice(-5)).toEqual([
        'main',
        'uk_boot_main',
        'boot_application',
        'begin',
        'ukarch_ctx_start',
      ]);
    }
  });

  it('ends when the telling of a panic fails, too', async () => {
    const { end, text } = await run(faults, { args: ['frames'] });
    expect(text).toContain('Kernel panic: Page fault: read from 0x10 (page not present)\n');
    expect(text.match(/Kernel panic/g)).toHaveLength(1);
    expect(end).toEqual({ kind: 'panicked' });
  });

  it('reads what is typed, and restarts on request', async () => {
    const machine = await started(await built(join(folder, 'shell'), target), {});
    onTestFinished(() => machine.dispose());
    let text = '';
    const shown = (words: string) =>
      new Promise<void>((done) => {
        const look = () => text.includes(words) && done();
        machine.serial.on('data', look);
        look();
      });
    machine.serial.on('data', (bytes: Buffer) => {
      text += bytes.toString();
    });
    await shown('uk> ');
    machine.serial.write('help\r');
    await shown('lists the commands');
    machine.serial.write('reboot\r');
    expect(await machine.ended).toEqual({ kind: 'reset' });
  });

  it('is stopped by GDB at main, with the boot beneath it, and in an interrupt, with what it interrupted beneath it', async () => {
    const machine = await started(threads, { paused: true });
    onTestFinished(() => machine.dispose());
    const place = machine.gdb.transport === 'unix' ? machine.gdb.path : `127.0.0.1:${machine.gdb.port}`;
    const commands = [
      ...['set backtrace past-main on', `target remote ${place}`],
      ...[
        'tbreak main',
        'continue',
        'backtrace',
        'break ukplat_irq',
        'continue',
        'backtrace',
        'delete',
        'detach',
      ],
    ].flatMap((command) => ['-ex', command]);
    const { stdout } = await promisify(execFile)(gdb, [
      '--nx',
      '--batch',
      ...commands,
      threads.image.symbols,
    ]);
    await machine.dispose();
    expect(stdout).toMatch(/#0 +main \(\) at .*\/main\.c:\d+\n#1 .* in uk_boot_main /);
    expect(stdout).toMatch(
      /#0 +ukplat_irq \(.*\n#1 +<signal handler called>\n(#\d+ .*\n)+#\d+ .* in ukarch_ctx_start /,
    );
  });
});

describe('the kernel on arm64', () => {
  let folder: string;
  let threads: Program;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kernel-test-'));
    cpSync(FIXTURES, folder, { recursive: true });
    threads = await built(join(folder, 'threads'), 'qemu/arm64');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('leaves the hypervisor level where it starts there', async () => {
    const { end, text } = await run(threads, { extraArguments: ['-machine', 'virtualization=on'] });
    expect(text).toContain('total 300, wrong sums 0, woke 1, early 0, timed out 1\n');
    expect(end).toEqual({ kind: 'exited', code: 7 });
  });

  it('switches the machine off where no semihosting takes its exit code', async () => {
    const { end } = await run(threads, { extraArguments: ['-semihosting-config', 'enable=off'] });
    expect(end).toEqual({ kind: 'poweredOff' });
  });
});
