/** `unikernel check --fix`: what the editor prefers of each problem's fixes, made in the files themselves. */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { applyChanges, type Fix, type LocatedProblem, type TextChange } from '../../problem';
import { attempt, isBelow } from '../../project';
import { checkPaths } from './check-paths';
import type { Report, Unreadable } from './report';

export interface Mended {
  /** What is left. */
  readonly report: Report;
  /** How many problems were mended. */
  readonly mended: number;
  /** In how many files. */
  readonly files: number;
}

/** A mend can show the next problem; one that goes on and on is none. */
const ROUNDS = 10;

/** Only files that the paths name, or hold, are written. */
export async function mendPaths(
  paths: readonly string[],
  { folder }: { readonly folder: string },
): Promise<Mended> {
  const places = paths.map((path) => resolve(folder, path));
  const isNamed = (file: string) => places.some((place) => file === place || isBelow(place, file));
  const failures = new Map<string, Unreadable>();
  const written = new Set<string>();
  let mended = 0;
  for (let round = 0; ; round++) {
    const report = await checkPaths(paths, { folder });
    const { changes, count } = mendsOf(
      report.problems,
      (file) => isNamed(file) && !failures.has(file),
      failures,
    );
    const unreadable = [...report.unreadable, ...failures.values()];
    if (count === 0 || round === ROUNDS) {
      return { report: { ...report, unreadable }, mended, files: written.size };
    }
    for (const [file, text] of changes) {
      if (attempt(() => writeFileSync(file, text) ?? true)) written.add(file);
      else failures.set(file, { path: file, message: `'${file}' cannot be written.` });
    }
    // What could not be written is found again, and left.
    mended += count;
  }
}

/** The texts that files have with the fixes that stand in nobody's way; the others come in the next round. */
function mendsOf(
  problems: readonly LocatedProblem[],
  mayChange: (file: string) => boolean,
  failures: Map<string, Unreadable>,
): { readonly changes: ReadonlyMap<string, string>; readonly count: number } {
  const before = new Map<string, string | undefined>();
  const accepted = new Map<string, readonly TextChange[]>();
  const changes = new Map<string, string>();
  let count = 0;
  for (const problem of problems) {
    const fix = preferred(problem);
    if (fix === undefined) continue;
    const fileOf = ({ file = problem.file }: TextChange) => file;
    const results = [...new Set(fix.changes.map(fileOf))].map((file) => {
      const more = fix.changes.filter((change) => fileOf(change) === file);
      if (!mayChange(file)) return undefined;
      if (!before.has(file)) before.set(file, readUtf8(file, failures));
      const text = before.get(file);
      const all = [...(accepted.get(file) ?? []), ...more];
      const result = text === undefined ? undefined : applyChanges(text, all);
      return result === undefined ? undefined : { file, all, result };
    });
    if (results.length === 0 || results.includes(undefined)) continue;
    for (const found of results) {
      if (found === undefined) continue;
      accepted.set(found.file, found.all);
      changes.set(found.file, found.result);
    }
    count++;
  }
  return { changes, count };
}

/** Hints are left to people: what they are about may be meant. */
function preferred({ severity, fixes }: LocatedProblem): Fix | undefined {
  const [first] = severity === 'hint' ? [] : (fixes ?? []);
  return first?.isAlternative ? undefined : first;
}

function readUtf8(file: string, failures: Map<string, Unreadable>): string | undefined {
  const bytes = attempt(() => readFileSync(file));
  const text = bytes?.toString('utf8');
  if (bytes === undefined || text === undefined) return undefined;
  if (Buffer.from(text).equals(bytes)) return text;
  failures.set(file, { path: file, message: `'${file}' is not mended: it is not UTF-8.` });
  return undefined;
}
