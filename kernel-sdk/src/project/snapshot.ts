/** What a workspace has found out, in a form that is kept outside of memory, with the stamps of all that it follows from. */
import type { KeptResult } from './derived';

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
