// Are the programs here that the lessons run? Their commands are searched for names of programs; what a lesson cannot do
// without is what it names.

import { pathOfProgram } from '../find-program.ts';
import { lessonNames } from '../lesson.ts';
import { commandsOf } from './lessons.ts';
import { installCommand, KNOWN } from './packages.ts';
import { type Finding, good, type Question } from './question.ts';

/** The guard itself is made of these, and box has to have a shell. */
const ALWAYS = ['sh', 'timeout', 'mount'];

/** A lesson that names the one takes the other as well. */
const INSTEAD: Readonly<Record<string, string>> = { ping: 'busybox' };

export const programs: Question = {
  name: 'programs',
  title: { en: 'programs', zh: '程序' },
  ask() {
    const wanted = new Map(lessonNames().map((lesson) => [lesson, programsIn(commandsOf(lesson))]));
    const all = new Set([...ALWAYS, ...[...wanted.values()].flat()]);
    const missing = [...all].filter((name) => !isThere(name));
    if (missing.length === 0)
      return good({ en: `all ${all.size} that lessons use`, zh: `课程用到的 ${all.size} 个都有` });
    return explain(missing, wanted);
  },
};

function isThere(name: string): boolean {
  return [name, INSTEAD[name] ?? name].some((each) => pathOfProgram(each) !== undefined);
}

/** Those of the known ones that a script names as a word. */
export function programsIn(script: string): string[] {
  return KNOWN.filter((name) => new RegExp(`(^|[\\s;|&("'\`])${name}(?=[\\s;|&)"'\`]|$)`, 'm').test(script));
}

function explain(missing: readonly string[], wanted: ReadonlyMap<string, readonly string[]>): Finding {
  const users = (name: string) => [...wanted].filter(([, names]) => names.includes(name)).map(([lesson]) => lesson);
  const isForAll = missing.some((name) => ALWAYS.includes(name));
  const list = missing.map((name) => `${name} (${users(name).join(', ')})`).join(', ');
  return {
    state: 'bad',
    seen: { en: `missing: ${list}`, zh: `缺少：${list}` },
    cure: { en: 'Install them:', zh: '请安装：' },
    ...installCommand(missing),
    ...(isForAll ? {} : { lessons: [...new Set(missing.flatMap(users))] }),
  };
}
