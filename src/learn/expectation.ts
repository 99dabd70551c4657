// What a step's command must show: the fence `expect` of a lesson (lesson.ts says how it is written).

import type { Text } from './text.ts';

export interface Expectation {
  /** Lines of the output match these, in this order. */
  lines: RegExp[];
  /** No line matches any of these. */
  never: RegExp[];
  exitCode: number;
}

export function parseExpectation(text: string): Expectation {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const exit = lines.find((line) => /^exit \d+$/.test(line));
  const others = lines.filter((line) => line !== exit);
  return {
    lines: others.filter((line) => !line.startsWith('! ')).map((line) => new RegExp(line)),
    never: others.filter((line) => line.startsWith('! ')).map((line) => new RegExp(line.slice(2))),
    exitCode: exit === undefined ? 0 : Number(exit.slice('exit '.length)),
  };
}

/** Why an output is not what the step says, or undefined. */
export function objectionTo(
  output: string,
  exitCode: number,
  { lines, never, exitCode: wanted }: Expectation,
): Text | undefined {
  if (exitCode !== wanted) return otherEnd(exitCode, wanted);
  const said = output.split('\n');
  const bad = never.find((pattern) => said.some((line) => pattern.test(line)));
  if (bad) return { en: `a line matches ${bad}`, zh: `有一行匹配 ${bad}` };
  let from = 0;
  for (const pattern of lines) {
    const index = said.findIndex((line, at) => at >= from && pattern.test(line));
    if (index < 0) return noLine(pattern, from > 0);
    from = index + 1;
  }
  return undefined;
}

function otherEnd(exitCode: number, wanted: number): Text {
  return { en: `it ended with ${exitCode}, not ${wanted}`, zh: `退出码是 ${exitCode}，不是 ${wanted}` };
}

function noLine(pattern: RegExp, isBehindAnother: boolean): Text {
  return isBehindAnother
    ? { en: `no line after the one before matches ${pattern}`, zh: `在前一处匹配之后，没有哪一行匹配 ${pattern}` }
    : { en: `no line matches ${pattern}`, zh: `没有哪一行匹配 ${pattern}` };
}
