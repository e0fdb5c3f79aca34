/** What `dist/debug-adapter.js` is: it starts the adapter, whose bundle stands beside it. */
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runCached } from '@unikernel-tools/kernel-sdk/program';

// A session's code runs some dozens of times: while V8 optimizes it, a step's GDB and QEMU wait for a processor.
setFlagsFromString('--interrupt-budget=1000000');
runCached(join(__dirname, 'debug-adapter-main.js'));
