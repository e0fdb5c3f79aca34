/** Threads of the built-in kernel: kernel-sdk/kernel/lib/uksched, `uk/sched.h` and `uk/wait.h`. */
import { ConstantTexts } from '../constant-texts';
import type { Inspector, KernelThread, ThreadReader, ThreadState } from '../kernel';
import { layoutOf, offsetOf, readPointer, readText } from '../layout';
import { VariableNames } from '../variable-names';
import { architectureOf } from './architecture';

const THREAD = 'struct uk_thread';
const LAYOUT = {
  list: '&uk_sched_threads',
  current: '&uk_sched_current',
  size: `sizeof(${THREAD})`,
  sp: offsetOf(THREAD, 'ctx.sp'),
  name: offsetOf(THREAD, 'name'),
  state: offsetOf(THREAD, 'state'),
  stack: offsetOf(THREAD, 'stack'),
  stackSize: offsetOf(THREAD, 'stack_size'),
  waitsFor: offsetOf(THREAD, 'waits_for'),
  deadline: offsetOf(THREAD, 'timeout.deadline'),
  timed: offsetOf(THREAD, 'timeout.running'),
  exited: offsetOf(THREAD, 'exited'),
  next: offsetOf(THREAD, 'next_of_all'),
  queueSize: 'sizeof(struct uk_waitq)',
  queueName: offsetOf('struct uk_waitq', 'name'),
  queueKind: offsetOf('struct uk_waitq', 'kind'),
  // Where a thread that does not run stands, and where a new one begins (arch/*/ctx.S).
  saved: '(unsigned long) ukarch_ctx_switch + (unsigned long) &ukarch_ctx_saved',
  start: 'ukarch_ctx_start',
};
/** There only where something of the image uses them. */
const CHANGES = { count: '&uk_sched_changes' };
const MUTEXES = {
  queue: offsetOf('struct uk_mutex', 'waiting'),
  owner: offsetOf('struct uk_mutex', 'owner'),
};
const SEMAPHORES = {
  queue: offsetOf('struct uk_semaphore', 'waiting'),
  count: offsetOf('struct uk_semaphore', 'count'),
};

/** By the values of enum uk_thread_state. */
const STATES: readonly ThreadState[] = ['ready', 'running', 'waiting', 'exited'];
/** By the values of enum uk_waitq_kind. */
const KINDS = ['event', 'time', 'mutex', 'semaphore', 'exit'] as const;
/** What ukarch_ctx_switch leaves on a stack, and where in it the address stands that it returns to. */
const FRAMES = {
  x86_64: { size: 56, returnAddress: 48 },
  arm64: { size: 160, returnAddress: 88 },
};
/** A longer list is not read to its end: something has written over it. */
const THREADS_LIMIT = 10_000;

type Layout = Readonly<Record<keyof typeof LAYOUT, number>>;
type Mutexes = Readonly<Record<keyof typeof MUTEXES, number>>;
type Semaphores = Readonly<Record<keyof typeof SEMAPHORES, number>>;

/** A thread's structure as it was read. */
interface Raw {
  readonly address: bigint;
  readonly bytes: Buffer;
}

export async function builtInThreads(inspector: Inspector): Promise<ThreadReader | undefined> {
  const [layout, mutexes, semaphores, changes, architecture] = await Promise.all([
    layoutOf(inspector, LAYOUT),
    layoutOf(inspector, MUTEXES),
    layoutOf(inspector, SEMAPHORES),
    layoutOf(inspector, CHANGES),
    architectureOf(inspector),
  ]);
  if (layout === undefined) return undefined;
  return new BuiltInThreads(inspector, layout, mutexes, semaphores, changes?.count, FRAMES[architecture]);
}

class BuiltInThreads implements ThreadReader {
  readonly #texts: ConstantTexts;
  readonly #names: VariableNames;
  /** The list as it was at the last stop, most often still so: then it is read in one turn. */
  #known: readonly bigint[] = [];
  /** What was read last, and what it was read by. */
  #last: { readonly key: string; readonly threads: readonly KernelThread[] } | undefined;

  constructor(
    private readonly inspector: Inspector,
    private readonly layout: Layout,
    private readonly mutexes: Mutexes | undefined,
    private readonly semaphores: Semaphores | undefined,
    /** Where the scheduler counts its changes; link-time optimization may have dropped that. */
    private readonly changes: number | undefined,
    private readonly frame: { readonly size: number; readonly returnAddress: number },
  ) {
    this.#texts = new ConstantTexts(inspector);
    this.#names = new VariableNames(inspector);
  }

  async read(): Promise<readonly KernelThread[]> {
    const { list, current, name } = this.layout;
    const [first, running, changes] = await Promise.all([
      this.#pointerAt(BigInt(list)),
      this.#pointerAt(BigInt(current)),
      this.changes === undefined ? undefined : this.#pointerAt(BigInt(this.changes)),
    ]);
    // Before there is a scheduler.
    if (running === undefined || running === 0n) return [];
    const key = `${first} ${running} ${changes}`;
    // Most steps change nothing of what is shown.
    if (changes !== undefined && this.#last?.key === key) return this.#last.threads;
    const threads = await this.#readAll(first ?? 0n, running, name);
    this.#last = { key, threads };
    return threads;
  }

  async #readAll(first: bigint, running: bigint, name: number): Promise<readonly KernelThread[]> {
    const known = await Promise.all(this.#known.map((address) => this.#raw(address)));
    const raws = await this.#walk(first, known);
    this.#known = raws.map(({ address }) => address);
    // The idle thread is in no list.
    if (!this.#known.includes(running)) raws.unshift(await this.#raw(running));
    const names = new Map(raws.map(({ address, bytes }) => [address, readText(bytes.subarray(name))]));
    return Promise.all(raws.map((raw) => this.#thread(raw, raw.address === running, names)));
  }

  async #walk(first: bigint, known: readonly Raw[]): Promise<Raw[]> {
    const at = new Map(known.map((raw) => [raw.address, raw]));
    const raws: Raw[] = [];
    const seen = new Set<bigint>();
    for (let address = first; address !== 0n && raws.length < THREADS_LIMIT; ) {
      if (seen.has(address)) break;
      seen.add(address);
      const raw = at.get(address) ?? (await this.#raw(address));
      if (raw.bytes.length < this.layout.size) break;
      raws.push(raw);
      address = readPointer(raw.bytes, this.layout.next);
    }
    return raws;
  }

  async #thread(
    { address, bytes }: Raw,
    running: boolean,
    names: ReadonlyMap<bigint, string>,
  ): Promise<KernelThread> {
    const { layout } = this;
    const told = STATES[bytes.readUInt32LE(layout.state)] ?? 'exited';
    const state = running ? 'running' : told;
    const start = readPointer(bytes, layout.stack);
    const size = readPointer(bytes, layout.stackSize);
    const [waitsFor, context] = await Promise.all([
      state === 'waiting' ? this.#waitOf(bytes, names) : undefined,
      running ? undefined : this.#contextOf(readPointer(bytes, layout.sp), state),
    ]);
    return {
      address,
      name: names.get(address) ?? '',
      state: context?.fresh ? 'new' : state,
      ...(running ? { cpu: 0 } : {}),
      ...(waitsFor === undefined ? {} : { waitsFor }),
      ...(context === undefined ? {} : { saved: context.saved }),
      ...(start === 0n ? {} : { stack: { start, end: start + size } }),
    };
  }

  /** A new thread has no call of ukarch_ctx_switch to return from. */
  async #contextOf(sp: bigint, state: ThreadState) {
    const { saved, start } = this.layout;
    const returns =
      state === 'ready' ? await this.#pointerAt(sp + BigInt(this.frame.returnAddress)) : undefined;
    const fresh = returns === BigInt(start);
    const registers = fresh
      ? { sp: sp + BigInt(this.frame.size), pc: BigInt(start) }
      : { sp, pc: BigInt(saved) };
    return { fresh, saved: Object.entries(registers) };
  }

  async #waitOf(bytes: Buffer, names: ReadonlyMap<bigint, string>): Promise<string> {
    const { layout } = this;
    const queue = readPointer(bytes, layout.waitsFor);
    const head = await this.inspector.read(queue, layout.queueSize);
    const timed = bytes.readUInt8(layout.timed) !== 0;
    const until = timed ? ` until ${seconds(bytes.readBigInt64LE(layout.deadline))}` : '';
    if (head.length < layout.queueSize) return `something at 0x${queue.toString(16)}${until}`;
    const kind = KINDS[head.readUInt32LE(layout.queueKind)] ?? 'event';
    if (kind === 'time') return until.trimStart();
    const said = await this.#texts.at(readPointer(head, layout.queueName));
    return `${await this.#objectOf(kind, queue, said, names)}${until}`;
  }

  async #objectOf(
    kind: (typeof KINDS)[number],
    queue: bigint,
    said: string,
    names: ReadonlyMap<bigint, string>,
  ): Promise<string> {
    if (kind === 'exit') {
      const thread = queue - BigInt(this.layout.exited);
      return `${names.get(thread) ?? 'a thread'} to exit`;
    }
    if (kind === 'mutex' && this.mutexes !== undefined) {
      const mutex = queue - BigInt(this.mutexes.queue);
      const [name, owner] = await Promise.all([
        this.#names.of('struct uk_mutex', mutex),
        this.#pointerAt(mutex + BigInt(this.mutexes.owner)),
      ]);
      const holder = owner === undefined || owner === 0n ? undefined : names.get(owner);
      const words = said === '' ? '' : ` (${said})`;
      return `mutex ${name}${words}${holder === undefined ? '' : `, held by ${holder}`}`;
    }
    if (kind === 'semaphore' && this.semaphores !== undefined) {
      const semaphore = queue - BigInt(this.semaphores.queue);
      const words = said === '' || said === 'semaphore' ? '' : ` (${said})`;
      return `semaphore ${await this.#names.of('struct uk_semaphore', semaphore)}${words}`;
    }
    return said === '' ? `the queue ${await this.#names.of('struct uk_waitq', queue)}` : said;
  }

  async #raw(address: bigint): Promise<Raw> {
    return { address, bytes: await this.inspector.read(address, this.layout.size) };
  }

  async #pointerAt(address: bigint): Promise<bigint | undefined> {
    const bytes = await this.inspector.read(address, 8);
    return bytes.length < 8 ? undefined : bytes.readBigUInt64LE(0);
  }
}

/** Of the guest's monotonic clock, which starts at boot. */
function seconds(nanoseconds: bigint): string {
  return `${(Number(nanoseconds) / 1e9).toFixed(6)} s after boot`;
}
