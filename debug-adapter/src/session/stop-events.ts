/** What a client is told of a stop. */
import { basename } from 'node:path';
import { BreakpointEvent, OutputEvent, StoppedEvent } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { DebugError } from '../errors';
import type { Access, LogText, WatchHit } from '../gdb';
import { EXCEPTION_KINDS, TRIPLE_FAULT } from '../kernel/exceptions';
import type { Panic } from '../kernel/kernel';
import type { Breakpoints, PlacedBreakpoint } from '../target/breakpoints';
import type { Stop } from '../target/stops';
import { presentBreakpoint } from './presentation';

const TRIPLE_FAULT_TEXT =
  'The processor reset itself: most often a triple fault, an exception while a double fault is handled. It stands where that happened and cannot go on.';

const START_TEXT = 'This is where the recording begins. There is nothing before it.';
const END_TEXT =
  'This is where the recording ends, because you went back from here or changed something. Continue, or a step, runs on from here.';

export function stopEvents(stop: Stop, breakpoints: Breakpoints): DebugProtocol.Event[] {
  const event = new StoppedEvent(stop.reason, stop.thread) as DebugProtocol.StoppedEvent;
  event.body.allThreadsStopped = true;
  switch (stop.reason) {
    case 'breakpoint': {
      const [hit] = found(stop.breakpoints, breakpoints);
      Object.assign(event.body, hitIds(stop.breakpoints, breakpoints));
      const ended = endWatches(stop.breakpoints, breakpoints);
      if (ended.length > 0) {
        event.body.reason = 'data breakpoint';
        event.body.text = ended.map(({ message }) => message).join(' ');
        event.body.hitBreakpointIds = [...ended.map(({ id }) => id), ...(event.body.hitBreakpointIds ?? [])];
        return [...ended.flatMap(endEvents), event];
      }
      if (hit?.wanted.kind === 'function') event.body.reason = 'function breakpoint';
      if (hit?.wanted.kind === 'instruction') event.body.reason = 'instruction breakpoint';
      const words = stop.failure === undefined ? undefined : failureText(hit, stop.failure);
      if (words === undefined) return [event];
      event.body.text = words;
      return [new OutputEvent(`${words}\n`, 'important'), event];
    }
    case 'data':
      event.body.reason = 'data breakpoint';
      Object.assign(event.body, accesses(stop, breakpoints));
      return [...endWatches(stop.breakpoints, breakpoints).flatMap(endEvents), event];
    case 'panic': {
      event.body.reason = 'exception';
      event.body.description = 'Paused on kernel panic';
      event.body.text = wordsOf(stop.panic);
      const { sentence, explanation, details } = stop.panic;
      const lines = [sentence, ...(explanation === undefined ? [] : [explanation]), ...details];
      return [new OutputEvent(`Kernel panic: ${lines.join('\n  ')}\n`, 'stderr'), event];
    }
    case 'triple-fault':
      event.body.reason = 'exception';
      event.body.description = 'Paused on triple fault';
      event.body.text = TRIPLE_FAULT_TEXT;
      return [new OutputEvent(`${TRIPLE_FAULT_TEXT}\n`, 'stderr'), event];
    case 'start':
    case 'end': {
      const words = stop.reason === 'start' ? START_TEXT : END_TEXT;
      event.body.reason = 'pause';
      event.body.description = `Paused at ${stop.reason} of recording`;
      event.body.text = words;
      return [new OutputEvent(`${words}\n`, 'console'), event];
    }
    case 'stay':
      event.body.reason = 'pause';
      event.body.text = stop.words;
      return [new OutputEvent(`${stop.words}\n`, 'important'), event];
    case 'written':
      event.body.reason = 'data breakpoint';
      event.body.description = `Paused at last write of ${stop.name}`;
      event.body.text = `${stop.name}: ${changed(stop.written)}`;
      return [event];
    case 'snapshot':
      event.body.reason = 'goto';
      event.body.description = `Paused at snapshot '${stop.name}'`;
      return [event];
    case 'exception':
      event.body.text = stop.signal;
      return [event];
    default:
      return [event];
  }
}

/** Throws where the guest did not stop for an exception. */
export function exceptionInfo(stop: Stop): DebugProtocol.ExceptionInfoResponse['body'] {
  if (stop.reason === 'triple-fault') {
    return { exceptionId: TRIPLE_FAULT, breakMode: 'always', description: TRIPLE_FAULT_TEXT };
  }
  if (stop.reason !== 'panic') throw new DebugError(2006, 'The unikernel did not stop for an exception.');
  const { kind, details } = stop.panic;
  const known = EXCEPTION_KINDS.find(({ id }) => id === kind);
  return {
    exceptionId: kind,
    breakMode: 'always',
    description: wordsOf(stop.panic),
    details: {
      message: wordsOf(stop.panic),
      ...(known === undefined ? {} : { typeName: known.label, fullTypeName: known.description }),
      stackTrace: details.join('\n'),
    },
  };
}

/** The sentence, and the one that explains it. */
function wordsOf({ sentence, explanation }: Panic): string {
  return explanation === undefined ? sentence : `${sentence}. ${explanation}.`;
}

/** A logpoint's line in the debug console, with the place that says it. */
export function logEvent({ text }: LogText, from: PlacedBreakpoint | undefined): DebugProtocol.OutputEvent {
  const event: DebugProtocol.OutputEvent = new OutputEvent(`${text}\n`, 'console');
  if (from?.wanted.kind === 'line') {
    const path = from.placed?.file ?? from.wanted.file;
    event.body.source = { name: basename(path), path };
    event.body.line = from.placed?.line ?? from.wanted.line;
  }
  return event;
}

function failureText(hit: PlacedBreakpoint | undefined, why: string): string {
  const condition = hit?.wanted.condition;
  return `The condition ${condition === undefined ? 'of a breakpoint' : `'${condition}'`} has no value here, so it stops: ${why}.`;
}

/** Which data breakpoints were hit, and by what: of one place that is watched twice, what says most. */
function accesses(
  { hits, breakpoints: behind }: Extract<Stop, { reason: 'data' }>,
  breakpoints: Breakpoints,
): Pick<DebugProtocol.StoppedEvent['body'], 'hitBreakpointIds' | 'text'> {
  const words = new Map<string, string>();
  for (const hit of hits) {
    const wanted = breakpoints.find(hit.number)?.wanted;
    if (wanted?.kind !== 'data') continue;
    const { name } = wanted.place;
    if (hit.old !== undefined || !words.has(name)) words.set(name, `${name}: ${changed(hit, wanted.access)}`);
  }
  return {
    ...hitIds([...hits.map(({ number }) => number), ...behind], breakpoints),
    ...(words.size === 0 ? {} : { text: [...words.values()].join('; ') }),
  };
}

/** By GDB's numbers; those of GDB's own commands are none of ours. */
function found(numbers: readonly number[], breakpoints: Breakpoints): PlacedBreakpoint[] {
  return numbers.map((number) => breakpoints.find(number)).filter((each) => each !== undefined);
}

function hitIds(
  numbers: readonly number[],
  breakpoints: Breakpoints,
): Pick<DebugProtocol.StoppedEvent['body'], 'hitBreakpointIds'> {
  const ids = new Set(found(numbers, breakpoints).map(({ id }) => id));
  return ids.size === 0 ? {} : { hitBreakpointIds: [...ids] };
}

function endWatches(numbers: readonly number[], breakpoints: Breakpoints): PlacedBreakpoint[] {
  return numbers.map((number) => breakpoints.endWatch(number)).filter((each) => each !== undefined);
}

function endEvents(ended: PlacedBreakpoint): DebugProtocol.Event[] {
  return [
    new BreakpointEvent('changed', presentBreakpoint(ended)),
    new OutputEvent(`${ended.message}\n`, 'console'),
  ];
}

function changed(hit: WatchHit, access: Access = 'write'): string {
  if (hit.old === undefined) {
    // GDB tells the value before in its record alone, which may name another breakpoint.
    if (access === 'write' && hit.new !== undefined) return `changed to ${hit.new}`;
    return `${hit.new ?? 'a value'} was accessed`;
  }
  return `${hit.old} → ${hit.new ?? 'a value that cannot be read'}`;
}
