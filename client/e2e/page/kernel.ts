/** What a user sees of the kernel: its threads in the call stack, views in the sidebar, panics, machine code. */
import { Messages } from './messages';
import type { Witness } from './witness';

export class KernelViews {
  readonly #messages: Messages;

  constructor(private readonly witness: Witness) {
    this.#messages = new Messages(witness);
  }

  /** Closes the other views of the debug sidebar: the call stack gets their room. */
  async makeRoom(): Promise<void> {
    for (const title of ['Variables', 'Watch', 'Breakpoints']) {
      const header = this.witness.page.locator(`.pane-header[aria-label^="${title}"]`).first();
      await this.witness.until(`the closed view ${title}`, async () => {
        if ((await header.getAttribute('aria-expanded', { timeout: 1000 })) !== 'true') return true;
        await header.click({ timeout: 1000, position: { x: 60, y: 10 } });
        return false;
      });
    }
  }

  /** Waits for the thread rows of the call stack, whose names the pattern fits one of. */
  threads(one: RegExp): Promise<string[]> {
    return this.witness.until(`the thread ${one} in the call stack`, async () => {
      const names = await this.witness.page.locator('.debug-call-stack .thread .name').allTextContents();
      return names.some((name) => one.test(name)) ? names : undefined;
    });
  }

  /** Chooses a thread's row by a click, and opens its stack by the arrow key. */
  async openThread(name: string): Promise<void> {
    const row = this.witness.page
      .locator('.debug-call-stack .monaco-list-row', { has: this.witness.page.locator('.thread') })
      .filter({ hasText: name });
    await this.witness.see(`the thread '${name}'`, row.first().click());
    await this.witness.page.keyboard.press('ArrowRight');
    await this.witness.until(
      `the open stack of '${name}'`,
      async () => (await row.first().getAttribute('aria-expanded')) === 'true',
    );
  }

  /** Shows a view of the sidebar and waits for a row of it. */
  async viewRow(view: string, row: RegExp): Promise<string> {
    await this.#messages.command(`Focus on ${view} View`);
    const pane = this.witness.page.locator('.pane', {
      has: this.witness.page.locator(`[aria-label^="${view}"]`),
    });
    return this.witness.until(`${row} in the view ${view}`, async () => {
      const rows = await pane.locator('.monaco-list-row').allInnerTexts();
      return rows.map((text) => text.replace(/\s+/g, ' ').trim()).find((text) => row.test(text));
    });
  }

  /** Asks for an address by the command; the document that explains it, whose long lines the editor wraps. */
  async explain(address: string): Promise<string> {
    const { page } = this.witness;
    await this.#messages.command('Unikernel: Explain Address');
    const input = page.locator('.quick-input-widget input');
    await this.witness.see(
      'the box for an address',
      page.getByText('An address, or an expression').waitFor(),
    );
    await input.fill(address);
    await input.press('Enter');
    const tab = page.locator('.tab.active[data-resource-name^="0x"], .tab[data-resource-name^="0x"]');
    await this.witness.see('the explained address', tab.first().waitFor());
    return this.witness.until('the text of the explained address', async () => {
      // The page keeps lines in the order in which it made them.
      const lines = await page
        .locator('.editor-instance .view-line')
        .evaluateAll((all) =>
          all
            .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
            .map((line) => line.textContent ?? ''),
        );
      const text = lines.join(' ').replace(/[\s\u00a0]+/g, ' ');
      return text.includes('Page-table walk') ? text : undefined;
    });
  }

  /** Opens the time line of the trace; the names of its lanes. */
  async timeLine(): Promise<string[]> {
    await this.#messages.command('Unikernel: Show Trace Time Line');
    return this.witness.until('the lanes of the time line', async () => {
      for (const frame of this.witness.page.frames()) {
        const names = await frame.locator('.names .name').allTextContents();
        if (names.length > 1) return names.filter(Boolean);
      }
      return undefined;
    });
  }

  /** What the editor says of an exception under the line that it came from. */
  exception(words: RegExp): Promise<string> {
    return this.witness.until(`${words} in the exception’s box`, async () => {
      const text = await this.witness.page
        .locator('.exception-widget')
        .first()
        .textContent({ timeout: 1000 });
      const plain = text?.replaceAll('\u00a0', ' ') ?? '';
      return words.test(plain) ? plain : undefined;
    });
  }

  /** Opens the disassembly view by the menu of a frame in the call stack; the rows in sight. */
  async disassembly(frame: string, row: RegExp): Promise<string[]> {
    const { page } = this.witness;
    const frames = page.locator('.debug-call-stack .monaco-list-row', { has: page.locator('.stack-frame') });
    const entry = page.locator('.monaco-menu .action-item:not(.disabled)', {
      hasText: 'Open Disassembly View',
    });
    await this.witness.until('the menu of a frame with its machine code', async () => {
      // The entry can be chosen once the frame is the one that is looked at.
      await frames.filter({ hasText: frame }).first().click({ timeout: 1000 });
      await frames.filter({ hasText: frame }).first().click({ button: 'right', timeout: 1000 });
      await entry.first().hover({ timeout: 1000 });
      // A click so soon after the one that opened the menu counts as a part of it.
      await page.keyboard.press('Enter');
      return true;
    });
    return this.witness.until(`${row} in the disassembly`, async () => {
      const rows = await this.witness.page.locator('.disassembly-view .monaco-list-row').allInnerTexts();
      return rows.some((text) => row.test(text)) ? rows : undefined;
    });
  }
}
