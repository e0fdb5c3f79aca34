/** Bundles the four programs of the extension into dist/, with the licences of what goes into them. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { Failure, runScript } from './run-command.mjs';
import { thirdPartyNotices } from './third-party-notices.mjs';

const ROOT = resolve(import.meta.dirname, '../..');

/** Bundle by bundle: its entry. The debug adapter's first one loads its other. */
const PROGRAMS = {
  client: 'client/src/extension.ts',
  server: 'server/src/main.ts',
  'debug-adapter': 'debug-adapter/src/start.ts',
  'debug-adapter-main': 'debug-adapter/src/main.ts',
  unikernel: 'kernel-sdk/src/cli/bin.ts',
  // What the server and the command start when a project has TypeScript.
  'typescript-worker': 'kernel-sdk/src/analysis/typescript/worker.ts',
};

/**
 * Throws a Failure when a program cannot be bundled, or does not start afterwards.
 * @param {{ minify?: boolean, sourcemap?: boolean }} [options] Source maps are for the developers of this
 * project and never shipped.
 */
export async function bundle({ minify = false, sourcemap = !minify } = {}) {
  const absent = Object.values(PROGRAMS).filter((entry) => !existsSync(join(ROOT, entry)));
  if (absent.length > 0) throw new Failure(`Nothing to bundle at ${absent.join(', ')}.`);
  mkdirSync(join(ROOT, 'dist'), { recursive: true });
  if (!sourcemap) {
    for (const name of Object.keys(PROGRAMS)) rmSync(join(ROOT, `dist/${name}.js.map`), { force: true });
  }
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: PROGRAMS,
    outdir: 'dist',
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode'],
    plugins: [withoutLibraryTexts],
    // ES modules where a package has them, so that unused parts fall away; Node's form, not the browser's.
    mainFields: ['module', 'main'],
    conditions: ['node'],
    minify,
    sourcemap: sourcemap ? 'linked' : false,
    metafile: true,
    legalComments: 'none',
    logLevel: 'warning',
  }).catch((error) => {
    // esbuild has printed each error with its place.
    throw new Failure(`The bundles could not be made: ${error.errors?.length ?? 0} errors, listed above.`);
  });
  writeFileSync(
    join(ROOT, 'dist/THIRD-PARTY-NOTICES.txt'),
    thirdPartyNotices(ROOT, Object.keys(metafile.inputs)),
  );
  finishCommand(join(ROOT, 'dist/unikernel.js'));
  // The server under the name that other editors start it by.
  const server = join(ROOT, 'dist/unikernel-language-server.js');
  writeFileSync(server, "#!/usr/bin/env node\nrequire('./server.js');\n");
  finishCommand(server);
}

/**
 * ts-morph carries the declarations of JavaScript's and the browser's libraries, three megabytes that nothing here
 * looks at: the analysis asks for none of them.
 * @type {import('esbuild').Plugin}
 */
const withoutLibraryTexts = {
  name: 'without-library-texts',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]@ts-morph[\\/]common[\\/]dist[\\/]ts-morph-common\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const contents = text.replace(/^const libFiles = \[\{\n[\s\S]*?^ {4}\}\];$/m, 'const libFiles = [];');
      if (contents === text) throw new Failure(`'${path}' has no list of library texts where one was.`);
      return { contents, loader: 'js' };
    });
  },
};

/** A command starts by its first line, and must find what it needs from where it is installed. @param {string} path */
function finishCommand(path) {
  if (!readFileSync(path, 'utf8').startsWith('#!/usr/bin/env node\n')) {
    throw new Failure(`${path} does not start with '#!/usr/bin/env node'.`);
  }
  chmodSync(path, 0o755);
  try {
    execFileSync(process.execPath, [path, '--help'], { stdio: 'pipe' });
  } catch (error) {
    throw new Failure(`${path} does not start: ${error instanceof Error ? error.message : error}`);
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await runScript(async () => {
    await bundle({ minify: process.argv.includes('--minify') });
    console.log(`Bundled ${Object.keys(PROGRAMS).join(', ')} into dist/.`);
  });
}
