// The flags that `create` and `run` have in common, and what they come to.

import { resolve } from 'node:path';
import { asIs, toggle, value, valueOr } from '../cli/flag-kinds.ts';
import type { Values } from '../cli/flags.ts';
import { parseCount } from '../cli/parse/size.ts';
import { ensureSealed } from '../runtime/seal.ts';
import { loadBundleFolder } from './bundle-folder.ts';
import { connectConsole, refuseConsoleMistakes } from './console-socket.ts';
import type { Creation } from './create.ts';
import { givenDescriptors } from './given-descriptors.ts';
import type { Context } from './globals.ts';

export const CREATE_FLAGS = {
  bundle: valueOr('DIR', 'The bundle (the present folder)', asIs, '.', { short: 'b' }),
  'console-socket': value('PATH', 'A unix socket that gets the terminal, where config.json asks for one', asIs),
  'pid-file': value('FILE', 'Write the number of the first process there', asIs),
  'preserve-fds': valueOr('N', 'Give the program N descriptors more, beyond stdio and $LISTEN_FDS', parseCount, 0),
  'no-pivot': toggle('Accepted and not needed: a root that cannot be pivoted is moved'),
  'no-new-keyring': toggle('Leave the program the session keyring of who calls'),
};

type CreateValues = Values<typeof CREATE_FLAGS>;

/** @throws Error for a bundle that is none, or flags that do not go together. */
export function toCreation(
  id: string,
  values: CreateValues,
  { root, log }: Context,
  { isDetached }: { isDetached: boolean },
): Creation {
  const { preservedFds, env } = givenDescriptors(values['preserve-fds']);
  ensureSealed(preservedFds); // may begin all over again, so nothing is made before
  const bundleFolder = resolve(values.bundle);
  const spec = loadBundleFolder(bundleFolder);
  spec.process.env = [...(spec.process.env ?? []), ...env];
  const socketPath = values['console-socket'];
  const hasTerminal = spec.process.terminal ?? false;
  refuseConsoleMistakes({ hasTerminal, isDetached, socketPath });
  const consoleSocket = socketPath === undefined ? {} : { consoleSocket: connectConsole(socketPath) };
  const stdio = hasTerminal ? 'terminal' : 'inherited';
  const io = { stdio, preservedFds, ...consoleSocket } as const;
  const { 'no-new-keyring': keepsKeyring, 'pid-file': pidFile } = values;
  return { id, root, bundleFolder, spec, io, keepsKeyring, pidFile, log };
}
