/** The debug adapter's process: DAP on stdio. */
import { GdbGone, type GdbProcess } from './gdb';
import { UnikernelDebugSession } from './session/session';

/** @param gdb One that was started with this process. */
export function serve(gdb: GdbProcess | undefined): void {
  const session = new UnikernelDebugSession(gdb);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => session.shutdown());
  }
  // Its event tells that GDB is gone; a question that nobody waits for any more need not end this process as well.
  process.on('unhandledRejection', (error) => {
    if (!(error instanceof GdbGone)) throw error;
  });
  session.start(process.stdin, process.stdout);
}
