/** A neighbour on a guest's Ethernet, for tests: QEMU hands every frame over as a datagram. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

const OUR_MAC = Buffer.from('020000000001', 'hex');
const OUR_IP = [10, 9, 9, 1] as const;
const GUEST_IP = [10, 9, 9, 2] as const;
/** What every name stands for. */
export const NAMED_IP = [192, 0, 2, 33] as const;
const GUEST_PORT = 7;
const OUR_PORT = 4000;
/** An answer is asked for again after this long, in milliseconds, and given up after many such times. */
const RETRY_MS = 60;
const TRIES = 400;

const ETHER_IP = 0x0800;
const ETHER_ARP = 0x0806;
const PROTOCOLS = { icmp: 1, tcp: 6, udp: 17 } as const;

export class EthernetPeer {
  #guestMac = Buffer.alloc(6, 0xff);
  #state = 12345;
  #waiting: ((frame: Buffer) => void) | undefined;

  static async open(): Promise<EthernetPeer> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const probe = createSocket('udp4');
    probe.bind(0, '127.0.0.1');
    await once(probe, 'listening');
    const qemuPort = probe.address().port;
    probe.close();
    await once(probe, 'close');
    return new EthernetPeer(socket, qemuPort);
  }

  private constructor(
    private readonly socket: Socket,
    private readonly qemuPort: number,
  ) {
    socket.on('message', (frame) => {
      if (frame.length < 42) return;
      // The guest may ask who we are before it says anything else.
      if (frame.readUInt16BE(12) === ETHER_ARP && frame.readUInt16BE(20) === 1) this.#send(arpReply(frame));
      else if (this.#isQuestion(frame)) this.#send(this.#nameReply(frame));
      else this.#waiting?.(frame);
    });
  }

  /** What QEMU's `-netdev` takes. */
  netdev(id: string): string {
    const { port } = this.socket.address();
    return `dgram,id=${id},local.type=inet,local.host=127.0.0.1,local.port=${this.qemuPort},remote.type=inet,remote.host=127.0.0.1,remote.port=${port}`;
  }

  close(): void {
    this.socket.close();
  }

  /** Finds out the guest's address by ARP. */
  async resolve(): Promise<void> {
    const reply = await this.#exchange(arp(), (frame) =>
      frame.readUInt16BE(12) === ETHER_ARP && frame.readUInt16BE(20) === 2 ? frame : undefined,
    );
    this.#guestMac = Buffer.from(reply.subarray(6, 12));
  }

  /** Sends a datagram to the guest's port 7; gives what comes back. */
  async ask(text: string): Promise<string> {
    const answer = await this.#exchange(this.#datagram(text), (frame) => {
      if (frame.readUInt16BE(12) !== ETHER_IP || frame[23] !== PROTOCOLS.udp) return undefined;
      const payload = frame.subarray(42, 34 + frame.readUInt16BE(38)).toString();
      return payload === text || text === 'heap' ? Buffer.from(payload) : undefined;
    });
    return answer.toString();
  }

  sendGood(text: string): void {
    this.#send(this.#datagram(text));
  }

  /** A frame that is wrong somewhere: noise, or a good one with bytes changed, cut or added. */
  sendBad(): void {
    const kinds = [
      () => this.#noise(this.#number(1600)),
      () => this.#mutate(arp()),
      () => this.#mutate(this.#datagram('x'.repeat(this.#number(1400)))),
      () => this.#mutate(this.#packet(PROTOCOLS.icmp, this.#noise(8 + this.#number(64)))),
      () => this.#mutate(this.#packet(PROTOCOLS.tcp, this.#segment())),
      () => this.#packet(this.#number(256), this.#noise(this.#number(1400))),
      () => this.#fragment(),
    ];
    const frame = kinds[this.#number(kinds.length)]?.() ?? Buffer.alloc(0);
    // QEMU takes an empty datagram for the connection's end.
    this.#send(frame.length > 0 ? frame : Buffer.alloc(1));
  }

  #send(frame: Buffer): void {
    this.socket.send(frame, this.qemuPort, '127.0.0.1');
  }

  #exchange(frame: Buffer, fits: (frame: Buffer) => Buffer | undefined): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      let tries = 0;
      const timer = setInterval(() => {
        if (++tries < TRIES) return this.#send(frame);
        clearInterval(timer);
        reject(new Error(`The guest does not answer, asked ${TRIES} times.`));
      }, RETRY_MS);
      this.#waiting = (received) => {
        // The guest may ask who we are before it answers.
        if (
          received.length >= 42 &&
          received.readUInt16BE(12) === ETHER_ARP &&
          received.readUInt16BE(20) === 1
        )
          this.#send(arpReply(received));
        const answer = received.length >= 42 ? fits(received) : undefined;
        if (answer === undefined) return;
        clearInterval(timer);
        this.#waiting = undefined;
        resolve(answer);
      };
      this.#send(frame);
    });
  }

  /** A fixed sequence, so that a failure comes again. */
  #number(limit: number): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return (this.#state >>> 8) % limit;
  }

  #noise(size: number): Buffer {
    return Buffer.from(Array.from({ length: size }, () => this.#number(256)));
  }

  #mutate(frame: Buffer): Buffer {
    const changed = Buffer.from(frame);
    for (let i = 1 + this.#number(4); i > 0; i--)
      changed[12 + this.#number(changed.length - 12)] = this.#number(256);
    switch (this.#number(4)) {
      case 0:
        return changed.subarray(0, this.#number(changed.length));
      case 1:
        return Buffer.concat([changed, this.#noise(this.#number(100))]);
      default:
        return changed;
    }
  }

  #datagram(text: string): Buffer {
    const header = Buffer.alloc(8);
    header.writeUInt16BE(OUR_PORT, 0);
    header.writeUInt16BE(GUEST_PORT, 2);
    header.writeUInt16BE(8 + text.length, 4);
    return this.#packet(PROTOCOLS.udp, Buffer.concat([header, Buffer.from(text)]));
  }

  #isQuestion(frame: Buffer): boolean {
    return (
      frame.readUInt16BE(12) === ETHER_IP && frame[23] === PROTOCOLS.udp && frame.readUInt16BE(36) === 53
    );
  }

  /** Every name is NAMED_IP (RFC 1035, 4.1): the question again, and one address. */
  #nameReply(frame: Buffer): Buffer {
    this.#guestMac = Buffer.from(frame.subarray(6, 12));
    const question = Buffer.from(frame.subarray(42, 34 + frame.readUInt16BE(38)));
    question.writeUInt16BE(0x8180, 2);
    question.writeUInt16BE(1, 6);
    const answer = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...NAMED_IP]);
    const message = Buffer.concat([question, answer]);
    const header = Buffer.alloc(8);
    header.writeUInt16BE(53, 0);
    header.writeUInt16BE(frame.readUInt16BE(34), 2);
    header.writeUInt16BE(8 + message.length, 4);
    return this.#packet(PROTOCOLS.udp, Buffer.concat([header, message]));
  }

  #segment(): Buffer {
    const header = this.#noise(20 + 4 * this.#number(11));
    header.writeUInt16BE(GUEST_PORT, 2);
    header[12] = this.#number(3) === 0 ? this.#number(256) : (header.length / 4) << 4;
    return header;
  }

  #fragment(): Buffer {
    const frame = this.#packet(PROTOCOLS.udp, this.#noise(8 * this.#number(100)));
    frame.writeUInt16BE((this.#number(2) << 13) | this.#number(0x2000), 20);
    writeChecksum(frame.subarray(14, 34), 10);
    return frame;
  }

  #packet(protocol: number, payload: Buffer): Buffer {
    const ip = Buffer.alloc(20);
    ip[0] = 0x45;
    ip.writeUInt16BE(20 + payload.length, 2);
    ip[8] = 64;
    ip[9] = protocol;
    ip.set(OUR_IP, 12);
    ip.set(GUEST_IP, 16);
    writeChecksum(ip, 10);
    return Buffer.concat([ethernet(this.#guestMac, ETHER_IP), ip, payload]);
  }
}

function ethernet(to: Buffer, type: number): Buffer {
  const header = Buffer.alloc(14);
  header.set(to, 0);
  header.set(OUR_MAC, 6);
  header.writeUInt16BE(type, 12);
  return header;
}

function arp(): Buffer {
  const body = Buffer.from('0001080006040001', 'hex');
  return Buffer.concat([
    ethernet(Buffer.alloc(6, 0xff), ETHER_ARP),
    ...[body, OUR_MAC, Buffer.from(OUR_IP), Buffer.alloc(6), Buffer.from(GUEST_IP)],
  ]);
}

function arpReply(request: Buffer): Buffer {
  const body = Buffer.from('0001080006040002', 'hex');
  return Buffer.concat([
    ethernet(Buffer.from(request.subarray(6, 12)), ETHER_ARP),
    ...[body, OUR_MAC, Buffer.from(request.subarray(38, 42)), request.subarray(22, 32)],
  ]);
}

/** The Internet checksum (RFC 1071) over a header whose checksum stands at `at`. */
function writeChecksum(header: Buffer, at: number): void {
  header.writeUInt16BE(0, at);
  let sum = 0;
  for (let i = 0; i < header.length; i += 2) sum += header.readUInt16BE(i);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  header.writeUInt16BE(~sum & 0xffff, at);
}
