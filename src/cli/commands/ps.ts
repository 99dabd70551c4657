// slipway ps: Docker's columns.

import { type ContainerSummary, list } from '../../engine/list.ts';
import { age } from '../age.ts';
import { later, toggle, value } from '../flag-kinds.ts';
import { UsageError } from '../flags.ts';
import { parseCount } from '../parse/size.ts';
import { print } from '../print.ts';
import { formatTable } from '../table.ts';
import { parseOrHelp } from '../with-help.ts';

const FLAGS = {
  all: toggle('Also those that have ended', { short: 'a' }),
  quiet: toggle('Only their ids', { short: 'q' }),
  'no-trunc': toggle('Whole ids and commands'),
  last: value('N', 'The N newest, whatever they do', parseCount, { short: 'n' }),
  latest: toggle('The newest, whatever it does', { short: 'l' }),
};

const LATER = {
  filter: later('ps -f, --filter comes later: until then grep does it', { short: 'f' }),
  format: later('ps --format comes later: -q prints the ids alone'),
  size: later('ps -s, --size comes later', { short: 's' }),
};

export default function psCommand(words: readonly string[]): number {
  const parsed = parseOrHelp('ps', FLAGS, words, { later: LATER });
  if (!parsed) return 0;
  if (parsed.rest.length > 0) throw new UsageError(`ps takes no words, and "${parsed.rest[0]}" is one`);
  const { all, quiet, latest, 'no-trunc': whole } = parsed.values;
  const last = latest ? 1 : parsed.values.last;
  const shown = list()
    .filter(({ status }) => all || last !== undefined || status === 'running')
    .slice(0, last);
  const ids = shown.map(({ id }) => (whole ? id : id.slice(0, 12)));
  if (quiet) print(ids.map((id) => `${id}\n`).join(''));
  else
    print(
      formatTable(
        ['CONTAINER ID', 'IMAGE', 'COMMAND', 'CREATED', 'STATUS', 'NAMES'],
        shown.map((container, index) => row(container, ids[index] as string, whole)),
      ),
    );
  return 0;
}

function row({ image, command, createdAt, name, ...rest }: ContainerSummary, id: string, whole: boolean): string[] {
  return [id, image, quoted(command.map(asWord).join(' '), whole), `${age(createdAt)} ago`, statusText(rest), name];
}

/** A word with spaces in it stands in quotes. */
function asWord(word: string): string {
  return word.includes(' ') ? `'${word}'` : word;
}

/** 20 columns of the command, as Docker cuts it. */
function quoted(text: string, whole: boolean): string {
  return JSON.stringify(whole || text.length <= 20 ? text : `${text.slice(0, 19)}…`);
}

function statusText({ status, startedAt, finishedAt, exitCode }: Partial<ContainerSummary>): string {
  if (status === 'running') return `Up ${age(startedAt)}`;
  if (status === 'created') return 'Created';
  if (status === 'damaged') return 'Damaged';
  return `Exited (${exitCode}) ${age(finishedAt)} ago`;
}
