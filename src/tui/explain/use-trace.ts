// Runs `slipway run` with its calls written to a file, and reads them as they come.

import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useEffect, useRef, useState } from 'react';
import { SLIPWAY } from '../../learn/home.ts';
import { type Call, parseCalls } from './call.ts';

export interface Trace {
  calls: readonly Call[];
  isRunning: boolean;
  /** Of the program and of slipway. */
  output: string;
  exitCode: number | undefined;
  start(words: readonly string[]): void;
}

const READ_EVERY_MS = 50;

export function useTrace(): Trace {
  const [calls, setCalls] = useState<readonly Call[]>([]);
  const [output, setOutput] = useState('');
  const [isRunning, setRunning] = useState(false);
  const [exitCode, setExitCode] = useState<number>();
  /** Ends the run; undefined when there is none. */
  const stop = useRef<() => void>(undefined);
  useEffect(() => () => stop.current?.(), []);

  const start = (words: readonly string[]) => {
    if (stop.current) return;
    const folder = mkdtempSync(join(tmpdir(), 'slipway-explain-'));
    const file = join(folder, 'calls');
    closeSync(openSync(file, 'w'));
    const follower = new Follower(file, (more) => setCalls((before) => [...before, ...more]));
    const idFile = join(folder, 'id');
    const flags = ['run', '--rm', '--explain=json', '--explain-file', file, '--cidfile', idFile];
    const running = spawn(SLIPWAY, [...flags, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
    stop.current = () => {
      running.kill();
      if (existsSync(idFile)) removeContainer(readFileSync(idFile, 'utf8'));
      rmSync(folder, { recursive: true, force: true });
    };
    setCalls([]);
    setOutput('');
    setExitCode(undefined);
    setRunning(true);
    const hear = (bytes: Buffer) => setOutput((before) => before + bytes);
    running.stdout.on('data', hear);
    running.stderr.on('data', hear);
    const end = (code: number) => {
      follower.end();
      rmSync(folder, { recursive: true, force: true });
      stop.current = undefined;
      setExitCode(code);
      setRunning(false);
    };
    running.on('error', () => end(127));
    running.on('close', (code) => end(code ?? 137));
  };
  return { calls, isRunning, output, exitCode, start };
}

/** A program that handles no SIGTERM ignores it as PID 1, and would run on. We may be about to end: nobody waits for this. */
function removeContainer(id: string): void {
  spawn(SLIPWAY, ['rm', '-f', id], { stdio: 'ignore', detached: true }).unref();
}

/** Reads what is added to a file. */
class Follower {
  readonly #fd: number;
  readonly #take: (calls: Call[]) => void;
  readonly #timer: NodeJS.Timeout;
  #decoder = new TextDecoder();
  #rest = '';

  constructor(file: string, take: (calls: Call[]) => void) {
    this.#fd = openSync(file, 'r');
    this.#take = take;
    this.#timer = setInterval(() => this.#read(), READ_EVERY_MS);
  }

  #read(): void {
    const bytes = Buffer.alloc(1 << 16);
    for (let length = readSync(this.#fd, bytes); length > 0; length = readSync(this.#fd, bytes)) {
      const { calls, rest } = parseCalls(
        this.#rest + this.#decoder.decode(bytes.subarray(0, length), { stream: true }),
      );
      this.#rest = rest;
      if (calls.length > 0) this.#take(calls);
    }
  }

  end(): void {
    clearInterval(this.#timer);
    this.#read();
    closeSync(this.#fd);
  }
}
