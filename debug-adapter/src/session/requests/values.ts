/** Requests about frames, variables and expressions. */
import { InvalidatedEvent, OutputEvent } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { hasEffects } from '../../errors';
import { type FrameContext, runConsoleCommand } from '../../gdb';
import { complete } from '../../target/completion';
import { hasEffect } from '../../target/rendering';
import type { Notation, Variable } from '../../target/variables';
import { placeOf } from '../../target/watchable';
import type { Handlers, SessionContext } from '../context';
import { presentVariable } from '../presentation';
import { readWatch } from '../watch-notation';
import { type } from './console';
import { KERNEL_WORDS, runKernelWord } from './kernel-words';

/** `>info registers`, and for hands that know other debuggers, `-exec info registers`. */
const GDB_COMMAND = /^\s*(?:>|-exec\s)\s*/;
/** `<help`: a line for the guest. */
const SERIAL_LINE = '<';

export const valueRequests: Handlers = {
  async threads(context) {
    if (context.run?.target === undefined) return { threads: [] };
    const threads = await context.stopped().threads();
    const target = context.target();
    // What was read while the machine went elsewhere means nothing.
    const damage = target.isStopped ? target.awareness?.newDamage() : undefined;
    if (damage !== undefined) context.send(new OutputEvent(`${damage}\n`, 'important'));
    return { threads };
  },

  stackTrace: (context, args: DebugProtocol.StackTraceArguments) =>
    context.stopped().stackTrace(args.threadId, args.startFrame, args.levels, args.format),

  async scopes(context, args: DebugProtocol.ScopesArguments) {
    return { scopes: context.stopped().scopes(args.frameId) };
  },

  async variables(context, args: DebugProtocol.VariablesArguments) {
    const page = {
      start: args.start ?? 0,
      ...(args.count === undefined ? {} : { count: args.count }),
      ...(args.filter === undefined ? {} : { only: args.filter }),
    };
    const { variables, inHex } = context.stopped();
    const isHex = inHex.has(args.variablesReference);
    const shown = notation(args.format, isHex);
    const children = await variables.children(args.variablesReference, page, shown);
    if (isHex) for (const { reference } of children) inHex.add(reference);
    return { variables: children.map(presentVariable) };
  },

  async setVariable(context, args: DebugProtocol.SetVariableArguments) {
    const { variables, inHex } = context.stopped();
    const isHex = inHex.has(args.variablesReference);
    const shown = notation(args.format, isHex);
    const now = await variables.assign(args.variablesReference, args.name, args.value, shown);
    if (isHex) inHex.add(now.reference);
    await tellWrite(context, now, variables.frameOf(args.variablesReference));
    return presentVariable(now);
  },

  async setExpression(context, args: DebugProtocol.SetExpressionArguments) {
    const stopped = context.stopped();
    const at = stopped.context(args.frameId);
    const { expression, isHex } = readWatch(args.expression);
    const shown = notation(args.format, isHex);
    const now = await stopped.variables.assignTo(expression, args.value, at, shown);
    await tellWrite(context, now, at);
    return presentVariable(now);
  },

  async evaluate(context, args: DebugProtocol.EvaluateArguments) {
    const isConsole = args.context === 'repl';
    if (isConsole && GDB_COMMAND.test(args.expression)) {
      const printed = await gdbCommand(context, args.expression.replace(GDB_COMMAND, '').trim());
      return { result: printed.trimEnd(), variablesReference: 0 };
    }
    const told = isConsole ? await runKernelWord(context, args.expression, args.frameId) : undefined;
    if (told !== undefined) return { result: told, variablesReference: 0 };
    if (isConsole && args.expression.startsWith(SERIAL_LINE)) {
      type(context, `${args.expression.slice(SERIAL_LINE.length)}\n`);
      return { result: '', variablesReference: 0 };
    }
    const stopped = context.stopped();
    const at = stopped.context(args.frameId);
    // To point at something must not change it.
    if (args.context === 'hover' && hasEffect(args.expression)) throw hasEffects(args.expression);
    const whole = args.context === 'clipboard';
    const { variables, inHex } = stopped;
    const { expression, isHex } =
      args.context === 'watch' ? readWatch(args.expression) : { expression: args.expression, isHex: false };
    const shown = notation(args.format, isHex);
    const variable = await variables.evaluate(expression, at, shown, whole);
    if (isHex) inHex.add(variable.reference);
    const { value, name: _, ...rest } = presentVariable(variable);
    // An expression in the console may assign.
    if (isConsole && hasEffect(args.expression)) tellChange(context);
    return { result: value, ...rest };
  },

  async completions(context, args: DebugProtocol.CompletionsArguments) {
    const line = args.text.split('\n')[args.line === undefined ? 0 : context.line(args.line) - 1] ?? '';
    const text = line.slice(0, context.column(args.column) - 1);
    const word = /^\s*:(\w*)$/.exec(text)?.[1];
    if (word !== undefined) {
      const start = text.length - word.length;
      const fitting = KERNEL_WORDS.filter((known) => known.startsWith(word));
      return { targets: fitting.map((label) => ({ label, start, length: word.length })) };
    }
    const prefix = GDB_COMMAND.exec(text)?.[0] ?? '';
    const stopped = context.target().isStopped ? context.stopped() : undefined;
    const kind = prefix === '' ? 'expression' : 'command';
    const found = await complete(
      context.target(),
      text.slice(prefix.length),
      kind,
      stopped?.context(args.frameId),
    );
    return {
      targets: found.map(({ word, start }) => ({
        label: word,
        start: prefix.length + start,
        length: text.length - prefix.length - start,
      })),
    };
  },
};

function notation(format: DebugProtocol.ValueFormat | undefined, isHex = false): Notation {
  return isHex || format?.hex === true ? 'hexadecimal' : 'decimal';
}

/** Commands of GDB's that leave the guest, and what is known of it, as they are. */
const READING =
  /^(info|i|x|ptype|whatis|list|l|disassemble|disas|show|help|h|backtrace|bt|where|echo|apropos)\b/;
const PRINTING = /^(print|p|output|printf|inspect)\b/;

function onlyReads(command: string): boolean {
  return READING.test(command) || (PRINTING.test(command) && !hasEffect(command.replace(PRINTING, '')));
}

/** Everything that was shown may be something else now. */
function tellChange(context: SessionContext): void {
  context.send(new InvalidatedEvent(['variables']));
  for (const event of context.memoryViews.all()) context.send(event);
}

/** A register's write can change anything; one in memory, those bytes. */
async function tellWrite(context: SessionContext, { expression }: Variable, at: FrameContext | undefined) {
  context.send(new InvalidatedEvent(['variables']));
  if (expression === undefined || at === undefined) return;
  const place = await placeOf(context.target(), expression, at).catch(() => undefined);
  if (place === undefined) return;
  for (const event of context.memoryViews.written(BigInt(place.address), place.bytes)) context.send(event);
}

async function gdbCommand(context: SessionContext, command: string): Promise<string> {
  const target = context.target();
  const printed = await target.whileStopped(() => runConsoleCommand(target.gdb, command));
  if (target.isStopped && !onlyReads(command)) {
    target.horizon?.changed();
    target.awareness?.forget();
    context.stopped().variables.clear();
    context.send(new InvalidatedEvent(['all']));
    for (const event of context.memoryViews.all()) context.send(event);
  }
  return printed;
}
