/** For tests: what another user of the machine can do. */
import { spawnSync } from 'node:child_process';

const NOBODY = 65534;
/** Only root can be somebody else. */
export const canBeNobody = process.getuid?.() === 0;

const CONNECT = `require('node:net').connect(process.argv[1])
  .on('connect', () => { console.log('connected'); process.exit(); })
  .on('error', ({ code }) => console.log(code));`;

/** What nobody gets who connects to a socket: `connected`, or the error's code. */
export function connectAsNobody(socket: string): string {
  return asNobody(CONNECT, socket);
}

/** The names in a folder, as nobody sees them, or the error's code. */
export function listAsNobody(folder: string): string {
  return asNobody(
    "try { console.log(require('node:fs').readdirSync(process.argv[1]).join()) } catch ({ code }) { console.log(code) }",
    folder,
  );
}

function asNobody(script: string, argument: string): string {
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script, argument], {
    ...{ uid: NOBODY, gid: NOBODY },
    cwd: '/',
    encoding: 'utf8',
    timeout: 20_000,
  });
  return (stdout + stderr).trim();
}
