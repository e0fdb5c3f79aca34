/**
 * A workspace that would like to be run: every language has a way of running commands, and the server knows none of
 * them. It works under Node's permission model, which stops a process that starts another one, or that writes anywhere
 * but in the cache folder, and finds what it finds without.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleServer, type ClientOptions, withClient } from './testing';

let folder: string;
let workspace: string;
let marker: string;

/** Each runs `touch MARKER` in the program that a file is meant for. */
function files(): Record<string, string> {
  const run = `touch ${marker}`;
  return {
    Kraftfile: `spec: v0.6\nname: $(${run})\nunikraft:\n  source: 'ext::sh -c ${run}'\n  kconfig:\n    CONFIG_X: '\`${run}\`'\nlibraries:\n  evil:\n    source: '--upload-pack=${run}'\nrootfs: '$(${run})'\ncmd: ['sh', '-c', '${run}']\ntargets: [qemu/x86_64]\n`,
    'Config.uk': `run := $(shell,${run})\nconfig EVIL\n\tbool "$(shell,${run})"\n\tdefault $(shell,${run})\nsource "$(shell,${run}; echo more.uk)"\n`,
    'Makefile.uk': `X := $(shell ${run})\nY != ${run}\n$(eval $(call addlib,appevil))\nAPPEVIL_SRCS-y += $(shell ${run})main.c\nAPPEVIL_CFLAGS-y += -fplugin=${workspace}/evil.so -wrapper sh,-c,'${run}'\n`,
    'exportsyms.uk': `$(${run})\n\`${run}\`\n`,
    'main.c': `#include "${workspace}/evil.h"\n#pragma GCC plugin\nint main(void) { return system("${run}"); }\n`,
    'api.ts': `import { x } from './evil';\nrequire('child_process').execSync('${run}');\n@external("evil", "x") declare function x(): void;\n`,
    'evil.js': `require('node:fs').writeFileSync(${JSON.stringify(marker)}, '');\n`,
    'tsconfig.json':
      '{ "compilerOptions": { "plugins": [{ "name": "./evil.js" }] }, "extends": "./evil.js" }\n',
    'package.json': '{ "main": "evil.js", "scripts": { "prepare": "node evil.js" } }\n',
    '.vscode/settings.json': `{ "unikernel.qemu": "${workspace}/bin/sh" }\n`,
    'compile_commands.json': `[{ "directory": "/", "file": "main.c", "command": "${run}" }]\n`,
    'unikraft/Config.uk': `source "$(shell,${run})"\n`,
    'unikraft/Makefile.uk': `$(shell ${run})\n`,
    'unikraft/version.mk': `UK_VERSION := $(shell ${run})\n`,
    'unikraft/lib/evil/Config.uk': `config LIBEVIL\n\tbool "e"\n\tdefault y if $(shell,${run})\n`,
    'unikraft/support/build/config-submenu.sh': `#!/bin/sh\n${run}\n`,
  };
}

beforeAll(() => {
  bundleServer();
  folder = mkdtempSync(join(tmpdir(), 'nothing-runs-'));
  workspace = join(folder, 'workspace');
  marker = join(folder, 'marker');
  for (const [file, text] of Object.entries(files())) {
    const path = join(workspace, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  chmodSync(join(workspace, 'unikraft/support/build/config-submenu.sh'), 0o755);
  mkdirSync(join(folder, 'cache'), { mode: 0o700 });
  mkdirSync(join(folder, 'bin'));
  for (const program of [
    'sh',
    'bash',
    'make',
    'gcc',
    'cc',
    'clang',
    'git',
    'kraft',
    'qemu-system-x86_64',
    'tsc',
    'node',
  ]) {
    writeFileSync(join(folder, 'bin', program), `#!/bin/sh\n: > ${marker}\n`, { mode: 0o755 });
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The processes that one has started and that are there yet. */
function childrenOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
  );
}

function look(more: ClientOptions) {
  const initializationOptions = { cacheFolder: join(folder, 'cache') };
  return withClient({ folders: [workspace], initializationOptions, ...more }, async (client) => {
    for (const [file, languageId] of [
      ['Kraftfile', 'kraftfile'],
      ['Config.uk', 'kconfig'],
      ['Makefile.uk', 'makefile-uk'],
      ['main.c', 'c'],
      ['api.ts', 'typescript'],
    ] as const) {
      client.open(join(workspace, file), languageId);
    }
    await client.settled();
    for (const file of ['Kraftfile', 'Config.uk', 'Makefile.uk', 'main.c']) {
      const path = join(workspace, file);
      await client.diagnostics(path);
      for (let line = 0; line < 5; line++) {
        await client.at('hover', path, { line, character: 3 });
        await client.at('completion', path, { line, character: 3 });
        await client.at('definition', path, { line, character: 3 });
      }
      await client.actions(path, { start: { line: 0, character: 0 }, end: { line: 20, character: 0 } });
    }
    await client.diagnostics(join(workspace, 'api.ts'));
    expect(childrenOf(client.pid)).toEqual([]);
    const problems = new Map(client.published.map(({ uri, diagnostics }) => [uri, diagnostics]));
    return { words: client.words, problems: Object.fromEntries([...problems].sort()) };
  });
}

it('finds problems in it, starts nothing, and writes nowhere but in its cache', {
  timeout: 60_000,
}, async () => {
  const free = await look({ environment: { PATH: join(folder, 'bin') } });
  expect(Object.keys(free.problems).length).toBeGreaterThan(3);
  rmSync(join(folder, 'cache'), { recursive: true });
  mkdirSync(join(folder, 'cache'), { mode: 0o700 });
  const bound = await look({
    nodeArguments: [
      '--no-warnings',
      '--experimental-permission',
      '--allow-fs-read=*',
      `--allow-fs-write=${join(folder, 'cache')}/*`,
      '--allow-worker',
    ],
  });
  expect(bound).toEqual(free);
  expect(readdirSync(join(folder, 'cache'))).toHaveLength(1);
  expect(existsSync(marker)).toBe(false);
});
