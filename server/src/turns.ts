/**
 * How long the server holds up its event loop: nothing that comes in is answered sooner. What other processes of a
 * loaded machine take is not counted.
 */

/** How often is looked, in milliseconds. */
const RESOLUTION_MS = 2;

export class TurnMeter {
  #longest = 0;
  #time = performance.now();
  #work = process.cpuUsage();

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
    const { user, system } = process.cpuUsage(this.#work);
    this.#longest = Math.max(this.#longest, Math.min(now - this.#time, (user + system) / 1000));
    this.#time = now;
    this.#work = process.cpuUsage();
  }
}
