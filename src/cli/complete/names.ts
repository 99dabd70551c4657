// The names of what there is now: containers, images, lessons.

import { list } from '../../engine/list.ts';
import { lessonNames } from '../../learn/lesson.ts';
import type { Word } from '../commands.ts';
import type { Candidate } from './candidates.ts';
import { SHELLS } from './scripts.ts';

/** The names for such a word. */
export function namesFor(kind: Exclude<Word, 'verb' | 'copy' | 'file' | 'program'>): Candidate[] {
  if (kind === 'image') return [{ word: 'box', about: "made of this machine's own programs" }];
  if (kind === 'shell') return SHELLS.map((word) => ({ word, about: '' }));
  if (kind === 'lesson') return lessonNames().map((word) => ({ word, about: '' }));
  const isUp = (status: string) => status === 'running' || status === 'paused' || status === 'restarting';
  return list()
    .filter(({ status }) => kind === 'container' || isUp(status) === (kind === 'up'))
    .map(({ name, image, status }) => ({ word: name, about: `${image}, ${status}` }));
}
