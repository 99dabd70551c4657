// What a container leaves behind: nothing. The machine is looked at before one and after it.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { detectHierarchies } from '../../cgroups/detect.ts';
import type { Lab } from '../lab/lab.ts';
import { patient } from '../patience.ts';
import type { Text } from '../text.ts';
import type { ConformGoal } from './goal.ts';
import type { Subject } from './subject.ts';

/** What may end a little later than the program: a process that it has left to clean up, say. */
const PATIENCE_MS = patient(3000);

const LOOKS: Record<string, { look(): string[]; what: Text; title: Text }> = {
  mounts: {
    look: mounts,
    what: { en: 'a mount on', zh: '挂载' },
    title: { en: 'no mount of it is seen outside, nor left behind', zh: '外面看不到它的挂载，事后也不留下' },
  },
  cgroups: {
    look: cgroups,
    what: { en: 'a cgroup', zh: ' cgroup ' },
    title: { en: 'it leaves no cgroup behind', zh: '它不留下 cgroup' },
  },
  processes: {
    look: processes,
    what: { en: 'a process', zh: '进程' },
    title: { en: 'it leaves no process behind', zh: '它不留下进程' },
  },
};

export const CLEANING: readonly ConformGoal[] = Object.entries(LOOKS).map(([name, { look, what, title }]) => ({
  name,
  title,
  together: 'cleaning',
  ask: async (subject) => {
    const before = new Set((await lookBefore(subject))[name]);
    let left: string[] = [];
    for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(10)) {
      left = look().filter((each) => !before.has(each));
      if (left.length === 0) return true;
    }
    return { en: `there is ${what.en} more: ${left[0]}`, zh: `多出了${what.zh}：${left[0]}` };
  },
}));

const SEEN_BEFORE = new WeakMap<Lab, Promise<Record<string, string[]>>>();

/** What there was before a container that has ended since. */
function lookBefore(subject: Subject): Promise<Record<string, string[]>> {
  const known = SEEN_BEFORE.get(subject.lab) ?? runBetween(subject);
  SEEN_BEFORE.set(subject.lab, known);
  return known;
}

/**
 * The first container may bring about what is for all of them: so there is one before we look. What the second leaves
 * running has to end with it, where it has a PID namespace of its own; without one, that cannot be.
 */
async function runBetween(subject: Subject): Promise<Record<string, string[]>> {
  const root = subject.root();
  if (!subject.image) writeFileSync(join(root, 'dev/null'), ''); // for what makes no devices: a job's stdin is from there
  const first = await subject.hold({ root });
  const job = first.hasOwn('pid') ? 'sleep 1000 >/dev/null 2>&1 &' : '';
  await first.end();
  const before = Object.entries(LOOKS).map(([name, { look }]) => [name, look()]);
  await subject.run(['sh', '-c', `${job} exit 0`], { root });
  return Object.fromEntries(before);
}

/** Each mount by its number: `36 35 98:0 / /mnt …` becomes `/mnt (36)`. */
function mounts(): string[] {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').trim().split('\n');
  return lines.map((line) => `${line.split(' ')[4]} (${line.split(' ')[0]})`);
}

/** All folders of all hierarchies. */
function cgroups(): string[] {
  return detectHierarchies().flatMap(({ mountPoint }) => foldersIn(mountPoint));
}

function foldersIn(folder: string): string[] {
  return namesIn(folder).flatMap((name) => [`${folder}/${name}`, ...foldersIn(`${folder}/${name}`)]);
}

/** A cgroup may go while we look. */
function namesIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch {
    return [];
  }
}

/** `1234 sleep`; but not those that have ended (state Z), whom PID 1 has yet to ask for their exit code. */
function processes(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const [, name, state] = /\((.*)\) (.)/s.exec(statOf(pid)) ?? [];
      return name === undefined || state === 'Z' ? [] : [`${pid} ${name}`];
    });
}

function statOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return '';
  }
}
