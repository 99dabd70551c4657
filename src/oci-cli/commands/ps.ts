// slipway-oci ps: the processes of a container, as the machine's own `ps` shows them.

import { spawnSync } from 'node:child_process';
import { asIs, valueOr } from '../../cli/flag-kinds.ts';
import { print } from '../../cli/print.ts';
import type { Context } from '../globals.ts';
import { parseWords } from '../help.ts';
import { processesOf } from '../processes.ts';
import { load } from '../store.ts';

const FLAGS = { format: valueOr('FORMAT', 'table or json', asIs, 'table', { short: 'f' }) };

export default function psCommand(words: readonly string[], { root }: Context): number {
  const parsed = parseWords('ps', FLAGS, words, [1, Number.POSITIVE_INFINITY]);
  if (!parsed) return 0;
  const { format } = parsed.values;
  const [id = '', ...options] = parsed.rest;
  const pids = processesOf(load(root, id));
  if (format === 'json') print(`${JSON.stringify(pids.length === 0 ? null : pids)}\n`);
  else if (format === 'table') print(linesOf(pids, options.length === 0 ? ['-ef'] : options));
  else throw new Error(`invalid format option "${format}": it is table or json`);
  return 0;
}

/** The heading, and the lines of these processes. @throws Error when `ps` is missing, or shows no PID. */
function linesOf(pids: readonly number[], words: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync('ps', words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ps ${words.join(' ')}: ${error?.message ?? stderr.trim()}`);
  const [heading = '', ...lines] = stdout.split('\n');
  const column = heading.trim().split(/\s+/).indexOf('PID');
  if (column < 0) throw new Error(`ps ${words.join(' ')} shows no PID, by which the container's processes are known`);
  const own = lines.filter((line) => pids.includes(Number(line.trim().split(/\s+/)[column])));
  return [heading, ...own].map((line) => `${line}\n`).join('');
}
