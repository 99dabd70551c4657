// What the doctor says, for a reader.
//
//     ✗ programs         missing: ldd (02-chroot)
//         Install them:
//         sudo apt install libc-bin
//
//     ✗ 02-chroot        programs

import { styleText } from 'node:util';
import stringWidth from 'string-width';
import { titleOf } from '../lesson.ts';
import type { Language, Text } from '../text.ts';
import { wrapLine } from '../wrap.ts';
import type { Answer, Examination, Verdict } from './doctor.ts';
import { OUTSIDE } from './store.ts';

const MARKS = { good: styleText('green', '✓'), note: styleText('yellow', '!'), bad: styleText('red', '✗') };

export function showExamination({ answers, verdicts }: Examination, language: Language, width: number): string[] {
  return [
    ...answers.flatMap((answer) => showAnswer(answer, language, width)),
    '',
    ...verdicts.flatMap((verdict) => showVerdict(verdict, language, width)),
    '',
    ...wrapLine(summary(verdicts)[language], width),
  ];
}

const NAME_WIDTH = 22;

function showAnswer({ question, state, seen, cure, command }: Answer, language: Language, width: number): string[] {
  const text = (words: Text | undefined) => (words ? wrapLine(`    ${words[language]}`, width, '    ') : []);
  return [
    ...line(MARKS[state], question.title[language], seen[language], width),
    ...text(cure),
    // A command is one line, whatever the width, so that it can be pasted.
    ...(command === undefined ? [] : command.split('\n').map((each) => `    ${styleText('bold', each)}`)),
  ];
}

function showVerdict({ name, ok, because }: Verdict, language: Language, width: number): string[] {
  const why = because.map(({ title }) => title[language]).join(language === 'en' ? ', ' : '、');
  return line(MARKS[ok ? 'good' : 'bad'], name, ok ? titleFor(name)[language] : why, width);
}

function titleFor(name: string): Text {
  return name === OUTSIDE ? CONTAINERS : titleOf(name);
}

const CONTAINERS: Text = { en: 'containers of your own', zh: '运行你自己的容器' };

function line(mark: string, name: string, text: string, width: number): string[] {
  const head = `${mark} ${name}${' '.repeat(Math.max(1, NAME_WIDTH - stringWidth(name)))}`;
  return wrapLine(head + text, width, ' '.repeat(stringWidth(head)));
}

function summary(verdicts: readonly Verdict[]): Text {
  const bad = verdicts.filter(({ ok }) => !ok);
  if (bad.length === 0) {
    return { en: 'Everything can be done here, as this user.', zh: '以当前用户的身份，在这台机器上一切都可以完成。' };
  }
  const names = bad.map(({ name }) => name);
  return {
    en: `Cannot be done here, as this user: ${names.join(', ')}.`,
    zh: `以当前用户的身份，在这台机器上不能完成：${names.join('、')}。`,
  };
}
