/** Types for the part of gdb-js 1.3.0 that connection.ts uses; the package brings none. */
declare module 'gdb-js' {
  import type { EventEmitter } from 'node:events';

  /** Parsed MI: a string, a list, or a tuple; a list of named results comes as `{name, value}` pairs. */
  type RawMi = string | RawMi[] | { [name: string]: RawMi };

  interface RecordStream {
    each(consume: (text: string) => void): unknown;
  }

  export class GDB extends EventEmitter {
    constructor(process: {
      stdin: { write(text: string): unknown };
      stdout: NodeJS.ReadableStream;
      stderr: NodeJS.ReadableStream;
      kill(signal?: NodeJS.Signals): unknown;
    });
    readonly consoleStream: RecordStream;
    readonly logStream: RecordStream;
    readonly targetStream: RecordStream;
    /**
     * What `execMI` does once the command before is answered; this one writes at once. Resolves with the data of
     * the result record; rejects with GDB's `msg` for `^error`.
     */
    _execMI(command: string): Promise<{ [name: string]: RawMi }>;
  }
}
