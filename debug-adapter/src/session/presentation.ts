/** Frames, variables and breakpoints in DAP's form. */
import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { Source } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { GdbFrame } from '../gdb';
import type { PlacedBreakpoint } from '../target/breakpoints';
import type { Variable } from '../target/variables';

export interface FrameLook {
  /** Shown greyed, and not the first that the editor opens. */
  readonly subtle: boolean;
  /** Where a client wants another than the function's. */
  readonly name?: string | undefined;
  /** The module's id. */
  readonly module?: string | undefined;
  /** What stands behind the function's name. */
  readonly label?: string | undefined;
}

export function presentFrame(
  id: number,
  frame: GdbFrame,
  { subtle, name, module, label }: FrameLook,
): DebugProtocol.StackFrame {
  const source = frame.file === undefined ? undefined : presentSource(frame.file, subtle);
  return {
    id,
    name: `${name ?? frame.function ?? `0x${BigInt(frame.address).toString(16)}`}${label === undefined ? '' : ` · ${label}`}`,
    line: frame.line ?? 0,
    column: frame.line === undefined ? 0 : 1,
    instructionPointerReference: frame.address,
    ...(source === undefined ? {} : { source }),
    ...(module === undefined ? {} : { moduleId: module }),
    ...(subtle ? { presentationHint: 'subtle' as const } : {}),
  };
}

export function presentVariable(variable: Variable): DebugProtocol.Variable {
  return {
    name: variable.name,
    value: variable.value,
    variablesReference: variable.reference,
    ...(variable.type === undefined ? {} : { type: variable.type }),
    ...(variable.expression === undefined ? {} : { evaluateName: variable.expression }),
    ...(variable.elements === undefined ? {} : { indexedVariables: variable.elements }),
    ...(variable.address === undefined ? {} : { memoryReference: variable.address }),
    ...(variable.readOnly ? { presentationHint: { attributes: ['readOnly'] } } : {}),
  };
}

export function presentBreakpoint({
  id,
  wanted,
  placed,
  message,
}: PlacedBreakpoint): DebugProtocol.Breakpoint {
  const line = placed?.line ?? (wanted.kind === 'line' ? wanted.line : undefined);
  const file = placed?.file;
  return {
    id,
    verified: placed !== undefined,
    ...(line === undefined ? {} : { line }),
    ...(file === undefined || !isHere(file) ? {} : { source: presentSource(file, false) }),
    ...(placed?.address === undefined ? {} : { instructionReference: placed.address }),
    ...(message === undefined ? {} : { message }),
  };
}

/**
 * How many of the innermost frames only carry a panic out: down to the CPU's exception frame, else the
 * ones from the panic function's own folder.
 */
export function panicFrames(frames: readonly GdbFrame[]): number {
  const trap = frames.findIndex((frame) => frame.function === '<signal handler called>');
  if (trap >= 0) return trap + 1;
  const folder = frames[0]?.file === undefined ? undefined : dirname(frames[0].file);
  const first = frames.findIndex((frame) => frame.file === undefined || dirname(frame.file) !== folder);
  return Math.max(first, 0);
}

/** How many of the innermost frames only put a thread to sleep; none where that is all there is. */
export function schedulerFrames(frames: readonly GdbFrame[], sources: RegExp): number {
  return Math.max(
    0,
    frames.findIndex(({ file }) => file === undefined || !sources.test(file)),
  );
}

export function presentSource(path: string, subtle: boolean): DebugProtocol.Source {
  // A library built elsewhere names files that are not here: the editor greys such a frame.
  if (!isHere(path)) return { name: basename(path), presentationHint: 'deemphasize' };
  const source: DebugProtocol.Source = new Source(basename(path), path);
  if (subtle) source.presentationHint = 'deemphasize';
  return source;
}

/** Every step shows the same files: what was here is not looked for again. */
const seen = new Set<string>();

function isHere(path: string): boolean {
  if (seen.has(path)) return true;
  const found = existsSync(path);
  if (found) seen.add(path);
  return found;
}
