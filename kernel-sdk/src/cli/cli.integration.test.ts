/** The `unikernel` command as users run it: a process with arguments, streams and an exit code. */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
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
    expect(run.stdout).toContain('KiB of heap, 2 arguments');
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

describe('unikernel migrate', () => {
  it('rewrites a manifest of an older version once, and leaves alone what a person has to decide', () => {
    project();
    const file = join(folder, 'Kraftfile');
    const old = 'spec: v0.6 # old\nruntime: base:latest\ncmd: /server -p 80\n';
    writeFileSync(file, old);
    expect(unikernel('migrate', folder)).toMatchObject({
      status: 0,
      stdout: `'${file}' follows v0.7 now.\n`,
    });
    const migrated = 'spec: v0.7 # old\nruntime: base:latest\ncmd: [/server -p 80]\n';
    expect(readFileSync(file, 'utf8')).toBe(migrated);
    expect(unikernel('migrate', file).stdout).toBe(`'${file}' follows v0.7 already.\n`);
    const filled = `${old}env: {A: '\${CONFIG_X}'}\n`;
    writeFileSync(file, filled);
    const stuck = unikernel('migrate', folder);
    expect(stuck).toMatchObject({ status: 1, stdout: '' });
    expect(stuck.stderr).toContain(`'${file}' is left as it is. Line 4: `);
    expect(readFileSync(file, 'utf8')).toBe(filled);
  });
});

describe('unikernel config', () => {
  interface Command {
    readonly directory: string;
    readonly file: string;
    readonly arguments: readonly string[];
  }
  const commands = (): readonly Command[] =>
    JSON.parse(readFileSync(join(folder, '.unikernel/compile_commands.json'), 'utf8')) as Command[];
  /** What a compiler says of a source that is compiled as an editor is told. */
  const compile = ({ directory, arguments: [compiler = '', ...args] }: Command) =>
    spawnSync(compiler, [...args, '-fsyntax-only'], { cwd: directory, encoding: 'utf8' });

  it('writes commands that compile, follows the manifest, and builds nothing', () => {
    project();
    const done = unikernel('config', folder);
    expect(done).toMatchObject({ status: 0, stderr: '' });
    expect(done.stdout.trimEnd().split('\n')[1]).toBe(join(folder, '.unikernel/compile_commands.json'));
    const before = commands();
    const main = before.find(({ file }) => file === join(folder, 'main.c'));
    expect(main && compile(main)).toMatchObject({ status: 0 });
    const withSched = (all: readonly Command[]) => all.some(({ file }) => file.includes('uksched'));
    expect(withSched(before)).toBe(false);
    const using = '#include <uk/sched.h>\nint main(void) { uk_sched_yield(); return 0; }\n';
    writeFileSync(join(folder, 'main.c'), using);
    expect(main && compile(main).status).not.toBe(0);
    appendFileSync(join(folder, 'Kraftfile'), '\nlibraries:\n  uksched: {}\n');
    expect(unikernel('config', folder)).toMatchObject({ status: 0 });
    const after = commands();
    expect(withSched(after)).toBe(true);
    const changed = after.find(({ file }) => file === join(folder, 'main.c'));
    expect(changed && compile(changed)).toMatchObject({ status: 0 });
    expect(readdirSync(join(folder, '.unikernel/build')).filter((name) => !name.endsWith('.work'))).toEqual(
      [],
    );
  });

  it('says what is wrong with the manifest', () => {
    project();
    appendFileSync(join(folder, 'Kraftfile'), '\nlibraries:\n  uksced: {}\n');
    const { status, stderr } = unikernel('config', folder);
    expect(status).toBe(1);
    expect(stderr).toContain('uksced');
    expect(existsSync(join(folder, '.unikernel/compile_commands.json'))).toBe(false);
  });
});

describe('unikernel size', () => {
  it('prints a table whose lines sum to its last one, and the same for programs', () => {
    project();
    const lines = unikernel('size', folder).stdout.trimEnd().split('\n');
    const images = lines.slice(1).map((line) => Number(line.trim().split(/ {2,}/)[4]));
    expect(lines[0]).toMatch(/^library +text +rodata +data +image +bss$/);
    expect(images.slice(0, -1).reduce((a, b) => a + b, 0)).toBe(images.at(-1));
    const { total } = JSON.parse(unikernel('size', folder, '--json').stdout) as { total: { image: number } };
    expect(total.image).toBe(images.at(-1));
    expect(unikernel('size', folder, '--symbols').stdout).toMatch(/^uk_panic +libukdebug +text +\d+$/m);
  });

  it('says of an option of the command line what is wrong, and no place in the manifest', () => {
    project();
    const words = (option: string) => unikernel('size', folder, '--option', option).stderr;
    expect(words('CONFIG_LIBUKSHED')).toBe(
      "unikernel: There is no option 'CONFIG_LIBUKSHED'. Did you mean 'CONFIG_LIBUKSCHED'?\n",
    );
    expect(words('CONFIG_LIBUKBOOT_MAXNBARGS=many')).toBe(
      "unikernel: 'CONFIG_LIBUKBOOT_MAXNBARGS' takes a whole number, not 'many'.\n",
    );
    expect(words('CONFIG_LIBUKBOOT_MAXNBARGS=0')).toMatch(
      /^unikernel: 'CONFIG_LIBUKBOOT_MAXNBARGS' takes \d+ to \d+ \(.*Config\.uk:\d+\), not '0'\.\n$/,
    );
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

describe('unikernel check --fix', () => {
  it('mends files, tells how many problems are gone, and has the exit code of what is left', () => {
    project();
    const manifest = join(folder, 'Kraftfile');
    const before = readFileSync(manifest, 'utf8');
    appendFileSync(manifest, 'librares: {}\n');
    const { status, stdout, stderr } = unikernel('check', '--fix', folder);
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(stderr).toMatch(/^Mended 1 problem in 1 file\.\nNo problems in \d+ files\.\n$/);
    expect(readFileSync(manifest, 'utf8')).toBe(`${before}libraries: {}\n`);
    appendFileSync(manifest, 'x-memory: much\n');
    expect(unikernel('check', '--fix', folder)).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^Mended nothing\./),
    });
  });
});

describe('unikernel check in other forms', () => {
  it('writes for programs, with the same exit code', () => {
    project();
    appendFileSync(join(folder, 'Kraftfile'), 'librares: {}\n');
    const outputs = ['json', 'sarif', 'github'].map((format) =>
      unikernel('check', '--format', format, folder),
    );
    expect(outputs.map(({ status, stderr }) => [status, stderr])).toEqual([
      [1, ''],
      [1, ''],
      [1, ''],
    ]);
    const [json, sarif, github] = outputs.map(({ stdout }) => stdout);
    expect(JSON.parse(json ?? '').problems).toMatchObject([{ code: 'unknown-key', column: 1 }]);
    expect(JSON.parse(sarif ?? '').runs[0].results).toMatchObject([{ ruleId: 'unknown-key' }]);
    expect(github).toMatch(/^::error file=app\d+\/Kraftfile,line=\d+,/);
    expect(unikernel('check', '--least', 'warning', folder).stderr).toMatch(/^1 error in \d+ files\.\n$/);
  });

  it('exits with 2 for what it does not understand or cannot read', () => {
    const format = unikernel('check', '--format', 'xml');
    expect(format).toMatchObject({ status: 2, stderr: expect.stringContaining("github, not 'xml'") });
    expect(unikernel('check', '--least', 'none').status).toBe(2);
    expect(unikernel('check', '--mend').status).toBe(2);
    const absent = unikernel('check', 'absent');
    expect(absent).toMatchObject({ status: 2, stdout: '' });
    expect(absent.stderr).toMatch(
      /^unikernel: There is no '.*absent'\.\nThere was nothing to check: .*\.\n$/,
    );
  });
});

describe('unikernel build', () => {
  it('prints what keeps a project from being built as compilers do', () => {
    project();
    appendFileSync(join(folder, 'Kraftfile'), 'libraries: {ukalocc: {}}\n');
    const { status, stderr } = unikernel('build', folder);
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^\/.*\/Kraftfile:\d+:13: error: There is no library 'ukalocc' in the kernel\. Did you mean 'ukalloc'\?$/m,
    );
  });

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
    expect(stdout).toMatch(
      /Backtrace:\r?\n\s+0x[0-9a-f]+ main\+0x.*\r?\n(?:.*\r?\n)*?\s+0x[0-9a-f]+ kmain\+0x/,
    );
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

  it.each(['microvm', 'pc', 'q35'])('boots on %s, with the memory that is asked for', (machine) => {
    project();
    const { status, stdout } = unikernel('run', folder, '--machine', machine, '-M', '64M', '--', 'Ada');
    expect(stdout).toContain('Hello, Ada, on seat 1!');
    expect(Number(/with (\d+) KiB of heap/.exec(stdout)?.[1])).toBeLessThan(65536);
    expect(status).toBe(0);
  });

  it.each(['pc', 'q35'])('tells a panic on %s', (machine) => {
    main('__asm__("ud2");');
    const { status, stdout } = unikernel('run', folder, '--machine', machine);
    expect(stdout).toContain('Kernel panic: Invalid opcode');
    expect(status).toBe(134);
  });

  it('takes the machine and the memory of the manifest', () => {
    project();
    appendFileSync(join(folder, 'Kraftfile'), 'x-machine: q35\nx-memory: 32M\n');
    const { status, stdout } = unikernel('run', folder);
    expect(Number(/with (\d+) KiB of heap/.exec(stdout)?.[1])).toBeLessThan(32768);
    expect(status).toBe(0);
  });

  it.each([
    [['--machine', 'q53'], '--machine takes microvm, pc, q35, virt'],
    [['--machine', 'virt'], "'virt' is an arm64 one"],
    [['-p', '80:web'], "--port: '80:web' is not HOST:GUEST"],
    [['-p', '8080:80'], 'CONFIG_LIBVIRTIO_NET'],
    [['-v', 'here'], "--volume: 'here' is not FOLDER:/PLACE"],
    [['--disk', 'data.img'], 'CONFIG_LIBVIRTIO_BLK'],
    [['-e', '=1'], "--env: '=1' is not NAME=VALUE"],
    [['-a', 'quiet'], "--kernel-arg: 'quiet' is not LIBRARY.PARAMETER=VALUE"],
    [['--cpus', 'all'], '--cpus takes a number'],
    [['--rootfs', './absent'], "absent' does not exist"],
  ])('refuses %j with a sentence', (args, words) => {
    project();
    expect(unikernel('run', folder, ...args)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(words),
    });
  });

  it('passes what is piped to it to the guest’s serial line, and ends with the guest', () => {
    // The 16550's line status (5) says that its receiver (0) holds a byte.
    main(`unsigned char byte, status;
do {
  do __asm__ volatile("inb %w1, %0" : "=a"(status) : "d"(0x3f8 + 5)); while (!(status & 1));
  __asm__ volatile("inb %w1, %0" : "=a"(byte) : "d"(0x3f8));
  printf("<%d>", byte);
} while (byte != '.');
return 7;`);
    const bytes = Buffer.from([0x61, 0x01, 0x03, 0xff, 0x2e]);
    const { status, stdout } = spawnSync('node', [COMMAND, 'run', folder], { input: bytes, timeout: 30_000 });
    expect(stdout.toString()).toContain('<97><1><3><255><46>');
    expect(status).toBe(7);
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
