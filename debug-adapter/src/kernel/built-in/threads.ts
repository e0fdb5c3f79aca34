/** Threads of the built-in kernel: kernel-sdk/kernel/lib/uksched, `uk/sched.h` and `uk/wait.h`. */
import { ConstantTexts } from '../constant-texts';
import type { Inspector, KernelThread, ThreadList, ThreadReader, ThreadState } from '../kernel';
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
  nameSize: `sizeof(((${THREAD} *) 0)->name)`,
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
/** Of the thread that is in no list. */
const IDLE = { pointer: '&sched_idle' };
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
/** Where functions are that only put a thread to sleep or wake it; and those below every thread's own. */
export const SCHEDULER_SOURCES = /\/kernel\/(arch\/\w+|lib\/uksched)\/[^/]+$/;
const FIRST_FUNCTIONS: readonly string[] = ['begin', 'ukarch_ctx_start'];
/** A thread stands no deeper in them, in frames. */
const SCHEDULER_DEPTH = 16;
/** A longer list is not read to its end. */
const THREADS_LIMIT = 10_000;

type Layout = Readonly<Record<keyof typeof LAYOUT, number>>;
type Mutexes = Readonly<Record<keyof typeof MUTEXES, number>>;
type Semaphores = Readonly<Record<keyof typeof SEMAPHORES, number>>;

/** What an image may lack, by what it uses and by link-time optimization. */
interface OptionalLayout {
  readonly mutexes: Mutexes | undefined;
  readonly semaphores: Semaphores | undefined;
  /** Where the scheduler counts its changes. */
  readonly changes: number | undefined;
  /** Where the pointer to the idle thread is. */
  readonly idle: number | undefined;
}

/** A thread's structure as it was read. */
interface Raw {
  readonly address: bigint;
  readonly bytes: Buffer;
}

/** What the kernel's list leads to, and why no further. */
interface Walked {
  readonly raws: Raw[];
  readonly damage?: string;
}

export async function builtInThreads(inspector: Inspector): Promise<ThreadReader | undefined> {
  const [layout, mutexes, semaphores, changes, idle, architecture] = await Promise.all([
    layoutOf(inspector, LAYOUT),
    layoutOf(inspector, MUTEXES),
    layoutOf(inspector, SEMAPHORES),
    layoutOf(inspector, CHANGES),
    layoutOf(inspector, IDLE),
    architectureOf(inspector),
  ]);
  if (layout === undefined) return undefined;
  const optional = { mutexes, semaphores, changes: changes?.count, idle: idle?.pointer };
  return new BuiltInThreads(inspector, layout, optional, FRAMES[architecture]);
}

class BuiltInThreads implements ThreadReader {
  readonly #texts: ConstantTexts;
  readonly #names: VariableNames;
  /** The list as it was at the last stop, most often still so: then it is read in one turn. */
  #known: readonly bigint[] = [];
  /** What was read last, and what it was read by. */
  #last: { readonly key: string; readonly list: ThreadList } | undefined;
  #forgotten = 0;

  constructor(
    private readonly inspector: Inspector,
    private readonly layout: Layout,
    private readonly optional: OptionalLayout,
    private readonly frame: { readonly size: number; readonly returnAddress: number },
  ) {
    this.#texts = new ConstantTexts(inspector);
    this.#names = new VariableNames(inspector);
  }

  forget(): void {
    this.#last = undefined;
    this.#forgotten++;
  }

  async read(): Promise<ThreadList> {
    const { list, current } = this.layout;
    const [first = 0n, running = 0n, changes, idle] = await Promise.all(
      [list, current, this.optional.changes, this.optional.idle].map((at) =>
        at === undefined ? undefined : this.#pointerAt(BigInt(at)),
      ),
    );
    // Before there is a scheduler.
    if (first === 0n && running === 0n) return { threads: [] };
    const key = `${first} ${running} ${changes}`;
    // Most steps change nothing of what is shown.
    if (changes !== undefined && this.#last?.key === key) return this.#last.list;
    const forgotten = this.#forgotten;
    const [read, isHalf] = await Promise.all([this.#readAll(first, running, idle), this.#isScheduling()]);
    // What was read while the guest became another one may be of both.
    this.#last = isHalf || forgotten !== this.#forgotten ? undefined : { key, list: read };
    return read;
  }

  /** The scheduler counts a change before all of it is done. */
  async #isScheduling(): Promise<boolean> {
    const frames = await this.inspector.frames(SCHEDULER_DEPTH).catch(() => undefined);
    if (frames === undefined) return true;
    return frames.some(
      ({ function: name = '', file = '' }) => SCHEDULER_SOURCES.test(file) && !FIRST_FUNCTIONS.includes(name),
    );
  }

  async #readAll(first: bigint, current: bigint, idle: bigint | undefined): Promise<ThreadList> {
    const known = await Promise.all(this.#known.map((address) => this.#raw(address)));
    const { raws, damage: broken } = await this.#walk(first, known);
    this.#known = raws.map(({ address }) => address);
    const unlisted = this.#known.includes(current) ? undefined : await this.#raw(current);
    // The idle thread is in no list.
    const isIdle =
      unlisted !== undefined && this.#isWhole(unlisted) && (current === idle || this.#runs(unlisted));
    if (isIdle) raws.unshift(unlisted);
    const isThread = unlisted === undefined || isIdle;
    const running = isThread ? current : raws.find((raw) => this.#runs(raw))?.address;
    const names = new Map(raws.map((raw) => [raw.address, this.#nameOf(raw)]));
    const threads = await Promise.all(raws.map((raw) => this.#thread(raw, raw.address === running, names)));
    const wild = isThread ? undefined : `'uk_sched_current' holds ${hex(current)}, where no thread is`;
    const damage = [wild, broken].filter((clause) => clause !== undefined).join(', and ');
    return { threads, ...(damage === '' ? {} : { damage }) };
  }

  async #walk(first: bigint, known: readonly Raw[]): Promise<Walked> {
    const at = new Map(known.map((raw) => [raw.address, raw]));
    const raws = new Map<bigint, Raw>();
    const leads = () => {
      const last = [...raws.values()].at(-1);
      return `the list leads${last === undefined ? '' : ` from '${this.#nameOf(last)}'`}`;
    };
    for (let address = first; address !== 0n && raws.size < THREADS_LIMIT; ) {
      const seen = raws.get(address);
      if (seen !== undefined) {
        return { raws: [...raws.values()], damage: `${leads()} back to '${this.#nameOf(seen)}'` };
      }
      const raw = at.get(address) ?? (await this.#raw(address));
      if (!this.#isWhole(raw)) {
        return { raws: [...raws.values()], damage: `${leads()} to ${hex(address)}, where no memory is` };
      }
      raws.set(address, raw);
      address = readPointer(raw.bytes, this.layout.next);
    }
    return { raws: [...raws.values()] };
  }

  #isWhole({ bytes }: Raw): boolean {
    return bytes.length >= this.layout.size;
  }

  #runs({ bytes }: Raw): boolean {
    return STATES[bytes.readUInt32LE(this.layout.state)] === 'running';
  }

  #nameOf({ bytes }: Raw): string {
    const { name, nameSize } = this.layout;
    return readText(bytes.subarray(name, name + nameSize));
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
    if (head.length < layout.queueSize) return `something at ${hex(queue)}${until}`;
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
    const { mutexes, semaphores } = this.optional;
    if (kind === 'mutex' && mutexes !== undefined) {
      const mutex = queue - BigInt(mutexes.queue);
      const [name, owner] = await Promise.all([
        this.#names.of('struct uk_mutex', mutex),
        this.#pointerAt(mutex + BigInt(mutexes.owner)),
      ]);
      const holder = owner === undefined || owner === 0n ? undefined : names.get(owner);
      const words = said === '' ? '' : ` (${said})`;
      return `mutex ${name}${words}${holder === undefined ? '' : `, held by ${holder}`}`;
    }
    if (kind === 'semaphore' && semaphores !== undefined) {
      const semaphore = queue - BigInt(semaphores.queue);
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

function hex(address: bigint): string {
  return `0x${address.toString(16)}`;
}

/** Of the guest's monotonic clock, which starts at boot. */
function seconds(nanoseconds: bigint): string {
  return `${(Number(nanoseconds) / 1e9).toFixed(6)} s after boot`;
}
