import { createSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { freePort, Guest, runGuest } from '../../../../src/testing';
import { EthernetPeer, NAMED_IP } from './ethernet-peer';

const folder = import.meta.dirname;
const LIMIT_MS = 400_000;
/** `FUZZ_FRAMES=1000000` for a longer look. */
const FRAMES = Number(process.env.FUZZ_FRAMES ?? 100_000);

const LOOPBACK = `bind again: Address in use
nobody to accept: Resource temporarily unavailable
connect without waiting: Operation in progress
poll for writing: 1, error 0
poll for a caller: 1
the peer is whom we called: yes
peeked: abc
read: abcdef
in pieces: 3 + 3
half closed, read: 0
other half: still
select: 1 of 3, the right one
nothing comes within 20 ms: 0
nobody there: Connection refused
told later: Connection refused
writing to who has gone: Broken pipe or Connection reset by peer
datagram: to the other, from the one
cut: 4 of 8
no socket: Not a socket
no descriptor: Bad file descriptor
no family: Address family not supported by protocol
many: 100 connections, one after another, 0 bytes more
`;

const guests: Guest[] = [];
afterEach(() => Promise.all(guests.splice(0).map((guest) => guest.dispose())));

async function serve(target: string, machine: object = {}): Promise<{ guest: Guest; port: number }> {
  const port = await freePort();
  const forward = { hostAddress: '127.0.0.1', hostPort: port, guestPort: 7 };
  const ports = [
    { protocol: 'tcp' as const, ...forward },
    { protocol: 'udp' as const, ...forward },
  ];
  const guest = await Guest.boot(folder, { target, machine: { ports, ...machine } });
  guests.push(guest);
  await guest.sees('serving');
  return { guest, port };
}

function askByTcp(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.setEncoding('utf8');
    socket.on('data', (part: string) => {
      heard += part;
      if (heard.length >= text.length || text === 'heap') socket.end();
    });
    socket.on('close', () => resolve(heard));
    socket.on('error', reject);
  });
}

function askByUdp(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const again = setInterval(() => socket.send(text, port, '127.0.0.1'), 500);
    socket.send(text, port, '127.0.0.1');
    socket.on('message', (message) => {
      clearInterval(again);
      socket.close();
      resolve(message.toString());
    });
  });
}

describe.each(['qemu/x86_64', 'qemu/arm64'])('on %s', (target) => {
  test(
    'a server answers by TCP and UDP, to many one after another, and its heap does not grow',
    async () => {
      const { port } = await serve(target);
      expect(await askByTcp(port, 'hello')).toBe('hello');
      expect(await askByUdp(port, 'datagram')).toBe('datagram');
      const long = 'x'.repeat(100_000);
      expect(await askByTcp(port, long)).toBe(long);
      expect(await Promise.all(['a', 'b', 'c', 'd'].map((text) => askByTcp(port, text)))).toEqual([
        'a',
        'b',
        'c',
        'd',
      ]);
      for (let i = 0; i < 150; i++) await askByTcp(port, 'warm');
      const before = Number(await askByUdp(port, 'heap'));
      for (let i = 0; i < 300; i++) await askByTcp(port, 'again');
      expect(Number(await askByUdp(port, 'heap')) - before).toBeLessThan(16_384);
    },
    LIMIT_MS,
  );

  test(
    'sockets behave as POSIX has it, within the guest',
    async () => {
      const { output, end } = await runGuest(folder, { target, machine: { args: ['loopback'] } });
      expect(output.slice(output.indexOf('bind again:'))).toBe(LOOPBACK);
      expect(end).toEqual({ kind: 'exited', code: 0 });
    },
    LIMIT_MS,
  );

  test('a client meets silence, an answer, an end, a closed port and a name server', async () => {
    const server = createServer((socket) => {
      socket.on('data', () => socket.end('spoken'));
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    try {
      const args = [String(port), String(await freePort()), 'localhost'];
      const { output, end } = await runGuest(folder, { target, machine: { args } });
      expect(output).toContain('silence: -1 Resource temporarily unavailable\n');
      expect(output).toContain('nonblocking: -1 Resource temporarily unavailable\n');
      expect(output).toContain('poll 1, heard: spoken\nend: 0\n');
      expect(output).toMatch(/connect: Connection refused\n/);
      expect(output).toContain('localhost is 127.0.0.1\n');
      expect(end).toEqual({ kind: 'exited', code: 0 });
    } finally {
      server.close();
    }
  });
});

test('names are asked of the server that the kernel command line names', async () => {
  const peer = await EthernetPeer.open();
  const server = createServer((socket) =>
    socket.on('error', () => undefined).on('data', () => socket.end('spoken')),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  try {
    const { output } = await runGuest(folder, {
      machine: {
        args: [String(port), String(await freePort()), 'kernel.example'],
        kernelArguments: [
          { name: 'netdev.ip', value: '[ "10.0.2.15/24:10.0.2.2" "10.9.9.2/24:10.0.2.2:10.9.9.1" ]' },
        ],
        extraArguments: ['-netdev', peer.netdev('names'), '-device', 'virtio-net-device,netdev=names'],
      },
    });
    expect(output).toContain(`kernel.example is ${NAMED_IP.join('.')}\n`);
  } finally {
    peer.close();
    server.close();
  }
});

test(
  `${FRAMES} malformed frames and a storm of good ones leave a server that answers, and its heap as it was`,
  async () => {
    const peer = await EthernetPeer.open();
    try {
      const { guest } = await serve('qemu/x86_64', {
        kernelArguments: [{ name: 'netdev.ip', value: '[ "10.0.2.15/24:10.0.2.2" "10.9.9.2/24" ]' }],
        extraArguments: ['-netdev', peer.netdev('fuzz'), '-device', 'virtio-net-device,netdev=fuzz'],
      });
      await guest.sees('address 10.9.9.2');
      await peer.resolve();
      for (let i = 0; i < 20; i++) expect(await peer.ask('good')).toBe('good');
      const before = Number(await peer.ask('heap'));
      for (let sent = 0; sent < FRAMES; ) {
        for (let i = 0; i < 100; i++, sent++) peer.sendBad();
        expect(await peer.ask(`after ${sent}`)).toBe(`after ${sent}`);
      }
      for (let i = 0; i < 20_000; i++) peer.sendGood('storm');
      expect(await peer.ask('calm again')).toBe('calm again');
      expect(Number(await peer.ask('heap')) - before).toBeLessThan(65_536);
    } finally {
      peer.close();
    }
  },
  LIMIT_MS,
);
