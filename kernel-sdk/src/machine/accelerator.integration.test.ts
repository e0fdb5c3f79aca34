/** The KVM probe's verdict agrees with what a guest does. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { findTool } from '../program';
import { kvmWorks } from './accelerator';

it('gives the same verdict twice, and false where there is no /dev/kvm', async () => {
  const qemu = await findTool('qemu');
  if (!qemu.ok) throw new Error(qemu.message);
  const verdict = await kvmWorks(qemu.path);
  expect(await kvmWorks(qemu.path)).toBe(verdict);
  if (!existsSync('/dev/kvm')) expect(verdict).toBe(false);
  expect(execFileSync(qemu.path, ['-accel', 'help']).toString()).toContain('tcg');
});
