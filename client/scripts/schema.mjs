/** `npm run schema`: writes the JSON schema of Kraftfiles from the attribute table. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { loadTypeScript } from './load-typescript.mjs';
import { runScript } from './run-command.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
const SCHEMA = join(ROOT, 'server/schemas/kraftfile.schema.json');

await runScript(async () => {
  const { kraftfileSchema } = /** @type {{ kraftfileSchema: () => object }} */ (
    await loadTypeScript('kernel-sdk/src/manifest/schema.ts')
  );
  mkdirSync(dirname(SCHEMA), { recursive: true });
  writeFileSync(SCHEMA, JSON.stringify(kraftfileSchema()));
  // As all JSON of this repository is written.
  execFileSync('npx', ['biome', 'format', '--write', SCHEMA], { cwd: ROOT, stdio: 'pipe' });
  console.log(`Wrote ${SCHEMA}.`);
});
