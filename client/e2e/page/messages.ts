/** What the editor tells a user apart from the text: the Problems view, notifications, dialogs, commands. */
import type { Witness } from './witness';

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

  async noProblems(): Promise<void> {
    await this.witness.until('an empty Problems view', async () => (await this.problems()).length === 0);
  }

  /** Waits for that many messages to the user, notifications and dialogs together; gives all there are. */
  told(count = 1): Promise<string[]> {
    return this.witness.until(`${count} messages`, async () => {
      const shown = [...(await this.notifications()), ...(await this.dialogs())];
      return shown.length >= count ? shown : undefined;
    });
  }

  /** The texts of the notifications in sight, but for the progress of a launch, which goes by itself. */
  async notifications(): Promise<string[]> {
    const rows = this.witness.page.locator('.notification-list-item-message');
    const texts = (await rows.allTextContents()).map((text) => text.trim());
    return texts.filter((text) => !/^Unikernel(:|$)/.test(text));
  }

  /** Waits for a notification, and presses a button of it. */
  async choose(text: RegExp, button: string): Promise<void> {
    const rows = this.witness.page.locator('.notification-list-item', { hasText: text });
    const found = rows.first().locator('.monaco-button', { hasText: button });
    await this.witness.see(`the button '${button}' of the notification ${text}`, found.click());
  }

  /** The texts of modal dialogs. */
  async dialogs(): Promise<string[]> {
    const boxes = this.witness.page.locator('.monaco-dialog-box .dialog-message-container');
    return (await boxes.allTextContents()).map((text) => text.trim());
  }

  /** Presses a button of a modal dialog. */
  async press(button: string): Promise<void> {
    const { page } = this.witness;
    const buttons = page.locator('.monaco-dialog-box .monaco-button');
    await this.witness.see(`the dialog's button '${button}'`, buttons.filter({ hasText: button }).click());
  }

  /** Closes dialogs and notifications. */
  async clear(): Promise<void> {
    const { page } = this.witness;
    await this.witness.until('the dialogs to close', async () => {
      if ((await this.dialogs()).length === 0) return true;
      await page.keyboard.press('Escape');
      return false;
    });
    if ((await this.notifications()).length > 0) await this.command('Notifications: Clear All Notifications');
    await this.witness.until(
      'the notifications to close',
      async () => (await this.notifications()).length === 0,
    );
  }
}
