/** Panics of the built-in kernel: kernel-sdk/kernel/lib/ukdebug. */
import {
  ASSERTION,
  EXCEPTION_KINDS,
  type ExceptionKind,
  exceptionOfVector,
  PANIC,
  vectorsOf,
} from '../exceptions';
import type { Inspector, Kernel, Panic } from '../kernel';
import { architectureOf } from './architecture';
import { faultOf, wildRegister } from './faults';

/** What the program counter is called in an architecture's `struct __regs` (uk/arch/regs.h): x86_64's, arm64's. */
const PROGRAM_COUNTERS = ['rip', 'pc'];

/** Field names are those of `struct uk_panic_info` (uk/panic.h). */
export const builtInPanics: Pick<Kernel, 'panicFunction' | 'readPanic' | 'panicCondition'> = {
  panicFunction: 'uk_panic',
  async readPanic(inspector: Inspector): Promise<Panic> {
    const sentence = await inspector.evaluateText('info->reason');
    const details: string[] = [];
    let more: Pick<Panic, 'fault' | 'explanation'> = {};
    let kind = PANIC;
    if ((await inspector.number('info->regs')) !== 0n) {
      const at = await programCounter(inspector);
      const vector = await inspector.number('info->vector');
      const architecture = await architectureOf(inspector);
      kind = exceptionOfVector(Number(vector), architecture)?.id ?? PANIC;
      if (kind === 'page-fault') more = { fault: await faultOf(inspector, architecture) };
      if (kind === 'general-protection') more = await wildRegister(inspector);
      details.push(`vector ${vector}`);
      details.push(`error code ${await inspector.number('info->error_code')}`);
      details.push(`at ${at.replace(/^\(void \(\*\)\(\)\) /, '')}`);
    } else if ((await inspector.number('info->file')) !== 0n) {
      kind = ASSERTION;
      details.push(
        `at ${await inspector.evaluateText('info->file')}:${await inspector.number('info->line')}`,
      );
    }
    return { kind, sentence: sentence.replace(/\.$/, ''), details, ...more };
  },
  async panicCondition(inspector: Inspector, wanted: ReadonlySet<string>): Promise<string | undefined> {
    const architecture = await architectureOf(inspector);
    const exceptions = EXCEPTION_KINDS.filter((kind) => vectorsOf(kind, architecture).length > 0);
    const known = [PANIC, ASSERTION, ...exceptions.map(({ id }) => id)];
    if (known.every((id) => wanted.has(id))) return undefined;
    const isOneOf = (kinds: readonly ExceptionKind[]) =>
      kinds
        .flatMap((kind) => vectorsOf(kind, architecture))
        .map((vector) => `info->vector == 0x${vector.toString(16)}`)
        .join(' || ') || '0';
    const chosen = exceptions.filter(({ id }) => wanted.has(id));
    const cases = [`(info->regs != 0 && (${isOneOf(chosen)}))`];
    if (wanted.has(ASSERTION)) cases.push('info->file != 0');
    if (wanted.has(PANIC)) {
      cases.push(`(info->file == 0 && !(info->regs != 0 && (${isOneOf(exceptions)})))`);
    }
    return cases.join(' || ');
  },
};

async function programCounter(inspector: Inspector): Promise<string> {
  for (const name of PROGRAM_COUNTERS) {
    const at = await inspector.evaluate(`(void (*)())info->regs->${name}`).catch(() => undefined);
    if (at !== undefined) return at;
  }
  return 'an unknown place';
}
