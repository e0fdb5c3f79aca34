/** The translation of an address by the tables that the stopped processor uses, whichever it is. */
import { arm64Tables } from './arm64';
import { type ReadPhysical, type ReadRegister, type Translation, walk } from './walk';
import { x86Tables } from './x86-64';

/** Undefined where the stub tells too little of the processor. */
export async function translate(
  address: bigint,
  register: ReadRegister,
  read: ReadPhysical,
): Promise<Translation | undefined> {
  const tables = (await x86Tables(register, address)) ?? (await arm64Tables(register, address));
  if (tables === undefined || !('root' in tables)) return tables;
  return walk(tables, address, read);
}
