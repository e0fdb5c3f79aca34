/** Checks the layout of the C and C++ sources with clang-format; `--write` corrects it. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findOnPath } from './find-on-path.mjs';
import { Failure, runScript } from './run-command.mjs';

const ROOT = resolve(import.meta.dirname, '../..');

/**
 * @param {{ write?: boolean }} [options]
 * @returns {{ files: number, ok: boolean, output: string }} `output` is clang-format's list of places.
 */
export function formatC({ write = false } = {}) {
  if (!findOnPath('clang-format')) throw new Failure("'clang-format' is missing. Run: npm run setup");
  const files = sourceFiles();
  const mode = write ? ['-i'] : ['--dry-run', '-Werror'];
  const { status, stderr } = spawnSync('clang-format', [...mode, ...files], { cwd: ROOT, encoding: 'utf8' });
  return { files: files.length, ok: status === 0, output: stderr };
}

/** @returns {string[]} What git has or would take, so that built and installed files stay out. */
function sourceFiles() {
  const { status, stdout, stderr } = spawnSync(
    'git',
    [
      'ls-files',
      '--cached',
      '--others',
      '--exclude-standard',
      '--',
      '*.c',
      '*.h',
      '*.cc',
      '*.cpp',
      '*.hpp',
      ':!test-fixtures',
    ],
    { cwd: ROOT, encoding: 'utf8' },
  );
  if (status !== 0) throw new Failure(`git could not list the C sources: ${stderr}`);
  return [...new Set(stdout.split('\n').filter(Boolean))];
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await runScript(async () => {
    const { files, ok, output } = formatC({ write: process.argv.includes('--write') });
    if (output) console.error(output);
    console.log(
      `${files} C files ${ok ? 'are laid out as .clang-format says.' : 'read: run npm run format.'}`,
    );
    return ok ? 0 : 1;
  });
}
