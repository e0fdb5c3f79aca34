/** Tells when a unikernel under the debugger stops, and when its session ends. */
import * as vscode from 'vscode';
import { DEBUG_TYPE } from '../launch-configuration';

export type Moment = 'stopped' | 'ended';

/** Calls `tell` for the sessions of this extension; what their adapters say is looked at, not changed. */
export function watchStops(tell: (session: vscode.DebugSession, moment: Moment) => void): vscode.Disposable {
  return vscode.debug.registerDebugAdapterTrackerFactory(DEBUG_TYPE, {
    createDebugAdapterTracker: (session) => ({
      onDidSendMessage(message: { readonly event?: string }) {
        if (message.event === 'stopped') tell(session, 'stopped');
      },
      onWillStopSession: () => tell(session, 'ended'),
    }),
  });
}
