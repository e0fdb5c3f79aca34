#!/usr/bin/env node
/** The `unikernel` command as a program. */
import { main } from './main';

// Who reads only the first lines of a pipe has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

void main(process.argv.slice(2), process).then((code) => {
  process.exitCode = code;
});
