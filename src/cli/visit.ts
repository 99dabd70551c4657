// Comes to a container that runs, for `attach`, and for `start -a` where somebody else was quicker.

import { visit, visitable } from '../engine/attach.ts';
import { refuseMissingTerminal, tellEnd } from './ending.ts';
import { say } from './errors.ts';

export interface VisitWishes {
  /** Pass our stdin on, if its program reads any. */
  interactive: boolean;
  /** Pass signals on, unless it has a terminal, where they come from keys. */
  passSignals: boolean;
  detachKeys: Buffer;
}

/** @returns the exit code of its program, or 0 when the user has left. */
export async function visitAndTell(reference: string, wishes: VisitWishes): Promise<number> {
  const host = visitable(reference);
  const interactive = wishes.interactive && host.interactive;
  refuseMissingTerminal({ interactive, tty: host.tty });
  const { detachKeys } = wishes;
  return tellEnd(
    await visit(host, {
      noStdin: !interactive,
      passSignals: wishes.passSignals && !host.tty,
      detachKeys,
      notice: say,
    }),
  );
}
