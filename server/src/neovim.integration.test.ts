/** The server in Neovim, by the configuration that the README gives. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleServer } from './testing';

const ROOT = resolve(__dirname, '../..');
const COMMAND = join(ROOT, 'dist/unikernel-language-server.js');

let folder: string;

beforeAll(() => {
  bundleServer();
  folder = mkdtempSync(join(tmpdir(), 'neovim-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a user sees after opening a Kraftfile, and after mending it. */
const SCRIPT = `
local function shown()
  return vim.tbl_map(function(d) return { code = d.code, line = d.lnum, column = d.col } end, vim.diagnostic.get(0))
end
vim.cmd('edit Kraftfile')
vim.wait(20000, function() return #vim.diagnostic.get(0) > 0 end, 20)
local found = { before = shown() }
local position = { textDocument = vim.lsp.util.make_text_document_params(), position = { line = 3, character = 4 } }
local answers = vim.lsp.buf_request_sync(0, 'textDocument/completion', position, 20000) or {}
for _, answer in pairs(answers) do
  local items = answer.result.items or answer.result
  found.items = vim.tbl_map(function(item) return item.label end, items)
end
vim.api.nvim_buf_set_text(0, 3, 4, 3, 8, { 'qemu' })
vim.wait(20000, function() return #vim.diagnostic.get(0) == 0 end, 20)
found.after = #vim.diagnostic.get(0)
vim.fn.writefile({ vim.fn.json_encode(found) }, 'found.json')
vim.cmd('qall!')
`;

describe('Neovim', () => {
  it('shows problems, completes, and follows what is typed', () => {
    const documentation = readFileSync(join(ROOT, 'server/README.md'), 'utf8');
    const configuration = /```lua\n([\s\S]*?)```/.exec(documentation)?.[1] ?? '';
    writeFileSync(
      join(folder, 'init.lua'),
      configuration.replace('/path/to/dist/unikernel-language-server.js', COMMAND),
    );
    writeFileSync(join(folder, 'script.lua'), SCRIPT);
    writeFileSync(join(folder, 'Kraftfile'), 'spec: v0.7\nx-kernel: sdk\ntargets:\n  - qmeu/x86_64\n');
    writeFileSync(
      join(folder, 'Makefile.uk'),
      '$(eval $(call addlib,appmain))\nAPPMAIN_SRCS-y += $(APPMAIN_BASE)/main.c\n',
    );
    writeFileSync(join(folder, 'main.c'), 'int main(void)\n{\n\treturn 0;\n}\n');
    const { status, stderr } = spawnSync(
      'nvim',
      ['--headless', '-n', '-u', 'init.lua', '-c', 'luafile script.lua'],
      {
        cwd: folder,
        encoding: 'utf8',
        timeout: 50_000,
        env: { ...process.env, HOME: folder, XDG_STATE_HOME: folder, XDG_CACHE_HOME: folder },
      },
    );
    expect(status, stderr).toBe(0);
    expect(JSON.parse(readFileSync(join(folder, 'found.json'), 'utf8'))).toEqual({
      before: [{ code: 'unknown-platform', line: 3, column: 4 }],
      items: expect.arrayContaining(['qemu/x86_64', 'qemu/arm64']),
      after: 0,
    });
  });
});

describe('unikernel-language-server', () => {
  it('is a program that says what it is', () => {
    expect(execFileSync(COMMAND, ['--help'], { encoding: 'utf8' })).toContain('--stdio');
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(execFileSync(COMMAND, ['--version'], { encoding: 'utf8' })).toBe(`${version}\n`);
  });

  it('says what to pass when it is started by hand', () => {
    const { status, stdout, stderr } = spawnSync(COMMAND, [], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^unikernel-language-server: .*--stdio\.\n$/);
  });
});
