// slipway start

import { start, startAttached, startable } from '../../engine/start.ts';
import { forEach, orOne } from '../each.ts';
import { refuseMissingTerminal, tellEnd } from '../ending.ts';
import { say } from '../errors.ts';
import { later, toggle, valueOr } from '../flag-kinds.ts';
import { UsageError, type Values } from '../flags.ts';
import { DETACH_KEYS, parseDetachKeys } from '../parse/attach.ts';
import { visitAndTell } from '../visit.ts';
import { parseOrHelp } from '../with-help.ts';

const FLAGS = {
  attach: toggle('Stay with it: with its output, and the signals that we get', { short: 'a' }),
  interactive: toggle('Pass our stdin on too', { short: 'i' }),
  'detach-keys': valueOr('KEYS', 'Leave it by these keys (ctrl-p,ctrl-q)', parseDetachKeys, DETACH_KEYS),
};

const LATER = {
  checkpoint: later('--checkpoint is not there: that needs CRIU, which saves whole processes'),
  'checkpoint-dir': later('--checkpoint-dir is not there: that needs CRIU, which saves whole processes'),
};

export default function startCommand(words: readonly string[]): number | Promise<number> {
  const parsed = parseOrHelp('start', FLAGS, words, { later: LATER, mixed: true });
  if (!parsed) return 0;
  const { values, rest } = parsed;
  if (values.attach || values.interactive) return orOne(() => startAndStay(rest, values));
  return forEach(rest, 'start', (reference) => start(reference, say));
}

async function startAndStay([reference, ...others]: readonly string[], values: Values<typeof FLAGS>): Promise<number> {
  if (reference === undefined) throw new UsageError('a container is missing: slipway start [flags] CONTAINER …');
  if (others.length > 0) throw new UsageError('you cannot start and attach multiple containers at once');
  const { interactive, tty } = startable(reference);
  const stdin = values.interactive && interactive;
  refuseMissingTerminal({ interactive: stdin, tty });
  const options = {
    interactive: stdin,
    attached: { stdin, stdout: true, stderr: true },
    passSignals: !tty,
    detachKeys: values['detach-keys'],
  };
  const parting = startAttached(reference, options, say);
  return parting === 'running' ? visitAndTell(reference, options) : tellEnd(await parting);
}
