/** What a recorded guest wrote is lost by no way in which its disks do not take it. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { Disk } from './model';
import { createPrivateFolder } from './private-folder';
import { saveDisks } from './recorded-disks';
import { createFiles } from './recording-files';

const hangs = '#!/bin/sh\nexec sleep 60\n';
const fails = "#!/bin/sh\necho 'a disk is broken' >&2\nexit 1\n";

test.each([
  ['is missing', undefined, "'[^']*/qemu', which is set as"],
  ['hangs', hangs, 'QEMU did not write it in time, and was killed\\.'],
  ['fails', fails, 'QEMU could not write it: a disk is broken\\.'],
])('is kept where QEMU %s, and told', async (_, script, why) => {
  const temporary = mkdtempSync(join(tmpdir(), 'recorded-disks-test-'));
  try {
    const qemu = join(temporary, 'qemu');
    if (script !== undefined) writeFileSync(qemu, script, { mode: 0o755 });
    const path = join(temporary, 'user.img');
    writeFileSync(path, 'mine');
    const disks: readonly Disk[] = [{ path, format: 'raw', readOnly: false }];
    const folder = join(temporary, 'unikernel-999999999-abcdef');
    mkdirSync(folder);
    const { overlays } = await createFiles(folder, disks);
    vi.stubEnv('TMPDIR', temporary);
    const told = await saveDisks(
      { disks, architecture: 'x86_64', qemu },
      overlays,
      folder,
      script === hangs ? 100 : undefined,
    );
    const kept = join(temporary, 'unikernel-unsaved-abcdef/disk0-0.qcow2');
    expect(told).toMatch(new RegExp(`^What the unikernel wrote is not in its disk '${path}': ${why}`));
    expect(told).toContain(`It is kept in '${kept}'.`);
    // Whoever comes next removes what others have left, and not this.
    await createPrivateFolder();
    expect([existsSync(folder), readdirSync(join(kept, '..'))]).toEqual([false, ['disk0-0.qcow2']]);
  } finally {
    vi.unstubAllEnvs();
    rmSync(temporary, { recursive: true });
  }
});
