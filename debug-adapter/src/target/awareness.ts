/** What a target's kernel knows, read at each stop with what its symbols told once. */
import type {
  FaultingAccess,
  HeapReader,
  Inspector,
  Kernel,
  KernelThread,
  LogReader,
  ThreadReader,
  TraceReader,
} from '../kernel/kernel';
import { type AddressFacts, factsOf } from './address';
import { refusalOf } from './address-words';
import { type ImageLibrary, libraryAt } from './image-map';

/** Threads of the kernel come behind GDB's own, the vCPUs. */
const FIRST_ID = 0x1_0000;

export type KernelThreads = ReadonlyMap<number, KernelThread>;

export class Awareness {
  /** What the image is made of, once that is known. */
  libraries: readonly ImageLibrary[] = [];
  #threads: Promise<ThreadReader | undefined> | undefined;
  #log: Promise<LogReader | undefined> | undefined;
  #trace: Promise<TraceReader | undefined> | undefined;
  #heap: Promise<HeapReader | undefined> | undefined;
  readonly #ids = new Map<bigint, number>();
  #damage: string | undefined;
  #toldDamage: string | undefined;

  constructor(
    readonly kernel: Kernel,
    readonly inspector: Inspector,
  ) {}

  /** The threads as they are now, by ids that stay with them. */
  async threads(): Promise<KernelThreads> {
    this.#threads ??= this.kernel.threads(this.inspector);
    const { threads, damage } = (await (await this.#threads)?.read()) ?? { threads: [] };
    this.#damage = damage;
    return new Map(threads.map((thread) => [this.#idOf(thread.address), thread]));
  }

  /** Why the threads that were read last may not be all that there are: a sentence. */
  get damage(): string | undefined {
    const damage = this.#damage;
    if (damage === undefined) return undefined;
    return `The kernel’s own list of its threads is damaged: ${damage}. What can be read of it is shown.`;
  }

  /** The same, once for each damage. */
  newDamage(): string | undefined {
    if (this.#toldDamage === this.#damage) return undefined;
    this.#toldDamage = this.#damage;
    return this.damage;
  }

  /** The guest is not what it became by running: it was written to, or put into another state. */
  forget(): void {
    // One that is being made has read nothing yet.
    void this.#threads?.then((reader) => reader?.forget()).catch(() => undefined);
  }

  heap(): Promise<HeapReader | undefined> {
    this.#heap ??= this.kernel.heap(this.inspector);
    return this.#heap;
  }

  log(): Promise<LogReader | undefined> {
    this.#log ??= this.kernel.log(this.inspector);
    return this.#log;
  }

  trace(): Promise<TraceReader | undefined> {
    this.#trace ??= this.kernel.trace(this.inspector);
    return this.#trace;
  }

  factsOf(address: bigint, threads: Iterable<KernelThread>): Promise<AddressFacts> {
    return factsOf(this, threads, address);
  }

  /** Why the processor refused an access; without a full stop. */
  async explainFault({ address, access }: FaultingAccess): Promise<string> {
    return refusalOf(await this.factsOf(address, (await this.threads()).values()), access);
  }

  libraryAt(address: bigint): string | undefined {
    return libraryAt(this.libraries, address)?.name;
  }

  isKernelThread(id: number): boolean {
    return id >= FIRST_ID;
  }

  #idOf(address: bigint): number {
    const id = this.#ids.get(address) ?? FIRST_ID + this.#ids.size;
    this.#ids.set(address, id);
    return id;
  }
}

/** What a thread does, in words; empty for one that runs. */
export function stateOf({ state, waitsFor }: KernelThread): string {
  switch (state) {
    case 'running':
      return '';
    case 'new':
      return 'not started';
    case 'ready':
      return 'ready';
    case 'waiting':
      if (waitsFor === undefined) return 'waits';
      return waitsFor.startsWith('until') ? `sleeps ${waitsFor}` : `waits for ${waitsFor}`;
    case 'exited':
      return 'has exited';
  }
}
