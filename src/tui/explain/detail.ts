// One call, opened: its arguments one by one, what it gave, its man-page line, its step and its lesson.

import { quote } from '../../learn/quote.ts';
import type { Text } from '../../learn/text.ts';
import { wrapLine } from '../../learn/wrap.ts';
import { errnoText } from '../../linux/errno.ts';
import { hardWrap } from '../cells.ts';
import { styled } from '../style.ts';
import { type Call, splitArguments } from './call.ts';
import { manLine } from './man.ts';

type Translate = (text: Text) => string;

export function resultText({ result, code }: Call): string {
  if (result === null) return '?';
  return result === -1 && code !== undefined ? `-1 ${code}` : String(result);
}

export function detailLines(call: Call, width: number, t: Translate): string[] {
  const facts: [Text, string | undefined][] = [
    [{ en: 'result', zh: '结果' }, meaningOf(call, t)],
    [{ en: 'took', zh: '耗时' }, call.durationMs === undefined ? undefined : `${call.durationMs} ms`],
    [{ en: 'process', zh: '进程' }, `${call.role}, PID ${call.pid}`],
    [{ en: 'step', zh: '步骤' }, call.step],
    [{ en: 'lesson', zh: '课程' }, call.lesson],
  ];
  const colon = t({ en: ': ', zh: '：' });
  const source = stepSource(call);
  return [
    styled('bold', t(manLine(call.call))),
    ...(call.by === undefined
      ? []
      : [styled('dim', t({ en: `called as ${call.by}()`, zh: `通过 ${call.by}() 调用` }))]),
    '',
    ...splitArguments(call.args).flatMap((argument, index) => argumentLines(argument, index + 1, width)),
    '',
    ...facts.flatMap(([name, value]) => (value === undefined ? [] : wrapLine(t(name) + colon + value, width))),
    ...(source.length > 0
      ? ['', ...source.flatMap((line) => hardWrap(line, width)).map((line) => styled('dim', line))]
      : []),
  ];
}

function meaningOf(call: Call, t: Translate): string {
  if (call.result === null) return t({ en: 'it does not return', zh: '不会返回' });
  const text = resultText(call);
  return call.errno === undefined ? text : `${text}: ${errnoText(call.errno)}`;
}

/** A struct's fields, and flags, each on a line of its own. */
function argumentLines(argument: string, number: number, width: number): string[] {
  const struct = /^\{(.*)\}$/.exec(argument)?.[1];
  const parts = struct === undefined ? flagsOf(argument) : splitArguments(struct);
  const [first = '', ...rest] = parts.length > 1 ? ['', ...parts] : [argument];
  const lines = hardWrap(`${number}. ${first}`, width);
  return [...lines, ...rest.flatMap((part) => wrapLine(`     ${spread(part)}`, width, ' '.repeat(9)))];
}

/** A field's flags, so that a line can end between them. */
function spread(part: string): string {
  return FLAGS.test(part) ? part.replaceAll('|', ' | ') : part;
}

const FLAGS = /^(\w+: )?[A-Z_0-9]+(\|[A-Z_0-9]+)+$/;

function flagsOf(argument: string): string[] {
  return FLAGS.test(argument) ? argument.split('|') : [argument];
}

/** The lines of run.ts or init.ts that the call belongs to. */
function stepSource({ role, step }: Call): string[] {
  const path = role === 'init' ? 'src/runtime/init.ts' : 'src/runtime/run.ts';
  try {
    return [`// ${path}`, ...quote(path, `step:${step}`).split('\n')];
  } catch {
    return []; // steps before and after a start are elsewhere
  }
}
