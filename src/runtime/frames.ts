// The protocol between a shim and a client of its (the CLI), on one stream socket: frames of a type, a length and a payload.
//
//     01  05 00 00 00  68 65 6c 6c 6f        stdin, 5 bytes: "hello"
//     ^type ^length, little-endian ^payload
//
// What a program reads and writes travels as raw bytes, all else as JSON. The client may have at most STDIN_WINDOW bytes
// of stdin under way that the program has not taken, so stdin never stands before a signal in the queue.

import type { Failure } from './failure.ts';

/** Which of a program's streams a client has to do with. */
export interface Streams {
  stdin: boolean;
  stdout: boolean;
  stderr: boolean;
}

/** What the frames with JSON say. */
export interface Payloads {
  /** client → shim: it wants these streams from now on. */
  attach: Streams;
  /** The client's terminal has this size, in characters. */
  resize: { rows: number; columns: number };
  signal: { signal: number };
  /** End the program: by this signal (without one, by that of its image), and by force when it takes longer than that. */
  stop: { signal?: number | undefined; timeoutMs?: number | undefined };
  /** As `signal`, but the client wants to know whether it was sent: it hears `done`, or `failed`. */
  kill: { signal: number };
  /** Nobody reads that stream any more: writing to it shall fail for the program too. */
  'output-closed': { stream: 'stdout' | 'stderr' };
  /** shim → client: so many bytes of stdin went to the program. */
  'stdin-taken': { bytes: number };
  /** A sentence for the user. */
  notice: { sentence: string };
  started: { pid: number; id: string; terminal: boolean };
  /** `exitCode` is 128 + signal for a program that a signal ended. */
  exited: { exitCode: number; signal?: number; oomKilled?: boolean };
  failed: Failure;
}

/**
 * `ready` is the client's word that it passes signals on from now: a signal that ends it earlier was for the program.
 * `detach` is that it goes and leaves the program's stdin open. `done` is the shim's answer to `kill`. A client that has
 * said `wait`, `attach` or `stop` hears of the program's end.
 */
export type FrameType =
  | 'ready'
  | 'wait'
  | 'detach'
  | 'stdin'
  | 'stdin-end'
  | 'stdout'
  | 'stderr'
  | 'done'
  | keyof Payloads;

export interface Frame {
  type: FrameType;
  payload: Buffer;
}

/** In bytes. */
export const HEADER_SIZE = 5;
export const LARGEST_PAYLOAD = 64 * 1024;
export const STDIN_WINDOW = 4 * LARGEST_PAYLOAD;

const NUMBERS: Record<FrameType, number> = {
  stdin: 1,
  'stdin-end': 2,
  resize: 3,
  signal: 4,
  'output-closed': 5,
  stdout: 6,
  stderr: 7,
  'stdin-taken': 8,
  notice: 9,
  started: 10,
  exited: 11,
  failed: 12,
  ready: 13,
  attach: 14,
  wait: 15,
  detach: 16,
  stop: 17,
  kill: 18,
  done: 19,
};

const TYPES = new Map(Object.entries(NUMBERS).map(([type, number]) => [number, type as FrameType]));

/** Writes the header of a frame whose payload of `length` bytes follows in the same buffer. */
export function writeHeader(buffer: Buffer, type: FrameType, length: number): void {
  buffer.writeUInt8(NUMBERS[type], 0);
  buffer.writeUInt32LE(length, 1);
}

/**
 * A frame as bytes.
 * @throws RangeError for a payload above LARGEST_PAYLOAD.
 */
export function encodeFrame(type: FrameType, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  if (payload.length > LARGEST_PAYLOAD) throw new RangeError(`a ${type} frame of ${payload.length} bytes`);
  const header = Buffer.alloc(HEADER_SIZE);
  writeHeader(header, type, payload.length);
  return Buffer.concat([header, payload]);
}

export function encodeJson<T extends keyof Payloads>(type: T, value: Payloads[T]): Buffer {
  return encodeFrame(type, Buffer.from(JSON.stringify(value)));
}

export function decodeJson<T extends keyof Payloads>({ payload }: { type: T; payload: Buffer }): Payloads[T] {
  return JSON.parse(payload.toString()) as Payloads[T];
}

/** Puts frames together again, however the socket cut them. */
export class FrameDecoder {
  /** What came and was no whole frame yet lies from #start to #end. */
  #bytes = Buffer.alloc(4 * LARGEST_PAYLOAD);
  #start = 0;
  #end = 0;

  /**
   * The frames that `chunk` completes. Their payloads lie in this decoder's memory, until the next push.
   * @throws RangeError for what is no frame.
   */
  push(chunk: Buffer): Frame[] {
    this.#append(chunk);
    const frames: Frame[] = [];
    while (this.#end - this.#start >= HEADER_SIZE) {
      const { type, end } = readHeader(this.#bytes, this.#start);
      if (end > this.#end) break;
      frames.push({ type, payload: this.#bytes.subarray(this.#start + HEADER_SIZE, end) });
      this.#start = end;
    }
    return frames;
  }

  #append(chunk: Buffer): void {
    this.#bytes.copyWithin(0, this.#start, this.#end);
    this.#end -= this.#start;
    this.#start = 0;
    if (this.#end + chunk.length > this.#bytes.length) {
      this.#bytes = Buffer.concat([this.#bytes.subarray(0, this.#end)], this.#end + chunk.length);
    }
    this.#end += chunk.copy(this.#bytes, this.#end);
  }
}

function readHeader(bytes: Buffer, at: number): { type: FrameType; end: number } {
  const number = bytes.readUInt8(at);
  const length = bytes.readUInt32LE(at + 1);
  const type = TYPES.get(number);
  if (type === undefined) throw new RangeError(`a frame of type ${number}`);
  if (length > LARGEST_PAYLOAD) throw new RangeError(`a frame of ${length} bytes`);
  return { type, end: at + HEADER_SIZE + length };
}
