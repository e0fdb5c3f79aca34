import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadProject } from '../project';
import type { MachineOverrides } from './plan';
import { planUnikraft } from './plan-unikraft';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plan-unikraft-'));
  mkdirSync(join(folder, 'data'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A multiboot header, and beside it an ELF64 for x86_64 with `names` among its strings. */
function image(...names: string[]): string {
  const path = join(folder, 'web_qemu-x86_64');
  const head = Buffer.alloc(64);
  head.writeUInt32LE(0x1badb002, 16);
  head.writeUInt32LE(0x1_0000_0000 - 0x1badb002, 24);
  writeFileSync(path, head);
  const elf = Buffer.alloc(64);
  elf.write('\x7fELF\x02\x01', 'latin1');
  elf.writeUInt16LE(62, 18);
  writeFileSync(`${path}.dbg`, Buffer.concat([elf, Buffer.from(`\0${names.join('\0')}\0`)]));
  return path;
}

async function plan(
  manifest: string,
  path: string,
  overrides: Partial<MachineOverrides> = {},
  initrd?: string,
) {
  writeFileSync(
    join(folder, 'Kraftfile'),
    `spec: v0.6\nname: web\nunikraft: stable\ntargets: [qemu/x86_64]\n${manifest}`,
  );
  const loaded = loadProject(join(folder, 'Kraftfile'));
  if (!loaded.ok) throw new Error(loaded.message);
  const built = { image: path, ...(initrd === undefined ? {} : { initrd }) };
  return planUnikraft(loaded.project, built, { accelerator: 'tcg', paused: true, ...overrides });
}

const MANIFEST = [
  'cmd: [serve, "the files"]',
  'env: {MODE: fast, LEVEL: "1"}',
  'volumes: ["./data:/data"]',
  'x-memory: 64M',
  'x-ports: ["8080:80"]',
  'x-disks: [{path: rows.img, size: 1M}]',
].join('\n');

describe('the machine of a Unikraft project', () => {
  it('is what its manifest says, with devices that Unikraft drives', async () => {
    const planned = await plan(MANIFEST, image('ukplat_terminate', 'fstab_up'));
    expect(planned).toMatchObject({
      ok: true,
      symbols: join(folder, 'web_qemu-x86_64.dbg'),
      spec: {
        machine: 'pc',
        memory: '64M',
        exitCodes: 'unikraft',
        legacyDevices: true,
        disks: [{ path: join(folder, 'rows.img'), size: 1 << 20 }],
        shares: [{ path: join(folder, 'data'), tag: 'fs0' }],
        networks: [{ forwards: [{ hostPort: 8080, guestPort: 80 }] }],
        commandLine:
          'vfs.fstab=[ "fs0:/data:9pfs:::mkmp" ] env.vars=[ "MODE=fast" "LEVEL=1" ] -- serve "the files"',
      },
    });
  });

  it('is what a configuration says before that, variables added', async () => {
    const overrides = {
      memory: '1G',
      args: ['other'],
      volumes: [],
      ports: [],
      env: [{ name: 'MODE', value: 'slow' }],
    };
    const planned = await plan(MANIFEST, image('ukplat_terminate'), overrides);
    expect(planned).toMatchObject({
      spec: {
        memory: '1G',
        networks: [{ forwards: [] }],
        commandLine: 'env.vars=[ "MODE=slow" "LEVEL=1" ] -- other',
      },
    });
    expect(planned.ok && planned.spec.shares).toBeUndefined();
  });

  it('mounts its initrd where its vfscore takes a table, and is told nothing where it does not', async () => {
    const initrd = join(folder, 'web.cpio');
    const mounts = await plan('', image('ukplat_terminate', 'fstab_up'), {}, initrd);
    expect(mounts).toMatchObject({
      spec: { initrd, commandLine: 'vfs.fstab=[ "initrd0:/:extract:::" ] --' },
    });
    const plain = await plan('', image('ukplat_terminate'), {}, initrd);
    expect(plain).toMatchObject({ spec: { initrd } });
    expect(plain.ok && plain.spec.commandLine).toBeUndefined();
  });

  it('says what is no image, and no machine', async () => {
    const path = join(folder, 'text');
    writeFileSync(path, 'text');
    expect(await plan('', path)).toMatchObject({
      ok: false,
      message: expect.stringContaining('no image that QEMU'),
    });
    expect(await plan('x-machine: mainframe\n', image())).toMatchObject({
      message: expect.stringMatching(/names a machine 'mainframe'; there are .*'?pc/),
    });
  });
});
