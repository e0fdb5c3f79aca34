/** Unikraft's crashes: every one ends in `ukplat_terminate(UKPLAT_CRASH)`; the frames above tell what led there. */
import { ASSERTION, type ExceptionArchitecture, exceptionOfVector, PANIC } from '../exceptions';
import type { Access, Inspector, Kernel, KernelFrame, Panic } from '../kernel';

/** enum ukplat_gstate, where its names are not known (uk/plat/bootstrap.h). */
const CRASH = 3;
/** Frames between ukplat_terminate and the trap's handler, at most. */
const DEPTH = 6;
const PAGE_FAULT_VECTOR = 14;
/** Bits of a page fault's error code (Intel SDM 3A, 4.7). */
const PRESENT = 1;
const WRITE = 2;
const FETCH = 16;
/** ESR_EL1 (Arm ARM, D24.2.40). */
const ARM_CLASS_SHIFT = 26n;
const ARM_FETCHES: readonly number[] = [0x20, 0x21];
const ARM_WRITE = 1n << 6n;
const ARM_STATUS = 0x3cn;
const ARM_TRANSLATION = 0x4n;

const ACCESSES: Readonly<Record<Access, string>> = {
  read: 'read from',
  write: 'write to',
  execute: 'instruction fetch from',
};

export const unikraftPanics: Pick<Kernel, 'panicFunction' | 'readPanic' | 'panicCondition'> = {
  panicFunction: 'ukplat_terminate',
  async readPanic(inspector: Inspector): Promise<Panic> {
    const frames = await inspector.frames(DEPTH);
    for (const frame of frames) {
      const read = HANDLERS.get(frame.function ?? '');
      // An optimized handler may have lost its arguments.
      const panic = await read?.(inspector, frame.level).catch(() => undefined);
      if (panic !== undefined) return panic;
    }
    const caller = frames[1];
    const asserted = caller === undefined ? undefined : await assertionAt(inspector, caller);
    if (caller !== undefined && asserted !== undefined) {
      return {
        kind: ASSERTION,
        sentence: `Assertion failed: ${asserted}`,
        details: [`in ${placeOf(caller)}`],
      };
    }
    const details = caller === undefined ? [] : [`in ${placeOf(caller)}`];
    return { kind: PANIC, sentence: 'Unikraft crashed', isToldOnConsole: true, details };
  },
  /** Which exception it was is not known before it is looked at. */
  async panicCondition(inspector: Inspector, wanted: ReadonlySet<string>): Promise<string | undefined> {
    if (wanted.size === 0) return '0';
    const named = await inspector.evaluate('UKPLAT_CRASH').then(
      () => true,
      () => false,
    );
    return `request == ${named ? 'UKPLAT_CRASH' : CRASH}`;
  },
};

/** Its macro leaves nothing but a line: the condition as that spells it, where the source is here. */
async function assertionAt(inspector: Inspector, { file, line }: KernelFrame): Promise<string | undefined> {
  if (file === undefined || line === undefined) return undefined;
  const text = (await inspector.sourceLine(file, line)) ?? '';
  const [, condition] = /\bUK_(?:ASSERT|BUGON|BUG)\s*\((.*?)(?:\)\s*;.*)?$/.exec(text) ?? [];
  return condition === undefined ? undefined : condition || 'UK_BUG()';
}

type ReadHandler = (inspector: Inspector, level: number) => Promise<Panic>;

const HANDLERS: ReadonlyMap<string, ReadHandler> = new Map(
  Object.entries<ReadHandler>({
    // plat/common/x86/traps.c.
    async do_page_fault(inspector, level) {
      const [code, address, at] = await Promise.all([
        // Where it is optimized out there is what the event's handlers are given, which stays on the stack.
        inspector.numberIn(level, 'error_code').catch(() => inspector.numberIn(level, 'ctx.error_code')),
        inspector.register('cr2'),
        inspector
          .evaluateIn(level, '(void (*)()) regs->rip')
          .catch(() => inspector.evaluateIn(level, '(void (*)()) ctx.regs->rip')),
      ]);
      const access = code & BigInt(FETCH) ? 'execute' : code & BigInt(WRITE) ? 'write' : 'read';
      const cause = code & BigInt(PRESENT) ? 'not allowed by the page’s protection' : 'page not present';
      return pageFault('x86_64', address ?? 0n, access, cause, [
        `vector ${PAGE_FAULT_VECTOR}`,
        `error code ${code}`,
        `at ${at}`,
      ]);
    },
    async do_unhandled_trap(inspector, level) {
      const [vector, code, at] = await Promise.all([
        inspector.numberIn(level, 'trapnr'),
        inspector.numberIn(level, 'error_code'),
        inspector.evaluateIn(level, '(void (*)()) regs->rip'),
      ]);
      const kind = exceptionOfVector(Number(vector), 'x86_64');
      return {
        kind: kind?.id ?? PANIC,
        sentence: kind?.label ?? `Unhandled trap ${vector}`,
        details: [`vector ${vector}`, `error code ${code}`, `at ${at}`],
      };
    },
    // plat/common/arm/traps_arm64.c.
    async trap_el1_sync(inspector, level) {
      const [esr, far, at] = await Promise.all([
        inspector.numberIn(level, 'regs->esr_el1'),
        inspector.numberIn(level, 'far'),
        inspector.evaluateIn(level, '(void (*)()) regs->elr_el1'),
      ]);
      const kind = exceptionOfVector(Number(esr >> ARM_CLASS_SHIFT), 'arm64');
      const details = [`ESR 0x${esr.toString(16)}`, `at ${at}`];
      if (kind?.id !== 'page-fault') {
        const sentence = kind?.label ?? `Exception of class 0x${(esr >> ARM_CLASS_SHIFT).toString(16)}`;
        return { kind: kind?.id ?? PANIC, sentence, details };
      }
      const fetches = ARM_FETCHES.includes(Number(esr >> ARM_CLASS_SHIFT));
      const access = fetches ? 'execute' : esr & ARM_WRITE ? 'write' : 'read';
      const isAbsent = (esr & ARM_STATUS) === ARM_TRANSLATION;
      const cause = isAbsent ? 'page not present' : 'not allowed by the page’s protection';
      return pageFault('arm64', far, access, cause, details);
    },
  }),
);

function pageFault(
  architecture: ExceptionArchitecture,
  address: bigint,
  access: Access,
  cause: string,
  details: readonly string[],
): Panic {
  const vector = architecture === 'x86_64' ? PAGE_FAULT_VECTOR : (ARM_FETCHES[0] ?? 0);
  return {
    kind: exceptionOfVector(vector, architecture)?.id ?? PANIC,
    sentence: `Page fault: ${ACCESSES[access]} 0x${address.toString(16)} (${cause})`,
    details,
    fault: { address, access },
  };
}

function placeOf({ function: name, file, line, address }: KernelFrame): string {
  return `${name ?? address}${file === undefined ? '' : ` (${file}:${line})`}`;
}
