// slipway version

import about from '../../../package.json' with { type: 'json' };
import { print } from '../print.ts';
import { parseOrHelp } from '../with-help.ts';

export default function versionCommand(words: readonly string[]): number {
  if (!parseOrHelp('version', {}, words, { groups: {} })) return 0;
  print(`slipway ${about.version} (Node ${process.versions.node}, ${process.arch})\n`);
  return 0;
}
