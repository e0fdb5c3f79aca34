/** The vCPUs at a stop: GDB is asked for them only where something of them may have changed. */
import { type GdbConnection, type GdbThread, listThreads } from '../gdb';
import type { Stop } from './stops';

/** How QEMU calls a vCPU: by its number and whether it runs or is halted. */
const QEMU_NAME = /^(CPU#\d+) \[\w+ *\]$/;

export class Vcpus {
  /** The one vCPU of a machine that has no more. */
  #only: GdbThread | undefined;

  constructor(private readonly gdb: GdbConnection) {
    gdb.on('notify', ({ state }) => {
      if (state === 'thread-created' || state === 'thread-exited') this.#only = undefined;
    });
  }

  async at(stop: Stop): Promise<readonly GdbThread[]> {
    // What stopped by itself was not halted; what is paused may be.
    if (this.#only !== undefined && stop.reason !== 'pause') return [this.#only];
    const all = await listThreads(this.gdb);
    const [first, ...others] = all;
    const name = QEMU_NAME.exec(first?.name ?? '')?.[1];
    const isOnly = first !== undefined && others.length === 0 && name !== undefined;
    this.#only = isOnly ? { ...first, name: `${name} [running]` } : undefined;
    return all;
  }
}
