/** From a Unikraft project's manifest, and the image that Unikraft's own tools made of it, to the machine that runs it. */
import type { Project } from '../project';
import { type BootProtocol, findSymbols, isUnikraft, readImageFile, readsFstab } from './image-file';
import { type Bootable, isMachineType, MACHINE_TYPES, type MachineOverrides, type PlanResult } from './plan';
import { planProgram } from './plan-program';

export type UnikraftPlan = PlanResult & { readonly symbols?: string; readonly boot?: BootProtocol };

/** What the manifest says of the machine counts where `overrides` says nothing. */
export async function planUnikraft(
  { manifest, manifestPath, folder }: Project,
  { image, initrd }: Bootable,
  overrides: MachineOverrides,
): Promise<UnikraftPlan> {
  const read = await readImageFile(image);
  if (!read.ok) return read;
  const machine = overrides.machine ?? manifest.machine?.value;
  if (machine !== undefined && !isMachineType(machine)) {
    const known = MACHINE_TYPES.join(', ');
    return { ok: false, message: `'${manifestPath}' names a machine '${machine}'; there are ${known}.` };
  }
  const symbols = await findSymbols(image);
  const args = overrides.args ?? manifest.cmd.map(({ value }) => value);
  const variables = new Map(manifest.env.map(({ name, value }) => [name.value, value.value]));
  for (const { name, value } of overrides.env ?? []) variables.set(name, value);
  const planned = planProgram(
    {
      image,
      file: read.file,
      folder,
      isUnikraft: symbols === undefined || (await isUnikraft(symbols)),
      mountsInitrd: symbols !== undefined && (await readsFstab(symbols)),
      ...(initrd === undefined ? {} : { initrd }),
    },
    {
      ...overrides,
      machine,
      memory: overrides.memory ?? manifest.memory?.value,
      ...(args.length === 0 ? {} : { args }),
      env: [...variables].map(([name, value]) => ({ name, value })),
      ports: overrides.ports ?? listOf(manifest.ports.map(({ value }) => value)),
      disks: overrides.disks ?? manifest.disks.map((disk) => ({ ...disk, path: disk.path.value })),
      volumes:
        overrides.volumes ?? manifest.volumes.map((volume) => ({ ...volume, source: volume.source.value })),
    },
  );
  return { ...planned, boot: read.file.boot, ...(symbols === undefined ? {} : { symbols }) };
}

/** Without any there is no network, which Unikraft would spend its first moments on. */
function listOf<T>(items: readonly T[]): readonly T[] | undefined {
  return items.length === 0 ? undefined : items;
}
