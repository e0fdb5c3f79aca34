/**
 * `npm run bench [-- --only GROUP] [-- --json]`: measures, and holds medians against goals. Fails only
 * when a benchmark cannot run: a goal that is missed is a figure, not a failure.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Failure, runScript } from './run-command.mjs';
import { DEBUGGING, ensureSetup } from './setup.mjs';

const ROOT = resolve(import.meta.dirname, '../..');

/**
 * What a `*.bench.ts` exports as `benchmarks`. A smaller value is better.
 * @typedef {object} Benchmark
 * @property {string} group
 * @property {string} name
 * @property {string} unit
 * @property {number} goal At most this.
 * @property {() => Promise<{ value: number, baseline?: number }>} run `value` is a median; `baseline` is a
 *   peer's or a floor's figure, measured in the same run.
 */

/** @typedef {{ group: string, name: string, value: number, unit: string, goal: number, met: boolean, baseline?: number, ratio?: number }} Row */

await runScript(async () => {
  // `npm run bench -- --only debug -- --json` hands the second `--` on.
  const args = process.argv.slice(2).filter((argument) => argument !== '--');
  const { values } = parseArgs({ args, options: { only: { type: 'string' }, json: { type: 'boolean' } } });
  // Progress goes to stderr where stdout is for a program to read.
  if (values.json) console.log = console.error;
  await ensureSetup({ needs: [...DEBUGGING, 'c++', 'userEmulation'] });
  const { bundle } = await import('./bundle.mjs');
  await bundle({ minify: true });
  const benchmarks = await loadBenchmarks();
  const groups = [...new Set(benchmarks.map(({ group }) => group))];
  if (values.only !== undefined && !groups.includes(values.only)) {
    throw new Failure(`There is no group '${values.only}'. The groups: ${groups.join(', ')}.`);
  }
  const rows = [];
  for (const benchmark of benchmarks) {
    if (values.only !== undefined && benchmark.group !== values.only) continue;
    const row = await measure(benchmark);
    rows.push(row);
    if (!values.json) console.log(formatRow(row));
  }
  if (values.json) process.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`);
});

/** @returns {Promise<Benchmark[]>} */
async function loadBenchmarks() {
  const { build } = await import('esbuild');
  const files = ['client', 'server', 'debug-adapter', 'kernel-sdk'].flatMap((room) =>
    readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.bench.ts') && !path.includes('node_modules'))
      .map((path) => join(ROOT, room, path)),
  );
  mkdirSync(join(ROOT, 'out'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, 'out', 'bench-'));
  try {
    await build({
      entryPoints: files.sort(),
      outdir: folder,
      outbase: ROOT,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      // Bundles have no folder of their own: __dirname is the source's.
      outExtension: { '.js': '.mjs' },
      logLevel: 'warning',
    });
    const benchmarks = [];
    for (const file of files.sort()) {
      const bundled = join(folder, file.slice(ROOT.length + 1).replace(/\.ts$/, '.mjs'));
      benchmarks.push(...(await import(pathToFileURL(bundled).href)).benchmarks);
    }
    return benchmarks;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {Benchmark} benchmark @returns {Promise<Row>} */
async function measure({ group, name, unit, goal, run }) {
  const { value, baseline } = await run();
  const row = { group, name, value, unit, goal, met: value <= goal };
  return baseline === undefined ? row : { ...row, baseline, ratio: value / baseline };
}

/** @param {Row} row @returns {string} */
function formatRow({ group, name, value, unit, goal, met, baseline, ratio }) {
  const figure = `${number(value)} ${unit}`;
  const against =
    ratio === undefined || baseline === undefined
      ? ''
      : `, ${number(baseline)} ${unit} beside it, ratio ${ratio.toFixed(2)}`;
  return `${group.padEnd(10)} ${name.padEnd(48)} ${figure.padStart(12)}  goal ${number(goal)} ${unit}: ${met ? 'met' : 'MISSED'}${against}`;
}

/** @param {number} value @returns {string} */
function number(value) {
  return Number.isInteger(value) ? String(value) : value.toPrecision(3);
}
