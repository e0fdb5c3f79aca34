/** Functions that stepping into goes past: GDB's `skip`. */
import { type GdbConnection, quoteMi } from './connection';

/** All functions whose source file lies in a folder itself, not in one below it; GDB's patterns know no deeper. */
export async function skipFolder(gdb: GdbConnection, folder: string): Promise<void> {
  const pattern = `${folder.replace(/[*?[\]\\]/g, '\\$&')}/*`;
  const command = `skip -gfi ${/\s/.test(pattern) ? `"${pattern}"` : pattern}`;
  await gdb.execute(`-interpreter-exec console ${quoteMi(command)}`);
}
