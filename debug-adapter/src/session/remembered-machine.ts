/**
 * What the last launch with a configuration booted, kept in the user's cache folder. It is only a guess at what the next
 * one boots, and names no program: a machine without disks and folders of the host, which a wrong guess would touch.
 */
import { isAbsolute, join } from 'node:path';
import type { MachineSpec } from '@unikernel-tools/kernel-sdk/machine';
import { MACHINE_TYPES } from '@unikernel-tools/kernel-sdk/machine';
import { cacheFolder } from '@unikernel-tools/kernel-sdk/program';
import { KeptFile } from '@unikernel-tools/kernel-sdk/project';
import type { LaunchArguments } from './launch-arguments';
import type { Made } from './origin';
import { list, misfit, object, oneOf, only, optional, type Shape, text, withoutNulls } from './shapes';

/** Changes with what is kept. */
const FORM = 'machine 1';

/** Undefined where nothing is known, or nothing that may be guessed. */
export function recallMachine(launch: LaunchArguments): Made | undefined {
  const kept = fileOf(launch)?.read();
  const shape = object({ image: IMAGE, spec: guessable(launch) });
  return misfit(kept, shape, '') === undefined ? (withoutNulls(kept, shape) as Made) : undefined;
}

/** For the next launch like this one. */
export function rememberMachine(launch: LaunchArguments, { image, spec, loadedByFirmware }: Made): void {
  if (loadedByFirmware === true || misfit(spec, guessable(launch), '') !== undefined) return;
  fileOf(launch)?.write({ image, spec });
}

/** A program is looked at in no time; a project takes a while to be read. */
function fileOf({ subject, machine }: LaunchArguments): KeptFile | undefined {
  if (subject.kind !== 'manifest') return undefined;
  return new KeptFile(join(cacheFolder(), 'machines'), FORM, [JSON.stringify([subject, machine])]);
}

const path: Shape = {
  takes: 'an absolute path',
  fits: (value) => typeof value === 'string' && isAbsolute(value),
};
const matching = (pattern: RegExp): Shape => ({
  takes: `a text like ${pattern}`,
  fits: (value) => typeof value === 'string' && pattern.test(value),
});
const upTo = (most: number): Shape => ({
  takes: `a whole number from 1 to ${most}`,
  fits: (value) => Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= most,
});
const exactly = (wanted: unknown): Shape => ({ takes: `${wanted}`, fits: (value) => value === wanted });

const IMAGE = object({ image: path, symbols: path, map: optional(path) });
const forward = only({
  protocol: oneOf('tcp', 'udp'),
  hostAddress: matching(/^[\d.]+$/),
  hostPort: upTo(65_535),
  guestPort: upTo(65_535),
});

/** Every field that there may be. The program that emulates comes from the launch. */
function guessable({ machine }: LaunchArguments): Shape {
  const fields: { readonly [K in keyof MachineSpec]?: Shape } = {
    image: path,
    architecture: oneOf('x86_64', 'arm64'),
    machine: optional(oneOf(...MACHINE_TYPES)),
    memory: matching(/^\d+[KMG]?$/),
    cpus: upTo(255),
    commandLine: optional(text),
    initrd: optional(path),
    networks: optional(list(only({ forwards: list(forward) }))),
    rng: optional(exactly(true)),
    legacyDevices: optional(exactly(true)),
    exitCodes: optional(exactly('unikraft')),
    // Under KVM a start is preceded by a trial.
    accelerator: exactly('tcg'),
    paused: optional(exactly(true)),
    qemu: optional(exactly(machine.qemu)),
  };
  return only(fields);
}
