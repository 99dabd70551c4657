// What is asked of this machine.

import { expect, test } from 'vitest';
import { findInitProgram } from '../../../src/engine/spec/context.ts';
import { mistake } from '../../mistake.ts';

test('--init takes the first small init that the machine has, or says what to install', () => {
  expect(findInitProgram(['/no/such', '/bin/sh', '/bin/ls'])).toBe('/bin/sh');
  expect(mistake(() => findInitProgram(['/no/such']))).toBe(
    '--init needs a small init program, and this machine has none: install the package tini',
  );
});
