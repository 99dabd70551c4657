// `top`: the processes of a container as the machine's own `ps` shows them, by the host's numbers.

import { spawnSync } from 'node:child_process';
import { readdirSync, readlinkSync } from 'node:fs';
import { openCgroup } from '../cgroups/cgroup.ts';
import { findContainer } from '../runtime/names.ts';
import { loadState, type State } from '../runtime/state.ts';

/** Columns, and a row for each process. */
export interface ProcessTable {
  titles: string[];
  rows: string[][];
}

/**
 * @param options of `ps`; without any, -ef. One of the columns has to be PID.
 * @throws Error when the container does not run, or `ps` refuses.
 */
export function top(reference: string, options: readonly string[]): ProcessTable {
  const id = findContainer(reference);
  const state = loadState(id);
  if (state.status !== 'running') throw new Error(`container ${id} is not running`);
  const pids = processesOf(state);
  const { titles, rows } = parse(runPs(options.length === 0 ? ['-ef'] : options));
  const column = titles.indexOf('PID');
  if (column < 0) throw new Error("Couldn't find PID field in ps output");
  return { titles, rows: rows.filter((row) => pids.has(Number(row[column]))) };
}

/** All that are in its cgroup; where it has none, all that are in its PID namespace. */
function processesOf({ pid, cgroupPath = '' }: State): Set<number> {
  const cgroup = openCgroup(cgroupPath);
  if (cgroup.parts.length > 0) return new Set(cgroup.processes());
  const namespace = namespaceOf(Number(pid));
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return new Set(all.map(Number).filter((each) => namespaceOf(each) === namespace));
}

function namespaceOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return undefined; // it has just ended, or is another user's
  }
}

function runPs(options: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync('ps', options, { encoding: 'utf8' });
  if (error) throw new Error(`ps could not be started: ${error.message}`);
  if (status !== 0 && stdout === '') throw new Error(`ps: ${stderr.trim()}`);
  return stdout;
}

/** The last column, a command line, may have spaces in it. */
function parse(text: string): ProcessTable {
  const [head = '', ...lines] = text.split('\n').filter(Boolean);
  const titles = head.trim().split(/\s+/);
  const rows = lines.map((line) => {
    const words = line.trim().split(/\s+/);
    return [...words.slice(0, titles.length - 1), words.slice(titles.length - 1).join(' ')];
  });
  return { titles, rows };
}
