/** What an address means: how it is translated, and what of the image, the heap or a stack it belongs to. */
import { basename } from 'node:path';
import { deviceAt } from '../kernel/devices';
import type { HeapBlock, HeapPlace, ImageSymbol, KernelThread } from '../kernel/kernel';
import { translate } from '../kernel/paging/translate';
import type { Rights, Translation } from '../kernel/paging/walk';
import type { Awareness } from './awareness';

const PAGE = 4096n;

export interface AddressFacts {
  readonly address: bigint;
  /** Absent where the stub tells too little of the processor. */
  readonly translation?: Translation;
  readonly symbol?: ImageSymbol;
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
  const [translation, symbol, heap, isX86] = await Promise.all([
    translate(address, inspector.register, inspector.readPhysical),
    inspector.symbolAt(address),
    awareness.heap(),
    inspector.register('cr3').then((value) => value !== undefined),
  ]);
  const library = awareness.libraryAt(address);
  const line = symbol?.section.startsWith('.text') ? await inspector.lineAt(address) : undefined;
  const [place, bounds] = await Promise.all([heap?.find(address), heap?.bounds()]);
  const behindHeap = bounds !== undefined && address >= bounds.end ? address - bounds.end : undefined;
  const physical = translation?.page?.physical ?? address;
  const device = deviceAt(isX86 ? 'x86_64' : 'arm64', physical);
  const stack = stackAt(threads, address);
  return {
    address,
    ...(translation === undefined ? {} : { translation }),
    ...(symbol === undefined ? {} : { symbol }),
    ...(library === undefined ? {} : { library }),
    ...(line === undefined ? {} : { line: `${basename(line.file)}:${line.line}` }),
    ...(stack === undefined ? {} : { stack }),
    ...(place === undefined ? {} : { heap: place }),
    ...(behindHeap === undefined ? {} : { behindHeap }),
    ...(device === undefined ? {} : { device }),
  };
}

function stackAt(threads: Iterable<KernelThread>, address: bigint): AddressFacts['stack'] {
  for (const thread of threads) {
    const { stack } = thread;
    if (stack === undefined || address >= stack.end) continue;
    if (address >= stack.start) return { thread, guard: false };
    if (address >= stack.start - PAGE) return { thread, guard: true };
  }
  return undefined;
}

/** What owns an address, to stand behind `0x… is`; undefined where nobody is known to. */
export function placeOf(facts: AddressFacts): string | undefined {
  const { address, symbol, stack, heap } = facts;
  if (stack !== undefined) return stackPlace(stack, address);
  if (symbol?.name === 'boot_stack_guard') return 'in the guard page under the boot stack';
  if (symbol !== undefined) {
    const place = symbol.offset === 0 ? `'${symbol.name}'` : `byte ${symbol.offset} of '${symbol.name}'`;
    const library = facts.library === undefined ? '' : `, library ${facts.library}`;
    const line = facts.line === undefined ? '' : ` (${facts.line})`;
    return `${place}${line} in section ${symbol.section}${library}`;
  }
  if (address < PAGE && facts.translation?.page === undefined) {
    return 'in the null page, which is never mapped: a pointer is NULL, and the address is an offset from it';
  }
  if (heap !== undefined) return heapPlace(heap);
  return facts.device === undefined ? undefined : `among ${facts.device}`;
}

function stackPlace({ thread, guard }: NonNullable<AddressFacts['stack']>, address: bigint): string {
  const { start, end } = thread.stack ?? { start: 0n, end: 0n };
  if (!guard) return `${end - address} bytes below the top of the stack of thread '${thread.name}'`;
  return `in the guard page under the stack of thread '${thread.name}': its ${end - start} bytes have overflowed`;
}

function heapPlace({ block, offset, before, behind }: HeapPlace): string {
  const what = `${describe(block)}`;
  if (offset < 0) {
    const near = before === undefined ? '' : `, behind ${describe(before)}`;
    return `${-offset} bytes before ${what}, in the heap's own words${near}`;
  }
  if (offset >= block.size) {
    const near = behind === undefined ? '' : `, before ${describe(behind)}`;
    return `${offset - block.size} bytes behind the end of ${what}${near}`;
  }
  return `byte ${offset} of ${what}`;
}

function describe({ start, size, used }: HeapBlock): string {
  return `a ${used ? 'used' : 'free'} block of ${size} bytes at 0x${start.toString(16)}`;
}

export function rightsOf({ write, execute, user }: Rights): string {
  const able = ['readable', ...(write ? ['writable'] : []), ...(execute ? ['executable'] : [])];
  return `${able.join(', ')}${user ? ', by user mode too' : ''}`;
}
