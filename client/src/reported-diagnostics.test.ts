import { expect, test } from 'vitest';
import { isReadByServer, readDiagnostics } from './reported-diagnostics';

const error = { file: '/w/main.c', line: 3, column: 7, severity: 'error', message: "expected ';'" };

test('the adapter’s diagnostics are read as they are', () => {
  expect(readDiagnostics({ diagnostics: [error] })).toEqual([error]);
});

test('entries without a place or words are left out', () => {
  const diagnostics = [{ ...error, file: undefined }, { ...error, line: '3' }, null, 'x', error];
  expect(readDiagnostics({ diagnostics })).toEqual([error]);
});

test.each([undefined, null, 'x', {}, { diagnostics: 1 }])('a body of %j has none', (body) => {
  expect(readDiagnostics(body)).toEqual([]);
});

test.each([
  ['/w/Kraftfile', true],
  ['/w/Kraftfile.fc', true],
  ['/w/kraft.yaml', true],
  ['/w/lib/x/Config.uk', true],
  ['/w/main.c', false],
])('%s is said twice, once by the language server: %s', (file, isRead) => {
  expect(isReadByServer(file)).toBe(isRead);
});
