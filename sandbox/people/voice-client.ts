import { createSocket, type Socket } from 'node:dgram';
import { VoiceOpcodes } from 'discord-api-types/voice/v8';
import { type Address, discoveryRequest, readDiscoveryResponse } from '../voice/ip-discovery.ts';
import { TRANSPORT_MODE, TransportKey } from '../voice/transport-crypto.ts';
import type { VoiceTicket } from '../voice/voice-session.ts';
import { DaveMember } from './dave-member.ts';
import type { HeardPacket } from './heard-packet.ts';
import { RtpReceiver } from './rtp-receiver.ts';
import { RtpSender, type Sent } from './rtp-sender.ts';
import type { ServerMessage } from './server-messages.ts';
import { VoiceSocket } from './voice-socket.ts';

/** What a voice client needs, and whom it tells. */
export interface VoiceClientOptions {
  readonly ticket: VoiceTicket;
  readonly ca: string;
  readonly log: (line: string) => void;
  readonly onPacket: (packet: HeardPacket) => void;
  /** Told when the session description has come: it can send and receive. */
  readonly onReady: () => void;
  /** Told once, when the connection is over and was not closed from this side. */
  readonly onClose: (code: number) => void;
}

/** The media side, from the session description on. */
interface Call {
  readonly sender: RtpSender;
  readonly receiver: RtpReceiver;
  readonly dave: DaveMember;
}

const KEEPALIVE_MS = 5_000;
const KEEPALIVE_BYTES = 8;
const DISCOVERY_RETRY_MS = 500;

/** A Discord voice client of its own making, for people: websocket, IP discovery, RTP, DAVE. */
export class VoiceClient {
  private readonly options: VoiceClientOptions;
  private readonly socket: VoiceSocket;
  private readonly others = new Set<string>();
  private udp: Socket | undefined;
  private clock: NodeJS.Timeout | undefined;
  private server: (Address & { readonly ssrc: number }) | undefined;
  private call: Call | undefined;

  constructor(options: VoiceClientOptions) {
    this.options = options;
    this.socket = new VoiceSocket({
      ...options,
      onMessage: (message) => this.receive(message),
      onBinary: (op, payload) => this.call?.dave.binary(op, payload),
      onClose: (code) => {
        this.release();
        options.onClose(code);
      },
    });
  }

  /** Connects; `onReady` or `onClose` is told what came of it. */
  start(): void {
    this.socket.start();
  }

  /** Hangs up. */
  stop(): void {
    this.socket.stop();
    this.release();
  }

  /** The DAVE end of the call; undefined before the session description. */
  get dave(): DaveMember | undefined {
    return this.call?.dave;
  }

  /** Whether nobody else is in the call. */
  get alone(): boolean {
    return this.others.size === 0;
  }

  /** Says that speech begins (op 5), its first packet at this time of `performance.now()`. */
  beginSpurt(firstAt: number): void {
    this.speaking(1);
    this.call?.sender.begin(firstAt);
  }

  /** Sends 20 ms of Opus. */
  send(opus: Buffer): Sent {
    return this.call?.sender.packet(opus, performance.now()) ?? 'withheld';
  }

  /** Says that speech is over (op 5). */
  endSpurt(): void {
    this.speaking(0);
  }

  private speaking(flags: number): void {
    this.socket.json(VoiceOpcodes.Speaking, { speaking: flags, delay: 0, ssrc: this.server?.ssrc ?? 0 });
  }

  private receive(message: ServerMessage): void {
    switch (message.op) {
      case VoiceOpcodes.Ready:
        this.openUdp(message.d);
        break;
      case VoiceOpcodes.SessionDescription:
        this.openCall(Buffer.from(message.d.secret_key));
        break;
      case VoiceOpcodes.Speaking:
        this.call?.receiver.introduce(message.d.ssrc, message.d.user_id);
        break;
      case VoiceOpcodes.ClientsConnect:
        for (const userId of message.d.user_ids) this.others.add(userId);
        break;
      case VoiceOpcodes.ClientDisconnect:
        this.others.delete(message.d.user_id);
        this.call?.receiver.forget(message.d.user_id);
        break;
      default:
        this.call?.dave.message(message);
    }
  }

  private openUdp(server: Address & { readonly ssrc: number }): void {
    this.server = server;
    const udp = createSocket('udp4');
    this.udp = udp;
    udp.on('message', (datagram) => this.datagram(datagram));
    udp.on('error', (error) => this.options.log(`voice udp of ${this.options.ticket.userId}: ${error.message}`));
    const discover = (): void => this.transmit(discoveryRequest(server.ssrc));
    udp.bind(0, '127.0.0.1', discover);
    this.clock = setInterval(discover, DISCOVERY_RETRY_MS).unref();
  }

  private datagram(datagram: Buffer): void {
    const own = this.call === undefined ? readDiscoveryResponse(datagram) : undefined;
    if (own !== undefined) this.select(own);
    else this.call?.receiver.receive(datagram, performance.timeOrigin + performance.now());
  }

  private select(own: Address): void {
    clearInterval(this.clock);
    const data = { address: own.ip, port: own.port, mode: TRANSPORT_MODE };
    this.socket.json(VoiceOpcodes.SelectProtocol, { protocol: 'udp', data });
  }

  private openCall(secret: Buffer): void {
    const { ticket, log, onPacket, onReady } = this.options;
    const key = new TransportKey(secret);
    const dave = new DaveMember({
      userId: ticket.userId,
      channelId: ticket.channelId,
      json: (op, data) => this.socket.json(op, data),
      binary: (op, payload) => this.socket.binary(op, payload),
      others: () => this.others,
      onChange: () => this.groupChanged(),
      log,
    });
    const receiver = new RtpReceiver({ key, dave, onPacket });
    const send = (datagram: Buffer): void => this.transmit(datagram);
    this.call = { dave, receiver, sender: new RtpSender({ ssrc: this.server?.ssrc ?? 0, key, dave, send }) };
    this.clock = setInterval(() => this.transmit(Buffer.alloc(KEEPALIVE_BYTES)), KEEPALIVE_MS).unref();
    this.socket.establish();
    dave.start();
    onReady();
  }

  private groupChanged(): void {
    this.call?.receiver.retry();
    this.call?.sender.release();
  }

  private transmit(datagram: Buffer): void {
    if (this.server !== undefined) this.udp?.send(datagram, this.server.port, this.server.ip);
  }

  private release(): void {
    clearInterval(this.clock);
    this.udp?.close();
    this.udp = undefined;
    this.call = undefined;
  }
}
