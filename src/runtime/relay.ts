// The shim's loop: it carries a program's output to the log and to the clients, and their input to the program, until the
// program has ended. One thread, no event loop, and nothing in it may wait but poll.
//
//     program's stdout, stderr (or its terminal) → log, clients: read only when the clients have taken all that came before
//     clients' stdin → program's stdin (or its terminal): a client sends no more than STDIN_WINDOW ahead
//
// So each side is slowed down by the other, memory stays flat, and signals are heard at all times.

import type { ShimStdio } from '../exec/stdio.ts';
import { POLLIN, POLLOUT, SIGKILL, SIGNALS } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { ERRNO } from '../linux/errno.ts';
import { close, tryRead } from '../linux/files.ts';
import { pidfd_send_signal, type WaitStatus, waitpid } from '../linux/process.ts';
import { readSignal } from '../linux/signals.ts';
import { setTerminalSize } from '../linux/terminal.ts';
import type { Client, Clients, Host } from './clients.ts';
import { deafSentence, isDeafTo } from './deaf.ts';
import {
  decodeJson,
  encodeFrame,
  encodeJson,
  type Frame,
  HEADER_SIZE,
  LARGEST_PAYLOAD,
  type Payloads,
  writeHeader,
} from './frames.ts';
import type { Log } from './log.ts';
import { Outlet } from './outlet.ts';
import type { Timers } from './timers.ts';
import { turn, type Watch } from './watch.ts';

export interface Session {
  /** The program, a child of this process. */
  pid: number;
  pidfd: number;
  /** Its pipes, or the other end of its terminal. They are closed at the end. */
  stdio: ShimStdio | { master: number };
  /** Who looks on. Without any, output goes to the log alone. */
  clients: Clients;
  timers: Timers;
  log?: Log | undefined;
  /** The program's stdin ends with the client that writes to it. */
  stdinOnce: boolean;
  /** The program is killed when the client that has started it is gone; else it runs on. */
  endsWithClient?: boolean;
  /** A signalfd, and what to do with each signal that comes to the shim itself. */
  signalFd?: number | undefined;
  onSignal?: (signal: number) => void;
  /** A pidfd of the container's first process, where that is another one: the program is killed when it ends. */
  containerFd?: number;
  /** The container's id. */
  id: string;
  /** What ends the program that takes no notice of a signal: a sentence for the user. */
  cure: string;
  /** How it is ended by whoever asks for that. */
  stop?: StopManner;
  /** Is told that somebody has come to look on, or has left. */
  visited?: (action: 'attach' | 'detach') => void;
  /** What else the shim waits for meanwhile. */
  others?: () => Watch[];
}

/** How a container is stopped. */
export interface StopManner {
  /** The signal that asks the program to end. */
  signal: number;
  /** How long it has for that; -1 is for ever. */
  timeoutMs: number;
  /** A frozen program gets no signal. */
  thaw: () => void;
  /** Is told of each signal that somebody sends. */
  signalled: (signal: number) => void;
}

export interface RelayEnd {
  status: WaitStatus;
  /** How somebody has asked for the end, if anybody has. */
  wasStopped: 'stop' | 'kill' | undefined;
}

/** Carries on until the program has ended and its output is read to the end. @returns how it ended. */
export function relay(session: Session): RelayEnd {
  const loop = new Loop(session);
  while (!loop.hasEnded) turn(loop.watches(), session.timers);
  loop.drain();
  loop.close();
  session.timers.clear(STOP_TIMER);
  return { status: waitpid(session.pid).status, wasStopped: loop.wasStopped };
}

interface Source {
  fd: number;
  stream: 'stdout' | 'stderr';
  isOpen: boolean;
}

/** What is read of a stream after the program's end at most, in bytes: as much as a pipe can hold (man 7 pipe). */
const DRAIN_LIMIT = 1024 * 1024;

const STOP_TIMER = 'stop';

class Loop implements Host {
  hasEnded = false;
  wasStopped: RelayEnd['wasStopped'];
  readonly #session: Session;
  readonly #sources: Source[];
  readonly #frame = Buffer.alloc(HEADER_SIZE + LARGEST_PAYLOAD);
  #stdin: Outlet | undefined;
  #stdinIsComplete = false;
  #isKilled = false;
  /** Whose bytes wait for the program to read them, in order. */
  readonly #typed: { client: Client; bytes: number }[] = [];
  /** Undefined once the container has ended. */
  #containerFd: number | undefined;
  readonly #unheard = new Set<number>();

  constructor(session: Session) {
    this.#session = session;
    this.#containerFd = session.containerFd;
    const { stdin, stdout, stderr } = streamsOf(session);
    this.#stdin = stdin === undefined ? undefined : new Outlet(stdin);
    this.#sources = [{ fd: stdout, stream: 'stdout', isOpen: true }];
    if (stderr !== undefined) this.#sources.push({ fd: stderr, stream: 'stderr', isOpen: true });
  }

  /** What to wait for now. Signals come first: nothing that a client does or leaves undone keeps them waiting. */
  watches(): Watch[] {
    const { signalFd, pidfd, clients, others } = this.#session;
    const stdin = this.#stdin;
    const watches: Watch[] = [];
    const watch = (fd: number, events: number, act: () => void) => watches.push({ fd, events, act });
    if (signalFd !== undefined) watch(signalFd, POLLIN, () => this.#takeSignals(signalFd));
    watch(pidfd, POLLIN, () => this.#end());
    if (this.#containerFd !== undefined) watch(this.#containerFd, POLLIN, () => this.#endWithContainer());
    watches.push(...clients.watches(this), ...(others?.() ?? []));
    if (stdin && !stdin.isEmpty) watch(stdin.fd, POLLOUT, () => this.#feed(stdin));
    if (!clients.areServed) return watches;
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
    const { log } = this.#session;
    const open = this.#sources.filter(({ isOpen }) => isOpen);
    for (const { stream } of open) log?.end(stream);
    const fds = new Set(open.map(({ fd }) => fd));
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
      if (signal === SIGNALS.SIGTERM) this.wasStopped = 'kill'; // the machine is being shut down, or somebody wants the end
      this.#session.onSignal?.(signal);
    }
  }

  /** One read of the program's output, sent on. @returns how many bytes: 0 when there are none now, or never again. */
  #carry(source: Source): number {
    if (!source.isOpen) return 0;
    const { log, clients } = this.#session;
    const count = tryRead(source.fd, this.#frame.subarray(HEADER_SIZE));
    if (count === -ERRNO.EAGAIN || count === -ERRNO.EINTR) return 0;
    if (count <= 0) return this.#closeSource(source); // EIO: no program has the terminal open any more
    const frame = this.#frame.subarray(0, HEADER_SIZE + count);
    log?.write(source.stream, frame.subarray(HEADER_SIZE));
    writeHeader(frame, source.stream, count);
    clients.sendOutput(source.stream, frame, count);
    return count;
  }

  #closeSource(source: Source): 0 {
    source.isOpen = false;
    this.#session.log?.end(source.stream);
    if (this.#stdin?.fd === source.fd) this.#stdin = undefined;
    close(source.fd);
    return 0;
  }

  /**
   * As a rule the program runs on, and what it writes goes to the log. But a Ctrl-C that came before the client could pass
   * it on has ended the client, and was meant for the program.
   */
  lost(client: Client): void {
    const { endsWithClient, stdinOnce } = this.#session;
    if (client.isStarter && (endsWithClient || !client.isReady)) this.#signal(SIGKILL);
    if (client.wants.stdin && stdinOnce) this.#completeStdin();
  }

  left(): void {
    this.#session.visited?.('detach');
  }

  obey(client: Client, frame: Frame): void {
    const { type, payload } = frame;
    if (type === 'attach') this.#greet(client);
    else if (type === 'stdin') this.#takeStdin(client, payload);
    else if (type === 'stdin-end') this.#endStdin();
    else if (type === 'signal') this.#signal(decodeJson({ type, payload }).signal, client);
    else if (type === 'kill') this.#kill(client, decodeJson({ type, payload }).signal);
    else if (type === 'stop') this.#stop(client, decodeJson({ type, payload }));
    else if (type === 'resize') this.#resize(decodeJson({ type, payload }));
    else if (type === 'output-closed') this.#closeStream(client, decodeJson({ type, payload }).stream);
  }

  #greet(client: Client): void {
    const { pid, id, stdio, visited } = this.#session;
    visited?.('attach');
    client.send(encodeJson('started', { pid, id, terminal: 'master' in stdio }));
  }

  #takeStdin(client: Client, bytes: Buffer): void {
    if (!this.#stdin || this.#stdinIsComplete) return;
    const before = this.#stdin.pendingBytes + bytes.length;
    this.#typed.push({ client, bytes: bytes.length });
    this.#stdin.send(bytes);
    this.#report(this.#stdin, before);
  }

  #feed(stdin: Outlet): void {
    const before = stdin.pendingBytes;
    stdin.pump();
    this.#report(stdin, before);
  }

  /** Tells the clients how much they may send now. When the program has closed its stdin, that is nothing for ever. */
  #report(stdin: Outlet, before: number): void {
    const taken = stdin.isBroken ? 0 : before - stdin.pendingBytes;
    for (let rest = taken; rest > 0; ) {
      const [first] = this.#typed;
      if (first === undefined) break;
      const bytes = Math.min(rest, first.bytes);
      first.client.send(encodeJson('stdin-taken', { bytes }));
      rest -= bytes;
      first.bytes -= bytes;
      if (first.bytes === 0) this.#typed.shift();
    }
    if (this.#stdinIsComplete) this.#completeStdin();
  }

  #endStdin(): void {
    if (this.#session.stdinOnce) this.#completeStdin();
  }

  /** Closes the program's stdin once all is written. A terminal has no such end: its user types Ctrl-D. */
  #completeStdin(): void {
    this.#stdinIsComplete = true;
    if (!this.#stdin?.isEmpty || 'master' in this.#session.stdio) return;
    close(this.#stdin.fd);
    this.#stdin = undefined;
  }

  /** Asks the program to end, and sees to it that it does. The client hears of the end, but need not stay for it. */
  #stop(client: Client, { signal, timeoutMs }: Payloads['stop']): void {
    const { stop, timers } = this.#session;
    if (stop === undefined) return;
    client.waits = true;
    this.wasStopped = 'stop';
    const ms = timeoutMs ?? stop.timeoutMs;
    if (ms >= 0) timers.setAtLatest(STOP_TIMER, ms, () => this.#force());
    this.#signal(signal ?? stop.signal);
    stop.signalled(signal ?? stop.signal);
    stop.thaw();
  }

  #force(): void {
    this.#session.stop?.thaw();
    this.#signal(SIGKILL);
    this.#session.stop?.signalled(SIGKILL);
  }

  #kill(client: Client, signal: number): void {
    const { stop } = this.#session;
    const endsIt = signal === SIGKILL || signal === stop?.signal;
    if (endsIt) this.wasStopped = 'kill';
    this.#signal(signal, client);
    if (!this.#isKilled) stop?.signalled(signal); // `rm -f` asks again until the end is there
    this.#isKilled ||= signal === SIGKILL;
    if (endsIt) stop?.thaw();
    client.send(encodeFrame('done'));
  }

  /** @param client hears of it when the program takes no notice. */
  #signal(signal: number, client?: Client): void {
    if (client && isDeafTo(this.#session.pid, signal) && !this.#unheard.has(signal)) {
      this.#unheard.add(signal); // once is enough
      client.send(encodeJson('notice', { sentence: deafSentence(signal, this.#session.cure) }));
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

  /**
   * Whoever started the program does not read that stream any more. When nobody else does, the program that writes on gets
   * EPIPE, or a hang-up of its terminal: as if it were piped to that reader itself.
   */
  #closeStream(client: Client, stream: Source['stream']): void {
    client.wants = { ...client.wants, [stream]: false };
    if (!client.isStarter || this.#session.clients.isWantedByOthers(stream, client)) return;
    const source = this.#sources.find((candidate) => candidate.stream === stream);
    if (source?.isOpen) this.#closeSource(source);
  }
}

/** A terminal is all three in one. */
function streamsOf({ stdio }: Session): { stdin?: number | undefined; stdout: number; stderr?: number } {
  return 'master' in stdio ? { stdin: stdio.master, stdout: stdio.master } : stdio;
}
