/** What a recorded run is made of, one part behind the other. A position is a number of instructions since the start. */
import { KeptStates } from './kept-states';
import type { RecordingFiles } from './model';

/** What was run from one place where the machine was put into a state, or was changed, to the next one or where it was left. */
export interface Part {
  readonly files: RecordingFiles;
  /** The positions of its first and its last instruction; without the second one it is the one that runs. */
  readonly base: number;
  end?: number;
  /** QEMU ends a replay for good there. */
  recorded?: number;
  readonly states: KeptStates;
}

export class Parts {
  #all: [Part, ...Part[]];

  constructor(files: RecordingFiles) {
    this.#all = [partOf(files, 0)];
  }

  /** The first position. */
  get start(): number {
    return this.#all[0].base;
  }

  get last(): Part {
    return this.#all.at(-1) ?? this.#all[0];
  }

  get files(): readonly RecordingFiles[] {
    return this.#all.map(({ files }) => files);
  }

  at(position: number): Part {
    return this.#all.findLast(({ base }) => base <= position) ?? this.#all[0];
  }

  /** From this position to the one before `end` the machine runs in one go. */
  beginning(end: number): number {
    return this.#all.findLast(({ base }) => base < end - 1)?.base ?? this.start;
  }

  after(part: Part): Part | undefined {
    return this.#all[this.#all.indexOf(part) + 1];
  }

  /** Behind the others. */
  add(files: RecordingFiles, base: number): Part {
    const part = partOf(files, base);
    this.#all.push(part);
    return part;
  }

  /** The last one is the first. */
  forgetOthers(): void {
    this.#all = [this.last];
  }
}

function partOf(files: RecordingFiles, base: number): Part {
  return { files, base, states: new KeptStates(base) };
}
