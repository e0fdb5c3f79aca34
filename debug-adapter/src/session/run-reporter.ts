/** What a client is told while a run comes up. */
import { Event, OutputEvent } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { BootProgress } from './boot-progress';
import type { RunReporter } from './run';

export function runReporter(
  send: (event: DebugProtocol.Event) => void,
  progress: BootProgress,
  trace: boolean,
): RunReporter {
  const console = (text: string) => send(new OutputEvent(text, 'console'));
  return {
    buildStep: (step) => {
      progress.buildStep(step);
      console(`${step.label}\n`);
    },
    buildOutput: (text) => send(new OutputEvent(text, 'stderr')),
    diagnostics: (diagnostics) => send(new Event('unikernel.diagnostics', { diagnostics })),
    note: (text) => console(`${text}\n`),
    trace: (direction, line) => {
      if (trace) console(`${direction === 'to' ? '→' : '←'} ${line}\n`);
    },
  };
}
