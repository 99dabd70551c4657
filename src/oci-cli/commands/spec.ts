// slipway-oci spec: writes a config.json to begin with.

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asIs, toggle, valueOr } from '../../cli/flag-kinds.ts';
import { exampleSpec, rootlessSpec } from '../example-spec.ts';
import { parseWords } from '../help.ts';

const FLAGS = {
  bundle: valueOr('DIR', 'The folder that gets it (the present one)', asIs, '.', { short: 'b' }),
  rootless: toggle('One that needs no root'),
};

export default function specCommand(words: readonly string[]): number {
  const parsed = parseWords('spec', FLAGS, words, [0, 0]);
  if (!parsed) return 0;
  const { bundle, rootless } = parsed.values;
  const file = join(bundle, 'config.json');
  if (existsSync(file)) throw new Error(`${file} exists already: remove it first`);
  const spec = rootless ? rootlessSpec(exampleSpec()) : exampleSpec();
  writeFileSync(file, `${JSON.stringify(spec, null, '\t')}\n`);
  return 0;
}
