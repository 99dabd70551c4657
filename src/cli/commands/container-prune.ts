// slipway container prune

import { readSync } from 'node:fs';
import { type Filter, parseFilter } from '../../engine/filters.ts';
import { prune } from '../../engine/prune.ts';
import { orOne } from '../each.ts';
import { say } from '../errors.ts';
import { list, toggle } from '../flag-kinds.ts';
import { UsageError } from '../flags.ts';
import { humanSize } from '../human-size.ts';
import { parseMoment } from '../parse/time.ts';
import { print } from '../print.ts';
import { parseOrHelp } from '../with-help.ts';

const FLAGS = {
  force: toggle('Do not ask', { short: 'f' }),
  filter: list('NAME=value', 'Only those of which this holds: until=24h, label=, label!=', parsePruneFilter),
};

function parsePruneFilter(text: string): Filter {
  const { name, value } = parseFilter(text.replace(/^label!=/, 'label!='));
  return { name, value: name === 'until' ? parseMoment(value) : value };
}

const WARNING = `WARNING! This will remove all stopped containers.
Are you sure you want to continue? [y/N] `;

export default function pruneCommand(words: readonly string[]): number | Promise<number> {
  const parsed = parseOrHelp('container prune', FLAGS, words, { mixed: true });
  if (!parsed) return 0;
  const { values, rest } = parsed;
  if (rest.length > 0) throw new UsageError(`container prune takes no words, and "${rest[0]}" is one`);
  return orOne(async () => {
    if (!values.force && !(await isConfirmed())) {
      say('container prune has been cancelled');
      return 1;
    }
    const { ids, bytes } = prune(values.filter);
    if (ids.length > 0) print(`Deleted Containers:\n${ids.map((id) => `${id}\n`).join('')}\n`);
    print(`Total reclaimed space: ${humanSize(bytes)}\n`);
    return 0;
  });
}

async function isConfirmed(): Promise<boolean> {
  print(WARNING);
  const answer = Buffer.alloc(64);
  const count = readSync(0, answer);
  return /^y(es)?$/i.test(answer.toString('utf8', 0, count).trim());
}
