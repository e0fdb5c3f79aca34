/** Third-party libraries in a kernel that runs: SQLite on musl, on the kernel's memory and its files. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BuiltImage, build } from '../build';
import { type ConfiguredProject, configureProject, loadProject } from '../project';
import { planMachine, startMachine } from './index';

const MANIFEST = `spec: v0.7
name: numbers
x-kernel: sdk
targets: [qemu/x86_64]
x-kconfig:
  CONFIG_LIBMUSL: "y"
  CONFIG_LIBSQLITE: "y"
`;
const MAIN = `#include <sqlite3.h>
#include <stdio.h>

static int print(void *where, int columns, char **values, char **names) {
  for (int i = 0; i < columns; i++) printf("%s: %s=%s\\n", (const char *)where, names[i], values[i]);
  return 0;
}

static void sum(const char *file) {
  sqlite3 *database;
  char *error = "no error";
  sqlite3_open(file, &database);
  sqlite3_exec(database, "create table if not exists t(a); begin; insert into t values (1), (2), (39); commit;", 0, 0, &error);
  sqlite3_exec(database, "select sum(a) as total from t", print, (void *)file, &error);
  printf("%s: %s, closed: %d\\n", file, error ? error : "no error", sqlite3_close(database));
}

int main(void) {
  sum(":memory:");
  sum("/numbers.db");
  sum("/numbers.db");
  return 0;
}
`;

let folder: string;
let configured: ConfiguredProject;
let built: BuiltImage;

// The first build on a machine compiles musl and SQLite.
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sqlite-test-'));
  writeFileSync(join(folder, 'Kraftfile'), MANIFEST);
  const makefile = '$(eval $(call addlib,appnumbers))\nAPPNUMBERS_SRCS-y += $(APPNUMBERS_BASE)/main.c\n';
  writeFileSync(join(folder, 'Makefile.uk'), makefile);
  writeFileSync(join(folder, 'main.c'), MAIN);
  const loaded = loadProject(join(folder, 'Kraftfile'));
  if (!loaded.ok) throw new Error(loaded.message);
  const result = configureProject(loaded.project);
  if (!result.ok) throw new Error(result.message);
  configured = result.configured;
  const image = await build(configured);
  if (!image.ok) throw new Error(image.message);
  built = image;
}, 400_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('answers queries in memory and in a file', async () => {
  const planned = planMachine(configured, built, { accelerator: 'tcg', paused: false });
  if (!planned.ok) throw new Error(planned.message);
  const started = await startMachine(planned.spec);
  if (!started.ok) throw new Error(started.message);
  let text = '';
  started.machine.serial.on('data', (bytes: Buffer) => {
    text += bytes.toString();
  });
  await started.machine.ended;
  expect(text.split(/\r?\n/).filter((line) => line.includes(': '))).toEqual(
    expect.arrayContaining([
      ':memory:: total=42',
      ':memory:: no error, closed: 0',
      '/numbers.db: total=42',
      '/numbers.db: total=84',
      '/numbers.db: no error, closed: 0',
    ]),
  );
});

it('shows the debugger the sources, and the map where code comes from', () => {
  const lines = execFileSync('gdb', [
    '-batch',
    '-nx',
    '-ex',
    'info line sqlite3_exec',
    '-ex',
    'info line vfprintf',
    built.symbols,
  ]);
  expect(lines.toString()).toMatch(/sqlite\/deps\/sqlite3\/sqlite3\.c.*\n.*musl\/src\/stdio\/vfprintf\.c/);
  expect(readFileSync(built.map, 'utf8')).toContain('libmusl.a(src_stdio_vfprintf.c.o)');
});

it('lists the project in compile_commands.json, not what it is built on', () => {
  const text = readFileSync(built.compileCommands, 'utf8');
  const files = (JSON.parse(text) as { file: string }[]).map(({ file }) => file);
  expect(files).toContain(join(folder, 'main.c'));
  expect(files.filter((file) => file.includes('third-party'))).toEqual([]);
});

it('has nothing to do the second time', async () => {
  expect(await build(configured)).toMatchObject({ ok: true, upToDate: true });
});
