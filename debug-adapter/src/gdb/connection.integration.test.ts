/** The MI conversation with real GDB. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTool } from '@unikernel-tools/kernel-sdk/program';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type AsyncRecord,
  createVariable,
  evaluate,
  GdbConnection,
  GdbGone,
  hasDebugInformation,
  insertAt,
  insertBreakpoint,
  insertLogpoint,
  listChildren,
  listFrames,
  listLocals,
  listStaticVariables,
  loadSymbols,
  removeBreakpoints,
  renewLogpoints,
  runConsoleCommand,
  startGdb,
  symbolAt,
  text,
} from './index';

const folder = mkdtempSync(join(tmpdir(), 'gdb-test-'));
const source = join(folder, 'with "quote" ü.c');
const program = join(folder, 'program');
const bare = join(folder, 'bare');
const PROGRAM = `#include <stdio.h>
struct point { int x, y; union { int z; char c; }; };
static char raw[4] = { '\\377', 'A', '\\303', 0 };
char text[] = "gr\\303\\274n 100% \\"quoted\\" \\\\ \\n";
static int leaf(void) { return raw[0]; }
static int deep(int n) { return n == 0 ? leaf() : deep(n - 1) + 1; }
int main(void) {
    struct point p = { 3, 4, { 5 } };
    int many[300] = { 1, 2, 3 };
    return deep(p.x) + many[0];
}
`;

let gdbPath = '';
let gdb: GdbConnection;
const open: GdbConnection[] = [];

beforeAll(async () => {
  writeFileSync(source, PROGRAM);
  execFileSync('gcc', ['-g', '-O0', '-o', program, source]);
  execFileSync('strip', ['-o', bare, program]);
  const tool = findTool('gdb');
  if (!tool.ok) throw new Error(tool.message);
  gdbPath = tool.path;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(async () => {
  await Promise.all(open.splice(0).map((connection) => connection.dispose()));
});

function start(): GdbConnection {
  gdb = new GdbConnection(startGdb(gdbPath));
  open.push(gdb);
  return gdb;
}

/** Runs the program to a function's start. */
async function stoppedAt(name: string): Promise<AsyncRecord> {
  start();
  await gdb.execute('-gdb-set startup-with-shell off');
  await loadSymbols(gdb, program);
  await insertAt(gdb, name);
  const stopped = new Promise<AsyncRecord>((resolve) => {
    gdb.on('exec', (record) => record.state === 'stopped' && resolve(record));
  });
  await gdb.execute('-exec-run');
  return stopped;
}

const inMain = { thread: 1, level: 0 };

describe('a GDB connection', () => {
  it('says what GDB says when GDB refuses', async () => {
    start();
    await expect(gdb.execute('-break-insert nowhere')).rejects.toThrow('No symbol table is loaded');
    await expect(evaluate(gdb, '1 +')).rejects.toThrow("A syntax error in expression, near `'.");
  });

  it('keeps answers in step when many commands are sent at once', async () => {
    start();
    const sums = Array.from({ length: 50 }, (_, i) => evaluate(gdb, `${i} + ${i}`));
    expect(await Promise.all(sums)).toEqual(Array.from({ length: 50 }, (_, i) => String(2 * i)));
  });

  it('refuses a command that would be two', async () => {
    start();
    await expect(gdb.execute('-list-features\n-gdb-exit')).rejects.toThrow('one line');
    expect(await evaluate(gdb, '1')).toBe('1');
  });

  it('rejects what is open and tells once when GDB is killed', async () => {
    start();
    await evaluate(gdb, '1');
    const gone: GdbGone[] = [];
    gdb.on('gone', (error) => gone.push(error));
    const waiting = gdb.execute('-interpreter-exec console "shell sleep 10"');
    const pid = await new Promise<number>((resolve) => {
      const found = execFileSync('pgrep', ['-P', String(process.pid), '-f', 'interpreter=mi3']).toString();
      resolve(Number(found.trim().split('\n').at(-1)));
    });
    process.kill(pid, 'SIGKILL');
    await expect(waiting).rejects.toBeInstanceOf(GdbGone);
    await expect(gdb.execute('-list-features')).rejects.toThrow('GDB ended unexpectedly (signal SIGKILL)');
    expect(gone.length).toBe(1);
  });

  it('gives up on a GDB that does not answer, and says which command it was', async () => {
    start();
    const stuck = gdb.execute('-interpreter-exec console "shell sleep 10"', 200);
    await expect(stuck).rejects.toThrow("GDB did not answer '-interpreter-exec");
  });

  it('keeps the bytecode of GDB’s Python files in the user’s cache folder', async ({ skip }) => {
    vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
    try {
      start();
    } finally {
      vi.unstubAllEnvs();
    }
    const python = await runConsoleCommand(gdb, 'python print(6 * 7)').catch(() => '');
    skip(python.trim() !== '42', 'This GDB has no Python.');
    const kept = readdirSync(join(folder, 'cache/unikernel-tools/gdb-python'), { recursive: true });
    expect(kept.filter((name) => String(name).endsWith('.pyc')).length).toBeGreaterThan(5);
  });

  it('says so when GDB cannot be started', async () => {
    const none = new GdbConnection(startGdb('/nonexistent/gdb'));
    await expect(none.execute('-list-features')).rejects.toThrow('/nonexistent/gdb');
    await none.dispose();
  });
});

describe('MI commands', () => {
  it('place a breakpoint in a file with blanks, quotes and umlauts in its name', async () => {
    start();
    await loadSymbols(gdb, program);
    expect(await insertBreakpoint(gdb, { file: source, line: 10 })).toMatchObject({ line: 10, file: source });
    await expect(insertBreakpoint(gdb, { file: join(folder, 'absent.c'), line: 1 })).rejects.toThrow(
      'No source file named',
    );
  });

  it('tell an image without debug information from one with it', async () => {
    start();
    await loadSymbols(gdb, bare);
    expect(await hasDebugInformation(gdb)).toBe(false);
    await loadSymbols(gdb, program);
    expect(await hasDebugInformation(gdb)).toBe(true);
  });

  it('page frames', async () => {
    await stoppedAt('leaf');
    const frames = await listFrames(gdb, { thread: 1 }, 1, 2);
    expect(frames.map(({ level, function: name }) => [level, name])).toEqual([
      [1, 'deep'],
      [2, 'deep'],
    ]);
  });

  it('read locals, members of anonymous unions, and a page of a large array', async () => {
    const stop = await stoppedAt('deep');
    expect(text(stop.data, 'reason')).toBe('breakpoint-hit');
    const main = { thread: 1, level: 1 };
    const locals = await listLocals(gdb, main);
    // What has members is shown by them.
    expect(locals.find(({ name }) => name === 'p')).toMatchObject({ type: 'struct point' });
    const p = await createVariable(gdb, 'p', main);
    expect(p).toMatchObject({ type: 'struct point', childCount: 3 });
    const children = await listChildren(gdb, p.handle, 0, 10);
    expect(children.map(({ expression }) => expression)).toEqual(['x', 'y', '<anonymous union>']);
    const many = await createVariable(gdb, 'many', main);
    expect(many).toMatchObject({ childCount: 300, value: '[300]' });
    const page = await listChildren(gdb, many.handle, 1, 3);
    expect(page.map(({ expression, value }) => [expression, value])).toEqual([
      ['1', '2'],
      ['2', '3'],
    ]);
  });

  it('read strings with bytes that are no UTF-8, percent signs and quotes, and stay in step after them', async () => {
    await stoppedAt('main');
    expect(await evaluate(gdb, 'text', inMain)).toBe('"grün 100% \\"quoted\\" \\\\ \\n"');
    expect(await runConsoleCommand(gdb, 'printf "%s|", raw')).toBe('\udcffA\udcc3|');
    expect(await evaluate(gdb, '6 * 7')).toBe('42');
  });

  it('read what a command prints, not what GDB has printed shortly before it nor what a logpoint says in it', async () => {
    await stoppedAt('main');
    const address = BigInt(await evaluate(gdb, '(unsigned long) &text'));
    for (const words of ['raw in section .stray\\\\n', 'half a line, ']) {
      const [found] = await Promise.all([
        symbolAt(gdb, address),
        gdb.execute(`-interpreter-exec console "echo ${words}"`),
      ]);
      expect(found).toEqual({ name: 'text', offset: 0, section: '.data' });
    }
    await insertLogpoint(gdb, { location: 'leaf' }, [{ text: 'called ' }, { expression: 'raw[1]' }]);
    expect(await runConsoleCommand(gdb, 'output leaf() + 2')).toBe('1');
    await expect(runConsoleCommand(gdb, 'output nothing')).rejects.toThrow('No symbol "nothing"');
  });

  it('give logpoints that are there still their commands back, and ask no more for those that were removed', async () => {
    await stoppedAt('main');
    await insertLogpoint(gdb, { location: 'leaf' }, [{ text: 'kept' }]);
    const removed = await insertLogpoint(gdb, { location: 'deep' }, [{ text: 'removed' }]);
    await removeBreakpoints(gdb, [removed.number]);
    await renewLogpoints(gdb);
    const asked: string[] = [];
    gdb.on('trace', (way, line) => way === 'to' && asked.push(line));
    await renewLogpoints(gdb);
    expect(asked).toEqual([expect.stringContaining('kept')]);
  });

  it('list static variables with their files', async () => {
    start();
    await loadSymbols(gdb, program);
    const names = (await listStaticVariables(gdb))
      .filter(({ file }) => file === source)
      .map(({ name }) => name);
    expect(names.sort()).toEqual(['raw', 'text']);
  });
});
