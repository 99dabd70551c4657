// slipway stats: a table of what containers use, once or anew every second.

import { setTimeout as sleep } from 'node:timers/promises';
import { type ContainerSummary, list } from '../../engine/list.ts';
import { StatsReader, type Usage } from '../../engine/stats.ts';
import { findContainer } from '../../runtime/names.ts';
import { orOne } from '../each.ts';
import { asIs, toggle, valueOr } from '../flag-kinds.ts';
import type { Values } from '../flags.ts';
import { formatRows } from '../format.ts';
import { binarySize, humanSize } from '../human-size.ts';
import { hasReader, print, refuseLostOutput } from '../print.ts';
import { parseOrHelp } from '../with-help.ts';

const FLAGS = {
  all: toggle('Also those that do not run', { short: 'a' }),
  format: valueOr('FORMAT', 'table, json, or a Go template: "{{.Name}}: {{.MemUsage}}"', asIs, ''),
  'no-stream': toggle('Once, and not again and again'),
  'no-trunc': toggle('Whole ids'),
};

const COLUMNS = ['ID', 'Name', 'CPUPerc', 'MemUsage', 'MemPerc', 'NetIO', 'BlockIO', 'PIDs'];
const HEADS = {
  BlockIO: 'BLOCK I/O',
  CPUPerc: 'CPU %',
  Container: 'CONTAINER',
  ID: 'CONTAINER ID',
  MemPerc: 'MEM %',
  MemUsage: 'MEM USAGE / LIMIT',
  Name: 'NAME',
  NetIO: 'NET I/O',
  PIDs: 'PIDS',
};

/** How long the use of processors is measured. */
const INTERVAL_MS = 1000;

export default function statsCommand(words: readonly string[]): number | Promise<number> {
  const parsed = parseOrHelp('stats', FLAGS, words, { mixed: true });
  if (!parsed) return 0;
  const { values, rest } = parsed;
  return orOne(async () => {
    const reader = new StatsReader();
    const look = () => chosen(rest, values).map((container) => reader.usageOf(container));
    look();
    do {
      await sleep(INTERVAL_MS);
      const rows = look().map((usage) => row(usage, values['no-trunc']));
      const text = formatRows(rows, values.format, COLUMNS, HEADS);
      print(values['no-stream'] ? text : inPlace(text));
      refuseLostOutput();
    } while (!values['no-stream'] && hasReader());
    return 0;
  });
}

/** Those that are named, or all that run. @throws Error for one that is not there. */
function chosen(references: readonly string[], { all }: Values<typeof FLAGS>): ContainerSummary[] {
  const ids = references.map(findContainer);
  const isWanted = ({ id, status }: ContainerSummary) =>
    references.length > 0 ? ids.includes(id) : all || status === 'running' || status === 'paused';
  return list().filter(isWanted);
}

function row({ id, name, cpuPercent = 0, ...usage }: Usage, whole: boolean): object {
  const pair = (first: number, second: number) => `${humanSize(first, 3)} / ${humanSize(second, 3)}`;
  const share = usage.memoryLimit === 0 ? 0 : (usage.memory / usage.memoryLimit) * 100;
  return {
    BlockIO: pair(usage.read, usage.written),
    CPUPerc: `${cpuPercent.toFixed(2)}%`,
    Container: whole ? id : id.slice(0, 12),
    ID: whole ? id : id.slice(0, 12),
    MemPerc: `${share.toFixed(2)}%`,
    MemUsage: `${binarySize(usage.memory)} / ${binarySize(usage.memoryLimit)}`,
    Name: name,
    NetIO: pair(usage.received, usage.sent),
    PIDs: String(usage.processes),
  };
}

/** Written over the table before: to the top of the screen, each line to its end, and nothing below (man 4 console_codes). */
function inPlace(text: string): string {
  return `\x1b[H${text.replaceAll('\n', '\x1b[K\n')}\x1b[J`;
}
