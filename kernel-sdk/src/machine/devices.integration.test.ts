/** What a project asks for is what its guest finds: the built-in kernel on every machine. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { build } from '../build';
import { configureProject, loadProject } from '../project';
import { type MachineOverrides, planMachine, startMachine } from './index';

const MANIFEST = `spec: v0.7
name: devices
x-kernel: sdk
targets: [qemu/x86_64, qemu/arm64]
x-kconfig:
  CONFIG_LIBVIRTIO_NET: "y"
  CONFIG_LIBVIRTIO_BLK: "y"
  CONFIG_LIBVIRTIO_RNG: "y"
x-disks:
  - {path: one.img, size: 1M}
  - {path: two.qcow2, size: 2M}
  - {path: three.img, size: 3M}
`;
const MAIN = `#include <stdio.h>
#include <uk/blkdev.h>
#include <uk/netdev.h>
int main(int argc, char *argv[]) {
  for (int i = 1; i < argc; i++) printf("argument %s\\n", argv[i]);
  for (int i = 0; uk_blkdev_get(i); i++) printf("disk of %lu sectors\\n", (unsigned long)uk_blkdev_get(i)->sectors);
  for (int i = 0; uk_netdev_get(i); i++) printf("network\\n");
  return 0;
}
`;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'devices-test-'));
  writeFileSync(join(folder, 'Kraftfile'), MANIFEST);
  writeFileSync(
    join(folder, 'Makefile.uk'),
    '$(eval $(call addlib,appdevices))\nAPPDEVICES_SRCS-y += $(APPDEVICES_BASE)/main.c\n',
  );
  writeFileSync(join(folder, 'main.c'), MAIN);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the project; gives what it printed and how it ended. */
async function run(overrides: Partial<MachineOverrides>, target?: string) {
  const loaded = loadProject(join(folder, 'Kraftfile'));
  if (!loaded.ok) throw new Error(loaded.message);
  const result = configureProject(loaded.project, target);
  if (!result.ok) throw new Error(result.message);
  const image = await build(result.configured);
  if (!image.ok) throw new Error(image.message);
  const planned = planMachine(result.configured, image, { accelerator: 'tcg', paused: false, ...overrides });
  if (!planned.ok) throw new Error(planned.message);
  const started = await startMachine(planned.spec);
  if (!started.ok) throw new Error(started.message);
  let text = '';
  started.machine.serial.on('data', (bytes: Buffer) => {
    text += bytes.toString();
  });
  const end = await started.machine.ended;
  return { lines: text.split(/\r?\n/), end };
}

it.each(['microvm', 'pc', 'q35', 'virt'] as const)(
  'finds disks in their order and a network on %s',
  async (machine) => {
    const { lines, end } = await run({ machine }, machine === 'virt' ? 'qemu/arm64' : undefined);
    expect(lines.filter((line) => /^(disk|network)/.test(line))).toEqual([
      'disk of 2048 sectors',
      'disk of 4096 sectors',
      'disk of 6144 sectors',
      'network',
    ]);
    expect(end).toEqual({ kind: 'exited', code: 0 });
  },
);

it('hands the application its arguments, whatever stands before them', async () => {
  const env = [{ name: 'NAME', value: 'a "b" c' }];
  const { lines } = await run({ env, args: ['--', 'x y', '['] });
  expect(lines.filter((line) => line.startsWith('argument'))).toEqual([
    'argument --',
    'argument x y',
    'argument [',
  ]);
  const plain = await run({ args: ['--', 'x'] });
  expect(plain.lines.filter((line) => line.startsWith('argument'))).toEqual(['argument --', 'argument x']);
});
