// The command line's side of a running container: an ordinary asynchronous Node program that passes its own standard
// input, output, signals and terminal size to the shim, and hears from it how the program ended.

import { Socket } from 'node:net';
import { SIGNALS } from '../linux/constants.ts';
import { decodeJson, encodeFrame, encodeJson, type Frame, FrameDecoder, type Payloads } from './frames.ts';
import { StartError } from './failure.ts';

export interface AttachOptions {
  /** Pass stdin on (-i). */
  interactive: boolean;
  /** The program has a terminal (-t): ours becomes raw, so that every key reaches it. */
  terminal: boolean;
  /** Takes sentences for the user. */
  notice: (sentence: string) => void;
}

/** Signals that mean something to us alone, or cannot be caught. */
const NOT_FORWARDED = new Set(['SIGKILL', 'SIGSTOP', 'SIGCHLD', 'SIGURG', 'SIGWINCH', 'SIGPIPE', 'SIGSEGV', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGSYS', 'SIGPROF', 'SIGVTALRM', 'SIGTTIN', 'SIGTTOU', 'SIGTSTP']);

/**
 * Stays with the container until its program has ended.
 * @returns how it ended. @throws StartError when it could not be started, Error when the shim vanished.
 */
export async function attach(socketFd: number, options: AttachOptions): Promise<Payloads['exited']> {
  const socket = new Socket({ fd: socketFd, readable: true, writable: true });
  const release: (() => void)[] = [];
  try {
    return await new Promise<Payloads['exited']>((resolve, reject) => {
      const decoder = new FrameDecoder();
      socket.on('data', (bytes: Buffer) => {
        for (const frame of decoder.push(bytes)) handleFrame(frame, socket, options, release, resolve, reject);
      });
      socket.on('error', reject);
      socket.on('close', () => reject(new Error('the shim of the container was killed, and the container with it')));
      forwardSignals(socket, release);
    });
  } finally {
    for (const undo of release) undo();
    socket.destroy();
  }
}

function handleFrame(
  frame: Frame,
  socket: Socket,
  options: AttachOptions,
  release: (() => void)[],
  resolve: (exited: Payloads['exited']) => void,
  reject: (error: Error) => void,
): void {
  const { type } = frame;
  if (type === 'stdout' || type === 'stderr') return output(frame, socket);
  if (type === 'notice') return options.notice(decodeJson({ ...frame, type }).sentence);
  if (type === 'started') return connectTerminal(socket, options, release);
  if (type === 'failed') return reject(new StartError(decodeJson({ ...frame, type })));
  if (type === 'exited') afterOutput(() => resolve(decodeJson({ ...frame, type })));
}

/** A slow reader of ours makes us stop reading from the shim, and that makes the program wait. */
function output({ type, payload }: Frame, socket: Socket): void {
  const stream = type === 'stdout' ? process.stdout : process.stderr;
  if (stream.write(payload)) return;
  socket.pause();
  stream.once('drain', () => socket.resume());
}

function afterOutput(then: () => void): void {
  process.stdout.write('', () => process.stderr.write('', () => then()));
}

/** From the program's start on: keys and bytes go to it, and the size of our window. */
function connectTerminal(socket: Socket, { interactive, terminal }: AttachOptions, release: (() => void)[]): void {
  // Nobody reads our output any more: the program is told as a pipe would tell it, and we go.
  process.stdout.on('error', () => sendSignal(socket, SIGNALS.SIGPIPE));
  if (terminal && process.stdout.isTTY) {
    const sendSize = () => {
      socket.write(encodeJson('resize', { rows: process.stdout.rows, columns: process.stdout.columns }));
    };
    sendSize();
    process.on('SIGWINCH', sendSize);
    release.push(() => process.off('SIGWINCH', sendSize));
  }
  if (interactive) connectInput(socket, terminal, release);
}

function connectInput(socket: Socket, terminal: boolean, release: (() => void)[]): void {
  const { stdin } = process;
  if (terminal && stdin.isTTY) {
    stdin.setRawMode(true);
    release.push(() => stdin.setRawMode(false));
  }
  stdin.on('data', (bytes: Buffer) => {
    if (socket.write(encodeFrame('stdin', bytes))) return;
    stdin.pause();
    socket.once('drain', () => stdin.resume());
  });
  const end = () => void socket.write(encodeFrame('stdin-end'));
  stdin.on('end', end);
  stdin.on('error', end);
  release.push(() => stdin.destroy());
}

function forwardSignals(socket: Socket, release: (() => void)[]): void {
  for (const [name, number] of Object.entries(SIGNALS)) {
    if (NOT_FORWARDED.has(name)) continue;
    const forward = () => sendSignal(socket, number);
    try {
      process.on(name as NodeJS.Signals, forward);
      release.push(() => process.off(name as NodeJS.Signals, forward));
    } catch {
      // A signal that Node keeps for itself.
    }
  }
}

function sendSignal(socket: Socket, signal: number): void {
  if (socket.writable) socket.write(encodeJson('signal', { signal }));
}
