/**
 * The texts that describe a machine's devices, as a Kraftfile, a launch configuration and a command line write
 * them. The forms are those of `kraft run` and of container tools.
 */

export type Read<T> =
  | { readonly ok: true; readonly value: T }
  /** A sentence that repeats the text and says the form. */
  | { readonly ok: false; readonly message: string };

/** Connections to a port of the host that reach a port of the guest. */
export interface PortForward {
  readonly protocol: 'tcp' | 'udp';
  /** An IPv4 address of the host. */
  readonly hostAddress: string;
  readonly hostPort: number;
  readonly guestPort: number;
}

export interface VolumeText {
  /** The folder on the host, as it is written. */
  readonly source: string;
  /** An absolute path in the guest. */
  readonly destination: string;
  readonly readOnly: boolean;
}

/** Only programs of the host reach a port whose forward names no address. */
const DEFAULT_ADDRESS = '127.0.0.1';

/** `8080:80`, `127.0.0.1:8080:80`, `53:53/udp`, and `80` for `80:80`. */
export function readPort(text: string): Read<PortForward> {
  const match = /^(?:(\d{1,3}(?:\.\d{1,3}){3}):)?(\d+)(?::(\d+))?(?:\/(tcp|udp))?$/.exec(text.trim());
  const [, hostAddress = DEFAULT_ADDRESS, host = '', guest = host, protocol = 'tcp'] = match ?? [];
  const numbers = [Number(host), Number(guest)];
  const octets = hostAddress.split('.').map(Number);
  if (match === null || octets.some((octet) => octet > 255)) {
    return fail(`'${text}' is not HOST:GUEST, for example '8080:80', '127.0.0.1:8080:80' or '53:53/udp'.`);
  }
  const wrong = numbers.find((port) => port < 1 || port > 65535);
  if (wrong !== undefined) return fail(`'${text}' names port ${wrong}; ports go from 1 to 65535.`);
  const [hostPort = 0, guestPort = 0] = numbers;
  return { ok: true, value: { protocol: protocol as 'tcp' | 'udp', hostAddress, hostPort, guestPort } };
}

/** `./host:/guest` and `./host:/guest:ro`. */
export function readVolume(text: string): Read<VolumeText> {
  const [source = '', destination, mode = 'rw', ...more] = text.split(':');
  if (source === '' || destination?.startsWith('/') !== true || more.length > 0 || !/^r[ow]$/.test(mode)) {
    return fail(`'${text}' is not FOLDER:/PLACE, for example './data:/data' or './data:/data:ro'.`);
  }
  return { ok: true, value: { source, destination, readOnly: mode === 'ro' } };
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** `16M`, `1G`, `64Mi`, as bytes; every unit is a power of 1024. */
export function readSize(text: string): Read<number> {
  const [, digits = '', unit = ''] = /^([1-9]\d*)([KMGT]?)i?B?$/i.exec(text.trim()) ?? [];
  const bytes = Number(digits) * (UNITS[unit.toUpperCase()] ?? 1);
  return digits !== '' && Number.isSafeInteger(bytes)
    ? { ok: true, value: bytes }
    : fail(`'${text}' is not a size such as '64M' or '1G'.`);
}

/** A size of memory as QEMU's `-m` takes it. `kraft` writes `64Mi` for what QEMU calls `64M`. */
export function readMemory(text: string): Read<string> {
  const [, digits, unit = ''] = /^([1-9]\d{0,11})([KMG]?)i?$/i.exec(text.trim()) ?? [];
  return digits === undefined
    ? fail(`'${text}' is not a size such as '128M' or '1G'.`)
    : { ok: true, value: `${digits}${unit.toUpperCase()}` };
}

/** `NAME=value`; a name alone has an empty value. */
export function readVariable(text: string): Read<{ readonly name: string; readonly value: string }> {
  const at = text.indexOf('=');
  const name = at < 0 ? text : text.slice(0, at);
  return /^[^\s"'=]+$/.test(name)
    ? { ok: true, value: { name, value: at < 0 ? '' : text.slice(at + 1) } }
    : fail(`'${text}' is not NAME=VALUE.`);
}

/** `library.parameter=value`, as Unikraft's libraries take them on the kernel command line. */
export function readKernelArgument(text: string): Read<{ readonly name: string; readonly value: string }> {
  const [, name, value] = /^([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+)=(.*)$/s.exec(text) ?? [];
  return name === undefined || value === undefined
    ? fail(`'${text}' is not LIBRARY.PARAMETER=VALUE, for example 'netdev.ip=10.0.2.15/24:10.0.2.2'.`)
    : { ok: true, value: { name, value } };
}

function fail(message: string): { readonly ok: false; readonly message: string } {
  return { ok: false, message };
}
