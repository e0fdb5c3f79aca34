/** Names of frames as a client wants them: DAP's StackFrameFormat. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import {
  type GdbConnection,
  type GdbFrame,
  listArguments,
  type NamedValue,
  type ThreadContext,
} from '../gdb';

/** By level; those of frames without a function, and all of them where nothing is wanted, are left out. */
export async function frameNames(
  gdb: GdbConnection,
  on: ThreadContext,
  frames: readonly GdbFrame[],
  format: DebugProtocol.StackFrameFormat | undefined,
  moduleOf: (frame: GdbFrame) => string | undefined,
): Promise<ReadonlyMap<number, string>> {
  const [first] = frames;
  const last = frames.at(-1);
  if (format === undefined || first === undefined || last === undefined) return new Map();
  const wanted = format.parameters ? await listArguments(gdb, on, first.level, last.level) : undefined;
  return new Map(
    frames.flatMap((frame) => {
      if (frame.function === undefined) return [];
      const module = format.module ? moduleOf(frame) : undefined;
      const parameters = wanted?.get(frame.level);
      const name = [
        module === undefined ? '' : `${module}!`,
        // Of C++ functions GDB's names have the parameters' types already.
        parameters === undefined ? frame.function : frame.function.replace(/\(.*\)$/, ''),
        parameters === undefined ? '' : `(${parameters.map((one) => parameter(one, format)).join(', ')})`,
        format.line && frame.line !== undefined ? ` Line ${frame.line}` : '',
      ];
      return [[frame.level, name.join('')] as const];
    }),
  );
}

function parameter(
  { name, type, value = '{...}' }: NamedValue,
  { parameterTypes, parameterNames, parameterValues }: DebugProtocol.StackFrameFormat,
): string {
  const declared = [...(parameterTypes ? [type] : []), ...(parameterNames ? [name] : [])].join(' ');
  return [...(declared === '' ? [] : [declared]), ...(parameterValues ? [value] : [])].join(' = ');
}
