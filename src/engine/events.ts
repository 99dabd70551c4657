// `events`: what has happened to containers, and what is happening, from the file where it is written down.

import { closeSync, fstatSync, readSync, statSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import { openIfThere } from '../runtime/disk.ts';
import { type Event, eventFiles } from '../runtime/events.ts';
import { place } from '../runtime/places.ts';
import type { Filter } from './filters.ts';

export interface EventsOptions {
  /** RFC 3339 with nanoseconds, in UTC. Without it, only what happens from now on. */
  since?: string;
  /** Without it, for ever. */
  until?: string;
  filters: readonly Filter[];
}

/** An event, and when it was: RFC 3339 with nanoseconds, in UTC. */
export interface TimedEvent {
  event: Event;
  moment: string;
}

/** Hands out event after event, until the time is over. @throws Error for a filter that is not there. */
export async function* events({ since, until, filters }: EventsOptions): AsyncGenerator<TimedEvent> {
  const isWanted = compileEventFilters(filters);
  place(); // so that there is a folder to watch
  const from = since ?? momentOf(Date.now());
  using tail = new Tail();
  for (;;) {
    for (const timed of tail.next()) {
      if (until !== undefined && timed.moment > until) return;
      if (timed.moment >= from && isWanted(timed.event)) yield timed;
    }
    const ms = until === undefined ? undefined : Date.parse(until) - Date.now();
    if (ms !== undefined && ms <= 0) return;
    await tail.growth(ms);
  }
}

function momentOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -1)}000000Z`;
}

/** The lines of both files, and those that come. */
class Tail implements Disposable {
  #fd: number | undefined;
  #rest = '';
  readonly #watcher: ReturnType<typeof watch>;
  #wake = () => {};
  #isDue = false;

  constructor() {
    const { now, before } = eventFiles();
    this.#watcher = watch(dirname(now), () => {
      this.#isDue = true;
      this.#wake();
    });
    this.#fd = openIfThere(before) ?? openIfThere(now);
  }

  next(): TimedEvent[] {
    const { now } = eventFiles();
    let text = '';
    for (;;) {
      this.#fd ??= openIfThere(now);
      if (this.#fd === undefined) break;
      const isOld = fstatSync(this.#fd).ino !== statSync(now, { throwIfNoEntry: false })?.ino; // before the last look
      text += readRest(this.#fd);
      if (!isOld) break;
      closeSync(this.#fd);
      this.#fd = openIfThere(now);
      if (this.#fd === undefined) break;
    }
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    return lines.flatMap(parse);
  }

  /** Resolves when something may have come, or after so many milliseconds. */
  async growth(ms?: number): Promise<void> {
    if (!this.#isDue) {
      await new Promise<void>((resolve) => {
        const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#isDue = false;
  }

  [Symbol.dispose](): void {
    this.#watcher.close();
    if (this.#fd !== undefined) closeSync(this.#fd);
  }
}

function readRest(fd: number): string {
  const pieces: Buffer[] = [];
  for (;;) {
    const piece = Buffer.alloc(64 * 1024);
    const count = readSync(fd, piece);
    if (count === 0) return Buffer.concat(pieces).toString();
    pieces.push(piece.subarray(0, count));
  }
}

function parse(line: string): TimedEvent[] {
  const [, seconds, nanoseconds] = /"timeNano":(\d+)(\d{9})\}$/.exec(line) ?? [];
  if (seconds === undefined) return []; // cut by a full disk
  const moment = `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}.${nanoseconds}Z`;
  return [{ event: JSON.parse(line) as Event, moment }];
}

type Test = (event: Event) => boolean;

/** As with Docker a container may be named by the beginning of its id or name; of an action, what stands before a colon. */
const KINDS: Record<string, (value: string) => Test> = {
  container:
    (value) =>
    ({ Actor }) =>
      Actor.ID.startsWith(value) || (Actor.Attributes.name ?? '').startsWith(value),
  event:
    (value) =>
    ({ Action }) =>
      Action === value || Action.startsWith(`${value}:`),
  image:
    (value) =>
    ({ Actor }) =>
      Actor.Attributes.image === value.replace(/:latest$/, ''),
  label: (value) => {
    const [, name = value, wanted] = /^([^=]*)=(.*)$/s.exec(value) ?? [];
    return ({ Actor: { Attributes: all } }) =>
      Object.hasOwn(all, name) && (wanted === undefined || all[name] === wanted);
  },
  type:
    (value) =>
    ({ Type }) =>
      Type === value,
  scope:
    (value) =>
    ({ scope }) =>
      scope === value,
};

function compileEventFilters(filters: readonly Filter[]): Test {
  const tests = new Map<string, Test[]>();
  for (const { name, value } of filters) {
    const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
    if (!kind) throw new Error(`invalid filter '${name}'. There are ${Object.keys(KINDS).join(', ')}`);
    tests.set(name, [...(tests.get(name) ?? []), kind(value)]);
  }
  return (event) =>
    [...tests].every(([name, each]) => {
      const holds = (test: Test) => test(event);
      return name === 'label' ? each.every(holds) : each.some(holds);
    });
}
