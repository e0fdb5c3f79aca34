/** What `dist/debug-adapter.js` is: it starts the adapter, whose bundle stands beside it. */
import { join } from 'node:path';
import { runCached } from '@unikernel-tools/kernel-sdk/program';

runCached(join(__dirname, 'debug-adapter-main.js'));
