// Where errors and warnings go: to stderr for a person, and with --log into a file that an engine reads, as lines that are
// either JSON or logfmt, in the words that runc's log has.
//
//     {"level":"error","msg":"…","time":"2026-01-02T03:04:05Z"}        time="…" level=error msg="…"

import { appendFileSync } from 'node:fs';
import { print } from '../cli/print.ts';

export interface Log {
  error(message: string): void;
  warn(message: string): void;
  debug(message: string): void;
}

export type LogFormat = 'text' | 'json';

export interface LogOptions {
  /** Without it, stderr alone. */
  file: string | undefined;
  format: LogFormat;
  debug: boolean;
}

export function stderrLog(): Log {
  return openLog({ file: undefined, format: 'text', debug: false });
}

/** @throws Error when the file cannot be written. Later that is no error any more: the work goes on, and stderr has it. */
export function openLog({ file, format, debug }: LogOptions): Log {
  if (file !== undefined) appendFileSync(file, '', { mode: 0o644 });
  const line = format === 'json' ? jsonLine : textLine;
  const write = (level: string, message: string) => {
    const isInFile = file !== undefined && tryAppend(file, line(level, message));
    if (isInFile && level !== 'error') return; // an error an engine may show to its user
    if (file === undefined && format === 'json') print(line(level, message), 'stderr');
    else print(`slipway-oci: ${level === 'error' ? '' : `${level}: `}${message}\n`, 'stderr');
  };
  return {
    error: (message) => write('error', message),
    warn: (message) => write('warning', message),
    debug: (message) => {
      if (debug) write('debug', message);
    },
  };
}

/** @returns false on a full disk, say. */
function tryAppend(file: string, line: string): boolean {
  try {
    appendFileSync(file, line);
    return true;
  } catch {
    return false;
  }
}

function jsonLine(level: string, msg: string): string {
  return `${JSON.stringify({ level, msg, time: now() })}\n`;
}

function textLine(level: string, message: string): string {
  return `time="${now()}" level=${level} msg=${JSON.stringify(message)}\n`;
}

/** RFC 3339, in seconds. */
function now(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}
