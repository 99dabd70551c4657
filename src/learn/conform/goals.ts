// The conformance suite: what every program that runs containers has to reach, lesson 09's as well as `slipway` itself.

import { CLEANING } from './cleaning.ts';
import { ENDING } from './ending.ts';
import { FILES } from './files.ts';
import type { ConformGoal } from './goal.ts';
import { ISOLATION, ROOTLESS } from './isolation.ts';
import { LIMITING } from './limits.ts';
import { ROOT } from './root.ts';
import { STREAMS } from './streams.ts';

export const CONFORM_GOALS: readonly ConformGoal[] = [
  ...ISOLATION,
  ...ROOT,
  ...ROOTLESS,
  ...LIMITING,
  ...FILES,
  ...ENDING,
  ...STREAMS,
  ...CLEANING,
];
