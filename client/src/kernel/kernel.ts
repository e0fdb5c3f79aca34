/** What the editor shows of a stopped kernel: its messages, its events, and addresses explained. */
import * as vscode from 'vscode';
import type { Output } from '../output';
import { ExplainAddress } from './explain-address';
import { KernelLog } from './kernel-log';
import { watchStops } from './stops';
import { Trace } from './trace';

export class Kernel implements vscode.Disposable {
  readonly log = new KernelLog();
  readonly trace = new Trace();
  readonly explain: ExplainAddress;
  readonly #owned: vscode.Disposable;

  constructor(output: Output) {
    this.explain = new ExplainAddress(output);
    const views = [this.log.view, this.trace.view];
    this.#owned = vscode.Disposable.from(
      ...views,
      this.explain,
      watchStops((session, moment) => {
        for (const view of views) {
          if (moment === 'stopped') void view.stopped(session);
          if (moment === 'ended') view.ended(session);
        }
      }),
    );
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
