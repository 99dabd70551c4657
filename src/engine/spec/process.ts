// The program: its words, environment, folder, user, rights and limits. What the image says holds where the options are
// silent.

import { posix } from 'node:path';
import type { CapabilitySets, Process } from '../../oci.ts';
import { addAndDrop, CAPABILITIES, DOCKER_CAPABILITIES } from '../../security/capabilities.ts';
import type { ImageConfig } from '../image-config.ts';
import type { ContainerOptions, ProcessOptions, SecurityOptions } from '../options.ts';
import type { SpecContext } from './context.ts';
import { hostnameFor } from './hostname.ts';
import { numericUser } from './user.ts';

export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Where the machine's small init is bound for --init: Docker's place. */
export const INIT_PATH = '/sbin/docker-init';

/** @throws Error when there is no command, or the folder is not absolute. */
export function makeProcess(options: ContainerOptions, image: ImageConfig, context: SpecContext): Process {
  const { process, security, tty, consoleSize } = options;
  return {
    terminal: tty,
    ...(tty && consoleSize ? { consoleSize } : {}),
    user: numericUser(process, image),
    args: [...(process.init ? [INIT_PATH, '--'] : []), ...makeArgs(process, options.command, image)],
    env: makeEnv(options, image, context),
    cwd: workingDir(process.workingDir ?? image.WorkingDir ?? '/'),
    capabilities: makeCapabilities(security, context),
    rlimits: process.rlimits,
    noNewPrivileges: security.noNewPrivileges,
    oomScoreAdj: process.oomScoreAdj ?? 0, // whatever that of the command line is
  };
}

/** A new entry point makes the image's command meaningless, so it goes too. */
function makeArgs({ entrypoint }: ProcessOptions, command: string[], image: ImageConfig): string[] {
  const ownCommand = command.length > 0 || entrypoint !== undefined;
  const args = [...(entrypoint ?? image.Entrypoint ?? []), ...(ownCommand ? command : (image.Cmd ?? []))];
  if (args.length === 0) throw new Error('no command specified: name the program to run');
  return args;
}

/** Docker's own variables, then the image's, then the user's. A later value takes the earlier one's place. */
function makeEnv(options: ContainerOptions, image: ImageConfig, context: SpecContext): string[] {
  const begin = [
    `PATH=${DEFAULT_PATH}`,
    `HOSTNAME=${hostnameFor(options, context)}`,
    ...(options.tty ? ['TERM=xterm'] : []),
  ];
  return mergeEnv([...begin, ...(image.Env ?? [])], options.process.env);
}

/** `NAME=value` sets, `NAME` alone removes. */
export function mergeEnv(before: readonly string[], changes: readonly string[]): string[] {
  const variables = new Map<string, string>();
  for (const entry of [...before, ...changes]) {
    const name = entry.split('=', 1)[0] as string;
    if (entry.includes('=')) variables.set(name, entry);
    else variables.delete(name);
  }
  return [...variables.values()];
}

/** A clean absolute path; / where there is none. @throws Error for a relative one. */
export function workingDir(path: string): string {
  if (path === '') return '/';
  if (path.startsWith('/')) return posix.normalize(path);
  throw new Error(`the working directory '${path}' is invalid, it needs to be an absolute path`);
}

type CapabilityOptions = Pick<SecurityOptions, 'privileged' | 'capAdd' | 'capDrop'>;
type Available = Pick<SpecContext, 'capabilities'>;

/** Nothing is inheritable or ambient, so a program that is not root's has no capability at all. */
export function makeCapabilities(options: CapabilityOptions, context: Available): CapabilitySets {
  const names = grantedCapabilities(options, context);
  return { bounding: names, effective: names, permitted: names, inheritable: [], ambient: [] };
}

/** The capabilities' names, in the kernel's order, as far as this machine has them to give. */
export function grantedCapabilities(options: CapabilityOptions, { capabilities }: Available): string[] {
  const { privileged, capAdd, capDrop } = options;
  const names = privileged ? [...CAPABILITIES] : addAndDrop(DOCKER_CAPABILITIES, capAdd, capDrop);
  return CAPABILITIES.filter((name) => names.includes(name) && capabilities.includes(name));
}
