/** Every failure that the adapter tells a client: its number (stable, for searches) and its sentence. */
import { messageOf } from '@unikernel-tools/kernel-sdk/problem';
import type { DebugProtocol } from '@vscode/debugprotocol';

/** A failure for the user. What it holds goes to the client as it is. */
export class DebugError extends Error {
  constructor(
    readonly id: number,
    message: string,
    /** False for a request that events have overtaken: the user did nothing that failed. */
    readonly show = true,
    /** The problems that it is about have been told apart from it, file by file. */
    readonly hasProblems = false,
  ) {
    super(message);
  }

  toMessage(): DebugProtocol.Message {
    // As a variable, because braces in GDB's words would be taken for placeholders; with `_`, because the
    // library leaves others out of the response's `message`.
    return { id: this.id, format: '{_words}', variables: { _words: this.message }, showUser: this.show };
  }
}

export const invalidArguments = (what: string) =>
  new DebugError(1001, `The launch configuration is not usable: ${what}`);
export const noManifest = (what: string) => new DebugError(1002, what);
export const manifestProblems = (what: string, isListed = false) =>
  new DebugError(1003, what, true, isListed);
export const buildFailed = (what: string, isListed = false) => new DebugError(1004, what, true, isListed);
export const toolMissing = (what: string) => new DebugError(1005, what);
export const machineFailed = (what: string) => new DebugError(1006, what);
export const symbolsMissing = (file: string) =>
  new DebugError(
    1007,
    `The image '${file}' has no debug information, so no line of it can be shown. Build it with '-g', or name the file that has its symbols.`,
  );
export const noImage = (what: string) => new DebugError(1009, what);
export const gdbFailed = (what: string) => new DebugError(1008, what);
export const stubMissing = (place: string, error: unknown) =>
  new DebugError(
    1010,
    `No debugger stub answers at '${place}': ${messageOf(error)} Start the machine with one, for example QEMU with '-s', or correct 'connect'.`,
  );

export const notServed = (command: unknown) =>
  new DebugError(1011, `The debugger does not answer the request '${command}'.`, false);
export const invalidRequest = (what: string) => new DebugError(1012, what);
export const alreadyBegun = () =>
  new DebugError(1013, 'This session has a unikernel, or had one: begin another session for the next.');

export const notStopped = (what: string) =>
  new DebugError(2001, `${what} needs a stopped unikernel; it is running. Pause it first.`, false);
export const noSession = () =>
  new DebugError(2002, 'No unikernel is being debugged any more. Start one with F5.', false);
export const noSerialLine = () =>
  new DebugError(
    2006,
    "There is no serial line to type into: the unikernel is gone, or an attach did not name its socket in 'serial'.",
    false,
  );
export const gdbRefused = (words: string) => new DebugError(2003, `GDB says: ${words}`);
export const staleReference = () =>
  new DebugError(
    2004,
    'This value belongs to an earlier stop; look at it again from the current frame.',
    false,
  );
export const hasEffects = (expression: string) =>
  new DebugError(
    2045,
    `'${expression}' calls or assigns, which pointing at it must not: watch it, or type it in the debug console.`,
    false,
  );
export const registersNotThere = () =>
  new DebugError(
    2009,
    'The registers of a thread that does not run cannot be written: they are the vCPU’s until the thread goes on.',
  );
export const notThere = (what: string, hint: string) =>
  new DebugError(2013, `This image has no ${what} that can be shown. ${hint}`, false);
export const noSnapshots = (why: string) => new DebugError(2020, why);
export const snapshotUnknown = (name: string, names: readonly string[]) =>
  new DebugError(
    2021,
    `There is no snapshot '${name}'. ${names.length === 0 ? 'None is kept.' : `These are kept: ${names.join(', ')}.`}`,
  );
export const snapshotTaken = (name: string) =>
  new DebugError(
    2022,
    `There is a snapshot '${name}' already. Delete it first, or give this one another name.`,
  );
export const cancelled = () => new DebugError(2005, 'Cancelled.', false);
export const noTimeTravel = () =>
  new DebugError(
    2040,
    'This run is not recorded, so there is no way back in it. Launch with "timeTravel": true to record it.',
  );
export const pastIsFixed = () =>
  new DebugError(
    2041,
    'What has been run is looked at and cannot be changed. Restart to run it in another way.',
  );
export const neverWritten = (name: string) =>
  new DebugError(2042, `The recording has no place before this one where '${name}' was changed.`);
export const cannotGoBack = (error: unknown) =>
  error instanceof DebugError
    ? error
    : new DebugError(
        2043,
        `The way back was lost: ${messageOf(error)} The unikernel stands where it was before.`,
      );
export const cannotGoOn = (error: unknown) =>
  error instanceof DebugError
    ? error
    : new DebugError(2046, `The unikernel cannot go on from here: ${messageOf(error)}`);
