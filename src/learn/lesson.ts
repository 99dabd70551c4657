// A lesson as data: lessons/NN-name/lesson.md and lesson.zh-CN.md, read into steps.
//
//     ---                              facts about the lesson
//     title: Another root
//     minutes: 15
//     needs: cgroup                    when it does not work for everybody (needs.ts); more than one with commas
//     ---
//     The first words: what the lesson is about.
//
//     ## see: The machine through a keyhole
//     Text, as Markdown.
//
//     ```sh                            what is run in the guard
//     ls /
//     ```
//     ```expect                        each line a regular expression that a line of the output matches, in this order;
//     ^bin$                            with ! before it, one that no line may match; `exit 1` for another end than 0
//     ! ^lost
//     ```
//     ```host                          the same question asked of the machine outside, before and after, when it matters
//     hostname
//     ```
//
//     ## predict: How many processes will it see?
//     - a: one `^1$`                   the answers, each with what the kernel would have to say for it to be right
//     - b: all of them `^\d{2,}$`
//     ```sh
//     ls /proc | grep -c '^[0-9]'
//     ```
//
//     ```ts src/chroot/root.ts#pivot   quotes a declaration of src by its name: the fence stays empty
//     ```
//
//     ```notes                         for whoever presents it; shown nowhere else
//     ```

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Expectation, parseExpectation } from './expectation.ts';
import { HOME } from './home.ts';
import { isNeed, type Need } from './needs.ts';
import { quote } from './quote.ts';
import type { Language, Text } from './text.ts';

const STEP_KINDS = ['read', 'see', 'predict', 'break', 'build'] as const;
export type StepKind = (typeof STEP_KINDS)[number];

export interface Lesson {
  /** `02-chroot`: its folder's name. */
  name: string;
  title: string;
  minutes: number;
  /** Without which it cannot be done: see missingOf. */
  needs: Need[];
  /** Markdown: what stands before the first step. */
  intro: string;
  steps: Step[];
}

export interface Step {
  kind: StepKind;
  title: string;
  /** Markdown, without the fences that are named below. */
  text: string;
  /** What is run, if anything. */
  command?: string;
  expect: Expectation;
  /** What is asked of the host before and after; it must say the same. */
  host?: string;
  /** Of a question. */
  answers: Answer[];
  notes?: string;
}

export interface Answer {
  letter: string;
  text: string;
  /** Matches what the command prints when this answer is right. */
  isRight: RegExp;
}

export const LESSONS = join(HOME, 'lessons');

/** The names of all lessons, in the order of the course. */
export function lessonNames(): string[] {
  return readdirSync(LESSONS)
    .filter((name) => /^\d\d-/.test(name))
    .sort();
}

const FILES: Record<Language, string> = { en: 'lesson.md', zh: 'lesson.zh-CN.md' };

/** @throws Error naming file and line for text that is no lesson. */
export function readLesson(name: string, language: Language): Lesson {
  const file = join(LESSONS, name, FILES[language]);
  return parseLesson(name, readFileSync(file, 'utf8'), file);
}

/** The title in both languages. */
export function titleOf(name: string): Text {
  return { en: readLesson(name, 'en').title, zh: readLesson(name, 'zh').title };
}

/** What a lesson cannot do without. */
export function needsOf(name: string): Need[] {
  return readLesson(name, 'en').needs;
}

export function parseLesson(name: string, source: string, file = name): Lesson {
  const [, head, body] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(source) ?? [];
  if (head === undefined || body === undefined)
    throw new Error(`${file}: it has to begin with facts between lines of ---`);
  const facts = Object.fromEntries(head.split('\n').map((line) => line.split(/:\s*(.*)/, 2)));
  const [intro = '', ...parts] = body.split(/^## /m);
  if (!facts.title) throw new Error(`${file}: the title is missing`);
  return {
    name,
    title: facts.title,
    minutes: Number(facts.minutes),
    needs: parseNeeds(facts.needs ?? '', file),
    intro: quoted(intro).trim(),
    steps: parts.map((part) => parseStep(part, file)),
  };
}

function parseNeeds(text: string, file: string): Need[] {
  const words = text.split(/,\s*/).filter(Boolean);
  const wrong = words.find((word) => !isNeed(word));
  if (wrong) throw new Error(`${file}: "needs: ${wrong}" is nothing that needs.ts knows`);
  return words.filter(isNeed);
}

function parseStep(part: string, file: string): Step {
  const [, kind, title = '', body = ''] = /^(\w+): (.*)\n([\s\S]*)$/.exec(part) ?? [];
  if (!STEP_KINDS.includes(kind as StepKind)) {
    throw new Error(`${file}: "## ${part.split('\n')[0]}" names none of the kinds ${STEP_KINDS.join(', ')}`);
  }
  const { text, fences } = takeFences(body, ['sh', 'expect', 'host', 'notes']);
  const answers = kind === 'predict' ? takeAnswers(text) : { text, answers: [] };
  return {
    kind: kind as StepKind,
    title,
    text: quoted(answers.text).trim(),
    ...(fences.sh === undefined ? {} : { command: fences.sh }),
    expect: parseExpectation(fences.expect ?? ''),
    ...(fences.host === undefined ? {} : { host: fences.host }),
    answers: answers.answers,
    ...(fences.notes === undefined ? {} : { notes: fences.notes }),
  };
}

/** Takes out the first fence of each of these names. Others, such as ts, are a part of the text. */
function takeFences(body: string, names: readonly string[]): { text: string; fences: Record<string, string> } {
  const fences: Record<string, string> = {};
  const text = body.replaceAll(/^```(\w+)\n([\s\S]*?)^```\n?/gm, (whole, name: string, content: string) => {
    if (!names.includes(name) || name in fences) return whole;
    fences[name] = content.trimEnd();
    return '';
  });
  return { text, fences };
}

function takeAnswers(text: string): { text: string; answers: Answer[] } {
  const answers: Answer[] = [];
  const rest = text.replaceAll(/^- (\w): (.*) `([^`]*)`$\n?/gm, (_, letter: string, words: string, pattern: string) => {
    answers.push({ letter, text: words, isRight: new RegExp(pattern, 'm') });
    return '';
  });
  return { text: rest, answers };
}

/** Puts in the source that an empty fence names: ```ts src/chroot/root.ts#pivot */
function quoted(text: string): string {
  return text.replaceAll(/^```ts (\S+)#(\S+)\n```$/gm, (_, path: string, name: string) => {
    return `\`\`\`ts\n// ${path}\n${quote(path, name)}\n\`\`\``;
  });
}
