/** What a user reads from the panel's terminal, and types into it. */
import type { Witness } from './witness';

export class Terminal {
  constructor(private readonly witness: Witness) {}

  /** The rows in view. A browser without a GPU draws each as an element. */
  async rows(): Promise<string[]> {
    await this.#show();
    const rows = await this.witness.page
      .locator('.terminal-wrapper.active .xterm-rows > div')
      .allInnerTexts();
    // The terminal writes its blanks as no-break spaces.
    return rows.map((row) => row.replaceAll('\u00a0', ' ').trimEnd());
  }

  /** Waits for a row. */
  line(row: RegExp): Promise<string> {
    return this.witness.until(`${row} in the terminal`, async () =>
      (await this.rows()).find((shown) => row.test(shown)),
    );
  }

  /** Presses keys in it. */
  async type(keys: string): Promise<void> {
    await this.#show();
    const { page } = this.witness;
    await page.locator('.terminal-wrapper.active .xterm-helper-textarea').focus();
    await page.keyboard.type(keys);
  }

  async #show(): Promise<void> {
    const { page } = this.witness;
    const wrapper = page.locator('.terminal-wrapper.active');
    if (await wrapper.isVisible()) return;
    // The panel's own tab: a key would make a shell where there is no terminal.
    await page.locator('.panel .action-item', { hasText: 'Terminal' }).first().click();
    await this.witness.see('the terminal', wrapper.waitFor());
  }
}
