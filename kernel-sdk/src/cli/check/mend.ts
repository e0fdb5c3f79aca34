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

/**
 * Only files that the paths name, or hold, are written. One that has more errors with its mends than before gets its
 * text back.
 */
export async function mendPaths(
  paths: readonly string[],
  { folder }: { readonly folder: string },
): Promise<Mended> {
  const places = paths.map((path) => resolve(folder, path));
  const isNamed = (file: string) => places.some((place) => file === place || isBelow(place, file));
  const failures = new Map<string, Unreadable>();
  const fail = (path: string, why: string) =>
    void failures.set(path, { path, message: `'${path}' is not mended: ${why}.` });
  const originals = new Map<string, Original>();
  for (let round = 0; ; round++) {
    const report = await checkPaths(paths, { folder });
    const errors = (file: string) =>
      report.problems.filter((one) => one.file === file && one.severity === 'error').length;
    const worse = [...originals].filter(([file, before]) => errors(file) > before.errors);
    for (const [file, { text }] of worse) {
      originals.delete(file);
      writeFileSync(file, text);
      fail(file, 'it would have more errors than it has');
    }
    if (worse.length > 0) continue;
    const found = mendsOf(report.problems, (file) => isNamed(file) && !failures.has(file), fail);
    const unreadable = [...report.unreadable, ...failures.values()];
    if (found.size === 0 || round >= ROUNDS) {
      const mended = [...originals.values()].reduce((sum, { mended }) => sum + mended, 0);
      return { report: { ...report, unreadable }, mended, files: originals.size };
    }
    for (const [file, { before, after, mended }] of found) {
      const known = originals.get(file) ?? { text: before, errors: errors(file), mended: 0 };
      if (attempt(() => writeFileSync(file, after) ?? true) === undefined) fail(file, 'it cannot be written');
      else originals.set(file, { ...known, mended: known.mended + mended });
    }
  }
}

interface Original {
  readonly text: string;
  readonly errors: number;
  /** How many problems that its changes mend. */
  readonly mended: number;
}

interface Change {
  readonly before: string;
  readonly after: string;
  readonly changes: readonly TextChange[];
  readonly mended: number;
}

/** The texts of files with the fixes that stand in nobody's way; the others come in the next round. */
function mendsOf(
  problems: readonly LocatedProblem[],
  mayChange: (file: string) => boolean,
  fail: (path: string, why: string) => void,
): ReadonlyMap<string, Change> {
  const texts = new Map<string, string | undefined>();
  const found = new Map<string, Change>();
  for (const problem of problems) {
    const fix = preferred(problem);
    if (fix === undefined) continue;
    const fileOf = ({ file = problem.file }: TextChange) => file;
    const files = [...new Set(fix.changes.map(fileOf))];
    const results = files.map((file): readonly [string, Change] | undefined => {
      if (!mayChange(file)) return undefined;
      if (!texts.has(file)) texts.set(file, readUtf8(file, fail));
      const before = texts.get(file);
      const own = fix.changes.filter((change) => fileOf(change) === file);
      const changes = [...(found.get(file)?.changes ?? []), ...own];
      const after = before === undefined ? undefined : applyChanges(before, changes);
      if (before === undefined || after === undefined) return undefined;
      // A problem counts once, with the first file that it changes.
      const mended = (found.get(file)?.mended ?? 0) + (file === files[0] ? 1 : 0);
      return [file, { before, after, changes, mended }];
    });
    if (results.includes(undefined)) continue;
    for (const result of results) if (result !== undefined) found.set(...result);
  }
  return found;
}

/** What is less than a warning is left to people: it may be meant. */
function preferred({ severity, fixes }: LocatedProblem): Fix | undefined {
  const [first] = severity === 'error' || severity === 'warning' ? (fixes ?? []) : [];
  return first?.isAlternative ? undefined : first;
}

function readUtf8(file: string, fail: (path: string, why: string) => void): string | undefined {
  const bytes = attempt(() => readFileSync(file));
  const text = bytes?.toString('utf8');
  if (bytes === undefined || text === undefined) return undefined;
  if (Buffer.from(text).equals(bytes)) return text;
  fail(file, 'it is not UTF-8');
  return undefined;
}
