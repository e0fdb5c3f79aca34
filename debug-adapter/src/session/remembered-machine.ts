/**
 * What the last launch with a configuration booted, kept in the user's cache folder. It is only a guess at what the next
 * one boots, and names no program: a machine without disks and folders of the host, which a wrong guess would touch.
 */
import { isAbsolute, join } from 'node:path';
import type { MachineSpec } from '@unikernel-tools/kernel-sdk/machine';
import { isMachineType } from '@unikernel-tools/kernel-sdk/machine';
import { cacheFolder } from '@unikernel-tools/kernel-sdk/program';
import { KeptFile } from '@unikernel-tools/kernel-sdk/project';
import type { LaunchArguments } from './launch-arguments';
import type { Made } from './origin';

/** Changes with what is kept. */
const FORM = 'machine 1';

/** Undefined where nothing is known, or nothing that may be guessed. */
export function recallMachine(launch: LaunchArguments): Made | undefined {
  const kept = fileOf(launch)?.read();
  if (!isRecord(kept) || !isRecord(kept.image) || !isRecord(kept.spec)) return undefined;
  const { image, spec } = kept;
  if (![image.image, image.symbols].every(isPath) || !(image.map === undefined || isPath(image.map))) {
    return undefined;
  }
  if (!isGuessable(spec, launch)) return undefined;
  return kept as { readonly [key: string]: unknown } & Made;
}

/** For the next launch like this one. */
export function rememberMachine(launch: LaunchArguments, { image, spec, loadedByFirmware }: Made): void {
  if (loadedByFirmware === true || !isGuessable({ ...spec }, launch)) return;
  fileOf(launch)?.write({ image, spec });
}

/** A program is looked at in no time; a project takes a while to be read. */
function fileOf({ subject, machine }: LaunchArguments): KeptFile | undefined {
  if (subject.kind !== 'manifest') return undefined;
  return new KeptFile(join(cacheFolder(), 'machines'), FORM, [JSON.stringify([subject, machine])]);
}

type Check = (value: unknown, launch: LaunchArguments) => boolean;

/** Every field that there may be. The program that emulates comes from the launch. */
const FIELDS: { readonly [K in keyof MachineSpec]?: Check } = {
  image: isPath,
  architecture: (value) => value === 'x86_64' || value === 'arm64',
  machine: (value) => typeof value === 'string' && isMachineType(value),
  memory: (value) => typeof value === 'string' && /^\d+[KMG]?$/.test(value),
  cpus: (value) => isWhole(value, 255),
  commandLine: (value) => typeof value === 'string',
  initrd: isPath,
  networks: (value) => Array.isArray(value) && value.every((network) => isNetwork(network)),
  rng: (value) => value === true,
  legacyDevices: (value) => value === true,
  exitCodes: (value) => value === 'unikraft',
  // Under KVM a start is preceded by a trial.
  accelerator: (value) => value === 'tcg',
  paused: (value) => value === true,
  qemu: (value, { machine }) => value === machine.qemu,
};
const REQUIRED: readonly (keyof MachineSpec)[] = ['image', 'architecture', 'memory', 'cpus', 'accelerator'];

function isGuessable(spec: { readonly [key: string]: unknown }, launch: LaunchArguments): boolean {
  const checks: { readonly [name: string]: Check | undefined } = FIELDS;
  return (
    REQUIRED.every((name) => Object.hasOwn(spec, name)) &&
    Object.entries(spec).every(
      ([name, value]) =>
        value === undefined || (Object.hasOwn(checks, name) && checks[name]?.(value, launch)),
    )
  );
}

function isNetwork(value: unknown): boolean {
  if (!isRecord(value) || Object.keys(value).length !== 1 || !Array.isArray(value.forwards)) return false;
  return value.forwards.every(
    (forward: unknown) =>
      isRecord(forward) &&
      (forward.protocol === 'tcp' || forward.protocol === 'udp') &&
      typeof forward.hostAddress === 'string' &&
      /^[\d.]+$/.test(forward.hostAddress) &&
      isWhole(forward.hostPort, 65_535) &&
      isWhole(forward.guestPort, 65_535),
  );
}

function isPath(value: unknown): boolean {
  return typeof value === 'string' && isAbsolute(value);
}

function isWhole(value: unknown, most: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most;
}

function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
