/** Unikernel: Explain Address: what an address of the stopped guest belongs to, as a read-only document. */
import { messageOf } from '@unikernel-tools/kernel-sdk/problem';
import * as vscode from 'vscode';
import { DEBUG_TYPE } from '../launch-configuration';
import type { Output } from '../output';
import { type Explanation, explanationText } from './explanation';

const SCHEME = 'unikernel-address';
/** Of its own, so that its long lines wrap. */
const LANGUAGE = 'unikernel-address';

/** What the variables view hands over. */
interface ChosenVariable {
  readonly variable?: { readonly evaluateName?: string; readonly memoryReference?: string };
}

export class ExplainAddress implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #texts = new Map<string, string>();

  constructor(private readonly output: Output) {}

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.path) ?? '';
  }

  async run(chosen: unknown): Promise<void> {
    const session = vscode.debug.activeDebugSession;
    if (session?.type !== DEBUG_TYPE) {
      this.output.fail(
        'An address is explained while a unikernel is stopped under the debugger. Press F5 first.',
      );
      return;
    }
    const address = expressionOf(chosen) ?? (await ask());
    if (address === undefined || address.trim() === '') return;
    const item = vscode.debug.activeStackItem;
    const frame =
      item instanceof vscode.DebugStackFrame && item.session === session ? item.frameId : undefined;
    try {
      const explained = await session.customRequest('unikernel/explainAddress', { address, frameId: frame });
      await this.#show(address, explained as Explanation);
    } catch (error) {
      this.output.fail(`'${address}' cannot be explained. ${messageOf(error)}`);
    }
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }

  async #show(expression: string, explanation: Explanation): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${explanation.address}` });
    this.#texts.set(uri.path, explanationText(expression, explanation));
    this.#changed.fire(uri);
    const opened = await vscode.workspace.openTextDocument(uri);
    const document = await vscode.languages.setTextDocumentLanguage(opened, LANGUAGE);
    await vscode.window.showTextDocument(document, {
      preview: true,
      preserveFocus: true,
      viewColumn: vscode.ViewColumn.Beside,
    });
  }
}

function expressionOf(chosen: unknown): string | undefined {
  const { variable } = (chosen ?? {}) as ChosenVariable;
  return variable?.memoryReference ?? (variable?.evaluateName && `&(${variable.evaluateName})`);
}

/** What is selected in the editor is most likely meant. */
function ask(): Thenable<string | undefined> {
  const editor = vscode.window.activeTextEditor;
  const selected = editor === undefined ? '' : editor.document.getText(editor.selection);
  return vscode.window.showInputBox({
    title: 'Explain Address',
    prompt: 'An address, or an expression for one, such as 0x1000, &variable or pointer + 8',
    value: selected.includes('\n') ? '' : selected,
  });
}
