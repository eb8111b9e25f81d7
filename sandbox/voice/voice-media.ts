import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { type Address, discoveryResponse, readDiscoveryRequest } from './ip-discovery.ts';
import { clearBytes, readHeader, readPayload, SILENCE_FRAME } from './rtp.ts';
import type { OpenedPacket } from './transport-crypto.ts';
import type { VoiceSession } from './voice-session.ts';

/** One packet on its way from one member of a call to another, its transport encryption off, its DAVE encryption on. */
export interface Hop {
  readonly from: VoiceSession;
  readonly to: VoiceSession;
  readonly packet: OpenedPacket;
}

/** What becomes of a packet. */
export type Fate = 'pass' | 'drop' | { readonly delayMs: number };

/** Decides over every hop: here the network's faults attach. */
export type Impairment = (hop: Hop) => Fate;

/** Who sends, and who gets it. */
export interface VoiceMediaOptions {
  readonly findBySsrc: (ssrc: number) => VoiceSession | undefined;
  /** The others of a session's call; those who may not hear, or whom nobody may hear, left out. */
  readonly listeners: (session: VoiceSession) => Iterable<VoiceSession>;
  readonly onPacket: (session: VoiceSession, silent: boolean) => void;
  readonly forwardSilence: boolean;
  readonly log: (line: string) => void;
}

const KEEPALIVE_BYTES = 8;
// More than this many packets under way at once is no network but a leak.
const MOST_DELAYED = 10_000;

/** The UDP side: IP discovery, keepalives, and every packet of a member to all others of the call. */
export class VoiceMedia {
  impair: Impairment | undefined;
  /** Told of every packet that is sent to a member, in the order they leave. */
  onDelivery: ((hop: Hop) => void) | undefined;
  private readonly options: VoiceMediaOptions;
  private readonly delayed = new Set<NodeJS.Timeout>();
  private socket: Socket | undefined;

  constructor(options: VoiceMediaOptions) {
    this.options = options;
  }

  /** Where clients are to send. @throws Error before start */
  get address(): Address {
    if (this.socket === undefined) throw new Error('The voice server is not started.');
    const { address, port } = this.socket.address();
    return { ip: address, port };
  }

  async start(): Promise<void> {
    const socket = createSocket('udp4');
    socket.on('message', (datagram, from) => this.receive(datagram, from));
    socket.on('error', (error) => this.options.log(`voice udp: ${error.message}`));
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(0, '127.0.0.1', () => {
        socket.off('error', reject);
        resolve();
      });
    });
    this.socket = socket;
  }

  async stop(): Promise<void> {
    for (const timer of this.delayed) clearTimeout(timer);
    this.delayed.clear();
    const { socket } = this;
    this.socket = undefined;
    if (socket !== undefined) await new Promise<void>((resolve) => socket.close(() => resolve()));
  }

  /** Sends a client a datagram as it is, whoever is to have made it. */
  inject({ media }: VoiceSession, datagram: Buffer): void {
    if (media?.address !== undefined) this.send(datagram, media.address);
  }

  private receive(datagram: Buffer, from: RemoteInfo): void {
    const sender = { ip: from.address, port: from.port };
    const asking = readDiscoveryRequest(datagram);
    if (asking !== undefined) this.discover(asking, sender);
    // Discord echoes keepalives; clients measure the way there and back with them.
    else if (datagram.length === KEEPALIVE_BYTES) this.send(datagram, sender);
    else if (clearBytes(datagram) !== undefined) this.receivePacket(datagram, sender);
  }

  private receivePacket(datagram: Buffer, sender: Address): void {
    const session = this.options.findBySsrc(readHeader(datagram).ssrc);
    const packet = session?.inCall ? session.media?.key.open(datagram) : undefined;
    // Whoever has the key is the client, also from a new address (a NAT that forgot); whoever has not is ignored.
    if (session?.media === undefined || packet === undefined) return;
    session.media.address = sender;
    session.media.lastHeader = packet.header;
    this.relay(session, packet);
  }

  private discover(ssrc: number, sender: Address): void {
    const media = this.options.findBySsrc(ssrc)?.media;
    if (media === undefined) return;
    // Only the first asker: anybody can write an ssrc into a request, and would get another's sound.
    media.address ??= sender;
    this.send(discoveryResponse(ssrc, sender), sender);
  }

  private relay(from: VoiceSession, packet: OpenedPacket): void {
    const payload = readPayload(packet.header, packet.body);
    const silent = payload?.equals(SILENCE_FRAME) ?? false;
    if (payload !== undefined && payload.length > 0) this.options.onPacket(from, silent);
    if (silent && !this.options.forwardSilence) return;
    for (const to of this.options.listeners(from)) this.hop({ from, to, packet });
  }

  private hop(hop: Hop): void {
    const fate = this.impair?.(hop) ?? 'pass';
    if (fate === 'pass') this.deliver(hop);
    else if (fate !== 'drop') this.delay(hop, fate.delayMs);
  }

  private delay(hop: Hop, delayMs: number): void {
    if (this.delayed.size >= MOST_DELAYED) return;
    const timer = setTimeout(() => {
      this.delayed.delete(timer);
      this.deliver(hop);
    }, delayMs).unref();
    this.delayed.add(timer);
  }

  private deliver(hop: Hop): void {
    const { to, packet } = hop;
    const { media } = to;
    if (media?.address === undefined || !to.inCall) return;
    this.send(media.key.seal(packet.header, packet.body), media.address);
    this.onDelivery?.(hop);
  }

  private send(datagram: Buffer, to: Address): void {
    this.socket?.send(datagram, to.port, to.ip);
  }
}
