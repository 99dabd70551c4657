// slipway cp

import { isatty } from 'node:tty';
import { type Copied, copyFromContainer, copyToContainer } from '../../engine/cp.ts';
import { orOne } from '../each.ts';
import { parseBoolean, toggle } from '../flag-kinds.ts';
import { type Flag, UsageError } from '../flags.ts';
import { humanSize } from '../human-size.ts';
import { parseCopyPath } from '../parse/copy-path.ts';
import { print } from '../print.ts';
import { parseOrHelp } from '../with-help.ts';

const QUIET: Flag<boolean | undefined> = {
  ...toggle('Say nothing of what was copied; so it is where stdout is no terminal', { short: 'q' }),
  begin: undefined,
  take: (_, text) => parseBoolean(text),
};

const FLAGS = {
  archive: toggle('Keep the numbers of users and groups', { short: 'a' }),
  'follow-link': toggle('Copy what the link SRC_PATH points to', { short: 'L' }),
  quiet: QUIET,
};

export default function cpCommand(words: readonly string[]): number | Promise<number> {
  const parsed = parseOrHelp('cp', FLAGS, words, { mixed: true });
  if (!parsed) return 0;
  const [from, to] = parsed.rest;
  if (from === undefined || to === undefined || parsed.rest.length > 2) {
    throw new UsageError(
      '"slipway cp" requires exactly 2 arguments: slipway cp [flags] CONTAINER:SRC_PATH DEST_PATH|-',
    );
  }
  const { archive, 'follow-link': followLink, quiet = !isatty(1) } = parsed.values;
  return orOne(() => {
    const copied = copy(from, to, { archive, followLink });
    if (!quiet && to !== '-') print(summary(copied, to), 'stderr');
    return 0;
  });
}

function copy(from: string, to: string, how: { archive: boolean; followLink: boolean }): Copied {
  if (from === '') throw new Error('source can not be empty');
  if (to === '') throw new Error('destination can not be empty');
  const [source, destination] = [parseCopyPath(from), parseCopyPath(to)];
  if (source.container !== '' && destination.container !== '')
    throw new Error('copying between containers is not supported');
  if (source.container !== '') {
    return copyFromContainer({ container: source.container, containerPath: source.path, hostPath: to, ...how });
  }
  if (destination.container === '') throw new Error('must specify at least one container source');
  return copyToContainer({ container: destination.container, containerPath: destination.path, hostPath: from, ...how });
}

function summary({ content, transferred }: Copied, to: string): string {
  const size =
    content === undefined
      ? humanSize(transferred, 3)
      : `${humanSize(content, 3)} (transferred ${humanSize(transferred, 3)})`;
  return `Successfully copied ${size} to ${to}\n`;
}
