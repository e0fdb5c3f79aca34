/** Unikraft's threads: lib/uksched, `uk/thread.h` and `uk/sched.h`; contexts by arch/.../ctx.S. */
import { ConstantTexts } from '../constant-texts';
import type { Inspector, KernelThread, ThreadReader, ThreadState } from '../kernel';
import { layoutOf, offsetOf, readPointer } from '../layout';

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
const CALLERS_LIMIT = 8;

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
  readonly #texts: ConstantTexts;
  /** What a thread waits for, by its stack: the same as long as that is. */
  readonly #waits = new Map<string, Promise<string | undefined>>();
  /** Whether a context's instruction pointer is that of a thread that has run: there are few different ones. */
  readonly #resumed = new Map<bigint, Promise<boolean>>();

  constructor(
    private readonly inspector: Inspector,
    private readonly layout: Layout,
    private readonly frame: SwitchFrame,
    private readonly stackSize: bigint | undefined,
  ) {
    this.#texts = new ConstantTexts(inspector);
  }

  async read(): Promise<readonly KernelThread[]> {
    const current = await this.inspector.read(BigInt(this.layout.current), this.layout.currentSize);
    const cpus = new Map<bigint, number>();
    for (let cpu = 0; cpu * 8 < current.length; cpu++) cpus.set(readPointer(current, cpu * 8), cpu);
    cpus.delete(0n);
    if (cpus.size === 0) return [];
    const found: { readonly address: bigint; readonly bytes: Buffer }[] = [];
    for (let scheduler = await this.#pointerAt(BigInt(this.layout.schedulers)); scheduler !== 0n; ) {
      let address = await this.#pointerAt(scheduler + BigInt(this.layout.listHead));
      while (address !== 0n && found.length < THREADS_LIMIT) {
        const bytes = await this.inspector.read(address, this.layout.size);
        if (bytes.length < this.layout.size) break;
        found.push({ address, bytes });
        address = readPointer(bytes, this.layout.next);
      }
      scheduler = await this.#pointerAt(scheduler + BigInt(this.layout.nextScheduler));
    }
    // As the built-in kernel has them: the newest first.
    found.reverse();
    return Promise.all(found.map(({ address, bytes }) => this.#thread(address, bytes, cpus.get(address))));
  }

  async #thread(address: bigint, bytes: Buffer, cpu: number | undefined): Promise<KernelThread> {
    const { layout, stackSize } = this;
    const flags = bytes.readUInt32LE(layout.flags);
    const wakeup = bytes.readBigInt64LE(layout.wakeup);
    const start = readPointer(bytes, layout.stack);
    const [name, context] = await Promise.all([
      this.#texts.at(readPointer(bytes, layout.name)),
      cpu === undefined
        ? this.#contextOf(readPointer(bytes, layout.ip), readPointer(bytes, layout.sp))
        : undefined,
    ]);
    const state = stateOf(flags, cpu !== undefined, context?.isNew === true);
    const waitsFor =
      state === 'waiting' ? await this.#waitOf(address, readPointer(bytes, layout.sp), wakeup) : undefined;
    return {
      address,
      name: name === '' ? `thread 0x${address.toString(16)}` : name,
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

  async #waitOf(thread: bigint, sp: bigint, wakeup: bigint): Promise<string | undefined> {
    const key = `${thread} ${sp}`;
    const known = this.#waits.get(key) ?? this.#objectOf(sp);
    this.#waits.set(key, known);
    const object = await known;
    if (wakeup === 0n) return object;
    const until = `until ${(Number(wakeup) / 1e9).toFixed(6)} s after boot`;
    return object?.startsWith('a ') ? `${object}, ${until}` : until;
  }

  /** Queues do not lead to what they belong to; the functions that put the thread to sleep tell. */
  async #objectOf(sp: bigint): Promise<string | undefined> {
    const stack = await this.inspector.read(sp, this.frame.size);
    let returns = readPointer(stack, this.frame.pc);
    let frame = readPointer(stack, this.frame.framePointer);
    let kind = 'something';
    for (let depth = 0; depth < CALLERS_LIMIT && returns !== 0n; depth++) {
      // A call may be the last of its function.
      const name = (await this.inspector.symbolAt(returns - 1n))?.name;
      if (name === undefined) return undefined;
      kind = OBJECTS.find(([pattern]) => pattern.test(name))?.[1] ?? kind;
      if (!WAITING.test(name)) return `${kind}, in ${name}`;
      const next = await this.inspector.read(frame, 16);
      if (next.length < 16) return undefined;
      frame = readPointer(next, 0);
      returns = readPointer(next, 8);
    }
    return undefined;
  }

  #hasRun(ip: bigint): Promise<boolean> {
    const known =
      this.#resumed.get(ip) ??
      this.inspector
        .symbolAt(ip)
        .then((symbol) => /^(ukarch_ctx_switch|restore_point)$/.test(symbol?.name ?? ''));
    this.#resumed.set(ip, known);
    return known;
  }

  async #pointerAt(address: bigint): Promise<bigint> {
    return readPointer(await this.inspector.read(address, 8), 0);
  }
}

function stateOf(flags: number, running: boolean, isNew: boolean): ThreadState {
  if (running) return 'running';
  if (flags & EXITED) return 'exited';
  if ((flags & RUNNABLE) === 0) return 'waiting';
  return isNew ? 'new' : 'ready';
}
