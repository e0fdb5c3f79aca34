/**
 * What is worked out from files and from each other's results: made when it is asked for, kept, and forgotten together
 * with everything that was made of it when one of the files changes.
 */
import type { Steps } from '../steps';

interface Entry {
  readonly family: string;
  readonly name: string;
  value: unknown;
  /** Files and folders that its making looked at, but for those that its parts looked at. */
  readonly places: Set<string>;
  /** Results that it was made of. */
  readonly parts: Set<Entry>;
  /** Results that were made of it. */
  readonly users: Set<Entry>;
  /** Not kept any longer, but others were made of it. */
  isEvicted: boolean;
  /** Something changed that it was made of. */
  isDropped: boolean;
}

/** A result as it is kept outside of memory. */
export interface KeptResult {
  readonly family: string;
  readonly name: string;
  /** Files and folders that its making looked at. */
  readonly places: readonly string[];
  /** What it was made of: places in the same list, before its own. */
  readonly parts: readonly number[];
  /** Of a result that can be used; others only tell what follows from what. */
  readonly value?: unknown;
}

export class Derived {
  /** By family and name, those asked for longest ago first. */
  readonly #families = new Map<string, Map<string, Entry>>();
  readonly #byPlace = new Map<string, Set<Entry>>();
  /** What is being made, the innermost last. */
  readonly #making: Entry[] = [];

  /** Whether something is being made. */
  get isMaking(): boolean {
    return this.#making.length > 0;
  }

  /** Whoever is being made looks at a file or a folder. */
  looksAt(place: string): void {
    const entry = this.#making.at(-1);
    if (entry !== undefined) this.#link(entry, place);
  }

  #link(entry: Entry, place: string): void {
    if (entry.places.has(place)) return;
    entry.places.add(place);
    const entries = this.#byPlace.get(place);
    if (entries === undefined) this.#byPlace.set(place, new Set([entry]));
    else entries.add(entry);
  }

  /**
   * What `make` makes, kept under a name until something that it looked at changes. Of a family that says how many it
   * keeps, those that were asked for longest ago are forgotten.
   */
  get<T>(family: string, name: string, make: () => T, keep: number): T {
    const entry = this.#kept(family).get(name) ?? this.#make(family, name, make);
    return this.#give(entry, keep) as T;
  }

  /** The same, made in steps: where something changes in between that it is made of, its making begins again. */
  *steps<T>(family: string, name: string, make: () => Steps<T>, keep: number): Steps<T> {
    let entry = this.#kept(family).get(name);
    while (entry === undefined) entry = yield* this.#makeInSteps(family, name, make);
    return this.#give(entry, keep) as T;
  }

  /** Whether a result is there without being made. */
  has(family: string, name: string): boolean {
    return this.#families.get(family)?.has(name) ?? false;
  }

  /** Files or folders are not what they were. */
  forget(places: Iterable<string>): void {
    for (const place of places) for (const entry of [...(this.#byPlace.get(place) ?? [])]) this.#drop(entry);
  }

  /** Forgets a result, whatever it was made of. */
  forgetResults(family: string, which: (name: string) => boolean): void {
    for (const entry of [...(this.#families.get(family)?.values() ?? [])]) {
      if (which(entry.name)) this.#drop(entry);
    }
  }

  /**
   * Results of some families, and before each of them those that it was made of, without their values: enough to
   * tell later whether anything has changed.
   */
  results(families: ReadonlySet<string>): KeptResult[] {
    const found: KeptResult[] = [];
    const numbers = new Map<Entry, number>();
    const add = (entry: Entry): number => {
      const there = numbers.get(entry);
      if (there !== undefined) return there;
      const { family, name } = entry;
      const parts = [...entry.parts].map(add);
      const value = families.has(family) && !entry.isEvicted ? { value: entry.value } : {};
      found.push({ family, name, places: [...entry.places], parts, ...value });
      numbers.set(entry, found.length - 1);
      return found.length - 1;
    };
    for (const family of families) for (const entry of this.#kept(family).values()) add(entry);
    return found;
  }

  /** Takes results over as if they had been made now. What is there already stays. */
  restore(results: readonly KeptResult[]): void {
    const entries: Entry[] = [];
    for (const { family, name, places, parts, ...kept } of results) {
      const there = this.#kept(family).get(name);
      const entry = there ?? newEntry(family, name);
      entries.push(entry);
      if (there !== undefined) continue;
      if ('value' in kept) {
        entry.value = kept.value;
        this.#kept(family).set(name, entry);
      } else entry.isEvicted = true;
      for (const place of places) this.#link(entry, place);
      for (const part of parts) {
        const made = entries[part];
        if (made === undefined) continue;
        entry.parts.add(made);
        made.users.add(entry);
      }
    }
  }

  #kept(family: string): Map<string, Entry> {
    const kept = this.#families.get(family) ?? new Map<string, Entry>();
    this.#families.set(family, kept);
    return kept;
  }

  /** A result for whoever is being made now. */
  #give(entry: Entry, keep: number): unknown {
    const kept = this.#kept(entry.family);
    const user = this.#making.at(-1);
    if (user !== undefined) {
      user.parts.add(entry);
      entry.users.add(user);
    }
    if (keep !== Number.POSITIVE_INFINITY || !kept.has(entry.name)) {
      kept.delete(entry.name);
      kept.set(entry.name, entry);
      for (const oldest of kept.values()) {
        if (kept.size <= keep) break;
        this.#evict(oldest);
      }
    }
    return entry.value;
  }

  #make(family: string, name: string, make: () => unknown): Entry {
    const entry = newEntry(family, name);
    try {
      entry.value = this.#within(entry, make);
    } catch (error) {
      this.#unlink(entry);
      throw error;
    }
    return entry;
  }

  /** Undefined where what it was being made of has changed. */
  *#makeInSteps(family: string, name: string, make: () => Steps<unknown>): Steps<Entry | undefined> {
    const entry = newEntry(family, name);
    let steps: Steps<unknown> | undefined;
    let isMade = false;
    try {
      // What is looked at before the first step counts as well.
      const making = this.#within(entry, make);
      steps = making;
      for (;;) {
        const step = this.#within(entry, () => making.next());
        if (step.done) {
          entry.value = step.value;
          isMade = true;
          return entry;
        }
        yield;
        if (entry.isDropped) return undefined;
        const other = this.#kept(family).get(name);
        if (other !== undefined) return other;
      }
    } finally {
      // Whoever asked may have given up.
      if (!isMade) {
        steps?.return(undefined);
        this.#unlink(entry);
      }
    }
  }

  #within<T>(entry: Entry, work: () => T): T {
    this.#making.push(entry);
    try {
      return work();
    } finally {
      this.#making.pop();
    }
  }

  #evict(entry: Entry): void {
    this.#families.get(entry.family)?.delete(entry.name);
    entry.isEvicted = true;
    entry.value = undefined;
    if (entry.users.size === 0) this.#unlink(entry);
  }

  #drop(entry: Entry): void {
    const kept = this.#families.get(entry.family);
    if (kept?.get(entry.name) === entry) kept.delete(entry.name);
    entry.isDropped = true;
    this.#unlink(entry);
    const users = [...entry.users];
    entry.users.clear();
    for (const user of users) this.#drop(user);
  }

  #unlink(entry: Entry): void {
    for (const place of entry.places) {
      const entries = this.#byPlace.get(place);
      entries?.delete(entry);
      if (entries?.size === 0) this.#byPlace.delete(place);
    }
    entry.places.clear();
    for (const part of entry.parts) {
      part.users.delete(entry);
      if (part.isEvicted && part.users.size === 0) this.#unlink(part);
    }
    entry.parts.clear();
  }
}

function newEntry(family: string, name: string): Entry {
  return {
    ...{ family, name, value: undefined, isEvicted: false, isDropped: false },
    ...{ places: new Set<string>(), parts: new Set<Entry>(), users: new Set<Entry>() },
  };
}
