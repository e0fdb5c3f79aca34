/** What the extension tells the user: its log, and one message per failure. */
import * as vscode from 'vscode';

export interface Action {
  readonly title: string;
  /** A command's id. */
  readonly command: string;
  readonly arguments?: readonly unknown[];
}

export class Output implements vscode.Disposable {
  readonly #channel = vscode.window.createOutputChannel('Unikernel Tools', { log: true });

  readonly openAction: Action = { title: 'Open Output', command: 'unikernel.showOutput' };

  show(): void {
    this.#channel.show();
  }

  info(message: string): void {
    this.#channel.info(message);
  }

  /** Logs a failure and shows it once; returns without waiting for a button. */
  fail(message: string, ...actions: readonly Action[]): void {
    this.#channel.error(message);
    void vscode.window
      .showErrorMessage(message, ...actions.map(({ title }) => title))
      .then((title) => actions.find((action) => action.title === title))
      .then(
        (action) => action && vscode.commands.executeCommand(action.command, ...(action.arguments ?? [])),
      );
  }

  dispose(): void {
    this.#channel.dispose();
  }
}
