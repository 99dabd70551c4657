// slipway version

import { readFileSync } from 'node:fs';

export default function versionCommand(): number {
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  process.stdout.write(`slipway ${version} (Node ${process.versions.node}, ${process.arch})\n`);
  return 0;
}
