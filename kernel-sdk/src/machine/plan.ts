/** From a configured project and what was built of it to the machine that runs it. */
import { resolve } from 'node:path';
import type { PortForward, VolumeText } from '../manifest';
import { type ConfiguredProject, platArch } from '../project';
import { MACHINES } from './arguments';
import { kernelCommandLine, listParameter, parameter } from './command-line';
import type { AcceleratorChoice, Architecture, Disk, MachineSpec, MachineType, Share } from './model';

/** What a build hands to a machine. */
export interface Bootable {
  readonly image: string;
  readonly initrd?: string;
}

export interface Assignment {
  readonly name: string;
  readonly value: string;
}

export interface DiskRequest {
  readonly path: string;
  /** In bytes; of a disk that is made when it is missing. */
  readonly size?: number;
  readonly readOnly?: boolean;
}

/**
 * What a command line or a launch configuration says. A list takes the place of the manifest's, but for
 * variables, which are added to it. Relative paths start at the project.
 */
export interface MachineOverrides {
  readonly machine?: MachineType | undefined;
  /** As QEMU's `-m` takes it. */
  readonly memory?: string | undefined;
  readonly cpus?: number | undefined;
  readonly args?: readonly string[] | undefined;
  readonly ports?: readonly PortForward[] | undefined;
  readonly disks?: readonly DiskRequest[] | undefined;
  readonly volumes?: readonly VolumeText[] | undefined;
  /** Parameters of the kernel's libraries. */
  readonly kernelArguments?: readonly Assignment[] | undefined;
  readonly env?: readonly Assignment[] | undefined;
  /** Arguments of QEMU, behind all others. */
  readonly extraArguments?: readonly string[] | undefined;
  readonly accelerator: AcceleratorChoice;
  readonly paused: boolean;
  readonly qemu?: string | undefined;
}

export type PlanResult =
  | { readonly ok: true; readonly spec: MachineSpec }
  /** A sentence: what cannot be, and what to write. */
  | { readonly ok: false; readonly message: string };

export const DEFAULT_MEMORY = '128M';

/** How vfscore is told to unpack the initrd into its root. */
export const INITRD_MOUNT = 'initrd0:/:extract:::';

export const MACHINE_TYPES = Object.keys(MACHINES) as readonly MachineType[];

export function isMachineType(name: string): name is MachineType {
  return Object.hasOwn(MACHINES, name);
}

type Volume = Pick<VolumeText, 'source' | 'destination' | 'readOnly'>;

/** Which devices there are follows the kernel's configuration: one that nobody drives is of no use. */
export function planMachine(
  configured: ConfiguredProject,
  built: Bootable,
  overrides: MachineOverrides,
): PlanResult {
  const { project, target } = configured;
  const { manifest } = project;
  const architecture = target.architecture.value;
  if (!isArchitecture(architecture)) {
    return {
      ok: false,
      message: `There is no machine for '${platArch(target)}'. Choose a target of x86_64 or arm64.`,
    };
  }
  const machine = overrides.machine ?? manifest.machine?.value;
  if (machine !== undefined && !isMachineType(machine)) {
    return {
      ok: false,
      message: `There is no machine '${machine}'; there are ${MACHINE_TYPES.join(', ')}.`,
    };
  }
  const wanted = {
    ports: overrides.ports ?? manifest.ports.map(({ value }) => value),
    disks: overrides.disks ?? manifest.disks.map((disk) => ({ ...disk, path: disk.path.value })),
    volumes: overrides.volumes ?? manifest.volumes.map((v) => ({ ...v, source: v.source.value })),
  };
  const driver = manifest.volumes.find((volume) => volume.driver && volume.driver.value !== '9pfs')?.driver;
  if (overrides.volumes === undefined && driver !== undefined) {
    const advice = driver.value === 'initrd' ? "Name its folder in 'rootfs'" : "Write '9pfs'";
    return {
      ok: false,
      message: `A volume of '${project.manifestPath}' has the driver '${driver.value}', which there is none for. ${advice}.`,
    };
  }
  const missing = missingDriver(configured, wanted);
  if (missing !== undefined) return { ok: false, message: missing };

  const shares = wanted.volumes.map((volume, i) => shareOf(project.folder, volume, i));
  const disks = wanted.disks.map((disk) => diskOf(project.folder, disk));
  const fstab = [...(built.initrd === undefined ? [] : [INITRD_MOUNT]), ...mountsOf(wanted.volumes)];
  const args = overrides.args ?? manifest.cmd.map(({ value }) => value);
  const { memory, cpus, extraArguments, qemu, accelerator, paused } = overrides;
  return {
    ok: true,
    spec: {
      image: built.image,
      architecture,
      memory: memory ?? manifest.memory?.value ?? DEFAULT_MEMORY,
      cpus: cpus ?? 1,
      commandLine: kernelCommandLine(project.name, args, parametersOf(configured, overrides, fstab)),
      accelerator,
      paused,
      ...(machine === undefined ? {} : { machine }),
      ...(built.initrd === undefined ? {} : { initrd: built.initrd }),
      ...(drives(configured, 'NET') ? { networks: [{ forwards: wanted.ports }] } : {}),
      ...(drives(configured, 'RNG') ? { rng: true } : {}),
      ...(disks.length > 0 ? { disks } : {}),
      ...(shares.length > 0 ? { shares } : {}),
      ...(extraArguments === undefined ? {} : { extraArguments }),
      ...(qemu === undefined ? {} : { qemu }),
    },
  };
}

export function diskOf(folder: string, { path: file, size, readOnly }: DiskRequest): Disk {
  const path = resolve(folder, file);
  const format = path.endsWith('.qcow2') ? 'qcow2' : 'raw';
  return { path, format, readOnly: readOnly === true, ...(size === undefined ? {} : { size }) };
}

/** The nth folder that the guest sees. */
export function shareOf(folder: string, { source, readOnly }: Volume, n: number): Share {
  return { path: resolve(folder, source), tag: `fs${n}`, readOnly };
}

/** What the guest is told to mount where, of the folders that it sees. */
export function mountsOf(volumes: readonly Volume[]): string[] {
  // `mkmp` makes the mount point, which a root file system need not have.
  return volumes.map(
    ({ destination }, n) => `fs${n}:${destination}:9pfs:::${destination === '/' ? '' : 'mkmp'}`,
  );
}

/** What was written by hand takes the place of what follows from the manifest. */
function parametersOf(
  { project }: ConfiguredProject,
  { kernelArguments = [], env = [] }: MachineOverrides,
  fstab: readonly string[],
): string[] {
  const variables = new Map(project.manifest.env.map(({ name, value }) => [name.value, value.value]));
  for (const { name, value } of env) variables.set(name, value);
  const lists: readonly [string, readonly string[]][] = [
    ['vfs.fstab', fstab],
    ['env.vars', [...variables].map(([name, value]) => `${name}=${value}`)],
  ];
  return [
    ...lists.flatMap(([name, items]) =>
      items.length === 0 || kernelArguments.some((own) => own.name === name)
        ? []
        : [listParameter(name, items)],
    ),
    ...kernelArguments.map(({ name, value }) => parameter(name, value)),
  ];
}

/** The first kind of device that is asked for and that the kernel is configured without. */
function missingDriver(
  configured: ConfiguredProject,
  wanted: Readonly<Record<'ports' | 'disks' | 'volumes', readonly unknown[]>>,
): string | undefined {
  const needs = [
    ['ports', 'NET', "The forwarded ports need the kernel's network driver"],
    ['disks', 'BLK', "The disks need the kernel's driver"],
    ['volumes', '9P', "The volumes need the kernel's driver for shared folders"],
  ] as const;
  for (const [what, driver, sentence] of needs) {
    if (wanted[what].length === 0 || drives(configured, driver)) continue;
    const option = `CONFIG_LIBVIRTIO_${driver}`;
    const { options, manifestPath } = configured.project;
    return options.options.has(option.slice('CONFIG_'.length))
      ? `${sentence}: add '${option}: "y"' under 'x-kconfig' in '${manifestPath}'.`
      : `${sentence}, and this kernel has no '${option}'. Run without them.`;
  }
  return undefined;
}

function drives({ configuration }: ConfiguredProject, driver: 'NET' | 'BLK' | '9P' | 'RNG'): boolean {
  return configuration.values.get(`CONFIG_LIBVIRTIO_${driver}`) === 'y';
}

function isArchitecture(name: string): name is Architecture {
  return Object.values(MACHINES).some(({ architecture }) => architecture === name);
}
