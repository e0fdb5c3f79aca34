/** The package: how much a user downloads, and how much the editor loads to start it. */
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const MEGABYTE = 1_000_000;
const ROOT = process.cwd();

function packageSize(): number {
  execFileSync('node', ['client/scripts/package.mjs'], { cwd: ROOT, stdio: 'pipe' });
  const name = readdirSync(join(ROOT, 'out')).find((entry) => entry.endsWith('.vsix'));
  if (name === undefined) throw new Error('package.mjs has made no .vsix.');
  return statSync(join(ROOT, 'out', name)).size;
}

export const benchmarks = [
  {
    group: 'package',
    name: 'the .vsix',
    unit: 'MB',
    goal: 3,
    run: async () => ({ value: packageSize() / MEGABYTE }),
  },
  {
    group: 'package',
    name: 'dist/client.js, loaded at activation',
    unit: 'MB',
    goal: 1,
    run: async () => ({ value: statSync(join(ROOT, 'dist/client.js')).size / MEGABYTE }),
  },
];
