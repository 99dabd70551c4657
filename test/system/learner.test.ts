// Somebody learns with it: from the first start over a lesson and its exercise to the next day.

import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readLesson } from '../../src/learn/lesson.ts';
import { solutionFile } from '../../src/learn/workspace.ts';
import { SLIPWAY, scratch } from './slipway.ts';
import { Tmux } from './tmux.ts';
import { ordinaryUser } from './users.ts';

const LESSON = readLesson('01-process', 'en');

describe('a learner', () => {
  test.each([undefined, ordinaryUser()])(
    'begins, reads, fails, takes a hint, solves, and goes on later (%o)',
    async (user) => {
      const home = scratch('home', user);
      const workspace = join(home, 'slipway-course');
      await using terminal = new Tmux({ home, user });
      await terminal.shows('shell>');
      const before = terminal.state();

      // The first start.
      terminal.type(`${SLIPWAY}\n`);
      await terminal.shows(/0 of \d+ lessons done/);
      await terminal.shows('No workspace yet');
      terminal.press('i');
      await terminal.shows('Your files');

      // A lesson, from its first words to its exercise; what it shows is run.
      terminal.press('Enter');
      for (const [index, step] of LESSON.steps.entries()) {
        terminal.press('Right');
        await terminal.shows(` ${index + 1}/${LESSON.steps.length}`);
        if (step.kind === 'build') continue;
        if (step.answers.length > 0) terminal.type(step.answers[0]?.letter as string);
        else if (step.command !== undefined) terminal.type('r');
        if (step.answers.length > 0) await terminal.shows(/✓ As you said|✗ It is otherwise/);
        else if (step.command !== undefined) await terminal.shows('ended with');
      }

      // The exercise as it is shipped fails; a hint helps; a file that solves it is seen as soon as it is saved.
      await terminal.shows(/✗ .*parent/);
      terminal.type('h');
      await terminal.shows('Hint 1/');
      copyFileSync(solutionFile(LESSON.name), join(workspace, LESSON.name, 'exercise.ts'));
      await terminal.shows('✓ Done');
      expect(readFileSync(join(workspace, 'progress.txt'), 'utf8')).toContain(`${LESSON.name} done`);
      terminal.type('q');
      await terminal.shows(/^shell>$/m);
      expect(terminal.state()).toBe(before);

      // The next day it goes on where it was.
      terminal.type(`clear; ${SLIPWAY}\n`);
      await terminal.shows(/1 of \d+ lessons done/);
      expect(terminal.screen()).toMatch(/✓ 01 /);
      expect(terminal.screen()).toMatch(/❯ · 02 /);
      terminal.type('q');
      await terminal.shows(/^shell>$/m);
    },
  );
});
