import { describe, expect, it } from 'vitest';
import { readKernelArgument, readMemory, readPort, readSize, readVariable, readVolume } from './index';

describe('a port', () => {
  it.each([
    ['8080:80', 'tcp', '127.0.0.1', 8080, 80],
    ['80', 'tcp', '127.0.0.1', 80, 80],
    ['53:5353/udp', 'udp', '127.0.0.1', 53, 5353],
    ['0.0.0.0:8080:80/tcp', 'tcp', '0.0.0.0', 8080, 80],
  ])('%s', (text, protocol, hostAddress, hostPort, guestPort) => {
    expect(readPort(text)).toEqual({ ok: true, value: { protocol, hostAddress, hostPort, guestPort } });
  });

  it.each([
    '',
    ':80',
    '80:',
    '0:80',
    '80:65536',
    'a:b',
    '1.2.3.256:1:1',
    '80/icmp',
    '80,hostfwd=x:80',
    '-1:80',
  ])('refuses %j', (text) =>
    expect(readPort(text)).toMatchObject({ ok: false, message: expect.stringContaining(`'${text}'`) }),
  );
});

it('reads sizes in powers of 1024', () => {
  expect([readSize('512'), readSize('16M'), readSize('1Gi'), readSize('2kb')]).toMatchObject(
    [512, 16 << 20, 1 << 30, 2048].map((value) => ({ ok: true, value })),
  );
  for (const text of ['', '0', '-1M', '1.5G', '1X', '9999999999999999T']) {
    expect(readSize(text)).toMatchObject({ ok: false });
  }
});

it('writes memory as QEMU does', () => {
  expect([readMemory('64Mi'), readMemory('1g'), readMemory('256')]).toMatchObject(
    ['64M', '1G', '256'].map((value) => ({ ok: true, value })),
  );
  expect(readMemory('1M,slots=2')).toMatchObject({ ok: false });
});

it('reads volumes with their mode', () => {
  expect(readVolume('./a:/b')).toEqual({
    ok: true,
    value: { source: './a', destination: '/b', readOnly: false },
  });
  expect(readVolume('a:/b:ro')).toMatchObject({ ok: true, value: { readOnly: true } });
  for (const text of ['a', 'a:b', ':/b', 'a:/b:x', 'a:/b:ro:more']) {
    expect(readVolume(text)).toMatchObject({ ok: false });
  }
});

it('reads variables and parameters of libraries', () => {
  expect(readVariable('A=b=c')).toEqual({ ok: true, value: { name: 'A', value: 'b=c' } });
  expect(readVariable('=x')).toMatchObject({ ok: false });
  expect(readKernelArgument('netdev.ip=10.0.2.15/24')).toEqual({
    ok: true,
    value: { name: 'netdev.ip', value: '10.0.2.15/24' },
  });
  expect(readKernelArgument('quiet')).toMatchObject({ ok: false });
});
