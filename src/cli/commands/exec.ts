// slipway exec

import { exec, execDetached } from '../../engine/exec.ts';
import { known } from '../../engine/known.ts';
import { checkUser } from '../../engine/spec/user.ts';
import { consoleSize } from '../container-options.ts';
import { refuseMissingTerminal, tellEnd } from '../ending.ts';
import { say } from '../errors.ts';
import { EXPLAIN_FLAGS, startExplaining } from '../explain-flags.ts';
import { asIs, list, toggle, value, valueOr } from '../flag-kinds.ts';
import { UsageError } from '../flags.ts';
import { DETACH_KEYS, parseDetachKeys } from '../parse/attach.ts';
import { parseEnv, readEnvFile } from '../parse/env.ts';
import { parseNamespaceTypes } from '../parse/namespace.ts';
import { parseOrHelp } from '../with-help.ts';

const FLAGS = {
  detach: toggle('Leave it in the background; what it writes is for nobody', { short: 'd' }),
  'detach-keys': valueOr('KEYS', 'Leave it by these keys (ctrl-p,ctrl-q)', parseDetachKeys, DETACH_KEYS),
  interactive: toggle('Keep its stdin open and pass ours on', { short: 'i' }),
  tty: toggle('Give it a terminal', { short: 't' }),
  env: list('NAME=value', 'Set a variable', parseEnv, { short: 'e' }),
  'env-file': list('FILE', 'Set the variables of a file', readEnvFile),
  workdir: value('DIR', 'Start it in this folder', asIs, { short: 'w' }),
  user: value('USER[:GROUP]', 'Run it as this user', checkUser, { short: 'u' }),
  privileged: toggle('Give it all rights'),
  ns: value('LIST', 'Join only these namespaces of the container: net,uts', parseNamespaceTypes),
  ...EXPLAIN_FLAGS,
};

export default async function execCommand(words: readonly string[]): Promise<number> {
  const parsed = parseOrHelp('exec', FLAGS, words);
  if (!parsed) return 0;
  const { values } = parsed;
  const [container, ...command] = parsed.rest;
  if (container === undefined || command.length === 0) {
    throw new UsageError('a container and a command are missing: slipway exec [flags] CONTAINER COMMAND …');
  }
  if (!values.detach) refuseMissingTerminal(values);
  startExplaining(values);
  const options = {
    container,
    command,
    interactive: values.interactive && !values.detach,
    tty: values.tty,
    ...consoleSize(values.tty),
    env: [...values['env-file'].flat(), ...values.env],
    ...known({ workingDir: values.workdir, user: values.user, namespaces: values.ns }),
    privileged: values.privileged,
    detachKeys: values['detach-keys'],
  };
  if (!values.detach) return tellEnd(await exec(options, say));
  execDetached(options, say);
  return 0;
}
