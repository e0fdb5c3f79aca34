/** Which architecture an image of the built-in kernel is for. */
import type { ExceptionArchitecture } from '../exceptions';
import type { Inspector } from '../kernel';

/** By the registers that a trap saves. */
export async function architectureOf(inspector: Inspector): Promise<ExceptionArchitecture> {
  const x86 = inspector.evaluate('sizeof(((struct uk_panic_info *) 0)->regs->rip)');
  return x86.then(
    () => 'x86_64',
    () => 'arm64',
  );
}
