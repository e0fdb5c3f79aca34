/** Reads TypeScript beside the program: in a worker that starts with the first text and goes when there are no more. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { TypeScriptModule } from './model';

export interface ModuleReader {
  /** Rejects where a text cannot be read, or takes longer than a person's would. */
  read(text: string): Promise<TypeScriptModule>;
  close(): Promise<void>;
}

export interface Question {
  readonly id: number;
  readonly text: string;
}

export type Answer =
  | { readonly id: number; readonly module: TypeScriptModule }
  | { readonly id: number; readonly error: string };

interface Pending {
  readonly resolve: (module: TypeScriptModule) => void;
  readonly reject: (error: Error) => void;
}

/** Texts of more UTF-16 code units than these are not read. */
const TEXT_LIMIT = 1_000_000;
/** How long all texts that wait may take, in milliseconds, before the worker is given up. */
const LIMIT_MS = 30_000;
/** A worker has a hundred megabytes: one without work goes after this time, in milliseconds. */
const IDLE_MS = 30_000;

export class WorkerReader implements ModuleReader {
  #worker: Worker | undefined;
  #timer: NodeJS.Timeout | undefined;
  #last = 0;
  readonly #pending = new Map<number, Pending>();

  /** Whether a worker runs. */
  get isRunning(): boolean {
    return this.#worker !== undefined;
  }

  read(text: string): Promise<TypeScriptModule> {
    if (text.length > TEXT_LIMIT) {
      return Promise.reject(new Error(`a text of ${text.length} characters is not read`));
    }
    return new Promise((resolve, reject) => {
      const id = ++this.#last;
      try {
        this.#worker ??= this.#start();
      } catch (error) {
        reject(error);
        return;
      }
      this.#pending.set(id, { resolve, reject });
      // A process ends when it waits for nothing else than an idle worker.
      this.#worker.ref();
      this.#worker.postMessage({ id, text } satisfies Question);
      this.#wait(LIMIT_MS, () => void this.#end(new Error(`its text was not read within ${LIMIT_MS} ms`)));
    });
  }

  async close(): Promise<void> {
    await this.#end(new Error('the reader is closed'));
  }

  #start(): Worker {
    const worker = new Worker(workerFile());
    worker.on('message', (answer: Answer) => this.#answered(answer));
    worker.on('error', (error) => {
      if (this.#worker === worker) void this.#end(error);
    });
    return worker;
  }

  #answered(answer: Answer): void {
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if (this.#pending.size === 0) {
      this.#worker?.unref();
      this.#wait(IDLE_MS, () => void this.#end(new Error('idle')));
    }
    if ('module' in answer) pending?.resolve(answer.module);
    else pending?.reject(new Error(answer.error));
  }

  #wait(time: number, then: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(then, time).unref();
  }

  async #end(reason: Error): Promise<void> {
    clearTimeout(this.#timer);
    const worker = this.#worker;
    this.#worker = undefined;
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of pending) reject(reason);
    await worker?.terminate();
  }
}

const NAME = 'typescript-worker.js';

/** Beside the bundles; from the sources in the bundles' folder. */
function workerFile(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const found = [join(folder, NAME), join(folder, 'dist', NAME)].find(existsSync);
    if (found !== undefined) return found;
  }
  throw new Error(`'${NAME}' is missing from the installation at ${__dirname}. Install the extension again`);
}
