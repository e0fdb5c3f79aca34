/** MI commands for locals and for variable objects, GDB's handles on structured values. */
import { type GdbConnection, GdbRefusal, quoteMi } from './connection';
import { runConsoleCommand } from './console';
import { executeAt, type FrameContext } from './frame-context';
import { integer, type MiTuple, text, tuples } from './mi-value';
import { type NamedValue, namedValueOf } from './named-value';
import { readNumber } from './printed-number';

export interface GdbLocal extends NamedValue {
  readonly isArgument: boolean;
}

export interface VariableObject {
  /** GDB's handle; children have `PARENT.CHILD`. */
  readonly handle: string;
  /** The field, the index, or the expression itself. */
  readonly expression: string;
  readonly type?: string;
  readonly value: string;
  readonly childCount: number;
}

export async function listLocals(gdb: GdbConnection, at: FrameContext): Promise<GdbLocal[]> {
  // With the values of all, it would leave out the types.
  const result = await executeAt(gdb, at, (where) => `-stack-list-variables ${where} --simple-values`);
  return tuples(result, 'variables').map((variable) => ({
    ...namedValueOf(variable),
    isArgument: text(variable, 'arg') === '1',
  }));
}

/** A handle on the value of `expression` in a frame. Rejects with GDB's reason when it has none. */
export async function createVariable(
  gdb: GdbConnection,
  expression: string,
  at: FrameContext,
): Promise<VariableObject> {
  try {
    const result = await executeAt(gdb, at, (where) => `-var-create ${where} - * ${quoteMi(expression)}`);
    return { ...variableOf(result), expression };
  } catch (error) {
    // -var-create keeps its reason to itself; evaluating tells it.
    if (error instanceof GdbRefusal) await evaluate(gdb, expression, at);
    throw error;
  }
}

/** Children `from` to `to`, `to` not included, with their values. */
export async function listChildren(
  gdb: GdbConnection,
  handle: string,
  from: number,
  to: number,
): Promise<VariableObject[]> {
  const result = await gdb.execute(`-var-list-children --all-values ${quoteMi(handle)} ${from} ${to}`);
  return tuples(result, 'children').map(variableOf);
}

export async function deleteVariable(gdb: GdbConnection, handle: string): Promise<void> {
  await gdb.execute(`-var-delete ${quoteMi(handle)}`);
}

/** Reads every variable object's value again. */
export async function updateVariables(gdb: GdbConnection): Promise<void> {
  await gdb.execute('-var-update --no-values *');
}

/** A variable object's value in another notation; it keeps the notation. */
export async function formatVariable(
  gdb: GdbConnection,
  handle: string,
  format: 'natural' | 'hexadecimal',
): Promise<string> {
  return text(await gdb.execute(`-var-set-format ${quoteMi(handle)} ${format}`), 'value') ?? '';
}

/** The value of an expression as GDB prints it. */
export async function evaluate(gdb: GdbConnection, expression: string, at?: FrameContext): Promise<string> {
  const quoted = quoteMi(expression);
  const result =
    at === undefined
      ? await gdb.execute(`-data-evaluate-expression ${quoted}`)
      : await executeAt(gdb, at, (where) => `-data-evaluate-expression ${where} ${quoted}`);
  return text(result, 'value') ?? '';
}

/** The value of an expression as a number of 64 bits, however a user has GDB show numbers (`set output-radix`). */
export async function evaluateNumber(
  gdb: GdbConnection,
  expression: string,
  at?: FrameContext,
): Promise<bigint> {
  const asked = `(unsigned long) (${expression})`;
  const number = readNumber(await evaluate(gdb, asked, at));
  if (number === undefined) throw new GdbRefusal(asked, `'${expression}' has no value here.`);
  return number;
}

/** Elements that a text for the clipboard has at most. */
const WHOLE_ELEMENTS = 100_000;

/** The value of an expression with all that GDB leaves out of it otherwise. */
export function printWhole(
  gdb: GdbConnection,
  expression: string,
  at: FrameContext,
  notation: 'decimal' | 'hexadecimal',
): Promise<string> {
  const output = notation === 'hexadecimal' ? 'output/x' : 'output';
  const all = `with print elements ${WHOLE_ELEMENTS} -- with print repeats unlimited`;
  return runConsoleCommand(gdb, `${all} -- ${output} ${expression}`, at);
}

function variableOf(result: MiTuple): VariableObject {
  const type = text(result, 'type');
  return {
    handle: text(result, 'name') ?? '',
    expression: text(result, 'exp') ?? '',
    ...(type === undefined ? {} : { type }),
    value: text(result, 'value') ?? '',
    childCount: integer(result, 'numchild') ?? 0,
  };
}
