// The flags that stand before the command, and what they come to.

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { asIs, toggle, value, valueOr } from '../cli/flag-kinds.ts';
import { UsageError, type Values } from '../cli/flags.ts';
import { isInUserNamespace } from '../linux/namespaces.ts';
import { isRoot } from '../runtime/places.ts';
import { type Log, type LogFormat, openLog } from './log.ts';

export const GLOBAL_FLAGS = {
  root: value('DIR', `Where the state of containers lies (${defaultRoot()})`, asIs),
  log: value('FILE', 'Append errors and warnings to this file', asIs),
  'log-format': valueOr('FORMAT', 'text or json', parseFormat, 'text' as LogFormat),
  debug: toggle('Log more'),
  'systemd-cgroup': toggle('Leave cgroups to systemd, which has to run here'),
  criu: value('FILE', 'Accepted and not needed: containers are not saved here', asIs),
  rootless: value('BOOL', 'Accepted and not needed: what this user may do is found out', asIs),
  version: toggle('Print the version', { short: 'v' }),
  help: toggle('Print this', { short: 'h' }),
};

/** What a command works with. */
export interface Context {
  /** Where the state of containers lies. */
  root: string;
  log: Log;
}

/** @throws UsageError for --systemd-cgroup. */
export function toContext(values: Values<typeof GLOBAL_FLAGS>): Context {
  if (values['systemd-cgroup']) refuseSystemd();
  const { log: file, 'log-format': format, debug } = values;
  return { root: resolve(values.root ?? defaultRoot()), log: openLog({ file, format, debug }) };
}

function defaultRoot(): string {
  const { XDG_RUNTIME_DIR } = process.env;
  return isOrdinaryUser() && XDG_RUNTIME_DIR ? join(XDG_RUNTIME_DIR, 'slipway-oci') : '/run/slipway-oci';
}

/** An ordinary user's podman calls us as the root of that user's user namespace, who is still called by the own name. */
function isOrdinaryUser(): boolean {
  return !isRoot || (process.env.USER !== 'root' && isInUserNamespace());
}

function parseFormat(text: string): LogFormat {
  if (text !== 'text' && text !== 'json') throw new Error('it is text or json');
  return text;
}

function refuseSystemd(): never {
  const here = existsSync('/run/systemd/system') ? 'does not speak to it' : 'and there is no systemd on this machine';
  throw new UsageError(
    `--systemd-cgroup asks systemd for cgroups, ${here}: use the cgroupfs manager (podman --cgroup-manager cgroupfs; containerd SystemdCgroup = false)`,
  );
}
