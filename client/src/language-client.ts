/** The language server's process, as the editor's language client. */
import { existsSync } from 'node:fs';
import { messageOf } from '@unikernel-tools/kernel-sdk/problem';
import * as vscode from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import type { Installation } from './installation';
import type { Output } from './output';

/** The languages that the server reads; of the last ones it says only what concerns unikernels. */
const LANGUAGES = ['kraftfile', 'kconfig', 'makefile-uk', 'exportsyms-uk', 'c', 'cpp', 'typescript'];

export class LanguageServer {
  readonly #channel = vscode.window.createOutputChannel('Unikernel Tools Language Server', { log: true });
  readonly #client: LanguageClient;

  constructor(
    private readonly installation: Installation,
    private readonly output: Output,
    /** Where the extension keeps what is the same for all windows. */
    storage: vscode.Uri,
  ) {
    const run = { module: installation.languageServer, transport: TransportKind.ipc };
    this.#client = new LanguageClient(
      'unikernel',
      'Unikernel Tools Language Server',
      { run, debug: run },
      {
        documentSelector: LANGUAGES.flatMap((language) => [
          { scheme: 'file', language },
          { scheme: 'untitled', language },
        ]),
        outputChannel: this.#channel,
        initializationOptions: {
          runsTargets: true,
          // Goes with the extension; a folder that only others can write to is theirs to keep.
          cacheFolder: vscode.Uri.joinPath(storage, 'analysis').fsPath,
        },
      },
    );
  }

  /** Never rejects: what fails is told. */
  async start(): Promise<void> {
    if (!existsSync(this.installation.languageServer)) {
      this.output.fail(
        `The language server is missing from the installation: there is no '${this.installation.languageServer}'. Install the extension again.`,
        this.output.openAction,
      );
      return;
    }
    try {
      await this.#client.start();
    } catch (error) {
      // The client has shown a message of its own.
      this.output.info(`The language server did not start: ${messageOf(error)}`);
    }
  }

  async restart(): Promise<void> {
    if (!this.#client.isRunning()) return this.start();
    try {
      await this.#client.restart();
    } catch (error) {
      this.output.fail(
        `The language server did not restart: ${messageOf(error)}. Reload the window to try again.`,
        this.output.openAction,
      );
    }
  }

  /** Ends the server's process, then closes what it logs to. */
  async stop(): Promise<void> {
    try {
      if (this.#client.needsStop()) await this.#client.stop();
    } finally {
      this.#channel.dispose();
    }
  }
}
