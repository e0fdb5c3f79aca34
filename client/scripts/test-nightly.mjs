/**
 * `npm run test:nightly`: what takes longer than `npm test` may: many random edits, many random requests, many debug
 * sessions, and all of Kconfig's agreement.
 */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { runScript } from './run-command.mjs';
import { ensureSetup, TESTING } from './setup.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
const EDITS = '100000';
const ROUNDS = '200';
/** For this long random debug sessions are begun. */
const SECONDS = '900';

/** @type {readonly { title: string, command: readonly string[] }[]} */
const STAGES = [
  {
    title: `${EDITS} random edits of a workspace's files`,
    command: [
      ...['npx', 'vitest', 'run', '--project', 'unit'],
      ...['incremental', 'snapshot'].map((name) => `kernel-sdk/src/analysis/${name}.test.ts`),
    ],
  },
  {
    title: 'A tenth of that over the wire',
    command: ['npx', 'vitest', 'run', '--project', 'integration', 'server/src/bad-input.integration.test.ts'],
  },
  {
    title: `Random requests to debug sessions for ${Number(SECONDS) / 60} minutes`,
    command: [
      ...['npx', 'vitest', 'run', '--project', 'integration'],
      'debug-adapter/src/session/fuzz.integration.test.ts',
    ],
  },
  {
    title: `${ROUNDS} debug sessions, ended in every way`,
    command: [
      ...['npx', 'vitest', 'run', '--project', 'integration'],
      'debug-adapter/src/session/rounds.integration.test.ts',
    ],
  },
  {
    title: 'Values of options beside those of the reference',
    command: ['node', 'client/scripts/test-kconfig.mjs'],
  },
];

await runScript(async () => {
  const seed = process.env.FUZZ_SEED ?? String(Date.now() % 2 ** 31);
  console.log(`Random tests begin with FUZZ_SEED=${seed}.`);
  await ensureSetup({ needs: TESTING });
  let failed = 0;
  for (const { title, command } of STAGES) {
    console.log(`\n== ${title}`);
    const [program = '', ...args] = command;
    const amounts = { FUZZ_EDITS: EDITS, FUZZ_SECONDS: SECONDS, ROUNDS };
    const env = { ...process.env, ...amounts, FUZZ_SEED: seed };
    if (spawnSync(program, args, { cwd: ROOT, stdio: 'inherit', env }).status !== 0) failed++;
  }
  console.log(`\n${STAGES.length - failed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
});
