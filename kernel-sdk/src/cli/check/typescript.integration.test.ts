/** `unikernel check` on TypeScript, which a worker reads. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const ROOT = resolve(__dirname, '../../../..');

let folder: string;
beforeAll(() => {
  execFileSync('node', ['client/scripts/bundle.mjs'], { cwd: ROOT, stdio: 'pipe' });
  folder = mkdtempSync(join(tmpdir(), 'check-typescript-'));
  writeFileSync(join(folder, 'Kraftfile'), 'spec: v0.7\nx-kernel: sdk\ntargets: [qemu/x86_64]\n');
  writeFileSync(join(folder, 'Makefile.uk'), '$(eval $(call addlib,appx))\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

function check(text: string) {
  writeFileSync(join(folder, 'main.ts'), text);
  const args = [join(ROOT, 'dist/unikernel.js'), 'check', folder];
  const { status, stdout, stderr } = spawnSync('node', args, {
    cwd: folder,
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}

it('finds what an editor shows, and ends', () => {
  const { status, stdout, stderr } = check(
    "import { uk_mutex_lock } from 'uksched';\nimport { uk_free } from 'ukalloc';\n",
  );
  expect(stdout).toContain("main.ts:1:32: error: The Kraftfile does not enable 'uksched'. [api-library-off]");
  expect(stderr).toContain('1 error');
  expect(status).toBe(1);
});

it('says which file it cannot read', () => {
  const { status, stderr } = check(`import {} from 'ukalloc';\n${'@external('.repeat(20_000)}`);
  expect(stderr).toContain("main.ts' cannot be read as TypeScript");
  expect(status).toBe(2);
});
