// What the commands of the course have in common: their language, the workspace, and the lesson that a word means.

import { Progress } from '../learn/progress.ts';
import { type Language, languageOf, type Text } from '../learn/text.ts';
import { findWorkspace } from '../learn/workspace.ts';
import { chooseLesson } from './choose-lesson.ts';
import { say } from './errors.ts';
import { toggle, value } from './flag-kinds.ts';
import { type FlagTable, UsageError, type Values } from './flags.ts';
import { print } from './print.ts';
import { usageInChinese } from './usage-zh.ts';
import { parseOrHelp } from './with-help.ts';

export const LANG = value('LANG', 'en or zh, else as the locale says', parseLanguage, { values: ['en', 'zh'] });
export const JSON_FLAG = toggle('Print it as JSON, for programs');

function parseLanguage(text: string): Language {
  if (!isLanguage(text)) throw new Error('there are en and zh');
  return languageOf(text);
}

function isLanguage(text: string): boolean {
  return /^(en|zh)\b/i.test(text);
}

/** As parseOrHelp, but flags may stand behind the words too: `slipway check 02 --json`. */
export function parseMixed<Table extends FlagTable>(name: string, table: Table, words: readonly string[]) {
  return inLanguageOf(words, () => takeMixed(name, table, words));
}

function takeMixed<Table extends FlagTable>(
  name: string,
  table: Table,
  words: readonly string[],
): { values: Values<Table>; rest: string[] } | undefined {
  const parsed = parseOrHelp(name, table, words);
  if (!parsed || parsed.rest.length === 0) return parsed;
  const [word = '', ...others] = parsed.rest;
  const begun = Object.entries(table).map(([key, flag]) => [key, { ...flag, begin: parsed.values[key] }]);
  const more = takeMixed(name, Object.fromEntries(begun) as Table, others);
  return more && { values: more.values, rest: [word, ...more.rest] };
}

/** Tells of a mistake in the words in the language that they ask for, else in that of the locale. */
export function inLanguageOf<Parsed>(words: readonly string[], parse: () => Parsed): Parsed {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof UsageError) || languageOf(askedFor(words)) === 'en') throw error;
    throw new UsageError(usageInChinese(error.message));
  }
}

/** `--lang zh` or `--lang=zh`, wherever the mistake is. */
function askedFor(words: readonly string[]): string | undefined {
  const at = words.findIndex((word) => /^--lang(=|$)/.test(word));
  const text = words[at] === '--lang' ? words[at + 1] : words[at]?.slice('--lang='.length);
  return text !== undefined && isLanguage(text) ? text : undefined;
}

export interface Learning {
  language: Language;
  workspace: string;
  /** As it is now: another `slipway` may have changed it. */
  progress(): Progress;
  /** The lesson that was named, or the current one. */
  lesson: string;
}

/** @throws UsageError outside of a workspace, or when the words name no lesson. */
export function learning(words: readonly string[], lang: Language | undefined): Learning {
  const language = lang ?? languageOf();
  const workspace = findWorkspace();
  if (workspace === undefined) throw new UsageError(NO_WORKSPACE[language]);
  const lesson = lessonOf(words, language) ?? Progress.read(workspace).current();
  return { language, workspace, lesson, progress: () => Progress.read(workspace) };
}

/** Changes the progress. Where it cannot be written, as on a full disk, that is said, and learning goes on. */
export function keep({ progress }: Learning, change: (progress: Progress) => void): void {
  const now = progress();
  try {
    change(now);
  } catch (error) {
    say((error as Error).message);
  }
}

const NO_WORKSPACE: Text = {
  en: 'this folder is no workspace of the course: `slipway init DIR` makes one, then `cd DIR`',
  zh: '当前目录不是课程的工作区：先用 `slipway init DIR` 建一个，再 `cd DIR`',
};

/** @throws UsageError for more than one word, or one that names no lesson. */
export function lessonOf(words: readonly string[], language: Language): string | undefined {
  const [word, second] = words;
  if (second !== undefined) throw new UsageError(tooMany(second)[language]);
  try {
    return word === undefined ? undefined : chooseLesson(word, language);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function tooMany(word: string): Text {
  return { en: `one lesson is enough, and "${word}" is one too many`, zh: `只要一个课程，“${word}”是多出来的` };
}

/** @throws UsageError: the command cannot do without a lesson's name. */
export function lessonIsMissing(command: string, language: Language): never {
  throw new UsageError(
    {
      en: `a lesson is missing: slipway ${command} LESSON`,
      zh: `缺少课程名：slipway ${command} LESSON`,
    }[language],
  );
}

/** The columns there are to print in. */
export function columns(): number {
  return Math.min(process.stdout.columns ?? 80, 100);
}

export function printLines(lines: readonly string[]): void {
  print(lines.map((line) => `${line}\n`).join(''));
}
