import { describe, expect, test } from 'vitest';
import { objectionTo } from '../../src/learn/expectation.ts';
import { parseLesson } from '../../src/learn/lesson.ts';
import { mistake } from '../mistake.ts';

const SOURCE = `---
title: Another root
minutes: 15
needs: cgroup
---
What it is *about*.

## see: The machine through a keyhole
Look at it:

\`\`\`sh
ls /
exit 2
\`\`\`
\`\`\`expect
^bin$
exit 2
! ^lost
^usr$
\`\`\`
\`\`\`host
hostname
\`\`\`
And so on.

\`\`\`notes
Wait for questions here.
\`\`\`

## predict: How many?
Guess: 

- a: one \`^1$\`
- b: all of them, or \`more\` \`^\\d{2,}$\`

\`\`\`sh
echo 1
\`\`\`

## read: The code
\`\`\`ts src/learn/text.ts#both
\`\`\`
\`\`\`ts
a fence of its own
\`\`\`
`;

describe('a lesson', () => {
  const lesson = parseLesson('02-chroot', SOURCE);

  test('has facts and an introduction', () => {
    expect(lesson).toMatchObject({ name: '02-chroot', title: 'Another root', minutes: 15, needs: ['cgroup'] });
    expect(lesson.intro).toBe('What it is *about*.');
  });

  test('is made of steps, whose fences say what is run and what it must show', () => {
    const [see] = lesson.steps;
    expect(see).toEqual({
      kind: 'see',
      title: 'The machine through a keyhole',
      text: 'Look at it:\n\nAnd so on.',
      command: 'ls /\nexit 2',
      expect: { lines: [/^bin$/, /^usr$/], never: [/^lost/], exitCode: 2 },
      host: 'hostname',
      answers: [],
      notes: 'Wait for questions here.',
    });
  });

  test('asks questions, with answers that the kernel decides on', () => {
    const predict = lesson.steps[1];
    expect(predict?.text).toBe('Guess:');
    expect(predict?.answers.map(({ letter, text }) => `${letter} ${text}`)).toEqual([
      'a one',
      'b all of them, or `more`',
    ]);
    expect(predict?.answers.map(({ isRight }) => isRight.test('12\n'))).toEqual([false, true]);
  });

  test('quotes the source, and leaves other fences as they are', () => {
    const text = lesson.steps[2]?.text;
    expect(text).toContain('// src/learn/text.ts\n');
    expect(text).toContain('export function both(text: string): Text {');
    expect(text).toContain('a fence of its own');
  });

  test.each([
    ['', 'facts between lines of ---'],
    ['---\nminutes: 1\n---\n', 'the title is missing'],
    ['---\ntitle: A\nneeds: luck\n---\n', '"needs: luck" is nothing that needs.ts knows'],
    ['---\ntitle: A\n---\n## sea: B\n', '"## sea: B" names none of the kinds'],
    ['---\ntitle: A\n---\n## read: B\n```ts src/learn/text.ts#gone\n```\n', 'declares no gone'],
  ])('that is none is refused by its file: %j', (source, message) => {
    const said = mistake(() => parseLesson('x', source, 'lessons/x/lesson.md'));
    expect(said).toContain(message);
  });
});

describe('an output', () => {
  const wanted = { lines: [/^a/, /^b/], never: [/^c/], exitCode: 3 };

  test.each([
    ['a\nx\nb\n', 3, undefined],
    ['a\nb\n', 0, 'it ended with 0, not 3'],
    ['b\na\n', 3, 'no line after the one before matches /^b/'],
    ['x\n', 3, 'no line matches /^a/'],
    ['a\nb\nc\n', 3, 'a line matches /^c/'],
  ])('%j with exit code %i', (output, code, objection) => {
    expect(objectionTo(output, code, wanted)?.en).toBe(objection);
  });
});
