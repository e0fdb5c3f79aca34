/** The built-in kernel (`x-kernel: sdk`): kernel-sdk/kernel/lib/ukdebug. */
import { ASSERTION, EXCEPTION_KINDS, exceptionOfVector, PANIC } from './exceptions';
import type { Inspector, Kernel, Panic } from './kernel';

/** What the program counter is called in an architecture's `struct __regs` (uk/arch/regs.h): x86_64's, arm64's. */
const PROGRAM_COUNTERS = ['rip', 'pc'];

/** Field names are those of `struct uk_panic_info` (uk/panic.h). */
export const builtInKernel: Kernel = {
  name: 'built-in',
  panicFunction: 'uk_panic',
  async readPanic(inspector: Inspector): Promise<Panic> {
    const sentence = await inspector.evaluateText('info->reason');
    const details: string[] = [];
    let kind = PANIC;
    if ((await inspector.evaluate('info->regs != 0')) === '1') {
      const at = await programCounter(inspector);
      const vector = await inspector.evaluate('info->vector');
      kind = exceptionOfVector(Number(vector))?.id ?? PANIC;
      details.push(`vector ${vector}`);
      details.push(`error code ${await inspector.evaluate('info->error_code')}`);
      details.push(`at ${at.replace(/^\(void \(\*\)\(\)\) /, '')}`);
    } else if ((await inspector.evaluate('info->file != 0')) === '1') {
      kind = ASSERTION;
      details.push(
        `at ${await inspector.evaluateText('info->file')}:${await inspector.evaluate('info->line')}`,
      );
    }
    return { kind, sentence: sentence.replace(/\.$/, ''), details };
  },
  panicCondition(wanted: ReadonlySet<string>): string | undefined {
    const vectors = EXCEPTION_KINDS.filter(({ vector }) => vector !== undefined);
    const known = [PANIC, ASSERTION, ...vectors.map(({ id }) => id)];
    if (known.every((id) => wanted.has(id))) return undefined;
    const cases = vectors
      .filter(({ id }) => wanted.has(id))
      .map(({ vector }) => `(info->regs != 0 && info->vector == ${vector})`);
    if (wanted.has(ASSERTION)) cases.push('info->file != 0');
    if (wanted.has(PANIC)) {
      const named = vectors.map(({ vector }) => `info->vector == ${vector}`).join(' || ');
      cases.push(`(info->file == 0 && !(info->regs != 0 && (${named})))`);
    }
    return cases.length === 0 ? '0' : cases.join(' || ');
  },
};

async function programCounter(inspector: Inspector): Promise<string> {
  for (const name of PROGRAM_COUNTERS) {
    const at = await inspector.evaluate(`(void (*)())info->regs->${name}`).catch(() => undefined);
    if (at !== undefined) return at;
  }
  return 'an unknown place';
}
