/** exportsyms.uk over a real connection, as an editor meets it, and symbols of the whole workspace. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMALL_KERNEL, writeSmallKernel } from '@unikernel-tools/kernel-sdk/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleServer, LanguageClient, uriOf } from '../testing';

const ONE = 'kernel/lib/ukone';
const LIST = `${ONE}/exportsyms.uk`;
const SOURCE = `${SMALL_KERNEL[`${ONE}/one.c`]}int one_table[2] = { 1, 2 };
UK_SYSCALL_R_DEFINE(int, one_call, int, a)
{
	return one_do(a, 0);
}
static int own(void) { return 1; }
`;
const HEADER = `/**
 * Does it once.
 * @param a how much
 */
int one_do(int a, const char *name);
int one_hidden(void);
`;

let folder: string;
let client: LanguageClient;
beforeAll(async () => {
  bundleServer();
  folder = mkdtempSync(join(tmpdir(), 'exports-server-'));
  writeSmallKernel(folder, {
    [LIST]: '# all of it\none_do\none_table\nuk_syscall_r_one_call\n',
    [`${ONE}/one.c`]: SOURCE,
    [`${ONE}/include/uk/one.h`]: HEADER,
    'app/main.c': '#include <uk/one.h>\nint main(void) { return one_do(1, ""); }\n',
  });
  client = await LanguageClient.start({ folders: [folder] });
  client.open(path(LIST), 'exportsyms-uk');
});
afterAll(async () => {
  await client.dispose();
  rmSync(folder, { recursive: true });
});

const path = (name: string) => join(folder, name);
const at = (line: number, character = 0) => ({
  textDocument: { uri: uriOf(path(LIST)) },
  position: { line, character },
});
const document = () => ({ textDocument: { uri: uriOf(path(LIST)) } });

it('says what an exported symbol is', async () => {
  expect(await client.request('textDocument/hover', at(1, 2))).toMatchObject({
    contents: {
      value: [
        '```c\nint one_do(int a, const char *name);\n```',
        'Does it once.\n@param a how much',
        'Declared in `<uk/one.h>`.',
        'Defined in `one.c`, line 2.',
      ].join('\n\n'),
    },
    range: { start: { line: 1, character: 0 }, end: { line: 1, character: 6 } },
  });
});

it('leads to functions, variables and system calls', async () => {
  const places = await Promise.all(
    [1, 2, 3].map((line) => client.request('textDocument/definition', at(line))),
  );
  const uri = uriOf(path(`${ONE}/one.c`));
  const range = (line: number, character: number) => ({ uri, range: { start: { line, character } } });
  expect(places).toMatchObject([[range(1, 4)], [range(4, 4)], [range(5, 25)]]);
});

it('finds who calls an exported function, and who exports it', async () => {
  const params = { ...at(1), context: { includeDeclaration: false } };
  const found = (await client.request('textDocument/references', params)) as { uri: string }[];
  expect(found.map(({ uri }) => uri).sort()).toEqual(
    [path('app/main.c'), path(LIST), path(`${ONE}/one.c`)].map(uriOf).sort(),
  );
});

it('offers what the library defines and the list does not have', async () => {
  client.change(path(LIST), '# all of it\none_do\none_table\nuk_syscall_r_one_call\n\n');
  const labels = await client.labels(path(LIST), { line: 4, character: 0 });
  expect(labels).toEqual(
    expect.arrayContaining(['one_hidden', 'one_print', 'one_call', 'uk_syscall_e_one_call']),
  );
  for (const not of ['one_do', 'own', 'none', 'uk_syscall_r_one_call']) expect(labels).not.toContain(not);
});

it('lays a list out, with its comments', async () => {
  client.change(path(LIST), '\n  # all of it  \n\n\none_do   # first\r\n\tone_print\n\n');
  expect(await client.request('textDocument/formatting', { ...document(), options: {} })).toMatchObject([
    { newText: '# all of it\n\none_do # first\none_print\n' },
  ]);
});

it('outlines, folds and colours a list', async () => {
  client.change(path(LIST), 'one_print\n# more\none_do\none_table\n');
  expect(await client.request('textDocument/documentSymbol', document())).toMatchObject([
    { name: 'one_print' },
    { name: 'more', children: [{ name: 'one_do' }, { name: 'one_table' }] },
  ]);
  expect(await client.request('textDocument/foldingRange', document())).toEqual([
    { startLine: 1, endLine: 3 },
  ]);
  const tokens = (await client.request('textDocument/semanticTokens/full', document())) as { data: number[] };
  expect(tokens.data).toHaveLength(3 * 5);
});

it('tells of a symbol that nobody defines, and takes it off the list', async () => {
  client.change(path(LIST), 'one_do\none_gone\n');
  const isUnknown = ({ code }: { code?: unknown }) => code === 'unknown-export';
  const found = await client.diagnostics(path(LIST), (all) => all.some(isUnknown));
  const problem = found.find(isUnknown);
  expect(problem).toMatchObject({ severity: 3, message: "No source of 'libukone' defines 'one_gone'." });
  if (problem === undefined) return;
  const [action] = await client.actions(path(LIST), problem.range, [problem]);
  expect(action?.title).toBe("Remove 'one_gone' from the list");
});

it('finds options, libraries, targets and exported symbols of the whole workspace', async () => {
  const names = async (query: string) => {
    const found = (await client.request('workspace/symbol', { query })) as {
      name: string;
      location: { uri: string };
    }[];
    return found.map(({ name, location }) => `${name} ${location.uri.slice(uriOf(folder).length + 1)}`);
  };
  expect(await names('two_do')).toEqual(['two_do kernel/lib/uktwo/exportsyms.uk']);
  expect(await names('CONFIG_LIBUKTWO')).toEqual([
    'libuktwo kernel/lib/uktwo/Makefile.uk',
    'LIBUKTWO kernel/Config.uk',
  ]);
  expect(await names('qemu/x86')).toEqual(['qemu/x86_64 app/Kraftfile']);
  expect(await names('lbktwo')).toContain('libuktwo kernel/lib/uktwo/Makefile.uk');
  expect(await names('nothing of this name')).toEqual([]);
});
