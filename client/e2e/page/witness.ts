/** Waits for what a user would see, within a limit; a failure tells what was waited for and keeps a picture. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { Failure } from '../../scripts/run-command.mjs';

/** Generous: two busy cores emulate a machine beside a browser. */
const LIMIT_MS = 30_000;
const INTERVAL_MS = 20;

/** What should have been in the page and was not. */
export class NotSeen extends Failure {}

export class Witness {
  #pictures = 0;

  /** @param folder Where screenshots go. */
  constructor(
    readonly page: Page,
    readonly folder: string,
  ) {}

  /** @param what Completes 'waited for …'. */
  async see<T>(what: string, seen: Promise<T>): Promise<T> {
    try {
      return await seen;
    } catch (error) {
      throw await this.#notSeen(what, error instanceof Error ? error.message : String(error));
    }
  }

  /** Asks until the answer is neither undefined nor false. */
  async until<T>(what: string, ask: () => Promise<T | undefined | false>, limit = LIMIT_MS): Promise<T> {
    const end = Date.now() + limit;
    let last = 'never seen';
    while (Date.now() < end) {
      try {
        const answer = await ask();
        if (answer !== undefined && answer !== false) return answer;
      } catch (error) {
        // The page redraws under the question.
        last = error instanceof Error ? error.message : String(error);
      }
      await this.page.waitForTimeout(INTERVAL_MS);
    }
    throw await this.#notSeen(what, `${limit} ms passed; ${last}`);
  }

  /** Saves `NN-what.png`; returns its path. */
  async picture(what: string): Promise<string> {
    await mkdir(this.folder, { recursive: true });
    this.#pictures++;
    // Off what shows a tooltip.
    await this.page.mouse.move(0, 0);
    const path = join(this.folder, `${String(this.#pictures).padStart(2, '0')}-${what}.png`);
    await this.page.screenshot({ path });
    return path;
  }

  async #notSeen(what: string, reason: string): Promise<NotSeen> {
    const picture = await this.picture('failed').catch((error) => `no screenshot: ${error}`);
    return new NotSeen(`Waited for ${what}. ${reason.split('\n')[0]}. The page then: ${picture}`);
  }
}
