/** The configuration of an attach: where the machine's sockets are, and what runs there. */
import { type AttachRequest, readEndpoint } from '@unikernel-tools/kernel-sdk/machine';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { invalidArguments } from '../errors';
import {
  type Attributes,
  attributesOf,
  type SessionArguments,
  sessionArguments,
  subject,
} from './launch-arguments';

export interface AttachArguments extends SessionArguments {
  readonly remote: AttachRequest;
}

const ENDPOINTS = "a socket's path, 'HOST:PORT' or ':PORT'";

/** Throws a DebugError that names the attribute and what it takes. */
export function readAttachArguments(raw: DebugProtocol.AttachRequestArguments): AttachArguments {
  const attributes = attributesOf(raw);
  const { string } = attributes;
  const endpoint = (name: string) => {
    const value = text(name, attributes);
    const read = value === undefined ? undefined : readEndpoint(value);
    if (value !== undefined && read === undefined) {
      throw invalidArguments(`'${name}' takes ${ENDPOINTS}, not '${value}'.`);
    }
    return read;
  };
  const gdb = endpoint('connect');
  if (gdb === undefined) {
    throw invalidArguments(
      `'connect' is missing: name ${ENDPOINTS} where the machine's GDB stub listens, ':1234' for QEMU's '-s'.`,
    );
  }
  return {
    ...sessionArguments(attributes, () => {
      const symbols = string('program') === undefined ? string('symbols') : undefined;
      // Symbols alone say enough: nothing is booted.
      const read = (name: string) => (name === 'program' ? (string(name) ?? symbols) : string(name));
      return subject(
        read,
        "'program' is missing: name the image that runs, the file with its symbols in 'symbols', or its project's Kraftfile in 'manifest'.",
      );
    }),
    remote: { gdb, qmp: endpoint('qmp'), serial: endpoint('serial') },
  };
}

/** A port may be a number. */
function text(name: string, { fields, string }: Attributes): string | undefined {
  const value = fields.get(name);
  return typeof value === 'number' ? String(value) : string(name);
}
