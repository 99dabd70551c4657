// The goals of an exercise and what the check saw of each, as lines for the panel.

import type { Goal } from '../../learn/goal.ts';
import type { Result } from '../../learn/result.ts';
import { type Look, showResult } from '../../learn/show-check.ts';
import { wrapLine } from '../../learn/wrap.ts';
import { styled } from '../style.ts';

export function goalLines(
  goals: readonly Goal[],
  results: readonly Result[],
  look: Look & { isChecking: boolean },
): string[] {
  let told: Result | undefined;
  return goals.flatMap((goal) => {
    const result = results.find((each) => each.goal === goal.name);
    const above = told;
    if (result?.ok === false) told = result;
    if (result) return showResult(result, goal, look, above);
    const title = `${look.isChecking ? '…' : '·'} ${goal.title[look.language]}`;
    return wrapLine(title, look.width, '  ').map((line) => styled('dim', line));
  });
}
