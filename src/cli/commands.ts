// The verbs of `slipway`. Each is loaded when it is asked for, which keeps the start of the others short.

import { nearest } from './nearest.ts';

/** @returns the exit code. */
export type Run = (words: readonly string[]) => Promise<number> | number;

export interface Command {
  name: string;
  /** What stands behind the verb. */
  usage: string;
  summary: string;
  /** What its help says besides. */
  more?: string;
  /** It is the long form of a verb, and stands in the help of the first word alone. */
  isLong?: true;
  load(): Promise<{ default: Run }>;
}

const NAMED = 'LESSON is a number or a name: 2, 02, chroot.';
const LESSON = `${NAMED} Without it, it is the one you are at.`;

export const COMMANDS: readonly Command[] = [
  {
    name: 'run',
    usage: '[flags] IMAGE [COMMAND …]',
    summary: 'Make a container and run a program in it',
    more: "IMAGE is box, made of this machine's own programs. With --rootfs or --config there is none. Flags end at the first word that is none: what stands behind IMAGE is the program's.",
    load: () => import('./commands/run.ts'),
  },
  {
    name: 'exec',
    usage: '[flags] CONTAINER COMMAND …',
    summary: 'Run another program in a container',
    load: () => import('./commands/exec.ts'),
  },
  {
    name: 'create',
    usage: '[flags] IMAGE [COMMAND …]',
    summary: 'Make a container, to be started later',
    more: 'All flags of `run` are here too; those of how you stay with it say how `start -ai` will.',
    load: () => import('./commands/create.ts'),
  },
  {
    name: 'start',
    usage: '[flags] CONTAINER …',
    summary: 'Start containers that were made, or have ended',
    load: () => import('./commands/start.ts'),
  },
  {
    name: 'stop',
    usage: '[flags] CONTAINER …',
    summary: 'Ask programs to end, and kill those that do not',
    load: () => import('./commands/stop.ts'),
  },
  {
    name: 'restart',
    usage: '[flags] CONTAINER …',
    summary: 'Stop containers, and start them again',
    load: () => import('./commands/restart.ts'),
  },
  {
    name: 'kill',
    usage: '[flags] CONTAINER …',
    summary: 'Send a signal to the programs of containers',
    load: () => import('./commands/kill.ts'),
  },
  {
    name: 'pause',
    usage: 'CONTAINER …',
    summary: 'Stop all processes of containers where they are',
    load: () => import('./commands/pause.ts'),
  },
  {
    name: 'unpause',
    usage: 'CONTAINER …',
    summary: 'Let the processes of paused containers go on',
    load: () => import('./commands/unpause.ts'),
  },
  {
    name: 'wait',
    usage: 'CONTAINER …',
    summary: 'Wait until containers have ended, and print their exit codes',
    load: () => import('./commands/wait.ts'),
  },
  {
    name: 'attach',
    usage: '[flags] CONTAINER',
    summary: 'Come to a container that runs in the background',
    load: () => import('./commands/attach.ts'),
  },
  {
    name: 'logs',
    usage: '[flags] CONTAINER',
    summary: 'Show what the program of a container has written',
    load: () => import('./commands/logs.ts'),
  },
  {
    name: 'cp',
    usage: '[flags] CONTAINER:SRC_PATH DEST_PATH|-  or  SRC_PATH|- CONTAINER:DEST_PATH',
    summary: 'Copy files between a container and this machine',
    more: 'The container may be running or not. A folder is copied with all that is in it; `folder/.` is what is in it, without itself. With - the files come from stdin, or go to stdout, as a tar archive. What is copied belongs to root in the container, and to you here.',
    load: () => import('./commands/cp.ts'),
  },
  {
    name: 'rename',
    usage: 'CONTAINER NEW_NAME',
    summary: 'Give a container another name',
    load: () => import('./commands/rename.ts'),
  },
  {
    name: 'top',
    usage: 'CONTAINER [ps OPTIONS]',
    summary: 'Show the processes of a container',
    load: () => import('./commands/top.ts'),
  },
  {
    name: 'inspect',
    usage: '[flags] CONTAINER …',
    summary: 'Show all that is known of containers, as JSON',
    load: () => import('./commands/inspect.ts'),
  },
  {
    name: 'stats',
    usage: '[flags] [CONTAINER …]',
    summary: 'Show what containers use: processor, memory, disk',
    load: () => import('./commands/stats.ts'),
  },
  {
    name: 'update',
    usage: '[flags] CONTAINER …',
    summary: 'Change the limits of containers, also while they run',
    load: () => import('./commands/update.ts'),
  },
  {
    name: 'diff',
    usage: 'CONTAINER',
    summary: 'Show what a container has changed in its root',
    load: () => import('./commands/diff.ts'),
  },
  {
    name: 'events',
    usage: '[flags]',
    summary: 'Show what happens to containers, as it happens',
    load: () => import('./commands/events.ts'),
  },
  {
    name: 'port',
    usage: 'CONTAINER [PORT[/PROTO]]',
    summary: 'List published ports: there are none yet',
    load: () => import('./commands/port.ts'),
  },
  {
    name: 'container',
    usage: 'COMMAND',
    summary: 'The long forms of these verbs: container ls, container prune, …',
    load: () => import('./commands/container.ts'),
  },
  {
    name: 'container prune',
    usage: '[flags]',
    summary: 'Remove all containers that do not run',
    isLong: true,
    load: () => import('./commands/container-prune.ts'),
  },
  { name: 'ps', usage: '[flags]', summary: 'List containers', load: () => import('./commands/ps.ts') },
  { name: 'rm', usage: '[flags] CONTAINER …', summary: 'Remove containers', load: () => import('./commands/rm.ts') },
  {
    name: 'spec',
    usage: '[flags] IMAGE [COMMAND …]',
    summary: 'Print the OCI config.json that the flags of `run` give',
    more: 'Save it as config.json, change it, and start it with `slipway run --config config.json`.',
    load: () => import('./commands/spec.ts'),
  },
  {
    name: 'clean',
    usage: '',
    summary: 'Repair what a crash has left; what runs is not touched',
    load: () => import('./commands/clean.ts'),
  },
  {
    name: 'course',
    usage: '[flags] [LESSON]',
    summary: 'Open the course; so does `slipway` alone, in a terminal',
    more: `${NAMED} Without it, the course opens with the list of lessons.`,
    load: () => import('./commands/course.ts'),
  },
  {
    name: 'init',
    usage: '[flags] DIR',
    summary: 'Lay out a workspace for the course',
    more: 'DIR gets a folder with an exercise for each lesson, and what an editor needs to know its functions. Nothing is overwritten: in a workspace that is there already, it adds the lessons that are missing.',
    load: () => import('./commands/init.ts'),
  },
  {
    name: 'lessons',
    usage: '[flags] [WORD …]',
    summary: 'List the lessons, or those that have these words in them',
    load: () => import('./commands/lessons.ts'),
  },
  {
    name: 'lesson',
    usage: '[flags] [LESSON]',
    summary: 'Print a lesson, or run a step of it',
    more: LESSON,
    load: () => import('./commands/lesson.ts'),
  },
  {
    name: 'present',
    usage: '[flags] LESSON',
    summary: 'Show a lesson to a room, large, one step at each key',
    more: `${NAMED} Keys: → on, ← back, s a shell, n the notes for the speaker. Where there is no terminal, the lesson is printed with its notes.`,
    load: () => import('./commands/present.ts'),
  },
  {
    name: 'watch',
    usage: '[flags] [LESSON]',
    summary: 'Check an exercise each time it is saved',
    more: LESSON,
    load: () => import('./commands/watch.ts'),
  },
  {
    name: 'check',
    usage: '[flags] [LESSON]',
    summary: 'Check an exercise once',
    more: `${LESSON} The exercise runs in the guard, and each goal of the lesson is asked of the kernel. The exit code is 0 when all are reached, else 1.`,
    load: () => import('./commands/check.ts'),
  },
  {
    name: 'hint',
    usage: '[flags] [LESSON]',
    summary: 'Show one more hint; the last is the solution',
    more: `${LESSON} The hints are for the goal that failed at the last check.`,
    load: () => import('./commands/hint.ts'),
  },
  {
    name: 'skip',
    usage: '[flags] [LESSON]',
    summary: 'Leave a lesson out, and go on to the next',
    more: LESSON,
    load: () => import('./commands/skip.ts'),
  },
  {
    name: 'reset',
    usage: '[flags] LESSON',
    summary: 'Put an exercise back as it was',
    more: NAMED,
    load: () => import('./commands/reset.ts'),
  },
  {
    name: 'conform',
    usage: '[flags] -- CMD …',
    summary: 'Ask whether a program runs containers as it should',
    more: 'CMD is what stands before ROOTFS and the command, such as `my-run.ts run`. Where the root does not stand at its end, write {} for it: `slipway conform -- slipway run --rm -i --rootfs {}:O`. A root of its own is made for each question; options such as `-v` and `--memory`, when the program takes them, go behind the word `run`. A program that takes images gets the one that --image names, which needs a shell with its tools, /etc/passwd and /etc/group: `slipway conform --image box -- slipway run --rm -i`. It runs in the guard, and the kernel is asked from outside. The exit code is 0 when all goals are reached, else 1.',
    load: () => import('./commands/conform.ts'),
  },
  {
    name: 'doctor',
    usage: '[flags]',
    summary: 'Ask this machine which lessons it can do, and what mends the rest',
    more: 'It asks by trying, as the user who runs it, and leaves nothing. The exit code is 0 when all lessons can be done, else 1.',
    load: () => import('./commands/doctor.ts'),
  },
  {
    name: 'guard',
    usage: '[flags] COMMAND …',
    summary: 'Run a program in a copy of this machine that is thrown away',
    load: () => import('./commands/guard.ts'),
  },
  { name: 'version', usage: '', summary: 'Print the version', load: () => import('./commands/version.ts') },
  { name: 'help', usage: '[COMMAND]', summary: 'Explain a command', load: () => import('./commands/help.ts') },
];

export function findCommand(name: string): Command | undefined {
  return COMMANDS.find((command) => command.name === name);
}

/** A sentence for a verb that does not exist. */
export function suggestCommand(name: string): string {
  const meant = nearest(
    name,
    COMMANDS.filter(({ isLong }) => !isLong).map((command) => command.name),
  );
  return `unknown command: ${name}. ${meant === undefined ? '`slipway help` lists those there are' : `Did you mean ${meant}?`}`;
}
