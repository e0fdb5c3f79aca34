/** Errors of a build that name both sides, with the real compiler and linker. */
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { problemsOf } from '../analysis';
import { configureProject, loadProject, sdkFolder, Workspace } from '../project';
import { build } from './index';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'errors test-'));
  cpSync(join(sdkFolder(), 'templates/hello'), folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function errors(compiler?: string) {
  const loaded = loadProject(join(folder, 'Kraftfile'));
  if (!loaded.ok) throw new Error(loaded.message);
  const configured = configureProject(loaded.project);
  if (!configured.ok) throw new Error(configured.message);
  const said: string[] = [];
  const result = await build(configured.configured, {
    onOutput: (text) => said.push(text),
    ...(compiler === undefined ? {} : { compiler }),
  });
  expect(result.ok).toBe(false);
  const found = result.diagnostics.filter(({ severity }) => severity === 'error');
  // What tasks read of the output is what debugging reports.
  for (const { file, line, column, message } of found) {
    expect(said.join('')).toMatch(
      new RegExp(`^${escaped(file)}:${line}:${column}: .*${escaped(message)}$`, 'm'),
    );
  }
  return found.map(({ file, line, message }) => `${file.replace(`${folder}/`, '')}:${line}: ${message}`);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** A second library of the application, off unless its option is on. */
function addLibrary(name: string, sources: Record<string, string>, exported: string): void {
  const upper = name.toUpperCase();
  const texts = {
    'Makefile.uk': [
      `$(eval $(call addlib_s,${name},$(CONFIG_${upper})))`,
      `CINCLUDES-$(CONFIG_${upper}) += -I$(${upper}_BASE)/${name}`,
      ...Object.keys(sources).map((source) => `${upper}_SRCS-y += ${name}/${source}`),
      '',
    ].join('\n'),
  };
  mkdirSync(join(folder, name));
  for (const [source, text] of Object.entries(sources)) writeFileSync(join(folder, name, source), text);
  appendFileSync(join(folder, 'Makefile.uk'), texts['Makefile.uk']);
  writeFileSync(join(folder, 'Config.uk'), `config ${upper}\n\tbool "${name}"\n`);
  writeFileSync(join(folder, 'exportsyms.uk'), exported);
}

it('names both libraries of a symbol that two of them define', async () => {
  appendFileSync(
    join(folder, 'main.c'),
    '\n\nvoid *memcpy(void *to, const void *from, unsigned long size) { return from ? to : (void *)size; }\n',
  );
  expect(await errors()).toEqual([
    expect.stringMatching(
      /^main\.c:36: multiple definition of 'memcpy': apphello defines it here, libnolibc at \/.*\/nolibc\/string\.c:\d+$/,
    ),
  ]);
});

it('says of a list of exported symbols what the linker would', async () => {
  appendFileSync(join(folder, 'main.c'), 'unsigned long strlen(const char *text) { return *text; }\n');
  const list = join(folder, 'exportsyms.uk');
  writeFileSync(list, 'main\nstrlen\n');
  const workspace = new Workspace([folder]);
  await workspace.scan();
  expect(problemsOf(workspace, list).map(({ code, message }) => `${code}: ${message}`)).toEqual([
    "two-providers: 'string.c' of 'libnolibc' defines 'strlen' too, and 'qemu/x86_64' has both libraries: linking fails with a multiple definition.",
  ]);
  expect(await errors()).toEqual([expect.stringMatching(/: multiple definition of 'strlen': /)]);
});

it('names both places of data that two libraries define', async () => {
  appendFileSync(join(folder, 'main.c'), 'int ukplat_exit_code = 3;\n');
  expect(await errors()).toEqual([
    expect.stringMatching(
      /^main\.c:\d+: multiple definition of 'ukplat_exit_code': apphello defines it here, libkvmplat at .*shutdown\.c:\d+$/,
    ),
  ]);
});

it('names who uses a symbol that is missing, and the nearest one', async () => {
  appendFileSync(
    join(folder, 'guests.c'),
    'int malloca(void);\nint use(void) { return malloca(); }\nint (*kept)(void) = use;\n',
  );
  writeFileSync(join(folder, 'main.c'), 'extern int (*kept)(void);\nint main(void) { return kept(); }\n');
  expect(await errors()).toEqual([
    "guests.c:31: undefined reference to 'malloca', which apphello uses: no library has it. Did you mean 'malloc'?",
  ]);
});

it('tells which library to enable for a symbol', async () => {
  addLibrary('libextra', { 'extra.c': 'int extra(void) { return 1; }\n' }, 'extra\n');
  appendFileSync(join(folder, 'guests.c'), 'int extra(void);\n');
  writeFileSync(join(folder, 'main.c'), 'int extra(void);\nint main(void) { return extra(); }\n');
  expect(await errors()).toEqual([
    "main.c:2: undefined reference to 'extra', which apphello uses: libextra has it, which is off; enable CONFIG_LIBEXTRA in the Kraftfile",
  ]);
});

it('tells which library C++ needs', async () => {
  appendFileSync(join(folder, 'Makefile.uk'), 'APPHELLO_SRCS-y += more.cpp\n');
  writeFileSync(join(folder, 'more.cpp'), 'extern "C" int *more() { return new int; }\n');
  writeFileSync(join(folder, 'main.c'), 'int *more(void);\nint main(void) { return *more(); }\n');
  expect(await errors()).toEqual([
    "more.cpp:1: undefined reference to 'operator new(unsigned long)', which apphello uses: libukcxx has it, which is off; enable CONFIG_LIBUKCXX in the Kraftfile",
  ]);
});

it('tells which library a header belongs to', async () => {
  addLibrary('libextra', { 'extra.c': 'int x;\n', 'extra.h': '' }, 'none\n');
  writeFileSync(join(folder, 'main.c'), '#include <extra.h>\nint main(void) { return 0; }\n');
  expect(await errors()).toEqual([
    "main.c:1: 'extra.h' belongs to libextra, which is off: enable CONFIG_LIBEXTRA in the Kraftfile",
  ]);
});

it('asks the application for its main', async () => {
  writeFileSync(join(folder, 'main.c'), 'int not_main(void) { return 0; }\n');
  expect(await errors()).toEqual([
    "Makefile.uk:1: the application has no 'main': none of its sources defines it",
  ]);
});
