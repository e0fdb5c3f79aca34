/** Loads a TypeScript module of this repository into a script. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const ROOT = resolve(import.meta.dirname, '../..');

/**
 * @param {string} path Relative to the repository.
 * @returns {Promise<Record<string, unknown>>} What the module exports.
 */
export async function loadTypeScript(path) {
  mkdirSync(join(ROOT, 'out'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, 'out', 'load-'));
  try {
    const outfile = join(folder, `${basename(path, '.ts')}.mjs`);
    await build({
      entryPoints: [join(ROOT, path)],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      plugins: [scriptsAsTheyAre],
      logLevel: 'warning',
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The scripts find the repository from where they are, and are one module for all who import them.
 * @type {import('esbuild').Plugin}
 */
const scriptsAsTheyAre = {
  name: 'scripts-as-they-are',
  setup({ onResolve }) {
    onResolve({ filter: /\/scripts\/[^/]+\.mjs$/ }, ({ path, resolveDir }) => ({
      path: pathToFileURL(resolve(resolveDir, path)).href,
      external: true,
    }));
  },
};
