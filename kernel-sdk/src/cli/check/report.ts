/** What a check of files and folders found, before it is written in one of the formats. */
import { isAbsolute, relative, sep } from 'node:path';
import type { LocatedProblem, Severity } from '../../problem';

export interface Report {
  /** In the order of their files' names, then of the text. */
  readonly problems: readonly LocatedProblem[];
  /** How many files were looked at. */
  readonly files: number;
  /** One sentence for each path that could not be looked at. */
  readonly unreadable: readonly Unreadable[];
  /** Absolute: paths are written relative to it. */
  readonly folder: string;
}

export interface Unreadable {
  readonly path: string;
  readonly message: string;
}

/** The worst first. */
export const SEVERITIES = ['error', 'warning', 'information', 'hint'] as const satisfies readonly Severity[];

/** How many problems there are of each severity. */
export function counts({ problems }: Report): Readonly<Record<Severity, number>> {
  const count = (wanted: Severity) => problems.filter(({ severity }) => severity === wanted).length;
  return {
    error: count('error'),
    warning: count('warning'),
    information: count('information'),
    hint: count('hint'),
  };
}

/** A path as people read it: relative to a folder for what is in it, else absolute. */
export function pathFrom(folder: string, path: string): string {
  const near = relative(folder, path);
  const isInside = near !== '' && near !== '..' && !near.startsWith(`..${sep}`) && !isAbsolute(near);
  return isInside ? near : path;
}
