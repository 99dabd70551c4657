// slipway spec

import { printableSpec } from '../../engine/config-file.ts';
import { newId } from '../../runtime/names.ts';
import { toContainerOptions } from '../container-options.ts';
import { print } from '../print.ts';
import { RUN_FLAG_GROUPS, RUN_FLAGS, RUN_FLAGS_LATER } from '../run-flags.ts';
import { parseOrHelp } from '../with-help.ts';

export default function specCommand(words: readonly string[]): number {
  const parsed = parseOrHelp('spec', RUN_FLAGS, words, { groups: RUN_FLAG_GROUPS, later: RUN_FLAGS_LATER });
  if (!parsed) return 0;
  const spec = printableSpec(toContainerOptions(parsed.values, parsed.rest, 'spec'), newId());
  print(`${JSON.stringify(spec, null, 2)}\n`);
  return 0;
}
