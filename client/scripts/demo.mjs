/** `npm run demo`: builds and packages the extension, and opens the sample project with it. */
import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findOnPath } from './find-on-path.mjs';
import { runCommand, runScript } from './run-command.mjs';
import { DEBUGGING, ensureSetup } from './setup.mjs';

const ROOT = resolve(import.meta.dirname, '../..');

await runScript(async () => {
  const headless = process.argv.includes('--headless');
  await ensureSetup({ needs: headless ? [...DEBUGGING, 'browser'] : DEBUGGING });
  runCommand(process.execPath, [join(ROOT, 'client/scripts/package.mjs')]);
  if (headless) return takeTheTour();
  const editor = findOnPath('code') ?? findOnPath('codium');
  if (editor === undefined) await serve();
  else await openEditor(editor);
});

/** The whole job, unattended, in headless Chromium. */
async function takeTheTour() {
  const { headlessDemo } = await load('client/e2e/headless-demo.ts');
  await headlessDemo(ROOT);
}

/** The sample in the user's VS Code, with a profile of its own that is gone afterwards. @param {string} editor */
async function openEditor(editor) {
  const { vsixPath } = await import('./package.mjs');
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'unikernel-demo-')));
  // Electron refuses to run as root without being told so.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  try {
    const sample = join(folder, 'hello');
    cpSync(join(ROOT, 'kernel-sdk/templates/hello'), sample, { recursive: true });
    const profile = ['--user-data-dir', join(folder, 'user'), '--extensions-dir', join(folder, 'extensions')];
    runCommand(editor, [...asRoot, ...profile, '--install-extension', vsixPath(), '--force']);
    console.log('Open main.c and press F5. The demo ends when its window is closed.');
    runCommand(editor, [
      ...asRoot,
      ...profile,
      '--wait',
      '--new-window',
      '--disable-workspace-trust',
      sample,
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The sample in code-server on this machine, until Ctrl-C. */
async function serve() {
  // Heard from the start: the server must not outlive a demo that is ended while it comes up.
  const ended = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, resolve);
  });
  const { serveSample } = await load('client/e2e/workbench/workbench.ts');
  const { server, folder, dispose } = await serveSample({ root: ROOT, say: console.log });
  const address = `${server.address}/?folder=${encodeURIComponent(folder)}`;
  console.log(`Open ${address} in a browser, open main.c and press F5. Ctrl-C ends the demo.`);
  await ended;
  await dispose();
}

/** Packages may be missing until the set-up is done. @param {string} path @returns {Promise<any>} */
async function load(path) {
  const { loadTypeScript } = await import('./load-typescript.mjs');
  return loadTypeScript(path);
}
