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
    name: 'run',
    usage: '[flags] ID',
    summary: 'Create, start, and wait for the end',
    load: () => import('./commands/run.ts'),
  },
  {
    name: 'exec',
    usage: '[flags] ID COMMAND …  |  exec -p FILE ID',
    summary: 'Run another program in a container',
    failureCode: 255,
    load: () => import('./commands/exec.ts'),
  },
  { name: 'list', usage: '[flags]', summary: 'List the containers', load: () => import('./commands/list.ts') },
  {
    name: 'ps',
    usage: "[flags] ID [ps's flags]",
    summary: 'Show the processes of a container',
    load: () => import('./commands/ps.ts'),
  },
  {
    name: 'pause',
    usage: 'ID',
    summary: 'Stop all its processes where they are',
    load: () => import('./commands/pause.ts'),
  },
  { name: 'resume', usage: 'ID', summary: 'Let them go on', load: () => import('./commands/resume.ts') },
  { name: 'update', usage: '[flags] ID', summary: 'Change its limits', load: () => import('./commands/update.ts') },
  {
    name: 'events',
    usage: '[flags] ID',
    summary: 'Show what it uses, and when memory runs out',
    load: () => import('./commands/events.ts'),
  },
  {
    name: 'spec',
    usage: '[flags]',
    summary: 'Write a config.json to begin with',
    load: () => import('./commands/spec.ts'),
  },
  {
    name: 'features',
    usage: '',
    summary: 'Print what of the specification can be had',
    load: () => import('./commands/features.ts'),
  },
  { name: 'checkpoint', usage: 'ID', summary: 'Not had here', load: () => import('./commands/checkpoint.ts') },
  { name: 'restore', usage: 'ID', summary: 'Not had here', load: () => import('./commands/checkpoint.ts') },
];

export function findCommand(name: string): Command | undefined {
  return COMMANDS.find((command) => command.name === name);
}
