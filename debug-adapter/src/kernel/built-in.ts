/** The built-in kernel (`x-kernel: sdk`): kernel-sdk/kernel/lib/ukdebug. */
import type { Inspector, Kernel, Panic } from './kernel';

/** Field names are those of `struct uk_panic_info` (uk/panic.h). */
export const builtInKernel: Kernel = {
  name: 'built-in',
  panicFunction: 'uk_panic',
  async readPanic(inspector: Inspector): Promise<Panic> {
    const sentence = await inspector.evaluateText('info->reason');
    const details: string[] = [];
    if ((await inspector.evaluate('info->regs != 0')) === '1') {
      const at = await inspector.evaluate('(void (*)())info->regs->rip');
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
