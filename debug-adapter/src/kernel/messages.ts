/** A kernel's messages, read from the text that they were printed as. */

export const LEVELS = ['critical', 'error', 'warning', 'info', 'debug'] as const;
export type MessageLevel = (typeof LEVELS)[number];

export interface KernelMessage {
  /** Absent for text that no message begins. */
  readonly level?: MessageLevel;
  readonly library?: string;
  /** Nanoseconds since boot, where the kernel prints them. */
  readonly time?: number;
  readonly text: string;
}

const BY_WORD: Readonly<Record<string, MessageLevel>> = {
  crit: 'critical',
  err: 'error',
  error: 'error',
  warn: 'warning',
  info: 'info',
  debug: 'debug',
  dbg: 'debug',
};

/** The built-in kernel's (lib/ukdebug/print.c) and Unikraft's: `[    0.105637] Info: <thread> [library] text`. */
const MESSAGE =
  /^(?:\[ *(\d+)\.(\d{6})\] )?(Crit|CRIT|Err|ERR|Error|Warn|Info|Debug|dbg): +(?:\{r:.*?\} )?(?:<.*?> )?\[(?:lib)?([\w-]+)\] (?:<.*?> )?(.*)$/;
/** What colours a terminal. */
const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, 'g');

/** A message for each line. */
export function readMessages(text: string): KernelMessage[] {
  const messages: KernelMessage[] = [];
  for (const line of text.replace(COLOUR, '').split('\n')) {
    const found = MESSAGE.exec(line.trimEnd());
    if (found === null) {
      if (line.trim() !== '') messages.push({ text: line.trimEnd() });
      continue;
    }
    const [, seconds, micros, word = '', library = '', words = ''] = found;
    const level = BY_WORD[word.toLowerCase()];
    messages.push({
      ...(level === undefined ? {} : { level }),
      library,
      ...(seconds === undefined ? {} : { time: Number(seconds) * 1e9 + Number(micros) * 1e3 }),
      text: words,
    });
  }
  return messages;
}

/** What the kernel said last of what made it give up; undefined where it has said nothing so grave. */
export function lastWords(console: string): string | undefined {
  return readMessages(console).findLast(({ level, text }) => level === 'critical' && text !== '')?.text;
}

/** The messages of a whole console, without what others print there. */
export function onlyMessages(messages: readonly KernelMessage[]): KernelMessage[] {
  return messages.filter(({ level }) => level !== undefined);
}
