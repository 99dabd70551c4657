// The verbs of `slipway`. Each is loaded when it is asked for, which keeps the start of the others short.

import { nearest } from './nearest.ts';

/** @returns the exit code. */
export type Run = (words: readonly string[]) => Promise<number> | number;

/**
 * What a word behind a verb is, for the completion of a shell: the name of something, or a `file` of this machine. `up` is a
 * container that runs, and `down` one that does not. A `program` begins where the flags end.
 */
export type Word = 'image' | 'container' | 'up' | 'down' | 'lesson' | 'verb' | 'shell' | 'copy' | 'file' | 'program';

export interface Command {
  name: string;
  /** What its words are; there can be more like the last one. */
  words?: readonly Word[];
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
    words: ['image', 'program'],
    usage: '[flags] IMAGE [COMMAND …]',
    summary: 'Make a container and run a program in it',
    more: "IMAGE is box, made of this machine's own programs. With --rootfs or --config there is none. Flags end at the first word that is none: what stands behind IMAGE is the program's.",
    load: () => import('./commands/run.ts'),
  },
  {
    name: 'exec',
    words: ['up', 'program'],
    usage: '[flags] CONTAINER COMMAND …',
    summary: 'Run another program in a container',
    load: () => import('./commands/exec.ts'),
  },
  {
    name: 'create',
    words: ['image', 'program'],
    usage: '[flags] IMAGE [COMMAND …]',
    summary: 'Make a container, to be started later',
    load: () => import('./commands/create.ts'),
  },
  {
    name: 'start',
    words: ['down'],
    usage: '[flags] CONTAINER …',
    summary: 'Start containers that were made, or have ended',
    load: () => import('./commands/start.ts'),
  },
  {
    name: 'stop',
    words: ['up'],
    usage: '[flags] CONTAINER …',
    summary: 'Ask programs to end, and kill those that do not',
    load: () => import('./commands/stop.ts'),
  },
  {
    name: 'restart',
    words: ['container'],
    usage: '[flags] CONTAINER …',
    summary: 'Stop containers, and start them again',
    load: () => import('./commands/restart.ts'),
  },
  {
    name: 'kill',
    words: ['up'],
    usage: '[flags] CONTAINER …',
    summary: 'Send a signal to the programs of containers',
    load: () => import('./commands/kill.ts'),
  },
  {
    name: 'pause',
    words: ['up'],
    usage: 'CONTAINER …',
    summary: 'Stop all processes of containers where they are',
    load: () => import('./commands/pause.ts'),
  },
  {
    name: 'unpause',
    words: ['up'],
    usage: 'CONTAINER …',
    summary: 'Let the processes of paused containers go on',
    load: () => import('./commands/unpause.ts'),
  },
  {
    name: 'wait',
    words: ['up'],
    usage: 'CONTAINER …',
    summary: 'Wait until containers have ended, and print their exit codes',
    load: () => import('./commands/wait.ts'),
  },
  {
    name: 'attach',
    words: ['up'],
    usage: '[flags] CONTAINER',
    summary: 'Come to a container that runs in the background',
    load: () => import('./commands/attach.ts'),
  },
  {
    name: 'logs',
    words: ['container'],
    usage: '[flags] CONTAINER',
    summary: 'Show what the program of a container has written',
    load: () => import('./commands/logs.ts'),
  },
  {
    name: 'cp',
    words: ['copy'],
    usage: '[flags] CONTAINER:SRC_PATH DEST_PATH|-\n       slipway cp [flags] SRC_PATH|- CONTAINER:DEST_PATH',
    summary: 'Copy files between a container and this machine',
    more: 'The container may be running or not. A folder is copied with all that is in it; `folder/.` is what is in it, without itself. With - the files come from stdin, or go to stdout, as a tar archive; one that is packed (gzip, bzip2, xz, zstd) is unpacked. What is copied belongs to root in the container, and to you here.',
    load: () => import('./commands/cp.ts'),
  },
  {
    name: 'rename',
    words: ['container'],
    usage: 'CONTAINER NEW_NAME',
    summary: 'Give a container another name',
    load: () => import('./commands/rename.ts'),
  },
  {
    name: 'top',
    words: ['container'],
    usage: 'CONTAINER [ps OPTIONS]',
    summary: 'Show the processes of a container',
    load: () => import('./commands/top.ts'),
  },
  {
    name: 'inspect',
    words: ['container'],
    usage: '[flags] CONTAINER …',
    summary: 'Show all that is known of containers, as JSON',
    load: () => import('./commands/inspect.ts'),
  },
  {
    name: 'stats',
    words: ['container'],
    usage: '[flags] [CONTAINER …]',
    summary: 'Show what containers use: processor, memory, disk',
    load: () => import('./commands/stats.ts'),
  },
  {
    name: 'update',
    words: ['container'],
    usage: '[flags] CONTAINER …',
    summary: 'Change the limits of containers, also while they run',
    load: () => import('./commands/update.ts'),
  },
  {
    name: 'diff',
    words: ['container'],
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
    words: ['container'],
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
  {
    name: 'rm',
    words: ['container'],
    usage: '[flags] CONTAINER …',
    summary: 'Remove containers',
    load: () => import('./commands/rm.ts'),
  },
  {
    name: 'spec',
    words: ['image', 'program'],
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
    words: ['lesson'],
    usage: '[flags] [LESSON]',
    summary: 'Open the course; so does `slipway` alone, in a terminal',
    more: `${NAMED} Without it, the course opens with the list of lessons.`,
    load: () => import('./commands/course.ts'),
  },
  {
    name: 'init',
    words: ['file'],
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
    words: ['lesson'],
    usage: '[flags] [LESSON]',
    summary: 'Print a lesson, or run a step of it',
    more: LESSON,
    load: () => import('./commands/lesson.ts'),
  },
  {
    name: 'present',
    words: ['lesson'],
    usage: '[flags] LESSON',
    summary: 'Show a lesson to a room, large, one step at each key',
    more: `${NAMED} Keys: → on, ← back, s a shell, n the notes for the speaker. Where there is no terminal, the lesson is printed with its notes.`,
    load: () => import('./commands/present.ts'),
  },
  {
    name: 'watch',
    words: ['lesson'],
    usage: '[flags] [LESSON]',
    summary: 'Check an exercise each time it is saved',
    more: LESSON,
    load: () => import('./commands/watch.ts'),
  },
  {
    name: 'check',
    words: ['lesson'],
    usage: '[flags] [LESSON]',
    summary: 'Check an exercise once',
    more: `${LESSON} The exercise runs in the guard, and each goal of the lesson is asked of the kernel. The exit code is 0 when all are reached, else 1.`,
    load: () => import('./commands/check.ts'),
  },
  {
    name: 'hint',
    words: ['lesson'],
    usage: '[flags] [LESSON]',
    summary: 'Show one more hint; the last is the solution',
    more: `${LESSON} The hints are for the goal that failed at the last check.`,
    load: () => import('./commands/hint.ts'),
  },
  {
    name: 'skip',
    words: ['lesson'],
    usage: '[flags] [LESSON]',
    summary: 'Leave a lesson out, and go on to the next',
    more: LESSON,
    load: () => import('./commands/skip.ts'),
  },
  {
    name: 'reset',
    words: ['lesson'],
    usage: '[flags] LESSON',
    summary: 'Put an exercise back as it was',
    more: NAMED,
    load: () => import('./commands/reset.ts'),
  },
  {
    name: 'conform',
    words: ['program'],
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
    words: ['program'],
    usage: '[flags] COMMAND …',
    summary: 'Run a program in a copy of this machine that is thrown away',
    load: () => import('./commands/guard.ts'),
  },
  {
    name: 'completion',
    words: ['shell'],
    usage: 'bash|zsh|fish',
    summary: 'Print what lets a shell complete verbs, flags and names',
    more: 'For bash, put `source <(slipway completion bash)` into ~/.bashrc; for zsh, `source <(slipway completion zsh)` into ~/.zshrc, behind compinit; for fish, `slipway completion fish | source` into ~/.config/fish/config.fish.',
    load: () => import('./commands/completion.ts'),
  },
  { name: 'version', usage: '', summary: 'Print the version', load: () => import('./commands/version.ts') },
  {
    name: 'help',
    words: ['verb'],
    usage: '[COMMAND]',
    summary: 'Explain a command',
    load: () => import('./commands/help.ts'),
  },
];

/** For programs: no list shows it. */
const COMPLETE: Command = {
  name: 'complete',
  usage: '-- WORD …',
  summary: 'Tell a shell what may stand at the cursor',
  load: () => import('./commands/complete.ts'),
};

export function findCommand(name: string): Command | undefined {
  return [...COMMANDS, COMPLETE].find((command) => command.name === name);
}

/** A sentence for a verb that does not exist. */
export function suggestCommand(name: string): string {
  const meant = nearest(
    name,
    COMMANDS.filter(({ isLong }) => !isLong).map((command) => command.name),
  );
  return `unknown command: ${name}. ${meant === undefined ? '`slipway help` lists those there are' : `Did you mean ${meant}?`}`;
}
