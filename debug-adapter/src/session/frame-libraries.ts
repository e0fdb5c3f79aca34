/** The library that a frame belongs to: shown with it, and passed over where the user does not care for it. */
import { dirname } from 'node:path';
import { libraryOfSource } from '@unikernel-tools/kernel-sdk/library';
import { type GdbFrame, listSourceFiles, skipFolder } from '../gdb';
import { type ImageLibrary, libraryAt } from '../target/image-map';
import type { Target } from '../target/target';

export interface LibraryWishes {
  /** Names, with `*` and `?`, of libraries that stepping into goes past. */
  readonly skipLibraries: readonly string[];
  /** Frames are called by their library, too. */
  readonly showLibraries: boolean;
}

export class FrameLibraries {
  /** What the image is made of, once that is known. */
  libraries: readonly ImageLibrary[] = [];
  readonly #skipped: readonly RegExp[];
  #arranged: Promise<void> | undefined;

  constructor(
    private readonly wishes: LibraryWishes,
    /** The application's folder: its own frames need no name. */
    private readonly folder: string,
  ) {
    this.#skipped = wishes.skipLibraries.map(patternOf);
  }

  /** By the linker's map; by where its source is for an image without one. */
  of({ address, file }: GdbFrame): string | undefined {
    return (
      libraryAt(this.libraries, BigInt(address))?.name ??
      (file === undefined ? undefined : libraryOfSource(file))
    );
  }

  isSkipped(frame: GdbFrame): boolean {
    if (this.#skipped.length === 0) return false;
    const name = this.of(frame);
    return (name !== undefined && this.#isUnwanted(name)) || this.#isFileSkipped(frame.file ?? '');
  }

  /** What stands behind a frame's name. */
  label(frame: GdbFrame): string | undefined {
    if (!this.wishes.showLibraries || frame.file?.startsWith(`${this.folder}/`)) return undefined;
    // A function of a header is compiled into whoever calls it, and is still the header's.
    const isInline = frame.file !== undefined && /\.h(?:h|pp|xx)?$/.test(frame.file);
    const library = (isInline ? libraryOfSource(frame.file ?? '') : undefined) ?? this.of(frame);
    // As a Kraftfile names it.
    return library?.replace(/^lib(?=.)/, '');
  }

  /** Tells GDB, before the first step that could go there, which functions it goes past. */
  arrangeSkips(target: Target): Promise<void> {
    this.#arranged ??= this.#arrange(target);
    return this.#arranged;
  }

  async #arrange({ gdb }: Target): Promise<void> {
    if (this.#skipped.length === 0) return;
    const files = (await listSourceFiles(gdb)).filter((file) => this.#isFileSkipped(file));
    await Promise.all([...new Set(files.map(dirname))].map((folder) => skipFolder(gdb, folder)));
  }

  #isUnwanted(library: string): boolean {
    return this.#skipped.some((pattern) => pattern.test(library.replace(/^lib/, '')));
  }

  /** Folders above the application's are nobody's. */
  #isFileSkipped(file: string): boolean {
    if (file.startsWith(`${this.folder}/`) && libraryOfSource(file.slice(this.folder.length)) === undefined) {
      return false;
    }
    return dirname(file)
      .split(/[\\/]/)
      .some((part) => part !== '' && this.#isUnwanted(part));
  }
}

function patternOf(glob: string): RegExp {
  const escaped = glob.replace(/^lib/, '').replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`);
}
