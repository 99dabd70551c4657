// slipway rename

import { rename } from '../../engine/rename.ts';
import { orOne } from '../each.ts';
import { UsageError } from '../flags.ts';
import { parseContainerName } from '../parse/name.ts';
import { parseOrHelp } from '../with-help.ts';

export default function renameCommand(words: readonly string[]): number | Promise<number> {
  const parsed = parseOrHelp('rename', {}, words, { groups: {}, mixed: true });
  if (!parsed) return 0;
  const [reference, name] = parsed.rest;
  if (reference === undefined || name === undefined || parsed.rest.length > 2) {
    throw new UsageError('"slipway rename" requires exactly 2 arguments: slipway rename CONTAINER NEW_NAME');
  }
  return orOne(() => {
    rename(reference, parseContainerName(name));
    return 0;
  });
}
