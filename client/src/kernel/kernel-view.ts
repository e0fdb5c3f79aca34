/** A view in the debug sidebar whose rows are read from the stopped kernel. */
import { messageOf } from '@unikernel-tools/kernel-sdk/problem';
import * as vscode from 'vscode';

export interface Rows {
  readonly items: readonly vscode.TreeItem[];
  /** Stands above the rows, or in their place. */
  readonly message?: string;
}

export class KernelView implements vscode.TreeDataProvider<vscode.TreeItem>, vscode.Disposable {
  readonly #view: vscode.TreeView<vscode.TreeItem>;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  #session: vscode.DebugSession | undefined;
  #items: readonly vscode.TreeItem[] = [];
  /** The stop that the rows are of is not the last one. */
  #isOld = false;

  constructor(
    id: string,
    private readonly read: (session: vscode.DebugSession) => Promise<Rows>,
  ) {
    this.#view = vscode.window.createTreeView(id, { treeDataProvider: this });
    this.#view.onDidChangeVisibility(({ visible }) => {
      if (visible && this.#isOld) void this.refresh();
    });
  }

  getTreeItem(item: vscode.TreeItem): vscode.TreeItem {
    return item;
  }

  getChildren(item?: vscode.TreeItem): vscode.TreeItem[] {
    return item === undefined ? [...this.#items] : [];
  }

  getParent(): undefined {
    return undefined;
  }

  /** A session has stopped: its kernel is read at once where somebody looks. */
  async stopped(session: vscode.DebugSession): Promise<void> {
    this.#session = session;
    this.#isOld = true;
    if (this.#view.visible) await this.refresh();
  }

  ended(session: vscode.DebugSession): void {
    if (this.#session !== session) return;
    this.#session = undefined;
    this.#show({ items: [] });
  }

  async refresh(): Promise<void> {
    const session = this.#session;
    if (session === undefined) return;
    this.#isOld = false;
    const rows = await this.read(session).catch((error: unknown) => ({
      items: [],
      message: messageOf(error),
    }));
    // Another session may have stopped meanwhile.
    if (session === this.#session) this.#show(rows);
  }

  set description(words: string) {
    this.#view.description = words;
  }

  dispose(): void {
    this.#view.dispose();
    this.#changed.dispose();
  }

  /** The newest row is the one to look at. */
  #show({ items, message }: Rows): void {
    this.#items = items;
    this.#view.message = message ?? '';
    this.#changed.fire(undefined);
    const last = items.at(-1);
    if (last !== undefined && this.#view.visible) {
      this.#view.reveal(last, { select: false, focus: false }).then(undefined, () => undefined);
    }
  }
}
