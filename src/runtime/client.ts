// The command line's side of a running container: an ordinary asynchronous Node program that passes its own standard
// input, output, signals and terminal size to the shim, and hears from it how the program ended.

import { isatty } from '../linux/terminal.ts';
import { receive, Sender } from './client-socket.ts';
import { StartError } from './failure.ts';
import { decodeJson, encodeFrame, encodeJson, type Frame, FrameDecoder, type Payloads } from './frames.ts';
import { Input } from './input.ts';
import { Output } from './output.ts';
import { catchSignals } from './own-signals.ts';
import { adoptTerminal } from './own-terminal.ts';

export interface AttachOptions {
  /** Pass stdin on (-i). */
  interactive: boolean;
  /** Pass signals on. Else one that ends us leaves the program running. */
  passSignals: boolean;
  /** Takes sentences for the user. */
  notice: (sentence: string) => void;
}

/**
 * Stays with the container until its program has ended and all its output is written.
 * @param socketFd the socket to the shim. It is closed at the end.
 * @returns how the program ended. @throws StartError when it could not be started, Error when the shim vanished.
 */
export async function attach(socketFd: number, options: AttachOptions): Promise<Payloads['exited']> {
  using session = new ClientSession(new Sender(socketFd), options);
  const decoder = new FrameDecoder();
  for await (const bytes of receive(socketFd)) {
    for (const frame of decoder.push(bytes)) {
      const end = await session.handle(frame);
      if (end) return end;
    }
  }
  throw new Error('the shim of the container was killed, and the container with it');
}

class ClientSession {
  readonly #options: AttachOptions;
  readonly #send: (frame: Buffer) => void;
  readonly #stdout: Output;
  readonly #stderr: Output;
  readonly #release = new DisposableStack();
  #input: Input | undefined;

  constructor(sender: Sender, options: AttachOptions) {
    this.#options = options;
    this.#send = (frame) => sender.send(frame);
    this.#stdout = new Output(1, (error) => this.#tellClosed('stdout', error));
    this.#stderr = new Output(2, (error) => this.#tellClosed('stderr', error));
    this.#release.use(catchSignals((signal) => this.#take(signal)));
    this.#send(encodeFrame('ready'));
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
    const { interactive } = this.#options;
    if (terminal) {
      const raw = interactive && isatty(0);
      this.#release.use(adoptTerminal({ raw, resized: (size) => this.#send(encodeJson('resize', size)) }));
    }
    if (interactive) this.#input = this.#release.use(new Input(0, (type, data) => this.#send(encodeFrame(type, data))));
  }

  /** Nobody reads our output any more: the program shall see what it would see in a pipeline. */
  #tellClosed(stream: 'stdout' | 'stderr', error: NodeJS.ErrnoException): void {
    if (error.code !== 'EPIPE') this.#options.notice(`${stream}: ${error.message}`);
    this.#send(encodeJson('output-closed', { stream }));
  }

  [Symbol.dispose](): void {
    this.#release.dispose();
  }
}
