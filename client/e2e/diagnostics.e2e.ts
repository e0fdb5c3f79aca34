/** Every kind of file with a problem of its own, as a user of the real workbench sees it, and what mends it. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lineOf } from './workbench/sample';
import { type OpenWorkbench, openWorkbench } from './workbench/workbench';

const ROOT = resolve(import.meta.dirname, '../..');

/** A library in the folder of the sample, which says something wrong in each language. */
const FILES: Readonly<Record<string, string>> = {
  'lib/seats/Makefile.uk':
    '$(eval $(call addlib_s,libseats,$(CONFIG_LIBSEATS)))\n\nLIBSEATS_SRCS-y += $(LIBSEATS_BASE)/seats.c\n',
  'Config.uk':
    'menuconfig APPHELLO_SEATS\n\tbool "Seats in rows"\n\nif APPHELLO_SEATS\n\nconfig APPHELLO_ROWS\n\tint "Rows"\n\tdependson APPHELLO_SEATS\n\tdefault 4\n\nendif\n',
  'lib/seats/exportsyms.uk': 'seats_take\nseats_leave\nseats_take # again\n',
  'lib/seats/include/seats.h':
    '#include <stddef.h>\n\n/* The number of a seat that is free now, or -1. */\nint seats_take(const char *name, size_t row);\n\n/* Somebody else may have it. */\nvoid seats_leave(int seat);\n',
  'lib/seats/seats.c':
    '#include <seats.h>\n\nint seats_take(const char *name, size_t row) {\n    return name[0] + (int)row;\n}\n\nvoid seats_leave(int seat) {\n    (void)seat;\n}\n',
  'lib/seats/api.ts':
    '/** Seats for TypeScript (the AssemblyScript dialect). */\n\n/** The number of a seat that is free now, or -1. */\n// @ts-ignore: decorator\n@external("seats", "seats_take")\nexport declare function seats_take(name: string, row: usize): i32;\n\n/** Somebody else may have it. */\n// @ts-ignore: decorator\n@external("seats", "seats_leave")\nexport declare function seats_leave(): void;\n',
};

interface Shown {
  readonly kind: string;
  readonly file: string;
  /** The line where the cursor is put. */
  readonly line: RegExp;
  /** How the editor underlines it. */
  readonly mark: 'error' | 'warning' | 'info' | 'hint';
  readonly message: RegExp;
  readonly fix: RegExp;
}

const SHOWN: readonly Shown[] = [
  {
    kind: 'Kraftfile',
    file: 'Kraftfile',
    line: /uktrase/,
    mark: 'error',
    message: /'uktrase'.*Did you mean 'uktrace'/,
    fix: /Replace with 'uktrace'/,
  },
  {
    kind: 'Config.uk',
    file: 'Config.uk',
    line: /dependson/,
    mark: 'error',
    message: /'dependson' is not understood here/,
    fix: /Replace with 'depends on'/,
  },
  {
    kind: 'Makefile.uk',
    file: 'Makefile.uk',
    line: /geusts/,
    mark: 'error',
    message: /The source 'geusts.c' does not exist/,
    fix: /Replace with 'guests.c'\nRemove 'geusts.c' from the list/,
  },
  {
    kind: 'exportsyms.uk',
    file: 'lib/seats/exportsyms.uk',
    line: /again/,
    mark: 'info',
    message: /'seats_take' is listed already/,
    fix: /Remove the second 'seats_take'/,
  },
  {
    kind: 'C',
    file: 'main.c',
    line: /#include <uk\/sched.h>/,
    mark: 'error',
    message: /<uk\/sched.h> belongs to 'uksched', which the Kraftfile does not enable/,
    fix: /Enable 'uksched' in the Kraftfile/,
  },
  {
    kind: 'api.ts',
    file: 'lib/seats/api.ts',
    line: /seats_leave\(\)/,
    mark: 'error',
    message: /'seats_leave' takes 1 parameter in <seats.h>; here it has none/,
    fix: /Write it as <seats.h> does/,
  },
];

describe('a problem is underlined, told and mended in', () => {
  let workbench: OpenWorkbench;

  beforeAll(async () => {
    workbench = await openWorkbench({
      root: ROOT,
      pictures: join(ROOT, 'out/e2e/diagnostics'),
      say: console.log,
    });
    for (const [name, text] of Object.entries(FILES)) {
      const path = join(workbench.folder, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    }
    await changed('Kraftfile', (text) => `${text}\nlibraries:\n  uktrase: {}\n`);
    await changed('Makefile.uk', (text) => text.replace('guests.c', 'geusts.c'));
    await changed('main.c', (text) => text.replace('\n\n', '\n#include <uk/sched.h>\n\n'));
  }, 300_000);

  async function changed(name: string, change: (text: string) => string): Promise<void> {
    const path = join(workbench.folder, name);
    await writeFile(path, change(await readFile(path, 'utf8')));
  }

  afterAll(() => workbench?.dispose());

  it.each(SHOWN)('$kind', async ({ kind, file, line, mark, message, fix }) => {
    const { editor, messages, witness } = workbench.page;
    const path = join(workbench.folder, file);
    await editor.openByPath(path, await lineOf(path, line));
    await editor.underlined(mark);
    expect(await messages.problem(message)).toMatch(message);
    await editor.openByPath(path, await lineOf(path, line));
    // The workbench of the tests has no TypeScript of its own, and says so.
    await messages.clear();
    const offered = await editor.offeredFixes();
    await witness.picture(kind);
    await editor.leaveFixes();
    expect(offered.join('\n')).toMatch(fix);
  });

  it('are kept where the extension keeps what is its own', async () => {
    const kept = async () => (await readdir(workbench.server.user, { recursive: true })).join('\n');
    const limit = { timeout: 30_000, interval: 200 };
    await expect.poll(kept, limit).toMatch(/globalStorage\/[^/\n]+\/analysis\/[0-9a-f]{32}\.json$/m);
  });
});
