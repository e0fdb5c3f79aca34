/** What a user does in editors: open, go to a line, set a breakpoint, type, save. */
import { basename } from 'node:path';
import type { Witness } from './witness';

/** Time in which a menu opens when nothing comes in between. */
const MENU_MS = 3000;

export class Editor {
  constructor(private readonly witness: Witness) {}

  /** Opens a file of the workspace by a double click in the explorer. */
  async openFromExplorer(name: string): Promise<void> {
    const { page } = this.witness;
    const view = page.locator('.explorer-folders-view');
    if (!(await view.isVisible())) await page.keyboard.press('Control+Shift+E');
    const row = view.locator(`.monaco-list-row[aria-label^="${name}"]`).first();
    await this.witness.see(`'${name}' in the explorer`, row.dblclick());
    // Off the row, whose tooltip would cover what is underneath.
    await page.mouse.move(0, 0);
    await this.#opened(name);
  }

  /** Opens any file by its absolute path, at a one-based line, in the quick-open box. */
  async openByPath(path: string, line = 1): Promise<void> {
    const { page } = this.witness;
    await page.keyboard.press('Control+P');
    const input = page.locator('.quick-input-widget input');
    await this.witness.see('the quick-open box', input.fill(`${path}:${line}`));
    const name = basename(path);
    const pick = page.locator(`.quick-input-list .monaco-list-row.focused[aria-label*="${name}"]`);
    await this.witness.see(`'${path}' in the quick-open box`, pick.waitFor());
    await input.press('Enter');
    await this.#opened(name);
    await this.#cursorAt(line);
  }

  async goToLine(line: number): Promise<void> {
    const { page } = this.witness;
    await page.keyboard.press('Control+G');
    const input = page.locator('.quick-input-widget input');
    await this.witness.see('the go-to-line box', input.fill(`:${line}`));
    await input.press('Enter');
    await this.#cursorAt(line);
  }

  /** F9 on the line of the active editor; resolves when its dot is there. */
  async setBreakpoint(line: number): Promise<void> {
    const { page } = this.witness;
    const dots = page.locator('.editor-instance .codicon-debug-breakpoint');
    const before = await dots.count();
    await this.goToLine(line);
    await page.keyboard.press('F9');
    await this.witness.until(`a breakpoint on line ${line}`, async () => (await dots.count()) > before);
  }

  /** Replaces one line of the active editor from its first letter on; its indentation stays. */
  async replaceLine(line: number, text: string): Promise<void> {
    const { page } = this.witness;
    await this.goToLine(line);
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+End');
    // As one event: no completion can open in the middle of it.
    await page.keyboard.insertText(text);
    await page.keyboard.press('Escape');
  }

  async save(): Promise<void> {
    const { page } = this.witness;
    await page.keyboard.press('Control+S');
    await this.witness.until(
      'the saved file',
      async () => (await page.locator('.tab.active.dirty').count()) === 0,
    );
  }

  /** The language that the status bar names. */
  async language(): Promise<string> {
    return ((await this.witness.page.locator('#status\\.editor\\.mode').textContent()) ?? '').trim();
  }

  /** Resolves when the active editor underlines this many errors. */
  async squiggles(count: number): Promise<void> {
    const marks = this.witness.page.locator('.monaco-editor .squiggly-error');
    await this.witness.until(`${count} underlined errors`, async () =>
      count === 0 ? (await marks.count()) === 0 : (await marks.count()) >= count,
    );
  }

  /** Resolves when the active editor underlines something of a severity. */
  async underlined(severity: 'error' | 'warning' | 'info' | 'hint'): Promise<void> {
    const mark = this.witness.page.locator(`.editor-instance .squiggly-${severity}`).first();
    await this.witness.see(`something underlined as ${severity}`, mark.waitFor({ state: 'attached' }));
  }

  /** Opens the menu of the light bulb on the cursor's line; what it offers. */
  async offeredFixes(): Promise<string[]> {
    return this.witness.until('the menu of the light bulb', async () => {
      if ((await this.#fixes().count()) === 0) await this.witness.page.keyboard.press('Control+.');
      // News of problems closes a menu that has just opened.
      await this.#fixes().first().waitFor({ timeout: MENU_MS });
      return (await this.#fixes().allInnerTexts()).map((text) => text.trim());
    });
  }

  /** Closes the menu without a choice. */
  async leaveFixes(): Promise<void> {
    await this.witness.page.keyboard.press('Escape');
    await this.witness.until('the end of the menu', async () => (await this.#fixes().count()) === 0);
  }

  #fixes() {
    return this.witness.page.locator('.action-widget .monaco-list-row.action:visible');
  }

  async #opened(name: string): Promise<void> {
    const { page } = this.witness;
    const tab = page.locator(`.tab.active[data-resource-name="${name}"]`);
    await this.witness.see(`the editor of '${name}'`, tab.waitFor());
    await this.witness.see(
      `the editor of '${name}' to take what is typed`,
      page.locator('.editor-instance .monaco-editor.focused').first().waitFor(),
    );
  }

  async #cursorAt(line: number): Promise<void> {
    const { page } = this.witness;
    const position = page.locator('#status\\.editor\\.selection');
    await this.witness.until(`the cursor on line ${line}`, async () =>
      new RegExp(`\\b${line}\\b`).test((await position.textContent()) ?? ''),
    );
    const focused = page.locator('.editor-instance .monaco-editor.focused').first();
    await this.witness.see('the editor to take what is typed', focused.waitFor());
  }
}
