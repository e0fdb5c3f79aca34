/** From an image that was built elsewhere, and what a launch configuration says of it, to its machine. */
import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { kernelCommandLine, listParameter, parameter } from './command-line';
import type { ImageFile } from './image-file';
import type { Architecture, MachineType } from './model';
import {
  DEFAULT_MEMORY,
  diskOf,
  INITRD_MOUNT,
  type MachineOverrides,
  mountsOf,
  type PlanResult,
  shareOf,
} from './plan';

export interface Program {
  /** Absolute path of what QEMU boots. */
  readonly image: string;
  readonly file: ImageFile;
  /** Relative paths start here. */
  readonly folder: string;
  readonly initrd?: string | undefined;
  /** The kernel command line as it is, in place of arguments and parameters. */
  readonly append?: string | undefined;
  /** Whether it is a Unikraft image, whose exit codes of QEMU have a meaning of their own. */
  readonly isUnikraft: boolean;
  /** Whether it is told to take the initrd for its root file system, as Unikraft's vfscore can be. */
  readonly mountsInitrd?: boolean;
}

/** Images from elsewhere expect a PC, and firmware for EFI a newer one. */
const MACHINE_OF: Readonly<Record<Architecture, MachineType>> = { x86_64: 'pc', arm64: 'virt' };

/** Where distributions put the firmware for UEFI. */
const FIRMWARE: Readonly<Record<Architecture, readonly string[]>> = {
  x86_64: [
    '/usr/share/ovmf/OVMF.fd',
    '/usr/share/edk2/ovmf/OVMF.fd',
    '/usr/share/edk2/x64/OVMF.4m.fd',
    '/usr/share/qemu/edk2-x86_64-code.fd',
    '/opt/homebrew/share/qemu/edk2-x86_64-code.fd',
    '/usr/local/share/qemu/edk2-x86_64-code.fd',
  ],
  arm64: [
    '/usr/share/qemu-efi-aarch64/QEMU_EFI.fd',
    '/usr/share/edk2/aarch64/QEMU_EFI.fd',
    '/usr/share/qemu/edk2-aarch64-code.fd',
    '/opt/homebrew/share/qemu/edk2-aarch64-code.fd',
  ],
};

export function planProgram(program: Program, overrides: MachineOverrides): PlanResult {
  const { file, folder, image, initrd } = program;
  const { architecture } = file;
  const firmware = firmwareFor(program, overrides.extraArguments ?? []);
  if (!firmware.ok) return firmware;
  const extraArguments = [...firmware.args, ...(overrides.extraArguments ?? [])];
  const { memory, cpus, qemu, accelerator, paused, ports, disks = [], volumes = [] } = overrides;
  const machine =
    overrides.machine ??
    (file.boot === 'efi' && architecture === 'x86_64' ? 'q35' : MACHINE_OF[architecture]);
  const commandLine = commandLineOf(program, overrides);
  return {
    ok: true,
    spec: {
      image,
      architecture,
      machine,
      memory: memory ?? DEFAULT_MEMORY,
      cpus: cpus ?? 1,
      accelerator,
      paused,
      // Unikraft's drivers on PCI know the devices of virtio 0.9.
      legacyDevices: true,
      // Whoever compiled it may have had a newer processor in mind: Cortex-A72 has no atomics of Armv8.1.
      cpu: 'max',
      ...(program.isUnikraft ? { exitCodes: 'unikraft' } : {}),
      ...(commandLine === undefined ? {} : { commandLine }),
      ...(initrd === undefined ? {} : { initrd: resolve(folder, initrd) }),
      ...(ports === undefined ? {} : { networks: [{ forwards: ports }] }),
      ...(disks.length > 0 ? { disks: disks.map((disk) => diskOf(folder, disk)) } : {}),
      ...(volumes.length > 0 ? { shares: volumes.map((volume, i) => shareOf(folder, volume, i)) } : {}),
      ...(extraArguments.length > 0 ? { extraArguments } : {}),
      ...(qemu === undefined ? {} : { qemu }),
    },
  };
}

/** Undefined where nothing is to be told, so that an image without a command line gets none. */
function commandLineOf(
  { append, image, file, initrd, mountsInitrd }: Program,
  { args, kernelArguments = [], env = [], volumes = [] }: MachineOverrides,
): string | undefined {
  if (append !== undefined) return append;
  const lists: readonly [string, readonly string[]][] = [
    [
      'vfs.fstab',
      [...(initrd !== undefined && mountsInitrd === true ? [INITRD_MOUNT] : []), ...mountsOf(volumes)],
    ],
    ['env.vars', env.map(({ name, value }) => `${name}=${value}`)],
  ];
  const parameters = [
    ...lists.flatMap(([name, items]) =>
      items.length === 0 || kernelArguments.some((own) => own.name === name)
        ? []
        : [listParameter(name, items)],
    ),
    ...kernelArguments.map(({ name, value }) => parameter(name, value)),
  ];
  if (args === undefined && parameters.length === 0) return undefined;
  // QEMU itself puts the image's path before what a multiboot image is told (hw/i386/multiboot.c).
  const name = file.boot === 'multiboot' ? undefined : basename(image);
  return kernelCommandLine(name, args ?? [], parameters);
}

function firmwareFor(
  { file, image }: Program,
  extra: readonly string[],
):
  | { readonly ok: true; readonly args: readonly string[] }
  | { readonly ok: false; readonly message: string } {
  const given = extra.some((argument) => argument === '-bios' || /pflash/.test(argument));
  if (file.boot !== 'efi' || given) return { ok: true, args: [] };
  const found = FIRMWARE[file.architecture].find((path) => existsSync(path));
  if (found !== undefined) return { ok: true, args: ['-bios', found] };
  const debian = file.architecture === 'arm64' ? 'qemu-efi-aarch64' : 'ovmf';
  return {
    ok: false,
    message: `'${image}' is an EFI image, which a machine boots with a firmware for UEFI alone. Install one with 'sudo apt install ${debian}', or name one: "qemuArguments": ["-bios", "FILE"].`,
  };
}
