/** What `dist/debug-adapter.js` is: it starts GDB, and the adapter, whose bundle stands beside it, meanwhile. */
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { debuggerFor, findTool, runCached } from '@unikernel-tools/kernel-sdk/program';
import { startGdb } from './gdb/process';
import type * as Main from './main';

const tool = findTool(debuggerFor('x86_64'));
const gdb = tool.ok ? startGdb(tool.path) : undefined;
// A session's code runs some dozens of times: while V8 optimizes it, a step's GDB and QEMU wait for a processor.
setFlagsFromString('--interrupt-budget=1000000');
const main = runCached(join(__dirname, 'debug-adapter-main.js')) as typeof Main;
main.serve(gdb);
