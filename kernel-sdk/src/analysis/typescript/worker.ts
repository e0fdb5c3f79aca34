/** The worker's side of a {@link WorkerReader}: texts in, modules out, one after another. */
import { parentPort } from 'node:worker_threads';
import { readModule } from './read-module';
import type { Answer, Question } from './reader';

parentPort?.on('message', ({ id, text }: Question) => {
  parentPort?.postMessage(answer(id, text));
});

function answer(id: number, text: string): Answer {
  try {
    return { id, module: readModule(text) };
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
