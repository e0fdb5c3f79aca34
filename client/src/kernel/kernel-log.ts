/** The view of the kernel's messages. */
import * as vscode from 'vscode';
import { KernelView } from './kernel-view';
import { LEVELS, type Message, messageRow, messagesDownTo } from './rows';

const ICONS: Readonly<Record<string, vscode.ThemeIcon>> = {
  critical: new vscode.ThemeIcon('flame', new vscode.ThemeColor('list.errorForeground')),
  error: new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground')),
  warning: new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground')),
  info: new vscode.ThemeIcon('info'),
  debug: new vscode.ThemeIcon('debug'),
};

export class KernelLog {
  #level: string = 'debug';
  readonly view = new KernelView('unikernel.kernelLog', async (session) => {
    const { messages, lost } = (await session.customRequest('unikernel/kernelLog')) as {
      messages: readonly Message[];
      lost: number;
    };
    const shown = messagesDownTo(messages, this.#level);
    const gone = lost > 0 ? `${lost} bytes of older messages have given way.` : undefined;
    const nothing = shown.length === 0 ? 'The kernel has said nothing.' : undefined;
    const message = nothing ?? gone;
    return { items: shown.map(itemOf), ...(message === undefined ? {} : { message }) };
  });

  async chooseLevel(): Promise<void> {
    const chosen = await vscode.window.showQuickPick([...LEVELS].reverse(), {
      title: 'Kernel Log',
      placeHolder: 'Show messages down to which level?',
    });
    if (chosen === undefined) return;
    this.#level = chosen;
    this.view.description = chosen === 'debug' ? '' : `down to ${chosen}`;
    await this.view.refresh();
  }
}

function itemOf(message: Message): vscode.TreeItem {
  const { label, description, tooltip } = messageRow(message);
  const item = new vscode.TreeItem(label);
  item.description = description;
  item.tooltip = tooltip;
  const icon = ICONS[message.level ?? ''];
  if (icon !== undefined) item.iconPath = icon;
  return item;
}
