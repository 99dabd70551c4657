// The protocol between a shim and its client (the CLI), on one stream socket: frames of a type, a length and a payload.
//
//     01  05 00 00 00  68 65 6c 6c 6f        stdin, 5 bytes: "hello"
//     ^type ^length, little-endian ^payload
//
// What a program reads and writes travels as raw bytes, all else as JSON. The client may have at most STDIN_WINDOW bytes
// of stdin under way that the program has not taken, so stdin never stands before a signal in the queue.

import type { Failure } from './failure.ts';

/** What the frames with JSON say. */
export interface Payloads {
  /** client → shim: the client's terminal has this size, in characters. */
  resize: { rows: number; columns: number };
  signal: { signal: number };
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

export type FrameType = 'stdin' | 'stdin-end' | 'stdout' | 'stderr' | keyof Payloads;

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
  #rest: Buffer = Buffer.alloc(0);

  /**
   * The frames that `chunk` completes. Their payloads may share its memory.
   * @throws RangeError for what is no frame.
   */
  push(chunk: Buffer): Frame[] {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const frames: Frame[] = [];
    let at = 0;
    while (bytes.length - at >= HEADER_SIZE) {
      const { type, end } = readHeader(bytes, at);
      if (end > bytes.length) break;
      frames.push({ type, payload: bytes.subarray(at + HEADER_SIZE, end) });
      at = end;
    }
    this.#rest = Buffer.from(bytes.subarray(at)); // a copy: the caller may fill its chunk anew
    return frames;
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
