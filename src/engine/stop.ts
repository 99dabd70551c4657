// `stop`, `kill` and `wait`: what is asked of the shims of containers that run.

import { SIGKILL } from '../linux/constants.ts';
import { decodeJson, encodeFrame, encodeJson } from '../runtime/frames.ts';
import { findContainer } from '../runtime/names.ts';
import { loadState, type State } from '../runtime/state.ts';
import { type Answer, askShims, type Request, unlessFailed } from './requests.ts';

/** What has become of one of several containers: each is told as soon as it is known. */
export interface Results {
  done: (reference: string) => void;
  failed: (reference: string, error: unknown) => void;
}

/** How containers are to be stopped; what is left open each knows for itself. */
export interface StopOptions {
  signal?: number;
  /** -1 is for ever. */
  timeoutSeconds?: number;
}

/**
 * Asks the programs of these containers to end, all at once, and has those killed that do not. One that does not run is
 * stopped already. When we are killed meanwhile, they are stopped all the same.
 */
export function stop(references: readonly string[], { signal, timeoutSeconds }: StopOptions, results: Results): void {
  const timeoutMs = timeoutSeconds === undefined ? undefined : timeoutSeconds * 1000;
  const frame = encodeJson('stop', { signal, timeoutMs });
  ask(references, frame, 'exited', results, { mayBeStopped: true });
}

/** Sends a signal to the programs of these containers. */
export function kill(
  references: readonly string[],
  signal: number,
  results: Results,
  notice: (sentence: string) => void,
): void {
  ask(references, encodeJson('kill', { signal }), 'done', results, { notice });
}

interface Manner {
  /** A container that does not run is what was wanted. */
  mayBeStopped?: boolean;
  notice?: (sentence: string) => void;
}

function ask(
  references: readonly string[],
  frame: Buffer,
  until: 'exited' | 'done',
  results: Results,
  { mayBeStopped = false, notice = () => {} }: Manner,
): void {
  const requests = references.flatMap((reference): Request[] => {
    try {
      const id = findContainer(reference);
      const settle = (answer: Answer) => {
        try {
          if (unlessFailed(answer) === 'gone' && !mayBeStopped) throw notRunning(reference, id);
          results.done(reference);
        } catch (error) {
          results.failed(reference, error);
        }
      };
      return [{ id, frame, answered: settle }];
    } catch (error) {
      results.failed(reference, error);
      return [];
    }
  });
  askShims(requests, until, notice);
}

function notRunning(reference: string, id: string): Error {
  return new Error(`cannot kill container: ${reference}: container ${id} is not running`);
}

/** Waits for the end of a container that runs. @returns its exit code, or that of the last time. */
export function awaitExit(reference: string): number {
  const id = findContainer(reference);
  let code: number | undefined;
  const answered = (answer: Answer) => {
    if (typeof answer === 'object' && answer.type === 'exited') {
      code = decodeJson({ ...answer, type: 'exited' }).exitCode;
    }
  };
  askShims([{ id, frame: encodeFrame('wait'), answered }], 'exited', () => {});
  return code ?? loadState(id).exitCode ?? 0;
}

/** How long a shim has to answer before its program is ended without it. */
const PATIENCE_MS = 2000;

/** Ends programs so that their shims do not start them again. When one does not answer, others have to. */
export function killForGood(ids: readonly string[]): void {
  const living = ids.filter((id) => LIVING.includes(loadState(id).status));
  const frame = encodeJson('kill', { signal: SIGKILL });
  const requests = living.map((id) => ({ id, frame, answered: () => {} }));
  askShims(requests, 'done', () => {}, PATIENCE_MS);
}

const LIVING: readonly State['status'][] = ['running', 'restarting'];
