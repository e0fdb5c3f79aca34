/** The built-in kernel (`x-kernel: sdk`): kernel-sdk/kernel/lib/ukdebug. */
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
    if ((await inspector.evaluate('info->regs != 0')) === '1') {
      const at = await programCounter(inspector);
      details.push(`vector ${await inspector.evaluate('info->vector')}`);
      details.push(`error code ${await inspector.evaluate('info->error_code')}`);
      details.push(`at ${at.replace(/^\(void \(\*\)\(\)\) /, '')}`);
    } else {
      details.push(
        `at ${await inspector.evaluateText('info->file')}:${await inspector.evaluate('info->line')}`,
      );
    }
    return { sentence: sentence.replace(/\.$/, ''), details };
  },
};

async function programCounter(inspector: Inspector): Promise<string> {
  for (const name of PROGRAM_COUNTERS) {
    const at = await inspector.evaluate(`(void (*)())info->regs->${name}`).catch(() => undefined);
    if (at !== undefined) return at;
  }
  return 'an unknown place';
}
