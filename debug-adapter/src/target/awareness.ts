/** What a target's kernel knows, read at each stop with what its symbols told once. */
import type { HeapReader, Inspector, Kernel, KernelThread, ThreadReader } from '../kernel/kernel';
import { type ImageLibrary, libraryAt } from './image-map';

/** Threads of the kernel come behind GDB's own, the vCPUs. */
const FIRST_ID = 0x1_0000;

export type KernelThreads = ReadonlyMap<number, KernelThread>;

export class Awareness {
  /** What the image is made of, once that is known. */
  libraries: readonly ImageLibrary[] = [];
  #threads: Promise<ThreadReader | undefined> | undefined;
  #heap: Promise<HeapReader | undefined> | undefined;
  readonly #ids = new Map<bigint, number>();

  constructor(
    readonly kernel: Kernel,
    readonly inspector: Inspector,
  ) {}

  /** The threads as they are now, by ids that stay with them. */
  async threads(): Promise<KernelThreads> {
    this.#threads ??= this.kernel.threads(this.inspector);
    const threads = (await (await this.#threads)?.read()) ?? [];
    return new Map(threads.map((thread) => [this.#idOf(thread.address), thread]));
  }

  heap(): Promise<HeapReader | undefined> {
    this.#heap ??= this.kernel.heap(this.inspector);
    return this.#heap;
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
