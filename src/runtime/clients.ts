// Those who talk with a shim: the command line that started the container, and all who came to its socket later.
//
// A program is slowed down by a client that reads slowly, as it would be in a pipeline, so memory stays flat. But one who
// has come later, and takes nothing for PATIENCE_MS, keeps the others waiting no longer: what it missed meanwhile is left
// out, which it is told when it reads again. The log has all of it.

import { POLLIN, POLLOUT } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { ERRNO } from '../linux/errno.ts';
import { close, tryRead } from '../linux/files.ts';
import { accept4 } from '../linux/sockets.ts';
import { decodeJson, encodeJson, type Frame, FrameDecoder, LARGEST_PAYLOAD, type Streams } from './frames.ts';
import { Outlet } from './outlet.ts';
import type { Timers } from './timers.ts';
import type { Watch } from './watch.ts';

const NOTHING: Streams = { stdin: false, stdout: false, stderr: false };
const EVERYTHING: Streams = { stdin: true, stdout: true, stderr: true };

/** How long a client that takes nothing is waited for. */
const PATIENCE_MS = 1000;

export class Client {
  readonly outlet: Outlet;
  /** It has started the container, and stays as long as that runs. */
  readonly isStarter: boolean;
  /** What it wants of the program. */
  wants: Streams;
  /** It wants to hear of the end. */
  waits: boolean;
  /** It passes signals on. */
  isReady = false;
  /** It has heard of the end, and goes when all is sent. */
  isLeaving = false;
  readonly #decoder = new FrameDecoder();
  readonly #timers: Timers;
  #isStalled = false;
  #leftOut = 0;

  constructor(fd: number, timers: Timers, starterWants?: Streams) {
    this.outlet = new Outlet(fd);
    this.#timers = timers;
    this.isStarter = starterWants !== undefined;
    this.waits = this.isStarter;
    this.wants = starterWants ?? NOTHING;
  }

  /** The program waits for it. */
  get keepsWaiting(): boolean {
    return !this.outlet.isEmpty && !this.#isStalled;
  }

  send(frame: Buffer): void {
    this.outlet.send(frame);
    this.#watchOver();
  }

  /** Sends output of the program, if it wants that. @param size of the output in bytes. */
  sendOutput(stream: 'stdout' | 'stderr', frame: Buffer, size: number): void {
    if (!this.wants[stream]) return;
    if (this.#isStalled) this.#leftOut += size;
    else this.send(frame);
  }

  tellEnd(frame: Buffer): void {
    this.wants = NOTHING;
    this.#tellGap();
    this.send(frame);
    this.isLeaving = true;
  }

  pump(): void {
    const before = this.outlet.pendingBytes;
    this.outlet.pump();
    if (this.outlet.pendingBytes < before) this.#timers.clear(this.#timer);
    if (this.outlet.isEmpty) this.#goOn();
    else this.#watchOver();
  }

  /** The frames that have come; undefined when it is gone, or says what we do not understand. */
  receive(buffer: Buffer): Frame[] | undefined {
    const count = tryRead(this.outlet.fd, buffer);
    if (count === -ERRNO.EAGAIN || count === -ERRNO.EINTR) return [];
    if (count <= 0) return undefined;
    try {
      return this.#decoder.push(buffer.subarray(0, count));
    } catch {
      return undefined;
    }
  }

  /** It is gone: nothing is sent any more. */
  leave(): void {
    this.#timers.clear(this.#timer);
    this.outlet.abandon();
    close(this.outlet.fd);
  }

  get #timer(): string {
    return `client ${this.outlet.fd}`;
  }

  /** Whoever started the program is waited for as long as it takes. */
  #watchOver(): void {
    if (this.isStarter || this.outlet.isEmpty || this.#isStalled || this.#timers.has(this.#timer)) return;
    this.#timers.set(this.#timer, PATIENCE_MS, () => {
      this.#isStalled = true;
    });
  }

  #goOn(): void {
    this.#timers.clear(this.#timer);
    this.#isStalled = false;
    this.#tellGap();
  }

  #tellGap(): void {
    const bytes = this.#leftOut;
    this.#leftOut = 0;
    const sentence = `${bytes} bytes of output are left out here, which nobody read: \`slipway logs\` has them`;
    if (bytes > 0) this.send(encodeJson('notice', { sentence }));
  }
}

/** What becomes of that which clients say. */
export interface Host {
  obey(client: Client, frame: Frame): void;
  /** It has gone without a word. */
  lost(client: Client): void;
  /** Its user has left the program to itself. */
  left(): void;
}

export class Clients {
  readonly #timers: Timers;
  readonly #list = new Set<Client>();
  readonly #received = Buffer.alloc(LARGEST_PAYLOAD);
  /** The socket where more of them come. */
  listener: number | undefined;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** The client that has started the program. */
  addStarter(fd: number, wants = EVERYTHING): Client {
    const client = new Client(fd, this.#timers, wants);
    this.#list.add(client);
    return client;
  }

  /** True when all have taken what came before. */
  get areServed(): boolean {
    for (const client of this.#list) if (client.keepsWaiting) return false;
    return true;
  }

  /** True when another than this one wants the stream. */
  isWantedByOthers(stream: keyof Streams, than: Client): boolean {
    return [...this.#list].some((client) => client !== than && client.wants[stream]);
  }

  watches(host: Host): Watch[] {
    const watches = [...this.#list].map((client) => {
      const { fd, isEmpty } = client.outlet;
      const act = () => this.#attend(client, host);
      return { fd, events: isEmpty ? POLLIN : POLLIN | POLLOUT, act };
    });
    const { listener } = this;
    if (listener !== undefined) watches.push({ fd: listener, events: POLLIN, act: () => this.#accept(listener) });
    return watches;
  }

  sendOutput(stream: 'stdout' | 'stderr', frame: Buffer, size: number): void {
    for (const client of this.#list) client.sendOutput(stream, frame, size);
  }

  /** A sentence for everybody who looks on. */
  notice(sentence: string): void {
    for (const client of this.#list) if (client.waits) client.send(encodeJson('notice', { sentence }));
  }

  /** Tells those who wait that the program has ended. They go when they have taken it. */
  tellEnd(frame: Buffer): void {
    for (const client of this.#list) {
      if (client.waits) client.tellEnd(frame);
    }
    this.#partFromServed();
  }

  /** Waits so long for each to take what it has not taken yet; without a time, for ever. */
  flush(patienceMs?: number): void {
    for (const client of this.#list) client.outlet.flush(patienceMs);
    this.#partFromServed();
  }

  /** The shim ends: who has started it gets all, and the others what they take soon. */
  dismiss(): void {
    for (const client of this.#list) {
      client.outlet.flush(client.isStarter ? undefined : PATIENCE_MS);
      this.drop(client);
    }
  }

  drop(client: Client): void {
    if (this.#list.delete(client)) client.leave();
  }

  #partFromServed(): void {
    for (const client of this.#list) if (client.isLeaving && client.outlet.isEmpty) this.drop(client);
  }

  #attend(client: Client, host: Host): void {
    if (!this.#list.has(client)) return; // let go in this very turn
    if (!client.outlet.isEmpty) client.pump();
    this.#partFromServed();
    const frames = this.#list.has(client) ? client.receive(this.#received) : [];
    for (const frame of frames ?? []) if (this.#list.has(client)) this.#hear(client, frame, host);
    if (!this.#list.has(client) || (frames !== undefined && !client.outlet.isBroken)) return;
    this.drop(client);
    host.lost(client);
  }

  /** What concerns the client alone is done here. */
  #hear(client: Client, frame: Frame, host: Host): void {
    const { type, payload } = frame;
    if (type === 'ready') client.isReady = true;
    else if (type === 'detach') this.#letGo(client, host);
    else if (type === 'wait') client.waits = true;
    else if (type === 'attach') {
      client.wants = decodeJson({ type, payload });
      client.waits = true;
      host.obey(client, frame);
    } else host.obey(client, frame);
  }

  #letGo(client: Client, host: Host): void {
    this.drop(client);
    host.left();
  }

  #accept(listener: number): void {
    try {
      this.#list.add(new Client(accept4(listener), this.#timers));
    } catch (error) {
      if (!isErrno(error, 'EAGAIN', 'ECONNABORTED', 'EMFILE', 'ENFILE', 'ENOMEM')) throw error; // it is gone, or tries again
    }
  }
}
