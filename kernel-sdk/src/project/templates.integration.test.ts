/** Every template is made, built, booted and used, as its README says. */
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from 'vitest';
import { Guest, runGuest } from '../testing/guest';
import { freePort } from '../testing/network';
import { createProject, describeTemplate, listTemplates } from './index';

const BUILD_LIMIT_MS = 400_000;
const TARGETS = ['qemu/x86_64', 'qemu/arm64'] as const;

let parent: string;
const guests: Guest[] = [];

beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), 'unikernel-templates-'));
});
afterEach(() => Promise.all(guests.splice(0).map((guest) => guest.dispose())));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

function make(template: string): string {
  const folder = join(parent, `${template}-${Math.random().toString(36).slice(2)}`);
  expect(createProject(template, folder)).toMatchObject({ ok: true });
  return folder;
}

async function boot(folder: string, guestPort: number, target: string, hostPort: number): Promise<Guest> {
  const ports = [{ protocol: 'tcp' as const, hostAddress: '127.0.0.1', hostPort, guestPort }];
  const guest = await Guest.boot(folder, { target, machine: { ports } });
  guests.push(guest);
  return guest;
}

test('no template is without a test', () => {
  expect(listTemplates()).toEqual(['cpp', 'hello', 'http', 'sqlite', 'threads']);
});

test('a template is told apart in one sentence', () => {
  expect(describeTemplate('hello')).toBe('A unikernel of two C files on the built-in kernel.');
  for (const template of listTemplates()) expect(describeTemplate(template)).toMatch(/^[^`\n]{20,120}\.$/);
});

test.each([
  ['hello', 'qemu/x86_64', 'Hello, Ada, on seat 1!'],
  ['hello', 'qemu/arm64', 'Hello, Ada, on seat 1!'],
  ['threads', 'qemu/x86_64', '5 philosophers had 15 meals, and nobody starved.'],
  ['threads', 'qemu/arm64', '5 philosophers had 15 meals, and nobody starved.'],
  ['cpp', 'qemu/x86_64', 'The log is closed after 2 shapes.'],
])('%s runs to its end on %s', async (template, target, line) => {
  const { output, end } = await runGuest(make(template), { target });
  expect(output).toContain(line);
  expect(end).toEqual({ kind: 'exited', code: 0 });
});

describe.each(TARGETS)('http on %s', (target) => {
  it(
    'serves files, errors and its own numbers, with a heap that does not grow',
    async () => {
      const port = await freePort();
      const guest = await boot(make('http'), 80, target, port);
      await guest.sees('Listening on port 80.');
      const page = await get(port, '/');
      expect(page).toMatchObject({ status: 200, type: 'text/html; charset=utf-8' });
      expect(page.body).toContain('<h1>Hello from a unikernel</h1>');
      expect(await get(port, '/style.css')).toMatchObject({ status: 200, type: 'text/css' });
      expect(await get(port, '/nope')).toMatchObject({ status: 404, body: 'There is no such page.\n' });
      expect(await get(port, '/', 'POST')).toMatchObject({ status: 405 });
      expect(await get(port, '/', 'HEAD')).toMatchObject({ status: 200, body: '' });
      expect(await raw(port, 'GET /../etc/passwd HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
      expect(await raw(port, 'nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
      const twice = await raw(
        port,
        'GET /style.css HTTP/1.1\r\n\r\nGET /nope HTTP/1.1\r\nConnection: close\r\n\r\n',
      );
      expect(twice.match(/^HTTP\/1\.1 \d+/gm)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 404']);

      for (let i = 0; i < 100; i++) await get(port, '/');
      const before = metric((await get(port, '/metrics')).body, 'unikernel_heap_used_bytes');
      for (let i = 0; i < 500; i++) await get(port, '/');
      const { body } = await get(port, '/metrics');
      // A packet on its way may hold some memory when it is counted.
      expect(metric(body, 'unikernel_heap_used_bytes') - before).toBeLessThan(16_384);
      expect(metric(body, 'http_requests_total')).toBeGreaterThan(600);
    },
    BUILD_LIMIT_MS,
  );
});

describe.each(TARGETS)('sqlite on %s', (target) => {
  it(
    'keeps what was committed through a restart and through a kill in the middle of a transaction',
    async () => {
      const folder = make('sqlite');
      const port = await freePort();
      const first = await boot(folder, 7070, target, port);
      await first.sees('answers on port 7070.');
      const client = await SqlClient.connect(port);
      expect(await client.ask("INSERT INTO note(text) VALUES('one'), ('two')")).toBe('ok\n');
      expect(await client.ask('SELECT text FROM note')).toBe('one\ntwo\nok\n');
      expect(await client.ask('SELEC')).toMatch(/^error: near "SELEC"/);
      expect(await client.ask('BEGIN')).toBe('ok\n');
      for (let i = 0; i < 20; i++)
        expect(await client.ask('INSERT INTO note(text) VALUES(hex(randomblob(2000)))')).toBe('ok\n');
      process.kill(first.machine.pid, 'SIGKILL');
      await first.ends();
      client.end();

      const second = await boot(folder, 7070, target, port);
      await second.sees('answers on port 7070.');
      const again = await SqlClient.connect(port);
      expect(await again.ask('SELECT text FROM note')).toBe('one\ntwo\nok\n');
      expect(await again.ask('PRAGMA integrity_check')).toBe('ok\nok\n');
      again.end();
    },
    BUILD_LIMIT_MS,
  );
});

it(
  'sqlite has every row that it has answered for, whenever it was killed',
  async () => {
    const folder = make('sqlite');
    const port = await freePort();
    let answered = 0;
    for (let round = 0; round < 5; round++) {
      const guest = await boot(folder, 7070, 'qemu/x86_64', port);
      await guest.sees('answers on port 7070.');
      const client = await SqlClient.connect(port);
      const count = Number((await client.ask('SELECT count(*) FROM note')).split('\n')[0]);
      // The last one may have been committed without the answer having arrived.
      expect(count - answered).toBeGreaterThanOrEqual(0);
      expect(count - answered).toBeLessThanOrEqual(1);
      expect(await client.ask('PRAGMA integrity_check')).toBe('ok\nok\n');
      answered = count;
      const rows = 3 + round * 4;
      for (let i = 0; i < rows; i++) {
        expect(await client.ask("INSERT INTO note(text) VALUES('row')")).toBe('ok\n');
        answered++;
      }
      const last = client.ask("INSERT INTO note(text) VALUES('the last')").catch(() => undefined);
      process.kill(guest.machine.pid, 'SIGKILL');
      await guest.ends();
      client.end();
      await last;
    }
  },
  BUILD_LIMIT_MS,
);

interface Answer {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly body: string;
}

function get(port: number, path: string, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, path, method, host: '127.0.0.1', agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        body += text;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode, type: response.headers['content-type'], body }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** Everything that is answered until the server closes. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.setEncoding('utf8');
    socket.on('data', (part: string) => {
      answer += part;
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

function metric(text: string, name: string): number {
  const value = new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1];
  if (value === undefined) throw new Error(`'${name}' is not in:\n${text}`);
  return Number(value);
}

/** A line of SQL out, rows and a last line in. */
class SqlClient {
  #answer = '';
  #done: (() => void) | undefined;

  static connect(port: number): Promise<SqlClient> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(new SqlClient(socket)));
      socket.once('error', reject);
    });
  }

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('utf8');
    socket.on('error', () => undefined);
    socket.on('data', (text: string) => {
      this.#answer += text;
      if (/(^|\n)(ok|error: .*)\n$/.test(this.#answer)) this.#done?.();
    });
  }

  ask(sql: string): Promise<string> {
    this.#answer = '';
    return new Promise((resolve, reject) => {
      const closed = () => reject(new Error('The server has gone.'));
      this.#done = () => {
        this.socket.off('close', closed);
        resolve(this.#answer);
      };
      this.socket.once('close', closed);
      this.socket.write(`${sql}\n`);
    });
  }

  end(): void {
    this.socket.destroy();
  }
}
