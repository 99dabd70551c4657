// The kinds of steps as they are shown, and what running one has found out.

import type { StepKind } from '../../learn/lesson.ts';
import type { StepRun } from '../../learn/run-step.ts';
import type { Text } from '../../learn/text.ts';

export const KINDS: Readonly<Record<StepKind, { name: Text; colour: string }>> = {
  read: { name: { en: 'read', zh: '阅读' }, colour: 'blue' },
  see: { name: { en: 'see', zh: '观察' }, colour: 'green' },
  predict: { name: { en: 'predict', zh: '预测' }, colour: 'magenta' },
  break: { name: { en: 'break', zh: '破坏' }, colour: 'red' },
  build: { name: { en: 'build', zh: '动手' }, colour: 'yellow' },
};

/** Kept while the lesson is open, so that turning back shows it again. */
export interface Finding {
  run?: StepRun;
  /** What went wrong with running it, as a sentence. */
  failure?: string;
  /** The letter that was chosen. */
  answer?: string;
}
