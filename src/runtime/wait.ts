// Between `create` and `start`: init is ready for the user's program, lets its parent go, and waits for the word.

import { PR_SET_PDEATHSIG } from '../linux/constants.ts';
import { prctl } from '../linux/process.ts';
import type { Channel } from './channel.ts';
import { awaitWord } from './exec-fifo.ts';

/** In init. Until the parent has said that it is done with us, we end with it. */
export function waitAlone(channel: Channel, execFifo: number): void {
  channel.send({ waits: true });
  if (channel.receive() === undefined) throw new Error('the process that started this one is gone');
  prctl(PR_SET_PDEATHSIG, 0);
  channel.close();
  awaitWord(execFifo);
}
