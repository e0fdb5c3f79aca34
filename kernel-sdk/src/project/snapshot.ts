/** What a workspace has found out, in a form that is kept outside of memory, with the stamps of all that it follows from. */
import type { Steps } from '../steps';
import type { Derived, KeptResult } from './derived';
import type { FileKind } from './files';
import { digestOf, lookAt, stampOf, UNKNOWN } from './looks';
import type { FileSystem } from './model';

/** What a workspace knows. */
export interface Known {
  readonly derived: Derived;
  /** Of what was looked at, by place. */
  readonly stamps: Map<string, string>;
  /** With open documents, and without them. */
  readonly texts: { readonly now: FileSystem; readonly disk: FileSystem };
  revision(): number;
  /** The workspace's files of some kinds. */
  paths(kinds: readonly FileKind[]): readonly string[];
  /** A file's text as it was last looked at; undefined where nobody has. */
  text(path: string): string | undefined;
}

/** The family of lists of the workspace's files, by their kinds. */
export const PATHS = 'paths';

/** Before the kinds of such a list, where it is something that results follow from. */
const LIST = 'l ';

export interface Snapshot {
  /** What was looked at. */
  readonly places: readonly string[];
  /** By the same numbers. */
  readonly stamps: readonly string[];
  readonly results: readonly SnapshotResult[];
}

/** Places and parts by their numbers in the snapshot; parts come before what is made of them. */
export interface SnapshotResult extends Omit<KeptResult, 'places'> {
  readonly places: readonly number[];
}

/** Results of some families that follow from what is on the disk alone; undefined where something changes meanwhile. */
export function* takeSnapshot(known: Known, families: ReadonlySet<string>): Steps<Snapshot | undefined> {
  const revision = known.revision();
  const numbers = new Map<string, number>();
  const stamps: string[] = [];
  const numberOf = (place: string) => {
    const there = numbers.get(place);
    if (there !== undefined) return there;
    numbers.set(place, stamps.length);
    stamps.push(settledStamp(known, place));
    return stamps.length - 1;
  };
  const kept = new Map<number, number>();
  const results: SnapshotResult[] = [];
  for (const [index, result] of known.derived.results(families).entries()) {
    const own = result.family === PATHS ? [`${LIST}${result.name}`] : result.places;
    const places = own.map(numberOf);
    const parts = result.parts.flatMap((part) => kept.get(part) ?? []);
    const isSettled = places.every((place) => stamps[place] !== UNKNOWN);
    if (isSettled && parts.length === result.parts.length) {
      kept.set(index, results.length);
      results.push({ ...result, places, parts });
    }
    yield;
    if (known.revision() !== revision) return undefined;
  }
  return { places: [...numbers.keys()], stamps, results };
}

/** Takes over what a snapshot knows and nothing has changed under; gives how many results can be used. */
export function* restoreSnapshot(known: Known, snapshot: Snapshot): Steps<number> {
  const same: boolean[] = [];
  let revision = known.revision();
  for (let index = 0; index < snapshot.places.length; index++) {
    same[index] = settledStamp(known, snapshot.places[index] ?? '') === snapshot.stamps[index];
    yield;
    if (known.revision() === revision) continue;
    // Something has changed: all of it is looked at again.
    revision = known.revision();
    index = -1;
  }
  const kept = new Map<number, number>();
  const results: KeptResult[] = [];
  for (const [index, result] of snapshot.results.entries()) {
    const parts = result.parts.flatMap((part) => kept.get(part) ?? []);
    if (parts.length < result.parts.length || !result.places.every((place) => same[place])) continue;
    kept.set(index, results.length);
    const places = result.places.map((place) => snapshot.places[place] ?? '');
    results.push({ ...result, places: result.family === PATHS ? [] : places, parts });
  }
  for (const [index, place] of snapshot.places.entries()) {
    if (same[index] && !known.stamps.has(place)) known.stamps.set(place, snapshot.stamps[index] ?? UNKNOWN);
  }
  known.derived.restore(results);
  return results.filter((result) => 'value' in result).length;
}

/** What is known of a place, and the same on the disk; unknown for a text that an editor alone has. */
function settledStamp({ stamps, texts, paths, text }: Known, place: string): string {
  if (place.startsWith(LIST)) {
    return digestOf(paths(place.slice(LIST.length).split(',').filter(Boolean) as FileKind[]));
  }
  const look = lookAt(place);
  if (look === undefined) return UNKNOWN;
  const noted = stamps.get(place);
  if (noted !== undefined && noted !== UNKNOWN) return noted;
  // A document that is open counts among the names that there are, also where no disk has it.
  if (look.kind !== 'text') return noted ?? stampOf(look, texts.now);
  const { path } = look;
  const known = text(path);
  if (known === undefined && noted !== undefined) return UNKNOWN;
  const stamp = stampOf(look, texts.disk);
  return known === undefined || texts.disk.readText(path) === known ? stamp : UNKNOWN;
}

/** Undefined for what is no snapshot. `isValue` says whether a family can have a value. */
export function readSnapshot(
  from: unknown,
  isValue: (family: string, value: unknown) => boolean,
): Snapshot | undefined {
  if (typeof from !== 'object' || from === null) return undefined;
  const { places, stamps, results } = from as Record<keyof Snapshot, unknown>;
  if (!isList(places, isText) || !isList(stamps, isText) || places.length !== stamps.length) return undefined;
  if (!Array.isArray(results)) return undefined;
  const isResult = (result: unknown, index: number) => {
    if (typeof result !== 'object' || result === null) return false;
    const { family, name, places: looks, parts, value } = result as Record<keyof SnapshotResult, unknown>;
    return (
      isText(family) &&
      isText(name) &&
      isList(looks, (place) => isBelow(place, places.length)) &&
      isList(parts, (part) => isBelow(part, index)) &&
      (value === undefined || isValue(family, value))
    );
  };
  return results.every(isResult) ? { places, stamps, results } : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isList<T>(value: unknown, isItem: (item: unknown) => item is T): value is T[];
function isList(value: unknown, isItem: (item: unknown) => boolean): value is unknown[];
function isList(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem);
}

function isBelow(value: unknown, end: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < end;
}
