/** The language server's process: LSP on stdio, or on Node's IPC where the client starts it so. */
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { serve } from './server';

serve(
  process.argv.includes('--node-ipc')
    ? createConnection(ProposedFeatures.all)
    : createConnection(ProposedFeatures.all, process.stdin, process.stdout),
);
