/** What is known of an address: how it is translated, and what of the image, the heap or a stack it belongs to. */
import { basename } from 'node:path';
import { deviceAt } from '../kernel/devices';
import type { HeapPlace, ImageSymbol, KernelThread } from '../kernel/kernel';
import { translate } from '../kernel/paging/translate';
import type { Translation } from '../kernel/paging/walk';
import type { Awareness } from './awareness';

export const PAGE = 4096n;

export interface AddressFacts {
  readonly address: bigint;
  /** Absent where the stub tells too little of the processor. */
  readonly translation?: Translation;
  readonly symbol?: ImageSymbol;
  /** Of the image, also where no symbol is. */
  readonly section?: string;
  readonly library?: string;
  /** `main.c:12`, of code. */
  readonly line?: string;
  /** The thread whose stack it is in, or under. */
  readonly stack?: { readonly thread: KernelThread; readonly guard: boolean };
  readonly heap?: HeapPlace;
  /** Bytes behind the heap's last. */
  readonly behindHeap?: bigint;
  readonly device?: string;
}

export async function factsOf(
  awareness: Awareness,
  threads: Iterable<KernelThread>,
  address: bigint,
): Promise<AddressFacts> {
  const { inspector } = awareness;
  const [translation, symbol, section, heap, isX86] = await Promise.all([
    translate(address, inspector.register, inspector.readPhysical),
    inspector.symbolAt(address),
    inspector.sectionAt(address),
    awareness.heap(),
    inspector.register('cr3').then((value) => value !== undefined),
  ]);
  const library = awareness.libraryAt(address);
  const line = symbol?.section.startsWith('.text') ? await inspector.lineAt(address) : undefined;
  const [place, bounds] = await Promise.all([heap?.find(address), heap?.bounds()]);
  const behindHeap = bounds !== undefined && address >= bounds.end ? address - bounds.end : undefined;
  const physical = translation?.page?.physical ?? address;
  const device = deviceAt(isX86 ? 'x86_64' : 'arm64', physical);
  const stack = stackAt(threads, address, translation?.page === undefined);
  return {
    address,
    ...(translation === undefined ? {} : { translation }),
    ...(symbol === undefined ? {} : { symbol }),
    ...(section === undefined ? {} : { section }),
    ...(library === undefined ? {} : { library }),
    ...(line === undefined ? {} : { line: `${basename(line.file)}:${line.line}` }),
    ...(stack === undefined ? {} : { stack }),
    ...(place === undefined ? {} : { heap: place }),
    ...(behindHeap === undefined ? {} : { behindHeap }),
    ...(device === undefined ? {} : { device }),
  };
}

/** The page below a stack is its guard where it is not mapped. */
function stackAt(threads: Iterable<KernelThread>, address: bigint, unmapped: boolean): AddressFacts['stack'] {
  for (const thread of threads) {
    const { stack } = thread;
    if (stack === undefined || address >= stack.end) continue;
    if (address >= stack.start) return { thread, guard: false };
    if (unmapped && address >= stack.start - PAGE) return { thread, guard: true };
  }
  return undefined;
}
