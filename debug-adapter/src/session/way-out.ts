/** What the editor offers beside a failure's sentence, as a button. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { DebugError } from '../errors';

/** VS Code and what is made of it run commands for addresses of this scheme. */
const runsCommands = (clientId: string | undefined) => clientId === 'vscode';

/** Without one, VS Code offers to open launch.json, which most projects do not have. */
export function wayOut(
  { message, hasProblems }: DebugError,
  clientId: string | undefined,
): Pick<DebugProtocol.Message, 'url' | 'urlLabel'> {
  if (!runsCommands(clientId)) return {};
  if (hasProblems) return { url: 'command:workbench.actions.view.problems', urlLabel: 'Show Problems' };
  const setting = /\bsetting '(unikernel\.\w+)'|set as '(unikernel\.\w+)'/.exec(message);
  const name = setting?.[1] ?? setting?.[2];
  if (name === undefined) return {};
  const argument = encodeURIComponent(JSON.stringify(name));
  return { url: `command:workbench.action.openSettings?${argument}`, urlLabel: 'Open Settings' };
}
