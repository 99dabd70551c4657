// The command line's side of a running container: an ordinary asynchronous Node program that passes its own standard
// input, output, signals and terminal size to the shim, and hears from it how the program ended. Its user may leave before
// that, by the detach keys; the program runs on then.

import { isatty, type TerminalSize } from '../linux/terminal.ts';
import { receive, Sender } from './client-socket.ts';
import { DetachKeys } from './detach-keys.ts';
import { StartError, VanishedError } from './failure.ts';
import {
  decodeJson,
  encodeFrame,
  encodeJson,
  type Frame,
  FrameDecoder,
  type Payloads,
  type Streams,
} from './frames.ts';
import { Input } from './input.ts';
import { Output } from './output.ts';
import { catchSignals } from './own-signals.ts';
import { adoptTerminal } from './own-terminal.ts';

export interface AttachOptions {
  /** Pass stdin on (-i). */
  interactive: boolean;
  /** What we ask of a shim that we have come to; without it we are those that have started the program, and get all. */
  wants?: Streams;
  /** The keys by which the user leaves, where the program has a terminal. */
  detachKeys?: Buffer | undefined;
  /** Pass signals on. Else one that ends us leaves the program running. */
  passSignals: boolean;
  /** Takes sentences for the user. */
  notice: (sentence: string) => void;
}

/** How we have parted from a program: it has ended, or we have left. */
export type Parting = Payloads['exited'] | 'detached';

/**
 * Stays with the container until its program has ended and all its output is written, or until the user leaves.
 * @param socketFd the socket to the shim.
 * @returns how the program ended. @throws StartError when it could not be started, Error when the shim vanished.
 */
export async function attach(socketFd: number, options: AttachOptions): Promise<Parting> {
  using session = new ClientSession(new Sender(socketFd), options);
  return await Promise.race([session.untilLeft, untilEnd(socketFd, session)]);
}

async function untilEnd(socketFd: number, session: ClientSession): Promise<Parting> {
  const decoder = new FrameDecoder();
  for await (const bytes of receive(socketFd)) {
    for (const frame of decoder.push(bytes)) {
      const end = await session.handle(frame);
      if (end) return end;
    }
  }
  if (session.isLeaving) return 'detached'; // the shim has let us go before we knew that it has our word
  throw new VanishedError();
}

class ClientSession {
  /** Resolves when the user has typed the detach keys, and the shim has been told. */
  readonly untilLeft: Promise<'detached'>;
  /** The shim is being told. */
  isLeaving = false;
  readonly #options: AttachOptions;
  readonly #send: (frame: Buffer) => void;
  readonly #leave: () => void;
  readonly #stdout: Output;
  readonly #stderr: Output;
  readonly #release = new DisposableStack();
  #input: Input | undefined;

  constructor(sender: Sender, options: AttachOptions) {
    const { promise, resolve } = Promise.withResolvers<'detached'>();
    this.untilLeft = promise;
    this.#options = options;
    this.#send = (frame) => void sender.send(frame);
    this.#leave = () => {
      this.isLeaving = true;
      void sender.send(encodeFrame('detach')).then(() => resolve('detached'));
    };
    this.#stdout = new Output(1, (error) => this.#tellClosed('stdout', error));
    this.#stderr = new Output(2, (error) => this.#tellClosed('stderr', error));
    this.#release.use(catchSignals((signal) => this.#take(signal)));
    this.#send(options.wants ? encodeJson('attach', options.wants) : encodeFrame('ready'));
  }

  /** Does what the frame says; the output of a frame is written before the next one is looked at. */
  async handle({ type, payload }: Frame): Promise<Payloads['exited'] | undefined> {
    if (type === 'stdout') await this.#stdout.write(payload);
    if (type === 'stderr') await this.#stderr.write(payload);
    if (type === 'stdin-taken') this.#input?.taken(decodeJson({ type, payload }).bytes);
    if (type === 'notice') this.#options.notice(decodeJson({ type, payload }).sentence);
    if (type === 'started') this.#start(decodeJson({ type, payload }).terminal);
    if (type === 'failed') throw new StartError(decodeJson({ type, payload }));
    if (type !== 'exited') return undefined;
    return decodeJson({ type, payload });
  }

  #take(signal: number): void {
    if (this.#options.passSignals) return void this.#send(encodeJson('signal', { signal }));
    this[Symbol.dispose](); // the terminal is put back, and signals do what they do to anyone
    process.kill(process.pid, signal);
  }

  /**
   * From the program's start on keys and bytes go to it, and the size of our window. If it has a terminal, ours becomes
   * raw, so that every key reaches it.
   */
  #start(terminal: boolean): void {
    const { interactive, detachKeys, wants } = this.#options;
    if (terminal) {
      const raw = interactive && isatty(0);
      const resized = (size: TerminalSize) => this.#send(encodeJson('resize', size));
      this.#release.use(adoptTerminal({ raw, redraws: wants !== undefined, resized }));
    }
    if (!interactive) return;
    const send = (type: 'stdin' | 'stdin-end', data?: Buffer) => this.#send(encodeFrame(type, data));
    const keys = terminal && detachKeys ? new DetachKeys(detachKeys) : undefined;
    this.#input = this.#release.use(new Input(0, { send, keys, leave: this.#leave }));
  }

  /** Nobody reads our output any more: the program shall see what it would see in a pipeline. */
  #tellClosed(stream: 'stdout' | 'stderr', error: NodeJS.ErrnoException): void {
    if (error.code !== 'EPIPE') this.#options.notice(`${stream}: ${error.message}`);
    if (this.#options.wants) return this.#leave(); // it is not our program
    this.#send(encodeJson('output-closed', { stream }));
  }

  [Symbol.dispose](): void {
    this.#release.dispose();
  }
}
