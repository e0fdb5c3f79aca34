/** `npm run demo`: builds and packages the extension, and opens the sample project with it. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findOnPath } from './find-on-path.mjs';
import { runCommand, runScript } from './run-command.mjs';
import { browserPath, DEBUGGING, ensureSetup } from './setup.mjs';

const ROOT = resolve(import.meta.dirname, '../..');

await runScript(async () => {
  const headless = process.argv.includes('--headless');
  await ensureSetup({ needs: headless ? [...DEBUGGING, 'browser'] : DEBUGGING });
  runCommand(process.execPath, [join(ROOT, 'client/scripts/package.mjs')]);
  const { name, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const vsix = join(ROOT, 'out', `${name}-${version}.vsix`);
  if (headless) {
    const { headlessDemo } = await load('client/e2e/headless-demo.ts');
    await headlessDemo({ root: ROOT, vsix, browser: browserPath() });
    return;
  }
  const editor = findOnPath('code') ?? findOnPath('codium');
  if (editor === undefined) await serve(vsix);
  else await openEditor(editor, vsix);
});

/** The sample in the user's VS Code, with a profile of its own that is gone afterwards. @param {string} editor @param {string} vsix */
async function openEditor(editor, vsix) {
  const folder = mkdtempSync(join(tmpdir(), 'unikernel-demo-'));
  try {
    const sample = join(folder, 'hello');
    cpSync(join(ROOT, 'kernel-sdk/templates/hello'), sample, { recursive: true });
    const profile = ['--user-data-dir', join(folder, 'user'), '--extensions-dir', join(folder, 'extensions')];
    runCommand(editor, [...profile, '--install-extension', vsix, '--force']);
    console.log('Open main.c and press F5. The demo ends when its window is closed.');
    runCommand(editor, [...profile, '--wait', '--new-window', '--disable-workspace-trust', sample]);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The sample in code-server on this machine, until Ctrl-C. @param {string} vsix */
async function serve(vsix) {
  const { serveSample } = await load('client/e2e/served-demo.ts');
  const { address, dispose } = await serveSample({ root: ROOT, vsix });
  console.log(`Open ${address} in a browser, open main.c and press F5. Ctrl-C ends the demo.`);
  await new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, resolve);
  });
  await dispose();
}

/** Bundles a TypeScript module of this repository and imports it. @param {string} entry */
async function load(entry) {
  const { build } = await import('esbuild');
  const outfile = join(ROOT, 'out', 'e2e', entry.replace(/^.*\//, '').replace(/\.ts$/, '.mjs'));
  mkdirSync(join(ROOT, 'out/e2e'), { recursive: true });
  await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
  return import(pathToFileURL(outfile).href);
}
