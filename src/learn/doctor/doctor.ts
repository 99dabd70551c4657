// The doctor: can this machine do each lesson, as this user, and if not, why, and what mends it?
//
//     const { ok, answers, verdicts } = examine();
//
// It forks children that try (attempt.ts), so it runs in the command line alone; other programs start `slipway doctor --json`.

import { lessonNames } from '../lesson.ts';
import { around } from './around.ts';
import { cgroups } from './cgroups.ts';
import { guardWorks } from './guard.ts';
import { ids } from './ids.ts';
import { kernel } from './kernel.ts';
import { namespaces } from './namespaces.ts';
import { programs } from './programs.ts';
import type { Finding, Question } from './question.ts';
import { OUTSIDE, store } from './store.ts';
import { userNamespaces } from './user-namespaces.ts';
import { veth } from './veth.ts';

const QUESTIONS: readonly Question[] = [
  kernel,
  around,
  userNamespaces,
  namespaces,
  ids,
  cgroups,
  veth,
  programs,
  store,
  guardWorks,
];

export interface Answer extends Finding {
  question: Question;
}

export interface Verdict {
  /** A lesson, or `slipway run`: containers outside of the guard. */
  name: string;
  ok: boolean;
  /** The questions with a bad answer. */
  because: Question[];
}

export interface Examination {
  /** All lessons can be done, and containers be run. */
  ok: boolean;
  answers: Answer[];
  verdicts: Verdict[];
}

export function examine(): Examination {
  const answers = QUESTIONS.flatMap((question): Answer[] => {
    const finding = question.ask();
    return finding === undefined ? [] : [{ question, ...finding, state: stateOf(finding) }];
  });
  const verdicts = [...lessonNames(), OUTSIDE].map((name) => judge(name, answers));
  return { ok: verdicts.every(({ ok }) => ok), answers, verdicts };
}

/** What keeps nobody from anything is only worth knowing. */
function stateOf({ state, lessons }: Finding): Finding['state'] {
  return state === 'bad' && lessons?.length === 0 ? 'note' : state;
}

function judge(name: string, answers: readonly Answer[]): Verdict {
  const bad = answers.filter(({ state, lessons }) => state === 'bad' && (lessons?.includes(name) ?? true));
  return { name, ok: bad.length === 0, because: bad.map(({ question }) => question) };
}
