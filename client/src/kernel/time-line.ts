/** Unikernel: Show Trace Time Line: the trace ring of the stopped kernel as a picture, anew at each stop. */
import { randomUUID } from 'node:crypto';
import { messageOf } from '@unikernel-tools/kernel-sdk/problem';
import * as vscode from 'vscode';
import { DEBUG_TYPE } from '../launch-configuration';
import type { Output } from '../output';
import { lanesOf } from './lanes';
import type { TraceEvent } from './rows';
import { timeLinePage } from './time-line-page';

export class TimeLine implements vscode.Disposable {
  #panel: vscode.WebviewPanel | undefined;

  constructor(private readonly output: Output) {}

  async show(): Promise<void> {
    const session = vscode.debug.activeDebugSession;
    if (session?.type !== DEBUG_TYPE) {
      this.output.fail('The time line is of a unikernel that is stopped under the debugger. Press F5 first.');
      return;
    }
    try {
      await this.#draw(session);
    } catch (error) {
      this.output.fail(`The trace cannot be shown. ${messageOf(error)}`);
    }
  }

  /** A session has stopped: what is shown is drawn again. */
  async stopped(session: vscode.DebugSession): Promise<void> {
    if (this.#panel !== undefined) await this.#draw(session).catch(() => undefined);
  }

  dispose(): void {
    this.#panel?.dispose();
  }

  async #draw(session: vscode.DebugSession): Promise<void> {
    const { events } = (await session.customRequest('unikernel/trace')) as { events: readonly TraceEvent[] };
    this.#panel ??= this.#open();
    this.#panel.webview.html = timeLinePage(lanesOf(events), randomUUID());
  }

  #open(): vscode.WebviewPanel {
    const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const panel = vscode.window.createWebviewPanel('unikernel.timeLine', 'Trace Time Line', place, {
      enableScripts: true,
      localResourceRoots: [],
    });
    panel.onDidDispose(() => {
      this.#panel = undefined;
    });
    return panel;
  }
}
