/**
 * How long the server holds up its event loop: nothing that comes in is answered sooner. What other processes of a
 * loaded machine take is not counted, nor what V8's own threads do beside the loop.
 */
import { readFileSync } from 'node:fs';

/** How often is looked, in milliseconds. */
const RESOLUTION_MS = 2;

export class TurnMeter {
  #longest = 0;
  #time = performance.now();
  #work = worked();

  constructor() {
    setInterval(() => this.#look(), RESOLUTION_MS).unref();
  }

  /** The longest turn since the last time that somebody asked, in milliseconds. */
  longest(): number {
    this.#look();
    const longest = this.#longest;
    this.#longest = 0;
    return longest;
  }

  #look(): void {
    const now = performance.now();
    const work = worked();
    this.#longest = Math.max(this.#longest, Math.min(now - this.#time, work - this.#work));
    this.#time = now;
    this.#work = work;
  }
}

/** Of the thread that a process begins with, whose number is the process' own: nanoseconds on a processor come first. */
const OWN_THREAD = `/proc/self/task/${process.pid}/schedstat`;

/** Milliseconds that the event loop's thread has worked; of all threads, where the system does not tell them apart. */
function worked(): number {
  try {
    const [nanoseconds] = readFileSync(OWN_THREAD, 'latin1').split(' ');
    if (Number(nanoseconds) > 0) return Number(nanoseconds) / 1e6;
  } catch {
    // Linux alone has it.
  }
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
