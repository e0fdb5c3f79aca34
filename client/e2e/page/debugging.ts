/** What a user does in a debug session, and reads from its views. */
import { NotSeen, type Witness } from './witness';

/** A row of the call stack. */
export interface Frame {
  readonly name: string;
  readonly file: string;
  /** One-based; 0 where the row shows none. */
  readonly line: number;
}

export interface Variable {
  readonly name: string;
  readonly value: string;
}

export class Debugging {
  constructor(private readonly witness: Witness) {}

  /** Presses F5; returns the time of the key press in ms, as `performance.now` counts. */
  async start(): Promise<number> {
    const pressed = performance.now();
    await this.witness.page.keyboard.press('F5');
    return pressed;
  }

  /** Resolves when the page marks the line that the machine has stopped on. */
  async waitStopped(): Promise<void> {
    const line = this.witness.page.locator('.debug-top-stack-frame-line').first();
    await this.witness.see(
      'the line that execution has stopped on',
      line.waitFor({ state: 'attached', timeout: 60_000 }),
    );
  }

  /** The innermost frame, from the debug view. */
  async topFrame(): Promise<Frame> {
    await this.#showView();
    return this.witness.until('a frame in the call stack', async () => (await this.callStack())[0]);
  }

  /**
   * The next stop, at another place than the known one: the innermost frame tells, for the editor lists it
   * at once and the others later. `act` makes the machine run; undefined: the session ended.
   */
  async #nextStop(what: string, act: () => Promise<unknown>): Promise<Frame | undefined> {
    const { page } = this.witness;
    const before = JSON.stringify(await this.topFrame());
    await act();
    // While the list is drawn anew, any of its rows can be the first for a moment, and callers of the stop before stand in it
    // until the new ones are there. The cursor is where the new stop is.
    const cursor = page.locator('#status\\.editor\\.selection');
    let last = '';
    const found = await this.witness.until(what, async () => {
      if (!(await page.locator('.debug-toolbar').isVisible())) return 'ended';
      const [top] = await this.callStack();
      const marked = await page.locator('.debug-top-stack-frame-line').count();
      const seen = JSON.stringify(top);
      const isSteady = seen === last;
      last = seen;
      const place = /Ln (\d+)/.exec((await cursor.allTextContents()).join(' '));
      const isThere = top !== undefined && marked > 0 && top.line === Number(place?.[1]);
      return isThere && seen !== before && isSteady ? top : undefined;
    });
    return found === 'ended' ? undefined : found;
  }

  #stop(what: string, key: string): Promise<Frame> {
    return this.stopAfter(what, () => this.witness.page.keyboard.press(key));
  }

  /** The stop at another place that something done to the page leads to. */
  async stopAfter(what: string, act: () => Promise<unknown>): Promise<Frame> {
    const frame = await this.#nextStop(what, act);
    if (frame === undefined) throw new NotSeen(`Waited for ${what}, but the session ended.`);
    return frame;
  }

  stepOver(): Promise<Frame> {
    return this.#stop('the stop after a step over', 'F10');
  }

  stepInto(): Promise<Frame> {
    return this.#stop('the stop after a step into', 'F11');
  }

  stepOut(): Promise<Frame> {
    return this.#stop('the stop after a step out', 'Shift+F11');
  }

  /** Goes to the line before, by the toolbar's button. */
  stepBack(): Promise<Frame> {
    return this.stopAfter('the stop after a step back', () => this.#press('step-back'));
  }

  /** Goes back to the last breakpoint or the start of what was recorded. */
  async reverse(): Promise<void> {
    await this.#press('reverse-continue');
  }

  async #press(icon: string): Promise<void> {
    const button = this.witness.page.locator(`.debug-toolbar .codicon-debug-${icon}`);
    await this.witness.see(`the button ${icon} of the debug toolbar`, button.click());
  }

  /** Runs to the next breakpoint. */
  continueToStop(): Promise<Frame> {
    return this.#stop('the stop after continuing', 'F5');
  }

  /** Runs to the next breakpoint, or to the end of the session: undefined. */
  continueToStopOrEnd(): Promise<Frame | undefined> {
    return this.#nextStop('a stop or the end after continuing', () => this.witness.page.keyboard.press('F5'));
  }

  /** Restarts; the first stop, which has to be at another place than this one. */
  restart(): Promise<Frame> {
    return this.#stop('the stop after a restart', 'Control+Shift+F5');
  }

  /** Waits for the call stack to say why the machine stands. */
  async pausedBecause(words: string): Promise<void> {
    const state = this.witness.page.locator('.call-stack-state-message .label');
    await this.witness.until(`'${words}' at the call stack`, async () =>
      (await state.allTextContents()).some((text) => text.includes(words)),
    );
  }

  async stop(): Promise<void> {
    await this.witness.page.keyboard.press('Shift+F5');
    await this.waitEnded();
  }

  async waitEnded(): Promise<void> {
    const toolbar = this.witness.page.locator('.debug-toolbar');
    await this.witness.see(
      'the end of the debug session',
      toolbar.waitFor({ state: 'hidden', timeout: 60_000 }),
    );
  }

  /** The frames of the thread that has stopped, top first; rows that are no frames are left out. */
  callStack(): Promise<Frame[]> {
    return this.witness.page
      .locator('.debug-call-stack .monaco-list-row .stack-frame')
      .evaluateAll((rows) => {
        // The list keeps its rows in the order in which it made them.
        const place = (row: Element) => Number(row.closest('.monaco-list-row')?.getAttribute('data-index'));
        return rows
          .sort((a, b) => place(a) - place(b))
          .map((row) => ({
            // Behind the function stands its library.
            name: (row.querySelector('.label')?.textContent ?? '').replace(/ · .*$/, ''),
            file: row.querySelector('.file-name')?.textContent ?? '',
            line: Number(row.querySelector('.line-number')?.textContent?.split(':')[0] ?? 0),
          }));
      });
  }

  /**
   * Waits for a call stack that goes through these functions, top first, whatever stands between them. The
   * editor shows the top frame at once and the others a moment later.
   */
  async stackThrough(names: readonly string[]): Promise<Frame[]> {
    // The list has the rows alone that are in view: the other sections make room for it.
    for (const section of ['Watch', 'Breakpoints']) await this.#collapse(section);
    return this.witness.until(`the call stack ${names.join(' ← ')}`, async () => {
      const stack = await this.callStack();
      let wanted = 0;
      for (const { name } of stack) if (name === names[wanted]) wanted++;
      return wanted === names.length ? stack : undefined;
    });
  }

  /** The same, with nothing more that the view offers to load. */
  async wholeStack(names: readonly string[]): Promise<void> {
    await this.stackThrough(names);
    const rows = this.witness.page.locator('.debug-call-stack .monaco-list-row');
    const more = rows.filter({ hasText: 'Load More' });
    await this.witness.until('a call stack with no more to load', async () => (await more.count()) === 0);
  }

  /** The rows of the variables view, without the names of scopes. */
  variables(): Promise<Variable[]> {
    return this.witness.page.locator('.debug-variables .monaco-list-row .expression').evaluateAll((rows) =>
      rows.flatMap((row) => {
        const name = row
          .querySelector('.name')
          ?.textContent?.replace(/\s*[:=]\s*$/, '')
          .trim();
        const value = row.querySelector('.value')?.textContent ?? '';
        return name ? [{ name, value }] : [];
      }),
    );
  }

  /** Opens a scope, `Locals` or another, and waits for a variable in view to show a value. */
  async variable(scope: string, name: string, value: RegExp): Promise<string> {
    await this.#expand(scope);
    return this.witness.until(`the variable ${name} = ${value}`, async () => {
      const found = (await this.variables()).find((variable) => variable.name === name);
      return found !== undefined && value.test(found.value) ? found.value : undefined;
    });
  }

  /** A click on a section's title closes it, unless it is closed. */
  async #collapse(section: string): Promise<void> {
    const title = this.witness.page.locator(`.pane-header[aria-label^="${section} Section"]`);
    if ((await title.getAttribute('aria-expanded')) === 'true') await title.click();
  }

  /** A click on a scope's row opens it, unless it is open. */
  async #expand(scope: string): Promise<void> {
    const row = `.debug-variables .monaco-list-row[aria-label^="Scope ${scope}"]`;
    const { page } = this.witness;
    await this.witness.until(`the open scope ${scope}`, async () => {
      const opened = page.locator(`${row}[aria-expanded="true"]`);
      if ((await opened.count()) > 0) return true;
      await page.locator(row).click({ timeout: 1000 });
      // The view may have been redrawn under the click: then this runs out, and the next round clicks again.
      await opened.waitFor({ timeout: 1000 });
      return true;
    });
  }

  /** The lines of the debug console that are in view. */
  async console(): Promise<string[]> {
    await this.#showConsole();
    const lines = await this.witness.page.locator('.repl .repl-tree .monaco-list-row').allInnerTexts();
    return lines.map((line) => line.trim());
  }

  /** Waits for a line of the debug console. */
  consoleLine(line: RegExp): Promise<string> {
    return this.witness.until(`${line} in the debug console`, async () =>
      (await this.console()).find((shown) => line.test(shown)),
    );
  }

  async #showConsole(): Promise<void> {
    const { page } = this.witness;
    if (await page.locator('.repl .repl-tree').isVisible()) return;
    await page.keyboard.press('Control+Shift+Y');
    await this.witness.see('the debug console', page.locator('.repl .repl-tree').waitFor());
  }

  async #showView(): Promise<void> {
    const { page } = this.witness;
    const view = page.locator('.debug-call-stack');
    if (await view.isVisible()) return;
    await page.keyboard.press('Control+Shift+D');
    await this.witness.see('the debug view', view.waitFor());
  }
}
