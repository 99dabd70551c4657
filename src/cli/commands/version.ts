// slipway version

import about from '../../../package.json' with { type: 'json' };

export default function versionCommand(): number {
  process.stdout.write(`slipway ${about.version} (Node ${process.versions.node}, ${process.arch})\n`);
  return 0;
}
