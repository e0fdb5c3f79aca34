/** The workbench in headless Chromium, as one user has it open. */
import { chromium } from 'playwright-core';
import { Debugging } from './debugging';
import { Editor } from './editor';
import { KernelViews } from './kernel';
import { Messages } from './messages';
import { SnapshotCommands } from './snapshots';
import { Terminal } from './terminal';
import { Witness } from './witness';

export interface WorkbenchPage {
  readonly witness: Witness;
  readonly editor: Editor;
  readonly debugging: Debugging;
  readonly messages: Messages;
  readonly kernel: KernelViews;
  readonly snapshots: SnapshotCommands;
  readonly terminal: Terminal;
  dispose(): Promise<void>;
}

export interface PageOptions {
  /** The path of Chromium. */
  readonly browser: string;
  /** `http://127.0.0.1:PORT` */
  readonly address: string;
  /** The folder to open, absolute. */
  readonly folder: string;
  /** Where screenshots go. */
  readonly pictures: string;
}

/** Resolves when the explorer lists the folder, and the extension has read its manifest. */
export async function openPage({ browser, address, folder, pictures }: PageOptions): Promise<WorkbenchPage> {
  const launched = await chromium.launch({
    executablePath: browser,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      // Nothing but the workbench is reachable, whatever a page asks for.
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  });
  try {
    const page = await launched.newPage({ viewport: { width: 1360, height: 860 } });
    const witness = new Witness(page, pictures);
    await page.goto(`${address}/?folder=${encodeURIComponent(folder)}`);
    await witness.see(
      'the explorer with the folder',
      page.locator('.explorer-folders-view .monaco-list-row').first().waitFor({ timeout: 60_000 }),
    );
    // Before the extensions are known a key such as F9 does nothing.
    await witness.see(
      'the target in the status bar',
      page.locator('.statusbar-item', { hasText: 'qemu/x86_64' }).first().waitFor({ timeout: 60_000 }),
    );
    return {
      witness,
      editor: new Editor(witness),
      debugging: new Debugging(witness),
      messages: new Messages(witness),
      kernel: new KernelViews(witness),
      snapshots: new SnapshotCommands(witness),
      terminal: new Terminal(witness),
      dispose: () => launched.close(),
    };
  } catch (error) {
    await launched.close();
    throw error;
  }
}
