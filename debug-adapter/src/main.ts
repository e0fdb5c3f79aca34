/** The debug adapter's process: DAP on stdio. */
import { UnikernelDebugSession } from './session/session';

const session = new UnikernelDebugSession();
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  process.on(signal, () => session.shutdown());
}
session.start(process.stdin, process.stdout);
