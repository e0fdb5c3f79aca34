/** Problems of Kraftfiles. */
import { parseManifest } from '../manifest';
import type { Problem } from '../problem';
import type { Check } from './check';

export const manifestCheck: Check = {
  kinds: ['manifest'],
  check: ({ text }) => parseManifest(text).problems.map(withFix),
};

/** A message that says what was meant is mended in one step. */
function withFix(problem: Problem): Problem {
  const meant = /(?:Did you mean|Write|first:) '([^']+)'/.exec(problem.message)?.[1];
  const quoted = /Quote it: (".*")\.$/.exec(problem.message)?.[1];
  const newText = meant ?? quoted;
  if (newText === undefined) return problem;
  const title = `Replace with ${quoted ?? `'${newText}'`}`;
  return { ...problem, fixes: [{ title, changes: [{ range: problem.range, newText }] }] };
}
