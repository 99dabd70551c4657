// The shim's loop: it carries a program's output to the client and the client's input to the program, until the program
// has ended. One thread, no event loop, and nothing in it may wait but poll.
//
//     program's stdout, stderr (or its terminal) → client: read only when the client has taken all that came before
//     client's stdin → program's stdin (or its terminal): the client sends no more than STDIN_WINDOW ahead
//
// So each side is slowed down by the other, memory stays flat, and signals are heard at all times.

import type { ShimStdio } from '../exec/stdio.ts';
import { POLLIN, POLLOUT, SIGKILL } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { ERRNO } from '../linux/errno.ts';
import { close, tryRead } from '../linux/files.ts';
import { type PollEntry, poll } from '../linux/poll.ts';
import { pidfd_send_signal, type WaitStatus, waitpid } from '../linux/process.ts';
import { readSignal } from '../linux/signals.ts';
import { setTerminalSize } from '../linux/terminal.ts';
import { deafSentence, isDeafTo } from './deaf.ts';
import {
  decodeJson,
  encodeJson,
  type Frame,
  FrameDecoder,
  HEADER_SIZE,
  LARGEST_PAYLOAD,
  type Payloads,
  writeHeader,
} from './frames.ts';
import { Outlet } from './outlet.ts';

export interface Session {
  /** The program, a child of this process. */
  pid: number;
  pidfd: number;
  /** Its pipes, or the other end of its terminal. They are closed at the end. */
  stdio: ShimStdio | { master: number };
  /** The client's socket. Without one, or when it is gone, output is thrown away. */
  client?: Outlet | undefined;
  /** The program is killed when the client is gone; else it runs on. */
  endsWithClient?: boolean;
  /** A signalfd, and what to do with each signal that comes to the shim itself. */
  signalFd?: number | undefined;
  onSignal?: (signal: number) => void;
  /** A pidfd of the container's first process, where that is another one: the program is killed when it ends. */
  containerFd?: number;
  /** What ends the program that takes no notice of a signal: a sentence for the user. */
  cure: string;
  /** Called when nothing else has happened for a second. */
  everySecond?: (() => void) | undefined;
}

/**
 * Carries on until the program has ended and its output is read to the end. What the client has not taken by then waits
 * in its outlet: after the last frame, flush() it.
 * @returns how the program ended.
 */
export function relay(session: Session): WaitStatus {
  const loop = new Loop(session);
  while (!loop.hasEnded) {
    const watches = loop.watches();
    const events = poll(watches, session.everySecond ? 1000 : -1);
    for (const [index, watch] of watches.entries()) if (events[index] !== 0) watch.act();
    if (events.every((event) => event === 0)) session.everySecond?.();
  }
  loop.drain();
  loop.close();
  return waitpid(session.pid).status;
}

interface Watch extends PollEntry {
  act: () => void;
}

interface Source {
  fd: number;
  stream: 'stdout' | 'stderr';
  isOpen: boolean;
}

/** What is read of a stream after the program's end at most, in bytes: as much as a pipe can hold (man 7 pipe). */
const DRAIN_LIMIT = 1024 * 1024;

class Loop {
  hasEnded = false;
  readonly #session: Session;
  readonly #sources: Source[];
  readonly #decoder = new FrameDecoder();
  readonly #frame = Buffer.alloc(HEADER_SIZE + LARGEST_PAYLOAD);
  readonly #received = Buffer.alloc(LARGEST_PAYLOAD);
  /** The client while it is there. */
  #client: Outlet | undefined;
  #stdin: Outlet | undefined;
  #stdinIsComplete = false;
  #clientWasReady = false;
  /** Undefined once the container has ended. */
  #containerFd: number | undefined;
  readonly #unheard = new Set<number>();

  constructor(session: Session) {
    this.#session = session;
    this.#client = session.client;
    this.#containerFd = session.containerFd;
    const { stdin, stdout, stderr } = streamsOf(session);
    this.#stdin = stdin === undefined ? undefined : new Outlet(stdin);
    this.#sources = [{ fd: stdout, stream: 'stdout', isOpen: true }];
    if (stderr !== undefined) this.#sources.push({ fd: stderr, stream: 'stderr', isOpen: true });
  }

  /** What to wait for now. Signals come first: nothing that a client does or leaves undone keeps them waiting. */
  watches(): Watch[] {
    const { signalFd, pidfd } = this.#session;
    const [client, stdin] = [this.#client, this.#stdin];
    const watches: Watch[] = [];
    const watch = (fd: number, events: number, act: () => void) => watches.push({ fd, events, act });
    if (signalFd !== undefined) watch(signalFd, POLLIN, () => this.#takeSignals(signalFd));
    watch(pidfd, POLLIN, () => this.#end());
    if (this.#containerFd !== undefined) watch(this.#containerFd, POLLIN, () => this.#endWithContainer());
    if (client) watch(client.fd, POLLIN, () => this.#receive(client));
    if (client && !client.isEmpty) watch(client.fd, POLLOUT, () => client.pump());
    if (stdin && !stdin.isEmpty) watch(stdin.fd, POLLOUT, () => this.#feed(stdin));
    if (client && !client.isEmpty) return watches;
    for (const source of this.#sources) if (source.isOpen) watch(source.fd, POLLIN, () => this.#carry(source));
    return watches;
  }

  /** Reads what the program left in its pipes. A grandchild that goes on writing is not waited for. */
  drain(): void {
    for (const source of this.#sources) {
      for (let total = 0; source.isOpen && total < DRAIN_LIMIT; ) {
        const count = this.#carry(source);
        if (count === 0) break;
        total += count;
      }
    }
  }

  close(): void {
    const fds = new Set(this.#sources.filter(({ isOpen }) => isOpen).map(({ fd }) => fd));
    if (this.#stdin) fds.add(this.#stdin.fd);
    for (const fd of fds) close(fd);
  }

  #end(): void {
    this.hasEnded = true;
  }

  /** A PID namespace of its own, or its cgroup, would have ended the program too; but it need not have either. */
  #endWithContainer(): void {
    this.#containerFd = undefined;
    this.#signal(SIGKILL);
  }

  #takeSignals(signalFd: number): void {
    for (let signal = readSignal(signalFd); signal !== undefined; signal = readSignal(signalFd)) {
      this.#session.onSignal?.(signal);
    }
  }

  /** One read of the program's output, sent on. @returns how many bytes: 0 when there are none now, or never again. */
  #carry(source: Source): number {
    if (!source.isOpen) return 0;
    const count = tryRead(source.fd, this.#frame.subarray(HEADER_SIZE));
    if (count === -ERRNO.EAGAIN || count === -ERRNO.EINTR) return 0;
    if (count <= 0) return this.#closeSource(source); // EIO: no program has the terminal open any more
    writeHeader(this.#frame, source.stream, count);
    this.#client?.send(this.#frame.subarray(0, HEADER_SIZE + count));
    return count;
  }

  #closeSource(source: Source): 0 {
    source.isOpen = false;
    if (this.#stdin?.fd === source.fd) this.#stdin = undefined;
    close(source.fd);
    return 0;
  }

  #receive(client: Outlet): void {
    const count = tryRead(client.fd, this.#received);
    if (count === -ERRNO.EAGAIN || count === -ERRNO.EINTR) return;
    if (count <= 0) this.#loseClient(client);
    else for (const frame of this.#decoder.push(this.#received.subarray(0, count))) this.#obey(frame);
  }

  /**
   * As a rule the program runs on: it reads the end of its input, and what it writes is thrown away. But a Ctrl-C that
   * came before the client could pass it on has ended the client, and was meant for the program.
   */
  #loseClient(client: Outlet): void {
    if (this.#session.endsWithClient || !this.#clientWasReady) this.#signal(SIGKILL);
    client.abandon();
    this.#client = undefined;
    this.#completeStdin();
  }

  #obey(frame: Frame): void {
    const { type, payload } = frame;
    if (type === 'ready') this.#clientWasReady = true;
    else if (type === 'stdin') this.#takeStdin(payload);
    else if (type === 'stdin-end') this.#completeStdin();
    else if (type === 'signal') this.#signal(decodeJson({ type, payload }).signal);
    else if (type === 'resize') this.#resize(decodeJson({ type, payload }));
    else if (type === 'output-closed') this.#closeStream(decodeJson({ type, payload }).stream);
  }

  #takeStdin(bytes: Buffer): void {
    if (!this.#stdin || this.#stdinIsComplete) return;
    const before = this.#stdin.pendingBytes + bytes.length;
    this.#stdin.send(bytes);
    this.#report(this.#stdin, before);
  }

  #feed(stdin: Outlet): void {
    const before = stdin.pendingBytes;
    stdin.pump();
    this.#report(stdin, before);
  }

  /** Tells the client how much it may send now. When the program has closed its stdin, that is nothing for ever. */
  #report(stdin: Outlet, before: number): void {
    const bytes = before - stdin.pendingBytes;
    if (bytes > 0 && !stdin.isBroken) this.#client?.send(encodeJson('stdin-taken', { bytes }));
    if (this.#stdinIsComplete) this.#completeStdin();
  }

  /** Closes the program's stdin once all is written. A terminal has no such end: its user types Ctrl-D. */
  #completeStdin(): void {
    this.#stdinIsComplete = true;
    if (!this.#stdin?.isEmpty || 'master' in this.#session.stdio) return;
    close(this.#stdin.fd);
    this.#stdin = undefined;
  }

  #signal(signal: number): void {
    if (isDeafTo(this.#session.pid, signal) && !this.#unheard.has(signal)) {
      this.#unheard.add(signal); // once is enough
      this.#client?.send(encodeJson('notice', { sentence: deafSentence(signal, this.#session.cure) }));
    }
    try {
      pidfd_send_signal(this.#session.pidfd, signal);
    } catch (error) {
      if (!isErrno(error, 'ESRCH', 'EINVAL')) throw error; // it has just ended; the client asked for no real signal
    }
  }

  #resize(size: Payloads['resize']): void {
    const { stdio } = this.#session;
    if ('master' in stdio && this.#stdin) setTerminalSize(stdio.master, size);
  }

  /** The program that writes on gets EPIPE, or a hang-up of its terminal: as if it were piped to that reader itself. */
  #closeStream(stream: Source['stream']): void {
    const source = this.#sources.find((candidate) => candidate.stream === stream);
    if (source?.isOpen) this.#closeSource(source);
  }
}

/** A terminal is all three in one. */
function streamsOf({ stdio }: Session): { stdin?: number | undefined; stdout: number; stderr?: number } {
  return 'master' in stdio ? { stdin: stdio.master, stdout: stdio.master } : stdio;
}
