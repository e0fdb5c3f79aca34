/** Words for the debug console that ask the kernel: `:threads`, `:log`, `:trace`, `:heap`, `:where EXPRESSION`. */
import { DebugError } from '../../errors';
import { LEVELS } from '../../kernel/messages';
import { stateOf } from '../../target/awareness';
import type { SessionContext } from '../context';
import { awarenessOf, explain, kernelLog, missing, traceOf } from './kernel';

interface Word {
  readonly takes: string;
  readonly does: string;
  /** What it prints. */
  run(context: SessionContext, argument: string, frameId: number | undefined): Promise<string>;
}

const TRACE_LINES = 50;
const UNHEARD =
  "The image keeps no messages, and its serial line is not listened to: name its socket in 'serial' to see them here.";

const WORDS: Readonly<Record<string, Word>> = {
  threads: {
    takes: '',
    does: 'the kernel’s threads, what each waits for',
    async run(context) {
      const threads = [...(await context.stopped().kernelThreads()).values()];
      const { damage } = awarenessOf(context);
      if (threads.length === 0 && damage === undefined) throw missing(context, 'threads');
      const lines = threads.map((thread) => `${thread.name}: ${stateOf(thread) || 'runs'}`);
      return [...lines, ...(damage === undefined ? [] : [damage])].join('\n');
    },
  },
  log: {
    takes: '[LEVEL]',
    does: `the kernel’s messages, down to a level: ${LEVELS.join(', ')}`,
    async run(context, argument) {
      const last =
        argument === '' ? LEVELS.length - 1 : LEVELS.findIndex((level) => level.startsWith(argument));
      if (last < 0)
        throw new DebugError(2012, `':log' takes one of ${LEVELS.join(', ')}, not '${argument}'.`);
      const { messages } = await kernelLog(context);
      const shown = messages.filter(({ level }) => level === undefined || LEVELS.indexOf(level) <= last);
      if (shown.length === 0) return isHeard(context) ? 'The kernel has said nothing.' : UNHEARD;
      return shown
        .map(({ level, library, text }) => (level === undefined ? text : `${level}: [${library}] ${text}`))
        .join('\n');
    },
  },
  trace: {
    takes: '[COUNT]',
    does: `the last events of the trace ring, ${TRACE_LINES} unless told`,
    async run(context, argument) {
      const count = argument === '' ? TRACE_LINES : Number(argument);
      if (!(count > 0)) throw new DebugError(2012, `':trace' takes how many events, not '${argument}'.`);
      const { events } = await traceOf(context);
      if (events.length === 0) return 'The trace ring is empty.';
      const first = Math.max(0, events.length - count);
      return events
        .slice(first)
        .map((event, i) => {
          const before = events[first + i - 1]?.time ?? event.time;
          const delta = `+${micros(event.time - before)}`.padStart(14);
          return `${micros(event.time).padStart(16)} ${delta}  ${event.thread.padEnd(12)}  ${event.name} ${event.meaning ?? event.arguments.join(' ')}`;
        })
        .join('\n');
    },
  },
  heap: {
    takes: '',
    does: 'how much of the heap is used',
    async run(context) {
      const summary = await (await awarenessOf(context).heap())?.summary();
      if (summary === undefined) throw missing(context, 'heap');
      const { used, total, peak, blocks } = summary;
      const pieces = blocks === undefined ? '' : `, by ${blocks} blocks`;
      const most = peak === undefined ? '' : `; ${peak} were at most`;
      return `${used} of ${total} bytes are used${pieces}${most}.`;
    },
  },
  where: {
    takes: 'EXPRESSION',
    does: 'what an address belongs to, and how it is translated',
    async run(context, argument, frameId) {
      if (argument === '')
        throw new DebugError(2012, "':where' takes an address, such as '0x1000' or '&variable'.");
      const { summary, neighbours, walk } = await explain(context, argument, frameId);
      return [summary, ...[...neighbours, ...walk].map((line) => `  ${line}`)].join('\n');
    },
  },
  help: {
    takes: '',
    does: 'these words',
    run: () =>
      Promise.resolve(
        Object.entries(WORDS)
          .map(([word, { takes, does }]) => `${`:${word} ${takes}`.padEnd(20)} ${does}`)
          .join('\n'),
      ),
  },
};

export const KERNEL_WORDS: readonly string[] = Object.keys(WORDS);
const LINE = /^\s*:(\w*)\s*(.*?)\s*$/;

/** Undefined for a line that begins with none of them. */
export async function runKernelWord(
  context: SessionContext,
  line: string,
  frameId: number | undefined,
): Promise<string | undefined> {
  const [, name = '', argument = ''] = LINE.exec(line) ?? [];
  if (!LINE.test(line)) return undefined;
  const word = Object.hasOwn(WORDS, name) ? WORDS[name] : undefined;
  if (word === undefined) throw new DebugError(2011, `There is no ':${name}'. ':help' lists the words.`);
  return word.run(context, argument, frameId);
}

/** Somebody else's machine says nothing here where its serial line is not named. */
function isHeard({ run, console }: SessionContext): boolean {
  return run?.place === undefined || console !== undefined;
}

function micros(nanoseconds: number): string {
  return `${(nanoseconds / 1000).toFixed(1)} µs`;
}
