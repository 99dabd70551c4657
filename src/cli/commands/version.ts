// slipway version

import about from '../../../package.json' with { type: 'json' };
import { print } from '../print.ts';

export default function versionCommand(): number {
  print(`slipway ${about.version} (Node ${process.versions.node}, ${process.arch})\n`);
  return 0;
}
