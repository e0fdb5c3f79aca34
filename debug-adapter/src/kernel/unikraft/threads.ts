/** Unikraft's threads: lib/uksched, `uk/thread.h` and `uk/sched.h`; contexts by arch/.../ctx.S. */
import type { Inspector, KernelThread, ThreadList, ThreadReader, ThreadState } from '../kernel';
import { layoutOf, offsetOf, readPointer, readText } from '../layout';
import { Remembered } from '../remembered';

const THREAD = 'struct uk_thread';
const LAYOUT = {
  schedulers: '&uk_sched_head',
  current: '&__uk_sched_thread_current',
  currentSize: 'sizeof(__uk_sched_thread_current)',
  listHead: offsetOf('struct uk_sched', 'thread_list.tqh_first'),
  nextScheduler: offsetOf('struct uk_sched', 'next'),
  size: `sizeof(${THREAD})`,
  ip: offsetOf(THREAD, 'ctx.ip'),
  sp: offsetOf(THREAD, 'ctx.sp'),
  flags: offsetOf(THREAD, 'flags'),
  wakeup: offsetOf(THREAD, 'wakeup_time'),
  name: offsetOf(THREAD, 'name'),
  stack: offsetOf(THREAD, '_mem.stack'),
  next: offsetOf(THREAD, 'thread_list.tqe_next'),
};
type Layout = Readonly<Record<keyof typeof LAYOUT, number>>;

/** UK_THREADF_RUNNABLE and UK_THREADF_EXITED. */
const RUNNABLE = 0x8;
const EXITED = 0x10;
const THREADS_LIMIT = 10_000;
/** Functions of the scheduler and of locks, between a thread's own code and the switch. */
const WAITING =
  /^_?_?(ukarch_|schedcoop_|uk_sched_|uk_thread_|uk_waitq_|uk_mutex_|uk_semaphore_|uk_rwlock_|uk_condvar_)/;
/** What some of them wait for. */
const OBJECTS: readonly (readonly [RegExp, string])[] = [
  [/^_?uk_mutex_lock/, 'a mutex'],
  [/^_?uk_semaphore_down/, 'a semaphore'],
  [/^_?uk_rwlock_/, 'a read-write lock'],
  [/^_?uk_condvar_wait/, 'a condition'],
];
/** The same of those that are inlined, which leave but the line of their header that waits. */
const HEADERS: readonly (readonly [RegExp, string])[] = [
  [/\/uk\/mutex\.h$/, 'a mutex'],
  [/\/uk\/semaphore\.h$/, 'a semaphore'],
];
const WAITS = /\buk_waitq_wait_event/;
const CALLERS_LIMIT = 8;
/** Of a stack that is looked for callers, in bytes, at once: most often enough for all of them. */
const STACK_PIECE = 1024;
const NAME_LIMIT = 120;

/** What ukarch_ctx_switch leaves on the stack of a thread that does not run, from its stack pointer up. */
interface SwitchFrame {
  readonly registers: readonly (readonly [name: string, offset: number])[];
  /** Where it goes on: the return address. */
  readonly pc: number;
  /** The frame pointer: of a chain in which each frame's return address stands behind the pointer. */
  readonly framePointer: number;
  readonly size: number;
}
const X86_64: SwitchFrame = {
  registers: [
    ['r15', 0],
    ['r14', 8],
    ['r13', 16],
    ['r12', 24],
    ['rbx', 32],
    ['rbp', 40],
  ],
  pc: 48,
  framePointer: 40,
  size: 56,
};
const ARM64: SwitchFrame = {
  registers: Array.from({ length: 11 }, (_, i) => [`x${19 + i}`, i * 8] as const),
  pc: 88,
  framePointer: 80,
  // The callee-saved registers, and X18 with its padding.
  size: 112,
};

export async function unikraftThreads(inspector: Inspector): Promise<ThreadReader | undefined> {
  const [layout, stackSize, isX86] = await Promise.all([
    layoutOf(inspector, LAYOUT),
    // A macro: only images with its definition in their debug information (-g3) have it.
    inspector.number('__STACK_SIZE').catch(() => undefined),
    inspector.evaluate('sizeof(((struct __regs *) 0)->rip)').then(
      () => true,
      () => false,
    ),
  ]);
  if (layout === undefined) return undefined;
  return new UnikraftThreads(inspector, layout, isX86 ? X86_64 : ARM64, stackSize);
}

class UnikraftThreads implements ThreadReader {
  /** Functions by addresses in them. */
  readonly #functions = new Remembered<bigint, string | undefined>();
  /** What the functions wait for that are inlined where a call comes back. */
  readonly #inlined = new Remembered<bigint, string | undefined>();

  constructor(
    private readonly inspector: Inspector,
    private readonly layout: Layout,
    private readonly frame: SwitchFrame,
    private readonly stackSize: bigint | undefined,
  ) {}

  /** All is read again at each stop. */
  forget(): void {}

  async read(): Promise<ThreadList> {
    const current = await this.inspector.read(BigInt(this.layout.current), this.layout.currentSize);
    const cpus = new Map<bigint, number>();
    for (let cpu = 0; cpu * 8 < current.length; cpu++) cpus.set(readPointer(current, cpu * 8), cpu);
    cpus.delete(0n);
    if (cpus.size === 0) return { threads: [] };
    const found = new Map<bigint, Buffer>();
    const broken = await this.#walk(found);
    const wild = await this.#addRunning(cpus, found);
    const damage = broken ?? wild;
    // As the built-in kernel has them: the newest first.
    const threads = await Promise.all(
      [...found].reverse().map(([address, bytes]) => this.#thread(address, bytes, cpus.get(address))),
    );
    return { threads, ...(damage === undefined ? {} : { damage }) };
  }

  /** Adds the threads of all schedulers; gives why no further, where that is not the lists' end. */
  async #walk(found: Map<bigint, Buffer>): Promise<string | undefined> {
    const schedulers = new Set<bigint>();
    let scheduler = await this.#pointerAt(BigInt(this.layout.schedulers));
    while (scheduler !== 0n) {
      if (schedulers.has(scheduler)) return `the list of schedulers leads back to ${hex(scheduler)}`;
      schedulers.add(scheduler);
      for (let address = await this.#pointerAt(scheduler + BigInt(this.layout.listHead)); address !== 0n; ) {
        if (found.has(address)) return `the list of threads leads back to ${hex(address)}`;
        if (found.size >= THREADS_LIMIT) return `the list of threads does not end within ${THREADS_LIMIT}`;
        const bytes = await this.inspector.read(address, this.layout.size);
        if (bytes.length < this.layout.size) {
          return `the list of threads leads to ${hex(address)}, where no memory is`;
        }
        found.set(address, bytes);
        address = readPointer(bytes, this.layout.next);
      }
      scheduler = await this.#pointerAt(scheduler + BigInt(this.layout.nextScheduler));
    }
    return undefined;
  }

  /** One that is about to end runs on and is in no list any more. Gives what is wrong where there is none. */
  async #addRunning(
    cpus: ReadonlyMap<bigint, number>,
    found: Map<bigint, Buffer>,
  ): Promise<string | undefined> {
    let wild: string | undefined;
    for (const [address, cpu] of cpus) {
      if (found.has(address)) continue;
      const bytes = await this.inspector.read(address, this.layout.size);
      if (bytes.length === this.layout.size) found.set(address, bytes);
      else wild ??= `'__uk_sched_thread_current[${cpu}]' holds ${hex(address)}, where no memory is`;
    }
    return wild;
  }

  async #thread(address: bigint, bytes: Buffer, cpu: number | undefined): Promise<KernelThread> {
    const { layout, stackSize } = this;
    const flags = bytes.readUInt32LE(layout.flags);
    const wakeup = bytes.readBigInt64LE(layout.wakeup);
    const start = readPointer(bytes, layout.stack);
    const [name, context] = await Promise.all([
      this.#nameAt(readPointer(bytes, layout.name)),
      cpu === undefined
        ? this.#contextOf(readPointer(bytes, layout.ip), readPointer(bytes, layout.sp))
        : undefined,
    ]);
    const state = stateOf(flags, cpu !== undefined, context?.isNew === true);
    const waitsFor =
      state === 'waiting' ? await this.#waitOf(readPointer(bytes, layout.sp), wakeup) : undefined;
    return {
      address,
      name: name === '' ? `thread ${hex(address)}` : name,
      state,
      ...(waitsFor === undefined ? {} : { waitsFor }),
      ...(context === undefined ? {} : { saved: context.saved }),
      ...(cpu === undefined ? {} : { cpu }),
      ...(start === 0n || stackSize === undefined ? {} : { stack: { start, end: start + stackSize } }),
    };
  }

  /** The switch itself has no unwind information: its caller is where the unwinder can begin. */
  async #contextOf(ip: bigint, sp: bigint) {
    if (!(await this.#hasRun(ip))) {
      const saved = [
        ['sp', sp],
        ['pc', ip],
      ] as const;
      return { isNew: true, saved };
    }
    const stack = await this.inspector.read(sp, this.frame.size);
    const saved = [
      ...this.frame.registers.map(([name, offset]) => [name, readPointer(stack, offset)] as const),
      ['sp', sp + BigInt(this.frame.size)] as const,
      ['pc', readPointer(stack, this.frame.pc)] as const,
    ];
    return { isNew: false, saved };
  }

  async #waitOf(sp: bigint, wakeup: bigint): Promise<string | undefined> {
    const object = await this.#objectOf(sp);
    if (wakeup === 0n) return object;
    const until = `until ${(Number(wakeup) / 1e9).toFixed(6)} s after boot`;
    return object?.startsWith('a ') ? `${object}, ${until}` : until;
  }

  /** Queues do not lead to what they belong to; the functions that put the thread to sleep tell. */
  async #objectOf(sp: bigint): Promise<string | undefined> {
    const stack = await this.inspector.read(sp, STACK_PIECE);
    let returns = readPointer(stack, this.frame.pc);
    let frame = readPointer(stack, this.frame.framePointer);
    let kind: string | undefined;
    for (let depth = 0; depth < CALLERS_LIMIT && returns !== 0n; depth++) {
      // A call may be the last of its function.
      const name = await this.#functionAt(returns - 1n);
      if (name === undefined) return undefined;
      kind = OBJECTS.find(([pattern]) => pattern.test(name))?.[1] ?? kind;
      if (!WAITING.test(name))
        return `${kind ?? (await this.#inlinedAt(returns)) ?? 'something'}, in ${name}`;
      const at = frame - sp;
      const isHere = at >= 0n && at + 16n <= BigInt(stack.length);
      const next = isHere ? stack.subarray(Number(at)) : await this.inspector.read(frame, 16);
      if (next.length < 16) return undefined;
      frame = readPointer(next, 0);
      returns = readPointer(next, 8);
    }
    return undefined;
  }

  /** Where its yield is inlined too, only what the call comes back to is the function's own. */
  #inlinedAt(returns: bigint): Promise<string | undefined> {
    return this.#inlined.of(returns, async () => {
      for (const address of [returns - 1n, returns]) {
        const at = await this.inspector.lineAt(address);
        const found = HEADERS.find(([pattern]) => at !== undefined && pattern.test(at.file));
        if (at === undefined || found === undefined) continue;
        if (WAITS.test((await this.inspector.sourceLine(at.file, at.line)) ?? '')) return found[1];
      }
      return undefined;
    });
  }

  /** Whether a context's instruction pointer is that of a thread that has run. */
  async #hasRun(ip: bigint): Promise<boolean> {
    return /^(ukarch_ctx_switch|restore_point)$/.test((await this.#functionAt(ip)) ?? '');
  }

  #functionAt(address: bigint): Promise<string | undefined> {
    return this.#functions.of(address, async () => (await this.inspector.symbolAt(address))?.name);
  }

  /** Where a name stands may be another's when its thread is gone. */
  async #nameAt(address: bigint): Promise<string> {
    return address === 0n ? '' : readText(await this.inspector.read(address, NAME_LIMIT));
  }

  async #pointerAt(address: bigint): Promise<bigint> {
    return readPointer(await this.inspector.read(address, 8), 0);
  }
}

function hex(address: bigint): string {
  return `0x${address.toString(16)}`;
}

function stateOf(flags: number, running: boolean, isNew: boolean): ThreadState {
  if (running) return 'running';
  if (flags & EXITED) return 'exited';
  if ((flags & RUNNABLE) === 0) return 'waiting';
  return isNew ? 'new' : 'ready';
}
