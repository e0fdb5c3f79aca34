/** What is known of an address, in words. */
import type { Access, HeapBlock, HeapPlace } from '../kernel/kernel';
import type { MappedPage, Rights, WalkStep } from '../kernel/paging/walk';
import { type AddressFacts, PAGE } from './address';

/** What owns an address, to stand behind `0x… is`; undefined where nobody is known to. */
export function placeOf(facts: AddressFacts): string | undefined {
  const { address, symbol, stack, heap } = facts;
  if (stack !== undefined) return stackPlace(stack, address);
  if (symbol?.name === 'boot_stack_guard') return 'in the guard page under the boot stack';
  if (symbol !== undefined) {
    const place = symbol.offset === 0 ? `'${symbol.name}'` : `byte ${symbol.offset} of '${symbol.name}'`;
    const line = facts.line === undefined ? '' : ` (${facts.line})`;
    return `${place}${line} in ${imagePart(facts, symbol.section)}`;
  }
  if (address < PAGE && facts.translation?.page === undefined) {
    return 'in the null page, which is never mapped: a pointer is NULL, and the address is an offset from it';
  }
  if (facts.section !== undefined) return `in ${imagePart(facts, facts.section)}, in what has no name`;
  if (heap !== undefined) return heapPlace(heap);
  return facts.device === undefined ? undefined : `among ${facts.device}`;
}

function imagePart({ library }: AddressFacts, section: string): string {
  return `section ${section}${library === undefined ? '' : `, library ${library}`}`;
}

function stackPlace({ thread, guard }: NonNullable<AddressFacts['stack']>, address: bigint): string {
  const { start, end } = thread.stack ?? { start: 0n, end: 0n };
  if (!guard) return `${end - address} bytes below the top of the stack of thread '${thread.name}'`;
  return `in the guard page under the stack of thread '${thread.name}': its ${end - start} bytes have overflowed`;
}

function heapPlace({ block, offset, before, behind }: HeapPlace): string {
  const what = describe(block);
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
  return `a ${used ? 'used' : 'free'} block of ${size} bytes at ${hex(start)}`;
}

function rightsOf({ write, execute, user }: Rights): string {
  const able = ['readable', ...(write ? ['writable'] : []), ...(execute ? ['executable'] : [])];
  return `${able.join(', ')}${user ? ', by user mode too' : ''}`;
}

/** Why the processor refused an access, and what is there or near; without a full stop. */
export function refusalOf(facts: AddressFacts, access: Access): string {
  const at = hex(facts.address);
  const place = placeOf(facts);
  const why = reasonOf(facts, access);
  if (place === undefined) return `${at} belongs to nothing that is known${nearOf(facts)}: ${why}`;
  const said = facts.stack?.guard || facts.symbol?.name === 'boot_stack_guard' || facts.address < PAGE;
  return said ? `${at} is ${place}` : `${at} is ${place}: ${why}`;
}

function reasonOf({ translation }: AddressFacts, access: Access): string {
  const page = translation?.page;
  if (page === undefined) return (translation?.note ?? 'no page is mapped there').replace(/\.$/, '');
  if (access === 'write' && !page.rights.write) return 'its page is not writable';
  if (access === 'execute' && !page.rights.execute) return 'its page is not executable';
  return 'the page tables allow that now';
}

function nearOf({ behindHeap, translation }: AddressFacts): string {
  if (behindHeap === undefined || translation?.page !== undefined) return '';
  return `, ${behindHeap} bytes behind the end of the heap`;
}

/** In one sentence. */
export function summaryOf(facts: AddressFacts): string {
  const place = placeOf(facts) ?? 'in nothing that is known of the image, the heap or a stack';
  return `${hex(facts.address)} is ${place}. ${mappingOf(facts)}`;
}

function mappingOf({ address, translation }: AddressFacts): string {
  if (translation === undefined) return 'How it is translated is not known.';
  const { page, note } = translation;
  if (page === undefined) return note ?? 'No page is mapped there.';
  const where = page.physical === address ? 'onto itself' : `to ${hex(page.physical)}`;
  return `It is mapped ${where}: ${pageWords(page)}.`;
}

function pageWords({ size, rights, device }: MappedPage): string {
  return `a page of ${sizeWords(size)}, ${rightsOf(rights)}${device ? ', not cached' : ''}`;
}

function sizeWords(size: number): string {
  if (size >= 2 ** 30) return `${size / 2 ** 30} GiB`;
  return size >= 2 ** 20 ? `${size / 2 ** 20} MiB` : `${size / 2 ** 10} KiB`;
}

/** The walk, an entry a line. */
export function walkLines(steps: readonly WalkStep[]): string[] {
  return steps.map(
    ({ table, index, at, entry, flags }) =>
      `${table}[${index}] at ${hex(at)} = ${hex(entry)}${flags.length === 0 ? '' : `  ${flags.join(', ')}`}`,
  );
}

/** What else is known, a line each: the neighbours of a heap block, a thread's state. */
export function neighbourLines({ heap, stack }: AddressFacts): string[] {
  return [
    ...(stack === undefined ? [] : [`stack of '${stack.thread.name}': ${range(stack.thread.stack)}`]),
    ...(heap?.before === undefined ? [] : [`before it: ${describe(heap.before)}`]),
    ...(heap?.behind === undefined ? [] : [`behind it: ${describe(heap.behind)}`]),
  ];
}

function range(of: { readonly start: bigint; readonly end: bigint } | undefined): string {
  return of === undefined ? 'not known' : `${hex(of.start)} to ${hex(of.end)}`;
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
