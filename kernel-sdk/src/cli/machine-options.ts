/** The options of `run` and `debug` as what they change of the machine. */
import { resolve } from 'node:path';
import { type AcceleratorChoice, isMachineType, MACHINE_TYPES, type MachineOverrides } from '../machine';
import { type Read, readKernelArgument, readMemory, readPort, readVariable, readVolume } from '../manifest';
import { CommandError, type Invocation } from './main';

/** Paths start at the working directory. Throws a CommandError that names the option. */
export function machineOverrides({ options, lists, rest }: Invocation, paused: boolean): MachineOverrides {
  const { machine, memory, cpus, qemu } = options;
  if (machine !== undefined && !isMachineType(machine)) {
    throw new CommandError(`--machine takes ${MACHINE_TYPES.join(', ')}, not '${machine}'.`);
  }
  if (cpus !== undefined && !/^[1-9]\d{0,2}$/.test(cpus)) {
    throw new CommandError(`--cpus takes a number from 1 on, not '${cpus}'.`);
  }
  const list = <T>(option: string, reader: (text: string) => Read<T>) =>
    lists[option]?.map((text) => read(option, text, reader));
  const volumes = list('volume', readVolume);
  return {
    machine,
    memory: memory === undefined ? undefined : read('memory', memory, readMemory),
    cpus: cpus === undefined ? undefined : Number(cpus),
    args: rest.length > 0 ? rest : undefined,
    ports: list('port', readPort),
    volumes: volumes?.map((volume) => ({ ...volume, source: resolve(volume.source) })),
    disks: lists.disk?.map((path) => ({ path: resolve(path) })),
    kernelArguments: list('kernel-arg', readKernelArgument),
    env: list('env', readVariable),
    qemu,
    accelerator: acceleratorOf(options.accelerator, paused),
    paused,
  };
}

function read<T>(option: string, text: string, reader: (text: string) => Read<T>): T {
  const result = reader(text);
  if (!result.ok) throw new CommandError(`--${option}: ${result.message}`);
  return result.value;
}

function acceleratorOf(option: string | undefined, debugging: boolean): AcceleratorChoice {
  // Under KVM a breakpoint in the boot code can be missed.
  if (option === undefined) return debugging ? 'tcg' : 'auto';
  if (option === 'auto' || option === 'tcg' || option === 'kvm') return option;
  throw new CommandError(`--accelerator takes auto, tcg or kvm, not '${option}'.`);
}
