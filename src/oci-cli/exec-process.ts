// What `exec` is to run: a process.json, or the process of the container's own config.json as flags change it.

import { UsageError } from '../cli/flags.ts';
import type { CapabilitySets, Process, Spec, User } from '../oci.ts';
import { checkProcess } from '../runtime/check-spec.ts';
import { capabilityName } from '../security/capabilities.ts';
import { readJsonFile } from './bundle-folder.ts';

export interface ProcessWishes {
  /** The path of a process.json; then no other wish counts. */
  process: string | undefined;
  command: string[];
  /** What the program has to know of its descriptors. */
  moreEnv: string[];
  user: string | undefined;
  cwd: string | undefined;
  env: string[];
  cap: string[];
  'additional-gids': number[];
  'no-new-privs': boolean;
  tty: boolean;
  apparmor: string | undefined;
  'process-label': string | undefined;
}

/** @throws Error for a process.json that is none, or flags that are no process. */
export function processOf(spec: Spec, wishes: ProcessWishes): Process {
  const process = wishes.process === undefined ? changed(spec, wishes) : fromFile(spec, wishes.process);
  return { ...process, env: [...(process.env ?? []), ...wishes.moreEnv] };
}

/** The rights that the file does not name are those of the container's own program; without a user it is root. */
function fromFile(spec: Spec, file: string): Process {
  const given = readJsonFile(file) as Process;
  const { capabilities, rlimits } = spec.process;
  const process = checkProcess(file, given);
  const own = { ...(capabilities ? { capabilities } : {}), ...(rlimits ? { rlimits } : {}) };
  return { ...own, ...process, user: (process as Partial<Process>).user ?? { uid: 0, gid: 0 } };
}

function changed(spec: Spec, wishes: ProcessWishes): Process {
  if (wishes.command.length === 0) throw new UsageError('exec: the command is missing behind the container');
  const { consoleSize: _, ...own } = spec.process;
  const wanted: Process = {
    ...own,
    terminal: wishes.tty,
    args: wishes.command,
    cwd: wishes.cwd ?? own.cwd,
    env: [...(own.env ?? []), ...wishes.env],
    user: userOf(own.user, wishes),
    noNewPrivileges: wishes['no-new-privs'] || (own.noNewPrivileges ?? false),
    ...(wishes.apparmor === undefined ? {} : { apparmorProfile: wishes.apparmor }),
    ...(wishes['process-label'] === undefined ? {} : { selinuxLabel: wishes['process-label'] }),
    ...(wishes.cap.length === 0 ? {} : { capabilities: withMore(own.capabilities ?? {}, wishes.cap) }),
  };
  return checkProcess('exec', wanted);
}

function userOf(own: User, { user, 'additional-gids': more }: ProcessWishes): User {
  const additionalGids = [...(own.additionalGids ?? []), ...more];
  if (user === undefined) return { ...own, additionalGids };
  const match = /^(\d+)(?::(\d+))?$/.exec(user);
  if (!match) throw new UsageError(`--user "${user}" is not of the form UID or UID:GID, in numbers`);
  return { ...own, uid: Number(match[1]), gid: match[2] === undefined ? own.gid : Number(match[2]), additionalGids };
}

/** In the ambient set only where the container has an inheritable one, without which there is none. */
function withMore(own: CapabilitySets, names: readonly string[]): CapabilitySets {
  const more = names.map(capabilityName);
  const add = (set: string[] = []) => [...set, ...more];
  const { bounding, effective, permitted, inheritable, ambient } = own;
  const sets = { bounding: add(bounding), effective: add(effective), permitted: add(permitted) };
  return inheritable === undefined ? sets : { ...sets, inheritable, ambient: add(ambient) };
}
