/** For tests: requests about what earlier answers told, so that most of them are right. */
import fc from 'fast-check';
import type { RandomRequest } from './random-requests';
import type { Answer } from './raw-client';

/** What is to be filled in from the last answers; `pick` chooses among what they have. */
interface Aim {
  readonly command: 'scopes' | 'variables' | 'setVariable' | 'goto';
  readonly pick: number;
}

export type Step = RandomRequest | Aim;

/** Asked again as long as the pause before it has not come to its stop. */
export const STACK: RandomRequest = { command: 'stackTrace', args: { threadId: 1 } };

/**
 * Requests to be sent one after the other, each when the one before is answered.
 * @param code Paths of sources that have code.
 */
export function aWay(code: readonly string[]): fc.Arbitrary<readonly Step[]> {
  const pick = fc.nat(1_000);
  const stop: readonly Step[] = [{ command: 'pause', args: { threadId: 1 } }, STACK];
  const assignment = fc
    .tuple(pick, pick, pick)
    .map(([frame, scope, variable]): readonly Step[] => [
      ...stop,
      { command: 'scopes', pick: frame },
      { command: 'variables', pick: scope },
      { command: 'setVariable', pick: variable },
    ]);
  const jump = fc
    .tuple(fc.constantFrom(...code), fc.integer({ min: 10, max: 38 }), pick)
    .map(([path, line, target]): readonly Step[] => [
      ...stop,
      { command: 'gotoTargets', args: { source: { path }, line } },
      { command: 'goto', pick: target },
    ]);
  return fc.oneof(assignment, jump);
}

/** The request with what the last answers tell; undefined where they tell nothing. */
export function aimed(step: Step, answers: readonly Answer[]): RandomRequest | undefined {
  if ('args' in step) return step;
  const { command, pick } = step;
  switch (command) {
    case 'scopes': {
      const frame = chosen(answers, 'stackTrace', 'stackFrames', pick);
      return frame && { command, args: { frameId: frame.id } };
    }
    case 'variables': {
      const scope = chosen(answers, 'scopes', 'scopes', pick);
      return scope && { command, args: { variablesReference: scope.variablesReference } };
    }
    case 'setVariable': {
      const last = answers.findLast((each) => each.command === 'variables');
      const variable = chosen(answers, 'variables', 'variables', pick, (each) => 'evaluateName' in each);
      const { variablesReference }: { variablesReference?: unknown } = last?.args ?? {};
      // What is shown is taken back.
      const { name, value } = variable ?? {};
      return variable && { command, args: { variablesReference, name, value } };
    }
    case 'goto': {
      const target = chosen(answers, 'gotoTargets', 'targets', pick);
      return target && { command, args: { threadId: 1, targetId: target.id } };
    }
  }
}

function chosen(
  answers: readonly Answer[],
  command: string,
  list: string,
  pick: number,
  fits: (item: object) => boolean = () => true,
): Readonly<Record<string, unknown>> | undefined {
  const told = answers.findLast((each) => each.command === command)?.answer.body?.[list];
  const items = Array.isArray(told) ? told.filter(fits) : [];
  return items.length > 0 ? items[pick % items.length] : undefined;
}
