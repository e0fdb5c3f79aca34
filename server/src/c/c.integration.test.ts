/** Problems of C sources and their fixes over a real connection, as an editor meets them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kraftfile, SMALL_KERNEL, writeSmallKernel } from '@unikernel-tools/kernel-sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleServer, isEmpty, isWith, type LanguageClient, uriOf, withClient } from '../testing';

let parent: string;
let folder: string;
let count = 0;
beforeAll(() => {
  bundleServer();
  parent = mkdtempSync(join(tmpdir(), 'c-server-'));
});
beforeEach(() => {
  folder = join(parent, `tree${count++}`);
});
afterAll(() => rmSync(parent, { recursive: true }));

const path = (name: string) => join(folder, name);
const inMain = (body: string) => `#include <uk/one.h>\n\nint main(void)\n{\n${body}\n\treturn 0;\n}\n`;

function withFiles(
  files: Readonly<Record<string, string>>,
  act: (client: LanguageClient) => Promise<void>,
): Promise<void> {
  writeSmallKernel(folder, files);
  return withClient({ folders: [folder] }, act);
}

/** Text with the edits that a fix has for a file. */
function mended(
  text: string,
  edits: readonly {
    range: { start: { line: number; character: number }; end: { line: number; character: number } };
    newText: string;
  }[],
): string {
  const lines = text.split('\n');
  const at = ({ line, character }: { line: number; character: number }) =>
    lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0) + character;
  return [...edits]
    .sort((a, b) => at(b.range.start) - at(a.range.start))
    .reduce(
      (all, { range, newText }) => all.slice(0, at(range.start)) + newText + all.slice(at(range.end)),
      text,
    );
}

/** Takes the first fix of a file's problem, in the file that it changes, which is open. */
async function takeFix(
  client: LanguageClient,
  file: string,
  code: string,
  changed: string,
  text: string,
): Promise<string> {
  const found = await client.diagnostics(file, isWith(code));
  const problem = found.find((one) => one.code === code);
  if (problem === undefined) throw new Error(`There is no ${code}.`);
  const [action] = await client.actions(file, problem.range, [problem]);
  const fixed = mended(text, action?.edit?.changes?.[uriOf(changed)] ?? []);
  expect(fixed).not.toBe(text);
  client.change(changed, fixed);
  return action?.title ?? '';
}

describe('a C source in an editor', () => {
  it('is told of a header whose library is off, and enabling it in the manifest mends that', async () => {
    const source = '#include <uk/two.h>\nint main(void) { two_do(); return 0; }\n';
    await withFiles({ 'app/main.c': source }, async (client) => {
      client.open(path('app/Kraftfile'), 'kraftfile');
      client.open(path('app/main.c'), 'c');
      const found = await client.diagnostics(path('app/main.c'), isWith('library-off'));
      expect(found).toMatchObject([
        {
          severity: 1,
          source: 'unikernel',
          message:
            "<uk/two.h> belongs to 'uktwo', which the Kraftfile does not enable; it needs CONFIG_LIBUKBASE.",
          range: { start: { line: 0, character: 10 }, end: { line: 0, character: 18 } },
        },
      ]);
      const title = await takeFix(
        client,
        path('app/main.c'),
        'library-off',
        path('app/Kraftfile'),
        kraftfile(),
      );
      expect(title).toBe("Enable 'uktwo' in the Kraftfile");
      await client.diagnostics(path('app/main.c'), isEmpty);
    });
  });

  it('is told of a function whose library is off as it is typed', async () => {
    await withFiles({ 'app/main.c': inMain('') }, async (client) => {
      client.open(path('app/main.c'), 'c');
      await client.diagnostics(path('app/main.c'), isEmpty);
      const typed = `void two_do(void);\n${inMain('\ttwo_do();')}`;
      client.change(path('app/main.c'), typed);
      const [problem] = await client.diagnostics(path('app/main.c'), isWith('library-off'));
      expect(problem?.message).toContain("'two_do' belongs to 'uktwo'");
      client.open(path('app/Kraftfile'), 'kraftfile');
      await takeFix(client, path('app/main.c'), 'library-off', path('app/Kraftfile'), kraftfile());
      await client.diagnostics(path('app/main.c'), isEmpty);
    });
  });

  it('is told of an API of another architecture', async () => {
    const files = {
      'app/main.c': '#include <uk/archx.h>\n',
      'app/Kraftfile': kraftfile(undefined, ['qemu/arm64']),
    };
    await withFiles(files, async (client) => {
      const [problem] = await client.diagnostics(path('app/main.c'), isWith('other-target'));
      expect(problem).toMatchObject({
        severity: 1,
        message: expect.stringContaining("the target is 'qemu/arm64'"),
      });
      client.open(path('app/Kraftfile'), 'kraftfile');
      client.change(path('app/Kraftfile'), kraftfile());
      await client.diagnostics(path('app/main.c'), isEmpty);
    });
  });

  it('is told of a function that is not exported, and a line in the list mends that', async () => {
    const list = path('kernel/lib/ukone/exportsyms.uk');
    await withFiles({ 'app/main.c': inMain('\tone_hidden();') }, async (client) => {
      client.open(list, 'exportsyms-uk');
      client.open(path('app/main.c'), 'c');
      const text = SMALL_KERNEL['kernel/lib/ukone/exportsyms.uk'] ?? '';
      const title = await takeFix(client, path('app/main.c'), 'not-exported', list, text);
      expect(title).toBe("Add 'one_hidden' to the exportsyms.uk of 'ukone'");
      await client.diagnostics(path('app/main.c'), isEmpty);
    });
  });

  it('is told of a call with another number of arguments, also when the header changes', async () => {
    const header = path('kernel/lib/ukone/include/uk/one.h');
    await withFiles({ 'app/main.c': inMain('\tone_do(1, "a");') }, async (client) => {
      client.open(path('app/main.c'), 'c');
      await client.diagnostics(path('app/main.c'), isEmpty);
      writeFileSync(header, 'int one_do(int a, const char *name, int more);\n');
      client.touched(2, header);
      const [problem] = await client.diagnostics(path('app/main.c'), isWith('argument-count'));
      expect(problem).toMatchObject({
        severity: 1,
        message: "'one_do' is declared with 3 arguments in one.h; here it has 2.",
        range: { start: { line: 4, character: 1 }, end: { line: 4, character: 7 } },
      });
      client.change(path('app/main.c'), inMain('\tone_do(1, "a", 2);'));
      await client.diagnostics(path('app/main.c'), isEmpty);
    });
  });

  it('has what the configuration leaves out greyed while it is open', async () => {
    const source = inMain('#if CONFIG_LIBUKTWO\n\ttwo();\n#else\n\tone();\n#endif');
    await withFiles({ 'app/main.c': source }, async (client) => {
      await client.settled();
      client.open(path('app/main.c'), 'c');
      const found = await client.diagnostics(path('app/main.c'), isWith('inactive-code'));
      expect(found).toMatchObject([
        {
          severity: 4,
          tags: [1],
          range: { start: { line: 5, character: 0 }, end: { line: 6, character: 0 } },
        },
      ]);
      // Other options, other code.
      client.open(path('app/Kraftfile'), 'kraftfile');
      client.change(
        path('app/Kraftfile'),
        kraftfile(['CONFIG_LIBUKBASE', 'CONFIG_LIBUKTWO', 'CONFIG_LIBUKONE']),
      );
      await client.diagnostics(path('app/main.c'), ([one]) => one?.range.start.line === 7);
      client.close(path('app/main.c'));
      await client.diagnostics(path('app/main.c'), isEmpty);
    });
  });

  it('has its manifest hint at a library that nothing uses, and taking it away mends that', async () => {
    const text = kraftfile(['CONFIG_LIBUKONE', 'CONFIG_LIBUKBASE', 'CONFIG_LIBUKTWO']);
    await withFiles({ 'app/main.c': inMain('\tone_do(1, "a");'), 'app/Kraftfile': text }, async (client) => {
      const file = path('app/Kraftfile');
      client.open(file, 'kraftfile');
      const [hint] = await client.diagnostics(file, isWith('unused-library'));
      expect(hint).toMatchObject({ severity: 4, tags: [1], message: "Nothing of the project uses 'uktwo'." });
      expect(await takeFix(client, file, 'unused-library', file, text)).toBe("Remove 'uktwo'");
      await client.diagnostics(file, isEmpty);
    });
  });
});

describe('what a C source names', () => {
  const source = `#include <uk/one.h>\n#include <uk/two.h>\n\nint main(void)\n{\n\tone_do(1, "a");\n\ttwo_do();\n\treturn write();\n}\n`;
  const files = {
    'app/main.c': source,
    'kernel/lib/uktwo/Makefile.uk': `${SMALL_KERNEL['kernel/lib/uktwo/Makefile.uk']}UK_PROVIDED_SYSCALLS-$(CONFIG_LIBUKTWO) += write-3\n`,
  };
  interface Place {
    readonly uri: string;
    readonly range: { readonly start: { readonly line: number } };
  }
  const short = (places: readonly Place[]) =>
    places.map(({ uri, range: { start } }) => `${uri.slice(uriOf(folder).length + 1)}:${start.line}`).sort();

  it('is explained: who has it, and whether it is enabled', async () => {
    await withFiles(files, async (client) => {
      const main = path('app/main.c');
      client.open(main, 'c');
      const hover = async (line: number, character: number) =>
        (await client.at<{ contents: { value: string } } | null>('hover', main, { line, character }))
          ?.contents.value;
      expect(await hover(5, 3)).toBe(
        '```c\nint one_do(int a, const char *name);\n```\n\nExported by **ukone** (`CONFIG_LIBUKONE`), which is enabled.',
      );
      expect(await hover(6, 3)).toBe(
        'Exported by **uktwo** (`CONFIG_LIBUKTWO`), which the Kraftfile does not enable.',
      );
      expect(await hover(7, 10)).toBe(
        'The system call is answered by **uktwo** (`CONFIG_LIBUKTWO`), which the Kraftfile does not enable.',
      );
      expect(await hover(0, 12)).toBe('A header of **ukone** (`CONFIG_LIBUKONE`), which is enabled.');
      expect(await hover(3, 1)).toBeUndefined();
    });
  });

  it('leads to its definition, its declarations and its calls, and an include to its header', async () => {
    await withFiles(files, async (client) => {
      const main = path('app/main.c');
      client.open(main, 'c');
      await client.settled();
      const at = { line: 5, character: 4 };
      expect(short(await client.at<Place[]>('definition', main, at))).toEqual(['kernel/lib/ukone/one.c:1']);
      const context = { context: { includeDeclaration: true } };
      expect(short(await client.at<Place[]>('references', main, at, context))).toEqual([
        'app/main.c:5',
        'kernel/lib/ukone/exportsyms.uk:0',
        'kernel/lib/ukone/include/uk/one.h:0',
        'kernel/lib/ukone/one.c:1',
      ]);
      const links = await client.about<{ target: string }[]>('documentLink', main);
      expect(links.map(({ target }) => target)).toEqual([
        uriOf(path('kernel/lib/ukone/include/uk/one.h')),
        uriOf(path('kernel/lib/uktwo/include/uk/two.h')),
      ]);
    });
  });
});
