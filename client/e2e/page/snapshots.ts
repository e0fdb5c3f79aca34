/** The commands for snapshots of the machine, as a user gives and answers them. */
import { Messages } from './messages';
import type { Witness } from './witness';

export class SnapshotCommands {
  readonly #messages: Messages;

  constructor(private readonly witness: Witness) {
    this.#messages = new Messages(witness);
  }

  /** Saves under a name; gives the name that was suggested. */
  async save(name: string): Promise<string> {
    const { page } = this.witness;
    await this.#messages.command('Unikernel: Save Snapshot');
    const input = page.locator('.quick-input-widget input');
    await this.witness.see(
      'the box for a name',
      page.getByText('A name for the machine as it is now').waitFor(),
    );
    const suggested = await input.inputValue();
    await input.fill(name);
    await input.press('Enter');
    await this.witness.see(
      'the word that it was saved',
      page.locator('.statusbar-item', { hasText: `Snapshot '${name}' saved` }).waitFor(),
    );
    return suggested;
  }

  /** Opens the list, and chooses a row of it; gives all rows, newest first. `look` sees the open list. */
  async goTo(name: string, look: () => Promise<unknown>): Promise<string[]> {
    const { page } = this.witness;
    await this.#messages.command('Unikernel: Go to Snapshot');
    const rows = page.locator('.quick-input-list .monaco-list-row');
    const row = rows.filter({ has: page.locator('.label-name', { hasText: name }) });
    await this.witness.see(`the snapshot '${name}'`, row.first().waitFor());
    const shown = await rows.allInnerTexts();
    await look();
    await row.first().click();
    return shown.map((text) => text.replace(/\s+/g, ' ').trim());
  }
}
