/** Where somebody listens: a Unix socket or a TCP port. */
import { connect, type Socket } from 'node:net';
import type { GdbEndpoint } from './model';

/** Somebody who listens takes a connection within this time, in milliseconds. */
const CONNECT_LIMIT_MS = 5_000;

/** A path, `HOST:PORT`, `:PORT` or `PORT`, with `unix:` or `tcp:` before it where one likes; undefined for another text. */
export function readEndpoint(text: string): GdbEndpoint | undefined {
  const [, scheme, place = ''] = /^(?:(unix|tcp):)?(.*)$/s.exec(text.trim()) ?? [];
  const [, host, digits] = /^(?:\[?([\w.:-]*?)\]?:)?(\d+)$/.exec(place) ?? [];
  if (scheme !== 'unix' && digits !== undefined) {
    const port = Number(digits);
    if (port < 1 || port > 65535) return undefined;
    return { transport: 'tcp', port, ...(host ? { host } : {}) };
  }
  if (place === '' || scheme === 'tcp' || (scheme === undefined && !place.includes('/'))) return undefined;
  return { transport: 'unix', path: place };
}

/** As one would write it. */
export function endpointText(endpoint: GdbEndpoint): string {
  if (endpoint.transport === 'unix') return endpoint.path;
  const host = endpoint.host ?? '127.0.0.1';
  return `${host.includes(':') ? `[${host}]` : host}:${endpoint.port}`;
}

/** Rejects with words that follow the place: why nobody is there. */
export function connectTo(endpoint: GdbEndpoint): Promise<Socket> {
  const socket =
    endpoint.transport === 'unix'
      ? connect({ path: endpoint.path })
      : connect({ host: endpoint.host ?? '127.0.0.1', port: endpoint.port });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`does not answer within ${CONNECT_LIMIT_MS / 1000} s`));
    }, CONNECT_LIMIT_MS);
    socket.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(new Error(whyNot(error)));
    });
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.removeAllListeners('error');
      socket.on('error', () => socket.destroy());
      resolve(socket);
    });
  });
}

function whyNot({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'ENOENT':
      return 'does not exist';
    case 'ECONNREFUSED':
      return 'has nobody who listens';
    case 'EACCES':
      return 'may not be opened by you';
    case 'ENOTFOUND':
      return 'is no host that is known';
    default:
      return `cannot be reached (${message})`;
  }
}
