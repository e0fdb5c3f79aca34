/** The `unikernel` command as users run it: a process with arguments, streams and an exit code. */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const ROOT = resolve(__dirname, '../../..');
const COMMAND = join(ROOT, 'dist/unikernel.js');

let parent: string;
let folder: string;
let count = 0;

beforeAll(() => {
  execFileSync('node', ['client/scripts/bundle.mjs'], { cwd: ROOT, stdio: 'pipe' });
  parent = mkdtempSync(join(tmpdir(), 'cli test-'));
});
beforeEach(() => {
  folder = join(parent, `app${count++}`);
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

function unikernel(...args: string[]) {
  const { status, stdout, stderr } = spawnSync('node', [COMMAND, ...args], { cwd: parent, encoding: 'utf8' });
  return { status, stdout, stderr };
}

function project(): string {
  expect(unikernel('new', 'hello', folder)).toMatchObject({ status: 0 });
  return folder;
}

describe('unikernel new', () => {
  it('makes a project that checks and runs, named after its folder', () => {
    project();
    expect(readFileSync(join(folder, 'Kraftfile'), 'utf8')).toContain(`name: "app${count - 1}"`);
    expect(unikernel('check', folder)).toMatchObject({ status: 0, stdout: '' });
    const run = unikernel('run', folder, '--', 'Grace Hopper', 'a "quoted" \\ name');
    expect(run.stdout).toContain('Hello, Grace Hopper, on seat 1!');
    expect(run.stdout).toContain('Hello, a "quoted" \\ name, on seat 2!');
    expect(run.status).toBe(0);
  });

  it('does not touch a folder that has something in it, and knows its templates', () => {
    project();
    expect(unikernel('new', 'hello', folder)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('not empty'),
    });
    const wrong = unikernel('new', 'helo', join(parent, 'other'));
    expect(wrong).toMatchObject({ status: 1, stderr: expect.stringContaining("Did you mean 'hello'?") });
    expect(existsSync(join(parent, 'other'))).toBe(false);
  });
});

describe('unikernel check', () => {
  it('prints each problem with its place and code, and exits with 1', () => {
    project();
    appendFileSync(join(folder, 'Kraftfile'), 'librares: {}\n');
    const { status, stdout } = unikernel('check', folder);
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /^app\d+\/Kraftfile:\d+:1: error: There is no attribute 'librares'.* \[unknown-key\]\n$/,
    );
  });
});

describe('unikernel build', () => {
  it('prints the image, and the errors of the compiler with their places', () => {
    project();
    const built = unikernel('build', folder);
    expect(existsSync(built.stdout.trim())).toBe(true);
    writeFileSync(join(folder, 'guests.c'), 'int x = ;\n');
    const { status, stderr } = unikernel('build', folder);
    expect(status).toBe(1);
    expect(stderr).toMatch(/guests\.c:1:9: /);
    expect(unikernel('build', folder, '--target', 'xen/arm')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('qemu/x86_64'),
    });
    expect(unikernel('build', folder, '--jobs', 'many')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('--jobs'),
    });
  });

  it('says where there is no manifest', () => {
    expect(unikernel('build', parent)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('no Kraftfile'),
    });
  });
});

describe('unikernel run', () => {
  function main(body: string): void {
    project();
    writeFileSync(
      join(folder, 'main.c'),
      `#include <stdio.h>\n#include <stdlib.h>\n#include <uk/assert.h>\nint main(void) {\n${body}\n}\n`,
    );
  }

  it('exits with the app’s exit code', () => {
    main('exit(42);');
    expect(unikernel('run', folder).status).toBe(42);
  });

  it('shows a panic with the function, the error code in words and the registers, and exits with 134', () => {
    main('volatile int *nowhere = NULL;\nreturn *nowhere;');
    const { status, stdout, stderr } = unikernel('run', folder);
    expect(status).toBe(134);
    expect(stdout).toMatch(/Kernel panic: Page fault: read from 0x0 \(page not present\)/);
    expect(stdout).toMatch(/vector 14, error code 0x0 \(page not present, read, supervisor mode\)/);
    expect(stdout).toMatch(/RIP 0x[0-9a-f]+ main\+0x[0-9a-f]+/);
    expect(stdout).toMatch(/RAX [0-9a-f]{16}/);
    expect(stdout).toMatch(/Backtrace:\r?\n\s+0x[0-9a-f]+ main\+0x.*\r?\n\s+0x[0-9a-f]+ kmain\+0x/);
    expect(stderr).toContain('panicked');
  });

  it.each([
    [
      'a division by zero',
      'volatile int zero = 0, seven = 7;\nreturn seven / zero;',
      /Kernel panic: Divide error/,
    ],
    ['an invalid opcode', '__asm__("ud2");', /Kernel panic: Invalid opcode/],
    [
      'a write to code',
      '*(volatile char *)main = 0;',
      /Page fault: write to 0x[0-9a-f]+ \(not allowed by the page/,
    ],
    [
      'a jump into data',
      'static char code[] = {(char)0xc3};\n((void (*)(void))code)();',
      /Page fault: instruction fetch from/,
    ],
    ['a failed assertion', 'int two = 2;\nUK_ASSERT(two == 3);', /Assertion failed: two == 3/],
    ['a double free', 'char *p = malloc(8);\nfree(p);\nfree(p);', /Assertion failed/],
  ])('reports %s', (_, body, words) => {
    main(body);
    const { status, stdout } = unikernel('run', folder);
    expect(stdout).toMatch(words);
    expect(status).toBe(134);
  });

  it('says so when QEMU is missing', () => {
    project();
    const missing = unikernel('run', folder, '--qemu', '/nonexistent/qemu');
    expect(missing).toMatchObject({ status: 1, stderr: expect.stringContaining("'/nonexistent/qemu'") });
  });
});

describe('unikernel debug', () => {
  let child: ChildProcessWithoutNullStreams;

  it('prints a GDB line that works, and leaves nothing behind on Ctrl-C', async () => {
    project();
    child = spawn('node', [COMMAND, 'debug', folder]);
    const line = await new Promise<string>((done) =>
      child.stdout.once('data', (data: Buffer) => done(data.toString())),
    );
    const output = execFileSync('sh', [
      '-c',
      `${line.trim()} -batch -nx -ex 'break main' -ex continue -ex bt -ex detach`,
    ]);
    expect(output.toString()).toMatch(/#0 {2}main .*main\.c/);
    const socket = /target remote (\S+?)'/.exec(line)?.[1] ?? '';
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGINT');
    await ended;
    expect(existsSync(socket)).toBe(false);
  });
});

describe('arguments', () => {
  it('that are not understood are told with help', () => {
    expect(unikernel('biuld')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("Did you mean 'build'?"),
    });
    expect(unikernel('build', '--fast')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--target'),
    });
    expect(unikernel('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('run [PATH]') });
    expect(unikernel('run', '--help')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('--memory'),
    });
    expect(unikernel('--version').stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
