// slipway lessons

import { styleText } from 'node:util';
import stringWidth from 'string-width';
import { type Lesson, lessonNames, readLesson } from '../../learn/lesson.ts';
import { type LessonState, Progress } from '../../learn/progress.ts';
import { matches } from '../../learn/search.ts';
import { type Language, languageOf, type Text } from '../../learn/text.ts';
import { findWorkspace } from '../../learn/workspace.ts';
import { JSON_FLAG, LANG, parseMixed, printLines } from '../learning.ts';

/** Outside of a workspace too: then all are open. @returns 1 when no lesson has the words. */
export default function lessonsCommand(words: readonly string[]): number {
  const parsed = parseMixed('lessons', { json: JSON_FLAG, lang: LANG }, words);
  if (!parsed) return 0;
  const language = parsed.values.lang ?? languageOf();
  const workspace = findWorkspace();
  const progress = workspace === undefined ? undefined : Progress.read(workspace);
  const found = lessonNames()
    .map((name) => readLesson(name, language))
    .filter((lesson) => matches(lesson, parsed.rest));
  const rows = found.map((lesson) => rowOf(lesson, progress));
  printLines(parsed.values.json ? [JSON.stringify(rows, null, 2)] : rows.map((row) => lineOf(row, rows, language)));
  return found.length > 0 ? 0 : 1;
}

interface Row {
  name: string;
  title: string;
  minutes: number;
  state: LessonState;
  current: boolean;
}

function rowOf({ name, title, minutes }: Lesson, progress: Progress | undefined): Row {
  const state = progress?.stateOf(name) ?? 'open';
  return { name, title, minutes, state, current: progress?.current() === name };
}

const MARKS = { done: styleText('green', '✓'), skipped: styleText('yellow', '–'), open: '·' };
const STATES: Record<LessonState, Text> = {
  done: { en: 'done', zh: '已完成' },
  skipped: { en: 'skipped', zh: '已跳过' },
  open: { en: 'open', zh: '未完成' },
};

function lineOf({ name, title, minutes, state, current }: Row, rows: readonly Row[], language: Language): string {
  const names = pad(name, Math.max(...rows.map((row) => row.name.length)));
  const titles = pad(title, Math.max(...rows.map((row) => stringWidth(row.title))));
  const time = { en: `${minutes} min`, zh: `${minutes} 分钟` }[language];
  return `${current ? '>' : ' '} ${MARKS[state]} ${names}  ${titles}  ${time}  ${STATES[state][language]}`;
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}
