/** `npm test`: every check, one stage after another; the last line counts what passed and failed. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runScript } from './run-command.mjs';
import { ensureSetup, TESTING } from './setup.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
const REPORTS = join(ROOT, 'out/test');

/** @typedef {{ passed: number, failed: number }} Count */

/**
 * What is checked, in this order. A command counts as one test, a vitest project as all of its tests.
 * @type {readonly { title: string, command?: readonly string[], project?: string }[]}
 */
const STAGES = [
  {
    title: 'Format, lint and import invariants',
    command: ['npx', 'biome', 'ci', '--error-on-warnings', '.'],
  },
  { title: 'Layout of the C sources', command: ['node', 'client/scripts/format-c.mjs'] },
  { title: 'Types', command: ['npx', 'tsc', '-b'] },
  { title: 'Unit tests', project: 'unit' },
  { title: 'Integration tests with real GDB, QEMU and LSP', project: 'integration' },
  { title: 'The package', command: ['node', 'client/scripts/package.mjs'] },
  {
    title: 'The demo, headless, in the real workbench',
    command: ['node', 'client/scripts/demo.mjs', '--headless'],
  },
  { title: 'More of the real workbench', project: 'e2e' },
];

await runScript(async () => {
  await ensureSetup({ needs: TESTING });
  rmSync(REPORTS, { recursive: true, force: true });
  mkdirSync(REPORTS, { recursive: true });
  const total = { passed: 0, failed: 0 };
  /** @type {string[]} */
  const failures = [];
  for (const { title, command, project } of STAGES) {
    console.log(`\n== ${title}`);
    const started = performance.now();
    const count = project === undefined ? runOne(command ?? []) : runProject(project);
    total.passed += count.passed;
    total.failed += count.failed;
    if (count.failed > 0) failures.push(title);
    console.log(`== ${title}: ${count.passed} passed, ${count.failed} failed, ${seconds(started)} s`);
  }
  if (failures.length > 0) console.log(`\nFailed: ${failures.join('; ')}.`);
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  return total.failed > 0 ? 1 : 0;
});

/** @param {readonly string[]} command @returns {Count} */
function runOne([program = '', ...args]) {
  const { status } = spawnSync(program, args, { cwd: ROOT, stdio: 'inherit' });
  return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** @param {string} project A project of vitest.config.mts. @returns {Count} */
function runProject(project) {
  const report = join(REPORTS, `${project}.json`);
  const args = [
    'vitest',
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
  const { status } = spawnSync('npx', args, { cwd: ROOT, stdio: 'inherit' });
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'));
    // A file that cannot even be loaded fails without a test of its own.
    const failed = status === 0 ? numFailedTests : Math.max(1, numFailedTests);
    return { passed: numPassedTests, failed };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

/** @param {number} started @returns {string} */
function seconds(started) {
  return ((performance.now() - started) / 1000).toFixed(1);
}
