// What a shim does while its container is to be started again, but not yet: it waits, and hears what its clients want.

import { SIGKILL, SIGNALS } from '../linux/constants.ts';
import type { Client, Clients, Host } from './clients.ts';
import { decodeJson, encodeFrame, encodeJson, type Frame, type Payloads } from './frames.ts';
import type { Timers } from './timers.ts';
import { turn } from './watch.ts';

/**
 * Waits so long, unless somebody wants the container to be stopped.
 * @param last how its last run has ended.
 * @returns whether it is to be started again.
 */
export function pauseUnlessStopped(ms: number, last: Payloads['exited'], clients: Clients, timers: Timers): boolean {
  const pause = new Pause(last);
  timers.set('pause', ms, () => pause.end());
  while (!pause.isOver) turn(clients.watches(pause), timers);
  timers.clear('pause');
  return !pause.wasStopped;
}

class Pause implements Host {
  isOver = false;
  wasStopped = false;
  readonly #last: Payloads['exited'];

  constructor(last: Payloads['exited']) {
    this.#last = last;
  }

  end(): void {
    this.isOver = true;
  }

  obey(client: Client, frame: Frame): void {
    const { type, payload } = frame;
    if (type === 'stop') this.#stop(client);
    if (type === 'kill') this.#kill(client, decodeJson({ type, payload }).signal);
    if (type !== 'attach') return;
    client.waits = false;
    const message = 'cannot attach to a restarting container, wait until it is running';
    client.send(encodeJson('failed', { message, exitCode: 1 }));
  }

  lost(): void {}

  left(): void {}

  #stop(client: Client): void {
    client.send(encodeJson('exited', this.#last));
    client.waits = false;
    client.isLeaving = true;
    this.#giveUp();
  }

  /** There is no program now, but one that was to end shall not come again. */
  #kill(client: Client, signal: number): void {
    client.send(encodeFrame('done'));
    if (signal === SIGKILL || signal === SIGNALS.SIGTERM) this.#giveUp();
  }

  #giveUp(): void {
    this.wasStopped = true;
    this.isOver = true;
  }
}
