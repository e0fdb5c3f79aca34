/** What the editor shows of a stopped kernel: its messages, its events, and addresses explained. */
import * as vscode from 'vscode';
import type { Output } from '../output';
import { ExplainAddress } from './explain-address';
import { KernelLog } from './kernel-log';
import { watchStops } from './stops';
import { TimeLine } from './time-line';
import { Trace } from './trace';

export class Kernel implements vscode.Disposable {
  readonly log = new KernelLog();
  readonly trace = new Trace();
  readonly explain: ExplainAddress;
  readonly timeLine: TimeLine;
  readonly #owned: vscode.Disposable;

  constructor(output: Output) {
    this.explain = new ExplainAddress(output);
    this.timeLine = new TimeLine(output);
    const views = [this.log.view, this.trace.view];
    this.#owned = vscode.Disposable.from(
      ...views,
      this.explain,
      this.timeLine,
      watchStops((session, moment) => {
        if (moment === 'stopped') void this.timeLine.stopped(session);
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
