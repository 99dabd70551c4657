// The commands of `slipway-oci`. Each is loaded when it is asked for.

import type { Context } from './globals.ts';

/** @returns the exit code. */
export type Run = (words: readonly string[], context: Context) => Promise<number> | number;

export interface Command {
  name: string;
  /** What stands behind the name. */
  usage: string;
  summary: string;
  /** The exit code when it could not be done, if that is not 1. */
  failureCode?: number;
  load(): Promise<{ default: Run }>;
}

export const COMMANDS: readonly Command[] = [
  {
    name: 'create',
    usage: '[flags] ID',
    summary: 'Make a container of a bundle; its program waits for `start`',
    load: () => import('./commands/create.ts'),
  },
  {
    name: 'start',
    usage: 'ID',
    summary: 'Start the program of a container that was created',
    load: () => import('./commands/start.ts'),
  },
  { name: 'state', usage: 'ID', summary: 'Print the state of a container', load: () => import('./commands/state.ts') },
  {
    name: 'kill',
    usage: '[flags] ID [SIGNAL]',
    summary: 'Send a signal to the first process of a container',
    load: () => import('./commands/kill.ts'),
  },
  {
    name: 'delete',
    usage: '[flags] ID',
    summary: 'Remove a container that has stopped',
    load: () => import('./commands/delete.ts'),
  },
  {
    name: 'spec',
    usage: '[flags]',
    summary: 'Write a config.json to begin with',
    load: () => import('./commands/spec.ts'),
  },
];

export function findCommand(name: string): Command | undefined {
  return COMMANDS.find((command) => command.name === name);
}
