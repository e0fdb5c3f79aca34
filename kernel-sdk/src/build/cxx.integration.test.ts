/** C++ on the built-in kernel: the template as users get it, and what C++ needs at run time. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Machine, startMachine } from '../machine';
import { configureProject, loadProject, sdkFolder } from '../project';
import { build } from './index';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cxx test-'));
  cpSync(join(sdkFolder(), 'templates/cpp'), folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function built(compiler?: string) {
  const loaded = loadProject(join(folder, 'Kraftfile'));
  if (!loaded.ok) throw new Error(loaded.message);
  const configured = configureProject(loaded.project);
  if (!configured.ok) throw new Error(configured.message);
  const result = await build(configured.configured, compiler === undefined ? {} : { compiler });
  if (!result.ok) throw new Error(result.message);
  return result;
}

async function boot(image: string, paused = false): Promise<Machine> {
  const started = await startMachine({
    image,
    architecture: 'x86_64',
    memory: '32M',
    cpus: 1,
    accelerator: 'tcg',
    commandLine: 'cpp 3 4',
    paused,
  });
  if (!started.ok) throw new Error(started.message);
  return started.machine;
}

async function said(compiler?: string): Promise<string> {
  const machine = await boot((await built(compiler)).image);
  let text = '';
  machine.serial.on('data', (bytes: Buffer) => {
    text += bytes.toString();
  });
  await machine.ended;
  return text.replaceAll('\r', '');
}

/** Replaces the template's program. */
function program(text: string): void {
  writeFileSync(join(folder, 'main.cpp'), text);
}

describe('the template cpp', () => {
  it.each(['NONE', 'SIZE', 'PERF'])(
    'makes its static object before main and destroys it behind, optimized for %s',
    async (how) => {
      appendFileSync(join(folder, 'Kraftfile'), `x-kconfig: {CONFIG_OPTIMIZE_${how}: y}\n`);
      const text = await said();
      expect(text.split('\n').slice(-6)).toEqual([
        'The log is open.',
        'A square of area 9.',
        'A triangle of area 6.',
        'Together 15, and 5! is 120.',
        'The log is closed after 2 shapes.',
        '',
      ]);
    },
  );

  it('builds without a warning', async () => {
    expect((await built()).diagnostics).toEqual([]);
  });

  it('stops the debugger in main.cpp, with the names of C++', async () => {
    const { image, symbols } = await built();
    const machine = await boot(image, true);
    try {
      if (machine.gdb.transport !== 'unix') throw new Error('no Unix socket');
      const commands = [
        `target remote ${machine.gdb.path}`,
        'set backtrace past-main on',
        'break Square::area',
        'continue',
        'backtrace',
        'disconnect',
      ];
      const args = commands.flatMap((command) => ['-ex', command]);
      const text = execFileSync('gdb', ['--nx', '-batch', symbols, ...args], { stdio: 'pipe' }).toString();
      expect(text).toMatch(/#0 {2}Square::area \(this=0x[0-9a-f]+\) at .*shapes\.cpp:\d+/);
      expect(text).toMatch(/#1 .*Log::draw \(this=.*main\.cpp:\d+/);
      expect(text).toMatch(/#2 .*main \(argc=3, .*main\.cpp:\d+/);
      expect(text).toMatch(/#\d+ .*kmain .*boot\.c:\d+/);
    } finally {
      await machine.dispose();
    }
  });

  it('tells which compiler is missing', async () => {
    const bin = join(folder, 'bin');
    cpSync(execFileSync('which', ['gcc']).toString().trim(), join(bin, 'odd-gcc-1'));
    await expect(built(join(bin, 'odd-gcc-1'))).rejects.toThrow(
      /has C\+\+ sources, but 'odd-g\+\+-1'.*apt install g\+\+/,
    );
  });
});

describe('ukcxx', () => {
  it('has every form of new and delete, aligned and for arrays', async () => {
    program(`
#include <new>
#include <stdint.h>
#include <stdio.h>
struct alignas(256) Wide { char bytes[256]; };
struct Counted { static int alive; Counted() { alive++; } ~Counted() { alive--; } };
int Counted::alive;
int main() {
    Wide *wide = new Wide;
    Wide *wides = new Wide[3];
    Counted *many = new Counted[5];
    int before = Counted::alive;
    printf("%d %d %d\\n", (int)((uintptr_t)wide % 256), (int)((uintptr_t)wides % 256), before);
    delete wide;
    delete[] wides;
    delete[] many;
    char *none = new (std::nothrow) char[1UL << 40];
    printf("%d %d\\n", Counted::alive, none == nullptr);
    return 0;
}
`);
    expect(await said()).toMatch(/0 0 5\n0 1\n$/);
  });

  it('makes static variables of functions once, and destroys statics in reverse', async () => {
    program(`
#include <stdio.h>
struct Named { const char *name; Named(const char *name) : name(name) { printf("+%s ", name); } ~Named() { printf("-%s ", name); } };
static Named first("first"), second("second");
__attribute__((constructor(101))) static void early() { printf("early "); }
__attribute__((destructor)) static void late() { printf("late "); }
static Named &local() { static Named named("local"); return named; }
int main() { local(); local(); printf("main "); return 0; }
`);
    expect(await said()).toMatch(/early \+first \+second \+local main .*-local -second -first/);
  });

  it('puts into words what cannot go on', async () => {
    program(`
#include <stdio.h>
struct Base { Base() { call(); } void call() { pure(); } virtual void pure() = 0; };
struct Derived : Base { void pure() override {} };
int main() { Derived derived; return 0; }
`);
    const panic = await said();
    expect(panic).toContain('Kernel panic: A pure virtual function was called');
    expect(panic).toMatch(/__cxa_pure_virtual.*\n.* Base::call\+0x.*\n.* Base::Base\+0x/);
    program('#include <array>\nint main(int argc, char **) { std::array a{1}; return a.at(argc + 6); }\n');
    expect(await said()).toContain('Kernel panic: array::at: __n (which is 9) >= _Nm (which is 1)');
    program('int main() { return new char[1UL << 40] == nullptr; }\n');
    expect(await said()).toContain('Kernel panic: operator new found no memory');
  });

  it('lets programs include what the compiler has for freestanding C++', async () => {
    const headers = ['algorithm', 'array', 'bit', 'compare', 'concepts', 'coroutine', 'cstdint', 'cstdlib'];
    headers.push(
      'functional',
      'initializer_list',
      'limits',
      'new',
      'numbers',
      'numeric',
      'optional',
      'span',
      'tuple',
    );
    headers.push('type_traits', 'utility', 'variant', 'vector', 'version');
    program(`${headers.map((name) => `#include <${name}>`).join('\n')}
#include <stdio.h>
int main() {
    std::array numbers{5, 3, 4};
    std::sort(numbers.begin(), numbers.end());
    std::vector<int> more;
    for (int i = 0; i < 100; i++) more.push_back(i);
    std::function<int(int)> twice = [&](int n) { return 2 * more[n]; };
    printf("%d ", twice(99));
    std::optional<int> sum = std::accumulate(numbers.begin(), numbers.end(), 0);
    printf("%d %d %d\\n", numbers[0], numbers[2], *sum);
    return 0;
}
`);
    expect(await said()).toMatch(/198 3 5 12\n$/);
    expect(readFileSync((await built()).symbols).length).toBeGreaterThan(0);
  });
});
