// Requests to shims: what `stop`, `kill` and `wait` are made of. A shim has the only sure hold of its program, as its
// parent, so whoever wants something of that asks the shim. Each request is a frame, and so is its answer.
//
// Many shims can be asked at once: this process waits for all of them with one poll, and does nothing else meanwhile.

import { POLLIN } from '../linux/constants.ts';
import { ERRNO } from '../linux/errno.ts';
import { close, tryRead, tryWrite } from '../linux/files.ts';
import { poll } from '../linux/poll.ts';
import { StartError } from '../runtime/failure.ts';
import { decodeJson, type Frame, FrameDecoder, LARGEST_PAYLOAD } from '../runtime/frames.ts';
import { knock } from '../runtime/shim-socket.ts';

/**
 * What has become of a request. `gone` is that there is no shim (any more): the container has ended. `silent` is that it has
 * not answered in time: it may be stopped.
 */
export type Answer = Frame | 'gone' | 'silent';

export interface Request {
  /** Of the container. */
  id: string;
  frame: Buffer;
  /** Takes the answer: the first frame of one of `answers`. */
  answered: (answer: Answer) => void;
}

/** Frames that end a request. */
export type AnswerType = 'done' | 'exited' | 'started';

/**
 * Sends all requests, and waits for all answers.
 * @param notice takes sentences that come before.
 * @param patienceMs how long a shim has for its next word; without it, for ever.
 */
export function askShims(
  requests: readonly Request[],
  until: AnswerType,
  notice: (sentence: string) => void,
  patienceMs = -1,
): void {
  let waiting = requests.flatMap((request) => {
    const fd = knock(request.id);
    if (fd !== undefined) return [new Conversation(fd, request, until, notice)];
    request.answered('gone');
    return [];
  });
  while (waiting.length > 0) {
    const events = poll(
      waiting.map(({ fd }) => ({ fd, events: POLLIN })),
      patienceMs,
    );
    if (patienceMs >= 0 && events.every((event) => event === 0)) {
      for (const each of waiting) each.giveUp();
      return;
    }
    waiting = waiting.filter((each, index) => events[index] === 0 || !each.hear());
  }
}

/** Asks one shim over a socket that is open. @returns its answer. @throws StartError when that is a failure. */
export function askOver(fd: number, frame: Buffer, until: AnswerType, notice: (sentence: string) => void): Answer {
  let answer: Answer | undefined;
  const answered = (given: Answer) => {
    answer = given;
  };
  const conversation = new Conversation(fd, { id: '', frame, answered }, until, notice);
  while (answer === undefined) {
    poll([{ fd, events: POLLIN }]);
    conversation.hear();
  }
  return unlessFailed(answer);
}

/** @throws StartError when the answer is a failure. */
export function unlessFailed(answer: Answer): Answer {
  if (typeof answer === 'object' && answer.type === 'failed') {
    throw new StartError(decodeJson({ ...answer, type: 'failed' }));
  }
  return answer;
}

class Conversation {
  readonly fd: number;
  readonly #request: Request;
  readonly #until: AnswerType;
  readonly #notice: (sentence: string) => void;
  readonly #decoder = new FrameDecoder();

  constructor(fd: number, request: Request, until: AnswerType, notice: (sentence: string) => void) {
    this.fd = fd;
    this.#request = request;
    this.#until = until;
    this.#notice = notice;
    if (tryWrite(fd, request.frame) < 0) return; // it is just going away, and hear() will see that
  }

  /** Takes what has come. @returns true when that was the answer. */
  hear(): boolean {
    const buffer = Buffer.alloc(LARGEST_PAYLOAD);
    const count = tryRead(this.fd, buffer);
    if (count === -ERRNO.EINTR) return false;
    if (count <= 0) return this.#end('gone');
    for (const frame of this.#decoder.push(buffer.subarray(0, count))) {
      if (frame.type === 'notice') this.#notice(decodeJson({ ...frame, type: 'notice' }).sentence);
      if (frame.type === this.#until || frame.type === 'failed') return this.#end(frame);
    }
    return false;
  }

  giveUp(): void {
    this.#end('silent');
  }

  #end(answer: Answer): true {
    close(this.fd);
    this.#request.answered(answer);
    return true;
  }
}
