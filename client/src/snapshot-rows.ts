/** Snapshots as rows of a list. Pure. */
import { basename } from 'node:path';

/** As the debug adapter tells it (`unikernel/snapshots`). */
export interface Snapshot {
  readonly name: string;
  readonly function?: string;
  readonly file?: string;
  readonly line?: number;
  /** ISO 8601. */
  readonly taken: string;
}

export interface SnapshotRow {
  readonly label: string;
  /** Where and when it was taken. */
  readonly description: string;
}

export function snapshotRow({ name, function: called, file, line, taken }: Snapshot): SnapshotRow {
  const place = file === undefined ? undefined : `${basename(file)}${line === undefined ? '' : `:${line}`}`;
  const time = new Date(taken).toLocaleTimeString();
  return {
    label: name,
    description: [called, place, time].filter((part) => part !== undefined).join(' · '),
  };
}

/** `name`, with a number behind it where it is taken. */
export function freeName(name: string, taken: readonly string[]): string {
  let free = name;
  for (let number = 2; taken.includes(free); number++) free = `${name} (${number})`;
  return free;
}
