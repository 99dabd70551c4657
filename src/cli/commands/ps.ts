// slipway ps: Docker's columns.

import { compileFilters, parseFilter } from '../../engine/filters.ts';
import { type ContainerSummary, list as listContainers } from '../../engine/list.ts';
import { orOne } from '../each.ts';
import { say } from '../errors.ts';
import { asIs, list, toggle, value, valueOr } from '../flag-kinds.ts';
import { UsageError, type Values } from '../flags.ts';
import { formatRows } from '../format.ts';
import { parseInteger } from '../parse/size.ts';
import { print } from '../print.ts';
import { PS_COLUMNS, PS_HEADS, psRow } from '../ps-rows.ts';
import { parseOrHelp } from '../with-help.ts';

const FLAGS = {
  all: toggle('Also those that have ended', { short: 'a' }),
  filter: list('NAME=value', 'Only those of which this holds: status=exited, name=, label=, …', parseFilter, {
    short: 'f',
  }),
  format: valueOr('FORMAT', 'table, json, or a Go template: "{{.Names}}: {{.Status}}"', asIs, '', {
    values: ['table', 'json'],
  }),
  last: value('N', 'The N newest, whatever they do', parseInteger, { short: 'n' }),
  latest: toggle('The newest, whatever it does', { short: 'l' }),
  'no-trunc': toggle('Whole ids and commands'),
  quiet: toggle('Only their ids', { short: 'q' }),
  size: toggle('How much room they take on the disk', { short: 's' }),
};

export default function psCommand(words: readonly string[]): number | Promise<number> {
  const parsed = parseOrHelp('ps', FLAGS, words, { mixed: true });
  if (!parsed) return 0;
  if (parsed.rest.length > 0) throw new UsageError(`ps takes no words, and "${parsed.rest[0]}" is one`);
  const { values } = parsed;
  return orOne(() => {
    if (values.quiet && values.format !== '')
      say('WARNING: Ignoring custom format, because both --format and --quiet are set.');
    const columns = values.size ? [...PS_COLUMNS, 'Size'] : PS_COLUMNS;
    const rows = chosen(values).map((container) => psRow(container, values['no-trunc']));
    print(formatRows(rows, values.quiet ? '{{.ID}}' : values.format, columns, PS_HEADS));
    return 0;
  });
}

function chosen({ all, filter, last = -1, latest }: Values<typeof FLAGS>): ContainerSummary[] {
  const count = latest && last < 0 ? 1 : last;
  const isWide = all || count > 0 || filter.some(({ name }) => name === 'status');
  const containers = listContainers();
  const matching = containers.filter(compileFilters(filter, containers));
  const shown = isWide ? matching : matching.filter(({ status }) => LIVING.includes(status));
  return count > 0 ? shown.slice(0, count) : shown;
}

/** What Docker calls running. */
const LIVING: readonly string[] = ['running', 'paused', 'restarting'];
