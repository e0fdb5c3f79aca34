/** What a launch configuration says of the machine. Each value is checked, and told with its attribute. */
import {
  type AcceleratorChoice,
  type Assignment,
  type DiskRequest,
  isMachineType,
  MACHINE_TYPES,
  type MachineOverrides,
  type MachineType,
} from '@unikernel-tools/kernel-sdk/machine';
import {
  type Read,
  readKernelArgument,
  readMemory,
  readPort,
  readSize,
  readVariable,
  readVolume,
} from '@unikernel-tools/kernel-sdk/manifest';
import { invalidArguments } from '../errors';

type Fields = ReadonlyMap<string, unknown>;

/** Throws a DebugError; `string` gives an attribute's text, undefined for none. */
export function machineOverrides(
  fields: Fields,
  string: (name: string) => string | undefined,
): MachineOverrides {
  const texts = (name: string) => textList(name, fields.get(name));
  const memory = string('memory');
  return {
    machine: machineType(string('machine')),
    memory: memory === undefined ? undefined : understood("'memory'", readMemory(memory)),
    cpus: cpus(fields.get('cpus')),
    args: texts('args'),
    ports: each('ports', texts('ports'), readPort),
    disks: disks(fields.get('disks')),
    volumes: each('volumes', texts('volumes'), readVolume),
    kernelArguments: each('kernelArguments', texts('kernelArguments'), readKernelArgument),
    env: environment(fields.get('env')),
    extraArguments: texts('qemuArguments'),
    qemu: string('qemuPath'),
    accelerator: accelerator(string('accelerator')),
    // GDB lets it go, or the session where there is none.
    paused: true,
  };
}

function machineType(value: string | undefined): MachineType | undefined {
  if (value === undefined || isMachineType(value)) return value;
  throw invalidArguments(`'machine' takes ${MACHINE_TYPES.map((m) => `'${m}'`).join(', ')}, not '${value}'.`);
}

function cpus(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 255) return value;
  throw invalidArguments(`'cpus' takes a whole number from 1 on, not '${value}'.`);
}

function accelerator(value: string | undefined): AcceleratorChoice {
  // Under KVM a breakpoint in the boot code can be missed; without being asked, nobody gets that.
  if (value === undefined) return 'tcg';
  if (value === 'tcg' || value === 'kvm' || value === 'auto') return value;
  throw invalidArguments(`'accelerator' takes 'tcg', 'kvm' or 'auto', not '${value}'.`);
}

/** Paths, or maps as `x-disks` of a Kraftfile has them. */
function disks(value: unknown): readonly DiskRequest[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw invalidArguments("'disks' takes a list.");
  return value.map((item: unknown, i): DiskRequest => {
    const place = `'disks[${i}]'`;
    if (typeof item === 'string' && item !== '') return { path: item };
    if (!isObject(item) || typeof item.path !== 'string' || item.path === '') {
      throw invalidArguments(`${place} takes a path, or an object with a 'path'.`);
    }
    const { path, size, readonly: readOnly = false } = item;
    if (typeof readOnly !== 'boolean') throw invalidArguments(`${place}: 'readonly' takes true or false.`);
    if (size === undefined) return { path, readOnly };
    if (typeof size !== 'string') throw invalidArguments(`${place}: 'size' takes a text such as '16M'.`);
    return { path, readOnly, size: understood(place, readSize(size)) };
  });
}

/** A list of `NAME=value`, or an object. */
function environment(value: unknown): readonly Assignment[] | undefined {
  if (!isObject(value)) return each('env', textList('env', value), readVariable);
  return Object.entries(value).map(([name, text]) => {
    if (typeof text !== 'string') throw invalidArguments(`'env.${name}' takes a text.`);
    return understood(`'env.${name}'`, readVariable(`${name}=${text}`));
  });
}

/** Throws a DebugError for what is no list of texts; undefined for nothing. */
export function textList(name: string, value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw invalidArguments(`'${name}' takes a list of texts.`);
}

function each<T>(
  name: string,
  items: readonly string[] | undefined,
  reader: (text: string) => Read<T>,
): readonly T[] | undefined {
  return items?.map((item, i) => understood(`'${name}[${i}]'`, reader(item)));
}

function understood<T>(place: string, read: Read<T>): T {
  if (!read.ok) throw invalidArguments(`${place}: ${read.message}`);
  return read.value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
