/** Unikernel: Save Snapshot and Go to Snapshot: states of the machine under the debugger, by name. */
import { basename } from 'node:path';
import { messageOf } from '@unikernel-tools/kernel-sdk/problem';
import * as vscode from 'vscode';
import { DEBUG_TYPE } from './launch-configuration';
import type { Output } from './output';
import { freeName, type Snapshot, snapshotRow } from './snapshot-rows';

interface SnapshotItem extends vscode.QuickPickItem {
  readonly name: string;
}

const DELETE: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('trash'), tooltip: 'Delete' };

export class SnapshotCommands {
  constructor(private readonly output: Output) {}

  async save(): Promise<void> {
    const session = this.#session();
    if (session === undefined) return;
    try {
      const known = (await snapshotsOf(session)).map(({ name }) => name);
      const name = await vscode.window.showInputBox({
        title: 'Save Snapshot',
        prompt: 'A name for the machine as it is now',
        value: freeName(await placeOf(session), known),
        validateInput: (text) => problemOf(text.trim(), known),
      });
      if (name === undefined) return;
      await session.customRequest('unikernel/saveSnapshot', { name: name.trim() });
      vscode.window.setStatusBarMessage(`$(save) Snapshot '${name.trim()}' saved`, 5_000);
    } catch (error) {
      this.output.fail(`No snapshot was saved. ${messageOf(error)}`);
    }
  }

  async goTo(): Promise<void> {
    const session = this.#session();
    if (session === undefined) return;
    try {
      const name = await this.#choose(session);
      if (name !== undefined) await session.customRequest('unikernel/goToSnapshot', { name });
    } catch (error) {
      this.output.fail(`The machine was not put back. ${messageOf(error)}`);
    }
  }

  #session(): vscode.DebugSession | undefined {
    const session = vscode.debug.activeDebugSession;
    if (session?.type === DEBUG_TYPE) return session;
    this.output.fail('Snapshots are of a unikernel under the debugger. Press F5 first.');
    return undefined;
  }

  async #choose(session: vscode.DebugSession): Promise<string | undefined> {
    const pick = vscode.window.createQuickPick<SnapshotItem>();
    pick.title = 'Go to Snapshot';
    pick.placeholder = 'Which state is the machine to be put back to?';
    pick.matchOnDescription = true;
    const show = async () => {
      pick.items = (await snapshotsOf(session)).map(itemOf).reverse();
      if (pick.items.length === 0) pick.placeholder = 'No snapshot is kept. Save one first.';
    };
    try {
      await show();
      return await new Promise<string | undefined>((resolve) => {
        pick.onDidAccept(() => resolve(pick.selectedItems[0]?.name));
        pick.onDidHide(() => resolve(undefined));
        pick.onDidTriggerItemButton(({ item: { name } }) => {
          session
            .customRequest('unikernel/deleteSnapshot', { name })
            .then(show)
            .then(undefined, (error) => this.output.fail(messageOf(error)));
        });
        pick.show();
      });
    } finally {
      pick.dispose();
    }
  }
}

async function snapshotsOf(session: vscode.DebugSession): Promise<readonly Snapshot[]> {
  const { snapshots } = (await session.customRequest('unikernel/snapshots')) as {
    readonly snapshots: readonly Snapshot[];
  };
  return snapshots;
}

function itemOf(snapshot: Snapshot): SnapshotItem {
  return { name: snapshot.name, ...snapshotRow(snapshot), buttons: [DELETE] };
}

function problemOf(name: string, known: readonly string[]): string | undefined {
  if (name === '') return 'A snapshot has a name.';
  return known.includes(name) ? `There is a snapshot '${name}' already.` : undefined;
}

/** Where the thread that is looked at stands, to name a snapshot after it. */
async function placeOf(session: vscode.DebugSession): Promise<string> {
  const threadId = vscode.debug.activeStackItem?.threadId ?? 1;
  const { stackFrames } = (await session.customRequest('stackTrace', {
    ...{ threadId, startFrame: 0, levels: 1 },
  })) as { readonly stackFrames: readonly { line: number; source?: { path?: string } }[] };
  const [frame] = stackFrames;
  const path = frame?.source?.path;
  return frame === undefined || path === undefined ? 'snapshot' : `${basename(path)}:${frame.line}`;
}
