/** The kernel's device-tree reader on the host: what QEMU says of its machine, and damaged blobs. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { sdkFolder } from '../project';

const FIXTURE = resolve(__dirname, '../../../test-fixtures/kernel/fdt/main.c');

it('finds what the kernel needs, and nothing in a damaged tree makes it read behind the end', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fdt-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const blob = join(folder, 'virt.dtb');
  execFileSync(
    'qemu-system-aarch64',
    [
      ...['-machine', `virt,gic-version=2,dumpdtb=${blob}`, '-cpu', 'cortex-a72', '-m', '96M'],
      ...['-nodefaults', '-display', 'none'],
    ],
    { stdio: 'pipe' },
  );
  const reader = join(sdkFolder(), 'kernel/plat/kvm/arm');
  const program = join(folder, 'fdt');
  execFileSync('gcc', [
    ...['-g', '-O1', '-Wall', '-fsanitize=address,undefined', '-fno-sanitize-recover', '-I', reader],
    ...[join(reader, 'fdt.c'), FIXTURE, '-o', program],
  ]);
  const output = execFileSync(program, [blob]).toString();
  expect(output.trimEnd().split('\n')).toEqual([
    'memory 0x40000000+0x6000000',
    'initrd 0x0..0x0',
    "command line ''",
    'gic 0x8000000 0x8010000, timer 27, rtc 0x9010000',
    'virtio 32: 0xa000000 on 48 .. 0xa003e00 on 79',
    'pci 0x4010000000, window 0x10000000, smc 0',
    'truncated ones accepted: 0',
    'done',
  ]);
});
