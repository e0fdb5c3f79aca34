/** The view of the trace ring: who did what, and how much later. */
import * as vscode from 'vscode';
import { COLOURS } from './colours';
import { KernelView } from './kernel-view';
import { type TraceEvent, type TraceRow, traceRows } from './rows';

export class Trace {
  #filter = '';
  readonly view = new KernelView('unikernel.trace', async (session) => {
    const { events, lost } = (await session.customRequest('unikernel/trace')) as {
      events: readonly TraceEvent[];
      lost: number;
    };
    const colours = new Map<string, string>();
    for (const { thread } of events) {
      if (!colours.has(thread))
        colours.set(thread, COLOURS[colours.size % COLOURS.length]?.theme ?? 'foreground');
    }
    const items = traceRows(events, this.#filter).map((row) => itemOf(row, colours.get(row.thread)));
    const gone = lost > 0 ? `${lost} older events have given way.` : undefined;
    const none = events.length === 0 ? 'The kernel has traced nothing yet.' : 'No event fits the filter.';
    const message = items.length === 0 ? none : gone;
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

function itemOf({ label, description, tooltip }: TraceRow, colour = 'foreground'): vscode.TreeItem {
  const item = new vscode.TreeItem(label);
  item.description = description;
  item.tooltip = tooltip;
  item.iconPath = new vscode.ThemeIcon('circle-filled', new vscode.ThemeColor(colour));
  return item;
}
