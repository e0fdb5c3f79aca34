import { expect, it } from 'vitest';
import { endpointText, readEndpoint } from './endpoint';

it.each([
  ['/run/gdb.sock', { transport: 'unix', path: '/run/gdb.sock' }],
  ['./gdb:1', { transport: 'unix', path: './gdb:1' }],
  ['unix:gdb', { transport: 'unix', path: 'gdb' }],
  ['1234', { transport: 'tcp', port: 1234 }],
  [':1234', { transport: 'tcp', port: 1234 }],
  ['tcp::1234', { transport: 'tcp', port: 1234 }],
  ['localhost:3333', { transport: 'tcp', port: 3333, host: 'localhost' }],
  ['tcp:10.0.0.2:3333', { transport: 'tcp', port: 3333, host: '10.0.0.2' }],
  ['[::1]:3333', { transport: 'tcp', port: 3333, host: '::1' }],
])('%s is a place', (text, endpoint) => expect(readEndpoint(text)).toEqual(endpoint));

it.each(['', 'gdb', 'localhost', ':0', ':65536', 'tcp:/run/gdb', 'a b:1'])('%j is none', (text) => {
  expect(readEndpoint(text)).toBeUndefined();
});

it.each(['/run/gdb.sock', '127.0.0.1:1234', '[::1]:3333'])('%s is written as it is read', (text) => {
  const endpoint = readEndpoint(text);
  expect(endpoint && endpointText(endpoint)).toBe(text);
});
