// slipway-oci exec: another program in a container.

import { asIs, list, toggle, value, valueOr } from '../../cli/flag-kinds.ts';
import { parseCount } from '../../cli/parse/size.ts';
import { ensureSealed } from '../../runtime/seal.ts';
import { connectConsole, refuseConsoleMistakes } from '../console-socket.ts';
import { execAttended, execDetached, planOf } from '../exec.ts';
import { processOf } from '../exec-process.ts';
import { givenDescriptors } from '../given-descriptors.ts';
import type { Context } from '../globals.ts';
import { parseWords } from '../help.ts';
import { statusOf } from '../status.ts';
import { type Container, load, loadConfig } from '../store.ts';

const FLAGS = {
  process: value('FILE', 'What to run, as the `process` of a config.json', asIs, { short: 'p' }),
  user: value('UID[:GID]', 'Who runs it, as numbers', asIs, { short: 'u' }),
  cwd: value('DIR', 'In which folder', asIs),
  env: list('NAME=VALUE', 'Set a variable', asIs, { short: 'e' }),
  cap: list('CAPABILITY', 'Give a capability', asIs, { short: 'c' }),
  'additional-gids': list('GID', 'Give a further group', parseCount, { short: 'g' }),
  'no-new-privs': toggle('No set-user-ID program gives it more rights'),
  tty: toggle('Give it a terminal', { short: 't' }),
  detach: toggle('Do not wait for its end', { short: 'd' }),
  'pid-file': value('FILE', 'Write its number there', asIs),
  'console-socket': value('PATH', 'A unix socket that gets the terminal', asIs),
  'preserve-fds': valueOr('N', 'Give it N descriptors more', parseCount, 0),
  cgroup: list('[CONTROLLERS:]PATH', 'In a cgroup that there is below that of the container', asIs),
  apparmor: value('PROFILE', 'Under this AppArmor profile', asIs),
  'process-label': value('LABEL', 'Under this SELinux label', asIs),
  'no-subreaper': toggle('Accepted and not needed'),
  'ignore-paused': toggle('Also in a paused container, where it begins when that is resumed'),
};

export default function execCommand(words: readonly string[], { root, log }: Context): Promise<number> | number {
  const parsed = parseWords('exec', FLAGS, words, [1, Number.POSITIVE_INFINITY]);
  if (!parsed) return 0;
  const { values, rest } = parsed;
  const { preservedFds, env } = givenDescriptors(values['preserve-fds']);
  ensureSealed(preservedFds);
  const [id = '', ...command] = rest;
  const container = load(root, id);
  refuseUnfit(container, values['ignore-paused']);
  const process = processOf(loadConfig(container), { ...values, command, moreEnv: env });
  const { detach: isDetached, 'console-socket': socketPath, 'pid-file': pidFile } = values;
  const hasTerminal = process.terminal ?? false;
  refuseConsoleMistakes({ hasTerminal, isDetached, socketPath });
  const consoleSocket = socketPath === undefined ? {} : { consoleSocket: connectConsole(socketPath) };
  const plan = { ...planOf(container, process), cgroupsBelow: values.cgroup };
  const io = { stdio: hasTerminal ? 'terminal' : 'inherited', preservedFds, ...consoleSocket } as const;
  return isDetached ? execDetached(plan, { io, pidFile, log }) : execAttended(plan, { io, pidFile, log });
}

function refuseUnfit(container: Container, ignoresPaused: boolean): void {
  const status = statusOf(container);
  if (status === 'stopped') throw new Error(`cannot exec in container "${container.id}": it has stopped`);
  if (status === 'creating') throw new Error(`cannot exec in container "${container.id}": it is being created`);
  if (status === 'paused' && !ignoresPaused)
    throw new Error(`cannot exec in container "${container.id}": it is paused (--ignore-paused does so nevertheless)`);
}
