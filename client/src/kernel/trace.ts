/** The view of the trace ring: who did what, and how much later. */
import * as vscode from 'vscode';
import { KernelView } from './kernel-view';
import { type TraceEvent, type TraceRow, traceRows } from './rows';

/** A colour for each thread, in the order in which they come. */
const COLOURS = ['blue', 'green', 'orange', 'purple', 'yellow', 'red'];

export class Trace {
  #filter = '';
  readonly view = new KernelView('unikernel.trace', async (session) => {
    const { events, lost } = (await session.customRequest('unikernel/trace')) as {
      events: readonly TraceEvent[];
      lost: number;
    };
    const colours = new Map<string, string>();
    for (const { thread } of events) {
      if (!colours.has(thread)) colours.set(thread, COLOURS[colours.size % COLOURS.length] ?? 'foreground');
    }
    const items = traceRows(events, this.#filter).map((row) => itemOf(row, colours.get(row.thread)));
    const gone = lost > 0 ? `${lost} older events have given way.` : undefined;
    const message = items.length === 0 ? 'No event fits.' : gone;
    return { items, ...(message === undefined ? {} : { message }) };
  });

  async chooseFilter(): Promise<void> {
    const filter = await vscode.window.showInputBox({
      title: 'Kernel Trace',
      prompt: 'Words that an event, its thread or its arguments have; empty for all events',
      value: this.#filter,
    });
    if (filter === undefined) return;
    this.#filter = filter.trim();
    this.view.description = this.#filter;
    await this.view.refresh();
  }
}

function itemOf({ label, description, tooltip }: TraceRow, colour: string | undefined): vscode.TreeItem {
  const item = new vscode.TreeItem(label);
  item.description = description;
  item.tooltip = tooltip;
  item.iconPath = new vscode.ThemeIcon('circle-filled', new vscode.ThemeColor(`charts.${colour}`));
  return item;
}
