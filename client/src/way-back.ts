/** Back into the run that is debugged: offered at a panic, and to the last write of a variable. */
import { messageOf } from '@unikernel-tools/kernel-sdk/problem';
import * as vscode from 'vscode';
import { DEBUG_TYPE } from './launch-configuration';
import type { Output } from './output';

/** What the debug adapter says of a panic. */
interface WayBackEvent {
  /** False: the run has to be started again to be recorded. */
  readonly recorded: boolean;
  readonly threadId: number;
}

/** What the variables view hands over. */
interface ChosenVariable {
  readonly container?: { readonly variablesReference?: number };
  readonly variable?: { readonly name?: string };
}

export class WayBack {
  constructor(private readonly output: Output) {}

  /** Offers the way at each panic that an adapter tells of. */
  register(): vscode.Disposable {
    return vscode.debug.onDidReceiveDebugSessionCustomEvent(({ event, session, body }) => {
      if (event === 'unikernel.wayBack') void this.#offer(session, body as WayBackEvent);
    });
  }

  /** Unikernel: Go to Last Write, of a variable that was chosen in the variables view or is asked for. */
  async goToLastWrite(chosen: unknown): Promise<void> {
    const session = vscode.debug.activeDebugSession;
    if (session?.type !== DEBUG_TYPE) {
      this.output.fail('The last write is looked for in a run under the debugger. Press F5 first.');
      return;
    }
    const place = chosenPlace(chosen) ?? (await askedPlace(session));
    if (place === undefined) return;
    try {
      await session.customRequest('unikernel/goToLastWrite', place);
    } catch (error) {
      this.output.fail(`The last write was not gone to. ${messageOf(error)}`);
    }
  }

  async #offer(session: vscode.DebugSession, { recorded, threadId }: WayBackEvent): Promise<void> {
    const [words, button] = recorded
      ? ['The kernel panicked. You can go back into the run that led there.', 'Step Back']
      : [
          'The kernel panicked. A run with time travel can be stepped back from there.',
          'Restart with Time Travel',
        ];
    if ((await vscode.window.showInformationMessage(words, button)) !== button) return;
    try {
      if (recorded) await session.customRequest('stepBack', { threadId });
      else await this.#restart(session);
    } catch (error) {
      this.output.fail(`There was no way back. ${messageOf(error)}`);
    }
  }

  async #restart(session: vscode.DebugSession): Promise<void> {
    await vscode.debug.stopDebugging(session);
    await vscode.debug.startDebugging(session.workspaceFolder, {
      ...session.configuration,
      timeTravel: true,
    });
  }
}

function chosenPlace(chosen: unknown): { name: string; variablesReference: number } | undefined {
  const { container, variable } = (chosen ?? {}) as ChosenVariable;
  if (variable?.name === undefined || container?.variablesReference === undefined) return undefined;
  return { name: variable.name, variablesReference: container.variablesReference };
}

/** What is selected in the editor is most likely meant. */
async function askedPlace(
  session: vscode.DebugSession,
): Promise<{ name: string; frameId: number | undefined } | undefined> {
  const editor = vscode.window.activeTextEditor;
  const selected = editor === undefined ? '' : editor.document.getText(editor.selection);
  const name = await vscode.window.showInputBox({
    title: 'Go to Last Write',
    prompt: 'A variable, a member or another place in memory, as an expression',
    value: selected.includes('\n') ? '' : selected,
  });
  const item = vscode.debug.activeStackItem;
  const frameId =
    item instanceof vscode.DebugStackFrame && item.session === session ? item.frameId : undefined;
  return name?.trim() ? { name, frameId } : undefined;
}
