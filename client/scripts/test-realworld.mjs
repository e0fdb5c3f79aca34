/**
 * `npm run test:realworld`: the problems that `unikernel check` finds in code that works: the built-in kernel, the
 * templates, and the trees that `UNIKRAFT_TREE` names, with the system's separator of paths between them. Fails on any
 * error.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { bundle } from './bundle.mjs';
import { Failure, runScript } from './run-command.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
const OWN = ['kernel-sdk/kernel', 'kernel-sdk/templates'].map((folder) => join(ROOT, folder));
/** More errors of a tree than these are counted only. */
const SHOWN = 20;

/** @typedef {{ file: string, line: number, severity: string, code: string, message: string }} Problem */

await runScript(async () => {
  const named = (process.env.UNIKRAFT_TREE ?? '').split(delimiter).filter((folder) => folder !== '');
  if (named.length === 0) {
    console.log('UNIKRAFT_TREE is unset: the trees of others are skipped. Set it to folders with checkouts.');
  }
  await bundle();
  let errors = 0;
  for (const folder of [...OWN, ...named.map((path) => resolve(path))]) errors += check(folder);
  console.log(errors === 0 ? 'No errors.' : `${errors} errors in code that works.`);
  return errors === 0 ? 0 : 1;
});

/** @param {string} folder @returns {number} How many errors there are. */
function check(folder) {
  if (!existsSync(folder)) throw new Failure(`There is no '${folder}'.`);
  const started = performance.now();
  const args = [join(ROOT, 'dist/unikernel.js'), 'check', '--format', 'json', '.'];
  const { stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  const time = Math.round(performance.now() - started);
  if (stdout === '') throw new Failure(`'${folder}' could not be checked: ${stderr}`);
  /** @type {{ files: number, problems: Problem[] }} */
  const { files, problems } = JSON.parse(stdout);
  console.log(`${folder}: ${files} files in ${time} ms`);
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { severity, code } of problems) {
    counts.set(`${severity} ${code}`, (counts.get(`${severity} ${code}`) ?? 0) + 1);
  }
  for (const [what, count] of [...counts].sort()) console.log(`  ${String(count).padStart(6)} ${what}`);
  const errors = problems.filter(({ severity }) => severity === 'error');
  for (const { file, line, message, code } of errors.slice(0, SHOWN)) {
    console.log(`  ${file}:${line}: ${message} [${code}]`);
  }
  return errors.length;
}
