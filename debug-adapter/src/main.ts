/** The debug adapter's process: DAP on stdio. */
import type { GdbProcess } from './gdb';
import { UnikernelDebugSession } from './session/session';

/** @param gdb One that was started with this process. */
export function serve(gdb: GdbProcess | undefined): void {
  const session = new UnikernelDebugSession(gdb);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => session.shutdown());
  }
  session.start(process.stdin, process.stdout);
}
