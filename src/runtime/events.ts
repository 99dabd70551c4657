// What happens to containers, written down: events.jsonl in the root folder, a line of JSON each, in the shape of Docker's
// API. Whoever does something appends a line, by one write: the kernel keeps those of many processes apart (O_APPEND).
//
// A full file is renamed, and one old one is kept: events.jsonl.1.

import { appendFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { realtime } from '../linux/clock.ts';
import { LOCK_EX } from '../linux/constants.ts';
import { close } from '../linux/files.ts';
import type { Bundle } from './bundle.ts';
import { closeGate } from './lock.ts';
import { rootFolder } from './places.ts';

export interface Event {
  Type: 'container';
  Action: string;
  Actor: { ID: string; Attributes: Record<string, string> };
  scope: 'local';
  /** Seconds, and nanoseconds, since 1970. */
  time: number;
  timeNano: number;
}

/** In bytes. */
const LARGEST_FILE = 4 * 1024 * 1024;

/** The file that is being written, and the one before. */
export function eventFiles(): { now: string; before: string } {
  const now = join(rootFolder(), 'events.jsonl');
  return { now, before: `${now}.1` };
}

/** What is told of a container in each of its events. */
export type Subject = Pick<Bundle, 'id' | 'name' | 'image' | 'labels'>;

/**
 * Tells what has happened to a container. That it cannot be written, on a full disk say, stops nothing.
 * @param facts such as the exit code.
 */
export function tellEvent(
  { id, name, image, labels }: Subject,
  action: string,
  facts: Record<string, string> = {},
): void {
  const { seconds, nanoseconds } = realtime();
  const event = {
    Type: 'container',
    Action: action,
    Actor: { ID: id, Attributes: { ...labels, image, name, ...facts } },
    scope: 'local',
    time: seconds,
  };
  // A number of JavaScript's is not exact enough for nanoseconds.
  const nanos = `${seconds}${String(nanoseconds).padStart(9, '0')}`;
  const line = `${JSON.stringify(event).slice(0, -1)},"timeNano":${nanos}}\n`;
  try {
    if (isFull()) startNewFile();
    appendFileSync(eventFiles().now, line, { mode: 0o600 });
  } catch {
    // Nobody is told then.
  }
}

function isFull(): boolean {
  return (statSync(eventFiles().now, { throwIfNoEntry: false })?.size ?? 0) > LARGEST_FILE;
}

/** Of several processes that see a full file, one renames it: the next would throw away what that one has kept. */
function startNewFile(): void {
  const gate = closeGate(rootFolder(), LOCK_EX);
  try {
    const { now, before } = eventFiles();
    if (isFull()) renameSync(now, before);
  } finally {
    close(gate);
  }
}
