/** What the editor tells a user apart from the text: the Problems view, notifications, dialogs, commands. */
import type { Witness } from './witness';

export interface Problem {
  readonly message: string;
  readonly code: string;
}

export class Messages {
  constructor(private readonly witness: Witness) {}

  /** Runs a command of the palette by its title. */
  async command(title: string): Promise<void> {
    const { page } = this.witness;
    await page.keyboard.press('F1');
    const input = page.locator('.quick-input-widget input');
    await this.witness.see('the command palette', input.fill(`>${title}`));
    const pick = page.locator('.quick-input-list .monaco-list-row.focused', { hasText: title });
    await this.witness.see(`the command '${title}'`, pick.waitFor());
    await input.press('Enter');
  }

  async showProblems(): Promise<void> {
    const { page } = this.witness;
    const panel = page.locator('.markers-panel');
    if (await panel.isVisible()) return;
    await page.keyboard.press('Control+Shift+M');
    await this.witness.see('the Problems view', panel.waitFor());
  }

  /** The problems that are in view. */
  async problems(): Promise<string[]> {
    await this.showProblems();
    const rows = this.witness.page.locator(
      '.markers-panel .monaco-list-row .marker-message-line, .markers-panel .monaco-list-row .details-container',
    );
    return (await rows.allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim());
  }

  problem(text: RegExp): Promise<string> {
    return this.witness.until(`the problem ${text}`, async () =>
      (await this.problems()).find((shown) => text.test(shown)),
    );
  }

  /** The texts of all notifications, which the smoke-test driver's flag keeps out of sight. */
  async notifications(): Promise<string[]> {
    const rows = this.witness.page.locator(
      '.notifications-center .notification-list-item-message, .notifications-toasts .notification-list-item-message',
    );
    return (await rows.allTextContents()).map((text) => text.trim());
  }

  async dialogs(): Promise<string[]> {
    return (await this.witness.page.locator('.monaco-dialog-box .dialog-message').allInnerTexts()).map(
      (text) => text.trim(),
    );
  }
}
