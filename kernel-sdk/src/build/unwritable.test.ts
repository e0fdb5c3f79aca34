import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { whyUnwritable } from './unwritable';

it('names a folder that cannot be written to, and else repeats the system’s reason', () => {
  const folder = mkdtempSync(join(tmpdir(), 'unwritable-'));
  try {
    expect(whyUnwritable(folder, 'ENOSPC: no space left')).toBe('ENOSPC: no space left');
    expect(whyUnwritable(join(folder, 'absent'), 'ENOENT: mkdir')).toMatch(/^the project's folder cannot be/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
