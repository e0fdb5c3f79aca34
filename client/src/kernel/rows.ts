/** The kernel's messages and events as rows of a view. Pure: what the editor shows is decided here. */

/** A message as the debug adapter tells it (`unikernel/kernelLog`). */
export interface Message {
  readonly level?: string;
  readonly library?: string;
  /** Nanoseconds since boot. */
  readonly time?: number;
  readonly text: string;
}

/** An event as the debug adapter tells it (`unikernel/trace`). */
export interface TraceEvent {
  /** Nanoseconds since boot. */
  readonly time: number;
  readonly name: string;
  readonly thread: string;
  readonly arguments: readonly string[];
  /** What the arguments mean, where that is known. */
  readonly meaning?: string;
}

export interface Row {
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
}

export interface TraceRow extends Row {
  readonly thread: string;
}

/** From what matters most. */
export const LEVELS: readonly string[] = ['critical', 'error', 'warning', 'info', 'debug'];

/** Messages down to a level; text without one always. */
export function messagesDownTo(messages: readonly Message[], level: string): Message[] {
  const last = LEVELS.indexOf(level);
  return messages.filter((message) => LEVELS.indexOf(message.level ?? '') <= last);
}

export function messageRow({ level, library, time, text }: Message): Row {
  const when = time === undefined ? '' : `${seconds(time)} · `;
  return {
    label: text,
    description: `${when}${library ?? ''}`,
    tooltip: [text, [level, library, time && seconds(time)].filter(Boolean).join(' · ')].join('\n'),
  };
}

/** Each event with the time since the one that is shown before it; only those that hold all words of the filter. */
export function traceRows(events: readonly TraceEvent[], filter: string): TraceRow[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = events.filter((event) => {
    const text = `${wordsOf(event)} ${event.thread}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return shown.map((event, i) => {
    const delta = event.time - (shown[i - 1]?.time ?? event.time);
    return {
      label: `+${duration(delta)}`,
      description: `${wordsOf(event)}${event.thread && ` · ${event.thread}`}`,
      tooltip: `${event.name} ${event.arguments.join(' ')}\nat ${seconds(event.time)}${event.thread && ` in thread '${event.thread}'`}`,
      thread: event.thread,
    };
  });
}

function wordsOf(event: TraceEvent): string {
  return [event.name, event.meaning ?? event.arguments.join(' ')].join(' ');
}

export function duration(nanoseconds: number): string {
  if (nanoseconds < 1e3) return `${nanoseconds} ns`;
  if (nanoseconds < 1e6) return `${(nanoseconds / 1e3).toFixed(1)} µs`;
  if (nanoseconds < 1e9) return `${(nanoseconds / 1e6).toFixed(2)} ms`;
  return `${(nanoseconds / 1e9).toFixed(3)} s`;
}

function seconds(nanoseconds: number): string {
  return `${(nanoseconds / 1e9).toFixed(6)} s`;
}
