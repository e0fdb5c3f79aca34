/** The language server's process: LSP on stdio, or on Node's IPC where the client starts it so. */
import { setFlagsFromString } from 'node:v8';
import { version } from '@unikernel-tools/kernel-sdk/project';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { serve } from './server';

const HELP = `Usage: unikernel-language-server --stdio

Speaks the Language Server Protocol with the editor that starts it, for Kraftfiles, Config.uk, Makefile.uk,
exportsyms.uk and the code of unikernels.

  --stdio     on standard input and output
  --node-ipc  on the channel that a parent process in Node has opened
  --version   print the version
  --help      print this
`;

// A fifth of what V8 would take is in use after many edits: it may collect the rest when half as much has come again.
setFlagsFromString('--heap-growing-percent=50');

const given = new Set(process.argv.slice(2));
if (given.has('--help') || given.has('-h')) process.stdout.write(HELP);
else if (given.has('--version')) process.stdout.write(`${version()}\n`);
else if (given.has('--node-ipc')) serve(createConnection(ProposedFeatures.all));
else if (given.has('--stdio')) {
  serve(createConnection(ProposedFeatures.all, process.stdin, process.stdout));
} else {
  process.stderr.write('unikernel-language-server: editors start this program; pass --stdio.\n');
  process.exitCode = 2;
}
