/** Bundles the four programs of the extension into dist/, with the licences of what goes into them. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const ROOT = resolve(import.meta.dirname, '../..');

/** Program by program: its entry, and what a user runs. */
const PROGRAMS = {
  client: 'client/src/extension.ts',
  server: 'server/src/main.ts',
  'debug-adapter': 'debug-adapter/src/main.ts',
  unikernel: 'kernel-sdk/src/cli/bin.ts',
};

/** @param {{ minify?: boolean }} [options] Resolves when dist/ holds the four programs. */
export async function bundle({ minify = false } = {}) {
  mkdirSync(join(ROOT, 'dist'), { recursive: true });
  const entries = Object.entries(PROGRAMS).filter(([, entry]) => existsSync(join(ROOT, entry)));
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: Object.fromEntries(entries),
    outdir: 'dist',
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode'],
    // The CommonJS forms of packages that also have one for browsers.
    mainFields: ['module', 'main'],
    conditions: ['node'],
    minify,
    sourcemap: minify ? false : 'linked',
    metafile: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  const cli = join(ROOT, 'dist/unikernel.js');
  if (existsSync(cli)) chmodSync(cli, 0o755);
  writeFileSync(join(ROOT, 'dist/THIRD-PARTY-NOTICES.txt'), notices(Object.keys(metafile.inputs)));
}

/** @param {string[]} inputs Paths of bundled files. @returns {string} Every bundled package with its licence. */
function notices(inputs) {
  const folders = new Set();
  for (const input of inputs) {
    const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match) folders.add(match[1]);
  }
  const parts = [...folders].sort().map((folder) => {
    const path = join(ROOT, folder);
    const { name, version, license, repository } = JSON.parse(
      readFileSync(join(path, 'package.json'), 'utf8'),
    );
    const file = readdirSync(path).find((entry) => /^licen[cs]e/i.test(entry));
    const source = typeof repository === 'string' ? repository : repository?.url;
    const text = file ? readFileSync(join(path, file), 'utf8').trim() : `Licence: ${license}`;
    return `${name} ${version} (${license})\nSource: ${source ?? 'see the package'}\n\n${text}\n`;
  });
  return `Unikernel Tools contains the following packages.\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await bundle({ minify: process.argv.includes('--minify') });
  console.log(`Bundled into ${relative(process.cwd(), dirname(join(ROOT, 'dist/x'))) || '.'}.`);
}
