/** What the last build saw: content hashes of files, and the key under which each product was made. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Toolchain } from './toolchain';

/** A file's content hash, taken again only when its size or time changed. */
interface SeenFile {
  readonly mtimeMs: number;
  readonly size: number;
  readonly hash: string;
}

interface Product {
  /** Hash of the command and of every input's content. */
  readonly key: string;
  /** Every file that was read, the source first. */
  readonly inputs: readonly string[];
  /** What the tool said when it succeeded, said again while the product stands. */
  readonly output: string;
}

interface Stored {
  readonly version: number;
  readonly toolchain?: Toolchain;
  readonly files: Record<string, SeenFile>;
  readonly products: Record<string, Product>;
}

/** Raised when what is stored means something else; older state is then not used. */
const VERSION = 2;

export class BuildState {
  toolchain: Toolchain | undefined;
  readonly #files: Map<string, SeenFile>;
  readonly #products: Map<string, Product>;
  readonly #fresh = new Map<string, string | undefined>();
  #changed = false;

  private constructor(
    private readonly path: string,
    stored: Stored,
  ) {
    this.toolchain = stored.toolchain;
    this.#files = new Map(Object.entries(stored.files));
    this.#products = new Map(Object.entries(stored.products));
  }

  /** State that is missing or damaged is empty: everything is built again. */
  static read(path: string): BuildState {
    try {
      const stored = JSON.parse(readFileSync(path, 'utf8')) as Stored;
      if (stored.version === VERSION) return new BuildState(path, stored);
    } catch {
      // Nothing was built yet, or somebody damaged it.
    }
    return new BuildState(path, { version: VERSION, files: {}, products: {} });
  }

  /** The output of the tool that made `product` from the same command and contents; undefined if it must be made. */
  current(product: string, command: readonly string[]): string | undefined {
    const known = this.#products.get(product);
    if (known === undefined || this.#hash(product) === undefined) return undefined;
    return this.#key(product, command, known.inputs) === known.key ? known.output : undefined;
  }

  record(product: string, command: readonly string[], inputs: readonly string[], output: string): void {
    this.#fresh.delete(product);
    this.#products.set(product, { key: this.#key(product, command, inputs), inputs, output });
    this.#changed = true;
  }

  forget(product: string): void {
    this.#changed = this.#products.delete(product) || this.#changed;
  }

  /** Written whole or not at all. */
  save(): void {
    if (!this.#changed) return;
    const stored: Stored = {
      version: VERSION,
      ...(this.toolchain === undefined ? {} : { toolchain: this.toolchain }),
      files: Object.fromEntries(this.#files),
      products: Object.fromEntries(this.#products),
    };
    writeWhole(this.path, JSON.stringify(stored));
    this.#changed = false;
  }

  /** The product's own content belongs to the key: one that was touched by hand is made again. */
  #key(product: string, command: readonly string[], inputs: readonly string[]): string {
    const hash = createHash('sha256').update(JSON.stringify(command));
    for (const input of [product, ...inputs]) hash.update(`\0${input}\0${this.#hash(input) ?? 'missing'}`);
    return hash.digest('hex');
  }

  /** Undefined for a file that is not there. Looked at once in the life of this object. */
  #hash(path: string): string | undefined {
    if (this.#fresh.has(path)) return this.#fresh.get(path);
    const hash = this.#lookAt(path);
    this.#fresh.set(path, hash);
    return hash;
  }

  #lookAt(path: string): string | undefined {
    try {
      const { mtimeMs, size } = statSync(path);
      const seen = this.#files.get(path);
      if (seen?.mtimeMs === mtimeMs && seen.size === size) return seen.hash;
      const hash = createHash('sha256').update(readFileSync(path)).digest('hex');
      this.#files.set(path, { mtimeMs, size, hash });
      this.#changed = true;
      return hash;
    } catch {
      return undefined;
    }
  }
}

/** Makes the folder too. A reader sees the old content or the new one, never half. */
function writeWhole(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}.new`;
  try {
    writeFileSync(partial, content);
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

/** Writes only what is not there yet, so that nothing looks newer than it is. */
export function writeIfChanged(path: string, content: string): void {
  try {
    if (readFileSync(path, 'utf8') === content) return;
  } catch {
    // It is not there yet.
  }
  writeWhole(path, content);
}
