// slipway-oci list: the containers below the root.

import { statSync } from 'node:fs';
import { asIs, toggle, valueOr } from '../../cli/flag-kinds.ts';
import { print } from '../../cli/print.ts';
import { formatTable } from '../../cli/table.ts';
import type { Context } from '../globals.ts';
import { parseWords } from '../help.ts';
import { nameOfUser } from '../owner.ts';
import { type ReportedState, report } from '../status.ts';
import { loadAll } from '../store.ts';

const FLAGS = {
  format: valueOr('FORMAT', 'table or json', asIs, 'table', { short: 'f' }),
  quiet: toggle('Only the ids', { short: 'q' }),
};

export default function listCommand(words: readonly string[], { root }: Context): number {
  const parsed = parseWords('list', FLAGS, words, [0, 0]);
  if (!parsed) return 0;
  const { format, quiet } = parsed.values;
  if (format !== 'table' && format !== 'json')
    throw new Error(`invalid format option "${format}": it is table or json`);
  const containers = loadAll(root);
  if (quiet) print(containers.map(({ id }) => `${id}\n`).join(''));
  else
    print(
      show(
        containers.map((container) => report(container, ownerOf(container))),
        format,
      ),
    );
  return 0;
}

function ownerOf({ folder }: { folder: string }): string {
  return nameOfUser(statSync(folder).uid);
}

function show(states: readonly ReportedState[], format: 'table' | 'json'): string {
  if (format === 'json') return `${JSON.stringify(states.length === 0 ? null : states)}\n`;
  const rows = states.map(({ id, pid, status, bundle, created, owner }) => [
    id,
    String(pid),
    status,
    bundle,
    created,
    owner,
  ]);
  return formatTable(['ID', 'PID', 'STATUS', 'BUNDLE', 'CREATED', 'OWNER'], rows);
}
