// slipway inspect

import { inspect } from '../../engine/inspect.ts';
import { EachResult } from '../each.ts';
import { asIs, toggle, value, valueOr } from '../flag-kinds.ts';
import { print } from '../print.ts';
import { compile } from '../template/evaluate.ts';
import { plain } from '../template/values.ts';
import { parseOrHelp } from '../with-help.ts';

const FLAGS = {
  format: valueOr('FORMAT', 'json, or a Go template: "{{.State.Pid}}"', asIs, '', { short: 'f' }),
  size: toggle('How much room it takes on the disk', { short: 's' }),
  type: value('TYPE', 'container; there is nothing else yet', parseType),
};

function parseType(text: string): string {
  if (text === 'container') return text;
  throw new Error(`"${text}" is not a valid value for --type: it is container`);
}

export default function inspectCommand(words: readonly string[]): number {
  const parsed = parseOrHelp('inspect', FLAGS, words, { mixed: true });
  if (!parsed) return 0;
  const { format, size } = parsed.values;
  const results = new EachResult(parsed.rest, 'inspect');
  const template = format === '' ? undefined : compile(format === 'json' ? '{{json .}}' : format);
  const found: object[] = [];
  for (const reference of parsed.rest) {
    try {
      const container = inspect(reference, { withSize: size });
      if (template) print(`${template(container)}\n`);
      else found.push(container);
    } catch (error) {
      results.failed(reference, error);
    }
  }
  if (!template) print(`${JSON.stringify(plain(found), null, 4)}\n`);
  return results.code;
}
